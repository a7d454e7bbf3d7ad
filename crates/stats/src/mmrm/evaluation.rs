//! The restricted log-likelihood at one covariance, its gradient, and its observed and average information, all in
//! closed form.
//!
//! Parameters are the entries of the covariance itself (the lower triangle), so that their derivatives `E_t` are
//! matrices of noughts and ones. With `W = V^-1` per pattern and `z` a row of the design with the response behind
//! it, everything is made of `G_ab = sum (W z)_a (W z)_b'`.
//!
//! # Source
//! Harville (1977), J. Am. Stat. Assoc. 72:320; average information: Gilmour, Thompson and Cullis (1995), Biometrics
//! 51:1440.

use super::pattern::{Pattern, Patterns, parameter};
use crate::matrix::{dot, inverse, times};

pub(super) struct Evaluation {
    pub log_reml: f64,
    pub gradient: Vec<f64>,
    /// Minus the second derivatives: the observed information.
    pub hessian: Vec<f64>,
    /// The average of observed and expected information: nearly always positive definite.
    pub average: Vec<f64>,
    pub beta: Vec<f64>,
    /// Covariance of the coefficients, `p` x `p`.
    pub vcov: Vec<f64>,
    /// Per parameter `X' W E_t W X`, with `X' W E_t W r` as last column: `q` x `q`.
    slopes: Vec<Vec<f64>>,
}

/// `None` where the covariance (or a part of it) is not positive definite.
pub(super) fn evaluate(patterns: &Patterns, covariance: &[f64]) -> Option<Evaluation> {
    let (m, p) = (patterns.m, patterns.p);
    let q = p + 1;
    let mut weights = Vec::with_capacity(patterns.all.len());
    let mut log_det = 0.0;
    let mut gram = vec![0.0; q * q];
    for pattern in &patterns.all {
        let k = pattern.visits.len();
        let part: Vec<f64> =
            (0..k * k).map(|at| covariance[pattern.visits[at / k] * m + pattern.visits[at % k]]).collect();
        let (weight, det) = inverse(&part, k)?;
        log_det += pattern.subjects * det;
        for (weight, block) in weight.iter().zip(pattern.products.chunks_exact(q * q)) {
            gram.iter_mut().zip(block).for_each(|(sum, product)| *sum += weight * product);
        }
        weights.push(weight);
    }
    let normal: Vec<f64> = (0..p * p).map(|at| gram[at / p * q + at % p]).collect();
    let (vcov, log_det_normal) = inverse(&normal, p)?;
    let right: Vec<f64> = (0..p).map(|row| gram[row * q + p]).collect();
    let beta = times(&vcov, &right);
    let rest = gram[p * q + p] - dot(&beta, &right);
    let freedom = patterns.observations as f64 - p as f64;
    let log_reml = -0.5 * (freedom * (2.0 * std::f64::consts::PI).ln() + log_det + log_det_normal + rest);
    let mut sums = Sums::new(patterns, &beta, &vcov);
    for (pattern, weight) in patterns.all.iter().zip(&weights) {
        sums.add(pattern, weight);
    }
    let (gradient, hessian, average, slopes) = sums.finish();
    Some(Evaluation { log_reml, gradient, hessian, average, beta, vcov, slopes })
}

/// Sums over patterns, by parameter.
struct Sums<'a> {
    p: usize,
    q: usize,
    parameters: usize,
    /// `(-beta, 1)`: a row of the design with the response, times this, is the residual.
    to_residual: Vec<f64>,
    vcov: &'a [f64],
    gradient: Vec<f64>,
    slopes: Vec<Vec<f64>>,
    /// Traces that need no more than one pattern: of `W E W E` less twice the part that the coefficients take.
    traces: Vec<f64>,
    /// `r' W E_t W E_s W r`.
    residuals: Vec<f64>,
}

impl<'a> Sums<'a> {
    fn new(patterns: &Patterns, beta: &[f64], vcov: &'a [f64]) -> Self {
        let (p, parameters) = (patterns.p, patterns.parameters());
        let q = p + 1;
        Self {
            p,
            q,
            parameters,
            to_residual: beta.iter().map(|beta| -beta).chain([1.0]).collect(),
            vcov,
            gradient: vec![0.0; parameters],
            slopes: vec![vec![0.0; q * q]; parameters],
            traces: vec![0.0; parameters * parameters],
            residuals: vec![0.0; parameters * parameters],
        }
    }

