//! A participant, from referral to the end.

use std::collections::BTreeMap;

use terms::{EntryId, InstrumentId, PersonId, SessionId, TaskId, Timestamp, VisitId};

use super::Noted;
use crate::body::{Body, Guess, Guesser, Severity, StoppedFrom, Value};
use crate::entry::Entry;

#[derive(Clone, Debug, Default)]
pub struct ParticipantState {
    /// Source of referral, age in years, sex at birth.
    pub referred: Option<Noted<(String, u32, String)>>,
    pub consent: Option<Noted<String>>,
    pub consent_withdrawn: Option<Noted<String>>,
    pub screening: BTreeMap<String, Noted<Value>>,
    /// By criterion: whether it holds.
    pub criteria: BTreeMap<String, Noted<bool>>,
    pub not_enrolled: Option<Noted<(Option<String>, String)>>,
    pub eligibility_signed: Option<Noted<()>>,
    pub therapists: Vec<PersonId>,
    pub randomised: Option<Noted<()>>,
    pub visits: BTreeMap<VisitId, VisitState>,
    pub ratings: BTreeMap<TaskId, RatingState>,
    /// By visit: why a rating was not done.
    pub ratings_not_done: BTreeMap<VisitId, Noted<String>>,
    pub guesses: Vec<Noted<(Guesser, String, Guess, u32)>>,
    pub adverse_events: BTreeMap<EntryId, AdverseEventState>,
    /// Occasion, ideation 0 to 5, behaviour.
    pub suicidality: Vec<Noted<(String, u8, bool)>>,
    pub contacts: u32,
    pub stopped: Vec<Noted<(StoppedFrom, String)>>,
    pub completed: Option<Noted<()>>,
    /// Rule and what was found.
    pub deviations: Vec<Noted<(String, String)>>,
}

#[derive(Clone, Debug, Default)]
pub struct VisitState {
    pub scheduled: Option<Noted<Timestamp>>,
    pub done: Option<Noted<()>>,
    pub missed: Option<Noted<String>>,
}

#[derive(Clone, Debug, Default)]
pub struct RatingState {
    pub requested: Option<Noted<(PersonId, Vec<InstrumentId>, Timestamp)>>,
    pub visit: Option<VisitId>,
    pub answers: BTreeMap<InstrumentId, Noted<BTreeMap<String, i64>>>,
}

impl RatingState {
    pub fn is_complete(&self) -> bool {
        self.requested
            .as_ref()
            .is_some_and(|asked| asked.value.1.iter().all(|one| self.answers.contains_key(one)))
    }
}

#[derive(Clone, Debug)]
pub struct AdverseEventState {
    pub term: String,
    pub onset: Timestamp,
    pub severity: Severity,
    pub serious: bool,
    pub related: bool,
    pub special_interest: bool,
    pub reported: Noted<()>,
    pub ended: Option<Noted<Timestamp>>,
}

/// Where a participant stands, for lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    Referred,
    Screening,
    NotEnrolled,
    Eligible,
    InTreatment,
    FollowUp,
    Stopped,
    Completed,
}

impl Stage {
    pub const ALL: [Self; 8] = [
        Self::Referred,
        Self::Screening,
        Self::NotEnrolled,
        Self::Eligible,
        Self::InTreatment,
        Self::FollowUp,
        Self::Stopped,
        Self::Completed,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Referred => "referred",
            Self::Screening => "screening",
            Self::NotEnrolled => "not enrolled",
            Self::Eligible => "eligible",
            Self::InTreatment => "in treatment",
            Self::FollowUp => "follow-up",
            Self::Stopped => "stopped",
            Self::Completed => "completed",
        }
    }
}

