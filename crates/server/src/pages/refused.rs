//! A refusal is an answer: the rule, the values on record, what to do instead; the code last.

use maud::{Markup, html};

use super::Html;
use super::layout::{Link, Page, Shell};

/// Stands alone as [`RefusedPage`], or as a panel on the page that asked.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// `the supplemental dose is not open now`
    pub what: String,
    /// The rule in plain words.
    pub rule: String,
    /// Where the protocol says it: `sessions.dosing.supplemental`.
    pub given_by: Option<String>,
    /// The values that broke it: `initial dose at 10:02 (entry kq7-2fd)`.
    pub on_record: Vec<String>,
    /// What would mend it, or what to do instead.
    pub instead: Vec<Link>,
    /// The same where there is nothing to press.
    pub instead_text: Option<String>,
    /// `R0207`
    pub code: String,
}

#[derive(Clone, Debug, Default)]
pub struct RefusedPage {
    pub refusal: Refusal,
    /// How much of the same form was recorded before this was refused: `3 entries`. Empty: nothing.
    pub recorded: String,
    pub back: Link,
}

impl Refusal {
    pub fn panel(&self) -> Markup {
        html! {
            div class="panel refusal" {
                dl {
                    div {
                        dt { "Rule" }
                        dd {
                            (self.rule) @if let Some(place) = &self.given_by {
                                span class="by" { "in the protocol under " code { (place) } }
                            }
                        }
                    }
                    @if !self.on_record.is_empty() {
                        div {
                            dt { "On record" }
                            dd { @for value in &self.on_record { span class="line" { (value) } } }
                        }
                    }
                    div {
                        dt { "Instead" }
                        dd {
                            @if let Some(text) = &self.instead_text { span class="line" { (text) } }
                            @for link in &self.instead { span class="line" { (link.render()) } }
                        }
                    }
                    @if !self.code.is_empty() { div { dt { "Code" } dd { code { (self.code) } } } }
                }
            }
        }
    }
}

impl RefusedPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            h1 { span class="quiet" { "Refused: " } (self.refusal.what) }
            @if self.recorded.is_empty() {
                p class="lead" { "Nothing was recorded." }
            } @else {
                p class="lead" { "What came before it in the same form is recorded: " (self.recorded) "." }
            }
            (self.refusal.panel())
            p { (self.back.render()) }
        };
        shell.page(Page::new("Refused", body))
    }
}
