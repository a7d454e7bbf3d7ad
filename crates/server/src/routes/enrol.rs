//! From referral to randomisation, but for the criteria (see [`super::eligibility`]).

use std::collections::{BTreeMap, BTreeSet};

use protocol::rule;
use protocol::study::{DecidedBy, VisitKind};
use record::command::site_of;
use record::state::ParticipantState;
use record::{Act, Body, Command, StreamId};
use terms::{EntryId, ParticipantId, PersonId};

use crate::desk::{Desk, Outcome, Stop, participant_link};
use crate::pages::enrol::{
    Answer, ConsentPage, Measure, MeasureGroup, RandomisePage, RandomisedPage, ReferPage, ScreeningPage,
};
use crate::pages::form::Choice;
use crate::pages::participant::Fact;
use crate::pages::{Form, Html, Link};
use crate::posted::Posted;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};
use crate::words;

// ---- refer

pub fn refer_form(desk: &Desk<'_>, _: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let mut form = desk.form("/participants/new");
    form.filled = form.filled.with("referred_on", desk.now.date(&desk.zone).long());
    if let Some(site) = &desk.who.site {
        form.filled = form.filled.with("site", site.as_str());
    }
    desk.page(refer_page(desk, form))
}

fn refer_page(desk: &Desk<'_>, form: Form) -> Html {
    let own = desk.who.site.iter().map(|site| Choice::new(site.as_str(), desk.site_name(site)));
    let sources = [
        ("clinic", "A clinic or practice"),
        ("self", "They came themselves"),
        ("registry", "A register of volunteers"),
        ("other", "Another way"),
    ];
    let page = ReferPage {
        form,
        sites: own.collect(),
        sources: sources.map(|(value, text)| Choice::new(value, text)).into(),
    };
    page.render(&desk.shell())
}

pub fn refer(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let mut posted = desk.posted(asked);
    let site = desk.who.site.clone().filter(|site| posted.value("site") == site.as_str());
    if site.is_none() {
        posted.fault("site", "Choose your site");
    }
    let happened = posted.past("referred_on", None, "the referral", desk.now, &desk.zone);
    let source =
        posted.one_of("source", &["clinic", "self", "registry", "other"], "Choose where they come from");
    let age = posted.whole("age_years", "the age", 0, 120);
    if age == Some(None) {
        posted.fault("age_years", "Enter the age in whole years, such as 41");
    }
    let sex = posted.one_of("sex_at_birth", &["female", "male"], "Choose the sex at birth");
    let (Some(site), Some(happened), Some(source), Some(Some(age)), Some(sex)) =
        (site, happened, source, age, sex)
    else {
        return Ok(Reply::faulty(refer_page(desk, posted.form())));
    };
    let act = Act::Refer { site, source: source.into(), age_years: age as u32, sex_at_birth: sex.into() };
    let receipt = desk.send(Command::new(posted.command("refer"), happened, act))?;
    let entry = receipt.entries.first().ok_or(Stop::NotFound)?;
    let StreamId::Participant(participant) = &entry.stream else { return Err(Stop::NotFound) };
    desk.done(format!("/participants/{participant}"), format!("Referred as {participant}"), Some(entry.id))
}

// ---- consent

pub fn consent_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("consented_on", desk.now.date(&desk.zone).long());
    desk.page(consent_page(desk, &id, form))
}

fn consent_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let points = [
        "What the study is for, how long it lasts, and what happens at each visit.",
        "That chance decides which treatment they get, and that neither they nor the therapists are told.",
        "What is known of benefits and harms, and what is not known.",
        "That they may stop at any time, without a reason and without losing other care.",
    ];
    let page = ConsentPage {
        form,
        participant: participant_link(id),
        version: format!("protocol {}", desk.protocol.version),
        points: points.map(String::from).into(),
    };
    page.render(&desk.shell())
}

