//! Sign-offs: what they may supply, and what they may not.

use protocol::sign_off::{apply, parse};
use protocol::{SignOffFor, Study};
use terms::Diagnostic;

const VALID: &str = include_str!("../codes/valid.toml");

fn open_study() -> Study {
    let text = VALID
        .replace("block_sizes = [4]\n", "")
        .replace("kit_content_mg = 180\n", "")
        .replace("value = 150\n", "")
        .replace("vitals_before_dose_minutes = 30\n", "")
        .replace("window_days = [-7, 7]\n", "");
    protocol::parse("open.toml", &text).0.unwrap()
}

fn sign_off(key: &str, value: &str) -> String {
    format!(
        "[sign_off]\nprotocol = \"small\"\nversion = \"1\"\nfor = \"real\"\nstatement = \"signed\"\n\n\
         [[values]]\nkey = \"{key}\"\nvalue = {value}\nby = \"Dr A. Example\"\non = \"2026-11-23\"\nground = \"plan\"\n"
    )
}

fn applied(key: &str, value: &str) -> (Option<Study>, Vec<Diagnostic>) {
    let (sign_off, findings) = parse("sign-off.toml", &sign_off(key, value));
    assert!(findings.is_empty(), "{findings:#?}");
    apply(open_study(), &sign_off.unwrap(), SignOffFor::Real)
}

#[test]
fn each_open_value_can_be_supplied() {
    let study = applied("allocation.block_sizes", "[4, 6]").0.unwrap();
    assert_eq!(study.allocation.block_sizes, Some(vec![4, 6]));
    assert!(!study.rehearsal_only() && !study.allocation.provenance.assumed);
    assert_eq!(study.signed["allocation.block_sizes"].by, "Dr A. Example");
    assert_eq!(
        applied("dosing.vitals_before_dose_minutes", "20").0.unwrap().dosing.vitals_before_dose_minutes,
        Some(20)
    );
    assert_eq!(applied("supply.kit_content_mg", "180").0.unwrap().supply.kit_content_mg, Some(180));
    assert_eq!(applied("thresholds.entry-systolic.value", "150").0.unwrap().thresholds[0].value, Some(150.0));
    let study = applied("visits.V5.window_days", "[-3, 4]").0.unwrap();
    assert_eq!(study.visits.last().unwrap().window_days, Some((-3, 4)));
}

#[test]
fn values_that_cannot_be_right_are_refused() {
    for (key, value, code) in [
        ("allocation.block_sizes", "[3]", "P0403"),
        ("allocation.block_sizes", "[]", "P0008"),
        ("allocation.block_sizes", "[-4]", "P0004"),
        ("allocation.block_sizes", "4", "P0004"),
        ("allocation.ratio", "[2, 1]", "P0705"),
        ("thresholds.entry-systolic.value", "1500", "P0708"),
        ("thresholds.entry-systolic.value", "[1]", "P0004"),
        ("thresholds.nobody.value", "150", "P0705"),
        ("dosing.vitals_before_dose_minutes", "0", "P0004"),
        ("dosing.vitals_before_dose_minutes", "1.5", "P0004"),
        ("supply.kit_content_mg", "100", "P0304"),
        ("visits.V5.window_days", "[3, -3]", "P0004"),
        ("visits.V1.window_days", "[-3, 3]", "P0705"),
    ] {
        let (study, findings) = applied(key, value);
        let codes: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
        assert_eq!((study.is_none(), codes.as_slice()), (true, &[code][..]), "{key} = {value}");
    }
}

#[test]
fn a_sign_off_that_cannot_be_read_says_all_that_is_wrong() {
    let text = sign_off("allocation.block_sizes", "\"four\"")
        .replace("by = \"Dr A. Example\"\n", "")
        .replace("2026-11-23", "2026-11-31")
        .replace("for =", "four =");
    let (read, findings) = parse("sign-off.toml", &text);
    let codes: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
    assert!(read.is_none());
    assert_eq!(codes, ["P0003", "P0002", "P0003", "P0004", "P0004"]);
}

#[test]
fn the_same_value_cannot_be_signed_twice() {
    let once = sign_off("allocation.block_sizes", "[4]");
    let entry = once.split_once("\n\n").unwrap().1;
    let (read, findings) = parse("sign-off.toml", &format!("{once}\n{entry}"));
    assert!(read.is_none());
    assert_eq!(findings[0].code.0, "P0101");
}
