//! Streams: what belongs together and is read together.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use terms::{ParticipantId, SessionId, SiteId};

/// Entries belong to a stream, and are numbered within it. Written `participant/S01-004`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    Study,
    Site(SiteId),
    /// Kits and the controlled-drug ledger of a site.
    Supply(SiteId),
    /// The sealed allocation list and what was drawn from it.
    Allocation,
    Participant(ParticipantId),
    Session(SessionId),
    /// Sign-ins, exports, gained clearances.
    Access,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a stream: expected `study`, `allocation`, `access`, or `site/`, `supply/`, `participant/` or `session/` and an id"
)]
pub struct NotAStream(pub String);

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Study => f.write_str("study"),
            Self::Site(site) => write!(f, "site/{site}"),
            Self::Supply(site) => write!(f, "supply/{site}"),
            Self::Allocation => f.write_str("allocation"),
            Self::Participant(participant) => write!(f, "participant/{participant}"),
            Self::Session(session) => write!(f, "session/{session}"),
            Self::Access => f.write_str("access"),
        }
    }
}

impl FromStr for StreamId {
    type Err = NotAStream;

    fn from_str(text: &str) -> Result<Self, NotAStream> {
        let not = || NotAStream(text.chars().take(80).collect());
        Ok(match text.split_once('/') {
            None => match text {
                "study" => Self::Study,
                "allocation" => Self::Allocation,
                "access" => Self::Access,
                _ => return Err(not()),
            },
            Some(("site", id)) => Self::Site(id.parse().map_err(|_| not())?),
            Some(("supply", id)) => Self::Supply(id.parse().map_err(|_| not())?),
            Some(("participant", id)) => Self::Participant(id.parse().map_err(|_| not())?),
            Some(("session", id)) => Self::Session(id.parse().map_err(|_| not())?),
            Some(_) => return Err(not()),
        })
    }
}

impl Serialize for StreamId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for StreamId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