pub fn consent(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    let zone = desk.zone_of(&site_of(&id));
    let mut posted = desk.posted(asked);
    let happened = posted.past("consented_on", Some("consented_at"), "the consent", desk.now, &zone);
    let understood =
        posted.ticked("understood", "Consent counts once they explained the study back and had time to ask");
    let recording = posted.ticked(
        "recording",
        "Sessions and ratings of this study are recorded: without this they cannot take part",
    );
    let (Some(happened), Some(()), Some(())) = (happened, understood, recording) else {
        return Ok(Reply::faulty(consent_page(desk, &id, posted.form())));
    };
    let body = Body::Consented { version: desk.protocol.version.clone() };
    let receipt = desk.send(observe(&posted, "consent", happened, &id, body))?;
    desk.done(format!("/participants/{id}"), "Consent recorded", receipt.first())
}

pub fn withdrawn_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("on", desk.now.date(&desk.zone).long());
    desk.page(withdrawn_page(desk, &id, form))
}

fn withdrawn_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let page = AskPage {
        form,
        title: format!("{id} withdraws consent"),
        lead: "From now on nothing new is asked of them. What is on the record stays.".into(),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        fields: vec![
            Field::Text(crate::pages::form::Text::date("on", "Day")),
            Field::area(
                "scope",
                "What they withdraw from",
                "In a few words, such as: all procedures, follow-up by telephone stays.",
            ),
        ],
        button: "Record the withdrawal".into(),
        grave: true,
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn withdrawn(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("on", None, "the withdrawal", desk.now, &desk.zone_of(&site_of(&id)));
    let scope = posted.words("scope", "Say what they withdraw from");
    let (Some(happened), Some(scope)) = (happened, scope) else {
        return Ok(Reply::faulty(withdrawn_page(desk, &id, posted.form())));
    };
    let receipt =
        desk.send(observe(&posted, "withdrawn", happened, &id, Body::ConsentWithdrawn { scope }))?;
    desk.done(format!("/participants/{id}"), "Withdrawal of consent recorded", receipt.first())
}

// ---- screening

/// What the rules of eligibility need and screening can measure: all but the scores of ratings.
fn measures(desk: &Desk<'_>) -> Vec<&'static rule::Variable> {
    let rules = desk.protocol.eligibility.iter().filter_map(|criterion| match &criterion.decided_by {
        DecidedBy::Rule(rule) => Some(rule),
        DecidedBy::Clinician => None,
    });
    let needed: BTreeSet<&str> = rules.flat_map(|rule| rule.variables().iter().map(String::as_str)).collect();
    let rated: Vec<String> = instruments::builtin()
        .iter()
        .map(|known| format!("{}_", known.id.as_str().replace('-', "")))
        .collect();
    let is_score = |name: &str| rated.iter().any(|prefix| name.starts_with(prefix));
    let known = rule::variables().iter();
    known.filter(|known| needed.contains(known.name.as_str()) && !is_score(&known.name)).collect()
}

pub fn screening_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, seen) = desk.participant(asked)?;
    let mut form = desk.form(&asked.path);
    form.filled = form.filled.with("screened_on", desk.now.date(&desk.zone).long());
    for measure in measures(desk) {
        match seen.screening.get(&measure.name).map(|known| known.value) {
            Some(record::body::Value::Flag(flag)) => {
                form.filled = form.filled.with(&measure.name, if flag { "yes" } else { "no" });
            }
            Some(record::body::Value::Number(number)) => {
                form.filled = form.filled.with(&measure.name, number.to_string())
            }
            None => {}
        }
    }
    if let (Some(referred), "") = (&seen.referred, form.filled.value("age_years")) {
        form.filled = form.filled.with("age_years", referred.value.1.to_string());
    }
    desk.page(screening_page(desk, &id, form))
}

