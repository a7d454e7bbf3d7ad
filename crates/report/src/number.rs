//! How numbers are written. One place, so that the same value looks the same everywhere.

/// With so many decimals, and a true minus sign.
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    // "-0.0" is nought.
    if text.trim_start_matches('-').chars().all(|digit| matches!(digit, '0' | '.')) {
        return text.trim_start_matches('-').to_owned();
    }
    text.replace('-', "\u{2212}")
}

/// `−23.7 (−26.9 to −20.4)`
pub fn with_limits(value: f64, limits: (f64, f64), decimals: usize) -> String {
    format!("{} ({} to {})", fixed(value, decimals), fixed(limits.0, decimals), fixed(limits.1, decimals))
}

/// `0.034`, `< 0.001`
pub fn p_value(p: f64) -> String {
    if p < 0.001 { String::from("< 0.001") } else { fixed(p, 3) }
}

/// `86.5 %` of a share
pub fn percent(share: f64) -> String {
    format!("{} %", fixed(share * 100.0, 1))
}

/// `12 345`, with a narrow space.
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let first = digits.len() % 3;
    let mut groups: Vec<&str> = Vec::new();
    if first > 0 {
        groups.push(&digits[..first]);
    }
    groups.extend((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]));
    groups.join("\u{202f}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_print_them() {
        assert_eq!(fixed(-23.66, 1), "\u{2212}23.7");
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(p_value(0.0004), "< 0.001");
        assert_eq!(p_value(0.0336), "0.034");
        assert_eq!(percent(0.8653), "86.5 %");
        assert_eq!(thousands(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(thousands(12), "12");
    }
}
