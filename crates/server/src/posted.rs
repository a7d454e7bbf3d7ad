//! What a browser sent: values taken one by one, each fault kept beside its field.

use record::recorder::command_id;
use sha2::{Digest, Sha256};
use terms::{CommandId, Date, Timestamp, Zone, time::MINUTE_MS};

use crate::pages::Form;
use crate::pages::form::{Filled, calendar_day, clock_time};

/// A posted form. Each `take` answers `None` and notes a fault when the field is not as it should be; a handler
/// takes all its fields first, so that every fault is shown at once.
#[derive(Clone, Debug)]
pub struct Posted {
    action: String,
    command: String,
    /// SHA-256 over who sent what. In the command's id, so that a form sent twice records once, and one that was
    /// changed after going back records anew.
    content: String,
    filled: Filled,
    faulty: bool,
}

const TIME: &str = "on a 24-hour clock, such as 11:52";

impl Posted {
    /// `sender` tells apart two people who send the same.
    pub fn new(action: &str, sender: &str, pairs: Vec<(String, String)>) -> Self {
        let mut content = Sha256::new();
        content.update(sender.as_bytes());
        for (name, value) in pairs.iter().filter(|(name, _)| name != "csrf") {
            for part in [name, value] {
                content.update((part.len() as u64).to_be_bytes());
                content.update(part.as_bytes());
            }
        }
        let content = content.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let filled = Filled::from_pairs(pairs);
        Self {
            action: action.into(),
            command: filled.value("command").into(),
            content,
            filled,
            faulty: false,
        }
    }

    /// The id of the command that this form sends as its `part`: the same for the same form sent again.
    pub fn command(&self, part: &str) -> CommandId {
        command_id(&format!("form {} {} {part}", self.command, self.content))
    }

    /// Whether the form was made by a page of ours.
    pub fn has_command(&self) -> bool {
        self.command.parse::<CommandId>().is_ok()
    }

    /// The same form to be shown again, with what was entered and what is wrong with it.
    pub fn form(self) -> Form {
        Form { action: self.action, command: self.command, hidden: Vec::new(), filled: self.filled }
    }

    pub fn is_faulty(&self) -> bool {
        self.faulty
    }

    pub fn fault(&mut self, name: &str, message: impl Into<String>) {
        self.faulty = true;
        self.filled.fault(name, message);
    }

    pub fn value(&self, name: &str) -> &str {
        self.filled.value(name).trim()
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.filled.has(name, value)
    }

    /// Words that must be there: at most 500 characters, a line or several.
    pub fn words(&mut self, name: &str, missing: &str) -> Option<String> {
        let words = self.optional_words(name)?;
        if words.is_empty() {
            self.fault(name, missing);
            return None;
        }
        Some(words)
    }

    /// Words that may be left out; `None` only for a fault.
    pub fn optional_words(&mut self, name: &str) -> Option<String> {
        const MOST: usize = 2000;
        let words = self.value(name).replace('\r', "");
        if words.chars().count() > MOST {
            self.fault(name, format!("Shorten it to {MOST} characters"));
            return None;
        }
        Some(words)
    }

