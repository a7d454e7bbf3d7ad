//! The parameters of the virtual participants, as their file says them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use protocol::study::Treatment;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Model {
    pub who: Who,
    pub screening: Screening,
    pub baseline: Baseline,
    pub outcome: ByArm<BTreeMap<String, Outcome>>,
    pub course: CourseModel,
    pub diagnosis: Diagnosis,
    pub leaving: ByArm<Leaving>,
    pub guess: ByArm<Guess>,
    pub rater_guess: RaterGuess,
    pub doses: Doses,
    pub vitals: Vitals,
    pub effects: Effects,
    pub severe: ByArm<f64>,
    pub event_sessions: [f64; 3],
    pub moderate: f64,
    pub adverse_event: Vec<AdverseEvent>,
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

/// Chances, means and SDs of what somebody brings along.
#[derive(Debug, Deserialize)]
pub(super) struct Who {
    pub female: f64,
    pub age_mean: f64,
    pub age_sd: f64,
    /// Depersonalisation and derealisation at threshold.
    pub dissociative: [f64; 2],
    pub duration_mean_months: f64,
    pub delayed_onset: f64,
    pub mass_mean_kg: BySex,
    pub mass_sd_kg: f64,
    pub tapered: f64,
    pub without_work: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct BySex {
    pub female: f64,
    pub male: f64,
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
    pub sds_with_caps5: f64,
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

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct CourseModel {
    pub carried: f64,
    pub sds_noise: f64,
    pub sds_shared: f64,
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
    /// Stays, and is not rated at T3 alone.
    pub only_T3_missed: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Guess {
    pub active: f64,
    pub placebo: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct RaterGuess {
    pub unsure: f64,
    pub even_at: f64,
    pub scale: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Doses {
    pub escalated_in_second: f64,
    pub stays_escalated: f64,
    pub escalated_in_third: f64,
    pub supplement_taken: f64,
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
    pub dose_exponent: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Effects {
    pub peak_minutes: f64,
    pub spread: f64,
    pub noise_sd: f64,
    pub items: Vec<Effect>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Effect {
    pub id: String,
    #[serde(flatten)]
    pub peak: ByArm<f64>,
}

#[derive(Debug, Deserialize)]
pub(super) struct AdverseEvent {
    pub term: String,
    #[serde(flatten)]
    pub chance: ByArm<f64>,
    pub hours: f64,
    pub begins_minutes: [i64; 2],
    pub related: bool,
}

pub(super) fn model() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        toml::from_str(include_str!("../../data/virtual-mapp2.toml"))
            .expect("the file in the binary is tested to parse")
    })
}
