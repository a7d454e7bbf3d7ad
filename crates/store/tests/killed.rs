//! A process that dies in the middle: what it had acknowledged is there, and no half of a command.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use record::journal::Journal;
use store::{Folder, verify};

use crate::{append, folder, site};

const CHILD: &str = "STILLROOM_STORE_CHILD";

/// Not a test by itself: appends for ever, and says each command once it has its receipt.
#[test]
fn child_that_appends_until_it_is_killed() {
    let Ok(dir) = std::env::var(CHILD) else { return };
    let (_folder, journal) = folder(std::path::Path::new(&dir));
    for command in 1u128.. {
        let version = (command as u64 - 1) * 3;
        journal.append(&[append(command, &site(1), version, &["a", "b", "c"])]).unwrap();
        println!("acknowledged {command}");
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["killed::child_that_appends_until_it_is_killed", "--exact", "--nocapture"])
        .env(CHILD, dir.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut last = 0u128;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(number) = line.split("acknowledged ").nth(1) {
            last = number.parse().unwrap();
        }
        if last >= 40 {
            // SIGKILL: no destructor runs.
            child.kill().unwrap();
            break;
        }
    }
    child.wait().unwrap();
    assert!(last >= 40, "the child said {last}");
    let study = dir.path().join("study");
    let (_folder, journal) = Folder::open(&study).unwrap();
    let kept = journal.stream(&site(1), 0).unwrap().len() as u128;
    assert!(kept >= last * 3, "{kept} entries, {last} commands acknowledged");
    assert_eq!(kept % 3, 0, "half of a command");
    assert!(verify(&study, None).unwrap().is_good());
}
