//! Interview answers that add up to a wanted total and diagnosis.
//!
//! Which items carry the points is invented; the total, and whether the diagnosis is met, are what is drawn.

use std::ops::RangeInclusive;

use super::Answers;
use super::model::model;
use crate::stream::Stream;

/// The lowest total with a diagnosis: six symptoms at threshold.
pub const LOWEST_WITH_DIAGNOSIS: i64 = 12;
/// The highest total without one: everything extreme but the two items of cluster C, which are below threshold.
pub const HIGHEST_WITHOUT: i64 = 74;

/// A symptom cluster: its items, and how many of them a diagnosis needs at threshold.
struct Cluster {
    items: RangeInclusive<usize>,
    needed: usize,
}

/// B, C, D and E.
const CLUSTERS: [Cluster; 4] = [
    Cluster { items: 1..=5, needed: 1 },
    Cluster { items: 6..=7, needed: 1 },
    Cluster { items: 8..=14, needed: 2 },
    Cluster { items: 15..=20, needed: 2 },
];
/// Cluster C, whose two items leave the most points to the others.
const AVOIDANCE: usize = 1;
/// Up to here, any one cluster can be the one that is not met.
const ANY_CLUSTER: i64 = 40;

/// What an interview asks about the event and the time since, in completed months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    pub onset_months: i64,
    pub duration_months: i64,
}

/// CAPS-5 answers of `total` points. `diagnosed` must be possible: at least 12 points with, at most 74 without.
pub fn caps5(total: i64, diagnosed: bool, history: History, draw: &mut Stream) -> Answers {
    let severity = if diagnosed { with_diagnosis(total, draw) } else { without_diagnosis(total, draw) };
    let mut answers: Answers = (1..=20).map(|item: usize| (item.to_string(), severity[item])).collect();
    let burden = total / 16;
    let mut near = || (burden + draw.below(3) as i64 - 1).clamp(0, 4);
    let (distress, social, work) = (near(), near(), near());
    let dissociates = model().who.dissociative.map(|chance| draw.bernoulli(chance));
    let dissociation = dissociates.map(|yes| if yes { burden.min(3) } else { 0 });
    let others = [
        ("21", history.onset_months),
        ("22", history.duration_months),
        ("23", if diagnosed { distress.max(2) } else { distress }),
        ("24", social),
        ("25", work),
        ("26", i64::from(draw.bernoulli(0.2))),
        ("27", burden.min(4)),
        // 5: not enough to compare with. A rater meets a participant once.
        ("28", 5),
        ("29", dissociation[0]),
        ("30", dissociation[1]),
        ("criterion_a", 1),
    ];
    answers.extend(others.map(|(key, value)| (key.to_owned(), value)));
    answers
}

/// The least that every cluster needs first, then the rest of the points anywhere.
fn with_diagnosis(total: i64, draw: &mut Stream) -> [i64; 21] {
    let mut severity = [0; 21];
    let mut left = total;
    for cluster in &CLUSTERS {
        let first = cluster.items.start() + draw.below(cluster.items.clone().count() - cluster.needed + 1);
        for item in &mut severity[first..first + cluster.needed] {
            *item = 2;
            left -= 2;
        }
    }
    spread(left, &mut severity, &[4; 21], draw);
    severity
}

/// One cluster stays below what it needs; which one is drawn while the others can hold the points.
fn without_diagnosis(total: i64, draw: &mut Stream) -> [i64; 21] {
    let drawn = draw.below(CLUSTERS.len());
    let unmet = &CLUSTERS[if total > ANY_CLUSTER { AVOIDANCE } else { drawn }];
    let mut ceilings = [4; 21];
    for item in unmet.items.clone() {
        ceilings[item] = 1;
    }
    let mut severity = [0; 21];
    spread(total, &mut severity, &ceilings, draw);
    severity
}

/// Lays `points` one by one on items that have room. `ceilings` are by item; place 0 stays empty.
fn spread(mut points: i64, severity: &mut [i64; 21], ceilings: &[i64; 21], draw: &mut Stream) {
    while points > 0 {
        let start = draw.below(20);
        let open = (0..20).map(|step| 1 + (start + step) % 20).find(|item| severity[*item] < ceilings[*item]);
        let Some(item) = open else { return };
        severity[item] += 1;
        points -= 1;
    }
}

/// SDS answers whose mean is near `mean`. Some have no work for reasons that have nothing to do with it.
pub fn sds(mean: f64, without_work: bool, draw: &mut Stream) -> Answers {
    let mut item = || (mean + draw.normal() * 0.8).round().clamp(0.0, 10.0) as i64;
    let mut answers = Answers::from([("2".to_owned(), item()), ("3".to_owned(), item())]);
    let work = item();
    if without_work {
        answers.insert("work_na".into(), 1);
    } else {
        answers.insert("1".into(), work);
        answers.insert("work_na".into(), 0);
    }
    answers
}

#[cfg(test)]
mod tests {
    use instruments::builtin;
    use terms::InstrumentId;

    use super::*;

    const HISTORY: History = History { onset_months: 0, duration_months: 60 };

    #[test]
    fn every_total_and_status_comes_out_as_wanted() {
        let instrument = builtin().get(&InstrumentId::new("caps-5").unwrap()).unwrap();
        let mut draw = Stream::new(1, "items");
        for total in 0..=80 {
            for diagnosed in [false, true] {
                if diagnosed && total < LOWEST_WITH_DIAGNOSIS || !diagnosed && total > HIGHEST_WITHOUT {
                    continue;
                }
                for _ in 0..20 {
                    let scores = instrument.score(&caps5(total, diagnosed, HISTORY, &mut draw)).unwrap();
                    assert_eq!(scores.number("total"), Some(total as f64), "{total} {diagnosed}");
                    assert_eq!(scores.flag("ptsd"), Some(diagnosed), "{total} {diagnosed}");
                }
            }
        }
    }

    /// Else everybody who lost the diagnosis would have lost it by the same symptom.
    #[test]
    fn each_cluster_is_now_and_then_the_one_that_is_not_met() {
        let instrument = builtin().get(&InstrumentId::new("caps-5").unwrap()).unwrap();
        let mut draw = Stream::new(2, "items");
        let mut unmet = [0; 4];
        for _ in 0..200 {
            let scores = instrument.score(&caps5(30, false, HISTORY, &mut draw)).unwrap();
            for (count, flag) in
                unmet.iter_mut().zip(["criterion_b", "criterion_c", "criterion_d", "criterion_e"])
            {
                *count += i32::from(scores.flag(flag) == Some(false));
            }
        }
        assert!(unmet.iter().all(|count| (20..120).contains(count)), "{unmet:?}");
    }

    #[test]
    fn without_work_the_mean_is_of_the_other_two() {
        let instrument = builtin().get(&InstrumentId::new("sds").unwrap()).unwrap();
        let answers = sds(6.0, true, &mut Stream::new(3, "items"));
        assert!(!answers.contains_key("1"));
        let other_two = (answers["2"] + answers["3"]) as f64 / 2.0;
        assert_eq!(instrument.score(&answers).unwrap().number("mean"), Some(other_two));
    }
}
