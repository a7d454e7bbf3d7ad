//! How somebody fares after randomisation.
//!
//! Outcomes (ratings, missing visits, the rater's guess) follow one treatment, what happens in sessions another. In
//! a rehearsal both are the arm that was drawn; a test of blinding tells them apart.

use std::collections::BTreeMap;

use protocol::study::Treatment;
use record::body::{Guess, Guesser, Severity};

use super::items::{self, HIGHEST_WITHOUT, LOWEST_WITH_DIAGNOSIS};
use super::model::model;
use super::{Answers, VirtualPerson};
use crate::stream::{Stream, normal_cdf};

/// What follows randomisation.
#[derive(Clone, Debug)]
pub struct Course {
    person: u32,
    seed: u64,
    sessions_as: Treatment,
    outcomes_as: Treatment,
    ratings: BTreeMap<&'static str, Rated>,
    leaving: Option<Leaving>,
    events: Vec<PersonEvent>,
    /// How strongly this person responds to what is in the capsule.
    sensitivity: f64,
    resting: [f64; 4],
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Supplement {
    Taken,
    NotTaken(String),
}

/// At one moment: mmHg, mmHg, per minute, °C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonVitals {
    pub systolic: f64,
    pub diastolic: f64,
    pub pulse: f64,
    pub temperature: f64,
}

/// An adverse event that begins with a dosing session.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonEvent {
    pub term: String,
    pub session: u32,
    /// After that session's initial dose.
    pub minutes: i64,
    pub severity: Severity,
    pub serious: bool,
    pub related: bool,
    pub special_interest: bool,
    pub lasts_hours: f64,
}

const TIMEPOINTS: [&str; 3] = ["T2", "T3", "T4"];
const REASONS: [&str; 4] =
    ["withdrew, no benefit felt", "moved away", "began another treatment", "not reached any more"];
const DECLINED: [&str; 3] = ["declined by the participant", "nausea", "therapists and participant agreed to leave it"];

impl Course {
    /// `outcomes_as`: whose ratings and missing visits; `sessions_as`: what is in the capsules.
    pub fn draw(person: &VirtualPerson, outcomes_as: Treatment, sessions_as: Treatment) -> Self {
        let stream = |purpose: &str| Stream::new(person.seed, &format!("person {} {purpose}", person.index));
        let vitals = &model().vitals;
        let mut body = stream("body");
        let resting = std::array::from_fn(|vital| {
            vitals.baseline[vital] + vitals.baseline_sd[vital] * body.normal().clamp(-2.0, 2.0)
        });
        Self {
            person: person.index,
            seed: person.seed,
            sessions_as,
            outcomes_as,
            ratings: ratings(person, outcomes_as),
            leaving: leaving(outcomes_as, &mut stream("leaving")),
            events: events(sessions_as, &mut stream("adverse events")),
            sensitivity: (1.0 + vitals.spread * body.normal()).clamp(0.3, 1.9),
            resting,
        }
    }

    fn stream(&self, purpose: &str) -> Stream {
        Stream::new(self.seed, &format!("person {} {purpose}", self.person))
    }

    /// The answers at a timepoint; `None` if the participant was not rated then.
    pub fn rating(&self, timepoint: &str) -> Option<&Rated> {
        let gone = self.leaving.as_ref().is_some_and(|leaving| timepoint >= leaving.before.as_str());
        self.ratings.get(timepoint).filter(|_| !gone)
    }

    /// Why there is no rating although the participant stays. In this trial all who stayed were rated.
    pub fn not_rated(&self, _timepoint: &str) -> Option<&str> {
        None
    }

    pub fn leaving(&self) -> Option<&Leaving> {
        self.leaving.as_ref()
    }

