//! Rehearsals: whether virtual participants fare as the published ones did, and whether what they hold is what the
//! record says.
#![allow(clippy::unwrap_used)]

mod calibration;
mod laws;
mod record;
