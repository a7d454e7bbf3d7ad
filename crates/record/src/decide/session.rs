//! The therapy session: opening it, the permission for a dose, the dose itself, the end.
//!
//! A permission may be refused; a dose that was given is always recorded, and what was wrong about it is
//! found by rule and recorded beside it.

use protocol::study::{Comparator, Threshold, ThresholdAction, VisitKind, Vital};
use terms::{Micrograms, ParticipantId, PersonId, SessionId, Timestamp, VisitId};

use super::{Case, Draft, deviation, entry_id};
use crate::body::{Body, DoseKind, SessionKind, Vitals};
use crate::command::{Act, participant_of, site_of};
use crate::refusal::Refusal;
use crate::role::Role;
use crate::state::{ParticipantState, SessionState};
use crate::stream::StreamId;

pub(super) fn decide(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    match &case.command.act {
        Act::OpenSession { participant, visit, room } => open(case, participant, visit, room),
        Act::PermitDose { session, dose, mass } => permit(case, session, *dose, *mass),
        Act::GiveDose { session, dose, mass, witness } => give(case, session, *dose, *mass, witness),
        Act::CloseSession { session } => close(case, session),
        _ => Ok(Vec::new()),
    }
}

const SESSION_STAFF: &[Role] = &[Role::Therapist, Role::Investigator];

fn open(
    case: &Case<'_>,
    participant: &ParticipantId,
    visit: &VisitId,
    room: &str,
) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(SESSION_STAFF, "open a session")?;
    let seen = case.seen_participant(participant)?;
    let protocol = case.protocol();
    let planned = protocol.visit(visit);
    let of = match planned.map(|visit| visit.kind) {
        Some(VisitKind::Preparation) => SessionKind::Preparation,
        Some(VisitKind::Dosing) => SessionKind::Dosing,
        Some(VisitKind::Integration) => SessionKind::Integration,
        _ => {
            return Err(Refusal::new(
                "R0300",
                format!("visit {visit} has no therapy session"),
                "`visits` in the protocol",
                "choose a preparation, dosing or integration visit",
            ));
        }
    };
    let session = ParticipantState::session_id(participant, visit);
    if let Some(opened) = case.world.seen.session(&session).and_then(|seen| seen.opened.as_ref()) {
        return Err(Refusal::new(
            "R0301",
            format!("session {session} is open already"),
            "one session per visit",
            "go to the session",
        )
        .because("opened", Some(opened.entry)));
    }
    if of == SessionKind::Dosing && seen.randomised.is_none() {
        return Err(Refusal::new(
            "R0302",
            format!("{participant} is not randomised"),
            "dosing follows randomisation",
            "randomise first",
        ));
    }
    let number = planned.and_then(|visit| visit.session_number).unwrap_or(1);
    let body = Body::SessionOpened {
        of,
        number,
        visit: visit.clone(),
        participant: participant.clone(),
        room: room.into(),
    };
    Ok(vec![Draft::new(StreamId::Session(session), body)])
}

/// The session as the sender sees it; refused if it is not open.
fn open_session<'a>(case: &'a Case<'_>, session: &SessionId) -> Result<&'a SessionState, Refusal> {
    case.needs_site(&site_of(&participant_of(session)))?;
    let seen = case.world.seen.session(session).filter(|seen| seen.opened.is_some()).ok_or_else(|| {
        Refusal::new(
            "R0303",
            format!("there is no session `{session}` here"),
            "the record",
            "open the session first",
        )
    })?;
    match &seen.closed {
        Some(closed) => Err(Refusal::new(
            "R0304",
            "the session is closed",
            "the record",
            "chart what was left out as a late entry",
        )
        .because("closed", Some(closed.entry))),
        None => Ok(seen),
    }
}

fn permit(
    case: &Case<'_>,
    session: &SessionId,
    dose: DoseKind,
    mass: Micrograms,
) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(SESSION_STAFF, "ask for a dose")?;
    let seen = open_session(case, session)?;
    let (kit, until) = match dose {
        DoseKind::Initial => permit_initial(case, session, seen, mass)?,
        DoseKind::Supplemental => permit_supplemental(case, session, seen, mass)?,
    };
    let body = Body::DosePermitted { dose, kit, mass, until };
    Ok(vec![Draft::new(StreamId::Session(session.clone()), body)])
}

