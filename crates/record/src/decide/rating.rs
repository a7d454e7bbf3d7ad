//! Independent ratings: asked under a handle that tells neither visit nor order, never twice of the same rater.

use std::collections::BTreeMap;

use protocol::study::{DecidedBy, Respondent};
use terms::{InstrumentId, ParticipantId, PersonId, TaskId, Timestamp, VisitId};

use super::{Case, Draft};
use crate::body::{Body, Value};
use crate::command::Act;
use crate::refusal::Refusal;
use crate::role::{Labels, Role};
use crate::stream::StreamId;

pub(super) fn decide(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    match &case.command.act {
        Act::RequestRating { participant, visit, rater, task, due } => {
            request(case, participant, visit, rater, task, *due)
        }
        Act::AnswerRating { participant, task, instrument, answers } => {
            answer(case, participant, task, instrument, answers)
        }
        _ => Ok(Vec::new()),
    }
}

fn request(
    case: &Case<'_>,
    participant: &ParticipantId,
    visit: &VisitId,
    rater: &PersonId,
    task: &TaskId,
    due: Timestamp,
) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Coordinator, Role::Investigator], "ask for a rating")?;
    let seen = case.seen_participant(participant)?;
    let protocol = case.protocol();
    let timepoint = protocol.visit(visit).and_then(|visit| visit.timepoint.clone());
    let Some(timepoint) = timepoint else {
        return Err(Refusal::new(
            "R0401",
            format!("nothing is rated at visit {visit}"),
            "`visits` in the protocol",
            "choose a visit with a timepoint",
        ));
    };
    if !case.seen_study().holds(rater, Role::IndependentRater, None) {
        return Err(Refusal::new(
            "R0402",
            format!("`{rater}` is not in the pool of raters"),
            "`instruments` in the protocol: independent raters",
            "choose a rater of the pool",
        ));
    }
    if let Some((earlier, _)) = seen.rating_at(visit) {
        return Err(Refusal::new(
            "R0403",
            format!("the rating at {visit} is asked for already"),
            "one rating per timepoint",
            format!("follow up task {earlier}"),
        ));
    }
    let uses: Vec<_> = protocol
        .instruments
        .iter()
        .filter(|used| {
            used.respondent == Respondent::IndependentRater && used.timepoints.contains(&timepoint)
        })
        .collect();
    if uses.iter().any(|used| used.never_same_rater) && seen.raters().any(|earlier| earlier == rater) {
        return Err(Refusal::new(
            "R0404",
            format!("`{rater}` has rated {participant} before"),
            "`instruments` in the protocol: never the same rater twice",
            "choose another rater",
        ));
    }
    let instruments = uses.iter().map(|used| used.instrument.clone()).collect();
    let stream = StreamId::Participant(participant.clone());
    let asked = Body::RatingRequested { task: task.clone(), rater: rater.clone(), instruments, due };
    Ok(vec![
        Draft::new(stream.clone(), asked).to(rater),
        Draft::new(stream, Body::RatingLinked { task: task.clone(), visit: visit.clone() }),
    ])
}

fn answer(
    case: &Case<'_>,
    participant: &ParticipantId,
    task: &TaskId,
    instrument: &InstrumentId,
    answers: &BTreeMap<String, i64>,
) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::IndependentRater], "rate")?;
    let seen = case.seen_participant(participant)?;
    let asked = seen.ratings.get(task).and_then(|rating| rating.requested.as_ref());
    if asked.is_none_or(|asked| asked.value.0 != case.context.person || !asked.value.1.contains(instrument)) {
        return Err(Refusal::new(
            "R0405",
            format!("no rating `{task}` with `{instrument}` is asked of you"),
            "ratings are asked of one rater",
            "choose a rating from your list",
        ));
    }
    if seen.ratings.get(task).is_some_and(|rating| rating.answers.contains_key(instrument)) {
        return Err(Refusal::new(
            "R0406",
            "this rating is done already",
            "a rating is answered once",
            "correct it, with the reason",
        ));
    }
    let scores = instruments::builtin().get(instrument).map(|known| known.score(answers));
    let scores = match scores {
        Some(Ok(scores)) => scores,
        Some(Err(bad)) => {
            return Err(Refusal::new(
                "R0407",
                bad.to_string(),
                format!("the form of `{instrument}`"),
                "mend the answer and send it again",
            ));
        }
        None => {
            return Err(Refusal::new(
                "R0408",
                format!("the instrument `{instrument}` is not known here"),
                "`instruments/`",
                "add its file",
            ));
        }
    };
    let stream = StreamId::Participant(participant.clone());
    let body =
        Body::RatingAnswered { task: task.clone(), instrument: instrument.clone(), answers: answers.clone() };
    let mut drafts = vec![Draft::new(stream.clone(), body).to(&case.context.person)];
    drafts.extend(criteria_decided(case, participant, task, instrument, &scores, &stream));
    Ok(drafts)
}

/// What the baseline rating decides of eligibility. The site learns whether the criterion holds, and never the
/// score: that exception to "derived entries carry their causes' labels" is made here and nowhere else.
fn criteria_decided(
    case: &Case<'_>,
    participant: &ParticipantId,
    task: &TaskId,
    instrument: &InstrumentId,
    scores: &instruments::Scores,
    stream: &StreamId,
) -> Vec<Draft> {
    let protocol = case.protocol();
    let Some(whole) = case.world.whole.participant(participant) else { return Vec::new() };
    let visit = whole.ratings.get(task).and_then(|rating| rating.visit.as_ref());
    let baseline = protocol.primary_endpoint().map(|endpoint| endpoint.baseline.clone());
    let timepoint = visit.and_then(|visit| protocol.visit(visit)).and_then(|visit| visit.timepoint.clone());
    if timepoint.is_none() || timepoint != baseline {
        return Vec::new();
    }
    let rated = |name: &str| -> Option<Value> {
        let (prefix, score) = name.split_once('_')?;
        if prefix != instrument.as_str().replace('-', "") {
            return None;
        }
        scores.number(score).map(Value::Number).or_else(|| scores.flag(score).map(Value::Flag))
    };
    let known = |name: &str| rated(name).or_else(|| whole.screening.get(name).map(|noted| noted.value));
    let mut drafts = Vec::new();
    for criterion in &protocol.eligibility {
        let DecidedBy::Rule(rule) = &criterion.decided_by else { continue };
        if !rule.variables().iter().any(|name| rated(name).is_some()) {
            continue;
        }
        if let Some(holds) = super::observe::decided(rule, &known) {
            let body = Body::CriterionAssessed { criterion: criterion.id.clone(), holds, by_rule: true };
            drafts.push(Draft::new(stream.clone(), body).labelled(Labels::NONE));
        }
    }
    drafts
}
