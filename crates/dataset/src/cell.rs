//! A value, and the entries that say so.

use terms::EntryId;

/// One cell of a table. `sources` are the entries behind it, in log order; two cells are the same when their
/// values are.
#[derive(Clone, Debug)]
pub struct Cell<T> {
    pub value: Option<T>,
    pub sources: Vec<EntryId>,
}

impl<T> Default for Cell<T> {
    fn default() -> Self {
        Self { value: None, sources: Vec::new() }
    }
}

impl<T: PartialEq> PartialEq for Cell<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> Cell<T> {
    pub fn new(value: T, sources: impl IntoIterator<Item = EntryId>) -> Self {
        Self { value: Some(value), sources: sources.into_iter().collect() }
    }

    /// A value that no entry says: what a virtual participant holds.
    pub fn held(value: T) -> Self {
        Self::new(value, [])
    }

    pub fn maybe(value: Option<T>, sources: impl IntoIterator<Item = EntryId>) -> Self {
        Self { value, sources: sources.into_iter().collect() }
    }
}

impl<T: Copy> Cell<T> {
    pub fn get(&self) -> Option<T> {
        self.value
    }
}
