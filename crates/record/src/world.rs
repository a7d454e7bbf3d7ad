//! What a decision is made on: the protocol, and the streams that were read, seen twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use protocol::Study;
use serde::{Deserialize, Serialize};
use terms::{EntryId, ParticipantId, SessionId, SiteId};

use crate::entry::Entry;
use crate::role::Clearance;
use crate::state::{
    AllocationState, ParticipantState, SessionState, SiteState, State, StudyState, SupplyState,
};
use crate::stream::StreamId;

/// A fingerprint of what somebody was shown of some streams: of the cleared entries only, so that it tells
/// nothing about the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub u64);

impl Digest {
    /// With one more entry. FNV-1a over the ids: a mix, not a seal.
    pub fn with(self, entry: EntryId) -> Self {
        let start = if self.0 == 0 { 0xcbf2_9ce4_8422_2325 } else { self.0 };
        Self(
            entry
                .0
                .to_be_bytes()
                .iter()
                .fold(start, |mix, byte| (mix ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)),
        )
    }

    pub fn join(self, other: Self) -> Self {
        Self(self.0.rotate_left(17) ^ other.0)
    }
}

/// A folded stream as somebody sees it.
#[derive(Clone, Debug)]
pub struct Folded {
    pub state: Arc<State>,
    pub digest: Digest,
}

impl Folded {
    pub fn empty(stream: &StreamId) -> Self {
        Self { state: Arc::new(State::empty(stream)), digest: Digest::default() }
    }

    /// Takes in `entry` if `clearance` covers it; otherwise it is as if it had never been written.
    pub fn take(&mut self, entry: &Entry, clearance: &Clearance) {
        if clearance.covers(entry) {
            Arc::make_mut(&mut self.state).apply_here(entry);
            self.digest = self.digest.with(entry.id);
        }
    }
}

/// Folded streams, all under one clearance.
#[derive(Clone, Debug, Default)]
pub struct Streams(pub BTreeMap<StreamId, Folded>);

macro_rules! reach {
    ($($name:ident($($id:ident: $of:ty)?) -> $state:ty = $stream:expr, $variant:ident);* $(;)?) => {$(
        /// `None` if the stream was not read.
        pub fn $name(&self $(, $id: &$of)?) -> Option<&$state> {
            match &*self.0.get(&$stream)?.state {
                State::$variant(state) => Some(state),
                _ => None,
            }
        }
    )*};
}

impl Streams {
    reach! {
        study() -> StudyState = StreamId::Study, Study;
        site(id: SiteId) -> SiteState = StreamId::Site(id.clone()), Site;
        supply(id: SiteId) -> SupplyState = StreamId::Supply(id.clone()), Supply;
        allocation() -> AllocationState = StreamId::Allocation, Allocation;
        participant(id: ParticipantId) -> ParticipantState = StreamId::Participant(id.clone()), Participant;
        session(id: SessionId) -> SessionState = StreamId::Session(id.clone()), Session;
    }

    pub fn digest(&self) -> Digest {
        self.0.values().fold(Digest::default(), |all, folded| all.join(folded.digest))
    }
}

/// Everything that a decision may look at.
#[derive(Debug)]
pub struct World {
    /// `None` only before the study is opened.
    pub protocol: Option<Arc<Study>>,
    /// What the sender sees. Whether and why something is refused depends on this alone.
    pub seen: Streams,
    /// What there is. For what a decision writes: which kit holds the drawn arm, which deviation was found.
    pub whole: Streams,
}
