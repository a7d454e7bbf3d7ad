//! What surrounds every page: head, header, ways to go, what was just done, foot.
//!
//! [`Shell`] is filled once per request. A page hands its own part to [`Shell::page`].

use maud::{DOCTYPE, Markup, html};

use super::form::Fault;
use super::marks::{self, Tone};
use super::{Html, assets};

/// A way to another page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    pub text: String,
    pub href: String,
}

/// What is the same for all pages of one request.
#[derive(Clone, Debug)]
pub struct Shell {
    /// The study's short name: `MAPP2`.
    pub study: String,
    pub kind: RecordKind,
    /// The study's clock; shown when it is a rehearsal, where it may be moved.
    pub clock: Option<StudyClock>,
    pub person: Option<SignedIn>,
    pub nav: Vec<NavLink>,
    /// What the reader chose (cookie), if anything. A page has its own habit otherwise: night in a session.
    pub theme: Option<Theme>,
    pub flash: Option<Flash>,
    pub csrf: String,
    /// The path of this page, to come back to after changing the theme.
    pub here: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordKind {
    Rehearsal,
    Real,
}

#[derive(Clone, Debug)]
pub struct StudyClock {
    /// `14 Mar 2026, 11:52`
    pub text: String,
    /// Where the clock can be moved, for those who may.
    pub move_href: Option<String>,
}

#[derive(Clone, Debug)]
pub struct SignedIn {
    pub name: String,
    pub role: String,
    pub site: Option<String>,
}

#[derive(Clone, Debug)]
pub struct NavLink {
    pub text: String,
    pub href: String,
    /// This is the page (or the part) one is on.
    pub here: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Day,
    Night,
}

/// What has just happened: `Given 11:52`, entry `kq7-2fd`.
#[derive(Clone, Debug)]
pub struct Flash {
    pub text: String,
    /// The short id of the entry that holds it.
    pub entry: Option<String>,
    pub tone: Tone,
}

/// A page's own part. `..Page::new(title)` fills what it does not need.
pub struct Page<'a> {
    pub title: &'a str,
    /// The theme of this page for a reader who chose none.
    pub theme: Theme,
    /// Faults of the page's forms; listed on top, each linked to its field.
    pub faults: Vec<Fault>,
    /// Where the server tells that this page has changed.
    pub live: Option<&'a str>,
    pub width: Width,
    pub body: Markup,
}

/// How wide the text runs: a column to read, or a table that needs room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    Column,
    Wide,
}

impl Link {
    pub fn new(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into() }
    }

    pub fn render(&self) -> Markup {
        html! { a href=(self.href) { (self.text) } }
    }
}

impl RecordKind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Rehearsal => "rehearsal",
            Self::Real => "real study",
        }
    }
}

impl Theme {
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Night => "night",
        }
    }

    /// The theme of a cookie's value, if it is one.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "day" => Some(Self::Day),
            "night" => Some(Self::Night),
            _ => None,
        }
    }

    fn other(self) -> Self {
        match self {
            Self::Day => Self::Night,
            Self::Night => Self::Day,
        }
    }

    fn colour_scheme(self) -> &'static str {
        match self {
            Self::Day => "light",
            Self::Night => "dark",
        }
    }
}

impl<'a> Page<'a> {
    pub fn new(title: &'a str, body: Markup) -> Self {
        Self { title, theme: Theme::Day, faults: Vec::new(), live: None, width: Width::Column, body }
    }

    pub fn wide(self) -> Self {
        Self { width: Width::Wide, ..self }
    }

    pub fn faults(self, faults: Vec<Fault>) -> Self {
        Self { faults, ..self }
    }

    pub fn live(self, live: Option<&'a str>) -> Self {
        Self { live, ..self }
    }
}

