//! The visits, in the order in which they are meant to happen.

use super::provenance;
use super::table::Table;
use crate::study::{Visit, VisitKind};

const KINDS: &[(&str, VisitKind)] = &[
    ("screening", VisitKind::Screening),
    ("enrolment", VisitKind::Enrolment),
    ("preparation", VisitKind::Preparation),
    ("rating", VisitKind::Rating),
    ("randomisation", VisitKind::Randomisation),
    ("dosing", VisitKind::Dosing),
    ("integration", VisitKind::Integration),
    ("call", VisitKind::Call),
    ("termination", VisitKind::Termination),
];

/// Ten years: a follow-up may be long, and a number beyond it is a slip.
pub(crate) const FURTHEST_DAY: i64 = 3_653;

pub(super) fn visits(root: &Table<'_>) -> Vec<Visit> {
    let tables = root.tables("visits", "id");
    tables.iter().filter_map(visit).collect()
}

/// Everything is read before an unreadable id lets the visit fall.
fn visit(table: &Table<'_>) -> Option<Visit> {
    let id = table.id("id");
    let name = table.text("name");
    let kind = table.word("kind", KINDS).unwrap_or(VisitKind::Call);
    let anchor = table.maybe_id("anchor");
    let target_day = table.maybe_within("target_day", -FURTHEST_DAY..=FURTHEST_DAY);
    let window_days = window(table);
    let after = table.ids("after");
    let session_number = table.maybe_within("session_number", 1..=1_000).map(|number| number as u32);
    let timepoint = table.maybe("timepoint");
    let instruments = table.ids("instruments");
    let provenance = provenance(table, None);
    table.finish();
    let id = id?;
    Some(Visit {
        id,
        name,
        kind,
        anchor,
        target_day,
        window_days,
        after,
        session_number,
        timepoint,
        instruments,
        provenance,
    })
}

fn window(table: &Table<'_>) -> Option<(i64, i64)> {
    let (from, until): (i64, i64) = table.maybe("window_days")?;
    let far = || -FURTHEST_DAY as f64..=FURTHEST_DAY as f64;
    let near = |day: i64| table.check_range("window_days", day as f64, far());
    (near(from) && near(until)).then_some((from, until))
}
