//! Results laid out: one self-contained HTML report, the same in fragments for a page, and CSV tables.
//!
//! Knows nothing of how numbers were made. Every figure is a link to the entries behind it. The same results give
//! the same bytes: no clock, fixed formats, fixed order. Read [`html`] first.

mod figures;
mod number;
mod sections;
mod sources;

use analysis::{Comparison, ReadOut};
use dataset::Dataset;
use maud::{DOCTYPE, Markup, PreEscaped, html as markup};

use crate::sources::Sources;

/// The classes that the report's fragments use. Served beside pages, and part of the self-contained file.
pub const CSS: &str = include_str!("report.css");

/// What a report says of itself.
#[derive(Clone, Debug)]
pub struct Meta {
    /// Virtual participants: said loudly.
    pub rehearsal: bool,
    /// Under which view it was read: `unblinded statistician`.
    pub view: String,
    /// Size and root of the log that it was read from; empty for those who may not know.
    pub log: Option<(u64, String)>,
    /// `14 Mar 2026`: the last entry's day, not the day of printing.
    pub as_of: String,
    /// Version of Stillroom.
    pub software: String,
    /// Where an entry can be opened: `/entries/`, to which its id is added. `None` in a file.
    pub entry_base: Option<String>,
    /// Published figures beside those of this study, if there are any.
    pub comparison: Vec<Comparison>,
}

/// A part of the report with its heading.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// For links within the page: `primary`.
    pub id: &'static str,
    pub title: String,
    pub html: String,
}

/// The report as one file that needs nothing else.
pub fn html(read_out: &ReadOut, meta: &Meta) -> String {
    let parts = fragments(read_out, meta);
    let title = format!("{}: read-out", read_out.study.title);
    markup! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(CSS)) }
            }
            body.report {
                header.report-head {
                    p.report-kind { (kind_words(meta)) }
                    h1 { (read_out.study.title) }
                    (facts(read_out, meta))
                }
                nav.report-contents aria-label="Contents" {
                    ol { @for part in &parts { li { a href={ "#" (part.id) } { (part.title) } } } }
                }
                main {
                    @for part in &parts {
                        section id=(part.id) { h2 { (part.title) } (PreEscaped(&part.html)) }
                    }
                }
            }
        }
    }
    .into_string()
}

/// The same, part by part, without heading.
pub fn fragments(read_out: &ReadOut, meta: &Meta) -> Vec<Fragment> {
    let mut sources = Sources::default();
    let mut parts = Vec::new();
    let mut add = |id, title: &str, body: Markup| {
        parts.push(Fragment { id, title: title.into(), html: body.into_string() });
    };
    add("primary", "The primary endpoint", sections::primary(read_out, &mut sources));
    if !meta.comparison.is_empty() {
        add("published", "Beside the published trial", sections::comparison(&meta.comparison, read_out));
    }
    add("responses", "Response, loss of diagnosis, remission", sections::responses(read_out, &mut sources));
    add("secondary", "Secondary and supplementary analyses", sections::secondary(read_out, &mut sources));
    add("disposition", "What became of everybody", sections::disposition(read_out, &mut sources));
    add("safety", "Adverse events and exposure", sections::safety(read_out, &mut sources));
    add("blinding", "Guesses of the arm", sections::blinding(read_out, &mut sources));
    add("methods", "Methods", sections::methods(read_out, meta));
    add("entries", "Entries behind the figures", sources.appendix(meta.entry_base.as_deref()));
    parts
}

/// Each table of the dataset as a CSV file.
pub fn csv_tables(dataset: &Dataset) -> Vec<(String, String)> {
    dataset.tables().iter().map(|table| (format!("{}.csv", table.name), table.to_csv())).collect()
}

fn kind_words(meta: &Meta) -> &'static str {
    if meta.rehearsal { "A rehearsal: every participant in this report is virtual" } else { "Read-out" }
}

fn facts(read_out: &ReadOut, meta: &Meta) -> Markup {
    let study = &read_out.study;
    markup! {
        dl.report-facts {
            div { dt { "Protocol" } dd { (study.id) ", version " (study.version) } }
            div { dt { "Indication" } dd { (study.indication) } }
            @if let Some(registry) = &study.registry { div { dt { "Design after" } dd { (registry) } } }
            div { dt { "Read as" } dd { (meta.view) } }
            div { dt { "As of" } dd { (meta.as_of) } }
            @if let Some((size, root)) = &meta.log {
                div { dt { "Log" } dd { (number::thousands(*size)) " entries, root " code { (root) } } }
            }
            div { dt { "Made with" } dd { "Stillroom " (meta.software) } }
        }
    }
}
