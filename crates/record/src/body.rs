//! What an entry can say. This is the one frozen format inside: every version ever written stays readable.
//!
//! Each kind's doc says in whose words it speaks. Which labels a kind carries stands in [`Body::labels`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use terms::{
    ArmId, EntryId, InstrumentId, KitId, Micrograms, ParticipantId, PersonId, SessionId, SiteId, TaskId,
    Timestamp, VisitId,
};

use crate::role::{Labels, Role};

/// A rehearsal's study may move its clock and rest on assumptions; a real one may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Rehearsal,
    Real,
}

/// A fact of screening, as the protocol's rules use it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Flag(bool),
    Number(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    Preparation,
    Dosing,
    Integration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DoseKind {
    Initial,
    Supplemental,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Mild,
    Moderate,
    Severe,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guess {
    Active,
    Placebo,
    Unsure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guesser {
    Participant,
    Therapist,
    IndependentRater,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoppedFrom {
    Treatment,
    Study,
}

/// Vital signs; what was not measured is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Vitals {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub systolic_mmhg: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diastolic_mmhg: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pulse_bpm: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature_c: Option<f64>,
}

impl Vitals {
    pub fn get(&self, vital: protocol::study::Vital) -> Option<f64> {
        use protocol::study::Vital;
        match vital {
            Vital::SystolicMmhg => self.systolic_mmhg,
            Vital::DiastolicMmhg => self.diastolic_mmhg,
            Vital::PulseBpm => self.pulse_bpm,
            Vital::TemperatureC => self.temperature_c,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Body {
    // ---- study
    StudyOpened {
        study: String,
        title: String,
        of: Kind,
    },
    /// The protocol's text, and the text of its sign-off, as they were read.
    ProtocolAdopted {
        version: String,
        text: String,
        sha256: String,
        sign_off: Option<String>,
    },
    RoleGranted {
        person: PersonId,
        name: String,
        role: Role,
        site: Option<SiteId>,
    },
    RoleEnded {
        person: PersonId,
        role: Role,
        site: Option<SiteId>,
    },
    /// An allocation list exists: how many places a stratum has, and a commitment by which it can be proven
    /// later that nobody changed it.
    AllocationSealed {
        places: BTreeMap<SiteId, u32>,
        commitment: String,
    },
    DatabaseLocked,
    StudyUnblinded,
    /// In a rehearsal, the study's clock was moved.
    ClockMoved {
        to: Timestamp,
    },

    // ---- site
    SiteOpened {
        name: String,
        zone: String,
    },
    ParticipantNumbered {
        participant: ParticipantId,
    },
    PlaceTaken {
        participant: ParticipantId,
    },

    // ---- allocation (sealed)
    AllocationList {
        lists: BTreeMap<SiteId, Vec<ArmId>>,
        salt: String,
    },
    ArmDrawn {
        participant: ParticipantId,
        site: SiteId,
        place: u32,
        arm: ArmId,
    },
    KitContents {
        site: SiteId,
        shipment: String,
        kits: BTreeMap<KitId, ArmId>,
    },

    // ---- supply
    /// `covers`: how many participants these kits serve, whichever arms they draw.
    ShipmentReceived {
        shipment: String,
        kits: Vec<KitId>,
        content: Micrograms,
        covers: u32,
        witness: PersonId,
    },
    KitDispensed {
        kit: KitId,
        participant: ParticipantId,
        session: SessionId,
    },
    DoseDrawn {
        kit: KitId,
        session: SessionId,
        mass: Micrograms,
    },
    KitReturned {
        kit: KitId,
        session: SessionId,
        remaining: Micrograms,
        witness: PersonId,
    },
    StockCounted {
        expected: u32,
        counted: u32,
        witness: PersonId,
    },
    /// Found, not reported: the ledger and what happened do not agree.
    DiscrepancyOpened {
        kit: KitId,
        shortfall: Micrograms,
        causes: Vec<EntryId>,
    },
    DiscrepancyResolved {
        discrepancy: EntryId,
        finding: String,
        witness: PersonId,
    },

    // ---- participant
    Referred {
        source: String,
        age_years: u32,
        sex_at_birth: String,
    },
    Consented {
        version: String,
    },
    ConsentWithdrawn {
        scope: String,
    },
    ScreeningRecorded {
        values: BTreeMap<String, Value>,
    },
    CriterionAssessed {
        criterion: String,
        holds: bool,
        by_rule: bool,
    },
    NotEnrolled {
        criterion: Option<String>,
        why: String,
    },
    EligibilitySigned,
    PairAssigned {
        therapists: Vec<PersonId>,
    },
    /// A place on the list was drawn. Which arm it was, only the allocation stream says.
    Randomised,
    VisitScheduled {
        visit: VisitId,
        at: Timestamp,
    },
    VisitDone {
        visit: VisitId,
    },
    VisitMissed {
        visit: VisitId,
        why: String,
    },
    /// What the rater is told: a handle, what to rate, by when. Neither visit nor order.
    RatingRequested {
        task: TaskId,
        rater: PersonId,
        instruments: Vec<InstrumentId>,
        due: Timestamp,
    },
    /// What the rater is not told.
    RatingLinked {
        task: TaskId,
        visit: VisitId,
    },
    RatingAnswered {
        task: TaskId,
        instrument: InstrumentId,
        answers: BTreeMap<String, i64>,
    },
    RatingNotDone {
        visit: VisitId,
        why: String,
    },
    GuessRecorded {
        by: Guesser,
        timepoint: String,
        guess: Guess,
        confidence: u32,
        why: String,
    },
    AdverseEvent {
        term: String,
        onset: Timestamp,
        severity: Severity,
        serious: bool,
        related: bool,
        special_interest: bool,
    },
    AdverseEventEnded {
        event: EntryId,
        at: Timestamp,
    },
    SuicidalityAssessed {
        occasion: String,
        ideation: u8,
        behaviour: bool,
    },
    MedicationRecorded {
        name: String,
        note: String,
    },
    Contacted {
        summary: String,
    },
    Stopped {
        from: StoppedFrom,
        why: String,
    },
    Completed,
    /// Found by rule: what happened differs from the protocol.
    Deviation {
        rule: String,
        found: String,
        causes: Vec<EntryId>,
    },

    // ---- session
    SessionOpened {
        of: SessionKind,
        number: u32,
        visit: VisitId,
        participant: ParticipantId,
        room: String,
    },
    Arrived {
        person: PersonId,
    },
    Left {
        person: PersonId,
    },
    EnvironmentChecked {
        check: String,
        ok: bool,
    },
    PreDoseChecked {
        check: String,
        ok: bool,
    },
    VitalsTaken {
        moment: Option<String>,
        vitals: Vitals,
    },
    /// Found by rule: a vital sign passed a limit that was signed for.
    ThresholdPassed {
        threshold: String,
        value: f64,
        causes: Vec<EntryId>,
    },
    DosePermitted {
        dose: DoseKind,
        kit: KitId,
        mass: Micrograms,
        until: Timestamp,
    },
    DoseGiven {
        dose: DoseKind,
        kit: KitId,
        mass: Micrograms,
        witness: PersonId,
    },
    DoseNotGiven {
        dose: DoseKind,
        why: String,
    },
    EffectsAsked {
        effects: BTreeMap<String, u8>,
    },
    Noted {
        text: String,
    },
    ReleaseChecked {
        check: String,
        ok: bool,
    },
    SessionClosed,
}

impl Body {
    /// The labels that every entry of this kind carries. Derived entries add those of their causes.
    pub fn labels(&self) -> Labels {
        use Body::*;
        match self {
            AllocationList { .. } | ArmDrawn { .. } | KitContents { .. } => Labels::ALLOCATION,

            RatingAnswered { .. } | RatingNotDone { .. } => Labels::OUTCOME,

            // Free text and whatever an attentive reader could learn an arm from.
            GuessRecorded { .. }
            | AdverseEvent { .. }
            | AdverseEventEnded { .. }
            | SuicidalityAssessed { .. }
            | MedicationRecorded { .. }
            | ConsentWithdrawn { .. }
            | ReleaseChecked { .. }
            | Contacted { .. }
            | Stopped { .. }
            | VisitMissed { .. }
            | VitalsTaken { .. }
            | ThresholdPassed { .. }
            | DosePermitted { .. }
            | DoseGiven { .. }
            | DoseNotGiven { .. }
            | EffectsAsked { .. }
            | Noted { .. } => Labels::TREATMENT_REVEALING,

            // How much is taken from a kit tells who was escalated, not what the kit holds; the pharmacist
            // who counts must see it.
            DoseDrawn { .. } | KitReturned { .. } => Labels::NONE,

            _ => Labels::NONE,
        }
    }

    /// The kind's name on the record: `vitals_taken`.
    pub fn kind(&self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.get("kind").and_then(|kind| kind.as_str().map(String::from)))
            .unwrap_or_default()
    }
}
