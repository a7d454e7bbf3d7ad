//! Permuted-block lists and their commitment. Pure: randomness is an argument.

use std::collections::BTreeMap;

use protocol::Study;
use sha2::{Digest, Sha256};
use terms::{ArmId, SiteId};

/// Why no list can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoList {
    #[error("the protocol has no `allocation.block_sizes`; sign for them in a sign-off file")]
    NoBlockSizes,
    #[error(
        "a block of {size} cannot hold the ratio {ratio:?} a whole number of times; use a multiple of {parts}"
    )]
    BlockDoesNotFit { size: u32, ratio: Vec<u32>, parts: u32 },
}

/// Bits from SHA-256 in counter mode: the same seed and purpose give the same list for ever.
struct Bits {
    key: [u8; 32],
    purpose: String,
    counter: u64,
    left: Vec<u8>,
}

impl Bits {
    fn new(seed: &[u8; 32], purpose: String) -> Self {
        Self { key: *seed, purpose, counter: 0, left: Vec::new() }
    }

    fn byte(&mut self) -> u8 {
        if self.left.is_empty() {
            let mut hash = Sha256::new();
            hash.update(self.key);
            hash.update(self.purpose.as_bytes());
            hash.update(self.counter.to_be_bytes());
            self.counter += 1;
            self.left = hash.finalize().to_vec();
        }
        self.left.pop().expect("a hash has 32 bytes")
    }

    /// Uniform in `0..bound`, by rejection: no value is favoured.
    fn below(&mut self, bound: u32) -> u32 {
        let limit = u32::MAX - u32::MAX % bound;
        loop {
            let drawn = u32::from_be_bytes([self.byte(), self.byte(), self.byte(), self.byte()]);
            if drawn < limit {
                return drawn % bound;
            }
        }
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u32 + 1) as usize;
            items.swap(last, other);
        }
    }
}

/// A list per site, at least as long as `places` asks, in whole blocks of randomly chosen sizes.
pub fn generate(
    study: &Study,
    places: &BTreeMap<SiteId, u32>,
    seed: &[u8; 32],
) -> Result<BTreeMap<SiteId, Vec<ArmId>>, NoList> {
    let sizes = study
        .allocation
        .block_sizes
        .as_deref()
        .filter(|sizes| !sizes.is_empty())
        .ok_or(NoList::NoBlockSizes)?;
    let ratio = &study.allocation.ratio;
    let parts: u32 = ratio.iter().sum();
    for &size in sizes {
        if parts == 0 || size == 0 || size % parts != 0 {
            return Err(NoList::BlockDoesNotFit { size, ratio: ratio.clone(), parts });
        }
    }
    Ok(places
        .iter()
        .map(|(site, &count)| (site.clone(), one_list(study, sizes, parts, site, count, seed)))
        .collect())
}

fn one_list(
    study: &Study,
    sizes: &[u32],
    parts: u32,
    site: &SiteId,
    count: u32,
    seed: &[u8; 32],
) -> Vec<ArmId> {
    let mut bits = Bits::new(seed, format!("allocation list of {site}"));
    let mut list = Vec::new();
    while list.len() < count as usize {
        let size = sizes[bits.below(sizes.len() as u32) as usize];
        let mut block: Vec<ArmId> = Vec::new();
        for (arm, &part) in study.arms.iter().zip(&study.allocation.ratio) {
            block.extend(std::iter::repeat_n(arm.id.clone(), (part * size / parts) as usize));
        }
        bits.shuffle(&mut block);
        list.append(&mut block);
    }
    list
}

/// Numbers `first..` in an order that tells nothing about what the kits hold: one arm per number.
pub fn shuffled_kits(
    arms: &[ArmId],
    per_arm: u32,
    first: u32,
    seed: &[u8; 32],
    shipment: &str,
) -> Vec<(u32, ArmId)> {
    let mut contents: Vec<ArmId> =
        arms.iter().flat_map(|arm| std::iter::repeat_n(arm.clone(), per_arm as usize)).collect();
    Bits::new(seed, format!("kits of {shipment}")).shuffle(&mut contents);
    (first..).zip(contents).collect()
}

/// The salt of a list: shown with the list itself, so that the commitment can be checked then.
pub fn salt(seed: &[u8; 32]) -> String {
    let mut hash = Sha256::new();
    hash.update(seed);
    hash.update(b"salt");
    hex(&hash.finalize())
}

/// SHA-256 over the salt and the lists as JSON.
pub fn commitment(lists: &BTreeMap<SiteId, Vec<ArmId>>, salt: &str) -> String {
    let text = serde_json::to_vec(lists).expect("ids are text");
    let mut hash = Sha256::new();
    hash.update(salt.as_bytes());
    hash.update(&text);
    hex(&hash.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
