//! The study: what it is, who works in it, whether it is locked and unblinded.

use std::collections::BTreeMap;

use terms::{PersonId, SiteId, Timestamp};

use super::Noted;
use crate::body::{Body, Kind};
use crate::entry::Entry;
use crate::role::Role;

#[derive(Clone, Debug, Default)]
pub struct StudyState {
    pub opened: Option<Noted<(String, String, Kind)>>,
    /// Version and SHA-256 of the protocol in force.
    pub protocol: Option<Noted<(String, String)>>,
    pub people: BTreeMap<PersonId, Person>,
    /// Places per site on the sealed list, and the commitment.
    pub allocation: Option<Noted<(BTreeMap<SiteId, u32>, String)>>,
    pub locked: Option<Noted<()>>,
    pub unblinded: Option<Noted<()>>,
    /// Where a rehearsal's clock was last put.
    pub clock: Option<Timestamp>,
}

#[derive(Clone, Debug, Default)]
pub struct Person {
    pub name: String,
    /// Roles held now.
    pub roles: Vec<(Role, Option<SiteId>)>,
}

impl StudyState {
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.body {
            Body::StudyOpened { study, title, of } if self.opened.is_none() => {
                self.opened = Some(Noted::new((study.clone(), title.clone(), *of), entry));
            }
            Body::ProtocolAdopted { version, sha256, .. } => {
                self.protocol = Some(Noted::new((version.clone(), sha256.clone()), entry));
            }
            Body::RoleGranted { person, name, role, site } => {
                let known = self.people.entry(person.clone()).or_default();
                known.name.clone_from(name);
                let held = (*role, site.clone());
                if !known.roles.contains(&held) {
                    known.roles.push(held);
                }
            }
            Body::RoleEnded { person, role, site } => {
                if let Some(known) = self.people.get_mut(person) {
                    known.roles.retain(|held| *held != (*role, site.clone()));
                }
            }
            Body::AllocationSealed { places, commitment } => {
                self.allocation = Some(Noted::new((places.clone(), commitment.clone()), entry));
            }
            Body::DatabaseLocked => self.locked = Some(Noted::new((), entry)),
            Body::StudyUnblinded => self.unblinded = Some(Noted::new((), entry)),
            Body::ClockMoved { to } => self.clock = Some(*to),
            _ => {}
        }
    }

    pub fn holds(&self, person: &PersonId, role: Role, site: Option<&SiteId>) -> bool {
        self.people
            .get(person)
            .is_some_and(|known| known.roles.iter().any(|(held, at)| *held == role && at.as_ref() == site))
    }

    /// People who hold `role` now (at `site`, if it is a role of a site), in order of their ids.
    pub fn in_role<'a>(&'a self, role: Role, site: Option<&'a SiteId>) -> impl Iterator<Item = &'a PersonId> {
        self.people
            .iter()
            .filter(move |(_, known)| {
                known.roles.iter().any(|(held, at)| *held == role && at.as_ref() == site)
            })
            .map(|(person, _)| person)
    }

    pub fn is_rehearsal(&self) -> bool {
        self.opened.as_ref().is_some_and(|opened| opened.value.2 == Kind::Rehearsal)
    }

    pub fn name_of<'a>(&'a self, person: &'a PersonId) -> &'a str {
        self.people.get(person).map_or(person.as_str(), |known| known.name.as_str())
    }
}
