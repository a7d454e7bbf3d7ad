//! From referral to randomisation, or to the reason why there was none.

use protocol::study::{CriterionKind, DecidedBy, VisitKind};
use record::{Act, Body};
use terms::{Timestamp, VisitId};

use super::{Setting, rating, therapy};
use crate::calendar::{Calendar, Half};
use crate::person::{FailsAt, VirtualPerson};
use crate::step::Step;

pub(super) fn steps(
    setting: &Setting<'_>,
    person: &VirtualPerson,
    referred: Timestamp,
    calendar: &mut Calendar,
) -> Vec<Step> {
    let mut story = Enrolment { setting, person, steps: Vec::new() };
    story.tell(referred, calendar);
    story.steps
}

struct Enrolment<'a> {
    setting: &'a Setting<'a>,
    person: &'a VirtualPerson,
    steps: Vec<Step>,
}

impl Enrolment<'_> {
    fn tell(&mut self, referred: Timestamp, calendar: &mut Calendar) {
        let setting = self.setting;
        let site = setting.site;
        let refer = Act::Refer {
            site: site.id.clone(),
            source: self.person.referral_source().into(),
            age_years: self.person.age_years(),
            sex_at_birth: self.person.sex_at_birth().into(),
        };
        self.steps.push(Step::new(referred, &site.coordinator, setting.key("refer"), refer));
        let mut draw = setting.draw("enrolment");
        let called = referred.plus_days(2 + (draw.uniform() * 5.0) as i64);
        let summary = String::from("telephone screen: the study explained, contraindications asked");
        self.steps.push(setting.observe(
            called,
            &site.coordinator,
            "telephone screen",
            Body::Contacted { summary },
        ));
        if self.fails(FailsAt::Telephone, called.plus_minutes(20)) {
            return;
        }
        let screened = called.plus_days(4 + (draw.uniform() * 10.0) as i64);
        self.screening(screened);
        if self.fails(FailsAt::Screening, screened.plus_days(3)) {
            return;
        }
        self.enrol_and_prepare(screened, calendar);
    }

    fn fails(&mut self, stage: FailsAt, at: Timestamp) -> bool {
        let Some(failure) = self.person.failure().filter(|failure| failure.at == stage) else { return false };
        let body = Body::NotEnrolled { criterion: failure.criterion.clone(), why: failure.why.clone() };
        self.steps.push(self.setting.observe(at, &self.setting.site.coordinator, "not enrolled", body));
        true
    }

    fn visit_of(&self, kind: VisitKind) -> Option<VisitId> {
        self.setting.visits(kind).next().map(|visit| visit.id.clone())
    }

    fn screening(&mut self, at: Timestamp) {
        let setting = self.setting;
        let coordinator = &setting.site.coordinator;
        let investigator = &setting.site.investigator;
        let consent = Body::Consented { version: String::from("1.0") };
        self.steps.push(setting.observe(at, coordinator, "consent", consent));
        let values = self.person.screening_values();
        let recorded = Body::ScreeningRecorded { values };
        self.steps.push(setting.observe(at.plus_minutes(70), coordinator, "screening values", recorded));
        let scale = Body::SuicidalityAssessed {
            occasion: "screening, lifetime".into(),
            ideation: 0,
            behaviour: false,
        };
        self.steps.push(setting.observe(at.plus_minutes(80), investigator, "screening c-ssrs", scale));
        if let Some(name) = self.person.tapered_medication() {
            let body =
                Body::MedicationRecorded { name: name.into(), note: "to be tapered before baseline".into() };
            self.steps.push(setting.observe(at.plus_minutes(85), investigator, "medication", body));
        }
        let judged = at.plus_minutes(24 * 60 + 30);
        let broken = self.person.failure().filter(|failure| failure.at == FailsAt::Screening);
        for criterion in setting.study.eligibility.iter().filter(|one| one.decided_by == DecidedBy::Clinician)
        {
            let fails = broken.is_some_and(|failure| failure.criterion.as_ref() == Some(&criterion.id));
            let holds = (criterion.kind == CriterionKind::Inclusion) != fails;
            let body = Body::CriterionAssessed { criterion: criterion.id.clone(), holds, by_rule: false };
            self.steps.push(setting.observe(
                judged,
                investigator,
                &format!("criterion {}", criterion.id),
                body,
            ));
        }
        if let Some(visit) = self.visit_of(VisitKind::Screening) {
            let done = Body::VisitDone { visit };
            self.steps.push(setting.observe(at.plus_minutes(90), coordinator, "screening done", done));
        }
    }

    /// Enrolment, two preparation sessions, the baseline rating, the third preparation session, randomisation.
    fn enrol_and_prepare(&mut self, screened: Timestamp, calendar: &mut Calendar) {
        let setting = self.setting;
        let zone = setting.zone();
        let mut draw = setting.draw("taper");
        let enrolled = screened.plus_days(7 + (draw.uniform() * 10.0) as i64);
        let pair =
            Body::PairAssigned { therapists: setting.pair.iter().map(|one| one.person.clone()).collect() };
        self.steps.push(setting.observe(enrolled, &setting.site.coordinator, "pair", pair));
        if let Some(visit) = self.visit_of(VisitKind::Enrolment) {
            let done = Body::VisitDone { visit };
            self.steps.push(setting.observe(
                enrolled.plus_minutes(30),
                &setting.site.coordinator,
                "enrolled",
                done,
            ));
        }
        let preparations: Vec<_> = setting.visits(VisitKind::Preparation).collect();
        let taper_days = if self.person.tapered_medication().is_some() { 28 } else { 10 };
        let mut day = enrolled.date(&zone);
        let baseline = setting.visits(VisitKind::Rating).next();
        for (place, visit) in preparations.iter().enumerate() {
            let last = place + 1 == preparations.len();
            let wait = if last { 3 } else { 5 + (draw.uniform() * 5.0) as i64 };
            if let (true, Some(baseline)) = (last, baseline) {
                day = day.plus_days(taper_days);
                let rated_on =
                    (0..3).map(|shift| day.plus_days(shift)).find(|day| !day.is_weekend()).unwrap_or(day);
                let answers = [("caps-5", self.person.baseline_caps5()), ("sds", self.person.baseline_sds())];
                self.steps.extend(rating::rated(setting, baseline, rated_on, &answers));
                day = rated_on;
                if self.fails(FailsAt::Baseline, setting.at(rated_on.plus_days(1), 11, 0)) {
                    return;
                }
            }
            day = calendar.book(&setting.pair[0].person, day.plus_days(wait), 1, 6, &[Half::Afternoon]);
            self.steps.extend(therapy::talk(setting, visit, day));
        }
        let signed = setting.at(day, 16, 30);
        let participant = setting.participant.clone();
        let investigator = &setting.site.investigator;
        let sign = Act::SignEligibility { participant: participant.clone() };
        self.steps.push(Step::new(signed, investigator, setting.key("sign eligibility"), sign));
        let randomise = Act::Randomise { participant };
        self.steps.push(Step::new(signed.plus_minutes(5), investigator, setting.key("randomise"), randomise));
    }
}
