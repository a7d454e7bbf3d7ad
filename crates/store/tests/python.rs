//! The independent verifier, `docs/verify.py`, says what ours says.

use std::path::{Path, PathBuf};
use std::process::Command;

use record::journal::Journal;
use store::verify;

use crate::{append, folder, site};

fn python(study: &Path, checkpoint: Option<&Path>) -> (bool, String) {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify.py");
    let mut command = Command::new("python3");
    command.arg(script).arg(study);
    command.args(checkpoint);
    let output = command.output().expect("this test needs `python3`: apt-get install python3");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn both_verifiers_agree() {
    let dir = tempfile::tempdir().unwrap();
    let (held, journal) = folder(dir.path());
    for number in 0..23u128 {
        journal.append(&[append(1 + number, &site(1), number as u64, &["{\"a\":1}"])]).unwrap();
    }
    let checkpoint = dir.path().join("checkpoint.txt");
    std::fs::write(&checkpoint, held.checkpoint(journal.head().unwrap()).unwrap()).unwrap();
    drop((held, journal));
    let study = dir.path().join("study");
    let ours = verify(&study, None).unwrap();
    let (good, said) = python(&study, None);
    assert!(good && said.contains(&ours.head.root.to_string()), "{said}");
    assert!(python(&study, Some(&checkpoint)).0);
    let connection = rusqlite::Connection::open(study.join("record.sqlite")).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER entry_is_never_changed; UPDATE entry SET bytes = x'7b7d' WHERE position = 11;",
        )
        .unwrap();
    drop(connection);
    let (good, said) = python(&study, None);
    assert!(!good && said.contains("position 11"), "{said}");
    assert!(!python(&study, Some(&checkpoint)).0);
}
