//! The mixed model for repeated measures: a marginal linear model with an unstructured covariance between visits,
//! fitted by REML, with Satterthwaite's degrees of freedom.
//!
//! `y = X b + e`, `e` of each subject normal with the rows and columns of one `m` x `m` covariance that belong to the
//! visits at which the subject was seen. Start at [`fit`]; [`Fit::contrast`] is what one asks of a fit.
//!
//! ```
//! use stats::mmrm::{Data, Outcome, fit};
//! // Three subjects at two visits, an intercept and a slope over visits.
//! let names = ["intercept", "visit"].map(String::from);
//! let data = Data {
//!     subject: &[0, 0, 1, 1, 2, 2, 3, 3],
//!     visit: &[0, 1, 0, 1, 0, 1, 0, 1],
//!     visits: 2,
//!     y: &[1.0, 2.5, 2.0, 3.0, 0.5, 2.5, 1.5, 2.0],
//!     x: &[1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0],
//!     names: &names,
//! };
//! let Outcome::Fitted(fit) = fit(&data) else { panic!("this can be fitted") };
//! let slope = fit.contrast(&[0.0, 1.0], 0.95);
//! assert!((slope.estimate - 1.25).abs() < 1e-9);
//! assert!((slope.df - 3.0).abs() < 1e-6);
//! ```

mod evaluation;
mod newton;
mod pattern;

use std::fmt;

use crate::dist::{t_critical, t_two_sided};
use crate::matrix::{dot, inverse, quadratic, times};
use pattern::Patterns;

/// What is to be fitted: one entry per observation in `subject`, `visit` and `y`.
#[derive(Clone, Copy, Debug)]
pub struct Data<'a> {
    /// Any numbers that tell subjects apart.
    pub subject: &'a [usize],
    /// From 0 to `visits - 1`; each at most once per subject.
    pub visit: &'a [usize],
    pub visits: usize,
    /// The response.
    pub y: &'a [f64],
    /// The design, row by row: one row per observation, one column per name.
    pub x: &'a [f64],
    pub names: &'a [String],
}

/// A fit, or why there is none. Numbers that may not be used do not look like numbers.
#[derive(Clone, Debug)]
pub enum Outcome {
    Fitted(Box<Fit>),
    NotFitted(Why),
}

/// Why a model was not fitted.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    NoData,
    /// The slices do not fit each other.
    Shape(String),
    /// A row with a value that is no number.
    NotFinite {
        row: usize,
    },
    /// A subject with two observations at one visit.
    Twice {
        subject: usize,
        visit: usize,
    },
    /// No more observations than coefficients.
    TooFew {
        observations: usize,
        coefficients: usize,
    },
    /// Two visits that no subject has both of (or one visit that nobody has): their covariance cannot be estimated.
    NeverTogether {
        visits: (usize, usize),
    },
    /// The information about the covariance is singular: the data do not determine it.
    Undetermined {
        iterations: usize,
    },
    /// -2 log REML of each iteration.
    NoConvergence {
        trace: Vec<f64>,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoData => write!(f, "there are no observations"),
            Self::Shape(what) => write!(f, "the data do not fit together: {what}"),
            Self::NotFinite { row } => write!(f, "row {row} holds a value that is not a number"),
            Self::Twice { subject, visit } => {
                write!(f, "subject {subject} has two observations at visit {visit}")
            }
            Self::TooFew { observations, coefficients } => {
                write!(
                    f,
                    "{observations} observations cannot determine {coefficients} coefficients and a covariance"
                )
            }
            Self::NeverTogether { visits: (one, other) } if one == other => {
                write!(f, "nobody was observed at visit {one}")
            }
            Self::NeverTogether { visits: (one, other) } => {
                write!(
                    f,
                    "nobody was observed at both visits {one} and {other}, so their covariance cannot be estimated"
                )
            }
            Self::Undetermined { iterations } => {
                write!(
                    f,
                    "the data do not determine the covariance (found after {iterations} iterations): too few subjects for an unstructured one"
                )
            }
            Self::NoConvergence { trace } => {
                write!(
                    f,
                    "no convergence in {} iterations; -2 log REML ended at {:?}",
                    trace.len(),
                    trace.last()
                )
            }
        }
    }
}

/// A fitted model.
#[derive(Clone, Debug)]
pub struct Fit {
    /// One per column that was kept, in the order of the design.
    pub coefficients: Vec<Coefficient>,
    /// `visits` x `visits`, row by row.
    pub covariance: Vec<f64>,
    pub minus_2_reml: f64,
    pub subjects: usize,
    pub observations: usize,
    pub iterations: usize,
    /// Columns that say what earlier ones said, and were dropped, as R does.
    pub aliased: Vec<String>,
    /// Of each design column: its place among the coefficients.
    kept: Vec<Option<usize>>,
    beta: Vec<f64>,
    /// Covariance of the coefficients.
    vcov: Vec<f64>,
    /// Per covariance parameter: `vcov X' V^-1 (dV) V^-1 X vcov`, the derivative of `vcov`.
    derivatives: Vec<Vec<f64>>,
    /// Inverse of the observed information about the covariance parameters.
    parameter_vcov: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    pub name: String,
    pub estimate: f64,
    pub se: f64,
    pub df: f64,
    pub t: f64,
    /// Two-sided.
    pub p: f64,
}

