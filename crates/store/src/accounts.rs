//! Who signs in: accounts and web sessions, in a file of their own beside the record.
//!
//! Passwords come here hashed; tokens come here hashed. Instants are arguments, in ms.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::sqlite::StoreError;

const SCHEMA: &str = include_str!("accounts.sql");
/// "SAcc".
const APPLICATION_ID: i32 = 0x5341_6363;

/// One log-in: a person in one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub login: String,
    pub person: String,
    /// The role's word, such as `therapist`.
    pub role: String,
    pub site: Option<String>,
    /// The hash in its text form; opaque here.
    pub password: String,
    pub disabled: bool,
    /// Wrong passwords in a row.
    pub failures: u32,
    /// No sign-in before this instant, in ms.
    pub waits_until: i64,
}

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSession {
    pub login: String,
    pub csrf: String,
    pub created: i64,
    pub seen: i64,
}

/// Accounts and sessions in one SQLite file.
pub struct Accounts(Mutex<Connection>);

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts")
    }
}

impl Accounts {
    /// Opens the file at `path`, and makes it if there is none.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let foreign = |why: String| StoreError::Foreign { path: path.into(), why };
        let is_new = !path.exists();
        let connection = Connection::open(path)?;
        let id = connection
            .query_row("PRAGMA application_id", [], |row| row.get::<_, i32>(0))
            .map_err(|why| foreign(why.to_string()))?;
        if !is_new && id != APPLICATION_ID {
            return Err(foreign(format!("its application id is {id:#010x}, not {APPLICATION_ID:#010x}")));
        }
        Self::over(connection)
    }

    /// In memory, for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::over(Connection::open_in_memory()?)
    }

    fn over(connection: Connection) -> Result<Self, StoreError> {
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Mutex::new(connection)))
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an account, or gives an existing one a new password, person, role and site.
    pub fn put(&self, account: &Account) -> Result<(), StoreError> {
        self.lock().execute(
            "INSERT INTO account (login, person, role, site, password, disabled) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (login) DO UPDATE SET person = ?2, role = ?3, site = ?4, password = ?5, disabled = ?6",
            params![account.login, account.person, account.role, account.site, account.password, account.disabled],
        )?;
        Ok(())
    }

    pub fn find(&self, login: &str) -> Result<Option<Account>, StoreError> {
        let sql = "SELECT login, person, role, site, password, disabled, failures, waits FROM account WHERE login = ?1";
        Ok(self.lock().query_row(sql, [login], read_account).optional()?)
    }

    /// All accounts, by login.
    pub fn all(&self) -> Result<Vec<Account>, StoreError> {
        let connection = self.lock();
        let mut statement = connection
            .prepare("SELECT login, person, role, site, password, disabled, failures, waits FROM account ORDER BY login")?;
        let rows = statement.query_map([], read_account)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Counts a wrong password, and lets nobody sign in with this login before `waits_until`.
    pub fn failed(&self, login: &str, waits_until: i64) -> Result<(), StoreError> {
        let sql = "UPDATE account SET failures = failures + 1, waits = ?2 WHERE login = ?1";
        self.lock().execute(sql, params![login, waits_until])?;
        Ok(())
    }

    /// Opens a web session, and forgets wrong passwords. `token`: SHA-256 of what the cookie holds.
    pub fn sign_in(&self, token: &[u8; 32], login: &str, csrf: &str, now: i64) -> Result<(), StoreError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute("UPDATE account SET failures = 0, waits = 0 WHERE login = ?1", [login])?;
        transaction.execute(
            "INSERT INTO web_session (token, login, csrf, created, seen) VALUES (?1, ?2, ?3, ?4, ?4)",
            params![token, login, csrf, now],
        )?;
        transaction.commit()?;
        Ok(())
    }

    pub fn session(&self, token: &[u8; 32]) -> Result<Option<WebSession>, StoreError> {
        let sql = "SELECT login, csrf, created, seen FROM web_session WHERE token = ?1";
        let read = |row: &Row<'_>| {
            Ok(WebSession { login: row.get(0)?, csrf: row.get(1)?, created: row.get(2)?, seen: row.get(3)? })
        };
        Ok(self.lock().query_row(sql, [token], read).optional()?)
    }

    /// The session was used.
    pub fn seen(&self, token: &[u8; 32], now: i64) -> Result<(), StoreError> {
        self.lock().execute("UPDATE web_session SET seen = ?2 WHERE token = ?1", params![token, now])?;
        Ok(())
    }

    pub fn sign_out(&self, token: &[u8; 32]) -> Result<(), StoreError> {
        self.lock().execute("DELETE FROM web_session WHERE token = ?1", [token])?;
        Ok(())
    }

    /// Forgets sessions created before `created`, or not used since `seen`.
    pub fn expire(&self, created: i64, seen: i64) -> Result<(), StoreError> {
        self.lock()
            .execute("DELETE FROM web_session WHERE created < ?1 OR seen < ?2", params![created, seen])?;
        Ok(())
    }
}

fn read_account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        login: row.get(0)?,
        person: row.get(1)?,
        role: row.get(2)?,
        site: row.get(3)?,
        password: row.get(4)?,
        disabled: row.get(5)?,
        failures: row.get(6)?,
        waits_until: row.get(7)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account() -> Account {
        Account {
            login: "therapist".into(),
            person: "therapist-1a-s01".into(),
            role: "therapist".into(),
            site: Some("S01".into()),
            password: "$argon2id$...".into(),
            disabled: false,
            failures: 0,
            waits_until: 0,
        }
    }

    #[test]
    fn accounts_and_sessions_are_kept_across_opening() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("accounts.sqlite");
        let token = [1; 32];
        {
            let accounts = Accounts::open(&path).unwrap();
            accounts.put(&account()).unwrap();
            accounts.failed("therapist", 500).unwrap();
            assert_eq!(accounts.find("therapist").unwrap().unwrap().failures, 1);
            accounts.sign_in(&token, "therapist", "secret", 10).unwrap();
        }
        let accounts = Accounts::open(&path).unwrap();
        assert_eq!(accounts.find("therapist").unwrap(), Some(account()));
        assert_eq!(accounts.find("nobody").unwrap(), None);
        accounts.seen(&token, 20).unwrap();
        assert_eq!(accounts.session(&token).unwrap().unwrap().seen, 20);
        accounts.expire(0, 21).unwrap();
        assert_eq!(accounts.session(&token).unwrap(), None);
    }

    #[test]
    fn a_foreign_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("accounts.sqlite");
        Connection::open(&path).unwrap().execute_batch("CREATE TABLE x (y)").unwrap();
        assert!(matches!(Accounts::open(&path), Err(StoreError::Foreign { .. })));
    }
}
