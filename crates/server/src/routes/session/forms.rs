//! The forms of a session that its reader can use now.

use std::collections::BTreeMap;

use protocol::study::Check;
use record::body::DoseKind;
use record::state::{Noted, State};
use record::world::{Folded, Streams, World};
use record::{Act, Command, Refusal, StreamId, decide};
use terms::{CommandId, Micrograms, PersonId, SiteId};

use super::Room;
use super::moments::{Moments, supplement_window};
use crate::desk::Desk;
use crate::pages::Link;
use crate::pages::form::{Choice, Filled};
use crate::pages::refused;
use crate::pages::session_forms::{
    ChecklistForm, CloseForm, DoseForm, EffectsForm, NoteForm, PresenceForm, SessionForms, VitalsForm,
    WithholdForm,
};
use crate::rooms;
use crate::words;

pub fn forms(room: &Room<'_>, moments: &Moments<'_>) -> SessionForms {
    let desk = room.desk;
    if !desk.is(rooms::IN_SESSION) || desk.study.locked.is_some() {
        return SessionForms::default();
    }
    let open = room.seen.closed.is_none();
    let dosing = room.is_dosing();
    let initial = room.seen.dose(DoseKind::Initial).is_some();
    let settled = |kind| room.seen.dose(kind).is_some() || room.seen.not_given.contains_key(&kind);
    let before_dose = open && dosing && !settled(DoseKind::Initial);
    let supplement = open && dosing && initial && !settled(DoseKind::Supplemental);
    SessionForms {
        environment: open.then(|| environment(room)).filter(|_| !dosing || before_dose),
        pre_dose: before_dose.then(|| pre_dose(room)),
        vitals: dosing.then(|| vitals(room, moments)),
        initial_dose: before_dose.then(|| dose(room, DoseKind::Initial)),
        supplemental_dose: supplement.then(|| dose(room, DoseKind::Supplemental)),
        withhold: (before_dose || supplement).then(|| withhold(room, initial)),
        effects: (open && dosing && initial).then(|| effects(room)),
        note: Some(NoteForm { form: room.form("notes", "at") }),
        presence: open.then(|| presence(room)),
        close: open.then(|| close(room)),
    }
}

impl Room<'_> {
    /// A new form whose time field says now.
    pub fn form(&self, rest: &str, time: &str) -> crate::pages::Form {
        let mut form = self.desk.form(self.address(rest));
        form.filled = Filled::new().with(time, self.desk.now.clock(&self.zone));
        form
    }

    /// Whether `act` would be refused now, decided on what this reader sees and nothing else.
    pub fn refusal_of(&self, act: Act) -> Option<Refusal> {
        let desk = self.desk;
        let folded = |state| Folded { state: std::sync::Arc::new(state), digest: Default::default() };
        let streams = BTreeMap::from([
            (StreamId::Study, folded(State::Study(desk.study.clone()))),
            (self.stream(), folded(State::Session(self.seen.clone()))),
            (
                StreamId::Participant(self.participant.clone()),
                folded(State::Participant(desk.view.participant(&self.participant))),
            ),
        ]);
        let world = World {
            protocol: Some(desk.protocol.clone()),
            seen: Streams(streams.clone()),
            whole: Streams(streams),
        };
        let command = Command::new(CommandId(0), crate::posted::to_the_minute(desk.now), act);
        decide(&world, &command, &desk.context()).err()
    }
}

/// Staff who may be in the room: of the site, by name.
pub fn staff(desk: &Desk<'_>, site: &SiteId) -> Vec<Choice> {
    let here = desk
        .study
        .people
        .iter()
        .filter(|(_, known)| known.roles.iter().any(|(_, at)| at.as_ref() == Some(site)));
    let mut choices: Vec<Choice> = here
        .map(|(person, known)| {
            Choice::new(person.as_str(), format!("{}, {}", known.name, role_at(desk, person, site)))
        })
        .collect();
    choices.sort_by(|left, right| left.text.cmp(&right.text));
    choices
}

/// The role that a person holds at a site, in words.
pub fn role_at(desk: &Desk<'_>, person: &PersonId, site: &SiteId) -> String {
    let known = desk.study.people.get(person);
    let held = known.and_then(|known| known.roles.iter().find(|(_, at)| at.as_ref() == Some(site)));
    held.map_or_else(String::new, |(role, _)| role.name().into())
}

