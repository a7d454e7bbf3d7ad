//! A figure, and the entries it came from.

use std::collections::BTreeSet;

use dataset::Cell;
use terms::EntryId;

/// A value with its lineage: the entries behind it, each once, in the order of their ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure<T> {
    pub value: T,
    pub sources: Vec<EntryId>,
}

impl<T> Figure<T> {
    pub fn new(value: T, sources: impl IntoIterator<Item = EntryId>) -> Self {
        let sources: BTreeSet<EntryId> = sources.into_iter().collect();
        Self { value, sources: sources.into_iter().collect() }
    }
}

/// The sources of several cells together.
pub(crate) fn sources_of<'a, T: 'a>(cells: impl IntoIterator<Item = &'a Cell<T>>) -> Vec<EntryId> {
    cells.into_iter().flat_map(|cell| cell.sources.iter().copied()).collect()
}
