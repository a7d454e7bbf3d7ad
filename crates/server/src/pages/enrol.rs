//! From referral to randomisation, one question at a time: refer, consent, screen, decide, randomise.

use maud::{Markup, html};

use super::Html;
use super::form::{Act, Choice, Draw, Form, Lay, Text, will_happen};
use super::layout::{Link, Page, Shell};
use super::marks::{Tag, Tone};
use super::participant::{Fact, facts};

/// Refers a new participant. Fields: `site`, `referred_on` (date), `source`, `age_years`, `sex_at_birth` (`female`, `male`).
#[derive(Clone, Debug, Default)]
pub struct ReferPage {
    pub form: Form,
    pub sites: Vec<Choice>,
    pub sources: Vec<Choice>,
}

/// Records consent. Fields: `consented_on` (date), `consented_at` (time), `recording` (`yes`), `understood` (`yes`).
#[derive(Clone, Debug, Default)]
pub struct ConsentPage {
    pub form: Form,
    pub participant: Link,
    /// `protocol 1.0, consent form 1.0`
    pub version: String,
    /// What the participant was told and asked, in short plain sentences.
    pub points: Vec<String>,
}

/// Records what screening measured. Fields: each measure under its own name, `screened_on` (date).
#[derive(Clone, Debug, Default)]
pub struct ScreeningPage {
    pub form: Form,
    pub participant: Link,
    pub groups: Vec<MeasureGroup>,
}

#[derive(Clone, Debug, Default)]
pub struct MeasureGroup {
    pub title: String,
    pub measures: Vec<Measure>,
}

/// One thing measured or asked at screening.
#[derive(Clone, Debug, Default)]
pub struct Measure {
    /// Field name: the rule's variable, such as `age_years`.
    pub name: String,
    pub label: String,
    pub help: Option<String>,
    pub answer: Answer,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer {
    /// A whole number, with its unit.
    Whole(String),
    Decimal(String),
    /// `yes` or `no`.
    #[default]
    YesNo,
    OneOf(Vec<Choice>),
}

/// Decides eligibility. Fields: `criterion_<id>` for those a clinician decides: `yes` where it holds or applies,
/// `no` where it does not.
#[derive(Clone, Debug, Default)]
pub struct EligibilityPage {
    pub form: Form,
    pub participant: Link,
    pub inclusion: Vec<CriterionRow>,
    pub exclusion: Vec<CriterionRow>,
    /// `27 criteria: 14 met by rule, 13 for you to judge`
    pub summary: String,
    pub will: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct CriterionRow {
    /// As in the protocol: `I9`.
    pub id: String,
    /// As in the form: `criterion_i9`.
    pub field: String,
    pub text: String,
    pub decision: Decision,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Decision {
    /// A clinician is asked.
    #[default]
    Asked,
    /// A rule has answered from values on record.
    ByRule { satisfied: Satisfied, because: String },
}

/// Whether a criterion speaks for enrolling. For an exclusion, `Yes` means that it does not apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Satisfied {
    Yes,
    No,
    NotKnown,
}

/// Randomises. No fields but the form's own and `confirmed` (`yes`).
#[derive(Clone, Debug, Default)]
pub struct RandomisePage {
    pub form: Form,
    pub participant: Link,
    pub facts: Vec<Fact>,
    /// What will happen, and who will be told.
    pub will: Vec<String>,
}

/// What happened at randomisation.
#[derive(Clone, Debug, Default)]
pub struct RandomisedPage {
    pub participant: Link,
    /// `14 Mar 2026, 11:52`
    pub at: String,
    pub entry: String,
    /// `kit 0317 for dosing session 1`; never an arm.
    pub happened: Vec<String>,
    pub next: Option<Link>,
}

impl ReferPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "refer");
        let sexes = [Choice::new("female", "Female"), Choice::new("male", "Male")];
        let body = html! {
            (steps(0))
            h1 { "Refer a participant" }
            p class="lead" { "They get a number. No name is asked for here." }
            (draw.wrap(html! {
                (draw.select("site", "Site", None, &self.sites))
                (draw.text(&Text::date("referred_on", "Day of referral")))
                (draw.radios("source", "Where do they come from?", None, &self.sources, Lay::Stacked))
                (draw.text(&Text::whole("age_years", "Age").unit("years")))
                (draw.radios("sex_at_birth", "Sex at birth", None, &sexes, Lay::Inline))
                (draw.button("Refer", Act::Main))
            }))
        };
        shell.page(Page::new("Refer a participant", body).faults(self.form.faults("refer")))
    }
}

impl ConsentPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "consent");
        let title = format!("Consent of {}", self.participant.text);
        let body = html! {
            (steps(1)) (back(&self.participant))
            h1 { (title) }
            p class="lead" { "Under " (self.version) "." }
            @if !self.points.is_empty() { ul class="points" { @for point in &self.points { li { (point) } } } }
            (draw.wrap(html! {
                (draw.text(&Text::date("consented_on", "Day of consent")))
                (draw.text(&Text::time("consented_at", "Time").help("When the form was signed, on a 24-hour clock.")))
                (draw.tick("understood", "They explained the study back in their own words, and had time to ask"))
                (draw.tick("recording", "They agree that sessions and ratings are recorded"))
                (draw.button("Record consent", Act::Main))
            }))
        };
        shell.page(Page::new(&title, body).faults(self.form.faults("consent")))
    }
}

