//! Visits: that those named exist, that their order can be walked, that their windows make sense.

use std::collections::BTreeMap;

use terms::{Diagnostic, VisitId};

use crate::codes;
use crate::notes::Notes;
use crate::study::{Study, Visit, VisitKind};
use crate::suggest;

pub(super) fn check(study: &Study, notes: &Notes) {
    for visit in &study.visits {
        named_visits_exist(study, visit, notes);
        day_and_anchor(visit, notes);
        window_holds_target(visit, notes);
        follows_in_time(study, visit, notes);
    }
    // In a circle somebody is always listed too early: that would say the same thing twice.
    if !circle(study, notes) {
        listed_in_order(study, notes);
    }
    timepoints_are_single(study, notes);
    for kind in [VisitKind::Preparation, VisitKind::Dosing, VisitKind::Integration] {
        sessions_are_numbered(study, kind, notes);
    }
    only_sessions_are_numbered(study, notes);
}

/// The visits that `visit` waits for, each with the path where that is said.
fn waits_for(visit: &Visit) -> Vec<(String, &VisitId)> {
    let anchor = visit.anchor.iter().map(|anchor| (format!("visits.{}.anchor", visit.id), anchor));
    let after = visit.after.iter().enumerate();
    let after = after.map(|(place, earlier)| (format!("visits.{}.after[{place}]", visit.id), earlier));
    after.chain(anchor).collect()
}

fn named_visits_exist(study: &Study, visit: &Visit, notes: &Notes) {
    for (path, named) in waits_for(visit) {
        let Some(span) = notes.place(&path) else { continue };
        if study.visit(named).is_none() {
            let known = study.visits.iter().map(|visit| visit.id.as_str());
            let message = format!("there is no visit `{named}`");
            notes.error(codes::UNKNOWN_VISIT, span, message, suggest::help(named.as_str(), known));
        }
    }
}

fn day_and_anchor(visit: &Visit, notes: &Notes) {
    let path = |key: &str| format!("visits.{}.{key}", visit.id);
    let (anchor, day, window) =
        (notes.place(&path("anchor")), notes.place(&path("target_day")), notes.place(&path("window_days")));
    let (span, message, help) = match (anchor, day, window) {
        (Some(span), None, _) => {
            let message = format!("`{}` is counted from `anchor`, and no day is given", visit.id);
            (span, message, "add `target_day`, or leave `anchor` out and use `after`")
        }
        (None, Some(span), _) => {
            let message = format!("`{}` has a target day, and does not say from which visit", visit.id);
            (span, message, "add `anchor`, the visit from which days are counted")
        }
        (None, None, Some(span)) => {
            let message = format!("`{}` has a window without a target day", visit.id);
            (span, message, "add `anchor` and `target_day`, or take `window_days` out")
        }
        _ => return,
    };
    notes.error(codes::DAY_WITHOUT_ANCHOR, span, message, help);
}

fn window_holds_target(visit: &Visit, notes: &Notes) {
    let (Some((from, until)), Some(span)) =
        (visit.window_days, notes.place(&format!("visits.{}.window_days", visit.id)))
    else {
        return;
    };
    if from > 0 || until < 0 {
        let message = format!(
            "the window of `{}`, {from} to {until} days around its target, does not contain it",
            visit.id
        );
        let help = "write it as days before and after the target, as in `[-7, 7]`";
        notes.error(codes::WINDOW_REVERSED, span, message, help);
    }
}

/// Days from the anchor: the first and the last that the visit may be on.
fn days(visit: &Visit) -> Option<(i64, i64)> {
    let (target, (from, until)) = (visit.target_day?, visit.window_days.unwrap_or((0, 0)));
    Some((target + from, target + until))
}

/// Compares a visit with those it follows, where both are counted from the same visit.
fn follows_in_time(study: &Study, visit: &Visit, notes: &Notes) {
    let Some((_, last)) = days(visit) else { return };
    for earlier in visit.after.iter().filter_map(|earlier| study.visit(earlier)) {
        let first = match () {
            () if visit.anchor.as_ref() == Some(&earlier.id) => Some(0),
            () if visit.anchor == earlier.anchor => days(earlier).map(|(first, _)| first),
            () => None,
        };
        let (Some(first), Some(span)) =
            (first.filter(|first| last < *first), notes.place(&format!("visits.{}.target_day", visit.id)))
        else {
            continue;
        };
        let message = format!("`{}` must be done by day {last}, before `{}` can be", visit.id, earlier.id);
        let finding = Diagnostic::error(codes::WINDOW_TOO_EARLY, message)
            .at(span)
            .at_with(
                notes.place_or_above(&format!("visits.{}.target_day", earlier.id)),
                format!("from day {first}"),
            )
            .help("move one of the two, or take the other out of `after`");
        notes.find(finding);
    }
}

/// Tells one circle, if there is any.
fn circle(study: &Study, notes: &Notes) -> bool {
    let mut seen: BTreeMap<&VisitId, bool> = BTreeMap::new();
    for visit in &study.visits {
        let mut way = Vec::new();
        if let Some(round) = walk(study, &visit.id, &mut seen, &mut way) {
            tell_circle(study, &round, notes);
            return true;
        }
    }
    false
}

