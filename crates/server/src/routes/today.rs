//! `/`: what is due today, as far as the reader's role has to do with it.

use record::command::participant_of;
use record::state::SessionState;
use record::{Role, plain};
use terms::SessionId;

use super::session::moments;
use super::steps::Case;
use crate::desk::{Desk, Outcome};
use crate::live::Watch;
use crate::pages::Link;
use crate::pages::marks::State;
use crate::pages::today::{DueGroup, DueItem, SessionNow, TodayPage};
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::words;

/// More than this is not read: the rest stands on the participants' pages.
const MOST: usize = 40;

pub fn show(desk: &Desk<'_>, _: &Asked) -> Outcome {
    if desk.who.role == Role::IndependentRater {
        return Ok(Reply::SeeOther("/ratings".into()));
    }
    let mut page = TodayPage {
        date: words::weekday(desk.now.date(&desk.zone)),
        main_action: desk.is(rooms::ENROLLING).then(|| Link::new("Refer a participant", "/participants/new")),
        live: Some(Watch::Today.address(&desk.view)),
        ..TodayPage::default()
    };
    if rooms::participants(desk.who.role) {
        fill(desk, &mut page);
    }
    desk.page(page.render(&desk.shell()))
}

#[derive(Default)]
struct Found {
    enrolment: Vec<DueItem>,
    ratings: Vec<DueItem>,
    overdue: Vec<DueItem>,
    today: Vec<DueItem>,
    open: Vec<DueItem>,
    doses: Vec<DueItem>,
}

fn fill(desk: &Desk<'_>, page: &mut TodayPage) {
    let mut found = Found::default();
    for id in desk.view.participants() {
        let Ok(seen) = desk.participant_state(&id) else { continue };
        let case = Case::new(desk, id, seen);
        for visit in case.in_session.iter().filter(|_| rooms::sessions(desk.who.role)) {
            let session = record::state::ParticipantState::session_id(&case.id, visit);
            let seen = desk.view.session(&session);
            page.now.extend(session_now(desk, &session, &seen));
            found.doses.extend(dose_due(desk, &session, &seen));
        }
        collect(&case, &mut found);
    }
    let stock = stock(desk);
    let sessions = words::count(page.now.len(), "session now", "sessions now");
    let overdue = format!("{} overdue", found.overdue.len());
    let summary = [(page.now.len(), sessions), (found.overdue.len(), overdue)];
    page.summary = summary
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(_, text)| text)
        .collect::<Vec<_>>()
        .join(", ");
    let groups = [
        ("Doses", found.doses),
        ("Stock", stock),
        ("Overdue", found.overdue),
        ("Visits today", found.today),
        ("Ratings to ask for", found.ratings),
        ("Enrolment", found.enrolment),
        ("Can be done now", found.open),
    ];
    page.groups = groups
        .into_iter()
        .map(|(title, mut items)| {
            items.truncate(MOST);
            DueGroup { title: title.into(), items }
        })
        .collect();
}

fn collect(case: &Case<'_>, found: &mut Found) {
    let desk = case.desk;
    let acts = desk.is(rooms::CLINICAL);
    let watches = matches!(desk.who.role, Role::Monitor | Role::DataManager | Role::Inspector);
    if !acts && !watches {
        return;
    }
    if acts {
        let steps = case.enrolment().into_iter();
        found.enrolment.extend(steps.filter(|step| step.action.is_some() || desk.is(rooms::ENROLLING)));
    }
    let today = desk.now.date(&case.zone);
    for (one, item) in case.visits(&case.plan()) {
        let ends_today = one.window.is_some_and(|(_, last)| last == today);
        let planned_today = one.scheduled.is_some_and(|at| at.date(&case.zone) == today);
        match one.state {
            State::Now => {}
            State::Overdue => found.overdue.push(item),
            _ if item.action.as_ref().is_some_and(|action| action.text == "Ask a rater") => {
                found.ratings.push(item)
            }
            _ if ends_today || planned_today => found.today.push(item),
            _ if item.action.is_some() => found.open.push(item),
            _ => {}
        }
    }
}

fn session_now(desk: &Desk<'_>, session: &SessionId, seen: &SessionState) -> Option<SessionNow> {
    let opened = seen.opened.as_ref()?;
    let participant = participant_of(session);
    let zone = desk.zone_of(&record::command::site_of(&participant));
    let moments = moments::Moments::of(desk, seen, &zone);
    let people: Vec<String> = seen.present.iter().map(|person| desk.name(person)).collect();
    Some(SessionNow {
        participant: participant.to_string(),
        title: format!("{} session {}", plain::session_kind(opened.value.0), opened.value.1),
        since: moments.since(),
        next: moments
            .next()
            .first()
            .map_or_else(|| "nothing planned".into(), |next| format!("{} {}", next.text, next.when)),
        last: seen
            .last_vitals(desk.now)
            .map(|set| format!("{} at {}", plain::vital_words(&set.vitals), set.noted.happened.clock(&zone))),
        present: if people.is_empty() { "nobody charted yet".into() } else { people.join(", ") },
        href: format!("/sessions/{session}"),
    })
}

/// The supplemental dose while its window is open.
fn dose_due(desk: &Desk<'_>, session: &SessionId, seen: &SessionState) -> Option<DueItem> {
    let participant = participant_of(session);
    let zone = desk.zone_of(&record::command::site_of(&participant));
    let (from, until) = moments::supplement_window(desk, seen)?;
    let within = from <= desk.now && desk.now <= until;
    within.then(|| DueItem {
        state: State::Due,
        when: format!("by {}", until.clock(&zone)),
        subject: Some(crate::desk::participant_link(&participant)),
        text: "Supplemental dose".into(),
        detail: Some("give it, or record why not".into()),
        tags: Vec::new(),
        action: desk
            .is(rooms::IN_SESSION)
            .then(|| Link::new("Open the session", format!("/sessions/{session}#do-supplemental-dose"))),
    })
}

/// For those who keep the kits: sessions without one, and what does not add up.
fn stock(desk: &Desk<'_>) -> Vec<DueItem> {
    if !rooms::stock(desk.who.role) {
        return Vec::new();
    }
    let mut items = Vec::new();
    for site in desk.view.sites() {
        let zone = desk.zone_of(&site);
        let supply = desk.view.supply(&site);
        let action =
            |word: &str| desk.is(rooms::PHARMACIST).then(|| Link::new(word, format!("/stock?site={site}")));
        for (session, seen) in super::stock::without_kit(desk, &site, &supply) {
            items.push(DueItem {
                state: State::Due,
                when: seen.opened.as_ref().map(|opened| opened.happened.clock(&zone)).unwrap_or_default(),
                subject: Some(crate::desk::participant_link(&participant_of(&session))),
                text: "Kit to dispense".into(),
                detail: Some(format!(
                    "dosing session {}",
                    seen.opened.as_ref().map_or(1, |opened| opened.value.1)
                )),
                tags: Vec::new(),
                action: action("Dispense"),
            });
        }
        for open in supply.open_discrepancies.values() {
            items.push(DueItem {
                state: State::Overdue,
                when: open.happened.date(&zone).long(),
                subject: None,
                text: format!("Kit {} lacks {}", open.value.0, open.value.1),
                detail: Some(format!(
                    "an open discrepancy at {site}; nothing is dispensed until it is resolved"
                )),
                tags: Vec::new(),
                action: action("Resolve"),
            });
        }
    }
    items
}
