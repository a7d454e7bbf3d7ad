//! One line of plain words per entry, for the chart and the log.

use std::collections::BTreeMap;

use protocol::Study;
use terms::PersonId;

use crate::body::{Body, DoseKind, Guess, Guesser, SessionKind, Severity, StoppedFrom, Value, Vitals};
use crate::entry::Entry;
use crate::state::StudyState;

/// What `entry` says, in words for the chart. Names come from `study`, wordings of checks from `protocol`.
pub fn line(entry: &Entry, study: &StudyState, protocol: Option<&Study>) -> String {
    let said = sentence(&entry.body, &Words { study, protocol });
    match (&entry.corrects, &entry.reason) {
        (Some(old), Some(reason)) => format!("{said} (corrects {}: {reason})", old.short()),
        (None, Some(reason)) => format!("{said} (reason: {reason})"),
        _ => said,
    }
}

struct Words<'a> {
    study: &'a StudyState,
    protocol: Option<&'a Study>,
}

impl Words<'_> {
    fn name(&self, person: &PersonId) -> String {
        self.study.name_of(person).to_owned()
    }

    fn visit(&self, visit: &terms::VisitId) -> String {
        let name = self.protocol.and_then(|protocol| protocol.visit(visit)).map(|visit| visit.name.as_str());
        name.map_or_else(|| visit.to_string(), |name| format!("{visit} ({name})"))
    }

    /// The wording of a check of any list of the protocol.
    fn check(&self, id: &str) -> String {
        let Some(protocol) = self.protocol else { return id.to_owned() };
        let sessions =
            [&protocol.sessions.preparation, &protocol.sessions.dosing, &protocol.sessions.integration];
        let lists = sessions.into_iter().flat_map(|kind| [&kind.environment, &kind.pre_dose, &kind.release]);
        let mut all = lists.flatten().chain(&protocol.session_effects.items);
        all.find(|check| check.id == id).map_or_else(|| id.to_owned(), |check| check.text.clone())
    }
}

fn sentence(body: &Body, words: &Words<'_>) -> String {
    use Body::*;
    match body {
        StudyOpened { title, of, .. } => format!("Study opened as {}: {title}", kind(*of)),
        ProtocolAdopted { version, sha256, .. } => {
            format!("Protocol version {version} adopted (SHA-256 {})", &sha256[..sha256.len().min(12)])
        }
        RoleGranted { name, role, site, .. } => format!("{name} acts as {role}{}", at(site.as_ref())),
        RoleEnded { person, role, site } => {
            format!("{} no longer acts as {role}{}", words.name(person), at(site.as_ref()))
        }
        AllocationSealed { places, commitment } => format!(
            "Allocation list sealed: {} places at {} sites, commitment {}",
            places.values().sum::<u32>(),
            places.len(),
            &commitment[..commitment.len().min(12)]
        ),
        DatabaseLocked => String::from("Database locked"),
        StudyUnblinded => String::from("Study unblinded"),
        ClockMoved { to } => format!("Rehearsal clock moved to {}", to.iso()),
        SiteOpened { name, zone } => format!("Site opened: {name} ({zone})"),
        ParticipantNumbered { participant } => format!("Participant {participant} numbered"),
        PlaceTaken { participant } => format!("{participant} took a place on the allocation list"),
        AllocationList { lists, .. } => format!("Allocation list for {} sites", lists.len()),
        ArmDrawn { participant, arm, .. } => format!("{participant} drew the arm {arm}"),
        KitContents { site, kits, .. } => format!("What {} kits for {site} hold", kits.len()),
        ShipmentReceived { shipment, kits, covers, witness, .. } => format!(
            "Shipment {shipment} received: {} kits, enough for {covers} participants; counted with {}",
            kits.len(),
            words.name(witness)
        ),
        KitDispensed { kit, participant, session } => {
            format!("Kit {kit} dispensed for {participant}, session {session}")
        }
        DoseDrawn { kit, mass, .. } => format!("{mass} taken from kit {kit}"),
        KitReturned { kit, remaining, witness, .. } => {
            format!("Kit {kit} returned with {remaining}; counted with {}", words.name(witness))
        }
        StockCounted { expected, counted, witness } => {
            format!("{counted} kits counted, {expected} expected; with {}", words.name(witness))
        }
        DiscrepancyOpened { kit, shortfall, .. } => {
            format!("Discrepancy opened: kit {kit} lacks {shortfall}")
        }
        DiscrepancyResolved { finding, witness, .. } => {
            format!("Discrepancy resolved: {finding}; with {}", words.name(witness))
        }
        _ => of_a_participant(body, words),
    }
}

