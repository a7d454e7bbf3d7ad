//! Distributions against values of 40 digits: see the first line of `reference/dist.csv`.

use stats::dist::{
    chi_squared_survival, f_survival, ln_gamma, normal_cdf, normal_quantile, t_cdf, t_critical, t_two_sided,
};

#[test]
fn as_computed_with_forty_digits() {
    let path = format!("{}/tests/reference/dist.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let number = |place: usize| fields[place].parse::<f64>().unwrap();
        let ours = match fields[0] {
            "t_two_sided" => t_two_sided(number(1), number(2)),
            "f_survival" => f_survival(number(1), number(2), number(3)),
            "chi_squared_survival" => chi_squared_survival(number(1), number(2)),
            "normal_cdf" => normal_cdf(number(1)),
            "ln_gamma" => ln_gamma(number(1)),
            other => panic!("{other}"),
        };
        let theirs = number(4);
        let error = (ours - theirs).abs() / theirs.abs().max(1e-300);
        assert!(error < 2e-12, "{line}: {ours}, off by {error:e}");
        rows += 1;
    }
    assert!(rows > 140, "{rows} rows");
}

#[test]
fn inverses_invert() {
    for df in [0.7, 1.0, 3.3, 86.4, 1e6] {
        for p in [1e-12, 1e-6, 0.05, 0.5, 0.999] {
            let t = t_critical(p, df);
            // At a million degrees of freedom the beta function itself carries about eleven digits.
            let tolerance = if df > 1e5 { 1e-9 } else { 1e-11 };
            assert!((t_two_sided(t, df) / p - 1.0).abs() < tolerance, "{p} {df}");
            assert!((t_cdf(-t, df) - p / 2.0).abs() < tolerance);
        }
    }
    for p in [1e-15, 1e-5, 0.025, 0.5, 0.975, 1.0 - 1e-9] {
        assert!((normal_cdf(normal_quantile(p)) / p - 1.0).abs() < 1e-11, "{p}");
    }
    assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
    assert_eq!(t_critical(1.0, 5.0), 0.0);
    assert!(t_critical(0.0, 5.0).is_infinite() && normal_quantile(-1.0).is_nan());
}
