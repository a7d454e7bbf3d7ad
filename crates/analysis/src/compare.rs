//! A read-out beside published figures.

use crate::{Observed, ReadOut};

/// One published figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    pub arm: String,
    /// `mean_change`, `sd_change`, `mean_score`, `sd_score`, `response`, `loss_of_diagnosis`, `remission`, `assessed`.
    pub what: String,
    pub timepoint: String,
    pub value: f64,
    pub verified: bool,
}

/// A published figure and what this study shows in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub published: Published,
    /// `None` when the read-out has no such figure.
    pub here: Option<f64>,
}

/// Each of `published` beside the figure of `read_out`. Proportions are in per cent.
pub fn compare(read_out: &ReadOut, published: &[Published]) -> Vec<Comparison> {
    published.iter().map(|row| Comparison { published: row.clone(), here: here(read_out, row) }).collect()
}

fn here(read_out: &ReadOut, row: &Published) -> Option<f64> {
    let observed = || -> Option<&Observed> {
        read_out.observed.iter().find(|one| {
            one.arm.as_str() == row.arm
                && one.timepoint == row.timepoint
                && one.instrument == read_out.primary.instrument
        })
    };
    let share = |measure: &str| {
        let response = read_out
            .responses
            .iter()
            .find(|response| response.timepoint == row.timepoint && response.endpoint.ends_with(measure))?;
        let arm = response.arms.iter().find(|arm| arm.arm.as_str() == row.arm)?;
        arm.share().map(|share| share * 100.0)
    };
    match row.what.as_str() {
        "mean_change" => observed()?.mean_change.as_ref().map(|figure| figure.value),
        "sd_change" => observed()?.sd_change.as_ref().map(|figure| figure.value),
        "mean_score" => observed()?.mean.as_ref().map(|figure| figure.value),
        "sd_score" => observed()?.sd.as_ref().map(|figure| figure.value),
        "assessed" => Some(observed()?.n.value as f64),
        "response" => share("response"),
        "loss_of_diagnosis" => share("loss-of-diagnosis"),
        "remission" => share("remission"),
        _ => None,
    }
}
