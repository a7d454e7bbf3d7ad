//! From the text of a protocol to a [`Study`], section by section, in the order of the file.
//!
//! Reading never stops: what is missing or wrong is noted, something harmless stands in for it, and the caller
//! throws the study away if anything was an error. Checks look only at what has a place in the notes.

mod outcomes;
mod people;
mod schedule;
mod sessions;
mod table;

pub(crate) use sessions::VITALS;
pub(crate) use table::{FromToml, Table};

use terms::{Diagnostic, Span};
use toml::Spanned;
use toml::de::DeTable;

use crate::codes;
use crate::notes::{Notes, Statement};
use crate::study::{Provenance, Source, Study, StudyKind};
use crate::suggest;

/// The tree of `text`, as far as it can be read; what cannot be is noted.
pub(crate) fn tree<'t>(text: &'t str, notes: &mut Notes) -> Spanned<DeTable<'t>> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().map_or_else(Span::default, |range| inside(range.into(), text));
        let message = error.message().trim().replace('\n', ", ");
        notes.find(
            Diagnostic::error(codes::SYNTAX, message)
                .at(span)
                .help("the file is TOML: `key = value`, text in quotes, lists in brackets"),
        );
    }
    notes.partial = !errors.is_empty();
    tree
}

/// Errors at the end of a file may point behind it.
fn inside(span: Span, text: &str) -> Span {
    let start = span.start.min(text.len());
    Span { start, end: span.end.clamp(start, text.len()) }
}

/// The whole study. Check `notes` for errors before using it.
pub(crate) fn study(text: &str, notes: &mut Notes) -> Study {
    let tree = tree(text, notes);
    let start = Span { start: 0, end: text.find('\n').unwrap_or(text.len()) };
    let root = Table::new(String::new(), start, Some(tree.get_ref()), notes);
    let sources = sources(&root);
    let head = root.table("study");
    let sessions = sessions::sessions(&root);
    let study = Study {
        id: head.text("id"),
        title: head.text("title"),
        version: head.text("version"),
        phase: head.text("phase"),
        indication: head.text("indication"),
        registry: head.maybe("registry"),
        kind: head.word("kind", KINDS).unwrap_or(StudyKind::RandomisedTrial),
        target_randomised: head.within("target_randomised", 1..=100_000) as u32,
        provenance: provenance(&head, None),
        sources: sources.into_iter().collect(),
        arms: people::arms(&root),
        allocation: people::allocation(&root),
        blinding: people::blinding(&root),
        eligibility: people::eligibility(&root, text),
        visits: schedule::visits(&root),
        staffing: people::staffing(&root),
        sessions,
        dosing: sessions::dosing(&root),
        monitoring: sessions::monitoring(&root),
        thresholds: sessions::thresholds(&root),
        session_effects: sessions::session_effects(&root),
        instruments: outcomes::instruments(&root),
        endpoints: outcomes::endpoints(&root),
        estimand: outcomes::estimand(&root),
        analysis: outcomes::analysis(&root),
        supply: people::supply(&root),
        signed: Default::default(),
    };
    head.finish();
    root.finish();
    study
}

const KINDS: &[(&str, StudyKind)] =
    &[("randomised-trial", StudyKind::RandomisedTrial), ("open-label", StudyKind::OpenLabel)];

fn sources(root: &Table<'_>) -> Vec<(String, Source)> {
    let table = root.table("sources");
    let keys = table.keys();
    root.notes.list_sources(keys.iter().cloned());
    let each = keys.into_iter().map(|key| {
        let entry = table.table(&key);
        let source = Source { title: entry.text("title"), reference: entry.maybe("reference") };
        entry.finish();
        (key, source)
    });
    each.collect()
}

/// Where a statement was read. What says nothing of its own belongs to the statement `above` it, if there is
/// one; a statement without source is an error.
pub(crate) fn provenance(table: &Table<'_>, above: Option<&Provenance>) -> Provenance {
    let note = table.maybe("note");
    let own = table.has("source") || table.has("verified");
    if let (Some(above), false) = (above, own) {
        return Provenance { note: note.or_else(|| above.note.clone()), ..above.clone() };
    }
    if table.is_missing() {
        return Provenance::default();
    }
    let sources: Vec<String> = table.maybe("source").unwrap_or_default();
    let wrong_type = table.has("source") && table.notes.place(&table.path_of("source")).is_none();
    if sources.is_empty() && !wrong_type && !table.notes.partial {
        let span = table.notes.place(&table.path_of("source")).unwrap_or(table.span);
        let message = format!("the statement `{}` has no source", table.path);
        let help = "add `source = [\"...\"]`, a key of `[sources]`, and say whether it was `verified` there";
        table.notes.error(codes::NO_SOURCE, span, message, help);
    }
    known_sources(table, &sources);
    let verified = table.need("verified").unwrap_or(false);
    table.notes.state(Statement { path: table.path.clone(), verified, span: table.span });
    Provenance { sources, verified, assumed: false, note }
}

fn known_sources(table: &Table<'_>, named: &[String]) {
    let known = table.notes.sources();
    for (place, source) in named.iter().enumerate().filter(|(_, source)| !known.contains(*source)) {
        let span = table.notes.place_or_above(&format!("{}[{place}]", table.path_of("source")));
        let message = format!("the source `{source}` is not in `[sources]`");
        table.notes.error(
            codes::UNKNOWN_SOURCE,
            span,
            message,
            suggest::help(source, known.iter().map(String::as_str)),
        );
    }
}
