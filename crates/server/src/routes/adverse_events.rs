//! Adverse events: recorded as they were observed, and when they ended.

use record::body::Severity;
use record::command::site_of;
use record::state::ParticipantState;
use record::{Body, plain};
use terms::ParticipantId;

use super::enrol::observe;
use crate::desk::{Desk, Outcome, participant_link};
use crate::pages::adverse_event::AdverseEventPage;
use crate::pages::form::{Choice, Text};
use crate::pages::{Form, Html, Link};
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};

pub fn form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("began_on", desk.now.date(&desk.zone_of(&site_of(&id))).long());
    desk.page(page(desk, &id, form))
}

fn page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let page = AdverseEventPage {
        form,
        participant: participant_link(id),
        serious_help: "It led to death, was life-threatening, needed or prolonged a stay in hospital, left lasting disability, or was a birth defect.".into(),
        special_interest_help: Some("Suicidal thoughts or behaviour, heart and circulation, misuse of the study drug.".into()),
    };
    page.render(&desk.shell())
}

pub fn record(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    let zone = desk.zone_of(&site_of(&id));
    let mut posted = desk.posted(asked);
    let term = posted.words("term", "Say what happened, in a word or two");
    let onset = posted.past("began_on", Some("began_at"), "the beginning", desk.now, &zone);
    let severity =
        posted.one_of("severity", &["mild", "moderate", "severe"], "Choose how severe it was at its worst");
    let serious = posted.yes_or_no("serious", "Say whether it was serious");
    let special_interest = posted.yes_or_no("special_interest", "Say whether it is of special interest");
    let related = posted.yes_or_no("related", "Say whether it could be related");
    let ended = match posted.value("ended_on") {
        "" => Some(None),
        _ => posted.past("ended_on", Some("ended_at"), "the end", desk.now, &zone).map(Some),
    };
    if let (Some(onset), Some(Some(ended))) = (onset, ended)
        && ended < onset
    {
        posted.fault("ended_on", "Enter an end that is not before the beginning");
    }
    let (
        Some(term),
        Some(onset),
        Some(severity),
        Some(serious),
        Some(special_interest),
        Some(related),
        Some(ended),
        false,
    ) = (term, onset, severity, serious, special_interest, related, ended, posted.is_faulty())
    else {
        return Ok(Reply::faulty(page(desk, &id, posted.form())));
    };
    let severity = match severity {
        "mild" => Severity::Mild,
        "moderate" => Severity::Moderate,
        _ => Severity::Severe,
    };
    let body = Body::AdverseEvent { term: term.clone(), onset, severity, serious, related, special_interest };
    let mut commands = vec![observe(&posted, "event", desk.now, &id, body)];
    if let Some(at) = ended {
        let event = record::decide::entry_id(posted.command("event"), 0);
        commands.push(observe(&posted, "ended", desk.now, &id, Body::AdverseEventEnded { event, at }));
    }
    let receipt = desk.send_all(commands)?;
    desk.done(format!("/participants/{id}"), format!("Adverse event recorded: {term}"), receipt.first())
}

// ---- its end

pub fn ended_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, seen) = desk.participant(asked)?;
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("on", desk.now.date(&desk.zone_of(&site_of(&id))).long());
    desk.page(ended_page(desk, &id, &seen, form))
}

fn ended_page(desk: &Desk<'_>, id: &ParticipantId, seen: &ParticipantState, form: Form) -> Html {
    let zone = desk.zone_of(&site_of(id));
    let open = seen.adverse_events.iter().filter(|(_, event)| event.ended.is_none());
    let choices = open.map(|(entry, event)| {
        let text = format!(
            "{}, {}, since {}",
            event.term,
            plain::severe(event.severity),
            event.onset.date(&zone).long()
        );
        Choice::new(entry.to_string(), text)
    });
    let page = AskPage {
        form,
        title: format!("An adverse event of {id} has ended"),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        fields: vec![
            Field::radios("event", "Which one?", "", choices.collect()),
            Field::Text(Text::date("on", "Day it ended")),
            Field::Text(Text::time("at", "Time it ended").optional()),
        ],
        button: "Record its end".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn ended(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, seen) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let event = posted.value("event").parse().ok().filter(|event| seen.adverse_events.contains_key(event));
    if event.is_none() {
        posted.fault("event", "Choose the event");
    }
    let at = posted.past("on", Some("at"), "the end", desk.now, &desk.zone_of(&site_of(&id)));
    if let (Some(known), Some(at)) = (event.as_ref().and_then(|event| seen.adverse_events.get(event)), at)
        && at < known.onset
    {
        posted.fault("on", "Enter an end that is not before the beginning");
    }
    let (Some(event), Some(at), false) = (event, at, posted.is_faulty()) else {
        return Ok(Reply::faulty(ended_page(desk, &id, &seen, posted.form())));
    };
    let receipt =
        desk.send(observe(&posted, "ended", desk.now, &id, Body::AdverseEventEnded { event, at }))?;
    desk.done(format!("/participants/{id}"), "Its end is recorded", receipt.first())
}
