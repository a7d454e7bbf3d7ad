//! How participants leave: not enrolled, stopped, completed.

use record::Body;
use record::body::StoppedFrom;
use record::command::site_of;
use record::state::ParticipantState;
use terms::ParticipantId;

use super::enrol::observe;
use super::steps::Criteria;
use crate::desk::{Desk, Outcome};
use crate::pages::form::{Choice, Text};
use crate::pages::{Form, Html, Link};
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};

fn today(desk: &Desk<'_>, asked: &Asked, id: &ParticipantId) -> Form {
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("on", desk.now.date(&desk.zone_of(&site_of(id))).long());
    form
}

fn page_of(
    id: &ParticipantId,
    form: Form,
    title: String,
    lead: &str,
    button: &str,
    fields: Vec<Field>,
) -> AskPage {
    AskPage {
        form,
        title,
        lead: lead.into(),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        fields,
        button: button.into(),
        grave: true,
        ..AskPage::default()
    }
}

// ---- not enrolled

pub fn not_enrolled_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, seen) = desk.participant(asked)?;
    let mut form = today(desk, asked, &id);
    if let Some(first) = Criteria::of(desk, &seen).against.first() {
        form.filled = form.filled.with("criterion", first);
    }
    desk.page(not_enrolled_page(desk, &id, &seen, form))
}

fn not_enrolled_page(desk: &Desk<'_>, id: &ParticipantId, seen: &ParticipantState, form: Form) -> Html {
    let against = Criteria::of(desk, seen).against;
    let text = |criterion: &protocol::study::Criterion| {
        Choice::new(&criterion.id, format!("{} {}", criterion.id, criterion.text))
    };
    let choices =
        desk.protocol.eligibility.iter().filter(|criterion| against.contains(&criterion.id)).map(text);
    let choices = choices.chain([Choice::new("none", "Another reason")]).collect();
    let fields = vec![
        Field::Text(Text::date("on", "Day")),
        Field::radios("criterion", "Because of which criterion?", "", choices),
        Field::area("why", "In a few words", ""),
    ];
    let page = page_of(
        id,
        form,
        format!("{id} is not enrolled"),
        "They are thanked and leave; their number is not used again.",
        "Record it",
        fields,
    );
    page.render(&desk.shell())
}

pub fn not_enrolled(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, seen) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("on", None, "the decision", desk.now, &desk.zone_of(&site_of(&id)));
    let known: Vec<&str> =
        desk.protocol.eligibility.iter().map(|one| one.id.as_str()).chain(["none"]).collect();
    let criterion = posted.one_of("criterion", &known, "Choose the criterion, or another reason");
    let why = posted.words("why", "Say why, in a few words");
    let (Some(happened), Some(criterion), Some(why)) = (happened, criterion, why) else {
        return Ok(Reply::faulty(not_enrolled_page(desk, &id, &seen, posted.form())));
    };
    let criterion = (criterion != "none").then(|| criterion.to_owned());
    let receipt =
        desk.send(observe(&posted, "not enrolled", happened, &id, Body::NotEnrolled { criterion, why }))?;
    desk.done(format!("/participants/{id}"), "Recorded as not enrolled", receipt.first())
}

// ---- stop

pub fn stop_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    desk.page(stop_page(desk, &id, today(desk, asked, &id)))
}

fn stop_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let from = [
        Choice::new("treatment", "Treatment only")
            .help("No further sessions; ratings and follow-up go on. Their data count."),
        Choice::new("study", "The whole study").help("Nothing further is asked of them."),
    ];
    let fields = vec![
        Field::Text(Text::date("on", "Day")),
        Field::radios("from", "What do they stop?", "", from.into()),
        Field::area(
            "why",
            "Why",
            "In their words where they gave them. They need not give a reason; say so then.",
        ),
    ];
    page_of(id, form, format!("{id} stops"), "", "Record it", fields).render(&desk.shell())
}

pub fn stop(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("on", None, "the decision", desk.now, &desk.zone_of(&site_of(&id)));
    let from = posted.one_of("from", &["treatment", "study"], "Say what they stop");
    let why = posted.words("why", "Say why, or that they gave no reason");
    let (Some(happened), Some(from), Some(why)) = (happened, from, why) else {
        return Ok(Reply::faulty(stop_page(desk, &id, posted.form())));
    };
    let from = if from == "study" { StoppedFrom::Study } else { StoppedFrom::Treatment };
    let receipt = desk.send(observe(&posted, "stop", happened, &id, Body::Stopped { from, why }))?;
    desk.done(format!("/participants/{id}"), "Recorded that they stop", receipt.first())
}

// ---- complete

pub fn complete_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    desk.page(complete_page(desk, &id, today(desk, asked, &id)))
}

fn complete_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let lead = "Every visit that took place is on the record, and nothing more is planned.";
    page_of(
        id,
        form,
        format!("{id} has completed the study"),
        lead,
        "Record the completion",
        vec![Field::Text(Text::date("on", "Day"))],
    )
    .render(&desk.shell())
}

pub fn complete(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let Some(happened) = posted.past("on", None, "the completion", desk.now, &desk.zone_of(&site_of(&id)))
    else {
        return Ok(Reply::faulty(complete_page(desk, &id, posted.form())));
    };
    let receipt = desk.send(observe(&posted, "complete", happened, &id, Body::Completed))?;
    desk.done(format!("/participants/{id}"), "Completion recorded", receipt.first())
}
