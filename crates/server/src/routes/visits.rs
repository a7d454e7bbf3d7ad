//! A participant's visits: planned, recorded as done or missed. Sessions have pages of their own.

use protocol::study::{Visit, VisitKind};
use record::command::site_of;
use record::{Act, Body, Command};
use terms::{ParticipantId, VisitId, Zone};

use super::enrol::observe;
use super::steps::{Case, has_session};
use crate::desk::{Desk, Outcome, Stop, participant_link};
use crate::pages::form::Text;
use crate::pages::participant::Fact;
use crate::pages::visit::VisitPage;
use crate::pages::{Form, Html, Link};
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};
use crate::words;

/// The visit of the address, for a participant who is seen.
pub fn of_address<'d>(desk: &'d Desk<'_>, asked: &Asked) -> Result<(ParticipantId, &'d Visit, Zone), Stop> {
    let (id, _) = desk.participant(asked)?;
    let visit = VisitId::new(asked.param("visit")).map_err(|_| Stop::NotFound)?;
    let visit = desk.protocol.visit(&visit).ok_or(Stop::NotFound)?;
    let zone = desk.zone_of(&site_of(&id));
    Ok((id, visit, zone))
}

fn facts(desk: &Desk<'_>, id: &ParticipantId, visit: &Visit) -> Vec<Fact> {
    let case = Case::new(desk, id.clone(), desk.view.participant(id));
    let planned = case.plan();
    let Some(one) = planned.iter().find(|one| one.visit.id == visit.id) else { return Vec::new() };
    let window = one.window_text();
    let mut facts = vec![Fact::new("Window", if window.is_empty() { "none stated".into() } else { window })];
    if let Some(at) = one.scheduled {
        facts.push(Fact::new("Planned for", words::moment(at, &case.zone)));
    }
    facts
}

// ---- plan

pub fn plan_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, visit, _) = of_address(desk, asked)?;
    desk.page(plan_page(desk, &id, visit, desk.form(&asked.path)))
}

fn plan_page(desk: &Desk<'_>, id: &ParticipantId, visit: &Visit, form: Form) -> Html {
    let page = AskPage {
        form,
        title: format!("Plan {} {}", visit.id, visit.name),
        lead: format!(
            "For {id}. A day outside the window can be planned; it will be found as a deviation when it happens."
        ),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        facts: facts(desk, id, visit),
        fields: vec![
            Field::Text(Text::date("on", "Day")),
            Field::Text(Text::time("at", "Time").help("On a 24-hour clock.")),
        ],
        button: "Plan it".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn plan(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, visit, zone) = of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let Some(at) = posted.to_come("on", "at", "the visit", &zone) else {
        return Ok(Reply::faulty(plan_page(desk, &id, visit, posted.form())));
    };
    let body = Body::VisitScheduled { visit: visit.id.clone(), at };
    let receipt = desk.send(observe(&posted, "plan", desk.now, &id, body))?;
    desk.done(
        format!("/participants/{id}"),
        format!("{} planned for {}", visit.id, words::moment(at, &zone)),
        receipt.first(),
    )
}

// ---- record

pub fn record_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, visit, zone) = of_address(desk, asked)?;
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("took_place", "yes").with("visited_on", desk.now.date(&zone).long());
    form.filled = form.filled.with("visited_at", desk.now.clock(&zone));
    desk.page(record_page(desk, &id, visit, form))
}

fn record_page(desk: &Desk<'_>, id: &ParticipantId, visit: &Visit, form: Form) -> Html {
    let page = VisitPage {
        form,
        participant: participant_link(id),
        title: format!("{} {}", visit.id, visit.name),
        facts: facts(desk, id, visit),
        summary: (visit.kind == VisitKind::Call).then(|| "What was said, in a few words".into()),
        ..VisitPage::default()
    };
    page.render(&desk.shell())
}

