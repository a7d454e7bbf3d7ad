//! The names that rules may use: what is recorded at screening, and the scores of the instruments.

use std::sync::OnceLock;

/// A name that a rule may use.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    pub name: String,
    pub kind: Kind,
    /// What it is, for the page of the manual.
    pub what: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// In `unit` (empty for points of a score), from `min` to `max` at the very most.
    Number {
        unit: &'static str,
        min: f64,
        max: f64,
    },
    Flag,
}

const NUMBERS: &[(&str, &str, f64, f64, &str)] = &[
    ("age_years", "years", 0.0, 120.0, "age at screening, completed years"),
    ("body_mass_kg", "kg", 20.0, 300.0, "body mass"),
    ("systolic_mmhg", "mmHg", 40.0, 300.0, "systolic blood pressure at rest"),
    ("diastolic_mmhg", "mmHg", 20.0, 200.0, "diastolic blood pressure at rest"),
    ("pulse_bpm", "/min", 20.0, 250.0, "pulse at rest"),
    ("temperature_c", "°C", 30.0, 44.0, "body temperature"),
    ("qtcf_ms", "ms", 200.0, 700.0, "QT interval, corrected after Fridericia"),
];

const FLAGS: &[(&str, &str)] = &[
    ("childbearing_potential", "can become pregnant"),
    ("pregnancy_test_positive", "the pregnancy test at screening is positive"),
    ("contraception_adequate", "uses contraception as the protocol asks"),
    ("breast_feeding", "is breast-feeding"),
    ("drug_screen_positive", "the drug screen at screening is positive"),
    ("washout_complete", "washout of former medication is complete"),
];

/// All of them, in a fixed order: measures, flags, then the scores of each instrument as
/// `<instrument without dashes>_<score>`.
pub fn variables() -> &'static [Variable] {
    static VARIABLES: OnceLock<Vec<Variable>> = OnceLock::new();
    VARIABLES.get_or_init(|| {
        let numbers = NUMBERS.iter().map(|&(name, unit, min, max, what)| Variable {
            name: name.into(),
            kind: Kind::Number { unit, min, max },
            what: what.into(),
        });
        let flags = FLAGS.iter().map(|&(name, what)| Variable {
            name: name.into(),
            kind: Kind::Flag,
            what: what.into(),
        });
        numbers.chain(flags).chain(scores()).collect()
    })
}

pub(super) fn variable(name: &str) -> Option<&'static Variable> {
    variables().iter().find(|variable| variable.name == name)
}

fn scores() -> impl Iterator<Item = Variable> {
    instruments::builtin().iter().flat_map(|instrument| {
        let prefix = instrument.id.as_str().replace('-', "");
        let name = move |score: &str| format!("{prefix}_{score}");
        let what = |score: &str| format!("`{score}` of {} at baseline", instrument.name);
        let numbers = instrument.score_ids().map(|score| {
            let (min, max) = instrument.score_range(score).unwrap_or((f64::MIN, f64::MAX));
            Variable { name: name(score), kind: Kind::Number { unit: "", min, max }, what: what(score) }
        });
        let flags = instrument.flag_ids().map(|flag| Variable {
            name: name(flag),
            kind: Kind::Flag,
            what: what(flag),
        });
        numbers.chain(flags).collect::<Vec<_>>()
    })
}
