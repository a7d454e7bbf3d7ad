//! What the clock says in a session: how long since, and what is due next.

use protocol::Study;
use protocol::study::{Moment, MomentAt, Threshold, ThresholdAction};
use record::body::{DoseKind, SessionKind};
use record::decide::is_past;
use record::state::SessionState;
use terms::{Timestamp, Zone};

use crate::desk::Desk;
use crate::pages::marks::State;
use crate::pages::session::Next;
use crate::words;

/// A reading so close to a planned one stands for it.
const CLOSE_MINUTES: i64 = 10;

pub struct Moments<'a> {
    protocol: &'a Study,
    seen: &'a SessionState,
    now: Timestamp,
    zone: &'a Zone,
    pub initial: Option<Timestamp>,
}

/// When the supplemental dose may be given, while that is open: an initial dose, and nothing said of the second.
pub fn supplement_window(desk: &Desk<'_>, seen: &SessionState) -> Option<(Timestamp, Timestamp)> {
    let initial = seen.dose(DoseKind::Initial)?;
    let settled =
        seen.dose(DoseKind::Supplemental).is_some() || seen.not_given.contains_key(&DoseKind::Supplemental);
    let (from, until) = desk.protocol.dosing.supplemental_window_minutes;
    let at = initial.noted.happened;
    (!settled && seen.closed.is_none()).then(|| (at.plus_minutes(from), at.plus_minutes(until)))
}

impl<'a> Moments<'a> {
    pub fn of(desk: &'a Desk<'_>, seen: &'a SessionState, zone: &'a Zone) -> Self {
        let initial = seen.dose(DoseKind::Initial).map(|dose| dose.noted.happened);
        Self { protocol: &desk.protocol, seen, now: desk.now, zone, initial }
    }

    fn is_dosing(&self) -> bool {
        self.seen.kind() == Some(SessionKind::Dosing)
    }

    /// `1 h 50 min since the initial dose`
    pub fn since(&self) -> String {
        let (text, of, _) = self.since_parts();
        format!("{text} {of}")
    }

    /// How long, since what, and the same in seconds while it runs.
    pub fn since_parts(&self) -> (String, String, Option<i64>) {
        if let Some(closed) = &self.seen.closed {
            return ("Closed".into(), format!("at {}", closed.happened.clock(self.zone)), None);
        }
        let opened = self.seen.opened.as_ref().map_or(self.now, |opened| opened.happened);
        let (from, of) = match self.initial {
            Some(initial) => (initial, "since the initial dose"),
            None if self.is_dosing() => (opened, "since it began; no dose given yet"),
            None => (opened, "since it began"),
        };
        let minutes = words::minutes_between(from, self.now).max(0);
        (words::span(minutes), of.into(), Some((self.now.0 - from.0).max(0) / 1000))
    }

    /// `11:55, in 3 min`
    fn when(&self, at: Timestamp) -> String {
        let minutes = words::minutes_between(self.now, at);
        let clock = at.clock(self.zone);
        match minutes {
            0 => format!("{clock}, now"),
            1.. => format!("{clock}, in {}", words::span(minutes)),
            _ => format!("{clock}, {} ago", words::span(-minutes)),
        }
    }

    fn state(&self, at: Timestamp) -> State {
        match words::minutes_between(at, self.now) {
            CLOSE_MINUTES.. => State::Overdue,
            -5.. => State::Due,
            _ => State::Later,
        }
    }

    /// What is due next, the nearest first.
    pub fn next(&self) -> Vec<Next> {
        if self.seen.closed.is_some() {
            return Vec::new();
        }
        let at = |text: &str, at: Timestamp| Next {
            state: self.state(at),
            text: text.into(),
            when: self.when(at),
        };
        let Some(initial) = self.initial else { return self.before_the_dose() };
        let mut next = Vec::new();
        if let Some((_, due)) = self.next_vitals() {
            next.push((due, at("Vital signs", due)));
        }
        let supplement_open = self.seen.dose(DoseKind::Supplemental).is_none()
            && !self.seen.not_given.contains_key(&DoseKind::Supplemental);
        if supplement_open {
            let (from, until) = self.protocol.dosing.supplemental_window_minutes;
            let (from, until) = (initial.plus_minutes(from), initial.plus_minutes(until));
            let said = if self.now < from {
                let when = format!("opens {}", self.when(from));
                (from, Next { when, ..at("Supplemental dose", from) })
            } else {
                let state = if self.now <= until { State::Due } else { State::Overdue };
                (
                    until,
                    Next {
                        state,
                        text: "Supplemental dose".into(),
                        when: format!("until {}", self.when(until)),
                    },
                )
            };
            next.push(said);
        }
        if let Some(due) = self.next_effects(initial) {
            next.push((due, at("How it is for them", due)));
        }
        next.push(self.end(initial));
        next.sort_by_key(|(due, _)| *due);
        next.into_iter().map(|(_, next)| next).take(3).collect()
    }

