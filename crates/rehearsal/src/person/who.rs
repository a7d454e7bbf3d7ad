//! Who somebody is, and whether they pass screening.

use std::collections::BTreeMap;

use record::body::Value;

use super::Answers;
use super::items;
use super::model::model;
use crate::stream::{Stream, normal_cdf, normal_quantile};

/// Somebody who was referred to the study.
#[derive(Clone, Debug)]
pub struct VirtualPerson {
    pub(super) seed: u64,
    pub(super) index: u32,
    age_years: u32,
    female: bool,
    referral_source: &'static str,
    body_mass_kg: f64,
    tapered: Option<&'static str>,
    failure: Option<Failure>,
    /// Rank of the baseline score among those who pass, as a standard normal.
    pub(super) baseline_z: f64,
    pub(super) sds_baseline: f64,
    pub(super) without_work: bool,
    pub(super) duration_months: i64,
    caps5: Answers,
    sds: Answers,
}

/// Where somebody is lost before randomisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailsAt {
    Telephone,
    Screening,
    Baseline,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub at: FailsAt,
    /// The criterion of the protocol, if it is one.
    pub criterion: Option<String>,
    pub why: String,
}

const SOURCES: [&str; 5] = ["clinic", "self-referral", "registry page", "veterans' service", "word of mouth"];
const MEDICATIONS: [&str; 4] = ["sertraline", "escitalopram", "bupropion", "venlafaxine"];
const ON_THE_TELEPHONE: [(Option<&str>, &str); 4] = [
    (None, "declined after hearing what it asks"),
    (None, "not reached again"),
    (Some("I10"), "cannot travel to the site"),
    (Some("X15"), "recent or frequent use of ecstasy"),
];
const AT_SCREENING: [(&str, &str); 6] = [
    ("X9", "a condition that makes a stimulant harmful"),
    ("X10", "uncontrolled hypertension"),
    ("X14", "cannot stop psychiatric medication"),
    ("X6", "personality disorder"),
    ("X2", "bipolar I disorder"),
    ("X16", "serious suicide risk"),
];

impl VirtualPerson {
    /// The person at `index` of a rehearsal.
    pub fn draw(seed: u64, index: u32) -> Self {
        let stream = |purpose: &str| Stream::new(seed, &format!("person {index} {purpose}"));
        let mut draw = stream("who");
        let female = draw.bernoulli(0.712);
        let age_years = (39.1 + 10.3 * draw.normal()).round().clamp(18.0, 74.0) as u32;
        let failure = fails(&mut stream("screening"));
        let mut baseline = stream("baseline");
        let (z, total) = baseline_total(&mut baseline);
        let below = matches!(&failure, Some(failure) if failure.at == FailsAt::Baseline);
        let total = if below { 16 + baseline.below(12) as i64 } else { total };
        let duration_months = (12.0 + 180.0 * -baseline.uniform().ln()).clamp(7.0, 600.0) as i64;
        let without_work = baseline.bernoulli(0.12);
        let parameters = &model().baseline;
        let sds_baseline = (parameters.sds_mean + parameters.sds_sd * baseline.normal() + 0.3 * z).clamp(2.0, 10.0);
        let caps5 = items::caps5(total, true, duration_months, &mut stream("baseline items"));
        let sds = items::sds(sds_baseline, without_work, &mut stream("baseline sds"));
        Self {
            seed,
            index,
            age_years,
            female,
            referral_source: draw.choice::<&str>(&SOURCES),
            body_mass_kg: ((if female { 70.0 } else { 82.0 }) + 12.0 * draw.normal()).clamp(50.0, 130.0).round(),
            tapered: draw.bernoulli(0.25).then(|| *draw.choice::<&str>(&MEDICATIONS)),
            failure,
            baseline_z: z,
            sds_baseline,
            without_work,
            duration_months,
            caps5,
            sds,
        }
    }

    pub fn passes_screening(&self) -> bool {
        self.failure.is_none()
    }

    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    pub fn referral_source(&self) -> &str {
        self.referral_source
    }

    pub fn age_years(&self) -> u32 {
        self.age_years
    }

    pub fn sex_at_birth(&self) -> &str {
        if self.female { "female" } else { "male" }
    }

    /// A medication that is tapered before baseline.
    pub fn tapered_medication(&self) -> Option<&str> {
        self.tapered
    }

    pub fn baseline_caps5(&self) -> &Answers {
        &self.caps5
    }

    pub fn baseline_sds(&self) -> &Answers {
        &self.sds
    }

    /// What screening measures, under the names of the protocol's rules.
    pub fn screening_values(&self) -> BTreeMap<String, Value> {
        let mut draw = Stream::new(self.seed, &format!("person {} screening values", self.index));
        let childbearing = self.female && self.age_years < 50;
        let mut around = |mean: f64, sd: f64, step: f64| ((mean + sd * draw.normal()) / step).round() * step;
        let numbers = [
            ("age_years", f64::from(self.age_years)),
            ("body_mass_kg", self.body_mass_kg),
            ("systolic_mmhg", around(118.0, 8.0, 1.0).clamp(95.0, 138.0)),
            ("diastolic_mmhg", around(75.0, 6.0, 1.0).clamp(55.0, 88.0)),
            ("pulse_bpm", around(70.0, 8.0, 1.0).clamp(48.0, 98.0)),
            // Tenths are kept as they are written.
            ("temperature_c", (around(36.6, 0.2, 0.1).clamp(36.0, 37.3) * 10.0).round() / 10.0),
            ("qtcf_ms", around(if self.female { 415.0 } else { 405.0 }, 14.0, 1.0).clamp(360.0, 444.0)),
        ];
        let flags = [
            ("childbearing_potential", childbearing),
            ("pregnancy_test_positive", false),
            ("contraception_adequate", childbearing),
            ("breast_feeding", false),
            ("drug_screen_positive", false),
            ("washout_complete", true),
        ];
        let numbers = numbers.map(|(name, value)| (name.to_owned(), Value::Number(value)));
        numbers.into_iter().chain(flags.map(|(name, flag)| (name.to_owned(), Value::Flag(flag)))).collect()
    }
}

fn fails(draw: &mut Stream) -> Option<Failure> {
    let chances = &model().screening;
    let lot = draw.uniform();
    let at = |at, criterion: Option<&str>, why: &str| {
        Some(Failure { at, criterion: criterion.map(String::from), why: why.into() })
    };
    if lot < chances.telephone {
        let (criterion, why) = draw.choice(&ON_THE_TELEPHONE);
        at(FailsAt::Telephone, *criterion, why)
    } else if lot < chances.telephone + chances.screening {
        let (criterion, why) = draw.choice(&AT_SCREENING);
        at(FailsAt::Screening, Some(criterion), why)
    } else if lot < chances.telephone + chances.screening + chances.baseline {
        at(FailsAt::Baseline, Some("I9"), "symptoms below the entry criterion at baseline")
    } else {
        None
    }
}

/// A total from the normal cut off at the entry criterion, and its rank as a standard normal.
fn baseline_total(draw: &mut Stream) -> (f64, i64) {
    let model = &model().baseline;
    let low = normal_cdf((model.lowest - 0.5 - model.mean) / model.sd);
    let high = normal_cdf((model.highest - model.mean) / model.sd);
    let u = draw.uniform();
    let total = (model.mean + model.sd * normal_quantile(low + u * (high - low))).round();
    (normal_quantile(u), total.clamp(model.lowest, model.highest) as i64)
}
