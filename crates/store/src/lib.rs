//! Keeps the record: [`Journal`](record::Journal) in memory and on SQLite, data folders, offline verification, and
//! the accounts of those who sign in.
//!
//! What an entry means is not known here: bytes go in and come out. Read [`sqlite`] first.

pub mod accounts;
pub mod folder;
pub mod memory;
pub mod sqlite;
pub mod verify;

pub use accounts::Accounts;
pub use folder::{Folder, FolderError, Manifest};
pub use memory::Memory;
pub use sqlite::{Sqlite, StoreError};
pub use verify::{Report, verify};
