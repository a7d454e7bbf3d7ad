//! Who and what is analysed.

use dataset::{Dataset, RatingRow, Subject};
use terms::ArmId;

/// Which data of a participant count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Data {
    /// Until treatment is stopped (the de jure estimand).
    OnTreatment,
    /// All (the de facto estimand).
    All,
}

impl Data {
    pub fn counts(self, row: &RatingRow) -> bool {
        self == Self::All || !row.after_stopping
    }
}

/// Randomised participants of an arm.
pub(crate) fn randomised<'a>(
    dataset: &'a Dataset,
    arm: &'a ArmId,
) -> impl Iterator<Item = &'a Subject> + Clone {
    dataset.subjects.iter().filter(move |subject| {
        subject.randomised.value == Some(true) && subject.arm.value.as_ref() == Some(arm)
    })
}

/// Modified intention to treat: randomised, at least one dose, at least one rating after baseline with `instrument`.
pub(crate) fn analysed<'a>(
    dataset: &'a Dataset,
    arm: &'a ArmId,
    instrument: &'a str,
) -> impl Iterator<Item = &'a Subject> + Clone {
    randomised(dataset, arm).filter(move |subject| {
        let rated = |row: &RatingRow| {
            row.participant == subject.participant
                && row.instrument.as_str() == instrument
                && row.change.value.is_some()
                && row.change.sources.len() != 1
        };
        subject.dosing_sessions.value.unwrap_or(0) > 0 && dataset.ratings.iter().any(rated)
    })
}
