//! What the crate says, beside independent references.
#![allow(clippy::unwrap_used)]

mod dist;
mod mmrm;
