//! Values that somebody must answer for: which are open, which were supplied, and whether they can be right.
//! These checks run on the protocol's own values, and once more on those that a sign-off supplies.

use terms::{Diagnostic, Severity, Span};

use crate::codes;
use crate::notes::{Notes, Statement};
use crate::study::{DoseRegimen, Study, Vital};

/// A value that a sign-off may supply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signable {
    /// As in a sign-off file: `thresholds.entry-systolic.value`.
    pub key: String,
    pub slot: Slot,
    /// The study has it already.
    pub stated: bool,
    /// Nobody may be dosed without it.
    pub needed: bool,
    /// What it is, for the message.
    pub what: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    BlockSizes,
    VitalsBeforeDose,
    KitContent,
    /// By place in the list.
    Threshold(usize),
    Window(usize),
}

/// Everything in `study` that a sign-off may supply, whether it is open or not.
pub(crate) fn signable(study: &Study) -> Vec<Signable> {
    let one = |key: &str, slot, stated, what: &str| Signable {
        key: key.into(),
        slot,
        stated,
        needed: true,
        what: what.into(),
    };
    let mut all = vec![
        one(
            "allocation.block_sizes",
            Slot::BlockSizes,
            study.allocation.block_sizes.is_some(),
            "the sizes of the blocks",
        ),
        one(
            "dosing.vitals_before_dose_minutes",
            Slot::VitalsBeforeDose,
            study.dosing.vitals_before_dose_minutes.is_some(),
            "how fresh vital signs must be before a dose",
        ),
        one(
            "supply.kit_content_mg",
            Slot::KitContent,
            study.supply.kit_content_mg.is_some(),
            "what a kit holds",
        ),
    ];
    all.extend(study.thresholds.iter().enumerate().map(|(place, limit)| Signable {
        key: format!("thresholds.{}.value", limit.id),
        slot: Slot::Threshold(place),
        stated: limit.value.is_some(),
        needed: true,
        what: format!("the limit `{}`", limit.id),
    }));
    // A visit may well have no window; where a target day is known, somebody may want to add one.
    let counted = study.visits.iter().enumerate().filter(|(_, visit)| visit.target_day.is_some());
    all.extend(counted.map(|(place, visit)| Signable {
        key: format!("visits.{}.window_days", visit.id),
        slot: Slot::Window(place),
        stated: visit.window_days.is_some(),
        needed: false,
        what: format!("the window of `{}`", visit.id),
    }));
    all
}

/// Says which values are still open.
pub(crate) fn needs_sign_off(study: &Study, notes: &Notes) {
    for open in signable(study).into_iter().filter(|one| one.needed && !one.stated) {
        // A value that is there and could not be read is not open: what is wrong with it was told.
        let unreadable = notes.is_said(&open.key);
        let section = open.key.rsplit_once('.').map_or(open.key.as_str(), |(section, _)| section);
        // An id is the line by which people know which of the limits it is.
        let named = notes.place(&format!("{section}.id")).or_else(|| notes.place(section));
        let (Some(span), false) = (named, unreadable) else { continue };
        let message = format!("{} must be signed for: `{}` has no value", open.what, open.key);
        let finding = Diagnostic::new(Severity::NeedsSignOff, codes::NEEDS_SIGN_OFF, message)
            .at(span)
            .help(format!("supply `{}` in a sign-off file, with who, when and on what ground", open.key));
        notes.find(finding);
    }
}

/// One line for all: a list of a hundred would be read by nobody.
pub(crate) fn unverified(statements: &[Statement], notes: &Notes) {
    let mut doubtful: Vec<&Statement> = statements.iter().filter(|statement| !statement.verified).collect();
    doubtful.sort_by_key(|statement| statement.span);
    let Some(first) = doubtful.first() else { return };
    let mut sections: Vec<(&str, usize)> = Vec::new();
    for statement in &doubtful {
        let section = statement.path.split(['.', '[']).next().unwrap_or_default();
        match sections.iter_mut().find(|(known, _)| *known == section) {
            Some((_, count)) => *count += 1,
            None => sections.push((section, 1)),
        }
    }
    let counts: Vec<String> =
        sections.iter().map(|(section, count)| format!("{count} in `{section}`")).collect();
    let message = format!("not verified in a source: {} of {} statements", doubtful.len(), statements.len());
    let finding = Diagnostic::new(Severity::Warning, codes::UNVERIFIED, message)
        .at_with(first.span, "the first of them")
        .help(format!("read them in their source, then write `verified = true`: {}", counts.join(", ")));
    notes.find(finding);
}

