//! What *happened* in a study: the record, the rules by which it grows, and what each role sees of it.
//!
//! Pure: no database, no clock, no randomness; time and seeds are arguments, and storage is behind the port
//! [`Journal`]. Read [`entry`] and [`body`] for what is kept, [`decide()`] for the rules, [`apply`] for the fold,
//! [`role`] for who sees what, and [`Recorder`] for the one way in.

pub mod allocation_list;
pub mod body;
pub mod checkpoint;
pub mod command;
pub mod decide;
pub mod entry;
pub mod journal;
pub mod merkle;
pub mod plain;
pub mod recorder;
pub mod refusal;
pub mod role;
pub mod state;
pub mod stream;
pub mod view;
pub mod world;

pub use body::{Body, Kind};
pub use command::{Act, Command, Context};
pub use decide::decide;
pub use entry::Entry;
pub use journal::Journal;
pub use recorder::{Answer, Receipt, Recorder};
pub use refusal::Refusal;
pub use role::{Clearance, Labels, Reach, Role};
pub use state::{State, apply};
pub use stream::StreamId;
pub use view::View;
pub use world::World;
