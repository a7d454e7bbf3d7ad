//! Arms, their ratio, and who is blind.

use terms::{Diagnostic, Severity};

use crate::codes;
use crate::notes::Notes;
use crate::study::{Respondent, Study};
use crate::suggest::counted;

pub(super) fn check(study: &Study, notes: &Notes) {
    ratio_has_a_part_per_arm(study, notes);
    one_reference_arm(study, notes);
    primary_is_rated_blind(study, notes);
}

fn ratio_has_a_part_per_arm(study: &Study, notes: &Notes) {
    let (Some(span), Some(arms)) = (notes.place("allocation.ratio"), notes.place("arms")) else { return };
    // Counted in the file: an arm that could not be read is an arm too.
    let number = (0..).take_while(|place| notes.place(&format!("arms[{place}]")).is_some()).count();
    let parts = study.allocation.ratio.len();
    let message = if parts != number && parts > 0 {
        format!("the ratio has {}, and there are {}", counted(parts, "part"), counted(number, "arm"))
    } else if study.allocation.ratio.contains(&0) {
        String::from("an arm with 0 parts of the ratio gets nobody")
    } else {
        return;
    };
    let finding = Diagnostic::error(codes::RATIO_LENGTH, message)
        .at(span)
        .at_with(arms, "the arms")
        .help("give each arm a part of at least 1, in the order of the arms");
    notes.find(finding);
}

fn one_reference_arm(study: &Study, notes: &Notes) {
    let Some(arms) = notes.place("arms") else { return };
    let references: Vec<_> = study.arms.iter().filter(|arm| arm.reference).collect();
    // One arm alone, as in an open study, is compared with nobody.
    if references.len() == 1 || study.arms.len() < 2 {
        return;
    }
    let message = match references.len() {
        0 => String::from("no arm is the reference that the others are compared with"),
        number => format!("{number} arms are the reference that the others are compared with"),
    };
    let mut finding = Diagnostic::error(codes::REFERENCE_ARM, message);
    if references.is_empty() {
        finding = finding.at(arms);
    }
    for arm in references {
        finding = finding.at(notes.place_or_above(&format!("arms.{}.reference", arm.id)));
    }
    notes.find(finding.help("write `reference = true` in exactly one arm"));
}

fn primary_is_rated_blind(study: &Study, notes: &Notes) {
    let Some(endpoint) = study.primary_endpoint() else { return };
    let Some(used) = study.instruments.iter().find(|used| used.instrument == endpoint.instrument) else {
        return;
    };
    let blind = used.respondent == Respondent::IndependentRater && used.rater_blind;
    let Some(span) = notes.place(&format!("instruments.{}.instrument", used.instrument)).filter(|_| !blind)
    else {
        return;
    };
    let message =
        format!("`{}`, the primary endpoint, is not rated by an independent, blind rater", endpoint.id);
    let finding = Diagnostic::new(Severity::Warning, codes::NOT_BLIND, message).at(span).help(
        "write `respondent = \"independent-rater\"` and `rater_blind = true`, if the study has such raters",
    );
    notes.find(finding);
}
