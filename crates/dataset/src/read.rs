//! From a view to rows.

use instruments::Scores;
use protocol::Study;
use record::View;
use record::body::{Body, DoseKind, SessionKind, StoppedFrom};
use record::state::{ParticipantState, SessionState};
use record::stream::StreamId;
use terms::{ArmId, EntryId, InstrumentId, Micrograms, ParticipantId, SessionId};

use crate::cell::Cell;
use crate::rows::{AdverseEventRow, Dataset, DeviationRow, DoseRow, GuessRow, RatingRow, Subject, VitalsRow};

impl Dataset {
    /// Everything that `view` shows. Empty before a study is opened.
    pub fn from_view(view: &View<'_>) -> Self {
        let Some(study) = view.protocol() else { return Self::default() };
        let allocation = view.allocation();
        let mut dataset = Self::default();
        let sessions = view.sessions();
        for participant in view.participants() {
            let state = view.participant(&participant);
            let own: Vec<&SessionId> = sessions
                .iter()
                .filter(|session| record::command::participant_of(session) == participant)
                .collect();
            let dosing: Vec<(SessionId, Box<SessionState>)> = own
                .iter()
                .map(|session| ((*session).clone(), view.session(session)))
                .filter(|(_, state)| state.kind() == Some(SessionKind::Dosing))
                .collect();
            let arm =
                allocation.drawn.get(&participant).map(|drawn| Cell::new(drawn.value.clone(), [drawn.entry]));
            Reader { study: &study, participant: &participant, state: &state, dosing: &dosing }
                .read(arm.unwrap_or_default(), &mut dataset);
            dataset.deviations.extend(deviations(view, &participant, &own));
        }
        dataset
    }
}

struct Reader<'a> {
    study: &'a Study,
    participant: &'a ParticipantId,
    state: &'a ParticipantState,
    dosing: &'a [(SessionId, Box<SessionState>)],
}

/// `cell(noted)`: its value and its entry.
fn noted<T: Clone>(noted: Option<&record::state::Noted<T>>) -> Cell<T> {
    noted.map(|noted| Cell::new(noted.value.clone(), [noted.entry])).unwrap_or_default()
}

/// Whether something is on record, with the entry that says so.
fn on_record<T>(noted: Option<&record::state::Noted<T>>) -> Cell<bool> {
    Cell::new(noted.is_some(), noted.map(|noted| noted.entry))
}

