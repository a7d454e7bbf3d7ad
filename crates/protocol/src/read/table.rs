//! Reading a table of TOML key by key: what is missing, of the wrong type or not known is noted, and reading
//! goes on.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::str::FromStr;

use terms::{Diagnostic, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::notes::Notes;
use crate::suggest;

/// A table being read. `entries` is `None` for one that is missing: its keys are then not missed again.
pub(crate) struct Table<'t> {
    pub path: String,
    pub span: Span,
    pub notes: &'t Notes,
    entries: Option<&'t DeTable<'t>>,
    asked: RefCell<BTreeSet<String>>,
}

/// A type that a value of TOML can be read as.
pub(crate) trait FromToml: Sized {
    /// What is expected, as in "expected a whole number".
    const WHAT: &'static str;
    /// How such a value is written.
    const EXAMPLE: &'static str;
    fn from_toml(value: &DeValue<'_>) -> Option<Self>;
}

impl FromToml for String {
    const WHAT: &'static str = "a text";
    const EXAMPLE: &'static str = "\"in quotes\"";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        value.as_str().map(String::from)
    }
}

impl FromToml for bool {
    const WHAT: &'static str = "true or false";
    const EXAMPLE: &'static str = "true";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        value.as_bool()
    }
}

impl FromToml for i64 {
    const WHAT: &'static str = "a whole number";
    const EXAMPLE: &'static str = "2";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        let integer = value.as_integer()?;
        Self::from_str_radix(integer.as_str(), integer.radix()).ok()
    }
}

impl FromToml for u32 {
    const WHAT: &'static str = "a whole number, not negative";
    const EXAMPLE: &'static str = "2";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        i64::from_toml(value).and_then(|whole| whole.try_into().ok())
    }
}

impl FromToml for f64 {
    const WHAT: &'static str = "a number";
    const EXAMPLE: &'static str = "38.5";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        let float = value.as_float().and_then(|float| float.as_str().parse().ok());
        let whole = || i64::from_toml(value).map(|whole| whole as Self);
        float.or_else(whole).filter(|number: &Self| number.is_finite())
    }
}

impl FromToml for Vec<String> {
    const WHAT: &'static str = "a list of texts";
    const EXAMPLE: &'static str = "[\"a\", \"b\"]";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        list(value)
    }
}

impl FromToml for Vec<i64> {
    const WHAT: &'static str = "a list of whole numbers";
    const EXAMPLE: &'static str = "[80, 120]";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        list(value)
    }
}

impl FromToml for Vec<u32> {
    const WHAT: &'static str = "a list of whole numbers, none negative";
    const EXAMPLE: &'static str = "[4, 6]";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        list(value)
    }
}

impl FromToml for (i64, i64) {
    const WHAT: &'static str = "a pair of whole numbers";
    const EXAMPLE: &'static str = "[-7, 7]";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        match list::<i64>(value)?.as_slice() {
            [from, until] => Some((*from, *until)),
            _ => None,
        }
    }
}

fn list<T: FromToml>(value: &DeValue<'_>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(|one| T::from_toml(one.get_ref())).collect()
}