fn permit_initial(
    case: &Case<'_>,
    session: &SessionId,
    seen: &SessionState,
    mass: Micrograms,
) -> Result<(terms::KitId, Timestamp), Refusal> {
    let protocol = case.protocol();
    let what = "the initial dose is not open now";
    still_treated(case, session, what)?;
    let kind_rule = "`dosing` in the protocol";
    if seen.kind() != Some(SessionKind::Dosing) {
        return Err(Refusal::new(
            "R0310",
            what,
            "doses belong to dosing sessions",
            "open the dosing session",
        ));
    }
    if let Some(given) = seen.dose(DoseKind::Initial) {
        return Err(Refusal::new(
            "R0311",
            what,
            "one initial dose per session",
            "chart what happened as an observation",
        )
        .because(format!("initial dose of {}", given.mass), Some(given.noted.entry)));
    }
    let number = seen.opened.as_ref().map_or(1, |opened| opened.value.1);
    let choices = protocol.regimen(number).map(|regimen| regimen.initial_mg.clone()).unwrap_or_default();
    if !choices.iter().any(|&mg| Micrograms::from_mg(mg) == mass) {
        let listed: Vec<String> = choices.iter().map(|mg| format!("{mg} mg")).collect();
        return Err(Refusal::new(
            "R0312",
            format!("{mass} is not an initial dose of dosing session {number}"),
            kind_rule,
            format!("choose {}", listed.join(" or ")),
        ));
    }
    let mut missing = Refusal::new(
        "R0313",
        what,
        "`sessions.dosing.pre_dose` in the protocol",
        "do the checks that are open; if one fails, chart the dose as not given",
    );
    for check in &protocol.sessions.dosing.pre_dose {
        match seen.pre_dose.get(&check.id) {
            Some(done) if done.value => {}
            Some(failed) => missing = missing.because(format!("failed: {}", check.text), Some(failed.entry)),
            None => missing = missing.because(format!("not done: {}", check.text), None),
        }
    }
    if !missing.on_record.is_empty() {
        return Err(missing);
    }
    pair_is_present(case, session, seen, what)?;
    let vitals_at = vitals_allow(case, seen, ThresholdAction::DoNotDose, what)?;
    let kit = dispensed_kit(case, session, seen, mass, what)?;
    let minutes = protocol.dosing.vitals_before_dose_minutes.unwrap_or(0);
    Ok((kit, vitals_at.plus_minutes(minutes)))
}

fn permit_supplemental(
    case: &Case<'_>,
    session: &SessionId,
    seen: &SessionState,
    mass: Micrograms,
) -> Result<(terms::KitId, Timestamp), Refusal> {
    let protocol = case.protocol();
    let what = "the supplemental dose is not open now";
    still_treated(case, session, what)?;
    let Some(initial) = seen.dose(DoseKind::Initial) else {
        return Err(Refusal::new(
            "R0320",
            what,
            "a supplemental dose follows an initial one",
            "chart \"not given\" with a reason",
        ));
    };
    if let Some(given) = seen.dose(DoseKind::Supplemental) {
        return Err(Refusal::new(
            "R0321",
            what,
            "one supplemental dose per session",
            "chart what happened as an observation",
        )
        .because(format!("supplemental dose of {}", given.mass), Some(given.noted.entry)));
    }
    let (from, until) = protocol.dosing.supplemental_window_minutes;
    let minutes = case.happened().minutes_since(initial.noted.happened);
    if !(from..=until).contains(&minutes) {
        let rule = format!(
            "the window in `dosing.supplemental_window_minutes`: {from} to {until} min after the initial dose"
        );
        let instead =
            if minutes < from { "wait until the window opens" } else { "chart \"not given\" with a reason" };
        return Err(Refusal::new("R0322", what, rule, instead)
            .because(format!("it is {minutes} min after the initial dose"), Some(initial.noted.entry)));
    }
    let number = seen.opened.as_ref().map_or(1, |opened| opened.value.1);
    let due = protocol.regimen(number).and_then(|regimen| {
        let place = regimen.initial_mg.iter().position(|&mg| Micrograms::from_mg(mg) == initial.mass)?;
        regimen.supplemental_mg.get(place).map(|&mg| Micrograms::from_mg(mg))
    });
    if due != Some(mass) {
        let instead = match due {
            Some(due) => format!("give {due}, or chart \"not given\""),
            None => String::from("chart \"not given\" with a reason"),
        };
        let rule = "`dosing` in the protocol: each initial dose has its supplemental one";
        return Err(Refusal::new(
            "R0323",
            format!("{mass} does not go with the initial dose"),
            rule,
            instead,
        )
        .because(format!("initial dose of {}", initial.mass), Some(initial.noted.entry)));
    }
    vitals_allow(case, seen, ThresholdAction::WithholdSupplement, what)?;
    let kit = dispensed_kit(case, session, seen, mass, what)?;
    Ok((kit, initial.noted.happened.plus_minutes(until)))
}

