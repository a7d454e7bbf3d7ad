//! Who guessed what: how well the blinding held.

use dataset::Dataset;
use protocol::Study;
use protocol::study::Treatment;
use record::body::{Guess, Guesser};
use terms::ArmId;

use crate::figure::{Figure, sources_of};
use crate::sets::randomised;

/// Guesses of one kind of guesser in one arm, over all timepoints.
#[derive(Clone, Debug)]
pub struct Guesses {
    pub by: Guesser,
    pub arm: ArmId,
    pub correct: Figure<usize>,
    pub wrong: Figure<usize>,
    pub unsure: Figure<usize>,
    /// Bang's index: (correct - wrong) / all. 1: everybody knows, 0: as by chance, -1: everybody is wrong.
    pub bang: Option<f64>,
}

pub(crate) fn guesses(dataset: &Dataset, study: &Study) -> Vec<Guesses> {
    let mut all = Vec::new();
    for by in [Guesser::Participant, Guesser::Therapist, Guesser::IndependentRater] {
        for arm in &study.arms {
            let right = if arm.treatment == Treatment::Mdma { Guess::Active } else { Guess::Placebo };
            let rows: Vec<_> = dataset
                .guesses
                .iter()
                .filter(|row| {
                    row.by == by && randomised(dataset, &arm.id).any(|one| one.participant == row.participant)
                })
                .collect();
            let count = |counts: &dyn Fn(Guess) -> bool| {
                let counted = || rows.iter().filter(|row| row.guess.value.is_some_and(counts));
                Figure::new(counted().count(), sources_of(counted().map(|row| &row.guess)))
            };
            let correct = count(&|guess| guess == right);
            let wrong = count(&|guess| guess != right && guess != Guess::Unsure);
            let unsure = count(&|guess| guess == Guess::Unsure);
            let total = correct.value + wrong.value + unsure.value;
            let bang = (total > 0).then(|| (correct.value as f64 - wrong.value as f64) / total as f64);
            all.push(Guesses { by, arm: arm.id.clone(), correct, wrong, unsure, bang });
        }
    }
    all
}
