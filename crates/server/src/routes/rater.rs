//! `/ratings`: what an independent rater is asked, under handles that tell neither visit nor order.
//!
//! Nothing here may differ between two participants but what the rater was told or wrote: no participant's
//! number, no visit, no count of earlier ratings.

use std::collections::BTreeMap;

use instruments::{Instrument, Item, LicenceClass};
use record::state::RatingState;
use record::{Act, Command};
use terms::{InstrumentId, ParticipantId, TaskId};

use crate::desk::{Desk, Outcome, Stop};
use crate::pages::form::Choice;
use crate::pages::marks::State;
use crate::pages::rater::{
    ItemAnswer, RatingAsked, RatingItem, RatingPage, RatingPart, RatingSection, RatingsPage, SavedRating,
    severity_scale,
};
use crate::pages::{Form, Html};
use crate::posted::Posted;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::words;

/// A rating asked of this person.
struct Task {
    participant: ParticipantId,
    id: TaskId,
    rating: RatingState,
    instruments: Vec<InstrumentId>,
}

fn tasks(desk: &Desk<'_>) -> Vec<Task> {
    let mut tasks = Vec::new();
    for participant in desk.view.participants() {
        for (id, rating) in desk.view.participant(&participant).ratings {
            let Some(asked) = rating.requested.clone() else { continue };
            if asked.value.0 == desk.who.person {
                tasks.push(Task { participant: participant.clone(), id, rating, instruments: asked.value.1 });
            }
        }
    }
    // By handle: neither by participant nor by the order in which they were asked.
    tasks.sort_by(|left, right| left.id.cmp(&right.id));
    tasks
}

/// The rating of the address.
fn task(desk: &Desk<'_>, asked: &Asked) -> Result<Task, Stop> {
    tasks(desk).into_iter().find(|task| task.id.as_str() == asked.param("task")).ok_or(Stop::NotFound)
}

fn due(task: &Task) -> terms::Timestamp {
    task.rating.requested.as_ref().map(|asked| asked.value.2).unwrap_or_default()
}

fn short(instrument: &InstrumentId) -> String {
    instrument.as_str().to_uppercase()
}

pub fn list(desk: &Desk<'_>, _: &Asked) -> Outcome {
    desk.only(rooms::RATER)?;
    let (sent, mut asked): (Vec<Task>, Vec<Task>) =
        tasks(desk).into_iter().partition(|task| task.rating.is_complete());
    asked.sort_by_key(due);
    let line = |task: &Task, when: String, state| RatingAsked {
        handle: task.id.to_string(),
        instruments: task.instruments.iter().map(short).collect::<Vec<_>>().join(" and "),
        when,
        state: Some(state),
        href: format!("/ratings/{}", task.id),
    };
    let open = |task: &Task| {
        let due = due(task);
        let state = if due < desk.now { State::Overdue } else { State::Due };
        line(task, format!("by {}", due.date(&desk.zone).long()), state)
    };
    let done = |task: &Task| {
        let last = task.rating.answers.values().map(|answers| answers.happened).max().unwrap_or_default();
        line(task, last.date(&desk.zone).long(), State::Done)
    };
    let page = RatingsPage { asked: asked.iter().map(open).collect(), sent: sent.iter().map(done).collect() };
    desk.page(page.render(&desk.shell()))
}

/// Goes to the first form of the rating that is still open.
pub fn open(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::RATER)?;
    let task = task(desk, asked)?;
    let next = task.instruments.iter().find(|one| !task.rating.answers.contains_key(*one));
    let next = next.or(task.instruments.first()).ok_or(Stop::NotFound)?;
    Ok(Reply::SeeOther(format!("/ratings/{}/{next}", task.id)))
}

pub fn form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::RATER)?;
    let task = task(desk, asked)?;
    let instrument = instrument(&task, asked)?;
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("rated_on", desk.now.date(&desk.zone).long());
    desk.page(page(desk, &task, instrument, form))
}

fn instrument(task: &Task, asked: &Asked) -> Result<&'static Instrument, Stop> {
    let id =
        task.instruments.iter().find(|id| id.as_str() == asked.param("instrument")).ok_or(Stop::NotFound)?;
    instruments::builtin().get(id).ok_or(Stop::NotFound)
}

fn page(desk: &Desk<'_>, task: &Task, instrument: &Instrument, form: Form) -> Html {
    let answered = task.rating.answers.get(&instrument.id);
    let parts = task.instruments.iter().map(|one| RatingPart {
        text: short(one),
        href: format!("/ratings/{}/{one}", task.id),
        done: task.rating.answers.contains_key(one),
        here: *one == instrument.id,
    });
    let licence = match instrument.licence.class {
        LicenceClass::A => "The interview’s text is in your booklet and is not shown here.",
        LicenceClass::B | LicenceClass::C => {
            "A licensed scale: its text is in your booklet and is not shown here."
        }
    };
    let page = RatingPage {
        form,
        handle: task.id.to_string(),
        instrument: short(&instrument.id),
        edition: words::capital(&instrument.edition),
        licence: licence.into(),
        sections: sections(instrument, answered.map(|answers| &answers.value)),
        parts: parts.collect(),
        saved: answered.map(|answers| SavedRating {
            at: words::moment(answers.happened, &desk.zone),
            entry: answers.entry.short(),
            correct: None,
        }),
    };
    page.render(&desk.shell())
}