impl ParticipantState {
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.body {
            Body::Referred { source, age_years, sex_at_birth } => {
                self.referred = Some(Noted::new((source.clone(), *age_years, sex_at_birth.clone()), entry));
            }
            Body::Consented { version } => {
                self.consent = Some(Noted::new(version.clone(), entry));
                self.consent_withdrawn = None;
            }
            Body::ConsentWithdrawn { scope } => {
                self.consent_withdrawn = Some(Noted::new(scope.clone(), entry))
            }
            Body::ScreeningRecorded { values } => {
                for (name, value) in values {
                    self.screening.insert(name.clone(), Noted::new(*value, entry));
                }
            }
            Body::CriterionAssessed { criterion, holds, .. } => {
                self.criteria.insert(criterion.clone(), Noted::new(*holds, entry));
            }
            Body::NotEnrolled { criterion, why } => {
                self.not_enrolled = Some(Noted::new((criterion.clone(), why.clone()), entry));
            }
            Body::EligibilitySigned => self.eligibility_signed = Some(Noted::new((), entry)),
            Body::PairAssigned { therapists } => self.therapists.clone_from(therapists),
            Body::Randomised => {
                self.randomised.get_or_insert(Noted::new((), entry));
            }
            Body::VisitScheduled { visit, at } => {
                self.visit_mut(visit).scheduled = Some(Noted::new(*at, entry));
            }
            Body::VisitDone { visit } => {
                self.visit_mut(visit).done.get_or_insert(Noted::new((), entry));
            }
            Body::VisitMissed { visit, why } => {
                self.visit_mut(visit).missed = Some(Noted::new(why.clone(), entry));
            }
            Body::SuicidalityAssessed { occasion, ideation, behaviour } => {
                self.suicidality.push(Noted::new((occasion.clone(), *ideation, *behaviour), entry));
            }
            Body::Contacted { .. } => self.contacts += 1,
            Body::Stopped { from, why } => self.stopped.push(Noted::new((*from, why.clone()), entry)),
            Body::Completed => self.completed = Some(Noted::new((), entry)),
            Body::Deviation { rule, found, .. } => {
                self.deviations.push(Noted::new((rule.clone(), found.clone()), entry));
            }
            _ => self.apply_outcome(entry),
        }
    }

    fn apply_outcome(&mut self, entry: &Entry) {
        match &entry.body {
            Body::RatingRequested { task, rater, instruments, due } => {
                let asked = (rater.clone(), instruments.clone(), *due);
                self.ratings.entry(task.clone()).or_default().requested = Some(Noted::new(asked, entry));
            }
            Body::RatingLinked { task, visit } => {
                self.ratings.entry(task.clone()).or_default().visit = Some(visit.clone());
            }
            Body::RatingAnswered { task, instrument, answers } => {
                let rating = self.ratings.entry(task.clone()).or_default();
                rating.answers.insert(instrument.clone(), Noted::new(answers.clone(), entry));
            }
            Body::RatingNotDone { visit, why } => {
                self.ratings_not_done.insert(visit.clone(), Noted::new(why.clone(), entry));
            }
            Body::GuessRecorded { by, timepoint, guess, confidence, .. } => {
                self.guesses.push(Noted::new((*by, timepoint.clone(), *guess, *confidence), entry));
            }
            Body::AdverseEvent { term, onset, severity, serious, related, special_interest } => {
                let event = AdverseEventState {
                    term: term.clone(),
                    onset: *onset,
                    severity: *severity,
                    serious: *serious,
                    related: *related,
                    special_interest: *special_interest,
                    reported: Noted::new((), entry),
                    ended: None,
                };
                if let Some(corrected) = entry.corrects {
                    self.adverse_events.remove(&corrected);
                }
                self.adverse_events.insert(entry.id, event);
            }
            Body::AdverseEventEnded { event, at } => {
                if let Some(known) = self.adverse_events.get_mut(event) {
                    known.ended = Some(Noted::new(*at, entry));
                }
            }
            _ => {}
        }
    }

    fn visit_mut(&mut self, visit: &VisitId) -> &mut VisitState {
        self.visits.entry(visit.clone()).or_default()
    }

    pub fn visit_done(&self, visit: &VisitId) -> Option<&Noted<()>> {
        self.visits.get(visit)?.done.as_ref()
    }

    /// The rating task of `visit`, if its link is seen.
    pub fn rating_at(&self, visit: &VisitId) -> Option<(&TaskId, &RatingState)> {
        self.ratings.iter().find(|(_, rating)| rating.visit.as_ref() == Some(visit))
    }

    /// The raters who were asked so far.
    pub fn raters(&self) -> impl Iterator<Item = &PersonId> {
        self.ratings.values().filter_map(|rating| rating.requested.as_ref()).map(|asked| &asked.value.0)
    }

    pub fn has_left(&self, from: StoppedFrom) -> bool {
        self.stopped.iter().any(|stop| stop.value.0 == from)
    }

    /// `last_dosing`: the last dosing visit of the protocol.
    pub fn stage(&self, last_dosing: Option<&VisitId>) -> Stage {
        if self.completed.is_some() {
            Stage::Completed
        } else if self.has_left(StoppedFrom::Study) {
            Stage::Stopped
        } else if self.not_enrolled.is_some() {
            Stage::NotEnrolled
        } else if last_dosing.is_some_and(|visit| self.visit_done(visit).is_some())
            || self.has_left(StoppedFrom::Treatment)
        {
            Stage::FollowUp
        } else if self.randomised.is_some() {
            Stage::InTreatment
        } else if self.eligibility_signed.is_some() {
            Stage::Eligible
        } else if self.consent.is_some() {
            Stage::Screening
        } else {
            Stage::Referred
        }
    }

    /// The therapy session that belongs to a visit.
    pub fn session_id(participant: &terms::ParticipantId, visit: &VisitId) -> SessionId {
        SessionId::new(format!("{participant}.{visit}")).expect("two ids and a dot make an id")
    }
}
