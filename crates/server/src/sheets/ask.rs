//! One question, one form: the page of every small act.

use maud::{Markup, html};

use crate::pages::Html;
use crate::pages::form::{Act, Choice, Draw, Form, Lay, Text, will_happen};
use crate::pages::layout::{Link, Page, Shell};
use crate::pages::participant::{Fact, facts};

#[derive(Clone, Debug, Default)]
pub struct AskPage {
    pub form: Form,
    /// `Plan V10 Dosing session 2`
    pub title: String,
    pub lead: String,
    /// `Back to S01-004`
    pub back: Link,
    pub facts: Vec<Fact>,
    pub fields: Vec<Field>,
    pub will: Vec<String>,
    /// The act in words.
    pub button: String,
    /// It cannot be taken back.
    pub grave: bool,
}

/// One field, ready to be drawn.
#[derive(Clone, Debug)]
pub enum Field {
    Text(Text),
    Area { name: String, label: String, help: Option<String> },
    Select { name: String, label: String, help: Option<String>, choices: Vec<Choice> },
    Radios { name: String, label: String, help: Option<String>, choices: Vec<Choice>, lay: Lay },
    Boxes { name: String, label: String, help: Option<String>, choices: Vec<Choice> },
    Tick { name: String, label: String },
}

impl Field {
    pub fn area(name: &str, label: &str, help: &str) -> Self {
        Self::Area { name: name.into(), label: label.into(), help: some(help) }
    }

    pub fn select(name: &str, label: &str, help: &str, choices: Vec<Choice>) -> Self {
        Self::Select { name: name.into(), label: label.into(), help: some(help), choices }
    }

    pub fn radios(name: &str, label: &str, help: &str, choices: Vec<Choice>) -> Self {
        Self::Radios { name: name.into(), label: label.into(), help: some(help), choices, lay: Lay::Stacked }
    }

    pub fn yes_no(name: &str, label: &str, help: &str) -> Self {
        Self::Radios {
            name: name.into(),
            label: label.into(),
            help: some(help),
            choices: Choice::yes_no(),
            lay: Lay::Inline,
        }
    }

    pub fn boxes(name: &str, label: &str, help: &str, choices: Vec<Choice>) -> Self {
        Self::Boxes { name: name.into(), label: label.into(), help: some(help), choices }
    }

    pub fn tick(name: &str, label: &str) -> Self {
        Self::Tick { name: name.into(), label: label.into() }
    }

    fn draw(&self, draw: &Draw<'_>) -> Markup {
        match self {
            Self::Text(text) => draw.text(text),
            Self::Area { name, label, help } => draw.area(name, label, help.as_deref()),
            Self::Select { name, label, help, choices } => draw.select(name, label, help.as_deref(), choices),
            Self::Radios { name, label, help, choices, lay } => {
                draw.radios(name, label, help.as_deref(), choices, *lay)
            }
            Self::Boxes { name, label, help, choices } => draw.boxes(name, label, help.as_deref(), choices),
            Self::Tick { name, label } => draw.tick(name, label),
        }
    }
}

fn some(help: &str) -> Option<String> {
    (!help.is_empty()).then(|| help.into())
}

impl AskPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "ask");
        let body = html! {
            p class="back" { a href=(self.back.href) { (self.back.text) } }
            h1 { (self.title) }
            @if !self.lead.is_empty() { p class="lead" { (self.lead) } }
            (facts(&self.facts))
            (draw.wrap(html! {
                @for field in &self.fields { (field.draw(&draw)) }
                (will_happen(&self.will))
                (draw.button(&self.button, if self.grave { Act::Grave } else { Act::Main }))
            }))
        };
        shell.page(Page::new(&self.title, body).faults(self.form.faults("ask")))
    }
}