    /// One of `choices`.
    pub fn one_of<'a>(&mut self, name: &str, choices: &[&'a str], missing: &str) -> Option<&'a str> {
        let given = choices.iter().find(|choice| **choice == self.value(name)).copied();
        if given.is_none() {
            self.fault(name, missing);
        }
        given
    }

    pub fn yes_or_no(&mut self, name: &str, missing: &str) -> Option<bool> {
        self.one_of(name, &["yes", "no"], missing).map(|given| given == "yes")
    }

    /// `None` if it was left open.
    pub fn answered(&self, name: &str) -> Option<bool> {
        match self.value(name) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    pub fn ticked(&mut self, name: &str, missing: &str) -> Option<()> {
        if self.has(name, "yes") {
            return Some(());
        }
        self.fault(name, missing);
        None
    }

    /// A number in `from..=until`, or nothing; `None` only for a fault. `what` as in `the pulse`.
    pub fn number(&mut self, name: &str, what: &str, from: f64, until: f64) -> Option<Option<f64>> {
        let given = self.value(name).replace(',', ".");
        if given.is_empty() {
            return Some(None);
        }
        match given.parse::<f64>() {
            Ok(number) if (from..=until).contains(&number) => Some(Some(number)),
            _ => {
                self.fault(name, format!("Enter {what} as a number from {from} to {until}"));
                None
            }
        }
    }

    /// A whole number in `from..=until`, or nothing; `None` only for a fault.
    pub fn whole(&mut self, name: &str, what: &str, from: i64, until: i64) -> Option<Option<i64>> {
        let given = self.value(name);
        if given.is_empty() {
            return Some(None);
        }
        match given.parse::<i64>() {
            Ok(number) if (from..=until).contains(&number) => Some(Some(number)),
            _ => {
                self.fault(name, format!("Enter {what} as a whole number from {from} to {until}"));
                None
            }
        }
    }

    pub fn date(&mut self, name: &str, what: &str) -> Option<Date> {
        let day = calendar_day(self.value(name));
        let date = day.and_then(|(year, month, day)| Date::new(year, month, day));
        if date.is_none() {
            self.fault(name, format!("Enter {what} as a day, such as 14 Mar 2026"));
        }
        date
    }

    fn clock(&mut self, name: &str, what: &str) -> Option<(i8, i8)> {
        let time = clock_time(self.value(name)).map(|(hour, minute)| (hour as i8, minute as i8));
        if time.is_none() {
            self.fault(name, format!("Enter {what} {TIME}"));
        }
        time
    }

    /// A day and a time that have passed. An empty time stands for now on the day that is today, and for noon on
    /// another: then only the day is meant.
    pub fn past(
        &mut self,
        day: &str,
        time: Option<&str>,
        what: &str,
        now: Timestamp,
        zone: &Zone,
    ) -> Option<Timestamp> {
        let date = self.date(day, &format!("the day of {what}"))?;
        let at = match time.filter(|name| !self.value(name).is_empty()) {
            Some(name) => {
                let (hour, minute) = self.clock(name, &format!("the time of {what}"))?;
                date.at(hour, minute, zone)
            }
            None if date == now.date(zone) => to_the_minute(now),
            None => date.at(12, 0, zone),
        };
        if at > now {
            let message =
                format!("It is {} now: enter when {what} was, not when it will be", now.date_clock(zone));
            self.fault(if date > now.date(zone) { day } else { time.unwrap_or(day) }, message);
            return None;
        }
        Some(at)
    }

    /// A day and a time to come.
    pub fn to_come(&mut self, day: &str, time: &str, what: &str, zone: &Zone) -> Option<Timestamp> {
        let date = self.date(day, &format!("the day of {what}"));
        let clock = self.clock(time, &format!("the time of {what}"));
        let (date, (hour, minute)) = (date?, clock?);
        Some(date.at(hour, minute, zone))
    }

    /// A time of day within a session: the latest such moment that has passed and lies in `from..=until`.
    pub fn in_session(
        &mut self,
        name: &str,
        what: &str,
        span: Span,
        now: Timestamp,
        zone: &Zone,
    ) -> Option<Timestamp> {
        let (hour, minute) = self.clock(name, what)?;
        let today = now.date(zone);
        let days = [
            today,
            today.plus_days(-1),
            span.until.date(zone),
            span.from.date(zone).plus_days(1),
            span.from.date(zone),
        ];
        let at = days.iter().map(|day| day.at(hour, minute, zone));
        let at = at.filter(|at| (span.from..=span.until.min(now)).contains(at)).max();
        if at.is_none() {
            let message = format!(
                "Enter {what} as a time within this session that has passed; it is {} now",
                now.clock(zone)
            );
            self.fault(name, message);
        }
        at
    }
}

/// When a session's entries may have happened.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    pub from: Timestamp,
    pub until: Timestamp,
}

/// People write times to the minute; so do we, and two things of one minute are at one time.
pub fn to_the_minute(at: Timestamp) -> Timestamp {
    Timestamp(at.0.div_euclid(MINUTE_MS) * MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(pairs: &[(&str, &str)]) -> Posted {
        Posted::new("/x", "me", pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    #[test]
    fn the_same_form_is_the_same_command_and_a_changed_one_is_not() {
        let first = posted(&[("command", "c"), ("csrf", "1"), ("pulse", "70")]);
        let again = posted(&[("command", "c"), ("csrf", "2"), ("pulse", "70")]);
        let changed = posted(&[("command", "c"), ("csrf", "1"), ("pulse", "71")]);
        assert_eq!(first.command(""), again.command(""));
        assert_ne!(first.command(""), changed.command(""));
        assert_ne!(first.command("a"), first.command("b"));
    }

    #[test]
    fn a_time_in_a_session_is_the_latest_that_has_passed() {
        let zone = Zone::utc();
        let day = Date::parse("2026-03-14").unwrap();
        let span = Span { from: day.at(21, 0, &zone), until: day.at(23, 59, &zone).plus_minutes(600) };
        let now = day.plus_days(1).at(0, 10, &zone);
        let mut form = posted(&[("a", "23:50"), ("b", "0:05"), ("c", "00:20"), ("d", "12:00")]);
        assert_eq!(form.in_session("a", "it", span, now, &zone), Some(day.at(23, 50, &zone)));
        assert_eq!(form.in_session("b", "it", span, now, &zone), Some(day.plus_days(1).at(0, 5, &zone)));
        assert_eq!(form.in_session("c", "it", span, now, &zone), None, "not yet");
        assert_eq!(form.in_session("d", "it", span, now, &zone), None, "before the session");
        assert!(form.is_faulty());
    }

    #[test]
    fn numbers_are_bounded_and_may_be_left_out() {
        let mut form = posted(&[("a", "36,6"), ("b", "1400"), ("c", " ")]);
        assert_eq!(form.number("a", "it", 30.0, 45.0), Some(Some(36.6)));
        assert_eq!(form.number("b", "it", 30.0, 300.0), None);
        assert_eq!(form.number("c", "it", 30.0, 300.0), Some(None));
        assert_eq!(form.number("d", "it", 30.0, 300.0), Some(None));
    }
}
