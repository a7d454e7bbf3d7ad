//! Doses: asked leave for and given in one act, or withheld, or charted although no leave was given.

use record::body::DoseKind;
use record::{Act, Body, Command};
use terms::{Micrograms, PersonId};

use super::{Room, forms};
use crate::desk::{Desk, Outcome, Stop};
use crate::pages::Html;
use crate::pages::form::{Choice, Form, Text};
use crate::pages::layout::Link;
use crate::pages::session_forms::{DoseForm, SessionForms};
use crate::posted::Posted;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::routes::enrol::shown;
use crate::sheets::ask::{AskPage, Field};
use crate::words;

/// A dose charted later than this is not a permission asked for but something that happened.
const ASKED_WITHIN_MINUTES: i64 = 10;

pub fn initial(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    give(desk, asked, DoseKind::Initial)
}

pub fn supplemental(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    give(desk, asked, DoseKind::Supplemental)
}

fn form_of(forms: &mut SessionForms, kind: DoseKind) -> Option<&mut DoseForm> {
    match kind {
        DoseKind::Initial => forms.initial_dose.as_mut(),
        DoseKind::Supplemental => forms.supplemental_dose.as_mut(),
    }
}

/// The page again, with this dose form as it was sent and the digest of what is shown now.
fn again(room: &Room<'_>, kind: DoseKind, posted: Posted) -> Html {
    room.again(|forms| {
        if let Some(form) = form_of(forms, kind) {
            let hidden = std::mem::take(&mut form.form.hidden);
            form.form = Form { hidden, ..posted.form() };
            form.open = true;
        }
    })
}

/// A person of the site other than the sender.
fn witness(room: &Room<'_>, posted: &mut Posted) -> Option<PersonId> {
    let known = forms::staff(room.desk, &room.site);
    let witness = known.iter().find(|choice| choice.value == posted.value("witness"));
    let witness = witness
        .and_then(|choice| PersonId::new(&choice.value).ok())
        .filter(|person| *person != room.desk.who.person);
    if witness.is_none() {
        posted.fault("witness", "Choose who saw it swallowed; it cannot be you");
    }
    witness
}

fn give(desk: &Desk<'_>, asked: &Asked, dose: DoseKind) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let given = room.time(&mut posted, "given_at", "when it was given");
    let mass = posted.whole("milligrams", "the amount", 1, 1000).flatten().map(Micrograms::from_mg);
    if mass.is_none() && posted.value("milligrams").is_empty() {
        posted.fault("milligrams", "Choose the amount");
    }
    let kit = room.seen.kit.as_ref().map(|kit| kit.value.clone());
    if let Some(kit) = kit.as_ref().filter(|kit| kit.as_str() != posted.value("kit")) {
        posted.fault("kit", format!("Check the label: kit {kit} was dispensed for this session"));
    }
    let witness = witness(&room, &mut posted);
    if let Some(given) = given.filter(|given| words::minutes_between(*given, desk.now) > ASKED_WITHIN_MINUTES)
    {
        let message = format!(
            "It was given at {}: chart it as a dose that was given, further down",
            given.clock(&room.zone)
        );
        posted.fault("given_at", message);
    }
    let (Some(given), Some(mass), Some(witness), false) = (given, mass, witness, posted.is_faulty()) else {
        return Ok(Reply::faulty(again(&room, dose, posted)));
    };
    let mut permit = Command::new(posted.command("permit"), given, forms::permit(&room, dose, mass));
    permit.shown = shown(&posted);
    let act = Act::GiveDose { session: room.id.clone(), dose, mass, witness: witness.clone() };
    let give = Command::new(posted.command("give"), given, act);
    let receipt = match desk.send_all(vec![permit, give]) {
        Ok(receipt) => receipt,
        Err(Stop::Refused(refusal, _)) if refusal.code == "R0104" => {
            let message = "Something was charted since you opened this page. Look at it, and give the dose again if that is still right";
            posted.fault("given_at", message);
            let room = Room::of_address(desk, asked)?;
            return Ok(Reply::changed(again(&room, dose, posted)));
        }
        Err(stop) => return Err(stop),
    };
    let entry = receipt
        .entries
        .iter()
        .find(|entry| matches!(entry.body, Body::DoseGiven { .. }))
        .map(|entry| entry.id);
    let from = kit.map(|kit| format!(" from kit {kit}")).unwrap_or_default();
    let text =
        format!("Given {}: {mass}{from}, witnessed by {}", given.clock(&room.zone), desk.name(&witness));
    room.done(text, entry)
}

