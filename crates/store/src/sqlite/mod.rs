//! The journal on SQLite: one file, one writer, every receipt durable before it is given.
//!
//! WAL with `synchronous=FULL`; entries cannot be changed or removed, by triggers; every stored column goes into
//! the Merkle leaf. A bulk load (for rehearsals) commits many commands at once.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use record::journal::{Append, Appended, Head, Journal, Stored};
use record::merkle::{Frontier, Hash, leaf_bytes, leaf_hash};
use record::stream::StreamId;
use rusqlite::{Connection, OpenFlags, Row, params};
use terms::{CommandId, EntryId};

/// "SRec" in the file's header: this SQLite file is a record of ours.
pub const APPLICATION_ID: i32 = 0x5352_6563;
/// The layout that this version writes.
pub const LAYOUT: i32 = 1;

const SCHEMA: &str = include_str!("schema.sql");
const INSERT: &str = "INSERT INTO entry (position, stream, version, id, command, bytes, leaf) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
const COLUMNS_OF_STREAM: &str = "SELECT position, stream, version, id, command, bytes FROM entry WHERE stream = ?1 AND version > ?2 ORDER BY version";
const COLUMNS_OF_LOG: &str = "SELECT position, stream, version, id, command, bytes FROM entry WHERE position >= ?1 ORDER BY position LIMIT ?2";
const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM entry WHERE stream = ?1";
const OF_COMMAND: &str = "SELECT id FROM entry WHERE command = ?1 ORDER BY position";
const READ_HEAD: &str = "SELECT size, peaks FROM head WHERE one = 1";
const WRITE_HEAD: &str = "UPDATE head SET size = ?1, peaks = ?2 WHERE one = 1";

/// SQLite up to 3.51.2 can damage a WAL file when two connections write and checkpoint at once.
const OLDEST_SAFE_SQLITE: i32 = 3_051_003;

/// The file is not one to work on, or the storage failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("`{}` is not a record of Stillroom: {why}", path.display())]
    Foreign { path: PathBuf, why: String },
    #[error("`{}` was written by a newer Stillroom (layout {found}, this one knows {LAYOUT}): use that version", path.display())]
    Newer { path: PathBuf, found: i32 },
    #[error("`{}` is damaged: {why}; run `stillroom verify`, and restore a backup", path.display())]
    Damaged { path: PathBuf, why: String },
    #[error("this build holds SQLite {found}, which can damage a record; 3.51.3 or newer is needed")]
    OldSqlite { found: String },
    #[error("the record's database failed: {0}")]
    Sqlite(#[from] rusqlite::Error),
}

/// The journal of one study in one SQLite file.
pub struct Sqlite {
    writer: Mutex<Writer>,
}

struct Writer {
    connection: Connection,
    frontier: Frontier,
    /// Commands per commit, and how many are in the open transaction.
    bulk: Option<(usize, usize)>,
}

impl Sqlite {
    /// Makes a new record at `path`, which must not exist.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        if path.exists() {
            return Err(StoreError::Foreign { path: path.into(), why: "there is a file already".into() });
        }
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        prepare_writer(&connection)?;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {LAYOUT}; COMMIT;"
        ))?;
        Ok(Self::over(connection, Frontier::default()))
    }

    /// Opens the record at `path` for writing.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        check_file(path, &connection)?;
        prepare_writer(&connection)?;
        let frontier = read_frontier(path, &connection)?;
        Ok(Self::over(connection, frontier))
    }

    fn over(connection: Connection, frontier: Frontier) -> Self {
        Self { writer: Mutex::new(Writer { connection, frontier, bulk: None }) }
    }

    /// From now on commits once every `commands` appends, until [`Sqlite::flush`]. What was appended since the last
    /// commit is lost when the process ends: for rehearsals, which can be run again.
    pub fn bulk(&self, commands: usize) {
        self.lock().bulk = Some((commands.max(1), 0));
    }

    /// Commits what a bulk load left open, and ends it.
    pub fn flush(&self) -> Result<(), StoreError> {
        let mut writer = self.lock();
        if let Some((_, open)) = writer.bulk.take()
            && open > 0
        {
            writer.commit()?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        // A panic between statements leaves a transaction that the next append rolls back.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        let writer = self.writer.get_mut().unwrap_or_else(PoisonError::into_inner);
        if matches!(writer.bulk, Some((_, open)) if open > 0) {
            // Best effort: a caller that cares about the outcome calls `flush`.
            let _ = writer.commit();
        }
        let _ = writer.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);");
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    if rusqlite::version_number() < OLDEST_SAFE_SQLITE {
        return Err(StoreError::OldSqlite { found: rusqlite::version().into() });
    }
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    Ok(connection)
}

