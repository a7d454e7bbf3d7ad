//! Preparation and integration sessions, and the calls between them.

use protocol::study::{Visit, VisitKind};
use record::body::SessionKind;
use record::state::ParticipantState;
use record::{Act, Body, StreamId};
use terms::{Date, Timestamp};

use super::{Setting, Story};
use crate::step::Step;

/// Opens a session with the pair there and the room checked. The therapist who leads opens it.
pub(super) fn opening(setting: &Setting<'_>, visit: &Visit, kind: SessionKind, at: Timestamp) -> Vec<Step> {
    let [lead, second] = setting.pair;
    let session = StreamId::Session(ParticipantState::session_id(setting.participant, &visit.id));
    let key = |what: &str| setting.key(&format!("{} {what}", visit.id));
    let room = format!("room {}", 1 + visit.session_number.unwrap_or(1) % 2);
    let open = Act::OpenSession { participant: setting.participant.clone(), visit: visit.id.clone(), room };
    let mut steps = vec![Step::new(at, lead, key("open"), open)];
    for member in [lead, second] {
        let arrived = Body::Arrived { person: member.person.clone() };
        steps.push(Step::observe(
            at.plus_minutes(1),
            member,
            key(&format!("{} arrives", member.person)),
            &session,
            arrived,
        ));
    }
    let checks = match kind {
        SessionKind::Preparation => &setting.study.sessions.preparation.environment,
        SessionKind::Dosing => &setting.study.sessions.dosing.environment,
        SessionKind::Integration => &setting.study.sessions.integration.environment,
    };
    for check in checks {
        let body = Body::EnvironmentChecked { check: check.id.clone(), ok: true };
        steps.push(Step::observe(
            at.plus_minutes(3),
            second,
            key(&format!("check {}", check.id)),
            &session,
            body,
        ));
    }
    steps
}

/// Releases the participant and closes the session.
pub(super) fn closing(setting: &Setting<'_>, visit: &Visit, kind: SessionKind, at: Timestamp) -> Vec<Step> {
    let [lead, second] = setting.pair;
    let session = ParticipantState::session_id(setting.participant, &visit.id);
    let stream = StreamId::Session(session.clone());
    let key = |what: &str| setting.key(&format!("{} {what}", visit.id));
    let checks = match kind {
        SessionKind::Preparation => &setting.study.sessions.preparation.release,
        SessionKind::Dosing => &setting.study.sessions.dosing.release,
        SessionKind::Integration => &setting.study.sessions.integration.release,
    };
    let mut steps: Vec<Step> = checks
        .iter()
        .map(|check| {
            let body = Body::ReleaseChecked { check: check.id.clone(), ok: true };
            Step::observe(at.plus_minutes(-2), second, key(&format!("release {}", check.id)), &stream, body)
        })
        .collect();
    for member in [second, lead] {
        let left = Body::Left { person: member.person.clone() };
        steps.push(Step::observe(at, member, key(&format!("{} leaves", member.person)), &stream, left));
    }
    steps.push(Step::new(at.plus_minutes(1), lead, key("close"), Act::CloseSession { session }));
    steps
}

/// A session without a dose: opened, talked, noted, closed.
pub(super) fn talk(setting: &Setting<'_>, visit: &Visit, day: Date) -> Vec<Step> {
    let kind = if visit.kind == VisitKind::Preparation {
        SessionKind::Preparation
    } else {
        SessionKind::Integration
    };
    let plan = match kind {
        SessionKind::Preparation => &setting.study.sessions.preparation,
        _ => &setting.study.sessions.integration,
    };
    let mut draw = setting.draw(&format!("session {}", visit.id));
    let hour = if kind == SessionKind::Preparation { 14 } else { 10 };
    let at = setting.at(day, hour, (draw.uniform() * 20.0) as i8);
    let length = plan.length_minutes + (draw.normal() * 6.0) as i64;
    let [lead, second] = setting.pair;
    let session = StreamId::Session(ParticipantState::session_id(setting.participant, &visit.id));
    let key = |what: &str| setting.key(&format!("{} {what}", visit.id));
    let scale = Body::SuicidalityAssessed { occasion: visit.name.clone(), ideation: 0, behaviour: false };
    let note = Body::Noted { text: format!("{}, themes recorded in the session summary", visit.name) };
    let mut steps = opening(setting, visit, kind, at);
    steps.push(Step::observe(at.plus_minutes(6), second, key("c-ssrs"), &session, scale));
    steps.push(Step::observe(at.plus_minutes(length - 3), lead, key("note"), &session, note));
    steps.extend(closing(setting, visit, kind, at.plus_minutes(length)));
    steps
}

impl Story<'_> {
    pub(super) fn therapy(&mut self, visit: &Visit, day: Date) {
        let steps = talk(self.setting, visit, day);
        self.steps.extend(steps);
    }

    pub(super) fn call(&mut self, visit: &Visit, day: Date) {
        let setting = self.setting;
        let mut draw = setting.draw(&format!("call {}", visit.id));
        let at = setting.at(day, 12, (draw.uniform() * 50.0) as i8);
        let caller = &setting.pair[usize::from(draw.bernoulli(0.4))];
        let what = |what: &str| format!("{} {what}", visit.id);
        let minutes = 15 + (draw.uniform() * 15.0) as i64;
        let summary = format!("{minutes} min by telephone: sleep, mood, medication and side effects asked");
        let scale = Body::SuicidalityAssessed { occasion: visit.name.clone(), ideation: 0, behaviour: false };
        self.steps.extend([
            setting.observe(at, caller, &what("contact"), Body::Contacted { summary }),
            setting.observe(at.plus_minutes(1), caller, &what("c-ssrs"), scale),
            setting.observe(
                at.plus_minutes(2),
                caller,
                &what("done"),
                Body::VisitDone { visit: visit.id.clone() },
            ),
        ]);
    }
}
