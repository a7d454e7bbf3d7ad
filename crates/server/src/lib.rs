//! HTTP: sign-in, pages, forms, live updates.
//!
//! A page is made from its reader's view of the record and from nothing else; a form becomes commands to the one
//! way in. How scores or statistics are computed is not known here. Read [`router`] for the addresses,
//! [`request`] for how one is answered, [`desk`] for what a handler gets, then any file of [`routes`].

pub mod accounts;
pub mod app;
pub mod clock;
pub mod desk;
pub mod guard;
pub mod keeper;
pub mod lines;
pub mod live;
pub mod pages;
pub mod plan;
pub mod posted;
pub mod request;
pub mod rooms;
pub mod router;
pub mod routes;
pub mod serve;
pub mod sheets;
pub mod words;

pub use app::{App, Settings};
pub use serve::{CannotServe, Serve, run, serve};
