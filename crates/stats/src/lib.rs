//! Statistics for trials with repeated measures: a library on plain slices and small matrices.
//!
//! Knows nothing of participants, protocols or files. Read [`mmrm`] first; [`dist`] holds the distributions and
//! [`simple`] what fits in a line. "Not fitted" is a type that says why; there is no global state.

pub mod dist;
mod matrix;
pub mod mmrm;
pub mod simple;