    fn end(&self, initial: Timestamp) -> (Timestamp, Next) {
        let end = initial.plus_minutes(self.protocol.sessions.dosing.length_minutes);
        let state = if end <= self.now { State::Due } else { State::Later };
        (end, Next { state, text: "End of the session".into(), when: self.when(end) })
    }

    /// When a session without a dose is planned to end.
    fn planned_end(&self) -> Option<Next> {
        let sessions = &self.protocol.sessions;
        let length = match self.seen.kind()? {
            SessionKind::Preparation => sessions.preparation.length_minutes,
            SessionKind::Dosing => return None,
            SessionKind::Integration => sessions.integration.length_minutes,
        };
        let end = self.seen.opened.as_ref()?.happened.plus_minutes(length);
        let state = if end <= self.now { State::Due } else { State::Later };
        Some(Next { state, text: "Planned end".into(), when: self.when(end) })
    }

    fn before_the_dose(&self) -> Vec<Next> {
        if !self.is_dosing() || self.seen.not_given.contains_key(&DoseKind::Initial) {
            return self.planned_end().into_iter().collect();
        }
        let due = |text: &str, when: String| Next { state: State::Due, text: text.into(), when };
        let mut next = Vec::new();
        let checks = &self.protocol.sessions.dosing.pre_dose;
        let open = checks
            .iter()
            .filter(|check| !self.seen.pre_dose.get(&check.id).is_some_and(|done| done.value))
            .count();
        if open > 0 {
            next.push(due("Checks before the dose", format!("{open} left")));
        }
        if self.seen.kit.is_none() {
            next.push(due("Kit", "waits for the pharmacist".into()));
        }
        let fresh =
            self.seen.last_vitals(self.now).map(|set| words::minutes_between(set.noted.happened, self.now));
        let most = self.protocol.dosing.vitals_before_dose_minutes;
        if fresh.zip(most).is_none_or(|(age, most)| age > most) {
            let when = most.map_or_else(
                || "before the dose".into(),
                |most| format!("at most {most} min before the dose"),
            );
            next.push(due("Vital signs", when));
        }
        if next.is_empty() && !self.is_past_a_limit_of_the_dose() {
            next.push(due("Initial dose", "may be given now".into()));
        }
        next
    }

    fn is_past_a_limit_of_the_dose(&self) -> bool {
        let limits =
            self.protocol.thresholds.iter().filter(|limit| limit.action == ThresholdAction::DoNotDose);
        let last = self.seen.last_vitals(self.now);
        last.is_some_and(|last| {
            let past =
                |limit: &Threshold| last.vitals.get(limit.vital).is_some_and(|value| is_past(limit, value));
            limits.into_iter().any(past)
        })
    }

    /// The next planned reading after the initial dose: the first that comes after the last one taken.
    pub fn next_vitals(&self) -> Option<(&'a Moment, Timestamp)> {
        let initial = self.initial.filter(|_| self.seen.closed.is_none())?;
        let last = self.seen.standing_vitals().map(|set| set.noted.happened).max().unwrap_or(initial);
        let planned = self.protocol.monitoring.iter().filter_map(|moment| match moment.at {
            MomentAt::AfterInitialDose(minutes) => Some((moment, initial.plus_minutes(minutes))),
            _ => None,
        });
        let next = planned.filter(|(_, due)| *due > last.plus_minutes(CLOSE_MINUTES / 2));
        next.min_by_key(|(_, due)| *due)
    }

    fn next_effects(&self, initial: Timestamp) -> Option<Timestamp> {
        let every = self.protocol.session_effects.every_minutes;
        if every <= 0 || self.protocol.session_effects.items.is_empty() {
            return None;
        }
        let last = self.seen.effects.iter().map(|asked| asked.happened).max().unwrap_or(initial).max(initial);
        Some(last.plus_minutes(every))
    }

    /// Which planned moment a reading at `at` stands for.
    pub fn moment_of(&self, at: Timestamp) -> Option<String> {
        let taken = |id: &str| self.seen.standing_vitals().any(|set| set.moment.as_deref() == Some(id));
        let open = || self.protocol.monitoring.iter().filter(|moment| !taken(&moment.id));
        let Some(initial) = self.initial.filter(|initial| *initial < at) else {
            return open()
                .find(|moment| moment.at == MomentAt::BeforeInitialDose)
                .map(|moment| moment.id.clone());
        };
        let minutes = words::minutes_between(initial, at);
        let near = open().filter_map(|moment| match moment.at {
            MomentAt::AfterInitialDose(planned) => Some(((planned - minutes).abs(), moment)),
            _ => None,
        });
        let near = near
            .filter(|(gap, _)| *gap <= CLOSE_MINUTES)
            .min_by_key(|(gap, _)| *gap)
            .map(|(_, moment)| moment);
        let (from, until) = self.protocol.dosing.supplemental_window_minutes;
        let before_supplement =
            self.seen.dose(DoseKind::Supplemental).is_none() && (from - 30..=until).contains(&minutes);
        let supplement =
            || open().find(|moment| before_supplement && moment.at == MomentAt::BeforeSupplementalDose);
        near.or_else(supplement).map(|moment| moment.id.clone())
    }
}
