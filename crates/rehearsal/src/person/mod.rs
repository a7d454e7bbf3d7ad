//! Virtual participants: who they are, and how they fare in an arm. Pure draws, each from a stream of its own, so that
//! nothing depends on what else was drawn.
//!
//! The numbers stand in `data/virtual-mapp2.toml`; `docs/methods/virtual-participants.md` says how they were found.

mod course;
mod items;
mod model;
mod published;
mod sessions;
mod who;

use std::collections::BTreeMap;

pub use course::{Course, Leaving, Rated};
pub use published::{Published, Row, published};
pub use sessions::{PersonEvent, PersonVitals, Supplement};
pub use who::{FailsAt, Failure, VirtualPerson};

/// Answers of a rating, by item: as the instruments' files name them.
pub type Answers = BTreeMap<String, i64>;
