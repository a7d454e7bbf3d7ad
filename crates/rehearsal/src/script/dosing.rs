//! A dosing session: eight hours, two therapists, a kit, and everything that is measured.

use protocol::study::{MomentAt, ThresholdAction, Visit};
use record::body::{DoseKind, SessionKind, Vitals};
use record::state::ParticipantState;
use record::{Act, Body, StreamId};
use terms::{Date, Micrograms, Timestamp};

use super::ending::{BEFORE_SUPPLEMENT, charted, limit_passed, settled, supplement, supplement_minutes};
use super::{Story, therapy};
use crate::staff::Member;
use crate::step::{Step, first_entry};

impl Story<'_> {
    pub(super) fn dosing(&mut self, visit: &Visit, day: Date) {
        let number = visit.session_number.unwrap_or(1);
        let mut draw = self.setting.draw(&format!("session {}", visit.id));
        let opened = self.setting.at(day, 8, 30 + (draw.uniform() * 15.0) as i8);
        let initial = opened.plus_minutes(60 + (draw.uniform() * 15.0) as i64);
        let end = initial.plus_minutes(self.setting.study.sessions.dosing.length_minutes);
        let day = SessionDay { visit, number, opened, initial, end };
        let first = self.steps.len();
        let opening = therapy::opening(self.setting, visit, SessionKind::Dosing, opened);
        self.steps.extend(opening);
        self.before_the_dose(&day);
        self.initial_dose(&day);
        self.vital_signs(&day);
        self.supplemental_dose(&day);
        self.effects_and_notes(&day);
        let closing = therapy::closing(self.setting, visit, SessionKind::Dosing, end.plus_minutes(10));
        self.steps.extend(closing);
        self.after_the_session(&day);
        self.adverse_events(number, initial);
        // Told topic by topic; sent by the clock.
        self.steps[first..].sort_by_key(|step| step.at);
    }

    fn chart(&mut self, at: Timestamp, by: &Member, visit: &Visit, what: &str, body: Body) {
        let session = StreamId::Session(ParticipantState::session_id(self.setting.participant, &visit.id));
        let key = self.setting.key(&format!("{} {what}", visit.id));
        self.steps.push(Step::observe(at, by, key, &session, body));
    }

    fn before_the_dose(&mut self, day: &SessionDay<'_>) {
        let setting = self.setting;
        let session = ParticipantState::session_id(setting.participant, &day.visit.id);
        let key = setting.key(&format!("{} dispense", day.visit.id));
        self.steps.push(Step::new(
            day.opened.plus_minutes(8),
            &setting.site.pharmacist,
            key,
            Act::Dispense { session },
        ));
        let second = &setting.pair[1];
        for check in &setting.study.sessions.dosing.pre_dose {
            let body = Body::PreDoseChecked { check: check.id.clone(), ok: true };
            self.chart(
                day.opened.plus_minutes(20),
                second,
                day.visit,
                &format!("pre-dose {}", check.id),
                body,
            );
        }
        let scale =
            Body::SuicidalityAssessed { occasion: "before the dose".into(), ideation: 0, behaviour: false };
        self.chart(day.opened.plus_minutes(15), second, day.visit, "c-ssrs before", scale);
    }

    fn initial_dose(&mut self, day: &SessionDay<'_>) {
        let mass = Micrograms::from_mg(self.course.initial_mg(day.number));
        self.give(day, DoseKind::Initial, mass, day.initial);
    }

    /// Asks leave, then gives, a minute later, with the other therapist as witness.
    fn give(&mut self, day: &SessionDay<'_>, dose: DoseKind, mass: Micrograms, at: Timestamp) {
        let setting = self.setting;
        let [lead, second] = setting.pair;
        let session = ParticipantState::session_id(setting.participant, &day.visit.id);
        let name = if dose == DoseKind::Initial { "initial" } else { "supplemental" };
        let key = |what: &str| setting.key(&format!("{} {what} {name} dose", day.visit.id));
        let permit = Act::PermitDose { session: session.clone(), dose, mass };
        let give = Act::GiveDose { session, dose, mass, witness: second.person.clone() };
        self.steps.push(Step::new(at.plus_minutes(-1), lead, key("permit"), permit));
        self.steps.push(Step::new(at, lead, key("give"), give));
    }

    fn vital_signs(&mut self, day: &SessionDay<'_>) {
        let setting = self.setting;
        let supplement = supplement_minutes(setting, day.visit);
        let mut before = 0;
        let moments: Vec<_> =
            setting.study.monitoring.iter().map(|moment| (moment.id.clone(), moment.at)).collect();
        for (id, at) in moments {
            let minutes = match at {
                MomentAt::BeforeInitialDose => {
                    before += 1;
                    if before == 1 { -20 } else { -6 }
                }
                // A few minutes before leave is asked.
                MomentAt::BeforeSupplementalDose => supplement - BEFORE_SUPPLEMENT,
                MomentAt::AfterInitialDose(minutes) => minutes,
                MomentAt::EndOfSession => day.end.minutes_since(day.initial),
            };
            self.take_vitals(day, &id, minutes);
        }
    }

    fn take_vitals(&mut self, day: &SessionDay<'_>, moment: &str, minutes: i64) {
        let mut draw = self.setting.draw(&format!("vitals {} {moment}", day.visit.id));
        let mut vitals = charted(self.course, day.number, minutes);
        // The last reading before the initial dose is taken again after a rest, if it was past a limit.
        let past = limit_passed(self.setting, self.course, day.number, minutes, ThresholdAction::DoNotDose);
        if minutes < 0 && past.is_some() {
            let what = format!("vitals {moment}, first");
            let body = Body::VitalsTaken { moment: None, vitals };
            self.chart(day.initial.plus_minutes(minutes - 10), &self.setting.pair[1], day.visit, &what, body);
            vitals = settled(self.setting, vitals);
        }
        let by = &self.setting.pair[usize::from(draw.bernoulli(0.5))];
        let happened = day.initial.plus_minutes(minutes);
        let what = format!("vitals {moment}");
        // One in two hundred is typed wrongly, seen, and corrected; one in fifty is charted late. Never those on
        // which a dose is decided.
        let decides = minutes < 0 || moment == "before-supplement";
        let (slip, late) = (draw.bernoulli(0.005) && !decides, draw.bernoulli(0.02) && !decides);
        if slip {
            let wrong = Vitals { systolic_mmhg: vitals.systolic_mmhg.map(|value| value + 100.0), ..vitals };
            let moment = Some(moment.to_owned());
            let body = Body::VitalsTaken { moment: moment.clone(), vitals: wrong };
            self.chart(happened, by, day.visit, &what, body);
            let stream =
                StreamId::Session(ParticipantState::session_id(self.setting.participant, &day.visit.id));
            let entry =
                first_entry(self.setting.seed, &self.setting.key(&format!("{} {what}", day.visit.id)));
            let act = Act::Correct { stream, entry, body: Body::VitalsTaken { moment, vitals } };
            let key = self.setting.key(&format!("{} {what} corrected", day.visit.id));
            let step = Step::new(happened.plus_minutes(2), by, key, act).late(happened);
            self.steps.push(step.because("typed wrongly"));
            return;
        }
        self.chart(
            happened,
            by,
            day.visit,
            &what,
            Body::VitalsTaken { moment: Some(moment.to_owned()), vitals },
        );
        if late {
            let step = self.steps.last_mut().expect("charted just now");
            step.happened = Some(happened);
            step.at = happened.plus_minutes(9);
        }
    }

    fn supplemental_dose(&mut self, day: &SessionDay<'_>) {
        let at = day.initial.plus_minutes(supplement_minutes(self.setting, day.visit));
        match supplement(self.setting, self.course, day.visit) {
            Ok(mass) => self.give(day, DoseKind::Supplemental, mass, at),
            Err(why) => {
                let body = Body::DoseNotGiven { dose: DoseKind::Supplemental, why };
                self.chart(at, &self.setting.pair[0], day.visit, "no supplemental dose", body);
            }
        }
    }

    fn effects_and_notes(&mut self, day: &SessionDay<'_>) {
        let setting = self.setting;
        let every = setting.study.session_effects.every_minutes.max(15);
        let length = day.end.minutes_since(day.initial);
        for hour in 1..=length / every {
            let minutes = hour * every;
            let asked = self.course.effects_at(day.number, minutes as f64);
            let known =
                |item: &&protocol::study::Check| asked.get(&item.id).map(|grade| (item.id.clone(), *grade));
            let effects = setting
                .study
                .session_effects
                .items
                .iter()
                .filter_map(|item| known(&item).or(Some((item.id.clone(), 0))))
                .collect();
            let at = day.initial.plus_minutes(minutes + 3).min(day.end);
            self.chart(
                at,
                &setting.pair[1],
                day.visit,
                &format!("effects {minutes}"),
                Body::EffectsAsked { effects },
            );
        }
        for (minutes, text) in self.course.notes(day.number) {
            let at = day.initial.plus_minutes(minutes);
            self.chart(at, &setting.pair[0], day.visit, &format!("note {minutes}"), Body::Noted { text });
        }
        let scale =
            Body::SuicidalityAssessed { occasion: "end of session".into(), ideation: 0, behaviour: false };
        self.chart(day.end, &setting.pair[1], day.visit, "c-ssrs after", scale);
    }

    /// The kit goes back with what is left in it, counted by two.
    fn after_the_session(&mut self, day: &SessionDay<'_>) {
        let setting = self.setting;
        let initial = Micrograms::from_mg(self.course.initial_mg(day.number));
        let supplement = supplement(setting, self.course, day.visit).unwrap_or(Micrograms::ZERO);
        let content = setting.study.supply.kit_content_mg.unwrap_or(0);
        let act = Act::ReturnKit {
            session: ParticipantState::session_id(setting.participant, &day.visit.id),
            remaining: Micrograms::from_mg(content) - initial - supplement,
            witness: setting.site.second_pharmacist.person.clone(),
        };
        let key = setting.key(&format!("{} return kit", day.visit.id));
        self.steps.push(Step::new(day.end.plus_minutes(25), &setting.site.pharmacist, key, act));
    }
}

struct SessionDay<'a> {
    visit: &'a Visit,
    number: u32,
    opened: Timestamp,
    initial: Timestamp,
    end: Timestamp,
}
