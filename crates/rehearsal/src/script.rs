//! The story of one participant as steps: who charts what, when, from referral to the end.
//!
//! Written from the protocol: visits, windows, checks, monitoring moments, instruments. What a participant feels
//! and scores comes from [`crate::person`]. Times that a rater could see are drawn from streams that know nothing
//! of the arm.

mod dosing;
mod ending;
mod enrolment;
mod rating;
mod therapy;

pub use ending::charted;

use protocol::Study;
use protocol::study::{Visit, VisitKind};
use record::{Body, StreamId};
use terms::{Date, ParticipantId, TaskId, Timestamp, VisitId, Zone};

use crate::calendar::{Calendar, Half};
use crate::person::{Course, VirtualPerson};
use crate::staff::{Member, Site, Staff};
use crate::step::Step;
use crate::stream::Stream;

/// Where and with whom a story plays.
pub struct Setting<'a> {
    pub seed: u64,
    pub study: &'a Study,
    pub staff: &'a Staff,
    pub site: &'a Site,
    pub pair: &'a [Member; 2],
    pub participant: &'a ParticipantId,
}

impl Setting<'_> {
    /// A stream of draws of this participant for one purpose.
    fn draw(&self, purpose: &str) -> Stream {
        Stream::new(self.seed, &format!("{} {purpose}", self.participant))
    }

    fn key(&self, what: &str) -> String {
        format!("{} {what}", self.participant)
    }

    fn stream(&self) -> StreamId {
        StreamId::Participant(self.participant.clone())
    }

    fn zone(&self) -> Zone {
        Zone::named(self.site.zone).unwrap_or_else(Zone::utc)
    }

    fn at(&self, day: Date, hour: i8, minute: i8) -> Timestamp {
        day.at(hour, minute, &self.zone())
    }

    fn observe(&self, at: Timestamp, by: &Member, what: &str, body: Body) -> Step {
        Step::observe(at, by, self.key(what), &self.stream(), body)
    }

    /// The handle under which a rating is asked: no visit and no order can be read from it.
    fn task(&self, visit: &VisitId) -> TaskId {
        let id = crate::step::command_id(self.seed, &self.key(&format!("task {visit}")));
        let text = id.to_string();
        TaskId::new(format!("R-{}", &text[2..10])).expect("letters and digits make an id")
    }

    fn visits(&self, kind: VisitKind) -> impl Iterator<Item = &Visit> {
        self.study.visits.iter().filter(move |visit| visit.kind == kind)
    }
}

/// 32 bytes of a seed and a purpose.
pub fn bytes32(seed: u64, purpose: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (place, half) in ["first", "second"].into_iter().enumerate() {
        let id = crate::step::command_id(seed, &format!("{purpose}, {half} half"));
        bytes[place * 16..place * 16 + 16].copy_from_slice(&id.0.to_be_bytes());
    }
    bytes
}

/// From referral to randomisation, or to the reason why there was none.
pub fn until_randomised(
    setting: &Setting<'_>,
    person: &VirtualPerson,
    referred: Timestamp,
    calendar: &mut Calendar,
) -> Vec<Step> {
    enrolment::steps(setting, person, referred, calendar)
}

/// What follows randomisation, visit by visit, as long as the participant stays.
pub fn after_randomisation(
    setting: &Setting<'_>,
    course: &Course,
    randomised: Timestamp,
    calendar: &mut Calendar,
) -> Vec<Step> {
    let mut story = Story { setting, course, days: Vec::new(), steps: Vec::new() };
    story.tell(randomised, calendar);
    story.steps
}

/// The part of the story that depends on the course.
struct Story<'a> {
    setting: &'a Setting<'a>,
    course: &'a Course,
    /// The day of each visit told so far.
    days: Vec<(VisitId, Date)>,
    steps: Vec<Step>,
}

impl Story<'_> {
    fn day_of(&self, visit: &VisitId) -> Option<Date> {
        self.days.iter().rev().find(|(known, _)| known == visit).map(|(_, day)| *day)
    }

    fn tell(&mut self, randomised: Timestamp, calendar: &mut Calendar) {
        let study = self.setting.study;
        let zone = self.setting.zone();
        let randomised_day = randomised.date(&zone);
        let from = study.visits.iter().position(|visit| visit.kind == VisitKind::Dosing).unwrap_or(0);
        // The visit of randomisation is the last one before the first dosing session.
        if let Some(before) = from.checked_sub(1) {
            self.days.push((study.visits[before].id.clone(), randomised_day));
        }
        for visit in &study.visits[from..] {
            let Some(anchor) = visit.anchor.as_ref().and_then(|anchor| self.day_of(anchor)) else { continue };
            let day = self.choose_day(visit, anchor, calendar);
            if self.leaves_before(visit, day) {
                return;
            }
            self.days.push((visit.id.clone(), day));
            match visit.kind {
                VisitKind::Dosing => self.dosing(visit, day),
                VisitKind::Integration | VisitKind::Preparation => self.therapy(visit, day),
                VisitKind::Rating => self.rating(visit, day),
                VisitKind::Call => self.call(visit, day),
                VisitKind::Termination => self.termination(visit, day),
                VisitKind::Screening | VisitKind::Enrolment | VisitKind::Randomisation => {}
            }
        }
    }

    /// A day within the window (once in a while a day or two past it), free for the pair where the pair is needed.
    fn choose_day(&self, visit: &Visit, anchor: Date, calendar: &mut Calendar) -> Date {
        let mut draw = self.setting.draw(&format!("day of {}", visit.id));
        let target = visit.target_day.unwrap_or(1);
        let (before, after) = visit.window_days.map_or((0, 0), |(before, after)| (before.abs(), after));
        let span = (before + after) as f64;
        let mut day = target - before + (draw.uniform() * (span + 1.0)).floor().min(span) as i64;
        let slips = draw.bernoulli(0.02);
        if slips && span > 0.0 {
            day = target + after + 1 + i64::from(draw.bernoulli(0.5));
        }
        let wanted = anchor.plus_days(day);
        let back = (day - (target - before)).max(0);
        let forth = (target + after - day).max(0);
        let halves: &[Half] = match visit.kind {
            VisitKind::Dosing => &[Half::Morning, Half::Afternoon],
            VisitKind::Preparation => &[Half::Afternoon],
            // The morning after a dosing session is the pair's whatever the weekday.
            VisitKind::Integration if span == 0.0 => return wanted,
            VisitKind::Integration => &[Half::Morning],
            _ => return wanted,
        };
        calendar.book(&self.setting.pair[0].person, wanted, back, forth, halves)
    }
}
