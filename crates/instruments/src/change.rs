//! What two ratings say together.

use crate::instrument::{ChangeOp, Instrument};
use crate::score::all;
use crate::scores::Scores;

impl Instrument {
    /// From an earlier rating to a later one: numbers and flags by the ids of the file's `change` rules.
    pub fn change(&self, earlier: &Scores, later: &Scores) -> Scores {
        let mut changes = Scores::default();
        for rule in &self.change {
            match &rule.op {
                ChangeOp::Difference { score } => {
                    changes.set_number(&rule.id, difference(score, earlier, later));
                }
                ChangeOp::Fall { score, at_least } => {
                    let fell = difference(score, earlier, later).map(|change| -change >= *at_least);
                    changes.set_flag(&rule.id, fell);
                }
                ChangeOp::Loss { flag, at_most } => {
                    let low = at_most.as_ref().map_or(Some(true), |(score, most)| {
                        later.number(score).map(|number| number <= *most)
                    });
                    changes.set_flag(&rule.id, all([lost(flag, earlier, later), low]));
                }
            }
        }
        changes
    }
}

fn difference(score: &str, earlier: &Scores, later: &Scores) -> Option<f64> {
    Some(later.number(score)? - earlier.number(score)?)
}

/// Who is known not to have had it cannot lose it. Where the earlier rating leaves it open, it counts as had:
/// trials admit only people who have it.
fn lost(flag: &str, earlier: &Scores, later: &Scores) -> Option<bool> {
    if earlier.flag(flag) == Some(false) { Some(false) } else { later.flag(flag).map(|has| !has) }
}
