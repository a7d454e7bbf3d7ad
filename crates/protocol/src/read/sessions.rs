//! What happens in a session: its checks, doses, vital signs and their limits, the checklist of effects.

use super::provenance;
use super::table::Table;
use crate::study::{
    Check, Comparator, DoseRegimen, Dosing, Moment, MomentAt, Provenance, SessionEffects, SessionKind,
    SessionKinds, Threshold, ThresholdAction, Vital,
};

/// No session is longer than two days.
const LONGEST_MINUTES: i64 = 2_880;

pub(crate) const VITALS: &[(&str, Vital)] = &[
    ("systolic_mmhg", Vital::SystolicMmhg),
    ("diastolic_mmhg", Vital::DiastolicMmhg),
    ("pulse_bpm", Vital::PulseBpm),
    ("temperature_c", Vital::TemperatureC),
];

pub(super) fn sessions(root: &Table<'_>) -> SessionKinds {
    let table = root.table("sessions");
    let kinds = SessionKinds {
        preparation: session(&table, "preparation"),
        dosing: session(&table, "dosing"),
        integration: session(&table, "integration"),
    };
    table.finish();
    kinds
}

fn session(sessions: &Table<'_>, key: &str) -> SessionKind {
    let table = sessions.table(key);
    let provenance = provenance(&table, None);
    let session = SessionKind {
        length_minutes: table.within("length_minutes", 1..=LONGEST_MINUTES),
        environment: checks(&table, "environment", &provenance),
        pre_dose: checks(&table, "pre_dose", &provenance),
        release: checks(&table, "release", &provenance),
        provenance,
    };
    table.finish();
    session
}

/// A checklist. Its lines belong to the statement they stand in, unless they name a source of their own.
fn checks(table: &Table<'_>, key: &str, above: &Provenance) -> Vec<Check> {
    let tables = table.maybe_tables(key, "id");
    let each = tables.iter().map(|line| {
        let check =
            Check { id: line.text("id"), text: line.text("text"), provenance: provenance(line, Some(above)) };
        line.finish();
        check
    });
    each.collect()
}

pub(super) fn dosing(root: &Table<'_>) -> Dosing {
    let table = root.table("dosing");
    let window: Option<(i64, i64)> = table.need("supplemental_window_minutes");
    let dosing = Dosing {
        supplemental_window_minutes: window.unwrap_or((0, 0)),
        vitals_before_dose_minutes: table.maybe_within("vitals_before_dose_minutes", 1..=240),
        provenance: provenance(&table, None),
        sessions: table.tables("sessions", "session").iter().map(regimen).collect(),
    };
    table.finish();
    dosing
}

fn regimen(table: &Table<'_>) -> DoseRegimen {
    let doses = |key: &str| -> Vec<i64> {
        let doses: Vec<i64> = table.filled(key);
        doses.into_iter().filter(|mg| table.check_range(key, *mg as f64, 1.0..=1_000.0)).collect()
    };
    let regimen = DoseRegimen {
        session: table.within("session", 1..=1_000) as u32,
        initial_mg: doses("initial_mg"),
        supplemental_mg: doses("supplemental_mg"),
        provenance: provenance(table, None),
    };
    table.finish();
    regimen
}

/// When vital signs are due. One table may stand for many moments: with `minutes = [30, 60]` and the id `after`
/// it gives the moments `after-030` and `after-060`.
pub(super) fn monitoring(root: &Table<'_>) -> Vec<Moment> {
    let tables = root.tables("monitoring", "id");
    tables.iter().flat_map(moments).collect()
}

#[derive(Clone, Copy)]
enum At {
    BeforeInitial,
    BeforeSupplemental,
    AfterInitial,
    End,
}

fn moments(table: &Table<'_>) -> Vec<Moment> {
    let words = &[
        ("before-initial-dose", At::BeforeInitial),
        ("before-supplemental-dose", At::BeforeSupplemental),
        ("after-initial-dose", At::AfterInitial),
        ("end-of-session", At::End),
    ];
    let (id, name) = (table.text("id"), table.text("name"));
    let at = table.word("at", words);
    let vitals = table.words("vitals", VITALS);
    let provenance = provenance(table, None);
    let moment = |id: &str, name: &str, at: MomentAt| Moment {
        id: id.into(),
        name: name.into(),
        at,
        vitals: vitals.clone(),
        provenance: provenance.clone(),
    };
    let moments = match at {
        Some(At::BeforeInitial) => vec![moment(&id, &name, MomentAt::BeforeInitialDose)],
        Some(At::BeforeSupplemental) => vec![moment(&id, &name, MomentAt::BeforeSupplementalDose)],
        Some(At::End) => vec![moment(&id, &name, MomentAt::EndOfSession)],
        Some(At::AfterInitial) => {
            let minutes: Vec<i64> = table.filled("minutes");
            let each = minutes.into_iter().filter(|minutes| {
                table.check_range("minutes", *minutes as f64, 0.0..=LONGEST_MINUTES as f64)
            });
            each.map(|minutes| {
                let (id, name) = (format!("{id}-{minutes:03}"), format!("{name}, {minutes} min"));
                moment(&id, &name, MomentAt::AfterInitialDose(minutes))
            })
            .collect()
        }
        None => {
            // What the minutes belong to cannot be known: they are no unknown key.
            table.has("minutes");
            Vec::new()
        }
    };
    table.finish();
    moments
}

pub(super) fn thresholds(root: &Table<'_>) -> Vec<Threshold> {
    let comparators = &[
        ("above", Comparator::Above),
        ("at-least", Comparator::AtLeast),
        ("below", Comparator::Below),
        ("at-most", Comparator::AtMost),
    ];
    let actions = &[
        ("do-not-dose", ThresholdAction::DoNotDose),
        ("withhold-supplement", ThresholdAction::WithholdSupplement),
        ("measure-more-often", ThresholdAction::MeasureMoreOften),
        ("call-physician", ThresholdAction::CallPhysician),
    ];
    let tables = root.tables("thresholds", "id");
    let each = tables.iter().map(|table| {
        let threshold = Threshold {
            id: table.text("id"),
            vital: table.word("vital", VITALS).unwrap_or(Vital::SystolicMmhg),
            comparator: table.word("comparator", comparators).unwrap_or(Comparator::Above),
            value: table.maybe("value"),
            // A limit that counts at once is the most careful reading of one that says nothing.
            persistence_minutes: table.maybe_within("persistence_minutes", 0..=LONGEST_MINUTES).unwrap_or(0),
            action: table.word("action", actions).unwrap_or(ThresholdAction::CallPhysician),
            provenance: provenance(table, None),
        };
        table.finish();
        threshold
    });
    each.collect()
}

pub(super) fn session_effects(root: &Table<'_>) -> SessionEffects {
    let table = root.table("session_effects");
    let provenance = provenance(&table, None);
    let effects = SessionEffects {
        every_minutes: table.within("every_minutes", 1..=LONGEST_MINUTES),
        items: checks(&table, "items", &provenance),
        provenance,
    };
    table.finish();
    effects
}
