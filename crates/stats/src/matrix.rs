//! Small dense matrices in row-major slices: Cholesky, inverse, products.

/// The lower Cholesky factor of the symmetric `n` x `n` matrix `a`, in place of its lower triangle, and the log
/// determinant. `None` if it is not positive definite.
pub(crate) fn cholesky(a: &mut [f64], n: usize) -> Option<f64> {
    let mut log_det = 0.0;
    for j in 0..n {
        let pivot = a[j * n + j] - (0..j).map(|k| a[j * n + k] * a[j * n + k]).sum::<f64>();
        if pivot.is_nan() || pivot <= 0.0 {
            return None;
        }
        let root = pivot.sqrt();
        log_det += 2.0 * root.ln();
        a[j * n + j] = root;
        for i in j + 1..n {
            let rest = a[i * n + j] - (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum::<f64>();
            a[i * n + j] = rest / root;
        }
    }
    Some(log_det)
}

/// The inverse of a symmetric positive definite matrix, and its log determinant.
pub(crate) fn inverse(a: &[f64], n: usize) -> Option<(Vec<f64>, f64)> {
    let mut factor = a.to_vec();
    let log_det = cholesky(&mut factor, n)?;
    // The inverse of the factor, then its product with itself.
    let mut low = vec![0.0; n * n];
    for j in 0..n {
        low[j * n + j] = 1.0 / factor[j * n + j];
        for i in j + 1..n {
            let sum: f64 = (j..i).map(|k| factor[i * n + k] * low[k * n + j]).sum();
            low[i * n + j] = -sum / factor[i * n + i];
        }
    }
    let mut out = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let sum = (i..n).map(|k| low[k * n + i] * low[k * n + j]).sum();
            out[i * n + j] = sum;
            out[j * n + i] = sum;
        }
    }
    Some((out, log_det))
}

/// `v' a v` for a square matrix of the size of `v`.
pub(crate) fn quadratic(a: &[f64], v: &[f64]) -> f64 {
    a.chunks_exact(v.len()).zip(v).map(|(row, left)| left * dot(row, v)).sum()
}

pub(crate) fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// `a v`.
pub(crate) fn times(a: &[f64], v: &[f64]) -> Vec<f64> {
    a.chunks_exact(v.len()).map(|row| dot(row, v)).collect()
}
