//! Checkpoints: what the log was at one moment, in the C2SP forms `tlog-checkpoint` and `signed-note`.
//!
//! Three lines (origin, size, root), an empty line, and a signature by Ed25519. Keep one elsewhere, and nobody can
//! rewrite what came before it unseen.

use ed25519_dalek::{Signature, Signer, SigningKey, Verifier, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::journal::Head;
use crate::merkle::Hash;

/// A checkpoint, as its text says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: `stillroom/mapp2`.
    pub origin: String,
    pub size: u64,
    pub root: Hash,
}

/// Why a text is not a checkpoint, or not one of this log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACheckpoint {
    #[error("this is not a checkpoint: {0}")]
    Form(&'static str),
    #[error("the checkpoint carries no signature by `{0}`: it was made by another log, or for another key")]
    NotSigned(String),
    #[error(
        "the signature of `{0}` does not fit the checkpoint: its text was changed, or the key is another"
    )]
    BadSignature(String),
}

impl Checkpoint {
    pub fn of(study: &str, head: Head) -> Self {
        Self { origin: format!("stillroom/{study}"), size: head.size, root: head.root }
    }

    /// The three lines that are signed.
    pub fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, to_base64(&self.root.0))
    }

    /// The signed note.
    pub fn sign(&self, key: &SigningKey) -> String {
        let body = self.body();
        let mut signature = key_id(&self.origin, &key.verifying_key()).to_vec();
        signature.extend(key.sign(body.as_bytes()).to_bytes());
        format!("{body}\n\u{2014} {} {}\n", self.origin, to_base64(&signature))
    }

    /// Reads a note without asking who signed it.
    pub fn parse(text: &str) -> Result<Self, NotACheckpoint> {
        let (body, _) = halves(text)?;
        let mut lines = body.lines();
        let mut next = || lines.next().filter(|line| !line.is_empty());
        let origin = next().ok_or(NotACheckpoint::Form("its first line names the log"))?.to_owned();
        let size = next().and_then(|line| line.parse().ok());
        let size = size.ok_or(NotACheckpoint::Form("its second line is the number of entries"))?;
        let root = next().and_then(from_base64).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let root = Hash(root.ok_or(NotACheckpoint::Form("its third line is a root hash in base64"))?);
        Ok(Self { origin, size, root })
    }

    /// Reads a note and checks that `key` signed it.
    pub fn verify(text: &str, key: &VerifyingKey) -> Result<Self, NotACheckpoint> {
        let checkpoint = Self::parse(text)?;
        let (body, signatures) = halves(text)?;
        let wanted = key_id(&checkpoint.origin, key);
        for line in signatures.lines() {
            let Some((name, bytes)) = line.strip_prefix("\u{2014} ").and_then(|rest| rest.split_once(' '))
            else {
                continue;
            };
            let Some(bytes) = from_base64(bytes) else { continue };
            let Some((id, signature)) = bytes.split_first_chunk::<4>() else { continue };
            if name != checkpoint.origin || *id != wanted {
                continue;
            }
            let bad = || NotACheckpoint::BadSignature(name.to_owned());
            let signature = Signature::from_slice(signature).map_err(|_| bad())?;
            return key.verify(body.as_bytes(), &signature).map(|()| checkpoint.clone()).map_err(|_| bad());
        }
        Err(NotACheckpoint::NotSigned(checkpoint.origin))
    }
}

/// The signed text (with its last line end) and the signature lines.
fn halves(text: &str) -> Result<(&str, &str), NotACheckpoint> {
    let at = text.rfind("\n\n").ok_or(NotACheckpoint::Form("an empty line stands before the signatures"))?;
    Ok((&text[..=at], &text[at + 2..]))
}

/// The first four bytes of SHA-256 over name, line end, algorithm 1 (Ed25519) and key.
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update(b"\n\x01");
    hash.update(key.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    [digest[0], digest[1], digest[2], digest[3]]
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Standard base64 with padding.
pub fn to_base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .enumerate()
            .fold(0u32, |word, (place, byte)| word | u32::from(*byte) << (16 - 8 * place));
        for place in 0..4 {
            let letter = LETTERS[(word >> (18 - 6 * place) & 63) as usize] as char;
            out.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    out
}

/// `None` unless `text` is standard base64 with padding.
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if bytes.is_empty() || !bytes.len().is_multiple_of(4) {
        return None;
    }
    let padding = bytes.iter().rev().take_while(|byte| **byte == b'=').count();
    if padding > 2 {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    for chunk in bytes[..bytes.len() - padding].chunks(4) {
        let mut word = 0u32;
        for (place, byte) in chunk.iter().enumerate() {
            let digit = LETTERS.iter().position(|letter| letter == byte)? as u32;
            word |= digit << (18 - 6 * place);
        }
        out.extend(&word.to_be_bytes()[1..chunk.len()]);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::leaf_hash;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint::of("mapp2", Head { size: 42, root: leaf_hash(b"x") })
    }

    #[test]
    fn what_was_signed_verifies() {
        let note = checkpoint().sign(&key());
        assert!(note.starts_with("stillroom/mapp2\n42\n"));
        assert_eq!(Checkpoint::verify(&note, &key().verifying_key()), Ok(checkpoint()));
    }

    #[test]
    fn a_changed_note_or_another_key_is_refused() {
        let note = checkpoint().sign(&key());
        let changed = note.replacen("\n42\n", "\n43\n", 1);
        assert!(matches!(
            Checkpoint::verify(&changed, &key().verifying_key()),
            Err(NotACheckpoint::BadSignature(_))
        ));
        let other = SigningKey::from_bytes(&[8; 32]).verifying_key();
        assert!(matches!(Checkpoint::verify(&note, &other), Err(NotACheckpoint::NotSigned(_))));
        for bad in ["", "x", "a\nb\nc\n\n", "a\n1\nQUJD\n\n\u{2014} a x\n"] {
            assert!(matches!(Checkpoint::parse(bad), Err(NotACheckpoint::Form(_))), "{bad:?}");
        }
    }

    #[test]
    fn base64_is_the_standard_one() {
        for (bytes, text) in [(&b"f"[..], "Zg=="), (b"fo", "Zm8="), (b"foo", "Zm9v"), (b"foob", "Zm9vYg==")] {
            assert_eq!(to_base64(bytes), text);
            assert_eq!(from_base64(text).unwrap(), bytes);
        }
        assert!(
            from_base64("Zg=").is_none() && from_base64("Z===").is_none() && from_base64("Zg!=").is_none()
        );
    }
}
