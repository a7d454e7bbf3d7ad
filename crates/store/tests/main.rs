//! The store: one conformance suite for every journal, and tries to alter a record unseen.
#![allow(clippy::unwrap_used)]

mod altered;
mod conformance;
mod killed;
mod python;

use record::journal::{Append, NewEntry};
use record::stream::StreamId;
use store::{Folder, Manifest, Sqlite};
use terms::{CommandId, EntryId};

/// An append of `texts` to `stream`, which is expected at `version`.
pub fn append(command: u128, stream: &StreamId, version: u64, texts: &[&str]) -> Append {
    let entries = texts.iter().enumerate().map(|(place, text)| NewEntry {
        stream: stream.clone(),
        id: EntryId(command * 1000 + place as u128),
        bytes: text.as_bytes().to_vec(),
    });
    Append {
        command: CommandId(command),
        expected: vec![(stream.clone(), version)],
        entries: entries.collect(),
    }
}

pub fn site(number: u32) -> StreamId {
    format!("site/S{number:02}").parse().unwrap()
}

/// A folder with a record in it.
pub fn folder(dir: &std::path::Path) -> (Folder, Sqlite) {
    Folder::create(&dir.join("study"), Manifest::new("mapp2", "rehearsal")).unwrap()
}