/// The items in the order of the form, under the letters of their clusters where they have them.
fn sections(instrument: &Instrument, given: Option<&BTreeMap<String, i64>>) -> Vec<RatingSection> {
    let mut sections: Vec<RatingSection> = Vec::new();
    let (optional, asked): (Vec<&Item>, Vec<&Item>) =
        instrument.extras.iter().partition(|item| item.optional);
    let mut put = |title: String, item: &Item| {
        if sections.last().is_none_or(|last| last.title != title) {
            sections.push(RatingSection { title, help: None, scale: severity_scale(), items: Vec::new() });
        }
        let items = &mut sections.last_mut().expect("one was put there just now").items;
        items.push(rating_item(item, given));
    };
    for item in asked {
        put("Before the items".into(), item);
    }
    for item in &instrument.items {
        let title =
            cluster(&item.label).map_or_else(|| "Items".to_owned(), |letter| format!("Cluster {letter}"));
        let after = title == "Items" && instrument.items.iter().any(|item| cluster(&item.label).is_some());
        put(if after { "Further items".into() } else { title }, item);
    }
    for item in optional {
        put("If it is in doubt".into(), item);
    }
    sections
}

/// `B` of `item 1 (B): memories`.
fn cluster(label: &str) -> Option<&str> {
    let (head, _) = label.split_once(": ")?;
    head.split_once('(')?.1.strip_suffix(')')
}

fn rating_item(item: &Item, given: Option<&BTreeMap<String, i64>>) -> RatingItem {
    let number = item.number().map(|number| number.to_string()).unwrap_or_default();
    let label = match item.label.split_once(": ") {
        Some((head, rest)) if head.starts_with("item ") => rest,
        Some((head, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => head,
        _ => item.label.as_str(),
    };
    let answer = match (item.min, item.max) {
        (0, 1) => ItemAnswer::YesNo,
        (0, 4) => ItemAnswer::Scale,
        (0, 2) => ItemAnswer::OneOf(
            ["0 unlikely", "1 probable", "2 definite"].map(|text| Choice::new(&text[..1], text)).into(),
        ),
        (min, max) if max - min <= 12 => ItemAnswer::Points(min, max),
        _ => ItemAnswer::Whole(if item.label.contains("months") { "months".into() } else { String::new() }),
    };
    let said = given.and_then(|given| given.get(&item.key)).map(|value| match (&answer, value) {
        (ItemAnswer::YesNo, 1) => "yes".into(),
        (ItemAnswer::YesNo, _) => "no".into(),
        (ItemAnswer::Scale, value) => severity_scale()
            .get(usize::try_from(*value).unwrap_or(usize::MAX))
            .map_or_else(|| value.to_string(), |word| format!("{value} {}", word.text)),
        (_, value) => value.to_string(),
    });
    RatingItem {
        key: item.key.clone(),
        number,
        label: label.trim_end_matches(", completed months").into(),
        answer,
        given: said,
    }
}

pub fn send(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::RATER)?;
    let task = task(desk, asked)?;
    let instrument = instrument(&task, asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("rated_on", None, "the interview", desk.now, &desk.zone);
    let answers = answers(instrument, &mut posted);
    if answers.is_empty() && !posted.is_faulty() {
        let first = instrument.items.first().map(|item| format!("item_{}", item.key)).unwrap_or_default();
        posted.fault(&first, "Rate at least one item");
    }
    let (Some(happened), false) = (happened, posted.is_faulty()) else {
        return Ok(Reply::faulty(page(desk, &task, instrument, posted.form())));
    };
    let act = Act::AnswerRating {
        participant: task.participant.clone(),
        task: task.id.clone(),
        instrument: instrument.id.clone(),
        answers,
    };
    let receipt = desk.send(Command::new(posted.command("rating"), happened, act))?;
    let others =
        task.instruments.iter().any(|one| *one != instrument.id && !task.rating.answers.contains_key(one));
    let to = if others { format!("/ratings/{}", task.id) } else { "/ratings".into() };
    desk.done(to, format!("{} of {} sent", short(&instrument.id), task.id), receipt.first())
}

/// What was answered; an item left open is left out.
fn answers(instrument: &Instrument, posted: &mut Posted) -> BTreeMap<String, i64> {
    let mut answers = BTreeMap::new();
    for item in instrument.items.iter().chain(&instrument.extras) {
        let what = item.label.split_once(": ").map_or(item.label.as_str(), |(_, rest)| rest);
        if let Some(Some(value)) = posted.whole(&format!("item_{}", item.key), what, item.min, item.max) {
            answers.insert(item.key.clone(), value);
        }
    }
    // Score it here as the record will: a fault is then said beside the form and not as a refusal.
    if let (false, Err(bad)) = (posted.is_faulty(), instrument.score(&answers)) {
        let first = instrument.items.first().map(|item| format!("item_{}", item.key)).unwrap_or_default();
        posted.fault(&first, words::capital(&bad.to_string()));
    }
    answers
}
