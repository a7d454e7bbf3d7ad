//! Checks a record offline, without keys and without changing it: is the log whole, and is it the one that an
//! older checkpoint speaks of?

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use record::checkpoint::{Checkpoint, NotACheckpoint};
use record::journal::{Head, Stored};
use record::merkle::{Frontier, Hash, leaf_bytes, leaf_hash};
use rusqlite::Connection;

use crate::folder::{self, FolderError};
use crate::sqlite::{StoreError, open_for_reading, read_frontier, read_row};

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    pub head: Head,
    /// What the log was compared with.
    pub against: Against,
    /// What differs, and where. Empty when nothing does.
    pub faults: Vec<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Against {
    /// Whole in itself. Without a checkpoint kept elsewhere nobody can say that it was not replaced as a whole, or
    /// cut short at its end.
    Itself,
    /// Contains everything that this checkpoint speaks of.
    Checkpoint(Checkpoint),
}

impl Report {
    pub fn is_good(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "entries  {}", self.head.size)?;
        writeln!(f, "root     {}", self.head.root)?;
        if !self.is_good() {
            for fault in &self.faults {
                writeln!(f, "fault    {fault}")?;
            }
            return write!(f, "result   damaged or altered: {} found", faults(self.faults.len()));
        }
        match &self.against {
            Against::Itself => {
                write!(f, "result   self-consistent only; give a checkpoint kept elsewhere to know more")
            }
            Against::Checkpoint(checkpoint) => {
                write!(f, "result   contains the checkpoint of {} entries, unaltered", checkpoint.size)
            }
        }
    }
}

fn faults(count: usize) -> String {
    if count == 1 { String::from("1 fault") } else { format!("{count} faults") }
}

/// The record could not be checked at all.
#[derive(Debug, thiserror::Error)]
pub enum CannotVerify {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Checkpoint(#[from] NotACheckpoint),
}

/// At most so many faults are told; a damaged page makes thousands.
const MOST_FAULTS: usize = 20;

/// Checks the record in `folder`: the database's own integrity, every position, version and hash, the root, and
/// `checkpoint` (the text of a signed note) if one is given.
///
/// # Errors
/// Only when there is nothing to check: no folder, not a record, not a checkpoint of this folder's key. A damaged
/// log is a [`Report`] with faults.
pub fn verify(folder: &Path, checkpoint: Option<&str>) -> Result<Report, CannotVerify> {
    let manifest = folder::check(folder)?;
    let checkpoint = match checkpoint {
        None => None,
        Some(text) => Some(match folder::public_key(folder) {
            Some(key) => Checkpoint::verify(text, &key)?,
            None => Checkpoint::parse(text)?,
        }),
    };
    let path = folder::record_of(folder);
    let connection = open_for_reading(&path)?;
    let mut check = Check { faults: Vec::new(), frontier: Frontier::default(), at_checkpoint: None };
    check.database(&connection);
    check.rows(&connection, checkpoint.as_ref().map(|checkpoint| checkpoint.size));
    check.head(read_frontier(&path, &connection));
    if let Some(checkpoint) = &checkpoint {
        check.against(checkpoint, &manifest.study);
    }
    let head = Head { size: check.frontier.size(), root: check.frontier.root() };
    let against = checkpoint.map_or(Against::Itself, Against::Checkpoint);
    Ok(Report { head, against, faults: check.faults })
}

struct Check {
    faults: Vec<String>,
    frontier: Frontier,
    /// The root when the log was as long as the checkpoint says.
    at_checkpoint: Option<Hash>,
}

impl Check {
    fn fault(&mut self, text: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(text);
        }
    }

