//! From answers to scores.

use crate::answers::{Answers, BadAnswer};
use crate::instrument::{Bands, Holds, Instrument, Op, Score};
use crate::scores::Scores;

impl Instrument {
    /// All scores, flags and the band that follow from `answers`; what they leave open is not there.
    ///
    /// # Errors
    /// [`BadAnswer`] names the first item with an answer that the form does not have.
    ///
    /// ```
    /// use instruments::Answers;
    /// let caps = instruments::builtin().get(&terms::InstrumentId::new("caps-5").unwrap()).unwrap();
    /// let answers: Answers = (1..=20).map(|item| (item.to_string(), 1)).collect();
    /// let scores = caps.score(&answers).unwrap();
    /// assert_eq!(scores.number("total"), Some(20.0));
    /// assert_eq!(scores.flag("ptsd"), Some(false), "no symptom reaches the threshold");
    /// assert_eq!(scores.flag("criterion_f"), None, "nobody asked how long it has lasted");
    /// ```
    pub fn score(&self, answers: &Answers) -> Result<Scores, BadAnswer> {
        self.check(answers)?;
        let mut scores = Scores::default();
        for score in &self.scores {
            scores.set_number(&score.id, self.number(score, answers));
        }
        for flag in &self.flags {
            let holds = match &flag.holds {
                Holds::Enough { need, of, at_least } => self.enough(*need, of, *at_least, answers),
                Holds::All(flags) => all(flags.iter().map(|flag| scores.flag(flag))),
            };
            scores.set_flag(&flag.id, holds);
        }
        let band = self.bands.as_ref().and_then(|bands| bands.band(scores.number(&bands.score)?));
        scores.set_band(band);
        Ok(scores)
    }

    fn number(&self, score: &Score, answers: &Answers) -> Option<f64> {
        let applies = |key: &&String| self.not_applicable(key, answers).is_none();
        match score.op {
            Op::Sum => sum(score.of.iter(), answers),
            Op::Mean => {
                let applying = score.of.iter().filter(applies).count();
                let total = sum(score.of.iter().filter(applies), answers)?;
                (applying > 0).then(|| total / applying as f64)
            }
            Op::Count { at_least } => {
                let counts = score.of.iter().map(|key| self.counts(key, at_least, answers));
                counts.sum::<Option<usize>>().map(|count| count as f64)
            }
            Op::Value => sum(score.of.iter().take(1), answers),
        }
    }

    /// 1 when the answer counts, 0 when it does not, `None` when that is open.
    fn counts(&self, key: &str, at_least: i64, answers: &Answers) -> Option<usize> {
        let related_by = self.item(key).and_then(|item| item.related_by.as_ref());
        let unrelated = related_by.and_then(|by| answers.get(by)) == Some(&0);
        if unrelated || self.not_applicable(key, answers).is_some() {
            return Some(0);
        }
        answers.get(key).map(|&value| usize::from(value >= at_least))
    }

    fn enough(&self, need: usize, of: &[String], at_least: i64, answers: &Answers) -> Option<bool> {
        let counts: Vec<Option<usize>> = of.iter().map(|key| self.counts(key, at_least, answers)).collect();
        let yes: usize = counts.iter().flatten().sum();
        let open = counts.iter().filter(|one| one.is_none()).count();
        if yes >= need {
            Some(true)
        } else if yes + open < need {
            Some(false)
        } else {
            None
        }
    }
}

impl Bands {
    fn band(&self, score: f64) -> Option<String> {
        self.steps.iter().rev().find(|step| step.from <= score).map(|step| step.id.clone())
    }
}

/// `None` as soon as one answer is missing.
fn sum<'a>(keys: impl Iterator<Item = &'a String>, answers: &Answers) -> Option<f64> {
    keys.map(|key| answers.get(key).map(|&value| value as f64)).sum()
}

/// False as soon as one is false; open when none is false and one is open.
pub(crate) fn all(flags: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let flags: Vec<Option<bool>> = flags.into_iter().collect();
    if flags.contains(&Some(false)) { Some(false) } else { (!flags.contains(&None)).then_some(true) }
}