impl ScreeningPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "screening");
        let title = format!("Screening of {}", self.participant.text);
        let body = html! {
            (steps(2)) (back(&self.participant))
            h1 { (title) }
            p class="lead" { "Leave empty what is not known yet. A criterion that needs it stays undecided." }
            (draw.wrap(html! {
                (draw.text(&Text::date("screened_on", "Day of screening")))
                @for group in &self.groups {
                    h2 { (group.title) }
                    @for measure in &group.measures { (measure.render(&draw)) }
                }
                (draw.button("Record screening", Act::Main))
            }))
        };
        shell.page(Page::new(&title, body).faults(self.form.faults("screening")))
    }
}

impl Measure {
    fn render(&self, draw: &Draw<'_>) -> Markup {
        let help = self.help.as_deref();
        let text = |text: Text| match help {
            Some(help) => draw.text(&text.help(help)),
            None => draw.text(&text),
        };
        match &self.answer {
            Answer::Whole(unit) => text(Text::whole(&self.name, &self.label).unit(unit)),
            Answer::Decimal(unit) => text(Text::decimal(&self.name, &self.label).unit(unit)),
            Answer::YesNo => draw.radios(&self.name, &self.label, help, &Choice::yes_no(), Lay::Inline),
            Answer::OneOf(choices) => draw.radios(&self.name, &self.label, help, choices, Lay::Stacked),
        }
    }
}

impl EligibilityPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "eligibility");
        let title = format!("Is {} eligible?", self.participant.text);
        let body = html! {
            (steps(3)) (back(&self.participant))
            h1 { (title) }
            p class="lead" { (self.summary) }
            (draw.wrap(html! {
                h2 { "Must hold" }
                (criteria(&draw, &self.inclusion, [("yes", "Holds"), ("no", "Does not hold")]))
                h2 { "Must not hold" }
                (criteria(&draw, &self.exclusion, [("no", "Does not apply"), ("yes", "Applies")]))
                (will_happen(&self.will))
                (draw.button("Record the decision", Act::Main))
            }))
        };
        shell.page(Page::new(&title, body).faults(self.form.faults("eligibility")))
    }
}

impl Satisfied {
    /// In the words of the list it stands in.
    fn tag(self, speaks_for: &str, speaks_against: &str) -> Tag {
        match self {
            Self::Yes => Tag::new(Tone::Good, speaks_for),
            Self::No => Tag::new(Tone::Attention, speaks_against),
            Self::NotKnown => Tag::new(Tone::Information, "not known yet"),
        }
    }
}

/// `answers`: value and words, first the one that speaks for enrolling.
fn criteria(draw: &Draw<'_>, rows: &[CriterionRow], answers: [(&str, &str); 2]) -> Markup {
    let choices = answers.map(|(value, words)| Choice::new(value, words));
    let [speaks_for, speaks_against] = answers.map(|(_, words)| words.to_lowercase());
    html! {
        ul class="criteria" {
            @for row in rows {
                li {
                    @match &row.decision {
                        Decision::Asked => (draw.radios_under(&row.field, html! { span class="visit-id" { (row.id) } " " (row.text) }, None, &choices, Lay::Inline)),
                        Decision::ByRule { satisfied, because } => {
                            p { span class="visit-id" { (row.id) } " " (row.text) }
                            p class="by" {
                                (satisfied.tag(&speaks_for, &speaks_against).render()) " by rule: " (because)
                            }
                        }
                    }
                }
            }
        }
    }
}

impl RandomisePage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "randomise");
        let title = format!("Randomise {}", self.participant.text);
        let body = html! {
            (steps(4)) (back(&self.participant))
            h1 { (title) }
            (facts(&self.facts))
            (draw.wrap(html! {
                (will_happen(&self.will))
                (draw.tick("confirmed", "I have checked the participant’s number and that they still consent"))
                (draw.button("Randomise", Act::Main))
            }))
        };
        shell.page(Page::new(&title, body).faults(self.form.faults("randomise")))
    }
}

impl RandomisedPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let title = format!("{} is randomised", self.participant.text);
        let body = html! {
            (back(&self.participant))
            h1 { (title) }
            p class="lead" { (self.at) ", entry " span class="entry-id" { (self.entry) } }
            ul class="points" { @for line in &self.happened { li { (line) } } }
            @if let Some(next) = &self.next {
                p class="act" { a class="button" href=(next.href) { (next.text) } }
            }
        };
        shell.page(Page::new(&title, body))
    }
}

/// Where one is on the way; the word `now` stands beside the shape.
fn steps(now: usize) -> Markup {
    const STEPS: [&str; 5] = ["Refer", "Consent", "Screen", "Decide", "Randomise"];
    html! {
        ol class="steps" aria-label="Steps of enrolment" {
            @for (at, step) in STEPS.iter().enumerate() {
                li class=(if at < now { "past" } else if at == now { "here" } else { "ahead" }) aria-current=[(at == now).then_some("step")] {
                    (step) @if at < now { span class="hidden" { ", past" } }
                }
            }
        }
    }
}

fn back(participant: &Link) -> Markup {
    html! { p class="back" { a href=(participant.href) { "Back to " (participant.text) } } }
}
