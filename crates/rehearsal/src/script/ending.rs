//! What ends a story: leaving early, or the termination visit; and what is told along the way: adverse events,
//! guesses.

use protocol::study::{MomentAt, Threshold, ThresholdAction, Visit, VisitKind, Vital};
use record::Body;
use record::body::{Guesser, StoppedFrom};
use terms::{Date, Micrograms};

use super::rating::{rated, raters_guess};
use super::{Setting, Story};
use crate::person::{Course, Supplement};
use crate::step::first_entry;

impl Story<'_> {
    /// Whether the participant has left before `visit`: a week before the rating that they do not reach.
    pub(super) fn leaves_before(&mut self, visit: &Visit, day: Date) -> bool {
        let Some(leaving) = self.course.leaving() else { return false };
        let reached =
            self.setting.study.visit_at(&leaving.before).is_some_and(|rating| rating.id == visit.id);
        if !reached {
            return false;
        }
        let setting = self.setting;
        // After everything that did happen, and before the rating that does not.
        let last = self.days.iter().map(|(_, day)| *day).max().unwrap_or(day);
        let left = last.plus_days(2);
        let at = setting.at(left, 15, 0);
        let body = Body::Stopped { from: StoppedFrom::Study, why: leaving.why.clone() };
        self.steps.push(setting.observe(at, &setting.site.coordinator, "leaves the study", body));
        for missed in self.setting.study.visits.iter().filter(|visit| visit.timepoint.is_some()) {
            if self.day_of(&missed.id).is_none() && self.is_after_baseline(missed) {
                let body = Body::RatingNotDone { visit: missed.id.clone(), why: leaving.why.clone() };
                let what = format!("{} not rated", missed.id);
                self.steps.push(setting.observe(at.plus_minutes(5), &setting.site.coordinator, &what, body));
            }
        }
        true
    }

    fn is_after_baseline(&self, visit: &Visit) -> bool {
        let baseline = self.setting.visits(VisitKind::Rating).next();
        baseline.is_some_and(|baseline| baseline.id != visit.id)
    }

    pub(super) fn rating(&mut self, visit: &Visit, day: Date) {
        let setting = self.setting;
        let timepoint = visit.timepoint.clone().unwrap_or_default();
        let Some(answers) = self.course.rating(&timepoint) else {
            let why = self.course.not_rated(&timepoint).unwrap_or("not reached").to_owned();
            self.not_rated(visit, day, &why);
            return;
        };
        let steps = rated(setting, visit, day, &[("caps-5", &answers.caps5), ("sds", &answers.sds)]);
        let sent = steps.iter().map(|step| step.at).max().unwrap_or_else(|| setting.at(day, 17, 0));
        let guess = self.course.guess(Guesser::IndependentRater, &timepoint);
        self.steps.extend(steps);
        self.steps.push(raters_guess(setting, visit, sent.plus_minutes(3), guess));
    }

    pub(super) fn termination(&mut self, visit: &Visit, day: Date) {
        let setting = self.setting;
        let at = setting.at(day, 11, 0);
        let last =
            setting.study.primary_endpoint().map(|endpoint| endpoint.timepoint.clone()).unwrap_or_default();
        let (guess, confidence, why) = self.course.guess(Guesser::Participant, &last);
        let guessed =
            Body::GuessRecorded { by: Guesser::Participant, timepoint: last.clone(), guess, confidence, why };
        self.steps.push(setting.observe(at, &setting.site.coordinator, "participant's guess", guessed));
        for (place, therapist) in setting.pair.iter().enumerate() {
            let (guess, confidence, why) =
                self.course.guess(Guesser::Therapist, &format!("{last}, therapist {place}"));
            let body = Body::GuessRecorded {
                by: Guesser::Therapist,
                timepoint: last.clone(),
                guess,
                confidence,
                why,
            };
            self.steps.push(setting.observe(
                at.plus_minutes(5),
                therapist,
                &format!("therapist's guess {place}"),
                body,
            ));
        }
        let scale = Body::SuicidalityAssessed { occasion: visit.name.clone(), ideation: 0, behaviour: false };
        let done = Body::VisitDone { visit: visit.id.clone() };
        self.steps.push(setting.observe(
            at.plus_minutes(20),
            &setting.site.investigator,
            "termination c-ssrs",
            scale,
        ));
        self.steps.push(setting.observe(
            at.plus_minutes(40),
            &setting.site.coordinator,
            "termination done",
            done,
        ));
        self.steps.push(setting.observe(
            at.plus_minutes(45),
            &setting.site.coordinator,
            "completed",
            Body::Completed,
        ));
    }

    /// The adverse events that begin with a dosing session: told to the pair, and followed until they end.
    pub(super) fn adverse_events(&mut self, number: u32, initial: terms::Timestamp) {
        let setting = self.setting;
        for (place, event) in
            self.course.adverse_events().iter().enumerate().filter(|(_, event)| event.session == number)
        {
            let onset = initial.plus_minutes(event.minutes);
            let body = Body::AdverseEvent {
                term: event.term.clone(),
                onset,
                severity: event.severity,
                serious: event.serious,
                related: event.related,
                special_interest: event.special_interest,
            };
            let what = format!("adverse event {place}");
            let told = onset.plus_minutes(10);
            self.steps.push(setting.observe(told, &setting.pair[0], &what, body));
            let ended = onset.plus_minutes((event.lasts_hours * 60.0) as i64 + 15);
            let entry = first_entry(setting.seed, &setting.key(&what));
            let over = Body::AdverseEventEnded { event: entry, at: ended };
            let step = setting.observe(
                ended.max(told.plus_minutes(5)),
                &setting.pair[1],
                &format!("{what} ended"),
                over,
            );
            self.steps.push(step);
        }
    }
}

