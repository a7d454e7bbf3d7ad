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
/// Spans are places in `text`; the name of the file is needed only to print them, and stands here so that a
/// caller does not lose it.
pub fn parse(_name: &str, text: &str) -> (Option<Study>, Vec<Diagnostic>) {
    let (study, findings, _) = examined(text, None, SignOffFor::Rehearsal).parts();
    (study, findings)
}

/// As [`parse`], with a sign-off file (its name and text) applied for a study of this kind. Diagnostics about
/// the sign-off file come last, and have places in *its* text.
pub fn load(
    _name: &str,
    text: &str,
    sign_off: Option<(&str, &str)>,
    kind: SignOffFor,
) -> (Option<Study>, Vec<Diagnostic>) {
    let (study, mut findings, about_sign_off) = examined(text, sign_off, kind).parts();
    findings.extend(about_sign_off);
    (study, findings)
}

/// A protocol and its sign-off, read and checked. The study is to be used only if nothing is an error.
pub(crate) struct Examined {
    study: Study,
    /// About the protocol file.
    findings: Vec<Diagnostic>,
    /// About the sign-off file.
    about_sign_off: Vec<Diagnostic>,
    statements: usize,
    unverified: usize,
}

impl Examined {
    fn parts(self) -> (Option<Study>, Vec<Diagnostic>, Vec<Diagnostic>) {
        let faulty = has_error(&self.findings) || has_error(&self.about_sign_off);
        ((!faulty).then_some(self.study), self.findings, self.about_sign_off)
    }
}

pub(crate) fn has_error(findings: &[Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == Severity::Error)
}

pub(crate) fn examined(text: &str, sign_off: Option<(&str, &str)>, kind: SignOffFor) -> Examined {
    let mut notes = Notes::default();
    let mut study = read::study(text, &mut notes);
    check::all(&study, &notes);
    let about_sign_off =
        sign_off.map_or(Vec::new(), |(name, text)| sign_off::read_and_apply(&mut study, name, text, kind));
    check::needs_sign_off(&study, &notes);
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
