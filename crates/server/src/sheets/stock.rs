//! "Does the stock add up?" The kits of one site and their ledger, in labelled mass.

use maud::{Markup, html};

use crate::pages::Html;
use crate::pages::entries::{self, EntryDay};
use crate::pages::form::{Act, Form};
use crate::pages::layout::{Link, Page, Shell};
use crate::pages::marks::{Tag, Tone};
use crate::pages::participant::{Fact, facts};

#[derive(Clone, Debug, Default)]
pub struct StockPage {
    /// `Ashgrove House, S01`
    pub site: String,
    /// The answer in one line.
    pub answer: String,
    pub adds_up: bool,
    pub facts: Vec<Fact>,
    pub to_dispense: Vec<ToDispense>,
    pub discrepancies: Vec<Discrepancy>,
    /// Kits that left the safe, newest first.
    pub kits: Vec<KitRow>,
    pub count: Option<Link>,
    pub days: Vec<EntryDay>,
    /// Other sites, for those who see several.
    pub sites: Vec<Link>,
}

/// An opened dosing session without its kit. Field: `session`, hidden.
#[derive(Clone, Debug, Default)]
pub struct ToDispense {
    /// `S01-004, dosing session 1`
    pub text: String,
    /// `opened 09:31 by M. Adler`
    pub detail: String,
    /// `None` for those who only look.
    pub form: Option<Form>,
}

#[derive(Clone, Debug, Default)]
pub struct Discrepancy {
    pub text: String,
    pub detail: String,
    pub resolve: Option<Link>,
}

#[derive(Clone, Debug, Default)]
pub struct KitRow {
    pub number: String,
    pub session: String,
    pub drawn: String,
    pub balance: String,
    pub returned: String,
    pub take_back: Option<Link>,
}

impl StockPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            div class="title" {
                div { h1 { "Does the stock add up?" } p class="lead" { (self.site) " · " (self.answer) } }
                @if let Some(count) = &self.count { a class="button" href=(count.href) { (count.text) } }
            }
            section aria-label="The stock in figures" {
                @if self.sites.len() > 1 { p { "Sites: " @for site in &self.sites { (site.render()) " " } } }
                (facts(&self.facts))
            }
            @if !self.to_dispense.is_empty() { (self.dispensing(shell)) }
            @if !self.discrepancies.is_empty() { (self.open_discrepancies()) }
            section aria-labelledby="kits" {
                h2 id="kits" { "Kits that left the safe" }
                @if self.kits.is_empty() { p class="nothing" { "None yet." } } @else { (self.table()) }
            }
            section aria-labelledby="entries" {
                h2 id="entries" { "On the record" }
                @if self.days.is_empty() { p class="nothing" { "No entries yet." } }
                (entries::days(&self.days))
            }
        };
        shell.page(Page::new("Stock", body).wide())
    }

    fn dispensing(&self, shell: &Shell) -> Markup {
        html! {
            section aria-labelledby="dispense" {
                h2 id="dispense" { "To dispense " span class="count" { (self.to_dispense.len()) } }
                ul class="due" {
                    @for (at, one) in self.to_dispense.iter().enumerate() {
                        li {
                            span class="when" { (Tag::new(Tone::Information, "asked for").render()) }
                            div class="what" { p { (one.text) } p class="by" { (one.detail) } }
                            @if let Some(form) = &one.form {
                                @let id = format!("dispense-{at}");
                                @let draw = form.open(shell, &id);
                                (draw.wrap(draw.button("Dispense", Act::Main)))
                            }
                        }
                    }
                }
            }
        }
    }

    fn open_discrepancies(&self) -> Markup {
        html! {
            section aria-labelledby="discrepancies" {
                h2 id="discrepancies" { "Open discrepancies " span class="count" { (self.discrepancies.len()) } }
                p { "No kit leaves the safe until two people have reconciled them." }
                ul class="due" {
                    @for one in &self.discrepancies {
                        li {
                            span class="when" { (Tag::new(Tone::Attention, "open").render()) }
                            div class="what" { p { (one.text) } p class="by" { (one.detail) } }
                            @if let Some(link) = &one.resolve { a class="button other" href=(link.href) { (link.text) } }
                        }
                    }
                }
            }
        }
    }

    fn table(&self) -> Markup {
        html! {
            table class="rows numbers" {
                thead { tr { th scope="col" { "Kit" } th scope="col" { "Session" } th scope="col" { "Taken" } th scope="col" { "Left in it" } th scope="col" { "Returned" } } }
                tbody {
                    @for kit in &self.kits {
                        tr {
                            th scope="row" { (kit.number) }
                            td data-label="Session" { (kit.session) }
                            td data-label="Taken" { (kit.drawn) }
                            td data-label="Left in it" { (kit.balance) }
                            td data-label="Returned" { (kit.returned) @if let Some(link) = &kit.take_back { " " (link.render()) } }
                        }
                    }
                }
            }
        }
    }
}
