//! The behaviour of the instruments, case by case.

mod answers;
mod cases;
mod files;