/// Checks values that may stand in either file; `place` says where, in the file at hand. What has no place
/// there is not that file's.
pub(crate) fn check(study: &Study, place: &dyn Fn(&str) -> Option<Span>) -> Vec<Diagnostic> {
    let mut findings = blocks(study, place);
    findings.extend(kit(study, place));
    findings.extend(limits(study, place));
    findings
}

fn blocks(study: &Study, place: &dyn Fn(&str) -> Option<Span>) -> Vec<Diagnostic> {
    let (Some(sizes), Some(whole)) = (&study.allocation.block_sizes, place("allocation.block_sizes")) else {
        return Vec::new();
    };
    if sizes.is_empty() {
        let finding = Diagnostic::error(codes::EMPTY, "`allocation.block_sizes` is empty").at(whole);
        return vec![finding.help("give at least one size, or leave it out until it is signed for")];
    }
    let ratio = &study.allocation.ratio;
    let parts = ratio.iter().try_fold(0u32, |sum, part| sum.checked_add(*part)).unwrap_or(0);
    let fits = |size: u32| parts > 0 && size > 0 && size.is_multiple_of(parts);
    let each = sizes.iter().enumerate().filter(|(_, size)| !fits(**size) && parts > 0);
    let findings = each.map(|(at, size)| {
        let shown: Vec<String> = ratio.iter().map(u32::to_string).collect();
        let message =
            format!("a block of {size} cannot hold the ratio {} a whole number of times", shown.join(":"));
        let finding = Diagnostic::error(codes::BLOCK_SIZE, message)
            .at(place(&format!("allocation.block_sizes[{at}]")).unwrap_or(whole));
        finding.help(format!("use multiples of {parts}"))
    });
    findings.collect()
}

fn largest_dose(regimen: &DoseRegimen) -> Option<i64> {
    regimen.initial_mg.iter().zip(&regimen.supplemental_mg).map(|(initial, more)| initial + more).max()
}

fn kit(study: &Study, place: &dyn Fn(&str) -> Option<Span>) -> Option<Diagnostic> {
    let (holds, span) = (study.supply.kit_content_mg?, place("supply.kit_content_mg")?);
    let regimens = study.dosing.sessions.iter();
    let (most, session) = regimens
        .filter_map(|regimen| Some((largest_dose(regimen)?, regimen.session)))
        .max_by_key(|one| one.0)?;
    (holds < most).then(|| {
        let message = format!("a kit holds {holds} mg, and dosing session {session} may take {most} mg");
        let finding = Diagnostic::error(codes::KIT_TOO_SMALL, message).at(span);
        finding.help("a kit holds the initial and the supplemental dose of one session")
    })
}

/// Limits far outside are slips of the finger, and a slip here lets somebody be dosed who must not be.
fn limits(study: &Study, place: &dyn Fn(&str) -> Option<Span>) -> Vec<Diagnostic> {
    let each = study.thresholds.iter().filter_map(|limit| {
        let (value, span) = (limit.value?, place(&format!("thresholds.{}.value", limit.id))?);
        let (low, high, unit) = match limit.vital {
            Vital::SystolicMmhg => (70.0, 250.0, "mmHg"),
            Vital::DiastolicMmhg => (40.0, 150.0, "mmHg"),
            Vital::PulseBpm => (30.0, 220.0, "/min"),
            Vital::TemperatureC => (34.0, 42.0, "°C"),
        };
        (!(low..=high).contains(&value)).then(|| {
            let message = format!("the limit `{}` is {value} {unit}", limit.id);
            let finding = Diagnostic::error(codes::IMPLAUSIBLE_LIMIT, message).at(span);
            finding.help(format!("limits on this vital sign lie between {low} and {high} {unit}"))
        })
    });
    each.collect()
}
