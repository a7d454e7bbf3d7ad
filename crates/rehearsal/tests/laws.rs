//! Laws of the record, tried on whole rehearsals.

use record::journal::Journal;
use record::role::Clearance;
use record::state::{ParticipantState, State, apply};
use record::{Act, Answer, Body, Command, Context, Entry, Recorder, Role, StreamId};
use rehearsal::step::command_id;
use rehearsal::stream::Stream;
use rehearsal::{Ending, Outcomes, Plan, Rehearsed};
use store::Memory;
use terms::{Micrograms, Timestamp};

use crate::record::{plan, run};

fn entries(recorder: &Recorder<Memory>) -> Vec<Entry> {
    let log = recorder.journal().log(0, usize::MAX).unwrap();
    log.iter().map(|stored| Entry::from_bytes(stored.id, &stored.bytes).unwrap()).collect()
}

#[test]
fn entries_are_read_back_as_they_were_written() {
    let (recorder, _) = run(&plan(4, 1, 2));
    for stored in recorder.journal().log(0, usize::MAX).unwrap() {
        let entry = Entry::from_bytes(stored.id, &stored.bytes).unwrap();
        assert_eq!(entry.to_bytes(), stored.bytes, "{entry:?}");
        assert_eq!((entry.id, &entry.stream), (stored.id, &stored.stream));
    }
}

#[test]
fn any_subset_of_entries_folds() {
    let (recorder, _) = run(&plan(4, 1, 2));
    let all = entries(&recorder);
    let mut draw = Stream::new(1, "subsets");
    for round in 0..40 {
        let share = draw.uniform();
        let kept: Vec<&Entry> = all.iter().filter(|_| draw.bernoulli(share)).collect();
        let mut states: std::collections::BTreeMap<&StreamId, State> = std::collections::BTreeMap::new();
        for entry in kept {
            let state = states.remove(&entry.stream).unwrap_or_else(|| State::empty(&entry.stream));
            states.insert(&entry.stream, apply(state, entry));
        }
        assert!(round < 1 || !states.is_empty() || share < 0.01);
    }
}

#[test]
fn a_view_is_the_fold_of_what_is_cleared_and_of_nothing_else() {
    let (recorder, rehearsed) = run(&Plan { ending: mid_session(), ..plan(6, 1, 8) });
    let all = entries(&recorder);
    for member in rehearsed.staff.others() {
        let view = recorder.view(&member.person, member.role, member.site.as_ref()).unwrap();
        for participant in view.participants() {
            let stream = StreamId::Participant(participant.clone());
            let cleared = all.iter().filter(|entry| entry.stream == stream && view.clearance().covers(entry));
            let folded = cleared.fold(State::empty(&stream), apply);
            let State::Participant(folded) = folded else { panic!("a participant's stream folds to one") };
            assert_eq!(
                format!("{folded:?}"),
                format!("{:?}", view.participant(&participant)),
                "{}",
                member.role
            );
        }
    }
}

fn mid_session() -> Ending {
    Ending::InADosingSession { randomised: 3, minutes_after_dose: 40 }
}

/// Commands that people of a site might send at that moment, sensible and not.
fn tries(rehearsed: &Rehearsed) -> Vec<(Role, usize, Act)> {
    let mut acts = Vec::new();
    let dosing = rehearsed.truth.iter().filter(|truth| truth.drawn.is_some());
    for truth in dosing {
        let participant = truth.participant.clone();
        for visit in ["V5", "V10", "V1"] {
            let session = ParticipantState::session_id(&participant, &visit.parse().unwrap());
            acts.push((Role::Pharmacist, 0, Act::Dispense { session: session.clone() }));
            for dose in [record::body::DoseKind::Initial, record::body::DoseKind::Supplemental] {
                for mg in [40, 80, 120] {
                    let mass = Micrograms::from_mg(mg);
                    acts.push((Role::Therapist, 0, Act::PermitDose { session: session.clone(), dose, mass }));
                }
            }
            let visit = visit.parse().unwrap();
            acts.push((
                Role::Therapist,
                1,
                Act::OpenSession { participant: participant.clone(), visit, room: "2".into() },
            ));
        }
        acts.push((Role::Investigator, 0, Act::Randomise { participant: participant.clone() }));
        acts.push((Role::Investigator, 0, Act::SignEligibility { participant: participant.clone() }));
        acts.push((Role::Coordinator, 0, Act::Randomise { participant }));
    }
    acts
}

/// What a site is told, in full.
fn told(recorder: &Recorder<Memory>, rehearsed: &Rehearsed) -> Vec<String> {
    let site = &rehearsed.staff.sites[0];
    let at = Timestamp(rehearsed.ended.0 + 60_000);
    let mut answers = Vec::new();
    for (number, (role, half, act)) in tries(rehearsed).into_iter().enumerate() {
        let member = match role {
            Role::Pharmacist => &site.pharmacist,
            Role::Investigator => &site.investigator,
            Role::Coordinator => &site.coordinator,
            _ => &site.pairs[0][half],
        };
        let command = Command::new(command_id(99, &format!("try {number}")), at, act);
        let context = Context::at(&member.person, member.role, member.site.as_ref(), at);
        answers.push(match recorder.submit(&command, &context).unwrap() {
            Answer::Refused(refusal) => without_kit_numbers(&refusal.to_string()),
            Answer::Recorded(receipt) | Answer::AlreadyRecorded(receipt) => {
                let kinds: Vec<String> = receipt.entries.iter().map(|entry| entry.body.kind()).collect();
                format!("recorded {kinds:?}")
            }
        });
    }
    answers
}

