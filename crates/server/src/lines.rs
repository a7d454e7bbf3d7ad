//! Entries of the record as lines people read.

use std::collections::BTreeMap;
use std::sync::Arc;

use record::{Body, Entry, StreamId, plain};
use terms::{EntryId, Zone};

use crate::desk::Desk;
use crate::pages::entries::{EntryDay, EntryLine};
use crate::pages::layout::Link;
use crate::pages::marks::{Tag, Tone};
use crate::rooms;
use crate::words;

/// Entered so long after it happened, an entry is called late.
const LATE_MINUTES: i64 = 30;

/// Newest first, by when it happened; what happened at one time in the order of the record, newest first.
pub fn newest_first(entries: &mut [Arc<Entry>]) {
    // The sort is stable, so reversing first keeps later entries above earlier ones of the same instant.
    entries.reverse();
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.happened));
}

/// Lines of entries that stand in one list: corrections name each other.
pub fn lines(desk: &Desk<'_>, entries: &[Arc<Entry>], zone: &Zone) -> Vec<EntryLine> {
    let corrected: BTreeMap<EntryId, EntryId> =
        entries.iter().filter_map(|entry| Some((entry.corrects?, entry.id))).collect();
    entries.iter().map(|entry| line(desk, entry, corrected.get(&entry.id), zone)).collect()
}

/// The same by day.
pub fn days(desk: &Desk<'_>, entries: &[Arc<Entry>], zone: &Zone) -> Vec<EntryDay> {
    let mut days: Vec<EntryDay> = Vec::new();
    for (entry, line) in entries.iter().zip(lines(desk, entries, zone)) {
        let day = entry.happened.date(zone).long();
        match days.last_mut() {
            Some(last) if last.day == day => last.entries.push(line),
            _ => days.push(EntryDay { day, entries: vec![line] }),
        }
    }
    days
}

/// The same over several participants: each line says whom it concerns.
pub fn days_of_all(desk: &Desk<'_>, entries: &[Arc<Entry>], zone: &Zone) -> Vec<EntryDay> {
    let mut days = days(desk, entries, zone);
    let lines = days.iter_mut().flat_map(|day| &mut day.entries);
    for (entry, line) in entries.iter().zip(lines) {
        line.subject = subject(&entry.stream);
    }
    days
}

fn line(desk: &Desk<'_>, entry: &Entry, corrected_by: Option<&EntryId>, zone: &Zone) -> EntryLine {
    let (text, note) = match &entry.body {
        Body::Noted { text } => ("Note".into(), Some(text.clone())),
        _ => (sentence(desk, entry, zone), None),
    };
    let late = words::minutes_between(entry.happened, entry.recorded) >= LATE_MINUTES;
    let anchor = |word: &str, id: EntryId| {
        Link::new(format!("{word} {}", id.short()), format!("#entry-{}", id.short()))
    };
    let see = match (corrected_by, entry.corrects) {
        (Some(by), _) => Some(anchor("corrected by", *by)),
        (None, Some(old)) => Some(anchor("corrects", old)),
        (None, None) => None,
    };
    let id = entry.id.short();
    EntryLine {
        at: entry.happened.clock(zone),
        who: author(desk, entry),
        text,
        note,
        flags: flags(entry, corrected_by.is_some(), late),
        subject: None,
        href: Some(format!("/entries/{}", entry.id)),
        recorded: late.then(|| format!("recorded {}", words::moment(entry.recorded, zone))),
        see,
        correct: (corrected_by.is_none() && may_correct(desk, entry))
            .then(|| format!("/entries/{}/correct", entry.id)),
        id,
    }
}

/// What an entry says; times of plans in the zone of the page.
pub fn sentence(desk: &Desk<'_>, entry: &Entry, zone: &Zone) -> String {
    match &entry.body {
        Body::VisitScheduled { visit, at } => {
            let name = desk.protocol.visit(visit).map(|visit| visit.name.as_str()).unwrap_or_default();
            format!("{visit} {name} planned for {}", words::moment(*at, zone))
        }
        _ => plain::line(entry, &desk.study, Some(&desk.protocol)),
    }
}

pub fn author(desk: &Desk<'_>, entry: &Entry) -> String {
    match entry.body {
        Body::Deviation { .. } | Body::ThresholdPassed { .. } | Body::DiscrepancyOpened { .. } => {
            "found by rule".into()
        }
        Body::CriterionAssessed { by_rule: true, .. } => "decided by rule".into(),
        _ => format!("{}, {}", desk.name(&entry.author), entry.role),
    }
}

fn flags(entry: &Entry, corrected: bool, late: bool) -> Vec<Tag> {
    let mut flags = Vec::new();
    match entry.body {
        Body::Deviation { .. } => flags.push(Tag::new(Tone::Attention, "deviation")),
        Body::ThresholdPassed { .. } => flags.push(Tag::new(Tone::Attention, "past a limit")),
        Body::DiscrepancyOpened { .. } => flags.push(Tag::new(Tone::Attention, "discrepancy")),
        Body::AdverseEvent { serious: true, .. } => flags.push(Tag::new(Tone::Harm, "serious")),
        _ => {}
    }
    if late {
        flags.push(Tag::new(Tone::Attention, "late"));
    }
    if entry.device_clock_is_off() {
        flags.push(Tag::new(Tone::Attention, "device clock off"));
    }
    if corrected {
        flags.push(Tag::new(Tone::Information, "corrected"));
    }
    flags
}

/// Kinds that have a page to correct them, and whether this person may.
pub fn may_correct(desk: &Desk<'_>, entry: &Entry) -> bool {
    let locked = desk.study.locked.is_some();
    !locked
        && matches!(entry.body, Body::VitalsTaken { .. } | Body::Noted { .. })
        && desk.is(rooms::IN_SESSION)
}

/// Whom or what a stream is about, with its page.
pub fn subject(stream: &StreamId) -> Option<Link> {
    match stream {
        StreamId::Participant(id) => Some(Link::new(id.as_str(), format!("/participants/{id}"))),
        StreamId::Session(id) => Some(Link::new(id.as_str(), format!("/sessions/{id}"))),
        StreamId::Supply(site) => Some(Link::new(format!("Stock of {site}"), format!("/stock?site={site}"))),
        StreamId::Study | StreamId::Site(_) | StreamId::Allocation | StreamId::Access => None,
    }
}