/// Nobody is dosed who has withdrawn or stopped.
fn still_treated(case: &Case<'_>, session: &SessionId, what: &str) -> Result<(), Refusal> {
    let Some(seen) = case.world.seen.participant(&participant_of(session)) else { return Ok(()) };
    let rule = "who has withdrawn consent or stopped treatment is not dosed";
    let refusal = Refusal::new("R0309", what, rule, "chart \"not given\" with a reason");
    if let Some(withdrawn) = &seen.consent_withdrawn {
        return Err(refusal.because(format!("consent withdrawn: {}", withdrawn.value), Some(withdrawn.entry)));
    }
    match seen.stopped.first() {
        Some(stopped) => Err(refusal.because(format!("stopped: {}", stopped.value.1), Some(stopped.entry))),
        None => Ok(()),
    }
}

/// The session's kit, if it holds the dose: a permission never overdraws it.
fn dispensed_kit(
    case: &Case<'_>,
    session: &SessionId,
    seen: &SessionState,
    mass: Micrograms,
    what: &str,
) -> Result<terms::KitId, Refusal> {
    let kit = seen.kit.as_ref().ok_or_else(|| {
        Refusal::new(
            "R0314",
            what,
            "a dose comes from a kit dispensed for this session",
            "ask the pharmacist to dispense the kit",
        )
    })?;
    let supply = case.world.seen.supply(&site_of(&participant_of(session)));
    let Some(state) = supply.and_then(|supply| supply.kits.get(&kit.value)) else {
        return Ok(kit.value.clone());
    };
    let refusal = Refusal::new(
        "R0324",
        what,
        "the ledger: a dose that is permitted is in the kit",
        "have two people count the kit, and ask the pharmacist",
    );
    if let Some(returned) = &state.returned {
        return Err(refusal.because(format!("kit {} was taken back", kit.value), Some(returned.entry)));
    }
    if state.balance() < mass {
        return Err(refusal.because(format!("kit {} holds {}", kit.value, state.balance()), Some(kit.entry)));
    }
    Ok(kit.value.clone())
}

fn absent_therapists<'a>(pair: &'a [PersonId], seen: &SessionState) -> Vec<&'a PersonId> {
    pair.iter().filter(|therapist| !seen.present.contains(*therapist)).collect()
}

fn pair_is_present(
    case: &Case<'_>,
    session: &SessionId,
    seen: &SessionState,
    what: &str,
) -> Result<(), Refusal> {
    let participant = participant_of(session);
    let pair =
        case.world.seen.participant(&participant).map(|seen| seen.therapists.clone()).unwrap_or_default();
    let absent = absent_therapists(&pair, seen);
    if absent.is_empty() && pair.len() >= case.protocol().staffing.therapists as usize {
        return Ok(());
    }
    let names: Vec<&str> = absent.iter().map(|person| case.seen_study().name_of(person)).collect();
    Err(Refusal::new(
        "R0315",
        what,
        "`staffing` in the protocol: the therapist pair is there throughout",
        "wait for the pair, and chart their arrival",
    )
    .because(format!("not there: {}", names.join(", ")), None))
}

