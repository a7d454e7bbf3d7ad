//! Every page with values such as a rehearsal shows them. Used by the gallery and by the tests of the pages.

mod care;
mod enrolment;
mod rating;
mod rest;
mod room;

use server::pages::layout::{Flash, NavLink, RecordKind, Shell, SignedIn, StudyClock, Theme};
use server::pages::marks::Tone;
use server::pages::{Form, Html, Link};

/// All pages by name.
pub fn all(theme: Theme) -> Vec<(&'static str, Html)> {
    let mut pages = Vec::new();
    pages.extend(rest::pages(theme));
    pages.extend(care::pages(theme));
    pages.extend(enrolment::pages(theme));
    pages.extend(room::pages(theme));
    pages.extend(rating::pages(theme));
    pages
}

/// What a therapist's pages are surrounded by. `here` is the text of the current page in the menu.
pub fn shell(theme: Theme, here: &str) -> Shell {
    let links =
        [("Today", "/"), ("Participants", "/participants"), ("Stock", "/stock"), ("Read-out", "/readout")];
    Shell {
        study: "MAPP2".into(),
        kind: RecordKind::Rehearsal,
        clock: Some(StudyClock { text: "14 Mar 2026, 11:52".into(), move_href: Some("/clock".into()) }),
        person: Some(SignedIn {
            name: "Miriam Adler".into(),
            role: "therapist".into(),
            site: Some("Site S01".into()),
        }),
        nav: nav(&links, here),
        theme: Some(theme),
        flash: None,
        csrf: "f3c1a9".into(),
        here: "/".into(),
    }
}

pub fn nav(links: &[(&str, &str)], here: &str) -> Vec<NavLink> {
    let link =
        |&(text, href): &(&str, &str)| NavLink { text: text.into(), href: href.into(), here: text == here };
    links.iter().map(link).collect()
}

pub fn flash(text: &str, entry: &str) -> Option<Flash> {
    Some(Flash { text: text.into(), entry: Some(entry.into()), tone: Tone::Good })
}

/// A form that was not sent yet.
pub fn form(action: &str) -> Form {
    Form::new(action, "0c9v4s2m7k1h8q5x3n6t0b2d4f")
}

pub fn participant() -> Link {
    Link::new("S01-004", "/participants/S01-004")
}
