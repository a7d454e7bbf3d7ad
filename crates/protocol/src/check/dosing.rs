//! Doses, kits, vital signs and their limits.

use std::collections::BTreeSet;

use terms::Diagnostic;

use crate::codes;
use crate::notes::Notes;
use crate::study::{DoseRegimen, Moment, MomentAt, Study, Threshold, ThresholdAction, VisitKind, Vital};
use crate::suggest::counted;

pub(super) fn check(study: &Study, notes: &Notes) {
    supplement_is_in_the_session(study, notes);
    for regimen in &study.dosing.sessions {
        supplements_match(regimen, notes);
    }
    dosing_sessions_agree(study, notes);
    kits_per_participant(study, notes);
    moments_are_in_the_session(study, notes);
    doses_have_vitals(study, notes);
    for threshold in &study.thresholds {
        limit_is_measured(study, threshold, notes);
    }
}

fn supplement_is_in_the_session(study: &Study, notes: &Notes) {
    let Some(span) = notes.place("dosing.supplemental_window_minutes") else { return };
    let (from, until) = study.dosing.supplemental_window_minutes;
    if from > until || from <= 0 {
        let message =
            format!("the supplemental dose may be given from {from} to {until} min after the initial dose");
        let help = "write the earlier minute first; both are after the initial dose";
        notes.error(codes::SUPPLEMENT_OUTSIDE_SESSION, span, message, help);
        return;
    }
    let length = study.sessions.dosing.length_minutes;
    let Some(said) = notes.place("sessions.dosing.length_minutes") else { return };
    if until > length {
        let message = "the supplemental dose may be given after the session has ended";
        let finding = Diagnostic::error(codes::SUPPLEMENT_OUTSIDE_SESSION, message)
            .at_with(span, format!("until {until} min after the initial dose"))
            .at_with(said, format!("the session lasts {length} min"))
            .help("end the window earlier, or observe for longer");
        notes.find(finding);
    }
}

fn supplements_match(regimen: &DoseRegimen, notes: &Notes) {
    let path = |key: &str| format!("dosing.sessions.{}.{key}", regimen.session);
    let (Some(initial), Some(supplemental)) =
        (notes.place(&path("initial_mg")), notes.place(&path("supplemental_mg")))
    else {
        return;
    };
    let message = if regimen.initial_mg.len() != regimen.supplemental_mg.len() {
        format!(
            "dosing session {} has {} and {}",
            regimen.session,
            counted(regimen.initial_mg.len(), "initial dose"),
            counted(regimen.supplemental_mg.len(), "supplemental dose")
        )
    } else {
        let pairs = || regimen.initial_mg.iter().zip(&regimen.supplemental_mg);
        let Some((less, more)) = pairs().find(|(initial, supplemental)| supplemental > initial) else {
            return;
        };
        format!("the supplemental dose of {more} mg is larger than its initial dose of {less} mg")
    };
    let finding = Diagnostic::error(codes::SUPPLEMENTS_UNMATCHED, message)
        .at(supplemental)
        .at_with(initial, "initial doses")
        .help("give one supplemental dose for each initial dose, in the same order");
    notes.find(finding);
}

fn dosing_sessions_agree(study: &Study, notes: &Notes) {
    let visits = || study.visits.iter().filter(|visit| visit.kind == VisitKind::Dosing);
    let regimens: BTreeSet<u32> = study.dosing.sessions.iter().map(|regimen| regimen.session).collect();
    for visit in visits() {
        let Some(number) = visit.session_number.filter(|number| !regimens.contains(number)) else { continue };
        if regimens.is_empty() {
            break;
        }
        let span = notes.place_or_above(&format!("visits.{}.session_number", visit.id));
        let message = format!("`{}` is dosing session {number}, which has no doses", visit.id);
        let help = format!("add `[[dosing.sessions]]` with `session = {number}`");
        notes.error(codes::DOSING_SESSIONS_DISAGREE, span, message, help);
    }
    let numbers: BTreeSet<u32> = visits().filter_map(|visit| visit.session_number).collect();
    for number in regimens.difference(&numbers).filter(|_| !study.visits.is_empty()) {
        let span = notes.place_or_above(&format!("dosing.sessions.{number}.session"));
        let message = format!("there are doses for dosing session {number}, and no visit has that session");
        let help = format!("add a dosing visit with `session_number = {number}`, or take the doses out");
        notes.error(codes::DOSING_SESSIONS_DISAGREE, span, message, help);
    }
}

