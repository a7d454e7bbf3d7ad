//! Pages that the routes need beside [`crate::pages`], in the same manner: ready-to-show values and a template.
//!
//! [`ask`] is one plain page with one form; most small acts use it.

pub mod ask;
pub mod entry;
pub mod stock;
