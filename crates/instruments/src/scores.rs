//! What scoring gives: numbers, flags and a band, each known or left open.

use std::collections::BTreeMap;

/// Scores by id. What is not there cannot be said from the answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scores {
    numbers: BTreeMap<String, f64>,
    flags: BTreeMap<String, bool>,
    band: Option<String>,
}

impl Scores {
    /// Scores that are known otherwise than from answers: published ones, or those of a case.
    pub fn known(
        numbers: impl IntoIterator<Item = (String, f64)>,
        flags: impl IntoIterator<Item = (String, bool)>,
    ) -> Self {
        Self { numbers: numbers.into_iter().collect(), flags: flags.into_iter().collect(), band: None }
    }

    pub fn number(&self, id: &str) -> Option<f64> {
        self.numbers.get(id).copied()
    }

    pub fn flag(&self, id: &str) -> Option<bool> {
        self.flags.get(id).copied()
    }

    pub fn band(&self) -> Option<&str> {
        self.band.as_deref()
    }

    pub fn numbers(&self) -> impl Iterator<Item = (&str, f64)> {
        self.numbers.iter().map(|(id, number)| (id.as_str(), *number))
    }

    pub fn flags(&self) -> impl Iterator<Item = (&str, bool)> {
        self.flags.iter().map(|(id, flag)| (id.as_str(), *flag))
    }

    pub(crate) fn set_number(&mut self, id: &str, number: Option<f64>) {
        if let Some(number) = number {
            self.numbers.insert(id.into(), number);
        }
    }

    pub(crate) fn set_flag(&mut self, id: &str, flag: Option<bool>) {
        if let Some(flag) = flag {
            self.flags.insert(id.into(), flag);
        }
    }

    pub(crate) fn set_band(&mut self, band: Option<String>) {
        self.band = band;
    }
}