/// A whole set of vital signs, fresh enough, and none past a limit of `action`. Says when it was taken.
fn vitals_allow(
    case: &Case<'_>,
    seen: &SessionState,
    action: ThresholdAction,
    what: &str,
) -> Result<Timestamp, Refusal> {
    let protocol = case.protocol();
    let Some(minutes) = protocol.dosing.vitals_before_dose_minutes else {
        return Err(Refusal::new(
            "R0316",
            what,
            "`dosing.vitals_before_dose_minutes` is not signed for",
            "have a physician sign for it in a sign-off file",
        ));
    };
    let whole = |vitals: &Vitals| {
        [Vital::SystolicMmhg, Vital::DiastolicMmhg, Vital::PulseBpm, Vital::TemperatureC]
            .iter()
            .all(|vital| vitals.get(*vital).is_some())
    };
    let rule = format!("vital signs (all four) at most {minutes} min before a dose");
    let last = seen
        .standing_vitals()
        .filter(|set| whole(&set.vitals) && set.noted.happened <= case.happened())
        .max_by_key(|set| set.noted.happened);
    let Some(last) = last else {
        return Err(Refusal::new("R0317", what, rule, "take the vital signs").because("none", None));
    };
    let age = case.happened().minutes_since(last.noted.happened);
    if age > minutes {
        return Err(Refusal::new("R0317", what, rule, "take the vital signs again")
            .because(format!("the last set is {age} min old"), Some(last.noted.entry)));
    }
    for limit in protocol.thresholds.iter().filter(|limit| limit.action == action) {
        if limit.value.is_none() {
            return Err(Refusal::new(
                "R0318",
                what,
                format!("the limit `{}` is not signed for", limit.id),
                "have a physician sign for it in a sign-off file",
            ));
        }
        if let Some((value, set)) = passed(limit, seen, case.happened()) {
            return Err(Refusal::new(
                "R0319",
                what,
                format!("the limit `{}` in the protocol", limit.id),
                "measure again when it has settled, or chart \"not given\" with a reason",
            )
            .because(format!("{} of {value}", vital_name(limit.vital)), Some(set)));
        }
    }
    Ok(last.noted.happened)
}

/// Whether a limit is passed at `now`, by which value of which entry: the last reading is past it, and so was
/// every reading since `persistence_minutes` ago. Of two readings in one minute the one recorded later counts.
fn passed(limit: &Threshold, seen: &SessionState, now: Timestamp) -> Option<(f64, terms::EntryId)> {
    let mut readings: Vec<_> = seen
        .standing_vitals()
        .filter(|set| set.noted.happened <= now)
        .filter_map(|set| Some((set.vitals.get(limit.vital)?, set)))
        .collect();
    // Stable: in one minute the order of the record stays.
    readings.sort_by_key(|(_, set)| set.noted.happened);
    let (value, last) = *readings.last()?;
    let since = last.noted.happened.plus_minutes(-limit.persistence_minutes);
    let lasting = limit.persistence_minutes > 0;
    let all_past = readings
        .iter()
        .filter(|(_, set)| lasting && set.noted.happened >= since)
        .all(|(value, _)| is_past(limit, *value));
    let long_enough = !lasting || readings.iter().any(|(_, set)| set.noted.happened <= since);
    (is_past(limit, value) && all_past && long_enough).then_some((value, last.noted.entry))
}

/// Whether `value` is past a limit; never, while nobody has signed for it.
pub fn is_past(limit: &Threshold, value: f64) -> bool {
    limit.value.is_some_and(|bound| match limit.comparator {
        Comparator::Above => value > bound,
        Comparator::AtLeast => value >= bound,
        Comparator::Below => value < bound,
        Comparator::AtMost => value <= bound,
    })
}

pub(crate) fn vital_name(vital: Vital) -> &'static str {
    match vital {
        Vital::SystolicMmhg => "systolic pressure (mmHg)",
        Vital::DiastolicMmhg => "diastolic pressure (mmHg)",
        Vital::PulseBpm => "pulse (per minute)",
        Vital::TemperatureC => "temperature (°C)",
    }
}

fn give(
    case: &Case<'_>,
    session: &SessionId,
    dose: DoseKind,
    mass: Micrograms,
    witness: &PersonId,
) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(SESSION_STAFF, "chart a dose")?;
    if !case.seen_study().people.contains_key(witness) {
        return Err(Refusal::new(
            "R0211",
            format!("nobody here is called `{witness}`"),
            "a witness is a person of this study",
            "name a person of this study",
        ));
    }
    let participant = participant_of(session);
    case.needs_site(&site_of(&participant))?;
    let seen = case.world.seen.session(session).filter(|seen| seen.opened.is_some());
    let Some(seen) = seen else {
        return Err(Refusal::new(
            "R0303",
            format!("there is no session `{session}` here"),
            "the record",
            "open the session first",
        ));
    };
    // A dose that was swallowed is recorded whatever else is missing; the shortfall becomes a discrepancy.
    let kit = seen.kit.as_ref().map_or_else(unknown_kit, |kit| kit.value.clone());
    let stream = StreamId::Session(session.clone());
    let supply = StreamId::Supply(site_of(&participant));
    let given = Body::DoseGiven { dose, kit: kit.clone(), mass, witness: witness.clone() };
    let mut drafts = vec![
        Draft::new(stream.clone(), given),
        Draft::new(supply.clone(), Body::DoseDrawn { kit: kit.clone(), session: session.clone(), mass }),
    ];
    let balance = case
        .world
        .whole
        .supply(&site_of(&participant))
        .and_then(|whole| whole.kits.get(&kit))
        .map_or(Micrograms::ZERO, |kit| kit.balance());
    if mass > balance {
        let causes = vec![entry_id(case.command.id, 1)];
        let shortfall = mass - balance.max(Micrograms::ZERO);
        drafts.push(Draft::new(supply, Body::DiscrepancyOpened { kit, shortfall, causes }));
    }
    for (rule, found) in dose_deviations(case, session, seen, dose, mass, witness) {
        drafts.push(deviation(case, stream.clone(), rule, found, 0));
    }
    Ok(drafts)
}

