//! `/participants/{participant}`: the schedule as a picture, what is due, what can be recorded, every entry.

use std::sync::Arc;

use protocol::study::VisitKind;
use record::command::site_of;
use record::{Entry, Role, StreamId};
use terms::Date;

use super::steps::Case;
use crate::desk::{Desk, Outcome, Stop};
use crate::lines;
use crate::live::Watch;
use crate::pages::Link;
use crate::pages::participant::{Fact, ParticipantPage};
use crate::pages::schedule::{Lane, Schedule, ScheduledVisit};
use crate::plan::Planned;
use crate::request::Asked;
use crate::rooms;
use crate::words;

const PER_PAGE: usize = 40;

pub fn show(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    if !rooms::participants(desk.who.role) {
        return Err(Stop::NotYours);
    }
    let (id, seen) = desk.participant(asked)?;
    let case = Case::new(desk, id, seen);
    let planned = case.plan();
    let last_dosing = desk.protocol.visits.iter().rev().find(|visit| visit.kind == VisitKind::Dosing);
    let stage = case.seen.stage(last_dosing.map(|visit| &visit.id));
    let mut due: Vec<_> = case.enrolment();
    due.extend(case.visits(&planned).into_iter().map(|(_, item)| item));
    for item in &mut due {
        item.subject = None;
    }
    let entries = entries(&case);
    let count = entries.len();
    let from = asked.query("from").parse::<usize>().unwrap_or(0).min(count);
    let until = (from + PER_PAGE).min(count);
    let html = ParticipantPage {
        id: case.id.to_string(),
        stage: words::capital(stage.name()),
        facts: facts(&case),
        due,
        schedule: schedule(&case, &planned),
        actions: actions(&case),
        days: lines::days(desk, &entries[from..until], &case.zone),
        entries_text: words::count(count, "entry", "entries"),
        older: (until < count).then(|| format!("/participants/{}?from={until}", case.id)),
        live: Some(Watch::Participant(case.id.clone()).address(&desk.view)),
    };
    desk.page(html.render(&desk.shell()))
}

/// Of the participant and of their sessions, newest first.
fn entries(case: &Case<'_>) -> Vec<Arc<Entry>> {
    let view = &case.desk.view;
    let mut entries = view.entries(&StreamId::Participant(case.id.clone()));
    if rooms::sessions(case.desk.who.role) {
        for visit in case.desk.protocol.visits.iter().filter(|visit| super::steps::has_session(visit)) {
            let session = record::state::ParticipantState::session_id(&case.id, &visit.id);
            entries.extend(view.entries(&StreamId::Session(session)));
        }
    }
    lines::newest_first(&mut entries);
    entries
}

fn facts(case: &Case<'_>) -> Vec<Fact> {
    let (desk, seen) = (case.desk, &case.seen);
    let mut facts = vec![Fact::new("Site", desk.site_name(&site_of(&case.id)))];
    if let Some(referred) = &seen.referred {
        let (_, age, sex) = &referred.value;
        facts.push(Fact::new("At referral", format!("{age} years, {sex} at birth")));
    }
    let day =
        |label: &str, at: Option<terms::Timestamp>| at.map(|at| Fact::new(label, at.date(&case.zone).long()));
    facts.extend(day("Consent", seen.consent.as_ref().map(|consent| consent.happened)));
    facts.extend(day("Randomised", seen.randomised.as_ref().map(|randomised| randomised.happened)));
    if !seen.therapists.is_empty() {
        let names: Vec<String> = seen.therapists.iter().map(|person| desk.name(person)).collect();
        facts.push(Fact::new("Therapists", names.join(", ")));
    }
    if let Some(out) = &seen.not_enrolled {
        let (criterion, why) = &out.value;
        let criterion = criterion.as_ref().map(|criterion| format!("{criterion}: ")).unwrap_or_default();
        facts.push(Fact::new("Not enrolled", format!("{criterion}{why}")));
    }
    for stop in &seen.stopped {
        let label = match stop.value.0 {
            record::body::StoppedFrom::Treatment => "Stopped treatment",
            record::body::StoppedFrom::Study => "Left the study",
        };
        facts.push(Fact::new(label, stop.happened.date(&case.zone).long()));
    }
    facts
}

