//! What the crate says, beside independent references.

mod dist;
mod mmrm;