fn choose(choices: Vec<Choice>) -> Vec<Choice> {
    std::iter::once(Choice::new("", "Choose")).chain(choices).collect()
}

fn environment(room: &Room<'_>) -> ChecklistForm {
    checklist(room, "environment", &room.planned().environment, &room.seen.environment)
}

fn pre_dose(room: &Room<'_>) -> ChecklistForm {
    checklist(room, "pre-dose", &room.planned().pre_dose, &room.seen.pre_dose)
}

fn checklist(
    room: &Room<'_>,
    rest: &str,
    checks: &[Check],
    known: &BTreeMap<String, Noted<bool>>,
) -> ChecklistForm {
    let mut form = room.desk.form(room.address(rest));
    form.filled = answered(known);
    let done = checks.iter().filter(|check| known.contains_key(&check.id)).count();
    ChecklistForm {
        form,
        status: format!("{done} of {} done", checks.len()),
        checks: choices(room, checks, known),
        open: done < checks.len(),
    }
}

fn answered(known: &BTreeMap<String, Noted<bool>>) -> Filled {
    known.iter().fold(Filled::new(), |filled, (id, noted)| {
        filled.with(format!("check_{id}"), if noted.value { "yes" } else { "no" })
    })
}

/// Each check in its own words, with who answered it.
fn choices(room: &Room<'_>, checks: &[Check], known: &BTreeMap<String, Noted<bool>>) -> Vec<Choice> {
    let choice = |check: &Check| {
        let choice = Choice::new(&check.id, &check.text);
        match known.get(&check.id) {
            Some(noted) => choice.help(format!(
                "answered {}, {}",
                noted.happened.clock(&room.zone),
                room.desk.name(&noted.by)
            )),
            None => choice,
        }
    };
    checks.iter().map(choice).collect()
}

fn vitals(room: &Room<'_>, moments: &Moments<'_>) -> VitalsForm {
    let mut form = room.form("vitals", "taken_at");
    let status = match (&room.seen.closed, moments.next_vitals()) {
        (Some(_), _) => {
            form.filled = Filled::new();
            "late entry: the session is closed".into()
        }
        (None, Some((_, due))) => format!("due {}", due.clock(&room.zone)),
        (None, None) => String::new(),
    };
    VitalsForm { form, status }
}

/// What may be chosen, in mg as labelled.
pub fn amounts(room: &Room<'_>, kind: DoseKind) -> Vec<Choice> {
    let Some(regimen) = room.regimen() else { return Vec::new() };
    let initial = room.seen.dose(DoseKind::Initial).map(|dose| dose.mass);
    let mg: Vec<i64> = match (kind, initial) {
        (DoseKind::Initial, _) => regimen.initial_mg.clone(),
        (DoseKind::Supplemental, None) => regimen.supplemental_mg.clone(),
        (DoseKind::Supplemental, Some(initial)) => {
            let pairs = regimen.initial_mg.iter().zip(&regimen.supplemental_mg);
            pairs
                .filter(|(first, _)| Micrograms::from_mg(**first) == initial)
                .map(|(_, second)| *second)
                .collect()
        }
    };
    mg.iter().map(|mg| Choice::new(mg.to_string(), format!("{mg} mg"))).collect()
}

pub fn word(kind: DoseKind) -> &'static str {
    match kind {
        DoseKind::Initial => "initial",
        DoseKind::Supplemental => "supplemental",
    }
}

/// The act that a dose form asks leave for, for one amount.
pub fn permit(room: &Room<'_>, dose: DoseKind, mass: Micrograms) -> Act {
    Act::PermitDose { session: room.id.clone(), dose, mass }
}

