//! The maximum of the restricted likelihood: exact Newton with step halving, by the average information where the
//! observed one is not positive definite.

use super::Why;
use super::evaluation::{Evaluation, evaluate};
use super::pattern::{Pattern, Patterns};
use crate::matrix::{dot, inverse, times};

pub(super) struct Found {
    pub covariance: Vec<f64>,
    pub at: Evaluation,
    pub iterations: usize,
}

const MOST_ITERATIONS: usize = 100;
/// Twice the log-likelihood that another step could gain, as predicted, at which we stop.
const DONE: f64 = 1e-14;

pub(super) fn maximise(patterns: &Patterns) -> Result<Found, Why> {
    let mut covariance = start(patterns).ok_or(Why::Undetermined { iterations: 0 })?;
    let mut at = evaluate(patterns, &covariance).ok_or(Why::Undetermined { iterations: 0 })?;
    let mut trace = Vec::new();
    for iterations in 1..=MOST_ITERATIONS {
        trace.push(-2.0 * at.log_reml);
        let step = direction(&at, patterns.parameters()).ok_or(Why::Undetermined { iterations })?;
        let promised = dot(&step, &at.gradient);
        match uphill(patterns, &covariance, &at, &step) {
            Some((next_covariance, next)) => {
                covariance = next_covariance;
                at = next;
            }
            // Nowhere higher: at the top up to rounding, or stuck.
            None if promised < 1e-6 => return Ok(Found { covariance, at, iterations }),
            None => break,
        }
        if promised < DONE {
            return Ok(Found { covariance, at, iterations });
        }
    }
    Err(Why::NoConvergence { trace })
}

/// Newton's step; by the average information, and with ever more ridge, where the observed one is indefinite.
fn direction(at: &Evaluation, n: usize) -> Option<Vec<f64>> {
    let ridged = |information: &[f64], ridge: f64| {
        let mut matrix = information.to_vec();
        for place in 0..n {
            matrix[place * n + place] += ridge * information[place * n + place].abs().max(1e-12);
        }
        inverse(&matrix, n).map(|(inverse, _)| times(&inverse, &at.gradient))
    };
    let ridges = std::iter::once(0.0).chain((-4..8).map(|power| 10f64.powi(power)));
    ridged(&at.hessian, 0.0).or_else(|| ridges.into_iter().find_map(|ridge| ridged(&at.average, ridge)))
}

/// Along `step`, halved until the likelihood does not fall.
fn uphill(
    patterns: &Patterns,
    covariance: &[f64],
    at: &Evaluation,
    step: &[f64],
) -> Option<(Vec<f64>, Evaluation)> {
    let m = patterns.m;
    let slack = 1e-12 * at.log_reml.abs().max(1.0);
    let mut length = 1.0;
    while length > 1e-10 {
        let mut next = covariance.to_vec();
        let mut entry = step.iter();
        for row in 0..m {
            for column in 0..=row {
                let change = length * entry.next().copied().unwrap_or(0.0);
                next[row * m + column] += change;
                if row != column {
                    next[column * m + row] += change;
                }
            }
        }
        match evaluate(patterns, &next) {
            Some(there) if there.log_reml >= at.log_reml - slack => return Some((next, there)),
            _ => length *= 0.5,
        }
    }
    None
}

/// Pairwise covariances of the residuals of ordinary least squares, drawn towards their diagonal until positive
/// definite.
fn start(patterns: &Patterns) -> Option<Vec<f64>> {
    let (m, p) = (patterns.m, patterns.p);
    let q = p + 1;
    let identity: Vec<f64> = (0..m * m).map(|at| f64::from(u8::from(at / m == at % m))).collect();
    let beta = evaluate(patterns, &identity)?.beta;
    let to_residual: Vec<f64> = beta.iter().map(|beta| -beta).chain([1.0]).collect();
    let (mut sums, mut counts) = (vec![0.0; m * m], vec![0.0; m * m]);
    for Pattern { visits, subjects, products } in &patterns.all {
        for (at, block) in products.chunks_exact(q * q).enumerate() {
            let place = visits[at / visits.len()] * m + visits[at % visits.len()];
            sums[place] += dot(&to_residual, &times(block, &to_residual));
            counts[place] += subjects;
        }
    }
    let raw: Vec<f64> = sums.iter().zip(&counts).map(|(sum, count)| sum / f64::max(*count, 1.0)).collect();
    let floor = 1e-8 * (0..m).map(|visit| raw[visit * m + visit]).fold(f64::MIN_POSITIVE, f64::max);
    [1.0, 0.9, 0.7, 0.4, 0.0].into_iter().find_map(|shrink| {
        let part = |at: usize| {
            if at / m == at % m { raw[at].max(floor) } else { shrink * raw[at] }
        };
        let tried: Vec<f64> = (0..m * m).map(part).collect();
        evaluate(patterns, &tried).map(|_| tried)
    })
}
