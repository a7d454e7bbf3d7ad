//! One list of ids, one macro: a `ParticipantId` and a `KitId` do not compare.
//!
//! Short ids are words that people say aloud (`S01`, `S01-004`, `V5`). [`EntryId`] and [`CommandId`] are
//! 128 bits without meaning: an id that counted would tell how much happened that its reader may not see.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is not an id: what is wrong with which value, and what an id looks like.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not a {kind}: {expected}")]
pub struct NotAnId {
    pub kind: &'static str,
    pub value: String,
    pub expected: &'static str,
}

const WORD: &str = "1 to 48 letters, digits, `-`, `_`, `.` or `/`, beginning with a letter or digit";

fn is_word(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    (1..=48).contains(&text.len())
        && text.chars().all(plain)
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Checks the form of `text`; whether such a thing exists is not asked here.
            pub fn new(text: impl AsRef<str>) -> Result<Self, NotAnId> {
                let text = text.as_ref();
                if is_word(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(NotAnId { kind: stringify!($name), value: text.chars().take(60).collect(), expected: WORD })
                }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Self::new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

words! {
    /// A site of the study: `S01`.
    SiteId,
    /// Somebody who acts in the study, staff or participant: `therapist-s01-1`. Never a name.
    PersonId,
    /// A participant, by site and running number: `S01-004`.
    ParticipantId,
    /// A therapy session of one participant: `S01-004.V5`.
    SessionId,
    /// A scheduled contact of the protocol: `V5`.
    VisitId,
    /// An arm of the protocol: `mdma`.
    ArmId,
    /// A blinded kit, by the number on its label: `0317`.
    KitId,
    /// A questionnaire or interview: `caps-5`.
    InstrumentId,
    /// One rating asked of one independent rater, under a handle that tells neither visit nor order.
    TaskId,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn to_base32(value: u128) -> String {
    (0..26).rev().map(|place| ALPHABET[((value >> (place * 5)) & 31) as usize] as char).collect()
}

fn from_base32(text: &str) -> Option<u128> {
    if text.len() != 26 {
        return None;
    }
    text.bytes().enumerate().try_fold(0u128, |value, (place, letter)| {
        let digit = ALPHABET.iter().position(|&known| known == letter)? as u128;
        (place > 0 || digit < 8).then_some((value << 5) | digit)
    })
}

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u128);

        impl $name {
            /// The first six places, as people read them aloud: `kq7-2fd`. Not unique; for the eye.
            pub fn short(self) -> String {
                let whole = to_base32(self.0);
                format!("{}-{}", &whole[2..5], &whole[5..8])
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&to_base32(self.0))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                from_base32(text).map(Self).ok_or_else(|| NotAnId {
                    kind: stringify!($name),
                    value: text.chars().take(60).collect(),
                    expected: "26 places of lower-case base 32",
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&to_base32(self.0))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

opaque! {
    /// One line of the record.
    EntryId,
    /// One command, made by its sender; sending it twice answers the same receipt.
    CommandId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_text_and_refuse_what_is_none() {
        assert_eq!(ParticipantId::new("S01-004").unwrap().as_str(), "S01-004");
        for bad in ["", " S01", "S01 004", "-x", "Jürgen", &"x".repeat(49)] {
            assert!(SiteId::new(bad).is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn opaque_ids_print_and_parse() {
        for value in [0, 1, 31, 32, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            let id = EntryId(value);
            assert_eq!(id.to_string().parse::<EntryId>(), Ok(id));
        }
        assert!("zzzzzzzzzzzzzzzzzzzzzzzzzz".parse::<EntryId>().is_err(), "more than 128 bits");
        assert!("0".parse::<EntryId>().is_err());
    }
}
