//! What happens in dosing sessions: doses, vital signs, felt effects, notes, adverse events. All of it follows the
//! treatment that is in the capsules, and nothing here reaches an outcome.

use std::collections::BTreeMap;

use protocol::study::Treatment;
use record::body::Severity;

use super::Course;
use super::model::{AdverseEvent, model};
use crate::stream::Stream;

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

const DECLINED: [&str; 3] =
    ["declined by the participant", "nausea", "therapists and participant agreed to leave it"];

impl Course {
    /// 80 mg at first, then 80 or 120 as therapists, participant and physician decide; blinded, so alike in both arms.
    pub fn initial_mg(&self, session: u32) -> i64 {
        let doses = &model().doses;
        let mut draw = self.stream("escalation");
        let second = draw.bernoulli(doses.escalated_in_second);
        let third = draw.bernoulli(if second { doses.stays_escalated } else { doses.escalated_in_third });
        let escalated = match session {
            0 | 1 => false,
            2 => second,
            _ => third,
        };
        if escalated { 120 } else { 80 }
    }

    pub fn supplement(&self, session: u32) -> Supplement {
        let mut draw = self.stream(&format!("supplement {session}"));
        if draw.bernoulli(model().doses.supplement_taken) {
            return Supplement::Taken;
        }
        Supplement::NotTaken((*draw.choice::<&str>(&DECLINED)).into())
    }

    /// `minutes` since the initial dose, negative before it.
    pub fn vitals_at(&self, session: u32, minutes: f64) -> PersonVitals {
        let vitals = &model().vitals;
        let rise = match self.sessions_as {
            Treatment::Mdma => &vitals.rise_mdma,
            Treatment::Placebo => &vitals.rise_placebo,
        };
        let strength = (self.initial_mg(session) as f64 / 100.0).powf(vitals.dose_exponent);
        let mut noise = self.stream(&format!("vitals {session} {minutes:.0}"));
        let value: [f64; 4] = std::array::from_fn(|vital| {
            let effect =
                rise[vital] * strength * self.sensitivity * wave(minutes, vitals.peak_minutes[vital]);
            self.resting[vital] + effect + vitals.noise_sd[vital] * noise.normal().clamp(-2.5, 2.5)
        });
        let [systolic, diastolic, pulse, temperature] = value;
        PersonVitals { systolic, diastolic: diastolic.min(systolic - 15.0), pulse, temperature }
    }

    /// Effects by item of the session checklist, 0 to 3; what is absent is 0.
    pub fn effects_at(&self, session: u32, minutes: f64) -> BTreeMap<String, u8> {
        let effects = &model().effects;
        let wave = wave(minutes, effects.peak_minutes);
        let mut felt = BTreeMap::new();
        for kind in &effects.items {
            let peak = kind.peak.of(self.sessions_as);
            // Whoever feels an effect feels it all session long, more or less; one hour differs little from the next.
            let own = (1.0 + effects.spread * self.stream(&format!("effect {session} {}", kind.id)).normal())
                .max(0.0);
            let hour = self.stream(&format!("effect {session} {} {minutes:.0}", kind.id)).normal();
            let strength = peak * wave * self.sensitivity * own + effects.noise_sd * hour;
            let grade = strength.round().clamp(0.0, 3.0) as u8;
            if grade > 0 {
                felt.insert(kind.id.clone(), grade);
            }
        }
        felt
    }

    /// A few notes of the therapists, by minute. None says anything of what is in the capsules.
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
}

/// Rises to 1 at `peak` minutes and fades; nought before the dose.
fn wave(minutes: f64, peak: f64) -> f64 {
    let share = minutes.max(0.0) / peak;
    (share * (1.0 - share).exp()).powf(1.4)
}

