//! Answers as they stand on the record, and what is wrong with them.

use std::collections::BTreeMap;

use terms::InstrumentId;

use crate::Instrument;

/// Answers by key: `"1"` for item 1, and the extra keys of the instrument's file. Not answered = not there.
pub type Answers = BTreeMap<String, i64>;

/// An answer that the form does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAnswer {
    #[error("`{instrument}` has no item `{key}`; {known}")]
    UnknownItem { instrument: InstrumentId, key: String, known: String },
    #[error("`{instrument}`, {label}: {value} is outside {min} to {max}")]
    OutOfRange { instrument: InstrumentId, key: String, label: String, value: i64, min: i64, max: i64 },
    #[error(
        "`{instrument}`, {label}: answered with {value}, and `{when}` says that it does not apply; keep one"
    )]
    NotApplicable { instrument: InstrumentId, label: String, value: i64, when: String },
}

impl Instrument {
    /// Whether every answer is one that the form has. Missing answers are fine.
    pub fn check(&self, answers: &Answers) -> Result<(), BadAnswer> {
        for (key, &value) in answers {
            let Some(item) = self.item(key) else {
                let extras: Vec<String> =
                    self.extras.iter().map(|extra| format!("`{}`", extra.key)).collect();
                let known = format!("it has 1 to {} and {}", self.items.len(), extras.join(", "));
                return Err(BadAnswer::UnknownItem {
                    instrument: self.id.clone(),
                    key: key.chars().take(60).collect(),
                    known,
                });
            };
            if !(item.min..=item.max).contains(&value) {
                return Err(BadAnswer::OutOfRange {
                    instrument: self.id.clone(),
                    key: key.clone(),
                    label: item.label.clone(),
                    value,
                    min: item.min,
                    max: item.max,
                });
            }
            if let Some(when) = self.not_applicable(key, answers) {
                return Err(BadAnswer::NotApplicable {
                    instrument: self.id.clone(),
                    label: item.label.clone(),
                    value,
                    when: when.into(),
                });
            }
        }
        Ok(())
    }

    /// The answer that says that item `key` does not apply, if one does.
    pub(crate) fn not_applicable(&self, key: &str, answers: &Answers) -> Option<&str> {
        let rule = self.not_applicable.iter().find(|rule| rule.item == key)?;
        (answers.get(&rule.when) == Some(&1)).then_some(rule.when.as_str())
    }
}
