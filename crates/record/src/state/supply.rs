//! Kits and the ledger of a site, in labelled mass: both arms are handled as controlled.

use std::collections::BTreeMap;

use terms::{EntryId, KitId, Micrograms, ParticipantId, SessionId};

use super::Noted;
use crate::body::Body;
use crate::entry::Entry;

#[derive(Clone, Debug, Default)]
pub struct SupplyState {
    pub kits: BTreeMap<KitId, KitState>,
    /// How many participants the shipments so far serve, whichever arms they draw.
    pub covers: u32,
    /// Discrepancies that nobody has resolved yet.
    pub open_discrepancies: BTreeMap<EntryId, Noted<(KitId, Micrograms)>>,
    pub last_count: Option<Noted<(u32, u32)>>,
}

#[derive(Clone, Debug)]
pub struct KitState {
    pub content: Micrograms,
    pub dispensed: Option<Noted<(ParticipantId, SessionId)>>,
    pub drawn: Micrograms,
    pub returned: Option<Noted<Micrograms>>,
}

impl KitState {
    fn holding(content: Micrograms) -> Self {
        Self { content, dispensed: None, drawn: Micrograms::ZERO, returned: None }
    }

    /// What the ledger says is in it; negative when more was taken than it held.
    pub fn balance(&self) -> Micrograms {
        self.content - self.drawn
    }
}

impl SupplyState {
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.body {
            Body::ShipmentReceived { kits, content, covers, .. } => {
                self.covers += covers;
                for kit in kits {
                    self.kits.entry(kit.clone()).or_insert_with(|| KitState::holding(*content)).content =
                        *content;
                }
            }
            Body::KitDispensed { kit, participant, session } => {
                let given = (participant.clone(), session.clone());
                self.kit(kit).dispensed.get_or_insert(Noted::new(given, entry));
            }
            Body::DoseDrawn { kit, mass, .. } => self.kit(kit).drawn += *mass,
            Body::KitReturned { kit, remaining, .. } => {
                self.kit(kit).returned = Some(Noted::new(*remaining, entry))
            }
            Body::StockCounted { expected, counted, .. } => {
                self.last_count = Some(Noted::new((*expected, *counted), entry));
            }
            Body::DiscrepancyOpened { kit, shortfall, .. } => {
                self.open_discrepancies.insert(entry.id, Noted::new((kit.clone(), *shortfall), entry));
            }
            Body::DiscrepancyResolved { discrepancy, .. } => {
                self.open_discrepancies.remove(discrepancy);
            }
            _ => {}
        }
    }

    fn kit(&mut self, kit: &KitId) -> &mut KitState {
        self.kits.entry(kit.clone()).or_insert_with(|| KitState::holding(Micrograms::ZERO))
    }

    /// Kits in the safe: received and not dispensed.
    pub fn in_stock(&self) -> usize {
        self.kits.values().filter(|kit| kit.dispensed.is_none() && kit.content > Micrograms::ZERO).count()
    }

    pub fn dispensed_for(&self, session: &SessionId) -> Option<(&KitId, &KitState)> {
        self.kits.iter().find(|(_, kit)| kit.dispensed.as_ref().is_some_and(|to| to.value.1 == *session))
    }
}
