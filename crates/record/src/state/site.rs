//! A site: whether it is open, and who was numbered and took a place there.

use terms::ParticipantId;

use super::Noted;
use crate::body::Body;
use crate::entry::Entry;

#[derive(Clone, Debug, Default)]
pub struct SiteState {
    /// Name and IANA time zone.
    pub opened: Option<Noted<(String, String)>>,
    /// In order of referral.
    pub participants: Vec<ParticipantId>,
    /// In order of randomisation.
    pub randomised: Vec<ParticipantId>,
}

impl SiteState {
    pub(super) fn apply(&mut self, entry: &Entry) {
        match &entry.body {
            Body::SiteOpened { name, zone } => {
                self.opened = Some(Noted::new((name.clone(), zone.clone()), entry));
            }
            Body::ParticipantNumbered { participant } => self.participants.push(participant.clone()),
            Body::PlaceTaken { participant } => self.randomised.push(participant.clone()),
            _ => {}
        }
    }
}
