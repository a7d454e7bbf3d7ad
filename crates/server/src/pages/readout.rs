//! The read-out: a report made elsewhere, or the reason why there is none by arm yet.

use maud::{Markup, PreEscaped, html};

use super::Html;
use super::layout::{Link, Page, Shell};
use super::participant::{Fact, facts};

#[derive(Clone, Debug)]
pub struct ReadoutPage {
    pub content: Readout,
}

#[derive(Clone, Debug)]
pub enum Readout {
    Ready {
        /// `Locked 2 Mar 2026, unblinded 3 Mar 2026`
        summary: String,
        facts: Vec<Fact>,
        sections: Vec<ReportSection>,
        /// The same as files: report, tables.
        files: Vec<Link>,
    },
    NotYet {
        /// What stands between now and the read-out, each done or not.
        conditions: Vec<Condition>,
        /// What can be shown without arms, such as the disposition of everybody together.
        sections: Vec<ReportSection>,
    },
}

/// A part of the report. `html` must come from the report's own templates, never from what people typed.
#[derive(Clone, Debug, Default)]
pub struct ReportSection {
    /// Unique on the page; also the anchor.
    pub id: String,
    pub title: String,
    pub html: String,
}

#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// `The database is locked`
    pub text: String,
    pub done: bool,
    /// `2 Mar 2026, entry kq7-2fd`, `12 ratings are open`
    pub detail: String,
    /// For the one whose act it is.
    pub action: Option<Link>,
}

impl ReadoutPage {
    pub fn render(&self, shell: &Shell) -> Html {
        match &self.content {
            Readout::Ready { summary, facts: known, sections: parts, files } => {
                let body = html! {
                    div class="title" { div { h1 { "Read-out" } p class="lead" { (summary) } } (facts(known)) }
                    (contents(parts))
                    @if !files.is_empty() {
                        p class="files" { "As files: " @for file in files { (file.render()) " " } }
                    }
                    (sections(parts))
                };
                shell.page(Page::new("Read-out", body).wide())
            }
            Readout::NotYet { conditions, sections: parts } => {
                let body = html! {
                    h1 { "No read-out by arm yet" }
                    p class="lead" {
                        "Until the record is locked and then unblinded, nothing here tells the arms apart."
                    }
                    ul class="conditions" {
                        @for condition in conditions {
                            li {
                                (super::marks::state(if condition.done { super::marks::State::Done } else { super::marks::State::Due }))
                                div class="what" {
                                    p { (condition.text) }
                                    p class="by" { (condition.detail) }
                                    @if let Some(action) = &condition.action { p { (action.render()) } }
                                }
                            }
                        }
                    }
                    (sections(parts))
                };
                shell.page(Page::new("Read-out", body))
            }
        }
    }
}

fn contents(parts: &[ReportSection]) -> Markup {
    html! {
        @if parts.len() > 1 {
            nav class="contents" aria-label="Parts of the report" {
                ol { @for part in parts { li { a href={ "#" (part.id) } { (part.title) } } } }
            }
        }
    }
}

fn sections(parts: &[ReportSection]) -> Markup {
    html! {
        @for part in parts {
            section class="report" aria-labelledby=(part.id) {
                h2 id=(part.id) { (part.title) }
                (PreEscaped(&part.html))
            }
        }
    }
}
