//! Records an adverse event. What was observed is never refused.

use maud::html;

use super::Html;
use super::form::{Act, Choice, Form, Lay, Text};
use super::layout::{Link, Page, Shell};

/// Fields: `term`, `began_on` (date), `began_at` (time, may be empty), `severity` (`mild`, `moderate`, `severe`),
/// `serious`, `related`, `special_interest` (each `yes`, `no`), `ended_on` (date, may be empty), `ended_at` (time, may be
/// empty).
#[derive(Clone, Debug, Default)]
pub struct AdverseEventPage {
    pub form: Form,
    pub participant: Link,
    /// What makes an event serious, as the protocol's regulator says; shown as help.
    pub serious_help: String,
    /// What the protocol counts as of special interest.
    pub special_interest_help: Option<String>,
}

impl AdverseEventPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "event");
        let severity = [
            Choice::new("mild", "Mild").help("noticed, no limit to daily life"),
            Choice::new("moderate", "Moderate").help("some limit to daily life"),
            Choice::new("severe", "Severe").help("daily life was not possible"),
        ];
        let body = html! {
            p class="back" { a href=(self.participant.href) { "Back to " (self.participant.text) } }
            h1 { "Record an adverse event" }
            p class="lead" {
                "Something untoward that happened to " (self.participant.text) ", whether or not the study caused it."
            }
            (draw.wrap(html! {
                (draw.text(&Text::words("term", "What happened").help("In a word or two, such as headache.")))
                (draw.text(&Text::date("began_on", "Day it began")))
                (draw.text(&Text::time("began_at", "Time it began").optional()))
                (draw.radios("severity", "How severe was it at its worst?", None, &severity, Lay::Stacked))
                (draw.radios("serious", "Was it serious?", Some(&self.serious_help), &Choice::yes_no(), Lay::Inline))
                @if let Some(help) = &self.special_interest_help {
                    (draw.radios("special_interest", "Is it of special interest?", Some(help), &Choice::yes_no(), Lay::Inline))
                }
                (draw.radios("related", "Could it be related to what was taken in the study?", None, &Choice::yes_no(), Lay::Inline))
                (draw.text(&Text::date("ended_on", "Day it ended").help("Leave empty while it lasts.")))
                (draw.text(&Text::time("ended_at", "Time it ended").optional()))
                (draw.button("Record the event", Act::Main))
            }))
        };
        shell.page(Page::new("Record an adverse event", body).faults(self.form.faults("event")))
    }
}
