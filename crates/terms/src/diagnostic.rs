//! What is wrong with a file that people write: many at once, each with a code, a place and a help.

use std::fmt;

/// A stretch of a source text, in bytes: `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

/// A diagnostic's number, such as `P0412`. Never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// A person must sign for this before anybody is dosed on it.
    NeedsSignOff,
    /// Worth a look.
    Warning,
}

/// A place in the source with a note beside it (may be empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub note: String,
}

/// One finding. `message` and `help` are lower case, without a full stop, names between backticks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    /// The first place is where it is; further ones are what it conflicts with.
    pub labels: Vec<Label>,
    pub help: Option<String>,
}

/// A file's name and text, for turning spans into lines and columns.
#[derive(Clone, Debug)]
pub struct SourceText<'a> {
    pub name: &'a str,
    pub text: &'a str,
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::NeedsSignOff => "needs sign-off",
            Self::Warning => "warning",
        })
    }
}

impl Diagnostic {
    pub fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), labels: Vec::new(), help: None }
    }

    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    pub fn at(self, span: Span) -> Self {
        self.at_with(span, "")
    }

    pub fn at_with(mut self, span: Span, note: impl Into<String>) -> Self {
        self.labels.push(Label { span, note: note.into() });
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// As compilers print it: the message, each place with its line underlined, the help.
    pub fn render(&self, source: &SourceText<'_>) -> String {
        let mut out = format!("{}[{}]: {}\n", self.severity, self.code, self.message);
        for label in &self.labels {
            let (line, column) = source.line_column(label.span.start);
            out.push_str(&format!("  --> {}:{line}:{column}\n", source.name));
            let shown = source.line(label.span.start);
            let until = label.span.end.max(label.span.start + 1) - label.span.start;
            let room = shown.chars().count().saturating_sub(column - 1).max(1);
            let width = source
                .text
                .get(label.span.start..(label.span.start + until).min(source.text.len()))
                .map_or(1, |text| text.lines().next().map_or(1, |first| first.chars().count()))
                .clamp(1, room);
            out.push_str(&format!("   |  {shown}\n"));
            let note = if label.note.is_empty() { String::new() } else { format!(" {}", label.note) };
            out.push_str(&format!("   |  {}{}{note}\n", " ".repeat(column - 1), "^".repeat(width)));
        }
        if let Some(help) = &self.help {
            out.push_str(&format!("   = help: {help}\n"));
        }
        out
    }
}

impl SourceText<'_> {
    /// Line and column of a byte, both counted from 1; columns in characters. Past the end counts as the end.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let byte = self.floor(byte);
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    fn line(&self, byte: usize) -> &str {
        let byte = self.floor(byte);
        let start = self.text[..byte].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[byte..].find('\n').map_or(self.text.len(), |at| byte + at);
        self.text[start..end].trim_end_matches('\r')
    }

    fn floor(&self, byte: usize) -> usize {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_points_at_its_line() {
        let source = SourceText { name: "p.toml", text: "a = 1\nwindow = \"90 min .. 9 h\" # é\n" };
        let finding = Diagnostic::error(Code("P0001"), "too long")
            .at_with(Span { start: 25, end: 28 }, "here")
            .help("end it earlier");
        let expected = "error[P0001]: too long\n  --> p.toml:2:20\n   |  window = \"90 min .. 9 h\" # é\n   |                     ^^^ here\n   = help: end it earlier\n";
        assert_eq!(finding.render(&source), expected);
    }

    #[test]
    fn places_past_the_end_or_inside_a_letter_do_not_panic() {
        let source = SourceText { name: "p", text: "é" };
        let finding = Diagnostic::error(Code("P0001"), "x").at((1..99).into()).at((50..60).into());
        assert!(finding.render(&source).contains("p:1:1"));
    }
}