fn of_a_participant(body: &Body, words: &Words<'_>) -> String {
    use Body::*;
    match body {
        Referred { source, age_years, sex_at_birth } => {
            format!("Referred ({source}): {age_years} years, {sex_at_birth} at birth")
        }
        Consented { version } => format!("Consent given, version {version}"),
        ConsentWithdrawn { scope } => format!("Consent withdrawn: {scope}"),
        ScreeningRecorded { values } => {
            let parts: Vec<String> = values
                .iter()
                .map(|(name, value)| format!("{} {}", name.replace('_', " "), show(*value)))
                .collect();
            format!("Screening: {}", parts.join(", "))
        }
        CriterionAssessed { criterion, holds, by_rule } => format!(
            "Criterion {criterion} {}{}",
            if *holds { "holds" } else { "does not hold" },
            if *by_rule { ", by rule" } else { "" }
        ),
        NotEnrolled { criterion: Some(criterion), why } => format!("Not enrolled ({criterion}): {why}"),
        NotEnrolled { criterion: None, why } => format!("Not enrolled: {why}"),
        EligibilitySigned => String::from("Eligibility signed"),
        PairAssigned { therapists } => {
            let names: Vec<String> = therapists.iter().map(|person| words.name(person)).collect();
            format!("Therapist pair: {}", names.join(" and "))
        }
        Randomised => String::from("Randomised"),
        VisitScheduled { visit, at } => format!("{} planned for {}", words.visit(visit), at.iso()),
        VisitDone { visit } => format!("{} done", words.visit(visit)),
        VisitMissed { visit, why } => format!("{} missed: {why}", words.visit(visit)),
        RatingRequested { task, instruments, .. } => {
            let names: Vec<&str> = instruments.iter().map(|one| one.as_str()).collect();
            format!("Rating {task} asked for: {}", names.join(", "))
        }
        RatingLinked { task, visit } => format!("Rating {task} belongs to {}", words.visit(visit)),
        RatingAnswered { task, instrument, .. } => format!("Rating {task}: {instrument} answered"),
        RatingNotDone { visit, why } => format!("No rating at {}: {why}", words.visit(visit)),
        GuessRecorded { by, timepoint, guess, confidence, why } => {
            format!(
                "Guess of the {} at {timepoint}: {}, {confidence} % sure ({why})",
                guesser(*by),
                guessed(*guess)
            )
        }
        AdverseEvent { term, severity, serious, related, .. } => format!(
            "Adverse event: {term}, {}{}{}",
            severe(*severity),
            if *serious { ", serious" } else { "" },
            if *related { ", related" } else { "" }
        ),
        AdverseEventEnded { event, .. } => format!("Adverse event {} ended", event.short()),
        SuicidalityAssessed { occasion, ideation, behaviour } => format!(
            "C-SSRS, {occasion}: ideation {ideation}, {}",
            if *behaviour { "behaviour" } else { "no behaviour" }
        ),
        MedicationRecorded { name, note } => format!("Medication: {name} ({note})"),
        Contacted { summary } => format!("Contact: {summary}"),
        Stopped { from: StoppedFrom::Treatment, why } => format!("Stopped treatment: {why}"),
        Stopped { from: StoppedFrom::Study, why } => format!("Left the study: {why}"),
        Completed => String::from("Completed the study"),
        Deviation { rule, found, .. } => format!("Deviation ({}): {found}", rule.replace('-', " ")),
        _ => of_a_session(body, words),
    }
}

