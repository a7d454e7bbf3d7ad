//! The check as people read it: every finding in place, and one line that sums them up.

use terms::{Diagnostic, Severity, SourceText};

use crate::{SignOffFor, examined};

/// How many findings of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub errors: usize,
    pub needs_sign_off: usize,
    pub warnings: usize,
    /// Statements of the protocol that say that they were not verified.
    pub unverified: usize,
    pub statements: usize,
    /// Values that the sign-off supplied.
    pub signed: usize,
}

impl Counts {
    /// Nothing stands in the way of using the protocol.
    pub fn usable(&self) -> bool {
        self.errors == 0 && self.needs_sign_off == 0
    }
}

/// Checks a protocol, with its sign-off if there is one, and prints what was found.
pub fn check_report(
    name: &str,
    text: &str,
    sign_off: Option<(&str, &str)>,
    kind: SignOffFor,
) -> (String, Counts) {
    let found = examined(text, sign_off, kind);
    let mut out = String::new();
    let mut counts = Counts {
        unverified: found.unverified,
        statements: found.statements,
        signed: found.study.signed.len(),
        ..Counts::default()
    };
    print(&mut out, &mut counts, &SourceText { name, text }, &found.findings);
    if let Some((name, text)) = sign_off {
        print(&mut out, &mut counts, &SourceText { name, text }, &found.about_sign_off);
    }
    out.push_str(&summary(&counts, kind));
    (out, counts)
}

fn print(out: &mut String, counts: &mut Counts, source: &SourceText<'_>, findings: &[Diagnostic]) {
    for finding in findings {
        match finding.severity {
            Severity::Error => counts.errors += 1,
            Severity::NeedsSignOff => counts.needs_sign_off += 1,
            Severity::Warning => counts.warnings += 1,
        }
        out.push_str(&finding.render(source));
        out.push('\n');
    }
}

fn summary(counts: &Counts, kind: SignOffFor) -> String {
    let many = |number: usize, one: &str, more: &str| match number {
        0 => format!("no {more}"),
        1 => format!("1 {one}"),
        _ => format!("{number} {more}"),
    };
    let mut parts = vec![
        many(counts.errors, "error", "errors"),
        match counts.needs_sign_off {
            0 => String::from("nothing needs sign-off"),
            1 => String::from("1 value needs sign-off"),
            number => format!("{number} values need sign-off"),
        },
    ];
    if counts.signed > 0 {
        parts.push(format!("{} signed", many(counts.signed, "value", "values")));
    }
    parts.push(format!("{} of {} statements unverified", counts.unverified, counts.statements));
    let study = match kind {
        SignOffFor::Rehearsal => "a rehearsal",
        SignOffFor::Real => "a real study",
    };
    let may = if counts.usable() { "may" } else { "may not" };
    format!("{}\n{study} {may} use it\n", parts.join(", "))
}
