//! What people chart in a session: vital signs, checks, presence, effects, notes, the end.

use std::collections::BTreeMap;

use protocol::study::Check;
use record::body::Vitals;
use record::decide::entry_id;
use record::state::Noted;
use record::{Act, Body, Command, plain};
use terms::{PersonId, Timestamp};

use super::Room;
use super::moments::Moments;
use crate::desk::{Desk, Outcome};
use crate::posted::Posted;
use crate::request::Asked;
use crate::rooms;
use crate::words;

/// The four vital signs of a form. Bounds are those of a slip of the finger; what is odd but possible is taken
/// and flagged by the record.
pub fn vital_signs(posted: &mut Posted) -> Option<Vitals> {
    let systolic = posted.whole("systolic", "the systolic pressure", 20, 350);
    let diastolic = posted.whole("diastolic", "the diastolic pressure", 10, 250);
    let pulse = posted.whole("pulse", "the pulse", 10, 350);
    let temperature = posted.number("temperature", "the temperature", 25.0, 46.0);
    let (systolic_mmhg, diastolic_mmhg, pulse_bpm, temperature_c) =
        (systolic?, diastolic?, pulse?, temperature?);
    let number = |value: Option<i64>| value.map(|value| value as f64);
    let vitals = Vitals {
        systolic_mmhg: number(systolic_mmhg),
        diastolic_mmhg: number(diastolic_mmhg),
        pulse_bpm: number(pulse_bpm),
        temperature_c,
    };
    if vitals == Vitals::default() {
        posted.fault("systolic", "Enter what was measured; leave empty what was not");
        return None;
    }
    Some(vitals)
}

pub fn vitals(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let taken = room.time(&mut posted, "taken_at", "when they were taken");
    let vitals = vital_signs(&mut posted);
    let (Some(taken), Some(vitals)) = (taken, vitals) else {
        return room
            .faulty(|forms| forms.vitals.iter_mut().for_each(|form| form.form = posted.clone().form()));
    };
    let moment = Moments::of(desk, &room.seen, &room.zone).moment_of(taken);
    let receipt = desk.send(room.observe(&posted, "vitals", taken, Body::VitalsTaken { moment, vitals }))?;
    room.done(
        format!("Charted {}: {}", taken.clock(&room.zone), plain::vital_words(&vitals)),
        receipt.first(),
    )
}

/// One command for each check whose answer is new.
fn checked(
    room: &Room<'_>,
    posted: &Posted,
    checks: &[Check],
    known: &BTreeMap<String, Noted<bool>>,
    happened: Timestamp,
    body: impl Fn(String, bool) -> Body,
) -> Vec<Command> {
    let mut commands = Vec::new();
    for check in checks {
        let Some(ok) = posted.answered(&format!("check_{}", check.id)) else { continue };
        // What is on the record already is not said again, unless this very form said it.
        let ours = entry_id(posted.command(&check.id), 0);
        if known.get(&check.id).is_none_or(|noted| noted.value != ok || noted.entry == ours) {
            commands.push(room.observe(posted, &check.id, happened, body(check.id.clone(), ok)));
        }
    }
    commands
}

pub fn environment(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let checks = &room.planned().environment;
    let commands = checked(&room, &posted, checks, &room.seen.environment, desk.now, |check, ok| {
        Body::EnvironmentChecked { check, ok }
    });
    if commands.is_empty() {
        posted.fault(&first(checks), "Answer at least one check, or change one");
        return room
            .faulty(|forms| forms.environment.iter_mut().for_each(|form| form.form = posted.clone().form()));
    }
    let text = format!("{} of the room recorded", words::count(commands.len(), "check", "checks"));
    let receipt = desk.send_all(commands)?;
    room.done(text, receipt.first())
}

