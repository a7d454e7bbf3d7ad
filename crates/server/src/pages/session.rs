//! A session in the room: how is she now, what is next, and one place to put it down.
//!
//! Made for a tablet in dim light: night colours unless the reader chose otherwise, targets of 48 px, the form
//! for vital signs always open, everything else folded behind its name. Without script the page is right as of
//! its loading; with it the clock runs and other people's entries appear.

use maud::{Markup, html};

use super::Html;
use super::chart::VitalsChart;
use super::entries::{self, EntryLine};
use super::form::Fault;
use super::layout::{Link, Page, Shell, Theme};
use super::marks::{self, State, Tone};
use super::session_forms::SessionForms;

#[derive(Clone, Debug, Default)]
pub struct SessionPage {
    pub participant: Link,
    /// `Dosing session 2`
    pub title: String,
    /// `V10, 14 Mar 2026`
    pub detail: String,
    pub since: Since,
    pub next: Vec<Next>,
    pub last: Option<LastVitals>,
    pub doses: Vec<DoseLine>,
    pub present: Vec<Present>,
    /// Said on the page itself, so that no flash is needed here.
    pub saved: Option<Saved>,
    pub alerts: Vec<Alert>,
    /// Only in sessions where vital signs are taken.
    pub chart: Option<VitalsChart>,
    pub forms: SessionForms,
    /// Newest first.
    pub entries: Vec<EntryLine>,
    pub live: Option<String>,
}

/// Time since the initial dose, or since the session began.
#[derive(Clone, Debug, Default)]
pub struct Since {
    /// `1 h 52 min`; `not begun`.
    pub text: String,
    /// `since the initial dose`
    pub of: String,
    /// The same in seconds: the script counts on from here. `None`: it stands still.
    pub seconds: Option<i64>,
}

/// What is due next.
#[derive(Clone, Debug)]
pub struct Next {
    pub state: State,
    /// `Vital signs`
    pub text: String,
    /// `11:55, in 3 min`
    pub when: String,
}

#[derive(Clone, Debug, Default)]
pub struct LastVitals {
    /// `11:40, 12 min ago`
    pub at: String,
    pub values: Vec<LastValue>,
}

#[derive(Clone, Debug, Default)]
pub struct LastValue {
    /// `Pressure`
    pub label: String,
    /// `142/88`
    pub value: String,
    /// `mmHg`
    pub unit: String,
    /// Against the baseline, with sign: `+18/+10`.
    pub change: String,
    pub trend: Option<Trend>,
    pub past_threshold: bool,
}

/// Against the reading before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    Rising,
    Level,
    Falling,
}

#[derive(Clone, Debug, Default)]
pub struct DoseLine {
    /// `Initial dose`
    pub kind: String,
    /// `80 mg at 10:02, kit 0317`; `may be given 11:32 to 12:02`
    pub text: String,
    /// `given`, `open for 10 min more`, `not given`
    pub state: String,
    pub tone: Option<Tone>,
}

#[derive(Clone, Debug, Default)]
pub struct Present {
    pub name: String,
    /// `therapist`, `physician on call`
    pub role: String,
    /// `since 08:50`, `left 10:12`
    pub since: String,
    pub here: bool,
}

/// The last thing sent from here.
#[derive(Clone, Debug, Default)]
pub struct Saved {
    /// `11:52:08`
    pub at: String,
    pub entry: String,
}

/// Something to act on: `Systolic above 160 for 10 min: measure more often`.
#[derive(Clone, Debug)]
pub struct Alert {
    pub tone: Tone,
    pub text: String,
    pub detail: Option<String>,
}

impl Trend {
    fn word(self) -> &'static str {
        match self {
            Self::Rising => "rising",
            Self::Level => "level",
            Self::Falling => "falling",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Rising => "M2 9L9 2M4 2H9V7",
            Self::Level => "M1 5.5H10M7 2.5L10 5.5L7 8.5",
            Self::Falling => "M2 2L9 9M9 4V9H4",
        }
    }
}