fn screening_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let (mut numbers, mut flags) = (Vec::new(), Vec::new());
    for known in measures(desk) {
        let (answer, group) = match known.kind {
            rule::Kind::Number { unit, .. } => (Answer::Decimal(unit.into()), &mut numbers),
            rule::Kind::Flag => (Answer::YesNo, &mut flags),
        };
        group.push(Measure {
            name: known.name.clone(),
            label: words::capital(&known.what),
            help: None,
            answer,
        });
    }
    let groups = [("Measured", numbers), ("Asked and tested", flags)];
    let groups = groups.into_iter().filter(|(_, measures)| !measures.is_empty());
    let page = ScreeningPage {
        form,
        participant: participant_link(id),
        groups: groups.map(|(title, measures)| MeasureGroup { title: title.into(), measures }).collect(),
    };
    page.render(&desk.shell())
}

pub fn screening(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, seen) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let happened = posted.past("screened_on", None, "the screening", desk.now, &desk.zone_of(&site_of(&id)));
    let mut values = BTreeMap::new();
    for known in measures(desk) {
        let value = match known.kind {
            rule::Kind::Number { min, max, .. } => {
                posted.number(&known.name, &known.what, min, max).flatten().map(record::body::Value::Number)
            }
            rule::Kind::Flag => posted.answered(&known.name).map(record::body::Value::Flag),
        };
        values.extend(value.map(|value| (known.name.clone(), value)));
    }
    if values.is_empty() && !posted.is_faulty() {
        posted.fault("screened_on", "Enter at least one value");
    }
    let (Some(happened), false) = (happened, posted.is_faulty()) else {
        return Ok(Reply::faulty(screening_page(desk, &id, posted.form())));
    };
    let mut commands = vec![observe(&posted, "screening", happened, &id, Body::ScreeningRecorded { values })];
    let visit = desk.protocol.visits.iter().find(|visit| visit.kind == VisitKind::Screening);
    if let Some(visit) = visit.filter(|visit| seen.visit_done(&visit.id).is_none()) {
        commands.push(observe(&posted, "visit", happened, &id, Body::VisitDone { visit: visit.id.clone() }));
    }
    let receipt = desk.send_all(commands)?;
    desk.done(format!("/participants/{id}"), "Screening recorded", receipt.first())
}

// ---- the pair

pub fn pair_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, seen) = desk.participant(asked)?;
    let mut form = desk.form(&asked.path);
    for person in &seen.therapists {
        form.filled = form.filled.with("therapists", person.as_str());
    }
    desk.page(pair_page(desk, &id, form))
}

fn pair_page(desk: &Desk<'_>, id: &ParticipantId, form: Form) -> Html {
    let site = site_of(id);
    let therapists = desk.study.in_role(record::Role::Therapist, Some(&site));
    let therapists = therapists.map(|person| Choice::new(person.as_str(), desk.name(person))).collect();
    let page = AskPage {
        form,
        title: format!("Who treats {id}?"),
        lead: format!(
            "{} therapists, the same for all sessions. One of them is in the room from beginning to end.",
            desk.protocol.staffing.therapists
        ),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        fields: vec![Field::boxes("therapists", "Therapists", "", therapists)],
        button: "Name the pair".into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

pub fn pair(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, _) = desk.participant(asked)?;
    let site = site_of(&id);
    let mut posted = desk.posted(asked);
    let pool: Vec<PersonId> = desk.study.in_role(record::Role::Therapist, Some(&site)).cloned().collect();
    let therapists: Vec<PersonId> =
        pool.into_iter().filter(|person| posted.has("therapists", person.as_str())).collect();
    let wanted = desk.protocol.staffing.therapists as usize;
    if therapists.len() != wanted {
        posted.fault("therapists", format!("Choose {wanted} therapists"));
        return Ok(Reply::faulty(pair_page(desk, &id, posted.form())));
    }
    let names: Vec<String> = therapists.iter().map(|person| desk.name(person)).collect();
    let receipt = desk.send(observe(&posted, "pair", desk.now, &id, Body::PairAssigned { therapists }))?;
    desk.done(format!("/participants/{id}"), format!("The pair: {}", names.join(" and ")), receipt.first())
}

// ---- randomise

pub fn randomise_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, seen) = desk.participant(asked)?;
    if seen.randomised.is_some() {
        return Ok(Reply::SeeOther(format!("/participants/{id}/randomised")));
    }
    let form = desk.form(&asked.path);
    desk.page(randomise_page(desk, &id, &seen, form))
}

