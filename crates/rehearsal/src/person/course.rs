//! How somebody fares after randomisation.
//!
//! Outcomes (ratings, missing visits, the rater's guess) follow one treatment, what happens in sessions another. In
//! a rehearsal both are the arm that was drawn; a test of blinding tells them apart.

use std::collections::BTreeMap;

use protocol::study::Treatment;
use record::body::{Guess, Guesser};

use super::items::{self, HIGHEST_WITHOUT, History, LOWEST_WITH_DIAGNOSIS};
use super::model::{CourseModel, model};
use super::sessions::{PersonEvent, events};
use super::{Answers, VirtualPerson};
use crate::stream::{Stream, normal_cdf};

/// What follows randomisation.
#[derive(Clone, Debug)]
pub struct Course {
    person: u32,
    seed: u64,
    pub(super) sessions_as: Treatment,
    ratings: BTreeMap<&'static str, Rated>,
    leaving: Option<Leaving>,
    not_rated: Option<(&'static str, &'static str)>,
    events: Vec<PersonEvent>,
    /// How strongly this person responds to what is in the capsule.
    pub(super) sensitivity: f64,
    pub(super) resting: [f64; 4],
}

/// Answers at one timepoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Rated {
    pub caps5: Answers,
    pub sds: Answers,
}

/// Leaves the study some days before the rating at `before`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    pub before: String,
    pub why: String,
}

/// Each with the completed months since baseline.
const TIMEPOINTS: [(&str, i64); 3] = [("T2", 1), ("T3", 2), ("T4", 4)];
const REASONS: [&str; 4] =
    ["withdrew, no benefit felt", "moved away", "began another treatment", "not reached any more"];
impl Course {
    /// `outcomes_as`: whose ratings and missing visits; `sessions_as`: what is in the capsules.
    pub fn draw(person: &VirtualPerson, outcomes_as: Treatment, sessions_as: Treatment) -> Self {
        let stream = |purpose: &str| Stream::new(person.seed, &format!("person {} {purpose}", person.index));
        let spread = model().vitals.spread;
        let (leaving, not_rated) = missing(outcomes_as, &mut stream("leaving"));
        Self {
            person: person.index,
            seed: person.seed,
            sessions_as,
            ratings: ratings(person, outcomes_as),
            leaving,
            not_rated,
            events: events(sessions_as, &mut stream("adverse events")),
            sensitivity: (1.0 + spread * stream("sensitivity").normal()).clamp(0.3, 1.9),
            resting: person.resting,
        }
    }

    pub(super) fn stream(&self, purpose: &str) -> Stream {
        Stream::new(self.seed, &format!("person {} {purpose}", self.person))
    }

    /// The answers at a timepoint; `None` if the participant was not rated then.
    pub fn rating(&self, timepoint: &str) -> Option<&Rated> {
        let gone = self.leaving.as_ref().is_some_and(|leaving| timepoint >= leaving.before.as_str());
        let missed = gone || self.not_rated(timepoint).is_some();
        self.ratings.get(timepoint).filter(|_| !missed)
    }

    /// Why there is no rating although the participant stays.
    pub fn not_rated(&self, timepoint: &str) -> Option<&str> {
        self.not_rated.filter(|(missed, _)| *missed == timepoint).map(|(_, why)| why)
    }

    pub fn leaving(&self) -> Option<&Leaving> {
        self.leaving.as_ref()
    }

    pub fn adverse_events(&self) -> &[PersonEvent] {
        &self.events
    }

