//! One entry in full: who, what, why, its three times, its labels, what it corrects and what corrects it.

use maud::html;

use crate::pages::Html;
use crate::pages::layout::{Link, Page, Shell};
use crate::pages::marks::{self, Tag};
use crate::pages::participant::{Fact, facts};

#[derive(Clone, Debug, Default)]
pub struct EntryPage {
    /// `kq7-2fd`
    pub short: String,
    /// The id in full.
    pub id: String,
    /// In plain words.
    pub text: String,
    pub flags: Vec<Tag>,
    /// Who, where, when: label and value.
    pub facts: Vec<Fact>,
    /// Labelled ways to entries and pages: `Corrects` kq7-2fd.
    pub see: Vec<(String, Link)>,
    pub correct: Option<Link>,
    /// The body as it is kept, field by field.
    pub stored: String,
}

impl EntryPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let title = format!("Entry {}", self.short);
        let body = html! {
            h1 { "Entry " span class="entry-id" { (self.short) } }
            p class="lead" { (self.text) (marks::tags(&self.flags)) }
            (facts(&self.facts))
            @if !self.see.is_empty() {
                dl class="facts" { @for (label, link) in &self.see { div { dt { (label) } dd { (link.render()) } } } }
            }
            @if let Some(correct) = &self.correct { p class="act" { a class="button other" href=(correct.href) { (correct.text) } } }
            details id="stored" {
                summary { "As it is kept" }
                pre tabindex="0" aria-label="The entry as it is kept" { (self.stored) }
            }
            p class="quiet" { "Its whole id is " code { (self.id) } "." }
        };
        shell.page(Page::new(&title, body))
    }
}
