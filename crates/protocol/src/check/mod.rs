//! What must hold between the parts of a protocol. One file per subject; each check points at the values that
//! break it, and says nothing of values that have no place (they were missing or unreadable, and that is said).

mod arms;
mod dosing;
mod outcomes;
mod schedule;
mod values;

pub(crate) use values::{Slot, check as check_values, needs_sign_off, signable, unverified};

use crate::notes::Notes;
use crate::study::Study;

pub(crate) fn all(study: &Study, notes: &Notes) {
    schedule::check(study, notes);
    dosing::check(study, notes);
    arms::check(study, notes);
    outcomes::check(study, notes);
    for finding in values::check(study, &|path| notes.place(path)) {
        notes.find(finding);
    }
}
