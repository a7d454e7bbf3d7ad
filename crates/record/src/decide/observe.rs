//! Observations: what somebody saw, charted as it was. Never refused for what they say; what differs from the
//! protocol is found by rule and recorded beside them.

use protocol::rule::Rule;
use protocol::study::DecidedBy;
use terms::{EntryId, ParticipantId, VisitId, time::DAY_MS};

use super::session::{is_past, vital_name};
use super::{Case, DEVIATIONS_ARE_FOUND_BY_RULE, Draft, deviation, entry_id};
use crate::body::{Body, Value};
use crate::command::{Act, participant_of, site_of};
use crate::refusal::Refusal;
use crate::role::{Labels, Role};
use crate::stream::StreamId;

const CLINICAL: &[Role] = &[Role::Coordinator, Role::Investigator, Role::Therapist];
const SITE_PHYSICIAN: &[Role] = &[Role::Investigator];
const ENROLLING: &[Role] = &[Role::Coordinator, Role::Investigator];
const IN_SESSION: &[Role] = &[Role::Therapist, Role::Investigator];
const ANYONE_CLINICAL_OR_RATING: &[Role] =
    &[Role::Coordinator, Role::Investigator, Role::Therapist, Role::IndependentRater];

/// Which kinds people chart as observations, who may, and in which kind of stream. Everything else is written
/// by a command of its own or found by rule.
fn charted_by(body: &Body) -> Option<(&'static [Role], Home)> {
    use Body::*;
    Some(match body {
        Consented { .. } | ConsentWithdrawn { .. } | NotEnrolled { .. } | PairAssigned { .. } => {
            (ENROLLING, Home::Participant)
        }
        VisitScheduled { .. } | RatingNotDone { .. } | Completed => (ENROLLING, Home::Participant),
        ScreeningRecorded { .. } => (ENROLLING, Home::Participant),
        CriterionAssessed { .. } => (SITE_PHYSICIAN, Home::Participant),
        VisitDone { .. }
        | VisitMissed { .. }
        | AdverseEvent { .. }
        | AdverseEventEnded { .. }
        | MedicationRecorded { .. }
        | Contacted { .. }
        | Stopped { .. } => (CLINICAL, Home::Participant),
        GuessRecorded { .. } => (ANYONE_CLINICAL_OR_RATING, Home::Participant),
        SuicidalityAssessed { .. } => (CLINICAL, Home::ParticipantOrSession),
        Arrived { .. }
        | Left { .. }
        | EnvironmentChecked { .. }
        | PreDoseChecked { .. }
        | ReleaseChecked { .. }
        | VitalsTaken { .. }
        | DoseNotGiven { .. }
        | EffectsAsked { .. }
        | Noted { .. } => (IN_SESSION, Home::Session),
        _ => return None,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Home {
    Participant,
    Session,
    ParticipantOrSession,
}

pub(super) fn decide(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    match &case.command.act {
        Act::Observe { stream, body } => observe(case, stream, body),
        Act::Correct { stream, entry, body } => correct(case, stream, *entry, body),
        _ => Ok(Vec::new()),
    }
}

fn may_chart(case: &Case<'_>, stream: &StreamId, body: &Body) -> Result<ParticipantId, Refusal> {
    let Some((roles, home)) = charted_by(body) else {
        return Err(Refusal::new(
            "R0106",
            format!("`{}` is not charted by hand", body.kind()),
            "the record",
            "use the command that does it",
        ));
    };
    case.needs_role(roles, &format!("chart `{}`", body.kind()))?;
    if let Body::CriterionAssessed { criterion, by_rule, .. } = body {
        let known = case.protocol().eligibility.iter().find(|known| known.id == *criterion);
        if *by_rule || known.is_none_or(|known| known.decided_by != DecidedBy::Clinician) {
            return Err(Refusal::new(
                "R0110",
                format!("`{criterion}` is not a criterion that a clinician judges"),
                "`eligibility` in the protocol: what a rule decides, nobody overrules by hand",
                "correct the values that the rule reads",
            ));
        }
    }
    let participant = match (stream, home) {
        (StreamId::Participant(participant), Home::Participant | Home::ParticipantOrSession) => {
            participant.clone()
        }
        (StreamId::Session(session), Home::Session | Home::ParticipantOrSession) => participant_of(session),
        _ => {
            return Err(Refusal::new(
                "R0107",
                format!("`{}` does not belong in `{stream}`", body.kind()),
                "the record",
                "chart it where it happened",
            ));
        }
    };
    case.needs_site(&site_of(&participant))?;
    match stream {
        StreamId::Session(session)
            if case.world.seen.session(session).is_none_or(|seen| seen.opened.is_none()) =>
        {
            Err(Refusal::new(
                "R0303",
                format!("there is no session `{session}` here"),
                "the record",
                "open the session first",
            ))
        }
        StreamId::Session(_) => Ok(participant),
        _ => case.seen_participant(&participant).map(|_| participant),
    }
}

fn observe(case: &Case<'_>, stream: &StreamId, body: &Body) -> Result<Vec<Draft>, Refusal> {
    let participant = may_chart(case, stream, body)?;
    let mut first = Draft::new(stream.clone(), body.clone());
    if case.context.role == Role::IndependentRater {
        first = first.to(&case.context.person);
    }
    let mut drafts = vec![first];
    drafts.extend(found_by_rule(case, &participant, stream, body));
    Ok(drafts)
}

/// What the protocol's rules find in an observation.
fn found_by_rule(case: &Case<'_>, participant: &ParticipantId, stream: &StreamId, body: &Body) -> Vec<Draft> {
    let mut drafts = Vec::new();
    match body {
        Body::VisitDone { visit } => drafts.extend(visit_deviations(case, participant, visit, 0)),
        Body::ScreeningRecorded { values } => {
            let known = |name: &str| values.get(name).copied();
            for criterion in &case.protocol().eligibility {
                let DecidedBy::Rule(rule) = &criterion.decided_by else { continue };
                let holds =
                    rule.variables().iter().any(|name| known(name).is_some()).then(|| decided(rule, &known));
                if let Some(holds) = holds.flatten() {
                    let body =
                        Body::CriterionAssessed { criterion: criterion.id.clone(), holds, by_rule: true };
                    drafts.push(Draft::new(stream.clone(), body));
                }
            }
        }
        Body::VitalsTaken { vitals, .. } => {
            for limit in &case.protocol().thresholds {
                let Some(value) = vitals.get(limit.vital).filter(|value| is_past(limit, *value)) else {
                    continue;
                };
                let causes = vec![entry_id(case.command.id, 0)];
                let body = Body::ThresholdPassed { threshold: limit.id.clone(), value, causes };
                drafts.push(Draft::new(stream.clone(), body));
            }
            if let Some(found) = implausible(vitals) {
                drafts.push(deviation(case, stream.clone(), "implausible-vital-sign", found, 0));
            }
        }
        _ => {}
    }
    drafts
}

/// A reading that no living person has is still recorded, and flagged: most likely a slip of the finger.
fn implausible(vitals: &crate::body::Vitals) -> Option<String> {
    use protocol::study::Vital::*;
    let bounds = [
        (SystolicMmhg, 50.0, 280.0),
        (DiastolicMmhg, 20.0, 180.0),
        (PulseBpm, 25.0, 240.0),
        (TemperatureC, 30.0, 44.0),
    ];
    let odd = bounds.iter().find_map(|&(vital, low, high)| {
        let value = vitals.get(vital)?;
        (!(low..=high).contains(&value)).then(|| format!("{} of {value}", vital_name(vital)))
    });
    let crossed =
        vitals.systolic_mmhg.zip(vitals.diastolic_mmhg).filter(|(systolic, diastolic)| systolic <= diastolic);
    odd.or_else(|| crossed.map(|(systolic, diastolic)| format!("blood pressure of {systolic}/{diastolic}")))
}

fn correct(case: &Case<'_>, stream: &StreamId, entry: EntryId, body: &Body) -> Result<Vec<Draft>, Refusal> {
    let participant = may_chart(case, stream, body)?;
    if case.command.reason.as_deref().is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Refusal::new(
            "R0108",
            "a correction needs a reason",
            "both entries stay visible, with the reason between them",
            "say why it is corrected",
        ));
    }
    if !correctable(case, stream, entry) {
        return Err(Refusal::new(
            "R0109",
            format!("there is no such entry to correct in `{stream}`"),
            "the record",
            "open the entry and correct it from there",
        )
        .because("asked for", Some(entry)));
    }
    let mut drafts = vec![Draft::new(stream.clone(), body.clone()).in_place_of(entry)];
    drafts.extend(found_by_rule(case, &participant, stream, body));
    Ok(drafts)
}

/// Vital signs and adverse events keep their history one by one; for the rest the last entry counts, so a
/// correction needs no partner.
fn correctable(case: &Case<'_>, stream: &StreamId, entry: EntryId) -> bool {
    match stream {
        StreamId::Session(session) => case.world.seen.session(session).is_some_and(|seen| {
            seen.vitals.iter().any(|set| set.noted.entry == entry)
                || seen.notes.iter().any(|note| note.entry == entry)
                || seen.effects.iter().any(|asked| asked.entry == entry)
                || seen.pre_dose.values().any(|check| check.entry == entry)
        }),
        StreamId::Participant(participant) => case
            .world
            .seen
            .participant(participant)
            .is_some_and(|seen| seen.adverse_events.contains_key(&entry)),
        _ => false,
    }
}

/// Evaluates a rule on what is known; `None` while that does not decide it.
pub(super) fn decided(rule: &Rule, known: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
    rule.eval(&|name| {
        known(name).map(|value| match value {
            Value::Flag(flag) => protocol::rule::Value::Bool(flag),
            Value::Number(number) => protocol::rule::Value::Number(number),
        })
    })
}

/// Whether a visit fell outside its window or before one that it should follow. `cause_place`: the place of
/// the entry that says it happened, among those of this command.
pub(super) fn visit_deviations(
    case: &Case<'_>,
    participant: &ParticipantId,
    visit: &VisitId,
    cause_place: usize,
) -> Vec<Draft> {
    let Some(planned) = case.protocol().visit(visit) else { return Vec::new() };
    let Some(state) = case.world.whole.participant(participant) else { return Vec::new() };
    let stream = StreamId::Participant(participant.clone());
    let mut drafts = Vec::new();
    let mut found = |rule: &str, text: String| {
        let body = Body::Deviation {
            rule: rule.into(),
            found: text,
            causes: vec![entry_id(case.command.id, cause_place)],
        };
        drafts
            .push(Draft::new(stream.clone(), body).labelled(DEVIATIONS_ARE_FOUND_BY_RULE.and(Labels::NONE)));
    };
    let anchor = planned.anchor.as_ref().and_then(|anchor| state.visit_done(anchor));
    if let (Some(anchor), Some(target), Some((before, after))) =
        (anchor, planned.target_day, planned.window_days)
    {
        // To the nearest day: a visit at nine and one at five are not a day apart.
        let day = (case.happened().0 - anchor.happened.0 + DAY_MS / 2).div_euclid(DAY_MS);
        if !(target - before.abs()..=target + after).contains(&day) {
            let text = format!(
                "{visit} on day {day} after its anchor; the window is day {} to {}",
                target - before.abs(),
                target + after
            );
            found("visit-outside-window", text);
        }
    }
    for earlier in &planned.after {
        let known = state.visits.get(earlier);
        if known.is_none_or(|known| known.done.is_none() && known.missed.is_none()) {
            found("visit-out-of-order", format!("{visit} before {earlier}"));
        }
    }
    drafts
}
