//! The port through which the record reaches its storage.
//!
//! A [`Journal`] keeps bytes; what they mean is the record's affair. It is synchronous: callers run it on a
//! thread that may block.

use terms::{CommandId, EntryId};

use crate::merkle::Hash;
use crate::stream::StreamId;

/// One entry as it lies in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Place in the whole log, from 0 without gaps.
    pub position: u64,
    pub stream: StreamId,
    /// Place in its stream, from 1 without gaps.
    pub version: u64,
    pub id: EntryId,
    pub command: CommandId,
    /// The entry in its stored form; hashed as they are, never written again.
    pub bytes: Vec<u8>,
}

/// What one command puts on the record: all of it or nothing.
#[derive(Clone, Debug)]
pub struct Append {
    pub command: CommandId,
    /// Every stream that the decision read, with the version it saw (0 for a stream without entries).
    pub expected: Vec<(StreamId, u64)>,
    /// In order; several streams may change at once.
    pub entries: Vec<NewEntry>,
}

#[derive(Clone, Debug)]
pub struct NewEntry {
    pub stream: StreamId,
    pub id: EntryId,
    pub bytes: Vec<u8>,
}

/// What became of one [`Append`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// On the record, and durable once the journal's own rule says so (at once, but for a bulk load).
    Done,
    /// The command was on the record already; its entries, in order.
    Known(Vec<EntryId>),
    /// Somebody was faster: `stream` has moved on. Nothing was written.
    Conflict { stream: StreamId },
}

/// The log's size and Merkle root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub size: u64,
    pub root: Hash,
}

/// Storage for the record of one study.
pub trait Journal: Send + Sync {
    type Failure: std::error::Error + Send + Sync + 'static;

    /// Appends each of `batch` atomically and independently, checking every expected version and the command id.
    fn append(&self, batch: &[Append]) -> Result<Vec<Appended>, Self::Failure>;

    /// The entries of `stream` after version `after`, in order.
    fn stream(&self, stream: &StreamId, after: u64) -> Result<Vec<Stored>, Self::Failure>;

    /// Up to `limit` entries of the log from `position` on.
    fn log(&self, position: u64, limit: usize) -> Result<Vec<Stored>, Self::Failure>;

    /// The entries of a command, if it is on the record.
    fn command(&self, command: CommandId) -> Result<Option<Vec<EntryId>>, Self::Failure>;

    fn head(&self) -> Result<Head, Self::Failure>;
}