    /// 80 mg at first, then 80 or 120 as therapists, participant and physician decide; blinded, so alike in both arms.
    pub fn initial_mg(&self, session: u32) -> i64 {
        let mut draw = self.stream("escalation");
        let (second, third) = (draw.bernoulli(0.85), draw.bernoulli(0.95));
        match session {
            0 | 1 => 80,
            2 if second => 120,
            2 => 80,
            _ if third => 120,
            _ => 80,
        }
    }

    pub fn supplement(&self, session: u32) -> Supplement {
        let mut draw = self.stream(&format!("supplement {session}"));
        if draw.bernoulli(0.96) { Supplement::Taken } else { Supplement::NotTaken((*draw.choice::<&str>(&DECLINED)).into()) }
    }

    /// `minutes` since the initial dose, negative before it.
    pub fn vitals_at(&self, session: u32, minutes: f64) -> PersonVitals {
        let vitals = &model().vitals;
        let rise = match self.sessions_as {
            Treatment::Mdma => &vitals.rise_mdma,
            Treatment::Placebo => &vitals.rise_placebo,
        };
        let strength = (self.initial_mg(session) as f64 / 100.0).powf(0.7);
        let mut noise = self.stream(&format!("vitals {session} {minutes:.0}"));
        let value: [f64; 4] = std::array::from_fn(|vital| {
            let effect = rise[vital] * strength * self.sensitivity * wave(minutes, vitals.peak_minutes[vital]);
            self.resting[vital] + effect + vitals.noise_sd[vital] * noise.normal().clamp(-2.5, 2.5)
        });
        PersonVitals { systolic: value[0], diastolic: value[1].min(value[0] - 15.0), pulse: value[2], temperature: value[3] }
    }

    /// Effects by item of the session checklist, 0 to 3; what is absent is 0.
    pub fn effects_at(&self, session: u32, minutes: f64) -> BTreeMap<String, u8> {
        const ITEMS: [(&str, f64, f64); 12] = [
            ("jaw-tightness", 1.8, 0.1),
            ("muscle-tightness", 1.3, 0.3),
            ("nausea", 0.8, 0.3),
            ("decreased-appetite", 1.7, 0.2),
            ("sweating", 1.0, 0.1),
            ("feeling-cold", 0.8, 0.3),
            ("restlessness", 0.9, 0.3),
            ("anxiety", 0.9, 0.9),
            ("low-mood", 0.4, 0.8),
            ("euphoria", 1.9, 0.3),
            ("altered-perception", 1.6, 0.3),
            ("sedation", 0.4, 0.6),
        ];
        let wave = wave(minutes, 110.0);
        ITEMS
            .iter()
            .filter_map(|(item, mdma, placebo)| {
                let peak = if self.sessions_as == Treatment::Mdma { mdma } else { placebo };
                let mut draw = self.stream(&format!("effect {session} {item} {minutes:.0}"));
                let felt = peak * wave * self.sensitivity + 0.35 * draw.normal();
                let grade = felt.round().clamp(0.0, 3.0) as u8;
                (grade > 0).then(|| ((*item).to_owned(), grade))
            })
            .collect()
    }

    /// A few notes of the therapists, by minute.
    pub fn notes(&self, session: u32) -> Vec<(i64, String)> {
        const NOTES: [&str; 8] = [
            "settled, eyes closed, music on",
            "asked for water, drank 200 ml",
            "speaks of the event, pair listens",
            "walked to the bathroom, steady",
            "quiet, breathing regular",
            "sat up, talks with both therapists",
            "asked for the blanket",
            "light meal offered and taken",
        ];
        let mut draw = self.stream(&format!("notes {session}"));
        let mut minute = 20;
        let mut notes = Vec::new();
        while minute < 460 {
            notes.push((minute, (*draw.choice::<&str>(&NOTES)).to_owned()));
            minute += 60 + draw.below(60) as i64;
        }
        notes
    }

    pub fn adverse_events(&self) -> &[PersonEvent] {
        &self.events
    }

