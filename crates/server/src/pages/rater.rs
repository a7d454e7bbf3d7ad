//! The independent rater's pages: which ratings are asked, and the forms.
//!
//! A rating stands under an opaque handle. Nothing here says which visit it is, how many there were before,
//! or in which order they come. Items are numbered and carry short labels of our own; the interview's text is
//! the licence holder's and stays in the rater's booklet.

use maud::{Markup, html};

use super::Html;
use super::form::{Act, Choice, Draw, Form, Lay, Text};
use super::layout::{Page, Shell};
use super::marks::{self, State};

#[derive(Clone, Debug, Default)]
pub struct RatingsPage {
    pub asked: Vec<RatingAsked>,
    pub sent: Vec<RatingAsked>,
}

#[derive(Clone, Debug, Default)]
pub struct RatingAsked {
    /// The opaque handle: `r-4kt9`.
    pub handle: String,
    /// `CAPS-5 and SDS`
    pub instruments: String,
    /// `by 16 Mar 2026`, `sent 14 Mar 2026, 11:52`
    pub when: String,
    pub state: Option<State>,
    pub href: String,
}

/// One form of one rating. Fields: `rated_on` (date), `item_<key>` for each item.
#[derive(Clone, Debug, Default)]
pub struct RatingPage {
    pub form: Form,
    pub handle: String,
    /// `CAPS-5`
    pub instrument: String,
    /// `past month, interview edition 1`
    pub edition: String,
    /// `text is not shown here: use your licensed booklet`
    pub licence: String,
    pub sections: Vec<RatingSection>,
    /// The other instruments of this rating, done or not.
    pub parts: Vec<RatingPart>,
    /// Once sent: when and as which entry. The items are then shown, not asked.
    pub saved: Option<SavedRating>,
}

#[derive(Clone, Debug, Default)]
pub struct RatingPart {
    pub text: String,
    pub href: String,
    pub done: bool,
    pub here: bool,
}

#[derive(Clone, Debug, Default)]
pub struct SavedRating {
    pub at: String,
    pub entry: String,
    pub correct: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct RatingSection {
    pub title: String,
    pub help: Option<String>,
    /// The scale's words, said once above the items: value and word.
    pub scale: Vec<Choice>,
    pub items: Vec<RatingItem>,
}

#[derive(Clone, Debug, Default)]
pub struct RatingItem {
    /// Field name without `item_`: `1`, `criterion_a`.
    pub key: String,
    /// Shown before the label: `1`; empty for what is not an item.
    pub number: String,
    /// Our own short label.
    pub label: String,
    pub answer: ItemAnswer,
    /// The answer once sent, in words.
    pub given: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ItemAnswer {
    /// The section's scale, as a row.
    #[default]
    Scale,
    /// Every whole number from to, as a row: 0 to 10.
    Points(i64, i64),
    /// A number in a unit.
    Whole(String),
    /// `1` for yes, `0` for no.
    YesNo,
    OneOf(Vec<Choice>),
}

/// The five words of a severity from 0 to 4.
pub fn severity_scale() -> Vec<Choice> {
    ["absent", "mild", "moderate", "severe", "extreme"]
        .iter()
        .enumerate()
        .map(|(value, word)| Choice::new(value.to_string(), *word))
        .collect()
}

impl RatingsPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            h1 { "Which ratings are asked of you?" }
            p class="lead" {
                "Each stands for one interview. You are told neither the visit nor anything that came before."
            }
            @if self.asked.is_empty() { p class="nothing" { "None at present." } } @else { (ratings(&self.asked, "Open")) }
            @if !self.sent.is_empty() {
                section aria-labelledby="sent" { h2 id="sent" { "Sent" } (ratings(&self.sent, "Read")) }
            }
        };
        shell.page(Page::new("Ratings", body))
    }
}

fn ratings(asked: &[RatingAsked], verb: &str) -> Markup {
    html! {
        ul class="due" {
            @for rating in asked {
                li {
                    span class="when" {
                        @if let Some(state) = rating.state { (marks::state(state)) }
                        span { (rating.when) }
                    }
                    div class="what" { p { span class="handle" { (rating.handle) } " " (rating.instruments) } }
                    a class="button other" href=(rating.href) {
                        (verb) span class="hidden" { " " (rating.handle) }
                    }
                }
            }
        }
    }
}

