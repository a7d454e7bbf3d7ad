//! What fits in a line: means, standard deviations, proportions with their limits.

use crate::dist::normal_quantile;

/// `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Sum of squared deviations from the mean.
fn squares(values: &[f64]) -> f64 {
    let mean = mean(values).unwrap_or(0.0);
    values.iter().map(|value| (value - mean) * (value - mean)).sum()
}

/// The standard deviation with n - 1 below. `None` of fewer than two values.
pub fn sd(values: &[f64]) -> Option<f64> {
    (values.len() > 1).then(|| (squares(values) / (values.len() - 1) as f64).sqrt())
}

/// The pooled standard deviation of two groups, n1 + n2 - 2 below. `None` of fewer than three values in all.
pub fn pooled_sd(one: &[f64], other: &[f64]) -> Option<f64> {
    let count = one.len() + other.len();
    (count > 2).then(|| ((squares(one) + squares(other)) / (count - 2) as f64).sqrt())
}

/// Wilson's limits for a proportion of `met` in `n`, at `level` (such as 0.95). `None` when `n` is nought.
///
/// # Source
/// Wilson (1927), J. Am. Stat. Assoc. 22:209.
pub fn wilson(met: usize, n: usize, level: f64) -> Option<(f64, f64)> {
    if n == 0 || met > n {
        return None;
    }
    let (share, n) = (met as f64 / n as f64, n as f64);
    let z = normal_quantile(0.5 + level / 2.0);
    let square = z * z;
    let middle = share + square / (2.0 * n);
    let spread = z * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt();
    let below = 1.0 + square / n;
    // At the ends the formula gives nought or one up to rounding: say it exactly.
    let low = if met == 0 { 0.0 } else { (middle - spread) / below };
    let high = if share == 1.0 { 1.0 } else { (middle + spread) / below };
    Some((low, high))
}

/// Newcombe's hybrid score limits for the difference of two independent proportions, first minus second.
///
/// # Source
/// Newcombe (1998), Stat. Med. 17:873, method 10.
pub fn newcombe(met1: usize, n1: usize, met2: usize, n2: usize, level: f64) -> Option<(f64, f64)> {
    let ((low1, high1), (low2, high2)) = (wilson(met1, n1, level)?, wilson(met2, n2, level)?);
    let (share1, share2) = (met1 as f64 / n1 as f64, met2 as f64 / n2 as f64);
    let difference = share1 - share2;
    let below = ((share1 - low1).powi(2) + (high2 - share2).powi(2)).sqrt();
    let above = ((high1 - share1).powi(2) + (share2 - low2).powi(2)).sqrt();
    Some((difference - below, difference + above))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(one: f64, other: f64, tolerance: f64) {
        assert!((one - other).abs() < tolerance, "{one} and {other}");
    }

    #[test]
    fn means_and_deviations() {
        assert_eq!(mean(&[]), None);
        assert_eq!(sd(&[1.0]), None);
        close(sd(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap(), (32.0f64 / 7.0).sqrt(), 1e-15);
        close(pooled_sd(&[1.0, 3.0], &[2.0, 6.0]).unwrap(), 5f64.sqrt(), 1e-15);
    }

    /// Newcombe (1998), Stat. Med. 17:857, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    #[test]
    fn wilson_as_published() {
        for (met, n, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let limits = wilson(met, n, 0.95).unwrap();
            close(limits.0, low, 5e-5);
            close(limits.1, high, 5e-5);
        }
        assert_eq!(wilson(0, 0, 0.95), None);
    }

    /// Newcombe (1998), Stat. Med. 17:873, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10.
    #[test]
    fn newcombe_as_published() {
        for (a, m, b, n, low, high) in
            [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 10, 0.6075, 1.0)]
        {
            let limits = newcombe(a, m, b, n, 0.95).unwrap();
            close(limits.0, low, 5e-5);
            close(limits.1, high, 5e-5);
        }
    }
}