fn randomise_page(desk: &Desk<'_>, id: &ParticipantId, seen: &ParticipantState, mut form: Form) -> Html {
    let act = Act::Randomise { participant: id.clone() };
    form.hidden = vec![("shown".into(), desk.shown(&act).0.to_string())];
    let zone = desk.zone_of(&site_of(id));
    let said = |noted: Option<(terms::Timestamp, EntryId)>| {
        noted.map_or_else(
            || "not yet".into(),
            |(at, entry)| format!("{}, entry {}", words::moment(at, &zone), entry.short()),
        )
    };
    let names: Vec<String> = seen.therapists.iter().map(|person| desk.name(person)).collect();
    let facts = vec![
        Fact::new("Consent", said(seen.consent.as_ref().map(|one| (one.happened, one.entry)))),
        Fact::new(
            "Eligibility signed",
            said(seen.eligibility_signed.as_ref().map(|one| (one.happened, one.entry))),
        ),
        Fact::new("Therapists", if names.is_empty() { "not named".into() } else { names.join(", ") }),
    ];
    let will = [
        "The next place on this site’s sealed list is taken. It cannot be given back.",
        "Which arm it holds is sealed apart. Nobody at the site is told, and no page shows it.",
        "The pharmacist will find the kits of this participant by number.",
    ];
    let page =
        RandomisePage { form, participant: participant_link(id), facts, will: will.map(String::from).into() };
    page.render(&desk.shell())
}

pub fn randomise(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::ENROLLING)?;
    let (id, seen) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let confirmed =
        posted.ticked("confirmed", "Confirm that you checked the number and that they still consent");
    if confirmed.is_none() {
        return Ok(Reply::faulty(randomise_page(desk, &id, &seen, posted.form())));
    }
    let act = Act::Randomise { participant: id.clone() };
    let mut command = Command::new(posted.command("randomise"), desk.now, act);
    command.shown = shown(&posted);
    desk.send(command)?;
    Ok(Reply::SeeOther(format!("/participants/{id}/randomised")))
}

pub fn randomised(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::CLINICAL)?;
    let (id, seen) = desk.participant(asked)?;
    let done = seen.randomised.as_ref().ok_or(Stop::NotFound)?;
    let page = RandomisedPage {
        participant: participant_link(&id),
        at: words::moment(done.happened, &desk.zone_of(&site_of(&id))),
        entry: done.entry.short(),
        happened: vec![
            "A place on the sealed list was taken.".into(),
            "The arm is sealed apart; nobody at the site can see it.".into(),
            "Dosing sessions can be planned and opened from now on.".into(),
        ],
        next: Some(Link::new("Plan the first dosing session", format!("/participants/{id}"))),
    };
    desk.page(page.render(&desk.shell()))
}

// ---- shared by the forms about a participant

/// An observation in the participant's stream.
pub fn observe(
    posted: &Posted,
    part: &str,
    happened: terms::Timestamp,
    id: &ParticipantId,
    body: Body,
) -> Command {
    let stream = StreamId::Participant(id.clone());
    Command::new(posted.command(part), happened, Act::Observe { stream, body })
}

/// The digest of what the sender was shown, from the form's hidden field. A missing one matches nothing.
pub fn shown(posted: &Posted) -> Option<record::world::Digest> {
    Some(record::world::Digest(posted.value("shown").parse().unwrap_or(u64::MAX)))
}
