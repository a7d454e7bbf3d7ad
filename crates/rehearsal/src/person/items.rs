//! Interview answers that add up to a wanted total and diagnosis.
//!
//! Which items carry the points is invented; the total, and whether the diagnosis is met, are what is drawn.

use super::Answers;
use crate::stream::Stream;

/// One item per cluster rule at its threshold: B one, C one, D two, E two. The least that a diagnosis needs.
const LEAST: [u32; 6] = [1, 6, 8, 9, 15, 16];
/// The two items of cluster C: without either at 2, there is no diagnosis.
const AVOIDANCE: [u32; 2] = [6, 7];

/// The lowest total with a diagnosis.
pub const LOWEST_WITH_DIAGNOSIS: i64 = 12;
/// The highest total without one, by these layouts.
pub const HIGHEST_WITHOUT: i64 = 74;

/// CAPS-5 answers of `total` points. `diagnosed` must be possible: at least 12 points with, at most 74 without.
pub fn caps5(total: i64, diagnosed: bool, duration_months: i64, draw: &mut Stream) -> Answers {
    let mut severity = [0i64; 21];
    let mut left = total;
    if diagnosed {
        for item in LEAST {
            severity[item as usize] = 2;
            left -= 2;
        }
    }
    let ceiling = |item: usize| if !diagnosed && AVOIDANCE.contains(&(item as u32)) { 1 } else { 4 };
    while left > 0 {
        let item = 1 + draw.below(20);
        // Walk on from there to the next item that has room.
        let Some(item) = (0..20).map(|step| 1 + (item - 1 + step) % 20).find(|item| severity[*item] < ceiling(*item))
        else {
            break;
        };
        severity[item] += 1;
        left -= 1;
    }
    let mut answers: Answers = (1..=20).map(|item: usize| (item.to_string(), severity[item])).collect();
    let burden = (total / 16).clamp(0, 4);
    let distress = if diagnosed { burden.max(2) } else { burden };
    let others = [
        ("21", 0),
        ("22", duration_months),
        ("23", distress),
        ("24", burden),
        ("25", burden),
        ("26", 1),
        ("27", burden),
        ("28", 2),
        ("29", i64::from(draw.bernoulli(0.2)) * burden.min(3)),
        ("30", i64::from(draw.bernoulli(0.15)) * burden.min(3)),
        ("criterion_a", 1),
    ];
    answers.extend(others.map(|(key, value)| (key.to_owned(), value)));
    answers
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
