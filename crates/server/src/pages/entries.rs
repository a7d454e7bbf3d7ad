//! Entries of the record as lines people read: when, who, what, under which id.

use maud::{Markup, html};

use super::layout::Link;
use super::marks::{self, Tag};

/// One line of the record.
#[derive(Clone, Debug, Default)]
pub struct EntryLine {
    /// The short id: `kq7-2fd`. Also the line's anchor: `#entry-kq7-2fd`.
    pub id: String,
    /// When it happened, as short as its list allows: `11:52`, or `14 Mar 2026, 11:52`.
    pub at: String,
    /// Who put it there, in which role: `M. Adler, therapist`.
    pub who: String,
    /// In plain words: `Blood pressure 142/88, pulse 96, temperature 37.2 °C`.
    pub text: String,
    /// A remark in the writer's own words.
    pub note: Option<String>,
    /// `late`, `deviation`, `corrected`.
    pub flags: Vec<Tag>,
    /// Whom or what it concerns, in lists over several participants.
    pub subject: Option<Link>,
    /// Said when it differs from the time above: `recorded 12:04`.
    pub recorded: Option<String>,
    /// The entry that this one corrects, or that corrects this one: text and anchor.
    pub see: Option<Link>,
    /// Where it can be corrected, for those who may.
    pub correct: Option<String>,
    /// Where it stands in full.
    pub href: Option<String>,
}

/// The entries of one day, newest first.
#[derive(Clone, Debug, Default)]
pub struct EntryDay {
    /// `14 Mar 2026`
    pub day: String,
    pub entries: Vec<EntryLine>,
}

/// A list of entries without a day of its own.
pub fn list(entries: &[EntryLine]) -> Markup {
    html! { ol class="entries" { @for entry in entries { (entry.render()) } } }
}

/// Day by day, newest first.
pub fn days(days: &[EntryDay]) -> Markup {
    html! {
        @for day in days {
            h3 class="day" { (day.day) }
            (list(&day.entries))
        }
    }
}

impl EntryLine {
    fn render(&self) -> Markup {
        html! {
            li class="entry" id={ "entry-" (self.id) } {
                span class="at" { (self.at) }
                div class="what" {
                    p {
                        @if let Some(subject) = &self.subject { (subject.render()) " " }
                        (self.text) (marks::tags(&self.flags))
                    }
                    @if let Some(note) = &self.note { p class="note" { "“" (note) "”" } }
                    p class="by" {
                        (self.who)
                        @if let Some(recorded) = &self.recorded { " · " (recorded) }
                        @if let Some(see) = &self.see { " · " (see.render()) }
                        @if let Some(correct) = &self.correct {
                            " · " a href=(correct) { "Correct" span class="hidden" { " entry " (self.id) } }
                        }
                    }
                }
                @match &self.href {
                    Some(href) => a class="entry-id" href=(href) { span class="hidden" { "entry " } (self.id) },
                    None => span class="entry-id" { span class="hidden" { "entry " } (self.id) },
                }
            }
        }
    }
}