    fn add(&mut self, pattern: &Pattern, w: &[f64]) {
        let k = pattern.visits.len();
        let q2 = self.q * self.q;
        let mut blocks = weighted(pattern, w, q2);
        // Per pair of visits: the trace with the coefficients' covariance, and the residuals' product.
        let (mut fitted, mut residual) = (vec![0.0; k * k], vec![0.0; k * k]);
        for (at, block) in blocks.chunks_exact_mut(q2).enumerate() {
            fitted[at] = (0..self.p)
                .map(|row| {
                    dot(
                        &self.vcov[row * self.p..(row + 1) * self.p],
                        &block[row * self.q..row * self.q + self.p],
                    )
                })
                .sum();
            for row in block.chunks_exact_mut(self.q) {
                row[self.p] = dot(row, &self.to_residual);
            }
            residual[at] = (0..self.q).map(|row| self.to_residual[row] * block[row * self.q + self.p]).sum();
        }
        let pairs: Vec<(usize, usize, usize)> = (0..k)
            .flat_map(|a| (0..=a).map(move |b| (a, b)))
            .map(|(a, b)| (a, b, parameter(pattern.visits[a], pattern.visits[b])))
            .collect();
        for &(a, b, t) in &pairs {
            let half = if a == b { 0.5 } else { 1.0 };
            self.gradient[t] +=
                half * (residual[a * k + b] + fitted[a * k + b] - pattern.subjects * w[a * k + b]);
            for (x, y) in both(a, b) {
                let block = &blocks[(x * k + y) * q2..(x * k + y + 1) * q2];
                self.slopes[t].iter_mut().zip(block).for_each(|(sum, cell)| *sum += cell);
            }
        }
        for &(a, b, t) in &pairs {
            for &(c, d, s) in pairs.iter().filter(|(_, _, s)| *s <= t) {
                let (mut plain, mut by_fit, mut by_residual) = (0.0, 0.0, 0.0);
                for (x, y) in both(a, b) {
                    for (u, v) in both(c, d) {
                        let weight = w[y * k + u];
                        plain += weight * w[v * k + x];
                        by_fit += weight * fitted[x * k + v];
                        by_residual += weight * residual[x * k + v];
                    }
                }
                self.traces[t * self.parameters + s] += pattern.subjects * plain - 2.0 * by_fit;
                self.residuals[t * self.parameters + s] += by_residual;
            }
        }
    }

    fn finish(self) -> (Vec<f64>, Vec<f64>, Vec<f64>, Vec<Vec<f64>>) {
        let (p, q, n) = (self.p, self.q, self.parameters);
        // vcov times the slope of each parameter, and times its last column.
        let scaled: Vec<Vec<f64>> =
            self.slopes.iter().map(|slope| left_times(self.vcov, slope, p, q)).collect();
        let (mut hessian, mut average) = (vec![0.0; n * n], vec![0.0; n * n]);
        for t in 0..n {
            for s in 0..=t {
                let by_fit: f64 = (0..p)
                    .map(|row| {
                        (0..p)
                            .map(|column| scaled[t][row * q + column] * scaled[s][column * q + row])
                            .sum::<f64>()
                    })
                    .sum();
                let by_residual: f64 =
                    (0..p).map(|row| scaled[s][row * q + p] * self.slopes[t][row * q + p]).sum();
                let expected = 0.5 * (self.traces[t * n + s] + by_fit);
                let data = self.residuals[t * n + s] - by_residual;
                for at in [t * n + s, s * n + t] {
                    hessian[at] = data - expected;
                    average[at] = 0.5 * data;
                }
            }
        }
        (self.gradient, hessian, average, self.slopes)
    }
}

/// `E_t` of a covariance has two ones, that of a variance one.
fn both(a: usize, b: usize) -> impl Iterator<Item = (usize, usize)> + Clone {
    [(a, b), (b, a)].into_iter().take(if a == b { 1 } else { 2 })
}

/// `G_ab = sum over subjects of (W z)_a (W z)_b'`: the pattern's products between two weights.
fn weighted(pattern: &Pattern, w: &[f64], q2: usize) -> Vec<f64> {
    let k = pattern.visits.len();
    let mut left = vec![0.0; k * k * q2];
    for a in 0..k {
        for c in 0..k {
            for b in 0..k {
                let from = &pattern.products[(c * k + b) * q2..(c * k + b + 1) * q2];
                let to = &mut left[(a * k + b) * q2..(a * k + b + 1) * q2];
                to.iter_mut().zip(from).for_each(|(sum, cell)| *sum += w[a * k + c] * cell);
            }
        }
    }
    let mut out = vec![0.0; k * k * q2];
    for a in 0..k {
        for b in 0..k {
            for d in 0..k {
                let from = &left[(a * k + d) * q2..(a * k + d + 1) * q2];
                let to = &mut out[(a * k + b) * q2..(a * k + b + 1) * q2];
                to.iter_mut().zip(from).for_each(|(sum, cell)| *sum += w[b * k + d] * cell);
            }
        }
    }
    out
}

/// `c s` for a `p` x `p` matrix `c` and the first `p` rows of `s` (`q` columns).
fn left_times(c: &[f64], s: &[f64], p: usize, q: usize) -> Vec<f64> {
    let mut out = vec![0.0; p * q];
    for (row, target) in c.chunks_exact(p).zip(out.chunks_exact_mut(q)) {
        for (factor, source) in row.iter().zip(s.chunks_exact(q)) {
            target.iter_mut().zip(source).for_each(|(sum, cell)| *sum += factor * cell);
        }
    }
    out
}

impl Evaluation {
    /// Of each parameter, the derivative of the coefficients' covariance: `vcov X' W E_t W X vcov`.
    pub fn derivatives_of_vcov(&self, p: usize) -> Vec<Vec<f64>> {
        let q = p + 1;
        let of_one = |slope: &Vec<f64>| {
            let left = left_times(&self.vcov, slope, p, q);
            let mut out = vec![0.0; p * p];
            for row in 0..p {
                for column in 0..p {
                    out[row * p + column] =
                        (0..p).map(|inner| left[row * q + inner] * self.vcov[inner * p + column]).sum();
                }
            }
            out
        };
        self.slopes.iter().map(of_one).collect()
    }
}
