//! One participant: the schedule as a picture, what is due, and every entry about them, newest first.

use maud::{Markup, html};

use super::Html;
use super::entries::{self, EntryDay};
use super::layout::{Link, Page, Shell};
use super::schedule::Schedule;
use super::today::{self, DueItem};

#[derive(Clone, Debug, Default)]
pub struct ParticipantPage {
    /// `S01-004`
    pub id: String,
    /// `Between dosing 1 and dosing 2`
    pub stage: String,
    /// `Site`, `Consent`, `Protocol`, `Therapists`: label and value.
    pub facts: Vec<Fact>,
    pub due: Vec<DueItem>,
    pub schedule: Schedule,
    /// What else can be put on the record: `Record an adverse event`.
    pub actions: Vec<Link>,
    pub days: Vec<EntryDay>,
    /// `60 entries`; counts only what the reader sees.
    pub entries_text: String,
    /// Where older entries are.
    pub older: Option<String>,
    pub live: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct Fact {
    pub label: String,
    pub value: String,
}

impl Fact {
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

impl ParticipantPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            div class="title" data-part="title" {
                div { h1 { (self.id) } p class="lead" { (self.stage) } }
                (facts(&self.facts))
            }
            section aria-labelledby="due" data-part="due" {
                h2 id="due" { "What is due" }
                @if self.due.is_empty() { p class="nothing" { "Nothing at present." } } @else { (today::list(&self.due)) }
                (self.more())
            }
            @if !self.schedule.lanes.is_empty() {
                section aria-labelledby="schedule" data-part="schedule" {
                    h2 id="schedule" { "Schedule" }
                    (self.schedule.picture())
                    details id="schedule-table" {
                        summary { "The schedule as a table" }
                        (self.schedule.table(&self.schedule.in_order()))
                    }
                }
            }
            section aria-labelledby="entries" data-part="entries" {
                h2 id="entries" {
                    "On the record" @if !self.entries_text.is_empty() {
                        " " span class="count" { (self.entries_text) }
                    }
                }
                @if self.days.is_empty() { p class="nothing" { "No entries yet." } }
                (entries::days(&self.days))
                @if let Some(older) = &self.older { p { a href=(older) { "Older entries" } } }
            }
        };
        shell.page(Page::new(&self.id, body).wide().live(self.live.as_deref()))
    }

    fn more(&self) -> Markup {
        html! {
            @if !self.actions.is_empty() {
                ul class="more" { @for action in &self.actions { li { (action.render()) } } }
            }
        }
    }
}

/// Labels and values in a row that wraps.
pub fn facts(facts: &[Fact]) -> Markup {
    html! {
        @if !facts.is_empty() {
            dl class="facts" { @for fact in facts { div { dt { (fact.label) } dd { (fact.value) } } } }
        }
    }
}
