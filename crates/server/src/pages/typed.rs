//! Times and days as people type them into a form's fields.
//!
//! Lenient where only one thing can be meant, and strict where two could.

/// A time of day as people type it: `11:52`, `1152`, `11.52`, `9:05`, `905`. Gives hour and minute.
pub fn clock_time(text: &str) -> Option<(u8, u8)> {
    let text = text.trim();
    let (hour, minute) = match text.find([':', '.']) {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => text.split_at_checked(text.len().checked_sub(2)?)?,
    };
    let digits =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u8>().ok())?;
    let (hour, minute) = (digits(hour)?, digits(minute).filter(|_| minute.len() == 2)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// A day as people type it: `14 Mar 2026`, `14 march 2026`, `14.3.2026`, `2026-03-14`. Gives year, month and day;
/// whether that month has such a day is for the calendar to say. With slashes it would mean two days, so it is not taken.
pub fn calendar_day(text: &str) -> Option<(i16, i8, i8)> {
    let parts: Vec<&str> = text.split([' ', '.', '-', ',']).filter(|part| !part.is_empty()).collect();
    let [first, month, last] = parts[..] else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let number =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i16>().ok())?;
    let year = number(year).filter(|_| year.len() == 4)?;
    let month = number(month).or_else(|| named_month(month)).filter(|month| (1..=12).contains(month))?;
    let day = number(day).filter(|day| (1..=31).contains(day))?;
    Some((year, month as i8, day as i8))
}

/// By its first three letters or more: `Mar`, `march`.
fn named_month(text: &str) -> Option<i16> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_lowercase();
    let at = MONTHS.iter().position(|month| text.len() >= 3 && month.starts_with(&text))?;
    i16::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_taken_as_they_are_typed() {
        for text in ["11:52", "1152", "11.52", " 11:52 "] {
            assert_eq!(clock_time(text), Some((11, 52)), "{text:?}");
        }
        assert_eq!(clock_time("905"), Some((9, 5)));
        for text in ["", "5", "24:00", "11:60", "11:5", "noon", "1é2", "-1:30", "+9:30", "11:5é"] {
            assert_eq!(clock_time(text), None, "{text:?} was taken");
        }
    }

    #[test]
    fn days_are_taken_as_they_are_typed() {
        for text in
            ["14 Mar 2026", "14 march 2026", "14.3.2026", "2026-03-14", " 14  MAR, 2026 ", "2026 Mar 14"]
        {
            assert_eq!(calendar_day(text), Some((2026, 3, 14)), "{text:?}");
        }
        for text in [
            "",
            "3/14/2026",
            "14 Mar",
            "14 Mar 26",
            "14 Ma 2026",
            "14 13 2026",
            "32 Mar 2026",
            "0 Mar 2026",
            "é é é",
        ] {
            assert_eq!(calendar_day(text), None, "{text:?} was taken");
        }
    }
}
