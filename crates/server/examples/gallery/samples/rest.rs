//! Samples: sign-in, read-out, log, clock, confirmation, refusal and the pages for what is not there.

use server::pages::clock::ClockPage;
use server::pages::confirm::ConfirmPage;
use server::pages::entries::{EntryDay, EntryLine};
use server::pages::error::ErrorPage;
use server::pages::form::Choice;
use server::pages::layout::{Shell, Theme};
use server::pages::log::{LogPage, Verified};
use server::pages::not_found::NotFoundPage;
use server::pages::participant::Fact;
use server::pages::readout::{Condition, Readout, ReadoutPage, ReportSection};
use server::pages::refused::{Refusal, RefusedPage};
use server::pages::sign_in::{DemoLogIn, SignInPage};
use server::pages::{Html, Link};

use super::{form, participant, shell};

pub fn pages(theme: Theme) -> Vec<(&'static str, Html)> {
    let shell = shell(theme, "Read-out");
    let outside = Shell { person: None, nav: Vec::new(), clock: None, ..shell.clone() };
    let mut failed = sign_in();
    failed.form.filled.fault("person", "The name and the password do not belong together");
    failed.demo.clear();
    vec![
        ("sign-in", sign_in().render(&outside)),
        ("sign-in-fault", failed.render(&outside)),
        ("readout", readout().render(&shell)),
        ("readout-not-yet", not_yet().render(&shell)),
        ("log", log(Verified::SelfConsistentOnly).render(&shell)),
        (
            "log-broken",
            log(Verified::Broken(vec![
                "entry 9cd-e1t at position 1,204: its content does not match its leaf".into(),
            ]))
            .render(&shell),
        ),
        ("clock", clock().render(&shell)),
        ("confirm", confirm().render(&shell)),
        ("refused", refused().render(&shell)),
        (
            "not-found",
            NotFoundPage {
                ways: vec![Link::new("What is due today", "/"), Link::new("Participants", "/participants")],
            }
            .render(&shell),
        ),
        ("error", error().render(&shell)),
    ]
}

fn sign_in() -> SignInPage {
    let log_in = |role: &str, sees: &str, site: &str, person: &str| DemoLogIn {
        role: role.into(),
        sees: sees.into(),
        site: site.into(),
        person: person.into(),
        password: "quiet-room".into(),
    };
    SignInPage {
        form: form("/sign-in"),
        study_title: "MDMA-assisted therapy for moderate to severe PTSD, phase 3".into(),
        demo: vec![
            log_in(
                "Coordinator",
                "Refers, consents, screens and randomises; plans visits",
                "site S01",
                "coordinator-s01",
            ),
            log_in(
                "Therapist",
                "Runs sessions: charts vital signs and doses, notes, closes",
                "site S01",
                "therapist-s01-1",
            ),
            log_in(
                "Site physician",
                "Decides eligibility, reviews adverse events",
                "site S01",
                "investigator-s01",
            ),
            log_in(
                "Independent rater",
                "Rates by interview; sees no visit, no session, no arm",
                "",
                "rater-1",
            ),
            log_in(
                "Unblinded statistician",
                "Reads out by arm after lock; sees the whole log",
                "",
                "statistician-u",
            ),
        ],
    }
}

fn readout() -> ReadoutPage {
    let table = "<table><caption>CAPS-5 total, change from baseline</caption><thead><tr><th scope=\"col\">Arm<th scope=\"col\">Assessed<th scope=\"col\">Change<th scope=\"col\">95 % interval</thead>\
        <tbody><tr><th scope=\"row\">MDMA<td>52<td>−23.7<td>−26.9 to −20.4<tr><th scope=\"row\">Placebo<td>42<td>−14.8<td>−18.3 to −11.3</tbody></table>";
    let text = "<p>Virtual participants of a rehearsal. The difference between the arms at T4 is −8.9 points; the numbers link to the entries they came from.</p>";
    ReadoutPage {
        content: Readout::Ready {
            summary: "Locked 2 Mar 2026, unblinded 3 Mar 2026.".into(),
            facts: vec![Fact::new("Randomised", "104"), Fact::new("Entries", "31,208")],
            sections: vec![
                ReportSection {
                    id: "primary".into(),
                    title: "Primary endpoint".into(),
                    html: format!("{text}{table}"),
                },
                ReportSection { id: "safety".into(), title: "Adverse events".into(), html: text.into() },
            ],
            files: vec![
                Link::new("Report", "/readout/report.html"),
                Link::new("Tables (CSV)", "/readout/tables"),
            ],
        },
    }
}

