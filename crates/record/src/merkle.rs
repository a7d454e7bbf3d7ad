//! The Merkle tree over the log: RFC 6962 hashing, its frontier, inclusion and consistency proofs. Pure maths.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::journal::Stored;

/// A SHA-256 hash, written in hex.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl Hash {
    /// From 64 hex digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0u8; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl Serialize for Hash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 hex digits"))
    }
}

/// What is hashed of an entry: every stored column, each with its length before it, so that no bit of any of
/// them can change unseen and no two rows share an encoding.
pub fn leaf_bytes(stored: &Stored) -> Vec<u8> {
    let stream = stored.stream.to_string();
    let mut out = Vec::with_capacity(stored.bytes.len() + stream.len() + 80);
    out.extend(b"stillroom-leaf-1\n");
    out.extend(stored.position.to_be_bytes());
    out.extend((stream.len() as u64).to_be_bytes());
    out.extend(stream.as_bytes());
    out.extend(stored.version.to_be_bytes());
    out.extend(stored.id.0.to_be_bytes());
    out.extend(stored.command.0.to_be_bytes());
    out.extend((stored.bytes.len() as u64).to_be_bytes());
    out.extend(&stored.bytes);
    out
}

/// The hash of a leaf: SHA-256 of a zero byte and the leaf.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(leaf);
    Hash(hash.finalize().into())
}

/// The hash of an inner node: SHA-256 of a one byte and both children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left.0);
    hash.update(right.0);
    Hash(hash.finalize().into())
}

/// The root of an empty tree: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Hash(Sha256::digest(b"").into())
}

/// The right edge of a growing tree: the roots of its perfect subtrees, largest first. Enough to append and to
/// say the root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// From what [`Frontier::peaks`] gave; `None` if they do not fit the size.
    pub fn restore(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    pub fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("a peak for every one-bit of the size");
            node = node_hash(&left, &node);
        }
        self.peaks.push(node);
        self.size += 1;
    }

    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// The root over `leaves` (already hashed).
pub fn root_of(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}

/// The largest power of two below `size` (which is at least 2).
fn split(size: usize) -> usize {
    1 << (usize::BITS - 1 - (size - 1).leading_zeros())
}

/// The path from leaf `index` to the root over `leaves`, lowest first. `None` if there is no such leaf.
pub fn inclusion_proof(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    if leaves.len() == 1 {
        return Some(Vec::new());
    }
    let at = split(leaves.len());
    let (inside, place, beside) = if index < at {
        (&leaves[..at], index, &leaves[at..])
    } else {
        (&leaves[at..], index - at, &leaves[..at])
    };
    let mut path = inclusion_proof(inside, place)?;
    path.push(root_of(beside));
    Some(path)
}

/// Whether `path` leads from `leaf` at `index` to `root` in a tree of `size` leaves (RFC 9162, 2.1.3.2).
pub fn check_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last, mut node) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            node = node_hash(sibling, &node);
            while place % 2 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            node = node_hash(&node, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && node == *root
}

/// Proof that the tree over the first `old` leaves is a beginning of the tree over all `leaves`.
pub fn consistency_proof(leaves: &[Hash], old: usize) -> Option<Vec<Hash>> {
    fn subproof(leaves: &[Hash], old: usize, whole: bool) -> Vec<Hash> {
        if old == leaves.len() {
            return if whole { Vec::new() } else { vec![root_of(leaves)] };
        }
        let at = split(leaves.len());
        let (mut proof, beside) = if old <= at {
            (subproof(&leaves[..at], old, whole), &leaves[at..])
        } else {
            (subproof(&leaves[at..], old - at, false), &leaves[..at])
        };
        proof.push(root_of(beside));
        proof
    }
    (1..=leaves.len()).contains(&old).then(|| subproof(leaves, old, true))
}

/// Whether `proof` shows that the tree of `size` leaves with `root` begins with the tree of `old` leaves with
/// `old_root` (RFC 9162, 2.1.4.2).
pub fn check_consistency(old: u64, old_root: &Hash, size: u64, root: &Hash, proof: &[Hash]) -> bool {
    if old == 0 || old > size {
        return false;
    }
    if old == size {
        return proof.is_empty() && old_root == root;
    }
    let mut path = proof.to_vec();
    if old.is_power_of_two() {
        path.insert(0, *old_root);
    }
    let (mut place, mut last) = (old - 1, size - 1);
    while place % 2 == 1 {
        place >>= 1;
        last >>= 1;
    }
    let Some((first, rest)) = path.split_first() else { return false };
    let (mut from_old, mut from_new) = (*first, *first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if place % 2 == 1 || place == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while place % 2 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && from_old == *old_root && from_new == *root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The eight leaves of the test tree that certificate-transparency implementations share.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];

    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves(count: usize) -> Vec<Hash> {
        (0..count).map(|number| leaf_hash(&(number as u64).to_be_bytes())).collect()
    }

    /// The definition of RFC 6962, word by word.
    fn naive(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            _ => {
                let at = split(leaves.len());
                node_hash(&naive(&leaves[..at]), &naive(&leaves[at..]))
            }
        }
    }

    #[test]
    fn known_roots() {
        let hashes: Vec<Hash> = LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
        for (count, expected) in ROOTS.iter().enumerate() {
            assert_eq!(root_of(&hashes[..=count]).to_string(), *expected);
        }
        assert_eq!(
            empty_root().to_string(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn the_frontier_says_what_the_definition_says() {
        for count in 0..70 {
            assert_eq!(root_of(&leaves(count)), naive(&leaves(count)), "{count} leaves");
        }
    }

    #[test]
    fn inclusion_is_proven_and_nothing_else() {
        for count in 1..40usize {
            let all = leaves(count);
            let root = root_of(&all);
            for index in 0..count {
                let path = inclusion_proof(&all, index).unwrap();
                let check = |leaf: &Hash, index: usize, path: &[Hash]| {
                    check_inclusion(leaf, index as u64, count as u64, path, &root)
                };
                assert!(check(&all[index], index, &path));
                assert!(!check(&leaf_hash(b"other"), index, &path));
                assert!(!check(&all[index], (index + 1) % (count + 1), &path), "{count} {index}");
                if !path.is_empty() {
                    assert!(!check(&all[index], index, &path[1..]));
                }
            }
        }
    }

    #[test]
    fn consistency_is_proven_and_nothing_else() {
        for count in 1..40usize {
            let all = leaves(count);
            for old in 1..=count {
                let proof = consistency_proof(&all, old).unwrap();
                let (old_root, root) = (root_of(&all[..old]), root_of(&all));
                assert!(
                    check_consistency(old as u64, &old_root, count as u64, &root, &proof),
                    "{old} in {count}"
                );
                let mut changed = all.clone();
                changed[old - 1] = leaf_hash(b"changed");
                let other = root_of(&changed);
                assert!(!check_consistency(
                    old as u64,
                    &root_of(&changed[..old]),
                    count as u64,
                    &root,
                    &proof
                ));
                assert!(!check_consistency(old as u64, &old_root, count as u64, &other, &proof));
            }
        }
    }

    #[test]
    fn a_frontier_is_restored_only_when_it_fits() {
        let mut frontier = Frontier::default();
        leaves(11).into_iter().for_each(|leaf| frontier.push(leaf));
        let again = Frontier::restore(frontier.size(), frontier.peaks().to_vec()).unwrap();
        assert_eq!(again.root(), frontier.root());
        assert!(Frontier::restore(12, frontier.peaks().to_vec()).is_none());
    }
}
