//! Records one ordinary visit: that it took place, when, who was there, what is worth a note.

use maud::html;

use super::Html;
use super::form::{Act, Choice, Form, Lay, Text};
use super::layout::{Link, Page, Shell};
use super::participant::{Fact, facts};

/// Fields: `took_place` (`yes`, `no`), `visited_on` (date), `visited_at` (time), `why` (if it was missed); where they are
/// asked for `minutes`, `present` (several), `check_<id>` (`yes`, `no`), `summary`.
#[derive(Clone, Debug, Default)]
pub struct VisitPage {
    pub form: Form,
    pub participant: Link,
    /// `V6 Integration 1.1`
    pub title: String,
    /// `Window`, `Planned length`.
    pub facts: Vec<Fact>,
    /// Staff who may have been present.
    pub people: Vec<Choice>,
    /// Asked for sessions of therapy: the room, the participant.
    pub checks: Vec<Choice>,
    pub asks_length: bool,
    /// Asks what was said, under this label: for calls.
    pub summary: Option<String>,
}

impl VisitPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "visit");
        let taken = [Choice::new("yes", "Yes"), Choice::new("no", "No, it was missed")];
        let body = html! {
            p class="back" { a href=(self.participant.href) { "Back to " (self.participant.text) } }
            h1 { (self.title) }
            (facts(&self.facts))
            (draw.wrap(html! {
                (draw.radios("took_place", "Did it take place?", None, &taken, Lay::Inline))
                (draw.text(&Text::date("visited_on", "Day")))
                (draw.text(&Text::time("visited_at", "Time it began").help("On a 24-hour clock.")))
                @if self.asks_length { (draw.text(&Text::whole("minutes", "How long it took").unit("min"))) }
                @if !self.people.is_empty() { (draw.boxes("present", "Who was there?", None, &self.people)) }
                @for check in &self.checks {
                    (draw.check(check))
                }
                @if let Some(label) = &self.summary { (draw.area("summary", label, None)) }
                (draw.area("why", "If it was missed, why?", Some("Leave empty if it took place.")))
                (draw.button("Record the visit", Act::Main))
            }))
        };
        let title = format!("{}, {}", self.title, self.participant.text);
        shell.page(Page::new(&title, body).faults(self.form.faults("visit")))
    }
}
