//! Kits, from the shipment to the count. The ledger is kept in labelled mass.

use sha2::{Digest as _, Sha256};
use terms::{ArmId, KitId, Micrograms, PersonId, SessionId, SiteId};

use super::{Case, Draft, entry_id};
use crate::allocation_list::shuffled_kits;
use crate::body::{Body, SessionKind};
use crate::command::{Act, participant_of, site_of};
use crate::refusal::Refusal;
use crate::role::Role;
use crate::state::SupplyState;
use crate::stream::StreamId;

pub(super) fn decide(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    match &case.command.act {
        Act::Ship { site, shipment, kits_per_arm, first_number, seed, witness } => {
            ship(case, site, shipment, *kits_per_arm, *first_number, seed, witness)
        }
        Act::Dispense { session } => dispense(case, session),
        Act::ReturnKit { session, remaining, witness } => return_kit(case, session, *remaining, witness),
        Act::CountStock { site, counted, witness } => count(case, site, *counted, witness),
        Act::ResolveDiscrepancy { site, discrepancy, finding, witness } => {
            case.needs_role(&[Role::Pharmacist], "resolve a discrepancy")?;
            case.needs_site(site)?;
            two_people(case, witness)?;
            if !seen_supply(case, site).is_some_and(|seen| seen.open_discrepancies.contains_key(discrepancy))
            {
                return Err(Refusal::new(
                    "R0215",
                    "there is no such open discrepancy",
                    "the ledger",
                    "look at the ledger again",
                ));
            }
            let body = Body::DiscrepancyResolved {
                discrepancy: *discrepancy,
                finding: finding.clone(),
                witness: witness.clone(),
            };
            Ok(vec![Draft::new(StreamId::Supply(site.clone()), body)])
        }
        _ => Ok(Vec::new()),
    }
}

fn seen_supply<'a>(case: &'a Case<'_>, site: &SiteId) -> Option<&'a SupplyState> {
    case.world.seen.supply(site)
}

/// The ledger's acts need a second person.
fn two_people(case: &Case<'_>, witness: &PersonId) -> Result<(), Refusal> {
    if *witness == case.context.person {
        return Err(Refusal::new(
            "R0210",
            "you cannot witness yourself",
            "two people handle a controlled drug",
            "name the second person",
        ));
    }
    if !case.seen_study().people.contains_key(witness) {
        return Err(Refusal::new(
            "R0211",
            format!("nobody here is called `{witness}`"),
            "a witness is a person of this study",
            "name a person of this study",
        ));
    }
    Ok(())
}

fn ship(
    case: &Case<'_>,
    site: &SiteId,
    shipment: &str,
    kits_per_arm: u32,
    first_number: u32,
    seed: &[u8; 32],
    witness: &PersonId,
) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::UnblindedPharmacist], "pack kits")?;
    two_people(case, witness)?;
    let supply = &case.protocol().supply;
    let Some(content) = supply.kit_content_mg else {
        return Err(Refusal::new(
            "R0212",
            "what a kit holds is not signed for",
            "`supply.kit_content_mg` in the protocol",
            "sign for it in a sign-off file",
        ));
    };
    let arms: Vec<ArmId> = case.protocol().arms.iter().map(|arm| arm.id.clone()).collect();
    let kits = shuffled_kits(&arms, kits_per_arm, first_number, seed, shipment);
    let kits: Vec<(KitId, ArmId)> = kits.into_iter().map(|(number, arm)| (kit_id(number), arm)).collect();
    let covers = kits_per_arm / supply.kits_per_participant.max(1);
    let received = Body::ShipmentReceived {
        shipment: shipment.into(),
        kits: kits.iter().map(|(kit, _)| kit.clone()).collect(),
        content: Micrograms::from_mg(content),
        covers,
        witness: witness.clone(),
    };
    let contents =
        Body::KitContents { site: site.clone(), shipment: shipment.into(), kits: kits.into_iter().collect() };
    Ok(vec![Draft::new(StreamId::Supply(site.clone()), received), Draft::new(StreamId::Allocation, contents)])
}

fn kit_id(number: u32) -> KitId {
    KitId::new(format!("{number:04}")).expect("a number makes an id")
}

