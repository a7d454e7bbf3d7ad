//! The server over HTTP, in process, on small records that are made through the one way in.

#![allow(clippy::unwrap_used)]

mod clock;
mod days;
mod forms;
mod house;
mod live;
mod roles;
mod secrets;
mod sessions;
mod sign_in;