pub fn withhold(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let dose =
        if posted.value("dose") == "supplemental" { DoseKind::Supplemental } else { DoseKind::Initial };
    let known = ["declined", "vital signs", "clinical judgement", "time", "other"];
    let reason = posted.one_of("reason", &known, "Choose why it is not given");
    let detail = match reason {
        Some("other") => posted.words("detail", "Say why, in your words"),
        _ => posted.optional_words("detail"),
    };
    let (Some(reason), Some(detail)) = (reason, detail) else {
        return room.faulty(|forms| {
            if let Some(form) = &mut forms.withhold {
                let hidden = std::mem::take(&mut form.form.hidden);
                form.form = Form { hidden, ..posted.clone().form() };
            }
        });
    };
    let why = match (reason, detail.as_str()) {
        ("other", detail) => detail.to_owned(),
        (reason, "") => reason.to_owned(),
        (reason, detail) => format!("{reason}: {detail}"),
    };
    let receipt = desk.send(room.observe(&posted, "withhold", desk.now, Body::DoseNotGiven { dose, why }))?;
    room.done(format!("Recorded that the {} dose is not given", forms::word(dose)), receipt.first())
}

// ---- given all the same

pub fn given_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let form = room.form("dose-given", "given_at");
    desk.page(given_page(&room, form))
}

fn given_page(room: &Room<'_>, form: Form) -> Html {
    let desk = room.desk;
    let kinds =
        [Choice::new("initial", "The initial dose"), Choice::new("supplemental", "The supplemental dose")];
    let others =
        forms::staff(desk, &room.site).into_iter().filter(|choice| choice.value != desk.who.person.as_str());
    let kit = room.seen.kit.as_ref().map_or_else(
        || "an unknown kit, since none was dispensed".into(),
        |kit| format!("kit {}", kit.value),
    );
    let page = AskPage {
        form,
        title: "Chart a dose that was given".into(),
        lead:
            "For what happened without leave being asked, or long ago. What was swallowed is always recorded."
                .into(),
        back: Link::new("Back to the session", format!("/sessions/{}", room.id)),
        fields: vec![
            Field::radios("dose", "Which dose?", "", kinds.into()),
            Field::Text(Text::decimal("milligrams", "Amount as labelled").unit("mg")),
            Field::Text(Text::time("given_at", "Given at")),
            Field::select(
                "witness",
                "Witness",
                "Who saw it swallowed.",
                std::iter::once(Choice::new("", "Choose")).chain(others).collect(),
            ),
            Field::area("reason", "Why was it given without leave?", ""),
        ],
        will: vec![
            format!("The dose goes on the record from {kit}."),
            "What differs from the protocol is found by rule and stands beside it as a deviation.".into(),
        ],
        button: "Chart the dose".into(),
        grave: true,
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn given(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::IN_SESSION)?;
    let room = Room::of_address(desk, asked)?;
    let mut posted = desk.posted(asked);
    let dose = posted.one_of("dose", &["initial", "supplemental"], "Say which dose it was");
    let milligrams = posted.number("milligrams", "the amount", 0.1, 1000.0);
    if milligrams == Some(None) {
        posted.fault("milligrams", "Enter the amount in mg, as labelled");
    }
    let given = room.time(&mut posted, "given_at", "when it was given");
    let witness = witness(&room, &mut posted);
    let reason = posted.words("reason", "Say why it was given without leave");
    let (Some(dose), Some(Some(milligrams)), Some(given), Some(witness), Some(reason)) =
        (dose, milligrams, given, witness, reason)
    else {
        return Ok(Reply::faulty(given_page(&room, posted.form())));
    };
    let dose = if dose == "supplemental" { DoseKind::Supplemental } else { DoseKind::Initial };
    let mass = Micrograms((milligrams * 1000.0).round() as i64);
    let act = Act::GiveDose { session: room.id.clone(), dose, mass, witness };
    let mut command = Command::new(posted.command("given"), given, act);
    command.reason = Some(reason);
    let receipt = desk.send(command)?;
    room.done(format!("Charted: {mass} given at {}", given.clock(&room.zone)), receipt.first())
}
