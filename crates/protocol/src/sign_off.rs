//! A sign-off: a file by which those who answer for it supply what the protocol leaves open.
//!
//! Each value says who signs, when, and on what ground. A file made `for = "rehearsal"` holds assumptions: a
//! rehearsal may run on them, and a real study refuses them. Nothing that the protocol states can be changed here.

use terms::{Date, Diagnostic, Severity, Span};
use toml::de::DeValue;

use crate::check::{Slot, check_values, signable};
use crate::notes::Notes;
use crate::read::{FromToml, Table, tree};
use crate::study::{Provenance, SignedValue, Study};
use crate::{codes, has_error, suggest};

/// What kind of study the protocol is to be used for, and what a sign-off is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOffFor {
    Rehearsal,
    Real,
}

/// A sign-off file, read. What it may sign for is known only with the study: see [`apply`].
#[derive(Clone, Debug, PartialEq)]
pub struct SignOff {
    /// Id and version of the protocol that it belongs to.
    pub protocol: String,
    pub version: String,
    pub good_for: SignOffFor,
    /// What the file says of itself: "assumption, for rehearsal only".
    pub statement: String,
    pub values: Vec<Entry>,
    places: Places,
}

/// One value, and who answers for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// As in `thresholds.entry-systolic.value`.
    pub key: String,
    pub value: Given,
    pub by: String,
    pub on: String,
    pub ground: String,
    place: Span,
    key_place: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    Number(f64),
    Whole(i64),
    List(Vec<i64>),
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Places {
    protocol: Span,
    version: Span,
    good_for: Span,
}

impl FromToml for Given {
    const WHAT: &'static str = "a number or a list of whole numbers";
    const EXAMPLE: &'static str = "38.5` or `[4, 6]";
    fn from_toml(value: &DeValue<'_>) -> Option<Self> {
        let whole = || i64::from_toml(value).map(Self::Whole);
        let number = || f64::from_toml(value).map(Self::Number);
        Vec::from_toml(value).map(Self::List).or_else(whole).or_else(number)
    }
}

/// Reads a sign-off file. It is there unless one of the diagnostics is an error.
pub fn parse(_name: &str, text: &str) -> (Option<SignOff>, Vec<Diagnostic>) {
    let mut notes = Notes::default();
    let tree = tree(text, &mut notes);
    let start = Span { start: 0, end: text.find('\n').unwrap_or(text.len()) };
    let root = Table::new(String::new(), start, Some(tree.get_ref()), &notes);
    let head = root.table("sign_off");
    let words = &[("rehearsal", SignOffFor::Rehearsal), ("real", SignOffFor::Real)];
    let sign_off = SignOff {
        protocol: head.text("protocol"),
        version: head.text("version"),
        good_for: head.word("for", words).unwrap_or(SignOffFor::Rehearsal),
        statement: head.text("statement"),
        values: root.tables("values", "key").iter().filter_map(entry).collect(),
        places: Places {
            protocol: notes.place_or_above("sign_off.protocol"),
            version: notes.place_or_above("sign_off.version"),
            good_for: notes.place_or_above("sign_off.for"),
        },
    };
    head.finish();
    root.finish();
    let findings = notes.into_findings();
    (Some(sign_off).filter(|_| !has_error(&findings)), findings)
}

fn entry(table: &Table<'_>) -> Option<Entry> {
    let value = table.need("value");
    let on = table.text("on");
    let on_place = table.notes.place(&table.path_of("on"));
    if let (None, Some(span)) = (Date::parse(&on), on_place) {
        let message = format!("`{on}` is no day");
        table.notes.error(
            codes::WRONG_TYPE,
            span,
            message,
            "write the day of the signature as \"2026-11-23\"",
        );
    }
    let entry = Entry {
        key: table.text("key"),
        by: table.text("by"),
        ground: table.text("ground"),
        place: table.notes.place_or_above(&table.path_of("value")),
        key_place: table.notes.place_or_above(&table.path_of("key")),
        on,
        value: Given::Whole(0),
    };
    table.finish();
    Some(Entry { value: value?, ..entry })
}

/// Puts the signed values into the study, for a study of this kind. Places are those of the sign-off's text.
pub fn apply(study: Study, sign_off: &SignOff, kind: SignOffFor) -> (Option<Study>, Vec<Diagnostic>) {
    let mut study = study;
    let findings = apply_to(&mut study, sign_off, kind);
    let usable = !has_error(&findings);
    (usable.then_some(study), findings)
}

/// As [`apply`], in place: values that are fine are put in even where others are not.
fn apply_to(study: &mut Study, sign_off: &SignOff, kind: SignOffFor) -> Vec<Diagnostic> {
    let mut findings = belongs(study, sign_off);
    if kind == SignOffFor::Real && sign_off.good_for == SignOffFor::Rehearsal {
        let message = "this sign-off is for rehearsal only, and the study is real";
        let finding = Diagnostic::error(codes::REHEARSAL_ONLY, message).at(sign_off.places.good_for);
        findings.push(finding.help("have those who answer for the study sign a file `for = \"real\"`"));
    }
    for entry in &sign_off.values {
        findings.extend(put(study, entry, sign_off.good_for).err());
    }
    let place = |path: &str| {
        let signed = |entry: &&Entry| entry.key == path && study.signed.contains_key(path);
        sign_off.values.iter().find(signed).map(|entry| entry.place)
    };
    findings.extend(check_values(study, &place));
    findings
}

