//! Who somebody is, and whether they pass screening.

use std::collections::BTreeMap;

use record::body::Value;

use super::Answers;
use super::items::{self, History};
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
    pub(super) history: History,
    /// At rest: mmHg, mmHg, per minute, °C.
    pub(super) resting: [f64; 4],
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
const AT_SCREENING: [(&str, &str); 9] = [
    ("X9", "arrhythmia in the history"),
    ("X11", "QT interval prolonged on the ECG"),
    ("X10", "uncontrolled hypertension"),
    ("X14", "cannot stop psychiatric medication"),
    ("X6", "personality disorder"),
    ("X2", "bipolar I disorder"),
    ("X16", "serious suicide risk"),
    ("X13", "body mass below 48 kg"),
    ("X8", "pregnancy test positive"),
];

impl VirtualPerson {
    /// The person at `index` of a rehearsal.
    pub fn draw(seed: u64, index: u32) -> Self {
        let stream = |purpose: &str| Stream::new(seed, &format!("person {index} {purpose}"));
        let who = &model().who;
        let mut draw = stream("who");
        let female = draw.bernoulli(who.female);
        let age_years = (who.age_mean + who.age_sd * draw.normal()).round().clamp(18.0, 74.0) as u32;
        let may_be_pregnant = female && age_years < 50;
        let failure = fails(may_be_pregnant, &mut stream("screening"));
        let mut baseline = stream("baseline");
        let (z, total) = baseline_total(&mut baseline);
        let below = matches!(&failure, Some(failure) if failure.at == FailsAt::Baseline);
        let total = if below { 16 + baseline.below(12) as i64 } else { total };
        let history = history(age_years, &mut stream("history"));
        let without_work = baseline.bernoulli(who.without_work);
        let parameters = &model().baseline;
        let sds_baseline =
            (parameters.sds_mean + parameters.sds_sd * baseline.normal() + parameters.sds_with_caps5 * z)
                .clamp(2.0, 10.0);
        let mass_kg = if female { who.mass_mean_kg.female } else { who.mass_mean_kg.male };
        let caps5 = items::caps5(total, true, history, &mut stream("baseline items"));
        let sds = items::sds(sds_baseline, without_work, &mut stream("baseline sds"));
        Self {
            seed,
            index,
            age_years,
            female,
            referral_source: draw.choice::<&str>(&SOURCES),
            body_mass_kg: (mass_kg + who.mass_sd_kg * draw.normal()).clamp(50.0, 130.0).round(),
            tapered: draw.bernoulli(who.tapered).then(|| *draw.choice::<&str>(&MEDICATIONS)),
            failure,
            baseline_z: z,
            sds_baseline,
            without_work,
            history,
            resting: resting(&mut stream("body")),
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

    fn fails_by(&self, criterion: &str) -> bool {
        self.failure.as_ref().is_some_and(|failure| failure.criterion.as_deref() == Some(criterion))
    }

    /// What screening measures, under the names of the protocol's rules. Whoever fails by something measured has
    /// the value that says so.
    pub fn screening_values(&self) -> BTreeMap<String, Value> {
        let mut draw = Stream::new(self.seed, &format!("person {} screening values", self.index));
        let childbearing = self.female && self.age_years < 50;
        let mut reading = |vital: usize| self.resting[vital] + model().vitals.noise_sd[vital] * draw.normal();
        let [mut systolic, mut diastolic] = [reading(0).clamp(95.0, 138.0), reading(1).clamp(55.0, 88.0)];
        let (pulse, temperature) = (reading(2).clamp(48.0, 98.0), reading(3).clamp(36.0, 37.3));
        if self.fails_by("X10") {
            (systolic, diastolic) = (systolic.max(120.0) + 32.0, diastolic.max(76.0) + 18.0);
        }
        let usual_qtcf = if self.female { 415.0 } else { 405.0 };
        let qtcf = (usual_qtcf + 14.0 * draw.normal()).clamp(360.0, 444.0);
        let light = 43.0 + 4.5 * draw.uniform();
        let numbers = [
            ("age_years", f64::from(self.age_years)),
            ("body_mass_kg", if self.fails_by("X13") { light.round() } else { self.body_mass_kg }),
            ("systolic_mmhg", systolic.round()),
            ("diastolic_mmhg", diastolic.round()),
            ("pulse_bpm", pulse.round()),
            ("temperature_c", (temperature * 10.0).round() / 10.0),
            ("qtcf_ms", if self.fails_by("X11") { qtcf.max(400.0) + 75.0 } else { qtcf }.round()),
        ];
        let flags = [
            ("childbearing_potential", childbearing),
            ("pregnancy_test_positive", self.fails_by("X8")),
            ("contraception_adequate", childbearing),
            ("breast_feeding", false),
            ("drug_screen_positive", false),
            // At screening nobody who takes something has stopped it yet.
            ("washout_complete", self.tapered.is_none() && !self.fails_by("X14")),
        ];
        let numbers = numbers.map(|(name, value)| (name.to_owned(), Value::Number(value)));
        numbers.into_iter().chain(flags.map(|(name, flag)| (name.to_owned(), Value::Flag(flag)))).collect()
    }
}

/// Onset and duration. Nobody has been ill for longer than they have lived since the age of four, and everybody for
/// at least the half year that entry asks.
fn history(age_years: u32, draw: &mut Stream) -> History {
    let most = f64::from(age_years - 4) * 12.0;
    let who = &model().who;
    let duration_months = (7.0 + who.duration_mean_months * -draw.uniform().ln()).min(most) as i64;
    let delayed = draw.bernoulli(who.delayed_onset);
    let onset_months = if delayed { 1 + draw.below(24) as i64 } else { 0 };
    History { onset_months, duration_months }
}

fn resting(draw: &mut Stream) -> [f64; 4] {
    let vitals = &model().vitals;
    std::array::from_fn(|vital| {
        vitals.baseline[vital] + vitals.baseline_sd[vital] * draw.normal().clamp(-2.0, 2.0)
    })
}

fn fails(may_be_pregnant: bool, draw: &mut Stream) -> Option<Failure> {
    let chances = &model().screening;
    let lot = draw.uniform();
    let at = |at, criterion: Option<&str>, why: &str| {
        Some(Failure { at, criterion: criterion.map(String::from), why: why.into() })
    };
    if lot < chances.telephone {
        let (criterion, why) = draw.choice(&ON_THE_TELEPHONE);
        at(FailsAt::Telephone, *criterion, why)
    } else if lot < chances.telephone + chances.screening {
        // The last of the list is only for those who can be pregnant.
        let (criterion, why) =
            draw.choice(&AT_SCREENING[..AT_SCREENING.len() - usize::from(!may_be_pregnant)]);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn number(person: &VirtualPerson, name: &str) -> f64 {
        match person.screening_values()[name] {
            Value::Number(value) => value,
            Value::Flag(_) => panic!("`{name}` is a flag"),
        }
    }

    fn people() -> impl Iterator<Item = VirtualPerson> {
        (0..4000).map(|index| VirtualPerson::draw(5, index))
    }

    #[test]
    fn whoever_fails_by_something_measured_has_the_value() {
        for person in people() {
            let high = number(&person, "systolic_mmhg") >= 140.0 || number(&person, "diastolic_mmhg") >= 90.0;
            assert_eq!(high, person.fails_by("X10"), "{person:?}");
            assert_eq!(number(&person, "body_mass_kg") < 48.0, person.fails_by("X13"), "{person:?}");
            assert_eq!(number(&person, "qtcf_ms") > 460.0, person.fails_by("X11"), "{person:?}");
            let pregnant = person.screening_values()["pregnancy_test_positive"] == Value::Flag(true);
            assert_eq!(pregnant, person.fails_by("X8"), "{person:?}");
            assert!(!pregnant || person.sex_at_birth() == "female");
        }
    }

    #[test]
    fn nobody_was_ill_before_they_were_born() {
        for person in people() {
            let months = person.history.duration_months + person.history.onset_months;
            assert!((6..=i64::from(person.age_years) * 12).contains(&months), "{person:?}");
        }
    }

    /// The whole group against Table 1, both arms together: 71.2 % women, 39.1 (10.3) years, PTSD for 16.2 (13.4).
    #[test]
    fn the_group_is_the_published_one() {
        let treated: Vec<_> = people().filter(VirtualPerson::passes_screening).collect();
        let mean =
            |of: &dyn Fn(&VirtualPerson) -> f64| treated.iter().map(of).sum::<f64>() / treated.len() as f64;
        assert!((mean(&|person| f64::from(person.age_years)) - 39.1).abs() < 1.0);
        assert!((mean(&|person| f64::from(u8::from(person.female))) - 0.712).abs() < 0.04);
        let years = |person: &VirtualPerson| person.history.duration_months as f64 / 12.0;
        assert!((mean(&years) - 16.2).abs() < 1.5, "{}", mean(&years));
        let with_subtype =
            |person: &VirtualPerson| f64::from(u8::from(person.caps5["29"].max(person.caps5["30"]) >= 2));
        // 24 of 104.
        assert!((mean(&with_subtype) - 0.231).abs() < 0.04, "{}", mean(&with_subtype));
    }
}
