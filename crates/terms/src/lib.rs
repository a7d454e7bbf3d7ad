//! The words that several rooms share: ids, times, masses, text spans and diagnostics.
//!
//! Knows no study and no rule. A type enters here when two crates need it. Read [`id`] first, then
//! [`time`], then [`diagnostic`].

pub mod diagnostic;
pub mod id;
pub mod mass;
pub mod time;

pub use diagnostic::{Code, Diagnostic, Label, Severity, SourceText, Span};
pub use id::{
    ArmId, CommandId, EntryId, InstrumentId, KitId, ParticipantId, PersonId, SessionId, SiteId, TaskId,
    VisitId,
};
pub use mass::Micrograms;
pub use time::{Date, Timestamp, Zone};
