//! Moves the clock of a rehearsal. A real study has no such page.

use maud::html;

use super::Html;
use super::form::{Act, Choice, Form, Lay};
use super::layout::{Page, Shell};

/// Fields: `advance` (a value of `steps`).
#[derive(Clone, Debug, Default)]
pub struct ClockPage {
    pub form: Form,
    /// `14 Mar 2026, 11:52`
    pub now: String,
    /// `15m` 15 minutes, `1h` 1 hour, `1d` 1 day, `1w` 1 week.
    pub steps: Vec<Choice>,
}

impl ClockPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "clock");
        let body = html! {
            h1 { "Move the study clock" }
            p class="lead" {
                "It is " (self.now) " in this rehearsal. The clock only moves forward, and for everybody."
            }
            (draw.wrap(html! {
                (draw.radios("advance", "Move it on by", None, &self.steps, Lay::Stacked))
                (draw.button("Move the clock", Act::Main))
            }))
        };
        shell.page(Page::new("Move the study clock", body).faults(self.form.faults("clock")))
    }
}