/// What can be put on the record besides what is due.
fn actions(case: &Case<'_>) -> Vec<Link> {
    let (desk, seen) = (case.desk, &case.seen);
    if desk.study.locked.is_some() {
        return Vec::new();
    }
    let to = |text: &str, rest: &str| Link::new(text, format!("/participants/{}/{rest}", case.id));
    let mut links = Vec::new();
    let clinical = desk.is(rooms::CLINICAL) && seen.consent.is_some();
    if clinical {
        links.push(to("Record an adverse event", "adverse-events/new"));
        links.push(to("Record a contact", "contacts/new"));
        links.push(to("Record a C-SSRS", "suicidality"));
    }
    if clinical && seen.adverse_events.values().any(|event| event.ended.is_none()) {
        links.push(to("An adverse event has ended", "adverse-events/ended"));
    }
    if clinical && seen.randomised.is_some() {
        links.push(to("Record a guess of the arm", "guesses/new"));
    }
    if desk.is(rooms::ENROLLING) && !case.is_gone() {
        if seen.consent.is_some() && seen.randomised.is_none() {
            links.push(to("Screen again", "screening"));
            links.push(to("Record as not enrolled", "not-enrolled"));
        }
        if seen.eligibility_signed.is_some() && seen.randomised.is_none() {
            links.push(to("Randomise", "randomise"));
        }
        if seen.consent.is_some() {
            links.push(to("Name another therapist pair", "pair"));
            links.push(to("Consent is withdrawn", "consent/withdrawn"));
        }
        if seen.randomised.is_some() {
            links.push(to("A rating could not be done", "ratings/not-done"));
            links.push(to("Record that they completed the study", "complete"));
        }
    }
    if clinical && seen.randomised.is_some() && !case.is_gone() {
        links.push(to("Record that they stop", "stop"));
    }
    if desk.who.role == Role::Investigator && seen.consent.is_some() && seen.randomised.is_none() {
        links.push(to("Judge the criteria", "eligibility"));
    }
    links
}

fn schedule(case: &Case<'_>, planned: &[Planned<'_>]) -> Schedule {
    if case.seen.consent.is_none() {
        return Schedule::default();
    }
    let today = case.desk.now.date(&case.zone);
    let spread = planned.iter().flat_map(|one| {
        let (first, last) = one.window.unzip();
        [one.day, first, last]
    });
    let days: Vec<Date> = spread.flatten().chain([today]).collect();
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
        return Schedule::default();
    };
    let (zero, from, until) = (*first, -5, last.days_since(*first) + 7);
    const LANES: [(&str, &[VisitKind]); 5] = [
        (
            "Screening and preparation",
            &[VisitKind::Screening, VisitKind::Enrolment, VisitKind::Preparation, VisitKind::Randomisation],
        ),
        ("Dosing", &[VisitKind::Dosing]),
        ("Integration", &[VisitKind::Integration]),
        ("Ratings by an independent rater", &[VisitKind::Rating]),
        ("Calls and the end", &[VisitKind::Call, VisitKind::Termination]),
    ];
    let lanes = LANES.iter().map(|(name, kinds)| Lane {
        name: (*name).into(),
        visits: planned
            .iter()
            .filter(|one| kinds.contains(&one.visit.kind))
            .map(|one| scheduled(case, one, zero))
            .collect(),
    });
    Schedule {
        from,
        until,
        today: Some(today.days_since(zero)),
        today_text: today.long(),
        months: months(zero, from, until),
        lanes: lanes.filter(|lane| !lane.visits.is_empty()).collect(),
    }
}

fn scheduled(case: &Case<'_>, one: &Planned<'_>, zero: Date) -> ScheduledVisit {
    ScheduledVisit {
        id: one.visit.id.to_string(),
        name: one.visit.name.clone(),
        state: one.state,
        day: one.day.map(|day| day.days_since(zero)),
        window: one.window.map(|(first, last)| (first.days_since(zero), last.days_since(zero))),
        when: one.when(&case.zone),
        window_text: if one.visit.window_days.is_none() { "none stated".into() } else { one.window_text() },
        action: case.action(one),
    }
}

/// Where months begin between two days; the first and each January with their year.
fn months(zero: Date, from: i64, until: i64) -> Vec<(i64, String)> {
    let mut months = Vec::new();
    for day in from..=until {
        let date = zero.plus_days(day);
        let long = date.long();
        let Some((number, month)) = long.split_once(' ') else { continue };
        if number == "1" {
            let short = month.split(' ').next().unwrap_or(month);
            let text = if months.is_empty() || short == "Jan" { month } else { short };
            months.push((day, text.to_owned()));
        }
    }
    months
}
