//! Adverse events, exposure, and the peaks of vital signs, by arm.

use std::collections::{BTreeMap, BTreeSet};

use dataset::{AdverseEventRow, Dataset, Subject, VitalsRow};
use protocol::Study;
use record::body::Severity;
use stats::simple;
use terms::{ArmId, EntryId, ParticipantId};

use crate::figure::{Figure, sources_of};
use crate::sets::randomised;

#[derive(Clone, Debug)]
pub struct Safety {
    /// How many were treated, per arm in the protocol's order: the denominators.
    pub treated: Vec<usize>,
    /// Any, severe, serious, of special interest.
    pub overall: Vec<EventRow>,
    /// Per term, the most frequent first.
    pub terms: Vec<EventRow>,
    pub exposure: Vec<Exposure>,
    pub peaks: Vec<VitalPeak>,
}

/// Participants with an event, per arm in the protocol's order.
#[derive(Clone, Debug)]
pub struct EventRow {
    pub name: String,
    pub participants: Vec<Figure<usize>>,
}

#[derive(Clone, Debug)]
pub struct Exposure {
    pub arm: ArmId,
    pub sessions: Figure<usize>,
    /// Mean labelled mass given per treated participant, mg of the hydrochloride.
    pub mean_mass_mg: Option<Figure<f64>>,
}

/// The mean over participants of the highest value in any dosing session.
#[derive(Clone, Debug)]
pub struct VitalPeak {
    pub vital: &'static str,
    pub unit: &'static str,
    pub means: Vec<Option<Figure<f64>>>,
    pub sds: Vec<Option<f64>>,
}

pub(crate) fn safety(dataset: &Dataset, study: &Study) -> Safety {
    let arms: Vec<Vec<&Subject>> = study
        .arms
        .iter()
        .map(|arm| {
            randomised(dataset, &arm.id).filter(|one| one.dosing_sessions.value.unwrap_or(0) > 0).collect()
        })
        .collect();
    let row = |name: &str, counts: &dyn Fn(&AdverseEventRow) -> bool| EventRow {
        name: name.into(),
        participants: arms.iter().map(|subjects| with_event(dataset, subjects, counts)).collect(),
    };
    let names: BTreeSet<&String> =
        dataset.adverse_events.iter().filter_map(|event| event.term.value.as_ref()).collect();
    let mut terms: Vec<EventRow> =
        names.iter().map(|name| row(name, &|event| event.term.value.as_ref() == Some(*name))).collect();
    let total = |row: &EventRow| row.participants.iter().map(|figure| figure.value).sum::<usize>();
    terms.retain(|row| total(row) > 0);
    terms.sort_by(|one, other| total(other).cmp(&total(one)).then_with(|| one.name.cmp(&other.name)));
    Safety {
        treated: arms.iter().map(Vec::len).collect(),
        overall: vec![
            row("Any adverse event", &|_| true),
            row("Severe", &|event| event.severity == Severity::Severe),
            row("Serious", &|event| event.serious),
            row("Of special interest", &|event| event.special_interest),
            row("Related, as judged", &|event| event.related),
        ],
        terms,
        exposure: study.arms.iter().zip(&arms).map(|(arm, subjects)| exposure(&arm.id, subjects)).collect(),
        peaks: peaks(dataset, &arms),
    }
}

fn with_event(
    dataset: &Dataset,
    subjects: &[&Subject],
    counts: &dyn Fn(&AdverseEventRow) -> bool,
) -> Figure<usize> {
    let mut who: BTreeSet<&ParticipantId> = BTreeSet::new();
    let mut sources: Vec<EntryId> = Vec::new();
    for event in dataset.adverse_events.iter().filter(|event| counts(event)) {
        if subjects.iter().any(|subject| subject.participant == event.participant) {
            who.insert(&event.participant);
            sources.extend(&event.term.sources);
        }
    }
    Figure::new(who.len(), sources)
}

fn exposure(arm: &ArmId, subjects: &[&Subject]) -> Exposure {
    let sessions = subjects.iter().filter_map(|subject| subject.dosing_sessions.value).sum::<u32>() as usize;
    let masses: Vec<f64> =
        subjects.iter().filter_map(|subject| subject.mass_given.value).map(|mass| mass.mg()).collect();
    let of_masses = sources_of(subjects.iter().map(|subject| &subject.mass_given));
    Exposure {
        arm: arm.clone(),
        sessions: Figure::new(sessions, sources_of(subjects.iter().map(|subject| &subject.dosing_sessions))),
        mean_mass_mg: simple::mean(&masses).map(|mean| Figure::new(mean, of_masses)),
    }
}

type Reading = fn(&VitalsRow) -> &dataset::Cell<f64>;

fn peaks(dataset: &Dataset, arms: &[Vec<&Subject>]) -> Vec<VitalPeak> {
    let vitals: [(&str, &str, Reading); 4] = [
        ("Systolic pressure", "mmHg", |row| &row.systolic_mmhg),
        ("Diastolic pressure", "mmHg", |row| &row.diastolic_mmhg),
        ("Pulse", "per minute", |row| &row.pulse_bpm),
        ("Temperature", "°C", |row| &row.temperature_c),
    ];
    let mut by_participant: BTreeMap<&ParticipantId, Vec<&VitalsRow>> = BTreeMap::new();
    for row in &dataset.vitals {
        by_participant.entry(&row.participant).or_default().push(row);
    }
    let highest = |subject: &Subject, reading: Reading| {
        let rows = by_participant.get(&subject.participant)?;
        let cells = rows.iter().map(|row| reading(row)).filter_map(|cell| Some((cell.value?, cell)));
        cells.max_by(|one, other| one.0.total_cmp(&other.0))
    };
    vitals
        .into_iter()
        .map(|(vital, unit, reading)| {
            let of_arms: Vec<Vec<_>> = arms
                .iter()
                .map(|subjects| subjects.iter().filter_map(|subject| highest(subject, reading)).collect())
                .collect();
            let values =
                |tops: &[(f64, &dataset::Cell<f64>)]| tops.iter().map(|top| top.0).collect::<Vec<f64>>();
            let means = of_arms.iter().map(|tops| {
                let sources = sources_of(tops.iter().map(|top| top.1));
                simple::mean(&values(tops)).map(|mean| Figure::new(mean, sources))
            });
            let sds = of_arms.iter().map(|tops| simple::sd(&values(tops)));
            VitalPeak { vital, unit, means: means.collect(), sds: sds.collect() }
        })
        .collect()
}
