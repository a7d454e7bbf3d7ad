//! The parameters of the virtual participants, as their file says them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use protocol::study::Treatment;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Model {
    pub screening: Screening,
    pub baseline: Baseline,
    pub outcome: ByArm<BTreeMap<String, Outcome>>,
    pub course: CourseModel,
    pub diagnosis: Diagnosis,
    pub leaving: ByArm<Leaving>,
    pub guess: ByArm<Guess>,
    pub vitals: Vitals,
    pub adverse_event: Vec<AdverseEvent>,
    pub severe: ByArm<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct ByArm<T> {
    mdma: T,
    placebo: T,
}

impl<T> ByArm<T> {
    pub fn of(&self, treatment: Treatment) -> &T {
        match treatment {
            Treatment::Mdma => &self.mdma,
            Treatment::Placebo => &self.placebo,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Screening {
    pub telephone: f64,
    pub screening: f64,
    pub baseline: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Baseline {
    pub mean: f64,
    pub sd: f64,
    pub lowest: f64,
    pub highest: f64,
    pub sds_mean: f64,
    pub sds_sd: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Outcome {
    pub correlation: f64,
    pub u: Vec<f64>,
    pub q: Vec<f64>,
    pub sds_change: f64,
}

impl Outcome {
    /// The quantile function at `u`, straight between its knots.
    pub fn quantile(&self, u: f64) -> f64 {
        let above = self.u.iter().position(|knot| *knot >= u).unwrap_or(self.u.len() - 1).max(1);
        let (left, right) = (above - 1, above);
        let share = (u - self.u[left]) / (self.u[right] - self.u[left]);
        self.q[left] + share.clamp(0.0, 1.0) * (self.q[right] - self.q[left])
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct CourseModel {
    pub carried: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Diagnosis {
    pub middle: f64,
    pub scale: f64,
}

#[derive(Debug, Deserialize)]
#[allow(non_snake_case, reason = "timepoints are written so in the file")]
pub(super) struct Leaving {
    pub T2: f64,
    pub T3: f64,
    pub T4: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Guess {
    pub active: f64,
    pub placebo: f64,
}

/// Each list: systolic, diastolic, pulse, temperature.
#[derive(Debug, Deserialize)]
pub(super) struct Vitals {
    pub rise_mdma: [f64; 4],
    pub rise_placebo: [f64; 4],
    pub peak_minutes: [f64; 4],
    pub baseline: [f64; 4],
    pub baseline_sd: [f64; 4],
    pub noise_sd: [f64; 4],
    pub spread: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct AdverseEvent {
    pub term: String,
    pub mdma: f64,
    pub placebo: f64,
    pub hours: f64,
}

impl AdverseEvent {
    pub fn chance(&self, treatment: Treatment) -> f64 {
        if treatment == Treatment::Mdma { self.mdma } else { self.placebo }
    }
}

pub(super) fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        toml::from_str(include_str!("../../data/virtual-mapp2.toml")).expect("the file in the binary is tested to parse")
    })
}