fn spelled(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

impl<'t> Table<'t> {
    pub(crate) fn new(path: String, span: Span, entries: Option<&'t DeTable<'t>>, notes: &'t Notes) -> Self {
        Self { path, span, notes, entries, asked: RefCell::default() }
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.entries.is_none()
    }

    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.into() } else { format!("{}.{key}", self.path) }
    }

    /// The value of `key`, as it stands in the file. From now on the key counts as known.
    fn entry(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().insert(key.into());
        // Around a syntax error the parser puts a value in place of what it could not read: that has no extent.
        self.entries?.get(key).filter(|value| !value.span().is_empty())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Every key of the table: for tables whose keys are names.
    pub(crate) fn keys(&self) -> Vec<String> {
        let keys = self.entries.into_iter().flat_map(|entries| entries.keys());
        keys.map(|key| key.get_ref().to_string()).collect()
    }

    fn missing(&self, key: &str, what: &str) {
        if self.entries.is_some() && !self.notes.partial {
            let whose =
                if self.path.is_empty() { String::from("the file") } else { format!("`{}`", self.path) };
            let message = format!("{whose} has no `{key}`");
            self.notes.error(codes::MISSING_KEY, self.span, message, format!("add `{key}`: {what}"));
        }
    }

    /// A key that may be left out.
    pub(crate) fn maybe<T: FromToml>(&self, key: &str) -> Option<T> {
        let value = self.entry(key)?;
        let read = T::from_toml(value.get_ref());
        if read.is_some() {
            self.note_places(key, value);
        } else {
            let found = spelled(value.get_ref());
            let message = format!("`{}` is {found}, where {} is expected", self.path_of(key), T::WHAT);
            let help = format!("write it like this: `{}`", T::EXAMPLE);
            self.notes.put_unread(self.path_of(key));
            self.notes.error(codes::WRONG_TYPE, value.span().into(), message, help);
        }
        read
    }

    fn note_places(&self, key: &str, value: &Spanned<DeValue<'_>>) {
        let path = self.path_of(key);
        for (place, one) in value.get_ref().as_array().into_iter().flatten().enumerate() {
            self.notes.put(format!("{path}[{place}]"), one.span().into());
        }
        self.notes.put(path, value.span().into());
    }

    /// A key that must be there.
    pub(crate) fn need<T: FromToml>(&self, key: &str) -> Option<T> {
        if !self.has(key) {
            self.missing(key, T::WHAT);
        }
        self.maybe(key)
    }

    /// A text with something in it.
    pub(crate) fn text(&self, key: &str) -> String {
        let text: String = self.need(key).unwrap_or_default();
        if text.trim().is_empty() && self.notes.place(&self.path_of(key)).is_some() {
            self.empty(key);
        }
        text
    }

    /// A list with something in it.
    pub(crate) fn filled<T>(&self, key: &str) -> Vec<T>
    where
        Vec<T>: FromToml,
    {
        let list: Vec<T> = self.need(key).unwrap_or_default();
        if list.is_empty() && self.notes.place(&self.path_of(key)).is_some() {
            self.empty(key);
        }
        list
    }

    fn empty(&self, key: &str) {
        let path = self.path_of(key);
        let span = self.notes.place_or_above(&path);
        self.notes.error(codes::EMPTY, span, format!("`{path}` is empty"), "say it, or ask who knows");
    }

    /// A whole number within `range`; the lower end when it cannot be read.
    pub(crate) fn within(&self, key: &str, range: RangeInclusive<i64>) -> i64 {
        if !self.has(key) {
            self.missing(key, i64::WHAT);
        }
        self.maybe_within(key, range.clone()).unwrap_or(*range.start())
    }

    pub(crate) fn maybe_within(&self, key: &str, range: RangeInclusive<i64>) -> Option<i64> {
        let value: i64 = self.maybe(key)?;
        self.check_range(key, value as f64, *range.start() as f64..=*range.end() as f64).then_some(value)
    }

    /// Says so if `value`, the value of `key`, is outside `range`.
    pub(crate) fn check_range(&self, key: &str, value: f64, range: RangeInclusive<f64>) -> bool {
        if range.contains(&value) {
            return true;
        }
        let path = self.path_of(key);
        let span = self.notes.place_or_above(&path);
        let message = format!("`{path}` is {value}, which is outside {} to {}", range.start(), range.end());
        self.notes.error(codes::OUT_OF_RANGE, span, message, "check the number and its unit");
        false
    }

    /// One of a few words. What must be there and is not is noted.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        if !self.has(key) {
            self.missing(key, &format!("one of {}", suggest::list(words.iter().map(|(word, _)| *word))));
            return None;
        }
        let text: String = self.maybe(key)?;
        self.known_word(&self.path_of(key), &text, words)
    }

    /// A list of a few words.
    pub(crate) fn words<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Vec<T> {
        let texts: Vec<String> = self.filled(key);
        let path = self.path_of(key);
        let each = texts.iter().enumerate();
        each.filter_map(|(place, text)| self.known_word(&format!("{path}[{place}]"), text, words)).collect()
    }

    fn known_word<T: Copy>(&self, path: &str, text: &str, words: &[(&str, T)]) -> Option<T> {
        let known = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
        if known.is_none() {
            let message = format!("`{}` is not known here", shortened(text));
            let help = suggest::help(text, words.iter().map(|(word, _)| *word));
            self.notes.error(codes::UNKNOWN_WORD, self.notes.place_or_above(path), message, help);
        }
        known
    }

    /// An id that must be there.
    pub(crate) fn id<T: FromStr<Err = terms::id::NotAnId>>(&self, key: &str) -> Option<T> {
        let text: String = self.need(key)?;
        self.as_id(&self.path_of(key), &text)
    }

    pub(crate) fn maybe_id<T: FromStr<Err = terms::id::NotAnId>>(&self, key: &str) -> Option<T> {
        let text: String = self.maybe(key)?;
        self.as_id(&self.path_of(key), &text)
    }

    /// A list of ids, which may be left out.
    pub(crate) fn ids<T: FromStr<Err = terms::id::NotAnId>>(&self, key: &str) -> Vec<T> {
        let texts: Vec<String> = self.maybe(key).unwrap_or_default();
        let path = self.path_of(key);
        let each = texts.iter().enumerate();
        each.filter_map(|(place, text)| self.as_id(&format!("{path}[{place}]"), text)).collect()
    }

    fn as_id<T: FromStr<Err = terms::id::NotAnId>>(&self, path: &str, text: &str) -> Option<T> {
        text.parse()
            .map_err(|why: terms::id::NotAnId| {
                let message = format!("`{}` cannot be an id", shortened(text));
                self.notes.error(codes::NOT_AN_ID, self.notes.place_or_above(path), message, why.expected);
            })
            .ok()
    }

    /// A table that must be there. A missing one is noted once, and then reads as one without keys.
    pub(crate) fn table(&self, key: &str) -> Table<'t> {
        let path = self.path_of(key);
        let Some(value) = self.entry(key) else {
            self.missing(key, &format!("a table `[{path}]`"));
            return Table::new(path, self.span, None, self.notes);
        };
        let span: Span = value.span().into();
        self.notes.put(path.clone(), span);
        if value.get_ref().is_table() {
            return Table::new(path, span, value.get_ref().as_table(), self.notes);
        }
        let message = format!("`{path}` is {}, where a table is expected", spelled(value.get_ref()));
        self.notes.error(codes::WRONG_TYPE, span, message, format!("write it like this: `[{path}]`"));
        Table::new(path, span, None, self.notes)
    }

    /// A list of tables that must be there and filled, each known by its key `identity`, which may not
    /// repeat.
    pub(crate) fn tables(&self, key: &str, identity: &str) -> Vec<Table<'t>> {
        let path = self.path_of(key);
        if !self.has(key) {
            self.missing(key, &format!("tables `[[{path}]]`"));
        }
        let tables = self.maybe_tables(key, identity);
        let (listed, stated) = (self.notes.place(&path), self.entry(key));
        if let (Some(span), true) = (listed, stated.is_some_and(is_empty_list)) {
            self.notes.error(codes::EMPTY, span, format!("`{path}` is empty"), "say it, or ask who knows");
        }
        tables
    }

    /// As [`Table::tables`], for a list that may be left out or empty.
    pub(crate) fn maybe_tables(&self, key: &str, identity: &str) -> Vec<Table<'t>> {
        let path = self.path_of(key);
        let Some(value) = self.entry(key) else { return Vec::new() };
        let all = value.get_ref().as_array().filter(|all| all.iter().all(|one| one.get_ref().is_table()));
        let Some(all) = all else {
            let message =
                format!("`{path}` is {}, where a list of tables is expected", spelled(value.get_ref()));
            let help = format!("write it like this: `[[{path}]]`");
            self.notes.error(codes::WRONG_TYPE, value.span().into(), message, help);
            return Vec::new();
        };
        self.notes.put(path.clone(), value.span().into());
        let mut tables = Vec::new();
        for (place, one) in all.iter().enumerate() {
            let entries = one.get_ref().as_table();
            let name = entries.and_then(|entries| entries.get(identity));
            let known_as = name.and_then(|name| {
                let number = || i64::from_toml(name.get_ref()).map(|number| number.to_string());
                name.get_ref().as_str().map(String::from).or_else(number)
            });
            let own_path = match &known_as {
                Some(known_as) => format!("{path}.{known_as}"),
                None => format!("{path}[{place}]"),
            };
            if let (Some(known_as), Some(name), Some(first)) = (&known_as, name, self.notes.place(&own_path))
            {
                self.twice(&own_path, identity, known_as, name.span().into(), first);
                continue;
            }
            self.notes.put(format!("{path}[{place}]"), one.span().into());
            self.notes.put(own_path.clone(), one.span().into());
            if let Some(name) = name {
                self.notes.put(format!("{own_path}.{identity}"), name.span().into());
            }
            tables.push(Table::new(own_path, one.span().into(), entries, self.notes));
        }
        tables
    }

    fn twice(&self, path: &str, identity: &str, name: &str, second: Span, first: Span) {
        let first = self.notes.place(&format!("{path}.{identity}")).unwrap_or(first);
        let finding = Diagnostic::error(codes::DUPLICATE_ID, format!("`{}` is used twice", shortened(name)))
            .at(second)
            .at_with(first, "first used here")
            .help("give each its own, and mend what refers to it");
        self.notes.find(finding);
    }

    /// Notes the keys that nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.entries.into_iter().flat_map(|entries| entries.keys()) {
            let name: &str = key.get_ref();
            if !asked.contains(name) {
                let whose = if self.path.is_empty() { String::new() } else { format!(" in `{}`", self.path) };
                let message = format!("the key `{}` is not known{whose}", shortened(name));
                let help = suggest::help(name, asked.iter().map(String::as_str));
                self.notes.error(codes::UNKNOWN_KEY, key.span().into(), message, help);
            }
        }
    }
}

fn is_empty_list(value: &Spanned<DeValue<'_>>) -> bool {
    value.get_ref().as_array().is_some_and(|list| list.is_empty())
}

/// Enough of a long value to recognise it.
fn shortened(text: &str) -> String {
    let short: String = text.chars().take(60).filter(|c| !c.is_control()).collect();
    if text.chars().count() > 60 { format!("{short}…") } else { short }
}
