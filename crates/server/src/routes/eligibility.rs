//! The criteria of eligibility: judged by the investigator or decided by rule, and then signed for.

use protocol::rule;
use protocol::study::{Criterion, CriterionKind, DecidedBy};
use record::body::Value;
use record::command::site_of;
use record::decide::entry_id;
use record::state::ParticipantState;
use record::{Act, Body, Command};
use terms::ParticipantId;

use super::enrol::{observe, shown};
use super::steps::Criteria;
use crate::desk::{Desk, Outcome, participant_link};
use crate::pages::confirm::ConfirmPage;
use crate::pages::enrol::{CriterionRow, Decision, EligibilityPage, Satisfied};
use crate::pages::participant::Fact;
use crate::pages::{Form, Html, Link};
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::words;

/// As in the form: `criterion_i9`.
fn field(criterion: &Criterion) -> String {
    format!("criterion_{}", criterion.id.to_lowercase())
}

pub fn form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::INVESTIGATOR)?;
    let (id, seen) = desk.participant(asked)?;
    let mut form = desk.form(&asked.path);
    for criterion in &desk.protocol.eligibility {
        if let (DecidedBy::Clinician, Some(known)) = (&criterion.decided_by, seen.criteria.get(&criterion.id))
        {
            form.filled = form.filled.with(field(criterion), if known.value { "yes" } else { "no" });
        }
    }
    desk.page(page(desk, &id, &seen, form))
}

fn page(desk: &Desk<'_>, id: &ParticipantId, seen: &ParticipantState, form: Form) -> Html {
    let all = &desk.protocol.eligibility;
    let rows = |kind| all.iter().filter(|one| one.kind == kind).map(|one| row(one, seen)).collect();
    let judged = all.iter().filter(|one| matches!(one.decided_by, DecidedBy::Clinician)).count();
    let page = EligibilityPage {
        form,
        participant: participant_link(id),
        inclusion: rows(CriterionKind::Inclusion),
        exclusion: rows(CriterionKind::Exclusion),
        summary: format!(
            "{} criteria: {judged} for you to judge, {} decided by rule from what was measured",
            all.len(),
            all.len() - judged
        ),
        will: vec!["Each answer goes on the record under your name. You sign for eligibility afterwards, when all are met.".into()],
    };
    page.render(&desk.shell())
}

fn row(criterion: &Criterion, seen: &ParticipantState) -> CriterionRow {
    let decision = match &criterion.decided_by {
        DecidedBy::Clinician => Decision::Asked,
        DecidedBy::Rule(rule) => by_rule(criterion, rule, seen),
    };
    CriterionRow { id: criterion.id.clone(), field: field(criterion), text: criterion.text.clone(), decision }
}

/// What the record says of a criterion that a rule decides. The values behind a rating are not the site's to see,
/// so then only the outcome is said.
fn by_rule(criterion: &Criterion, rule: &rule::Rule, seen: &ParticipantState) -> Decision {
    let known = |name: &str| {
        seen.screening.get(name).map(|noted| match noted.value {
            Value::Flag(flag) => rule::Value::Bool(flag),
            Value::Number(number) => rule::Value::Number(number),
        })
    };
    let said = rule.decide(&known);
    match seen.criteria.get(&criterion.id) {
        Some(assessed) => {
            let met = assessed.value == (criterion.kind == CriterionKind::Inclusion);
            let because =
                if said.because.is_empty() { "from the rating".into() } else { values(&said.because, seen) };
            let because = format!("{because} (entry {})", assessed.entry.short());
            Decision::ByRule { satisfied: if met { Satisfied::Yes } else { Satisfied::No }, because }
        }
        None => {
            let because = if said.missing.is_empty() {
                "screening is not recorded yet".into()
            } else {
                format!("waits for {}", said.missing.join(", ").replace('_', " "))
            };
            Decision::ByRule { satisfied: Satisfied::NotKnown, because }
        }
    }
}