/// Which kit was dispensed follows the arm, and its number is drawn by the sealed salt: it tells nothing.
fn without_kit_numbers(text: &str) -> String {
    let words =
        text.split(' ').map(|word| if word.starts_with("10") && word.len() >= 4 { "NUMBER" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn refusals_depend_on_the_senders_view_alone() {
    let answers = |allocation_seed| {
        // Nothing that a session shows may differ but by the arm, so the clock stops before anybody is dosed twice.
        let plan = Plan {
            outcomes: Outcomes::ByCoin,
            allocation_seed: Some(allocation_seed),
            ending: Ending::InADosingSession { randomised: 1, minutes_after_dose: -1 },
            ..plan(6, 1, 14)
        };
        let (recorder, rehearsed) = run(&plan);
        told(&recorder, &rehearsed)
    };
    let one = answers(1);
    assert!(one.iter().any(|answer| answer.starts_with("refused")) && one.len() > 20);
    for seed in 2..6 {
        assert_eq!(one, answers(seed));
    }
}

#[test]
fn a_command_sent_again_answers_the_same_receipt() {
    let (recorder, rehearsed) = run(&Plan { ending: mid_session(), ..plan(6, 1, 8) });
    let site = &rehearsed.staff.sites[0];
    let at = Timestamp(rehearsed.ended.0 + 60_000);
    let act = Act::Refer {
        site: site.id.clone(),
        source: "clinic".into(),
        age_years: 33,
        sex_at_birth: "male".into(),
    };
    let command = Command::new(command_id(1, "twice"), at, act);
    let context = Context::at(&site.coordinator.person, Role::Coordinator, Some(&site.id), at);
    let Answer::Recorded(first) = recorder.submit(&command, &context).unwrap() else {
        panic!("it is recorded")
    };
    let size = recorder.journal().head().unwrap().size;
    let Answer::AlreadyRecorded(second) = recorder.submit(&command, &context).unwrap() else {
        panic!("it is known")
    };
    assert_eq!(first, second);
    assert_eq!(recorder.journal().head().unwrap().size, size);
}

#[test]
fn what_was_observed_is_recorded_however_odd_and_flagged() {
    let (recorder, rehearsed) = run(&Plan { ending: mid_session(), ..plan(6, 1, 8) });
    let pair = rehearsed.in_session.clone().unwrap();
    let site = &rehearsed.staff.sites[0];
    let view = recorder.view_under(Clearance::whole());
    let open = |session: &terms::SessionId| {
        let state = view.session(session);
        state.closed.is_none() && state.present.contains(&pair[0]) && !state.doses.is_empty()
    };
    let session = view.sessions().into_iter().find(open).unwrap();
    let at = Timestamp(rehearsed.ended.0 + 60_000);
    let context = Context::at(&pair[0], Role::Therapist, Some(&site.id), at);
    let stream = StreamId::Session(session.clone());
    let submit = |key: &str, act: Act| {
        let answer = recorder.submit(&Command::new(command_id(5, key), at, act), &context).unwrap();
        assert!(matches!(answer, Answer::Recorded(_)), "{key}: {answer:?}");
    };
    let vitals = record::body::Vitals { systolic_mmhg: Some(400.0), ..Default::default() };
    submit(
        "odd pressure",
        Act::Observe { stream: stream.clone(), body: Body::VitalsTaken { moment: None, vitals } },
    );
    let dose = record::body::DoseKind::Initial;
    let give = Act::GiveDose {
        session: session.clone(),
        dose,
        mass: Micrograms::from_mg(500),
        witness: pair[1].clone(),
    };
    submit("a second dose that overdraws the kit", give);
    let state = view.session(&session);
    assert_eq!(state.doses.iter().filter(|one| one.dose == dose).count(), 2, "both stand");
    let rules: Vec<&str> = state.deviations.iter().map(|one| one.value.0.as_str()).collect();
    for rule in ["implausible-vital-sign", "second-dose-of-kind"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
    assert_eq!(view.supply(&site.id).open_discrepancies.len(), 1, "the shortfall is booked");
}

#[test]
fn no_supplement_goes_with_a_dose_outside_the_regimen_and_no_rule_is_overruled_by_hand() {
    let (recorder, rehearsed) = run(&Plan { ending: mid_session(), ..plan(6, 1, 8) });
    let pair = rehearsed.in_session.clone().unwrap();
    let site = &rehearsed.staff.sites[0];
    let view = recorder.view_under(Clearance::whole());
    let session = view
        .sessions()
        .into_iter()
        .find(|session| view.session(session).closed.is_none() && !view.session(session).doses.is_empty())
        .unwrap();
    let initial = view.session(&session).doses[0].noted.happened;
    let at = Timestamp(initial.0).plus_minutes(100);
    let refused = |key: &str, member: &terms::PersonId, role, act| {
        let context = Context::at(member, role, Some(&site.id), at);
        match recorder.submit(&Command::new(command_id(6, key), at, act), &context).unwrap() {
            Answer::Refused(refusal) => refusal.code,
            other => panic!("{key}: {other:?}"),
        }
    };
    let dose = record::body::DoseKind::Supplemental;
    for (mg, code) in [(60, "R0323"), (500, "R0323")] {
        let permit = Act::PermitDose { session: session.clone(), dose, mass: Micrograms::from_mg(mg) };
        assert_eq!(refused(&format!("{mg} mg"), &pair[0], Role::Therapist, permit), code);
    }
    let participant = record::command::participant_of(&session);
    for (criterion, by_rule) in [("I1", false), ("I2", true), ("I999", false)] {
        let body = Body::CriterionAssessed { criterion: criterion.into(), holds: true, by_rule };
        let act = Act::Observe { stream: StreamId::Participant(participant.clone()), body };
        assert_eq!(refused(criterion, &site.investigator.person, Role::Investigator, act), "R0110");
    }
}