/// Depth first, without recursion: a list of visits may be long. `seen` holds whether a visit is still being
/// walked. Returns the visits of a circle, in order.
fn walk<'s>(
    study: &'s Study,
    start: &'s VisitId,
    seen: &mut BTreeMap<&'s VisitId, bool>,
    way: &mut Vec<(&'s VisitId, usize)>,
) -> Option<Vec<&'s VisitId>> {
    if seen.contains_key(start) {
        return None;
    }
    seen.insert(start, true);
    way.push((start, 0));
    while let Some((here, next)) = way.last_mut() {
        let earlier = study.visit(here).map(|visit| waits_for(visit)).unwrap_or_default();
        let Some((_, to)) = earlier.get(*next) else {
            seen.insert(*here, false);
            way.pop();
            continue;
        };
        *next += 1;
        match seen.get(to) {
            Some(true) => {
                let from = way.iter().position(|(on_way, _)| on_way == to).unwrap_or(0);
                return Some(way[from..].iter().map(|(on_way, _)| *on_way).collect());
            }
            Some(false) => {}
            None => {
                seen.insert(to, true);
                way.push((to, 0));
            }
        }
    }
    None
}

fn tell_circle(study: &Study, round: &[&VisitId], notes: &Notes) {
    let Some(first) = round.first() else { return };
    let way: Vec<String> = round.iter().chain([first]).map(|visit| format!("`{visit}`")).collect();
    let mut finding = Diagnostic::error(
        codes::VISIT_CYCLE,
        format!("these visits wait for each other: {}", way.join(" waits for ")),
    );
    for (place, visit) in round.iter().enumerate() {
        let next = round[(place + 1) % round.len()];
        let waits = study.visit(visit).map(waits_for).unwrap_or_default();
        let said = waits.iter().find(|(_, to)| *to == next).and_then(|(path, _)| notes.place(path));
        if let Some(span) = said {
            finding = finding.at_with(span, format!("`{visit}` waits for `{next}`"));
        }
    }
    notes.find(finding.help("take one of them out of `after`, or count from another `anchor`"));
}

fn listed_in_order(study: &Study, notes: &Notes) {
    let place_of = |id: &VisitId| study.visits.iter().position(|visit| visit.id == *id);
    for (place, visit) in study.visits.iter().enumerate() {
        for (path, earlier) in waits_for(visit) {
            let late = place_of(earlier).is_some_and(|earlier| earlier > place);
            if let (true, Some(span)) = (late, notes.place(&path)) {
                let message = format!("`{}` is listed before `{earlier}`, which it follows", visit.id);
                let help = format!(
                    "move `{}` below `{earlier}`: visits stand in the order in which they happen",
                    visit.id
                );
                notes.error(codes::VISIT_LISTED_EARLY, span, message, help);
            }
        }
    }
}

fn timepoints_are_single(study: &Study, notes: &Notes) {
    let mut first: BTreeMap<&str, &Visit> = BTreeMap::new();
    for visit in &study.visits {
        let Some(timepoint) = visit.timepoint.as_deref() else { continue };
        let path = |visit: &Visit| format!("visits.{}.timepoint", visit.id);
        if let Some(other) = first.get(timepoint) {
            let finding = Diagnostic::error(
                codes::TIMEPOINT_TWICE,
                format!("`{}` and `{}` are both timepoint `{timepoint}`", other.id, visit.id),
            );
            let finding = finding
                .at(notes.place_or_above(&path(visit)))
                .at_with(notes.place_or_above(&path(other)), "first used here")
                .help("give each timepoint to one visit");
            notes.find(finding);
        } else {
            first.insert(timepoint, visit);
        }
    }
}

fn sessions_are_numbered(study: &Study, kind: VisitKind, notes: &Notes) {
    let visits = study.visits.iter().filter(|visit| visit.kind == kind);
    for (expected, visit) in (1..).zip(visits) {
        if visit.session_number == Some(expected) {
            continue;
        }
        let span = notes.place_or_above(&format!("visits.{}.session_number", visit.id));
        let found = visit.session_number.map_or(String::from("none"), |number| number.to_string());
        let message =
            format!("`{}` is session {expected} of its kind, and its `session_number` is {found}", visit.id);
        let help = format!("write `session_number = {expected}`, or move the visit");
        notes.error(codes::SESSION_NUMBERS, span, message, help);
    }
}

fn only_sessions_are_numbered(study: &Study, notes: &Notes) {
    let sessions = [VisitKind::Preparation, VisitKind::Dosing, VisitKind::Integration];
    for visit in study.visits.iter().filter(|visit| !sessions.contains(&visit.kind)) {
        let path = format!("visits.{}.session_number", visit.id);
        // A kind that could not be read may be a session's.
        let kind_is_known = notes.place(&format!("visits.{}.kind", visit.id)).is_some();
        if let (Some(_), Some(span), true) = (visit.session_number, notes.place(&path), kind_is_known) {
            let message = format!("`{}` has a session number, and is no session", visit.id);
            let help = "preparation, dosing and integration are sessions; take the number out";
            notes.error(codes::SESSION_NUMBERS, span, message, help);
        }
    }
}