    /// Catches what lies between the rows: indexes that say otherwise than the table, pages that do not fit.
    fn database(&mut self, connection: &Connection) {
        let mut told = Vec::new();
        let outcome = connection.prepare("PRAGMA integrity_check(10)").and_then(|mut statement| {
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                told.push(row.get::<_, String>(0)?);
            }
            Ok(())
        });
        if let Err(why) = outcome {
            told.push(why.to_string());
        }
        for line in told.into_iter().filter(|line| line != "ok") {
            self.fault(format!("the database file: {line}"));
        }
    }

    fn rows(&mut self, connection: &Connection, checkpoint_size: Option<u64>) {
        // By the table itself, not by an index: what is read is what is hashed.
        const ALL: &str = "SELECT position, stream, version, id, command, bytes, leaf FROM entry NOT INDEXED ORDER BY position";
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        let mut commands = Commands::default();
        if checkpoint_size == Some(0) {
            self.at_checkpoint = Some(self.frontier.root());
        }
        let outcome = connection.prepare(ALL).and_then(|mut statement| {
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                match (read_row(row), row.get::<_, [u8; 32]>(6)) {
                    (Ok(stored), Ok(leaf)) => {
                        self.row(&stored, Hash(leaf), &mut versions);
                        if let Some(fault) = commands.follow(&stored) {
                            self.fault(fault);
                        }
                    }
                    (Err(why), _) => self.fault(why.to_string()),
                    (_, Err(why)) => self.fault(format!("after position {}: {why}", self.frontier.size())),
                }
                if checkpoint_size == Some(self.frontier.size()) {
                    self.at_checkpoint = Some(self.frontier.root());
                }
            }
            Ok(())
        });
        if let Err(why) = outcome {
            self.fault(format!("after {} entries the record cannot be read: {why}", self.frontier.size()));
        }
    }

    fn row(&mut self, stored: &Stored, leaf: Hash, versions: &mut BTreeMap<String, u64>) {
        let place = stored.position;
        if place != self.frontier.size() {
            let expected = self.frontier.size();
            self.fault(format!("position {expected} is missing: the next entry says position {place}"));
        }
        let stream = stored.stream.to_string();
        let version = versions.entry(stream).or_default();
        *version += 1;
        if stored.version != *version {
            let expected = *version;
            *version = stored.version;
            let stream = &stored.stream;
            self.fault(format!(
                "position {place}: version {} of `{stream}` where {expected} is due",
                stored.version
            ));
        }
        let computed = leaf_hash(&leaf_bytes(stored));
        if computed != leaf {
            self.fault(format!("position {place} (entry {}): its content does not fit its hash", stored.id));
        }
        self.frontier.push(computed);
    }

    fn head(&mut self, kept: Result<Frontier, StoreError>) {
        match kept {
            Err(why) => self.fault(why.to_string()),
            Ok(kept) if kept == self.frontier => {}
            Ok(kept) if kept.size() != self.frontier.size() => {
                let found = self.frontier.size();
                self.fault(format!("the head speaks of {} entries, and {found} are there", kept.size()));
            }
            Ok(kept) => {
                let root = self.frontier.root();
                self.fault(format!("the head's root is {}, that of the entries {root}", kept.root()));
            }
        }
    }

    fn against(&mut self, checkpoint: &Checkpoint, study: &str) {
        let origin = format!("stillroom/{study}");
        if checkpoint.origin != origin {
            self.fault(format!("the checkpoint is of `{}`, this record of `{origin}`", checkpoint.origin));
            return;
        }
        match self.at_checkpoint {
            None => {
                let found = self.frontier.size();
                self.fault(format!(
                    "the checkpoint speaks of {} entries, and {found} are there: the end was cut off",
                    checkpoint.size
                ));
            }
            Some(root) if root != checkpoint.root => {
                let size = checkpoint.size;
                self.fault(format!("the first {size} entries are not those of the checkpoint: something before position {size} was altered"));
            }
            Some(_) => {}
        }
    }
}

/// The entries of a command follow each other.
#[derive(Default)]
struct Commands {
    last: Option<u128>,
    ended: std::collections::HashSet<u128>,
}

impl Commands {
    fn follow(&mut self, stored: &Stored) -> Option<String> {
        let command = stored.command.0;
        if self.last == Some(command) {
            return None;
        }
        if let Some(last) = self.last.replace(command) {
            self.ended.insert(last);
        }
        self.ended
            .contains(&command)
            .then(|| format!("position {}: command {} goes on after others", stored.position, stored.command))
    }
}
