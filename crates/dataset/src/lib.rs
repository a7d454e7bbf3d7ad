//! A view of the record as typed tables, with the source entries of each cell.
//!
//! [`Dataset::from_view`] reads what a view shows and nothing else: under a blinded view there simply are no arms.
//! Rows are plain structs that others can make too, so that a rehearsal can compare what was read out with what
//! its virtual participants hold. Models, layouts and file formats are not known here (CSV is the one text form).

mod cell;
mod read;
mod rows;
mod table;

pub use cell::Cell;
pub use rows::{AdverseEventRow, Dataset, DeviationRow, DoseRow, GuessRow, RatingRow, Subject, VitalsRow};
pub use table::{Column, Table};
