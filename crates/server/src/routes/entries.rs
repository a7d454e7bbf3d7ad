//! `/entries/{entry}`: one entry in full, for anybody who may see it, and its correction.

use record::command::site_of;
use record::{Act, Body, Command, Entry, StreamId};
use terms::{EntryId, Zone};

use super::session::charting::vital_signs;
use crate::desk::{Desk, Outcome, Stop};
use crate::lines;
use crate::pages::Html;
use crate::pages::form::{Form, Text};
use crate::pages::layout::Link;
use crate::pages::participant::Fact;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};
use crate::sheets::entry::EntryPage;
use crate::words;

fn entry(desk: &Desk<'_>, asked: &Asked) -> Result<std::sync::Arc<Entry>, Stop> {
    let id: EntryId = asked.param("entry").parse().map_err(|_| Stop::NotFound)?;
    desk.view.entry(id).ok_or(Stop::NotFound)
}

/// The zone of the site that an entry belongs to.
fn zone(desk: &Desk<'_>, entry: &Entry) -> Zone {
    entry.site.as_ref().map_or_else(|| desk.zone.clone(), |site| desk.zone_of(site))
}

pub fn show(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    // A rater's pages name no participant and no stream, and an entry in full does.
    if !rooms::participants(desk.who.role) {
        return Err(Stop::NotYours);
    }
    let entry = entry(desk, asked)?;
    let zone = zone(desk, &entry);
    let moment = |at| words::moment(at, &zone);
    let same_stream = desk.view.entries(&entry.stream);
    let corrected_by =
        same_stream.iter().find(|other| other.corrects == Some(entry.id)).map(|other| other.id);
    let line = lines::lines(desk, std::slice::from_ref(&entry), &zone).into_iter().next().unwrap_or_default();
    let mut facts = vec![
        Fact::new("By", lines::author(desk, &entry)),
        Fact::new("Happened", moment(entry.happened)),
        Fact::new("Entered", entered(&entry, &zone)),
        Fact::new("Recorded", moment(entry.recorded)),
        Fact::new("Protocol", format!("version {}", entry.protocol)),
    ];
    let labels: Vec<String> = entry.labels.words().map(|word| word.replace('_', " ")).collect();
    facts.push(Fact::new("Labels", if labels.is_empty() { "none".into() } else { labels.join(", ") }));
    if let Some(reason) = &entry.reason {
        facts.push(Fact::new("Reason", reason.clone()));
    }
    let other =
        |label: &str, id: EntryId| (label.to_owned(), Link::new(id.short(), format!("/entries/{id}")));
    let mut see: Vec<(String, Link)> =
        lines::subject(&entry.stream).map(|link| ("Concerns".into(), link)).into_iter().collect();
    see.extend(entry.corrects.map(|old| other("Corrects", old)));
    see.extend(corrected_by.map(|new| other("Corrected by", new)));
    see.extend(causes(&entry.body).iter().map(|cause| other("Because of", *cause)));
    let page = EntryPage {
        short: entry.id.short(),
        id: entry.id.to_string(),
        text: line.note.map_or(line.text, |note| format!("Note: {note}")),
        flags: line.flags,
        facts,
        see,
        correct: line.correct.filter(|_| corrected_by.is_none()).map(|href| Link::new("Correct it", href)),
        stored: pretty(&entry),
    };
    desk.page(page.render(&desk.shell()))
}

fn entered(entry: &Entry, zone: &Zone) -> String {
    let at = words::moment(entry.entered, zone);
    match entry.offset_ms {
        0 => at,
        offset => format!("{at}, by a device {:+.1} s off", offset as f64 / 1000.0),
    }
}

fn causes(body: &Body) -> &[EntryId] {
    match body {
        Body::Deviation { causes, .. }
        | Body::ThresholdPassed { causes, .. }
        | Body::DiscrepancyOpened { causes, .. } => causes,
        _ => &[],
    }
}

