//! Reading an instrument's file, and refusing one that does not hold together.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use terms::InstrumentId;

use crate::instrument::{
    Bands, ChangeOp, ChangeRule, Flag, Holds, Instrument, Item, Licence, NotApplicable, Op, Score,
};

/// Why an instrument's file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    #[error("{0}")]
    Toml(String),
    #[error("{0}")]
    Meaning(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    id: InstrumentId,
    name: String,
    edition: String,
    respondent: String,
    recall: String,
    minutes: (u32, u32),
    licence: Licence,
    sources: BTreeMap<String, String>,
    answers: AnswersFile,
    scores: Vec<ScoreFile>,
    #[serde(default)]
    flags: Vec<FlagFile>,
    bands: Option<Bands>,
    #[serde(default)]
    change: Vec<ChangeFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswersFile {
    items: Vec<Item>,
    #[serde(default)]
    extras: Vec<Item>,
    #[serde(default)]
    not_applicable: Vec<NotApplicable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScoreFile {
    id: String,
    op: String,
    of: Vec<String>,
    at_least: Option<i64>,
    source: Vec<String>,
    verified: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlagFile {
    id: String,
    need: Option<usize>,
    of: Option<Vec<String>>,
    at_least: Option<i64>,
    all: Option<Vec<String>>,
    source: Vec<String>,
    verified: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    id: String,
    op: String,
    score: Option<String>,
    flag: Option<String>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    source: Vec<String>,
    verified: bool,
}

fn meaning<T>(text: String) -> Result<T, BadFile> {
    Err(BadFile::Meaning(text))
}

impl Instrument {
    /// Reads a file such as `instruments/caps-5.toml`.
    ///
    /// # Errors
    /// [`BadFile`] names the first rule that does not hold together, and the key that it lacks.
    pub fn read(text: &str) -> Result<Self, BadFile> {
        let file: File = toml::from_str(text).map_err(|why| BadFile::Toml(why.to_string()))?;
        let instrument = Self {
            id: file.id,
            name: file.name,
            edition: file.edition,
            respondent: file.respondent,
            recall: file.recall,
            minutes: file.minutes,
            licence: file.licence,
            sources: file.sources,
            items: file.answers.items,
            extras: file.answers.extras,
            not_applicable: file.answers.not_applicable,
            scores: file.scores.into_iter().map(score).collect::<Result<_, _>>()?,
            flags: file.flags.into_iter().map(flag).collect::<Result<_, _>>()?,
            bands: file.bands,
            change: file.change.into_iter().map(change).collect::<Result<_, _>>()?,
        };
        instrument.holds_together()?;
        Ok(instrument)
    }

    fn holds_together(&self) -> Result<(), BadFile> {
        self.answers_hold_together()?;
        self.scores_hold_together()?;
        let sources = (self.scores.iter().flat_map(|score| &score.source))
            .chain(self.flags.iter().flat_map(|flag| &flag.source))
            .chain(self.change.iter().flat_map(|rule| &rule.source))
            .chain(self.bands.iter().flat_map(|bands| &bands.source));
        for source in sources {
            if !self.sources.contains_key(source) {
                return meaning(format!("source `{source}` is not in `sources`"));
            }
        }
        Ok(())
    }

    fn answers_hold_together(&self) -> Result<(), BadFile> {
        let mut seen = BTreeSet::new();
        for item in self.items.iter().chain(&self.extras) {
            if !seen.insert(&item.key) {
                return meaning(format!("item `{}` is there twice", item.key));
            }
            if item.min > item.max {
                return meaning(format!("item `{}`: {} to {} is no range", item.key, item.min, item.max));
            }
        }
        for (place, item) in self.items.iter().enumerate() {
            if item.number() != u32::try_from(place + 1).ok() {
                return meaning(format!("item `{}` stands where item `{}` belongs", item.key, place + 1));
            }
        }
        let related = self.items.iter().filter_map(|item| item.related_by.as_ref());
        let not_applicable = self.not_applicable.iter().flat_map(|rule| [&rule.item, &rule.when]);
        match related.chain(not_applicable).find(|key| !seen.contains(key)) {
            Some(key) => meaning(format!("a rule names item `{key}`, which is not there")),
            None => Ok(()),
        }
    }

    fn scores_hold_together(&self) -> Result<(), BadFile> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let scores = self.scores.iter().map(|score| (score.id.as_str(), score.of.as_slice(), &[][..]));
        let flags = self.flags.iter().map(|flag| match &flag.holds {
            Holds::Enough { of, .. } => (flag.id.as_str(), of.as_slice(), &[][..]),
            Holds::All(all) => (flag.id.as_str(), &[][..], all.as_slice()),
        });
        for (id, of, all) in scores.chain(flags) {
            if let Some(key) = of.iter().find(|key| self.item(key).is_none()) {
                return meaning(format!("`{id}` names item `{key}`, which is not there"));
            }
            if let Some(flag) = all.iter().find(|flag| !seen.contains(flag.as_str())) {
                return meaning(format!("`{id}` names flag `{flag}`, which is not above it"));
            }
            if !seen.insert(id) {
                return meaning(format!("score `{id}` is there twice"));
            }
        }
        let used = self.change.iter().flat_map(|rule| match &rule.op {
            ChangeOp::Difference { score } | ChangeOp::Fall { score, .. } => vec![score],
            ChangeOp::Loss { flag, at_most } => {
                at_most.iter().map(|(score, _)| score).chain([flag]).collect()
            }
        });
        match used.chain(self.bands.iter().map(|bands| &bands.score)).find(|id| !seen.contains(id.as_str())) {
            Some(id) => meaning(format!("a rule of change or a band names `{id}`, which is no score")),
            None => Ok(()),
        }
    }
}

/// Writes `["1..5", "9"]` out as the keys 1, 2, 3, 4, 5, 9.
fn keys(listed: Vec<String>) -> Result<Vec<String>, BadFile> {
    let mut keys = Vec::new();
    for one in listed {
        match one.split_once("..") {
            None => keys.push(one),
            Some((from, until)) => match (from.parse::<u16>(), until.parse::<u16>()) {
                (Ok(from), Ok(until)) if from <= until => keys.extend((from..=until).map(|n| n.to_string())),
                _ => return meaning(format!("`{one}` is no range of items; write it as `1..5`")),
            },
        }
    }
    Ok(keys)
}

fn score(file: ScoreFile) -> Result<Score, BadFile> {
    let op = match (file.op.as_str(), file.at_least) {
        ("sum", None) => Op::Sum,
        ("mean", None) => Op::Mean,
        ("value", None) => Op::Value,
        ("count", Some(at_least)) => Op::Count { at_least },
        (op, _) => {
            let known = "`sum`, `mean`, `value`, or `count` with `at_least`";
            return meaning(format!("score `{}`: `{op}` is not {known}", file.id));
        }
    };
    Ok(Score { id: file.id, op, of: keys(file.of)?, source: file.source, verified: file.verified })
}

fn flag(file: FlagFile) -> Result<Flag, BadFile> {
    let holds = match (file.need, file.of, file.at_least, file.all) {
        (Some(need), Some(of), Some(at_least), None) => Holds::Enough { need, of: keys(of)?, at_least },
        (None, None, None, Some(all)) => Holds::All(all),
        _ => return meaning(format!("flag `{}` needs `need`, `of` and `at_least`, or `all`", file.id)),
    };
    Ok(Flag { id: file.id, holds, source: file.source, verified: file.verified })
}

fn change(file: ChangeFile) -> Result<ChangeRule, BadFile> {
    let op = match (file.op.as_str(), file.score, file.flag, file.at_least, file.at_most) {
        ("difference", Some(score), None, None, None) => ChangeOp::Difference { score },
        ("fall", Some(score), None, Some(at_least), None) => ChangeOp::Fall { score, at_least },
        ("loss", None, Some(flag), None, None) => ChangeOp::Loss { flag, at_most: None },
        ("loss", Some(score), Some(flag), None, Some(most)) => {
            ChangeOp::Loss { flag, at_most: Some((score, most)) }
        }
        (op, ..) => {
            let known = "`difference` of a score, `fall` of a score with `at_least`, or `loss` of a flag";
            return meaning(format!("change `{}`: `{op}` with these keys is not {known}", file.id));
        }
    };
    Ok(ChangeRule { id: file.id, op, source: file.source, verified: file.verified })
}
