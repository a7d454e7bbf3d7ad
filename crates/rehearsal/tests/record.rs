//! A whole rehearsal on the record: what was read out is what the virtual participants hold.

use std::collections::BTreeMap;

use dataset::Dataset;
use instruments::builtin;
use protocol::study::Treatment;
use record::journal::Journal;
use record::role::Clearance;
use record::{Body, Recorder, Role};
use rehearsal::person::{Answers, Supplement};
use rehearsal::{Ending, Outcomes, Plan, Rehearsed, Truth, rehearse};
use store::Memory;
use terms::{Date, InstrumentId};

pub fn plan(participants: u32, sites: u32, seed: u64) -> Plan {
    Plan {
        participants,
        sites,
        seed,
        start: Date::parse("2024-01-08").unwrap(),
        ending: Ending::Unblinded,
        outcomes: Outcomes::Drawn,
        allocation_seed: None,
    }
}

pub fn run(plan: &Plan) -> (Recorder<Memory>, Rehearsed) {
    let mapp2 = protocol::built_in("mapp2").unwrap();
    let recorder = Recorder::open(Memory::default()).unwrap();
    let rehearsed = rehearse(&recorder, mapp2.text, Some(mapp2.sign_off), plan, &mut |_| {})
        .unwrap_or_else(|fault| panic!("{fault}"));
    (recorder, rehearsed)
}

fn score(instrument: &str, answers: &Answers) -> (f64, Option<bool>) {
    let instrument = builtin().get(&InstrumentId::new(instrument).unwrap()).unwrap();
    let scores = instrument.score(answers).unwrap();
    let name = if instrument.id.as_str() == "sds" { "mean" } else { "total" };
    (scores.number(name).unwrap(), scores.flag("ptsd"))
}

/// What a virtual participant holds at a timepoint, or `None` if they were not rated then.
fn held<'a>(truth: &'a Truth, timepoint: &str, instrument: &str) -> Option<&'a Answers> {
    let pick = |caps5: &'a Answers, sds: &'a Answers| if instrument == "sds" { sds } else { caps5 };
    if timepoint == "T1" {
        return Some(pick(truth.person.baseline_caps5(), truth.person.baseline_sds()));
    }
    let rated = truth.drawn.as_ref()?.1.rating(timepoint)?;
    Some(pick(&rated.caps5, &rated.sds))
}

#[test]
fn what_is_read_out_is_what_the_participants_hold() {
    let (recorder, rehearsed) = run(&plan(26, 3, 11));
    let dataset = Dataset::from_view(&recorder.view_under(Clearance::whole()));
    assert_eq!(dataset.subjects.len(), rehearsed.truth.len());
    for truth in &rehearsed.truth {
        let subject = dataset.subject(&truth.participant).unwrap();
        assert_eq!(subject.age_years.value, Some(truth.person.age_years()));
        assert_eq!(subject.sex_at_birth.value.as_deref(), Some(truth.person.sex_at_birth()));
        assert_eq!(subject.referral_source.value.as_deref(), Some(truth.person.referral_source()));
        let failure = truth.person.failure().map(|failure| (failure.criterion.clone(), failure.why.clone()));
        assert_eq!(subject.not_enrolled.value, failure);
        let arm = truth
            .drawn
            .as_ref()
            .map(|(treatment, _)| if *treatment == Treatment::Mdma { "mdma" } else { "placebo" });
        assert_eq!(subject.arm.value.as_ref().map(|arm| arm.as_str()), arm);
        ratings_are_those_held(&dataset, truth);
        if truth.drawn.is_some() {
            sessions_are_those_held(&dataset, truth);
        }
    }
}

fn ratings_are_those_held(dataset: &Dataset, truth: &Truth) {
    let reached_baseline =
        truth.person.failure().is_none_or(|failure| failure.at == rehearsal::person::FailsAt::Baseline);
    for timepoint in ["T1", "T2", "T3", "T4"] {
        for instrument in ["caps-5", "sds"] {
            let row = dataset.rating(&truth.participant, instrument, timepoint);
            let held = held(truth, timepoint, instrument).filter(|_| reached_baseline);
            let (Some(row), Some(held)) = (row, held) else {
                assert!(held.is_none(), "{} {timepoint} {instrument} is missing", truth.participant);
                assert!(row.is_none_or(|row| row.score.value.is_none()));
                continue;
            };
            let (value, diagnosis) = score(instrument, held);
            assert_eq!(row.score.value, Some(value), "{} {timepoint} {instrument}", truth.participant);
            assert_eq!(row.diagnosis.value, diagnosis);
            let before = score(instrument, self::held(truth, "T1", instrument).unwrap()).0;
            assert_eq!(row.change.value, Some(value - before));
            assert!(!row.score.sources.is_empty(), "every value names its entries");
        }
    }
}

