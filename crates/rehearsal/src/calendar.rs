//! Who is busy when: a therapist pair has one session at a time.

use std::collections::{BTreeMap, BTreeSet};

use terms::{Date, PersonId};

/// Half-days that are taken, by the first therapist of a pair.
#[derive(Debug, Default)]
pub struct Calendar {
    taken: BTreeMap<PersonId, BTreeSet<(Date, Half)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    Morning,
    Afternoon,
}

impl Calendar {
    /// The day in `wanted - before ..= wanted + after` nearest to `wanted` on which the pair is free for all of
    /// `halves`, never on a weekend; `wanted` itself, or the Monday after, when there is none. Takes it.
    pub fn book(&mut self, pair: &PersonId, wanted: Date, before: i64, after: i64, halves: &[Half]) -> Date {
        let taken = self.taken.entry(pair.clone()).or_default();
        let free = |day: Date| !day.is_weekend() && halves.iter().all(|half| !taken.contains(&(day, *half)));
        let mut days: Vec<i64> = (-before..=after).collect();
        days.sort_by_key(|shift| (shift.abs(), *shift < 0));
        let fallback =
            (0..3).map(|shift| wanted.plus_days(shift)).find(|day| !day.is_weekend()).unwrap_or(wanted);
        let day =
            days.into_iter().map(|shift| wanted.plus_days(shift)).find(|day| free(*day)).unwrap_or(fallback);
        taken.extend(halves.iter().map(|half| (day, *half)));
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_never_booked_twice_while_days_are_free() {
        let mut calendar = Calendar::default();
        let pair = PersonId::new("t1").unwrap();
        let monday = Date::parse("2024-01-08").unwrap();
        let first = calendar.book(&pair, monday, 0, 4, &[Half::Morning, Half::Afternoon]);
        let second = calendar.book(&pair, monday, 0, 4, &[Half::Afternoon]);
        assert_eq!(first, monday);
        assert_eq!(second, monday.plus_days(1));
    }

    #[test]
    fn weekends_are_passed_over() {
        let mut calendar = Calendar::default();
        let pair = PersonId::new("t1").unwrap();
        let saturday = Date::parse("2024-01-13").unwrap();
        assert_eq!(calendar.book(&pair, saturday, 0, 3, &[Half::Morning]), saturday.plus_days(2));
    }
}
