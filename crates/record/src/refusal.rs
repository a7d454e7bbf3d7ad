//! A refusal is an answer, part of the domain: what was asked, the rule, what broke it, what to do instead.

use std::fmt;

use terms::EntryId;

/// Why a permission was not given. Depends only on what the sender may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `R0207`. Never reused.
    pub code: &'static str,
    /// `the supplemental dose is not open now`
    pub what: String,
    /// Where the rule is said.
    pub rule: String,
    /// What is on record, with the entries that say so.
    pub on_record: Vec<OnRecord>,
    /// What would mend it.
    pub instead: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRecord {
    pub text: String,
    pub entry: Option<EntryId>,
}

impl Refusal {
    pub fn new(
        code: &'static str,
        what: impl Into<String>,
        rule: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        Self { code, what: what.into(), rule: rule.into(), on_record: Vec::new(), instead: instead.into() }
    }

    pub fn because(mut self, text: impl Into<String>, entry: Option<EntryId>) -> Self {
        self.on_record.push(OnRecord { text: text.into(), entry });
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "refused: {} [{}]", self.what, self.code)?;
        writeln!(f, "   given by  {}", self.rule)?;
        for (place, fact) in self.on_record.iter().enumerate() {
            let head = if place == 0 { "on record" } else { "         " };
            match fact.entry {
                Some(entry) => writeln!(f, "   {head} {} (entry {})", fact.text, entry.short())?,
                None => writeln!(f, "   {head} {}", fact.text)?,
            }
        }
        write!(f, "   instead   {}", self.instead)
    }
}

impl std::error::Error for Refusal {}