fn sessions_are_those_held(dataset: &Dataset, truth: &Truth) {
    let course = &truth.drawn.as_ref().unwrap().1;
    let own = |participant: &terms::ParticipantId| *participant == truth.participant;
    for dose in dataset.doses.iter().filter(|dose| own(&dose.participant)) {
        let initial = course.initial_mg(dose.session);
        match dose.dose {
            record::body::DoseKind::Initial => assert_eq!(dose.mass.value.unwrap().mg(), initial as f64),
            record::body::DoseKind::Supplemental => match course.supplement(dose.session) {
                Supplement::Taken if dose.mass.value.is_some() => {
                    assert_eq!(dose.mass.value.unwrap().mg(), initial as f64 / 2.0);
                    assert!((90..=120).contains(&dose.minutes.value.unwrap()));
                }
                // Withheld by a limit although wanted.
                Supplement::Taken => assert!(dose.not_given.value.as_ref().unwrap().starts_with("limit ")),
                Supplement::NotTaken(why) => assert_eq!(dose.not_given.value, Some(why)),
            },
        }
    }
    let readings = dataset
        .vitals
        .iter()
        .filter(|row| own(&row.participant) && row.minutes.value.is_some_and(|minutes| minutes > 0));
    let mut compared = 0;
    for row in readings {
        let held = rehearsal::script::charted(course, row.session, row.minutes.value.unwrap());
        assert_eq!(row.systolic_mmhg.value, held.systolic_mmhg);
        assert_eq!(row.diastolic_mmhg.value, held.diastolic_mmhg);
        assert_eq!(row.pulse_bpm.value, held.pulse_bpm);
        assert_eq!(row.temperature_c.value, held.temperature_c);
        compared += 1;
    }
    assert!(compared > 10, "{compared} readings of {}", truth.participant);
    let mut told: Vec<&str> = dataset
        .adverse_events
        .iter()
        .filter(|event| own(&event.participant))
        .map(|event| event.term.value.as_deref().unwrap())
        .collect();
    let sessions = dataset.subject(&truth.participant).unwrap().dosing_sessions.value.unwrap();
    let mut felt: Vec<&str> = course
        .adverse_events()
        .iter()
        .filter(|event| event.session <= sessions)
        .map(|event| event.term.as_str())
        .collect();
    told.sort_unstable();
    felt.sort_unstable();
    assert_eq!(told, felt);
}

#[test]
fn the_same_seed_makes_the_same_record() {
    let (one, _) = run(&plan(6, 2, 5));
    let (other, _) = run(&plan(6, 2, 5));
    assert_eq!(one.journal().log(0, usize::MAX).unwrap(), other.journal().log(0, usize::MAX).unwrap());
    let (third, _) = run(&plan(6, 2, 6));
    assert_ne!(one.journal().head().unwrap(), third.journal().head().unwrap());
}

#[test]
fn a_participant_who_stays_has_two_hundred_and_fifty_entries_and_more() {
    let (recorder, rehearsed) = run(&plan(8, 2, 3));
    let log = recorder.journal().log(0, usize::MAX).unwrap();
    let mut entries: BTreeMap<String, usize> = BTreeMap::new();
    for stored in log {
        let stream = stored.stream.to_string();
        let id = stream.split(['/', '.']).nth(1).unwrap_or_default().to_owned();
        *entries.entry(id).or_default() += 1;
    }
    for truth in rehearsed
        .truth
        .iter()
        .filter(|truth| truth.drawn.as_ref().is_some_and(|drawn| drawn.1.leaving().is_none()))
    {
        let count = entries[truth.participant.as_str()];
        assert!(count >= 250, "{}: {count}", truth.participant);
    }
}

/// Everything that one rater could ever be shown, as text.
fn raters_view(recorder: &Recorder<Memory>, rehearsed: &Rehearsed) -> Vec<String> {
    let mut seen = Vec::new();
    for rater in &rehearsed.staff.raters {
        let view = recorder.view(&rater.person, Role::IndependentRater, None).unwrap();
        for participant in view.participants() {
            let entries = view.entries(&record::StreamId::Participant(participant));
            seen.extend(entries.iter().map(|entry| format!("{} {entry:?}", rater.person)));
        }
        assert!(view.sessions().is_empty() && view.sites().is_empty());
    }
    seen
}

#[test]
fn raters_see_the_same_whichever_arms_were_drawn() {
    let by_coin = |allocation_seed| {
        let plan =
            Plan { outcomes: Outcomes::ByCoin, allocation_seed: Some(allocation_seed), ..plan(8, 2, 21) };
        let (recorder, rehearsed) = run(&plan);
        let arms: Vec<_> =
            rehearsed.truth.iter().filter_map(|truth| truth.drawn.as_ref().map(|drawn| drawn.0)).collect();
        (raters_view(&recorder, &rehearsed), arms, recorder.journal().head().unwrap())
    };
    let (one, arms, head) = by_coin(1);
    let (other, other_arms, other_head) = by_coin(2);
    assert_ne!(arms, other_arms, "the lists must differ for this to say anything");
    assert_ne!(head, other_head);
    assert!(!one.is_empty());
    assert_eq!(one, other);
}

#[test]
fn sites_and_sponsor_see_no_arm_and_no_score_while_blinded() {
    let ending = Ending::InADosingSession { randomised: 6, minutes_after_dose: 30 };
    let (recorder, rehearsed) = run(&Plan { ending, ..plan(10, 2, 9) });
    let people = rehearsed
        .staff
        .sites
        .iter()
        .flat_map(|site| [&site.coordinator, &site.investigator, &site.pharmacist, &site.pairs[0][0]]);
    for member in people.chain([
        &rehearsed.staff.sponsor,
        &rehearsed.staff.safety_physician,
        &rehearsed.staff.administrator,
    ]) {
        let view = recorder.view(&member.person, member.role, member.site.as_ref()).unwrap();
        assert!(view.allocation().drawn.is_empty() && view.allocation().kits.is_empty());
        for participant in view.participants() {
            for entry in view.entries(&record::StreamId::Participant(participant)) {
                assert!(!matches!(entry.body, Body::RatingAnswered { .. }), "{} sees {entry:?}", member.role);
            }
        }
        assert!(!Dataset::from_view(&view).shows_arms());
    }
}
