//! What a study *is*: reads a protocol file, checks it, and says what is wrong with it, all at once.
//!
//! A protocol is one TOML file. [`parse`] reads it into a [`Study`]; [`load`] also takes a sign-off file, which
//! supplies what the protocol leaves to those who answer for it; [`check_report`] prints what both find. That
//! anything ever happened in a study is not known here. Read [`study`] first, then [`parse`].

mod check;
pub mod codes;
mod library;
mod notes;
mod read;
mod report;
pub mod rule;
pub mod sign_off;
pub mod study;
mod suggest;

pub use library::{BuiltIn, built_in, library};
pub use report::{Counts, check_report};
pub use sign_off::{SignOff, SignOffFor};
pub use study::Study;

use terms::{Diagnostic, Severity};

use notes::Notes;

/// Reads the protocol `text`. The study is there unless one of the diagnostics is an error; values that must be
/// signed for are then still absent from it.
///
/// Spans are places in `text`; `name` is not used for them, and stands here so that a caller cannot forget which
/// file the diagnostics are about.
pub fn parse(name: &str, text: &str) -> (Option<Study>, Vec<Diagnostic>) {
    let (study, findings, _) = examined(name, text, None, SignOffFor::Rehearsal).parts();
    (study, findings)
}

/// As [`parse`], with a sign-off file (its name and text) applied for a study of this kind. Diagnostics about
/// the sign-off file come last, and have places in *its* text.
pub fn load(
    name: &str,
    text: &str,
    sign_off: Option<(&str, &str)>,
    kind: SignOffFor,
) -> (Option<Study>, Vec<Diagnostic>) {
    let (study, mut findings, about_sign_off) = examined(name, text, sign_off, kind).parts();
    findings.extend(about_sign_off);
    (study, findings)
}

/// A protocol and its sign-off, read and checked.
pub(crate) struct Examined {
    study: Option<Study>,
    /// About the protocol file.
    findings: Vec<Diagnostic>,
    /// About the sign-off file.
    about_sign_off: Vec<Diagnostic>,
    statements: usize,
    unverified: usize,
}

impl Examined {
    /// The study only if it may be used.
    fn parts(self) -> (Option<Study>, Vec<Diagnostic>, Vec<Diagnostic>) {
        let faulty = has_error(&self.findings) || has_error(&self.about_sign_off);
        (self.study.filter(|_| !faulty), self.findings, self.about_sign_off)
    }
}

pub(crate) fn has_error(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

pub(crate) fn examined(
    _name: &str,
    text: &str,
    sign_off: Option<(&str, &str)>,
    kind: SignOffFor,
) -> Examined {
    let mut notes = Notes::default();
    let study = read::study(text, &mut notes);
    check::all(&study, &notes);
    let (study, about_sign_off) = match sign_off {
        None => (Some(study), Vec::new()),
        Some((name, text)) => sign_off::read_and_apply(study, name, text, kind),
    };
    if let Some(study) = &study {
        check::needs_sign_off(study, &notes);
    }
    let statements = notes.statements();
    check::unverified(&statements, &notes);
    Examined {
        study,
        statements: statements.len(),
        unverified: statements.iter().filter(|statement| !statement.verified).count(),
        findings: notes.into_findings(),
        about_sign_off,
    }
}
