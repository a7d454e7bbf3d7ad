//! Who takes part, in which arm, with whom, and what they receive: arms, allocation, blinding, eligibility,
//! staffing, supply.

use terms::{Diagnostic, Span};

use super::provenance;
use super::table::Table;
use crate::codes;
use crate::rule::Rule;
use crate::study::{
    Allocation, Arm, BlindingRule, Criterion, CriterionKind, DecidedBy, Staffing, Supply, Treatment,
};

pub(super) fn arms(root: &Table<'_>) -> Vec<Arm> {
    let words = &[("mdma", Treatment::Mdma), ("placebo", Treatment::Placebo)];
    let tables = root.tables("arms", "id");
    let each = tables.iter().filter_map(|table| {
        let id = table.id("id");
        let name = table.text("name");
        let treatment = table.word("treatment", words);
        let reference = table.maybe("reference").unwrap_or(false);
        let provenance = provenance(table, None);
        table.finish();
        Some(Arm { id: id?, name, treatment: treatment.unwrap_or(Treatment::Placebo), reference, provenance })
    });
    each.collect()
}

pub(super) fn allocation(root: &Table<'_>) -> Allocation {
    let table = root.table("allocation");
    let allocation = Allocation {
        ratio: table.filled("ratio"),
        strata: table.words("strata", &[("site", "site")]).into_iter().map(String::from).collect(),
        block_sizes: table.maybe("block_sizes"),
        provenance: provenance(&table, None),
    };
    table.finish();
    allocation
}

pub(super) fn blinding(root: &Table<'_>) -> Vec<BlindingRule> {
    const TO: &[(&str, &str)] = &[
        ("arm", "arm"),
        ("visit", "visit"),
        ("session content", "session content"),
        ("outcomes", "outcomes"),
    ];
    let tables = root.maybe_tables("blinding", "who");
    let each = tables.iter().map(|table| {
        let rule = BlindingRule {
            who: table.text("who"),
            blind_to: table.words("blind_to", TO).into_iter().map(String::from).collect(),
            provenance: provenance(table, None),
        };
        table.finish();
        rule
    });
    each.collect()
}

pub(super) fn eligibility(root: &Table<'_>, text: &str) -> Vec<Criterion> {
    let words = &[("inclusion", CriterionKind::Inclusion), ("exclusion", CriterionKind::Exclusion)];
    let tables = root.tables("eligibility", "id");
    let each = tables.iter().map(|table| {
        let criterion = Criterion {
            id: table.text("id"),
            kind: table.word("kind", words).unwrap_or(CriterionKind::Inclusion),
            text: table.text("text"),
            decided_by: decided_by(table, text),
            provenance: provenance(table, None),
        };
        table.finish();
        criterion
    });
    each.collect()
}

fn decided_by(table: &Table<'_>, text: &str) -> DecidedBy {
    let rule: Option<String> = table.maybe("rule");
    let clinician = table.has("decided_by");
    if clinician {
        table.word("decided_by", &[("clinician", ())]);
    }
    if clinician == table.has("rule") {
        let message = if clinician {
            format!("`{}` is decided by a rule and by a clinician", table.path)
        } else {
            format!("`{}` does not say who decides it", table.path)
        };
        let help = "give either `rule = \"...\"` or `decided_by = \"clinician\"`";
        table.notes.error(codes::DECIDED_TWICE, table.span, message, help);
    }
    let Some(rule) = rule else { return DecidedBy::Clinician };
    match Rule::read(&rule) {
        Ok(rule) => DecidedBy::Rule(rule),
        Err(problems) => {
            let whole = table.notes.place_or_above(&table.path_of("rule"));
            for problem in problems {
                let span = place_in(whole, &rule, problem.span, text);
                table
                    .notes
                    .find(Diagnostic::error(problem.code, problem.message).at(span).help(problem.help));
            }
            DecidedBy::Clinician
        }
    }
}

/// Where a part of a rule stands in the file. A text with escapes does not stand there letter by letter: then
/// the whole of it is shown.
fn place_in(whole: Span, rule: &str, part: Span, text: &str) -> Span {
    let inner =
        text.get(whole.start..whole.end).and_then(|quoted| quoted.get(1..quoted.len().saturating_sub(1)));
    if inner != Some(rule) {
        return whole;
    }
    let start = whole.start + 1;
    // A place behind the last letter is shown on the closing quote.
    Span { start: start + part.start, end: start + part.end.max(part.start + 1).min(rule.len() + 1) }
}

pub(super) fn staffing(root: &Table<'_>) -> Staffing {
    let table = root.table("staffing");
    let staffing = Staffing {
        therapists: table.within("therapists", 1..=10) as u32,
        same_pair: table.need("same_pair").unwrap_or(false),
        physician_on_call: table.need("physician_on_call").unwrap_or(false),
        overnight_attendant: table.need("overnight_attendant").unwrap_or(false),
        provenance: provenance(&table, None),
    };
    table.finish();
    staffing
}

pub(super) fn supply(root: &Table<'_>) -> Supply {
    let table = root.table("supply");
    let supply = Supply {
        kits_per_participant: table.within("kits_per_participant", 1..=1_000) as u32,
        kit_content_mg: table.maybe_within("kit_content_mg", 1..=1_000_000),
        provenance: provenance(&table, None),
    };
    table.finish();
    supply
}
