//! What became of everybody: the flow that CONSORT asks for.

use std::collections::BTreeMap;

use dataset::{Dataset, RatingRow, Subject};
use protocol::Study;
use terms::{ArmId, EntryId};

use crate::figure::{Figure, sources_of};
use crate::sets::randomised;

#[derive(Clone, Debug)]
pub struct Disposition {
    pub referred: Figure<usize>,
    pub consented: Figure<usize>,
    pub not_enrolled: Figure<usize>,
    /// Criterion (or none named), in words, and how many.
    pub reasons: Vec<(String, Figure<usize>)>,
    pub randomised: Figure<usize>,
    pub arms: Vec<ArmFlow>,
}

#[derive(Clone, Debug)]
pub struct ArmFlow {
    pub arm: ArmId,
    pub randomised: Figure<usize>,
    /// With at least one dose.
    pub treated: Figure<usize>,
    /// Per rated timepoint: how many were assessed with the primary instrument.
    pub assessed: Vec<(String, Figure<usize>)>,
    /// Why participants stopped, and how many.
    pub stopped: Vec<(String, Figure<usize>)>,
    pub completed: Figure<usize>,
}

fn count<'a>(
    subjects: impl Iterator<Item = &'a Subject>,
    counts: impl Fn(&Subject) -> bool,
    sources: impl Fn(&Subject) -> Vec<EntryId>,
) -> Figure<usize> {
    let counted: Vec<&Subject> = subjects.filter(|subject| counts(subject)).collect();
    Figure::new(counted.len(), counted.iter().flat_map(|subject| sources(subject)))
}

pub(crate) fn disposition(dataset: &Dataset, study: &Study) -> Disposition {
    let all = || dataset.subjects.iter();
    let mut reasons: BTreeMap<String, Vec<&Subject>> = BTreeMap::new();
    for subject in all() {
        let Some((criterion, why)) = &subject.not_enrolled.value else { continue };
        let text = criterion.as_ref().and_then(|id| study.eligibility.iter().find(|known| known.id == *id));
        let reason = match (criterion, text) {
            (Some(id), Some(known)) => format!("{id}: {}", known.text),
            (Some(id), None) => id.clone(),
            (None, _) => why.clone(),
        };
        reasons.entry(reason).or_default().push(subject);
    }
    let mut reasons: Vec<(String, Figure<usize>)> = reasons
        .into_iter()
        .map(|(reason, subjects)| {
            let sources = sources_of(subjects.iter().map(|subject| &subject.not_enrolled));
            (reason, Figure::new(subjects.len(), sources))
        })
        .collect();
    reasons.sort_by(|one, other| other.1.value.cmp(&one.1.value).then_with(|| one.0.cmp(&other.0)));
    Disposition {
        referred: count(all(), |_| true, |subject| subject.age_years.sources.clone()),
        consented: count(
            all(),
            |subject| subject.consented.value == Some(true),
            |subject| subject.consented.sources.clone(),
        ),
        not_enrolled: count(
            all(),
            |subject| subject.not_enrolled.value.is_some(),
            |subject| subject.not_enrolled.sources.clone(),
        ),
        reasons,
        randomised: count(
            all(),
            |subject| subject.randomised.value == Some(true),
            |subject| subject.randomised.sources.clone(),
        ),
        arms: study.arms.iter().map(|arm| arm_flow(dataset, study, &arm.id)).collect(),
    }
}

fn arm_flow(dataset: &Dataset, study: &Study, arm: &ArmId) -> ArmFlow {
    let subjects = || randomised(dataset, arm);
    let mut stopped: BTreeMap<String, Vec<&Subject>> = BTreeMap::new();
    for subject in subjects() {
        if let Some((_, why)) = &subject.stopped.value {
            stopped.entry(why.clone()).or_default().push(subject);
        }
    }
    let instrument =
        study.primary_endpoint().map(|endpoint| endpoint.instrument.to_string()).unwrap_or_default();
    let timepoints = study.visits.iter().filter_map(|visit| visit.timepoint.clone());
    let assessed = timepoints
        .map(|timepoint| {
            let rows: Vec<&RatingRow> = subjects()
                .filter_map(|subject| dataset.rating(&subject.participant, &instrument, &timepoint))
                .filter(|row| row.score.value.is_some())
                .collect();
            let figure = Figure::new(rows.len(), sources_of(rows.iter().map(|row| &row.score)));
            (timepoint, figure)
        })
        .collect();
    ArmFlow {
        arm: arm.clone(),
        randomised: count(
            subjects(),
            |_| true,
            |subject| subject.randomised.sources.iter().chain(&subject.arm.sources).copied().collect(),
        ),
        treated: count(
            subjects(),
            |subject| subject.dosing_sessions.value.unwrap_or(0) > 0,
            |subject| subject.dosing_sessions.sources.clone(),
        ),
        assessed,
        stopped: stopped
            .into_iter()
            .map(|(why, who)| {
                let sources = sources_of(who.iter().map(|subject| &subject.stopped));
                (why, Figure::new(who.len(), sources))
            })
            .collect(),
        completed: count(
            subjects(),
            |subject| subject.completed.value == Some(true),
            |subject| subject.completed.sources.clone(),
        ),
    }
}