fn unknown_kit() -> terms::KitId {
    terms::KitId::new("unknown").expect("a word is an id")
}

/// What about a given dose differs from the protocol.
fn dose_deviations(
    case: &Case<'_>,
    session: &SessionId,
    seen: &SessionState,
    dose: DoseKind,
    mass: Micrograms,
    witness: &PersonId,
) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let now = case.happened();
    if seen.kit.is_none() {
        found.push(("dose-from-unknown-kit", String::from("no kit was dispensed for this session")));
    }
    if *witness == case.context.person {
        found.push(("dose-not-witnessed", String::from("charted by its own witness")));
    }
    match seen.permitted.get(&dose) {
        None => found.push(("dose-without-permission", String::from("given without a permission on record"))),
        Some(permit) if permit.value.1 != mass => {
            found.push(("dose-not-as-permitted", format!("{mass} given, {} permitted", permit.value.1)));
        }
        Some(permit) if now > permit.value.2 => {
            let late = now.minutes_since(permit.value.2);
            found.push(("dose-after-permission", format!("given {late} min after the permission ended")));
        }
        Some(_) => {}
    }
    if seen.dose(dose).is_some() {
        let which = if dose == DoseKind::Initial { "initial" } else { "supplemental" };
        found.push(("second-dose-of-kind", format!("a second {which} dose in one session")));
    }
    if dose == DoseKind::Supplemental {
        let (from, until) = case.protocol().dosing.supplemental_window_minutes;
        match seen.dose(DoseKind::Initial).map(|initial| now.minutes_since(initial.noted.happened)) {
            Some(minutes) if (from..=until).contains(&minutes) => {}
            Some(minutes) => found.push((
                "supplement-outside-window",
                format!("given {minutes} min after the initial dose; the window is {from} to {until} min"),
            )),
            None => found.push(("supplement-without-initial", String::from("no initial dose on record"))),
        }
    }
    let pair = case.world.seen.participant(&participant_of(session)).map(|seen| seen.therapists.clone());
    let absent = pair.as_deref().map(|pair| absent_therapists(pair, seen).len()).unwrap_or_default();
    if absent > 0 {
        found.push(("pair-not-present", format!("{absent} of the therapist pair not charted as present")));
    }
    found
}

fn close(case: &Case<'_>, session: &SessionId) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(SESSION_STAFF, "close a session")?;
    let seen = open_session(case, session)?;
    let opened = seen.opened.as_ref().expect("an open session was opened");
    let (kind, _, visit, participant) = &opened.value;
    let stream = StreamId::Session(session.clone());
    let mut drafts = vec![Draft::new(stream.clone(), Body::SessionClosed)];
    let sessions = &case.protocol().sessions;
    let release = match kind {
        SessionKind::Preparation => &sessions.preparation.release,
        SessionKind::Dosing => &sessions.dosing.release,
        SessionKind::Integration => &sessions.integration.release,
    };
    let open: Vec<&str> = release
        .iter()
        .filter(|check| !seen.release.get(&check.id).is_some_and(|done| done.value))
        .map(|check| check.text.as_str())
        .collect();
    if !open.is_empty() {
        drafts.push(deviation(
            case,
            stream,
            "released-without-checks",
            format!("open: {}", open.join("; ")),
            0,
        ));
    }
    drafts.push(Draft::new(
        StreamId::Participant(participant.clone()),
        Body::VisitDone { visit: visit.clone() },
    ));
    drafts.extend(super::observe::visit_deviations(case, participant, visit, 1));
    Ok(drafts)
}
