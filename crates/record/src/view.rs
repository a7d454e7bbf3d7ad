//! A view: what somebody sees. Pages, exports and the read-out are made from views and from nothing else.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::Study;
use terms::{EntryId, ParticipantId, SessionId, SiteId};

use crate::entry::Entry;
use crate::recorder::Cache;
use crate::role::Clearance;
use crate::state::{
    AllocationState, ParticipantState, SessionState, SiteState, State, StudyState, SupplyState,
};
use crate::stream::StreamId;
use crate::world::{Digest, Folded};

/// The record under one clearance, folded stream by stream when asked. It moves with the record: two reads may
/// see different moments, each stream is whole.
pub struct View<'a> {
    cache: &'a Mutex<Cache>,
    clearance: Clearance,
}

/// A folded state shared with the recorder's cache.
macro_rules! folded {
    ($($(#[$doc:meta])* $name:ident($($id:ident: $of:ty)?) -> $state:ty = $stream:expr, $variant:ident);* $(;)?) => {$(
        $(#[$doc])*
        pub fn $name(&self $(, $id: &$of)?) -> $state {
            match &*self.fold(&$stream).state {
                State::$variant(state) => (*state).clone().into(),
                _ => Default::default(),
            }
        }
    )*};
}

impl<'a> View<'a> {
    pub(crate) fn new(cache: &'a Mutex<Cache>, clearance: Clearance) -> Self {
        Self { cache, clearance }
    }

    pub fn clearance(&self) -> &Clearance {
        &self.clearance
    }

    pub fn protocol(&self) -> Option<Arc<Study>> {
        self.lock().protocol.clone()
    }

    folded! {
        study() -> Box<StudyState> = StreamId::Study, Study;
        site(site: SiteId) -> SiteState = StreamId::Site(site.clone()), Site;
        supply(site: SiteId) -> SupplyState = StreamId::Supply(site.clone()), Supply;
        allocation() -> AllocationState = StreamId::Allocation, Allocation;
        participant(participant: ParticipantId) -> Box<ParticipantState> = StreamId::Participant(participant.clone()), Participant;
        session(session: SessionId) -> Box<SessionState> = StreamId::Session(session.clone()), Session;
    }

    /// Sites of which anything is seen, in order.
    pub fn sites(&self) -> Vec<SiteId> {
        self.streams_with(|stream| match stream {
            StreamId::Site(site) => Some(site.clone()),
            _ => None,
        })
    }

    /// Participants of whom anything is seen, in order.
    pub fn participants(&self) -> Vec<ParticipantId> {
        self.streams_with(|stream| match stream {
            StreamId::Participant(participant) => Some(participant.clone()),
            _ => None,
        })
    }

    /// Sessions of which anything is seen, in order.
    pub fn sessions(&self) -> Vec<SessionId> {
        self.streams_with(|stream| match stream {
            StreamId::Session(session) => Some(session.clone()),
            _ => None,
        })
    }

    fn streams_with<T>(&self, pick: impl Fn(&StreamId) -> Option<T>) -> Vec<T> {
        let cache = self.lock();
        let seen = cache
            .streams
            .iter()
            .filter(|(_, cached)| cached.entries.iter().any(|entry| self.clearance.covers(entry)));
        seen.filter_map(|(stream, _)| pick(stream)).collect()
    }

    /// The entries of a stream that are seen, in log order.
    pub fn entries(&self, stream: &StreamId) -> Vec<Arc<Entry>> {
        let cache = self.lock();
        let entries = cache.streams.get(stream).map(|cached| cached.entries.as_slice()).unwrap_or_default();
        entries.iter().filter(|entry| self.clearance.covers(entry)).cloned().collect()
    }

    /// An entry, if it is seen.
    pub fn entry(&self, id: EntryId) -> Option<Arc<Entry>> {
        self.lock().entry(id).filter(|entry| self.clearance.covers(entry)).cloned()
    }

    /// What was shown of these streams, for [`crate::command::Command::shown`]. Pass what the command reads.
    pub fn digest(&self, reads: &[StreamId]) -> Digest {
        let mut sorted: Vec<&StreamId> = reads.iter().collect();
        sorted.sort();
        sorted.dedup();
        sorted.into_iter().fold(Digest::default(), |all, stream| all.join(self.fold(stream).digest))
    }

    fn fold(&self, stream: &StreamId) -> Folded {
        self.lock().folded(stream, &self.clearance)
    }

    fn lock(&self) -> MutexGuard<'a, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
