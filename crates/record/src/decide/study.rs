//! Opening the study, its people and sites, the sealed list, the lock and the unblinding.

use std::collections::BTreeMap;

use protocol::SignOffFor;
use sha2::{Digest as _, Sha256};
use terms::{PersonId, Severity, SiteId, SourceText};

use super::{Case, Draft};
use crate::allocation_list::{self, hex};
use crate::body::{Body, Kind};
use crate::command::Act;
use crate::refusal::Refusal;
use crate::role::Role;
use crate::state::Stage;
use crate::stream::StreamId;

pub(super) fn decide(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    match &case.command.act {
        Act::OpenStudy { kind, protocol_text, sign_off, administrator, name } => {
            open(case, *kind, protocol_text, sign_off.as_deref(), administrator, name)
        }
        Act::GrantRole { person, name, role, site } => {
            case.needs_role(&[Role::Administrator], "grant roles")?;
            if role.is_of_a_site() && site.is_none() {
                return Err(Refusal::new(
                    "R0010",
                    format!("the role {role} is held at a site, and none is named"),
                    "the division of roles",
                    "name the site",
                ));
            }
            let body = Body::RoleGranted {
                person: person.clone(),
                name: name.clone(),
                role: *role,
                site: site.clone(),
            };
            Ok(vec![Draft::new(StreamId::Study, body)])
        }
        Act::EndRole { person, role, site } => {
            case.needs_role(&[Role::Administrator], "end roles")?;
            let body = Body::RoleEnded { person: person.clone(), role: *role, site: site.clone() };
            Ok(vec![Draft::new(StreamId::Study, body)])
        }
        Act::OpenSite { site, name, zone } => open_site(case, site, name, zone),
        Act::SealAllocation { places, seed } => seal(case, places, seed),
        Act::MoveClock { to } => {
            if !case.seen_study().is_rehearsal() {
                return Err(Refusal::new(
                    "R0004",
                    "a real study's clock cannot be moved",
                    "a study's first entry says rehearsal or real",
                    "rehearse in a rehearsal",
                ));
            }
            Ok(vec![Draft::new(StreamId::Study, Body::ClockMoved { to: *to })])
        }
        Act::Lock => lock(case),
        Act::UnblindStudy => unblind(case),
        _ => Ok(Vec::new()),
    }
}

fn open(
    case: &Case<'_>,
    kind: Kind,
    text: &str,
    sign_off: Option<&str>,
    administrator: &PersonId,
    name: &str,
) -> Result<Vec<Draft>, Refusal> {
    if let Some(opened) = &case.seen_study().opened {
        return Err(Refusal::new(
            "R0002",
            "a study is open here already",
            "one record, one study",
            "use another folder",
        )
        .because(format!("`{}` was opened", opened.value.0), Some(opened.entry)));
    }
    let signed_for = match kind {
        Kind::Rehearsal => SignOffFor::Rehearsal,
        Kind::Real => SignOffFor::Real,
    };
    let (study, diagnostics) =
        protocol::load("protocol", text, sign_off.map(|text| ("sign-off", text)), signed_for);
    let serious: Vec<_> = diagnostics.iter().filter(|one| one.severity != Severity::Warning).collect();
    let Some(study) = study.filter(|_| serious.is_empty()) else {
        let source = SourceText { name: "protocol", text };
        let refusal = Refusal::new(
            "R0003",
            format!(
                "the protocol cannot be used for a {} study",
                if kind == Kind::Real { "real" } else { "rehearsed" }
            ),
            "the check of the protocol",
            "mend the protocol, or sign for what is missing; `stillroom check` shows all of it in place",
        );
        return Err(serious.iter().take(8).fold(refusal, |refusal, one| {
            refusal.because(one.render(&source).lines().next().unwrap_or_default(), None)
        }));
    };
    let mut hash = Sha256::new();
    hash.update(text.as_bytes());
    hash.update(sign_off.unwrap_or_default().as_bytes());
    Ok(vec![
        Draft::new(
            StreamId::Study,
            Body::StudyOpened { study: study.id.clone(), title: study.title.clone(), of: kind },
        ),
        Draft::new(
            StreamId::Study,
            Body::ProtocolAdopted {
                version: study.version.clone(),
                text: text.into(),
                sha256: hex(&hash.finalize()),
                sign_off: sign_off.map(String::from),
            },
        ),
        Draft::new(
            StreamId::Study,
            Body::RoleGranted {
                person: administrator.clone(),
                name: name.into(),
                role: Role::Administrator,
                site: None,
            },
        ),
    ])
}

