//! Small things people record about a participant: a contact, the C-SSRS, a guess of the arm.

use record::Body;
use record::body::{Guess, Guesser};
use record::command::site_of;
use terms::ParticipantId;

use super::enrol::observe;
use crate::desk::{Desk, Outcome};
use crate::pages::form::{Choice, Text};
use crate::pages::{Form, Html, Link};
use crate::posted::Posted;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};

fn now_filled(desk: &Desk<'_>, asked: &Asked, id: &ParticipantId) -> Form {
    let zone = desk.zone_of(&site_of(id));
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("on", desk.now.date(&zone).long()).with("at", desk.now.clock(&zone));
    form
}

fn when() -> [Field; 2] {
    [Field::Text(Text::date("on", "Day")), Field::Text(Text::time("at", "Time"))]
}

fn back(id: &ParticipantId) -> Link {
    Link::new(format!("Back to {id}"), format!("/participants/{id}"))
}

// ---- a contact

pub fn form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    desk.page(page(desk, &id, now_filled(desk, asked, &id)))
}

fn page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let [day, time] = when();
    let page = AskPage {
        form,
        title: format!("A contact with {id}"),
        lead: "A call, a message, a visit that the schedule does not know.".into(),
        back: back(id),
        fields: vec![
            day,
            time,
            Field::area("summary", "What it was about", "What the next person should know."),
        ],
        button: "Record the contact".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn record(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("on", Some("at"), "the contact", desk.now, &desk.zone_of(&site_of(&id)));
    let summary = posted.words("summary", "Say what it was about");
    let (Some(happened), Some(summary)) = (happened, summary) else {
        return Ok(Reply::faulty(page(desk, &id, posted.form())));
    };
    let receipt = desk.send(observe(&posted, "contact", happened, &id, Body::Contacted { summary }))?;
    desk.done(format!("/participants/{id}"), "Contact recorded", receipt.first())
}

// ---- C-SSRS

/// The two answers of a C-SSRS that the record keeps; the interview itself is in the site's booklet.
pub fn suicidality_fields() -> Vec<Field> {
    let levels = ["0 none", "1", "2", "3", "4", "5"];
    let levels = levels.map(|text| Choice::new(&text[..1], text)).into();
    vec![
        Field::radios(
            "ideation",
            "Ideation: the highest item answered yes",
            "As on the form. 4 or 5 is serious.",
            levels,
        ),
        Field::yes_no("behaviour", "Any suicidal behaviour?", ""),
    ]
}

/// Ideation and behaviour, if both were answered.
pub fn suicidality_answers(posted: &mut Posted) -> Option<(u8, bool)> {
    let ideation = posted.one_of(
        "ideation",
        &["0", "1", "2", "3", "4", "5"],
        "Choose the highest item answered yes, or none",
    );
    let behaviour = posted.yes_or_no("behaviour", "Say whether there was any suicidal behaviour");
    Some((ideation?.parse().ok()?, behaviour?))
}

/// What to say when it is recorded: what is serious is said to be so at once.
pub fn suicidality_said(ideation: u8, behaviour: bool) -> &'static str {
    if ideation >= 4 || behaviour {
        "C-SSRS recorded. This is serious: speak with the investigator now"
    } else {
        "C-SSRS recorded"
    }
}

pub fn suicidality_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    desk.page(suicidality_page(desk, &id, now_filled(desk, asked, &id)))
}

fn suicidality_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let mut fields: Vec<Field> = when().into();
    fields.push(Field::Text(
        Text::words("occasion", "Occasion").help("Such as: the day after dosing session 1."),
    ));
    fields.extend(suicidality_fields());
    let page = AskPage {
        form,
        title: format!("C-SSRS of {id}"),
        lead: "The interview’s wording is in your booklet.".into(),
        back: back(id),
        fields,
        button: "Record the C-SSRS".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn suicidality(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("on", Some("at"), "the interview", desk.now, &desk.zone_of(&site_of(&id)));
    let occasion = posted.words("occasion", "Say on which occasion");
    let answers = suicidality_answers(&mut posted);
    let (Some(happened), Some(occasion), Some((ideation, behaviour))) = (happened, occasion, answers) else {
        return Ok(Reply::faulty(suicidality_page(desk, &id, posted.form())));
    };
    let body = Body::SuicidalityAssessed { occasion, ideation, behaviour };
    let receipt = desk.send(observe(&posted, "c-ssrs", happened, &id, body))?;
    desk.done(format!("/participants/{id}"), suicidality_said(ideation, behaviour), receipt.first())
}

// ---- a guess

pub fn guess_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    desk.page(guess_page(desk, &id, now_filled(desk, asked, &id)))
}

fn guess_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let [day, time] = when();
    let visits = desk
        .protocol
        .visits
        .iter()
        .map(|visit| Choice::new(visit.id.as_str(), format!("{} {}", visit.id, visit.name)));
    let visits = std::iter::once(Choice::new("", "Choose")).chain(visits).collect();
    let by = [Choice::new("participant", "The participant"), Choice::new("therapist", "A therapist")];
    let guess = [
        Choice::new("active", "MDMA"),
        Choice::new("placebo", "Placebo"),
        Choice::new("unsure", "They cannot say"),
    ];
    let page = AskPage {
        form,
        title: format!("A guess of the arm of {id}"),
        lead: "Asked so that blinding can be judged afterwards. Nobody is told whether it is right.".into(),
        back: back(id),
        fields: vec![
            day,
            time,
            Field::select("timepoint", "At which visit", "", visits),
            Field::radios("by", "Who guesses?", "", by.into()),
            Field::radios("guess", "What do they think was given?", "", guess.into()),
            Field::Text(Text::whole("confidence", "How sure are they").unit("%")),
            Field::area("why", "What makes them think so", ""),
        ],
        button: "Record the guess".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn guess(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, _) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("on", Some("at"), "the guess", desk.now, &desk.zone_of(&site_of(&id)));
    let timepoint = posted.value("timepoint").to_owned();
    let timepoint =
        Some(timepoint).filter(|visit| desk.protocol.visits.iter().any(|known| known.id.as_str() == visit));
    if timepoint.is_none() {
        posted.fault("timepoint", "Choose the visit");
    }
    let by = posted.one_of("by", &["participant", "therapist"], "Say who guesses");
    let guess = posted.one_of("guess", &["active", "placebo", "unsure"], "Say what they think");
    let confidence = posted.whole("confidence", "how sure they are", 0, 100);
    if confidence == Some(None) {
        posted.fault("confidence", "Enter how sure they are as a whole number from 0 to 100");
    }
    let why = posted.words("why", "Say what makes them think so");
    let (Some(happened), Some(timepoint), Some(by), Some(guess), Some(Some(confidence)), Some(why)) =
        (happened, timepoint, by, guess, confidence, why)
    else {
        return Ok(Reply::faulty(guess_page(desk, &id, posted.form())));
    };
    let by = if by == "therapist" { Guesser::Therapist } else { Guesser::Participant };
    let guess = match guess {
        "active" => Guess::Active,
        "placebo" => Guess::Placebo,
        _ => Guess::Unsure,
    };
    let body = Body::GuessRecorded { by, timepoint, guess, confidence: confidence as u32, why };
    let receipt = desk.send(observe(&posted, "guess", happened, &id, body))?;
    desk.done(format!("/participants/{id}"), "The guess is recorded", receipt.first())
}