pub fn pre_dose(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let checks = &room.planned().pre_dose;
    let commands = checked(&room, &posted, checks, &room.seen.pre_dose, desk.now, |check, ok| {
        Body::PreDoseChecked { check, ok }
    });
    if commands.is_empty() {
        posted.fault(&first(checks), "Answer at least one check, or change one");
        return room
            .faulty(|forms| forms.pre_dose.iter_mut().for_each(|form| form.form = posted.clone().form()));
    }
    let text = format!("{} before the dose recorded", words::count(commands.len(), "check", "checks"));
    let receipt = desk.send_all(commands)?;
    room.done(text, receipt.first())
}

fn first(checks: &[Check]) -> String {
    checks.first().map(|check| format!("check_{}", check.id)).unwrap_or_default()
}

pub fn presence(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let staff = super::forms::staff(desk, &room.site);
    let person = staff
        .iter()
        .find(|choice| choice.value == posted.value("person"))
        .and_then(|choice| PersonId::new(&choice.value).ok());
    if person.is_none() {
        posted.fault("person", "Choose the person");
    }
    let presence = posted.one_of("presence", &["here", "left"], "Say whether they came in or left");
    let at = room.time(&mut posted, "at", "the time");
    let (Some(person), Some(presence), Some(at)) = (person, presence, at) else {
        return room
            .faulty(|forms| forms.presence.iter_mut().for_each(|form| form.form = posted.clone().form()));
    };
    let (word, body) = match presence {
        "here" => ("came in", Body::Arrived { person: person.clone() }),
        _ => ("left", Body::Left { person: person.clone() }),
    };
    let receipt = desk.send(room.observe(&posted, "presence", at, body))?;
    room.done(format!("{} {word} at {}", desk.name(&person), at.clock(&room.zone)), receipt.first())
}

pub fn effects(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let asked_at = room.time(&mut posted, "asked_at", "when they were asked");
    let items = &desk.protocol.session_effects.items;
    let effects: BTreeMap<String, u8> = items
        .iter()
        .filter_map(|item| {
            let grade: u8 =
                posted.value(&format!("effect_{}", item.id)).parse().ok().filter(|grade| *grade <= 3)?;
            Some((item.id.clone(), grade))
        })
        .collect();
    if effects.is_empty() {
        let first = items.first().map(|item| format!("effect_{}", item.id)).unwrap_or_default();
        posted.fault(&first, "Grade at least one effect");
    }
    let (Some(asked_at), false) = (asked_at, posted.is_faulty()) else {
        return room
            .faulty(|forms| forms.effects.iter_mut().for_each(|form| form.form = posted.clone().form()));
    };
    let receipt = desk.send(room.observe(&posted, "effects", asked_at, Body::EffectsAsked { effects }))?;
    room.done(format!("Effects of {} recorded", asked_at.clock(&room.zone)), receipt.first())
}

pub fn note(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let text = posted.words("text", "Write the note");
    let at = room.time(&mut posted, "at", "the time");
    let (Some(text), Some(at)) = (text, at) else {
        return room.faulty(|forms| forms.note.iter_mut().for_each(|form| form.form = posted.clone().form()));
    };
    let receipt = desk.send(room.observe(&posted, "note", at, Body::Noted { text }))?;
    room.done(format!("Note of {} put down", at.clock(&room.zone)), receipt.first())
}

pub fn close(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let Some(ended) = room.time(&mut posted, "ended_at", "when it ended") else {
        return room
            .faulty(|forms| forms.close.iter_mut().for_each(|form| form.form = posted.clone().form()));
    };
    let checks = &room.planned().release;
    let mut commands = checked(&room, &posted, checks, &room.seen.release, ended, |check, ok| {
        Body::ReleaseChecked { check, ok }
    });
    let act = Act::CloseSession { session: room.id.clone() };
    commands.push(Command::new(posted.command("close"), ended, act));
    let receipt = desk.send_all(commands)?;
    let closed = receipt.entries.iter().find(|entry| entry.body == Body::SessionClosed).map(|entry| entry.id);
    room.done(format!("Session closed at {}", ended.clock(&room.zone)), closed)
}