impl RatingPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "rating");
        let title = format!("{}, {}", self.instrument, self.handle);
        let body = html! {
            p class="back" { a href="/ratings" { "Back to the list" } }
            h1 { (self.instrument) " " span class="handle" { (self.handle) } }
            p class="lead" { (self.edition) @if !self.licence.is_empty() { ". " (self.licence) } }
            (self.other_parts())
            @match &self.saved {
                Some(saved) => (self.sent(saved)),
                None => (draw.wrap(html! {
                    (draw.text(&Text::date("rated_on", "Day of the interview")))
                    @for (at, section) in self.sections.iter().enumerate() { (section.render(&draw, at)) }
                    p class="quiet" {
                        "Leave an item open if it was not rated. What is sent can be corrected later, with a reason."
                    }
                    (draw.button("Send the rating", Act::Main))
                })),
            }
        };
        shell.page(Page::new(&title, body).faults(self.form.faults("rating")))
    }

    fn other_parts(&self) -> Markup {
        html! {
            @if self.parts.len() > 1 {
                nav class="parts" aria-label="Parts of this rating" {
                    ul { @for part in &self.parts {
                        li {
                            a href=(part.href) aria-current=[part.here.then_some("page")] { (part.text) }
                            " " (marks::state(if part.done { State::Done } else { State::Due }))
                        }
                    } }
                }
            }
        }
    }

    fn sent(&self, saved: &SavedRating) -> Markup {
        html! {
            p class="flash good" {
                "Sent " (saved.at) ", entry " span class="entry-id" { (saved.entry) }
                @if let Some(href) = &saved.correct { " · " a href=(href) { "Correct it" } }
            }
            @for section in &self.sections {
                h2 { (section.title) }
                dl class="answers" {
                    @for item in &section.items {
                        div { dt { (item.numbered()) } dd { (item.given.as_deref().unwrap_or("not rated")) } }
                    }
                }
            }
        }
    }
}

impl RatingSection {
    fn render(&self, draw: &Draw<'_>, at: usize) -> Markup {
        let id = format!("part-{at}");
        html! {
            section class="items" aria-labelledby=(id) {
                h2 id=(id) { (self.title) }
                @if let Some(help) = &self.help { p class="help" { (help) } }
                @for item in &self.items { (item.render(draw, &self.scale)) }
            }
        }
    }
}

impl RatingItem {
    fn numbered(&self) -> Markup {
        html! { @if !self.number.is_empty() { span class="number" { (self.number) } " " } (self.label) }
    }

    fn render(&self, draw: &Draw<'_>, scale: &[Choice]) -> Markup {
        let name = format!("item_{}", self.key);
        match &self.answer {
            ItemAnswer::Scale => {
                let worded: Vec<Choice> =
                    scale.iter().map(|c| Choice::new(&c.value, format!("{} {}", c.value, c.text))).collect();
                draw.radios_under(&name, self.numbered(), None, &worded, Lay::Scale)
            }
            ItemAnswer::Points(from, to) => {
                let points: Vec<Choice> =
                    (*from..=*to).map(|at| Choice::new(at.to_string(), at.to_string())).collect();
                draw.radios_under(&name, self.numbered(), None, &points, Lay::Scale)
            }
            ItemAnswer::Whole(unit) => {
                let label = if self.number.is_empty() {
                    self.label.clone()
                } else {
                    format!("{} {}", self.number, self.label)
                };
                draw.text(&Text::whole(&name, label).unit(unit))
            }
            ItemAnswer::YesNo => {
                let answers = [Choice::new("1", "Yes"), Choice::new("0", "No")];
                draw.radios_under(&name, self.numbered(), None, &answers, Lay::Inline)
            }
            ItemAnswer::OneOf(choices) => {
                draw.radios_under(&name, self.numbered(), None, choices, Lay::Stacked)
            }
        }
    }
}
