//! From referral to randomisation.

use protocol::study::CriterionKind;
use terms::{ParticipantId, SiteId};

use super::{Case, Draft};
use crate::body::Body;
use crate::command::{Act, site_of};
use crate::refusal::Refusal;
use crate::role::Role;
use crate::state::ParticipantState;
use crate::stream::StreamId;

pub(super) fn decide(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    match &case.command.act {
        Act::Refer { site, source, age_years, sex_at_birth } => {
            refer(case, site, source, *age_years, sex_at_birth)
        }
        Act::SignEligibility { participant } => sign(case, participant),
        Act::Randomise { participant } => randomise(case, participant),
        _ => Ok(Vec::new()),
    }
}

fn refer(case: &Case<'_>, site: &SiteId, source: &str, age: u32, sex: &str) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Coordinator, Role::Investigator], "refer a participant")?;
    case.needs_site(site)?;
    let seen = case.world.seen.site(site).filter(|seen| seen.opened.is_some());
    let Some(seen) = seen else {
        return Err(Refusal::new(
            "R0200",
            format!("site {site} is not open"),
            "sites open before they enrol",
            "open the site",
        ));
    };
    let number = seen.participants.len() + 1;
    let participant =
        ParticipantId::new(format!("{site}-{number:03}")).expect("a site's id and a number make an id");
    let referred = Body::Referred { source: source.into(), age_years: age, sex_at_birth: sex.into() };
    Ok(vec![
        Draft::new(StreamId::Participant(participant.clone()), referred),
        Draft::new(StreamId::Site(site.clone()), Body::ParticipantNumbered { participant }),
    ])
}

fn needs_consent(seen: &ParticipantState, what: &str) -> Result<(), Refusal> {
    if let Some(withdrawn) = &seen.consent_withdrawn {
        return Err(Refusal::new(
            "R0201",
            what,
            "consent comes first",
            "ask for consent again, if the participant wishes",
        )
        .because("consent was withdrawn", Some(withdrawn.entry)));
    }
    match &seen.consent {
        Some(_) => Ok(()),
        None => Err(Refusal::new("R0201", what, "consent comes first", "record the consent")
            .because("no consent", None)),
    }
}

fn sign(case: &Case<'_>, participant: &ParticipantId) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Investigator], "sign eligibility")?;
    let seen = case.seen_participant(participant)?;
    needs_consent(seen, "eligibility cannot be signed")?;
    criteria_hold(case, seen, "eligibility cannot be signed")?;
    Ok(vec![Draft::new(StreamId::Participant(participant.clone()), Body::EligibilitySigned)])
}

/// Every criterion assessed, and as it must be.
fn criteria_hold(case: &Case<'_>, seen: &ParticipantState, what: &str) -> Result<(), Refusal> {
    let mut refusal = Refusal::new(
        "R0202",
        what,
        "`eligibility` in the protocol: every criterion assessed, all inclusion criteria met, no exclusion criterion",
        "assess what is open, or record the participant as not enrolled with the criterion",
    );
    for criterion in &case.protocol().eligibility {
        let wanted = criterion.kind == CriterionKind::Inclusion;
        match seen.criteria.get(&criterion.id) {
            Some(assessed) if assessed.value == wanted => {}
            Some(assessed) => {
                let how = if wanted { "is not met" } else { "applies" };
                refusal = refusal
                    .because(format!("{} {how}: {}", criterion.id, criterion.text), Some(assessed.entry));
            }
            None => {
                refusal =
                    refusal.because(format!("{} is not assessed: {}", criterion.id, criterion.text), None)
            }
        }
    }
    if !refusal.on_record.is_empty() {
        return Err(refusal);
    }
    Ok(())
}

/// Asked so that the answer cannot depend on the drawn arm: kits must be there for *every* arm.
fn randomise(case: &Case<'_>, participant: &ParticipantId) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Investigator, Role::Coordinator], "randomise")?;
    let seen = case.seen_participant(participant)?;
    needs_consent(seen, "this participant cannot be randomised")?;
    if let Some(done) = &seen.randomised {
        return Err(Refusal::new(
            "R0203",
            "this participant is randomised already",
            "one place per participant",
            "go on with the schedule",
        )
        .because("randomised", Some(done.entry)));
    }
    if let Some(out) = &seen.not_enrolled {
        return Err(Refusal::new(
            "R0203",
            "this participant cannot be randomised",
            "who was not enrolled is not randomised",
            "refer them anew, if that is right",
        )
        .because("not enrolled", Some(out.entry)));
    }
    if seen.eligibility_signed.is_none() {
        return Err(Refusal::new(
            "R0204",
            "this participant cannot be randomised yet",
            "eligibility is signed first",
            "have the investigator sign eligibility",
        ));
    }
    // What was learnt since the signature counts as well.
    criteria_hold(case, seen, "this participant cannot be randomised")?;
    if seen.therapists.len() < case.protocol().staffing.therapists as usize {
        return Err(Refusal::new(
            "R0205",
            "this participant cannot be randomised yet",
            "`staffing` in the protocol: the pair is named first",
            "assign the therapists",
        ));
    }
    let site = site_of(participant);
    let places = case
        .seen_study()
        .allocation
        .as_ref()
        .and_then(|sealed| sealed.value.0.get(&site).copied())
        .unwrap_or(0);
    let taken = case.world.seen.site(&site).map_or(0, |seen| seen.randomised.len() as u32);
    if taken >= places {
        return Err(Refusal::new(
            "R0206",
            format!("the allocation list has no place left at {site}"),
            "the sealed list",
            "ask the unblinded statistician",
        )
        .because(format!("{taken} of {places} places are taken"), None));
    }
    let covers = case.world.seen.supply(&site).map_or(0, |seen| seen.covers);
    if taken >= covers {
        return Err(Refusal::new(
            "R0207",
            format!("there are not enough kits at {site}"),
            "kits for every arm must be there before a place is drawn",
            "ask the unblinded pharmacist for a shipment",
        )
        .because(format!("the shipments serve {covers} participants, {taken} are randomised"), None));
    }
    Ok(draw(case, participant, &site))
}

fn draw(case: &Case<'_>, participant: &ParticipantId, site: &SiteId) -> Vec<Draft> {
    let allocation = case.world.whole.allocation().expect("randomising reads the allocation");
    let place = allocation.used.get(site).copied().unwrap_or(0);
    let arm = allocation.lists.get(site).and_then(|list| list.get(place as usize));
    let arm = arm.expect("a sealed list is as long as it says, and places are taken one by one").clone();
    let drawn = Body::ArmDrawn { participant: participant.clone(), site: site.clone(), place, arm };
    vec![
        Draft::new(StreamId::Participant(participant.clone()), Body::Randomised),
        Draft::new(StreamId::Site(site.clone()), Body::PlaceTaken { participant: participant.clone() }),
        Draft::new(StreamId::Allocation, drawn),
    ]
}