fn prepare_writer(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -32_000)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(())
}

/// Opens for reading only; changes nothing, not even the WAL.
pub(crate) fn open_for_reading(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    check_file(path, &connection)?;
    Ok(connection)
}

/// Whether the file is a record of ours, of a layout that is known.
fn check_file(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
    let not_ours = |why: rusqlite::Error| match why.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign {
            path: path.into(),
            why: "the file is not an SQLite database, or its header is damaged".into(),
        },
        Some(rusqlite::ErrorCode::DatabaseCorrupt) => {
            StoreError::Damaged { path: path.into(), why: why.to_string() }
        }
        _ => StoreError::Sqlite(why),
    };
    let application = pragma("application_id").map_err(not_ours)?;
    if application != APPLICATION_ID {
        let why = format!("its application id is {application:#010x}, not {APPLICATION_ID:#010x}");
        return Err(StoreError::Foreign { path: path.into(), why });
    }
    match pragma("user_version").map_err(not_ours)? {
        LAYOUT => Ok(()),
        found if found > LAYOUT => Err(StoreError::Newer { path: path.into(), found }),
        found => Err(StoreError::Damaged {
            path: path.into(),
            why: format!("its layout is {found}, which never was"),
        }),
    }
}

/// The right edge of the tree, as the head row keeps it.
pub(crate) fn read_frontier(path: &Path, connection: &Connection) -> Result<Frontier, StoreError> {
    let damaged = |why: String| StoreError::Damaged { path: path.into(), why };
    let (size, peaks) = connection
        .query_row(READ_HEAD, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .map_err(|why| damaged(format!("its head cannot be read: {why}")))?;
    let hashes: Vec<Hash> = peaks.as_chunks::<32>().0.iter().map(|peak| Hash(*peak)).collect();
    let whole = peaks.len() % 32 == 0;
    u64::try_from(size)
        .ok()
        .filter(|_| whole)
        .and_then(|size| Frontier::restore(size, hashes))
        .ok_or_else(|| damaged("its head does not fit a Merkle tree".into()))
}

impl Writer {
    fn begin(&mut self) -> Result<(), StoreError> {
        if matches!(self.bulk, Some((_, open)) if open > 0) {
            return Ok(());
        }
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let peaks: Vec<u8> = self.frontier.peaks().iter().flat_map(|peak| peak.0).collect();
        self.connection.prepare_cached(WRITE_HEAD)?.execute(params![self.frontier.size() as i64, peaks])?;
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }

    fn append_all(&mut self, batch: &[Append]) -> Result<Vec<Appended>, StoreError> {
        let answers = batch.iter().map(|append| self.append(append)).collect::<Result<Vec<_>, _>>()?;
        match &mut self.bulk {
            Some((per_commit, open)) => {
                *open += batch.len();
                if *open >= *per_commit {
                    *open = 0;
                    self.commit()?;
                }
            }
            None => self.commit()?,
        }
        Ok(answers)
    }

    fn append(&mut self, append: &Append) -> Result<Appended, StoreError> {
        let known = self.of_command(append.command)?;
        if !known.is_empty() {
            return Ok(Appended::Known(known));
        }
        let mut versions: Vec<(&StreamId, u64)> = Vec::with_capacity(append.expected.len());
        for (stream, expected) in &append.expected {
            if self.version(stream)? != *expected {
                return Ok(Appended::Conflict { stream: stream.clone() });
            }
            versions.push((stream, *expected));
        }
        for entry in &append.entries {
            let place = match versions.iter().position(|(stream, _)| **stream == entry.stream) {
                Some(place) => place,
                None => {
                    versions.push((&entry.stream, self.version(&entry.stream)?));
                    versions.len() - 1
                }
            };
            versions[place].1 += 1;
            let stored = Stored {
                position: self.frontier.size(),
                stream: entry.stream.clone(),
                version: versions[place].1,
                id: entry.id,
                command: append.command,
                bytes: entry.bytes.clone(),
            };
            self.insert(&stored)?;
        }
        Ok(Appended::Done)
    }

    fn insert(&mut self, stored: &Stored) -> Result<(), StoreError> {
        let leaf = leaf_hash(&leaf_bytes(stored));
        self.connection.prepare_cached(INSERT)?.execute(params![
            stored.position as i64,
            stored.stream.to_string(),
            stored.version as i64,
            stored.id.0.to_be_bytes(),
            stored.command.0.to_be_bytes(),
            stored.bytes,
            leaf.0,
        ])?;
        self.frontier.push(leaf);
        Ok(())
    }

    fn version(&self, stream: &StreamId) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(VERSION)?;
        Ok(statement.query_row([stream.to_string()], |row| row.get::<_, i64>(0))? as u64)
    }

    fn of_command(&self, command: CommandId) -> Result<Vec<EntryId>, StoreError> {
        let mut statement = self.connection.prepare_cached(OF_COMMAND)?;
        let ids = statement.query_map([command.0.to_be_bytes()], |row| row.get::<_, [u8; 16]>(0))?;
        Ok(ids.map(|id| id.map(|id| EntryId(u128::from_be_bytes(id)))).collect::<Result<_, _>>()?)
    }

    fn rows(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Stored>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(values, |row| Ok(read_row(row)))?;
        rows.map(|row| row?).collect()
    }
}

