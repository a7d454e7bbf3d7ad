//! Times, masses and refusals in the words of the pages.

use record::Refusal;
use terms::{Date, Timestamp, Zone, time::MINUTE_MS};

use crate::pages::refused;

/// `14 Mar 2026, 11:52`
pub fn moment(at: Timestamp, zone: &Zone) -> String {
    format!("{}, {}", at.date(zone).long(), at.clock(zone))
}

/// `52 min`, `1 h 05 min`, `3 days`
pub fn span(minutes: i64) -> String {
    match minutes {
        ..60 => format!("{minutes} min"),
        60..2880 => format!("{} h {:02} min", minutes / 60, minutes % 60),
        _ => format!("{} days", minutes / 1440),
    }
}

/// `8 to 22 Mar 2026`, `28 Feb to 3 Mar 2026`
pub fn days(from: Date, until: Date) -> String {
    if from == until {
        return from.long();
    }
    let (first, last) = (from.long(), until.long());
    let mut first_parts = first.split(' ');
    let (day, month, year) = (first_parts.next(), first_parts.next(), first_parts.next());
    let (day, month) = (day.unwrap_or_default(), month.unwrap_or_default());
    let same_year = year.is_some_and(|year| last.ends_with(year));
    if same_year && last.contains(month) {
        format!("{day} to {last}")
    } else if same_year {
        format!("{day} {month} to {last}")
    } else {
        format!("{first} to {last}")
    }
}

/// `1 participant`, `3 participants`
pub fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// `Saturday, 14 Mar 2026`
pub fn weekday(date: Date) -> String {
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let monday = Date::new(2024, 1, 1).expect("1 January 2024 was a Monday");
    let day = date.days_since(monday).rem_euclid(7) as usize;
    format!("{}, {}", DAYS[day], date.long())
}

/// Whole minutes from `earlier`, both to the minute, so that 11:52 is one minute after 11:51 whatever the seconds.
pub fn minutes_between(earlier: Timestamp, later: Timestamp) -> i64 {
    later.0.div_euclid(MINUTE_MS) - earlier.0.div_euclid(MINUTE_MS)
}

/// A refusal for its panel.
pub fn refusal(refusal: &Refusal) -> refused::Refusal {
    refused::Refusal {
        what: refusal.what.clone(),
        rule: refusal.rule.clone(),
        given_by: None,
        on_record: refusal
            .on_record
            .iter()
            .map(|fact| match fact.entry {
                Some(entry) => format!("{} (entry {})", fact.text, entry.short()),
                None => fact.text.clone(),
            })
            .collect(),
        instead: Vec::new(),
        instead_text: Some(refusal.instead.clone()),
        code: refusal.code.into(),
    }
}

/// The first letter large.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_say_only_what_differs() {
        let day = |text| Date::parse(text).unwrap();
        assert_eq!(days(day("2026-03-08"), day("2026-03-22")), "8 to 22 Mar 2026");
        assert_eq!(days(day("2026-02-28"), day("2026-03-03")), "28 Feb to 3 Mar 2026");
        assert_eq!(days(day("2025-12-28"), day("2026-01-03")), "28 Dec 2025 to 3 Jan 2026");
        assert_eq!(days(day("2026-03-08"), day("2026-03-08")), "8 Mar 2026");
        assert_eq!(weekday(day("2026-03-14")), "Saturday, 14 Mar 2026");
    }

    #[test]
    fn spans_read_as_people_say_them() {
        assert_eq!([span(5), span(65), span(2880)], ["5 min", "1 h 05 min", "2 days"]);
    }
}
