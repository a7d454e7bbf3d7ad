//! What can be put down in a session. A form that is not given is not shown; one that is not open says why.

use maud::{Markup, html};

use super::form::{Act, Choice, Fault, Form, Lay, Text, will_happen};
use super::layout::Shell;
use super::refused::Refusal;

/// The forms of one session, in the order of the page.
#[derive(Clone, Debug, Default)]
pub struct SessionForms {
    pub environment: Option<ChecklistForm>,
    pub pre_dose: Option<ChecklistForm>,
    pub vitals: Option<VitalsForm>,
    pub initial_dose: Option<DoseForm>,
    pub supplemental_dose: Option<DoseForm>,
    pub withhold: Option<WithholdForm>,
    pub effects: Option<EffectsForm>,
    pub note: Option<NoteForm>,
    pub presence: Option<PresenceForm>,
    pub close: Option<CloseForm>,
}

/// Fields: `taken_at` (time), `systolic`, `diastolic`, `pulse` (whole), `temperature` (decimal).
#[derive(Clone, Debug, Default)]
pub struct VitalsForm {
    pub form: Form,
    /// `due at 11:55`; empty if none is planned.
    pub status: String,
}

/// Fields: `given_at` (time), `milligrams` (one of `amounts`), `kit` (one of `kits`), `witness` (one of `witnesses`).
#[derive(Clone, Debug, Default)]
pub struct DoseForm {
    pub form: Form,
    /// `open until 12:02`, `opens at 11:32`
    pub status: String,
    pub amounts: Vec<Choice>,
    pub kits: Vec<Choice>,
    pub witnesses: Vec<Choice>,
    /// What will be recorded, and who will be told.
    pub will: Vec<String>,
    /// The button: `Give the supplemental dose`.
    pub button: String,
    /// Shown instead of the form while the dose may not be given.
    pub refusal: Option<Refusal>,
    /// Unfolded on arrival, because it is what comes next.
    pub open: bool,
}

/// Records that a dose was not given. Fields: `reason` (one of `reasons`), `detail`.
#[derive(Clone, Debug, Default)]
pub struct WithholdForm {
    pub form: Form,
    /// `Supplemental dose not given`
    pub title: String,
    pub status: String,
    pub reasons: Vec<Choice>,
    pub will: Vec<String>,
}

/// Fields: `check_<id>` (`yes`, `no`) for each.
#[derive(Clone, Debug, Default)]
pub struct ChecklistForm {
    pub form: Form,
    /// `3 of 5 done`, `done 09:40`
    pub status: String,
    /// Value: the check's id; text: its wording; help: where it has been answered already.
    pub checks: Vec<Choice>,
    pub open: bool,
}

/// Fields: `person` (one of `people`), `presence` (`here`, `left`), `at` (time).
#[derive(Clone, Debug, Default)]
pub struct PresenceForm {
    pub form: Form,
    pub status: String,
    pub people: Vec<Choice>,
}

/// Fields: `asked_at` (time), `effect_<id>` (`0` to `3`) for each.
#[derive(Clone, Debug, Default)]
pub struct EffectsForm {
    pub form: Form,
    /// `due at 12:00`
    pub status: String,
    /// Value: the effect's id; text: its wording.
    pub effects: Vec<Choice>,
    pub open: bool,
}

/// Fields: `at` (time), `text`.
#[derive(Clone, Debug, Default)]
pub struct NoteForm {
    pub form: Form,
}

/// Fields: `ended_at` (time), `check_<id>` (`yes`, `no`) for each.
#[derive(Clone, Debug, Default)]
pub struct CloseForm {
    pub form: Form,
    pub status: String,
    /// What must hold before the participant leaves.
    pub checks: Vec<Choice>,
    pub will: Vec<String>,
    pub refusal: Option<Refusal>,
    pub open: bool,
}

impl SessionForms {
    pub fn render(&self, shell: &Shell) -> Markup {
        html! {
            @if let Some(form) = &self.vitals { (form.render(shell)) }
            @if let Some(form) = &self.environment {
                (form.render(shell, "environment", "The room", "Record the room"))
            }
            @if let Some(form) = &self.pre_dose {
                (form.render(shell, "pre-dose", "Before the dose", "Record the checks"))
            }
            @if let Some(form) = &self.initial_dose { (form.render(shell, "initial-dose", "Initial dose")) }
            @if let Some(form) = &self.supplemental_dose {
                (form.render(shell, "supplemental-dose", "Supplemental dose"))
            }
            @if let Some(form) = &self.withhold { (form.render(shell)) }
            @if let Some(form) = &self.effects { (form.render(shell)) }
            @if let Some(form) = &self.note { (form.render(shell)) }
            @if let Some(form) = &self.presence { (form.render(shell)) }
            @if let Some(form) = &self.close { (form.render(shell)) }
        }
    }

    /// The faults of all forms, in the order of the page.
    pub fn faults(&self) -> Vec<Fault> {
        let forms = [
            (self.vitals.as_ref().map(|f| &f.form), "vitals"),
            (self.environment.as_ref().map(|f| &f.form), "environment"),
            (self.pre_dose.as_ref().map(|f| &f.form), "pre-dose"),
            (self.initial_dose.as_ref().map(|f| &f.form), "initial-dose"),
            (self.supplemental_dose.as_ref().map(|f| &f.form), "supplemental-dose"),
            (self.withhold.as_ref().map(|f| &f.form), "withhold"),
            (self.effects.as_ref().map(|f| &f.form), "effects"),
            (self.note.as_ref().map(|f| &f.form), "note"),
            (self.presence.as_ref().map(|f| &f.form), "presence"),
            (self.close.as_ref().map(|f| &f.form), "close"),
        ];
        forms.into_iter().filter_map(|(form, id)| Some(form?.faults(id))).flatten().collect()
    }
}

