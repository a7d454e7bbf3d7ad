//! Nothing here, or nothing that this reader may see: the two look alike on purpose.

use maud::html;

use super::Html;
use super::layout::{Link, Page, Shell};

#[derive(Clone, Debug, Default)]
pub struct NotFoundPage {
    /// Where to go on from here.
    pub ways: Vec<Link>,
}

impl NotFoundPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            h1 { "There is nothing here" }
            p class="lead" { "The address may be mistyped, or the page is not part of your role." }
            @if !self.ways.is_empty() { ul class="points" { @for way in &self.ways { li { (way.render()) } } } }
        };
        shell.page(Page::new("Nothing here", body))
    }
}