impl Reader<'_> {
    fn read(&self, arm: Cell<ArmId>, dataset: &mut Dataset) {
        dataset.subjects.push(self.subject(arm));
        self.ratings(&mut dataset.ratings);
        self.adverse_events(&mut dataset.adverse_events);
        for (_, session) in self.dosing {
            self.doses(session, &mut dataset.doses);
            self.vitals(session, &mut dataset.vitals);
        }
        for guess in &self.state.guesses {
            let (by, timepoint, value, confidence) = &guess.value;
            dataset.guesses.push(GuessRow {
                participant: self.participant.clone(),
                by: *by,
                timepoint: timepoint.clone(),
                guess: Cell::new(*value, [guess.entry]),
                confidence: Cell::new(*confidence, [guess.entry]),
            });
        }
    }

    fn subject(&self, arm: Cell<ArmId>) -> Subject {
        let state = self.state;
        let referred = state.referred.as_ref();
        let of_referral = |pick: fn(&(String, u32, String)) -> String| {
            referred.map(|noted| Cell::new(pick(&noted.value), [noted.entry])).unwrap_or_default()
        };
        let doses: Vec<_> = self.dosing.iter().flat_map(|(_, session)| &session.doses).collect();
        let standing = || doses.iter().filter(|dose| dose.corrected_by.is_none());
        let initial = standing().filter(|dose| dose.dose == DoseKind::Initial);
        let had = self.dosing.iter().filter(|(_, session)| session.dose(DoseKind::Initial).is_some()).count();
        Subject {
            participant: self.participant.clone(),
            site: record::command::site_of(self.participant),
            age_years: referred.map(|noted| Cell::new(noted.value.1, [noted.entry])).unwrap_or_default(),
            sex_at_birth: of_referral(|referral| referral.2.clone()),
            referral_source: of_referral(|referral| referral.0.clone()),
            consented: on_record(state.consent.as_ref()),
            not_enrolled: noted(state.not_enrolled.as_ref()),
            randomised: on_record(state.randomised.as_ref()),
            arm,
            dosing_sessions: Cell::new(had as u32, initial.map(|dose| dose.noted.entry)),
            mass_given: Cell::new(
                standing().map(|dose| dose.mass).sum::<Micrograms>(),
                standing().map(|dose| dose.noted.entry),
            ),
            stopped: noted(state.stopped.first()),
            completed: on_record(state.completed.as_ref()),
        }
    }

    fn ratings(&self, rows: &mut Vec<RatingRow>) {
        for visit in self.study.visits.iter().filter(|visit| visit.timepoint.is_some()) {
            let timepoint = visit.timepoint.clone().unwrap_or_default();
            let rating = self.state.rating_at(&visit.id).map(|(_, rating)| rating);
            let not_done = noted(self.state.ratings_not_done.get(&visit.id));
            if rating.is_none_or(|rating| rating.answers.is_empty()) && not_done.value.is_none() {
                continue;
            }
            let used = self.study.instruments.iter().filter(|used| used.timepoints.contains(&timepoint));
            for instrument in used.map(|used| &used.instrument) {
                let answered = rating.and_then(|rating| rating.answers.get(instrument));
                let scores = answered.and_then(|answers| scored(instrument, &answers.value));
                let entry = answered.map(|answers| answers.entry);
                let score = Cell::maybe(self.endpoint_score(instrument, scores.as_ref()), entry);
                let after = |stop: &record::state::Noted<(StoppedFrom, String)>| {
                    answered.is_some_and(|answers| answers.happened > stop.happened)
                };
                rows.push(RatingRow {
                    participant: self.participant.clone(),
                    timepoint: timepoint.clone(),
                    visit: visit.id.clone(),
                    instrument: instrument.clone(),
                    change: self.change(instrument, &score),
                    score,
                    diagnosis: Cell::maybe(scores.as_ref().and_then(|scores| scores.flag("ptsd")), entry),
                    not_done: if answered.is_none() { not_done.clone() } else { Cell::default() },
                    after_stopping: self.state.stopped.iter().any(after),
                });
            }
        }
    }

    /// The score by which the protocol's endpoints use an instrument.
    fn endpoint_score(&self, instrument: &InstrumentId, scores: Option<&Scores>) -> Option<f64> {
        let endpoint = self.study.endpoints.iter().find(|endpoint| endpoint.instrument == *instrument)?;
        scores?.number(&endpoint.score)
    }

    fn change(&self, instrument: &InstrumentId, score: &Cell<f64>) -> Cell<f64> {
        let baseline = self.study.endpoints.iter().find(|endpoint| endpoint.instrument == *instrument);
        let visit = baseline.and_then(|endpoint| self.study.visit_at(&endpoint.baseline));
        let rating = visit.and_then(|visit| self.state.rating_at(&visit.id)).map(|(_, rating)| rating);
        let Some(answers) = rating.and_then(|rating| rating.answers.get(instrument)) else {
            return Cell::default();
        };
        let before = self.endpoint_score(instrument, scored(instrument, &answers.value).as_ref());
        let change = score.value.zip(before).map(|(after, before)| after - before);
        let mut sources = vec![answers.entry];
        sources.extend(score.sources.iter().filter(|source| **source != answers.entry));
        Cell::maybe(change, sources)
    }

    fn adverse_events(&self, rows: &mut Vec<AdverseEventRow>) {
        let mut events: Vec<_> = self.state.adverse_events.values().collect();
        events.sort_by_key(|event| (event.onset, event.term.clone()));
        for event in events {
            rows.push(AdverseEventRow {
                participant: self.participant.clone(),
                term: Cell::new(event.term.clone(), [event.reported.entry]),
                severity: event.severity,
                serious: event.serious,
                related: event.related,
                special_interest: event.special_interest,
                ended: Cell::new(event.ended.is_some(), event.ended.as_ref().map(|ended| ended.entry)),
            });
        }
    }

    fn doses(&self, session: &SessionState, rows: &mut Vec<DoseRow>) {
        let number = session.opened.as_ref().map_or(0, |opened| opened.value.1);
        let initial = session.dose(DoseKind::Initial);
        let row = |dose| DoseRow {
            participant: self.participant.clone(),
            session: number,
            dose,
            mass: Cell::default(),
            not_given: Cell::default(),
            minutes: Cell::default(),
        };
        for given in session.doses.iter().filter(|dose| dose.corrected_by.is_none()) {
            let corrected = session.doses.iter().filter(|dose| dose.corrected_by == Some(given.noted.entry));
            let sources: Vec<EntryId> =
                corrected.map(|dose| dose.noted.entry).chain([given.noted.entry]).collect();
            rows.push(DoseRow {
                mass: Cell::new(given.mass, sources),
                minutes: initial
                    .map(|initial| {
                        let minutes = given.noted.happened.minutes_since(initial.noted.happened);
                        Cell::new(minutes, [initial.noted.entry, given.noted.entry])
                    })
                    .unwrap_or_default(),
                ..row(given.dose)
            });
        }
        for (dose, why) in &session.not_given {
            rows.push(DoseRow { not_given: Cell::new(why.value.clone(), [why.entry]), ..row(*dose) });
        }
    }

    fn vitals(&self, session: &SessionState, rows: &mut Vec<VitalsRow>) {
        let number = session.opened.as_ref().map_or(0, |opened| opened.value.1);
        let initial = session.dose(DoseKind::Initial);
        let mut sets: Vec<_> = session.standing_vitals().collect();
        sets.sort_by_key(|set| set.noted.happened);
        for set in sets {
            let corrected = session.vitals.iter().filter(|other| other.corrected_by == Some(set.noted.entry));
            let sources: Vec<EntryId> =
                corrected.map(|other| other.noted.entry).chain([set.noted.entry]).collect();
            let cell = |value: Option<f64>| Cell::maybe(value, sources.iter().copied());
            rows.push(VitalsRow {
                participant: self.participant.clone(),
                session: number,
                minutes: initial
                    .map(|initial| {
                        let minutes = set.noted.happened.minutes_since(initial.noted.happened);
                        Cell::new(minutes, [initial.noted.entry, set.noted.entry])
                    })
                    .unwrap_or_default(),
                systolic_mmhg: cell(set.vitals.systolic_mmhg),
                diastolic_mmhg: cell(set.vitals.diastolic_mmhg),
                pulse_bpm: cell(set.vitals.pulse_bpm),
                temperature_c: cell(set.vitals.temperature_c),
            });
        }
    }
}

fn scored(instrument: &InstrumentId, answers: &std::collections::BTreeMap<String, i64>) -> Option<Scores> {
    instruments::builtin().get(instrument)?.score(answers).ok()
}

fn deviations(view: &View<'_>, participant: &ParticipantId, sessions: &[&SessionId]) -> Vec<DeviationRow> {
    let streams = std::iter::once(StreamId::Participant(participant.clone()))
        .chain(sessions.iter().map(|session| StreamId::Session((*session).clone())));
    let mut rows = Vec::new();
    for stream in streams {
        for entry in view.entries(&stream) {
            if let Body::Deviation { rule, found, causes } = &entry.body {
                let sources = causes.iter().copied().chain([entry.id]);
                rows.push(DeviationRow {
                    participant: participant.clone(),
                    rule: Cell::new(rule.clone(), sources),
                    found: found.clone(),
                });
            }
        }
    }
    rows
}
