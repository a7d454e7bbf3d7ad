//! The page of a session, filled from what its reader sees.

use std::collections::BTreeMap;

use record::body::DoseKind;
use record::{Body, Entry, plain};
use terms::{PersonId, Timestamp};

use super::moments::Moments;
use super::{Room, forms};
use crate::desk::participant_link;
use crate::lines;
use crate::live::Watch;
use crate::pages::marks::Tone;
use crate::pages::session::{DoseLine, Present, Saved, SessionPage, Since};
use crate::words;

pub fn page(room: &Room<'_>) -> SessionPage {
    let desk = room.desk;
    let moments = Moments::of(desk, &room.seen, &room.zone);
    let (text, of, seconds) = moments.since_parts();
    let mut entries = desk.view.entries(&room.stream());
    let present = present(room, &entries);
    let found = |entry: &Entry| matches!(entry.body, Body::Deviation { .. } | Body::ThresholdPassed { .. });
    let own = entries.iter().rev().find(|entry| entry.author == desk.who.person && !found(entry));
    let saved = own.map(|entry| Saved { at: seconds_clock(entry.recorded, room), entry: entry.id.short() });
    lines::newest_first(&mut entries);
    SessionPage {
        participant: participant_link(&room.participant),
        title: format!("{} session {}", plain::session_kind(room.kind), room.number),
        detail: detail(room),
        since: Since { text, of, seconds },
        next: moments.next(),
        last: room.last_vitals().filter(|_| room.is_dosing()),
        doses: if room.is_dosing() { doses(room) } else { Vec::new() },
        present,
        saved,
        alerts: room.alerts(),
        chart: room.is_dosing().then(|| room.chart(&moments)),
        forms: forms::forms(room, &moments),
        entries: lines::lines(desk, &entries, &room.zone),
        live: Some(Watch::Session(room.id.clone()).address(&desk.view)),
    }
}

/// `V10, 14 Mar 2026, room 2`
fn detail(room: &Room<'_>) -> String {
    let visit = room.seen.opened.as_ref().map(|opened| opened.value.2.to_string()).unwrap_or_default();
    format!("{visit}, {}, {}", room.opened.date(&room.zone).long(), room.seen.room)
}

/// `11:52:08`
fn seconds_clock(at: Timestamp, room: &Room<'_>) -> String {
    format!("{}:{:02}", at.clock(&room.zone), at.0.div_euclid(1000).rem_euclid(60))
}

fn doses(room: &Room<'_>) -> Vec<DoseLine> {
    let mut lines = Vec::new();
    for kind in [DoseKind::Initial, DoseKind::Supplemental] {
        let given = room.seen.doses.iter().filter(|dose| dose.dose == kind && dose.corrected_by.is_none());
        let mut count = 0;
        for dose in given {
            count += 1;
            lines.push(DoseLine {
                kind: plain::dose_kind(kind).into(),
                text: format!("{} at {}, kit {}", dose.mass, dose.noted.happened.clock(&room.zone), dose.kit),
                state: if count > 1 { "given again".into() } else { "given".into() },
                tone: Some(if count > 1 { Tone::Harm } else { Tone::Good }),
            });
        }
        if count == 0 {
            lines.push(open_dose(room, kind));
        }
    }
    lines
}

fn open_dose(room: &Room<'_>, kind: DoseKind) -> DoseLine {
    let line = |text: String, state: &str, tone| DoseLine {
        kind: plain::dose_kind(kind).into(),
        text,
        state: state.into(),
        tone,
    };
    if let Some(why) = room.seen.not_given.get(&kind) {
        return line(why.value.clone(), "not given", Some(Tone::Information));
    }
    let amounts: Vec<String> = forms::amounts(room, kind).iter().map(|choice| choice.text.clone()).collect();
    let amounts = amounts.join(" or ");
    if room.seen.closed.is_some() {
        return line(amounts, "nothing recorded", Some(Tone::Attention));
    }
    match (kind, super::moments::supplement_window(room.desk, &room.seen)) {
        (DoseKind::Supplemental, Some((from, until))) => {
            let now = room.desk.now;
            let state = if now < from {
                format!("opens in {}", words::span(words::minutes_between(now, from)))
            } else if now <= until {
                format!("open for {} more", words::span(words::minutes_between(now, until)))
            } else {
                "its time is over".into()
            };
            let text = format!("{amounts}, {} to {}", from.clock(&room.zone), until.clock(&room.zone));
            line(
                text,
                &state,
                Some(if (from..=until).contains(&now) { Tone::Information } else { Tone::Plain }),
            )
        }
        (DoseKind::Supplemental, None) => line(amounts, "after the initial dose", None),
        (DoseKind::Initial, _) => {
            let state = if room.seen.kit.is_some() { "not yet" } else { "waits for its kit" };
            line(amounts, state, None)
        }
    }
}

/// Who is in the room, and who was, each with since when.
fn present(room: &Room<'_>, entries: &[std::sync::Arc<Entry>]) -> Vec<Present> {
    let mut last: BTreeMap<&PersonId, (bool, Timestamp)> = BTreeMap::new();
    for entry in entries {
        match &entry.body {
            Body::Arrived { person } => {
                last.insert(person, (true, entry.happened));
            }
            Body::Left { person } => {
                last.insert(person, (false, entry.happened));
            }
            _ => {}
        }
    }
    let mut people: Vec<Present> = last
        .into_iter()
        .map(|(person, (here, at))| Present {
            name: room.desk.name(person),
            role: forms::role_at(room.desk, person, &room.site),
            since: format!("{} {}", if here { "since" } else { "left" }, at.clock(&room.zone)),
            here,
        })
        .collect();
    people.sort_by_key(|person| !person.here);
    people
}