/// A row as it lies there; says what is odd about it.
pub(crate) fn read_row(row: &Row<'_>) -> Result<Stored, StoreError> {
    let position = row.get::<_, i64>(0)?;
    let damaged = |why: String| StoreError::Damaged {
        path: PathBuf::from("the record"),
        why: format!("entry at position {position}: {why}"),
    };
    let stream = row.get::<_, String>(1).map_err(|why| damaged(why.to_string()))?;
    let stream = stream.parse().map_err(|why: record::stream::NotAStream| damaged(why.to_string()))?;
    let id: [u8; 16] = row.get(3).map_err(|why| damaged(why.to_string()))?;
    let command: [u8; 16] = row.get(4).map_err(|why| damaged(why.to_string()))?;
    Ok(Stored {
        position: u64::try_from(position).map_err(|_| damaged("it lies before the beginning".into()))?,
        stream,
        version: u64::try_from(row.get::<_, i64>(2)?)
            .map_err(|_| damaged("its version is negative".into()))?,
        id: EntryId(u128::from_be_bytes(id)),
        command: CommandId(u128::from_be_bytes(command)),
        bytes: row.get(5).map_err(|why| damaged(why.to_string()))?,
    })
}

impl Journal for Sqlite {
    type Failure = StoreError;

    fn append(&self, batch: &[Append]) -> Result<Vec<Appended>, StoreError> {
        let mut writer = self.lock();
        writer.begin()?;
        let before = writer.frontier.clone();
        let in_bulk = writer.bulk.is_some();
        writer.append_all(batch).inspect_err(|_| {
            // Nothing half-written. A bulk load loses its open commands with it, as it said it may.
            let _ = writer.connection.execute_batch("ROLLBACK");
            writer.frontier = if in_bulk {
                read_frontier(Path::new("the record"), &writer.connection).unwrap_or_default()
            } else {
                before
            };
            if let Some((_, open)) = &mut writer.bulk {
                *open = 0;
            }
        })
    }

    fn stream(&self, stream: &StreamId, after: u64) -> Result<Vec<Stored>, StoreError> {
        self.lock().rows(COLUMNS_OF_STREAM, params![stream.to_string(), after as i64])
    }

    fn log(&self, position: u64, limit: usize) -> Result<Vec<Stored>, StoreError> {
        self.lock().rows(COLUMNS_OF_LOG, params![position as i64, limit as i64])
    }

    fn command(&self, command: CommandId) -> Result<Option<Vec<EntryId>>, StoreError> {
        let ids = self.lock().of_command(command)?;
        Ok(Some(ids).filter(|ids| !ids.is_empty()))
    }

    fn head(&self) -> Result<Head, StoreError> {
        let writer = self.lock();
        Ok(Head { size: writer.frontier.size(), root: writer.frontier.root() })
    }
}
