//! The way in. In a rehearsal the virtual staff's log-ins are listed, each with a button of its own.

use maud::{Markup, html};

use super::form::{Act, Form, Text};
use super::layout::{Page, Shell};
use super::{Html, marks};

/// Fields: `person`, `password`.
#[derive(Clone, Debug, Default)]
pub struct SignInPage {
    pub form: Form,
    /// The study's title, under its short name.
    pub study_title: String,
    /// Log-ins of a rehearsal; empty in a real study.
    pub demo: Vec<DemoLogIn>,
}

#[derive(Clone, Debug, Default)]
pub struct DemoLogIn {
    pub role: String,
    /// What this role sees and does, in one line.
    pub sees: String,
    pub site: String,
    pub person: String,
    pub password: String,
}

impl SignInPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let draw = self.form.open(shell, "sign-in");
        let body = html! {
            div class={ "entrance" @if !self.demo.is_empty() { " rehearsal" } } {
                div {
                    div class="welcome" {
                        p class="mark" { (marks::flask()) }
                        h1 { (shell.study) }
                        p class="lead" { (self.study_title) }
                    }
                    (draw.wrap(html! {
                        (draw.text(&Text::words("person", "Name").autocomplete("username")))
                        (draw.text(&Text::password("password", "Password").autocomplete("current-password")))
                        (draw.button("Sign in", Act::Main))
                    }))
                }
                @if !self.demo.is_empty() { (self.demo_log_ins(shell)) }
            }
        };
        shell.page(Page::new("Sign in", body).wide().faults(self.form.faults("sign-in")))
    }

    fn demo_log_ins(&self, shell: &Shell) -> Markup {
        html! {
            section class="demo" aria-labelledby="demo-title" {
                h2 id="demo-title" { "Come in as one of the virtual staff" }
                p class="quiet" {
                    "This is a rehearsal. What each may see is decided by role: sign in as two of them to compare."
                }
                ul class="people" {
                    @for log_in in &self.demo {
                        li {
                            div {
                                p {
                                    strong { (log_in.role) }
                                    @if !log_in.site.is_empty() { span class="quiet" { ", " (log_in.site) } }
                                }
                                p class="quiet" { (log_in.sees) }
                                p class="credentials" {
                                    code { (log_in.person) }
                                    " · " code { (log_in.password) }
                                }
                            }
                            form method="post" action=(self.form.action) {
                                input type="hidden" name="csrf" value=(shell.csrf);
                                input type="hidden" name="command" value=(self.form.command);
                                input type="hidden" name="person" value=(log_in.person);
                                input type="hidden" name="password" value=(log_in.password);
                                button class="button other" type="submit" {
                                    "Sign in" span class="hidden" { " as " (log_in.role) " " (log_in.person) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
