//! Two hundred rehearsed trials beside the published one.

use instruments::builtin;
use protocol::study::Treatment;
use rehearsal::person::{Answers, Course, VirtualPerson, published};
use terms::InstrumentId;

const SEEDS: u64 = 200;

/// Total and diagnosis, as the instrument's own file scores them.
fn caps5(answers: &Answers) -> (f64, bool) {
    let scores = builtin().get(&InstrumentId::new("caps-5").unwrap()).unwrap().score(answers).unwrap();
    (scores.number("total").unwrap(), scores.flag("ptsd").unwrap())
}

fn sds(answers: &Answers) -> f64 {
    let scores = builtin().get(&InstrumentId::new("sds").unwrap()).unwrap().score(answers).unwrap();
    scores.number("mean").unwrap()
}

/// All who were assessed at a timepoint over all seeds: score, change, diagnosis.
struct Assessed {
    rows: Vec<(f64, f64, bool)>,
    sds_change: Vec<f64>,
    treated: usize,
}

fn assess(treatment: Treatment, timepoint: &str) -> Assessed {
    let size = if treatment == Treatment::Mdma { 53 } else { 51 };
    let mut all = Assessed { rows: Vec::new(), sds_change: Vec::new(), treated: 0 };
    for seed in 0..SEEDS {
        let people = (0..).map(|index| VirtualPerson::draw(seed, index)).filter(VirtualPerson::passes_screening);
        for person in people.take(size) {
            all.treated += 1;
            let course = Course::draw(&person, treatment, treatment);
            let (before, _) = caps5(person.baseline_caps5());
            if timepoint == "T1" {
                all.rows.push((before, 0.0, true));
            } else if let Some(rated) = course.rating(timepoint) {
                let (total, diagnosis) = caps5(&rated.caps5);
                all.rows.push((total, total - before, diagnosis));
                all.sds_change.push(sds(&rated.sds) - sds(person.baseline_sds()));
            }
        }
    }
    all
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn sd(values: &[f64]) -> f64 {
    let mean = mean(values);
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64).sqrt()
}

impl Assessed {
    fn figure(&self, what: &str) -> f64 {
        let scores: Vec<f64> = self.rows.iter().map(|row| row.0).collect();
        let changes: Vec<f64> = self.rows.iter().map(|row| row.1).collect();
        let share = |meets: &dyn Fn(&(f64, f64, bool)) -> bool| {
            100.0 * self.rows.iter().filter(|row| meets(row)).count() as f64 / self.rows.len() as f64
        };
        match what {
            "mean_score" => mean(&scores),
            "sd_score" => sd(&scores),
            "mean_change" => mean(&changes),
            "sd_change" => sd(&changes),
            "response" => share(&|row| row.1 <= -10.0),
            "loss_of_diagnosis" => share(&|row| !row.2),
            "remission" => share(&|row| !row.2 && row.0 <= 11.0),
            "assessed" => 100.0 * self.rows.len() as f64 / self.treated as f64,
            other => panic!("{other}"),
        }
    }
}

#[test]
fn two_hundred_trials_fare_as_the_published_one() {
    let mut worst = Vec::new();
    for treatment in [Treatment::Mdma, Treatment::Placebo] {
        let arm = if treatment == Treatment::Mdma { "mdma" } else { "placebo" };
        for timepoint in ["T1", "T2", "T3", "T4"] {
            let assessed = assess(treatment, timepoint);
            for row in published().rows.iter().filter(|row| row.arm == arm && row.timepoint == timepoint) {
                let here = assessed.figure(&row.what);
                let (there, tolerance) = match row.what.as_str() {
                    "assessed" => (100.0 * row.value / f64::from(row.n), 4.0),
                    "response" | "loss_of_diagnosis" | "remission" => (row.value, 4.0),
                    "sd_score" | "sd_change" => (row.value, 1.5),
                    _ => (row.value, 1.0),
                };
                println!("{arm:8} {timepoint} {:18} published {there:7.2}  here {here:7.2}", row.what);
                if row.verified && !row.doubtful && (here - there).abs() > tolerance {
                    worst.push(format!("{arm} {timepoint} {}: {here:.2}, published {there:.2}", row.what));
                }
            }
        }
    }
    assert!(worst.is_empty(), "{worst:#?}");
}

/// Published LS mean changes of the adapted SDS at T4: -3.3 and -2.1 (Mitchell 2023, abstract).
#[test]
fn the_sds_falls_as_published() {
    for (treatment, published) in [(Treatment::Mdma, -3.3), (Treatment::Placebo, -2.1)] {
        let here = mean(&assess(treatment, "T4").sds_change);
        assert!((here - published).abs() < 0.35, "{treatment:?}: {here:.2}, published {published}");
    }
}

#[test]
fn what_happens_in_sessions_moves_no_outcome() {
    for index in 0..300 {
        let person = VirtualPerson::draw(3, index);
        let one = Course::draw(&person, Treatment::Placebo, Treatment::Placebo);
        let other = Course::draw(&person, Treatment::Placebo, Treatment::Mdma);
        for timepoint in ["T2", "T3", "T4"] {
            assert_eq!(one.rating(timepoint), other.rating(timepoint));
            let rater = record::body::Guesser::IndependentRater;
            assert_eq!(one.guess(rater, timepoint), other.guess(rater, timepoint));
        }
        assert_eq!(one.leaving(), other.leaving());
        assert_ne!(one.vitals_at(1, 120.0), other.vitals_at(1, 120.0));
    }
}
