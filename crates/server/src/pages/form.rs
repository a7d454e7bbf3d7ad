//! Forms: label above field, help before input, one column; faults on top and beside, what was entered kept.
//!
//! A [`Form`] is data (where it goes, its command id, what was entered, what is wrong). [`Form::open`] gives a
//! [`Draw`] that renders fields with ids of their own, so that several forms can stand on one page.
//! Every form carries `csrf` (from the shell) and `command`: the command id made when the page was rendered,
//! so that a form sent twice records once.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::layout::Shell;
pub use super::typed::{calendar_day, clock_time};

/// A form before or after it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it is posted.
    pub action: String,
    /// The command id, made at rendering. After a fault keep the one that was sent.
    pub command: String,
    /// Further hidden fields, such as the digest of what the sender was shown.
    pub hidden: Vec<(String, String)>,
    pub filled: Filled,
}

/// What was entered, and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    values: BTreeMap<String, Vec<String>>,
    faults: Vec<(String, String)>,
}

/// A line of the summary on top: what is wrong, and where it can be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub href: String,
    pub message: String,
}

/// One of several answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub text: String,
    pub help: Option<String>,
}

/// A field of one line.
#[derive(Clone, Debug)]
pub struct Text {
    name: String,
    label: String,
    help: Option<String>,
    unit: Option<String>,
    kind: Kind,
    width: u8,
    autocomplete: Option<&'static str>,
    optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Words,
    /// Whole numbers: the phone shows digits.
    Whole,
    /// Numbers with decimals.
    Decimal,
    /// As `14 Mar 2026`. The browser's own date field would show month and day in the order of its language.
    Date,
    /// On a 24-hour clock, as `11:52` or `1152`. The browser's own time field would show `am` and `pm` to some.
    Time,
    Password,
}

/// How radios are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lay {
    /// One below the other, for answers of several words.
    Stacked,
    /// Side by side, for two or three short answers.
    Inline,
    /// A joined row of equal parts, for scales.
    Scale,
}

/// How weighty a button's act is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Main,
    Other,
    /// Unblinding, closing, what cannot be taken back.
    Grave,
}

/// Renders one form's parts. Made by [`Form::open`].
pub struct Draw<'a> {
    form: &'a Form,
    id: &'a str,
    csrf: &'a str,
}

impl Form {
    pub fn new(action: impl Into<String>, command: impl Into<String>) -> Self {
        Self { action: action.into(), command: command.into(), ..Self::default() }
    }

    /// Starts to draw it; `id` is unique on the page and prefixes the ids of its fields.
    pub fn open<'a>(&'a self, shell: &'a Shell, id: &'a str) -> Draw<'a> {
        Draw { form: self, id, csrf: &shell.csrf }
    }

    /// Its faults as links, for the summary on top of the page. `id` as in [`Form::open`].
    pub fn faults(&self, id: &str) -> Vec<Fault> {
        let fault = |(name, message): &(String, String)| Fault {
            href: format!("#{}", field_id(id, name)),
            message: message.clone(),
        };
        self.filled.faults.iter().map(fault).collect()
    }

    pub fn has_faults(&self) -> bool {
        !self.filled.faults.is_empty()
    }
}

impl Filled {
    pub fn new() -> Self {
        Self::default()
    }

    /// What a browser sent: pairs of name and value, in order.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut filled = Self::default();
        for (name, value) in pairs {
            filled.values.entry(name.into()).or_default().push(value.into());
        }
        filled
    }

    /// The same with one value more.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.entry(name.into()).or_default().push(value.into());
        self
    }

    /// Says what is wrong with a field: `Enter the systolic pressure as a whole number, such as 128`.
    pub fn fault(&mut self, name: impl Into<String>, message: impl Into<String>) {
        self.faults.push((name.into(), message.into()));
    }

    /// The last value under `name`, or nothing at all.
    pub fn value(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.last()).map_or("", String::as_str)
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.get(name).is_some_and(|values| values.iter().any(|given| given == value))
    }

    fn fault_of(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|(of, _)| of == name).map(|(_, message)| message.as_str())
    }
}

impl Choice {
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into(), help: None }
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    pub fn yes_no() -> Vec<Self> {
        vec![Self::new("yes", "Yes"), Self::new("no", "No")]
    }
}

impl Text {
    fn new(kind: Kind, width: u8, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            help: None,
            unit: None,
            kind,
            width,
            autocomplete: None,
            optional: false,
        }
    }

    pub fn words(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Words, 24, name, label)
    }

    pub fn whole(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Whole, 5, name, label)
    }

    pub fn decimal(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Decimal, 5, name, label)
    }

    pub fn date(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Date, 11, name, label).help("Such as 14 Mar 2026.")
    }

    pub fn time(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Time, 7, name, label)
    }

    pub fn password(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(Kind::Password, 24, name, label)
    }

    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// What the number is in: `mmHg`. Stands behind the field and belongs to its label.
    pub fn unit(self, unit: impl Into<String>) -> Self {
        Self { unit: Some(unit.into()), ..self }
    }

    /// May be left empty; says so.
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// For the browser's own help with names and passwords.
    pub fn autocomplete(self, token: &'static str) -> Self {
        Self { autocomplete: Some(token), ..self }
    }
}