/// Whether vital signs are past a limit of the protocol that forbids something.
pub(super) fn limit_passed<'a>(
    setting: &'a Setting<'_>,
    course: &Course,
    session: u32,
    minutes: i64,
    action: ThresholdAction,
) -> Option<&'a Threshold> {
    let taken = charted(course, session, minutes);
    setting.study.thresholds.iter().filter(|limit| limit.action == action).find(|limit| {
        let value = taken.get(limit.vital).unwrap_or_default();
        record::decide::is_past(limit, value)
    })
}

/// The vital signs as they are charted: whole mmHg and beats, tenths of a degree.
pub fn charted(course: &Course, session: u32, minutes: i64) -> record::body::Vitals {
    let taken = course.vitals_at(session, minutes as f64);
    record::body::Vitals {
        systolic_mmhg: Some(taken.systolic.round()),
        diastolic_mmhg: Some(taken.diastolic.round()),
        pulse_bpm: Some(taken.pulse.round()),
        temperature_c: Some((taken.temperature * 10.0).round() / 10.0),
    }
}

/// A reading after a rest: just inside every limit on the initial dose.
pub(super) fn settled(setting: &Setting<'_>, mut vitals: record::body::Vitals) -> record::body::Vitals {
    for limit in setting.study.thresholds.iter().filter(|limit| limit.action == ThresholdAction::DoNotDose) {
        let Some(value) = vitals.get(limit.vital).filter(|value| record::decide::is_past(limit, *value))
        else {
            continue;
        };
        let bound = limit.value.unwrap_or(value);
        let inside = if value >= bound { bound - 1.0 } else { bound + 1.0 };
        match limit.vital {
            Vital::SystolicMmhg => vitals.systolic_mmhg = Some(inside),
            Vital::DiastolicMmhg => vitals.diastolic_mmhg = Some(inside),
            Vital::PulseBpm => vitals.pulse_bpm = Some(inside),
            Vital::TemperatureC => vitals.temperature_c = Some((inside * 10.0).round() / 10.0),
        }
    }
    vitals
}

/// When the supplement is given or its time has come, in minutes after the initial dose.
pub(super) fn supplement_minutes(setting: &Setting<'_>, visit: &Visit) -> i64 {
    let (from, until) = setting.study.dosing.supplemental_window_minutes;
    let mut draw = setting.draw(&format!("supplement {}", visit.id));
    let room = ((until - from) as f64 - 8.0).max(0.0);
    from + 4 + (draw.uniform() * room) as i64
}

/// How long before the supplement its vital signs are taken.
pub(super) const BEFORE_SUPPLEMENT: i64 = 4;

/// What becomes of the supplemental dose: its mass, or why it is not given. The participant's wish first, then the
/// limits that were signed for.
pub(super) fn supplement(
    setting: &Setting<'_>,
    course: &Course,
    visit: &Visit,
) -> Result<Micrograms, String> {
    let number = visit.session_number.unwrap_or(1);
    if let Supplement::NotTaken(why) = course.supplement(number) {
        return Err(why);
    }
    let measured =
        setting.study.monitoring.iter().any(|moment| moment.at == MomentAt::BeforeSupplementalDose);
    let at = supplement_minutes(setting, visit) - BEFORE_SUPPLEMENT;
    if measured
        && let Some(limit) = limit_passed(setting, course, number, at, ThresholdAction::WithholdSupplement)
    {
        return Err(format!("limit `{}` passed", limit.id));
    }
    let initial = course.initial_mg(number);
    let regimen = setting.study.regimen(number);
    let mg = regimen.and_then(|regimen| {
        let place = regimen.initial_mg.iter().position(|&mg| mg == initial)?;
        regimen.supplemental_mg.get(place).copied()
    });
    Ok(Micrograms::from_mg(mg.unwrap_or(initial / 2)))
}