fn dose(room: &Room<'_>, kind: DoseKind) -> DoseForm {
    let desk = room.desk;
    let amounts = amounts(room, kind);
    let first = amounts
        .first()
        .and_then(|choice| choice.value.parse().ok())
        .map_or(Micrograms::ZERO, Micrograms::from_mg);
    let act = permit(room, kind, first);
    let refusal = room.refusal_of(act.clone());
    let mut form = room.form(&format!("{}-dose", word(kind)), "given_at");
    form.hidden = vec![("shown".into(), desk.shown(&act).0.to_string())];
    let kit = room.seen.kit.as_ref().map(|kit| kit.value.to_string());
    if let [only] = amounts.as_slice() {
        form.filled = form.filled.with("milligrams", &only.value);
    }
    let status = match supplement_window(desk, &room.seen) {
        Some((from, _)) if desk.now < from => format!("opens {}", from.clock(&room.zone)),
        Some((_, until)) => format!("open until {}", until.clock(&room.zone)),
        None if refusal.is_some() => "not open yet".into(),
        None => "may be given now".into(),
    };
    let others = staff(desk, &room.site)
        .into_iter()
        .filter(|choice| choice.value != desk.who.person.as_str())
        .collect();
    DoseForm {
        form,
        status,
        will: vec![
            format!(
                "The dose goes on the record as labelled, under your name and the witness’s{}.",
                kit.as_ref().map(|kit| format!(", from kit {kit}")).unwrap_or_default()
            ),
            "What it takes leaves the kit’s ledger.".into(),
        ],
        kits: choose(kit.into_iter().map(|kit| Choice::new(&kit, &kit)).collect()),
        witnesses: choose(others),
        amounts,
        button: format!("Give the {} dose", word(kind)),
        open: refusal.is_none(),
        refusal: refusal.map(|refusal| panel(room, &refusal)),
    }
}

/// The refusal with the ways on from here.
fn panel(room: &Room<'_>, refusal: &Refusal) -> refused::Refusal {
    let mut panel = words::refusal(refusal);
    let link = |text: &str, to: &str| Link::new(text, to);
    match refusal.code {
        "R0313" => panel.instead.push(link("Do the checks", "#do-pre-dose")),
        "R0315" => panel.instead.push(link("Chart who is here", "#do-presence")),
        "R0317" => panel.instead.push(link("Chart the vital signs", "#vitals")),
        "R0319" | "R0322" => panel.instead.push(link("Record that it is not given", "#do-withhold")),
        _ => {}
    }
    panel.instead.push(Link::new("If it was given all the same, chart it", room.address("dose-given")));
    panel
}

fn withhold(room: &Room<'_>, initial_given: bool) -> WithholdForm {
    let reasons = [
        ("declined", "They did not want it"),
        ("vital signs", "Vital signs"),
        ("clinical judgement", "Our judgement"),
        ("time", "Its time is over"),
        ("other", "Something else"),
    ];
    let kind = if initial_given { DoseKind::Supplemental } else { DoseKind::Initial };
    let mut form = room.desk.form(room.address("withhold"));
    form.hidden = vec![("dose".into(), word(kind).into())];
    WithholdForm {
        form,
        title: format!("{} dose not given", words::capital(word(kind))),
        status: String::new(),
        reasons: reasons.map(|(value, text)| Choice::new(value, text)).into(),
        will: vec![format!(
            "The {} dose is closed for this session. One that is given all the same is recorded, and found as a deviation.",
            word(kind)
        )],
    }
}

fn effects(room: &Room<'_>) -> EffectsForm {
    let items = &room.desk.protocol.session_effects.items;
    let last = room.seen.effects.iter().map(|asked| asked.happened).max();
    EffectsForm {
        form: room.form("effects", "asked_at"),
        status: last.map_or_else(String::new, |at| format!("last asked {}", at.clock(&room.zone))),
        effects: items.iter().map(|item| Choice::new(&item.id, &item.text)).collect(),
        open: false,
    }
}

fn presence(room: &Room<'_>) -> PresenceForm {
    PresenceForm {
        form: room.form("presence", "at"),
        status: format!("{} here", room.seen.present.len()),
        people: choose(staff(room.desk, &room.site)),
    }
}

fn close(room: &Room<'_>) -> CloseForm {
    let mut form = room.form("close", "ended_at");
    for (id, noted) in &room.seen.release {
        form.filled = form.filled.with(format!("check_{id}"), if noted.value { "yes" } else { "no" });
    }
    let length = room.planned().length_minutes;
    let initial = room.seen.dose(DoseKind::Initial).map_or(room.opened, |dose| dose.noted.happened);
    let end = initial.plus_minutes(length);
    let early = room.desk.now < end;
    let mut will = vec![
        "The visit is recorded as done. A check that is not answered yes is found as a deviation.".into(),
    ];
    if early {
        will.push(format!(
            "The protocol plans {} for it, until {}.",
            words::span(length),
            end.clock(&room.zone)
        ));
    }
    CloseForm {
        form,
        status: if early { format!("planned until {}", end.clock(&room.zone)) } else { String::new() },
        checks: choices(room, &room.planned().release, &room.seen.release),
        will,
        refusal: None,
        open: false,
    }
}
