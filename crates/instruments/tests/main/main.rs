//! The behaviour of the instruments, case by case.

#![allow(clippy::unwrap_used)]

mod answers;
mod cases;
mod files;
