//! The log and what can be proved of it, for those cleared for the whole of it.

use maud::{Markup, html};

use super::Html;
use super::entries::{self, EntryDay};
use super::form::{Act, Form};
use super::layout::{Link, Page, Shell};
use super::marks::{Tag, Tone};

#[derive(Clone, Debug)]
pub struct LogPage {
    pub verified: Verified,
    /// `14 Mar 2026, 11:52, in 0.4 s`
    pub verified_at: String,
    /// How many entries.
    pub size: String,
    /// In hexadecimal, 64 places.
    pub root: String,
    /// The signed note, line by line as it would be kept elsewhere.
    pub checkpoint: Option<String>,
    /// Where the checkpoint can be taken as a file.
    pub checkpoint_file: Option<Link>,
    /// Verifies again. No fields of its own.
    pub verify: Option<Form>,
    pub days: Vec<EntryDay>,
    pub shown: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// What verifying said.
#[derive(Clone, Debug)]
pub enum Verified {
    /// Against a checkpoint kept elsewhere: text says which.
    AgainstCheckpoint(String),
    /// Whole in itself; without a checkpoint from elsewhere nobody can say that it was not replaced as a whole.
    SelfConsistentOnly,
    /// What does not fit, and where.
    Broken(Vec<String>),
    /// Never yet since the server started.
    NotYet,
}

impl Verified {
    fn tag(&self) -> Tag {
        match self {
            Self::AgainstCheckpoint(_) => Tag::new(Tone::Good, "verified"),
            Self::SelfConsistentOnly => Tag::new(Tone::Information, "self-consistent"),
            Self::Broken(_) => Tag::new(Tone::Harm, "does not verify"),
            Self::NotYet => Tag::new(Tone::Plain, "not verified yet"),
        }
    }

    fn explained(&self) -> Markup {
        match self {
            Self::AgainstCheckpoint(which) => {
                html! {
                    p {
                        "Every entry is as it was written, and the log grew from " (which) " without a change."
                    }
                }
            }
            Self::SelfConsistentOnly => html! {
                p {
                    "Every entry fits its place. Whether the log was replaced as a whole can only be said against a checkpoint that was kept elsewhere."
                }
            },
            Self::Broken(faults) => html! {
                p { "The stored entries do not match the log’s root:" }
                ul class="points" { @for fault in faults { li { (fault) } } }
            },
            Self::NotYet => html! { p { "Nobody has verified it since the server started." } },
        }
    }
}

impl LogPage {
    pub fn render(&self, shell: &Shell) -> Html {
        let body = html! {
            div class="title" { div { h1 { "The log" } p class="lead" { "Is it as it was written?" } } }
            section class="verification" aria-labelledby="verification" {
                h2 id="verification" { "Verification" " " (self.verified.tag().render()) }
                (self.verified.explained())
                dl class="facts" {
                    div { dt { "Verified" } dd { (self.verified_at) } }
                    div { dt { "Entries" } dd { (self.size) } }
                }
                (self.root_hash())
                @if let Some(checkpoint) = &self.checkpoint {
                    details id="checkpoint" {
                        summary { "Checkpoint to keep elsewhere" }
                        pre tabindex="0" aria-label="Checkpoint" { (checkpoint) }
                        @if let Some(file) = &self.checkpoint_file { p { (file.render()) } }
                    }
                }
                @if let Some(verify) = &self.verify {
                    @let draw = verify.open(shell, "verify");
                    (draw.wrap(draw.button("Verify now", Act::Other)))
                }
            }
            section aria-labelledby="entries" {
                h2 id="entries" { "Entries, newest first" }
                (entries::days(&self.days))
                nav class="pages" aria-label="Parts of the log" {
                    @if let Some(href) = &self.previous { a href=(href) rel="prev" { "Newer" } }
                    span class="quiet" { (self.shown) }
                    @if let Some(href) = &self.next { a href=(href) rel="next" { "Older" } }
                }
            }
        };
        shell.page(Page::new("The log", body).wide())
    }

    /// In groups of eight places, so that two people can compare it aloud.
    fn root_hash(&self) -> Markup {
        let places: Vec<char> = self.root.chars().collect();
        html! {
            p class="root" {
                span class="label" { "Root" } " "
                code { @for group in places.chunks(8) { span { (group.iter().collect::<String>()) } " " } }
            }
        }
    }
}
