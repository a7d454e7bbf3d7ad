//! What went wrong, sorted by who can mend it.

use std::fmt::Display;
use std::process::ExitCode;

/// A command that could not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// Whoever typed the command can mend it.
    User { what: String, help: String },
    /// The disk, the network, or a bug of ours.
    Internal(String),
}

impl Failure {
    pub fn user(what: impl Display, help: impl Into<String>) -> Self {
        Self::User { what: what.to_string(), help: help.into() }
    }

    /// Prints itself; 2 for what the user can mend, 3 for the rest.
    pub fn tell(&self) -> ExitCode {
        match self {
            Self::User { what, help } if help.is_empty() => {
                eprintln!("error: {what}");
                ExitCode::from(2)
            }
            Self::User { what, help } => {
                eprintln!("error: {what}\n  help: {help}");
                ExitCode::from(2)
            }
            Self::Internal(what) => {
                eprintln!("error: {what}");
                ExitCode::from(3)
            }
        }
    }
}

impl From<store::FolderError> for Failure {
    fn from(error: store::FolderError) -> Self {
        match error {
            store::FolderError::Io { .. } => Self::Internal(error.to_string()),
            store::FolderError::Store(error) => error.into(),
            // The message says what would mend it.
            other => Self::user(other, ""),
        }
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        match error {
            store::StoreError::Sqlite(_) => Self::Internal(error.to_string()),
            other => Self::user(other, ""),
        }
    }
}

impl<F: std::error::Error> From<record::recorder::Failure<F>> for Failure {
    fn from(error: record::recorder::Failure<F>) -> Self {
        Self::Internal(error.to_string())
    }
}

impl<F: std::error::Error> From<rehearsal::Fault<F>> for Failure {
    fn from(fault: rehearsal::Fault<F>) -> Self {
        match fault {
            rehearsal::Fault::Failure(failure) => failure.into(),
            other => {
                Self::user(other, "mend the protocol or its sign-off; `stillroom check` shows what is wrong")
            }
        }
    }
}
