//! Instruments, timepoints, endpoints and their analysis.

use terms::{Diagnostic, InstrumentId};

use crate::codes;
use crate::notes::Notes;
use crate::study::{Endpoint, EndpointRole, InstrumentUse, Measure, Study};
use crate::suggest;

pub(super) fn check(study: &Study, notes: &Notes) {
    instruments_are_known(study, notes);
    timepoints_have_visits(study, notes);
    uses_and_visits_agree(study, notes);
    for endpoint in &study.endpoints {
        score_is_known(endpoint, notes);
        instrument_is_used(study, endpoint, notes);
    }
    one_primary_endpoint(study, notes);
    analysis_fits(study, notes);
}

fn instruments_are_known(study: &Study, notes: &Notes) {
    let visits = study.visits.iter().flat_map(|visit| {
        let each = visit.instruments.iter().enumerate();
        each.map(|(place, named)| (format!("visits.{}.instruments[{place}]", visit.id), named))
    });
    let uses = study.instruments.iter();
    let uses = uses.map(|used| (format!("instruments.{}.instrument", used.instrument), &used.instrument));
    let endpoints = study.endpoints.iter();
    let endpoints = endpoints.map(|one| (format!("endpoints.{}.instrument", one.id), &one.instrument));
    for (path, named) in visits.chain(uses).chain(endpoints) {
        if let (None, Some(span)) = (instruments::builtin().get(named), notes.place(&path)) {
            let known = instruments::builtin().iter().map(|instrument| instrument.id.as_str());
            let message = format!("there is no instrument `{named}`");
            notes.error(codes::UNKNOWN_INSTRUMENT, span, message, suggest::help(named.as_str(), known));
        }
    }
}

fn timepoints_have_visits(study: &Study, notes: &Notes) {
    let uses = study.instruments.iter().flat_map(|used| {
        let each = used.timepoints.iter().enumerate();
        each.map(|(place, named)| (format!("instruments.{}.timepoints[{place}]", used.instrument), named))
    });
    let endpoints = study.endpoints.iter().flat_map(|one| {
        [
            (format!("endpoints.{}.baseline", one.id), &one.baseline),
            (format!("endpoints.{}.timepoint", one.id), &one.timepoint),
        ]
    });
    let analysis = study.analysis.timepoints.iter().enumerate();
    let analysis = analysis.map(|(place, named)| (format!("analysis.timepoints[{place}]"), named));
    if study.visits.is_empty() {
        return;
    }
    for (path, named) in uses.chain(endpoints).chain(analysis) {
        if let (None, Some(span)) = (study.visit_at(named), notes.place(&path)) {
            let known = study.visits.iter().filter_map(|visit| visit.timepoint.as_deref());
            let message = format!("no visit is timepoint `{named}`");
            notes.error(codes::UNKNOWN_TIMEPOINT, span, message, suggest::help(named, known));
        }
    }
}

/// Which instrument is used when is known only if every use could be read and names one that exists: else
/// one misspelt name would be told many times over.
fn uses_are_known(study: &Study, notes: &Notes) -> bool {
    let known = |used: &InstrumentUse| instruments::builtin().get(&used.instrument).is_some();
    let unread = notes.place(&format!("instruments[{}]", study.instruments.len())).is_some();
    !unread && study.instruments.iter().all(known)
}

/// What is used at a timepoint must be on the list of that visit, and the other way round.
fn uses_and_visits_agree(study: &Study, notes: &Notes) {
    if !uses_are_known(study, notes) {
        return;
    }
    for used in &study.instruments {
        for (place, timepoint) in used.timepoints.iter().enumerate() {
            let path = format!("instruments.{}.timepoints[{place}]", used.instrument);
            let visit =
                study.visit_at(timepoint).filter(|visit| !visit.instruments.contains(&used.instrument));
            if let (Some(visit), Some(span)) = (visit, notes.place(&path)) {
                let message = format!(
                    "`{}` is used at `{timepoint}`, and visit `{}` does not list it",
                    used.instrument, visit.id
                );
                let finding = Diagnostic::error(codes::INSTRUMENT_NOT_AT_VISIT, message)
                    .at(span)
                    .at_with(notes.place_or_above(&format!("visits.{}.instruments", visit.id)), "the visit")
                    .help(format!("add `\"{}\"` to the `instruments` of `{}`", used.instrument, visit.id));
                notes.find(finding);
            }
        }
    }
    for visit in &study.visits {
        let Some(timepoint) = &visit.timepoint else { continue };
        for (place, named) in visit.instruments.iter().enumerate() {
            let path = format!("visits.{}.instruments[{place}]", visit.id);
            if let (false, Some(span)) = (is_used(study, named, timepoint), notes.place(&path)) {
                let message = format!(
                    "visit `{}` lists `{named}`, and nothing says who rates it at `{timepoint}`",
                    visit.id
                );
                let help =
                    format!("add `\"{timepoint}\"` to the `timepoints` of `{named}` in `[[instruments]]`");
                notes.error(codes::INSTRUMENT_NOT_AT_VISIT, span, message, help);
            }
        }
    }
}

