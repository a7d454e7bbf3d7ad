//! The journal in memory: for tests, and for rehearsals that nobody keeps.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use record::journal::{Append, Appended, Head, Journal, Stored};
use record::merkle::{Frontier, leaf_bytes, leaf_hash};
use record::stream::StreamId;
use terms::{CommandId, EntryId};

#[derive(Default)]
pub struct Memory(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    log: Vec<Stored>,
    streams: BTreeMap<StreamId, Vec<usize>>,
    commands: HashMap<CommandId, Vec<EntryId>>,
    frontier: Frontier,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn version(&self, stream: &StreamId) -> u64 {
        self.streams.get(stream).map_or(0, |places| places.len() as u64)
    }

    fn append(&mut self, append: &Append) -> Appended {
        if let Some(known) = self.commands.get(&append.command) {
            return Appended::Known(known.clone());
        }
        if let Some((stream, _)) =
            append.expected.iter().find(|(stream, version)| self.version(stream) != *version)
        {
            return Appended::Conflict { stream: stream.clone() };
        }
        for entry in &append.entries {
            let stored = Stored {
                position: self.log.len() as u64,
                stream: entry.stream.clone(),
                version: self.version(&entry.stream) + 1,
                id: entry.id,
                command: append.command,
                bytes: entry.bytes.clone(),
            };
            self.frontier.push(leaf_hash(&leaf_bytes(&stored)));
            self.streams.entry(entry.stream.clone()).or_default().push(self.log.len());
            self.log.push(stored);
        }
        self.commands.insert(append.command, append.entries.iter().map(|entry| entry.id).collect());
        Appended::Done
    }
}

impl Journal for Memory {
    type Failure = Infallible;

    fn append(&self, batch: &[Append]) -> Result<Vec<Appended>, Infallible> {
        let mut inner = self.lock();
        Ok(batch.iter().map(|append| inner.append(append)).collect())
    }

    fn stream(&self, stream: &StreamId, after: u64) -> Result<Vec<Stored>, Infallible> {
        let inner = self.lock();
        let places = inner.streams.get(stream).map(Vec::as_slice).unwrap_or_default();
        Ok(places.iter().skip(after as usize).map(|&place| inner.log[place].clone()).collect())
    }

    fn log(&self, position: u64, limit: usize) -> Result<Vec<Stored>, Infallible> {
        Ok(self.lock().log.iter().skip(position as usize).take(limit).cloned().collect())
    }

    fn command(&self, command: CommandId) -> Result<Option<Vec<EntryId>>, Infallible> {
        Ok(self.lock().commands.get(&command).cloned())
    }

    fn head(&self) -> Result<Head, Infallible> {
        let inner = self.lock();
        Ok(Head { size: inner.frontier.size(), root: inner.frontier.root() })
    }
}
