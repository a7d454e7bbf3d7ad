//! Independent ratings: asked by the coordinator, answered by a rater who has not met the participant.

use protocol::study::Visit;
use record::body::{Guess, Guesser};
use record::{Act, Body};
use terms::{Date, InstrumentId, Timestamp};

use super::{Setting, Story};
use crate::person::Answers;
use crate::staff::Member;
use crate::step::Step;

/// A rater of the pool who has not rated this participant: the pool is walked from a place of the participant's
/// own, so no two ratings meet the same rater.
fn rater<'a>(setting: &'a Setting<'_>, visit: &Visit) -> &'a Member {
    let pool = &setting.staff.raters;
    let start = (setting.draw("raters").uniform() * pool.len() as f64) as usize;
    let rated = setting.study.visits.iter().filter(|known| known.timepoint.is_some());
    let order = rated.take_while(|known| known.id != visit.id).count();
    &pool[(start + order) % pool.len()]
}

/// The request and the answers, on `day`.
pub(super) fn rated(
    setting: &Setting<'_>,
    visit: &Visit,
    day: Date,
    answers: &[(&str, &Answers)],
) -> Vec<Step> {
    let mut draw = setting.draw(&format!("rating {}", visit.id));
    let rater = rater(setting, visit);
    let task = setting.task(&visit.id);
    let asked = setting.at(day.plus_days(-3), 9, 30);
    let at = setting.at(day, 9 + (draw.uniform() * 7.0) as i8, (draw.uniform() * 59.0) as i8);
    let key = |what: &str| setting.key(&format!("{} {what}", visit.id));
    let request = Act::RequestRating {
        participant: setting.participant.clone(),
        visit: visit.id.clone(),
        rater: rater.person.clone(),
        task: task.clone(),
        due: setting.at(day, 18, 0),
    };
    let mut steps = vec![Step::new(asked, &setting.site.coordinator, key("request rating"), request)];
    for (place, (instrument, answers)) in answers.iter().enumerate() {
        let act = Act::AnswerRating {
            participant: setting.participant.clone(),
            task: task.clone(),
            instrument: InstrumentId::new(instrument).expect("an instrument's id is a word"),
            answers: (*answers).clone(),
        };
        let after = if place == 0 { 55 } else { 62 };
        steps.push(Step::new(at.plus_minutes(after), rater, key(&format!("answer {instrument}")), act));
    }
    steps.push(setting.observe(
        at.plus_minutes(90),
        &setting.site.coordinator,
        &format!("{} done", visit.id),
        Body::VisitDone { visit: visit.id.clone() },
    ));
    steps
}

/// A guess of the rater, sealed with the rating.
pub(super) fn raters_guess(
    setting: &Setting<'_>,
    visit: &Visit,
    at: Timestamp,
    guess: (Guess, u32, String),
) -> Step {
    let timepoint = visit.timepoint.clone().unwrap_or_default();
    let (guess, confidence, why) = guess;
    let body = Body::GuessRecorded { by: Guesser::IndependentRater, timepoint, guess, confidence, why };
    Step::observe(
        at,
        rater(setting, visit),
        setting.key(&format!("{} rater's guess", visit.id)),
        &setting.stream(),
        body,
    )
}

impl Story<'_> {
    /// Not rated: the coordinator says why.
    pub(super) fn not_rated(&mut self, visit: &Visit, day: Date, why: &str) {
        let setting = self.setting;
        let at = setting.at(day, 17, 0);
        let by = &setting.site.coordinator;
        let missed = Body::VisitMissed { visit: visit.id.clone(), why: why.into() };
        let not_done = Body::RatingNotDone { visit: visit.id.clone(), why: why.into() };
        self.steps.push(setting.observe(at, by, &format!("{} not rated", visit.id), not_done));
        self.steps.push(setting.observe(at, by, &format!("{} missed", visit.id), missed));
    }
}
