//! The appendix of sources: each list of entries once, numbered; figures link to their number.

use analysis::Figure;
use maud::{Markup, html};
use terms::EntryId;

/// Lists in the order in which figures named them.
#[derive(Default)]
pub struct Sources {
    lists: Vec<Vec<EntryId>>,
}

impl Sources {
    /// The number of a list, from 1; the same list has the same number.
    fn number(&mut self, entries: &[EntryId]) -> usize {
        match self.lists.iter().position(|known| known == entries) {
            Some(place) => place + 1,
            None => {
                self.lists.push(entries.to_vec());
                self.lists.len()
            }
        }
    }

    /// `text`, linked to the entries behind it. Without entries it is text alone: a nought that nothing says.
    pub fn link(&mut self, text: &str, entries: &[EntryId]) -> Markup {
        if entries.is_empty() {
            return html! { span.figure { (text) } };
        }
        let number = self.number(entries);
        html! { a.figure href={ "#src-" (number) } title={ "Entries behind this figure: " (entries.len()) } { (text) } }
    }

    pub fn count(&mut self, figure: &Figure<usize>) -> Markup {
        self.link(&figure.value.to_string(), &figure.sources)
    }

    pub fn value(&mut self, figure: &Figure<f64>, decimals: usize) -> Markup {
        self.link(&crate::number::fixed(figure.value, decimals), &figure.sources)
    }

    /// Every list, folded until opened.
    pub fn appendix(&self, base: Option<&str>) -> Markup {
        html! {
            p { "Each figure in this report is linked to one of these lists. An entry's short id is the beginning of its id on the record." }
            ol.sources {
                @for (place, entries) in self.lists.iter().enumerate() {
                    li id={ "src-" (place + 1) } {
                        details {
                            summary { (entries.len()) @if entries.len() == 1 { " entry" } @else { " entries" } }
                            p.entry-ids {
                                @for entry in entries {
                                    @if let Some(base) = base { a href={ (base) (entry) } { (entry.short()) } " " }
                                    @else { code { (entry.short()) } " " }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
