//! What reading a file notes down beside its values: where each value stands, and what is wrong.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use terms::{Code, Diagnostic, Span};

use crate::codes;

/// Notes of one file. A value's path is its keys, with ids in place of positions:
/// `visits.V5.window_days`, `sources.M2`, `visits.V5.after[0]`.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    findings: RefCell<Vec<Diagnostic>>,
    places: RefCell<BTreeMap<String, Span>>,
    statements: RefCell<Vec<Statement>>,
    sources: RefCell<BTreeSet<String>>,
    unread: RefCell<BTreeSet<String>>,
    /// The tree is what could be read around a syntax error: what is absent may be in the unread part.
    pub(crate) partial: bool,
}

/// A part of the protocol that says itself where it was read.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub path: String,
    pub verified: bool,
    pub span: Span,
}

impl Notes {
    pub(crate) fn find(&self, finding: Diagnostic) {
        self.findings.borrow_mut().push(finding);
    }

    /// An error at one place, with a help.
    pub(crate) fn error(&self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.find(Diagnostic::error(code, message).at(span).help(help));
    }

    pub(crate) fn put(&self, path: String, span: Span) {
        self.places.borrow_mut().insert(path, span);
    }

    /// Where the value at `path` stands. `None` when it is not stated or could not be read: then whoever
    /// checks it has nothing to say, since what was wrong is said already.
    pub(crate) fn place(&self, path: &str) -> Option<Span> {
        self.places.borrow().get(path).copied()
    }

    /// The nearest place that is there: that of the value, or of what it belongs to.
    pub(crate) fn place_or_above(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            if let Some(span) = self.place(path) {
                return span;
            }
            match path.rfind('.') {
                Some(dot) => path = &path[..dot],
                None => return Span::default(),
            }
        }
    }

    /// There is a value at `path`, and it is not what it should be.
    pub(crate) fn put_unread(&self, path: String) {
        self.unread.borrow_mut().insert(path);
    }

    /// Whether something is said at `path`, readable or not.
    pub(crate) fn is_said(&self, path: &str) -> bool {
        self.place(path).is_some() || self.unread.borrow().contains(path)
    }

    pub(crate) fn state(&self, statement: Statement) {
        self.statements.borrow_mut().push(statement);
    }

    pub(crate) fn statements(&self) -> Vec<Statement> {
        self.statements.borrow().clone()
    }

    pub(crate) fn list_sources(&self, keys: impl IntoIterator<Item = String>) {
        self.sources.borrow_mut().extend(keys);
    }

    pub(crate) fn sources(&self) -> BTreeSet<String> {
        self.sources.borrow().clone()
    }

    /// All findings by their first place, and what is about the whole file last.
    pub(crate) fn into_findings(self) -> Vec<Diagnostic> {
        let mut findings = self.findings.into_inner();
        findings.sort_by_key(|finding| {
            let whole = finding.code == codes::UNVERIFIED;
            (whole, finding.labels.first().map(|label| label.span), finding.code)
        });
        findings
    }
}
