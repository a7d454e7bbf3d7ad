//! The sealed side: the list, what was drawn from it, and what each kit holds.

use std::collections::BTreeMap;

use terms::{ArmId, KitId, ParticipantId, SiteId};

use super::Noted;
use crate::body::Body;
use crate::entry::Entry;

#[derive(Clone, Debug, Default)]
pub struct AllocationState {
    pub lists: BTreeMap<SiteId, Vec<ArmId>>,
    /// Known to nobody who is blinded.
    pub salt: String,
    pub drawn: BTreeMap<ParticipantId, Noted<ArmId>>,
    /// Places used per site.
    pub used: BTreeMap<SiteId, u32>,
    pub kits: BTreeMap<KitId, ArmId>,
}

impl AllocationState {
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.body {
            Body::AllocationList { lists, salt } => {
                self.lists.clone_from(lists);
                self.salt.clone_from(salt);
            }
            Body::ArmDrawn { participant, site, place, arm } => {
                self.drawn.insert(participant.clone(), Noted::new(arm.clone(), entry));
                let used = self.used.entry(site.clone()).or_default();
                *used = (*used).max(place + 1);
            }
            Body::KitContents { kits, .. } => {
                self.kits.extend(kits.iter().map(|(kit, arm)| (kit.clone(), arm.clone())))
            }
            _ => {}
        }
    }
}
