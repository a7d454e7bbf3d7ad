//! Asking for a rating, and saying why one could not be done. The rater's own pages are in [`super::rater`].

use protocol::study::Respondent;
use record::{Act, Body, Command, Role};
use terms::{ParticipantId, PersonId, TaskId, VisitId};

use super::enrol::observe;
use super::visits::of_address;
use crate::desk::{Desk, Outcome, Stop};
use crate::pages::form::{Choice, Text};
use crate::pages::{Form, Html, Link};
use crate::posted::Posted;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};

pub fn form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, visit, zone) = of_address(desk, asked)?;
    if visit.timepoint.is_none() {
        return Err(Stop::NotFound);
    }
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("due_on", desk.now.date(&zone).plus_days(7).long());
    desk.page(page(desk, &id, visit, form))
}

/// Raters of the pool who have not been asked about this participant.
fn pool(desk: &Desk<'_>, id: &ParticipantId) -> Vec<PersonId> {
    let seen = desk.view.participant(id);
    let asked: Vec<&PersonId> = seen.raters().collect();
    desk.study.in_role(Role::IndependentRater, None).filter(|rater| !asked.contains(rater)).cloned().collect()
}

fn page(desk: &Desk<'_>, id: &ParticipantId, visit: &protocol::study::Visit, form: Form) -> Html {
    let raters = pool(desk, id).into_iter().map(|rater| Choice::new(rater.as_str(), desk.name(&rater)));
    let raters = std::iter::once(Choice::new("", "Choose")).chain(raters).collect();
    let timepoint = visit.timepoint.clone().unwrap_or_default();
    let used = desk.protocol.instruments.iter().filter(|used| {
        used.respondent == Respondent::IndependentRater && used.timepoints.contains(&timepoint)
    });
    let names: Vec<String> = used.map(|used| used.instrument.as_str().to_uppercase()).collect();
    let page = AskPage {
        form,
        title: format!("Ask for the rating at {} {}", visit.id, visit.name),
        lead: format!("Of {id}: {}.", names.join(" and ")),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        fields: vec![
            Field::select("rater", "Rater", "Only raters who have not rated this participant are listed.", raters),
            Field::Text(Text::date("due_on", "To be done by")),
        ],
        will: vec![
            "The rater gets a handle and the date. They are told neither the visit nor anything that came before.".into(),
        ],
        button: "Ask for the rating".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

/// A handle without meaning, the same when the form is sent again.
fn handle(posted: &Posted) -> TaskId {
    let whole = posted.command("handle").to_string();
    // The last places: they are the ones that differ most between ids of any kind.
    TaskId::new(format!("R-{}", &whole[whole.len() - 8..])).expect("letters and digits make a handle")
}

pub fn ask(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, visit, zone) = of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let rater = PersonId::new(posted.value("rater")).ok();
    if rater.is_none() {
        posted.fault("rater", "Choose a rater");
    }
    let due = posted.date("due_on", "the last day");
    if due.is_some_and(|due| due < desk.now.date(&zone)) {
        posted.fault("due_on", "Enter a day from today on");
    }
    let (Some(rater), Some(due), false) = (rater, due, posted.is_faulty()) else {
        return Ok(Reply::faulty(page(desk, &id, visit, posted.form())));
    };
    let task = handle(&posted);
    let act = Act::RequestRating {
        participant: id.clone(),
        visit: visit.id.clone(),
        rater: rater.clone(),
        task: task.clone(),
        due: due.at(17, 0, &zone),
    };
    let receipt = desk.send(Command::new(posted.command("ask"), desk.now, act))?;
    let text = format!("{} is asked under the handle {task}", desk.name(&rater));
    desk.done(format!("/participants/{id}"), text, receipt.first())
}

// ---- not done

pub fn not_done_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    desk.page(not_done_page(desk, &id, desk.form(&asked.path)))
}

fn not_done_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let rated = desk.protocol.visits.iter().filter(|visit| visit.timepoint.is_some());
    let rated = rated.map(|visit| Choice::new(visit.id.as_str(), format!("{} {}", visit.id, visit.name)));
    let page = AskPage {
        form,
        title: format!("A rating of {id} could not be done"),
        lead: "A missing rating with its reason is worth more than a missing rating.".into(),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        fields: vec![
            Field::select(
                "visit",
                "At which visit",
                "",
                std::iter::once(Choice::new("", "Choose")).chain(rated).collect(),
            ),
            Field::area("why", "Why", ""),
        ],
        button: "Record it".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn not_done(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let visit = VisitId::new(posted.value("visit")).ok();
    let visit =
        visit.filter(|visit| desk.protocol.visit(visit).is_some_and(|visit| visit.timepoint.is_some()));
    if visit.is_none() {
        posted.fault("visit", "Choose the visit");
    }
    let why = posted.words("why", "Say why it was not done");
    let (Some(visit), Some(why)) = (visit, why) else {
        return Ok(Reply::faulty(not_done_page(desk, &id, posted.form())));
    };
    let body = Body::RatingNotDone { visit: visit.clone(), why };
    let receipt = desk.send(observe(&posted, "not done", desk.now, &id, body))?;
    desk.done(
        format!("/participants/{id}"),
        format!("No rating at {visit}, with its reason"),
        receipt.first(),
    )
}