/// Both at once; the study stays as it was when the sign-off cannot be read.
pub(crate) fn read_and_apply(study: &mut Study, name: &str, text: &str, kind: SignOffFor) -> Vec<Diagnostic> {
    let (sign_off, mut findings) = parse(name, text);
    if let Some(sign_off) = sign_off {
        findings.extend(apply_to(study, &sign_off, kind));
    }
    findings.sort_by_key(|finding| finding.labels.first().map(|label| label.span));
    findings
}

fn belongs(study: &Study, sign_off: &SignOff) -> Vec<Diagnostic> {
    let says = [
        ("protocol", &study.id, &sign_off.protocol, sign_off.places.protocol),
        ("version", &study.version, &sign_off.version, sign_off.places.version),
    ];
    // What could not be read in the protocol is said there.
    let wrong = says.into_iter().filter(|(_, own, signed, _)| own != signed && !own.is_empty());
    let findings = wrong.map(|(what, own, signed, span)| {
        let message = format!("the sign-off is for {what} `{signed}`, and this is `{own}`");
        let finding = Diagnostic::error(codes::OTHER_PROTOCOL, message).at(span);
        finding.help("sign for this version anew: what was signed for another may not hold here")
    });
    findings.collect()
}

fn put(study: &mut Study, entry: &Entry, good_for: SignOffFor) -> Result<(), Diagnostic> {
    let known = signable(study);
    let Some(signable) = known.iter().find(|one| one.key == entry.key) else {
        let open = known.iter().filter(|one| !one.stated).map(|one| one.key.as_str());
        let message = format!("`{}` is no value that can be signed for", entry.key);
        let finding = Diagnostic::error(codes::UNKNOWN_SIGNED_KEY, message).at(entry.key_place);
        return Err(finding.help(suggest::help(&entry.key, open)));
    };
    if signable.stated {
        let message = format!("the protocol states `{}` itself", entry.key);
        let finding = Diagnostic::error(codes::ALREADY_STATED, message).at(entry.key_place);
        return Err(finding.help("take it out of the sign-off; to change it, amend the protocol"));
    }
    let rehearsal_only = good_for == SignOffFor::Rehearsal;
    let provenance = set(study, signable.slot, &entry.value).map_err(|expected| {
        let message = format!("the value of `{}` is not what is expected there", entry.key);
        Diagnostic::new(Severity::Error, codes::WRONG_TYPE, message)
            .at(entry.place)
            .help(format!("write {expected}"))
    })?;
    provenance.assumed |= rehearsal_only;
    let signed = SignedValue {
        by: entry.by.clone(),
        on: entry.on.clone(),
        ground: entry.ground.clone(),
        rehearsal_only,
    };
    study.signed.insert(entry.key.clone(), signed);
    Ok(())
}

/// Sets the value and gives the provenance of the statement it belongs to; or says what was expected.
fn set<'s>(study: &'s mut Study, slot: Slot, value: &Given) -> Result<&'s mut Provenance, &'static str> {
    match (slot, value) {
        (Slot::BlockSizes, Given::List(sizes)) => {
            let sizes: Option<Vec<u32>> = sizes.iter().map(|size| u32::try_from(*size).ok()).collect();
            study.allocation.block_sizes = Some(sizes.ok_or("sizes above zero")?);
            Ok(&mut study.allocation.provenance)
        }
        (Slot::BlockSizes, _) => Err("a list of sizes, as in `[4, 6]`"),
        (Slot::VitalsBeforeDose, Given::Whole(minutes @ 1..=240)) => {
            study.dosing.vitals_before_dose_minutes = Some(*minutes);
            Ok(&mut study.dosing.provenance)
        }
        (Slot::VitalsBeforeDose, _) => Err("whole minutes, 1 to 240"),
        (Slot::KitContent, Given::Whole(mg @ 1..=1_000_000)) => {
            study.supply.kit_content_mg = Some(*mg);
            Ok(&mut study.supply.provenance)
        }
        (Slot::KitContent, _) => Err("whole milligrams, above zero"),
        (Slot::Threshold(place), value) => {
            let limit = study.thresholds.get_mut(place).ok_or("a limit that is there")?;
            limit.value = Some(match value {
                Given::Number(number) => *number,
                Given::Whole(whole) => *whole as f64,
                Given::List(_) => return Err("a number"),
            });
            Ok(&mut limit.provenance)
        }
        (Slot::Window(place), Given::List(days)) => {
            let visit = study.visits.get_mut(place).ok_or("a visit that is there")?;
            match days.as_slice() {
                [from @ -3_653..=0, until @ 0..=3_653] => visit.window_days = Some((*from, *until)),
                _ => return Err("days before and after the target, as in `[-7, 7]`"),
            }
            Ok(&mut visit.provenance)
        }
        (Slot::Window(_), _) => Err("days before and after the target, as in `[-7, 7]`"),
    }
}