/// An estimated linear combination of coefficients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub estimate: f64,
    pub se: f64,
    /// Satterthwaite's.
    pub df: f64,
    pub t: f64,
    /// Two-sided.
    pub p: f64,
    pub lower: f64,
    pub upper: f64,
}

/// Fits by REML. Columns of the design that earlier ones determine are dropped and named.
pub fn fit(data: &Data<'_>) -> Outcome {
    match try_fit(data) {
        Ok(fit) => Outcome::Fitted(Box::new(fit)),
        Err(why) => Outcome::NotFitted(why),
    }
}

fn try_fit(data: &Data<'_>) -> Result<Fit, Why> {
    check(data)?;
    let kept = pattern::independent_columns(data);
    let aliased: Vec<String> = data
        .names
        .iter()
        .zip(&kept)
        .filter(|(_, place)| place.is_none())
        .map(|(name, _)| name.clone())
        .collect();
    let p = data.names.len() - aliased.len();
    if data.y.len() <= p {
        return Err(Why::TooFew { observations: data.y.len(), coefficients: p });
    }
    let patterns = Patterns::new(data, &kept, p)?;
    let found = newton::maximise(&patterns)?;
    let parameters = patterns.parameters();
    let undetermined = || Why::Undetermined { iterations: found.iterations };
    let (parameter_vcov, _) = inverse(&found.at.hessian, parameters).ok_or_else(undetermined)?;
    let derivatives = found.at.derivatives_of_vcov(p);
    let mut fit = Fit {
        coefficients: Vec::new(),
        covariance: found.covariance,
        minus_2_reml: -2.0 * found.at.log_reml,
        subjects: patterns.subjects,
        observations: data.y.len(),
        iterations: found.iterations,
        aliased,
        beta: found.at.beta,
        vcov: found.at.vcov,
        derivatives,
        parameter_vcov,
        kept,
    };
    fit.coefficients = (0..data.names.len())
        .filter(|column| fit.kept[*column].is_some())
        .map(|column| {
            let mut contrast = vec![0.0; data.names.len()];
            contrast[column] = 1.0;
            let Estimate { estimate, se, df, t, p, .. } = fit.contrast(&contrast, 0.95);
            Coefficient { name: data.names[column].clone(), estimate, se, df, t, p }
        })
        .collect();
    Ok(fit)
}

fn check(data: &Data<'_>) -> Result<(), Why> {
    let (n, p) = (data.y.len(), data.names.len());
    if n == 0 || p == 0 {
        return Err(Why::NoData);
    }
    if data.subject.len() != n || data.visit.len() != n || data.x.len() != n * p {
        return Err(Why::Shape(format!(
            "{n} responses, {} subjects, {} visits, {} design values for {p} columns",
            data.subject.len(),
            data.visit.len(),
            data.x.len()
        )));
    }
    if let Some(row) = data.visit.iter().position(|visit| *visit >= data.visits) {
        return Err(Why::Shape(format!(
            "row {row} is of visit {}, and there are {}",
            data.visit[row], data.visits
        )));
    }
    let finite = |row: &usize| {
        data.y[*row].is_finite() && data.x[row * p..(row + 1) * p].iter().all(|x| x.is_finite())
    };
    match (0..n).find(|row| !finite(row)) {
        Some(row) => Err(Why::NotFinite { row }),
        None => Ok(()),
    }
}

impl Fit {
    /// The combination of coefficients with the weights `contrast` (one per column of the design; dropped columns
    /// count as nought), with limits at `level`.
    ///
    /// The degrees of freedom are Satterthwaite's: `2 v^2 / (g' W g)` with `v` the variance of the estimate, `g` its
    /// derivatives by the covariance parameters and `W` the inverse of their observed information.
    ///
    /// # Source
    /// Fai and Cornelius (1996), J. Stat. Comput. Simul. 54:363.
    pub fn contrast(&self, contrast: &[f64], level: f64) -> Estimate {
        let mut weights = vec![0.0; self.beta.len()];
        for (weight, place) in contrast.iter().zip(&self.kept) {
            if let Some(place) = place {
                weights[*place] = *weight;
            }
        }
        let estimate = dot(&weights, &self.beta);
        let variance = quadratic(&self.vcov, &weights);
        let gradient: Vec<f64> =
            self.derivatives.iter().map(|derivative| quadratic(derivative, &weights)).collect();
        let df = 2.0 * variance * variance / dot(&gradient, &times(&self.parameter_vcov, &gradient));
        let se = variance.sqrt();
        let t = estimate / se;
        let half = t_critical(1.0 - level, df) * se;
        Estimate {
            estimate,
            se,
            df,
            t,
            p: t_two_sided(t, df),
            lower: estimate - half,
            upper: estimate + half,
        }
    }
}
