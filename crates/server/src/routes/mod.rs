//! One file per part of the address: what each page shows and what each form does.
//!
//! Every handler takes a [`crate::desk::Desk`] and gives a reply. Read [`today`] for a page, then [`visits`] for
//! forms.

pub mod adverse_events;
pub mod clock;
pub mod contacts;
pub mod eligibility;
pub mod enrol;
pub mod entries;
pub mod leaving;
pub mod log;
pub mod participant;
pub mod participants;
pub mod rater;
pub mod ratings;
pub mod readout;
pub mod session;
pub mod sign_in;
pub mod steps;
pub mod stock;
pub mod today;
pub mod visits;
