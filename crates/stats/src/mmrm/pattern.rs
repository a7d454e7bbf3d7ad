//! Subjects grouped by the visits at which they were seen. Per pattern, only cross-products of the design and the
//! response are kept, so that an iteration costs nothing per subject.

use std::collections::BTreeMap;

use super::{Data, Why};

/// One pattern of observed visits.
pub(super) struct Pattern {
    /// Observed visits, ascending.
    pub visits: Vec<usize>,
    pub subjects: f64,
    /// For each pair of observed visits `a`, `b` a `q` x `q` block: the sum over subjects of `z_a z_b'`, where `z`
    /// is the row of the design with the response behind it and `q` one more than the number of coefficients.
    pub products: Vec<f64>,
}

pub(super) struct Patterns {
    pub all: Vec<Pattern>,
    /// Number of visits.
    pub m: usize,
    /// Number of coefficients.
    pub p: usize,
    pub subjects: usize,
    pub observations: usize,
}

impl Patterns {
    pub fn new(data: &Data<'_>, kept: &[Option<usize>], p: usize) -> Result<Self, Why> {
        let (columns, q, m) = (data.names.len(), p + 1, data.visits);
        let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (row, subject) in data.subject.iter().enumerate() {
            rows.entry(*subject).or_default().push(row);
        }
        let mut patterns: BTreeMap<Vec<usize>, Pattern> = BTreeMap::new();
        for (subject, rows) in &mut rows {
            rows.sort_by_key(|row| data.visit[*row]);
            let visits: Vec<usize> = rows.iter().map(|row| data.visit[*row]).collect();
            if let Some(pair) = visits.windows(2).find(|pair| pair[0] == pair[1]) {
                return Err(Why::Twice { subject: *subject, visit: pair[0] });
            }
            let k = visits.len();
            let mut z = vec![0.0; k * q];
            for (place, row) in rows.iter().enumerate() {
                let target = &mut z[place * q..(place + 1) * q];
                for (column, kept) in kept.iter().enumerate() {
                    if let Some(kept) = kept {
                        target[*kept] = data.x[row * columns + column];
                    }
                }
                target[p] = data.y[*row];
            }
            let pattern = patterns.entry(visits.clone()).or_insert_with(|| Pattern {
                visits,
                subjects: 0.0,
                products: vec![0.0; k * k * q * q],
            });
            pattern.subjects += 1.0;
            add_products(&mut pattern.products, &z, k, q);
        }
        let patterns = Self {
            all: patterns.into_values().collect(),
            m,
            p,
            subjects: rows.len(),
            observations: data.y.len(),
        };
        patterns.every_pair_is_seen()?;
        Ok(patterns)
    }

    fn every_pair_is_seen(&self) -> Result<(), Why> {
        for one in 0..self.m {
            for other in 0..=one {
                let seen =
                    |pattern: &Pattern| pattern.visits.contains(&one) && pattern.visits.contains(&other);
                if !self.all.iter().any(seen) {
                    return Err(Why::NeverTogether { visits: (other, one) });
                }
            }
        }
        Ok(())
    }

    /// Number of covariance parameters: the lower triangle, row by row.
    pub fn parameters(&self) -> usize {
        self.m * (self.m + 1) / 2
    }
}

/// The place of the covariance of visits `a` and `b` among the parameters.
pub(super) fn parameter(a: usize, b: usize) -> usize {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    high * (high + 1) / 2 + low
}

fn add_products(products: &mut [f64], z: &[f64], k: usize, q: usize) {
    for a in 0..k {
        for b in 0..k {
            let block = &mut products[(a * k + b) * q * q..(a * k + b + 1) * q * q];
            let right = &z[b * q..(b + 1) * q];
            for (left, row) in z[a * q..(a + 1) * q].iter().zip(block.chunks_exact_mut(q)) {
                if *left != 0.0 {
                    row.iter_mut().zip(right).for_each(|(cell, right)| *cell += left * right);
                }
            }
        }
    }
}

/// For each column of the design, its place among those that no earlier columns determine. By sweeping the
/// cross-products in order; a column counts as determined when what is left of it is a 1e-7th of its length, R's
/// own tolerance.
pub(super) fn independent_columns(data: &Data<'_>) -> Vec<Option<usize>> {
    let p = data.names.len();
    let mut basis: Vec<Vec<f64>> = Vec::new();
    let mut kept = Vec::with_capacity(p);
    for column in 0..p {
        let mut rest: Vec<f64> = data.x.iter().skip(column).step_by(p).copied().collect();
        let length = norm(&rest);
        // Twice is enough to be orthogonal to the last digit.
        for _ in 0..2 {
            for known in &basis {
                let share: f64 = rest.iter().zip(known).map(|(a, b)| a * b).sum();
                rest.iter_mut().zip(known).for_each(|(cell, known)| *cell -= share * known);
            }
        }
        let left = norm(&rest);
        if left > 1e-7 * length {
            rest.iter_mut().for_each(|cell| *cell /= left);
            kept.push(Some(basis.len()));
            basis.push(rest);
        } else {
            kept.push(None);
        }
    }
    kept
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>().sqrt()
}
