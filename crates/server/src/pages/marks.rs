//! The few shapes that stand for a state, each always beside its word: colour is never alone.
//!
//! Done is a filled dot, due a ring, overdue a triangle, missed a cross. The same shapes are drawn in lists,
//! in the schedule's picture and in the strip of the participants' list.

use maud::{Markup, html};

/// Where something that is planned stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Done,
    /// Being done at this moment, such as a session in the room.
    Now,
    Due,
    Overdue,
    /// Not yet due.
    Later,
    Missed,
}

/// How much a remark wants to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    Plain,
    /// Something went as it should.
    Good,
    Information,
    Attention,
    /// Kept for harm to a person.
    Harm,
}

/// A short word on a line, such as `late` or `deviation`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub text: String,
    pub tone: Tone,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Now => "now",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Later => "later",
            Self::Missed => "missed",
        }
    }
}

impl Tone {
    /// The class that colours it.
    pub fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Information => "information",
            Self::Attention => "attention",
            Self::Harm => "harm",
        }
    }
}

impl Tag {
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { text: text.into(), tone }
    }

    pub fn render(&self) -> Markup {
        html! { span class={ "tag " (self.tone.class()) } { (tone_shape(self.tone)) (self.text) } }
    }
}

/// Several tags with a space between them, so that they read as words.
pub fn tags(tags: &[Tag]) -> Markup {
    html! { @for tag in tags { " " (tag.render()) } }
}

/// The shape alone, for a line that says the word itself. Hidden from screen readers.
pub fn shape(state: State) -> Markup {
    html! {
        svg class={ "shape " (state.word()) } width="16" height="16" viewBox="-8 -8 16 16" aria-hidden="true" {
            (outline(state, 5.5))
        }
    }
}

/// The shape with its word: `● done`.
pub fn state(state: State) -> Markup {
    html! { span class={ "state " (state.word()) } { (shape(state)) " " (state.word()) } }
}

/// The shape's outline round the origin, for use inside a picture. `radius` in pixels.
pub fn outline(state: State, radius: f64) -> Markup {
    let r = radius;
    html! {
        @match state {
            State::Done => circle class="mark done" r=(r) {},
            State::Now => {
                circle class="mark now" r=(r) {}
                circle class="mark now-core" r=(r * 0.42) {}
            }
            State::Due => circle class="mark due" r=(r - 0.8) {},
            State::Overdue => path class="mark overdue" d={ "M0 " (-r * 1.08) "L" (r * 1.1) " " (r * 0.86) "L" (-r * 1.1) " " (r * 0.86) "Z" } {},
            State::Later => circle class="mark later" r=(r * 0.42) {},
            State::Missed => path class="mark missed" d={ "M" (-r * 0.7) " " (-r * 0.7) "L" (r * 0.7) " " (r * 0.7) "M" (r * 0.7) " " (-r * 0.7) "L" (-r * 0.7) " " (r * 0.7) } {},
        }
    }
}

/// The project's mark: a flask with a still level.
pub fn flask() -> Markup {
    html! {
        svg class="flask" width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" {
            path d="M8.4 1.5h5.2M9.2 1.5v5.1a7 7 0 1 0 3.6 0V1.5" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" {}
            path d="M5 14.2h12a6.1 6.1 0 0 1-12 0Z" fill="currentColor" {}
        }
    }
}

fn tone_shape(tone: Tone) -> Markup {
    let d = match tone {
        Tone::Plain | Tone::Information => return html! {},
        Tone::Good => "M1.5 5.5L4 8L8.8 2.4",
        Tone::Attention => "M5 1L9.2 8.8H.8Z",
        Tone::Harm => "M5 .8L9.2 5L5 9.2L.8 5Z",
    };
    let filled = matches!(tone, Tone::Attention | Tone::Harm);
    html! {
        svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
            path d=(d) fill=(if filled { "currentColor" } else { "none" }) stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" {}
        }
    }
}