fn not_yet() -> ReadoutPage {
    let condition = |text: &str, done, detail: &str| Condition {
        text: text.into(),
        done,
        detail: detail.into(),
        action: None,
    };
    ReadoutPage {
        content: Readout::NotYet {
            conditions: vec![
                condition("Every rating that was asked is sent or explained", true, "14 Mar 2026"),
                condition("The database is locked", false, "3 deviations are open"),
                condition("The allocation is unblinded by two people", false, "after the lock"),
            ],
            sections: Vec::new(),
        },
    }
}

fn log(verified: Verified) -> LogPage {
    let entry = |id: &str, at: &str, text: &str, who: &str| EntryLine {
        id: id.into(),
        at: at.into(),
        who: who.into(),
        text: text.into(),
        subject: Some(participant()),
        ..EntryLine::default()
    };
    LogPage {
        verified,
        verified_at: "14 Mar 2026, 11:52, in 0.4 s".into(),
        size: "31,208".into(),
        root: "9f2c5be0417d63aa88d10f3e7c42b6915e0da8734bf19c62d5073e8a146cf92b".into(),
        checkpoint: Some("stillroom/mapp2\n31208\nnyxb4EF9Y6qI0Q8+fEK2kV4NqHNL8ZxF1Qc+ihRs+Ss=\n\n— stillroom/mapp2 Az3grl5o0pR8".into()),
        checkpoint_file: Some(Link::new("Take it as a file", "/log/checkpoint")),
        verify: Some(form("/log/verify")),
        days: vec![EntryDay {
            day: "14 Mar 2026".into(),
            entries: vec![
                entry("kq7-2fd", "11:52", "Vital signs charted", "Jonas Okafor, therapist"),
                entry("0xw-7ha", "11:40", "Vital signs charted", "Jonas Okafor, therapist"),
            ],
        }],
        shown: "31,159 to 31,208".into(),
        previous: None,
        next: Some("/log?before=31159".into()),
    }
}

fn clock() -> ClockPage {
    ClockPage {
        form: form("/clock"),
        now: "14 Mar 2026, 11:52".into(),
        steps: vec![
            Choice::new("15m", "15 minutes"),
            Choice::new("1h", "1 hour"),
            Choice::new("1d", "1 day"),
            Choice::new("1w", "1 week"),
        ],
    }
}

fn confirm() -> ConfirmPage {
    ConfirmPage {
        form: form("/participants/S01-004/unblind"),
        title: "Unblind S01-004 in an emergency?".into(),
        facts: vec![Fact::new("Participant", "S01-004"), Fact::new("Randomised", "8 Feb 2026")],
        will: vec![
            "You are shown the arm of S01-004.".into(),
            "Your blinded role towards S01-004 ends.".into(),
        ],
        told: Some(
            "The safety physician and the sponsor are told at once that you did this, and why.".into(),
        ),
        changed: None,
        reason: Some("Why is it necessary to know?".into()),
        button: "Show me the arm".into(),
        grave: true,
        back: Link::new("Leave it blinded", "/participants/S01-004"),
    }
}

fn refused() -> RefusedPage {
    RefusedPage {
        recorded: String::new(),
        refusal: Refusal {
            what: "the supplemental dose is not open now".into(),
            rule: "the supplemental dose may be given from 90 min to 120 min after the initial dose".into(),
            given_by: Some("dosing.supplemental_window".into()),
            on_record: vec![
                "initial dose at 10:02 (entry kq7-2fd)".into(),
                "it is 12:41, 159 min later".into(),
            ],
            instead: vec![Link::new("Record that it was not given", "/sessions/S01-004.V10#do-withhold")],
            instead_text: None,
            code: "R0207".into(),
        },
        back: Link::new("Back to the session", "/sessions/S01-004.V10"),
    }
}

fn error() -> ErrorPage {
    ErrorPage {
        recorded: "What you sent was not recorded.".into(),
        instead: "Go back and send it again; it is recorded once, however often it arrives.".into(),
        reference: "e-7f31".into(),
        back: Link::new("Back to the session", "/sessions/S01-004.V10"),
    }
}
