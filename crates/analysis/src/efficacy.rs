//! Observed means by arm and timepoint, and the proportions who responded, lost the diagnosis or remitted.

use dataset::{Dataset, RatingRow};
use protocol::Study;
use protocol::study::{Endpoint, Measure};
use stats::simple;
use terms::{ArmId, EntryId};

use crate::figure::{Figure, sources_of};
use crate::sets::randomised;

/// Observed scores of one instrument in one arm at one timepoint.
#[derive(Clone, Debug)]
pub struct Observed {
    pub instrument: String,
    pub arm: ArmId,
    pub timepoint: String,
    /// Participants with a score.
    pub n: Figure<usize>,
    pub mean: Option<Figure<f64>>,
    pub sd: Option<Figure<f64>>,
    /// Of the change from baseline; empty at baseline itself.
    pub mean_change: Option<Figure<f64>>,
    pub sd_change: Option<Figure<f64>>,
}

/// An endpoint that each assessed participant meets or not.
#[derive(Clone, Debug)]
pub struct Response {
    pub endpoint: String,
    /// In words: `Fall of at least 10 points`.
    pub name: String,
    pub timepoint: String,
    pub arms: Vec<Proportion>,
    /// Each other arm minus the reference.
    pub differences: Vec<ProportionDifference>,
}

#[derive(Clone, Debug)]
pub struct Proportion {
    pub arm: ArmId,
    pub met: Figure<usize>,
    pub assessed: usize,
    /// Wilson limits at 95 %; `None` when nobody was assessed.
    pub limits: Option<(f64, f64)>,
}

#[derive(Clone, Debug)]
pub struct ProportionDifference {
    pub arm: ArmId,
    pub difference: f64,
    /// Newcombe limits at 95 %.
    pub limits: (f64, f64),
    pub sources: Vec<EntryId>,
}

impl Proportion {
    pub fn share(&self) -> Option<f64> {
        (self.assessed > 0).then(|| self.met.value as f64 / self.assessed as f64)
    }
}

/// The rows of an arm with one instrument at one timepoint, scored.
fn scored<'a>(
    dataset: &'a Dataset,
    arm: &'a ArmId,
    instrument: &'a str,
    timepoint: &'a str,
) -> Vec<&'a RatingRow> {
    randomised(dataset, arm)
        .filter_map(|subject| dataset.rating(&subject.participant, instrument, timepoint))
        .filter(|row| row.score.value.is_some())
        .collect()
}

pub(crate) fn observed(dataset: &Dataset, study: &Study) -> Vec<Observed> {
    let mut all = Vec::new();
    for used in &study.instruments {
        for timepoint in &used.timepoints {
            for arm in &study.arms {
                all.push(observe(dataset, &arm.id, used.instrument.as_str(), timepoint));
            }
        }
    }
    all
}

fn observe(dataset: &Dataset, arm: &ArmId, instrument: &str, timepoint: &str) -> Observed {
    let rows = scored(dataset, arm, instrument, timepoint);
    let scores: Vec<f64> = rows.iter().filter_map(|row| row.score.value).collect();
    // At baseline the change is nought by definition and says nothing.
    let later: Vec<&&RatingRow> = rows.iter().filter(|row| row.change.sources.len() > 1).collect();
    let changes: Vec<f64> = later.iter().filter_map(|row| row.change.value).collect();
    let of_scores = sources_of(rows.iter().map(|row| &row.score));
    let of_changes = sources_of(later.iter().map(|row| &row.change));
    let figure = |value: Option<f64>, sources: &[EntryId]| {
        value.map(|value| Figure::new(value, sources.iter().copied()))
    };
    Observed {
        instrument: instrument.into(),
        arm: arm.clone(),
        timepoint: timepoint.into(),
        n: Figure::new(scores.len(), of_scores.iter().copied()),
        mean: figure(simple::mean(&scores), &of_scores),
        sd: figure(simple::sd(&scores), &of_scores),
        mean_change: figure(simple::mean(&changes), &of_changes),
        sd_change: figure(simple::sd(&changes), &of_changes),
    }
}

pub(crate) fn responses(dataset: &Dataset, study: &Study) -> Vec<Response> {
    let mut all = Vec::new();
    for endpoint in &study.endpoints {
        let Some(name) = wording(endpoint) else { continue };
        let arms: Vec<Proportion> =
            study.arms.iter().map(|arm| proportion(dataset, &arm.id, endpoint)).collect();
        let reference = study.arms.iter().position(|arm| arm.reference).map(|place| &arms[place]);
        let differences = arms
            .iter()
            .filter(|proportion| reference.is_some_and(|reference| reference.arm != proportion.arm))
            .filter_map(|proportion| difference(proportion, reference?))
            .collect();
        all.push(Response {
            endpoint: endpoint.id.clone(),
            name,
            timepoint: endpoint.timepoint.clone(),
            arms,
            differences,
        });
    }
    all
}

fn wording(endpoint: &Endpoint) -> Option<String> {
    match &endpoint.measure {
        Measure::Change => None,
        Measure::ResponseFall(points) => Some(format!("Response: a fall of at least {points} points")),
        Measure::LossOfDiagnosis => Some(String::from("Loss of diagnosis")),
        Measure::RemissionAtMost(total) => {
            Some(format!("Remission: no diagnosis and a total of at most {total}"))
        }
    }
}

/// Whether a rating meets an endpoint; `None` if that cannot be said.
fn meets(endpoint: &Endpoint, row: &RatingRow) -> Option<bool> {
    match endpoint.measure {
        Measure::Change => None,
        Measure::ResponseFall(points) => row.change.value.map(|change| change <= -points),
        Measure::LossOfDiagnosis => row.diagnosis.value.map(|diagnosis| !diagnosis),
        Measure::RemissionAtMost(total) => {
            row.diagnosis.value.zip(row.score.value).map(|(diagnosis, score)| !diagnosis && score <= total)
        }
    }
}

fn proportion(dataset: &Dataset, arm: &ArmId, endpoint: &Endpoint) -> Proportion {
    let rows = scored(dataset, arm, endpoint.instrument.as_str(), &endpoint.timepoint);
    let decided: Vec<(bool, &RatingRow)> =
        rows.into_iter().filter_map(|row| Some((meets(endpoint, row)?, row))).collect();
    let met = decided.iter().filter(|(met, _)| *met).count();
    Proportion {
        arm: arm.clone(),
        met: Figure::new(met, sources_of(decided.iter().map(|(_, row)| &row.change))),
        assessed: decided.len(),
        limits: simple::wilson(met, decided.len(), 0.95),
    }
}

fn difference(one: &Proportion, reference: &Proportion) -> Option<ProportionDifference> {
    let (share, reference_share) = (one.share()?, reference.share()?);
    let limits =
        simple::newcombe(one.met.value, one.assessed, reference.met.value, reference.assessed, 0.95)?;
    Some(ProportionDifference {
        arm: one.arm.clone(),
        difference: share - reference_share,
        limits,
        sources: one.met.sources.iter().chain(&reference.met.sources).copied().collect(),
    })
}