impl SessionPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            div class="session" {
                (self.head())
                (self.strip_now())
                (self.alert_panels())
                (self.glance())
                div class="columns" {
                    div class="acts" { (self.forms.render(shell)) }
                    div class="read" {
                        @if let Some(chart) = &self.chart { (chart_section(chart)) }
                        section aria-labelledby="entries" data-part="entries" {
                            h2 id="entries" { "On the record" }
                            @if self.entries.is_empty() { p class="nothing" { "No entries yet." } } @else { (entries::list(&self.entries)) }
                        }
                    }
                }
            }
        };
        let title = format!("{}, {}", self.title, self.participant.text);
        let faults: Vec<Fault> = self.forms.faults();
        let page = Page::new(&title, body).wide().live(self.live.as_deref()).faults(faults);
        shell.page(Page { theme: Theme::Night, ..page })
    }

    fn head(&self) -> Markup {
        html! {
            div class="session-head" data-part="head" {
                div {
                    h1 { (self.title) }
                    p { (self.participant.render()) span class="quiet" { ", " (self.detail) } }
                }
                (self.saved_state())
            }
        }
    }

    /// Stays in sight while the page is scrolled: how long since, and what is next.
    fn strip_now(&self) -> Markup {
        html! {
            div class="strip-now" data-part="now" {
                p class="elapsed" {
                    span class="numeral" data-elapsed=[self.since.seconds] { (self.since.text) }
                    " " span class="quiet" { (self.since.of) }
                }
                (self.next_due())
                // On a phone the form is a screen further down.
                @if self.forms.vitals.is_some() {
                    a class="button other jump" href="#vitals-title" {
                        "Chart" span class="hidden" { " vital signs" }
                    }
                }
            }
        }
    }

    fn glance(&self) -> Markup {
        html! {
            div class="glance" data-part="glance" { (self.last_vitals()) (self.dose_lines()) (self.people()) }
        }
    }

    fn saved_state(&self) -> Markup {
        html! {
            p class="saved" {
                @match &self.saved {
                    Some(saved) => { "Saved " (saved.at) ", entry " span class="entry-id" { (saved.entry) } }
                    None => span class="quiet" { "Nothing sent from here yet" },
                }
                span data-connection="" {}
            }
        }
    }

    fn next_due(&self) -> Markup {
        html! {
            div {
                h2 class="hidden" { "Next" }
                @if self.next.is_empty() { p class="quiet" { "Nothing planned next" } }
                ul class="next" {
                    @for next in &self.next {
                        li {
                            (marks::shape(next.state)) " " span { (next.text) }
                            " " span class="by" { (next.state.word()) ", " (next.when) }
                        }
                    }
                }
            }
        }
    }

    fn last_vitals(&self) -> Markup {
        html! {
            @if let Some(last) = &self.last {
                div class="last" {
                    h2 { "Last vital signs " span class="quiet" { (last.at) } }
                    dl { @for value in &last.values { (value.render()) } }
                }
            }
        }
    }

    fn dose_lines(&self) -> Markup {
        html! {
            @if !self.doses.is_empty() {
                div class="doses" {
                    h2 { "Doses" }
                    dl {
                        @for dose in &self.doses {
                            div {
                                dt { (dose.kind) }
                                dd {
                                    (dose.text) " " span class={ "dose-state " (dose.tone.unwrap_or(Tone::Plain).class()) } {
                                        (dose.state)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn people(&self) -> Markup {
        html! {
            @if !self.present.is_empty() {
                div class="present" {
                    h2 { "Present" }
                    ul {
                        @for person in &self.present {
                            li class=[(!person.here).then_some("away")] {
                                (marks::shape(if person.here { State::Done } else { State::Later })) " " (person.name) " " span class="by" {
                                    (person.role) ", " (person.since)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn alert_panels(&self) -> Markup {
        html! {
            div data-part="alerts" {
                @for alert in &self.alerts {
                    div class={ "panel " (alert.tone.class()) } role="status" {
                        p { strong { (alert.text) } }
                        @if let Some(detail) = &alert.detail { p { (detail) } }
                    }
                }
            }
        }
    }
}

impl LastValue {
    fn render(&self) -> Markup {
        html! {
            div class=[self.past_threshold.then_some("past")] {
                dt { (self.label) ", " (self.unit) }
                dd {
                    span class="numeral" { (self.value) }
                    @if let Some(trend) = self.trend {
                        " " svg class="trend" width="11" height="11" viewBox="0 0 11 11" aria-hidden="true" {
                            path d=(trend.path()) fill="none" stroke="currentColor" stroke-width="1.5" {}
                        }
                        span class="hidden" { " " (trend.word()) }
                    }
                    @if !self.change.is_empty() { span class="by" { (self.change) " from baseline" } }
                    @if self.past_threshold { span class="by past" { "past a threshold" } }
                }
            }
        }
    }
}

fn chart_section(chart: &VitalsChart) -> Markup {
    html! {
        section aria-labelledby="chart" data-part="chart" {
            h2 id="chart" { "Vital signs" }
            (chart.picture())
            @if !chart.readings.is_empty() {
                details id="chart-table" { summary { "The same as a table" } (chart.table()) }
            }
        }
    }
}