pub fn record(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, visit, zone) = of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("visited_on", Some("visited_at"), "the visit", desk.now, &zone);
    let took_place = posted.yes_or_no("took_place", "Say whether it took place");
    let summary = posted.optional_words("summary").unwrap_or_default();
    let why = match took_place {
        Some(false) => posted.words("why", "Say why it was missed"),
        _ => Some(String::new()),
    };
    let (Some(happened), Some(took_place), Some(why), false) =
        (happened, took_place, why, posted.is_faulty())
    else {
        return Ok(Reply::faulty(record_page(desk, &id, visit, posted.form())));
    };
    if took_place && has_session(visit) {
        // What happens in a session is charted there; its end records the visit.
        return Ok(Reply::SeeOther(format!("/participants/{id}/visits/{}/session", visit.id)));
    }
    let body = if took_place {
        Body::VisitDone { visit: visit.id.clone() }
    } else {
        Body::VisitMissed { visit: visit.id.clone(), why }
    };
    let mut commands = vec![observe(&posted, "visit", happened, &id, body)];
    if took_place && !summary.is_empty() {
        let summary = format!("{}: {summary}", visit.id);
        commands.push(observe(&posted, "summary", happened, &id, Body::Contacted { summary }));
    }
    let receipt = desk.send_all(commands)?;
    let word = if took_place { "done" } else { "missed" };
    desk.done(format!("/participants/{id}"), format!("{} recorded as {word}", visit.id), receipt.first())
}

// ---- begin a session

pub fn session_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let (id, visit, zone) = of_address(desk, asked)?;
    let session = record::state::ParticipantState::session_id(&id, &visit.id);
    if desk.view.session(&session).opened.is_some() {
        return Ok(Reply::SeeOther(format!("/sessions/{session}")));
    }
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("began_at", desk.now.clock(&zone));
    for person in &desk.view.participant(&id).therapists {
        form.filled = form.filled.with("present", person.as_str());
    }
    desk.page(session_page(desk, &id, visit, form))
}

fn session_page(desk: &Desk<'_>, id: &ParticipantId, visit: &Visit, form: Form) -> Html {
    let people = super::session::forms::staff(desk, &site_of(id));
    let page = AskPage {
        form,
        title: format!("Begin {} {}", visit.id, visit.name),
        lead: format!("Opens the session of {id}. What happens from now on is charted on its page."),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        facts: facts(desk, id, visit),
        fields: vec![
            Field::Text(Text::words("room", "Room")),
            Field::Text(Text::time("began_at", "Began at")),
            Field::boxes("present", "Who is there?", "", people),
        ],
        button: "Begin the session".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn begin_session(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let (id, visit, zone) = of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let room = posted.words("room", "Say which room it is in");
    let span = crate::posted::Span { from: desk.now.plus_minutes(-24 * 60), until: desk.now };
    let happened = posted.in_session("began_at", "when it began", span, desk.now, &zone);
    let (Some(room), Some(happened)) = (room, happened) else {
        return Ok(Reply::faulty(session_page(desk, &id, visit, posted.form())));
    };
    let session = record::state::ParticipantState::session_id(&id, &visit.id);
    let act = Act::OpenSession { participant: id.clone(), visit: visit.id.clone(), room };
    let mut commands = vec![Command::new(posted.command("open"), happened, act)];
    let stream = record::StreamId::Session(session.clone());
    for choice in super::session::forms::staff(desk, &site_of(&id)) {
        let Ok(person) = terms::PersonId::new(&choice.value) else { continue };
        if posted.has("present", person.as_str()) {
            let part = format!("arrived {person}");
            let act = Act::Observe { stream: stream.clone(), body: Body::Arrived { person } };
            commands.push(Command::new(posted.command(&part), happened, act));
        }
    }
    let receipt = desk.send_all(commands)?;
    desk.done(format!("/sessions/{session}"), "Session begun", receipt.first())
}
