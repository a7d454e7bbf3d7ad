//! The command line: what it does, and what it says of bad input. Nothing is overwritten.

use std::fs;
use std::net::TcpListener;

use crate::program::{protocol_file, rehearse, run};

#[test]
fn check_says_what_needs_sign_off_and_what_supplies_it() {
    let protocol = protocol_file();
    let protocol = protocol.to_str().unwrap();
    let (code, said, _) = run(&["check", protocol]);
    assert_eq!(code, 1, "without a sign-off it cannot be used");
    assert!(said.contains("needs sign-off") && said.contains("block_sizes"), "{said}");
    let sign_off = protocol.replace("mapp2.toml", "mapp2.rehearsal-signoff.toml");
    let (code, said, _) = run(&["check", protocol, "--sign-off", &sign_off]);
    assert_eq!(code, 0, "{said}");
    let (code, said, _) = run(&["check", protocol, "--sign-off", &sign_off, "--real"]);
    assert_eq!(code, 1, "a real study refuses assumptions: {said}");
    let (code, _, said) = run(&["check", "nowhere.toml"]);
    assert!(code == 2 && said.contains("nowhere.toml"), "{said}");
}

#[test]
fn a_faulty_protocol_is_told_in_full_before_a_folder_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("faulty.toml");
    let text = fs::read_to_string(protocol_file()).unwrap();
    fs::write(&file, text.replacen("title =", "titel =", 1)).unwrap();
    let data = dir.path().join("study");
    let (code, _, said) = run(&["rehearse", file.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("error[P") && said.contains("-->"), "{said}");
    assert!(!data.exists());
}

#[test]
fn a_rehearsal_is_verified_read_out_and_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("study");
    let folder = data.to_str().unwrap();
    rehearse(&data, &["--participants", "12", "--sites", "2", "--seed", "4"]);
    let (code, said, _) = run(&["verify", folder]);
    assert!(code == 0 && said.contains("self-consistent only"), "{said}");
    let (code, checkpoint, _) = run(&["checkpoint", folder]);
    assert_eq!(code, 0);
    let kept = dir.path().join("checkpoint.txt");
    fs::write(&kept, &checkpoint).unwrap();
    let (code, said, _) = run(&["verify", folder, "--checkpoint", kept.to_str().unwrap()]);
    assert!(code == 0 && said.contains("contains the checkpoint"), "{said}");

    let before = fs::read(data.join("record.sqlite")).unwrap();
    let protocol = protocol_file();
    let (code, _, said) = run(&["rehearse", protocol.to_str().unwrap(), "--data", folder]);
    assert!(code == 2 && said.contains("never overwritten"), "{said}");
    assert_eq!(fs::read(data.join("record.sqlite")).unwrap(), before);

    let (code, _, said) = run(&["readout", folder]);
    assert_eq!(code, 0, "{said}");
    let report = fs::read_to_string(data.join("readout/report.html")).unwrap();
    assert!(report.contains("every participant in this report is virtual"));
    every_link_to_sources_lands(&report);
    assert!(!report.contains("http://") && !report.contains("https://"), "the report needs nothing else");

    let again = dir.path().join("again");
    rehearse(&again, &["--participants", "12", "--sites", "2", "--seed", "4"]);
    run(&["readout", again.to_str().unwrap()]);
    for file in ["report.html", "ratings.csv", "subjects.csv", "vitals.csv"] {
        let one = fs::read(data.join("readout").join(file)).unwrap();
        assert!(one == fs::read(again.join("readout").join(file)).unwrap(), "{file} differs for one seed");
    }
}

fn every_link_to_sources_lands(report: &str) {
    let links = report.match_indices("href=\"#src-").map(|(at, _)| {
        let number = &report[at + "href=\"#".len()..];
        &number[..number.find('"').unwrap()]
    });
    let mut count = 0;
    for link in links {
        assert!(report.contains(&format!("id=\"{link}\"")), "{link}");
        count += 1;
    }
    assert!(count > 50, "{count} figures are linked");
}

#[test]
fn a_running_study_is_not_read_out_and_an_altered_one_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("study");
    let folder = data.to_str().unwrap();
    rehearse(&data, &["--participants", "6", "--sites", "1", "--stop-in-session", "40"]);
    let (code, _, said) = run(&["readout", folder]);
    assert!(code == 2 && said.contains("nothing is read out by arm yet"), "{said}");
    assert!(!data.join("readout").exists());
    let path = data.join("record.sqlite");
    let mut bytes = fs::read(&path).unwrap();
    let at = bytes.windows(11).rposition(|window| window == b"vitals_take").unwrap();
    bytes[at] ^= 4;
    fs::write(&path, bytes).unwrap();
    let (code, said, _) = run(&["verify", folder]);
    assert!(code == 1 && said.contains("fault"), "{said}");
}

#[test]
fn folders_that_are_missing_foreign_or_damaged_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("missing");
    let foreign = dir.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("letter.txt"), "dear").unwrap();
    for command in ["verify", "readout", "serve"] {
        let (code, _, said) = run(&[command, missing.to_str().unwrap()]);
        assert!(code == 2 && said.contains("there is no folder"), "{command}: {said}");
        let (code, _, said) = run(&[command, foreign.to_str().unwrap()]);
        assert!(code == 2 && said.contains("holds no study"), "{command}: {said}");
    }
    let protocol = protocol_file();
    let (code, _, said) = run(&["rehearse", protocol.to_str().unwrap(), "--data", foreign.to_str().unwrap()]);
    assert!(code == 2 && said.contains("holds other files"), "{said}");
    let (code, _, said) = run(&[
        "rehearse",
        protocol.to_str().unwrap(),
        "--data",
        missing.to_str().unwrap(),
        "--participants",
        "0",
    ]);
    assert!(code == 2 && said.contains("at least 1 participant"), "{said}");
    assert!(!missing.exists(), "nothing is left that blocks another try");
}

#[test]
fn a_port_in_use_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("study");
    rehearse(&data, &["--participants", "4", "--sites", "1"]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, _, said) = run(&["serve", data.to_str().unwrap(), "--listen", &address]);
    assert!(code == 2 && said.contains("is in use"), "{said}");
    let (code, _, said) = run(&["serve", data.to_str().unwrap(), "--listen", "0.0.0.0:0"]);
    assert!(code == 2 && said.contains("127.0.0.1"), "a rehearsal's log-ins are for this machine: {said}");
}
