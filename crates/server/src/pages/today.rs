//! "What is due today?" Everything that waits for somebody, grouped, each with its one action.

use maud::{Markup, html};

use super::Html;
use super::layout::{Link, Page, Shell};
use super::marks::{self, State, Tag};

#[derive(Clone, Debug, Default)]
pub struct TodayPage {
    /// `Saturday, 14 Mar 2026`
    pub date: String,
    /// `3 sessions now, 4 visits, 2 ratings`. Counts only what the reader sees.
    pub summary: String,
    /// Dosing and therapy sessions in the room at this moment, drawn large.
    pub now: Vec<SessionNow>,
    pub groups: Vec<DueGroup>,
    /// The page's one main action, such as referring a participant.
    pub main_action: Option<Link>,
    pub live: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub struct SessionNow {
    pub participant: String,
    /// `Dosing session 2`
    pub title: String,
    /// `1 h 52 min since the initial dose`, `before the initial dose`
    pub since: String,
    /// `vital signs at 11:55, in 3 min`
    pub next: String,
    /// `142/88, pulse 96, 37.2 °C at 11:40`
    pub last: Option<String>,
    pub present: String,
    pub href: String,
}

/// Due things of one sort: `Visits today`, `Windows closing`, `Ratings`, `Open deviations`.
#[derive(Clone, Debug, Default)]
pub struct DueGroup {
    pub title: String,
    pub items: Vec<DueItem>,
}

#[derive(Clone, Debug)]
pub struct DueItem {
    pub state: State,
    /// `10:00`, `by 16 Mar 2026`
    pub when: String,
    /// Whom it concerns.
    pub subject: Option<Link>,
    /// `Integration 1.2`
    pub text: String,
    /// `window closes tomorrow, 15 Mar 2026`
    pub detail: Option<String>,
    pub tags: Vec<Tag>,
    pub action: Option<Link>,
}

impl TodayPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let empty = self.now.is_empty() && self.groups.iter().all(|group| group.items.is_empty());
        let body = html! {
            div class="title" data-part="title" {
                div {
                    h1 { "What is due today?" }
                    p class="lead" { (self.date) @if !self.summary.is_empty() { " · " (self.summary) } }
                }
                @if let Some(action) = &self.main_action {
                    a class={ "button" @if !self.now.is_empty() { " other" } } href=(action.href) {
                        (action.text)
                    }
                }
            }
            div data-part="due" {
                @if empty {
                    p class="nothing" { "Nothing is due. What comes next is on each participant’s page." }
                }
                @if !self.now.is_empty() {
                    section aria-labelledby="now" {
                        h2 id="now" { "In session now" }
                        @for session in &self.now { (session.render()) }
                    }
                }
                @for (at, group) in self.groups.iter().enumerate() {
                    @if !group.items.is_empty() { (group.render(at)) }
                }
            }
        };
        shell.page(Page::new("Today", body).wide().live(self.live.as_deref()))
    }
}

impl SessionNow {
    fn render(&self) -> Markup {
        html! {
            article class="session-now" {
                div {
                    h3 { (self.participant) " · " (self.title) }
                    p class="since" { (self.since) }
                }
                dl class="facts" {
                    div { dt { "Next" } dd { (self.next) } }
                    @if let Some(last) = &self.last { div { dt { "Last" } dd { (last) } } }
                    div { dt { "Present" } dd { (self.present) } }
                }
                a class="button" href=(self.href) {
                    "Open the session" span class="hidden" { " of " (self.participant) }
                }
            }
        }
    }
}

impl DueGroup {
    fn render(&self, at: usize) -> Markup {
        let id = format!("group-{at}");
        html! {
            section aria-labelledby=(id) {
                h2 id=(id) { (self.title) " " span class="count" { (self.items.len()) } }
                (list(&self.items))
            }
        }
    }
}

/// Due things one below the other, each with its action at the end.
pub fn list(items: &[DueItem]) -> Markup {
    html! { ul class="due" { @for item in items { (item.render()) } } }
}

impl DueItem {
    fn render(&self) -> Markup {
        html! {
            li class=(self.state.word()) {
                span class="when" { (marks::state(self.state)) span { (self.when) } }
                div class="what" {
                    p {
                        @if let Some(subject) = &self.subject { (subject.render()) " " }
                        (self.text) (marks::tags(&self.tags))
                    }
                    @if let Some(detail) = &self.detail { p class="by" { (detail) } }
                }
                @if let Some(action) = &self.action {
                    a class="button other" href=(action.href) {
                        (action.text) @if let Some(subject) = &self.subject {
                            span class="hidden" { ", " (subject.text) ", " (self.text) }
                        }
                    }
                }
            }
        }
    }
}
