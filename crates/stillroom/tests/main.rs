//! The whole program, as people use it: the command line, the browser, and what a rater's pages tell.
#![allow(clippy::unwrap_used)]

mod blinding;
mod browser;
mod commands;
mod program;
mod webdriver;