/// The stored form, one field to a line.
fn pretty(entry: &Entry) -> String {
    let text = String::from_utf8_lossy(&entry.to_bytes()).into_owned();
    let (mut out, mut depth, mut quoted, mut escaped) = (String::new(), 0usize, false, false);
    for letter in text.chars() {
        let structural = !quoted;
        if structural && matches!(letter, '}' | ']') {
            depth = depth.saturating_sub(1);
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
        out.push(letter);
        if quoted {
            quoted = escaped || letter != '"';
            escaped = letter == '\\' && !escaped;
        } else if letter == '"' {
            quoted = true;
        }
        if structural && matches!(letter, '{' | '[' | ',') {
            depth += usize::from(letter != ',');
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        } else if structural && letter == ':' {
            out.push(' ');
        }
    }
    out
}

// ---- correct

/// An entry that this person may correct, and where to go back to.
fn correctable(desk: &Desk<'_>, asked: &Asked) -> Result<(std::sync::Arc<Entry>, Link, Zone), Stop> {
    desk.only(rooms::IN_SESSION)?;
    let entry = entry(desk, asked)?;
    let StreamId::Session(session) = &entry.stream else { return Err(Stop::NotFound) };
    if !lines::may_correct(desk, &entry) {
        return Err(Stop::NotFound);
    }
    let zone = desk.zone_of(&site_of(&record::command::participant_of(session)));
    let back = Link::new("Back to the session", format!("/sessions/{session}"));
    Ok((entry, back, zone))
}

pub fn correct_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    let (entry, back, zone) = correctable(desk, asked)?;
    let mut form = desk.form(&asked.path);
    match &entry.body {
        Body::VitalsTaken { vitals, .. } => {
            let fields = [
                ("systolic", vitals.systolic_mmhg),
                ("diastolic", vitals.diastolic_mmhg),
                ("pulse", vitals.pulse_bpm),
                ("temperature", vitals.temperature_c),
            ];
            for (name, value) in fields {
                form.filled =
                    value.into_iter().fold(form.filled, |filled, value| filled.with(name, value.to_string()));
            }
        }
        Body::Noted { text } => form.filled = form.filled.with("text", text),
        _ => return Err(Stop::NotFound),
    }
    desk.page(correct_page(desk, &entry, back, &zone, form))
}

fn correct_page(desk: &Desk<'_>, entry: &Entry, back: Link, zone: &Zone, form: Form) -> Html {
    let mut fields = match &entry.body {
        Body::VitalsTaken { .. } => vec![
            Field::Text(Text::whole("systolic", "Systolic").unit("mmHg")),
            Field::Text(Text::whole("diastolic", "Diastolic").unit("mmHg")),
            Field::Text(Text::whole("pulse", "Pulse").unit("per min")),
            Field::Text(Text::decimal("temperature", "Temperature").unit("°C")),
        ],
        _ => vec![Field::area("text", "Note", "")],
    };
    fields.push(Field::area("reason", "Why is it corrected?", "Such as: digits swapped when typing."));
    let page = AskPage {
        form,
        title: format!("Correct entry {}", entry.id.short()),
        lead: lines::sentence(desk, entry, zone),
        back,
        facts: vec![
            Fact::new("Happened", words::moment(entry.happened, zone)),
            Fact::new("By", lines::author(desk, entry)),
        ],
        fields,
        will: vec![
            "A new entry stands in its place. Both stay on the record, with your reason between them.".into(),
        ],
        button: "Correct it".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn correct(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    let (entry, back, zone) = correctable(desk, asked)?;
    let mut posted = desk.posted(asked);
    let body = match &entry.body {
        Body::VitalsTaken { moment, .. } => {
            vital_signs(&mut posted).map(|vitals| Body::VitalsTaken { moment: moment.clone(), vitals })
        }
        _ => posted.words("text", "Write the note").map(|text| Body::Noted { text }),
    };
    let reason = posted.words("reason", "Say why it is corrected");
    if body.as_ref() == Some(&entry.body) {
        posted.fault("reason", "Change something, or go back: nothing is different");
    }
    let (Some(body), Some(reason), false) = (body, reason, posted.is_faulty()) else {
        return Ok(Reply::faulty(correct_page(desk, &entry, back, &zone, posted.form())));
    };
    let act = Act::Correct { stream: entry.stream.clone(), entry: entry.id, body };
    // It speaks of the same moment as the entry it stands for.
    let mut command = Command::new(posted.command("correct"), entry.happened, act);
    command.reason = Some(reason);
    let receipt = desk.send(command)?;
    desk.done(back.href, format!("Corrected {}", entry.id.short()), receipt.first())
}
