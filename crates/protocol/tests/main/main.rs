//! The behaviour of the protocol's reader: text in, findings or study out.

#![allow(clippy::unwrap_used)]

mod codes;
mod mapp2;
mod mutations;
mod pages;
mod sign_off;