    /// Which arm somebody believes it is, how sure they are (0 to 100), and why.
    pub fn guess(&self, by: Guesser, timepoint: &str) -> (Guess, u32, String) {
        let mut draw = self.stream(&format!("guess {by:?} {timepoint}"));
        let (active, placebo) = match by {
            Guesser::IndependentRater => self.rater_believes(timepoint),
            Guesser::Participant | Guesser::Therapist => {
                let guess = model().guess.of(self.sessions_as);
                (guess.active, guess.placebo)
            }
        };
        let lot = draw.uniform();
        let guess = if lot < active {
            Guess::Active
        } else if lot < active + placebo {
            Guess::Placebo
        } else {
            Guess::Unsure
        };
        let (low, span) = match (by, guess) {
            (_, Guess::Unsure) => (0, 30),
            (Guesser::IndependentRater, _) => (20, 40),
            _ => (60, 40),
        };
        let why = match (by, guess) {
            (_, Guess::Unsure) => "no reason to say",
            (Guesser::IndependentRater, _) => "course of symptoms",
            (_, Guess::Active) => "felt effects",
            (_, Guess::Placebo) => "no effects",
        };
        (guess, low + draw.below(span + 1) as u32, why.into())
    }

    /// Chances of a rater's "active" and "placebo". Raters see no session and meet a participant once: all they have
    /// is the score.
    fn rater_believes(&self, timepoint: &str) -> (f64, f64) {
        let rater = &model().rater_guess;
        let total: i64 = self.ratings.get(timepoint).map_or(rater.even_at.round() as i64, |rated| {
            (1..=20).filter_map(|item: u32| rated.caps5.get(&item.to_string())).sum()
        });
        let active = 1.0 / (1.0 + ((total as f64 - rater.even_at) / rater.scale).exp());
        ((1.0 - rater.unsure) * active, (1.0 - rater.unsure) * (1.0 - active))
    }
}

fn ratings(person: &VirtualPerson, treatment: Treatment) -> BTreeMap<&'static str, Rated> {
    let model = model();
    let stream = |purpose: &str| Stream::new(person.seed, &format!("person {} {purpose}", person.index));
    let mut course = stream("course");
    let CourseModel { carried, sds_noise, sds_shared } = model.course;
    let mut unexplained = course.normal();
    let mut ratings = BTreeMap::new();
    for (timepoint, months) in TIMEPOINTS {
        let outcome = &model.outcome.of(treatment)[timepoint];
        let z = outcome.correlation * person.baseline_z
            + (1.0 - outcome.correlation.powi(2)).sqrt() * unexplained;
        let total = outcome.quantile(normal_cdf(z)).round().clamp(0.0, 72.0) as i64;
        let mut draw = stream(&format!("rating {timepoint}"));
        let chance = 1.0 / (1.0 + (-(total as f64 - model.diagnosis.middle) / model.diagnosis.scale).exp());
        let diagnosed = total > HIGHEST_WITHOUT || (draw.bernoulli(chance) && total >= LOWEST_WITH_DIAGNOSIS);
        let duration_months = person.history.duration_months + months;
        let history = History { duration_months, ..person.history };
        let caps5 = items::caps5(total, diagnosed, history, &mut draw);
        let sds = person.sds_baseline
            + outcome.sds_change
            + sds_noise * (sds_shared * z + (1.0 - sds_shared * sds_shared).sqrt() * draw.normal());
        let sds = items::sds(sds.clamp(0.0, 10.0), person.without_work, &mut draw);
        ratings.insert(timepoint, Rated { caps5, sds });
        unexplained = carried * unexplained + (1.0 - carried * carried).sqrt() * course.normal();
    }
    ratings
}

/// Whether the participant leaves, or stays and misses one rating. One lot for both, so that the chances add up.
fn missing(
    treatment: Treatment,
    draw: &mut Stream,
) -> (Option<Leaving>, Option<(&'static str, &'static str)>) {
    let chances = model().leaving.of(treatment);
    let lot = draw.uniform();
    let why = *draw.choice::<&str>(&REASONS);
    let before = [("T2", chances.T2), ("T3", chances.T3), ("T4", chances.T4)];
    if let Some((before, _)) = before.into_iter().find(|(_, chance)| lot < *chance) {
        return (Some(Leaving { before: before.into(), why: why.into() }), None);
    }
    let misses = lot < chances.T4 + chances.only_T3_missed;
    (None, misses.then_some(("T3", "no time found with a rater within the window")))
}