impl Kind {
    fn input_type(self) -> &'static str {
        match self {
            Self::Words | Self::Whole | Self::Decimal | Self::Date | Self::Time => "text",
            Self::Password => "password",
        }
    }

    fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Whole | Self::Time => Some("numeric"),
            Self::Decimal => Some("decimal"),
            _ => None,
        }
    }
}

/// The faults of a page, on top of it, each a link to its field.
pub fn fault_summary(faults: &[Fault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div class="faults" role="alert" aria-labelledby="faults-title" {
                h2 id="faults-title" { "Please mend " (if faults.len() == 1 { "this" } else { "these" }) }
                ul { @for fault in faults { li { a href=(fault.href) { (fault.message) } } } }
            }
        }
    }
}

/// A list of what will be recorded, to read before pressing the button.
pub fn will_happen(lines: &[String]) -> Markup {
    html! {
        @if !lines.is_empty() {
            div class="will" {
                p class="will-title" { "What will happen" }
                ul { @for line in lines { li { (line) } } }
            }
        }
    }
}

impl Draw<'_> {
    /// The form round its fields.
    pub fn wrap(&self, fields: Markup) -> Markup {
        html! {
            form method="post" action=(self.form.action) id=(self.id) novalidate {
                input type="hidden" name="csrf" value=(self.csrf);
                input type="hidden" name="command" value=(self.form.command);
                @for (name, value) in &self.form.hidden { input type="hidden" name=(name) value=(value); }
                (fields)
            }
        }
    }

    pub fn text(&self, text: &Text) -> Markup {
        let id = field_id(self.id, &text.name);
        let fault = self.form.filled.fault_of(&text.name);
        let given = self.form.filled.value(&text.name);
        let kept = if text.kind == Kind::Password { "" } else { given };
        html! {
            div class={ "field" (faulty(fault)) } {
                label for=(id) {
                    (text.label)
                    @if let Some(unit) = &text.unit { span class="hidden" { ", " (unit) } }
                    @if text.optional { span class="quiet" { " (if known)" } }
                }
                (self.below_label(&id, text.help.as_deref(), fault))
                span class="input" {
                    input id=(id) name=(text.name) type=(text.kind.input_type()) inputmode=[text.kind.input_mode()]
                        class={ "w" (text.width) } value=(kept) autocomplete=(text.autocomplete.unwrap_or("off"))
                        aria-describedby=[described_by(&id, text.help.is_some(), fault.is_some())]
                        aria-invalid=[fault.map(|_| "true")];
                    @if let Some(unit) = &text.unit { span class="unit" aria-hidden="true" { (unit) } }
                }
            }
        }
    }

    pub fn area(&self, name: &str, label: &str, help: Option<&str>) -> Markup {
        let id = field_id(self.id, name);
        let fault = self.form.filled.fault_of(name);
        html! {
            div class={ "field" (faulty(fault)) } {
                label for=(id) { (label) }
                (self.below_label(&id, help, fault))
                textarea id=(id) name=(name) rows="3" aria-describedby=[described_by(&id, help.is_some(), fault.is_some())]
                    aria-invalid=[fault.map(|_| "true")] { (self.form.filled.value(name)) }
            }
        }
    }

    pub fn select(&self, name: &str, label: &str, help: Option<&str>, choices: &[Choice]) -> Markup {
        let id = field_id(self.id, name);
        let fault = self.form.filled.fault_of(name);
        html! {
            div class={ "field" (faulty(fault)) } {
                label for=(id) { (label) }
                (self.below_label(&id, help, fault))
                select id=(id) name=(name) aria-describedby=[described_by(&id, help.is_some(), fault.is_some())] aria-invalid=[fault.map(|_| "true")] {
                    @for choice in choices {
                        option value=(choice.value) selected[self.form.filled.has(name, &choice.value)] {
                            (choice.text)
                        }
                    }
                }
            }
        }
    }

    pub fn radios(
        &self,
        name: &str,
        legend: &str,
        help: Option<&str>,
        choices: &[Choice],
        lay: Lay,
    ) -> Markup {
        self.group("radio", name, html! { (legend) }, help, choices, lay)
    }

    /// Radios whose legend holds more than plain words, such as an item's number.
    pub fn radios_under(
        &self,
        name: &str,
        legend: Markup,
        help: Option<&str>,
        choices: &[Choice],
        lay: Lay,
    ) -> Markup {
        self.group("radio", name, legend, help, choices, lay)
    }

    /// Any number of answers; each is sent under the same name.
    pub fn boxes(&self, name: &str, legend: &str, help: Option<&str>, choices: &[Choice]) -> Markup {
        self.group("checkbox", name, html! { (legend) }, help, choices, Lay::Stacked)
    }

    /// A check to be answered with `yes` or `no`, sent as `check_<id>`; the id is the choice's value.
    pub fn check(&self, check: &Choice) -> Markup {
        let name = format!("check_{}", check.value);
        self.radios(&name, &check.text, check.help.as_deref(), &Choice::yes_no(), Lay::Inline)
    }

    /// One box, sent as `yes`.
    pub fn tick(&self, name: &str, label: &str) -> Markup {
        let id = field_id(self.id, name);
        let fault = self.form.filled.fault_of(name);
        html! {
            div class={ "field" (faulty(fault)) } {
                (self.below_label(&id, None, fault))
                div class="choice" {
                    input type="checkbox" id=(id) name=(name) value="yes" checked[self.form.filled.has(name, "yes")]
                        aria-describedby=[described_by(&id, false, fault.is_some())] aria-invalid=[fault.map(|_| "true")];
                    label for=(id) { (label) }
                }
            }
        }
    }

    pub fn button(&self, text: &str, act: Act) -> Markup {
        let class = match act {
            Act::Main => "button",
            Act::Other => "button other",
            Act::Grave => "button grave",
        };
        html! { p class="act" { button class=(class) type="submit" { (text) } } }
    }

    fn group(
        &self,
        kind: &str,
        name: &str,
        legend: Markup,
        help: Option<&str>,
        choices: &[Choice],
        lay: Lay,
    ) -> Markup {
        let id = field_id(self.id, name);
        let fault = self.form.filled.fault_of(name);
        let class = match lay {
            Lay::Stacked => "choices",
            Lay::Inline => "choices inline",
            Lay::Scale => "choices scale",
        };
        html! {
            fieldset class={ "field" (faulty(fault)) } aria-describedby=[described_by(&id, help.is_some(), fault.is_some())] {
                legend { (legend) }
                (self.below_label(&id, help, fault))
                div class=(class) {
                    @for (at, choice) in choices.iter().enumerate() {
                        (self.choice(kind, name, &choice_id(&id, at), choice, lay))
                    }
                }
            }
        }
    }

    fn choice(&self, kind: &str, name: &str, id: &str, choice: &Choice, lay: Lay) -> Markup {
        html! {
            div class="choice" {
                input type=(kind) id=(id) name=(name) value=(choice.value) checked[self.form.filled.has(name, &choice.value)]
                    aria-describedby=[choice.help.as_ref().map(|_| format!("{id}-help"))];
                label for=(id) {
                    // On a scale `2 moderate` stands as a number above its word.
                    @match choice.text.split_once(' ') {
                        Some((point, word)) if lay == Lay::Scale => {
                            span { (point) }
                            " " span class="word" { (word) }
                        }
                        _ => (choice.text),
                    }
                }
                @if let Some(help) = &choice.help { p class="help" id={ (id) "-help" } { (help) } }
            }
        }
    }

    fn below_label(&self, id: &str, help: Option<&str>, fault: Option<&str>) -> Markup {
        html! {
            @if let Some(help) = help { p class="help" id={ (id) "-help" } { (help) } }
            @if let Some(fault) = fault {
                p class="fault" id={ (id) "-fault" } { span class="hidden" { "To mend: " } (fault) }
            }
        }
    }
}

fn field_id(form: &str, name: &str) -> String {
    format!("{form}-{name}")
}

/// The first choice carries the field's own id, so that the summary's link lands on something to press.
fn choice_id(field: &str, at: usize) -> String {
    if at == 0 { field.to_owned() } else { format!("{field}-{at}") }
}

fn faulty(fault: Option<&str>) -> &'static str {
    if fault.is_some() { " faulty" } else { "" }
}

fn described_by(id: &str, help: bool, fault: bool) -> Option<String> {
    let parts = [help.then(|| format!("{id}-help")), fault.then(|| format!("{id}-fault"))];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_values_counts_and_all_are_kept() {
        let filled = Filled::from_pairs([("present", "ada"), ("present", "ben")]);
        assert_eq!(filled.value("present"), "ben");
        assert!(filled.has("present", "ada") && !filled.has("present", "cy"));
        assert_eq!(filled.value("nothing"), "");
    }

    #[test]
    fn a_fault_links_to_its_field() {
        let mut form = Form::new("/x", "c");
        form.filled.fault("systolic", "Enter a number");
        assert_eq!(form.faults("vitals")[0].href, "#vitals-systolic");
    }
}
