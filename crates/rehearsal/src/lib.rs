//! Rehearsals: virtual participants and staff who live through a protocol, and send commands to the record like
//! anyone.
//!
//! Read [`driver`] first, then [`script`] for who does what when, and [`person`] for how a virtual participant
//! fares. Nothing here has a private way to write.

pub mod calendar;
pub mod driver;
pub mod person;
pub mod script;
pub mod staff;
pub mod step;
pub mod stream;

pub use driver::{Ending, Fault, Outcomes, Plan, Progress, Rehearsed, Truth, rehearse};
