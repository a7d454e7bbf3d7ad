//! The typed form of an instrument's file.

use std::collections::BTreeMap;

use serde::Deserialize;
use terms::InstrumentId;

/// A questionnaire or interview.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    pub id: InstrumentId,
    pub name: String,
    /// Which edition or version of the form: kept with every rating.
    pub edition: String,
    pub respondent: String,
    /// What span of time the answers are about.
    pub recall: String,
    /// How long it takes: from, to.
    pub minutes: (u32, u32),
    pub licence: Licence,
    /// What the sources named below are.
    pub sources: BTreeMap<String, String>,
    /// The numbered items, in order.
    pub items: Vec<Item>,
    /// What else the form asks.
    pub extras: Vec<Item>,
    pub not_applicable: Vec<NotApplicable>,
    pub scores: Vec<Score>,
    /// In an order in which each uses only flags above it.
    pub flags: Vec<Flag>,
    pub bands: Option<Bands>,
    pub change: Vec<ChangeRule>,
}

/// Something that is answered with a whole number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What stands in [`crate::Answers`].
    pub key: String,
    /// Our own short wording, never the instrument's text.
    pub label: String,
    pub min: i64,
    pub max: i64,
    /// May be left out without anything being open.
    #[serde(default)]
    pub optional: bool,
    /// For counting this symptom: the answer with this key, if given, must not be 0.
    pub related_by: Option<String>,
}

impl Item {
    /// The item's number, for those that have one.
    pub fn number(&self) -> Option<u32> {
        self.key.parse().ok()
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Licence {
    pub class: LicenceClass,
    pub holder: String,
    pub notice: String,
}

/// What may be kept with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum LicenceClass {
    /// The text is free to use.
    A,
    /// The text may be used without charge, not commercially: kept in a pack of its own.
    B,
    /// Structure, keys and bands only; the licence holder supplies the text at the site.
    C,
}

/// Item `item` does not apply when the answer to `when` is 1.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotApplicable {
    pub item: String,
    pub when: String,
}

/// A number that follows from answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    pub id: String,
    pub op: Op,
    /// Keys of the answers it needs.
    pub of: Vec<String>,
    pub source: Vec<String>,
    pub verified: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Every answer is needed, and each must apply.
    Sum,
    /// The mean of those that apply; every one of them is needed.
    Mean,
    /// How many are at least this high and count (see [`Item::related_by`]).
    Count { at_least: i64 },
    /// The answer itself.
    Value,
}

/// A yes, a no, or not to be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Flag {
    pub id: String,
    pub holds: Holds,
    pub source: Vec<String>,
    pub verified: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Holds {
    /// At least `need` of the answers `of` are at least so high, and count.
    Enough { need: usize, of: Vec<String>, at_least: i64 },
    /// All these flags.
    All(Vec<String>),
}

/// Names for ranges of a score.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    pub score: String,
    pub source: Vec<String>,
    pub verified: bool,
    /// From low to high.
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: String,
    pub from: f64,
}

/// What is said of two ratings of the same person.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeRule {
    pub id: String,
    pub op: ChangeOp,
    pub source: Vec<String>,
    pub verified: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ChangeOp {
    /// Later minus earlier.
    Difference { score: String },
    /// The score fell by at least this much.
    Fall { score: String, at_least: f64 },
    /// The flag is no longer there, and the later score is at most this, if one is named.
    Loss { flag: String, at_most: Option<(String, f64)> },
}

impl Instrument {
    /// The item or extra with this key.
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().chain(&self.extras).find(|item| item.key == key)
    }

    /// Names of the numbers that [`Instrument::score`] gives.
    pub fn score_ids(&self) -> impl Iterator<Item = &str> {
        self.scores.iter().map(|score| score.id.as_str())
    }

    /// Names of the flags that [`Instrument::score`] gives.
    pub fn flag_ids(&self) -> impl Iterator<Item = &str> {
        self.flags.iter().map(|flag| flag.id.as_str())
    }

    /// The lowest and highest value that a score can have.
    pub fn score_range(&self, id: &str) -> Option<(f64, f64)> {
        let score = self.scores.iter().find(|score| score.id == id)?;
        let items = || score.of.iter().filter_map(|key| self.item(key));
        let ends = |end: fn(&Item) -> i64| items().map(|item| end(item) as f64).sum::<f64>();
        let number = score.of.len().max(1) as f64;
        Some(match score.op {
            Op::Sum | Op::Value => (ends(|item| item.min), ends(|item| item.max)),
            Op::Mean => (ends(|item| item.min) / number, ends(|item| item.max) / number),
            Op::Count { .. } => (0.0, number),
        })
    }
}
