//! Whatever is altered in a record, `verify` finds it.

use std::fs;
use std::path::Path;

use record::journal::Journal;
use rusqlite::Connection;
use store::verify::{Against, CannotVerify};
use store::{Folder, verify};

use crate::{append, folder, site};

/// A folder with `commands` commands of two entries each, and a checkpoint at its end.
fn record(dir: &Path, commands: u128) -> String {
    let (folder, journal) = folder(dir);
    for number in 0..commands {
        let stream = site(1 + (number % 5) as u32);
        let version = journal.stream(&stream, 0).unwrap().len() as u64;
        let text = format!("{{\"said\":\"entry number {number} of the record\"}}");
        journal.append(&[append(1 + number, &stream, version, &[&text, "{}"])]).unwrap();
    }
    folder.checkpoint(journal.head().unwrap()).unwrap()
}

/// The record's database with its guards taken away: what somebody with the file in hand can do.
fn unguarded(dir: &Path) -> Connection {
    let connection = Connection::open(dir.join("study/record.sqlite")).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER IF EXISTS entry_is_never_changed; DROP TRIGGER IF EXISTS entry_is_never_removed;",
        )
        .unwrap();
    connection
}

/// A small generator, so that every run tries the same places.
struct Places(u64);

impl Places {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % count
    }
}

#[test]
fn an_untouched_record_is_whole_and_contains_its_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let checkpoint = record(dir.path(), 30);
    let report = verify(&dir.path().join("study"), None).unwrap();
    assert!(report.is_good(), "{report}");
    assert_eq!((report.head.size, report.against), (60, Against::Itself));
    let report = verify(&dir.path().join("study"), Some(&checkpoint)).unwrap();
    assert!(report.is_good() && matches!(report.against, Against::Checkpoint(_)), "{report}");
}

#[test]
fn the_database_itself_refuses_to_change_or_remove_entries() {
    let dir = tempfile::tempdir().unwrap();
    record(dir.path(), 3);
    let connection = Connection::open(dir.path().join("study/record.sqlite")).unwrap();
    for attempt in
        ["UPDATE entry SET bytes = x'00' WHERE position = 1", "DELETE FROM entry WHERE position = 1"]
    {
        let why = connection.execute(attempt, []).unwrap_err().to_string();
        assert!(why.contains("entries are never"), "{why}");
    }
}

#[test]
fn one_flipped_bit_in_any_column_of_any_entry_is_found() {
    let dir = tempfile::tempdir().unwrap();
    record(dir.path(), 40);
    let study = dir.path().join("study");
    let whole = fs::read(study.join("record.sqlite")).unwrap();
    let mut places = Places(1);
    let columns = ["stream", "version", "id", "command", "bytes", "leaf", "position"];
    for round in 0..140 {
        let column = columns[round % columns.len()];
        let position = places.below(80) as i64;
        let connection = unguarded(dir.path());
        let read = format!("SELECT CAST({column} AS BLOB) FROM entry WHERE position = ?1");
        let number = matches!(column, "version" | "position");
        if number {
            let bit = 1i64 << places.below(20);
            let sql = format!(
                "UPDATE OR IGNORE entry SET {column} = ({column} | {bit}) - ({column} & {bit}) WHERE position = ?1"
            );
            if connection.execute(&sql, [position]).unwrap() == 0 {
                continue;
            }
        } else {
            let mut value: Vec<u8> = connection.query_row(&read, [position], |row| row.get(0)).unwrap();
            let bit = places.below(value.len() * 8);
            value[bit / 8] ^= 1 << (bit % 8);
            let cast = if column == "stream" { "CAST(?1 AS TEXT)" } else { "?1" };
            let sql = format!("UPDATE OR IGNORE entry SET {column} = {cast} WHERE position = ?2");
            if connection.execute(&sql, rusqlite::params![value, position]).unwrap() == 0 {
                continue;
            }
        }
        drop(connection);
        let found = verify(&study, None);
        let found_it = found.as_ref().map_or(true, |report| !report.is_good());
        assert!(found_it, "a flipped bit in `{column}` at position {position} was not found");
        restore(&study, &whole);
    }
}

