//! A therapy session, with what was charted in it. A dosing session is one of them.

use std::collections::{BTreeMap, BTreeSet};

use terms::{EntryId, KitId, Micrograms, ParticipantId, PersonId, Timestamp, VisitId};

use super::Noted;
use crate::body::{Body, DoseKind, SessionKind, Vitals};
use crate::entry::Entry;

#[derive(Clone, Debug, Default)]
pub struct SessionState {
    /// Kind, number, visit, participant.
    pub opened: Option<Noted<(SessionKind, u32, VisitId, ParticipantId)>>,
    pub room: String,
    pub present: BTreeSet<PersonId>,
    pub environment: BTreeMap<String, Noted<bool>>,
    pub pre_dose: BTreeMap<String, Noted<bool>>,
    pub release: BTreeMap<String, Noted<bool>>,
    /// In the order in which they were recorded; corrected ones stay, marked.
    pub vitals: Vec<VitalsSet>,
    pub permitted: BTreeMap<DoseKind, Noted<(KitId, Micrograms, Timestamp)>>,
    /// All doses given. Should there be two initial ones, both stand.
    pub doses: Vec<DoseTaken>,
    pub not_given: BTreeMap<DoseKind, Noted<String>>,
    pub thresholds_passed: Vec<Noted<(String, f64)>>,
    pub effects: Vec<Noted<BTreeMap<String, u8>>>,
    pub notes: Vec<Noted<String>>,
    pub suicidality: Vec<Noted<(String, u8, bool)>>,
    pub kit: Option<Noted<KitId>>,
    pub closed: Option<Noted<()>>,
    /// Rule and what was found.
    pub deviations: Vec<Noted<(String, String)>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct VitalsSet {
    pub vitals: Vitals,
    pub moment: Option<String>,
    pub noted: Noted<()>,
    pub corrected_by: Option<EntryId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DoseTaken {
    pub dose: DoseKind,
    pub kit: KitId,
    pub mass: Micrograms,
    pub witness: PersonId,
    pub noted: Noted<()>,
    pub corrected_by: Option<EntryId>,
}

impl SessionState {
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.body {
            Body::SessionOpened { of, number, visit, participant, room } if self.opened.is_none() => {
                self.opened = Some(Noted::new((*of, *number, visit.clone(), participant.clone()), entry));
                self.room.clone_from(room);
            }
            Body::Arrived { person } => {
                self.present.insert(person.clone());
            }
            Body::Left { person } => {
                self.present.remove(person);
            }
            Body::EnvironmentChecked { check, ok } => {
                self.environment.insert(check.clone(), Noted::new(*ok, entry));
            }
            Body::PreDoseChecked { check, ok } => {
                self.pre_dose.insert(check.clone(), Noted::new(*ok, entry));
            }
            Body::ReleaseChecked { check, ok } => {
                self.release.insert(check.clone(), Noted::new(*ok, entry));
            }
            Body::VitalsTaken { moment, vitals } => self.chart_vitals(*vitals, moment.clone(), entry),
            Body::DosePermitted { dose, kit, mass, until } => {
                self.permitted.insert(*dose, Noted::new((kit.clone(), *mass, *until), entry));
            }
            Body::DoseGiven { dose, kit, mass, witness } => {
                for earlier in
                    self.doses.iter_mut().filter(|earlier| Some(earlier.noted.entry) == entry.corrects)
                {
                    earlier.corrected_by = Some(entry.id);
                }
                self.doses.push(DoseTaken {
                    dose: *dose,
                    kit: kit.clone(),
                    mass: *mass,
                    witness: witness.clone(),
                    noted: Noted::new((), entry),
                    corrected_by: None,
                });
            }
            Body::DoseNotGiven { dose, why } => {
                self.not_given.insert(*dose, Noted::new(why.clone(), entry));
            }
            Body::ThresholdPassed { threshold, value, .. } => {
                self.thresholds_passed.push(Noted::new((threshold.clone(), *value), entry));
            }
            Body::EffectsAsked { effects } => self.effects.push(Noted::new(effects.clone(), entry)),
            Body::Noted { text } => self.notes.push(Noted::new(text.clone(), entry)),
            Body::SuicidalityAssessed { occasion, ideation, behaviour } => {
                self.suicidality.push(Noted::new((occasion.clone(), *ideation, *behaviour), entry));
            }
            Body::KitDispensed { kit, .. } => {
                self.kit.get_or_insert(Noted::new(kit.clone(), entry));
            }
            Body::SessionClosed => {
                self.closed.get_or_insert(Noted::new((), entry));
            }
            Body::Deviation { rule, found, .. } => {
                self.deviations.push(Noted::new((rule.clone(), found.clone()), entry));
            }
            _ => {}
        }
    }

    fn chart_vitals(&mut self, vitals: Vitals, moment: Option<String>, entry: &Entry) {
        for earlier in self.vitals.iter_mut().filter(|earlier| Some(earlier.noted.entry) == entry.corrects) {
            earlier.corrected_by = Some(entry.id);
        }
        self.vitals.push(VitalsSet { vitals, moment, noted: Noted::new((), entry), corrected_by: None });
    }

    pub fn kind(&self) -> Option<SessionKind> {
        self.opened.as_ref().map(|opened| opened.value.0)
    }

    /// The first initial (or supplemental) dose that stands.
    pub fn dose(&self, kind: DoseKind) -> Option<&DoseTaken> {
        self.doses.iter().find(|dose| dose.dose == kind && dose.corrected_by.is_none())
    }

    pub fn standing_vitals(&self) -> impl DoubleEndedIterator<Item = &VitalsSet> {
        self.vitals.iter().filter(|set| set.corrected_by.is_none())
    }

    /// The set of vital signs that happened last, at or before `at`.
    pub fn last_vitals(&self, at: Timestamp) -> Option<&VitalsSet> {
        self.standing_vitals().filter(|set| set.noted.happened <= at).max_by_key(|set| set.noted.happened)
    }
}