impl VitalsForm {
    fn render(&self, shell: &Shell) -> Markup {
        let draw = self.form.open(shell, "vitals");
        html! {
            section class="act-now" aria-labelledby="vitals-title" data-part="vitals" {
                h2 id="vitals-title" {
                    "Chart vital signs " @if !self.status.is_empty() { span class="quiet" { (self.status) } }
                }
                (draw.wrap(html! {
                    div class="pairs" {
                        (draw.text(&Text::whole("systolic", "Systolic").unit("mmHg")))
                        (draw.text(&Text::whole("diastolic", "Diastolic").unit("mmHg")))
                        (draw.text(&Text::whole("pulse", "Pulse").unit("per min")))
                        (draw.text(&Text::decimal("temperature", "Temperature").unit("°C")))
                    }
                    (draw.text(&Text::time("taken_at", "Taken at")))
                    (draw.button("Chart", Act::Main))
                }))
            }
        }
    }
}

impl DoseForm {
    fn render(&self, shell: &Shell, id: &str, title: &str) -> Markup {
        let draw = self.form.open(shell, id);
        let body = html! {
            @match &self.refusal {
                Some(refusal) => { p class="lead" { "Not now: " (refusal.what) "." } (refusal.panel()) }
                None => (draw.wrap(html! {
                    (draw.radios("milligrams", "Amount", None, &self.amounts, Lay::Inline))
                    (draw.text(&Text::time("given_at", "Given at")))
                    (draw.select("kit", "Kit", Some("The number on the label."), &self.kits))
                    (draw.select("witness", "Witness", Some("Who saw it swallowed."), &self.witnesses))
                    (will_happen(&self.will))
                    (draw.button(&self.button, Act::Main))
                })),
            }
        };
        fold(id, title, &self.status, self.open || self.form.has_faults(), body)
    }
}

impl WithholdForm {
    fn render(&self, shell: &Shell) -> Markup {
        let draw = self.form.open(shell, "withhold");
        let body = draw.wrap(html! {
            (draw.radios("reason", "Why not?", None, &self.reasons, Lay::Stacked))
            (draw.area("detail", "In your words", None))
            (will_happen(&self.will))
            (draw.button("Record that it was not given", Act::Other))
        });
        fold("withhold", &self.title, &self.status, self.form.has_faults(), body)
    }
}

impl ChecklistForm {
    fn render(&self, shell: &Shell, id: &str, title: &str, button: &str) -> Markup {
        let draw = self.form.open(shell, id);
        let body = draw.wrap(html! {
            @for check in &self.checks {
                (draw.check(check))
            }
            (draw.button(button, Act::Main))
        });
        fold(id, title, &self.status, self.open || self.form.has_faults(), body)
    }
}

impl PresenceForm {
    fn render(&self, shell: &Shell) -> Markup {
        let draw = self.form.open(shell, "presence");
        let choices = [Choice::new("here", "Came in"), Choice::new("left", "Left")];
        let body = draw.wrap(html! {
            (draw.select("person", "Who", None, &self.people))
            (draw.radios("presence", "What happened", None, &choices, Lay::Inline))
            (draw.text(&Text::time("at", "At")))
            (draw.button("Record", Act::Main))
        });
        fold("presence", "Who is in the room", &self.status, self.form.has_faults(), body)
    }
}

impl EffectsForm {
    fn render(&self, shell: &Shell) -> Markup {
        let draw = self.form.open(shell, "effects");
        let scale: Vec<Choice> = ["0 none", "1 a little", "2 clearly", "3 strongly"]
            .iter()
            .map(|text| Choice::new(&text[..1], *text))
            .collect();
        let body = draw.wrap(html! {
            p class="help" { "Ask only if it does not disturb. Leave open what was not asked." }
            (draw.text(&Text::time("asked_at", "Asked at")))
            @for effect in &self.effects {
                (draw.radios(&format!("effect_{}", effect.value), &effect.text, None, &scale, Lay::Scale))
            }
            (draw.button("Record the effects", Act::Main))
        });
        fold("effects", "How it is for them", &self.status, self.open || self.form.has_faults(), body)
    }
}

impl NoteForm {
    fn render(&self, shell: &Shell) -> Markup {
        let draw = self.form.open(shell, "note");
        let body = draw.wrap(html! {
            (draw.area("text", "Note", None))
            (draw.text(&Text::time("at", "At")))
            (draw.button("Put down", Act::Main))
        });
        fold("note", "A note", "", self.form.has_faults(), body)
    }
}

impl CloseForm {
    fn render(&self, shell: &Shell) -> Markup {
        let draw = self.form.open(shell, "close");
        let body = html! {
            @match &self.refusal {
                Some(refusal) => { p class="lead" { "Not now: " (refusal.what) "." } (refusal.panel()) }
                None => (draw.wrap(html! {
                    @for check in &self.checks {
                        (draw.check(check))
                    }
                    (draw.text(&Text::time("ended_at", "Ended at")))
                    (will_happen(&self.will))
                    (draw.button("Close the session", Act::Grave))
                })),
            }
        };
        fold("close", "Close the session", &self.status, self.open || self.form.has_faults(), body)
    }
}

/// A form behind its name. The part is named after the form, so that live updates leave it while it is in use.
fn fold(id: &str, title: &str, status: &str, open: bool, body: Markup) -> Markup {
    html! {
        details class="fold" id={ "do-" (id) } data-part=(id) open[open] {
            summary {
                span class="fold-title" { (title) }
                @if !status.is_empty() { " " span class="quiet" { (status) } }
            }
            (body)
        }
    }
}
