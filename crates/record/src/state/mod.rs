//! State: the fold of a stream's entries, as far as somebody is cleared for them.
//!
//! [`apply`] is the only function that turns one [`State`] into the next. It is total over any subset of
//! entries, in log order: what was not seen is simply not known, so every fact here is optional. Types that
//! demand an order guard permissions, never facts.

mod allocation;
mod participant;
mod session;
mod site;
mod study;
mod supply;

pub use allocation::AllocationState;
pub use participant::{AdverseEventState, ParticipantState, RatingState, Stage, VisitState};
pub use session::{DoseTaken, SessionState, VitalsSet};
pub use site::SiteState;
pub use study::{Person, StudyState};
pub use supply::{KitState, SupplyState};

use terms::{EntryId, PersonId, Timestamp};

use crate::entry::Entry;
use crate::stream::StreamId;

/// A value, with the entry that says so.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted<T> {
    pub value: T,
    pub entry: EntryId,
    pub happened: Timestamp,
    pub by: PersonId,
}

impl<T> Noted<T> {
    pub fn new(value: T, entry: &Entry) -> Self {
        Self { value, entry: entry.id, happened: entry.happened, by: entry.author.clone() }
    }
}

/// One folded stream, whichever it is.
#[derive(Clone, Debug)]
pub enum State {
    Study(Box<StudyState>),
    Site(SiteState),
    Supply(SupplyState),
    Allocation(AllocationState),
    Participant(Box<ParticipantState>),
    Session(Box<SessionState>),
    Access,
}

impl State {
    /// Of a stream without entries.
    pub fn empty(stream: &StreamId) -> Self {
        match stream {
            StreamId::Study => Self::Study(Box::default()),
            StreamId::Site(_) => Self::Site(SiteState::default()),
            StreamId::Supply(_) => Self::Supply(SupplyState::default()),
            StreamId::Allocation => Self::Allocation(AllocationState::default()),
            StreamId::Participant(_) => Self::Participant(Box::default()),
            StreamId::Session(_) => Self::Session(Box::default()),
            StreamId::Access => Self::Access,
        }
    }

    pub(crate) fn apply_here(&mut self, entry: &Entry) {
        match self {
            Self::Study(state) => state.apply(entry),
            Self::Site(state) => state.apply(entry),
            Self::Supply(state) => state.apply(entry),
            Self::Allocation(state) => state.apply(entry),
            Self::Participant(state) => state.apply(entry),
            Self::Session(state) => state.apply(entry),
            Self::Access => {}
        }
    }
}

/// `state` after `entry`. Total: an entry of another stream, or one that makes no sense here, changes nothing.
pub fn apply(mut state: State, entry: &Entry) -> State {
    state.apply_here(entry);
    state
}
