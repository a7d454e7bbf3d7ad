//! What a study *is*: the typed form of a protocol file, after parsing and checking.
//!
//! Plain data with public fields. Every statement carries its [`Provenance`]: where it was read and whether
//! that was verified. What is safety-critical and unverified is `None` here until a sign-off file fills it.

use std::collections::BTreeMap;

use terms::{ArmId, InstrumentId, VisitId};

/// Where a statement was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Provenance {
    /// Keys of [`Study::sources`].
    pub sources: Vec<String>,
    /// The number was read in the named source, not recalled or assumed.
    pub verified: bool,
    /// A sign-off supplied the value: `true` when it is an assumption for rehearsal only.
    pub assumed: bool,
    /// What a reader should know about it: which part is doubtful, what was chosen and why.
    pub note: Option<String>,
}

/// An entry of the list of sources.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub title: String,
    pub reference: Option<String>,
}

/// A whole protocol. Maps and lists keep the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// Short name, as in file names: `mapp2`.
    pub id: String,
    pub title: String,
    /// The protocol's own version, such as `1.0`.
    pub version: String,
    pub phase: String,
    pub indication: String,
    pub registry: Option<String>,
    pub kind: StudyKind,
    /// How many participants are to be randomised.
    pub target_randomised: u32,
    pub provenance: Provenance,
    pub sources: BTreeMap<String, Source>,
    pub arms: Vec<Arm>,
    pub allocation: Allocation,
    pub blinding: Vec<BlindingRule>,
    pub eligibility: Vec<Criterion>,
    /// In the order in which they are meant to happen.
    pub visits: Vec<Visit>,
    pub staffing: Staffing,
    pub sessions: SessionKinds,
    pub dosing: Dosing,
    pub monitoring: Vec<Moment>,
    pub thresholds: Vec<Threshold>,
    pub session_effects: SessionEffects,
    pub instruments: Vec<InstrumentUse>,
    pub endpoints: Vec<Endpoint>,
    pub estimand: Estimand,
    pub analysis: Analysis,
    pub supply: Supply,
    /// Values that a sign-off supplied: key (as in `allocation.block_sizes`) to who, when and on what ground.
    pub signed: BTreeMap<String, SignedValue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StudyKind {
    RandomisedTrial,
    OpenLabel,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    pub id: ArmId,
    pub name: String,
    /// What the kits of this arm hold.
    pub treatment: Treatment,
    /// The arm that the others are compared with.
    pub reference: bool,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Treatment {
    Mdma,
    Placebo,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Allocation {
    /// Parts per arm, in the order of [`Study::arms`]: `[1, 1]`.
    pub ratio: Vec<u32>,
    /// Factors of stratification. Today: `site`.
    pub strata: Vec<String>,
    /// Sizes of the permuted blocks. `None` until signed for: no source names them.
    pub block_sizes: Option<Vec<u32>>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BlindingRule {
    /// Who: `participant`, `therapist`, `independent rater`, ...
    pub who: String,
    /// To what: `arm`, `visit`, `session content`.
    pub blind_to: Vec<String>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Criterion {
    /// `I1`, `X9`.
    pub id: String,
    pub kind: CriterionKind,
    pub text: String,
    pub decided_by: DecidedBy,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CriterionKind {
    /// Must hold.
    Inclusion,
    /// Must not hold.
    Exclusion,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DecidedBy {
    /// The rule is true when the criterion holds (for an exclusion: true means excluded).
    Rule(crate::rule::Rule),
    Clinician,
}

/// A scheduled contact.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    pub id: VisitId,
    pub name: String,
    pub kind: VisitKind,
    /// Days from `anchor` (target), and how far before and after is in the window. `None`: no window stated.
    pub anchor: Option<VisitId>,
    pub target_day: Option<i64>,
    pub window_days: Option<(i64, i64)>,
    /// Visits that must be done first.
    pub after: Vec<VisitId>,
    /// The therapy or dosing session of this visit, counted from 1 within its kind.
    pub session_number: Option<u32>,
    /// `T1` to `T4` where outcomes are rated.
    pub timepoint: Option<String>,
    pub instruments: Vec<InstrumentId>,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VisitKind {
    Screening,
    Enrolment,
    Preparation,
    /// Independent ratings: baseline and outcome.
    Rating,
    Randomisation,
    Dosing,
    Integration,
    /// A call by telephone.
    Call,
    Termination,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Staffing {
    /// Therapists who are present throughout a session.
    pub therapists: u32,
    /// The same pair for all of a participant's sessions.
    pub same_pair: bool,
    pub physician_on_call: bool,
    pub overnight_attendant: bool,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SessionKinds {
    pub preparation: SessionKind,
    pub dosing: SessionKind,
    pub integration: SessionKind,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SessionKind {
    pub length_minutes: i64,
    /// What is checked in the room before the session: id and wording.
    pub environment: Vec<Check>,
    /// What is checked of the participant before the first dose. Empty but for dosing.
    pub pre_dose: Vec<Check>,
    /// What must hold before the participant is released.
    pub release: Vec<Check>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub id: String,
    pub text: String,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dosing {
    /// One per dosing session, in order.
    pub sessions: Vec<DoseRegimen>,
    /// When the supplemental dose may be given, in minutes after the initial dose: from, until (both included).
    pub supplemental_window_minutes: (i64, i64),
    /// A complete set of vital signs at most this many minutes before a dose. `None` until signed for.
    pub vitals_before_dose_minutes: Option<i64>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DoseRegimen {
    /// Which dosing session, from 1.
    pub session: u32,
    /// What may be chosen as the initial dose, in mg of the hydrochloride as labelled.
    pub initial_mg: Vec<i64>,
    /// The supplemental dose that goes with each initial dose, same order.
    pub supplemental_mg: Vec<i64>,
    pub provenance: Provenance,
}

/// When vital signs are due in a dosing session.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    pub id: String,
    pub name: String,
    pub at: MomentAt,
    pub vitals: Vec<Vital>,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MomentAt {
    BeforeInitialDose,
    BeforeSupplementalDose,
    /// Minutes after the initial dose.
    AfterInitialDose(i64),
    EndOfSession,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vital {
    SystolicMmhg,
    DiastolicMmhg,
    PulseBpm,
    TemperatureC,
}

/// A limit on a vital sign. `value` is `None` until signed for.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    pub id: String,
    pub vital: Vital,
    pub comparator: Comparator,
    pub value: Option<f64>,
    /// How long it must last to count, in minutes; 0 means at once.
    pub persistence_minutes: i64,
    pub action: ThresholdAction,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    Above,
    AtLeast,
    Below,
    AtMost,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThresholdAction {
    /// The initial dose may not be given.
    DoNotDose,
    /// The supplemental dose may not be given.
    WithholdSupplement,
    MeasureMoreOften,
    CallPhysician,
}

/// Checklist of effects in the session, asked at fixed times in words that neither praise nor alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionEffects {
    pub every_minutes: i64,
    pub items: Vec<Check>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct InstrumentUse {
    pub instrument: InstrumentId,
    pub respondent: Respondent,
    pub timepoints: Vec<String>,
    /// The same rater never rates a participant twice.
    pub never_same_rater: bool,
    /// The rater is told neither visit nor arm.
    pub rater_blind: bool,
    pub remote: bool,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Respondent {
    IndependentRater,
    Clinician,
    Participant,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    pub id: String,
    pub role: EndpointRole,
    pub instrument: InstrumentId,
    /// A score of the instrument: `total`, `mean`.
    pub score: String,
    /// Baseline and endpoint: `T1`, `T4`.
    pub baseline: String,
    pub timepoint: String,
    pub measure: Measure,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointRole {
    Primary,
    Secondary,
    Exploratory,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// Endpoint minus baseline.
    Change,
    /// A fall of at least this many points.
    ResponseFall(f64),
    LossOfDiagnosis,
    /// No diagnosis, and a total of at most this.
    RemissionAtMost(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Estimand {
    pub population: String,
    pub treatment: String,
    pub variable: String,
    pub summary: String,
    pub intercurrent_events: Vec<IntercurrentEvent>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct IntercurrentEvent {
    pub event: String,
    pub strategy: String,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// `mmrm`
    pub model: String,
    /// Timepoints in the model, in order: `T2`, `T3`, `T4`.
    pub timepoints: Vec<String>,
    /// Terms: `treatment`, `visit`, `treatment:visit`, `baseline`, `site`.
    pub terms: Vec<String>,
    /// `unstructured`
    pub covariance: String,
    /// `satterthwaite` or `kenward-roger`
    pub degrees_of_freedom: String,
    pub alpha: f64,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Supply {
    /// Kits used per participant.
    pub kits_per_participant: u32,
    /// Labelled content of a kit in mg of the hydrochloride. `None` until signed for.
    pub kit_content_mg: Option<i64>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SignedValue {
    pub by: String,
    pub on: String,
    pub ground: String,
    /// An assumption that only a rehearsal may use.
    pub rehearsal_only: bool,
}

impl Study {
    pub fn visit(&self, id: &VisitId) -> Option<&Visit> {
        self.visits.iter().find(|visit| visit.id == *id)
    }

    pub fn arm(&self, id: &ArmId) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.id == *id)
    }

    pub fn reference_arm(&self) -> Option<&Arm> {
        self.arms.iter().find(|arm| arm.reference)
    }

    /// The visit at which `timepoint` is rated.
    pub fn visit_at(&self, timepoint: &str) -> Option<&Visit> {
        self.visits.iter().find(|visit| visit.timepoint.as_deref() == Some(timepoint))
    }

    pub fn regimen(&self, dosing_session: u32) -> Option<&DoseRegimen> {
        self.dosing.sessions.iter().find(|regimen| regimen.session == dosing_session)
    }

    pub fn primary_endpoint(&self) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.role == EndpointRole::Primary)
    }

    /// Whether anything in it rests on an assumption that only a rehearsal may use.
    pub fn rehearsal_only(&self) -> bool {
        self.signed.values().any(|value| value.rehearsal_only)
    }
}