fn restore(study: &Path, whole: &[u8]) {
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(study.join(format!("record.sqlite{ending}")));
    }
    fs::write(study.join("record.sqlite"), whole).unwrap();
}

#[test]
fn one_flipped_bit_in_the_file_where_an_entry_lies_is_found() {
    let dir = tempfile::tempdir().unwrap();
    record(dir.path(), 40);
    let study = dir.path().join("study");
    let path = study.join("record.sqlite");
    let whole = fs::read(&path).unwrap();
    let mut places = Places(7);
    for _ in 0..60 {
        let number = places.below(40);
        let text = format!("entry number {number} of the record");
        // Pages that were split keep copies that nobody reads: the same bit is flipped in each copy.
        let copies = whole.windows(text.len()).enumerate().filter(|(_, window)| *window == text.as_bytes());
        // In the text itself or in what stands around it: ids, hashes, lengths. (Further in front may lie space of
        // the page that no entry uses.)
        let (offset, bit) = (places.below(text.len() + 90) as i64 - 58, places.below(8));
        let mut flipped = whole.clone();
        for (at, _) in copies {
            flipped[(at as i64 + offset) as usize] ^= 1 << bit;
        }
        fs::write(&path, &flipped).unwrap();
        let found = verify(&study, None);
        assert!(
            found.as_ref().map_or(true, |report| !report.is_good()),
            "bit {bit} of the byte {offset} from the text was not found"
        );
    }
    fs::write(&path, &whole).unwrap();
    assert!(verify(&study, None).unwrap().is_good());
}

#[test]
fn rows_taken_out_swapped_or_made_anew_are_found() {
    let alterations = [
        "DELETE FROM entry WHERE position = 17",
        "UPDATE entry SET position = position + 1000 WHERE position = 3",
        "DELETE FROM entry WHERE position >= 50",
        "UPDATE head SET size = size - 1",
        "UPDATE entry SET bytes = (SELECT bytes FROM entry WHERE position = 8) WHERE position = 6",
    ];
    for alteration in alterations {
        let dir = tempfile::tempdir().unwrap();
        record(dir.path(), 30);
        unguarded(dir.path()).execute_batch(alteration).unwrap();
        let report = verify(&dir.path().join("study"), None).unwrap();
        assert!(!report.is_good(), "{alteration}");
        assert!(report.to_string().contains("fault"), "{report}");
    }
}

/// Somebody makes a whole new record in place of the old one. It is self-consistent; only the checkpoint kept
/// elsewhere tells.
#[test]
fn a_record_made_anew_is_found_by_the_checkpoint_alone() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let checkpoint = record(old.path(), 30);
    record(new.path(), 29);
    for file in ["checkpoint.pub", "checkpoint.key"] {
        fs::copy(old.path().join("study").join(file), new.path().join("study").join(file)).unwrap();
    }
    let study = new.path().join("study");
    assert!(verify(&study, None).unwrap().is_good());
    let report = verify(&study, Some(&checkpoint)).unwrap();
    assert!(report.to_string().contains("the end was cut off"), "{report}");
}

#[test]
fn a_checkpoint_of_another_log_is_refused() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let checkpoint = record(one.path(), 5);
    record(other.path(), 5);
    let outcome = verify(&other.path().join("study"), Some(&checkpoint));
    assert!(matches!(outcome, Err(CannotVerify::Checkpoint(_))));
    assert!(matches!(verify(&one.path().join("study"), Some("nonsense")), Err(CannotVerify::Checkpoint(_))));
    assert!(matches!(verify(&one.path().join("none"), None), Err(CannotVerify::Folder(_))));
}

#[test]
fn a_record_in_use_can_be_verified() {
    let dir = tempfile::tempdir().unwrap();
    record(dir.path(), 5);
    let (_folder, journal) = Folder::open(&dir.path().join("study")).unwrap();
    journal.append(&[append(900, &site(9), 0, &["while it is open"])]).unwrap();
    let report = verify(&dir.path().join("study"), None).unwrap();
    assert!(report.is_good() && report.head.size == 11, "{report}");
}
