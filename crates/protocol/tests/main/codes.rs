//! Every diagnostic has a fixture that triggers it, and its printed form is kept beside it.
//!
//! With `BLESS=1` in the environment the expected texts are written anew: read the difference before keeping it.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::{Counts, SignOffFor, check_report, codes};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codes")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// Checks a fixture, with its sign-off if there is one, for the kind of study that its first line names.
fn report(code: &str) -> (String, Counts) {
    let text = read(&folder().join(format!("{code}.toml")));
    let first = text.lines().next().unwrap_or_default();
    let kind =
        if first.ends_with("Checked for a real study.") { SignOffFor::Real } else { SignOffFor::Rehearsal };
    let sign_off_name = format!("{code}.sign-off.toml");
    let sign_off = fs::read_to_string(folder().join(&sign_off_name)).ok();
    let sign_off = sign_off.as_deref().map(|text| (sign_off_name.as_str(), text));
    check_report(&format!("{code}.toml"), &text, sign_off, kind)
}

#[test]
fn every_code_has_a_fixture_that_triggers_it() {
    for (code, _) in codes::ALL {
        let (printed, _) = report(code.0);
        assert!(printed.contains(&format!("[{code}]")), "{code} is not triggered by its fixture:\n{printed}");
        let expected = folder().join(format!("{code}.expected.txt"));
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &printed).unwrap();
        }
        assert_eq!(printed, read(&expected), "{code}; if the change is meant, run again with BLESS=1");
    }
}

#[test]
fn the_valid_protocol_has_nothing_to_say() {
    let (printed, counts) =
        check_report("valid.toml", &read(&folder().join("valid.toml")), None, SignOffFor::Real);
    assert_eq!(
        printed,
        "no errors, nothing needs sign-off, 0 of 27 statements unverified\na real study may use it\n"
    );
    assert!(counts.usable());
}

/// No fixture of a code that went away is left lying about.
#[test]
fn every_fixture_belongs_to_a_code() {
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let code = name.split('.').next().unwrap();
        let known = codes::ALL.iter().any(|(known, _)| known.0 == code);
        assert!(known || name == "valid.toml", "`{name}` belongs to no code");
    }
}

#[test]
fn many_faults_are_told_in_one_run() {
    let text = read(&folder().join("valid.toml"))
        .replace("therapists = 2", "therapists = \"two\"")
        .replace("anchor = \"V3\"", "anchor = \"V33\"")
        .replace("age_years >= 18", "age_year >= 18")
        .replace("supplemental_mg = [40, 60]", "supplemental_mg = [40]")
        .replace("phase = \"2\"\n", "")
        .replace("alpha = 0.05", "alpha = 0.05\nbeta = 0.2");
    let (study, findings) = protocol::parse("many.toml", &text);
    let found: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
    assert_eq!(found, ["P0003", "P0502", "P0102", "P0004", "P0302", "P0002"]);
    assert!(study.is_none());
}

#[test]
fn what_stands_around_a_syntax_error_is_checked_too() {
    let text = read(&folder().join("valid.toml"))
        .replace("title = \"A small study\"", "title = A small study")
        .replace("after = [\"V4\"]", "after = [\"V44\"]");
    let (_, findings) = protocol::parse("broken.toml", &text);
    let found: Vec<&str> = findings.iter().map(|finding| finding.code.0).collect();
    assert!(found.contains(&"P0001") && found.contains(&"P0102"), "{found:?}");
}
