//! Something failed that is not the reader's fault: a disk, a network, a mistake of ours.

use maud::html;

use super::Html;
use super::layout::{Link, Page, Shell};

#[derive(Clone, Debug, Default)]
pub struct ErrorPage {
    /// Whether what was sent is on the record: `What you sent was not recorded.`
    pub recorded: String,
    /// What to do: `Send it again; it will be recorded once.`
    pub instead: String,
    /// The number under which the log of the server has it.
    pub reference: String,
    pub back: Link,
}

impl ErrorPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            h1 { "Something went wrong on our side" }
            p class="lead" { (self.recorded) }
            p { (self.instead) }
            p { (self.back.render()) }
            @if !self.reference.is_empty() {
                p class="quiet" { "If it goes on, tell whoever runs this server: " code { (self.reference) } }
            }
        };
        shell.page(Page::new("Something went wrong", body))
    }
}