fn kits_per_participant(study: &Study, notes: &Notes) {
    let Some(span) = notes.place("supply.kits_per_participant") else { return };
    let (kits, sessions) = (study.supply.kits_per_participant as usize, study.dosing.sessions.len());
    if kits != sessions && sessions > 0 {
        let message =
            format!("{} per participant, for {}", counted(kits, "kit"), counted(sessions, "dosing session"));
        let help = "each dosing session uses one kit, which holds both doses";
        notes.error(codes::KITS_PER_PARTICIPANT, span, message, help);
    }
}

/// Where the minutes of a moment are said: a table with several minutes gives several moments.
fn path_of(moment: &Moment) -> String {
    let table = moment.id.rsplit_once('-').map_or(moment.id.as_str(), |(table, _)| table);
    format!("monitoring.{table}.minutes")
}

fn moments_are_in_the_session(study: &Study, notes: &Notes) {
    let length = study.sessions.dosing.length_minutes;
    let Some(said) = notes.place("sessions.dosing.length_minutes") else { return };
    for moment in &study.monitoring {
        let MomentAt::AfterInitialDose(minutes) = moment.at else { continue };
        if minutes > length {
            let message =
                format!("vital signs are due {minutes} min after the initial dose, when the session is over");
            let finding = Diagnostic::error(codes::MOMENT_AFTER_SESSION, message)
                .at(notes.place_or_above(&path_of(moment)))
                .at_with(said, format!("the session lasts {length} min"))
                .help("take the moment out, or observe for longer");
            notes.find(finding);
        }
    }
}

fn doses_have_vitals(study: &Study, notes: &Notes) {
    let Some(span) = notes.place("monitoring") else { return };
    let doses = [
        (MomentAt::BeforeInitialDose, "initial", "before-initial-dose"),
        (MomentAt::BeforeSupplementalDose, "supplemental", "before-supplemental-dose"),
    ];
    for (at, dose, word) in doses {
        if !study.monitoring.iter().any(|moment| moment.at == at) {
            let message = format!("no vital signs are taken before the {dose} dose");
            let help = format!("add a moment with `at = \"{word}\"`");
            notes.error(codes::DOSE_WITHOUT_VITALS, span, message, help);
        }
    }
}

/// A limit that stops a dose is of use only if the vital sign is measured before that dose.
fn limit_is_measured(study: &Study, threshold: &Threshold, notes: &Notes) {
    let Some(span) = notes.place(&format!("thresholds.{}.vital", threshold.id)) else { return };
    let (at, when) = match threshold.action {
        ThresholdAction::DoNotDose => (Some(MomentAt::BeforeInitialDose), "before the initial dose"),
        ThresholdAction::WithholdSupplement => {
            (Some(MomentAt::BeforeSupplementalDose), "before the supplemental dose")
        }
        _ => (None, "in the session"),
    };
    let relevant: Vec<&Moment> =
        study.monitoring.iter().filter(|moment| at.is_none_or(|at| moment.at == at)).collect();
    // Without any such moment, that is what is said.
    if !relevant.is_empty() && !relevant.iter().any(|moment| moment.vitals.contains(&threshold.vital)) {
        let vital = word(threshold.vital);
        let message = format!("`{}` limits `{vital}`, which is not measured {when}", threshold.id);
        let help = format!("add `\"{vital}\"` to the `vitals` of a moment {when}");
        notes.error(codes::LIMIT_NOT_MEASURED, span, message, help);
    }
}

fn word(vital: Vital) -> &'static str {
    crate::read::VITALS.iter().find(|(_, known)| *known == vital).map_or("", |(word, _)| word)
}