fn dispense(case: &Case<'_>, session: &SessionId) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Pharmacist], "dispense a kit")?;
    let participant = participant_of(session);
    let seen = case.seen_participant(&participant)?;
    let site = site_of(&participant);
    if seen.randomised.is_none() {
        return Err(Refusal::new(
            "R0213",
            format!("{participant} is not randomised"),
            "kits are for randomised participants",
            "randomise first",
        ));
    }
    let opened = case.world.seen.session(session).and_then(|seen| seen.opened.as_ref());
    if opened.is_none_or(|opened| opened.value.0 != SessionKind::Dosing) {
        return Err(Refusal::new(
            "R0214",
            format!("there is no dosing session `{session}`"),
            "a kit is dispensed for a session",
            "have a therapist open the session",
        ));
    }
    let supply = seen_supply(case, &site);
    if let Some((kit, state)) = supply.and_then(|seen| seen.dispensed_for(session)) {
        return Err(Refusal::new(
            "R0216",
            "a kit is dispensed for this session already",
            "one kit per session",
            format!("use kit {kit}"),
        )
        .because(format!("kit {kit}"), state.dispensed.as_ref().map(|to| to.entry)));
    }
    if let Some((entry, open)) = supply.and_then(|seen| seen.open_discrepancies.iter().next()) {
        return Err(Refusal::new(
            "R0217",
            "the ledger has an open discrepancy",
            "no kit leaves the safe until two people have reconciled it",
            "count, find the cause, and resolve it",
        )
        .because(format!("kit {} lacks {}", open.value.0, open.value.1), Some(*entry)));
    }
    let kit = drawn_kit(case, &participant, session, &site).ok_or_else(|| {
        // Cannot be while shipments cover every arm; said in words that are the same whatever was drawn.
        Refusal::new(
            "R0218",
            "no kit can be dispensed here now",
            "the ledger",
            "ask the unblinded pharmacist",
        )
    })?;
    let body = Body::KitDispensed { kit, participant, session: session.clone() };
    Ok(vec![
        Draft::new(StreamId::Supply(site), body.clone()),
        Draft::new(StreamId::Session(session.clone()), body),
    ])
}

/// A kit in the safe that holds the participant's arm. Which of them follows from the list's sealed salt: were it
/// the lowest number, every number passed over would be known to hold the other arm.
fn drawn_kit(
    case: &Case<'_>,
    participant: &terms::ParticipantId,
    session: &SessionId,
    site: &SiteId,
) -> Option<KitId> {
    let allocation = case.world.whole.allocation()?;
    let supply = case.world.whole.supply(site)?;
    let arm = &allocation.drawn.get(participant)?.value;
    let kits = supply.kits.iter().filter(|(_, kit)| kit.dispensed.is_none()).map(|(number, _)| number);
    let held = kits.filter(|number| allocation.kits.get(*number) == Some(arm));
    held.min_by_key(|number| lot(&allocation.salt, session, number)).cloned()
}

/// A number that only the salt tells.
fn lot(salt: &str, session: &SessionId, kit: &KitId) -> [u8; 32] {
    Sha256::digest(format!("{salt}/{session}/{kit}").as_bytes()).into()
}

fn return_kit(
    case: &Case<'_>,
    session: &SessionId,
    remaining: Micrograms,
    witness: &PersonId,
) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Pharmacist], "take back a kit")?;
    let site = site_of(&participant_of(session));
    case.needs_site(&site)?;
    two_people(case, witness)?;
    let Some((kit, state)) = seen_supply(case, &site).and_then(|seen| seen.dispensed_for(session)) else {
        return Err(Refusal::new(
            "R0219",
            "no kit was dispensed for this session",
            "the ledger",
            "check the session",
        ));
    };
    let stream = StreamId::Supply(site);
    let returned =
        Body::KitReturned { kit: kit.clone(), session: session.clone(), remaining, witness: witness.clone() };
    let mut drafts = vec![Draft::new(stream.clone(), returned)];
    let shortfall = state.balance() - remaining;
    if shortfall != Micrograms::ZERO {
        let causes = vec![entry_id(case.command.id, 0)];
        drafts.push(Draft::new(stream, Body::DiscrepancyOpened { kit: kit.clone(), shortfall, causes }));
    }
    Ok(drafts)
}

fn count(case: &Case<'_>, site: &SiteId, counted: u32, witness: &PersonId) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Pharmacist], "count the stock")?;
    case.needs_site(site)?;
    two_people(case, witness)?;
    let expected = seen_supply(case, site).map_or(0, |seen| seen.in_stock() as u32);
    let body = Body::StockCounted { expected, counted, witness: witness.clone() };
    Ok(vec![Draft::new(StreamId::Supply(site.clone()), body)])
}
