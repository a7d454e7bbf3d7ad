//! The rows of each table. All fields are public: anybody may make them.

use record::body::{DoseKind, Guess, Guesser, Severity, StoppedFrom};
use terms::{ArmId, InstrumentId, Micrograms, ParticipantId, SiteId, VisitId};

use crate::cell::Cell;

/// Everything that is read out, row by row, in the order of participants.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dataset {
    pub subjects: Vec<Subject>,
    pub ratings: Vec<RatingRow>,
    pub adverse_events: Vec<AdverseEventRow>,
    pub doses: Vec<DoseRow>,
    pub vitals: Vec<VitalsRow>,
    pub guesses: Vec<GuessRow>,
    pub deviations: Vec<DeviationRow>,
}

/// One participant.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub participant: ParticipantId,
    pub site: SiteId,
    pub age_years: Cell<u32>,
    pub sex_at_birth: Cell<String>,
    pub referral_source: Cell<String>,
    pub consented: Cell<bool>,
    /// The criterion that failed, if one was named, and why.
    pub not_enrolled: Cell<(Option<String>, String)>,
    pub randomised: Cell<bool>,
    /// Only in a view that shows it.
    pub arm: Cell<ArmId>,
    /// Dosing sessions with an initial dose.
    pub dosing_sessions: Cell<u32>,
    /// As labelled, in both arms.
    pub mass_given: Cell<Micrograms>,
    pub stopped: Cell<(StoppedFrom, String)>,
    pub completed: Cell<bool>,
}

/// One instrument at one timepoint.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingRow {
    pub participant: ParticipantId,
    pub timepoint: String,
    pub visit: VisitId,
    pub instrument: InstrumentId,
    /// The score that the protocol's endpoints use: CAPS-5 total, SDS mean.
    pub score: Cell<f64>,
    /// Score minus that at baseline.
    pub change: Cell<f64>,
    /// Whether the interview diagnoses PTSD; empty for instruments that do not diagnose.
    pub diagnosis: Cell<bool>,
    /// Why there was no rating.
    pub not_done: Cell<String>,
    /// The rating came after treatment was stopped.
    pub after_stopping: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AdverseEventRow {
    pub participant: ParticipantId,
    pub term: Cell<String>,
    pub severity: Severity,
    pub serious: bool,
    pub related: bool,
    pub special_interest: bool,
    pub ended: Cell<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DoseRow {
    pub participant: ParticipantId,
    /// Which dosing session, from 1.
    pub session: u32,
    pub dose: DoseKind,
    /// Empty if it was not given.
    pub mass: Cell<Micrograms>,
    pub not_given: Cell<String>,
    /// After the initial dose.
    pub minutes: Cell<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VitalsRow {
    pub participant: ParticipantId,
    pub session: u32,
    /// Since the initial dose; empty without one.
    pub minutes: Cell<i64>,
    pub systolic_mmhg: Cell<f64>,
    pub diastolic_mmhg: Cell<f64>,
    pub pulse_bpm: Cell<f64>,
    pub temperature_c: Cell<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct GuessRow {
    pub participant: ParticipantId,
    pub by: Guesser,
    pub timepoint: String,
    pub guess: Cell<Guess>,
    /// 0 to 100.
    pub confidence: Cell<u32>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DeviationRow {
    pub participant: ParticipantId,
    pub rule: Cell<String>,
    pub found: String,
}

impl Dataset {
    /// The rating of a participant with an instrument at a timepoint.
    pub fn rating(
        &self,
        participant: &ParticipantId,
        instrument: &str,
        timepoint: &str,
    ) -> Option<&RatingRow> {
        self.ratings.iter().find(|row| {
            row.participant == *participant
                && row.timepoint == timepoint
                && row.instrument.as_str() == instrument
        })
    }

    pub fn subject(&self, participant: &ParticipantId) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.participant == *participant)
    }

    /// Whether the view that it was read under shows arms.
    pub fn shows_arms(&self) -> bool {
        let mut randomised =
            self.subjects.iter().filter(|subject| subject.randomised.value == Some(true)).peekable();
        randomised.peek().is_some() && randomised.all(|subject| subject.arm.value.is_some())
    }
}