impl Shell {
    /// The whole document.
    pub fn page(&self, page: Page<'_>) -> Html {
        let theme = self.theme.unwrap_or(page.theme);
        let fault = if page.faults.is_empty() { "" } else { "Please mend: " };
        html! {
            (DOCTYPE)
            html lang="en" data-theme=(theme.word()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    // Keeps the browser from showing white before the stylesheet is read.
                    meta name="color-scheme" content=(theme.colour_scheme());
                    meta name="theme-color" content=(match theme { Theme::Day => "#faf8f4", Theme::Night => "#0d0b0a" });
                    meta name="referrer" content="same-origin";
                    title { (fault) (page.title) " · " (self.study) " " (self.kind.word()) " · Stillroom" }
                    link rel="icon" type="image/svg+xml" href=(assets::MARK.address());
                    link rel="stylesheet" href=(assets::STYLESHEET.address());
                    script type="module" src=(assets::SCRIPT.address()) {}
                }
                body {
                    a class="skip" href="#main" { "Skip to the page" }
                    (self.header())
                    main id="main" tabindex="-1" class=[(page.width == Width::Column).then_some("column")] data-live=[page.live] {
                        @if let Some(flash) = &self.flash { (flash.render()) }
                        (super::form::fault_summary(&page.faults))
                        (page.body)
                    }
                    (self.footer(theme))
                }
            }
        }
    }

    fn header(&self) -> Markup {
        html! {
            header class="top" {
                div class="bar" {
                    a class="home" href="/" { (marks::flask()) span { "Stillroom" } }
                    p class="study" {
                        strong { (self.study) } " "
                        span class={ "kind " (match self.kind { RecordKind::Rehearsal => "rehearsal", RecordKind::Real => "real" }) } {
                            (self.kind.word())
                        }
                    }
                    @if let Some(clock) = &self.clock {
                        p class="clock" {
                            span class="quiet" { "Study clock " } (clock.text)
                            @if let Some(href) = &clock.move_href { " " a href=(href) { "Move" } }
                        }
                    }
                    @if let Some(person) = &self.person { (self.signed_in(person)) }
                }
                @if !self.nav.is_empty() {
                    nav aria-label="Pages" {
                        ul {
                            @for link in &self.nav {
                                li {
                                    a href=(link.href) aria-current=[link.here.then_some("page")] {
                                        (link.text)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn signed_in(&self, person: &SignedIn) -> Markup {
        html! {
            div class="person" {
                p {
                    span { (person.name) }
                    span class="quiet" { (person.role) @if let Some(site) = &person.site { ", " (site) } }
                }
                form method="post" action="/sign-out" {
                    input type="hidden" name="csrf" value=(self.csrf);
                    button class="link" type="submit" { "Sign out" }
                }
            }
        }
    }

    fn footer(&self, theme: Theme) -> Markup {
        let other = theme.other();
        html! {
            footer class="foot" {
                form method="post" action="/theme" {
                    input type="hidden" name="csrf" value=(self.csrf);
                    input type="hidden" name="back" value=(self.here);
                    button class="link" type="submit" name="theme" value=(other.word()) {
                        @match other { Theme::Night => "Night colours", Theme::Day => "Day colours" }
                    }
                }
                p class="quiet" {
                    @match self.kind {
                        RecordKind::Rehearsal => "A rehearsal: everyone in it is virtual, and nothing here may guide the care of a person.",
                        RecordKind::Real => "Not a substitute for clinical judgement.",
                    }
                }
                p class="print-only" {
                    (self.study) " " (self.kind.word()) @if let Some(person) = &self.person {
                        " · printed by " (person.name) ", " (person.role)
                    }
                    @if let Some(clock) = &self.clock { " · " (clock.text) }
                }
            }
        }
    }
}

impl Flash {
    fn render(&self) -> Markup {
        html! {
            p class={ "flash " (self.tone.class()) } role="status" {
                span { (self.text) }
                @if let Some(entry) = &self.entry { ", entry " span class="entry-id" { (entry) } }
            }
        }
    }
}
