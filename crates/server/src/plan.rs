//! Where each visit of a participant stands: done, due, overdue, later; its window, and the day it is expected on.
//!
//! Computed from what the reader sees and the protocol, when it is asked. Nothing of it is stored, since what is
//! overdue depends on the time at which one looks.

use std::collections::{BTreeMap, BTreeSet};

use protocol::Study;
use protocol::study::{Visit, VisitKind};
use record::body::StoppedFrom;
use record::state::ParticipantState;
use terms::{Date, Timestamp, VisitId, Zone};

use crate::pages::marks::State;
use crate::pages::schedule::{Strip, StripMark};
use crate::words;

/// One visit of the protocol, as it stands for one participant.
#[derive(Clone, Debug)]
pub struct Planned<'a> {
    pub visit: &'a Visit,
    pub state: State,
    pub done: Option<Timestamp>,
    pub scheduled: Option<Timestamp>,
    /// The day it was done on, is planned for, or is expected on if everything before it happens in time.
    pub day: Option<Date>,
    /// First and last day of its window, once its anchor was done or is expected.
    pub window: Option<(Date, Date)>,
}

/// What the plan is made for.
pub struct Case<'a> {
    pub protocol: &'a Study,
    pub seen: &'a ParticipantState,
    /// Visits whose session is open in the room.
    pub in_session: &'a BTreeSet<VisitId>,
    pub zone: &'a Zone,
    pub now: Timestamp,
}

/// All visits, in the order of the protocol.
pub fn plan<'a>(case: &Case<'a>) -> Vec<Planned<'a>> {
    let mut days = BTreeMap::new();
    let mut planned = Vec::new();
    for visit in &case.protocol.visits {
        let one = case.visit(visit, &days);
        if let Some(day) = one.day {
            days.insert(&visit.id, day);
        }
        planned.push(one);
    }
    planned
}

impl<'a> Case<'a> {
    fn visit(&self, visit: &'a Visit, days: &BTreeMap<&VisitId, Date>) -> Planned<'a> {
        let known = self.seen.visits.get(&visit.id);
        let done = known.and_then(|known| known.done.as_ref()).map(|done| done.happened);
        let scheduled = known.and_then(|known| known.scheduled.as_ref()).map(|planned| planned.value);
        let missed = known.is_some_and(|known| known.missed.is_some()) && done.is_none();
        let anchor = visit.anchor.as_ref().and_then(|anchor| days.get(anchor).copied());
        let window =
            anchor.zip(visit.target_day).zip(visit.window_days).map(|((anchor, target), (before, after))| {
                (anchor.plus_days(target - before.abs()), anchor.plus_days(target + after))
            });
        let expected = anchor.zip(visit.target_day).map(|(anchor, target)| anchor.plus_days(target));
        let today = self.now.date(self.zone);
        let state = match (done, missed) {
            (Some(_), _) => State::Done,
            (None, true) => State::Missed,
            _ if self.in_session.contains(&visit.id) => State::Now,
            _ => self.open_state(visit, scheduled, window, today),
        };
        let day = match (done, scheduled) {
            (Some(done), _) => Some(done.date(self.zone)),
            (None, Some(at)) => Some(at.date(self.zone)),
            (None, None) if missed => expected,
            (None, None) => expected.map(|day| if state == State::Later { day.max(today) } else { day }),
        };
        Planned { visit, state, done, scheduled, day, window }
    }

    fn open_state(
        &self,
        visit: &Visit,
        scheduled: Option<Timestamp>,
        window: Option<(Date, Date)>,
        today: Date,
    ) -> State {
        if !self.is_reached(visit) {
            return State::Later;
        }
        match (window, scheduled.map(|at| at.date(self.zone))) {
            (Some((_, last)), _) if last < today => State::Overdue,
            (_, Some(day)) if day < today => State::Overdue,
            (_, Some(day)) if day > today => State::Later,
            (_, Some(_)) => State::Due,
            (Some((first, _)), None) if first > today => State::Later,
            _ => State::Due,
        }
    }

    /// Whether everything that must come first has come.
    fn is_reached(&self, visit: &Visit) -> bool {
        let seen = self.seen;
        let settled = |id: &VisitId| {
            seen.visits.get(id).is_some_and(|known| known.done.is_some() || known.missed.is_some())
        };
        let anchored = visit.anchor.as_ref().is_none_or(|anchor| seen.visit_done(anchor).is_some());
        let left =
            seen.has_left(StoppedFrom::Study) || seen.completed.is_some() || seen.not_enrolled.is_some();
        let treated_on = !seen.has_left(StoppedFrom::Treatment)
            || !matches!(visit.kind, VisitKind::Dosing | VisitKind::Integration | VisitKind::Call);
        let enrolled = match visit.kind {
            VisitKind::Screening => seen.consent.is_some(),
            VisitKind::Dosing => seen.randomised.is_some(),
            _ => seen.consent.is_some() && !seen.screening.is_empty(),
        };
        !left && treated_on && enrolled && anchored && visit.after.iter().all(settled)
    }
}

impl Planned<'_> {
    /// `V10 Dosing session 2`
    pub fn title(&self) -> String {
        format!("{} {}", self.visit.id, self.visit.name)
    }

    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Due | State::Overdue | State::Now)
    }

    /// `8 to 22 Mar 2026`; empty if none is stated or its anchor is not known.
    pub fn window_text(&self) -> String {
        self.window.map_or_else(String::new, |(first, last)| words::days(first, last))
    }

    /// When it was, is planned for, or is to be.
    pub fn when(&self, zone: &Zone) -> String {
        match (self.done, self.scheduled, self.window, self.state) {
            (Some(done), ..) => done.date(zone).long(),
            (None, _, _, State::Missed) => "missed".into(),
            (None, Some(at), ..) => words::moment(at, zone),
            (None, None, Some((first, last)), State::Due | State::Overdue | State::Now) => {
                if first == last {
                    last.long()
                } else {
                    format!("by {}", last.long())
                }
            }
            (None, None, _, State::Due | State::Overdue | State::Now) => "now".into(),
            (None, None, ..) => {
                self.day.map_or_else(|| "not planned yet".into(), |day| format!("about {}", day.long()))
            }
        }
    }
}

/// The whole plan in one line of marks.
pub fn strip(planned: &[Planned<'_>]) -> Strip {
    let marks =
        planned.iter().map(|one| StripMark { state: one.state, large: one.visit.kind == VisitKind::Dosing });
    let done = planned.iter().filter(|one| one.state == State::Done).count();
    let mut text = format!("{done} of {} visits done", planned.len());
    if let Some(next) = next(planned) {
        text = format!("{text}, {} {}", next.visit.id, next.state.word());
    }
    Strip { marks: marks.collect(), text }
}

/// What comes next: in the room, overdue, due, or else the first that is expected.
pub fn next<'p, 'a>(planned: &'p [Planned<'a>]) -> Option<&'p Planned<'a>> {
    let first = |state| planned.iter().find(|one| one.state == state);
    first(State::Now).or_else(|| first(State::Overdue)).or_else(|| first(State::Due)).or_else(|| {
        planned.iter().filter(|one| one.state == State::Later && one.day.is_some()).min_by_key(|one| one.day)
    })
}