    /// Which arm somebody believes it is, how sure they are (0 to 100), and why.
    pub fn guess(&self, by: Guesser, timepoint: &str) -> (Guess, u32, String) {
        let mut draw = self.stream(&format!("guess {by:?} {timepoint}"));
        let (active, placebo) = match by {
            // Raters see no session: a little better than chance, by the scores alone.
            Guesser::IndependentRater if self.outcomes_as == Treatment::Mdma => (0.40, 0.28),
            Guesser::IndependentRater => (0.33, 0.35),
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
}

/// Rises to 1 at `peak` minutes and fades; nought before the dose.
fn wave(minutes: f64, peak: f64) -> f64 {
    let share = minutes.max(0.0) / peak;
    (share * (1.0 - share).exp()).powf(1.4)
}

fn ratings(person: &VirtualPerson, treatment: Treatment) -> BTreeMap<&'static str, Rated> {
    let model = model();
    let stream = |purpose: &str| Stream::new(person.seed, &format!("person {} {purpose}", person.index));
    let mut course = stream("course");
    let carried = model.course.carried;
    let mut unexplained = course.normal();
    let mut ratings = BTreeMap::new();
    for timepoint in TIMEPOINTS {
        let outcome = &model.outcome.of(treatment)[timepoint];
        let z = outcome.correlation * person.baseline_z + (1.0 - outcome.correlation.powi(2)).sqrt() * unexplained;
        let total = outcome.quantile(normal_cdf(z)).round().clamp(0.0, 72.0) as i64;
        let mut draw = stream(&format!("rating {timepoint}"));
        let chance = 1.0 / (1.0 + (-(total as f64 - model.diagnosis.middle) / model.diagnosis.scale).exp());
        let diagnosed = total > HIGHEST_WITHOUT || (draw.bernoulli(chance) && total >= LOWEST_WITH_DIAGNOSIS);
        let caps5 = items::caps5(total, diagnosed, person.duration_months, &mut draw);
        let sds = person.sds_baseline + outcome.sds_change + 1.6 * (0.6 * z + 0.8 * draw.normal());
        let sds = items::sds(sds.clamp(0.0, 10.0), person.without_work, &mut draw);
        ratings.insert(timepoint, Rated { caps5, sds });
        unexplained = carried * unexplained + (1.0 - carried * carried).sqrt() * course.normal();
    }
    ratings
}

fn leaving(treatment: Treatment, draw: &mut Stream) -> Option<Leaving> {
    let chances = model().leaving.of(treatment);
    let lot = draw.uniform();
    let before = [("T2", chances.T2), ("T3", chances.T3), ("T4", chances.T4)];
    let (before, _) = before.into_iter().find(|(_, chance)| lot < *chance)?;
    Some(Leaving { before: before.into(), why: (*draw.choice::<&str>(&REASONS)).into() })
}

fn events(treatment: Treatment, draw: &mut Stream) -> Vec<PersonEvent> {
    let model = model();
    let mut events: Vec<PersonEvent> = Vec::new();
    for kind in &model.adverse_event {
        // Every draw is made for everybody, so that one event's chance moves no other.
        let (happens, session) = (draw.bernoulli(kind.chance(treatment)), 1 + draw.below(3) as u32);
        let (minutes, length, moderate) = (30 + draw.below(330) as i64, 0.5 + draw.uniform(), draw.bernoulli(0.25));
        if happens {
            events.push(PersonEvent {
                term: kind.term.clone(),
                // The first session is the one that everybody has.
                session: if session == 3 { 1 } else { session },
                minutes,
                severity: if moderate { Severity::Moderate } else { Severity::Mild },
                serious: false,
                related: kind.mdma > kind.placebo + 0.08,
                special_interest: false,
                lasts_hours: kind.hours * length,
            });
        }
    }
    if draw.bernoulli(*model.severe.of(treatment))
        && let Some(event) = events.first_mut()
    {
        event.severity = Severity::Severe;
    }
    events
}
