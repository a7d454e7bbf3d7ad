//! What every journal keeps.

use std::sync::Arc;

use record::journal::{Append, Appended, Journal, NewEntry};
use record::merkle::{Frontier, leaf_bytes, leaf_hash};
use store::{Memory, Sqlite};
use terms::{CommandId, EntryId};

use crate::{append, site};

fn on_each(check: impl Fn(&dyn Fn() -> Box<dyn Dynamic>)) {
    check(&|| Box::new(Memory::default()));
    let dir = tempfile::tempdir().unwrap();
    let number = std::cell::Cell::new(0);
    check(&|| {
        number.set(number.get() + 1);
        Box::new(Sqlite::create(&dir.path().join(format!("{}.sqlite", number.get()))).unwrap())
    });
}

/// A journal whatever its failures are.
trait Dynamic: Send + Sync {
    fn append(&self, batch: &[Append]) -> Vec<Appended>;
    fn stream(&self, stream: &record::StreamId, after: u64) -> Vec<record::journal::Stored>;
    fn log(&self) -> Vec<record::journal::Stored>;
    fn command(&self, command: u128) -> Option<Vec<EntryId>>;
    fn head(&self) -> record::journal::Head;
}

impl<J: Journal> Dynamic for J {
    fn append(&self, batch: &[Append]) -> Vec<Appended> {
        Journal::append(self, batch).unwrap()
    }

    fn stream(&self, stream: &record::StreamId, after: u64) -> Vec<record::journal::Stored> {
        Journal::stream(self, stream, after).unwrap()
    }

    fn log(&self) -> Vec<record::journal::Stored> {
        Journal::log(self, 0, 1_000_000).unwrap()
    }

    fn command(&self, command: u128) -> Option<Vec<EntryId>> {
        Journal::command(self, CommandId(command)).unwrap()
    }

    fn head(&self) -> record::journal::Head {
        Journal::head(self).unwrap()
    }
}

#[test]
fn entries_come_back_in_order_and_numbered() {
    on_each(|fresh| {
        let journal = fresh();
        journal.append(&[
            append(1, &site(1), 0, &["a", "b"]),
            append(2, &site(2), 0, &["c"]),
            append(3, &site(1), 2, &["d"]),
        ]);
        let log = journal.log();
        let told: Vec<(u64, u64, &[u8])> =
            log.iter().map(|one| (one.position, one.version, one.bytes.as_slice())).collect();
        assert_eq!(told, [(0, 1, &b"a"[..]), (1, 2, b"b"), (2, 1, b"c"), (3, 3, b"d")]);
        assert_eq!(journal.stream(&site(1), 2), [log[3].clone()]);
        assert!(journal.stream(&site(9), 0).is_empty());
        let mut frontier = Frontier::default();
        log.iter().for_each(|stored| frontier.push(leaf_hash(&leaf_bytes(stored))));
        assert_eq!((journal.head().size, journal.head().root), (4, frontier.root()));
    });
}

#[test]
fn a_command_sent_twice_is_answered_as_before() {
    on_each(|fresh| {
        let journal = fresh();
        let first = append(7, &site(1), 0, &["a", "b"]);
        assert_eq!(journal.append(std::slice::from_ref(&first)), [Appended::Done]);
        let ids: Vec<EntryId> = first.entries.iter().map(|entry| entry.id).collect();
        assert_eq!(journal.append(&[first]), [Appended::Known(ids.clone())]);
        assert_eq!(journal.command(7), Some(ids));
        assert_eq!(journal.command(8), None);
        assert_eq!(journal.head().size, 2);
    });
}

#[test]
fn a_stream_that_moved_on_is_a_conflict_that_leaves_nothing() {
    on_each(|fresh| {
        let journal = fresh();
        journal.append(&[append(1, &site(1), 0, &["a"])]);
        let stale = append(2, &site(1), 0, &["b"]);
        // One bad append harms none of the others in its batch.
        let answers = journal.append(&[stale, append(3, &site(2), 0, &["c"])]);
        assert_eq!(answers, [Appended::Conflict { stream: site(1) }, Appended::Done]);
        assert_eq!(journal.command(2), None);
        // A stream that was only read counts as well.
        let reads = Append {
            command: CommandId(4),
            expected: vec![(site(2), 0), (site(1), 1)],
            entries: vec![NewEntry { stream: site(1), id: EntryId(4), bytes: vec![1] }],
        };
        assert_eq!(journal.append(&[reads]), [Appended::Conflict { stream: site(2) }]);
        assert_eq!(journal.head().size, 2);
    });
}

#[test]
fn many_threads_lose_and_double_nothing() {
    on_each(|fresh| {
        let journal: Arc<dyn Dynamic> = Arc::from(fresh());
        let threads: Vec<_> = (0..4u128)
            .map(|thread| {
                let journal = journal.clone();
                std::thread::spawn(move || {
                    for number in 0..25u128 {
                        let command = 1 + thread * 100 + number;
                        loop {
                            let version = journal.stream(&site(1), 0).len() as u64;
                            match journal.append(&[append(command, &site(1), version, &["x"])]).remove(0) {
                                Appended::Done => break,
                                Appended::Conflict { .. } => {}
                                Appended::Known(ids) => panic!("{ids:?}"),
                            }
                        }
                    }
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        let log = journal.log();
        assert_eq!(log.len(), 100);
        assert!(
            log.iter()
                .enumerate()
                .all(|(place, one)| one.version == place as u64 + 1 && one.position == place as u64)
        );
    });
}

#[test]
fn a_bulk_load_is_read_back_before_and_after_its_commits() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.sqlite");
    let journal = Sqlite::create(&path).unwrap();
    journal.bulk(10);
    for number in 0..25u128 {
        Journal::append(&journal, &[append(1 + number, &site(1), number as u64, &["x"])]).unwrap();
        assert_eq!(Dynamic::stream(&journal, &site(1), 0).len(), number as usize + 1);
    }
    journal.flush().unwrap();
    let head = Dynamic::head(&journal);
    drop(journal);
    let again = Sqlite::open(&path).unwrap();
    assert_eq!(Dynamic::head(&again), head);
    assert_eq!(head.size, 25);
}