fn is_used(study: &Study, instrument: &InstrumentId, timepoint: &str) -> bool {
    let mut uses = study.instruments.iter().filter(|used| used.instrument == *instrument);
    uses.any(|used| used.timepoints.iter().any(|named| named == timepoint))
}

fn score_is_known(endpoint: &Endpoint, notes: &Notes) {
    let Some(instrument) = instruments::builtin().get(&endpoint.instrument) else { return };
    let path = format!("endpoints.{}.score", endpoint.id);
    if let (false, Some(span)) =
        (instrument.score_ids().any(|score| score == endpoint.score), notes.place(&path))
    {
        let message = format!("`{}` has no score `{}`", instrument.id, endpoint.score);
        let help = suggest::help(&endpoint.score, instrument.score_ids());
        notes.error(codes::UNKNOWN_SCORE, span, message, help);
    }
    let diagnosis = matches!(endpoint.measure, Measure::LossOfDiagnosis | Measure::RemissionAtMost(_));
    let path = format!("endpoints.{}.measure", endpoint.id);
    if let (true, false, Some(span)) =
        (diagnosis, instrument.flag_ids().any(|flag| flag == "ptsd"), notes.place(&path))
    {
        let message = format!("`{}` makes no diagnosis that could be lost", instrument.id);
        let help = "measure `change` or `response`, or use an instrument that gives the flag `ptsd`";
        notes.error(codes::UNKNOWN_SCORE, span, message, help);
    }
}

fn instrument_is_used(study: &Study, endpoint: &Endpoint, notes: &Notes) {
    let known = instruments::builtin().get(&endpoint.instrument).is_some();
    if !known || study.instruments.is_empty() || !uses_are_known(study, notes) {
        return;
    }
    for (key, timepoint) in [("baseline", &endpoint.baseline), ("timepoint", &endpoint.timepoint)] {
        let path = format!("endpoints.{}.{key}", endpoint.id);
        let asked = study.visit_at(timepoint).is_some() && !is_used(study, &endpoint.instrument, timepoint);
        if let (true, Some(span)) = (asked, notes.place(&path)) {
            let message = format!(
                "`{}` needs `{}` at `{timepoint}`, where it is not used",
                endpoint.id, endpoint.instrument
            );
            let help = format!(
                "add `\"{timepoint}\"` to the `timepoints` of `{}` in `[[instruments]]`",
                endpoint.instrument
            );
            notes.error(codes::INSTRUMENT_NOT_USED, span, message, help);
        }
    }
}

fn one_primary_endpoint(study: &Study, notes: &Notes) {
    let Some(span) = notes.place("endpoints") else { return };
    let primary: Vec<_> = study.endpoints.iter().filter(|one| one.role == EndpointRole::Primary).collect();
    if primary.len() == 1 {
        return;
    }
    let mut finding = match primary.len() {
        0 => Diagnostic::error(codes::PRIMARY_ENDPOINT, "no endpoint is primary").at(span),
        number => Diagnostic::error(codes::PRIMARY_ENDPOINT, format!("{number} endpoints are primary")),
    };
    for endpoint in primary {
        finding = finding.at(notes.place_or_above(&format!("endpoints.{}.role", endpoint.id)));
    }
    notes.find(finding.help("write `role = \"primary\"` in exactly one of them"));
}

fn analysis_fits(study: &Study, notes: &Notes) {
    let (Some(primary), Some(span)) = (study.primary_endpoint(), notes.place("analysis.timepoints")) else {
        return;
    };
    let timepoints = &study.analysis.timepoints;
    let endpoint = || notes.place_or_above(&format!("endpoints.{}.timepoint", primary.id));
    let say = |message: String, help: &str| {
        let finding = Diagnostic::error(codes::ANALYSIS_TIMEPOINTS, message)
            .at(span)
            .at_with(endpoint(), "the primary endpoint")
            .help(help);
        notes.find(finding);
    };
    if timepoints.contains(&primary.baseline) {
        let message = format!("`{}` is the baseline, and change is measured from it", primary.baseline);
        say(message, "list only the timepoints after the baseline");
    }
    // A name that no visit carries may be the misspelt one.
    let known = timepoints.iter().all(|named| study.visit_at(named).is_some());
    if known && !timepoints.contains(&primary.timepoint) && !timepoints.is_empty() {
        let message =
            format!("the analysis leaves out `{}`, the primary endpoint's timepoint", primary.timepoint);
        say(message, "add it to `timepoints`");
    }
    let places: Vec<_> = timepoints
        .iter()
        .filter_map(|named| study.visits.iter().position(|visit| visit.timepoint.as_deref() == Some(named)))
        .collect();
    if !places.is_sorted_by(|earlier, later| earlier < later) {
        let message = String::from("the timepoints of the analysis are not in the order of the visits");
        say(message, "list each once, in the order in which they happen");
    }
}