fn of_a_session(body: &Body, words: &Words<'_>) -> String {
    use Body::*;
    match body {
        SessionOpened { of, number, room, .. } => {
            format!("{} session {number} opened in {room}", session_kind(*of))
        }
        Arrived { person } => format!("{} arrived", words.name(person)),
        Left { person } => format!("{} left", words.name(person)),
        EnvironmentChecked { check, ok } | PreDoseChecked { check, ok } | ReleaseChecked { check, ok } => {
            format!("{}: {}", words.check(check), if *ok { "yes" } else { "no" })
        }
        VitalsTaken { vitals, .. } => vital_words(vitals),
        ThresholdPassed { threshold, value, .. } => format!("Limit `{threshold}` passed: {value}"),
        DosePermitted { dose, kit, mass, .. } => {
            format!("{} dose of {mass} from kit {kit} permitted", dose_kind(*dose))
        }
        DoseGiven { dose, kit, mass, witness } => {
            format!(
                "{} dose of {mass} given from kit {kit}, witnessed by {}",
                dose_kind(*dose),
                words.name(witness)
            )
        }
        DoseNotGiven { dose, why } => format!("{} dose not given: {why}", dose_kind(*dose)),
        EffectsAsked { effects } => {
            let felt: Vec<String> = effects
                .iter()
                .filter(|(_, grade)| **grade > 0)
                .map(|(item, grade)| format!("{} {grade}", words.check(item)))
                .collect();
            if felt.is_empty() {
                String::from("Session effects asked: none")
            } else {
                format!("Session effects: {}", felt.join(", "))
            }
        }
        Noted { text } => format!("Note: {text}"),
        SessionClosed => String::from("Session closed"),
        _ => body.kind().replace('_', " "),
    }
}

fn at(site: Option<&terms::SiteId>) -> String {
    site.map(|site| format!(" at {site}")).unwrap_or_default()
}

fn show(value: Value) -> String {
    match value {
        Value::Flag(true) => String::from("yes"),
        Value::Flag(false) => String::from("no"),
        Value::Number(number) => number.to_string(),
    }
}

pub fn vital_words(vitals: &Vitals) -> String {
    let mut parts: BTreeMap<u8, String> = BTreeMap::new();
    if let (Some(systolic), Some(diastolic)) = (vitals.systolic_mmhg, vitals.diastolic_mmhg) {
        parts.insert(0, format!("{systolic:.0}/{diastolic:.0} mmHg"));
    } else {
        vitals.systolic_mmhg.map(|value| parts.insert(0, format!("systolic {value:.0} mmHg")));
        vitals.diastolic_mmhg.map(|value| parts.insert(1, format!("diastolic {value:.0} mmHg")));
    }
    vitals.pulse_bpm.map(|value| parts.insert(2, format!("pulse {value:.0}")));
    vitals.temperature_c.map(|value| parts.insert(3, format!("{value:.1} °C")));
    if parts.is_empty() {
        String::from("Vital signs: none measured")
    } else {
        parts.into_values().collect::<Vec<_>>().join(", ")
    }
}

pub fn kind(kind: crate::body::Kind) -> &'static str {
    match kind {
        crate::body::Kind::Rehearsal => "a rehearsal",
        crate::body::Kind::Real => "a real study",
    }
}

pub fn session_kind(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Preparation => "Preparation",
        SessionKind::Dosing => "Dosing",
        SessionKind::Integration => "Integration",
    }
}

pub fn dose_kind(kind: DoseKind) -> &'static str {
    match kind {
        DoseKind::Initial => "Initial",
        DoseKind::Supplemental => "Supplemental",
    }
}

pub fn severe(severity: Severity) -> &'static str {
    match severity {
        Severity::Mild => "mild",
        Severity::Moderate => "moderate",
        Severity::Severe => "severe",
    }
}

fn guesser(by: Guesser) -> &'static str {
    match by {
        Guesser::Participant => "participant",
        Guesser::Therapist => "therapist",
        Guesser::IndependentRater => "rater",
    }
}

fn guessed(guess: Guess) -> &'static str {
    match guess {
        Guess::Active => "active",
        Guess::Placebo => "placebo",
        Guess::Unsure => "unsure",
    }
}
