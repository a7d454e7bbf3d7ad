//! All participants one may see: stage, schedule as a strip of marks, what comes next. Filtered by a form.

use maud::{Markup, html};

use super::Html;
use super::form::Choice;
use super::layout::{Link, Page, Shell};
use super::marks::{self, State, Tag};
use super::schedule::Strip;

/// Filter fields (a GET form): `stage`, `site`, `page`.
#[derive(Clone, Debug, Default)]
pub struct ParticipantsPage {
    /// `38 participants`
    pub summary: String,
    pub stages: Vec<Choice>,
    pub stage: String,
    pub sites: Vec<Choice>,
    pub site: String,
    pub rows: Vec<ParticipantRow>,
    /// `1 to 25 of 38`
    pub shown: String,
    pub previous: Option<String>,
    pub next: Option<String>,
    pub refer: Option<Link>,
}

#[derive(Clone, Debug, Default)]
pub struct ParticipantRow {
    pub id: String,
    pub href: String,
    pub site: String,
    pub stage: String,
    pub strip: Strip,
    pub next: Option<NextDue>,
    pub tags: Vec<Tag>,
}

#[derive(Clone, Debug)]
pub struct NextDue {
    pub state: State,
    /// `Dosing session 2`
    pub text: String,
    /// `8 to 22 Mar 2026`
    pub when: String,
}

impl ParticipantsPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            div class="title" {
                div { h1 { "Participants" } p class="lead" { (self.summary) } }
                @if let Some(refer) = &self.refer { a class="button" href=(refer.href) { (refer.text) } }
            }
            (self.filter())
            @if self.rows.is_empty() { p class="nothing" { "Nobody matches. Choose another stage or site." } } @else { (self.table()) (self.pages()) }
        };
        shell.page(Page::new("Participants", body).wide())
    }

    fn filter(&self) -> Markup {
        html! {
            form class="filter" method="get" action="/participants" {
                (select("stage", "Stage", &self.stages, &self.stage))
                @if self.sites.len() > 1 { (select("site", "Site", &self.sites, &self.site)) }
                button class="button other" type="submit" { "Show" }
            }
        }
    }

    fn table(&self) -> Markup {
        html! {
            table class="rows people-table" {
                thead {
                    tr {
                        th scope="col" { "Participant" }
                        th scope="col" { "Stage" }
                        th scope="col" { "Schedule" }
                        th scope="col" { "Next" }
                    }
                }
                tbody {
                    @for row in &self.rows {
                        tr {
                            th scope="row" {
                                a href=(row.href) { (row.id) }
                                " " span class="quiet" { (row.site) }
                            }
                            td { (row.stage) (marks::tags(&row.tags)) }
                            td { (row.strip.render()) }
                            td {
                                @match &row.next {
                                    Some(next) => {
                                        (marks::shape(next.state)) " " (next.text) " " span class="by" {
                                            (next.state.word()) ", " (next.when)
                                        }
                                    }
                                    None => span class="quiet" { "nothing" },
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn pages(&self) -> Markup {
        html! {
            nav class="pages" aria-label="Parts of this list" {
                @if let Some(href) = &self.previous { a href=(href) rel="prev" { "Previous" } }
                span class="quiet" { (self.shown) }
                @if let Some(href) = &self.next { a href=(href) rel="next" { "Next" } }
            }
        }
    }
}

fn select(name: &str, label: &str, choices: &[Choice], chosen: &str) -> Markup {
    let id = format!("filter-{name}");
    html! {
        div class="field" {
            label for=(id) { (label) }
            select id=(id) name=(name) {
                @for choice in choices {
                    option value=(choice.value) selected[choice.value == chosen] { (choice.text) }
                }
            }
        }
    }
}
