//! Instants and dates. Nothing here reads a clock: time is always an argument.

use std::fmt;

use jiff::civil;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// An instant, in whole milliseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(civil::Date);

/// A time zone by its IANA name: `America/New_York`.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Timestamp {
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0 + minutes * MINUTE_MS)
    }

    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days * DAY_MS)
    }

    /// Whole minutes since `earlier`, rounded towards the past.
    pub const fn minutes_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).div_euclid(MINUTE_MS)
    }

    /// The calendar day on the wall of `zone`.
    pub fn date(self, zone: &Zone) -> Date {
        Date(self.zoned(zone).date())
    }

    /// `14:07` on the wall of `zone`.
    pub fn clock(self, zone: &Zone) -> String {
        self.zoned(zone).strftime("%H:%M").to_string()
    }

    /// `14 Mar 2026 14:07` on the wall of `zone`.
    pub fn date_clock(self, zone: &Zone) -> String {
        self.zoned(zone).strftime("%-d %b %Y %H:%M").to_string()
    }

    /// `2026-03-14T14:07:31Z`.
    pub fn iso(self) -> String {
        self.zoned(&Zone::utc()).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    fn zoned(self, zone: &Zone) -> jiff::ZonedDateTime {
        // Out-of-range instants can come from a damaged device clock: show the nearest that a calendar has.
        let range = jiff::Timestamp::MIN.as_millisecond()..=jiff::Timestamp::MAX.as_millisecond();
        let clamped = self.0.clamp(*range.start(), *range.end());
        jiff::Timestamp::from_millisecond(clamped)
            .unwrap_or(jiff::Timestamp::UNIX_EPOCH)
            .to_zoned_datetime(zone.0.clone())
    }
}

impl Date {
    /// `None` when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        civil::Date::new(year, month, day).ok().map(Self)
    }

    /// `2026-03-14`.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Days from `earlier` to this day.
    pub fn days_since(self, earlier: Self) -> i64 {
        i64::from(self.0.since(earlier.0).map(|span| span.get_days()).unwrap_or(0))
    }

    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days.clamp(-3_000_000, 3_000_000))))
    }

    /// The instant of `hour:minute` on the wall of `zone` that day (the earlier one where clocks go back).
    pub fn at(self, hour: i8, minute: i8, zone: &Zone) -> Timestamp {
        let civil = self.0.at(hour.clamp(0, 23), minute.clamp(0, 59), 0, 0);
        let zoned = zone.0.to_ambiguous_zoned_datetime(civil).compatible();
        Timestamp(zoned.map(|at| at.timestamp().as_millisecond()).unwrap_or(0))
    }

    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), civil::Weekday::Saturday | civil::Weekday::Sunday)
    }

    /// `14 Mar 2026`.
    pub fn long(self) -> String {
        self.0.strftime("%-d %b %Y").to_string()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Zone {
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// `None` when no such zone is known.
    pub fn named(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_clock_follows_the_zone_and_its_summer_time() {
        let zone = Zone::named("America/New_York").unwrap();
        let winter = Date::parse("2021-01-15").unwrap().at(9, 30, &zone);
        let summer = Date::parse("2021-07-15").unwrap().at(9, 30, &zone);
        assert_eq!(winter.iso(), "2021-01-15T14:30:00Z");
        assert_eq!(summer.iso(), "2021-07-15T13:30:00Z");
        assert_eq!(summer.date_clock(&zone), "15 Jul 2021 09:30");
    }

    #[test]
    fn days_between_dates_cross_months_and_years() {
        let from = Date::parse("2019-12-30").unwrap();
        assert_eq!(from.plus_days(367).days_since(from), 367);
        assert_eq!(from.plus_days(-1).to_string(), "2019-12-29");
    }

    #[test]
    fn absurd_instants_do_not_panic() {
        for ms in [i64::MIN, i64::MAX, -1] {
            let _ = Timestamp(ms).iso();
        }
    }
}