fn open_site(case: &Case<'_>, site: &SiteId, name: &str, zone: &str) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::Administrator], "open sites")?;
    if terms::Zone::named(zone).is_none() {
        return Err(Refusal::new(
            "R0011",
            format!("`{zone}` is not a time zone"),
            "sites keep local time",
            "name an IANA zone, such as `Europe/Vienna`",
        ));
    }
    let body = Body::SiteOpened { name: name.into(), zone: zone.into() };
    Ok(vec![Draft::new(StreamId::Site(site.clone()), body)])
}

fn seal(case: &Case<'_>, places: &BTreeMap<SiteId, u32>, seed: &[u8; 32]) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::UnblindedStatistician], "make the allocation list")?;
    if let Some(sealed) = &case.seen_study().allocation {
        return Err(Refusal::new(
            "R0012",
            "the allocation list is sealed already",
            "one list per study",
            "keep to it",
        )
        .because("sealed", Some(sealed.entry)));
    }
    let lists = allocation_list::generate(case.protocol(), places, seed).map_err(|why| {
        Refusal::new("R0013", why.to_string(), "`allocation` in the protocol", "mend the protocol")
    })?;
    let salt = allocation_list::salt(seed);
    let commitment = allocation_list::commitment(&lists, &salt);
    let places = lists.iter().map(|(site, list)| (site.clone(), list.len() as u32)).collect();
    Ok(vec![
        Draft::new(StreamId::Study, Body::AllocationSealed { places, commitment }),
        Draft::new(StreamId::Allocation, Body::AllocationList { lists, salt }),
    ])
}

fn lock(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::DataManager], "lock the database")?;
    if let Some(locked) = &case.seen_study().locked {
        return Err(Refusal::new("R0501", "the database is locked already", "the lock", "nothing to do")
            .because("locked", Some(locked.entry)));
    }
    let mut refusal = Refusal::new(
        "R0502",
        "the study is not finished",
        "a lock needs every randomised participant completed or out of the study, and every ledger reconciled",
        "finish what is open, then lock",
    );
    let unfinished = |state: &crate::state::ParticipantState| {
        state.randomised.is_some() && !matches!(state.stage(None), Stage::Completed | Stage::Stopped)
    };
    for (stream, folded) in &case.world.seen.0 {
        match &*folded.state {
            crate::state::State::Participant(state) if unfinished(state) => {
                refusal = refusal.because(format!("{stream} is still in the study"), None);
            }
            crate::state::State::Supply(state) if !state.open_discrepancies.is_empty() => {
                refusal = refusal.because(format!("{stream} has an open discrepancy"), None);
            }
            _ => {}
        }
    }
    if !refusal.on_record.is_empty() {
        refusal.on_record.truncate(10);
        return Err(refusal);
    }
    Ok(vec![Draft::new(StreamId::Study, Body::DatabaseLocked)])
}

fn unblind(case: &Case<'_>) -> Result<Vec<Draft>, Refusal> {
    case.needs_role(&[Role::UnblindedStatistician], "unblind the study")?;
    let study = case.seen_study();
    if study.locked.is_none() {
        return Err(Refusal::new(
            "R0503",
            "the study cannot be unblinded yet",
            "unblinding follows the lock of the database",
            "lock the database first",
        ));
    }
    if let Some(done) = &study.unblinded {
        return Err(Refusal::new("R0504", "the study is unblinded already", "the record", "nothing to do")
            .because("unblinded", Some(done.entry)));
    }
    Ok(vec![Draft::new(StreamId::Study, Body::StudyUnblinded)])
}