pub(super) fn events(treatment: Treatment, draw: &mut Stream) -> Vec<PersonEvent> {
    let model = model();
    let mut events: Vec<PersonEvent> = Vec::new();
    for kind in &model.adverse_event {
        // Every draw is made for everybody, so that one event's chance moves no other.
        let happens = draw.bernoulli(*kind.chance.of(treatment));
        let event = event(kind, draw);
        if happens {
            events.push(event);
        }
    }
    if draw.bernoulli(*model.severe.of(treatment)) {
        if events.is_empty() {
            events.push(event(draw.choice(&model.adverse_event), draw));
        }
        let place = draw.below(events.len());
        events[place].severity = Severity::Severe;
    }
    events
}

fn event(kind: &AdverseEvent, draw: &mut Stream) -> PersonEvent {
    let shares = &model().event_sessions;
    let lot = draw.uniform();
    let session = if lot < shares[0] { 1 } else { 2 + u32::from(lot >= shares[0] + shares[1]) };
    let [from, until] = kind.begins_minutes;
    let minutes = from + draw.below((until - from).max(1) as usize) as i64;
    let lasts_hours = kind.hours * (0.5 + draw.uniform());
    PersonEvent {
        term: kind.term.clone(),
        session,
        minutes,
        severity: if draw.bernoulli(model().moderate) { Severity::Moderate } else { Severity::Mild },
        serious: false,
        related: kind.related,
        special_interest: false,
        lasts_hours,
    }
}

#[cfg(test)]
mod tests {
    use super::super::VirtualPerson;
    use super::*;

    fn courses(treatment: Treatment) -> impl Iterator<Item = Course> {
        (0..3000).map(move |index| Course::draw(&VirtualPerson::draw(8, index), treatment, treatment))
    }

    #[test]
    fn vital_signs_rise_with_mdma_and_settle_and_hardly_move_with_placebo() {
        for (treatment, rise) in [(Treatment::Mdma, 15.0..35.0), (Treatment::Placebo, 0.0..8.0)] {
            let mean = |minutes: f64| {
                courses(treatment).map(|course| course.vitals_at(2, minutes).systolic).sum::<f64>() / 3000.0
            };
            let (before, peak, end) = (mean(-10.0), mean(110.0), mean(480.0));
            assert!(rise.contains(&(peak - before)), "{treatment:?}: {before} {peak}");
            assert!((end - before).abs() < 4.0, "{treatment:?}: {before} {end}");
        }
    }

    #[test]
    fn every_effect_of_the_checklist_is_felt_by_somebody() {
        let mut felt: BTreeMap<String, u32> = BTreeMap::new();
        for course in courses(Treatment::Mdma) {
            for (item, grade) in course.effects_at(2, 120.0) {
                assert!((1..=3).contains(&grade));
                *felt.entry(item).or_default() += 1;
            }
        }
        assert_eq!(felt.len(), model().effects.items.len(), "{felt:?}");
        assert!(courses(Treatment::Mdma).take(50).all(|course| course.effects_at(2, -5.0).len() < 8));
    }

    /// Mitchell 2023: severe events in 5 of 53 and 2 of 51, none serious. Terms by recalled counts.
    #[test]
    fn adverse_events_are_as_frequent_as_their_file_says() {
        for treatment in [Treatment::Mdma, Treatment::Placebo] {
            let all: Vec<Course> = courses(treatment).collect();
            let share = |of: &dyn Fn(&PersonEvent) -> bool| {
                all.iter().filter(|course| course.adverse_events().iter().any(of)).count() as f64 / 3000.0
            };
            let severe = share(&|event| event.severity == Severity::Severe);
            assert!((severe - model().severe.of(treatment)).abs() < 0.02, "{treatment:?} {severe}");
            assert_eq!(share(&|event| event.serious), 0.0);
            for kind in &model().adverse_event {
                let here = share(&|event| event.term == kind.term);
                assert!(
                    (here - kind.chance.of(treatment)).abs() < 0.03,
                    "{treatment:?} {} {here}",
                    kind.term
                );
            }
            for session in 1..=3 {
                assert!(share(&|event| event.session == session) > 0.2);
            }
        }
    }
}
