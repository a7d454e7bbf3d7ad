//! The built-in protocol of MAPP2: what is known of it is there, and what is not known is not.

use std::collections::BTreeSet;

use protocol::study::{DecidedBy, Measure, MomentAt, Study, VisitKind};
use protocol::{SignOffFor, built_in, check_report, codes, load, parse};
use terms::{Severity, VisitId};

fn bare() -> Study {
    let mapp2 = built_in("mapp2").unwrap();
    parse(mapp2.file, mapp2.text).0.expect("mapp2 has no errors")
}

fn signed() -> Study {
    let mapp2 = built_in("mapp2").unwrap();
    let sign_off = Some((mapp2.sign_off_file, mapp2.sign_off));
    let (study, findings) = load(mapp2.file, mapp2.text, sign_off, SignOffFor::Rehearsal);
    assert!(findings.iter().all(|finding| finding.severity == Severity::Warning), "{findings:#?}");
    study.expect("mapp2 has no errors")
}

#[test]
fn what_matters_for_safety_and_was_not_read_is_absent() {
    let study = bare();
    assert!(study.thresholds.len() >= 14);
    assert!(study.thresholds.iter().all(|limit| limit.value.is_none()));
    assert_eq!(study.allocation.block_sizes, None);
    assert_eq!(study.dosing.vitals_before_dose_minutes, None);
    assert_eq!(study.supply.kit_content_mg, None);
    let (_, counts) = check_report("mapp2.toml", built_in("mapp2").unwrap().text, None, SignOffFor::Real);
    assert_eq!(
        (counts.errors, counts.needs_sign_off, counts.usable()),
        (0, 3 + study.thresholds.len(), false)
    );
}

#[test]
fn the_sign_off_fills_what_is_open_for_a_rehearsal_and_for_nothing_else() {
    let study = signed();
    assert!(study.thresholds.iter().all(|limit| limit.value.is_some() && limit.provenance.assumed));
    assert!(study.rehearsal_only());
    assert!(
        study
            .visits
            .iter()
            .filter(|visit| visit.target_day.is_some())
            .all(|visit| visit.window_days.is_some())
    );
    let mapp2 = built_in("mapp2").unwrap();
    let sign_off = Some((mapp2.sign_off_file, mapp2.sign_off));
    let (study, findings) = load(mapp2.file, mapp2.text, sign_off, SignOffFor::Real);
    assert!(study.is_none());
    assert!(findings.iter().any(|finding| finding.code == codes::REHEARSAL_ONLY));
}

#[test]
fn the_schedule_is_the_published_one() {
    let study = signed();
    let of = |kind: VisitKind| -> Vec<&str> {
        study.visits.iter().filter(|visit| visit.kind == kind).map(|visit| visit.id.as_str()).collect()
    };
    assert_eq!(of(VisitKind::Preparation), ["V1", "V2", "V4"]);
    assert_eq!(of(VisitKind::Dosing), ["V5", "V10", "V15"]);
    assert_eq!(of(VisitKind::Integration), ["V6", "V7", "V8", "V11", "V12", "V13", "V16", "V17", "V18"]);
    assert_eq!(of(VisitKind::Rating), ["V3", "V9", "V14", "V19"]);
    assert_eq!(of(VisitKind::Call).len(), 12);
    for (timepoint, visit) in [("T1", "V3"), ("T2", "V9"), ("T3", "V14"), ("T4", "V19")] {
        assert_eq!(study.visit_at(timepoint).map(|visit| visit.id.as_str()), Some(visit));
    }
    // Dosing sessions are 3 to 5 weeks apart; integration begins the next morning.
    for (visit, from, first, last) in
        [("V10", "V5", 21, 35), ("V15", "V10", 21, 35), ("V6", "V5", 1, 1), ("V9", "V5", 21, 28)]
    {
        let visit = study.visit(&VisitId::new(visit).unwrap()).unwrap();
        let (target, (before, after)) = (visit.target_day.unwrap(), visit.window_days.unwrap());
        assert_eq!((target + before, target + after), (first, last), "{}", visit.id);
        assert_eq!(visit.anchor.as_ref().map(VisitId::as_str), Some(from));
    }
}

