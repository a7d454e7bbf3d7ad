//! The pages: plain structs of ready-to-show values, and templates that know only `if` and `for`.
//!
//! A page knows nothing of the record. Whoever answers a request fills the struct from what the signed-in
//! person may see, so a template cannot reach what its reader may not. Times, names and numbers arrive as
//! people read them; only the two pictures ([`schedule`], [`chart`]) take numbers, because they place them.
//!
//! Every page is a struct with `render(&self, &Shell)`. Read [`layout`] first (what surrounds a page), then
//! [`form`] (fields, faults, buttons), then [`today`] as the plainest example of a page.
//!
//! No page carries a script or a style of its own: the content security policy allows only the two files of
//! [`assets`].

pub mod adverse_event;
pub mod assets;
pub mod chart;
pub mod clock;
pub mod confirm;
pub mod enrol;
pub mod entries;
pub mod error;
pub mod form;
pub mod layout;
pub mod log;
pub mod marks;
pub mod not_found;
pub mod participant;
pub mod participants;
pub mod rater;
pub mod readout;
pub mod refused;
pub mod schedule;
pub mod session;
pub mod session_forms;
pub mod sign_in;
pub mod today;
pub mod typed;
pub mod visit;

pub use form::{Choice, Form};
pub use layout::{Link, Shell};

/// What a page renders to: finished, escaped HTML.
pub type Html = maud::Markup;
