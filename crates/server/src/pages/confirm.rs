//! Says what will happen, and who will be told, before it does.

use maud::html;

use super::Html;
use super::form::{Act, Form, will_happen};
use super::layout::{Link, Page, Shell};
use super::participant::{Fact, facts};

/// Fields: `reason` if asked for; whatever is to be sent again stands in [`Form::hidden`].
#[derive(Clone, Debug, Default)]
pub struct ConfirmPage {
    pub form: Form,
    /// A question: `Give the supplemental dose?`
    pub title: String,
    pub facts: Vec<Fact>,
    pub will: Vec<String>,
    /// Who learns of it: `The safety physician is told at once.`
    pub told: Option<String>,
    /// The page was made for a view that has changed since; says what is new.
    pub changed: Option<String>,
    /// Asks for a reason under this label.
    pub reason: Option<String>,
    /// The act in words: `Give the dose`.
    pub button: String,
    /// It cannot be taken back, or unblinds.
    pub grave: bool,
    pub back: Link,
}

impl ConfirmPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "confirm");
        let body = html! {
            h1 { (self.title) }
            @if let Some(changed) = &self.changed { p class="panel information" { (changed) } }
            (facts(&self.facts))
            (draw.wrap(html! {
                @if let Some(reason) = &self.reason { (draw.area("reason", reason, None)) }
                (will_happen(&self.will))
                @if let Some(told) = &self.told { p { (told) } }
                (draw.button(&self.button, if self.grave { Act::Grave } else { Act::Main }))
            }))
            p { (self.back.render()) }
        };
        shell.page(Page::new(&self.title, body).faults(self.form.faults("confirm")))
    }
}