#[test]
fn doses_and_moments_are_the_published_ones() {
    let study = bare();
    let doses: Vec<_> = study
        .dosing
        .sessions
        .iter()
        .map(|one| (one.initial_mg.clone(), one.supplemental_mg.clone()))
        .collect();
    let later = (vec![80, 120], vec![40, 60]);
    assert_eq!(doses, [(vec![80], vec![40]), later.clone(), later]);
    assert_eq!(study.dosing.supplemental_window_minutes, (90, 120));
    let before = study.monitoring.iter().filter(|moment| moment.at == MomentAt::BeforeInitialDose);
    assert_eq!(before.count(), 2);
    let ids: Vec<&str> = study.monitoring.iter().map(|moment| moment.id.as_str()).collect();
    assert!(ids.contains(&"after-030") && ids.contains(&"after-480"));
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

#[test]
fn criteria_and_endpoints_are_the_published_ones() {
    let study = bare();
    let ids: Vec<String> = study.eligibility.iter().map(|criterion| criterion.id.clone()).collect();
    let expected =
        (1..=10).map(|number| format!("I{number}")).chain((1..=17).map(|number| format!("X{number}")));
    assert_eq!(ids, expected.collect::<Vec<_>>());
    let rule = |id: &str| match &study.eligibility.iter().find(|one| one.id == id).unwrap().decided_by {
        DecidedBy::Rule(rule) => Some(rule.text().to_owned()),
        DecidedBy::Clinician => None,
    };
    assert_eq!(rule("I9").as_deref(), Some("caps5_ptsd && caps5_duration_months >= 6 && caps5_total >= 28"));
    assert_eq!(rule("X10"), None, "a limit that was not read decides nothing");
    let measures: Vec<&Measure> = study.endpoints.iter().map(|endpoint| &endpoint.measure).collect();
    let expected = [
        Measure::Change,
        Measure::Change,
        Measure::ResponseFall(10.0),
        Measure::LossOfDiagnosis,
        Measure::RemissionAtMost(11.0),
    ];
    assert_eq!(measures, expected.iter().collect::<Vec<_>>());
}

/// Statements that rest on memory or on our own choice never call themselves verified.
#[test]
fn nothing_recalled_is_called_verified() {
    let study = bare();
    let statements = (study.visits.iter().map(|one| (one.id.as_str(), &one.provenance)))
        .chain(study.eligibility.iter().map(|one| (one.id.as_str(), &one.provenance)))
        .chain(study.monitoring.iter().map(|one| (one.id.as_str(), &one.provenance)))
        .chain(study.thresholds.iter().map(|one| (one.id.as_str(), &one.provenance)))
        .chain(study.endpoints.iter().map(|one| (one.id.as_str(), &one.provenance)))
        .chain(study.sessions.dosing.environment.iter().map(|one| (one.id.as_str(), &one.provenance)))
        .chain(study.sessions.dosing.pre_dose.iter().map(|one| (one.id.as_str(), &one.provenance)));
    for (id, provenance) in statements {
        assert!(!provenance.sources.is_empty(), "{id} has no source");
        let doubtful = provenance.sources.iter().any(|source| source == "recalled" || source == "house");
        assert!(!(doubtful && provenance.verified), "{id} is recalled and calls itself verified");
    }
}

#[test]
fn every_source_that_is_listed_is_used() {
    let mapp2 = built_in("mapp2").unwrap();
    for source in bare().sources.keys() {
        let named = mapp2.text.lines().filter(|line| line.contains("source = ["));
        let used = named.into_iter().any(|line| line.contains(&format!("\"{source}\"")));
        assert!(used, "`{source}` is listed and never named");
    }
}
