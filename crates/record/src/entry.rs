//! An entry: one thing somebody put on the record.

use serde::{Deserialize, Serialize};
use terms::{CommandId, EntryId, PersonId, SiteId, Timestamp};

use crate::body::Body;
use crate::role::{Labels, Role};
use crate::stream::StreamId;

/// Who, what, where, why, and three times. Never changed and never removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub stream: StreamId,
    pub command: CommandId,
    pub author: PersonId,
    pub role: Role,
    /// The site it belongs to; `None` for the study's own affairs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<SiteId>,
    /// The protocol version in force.
    pub protocol: String,
    pub happened: Timestamp,
    /// By the clock of the device, and how far that clock was off, in ms (device minus server).
    pub entered: Timestamp,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub offset_ms: i64,
    /// By the server.
    pub recorded: Timestamp,
    pub labels: Labels,
    /// Whoever needs to see it for their task, whatever their reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addressed_to: Option<PersonId>,
    /// The entry that this one corrects; both stay visible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<EntryId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub body: Body,
}

/// Device clocks further off than this are flagged.
pub const OFFSET_FLAGGED_MS: i64 = 60_000;

fn is_zero(value: &i64) -> bool {
    *value == 0
}

/// Stored bytes that are not an entry of any version known here.
#[derive(Debug, thiserror::Error)]
#[error(
    "entry {id} cannot be read: {source}; this record was written by a newer Stillroom, or is damaged: run `stillroom verify`"
)]
pub struct Unreadable {
    pub id: EntryId,
    pub source: serde_json::Error,
}

impl Entry {
    /// The stored form: JSON, fields in the order above. Hashed as written, so it is never made again.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an entry holds text keys and finite numbers only")
    }

    pub fn from_bytes(id: EntryId, bytes: &[u8]) -> Result<Self, Unreadable> {
        serde_json::from_slice(bytes).map_err(|source| Unreadable { id, source })
    }

    pub fn device_clock_is_off(&self) -> bool {
        self.offset_ms.abs() > OFFSET_FLAGGED_MS
    }
}
