//! Both themes keep their contrast: computed from the stylesheet's own values, as WCAG 2.2 defines it.

use std::collections::BTreeMap;

use server::pages::assets::STYLESHEET;

/// Foreground, ground, and the least ratio: 7 for body text by day, 4.5 for text, 3 for edges and marks.
const PAIRS: &[(&str, &str, f64)] = &[
    ("ink", "paper", 7.0),
    ("ink", "wash", 7.0),
    ("ink", "raised", 7.0),
    ("ink", "amber-wash", 7.0),
    ("ink", "harm-wash", 7.0),
    ("ink", "info-wash", 7.0),
    ("quiet", "paper", 4.5),
    ("quiet", "wash", 4.5),
    ("quiet", "raised", 4.5),
    ("still", "paper", 4.5),
    ("still", "wash", 4.5),
    ("still-deep", "wash", 4.5),
    ("amber", "paper", 4.5),
    ("amber", "wash", 4.5),
    ("harm", "paper", 4.5),
    ("harm", "harm-wash", 4.5),
    ("info", "paper", 4.5),
    ("info", "wash", 4.5),
    ("on-fill", "fill", 4.5),
    ("on-fill", "fill-deep", 4.5),
    ("edge", "paper", 3.0),
    ("focus", "paper", 3.0),
];

#[test]
fn every_pair_can_be_read_by_day_and_by_night() {
    for theme in [":root", "[data-theme=\"night\"]"] {
        let colours = values(theme);
        for (front, ground, least) in PAIRS {
            let ratio = contrast(colours[*front], colours[*ground]);
            assert!(ratio >= *least, "{theme}: {front} on {ground} is {ratio:.2}, wants {least}");
        }
    }
}

fn values(theme: &str) -> BTreeMap<&'static str, [f64; 3]> {
    let block = STYLESHEET.body.split_once(&format!("\n{theme} {{")).expect("the theme stands there").1;
    let block = block.split_once('}').expect("it ends").0;
    let line = |line: &'static str| {
        let (name, value) = line.trim().strip_prefix("--")?.trim_end_matches(';').split_once(": #")?;
        let part = |at: usize| u8::from_str_radix(&value[at..at + 2], 16).expect("six places");
        Some((name, [part(0), part(2), part(4)].map(|part| f64::from(part) / 255.0)))
    };
    block.lines().filter_map(line).collect()
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear =
        colour.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
}