/// `age years 41, body mass kg 64.5`
fn values(names: &[String], seen: &ParticipantState) -> String {
    let said = names.iter().map(|name| {
        let value = seen.screening.get(name).map(|noted| match noted.value {
            Value::Flag(true) => "yes".to_owned(),
            Value::Flag(false) => "no".to_owned(),
            Value::Number(number) => number.to_string(),
        });
        format!("{} {}", name.replace('_', " "), value.unwrap_or_default())
    });
    said.collect::<Vec<_>>().join(", ")
}

pub fn decide(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::INVESTIGATOR)?;
    let (id, seen) = desk.participant(asked)?;
    let mut posted = desk.posted(asked);
    let mut commands = Vec::new();
    for criterion in
        desk.protocol.eligibility.iter().filter(|one| matches!(one.decided_by, DecidedBy::Clinician))
    {
        let Some(holds) = posted.answered(&field(criterion)) else { continue };
        // What stands on the record already is not said again, unless this very form said it.
        let ours = entry_id(posted.command(&criterion.id), 0);
        if seen.criteria.get(&criterion.id).is_none_or(|known| known.value != holds || known.entry == ours) {
            let body = Body::CriterionAssessed { criterion: criterion.id.clone(), holds, by_rule: false };
            commands.push(observe(&posted, &criterion.id, desk.now, &id, body));
        }
    }
    if commands.is_empty() {
        let first =
            desk.protocol.eligibility.iter().find(|one| matches!(one.decided_by, DecidedBy::Clinician));
        posted.fault(&first.map(field).unwrap_or_default(), "Answer at least one criterion, or change one");
        return Ok(Reply::faulty(page(desk, &id, &seen, posted.form())));
    }
    let count = commands.len();
    let receipt = desk.send_all(commands)?;
    let seen = desk.view.participant(&id);
    let criteria = Criteria::of(desk, &seen);
    let text = format!("{} recorded", words::count(count, "criterion", "criteria"));
    let ready = criteria.open.is_empty() && criteria.against.is_empty() && seen.eligibility_signed.is_none();
    let to = if ready { format!("/participants/{id}/sign") } else { format!("/participants/{id}") };
    let text = match criteria.open.as_slice() {
        [] => text,
        open => format!("{text}; still open: {}", open.join(", ")),
    };
    desk.done(to, text, receipt.first())
}

pub fn sign_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::INVESTIGATOR)?;
    let (id, seen) = desk.participant(asked)?;
    let act = Act::SignEligibility { participant: id.clone() };
    let mut form = desk.form(&asked.path);
    form.hidden = vec![("shown".into(), desk.shown(&act).0.to_string())];
    let met = desk.protocol.eligibility.iter().filter(|one| {
        seen.criteria.get(&one.id).is_some_and(|known| known.value == (one.kind == CriterionKind::Inclusion))
    });
    let zone = desk.zone_of(&site_of(&id));
    let consent =
        seen.consent.as_ref().map_or_else(|| "not yet".into(), |one| one.happened.date(&zone).long());
    let page = ConfirmPage {
        form,
        title: format!("Sign that {id} is eligible?"),
        facts: vec![
            Fact::new("Criteria met", format!("{} of {}", met.count(), desk.protocol.eligibility.len())),
            Fact::new("Consent", consent),
            Fact::new("Protocol", format!("version {}", desk.protocol.version)),
        ],
        will: vec![
            format!(
                "You sign, as {}, that every inclusion criterion is met and no exclusion criterion applies.",
                desk.name(&desk.who.person)
            ),
            format!("{id} can then be randomised."),
        ],
        button: "Sign".into(),
        back: Link::new(format!("Back to {id}"), format!("/participants/{id}")),
        ..ConfirmPage::default()
    };
    desk.page(page.render(&desk.shell()))
}

pub fn sign(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::INVESTIGATOR)?;
    let (id, _) = desk.participant(asked)?;
    let posted = desk.posted(asked);
    let mut command =
        Command::new(posted.command("sign"), desk.now, Act::SignEligibility { participant: id.clone() });
    command.shown = shown(&posted);
    let receipt = desk.send(command)?;
    desk.done(format!("/participants/{id}"), "Eligibility signed", receipt.first())
}
