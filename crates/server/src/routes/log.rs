//! `/log`: the whole log and its verification, for those cleared for all of it.

use std::sync::Arc;

use record::Entry;
use terms::Zone;

use crate::desk::{Desk, Outcome, Stop};
use crate::lines;
use crate::pages::layout::Link;
use crate::pages::log::{LogPage, Verified};
use crate::request::{Asked, Reply};
use crate::words;

const PER_PAGE: u64 = 100;

fn whole(desk: &Desk<'_>) -> Result<(), Stop> {
    if desk.view.clearance().is_whole() { Ok(()) } else { Err(Stop::NotYours) }
}

pub fn show(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    whole(desk)?;
    let head = desk.app.record().head()?;
    // Pages count from the newest; `before` is the first position that is not shown any more.
    let before = asked.query("before").parse::<u64>().unwrap_or(head.size).min(head.size);
    let from = before.saturating_sub(PER_PAGE);
    let mut entries = Vec::new();
    for stored in desk.app.record().log(from, (before - from) as usize)? {
        let entry = Entry::from_bytes(stored.id, &stored.bytes).map_err(crate::keeper::Failed::from)?;
        entries.push(Arc::new(entry));
    }
    entries.reverse();
    let (verified, at) = match desk.app.verified() {
        Some((verified, at)) => (verified, words::moment(at, &Zone::utc()) + " UTC"),
        None => (Verified::NotYet, "never".into()),
    };
    let folder = desk.app.settings().folder.as_ref();
    let page = LogPage {
        verified,
        verified_at: at,
        size: thousands(head.size),
        root: head.root.to_string(),
        checkpoint: folder.and_then(|folder| folder.checkpoint(head).ok()),
        checkpoint_file: folder.map(|_| Link::new("Take it as a file", "/log/checkpoint.txt")),
        verify: folder.map(|_| desk.form("/log/verify")),
        days: lines::days_of_all(desk, &entries, &desk.zone),
        shown: format!(
            "{} to {} of {}",
            thousands(head.size - before + 1),
            thousands(head.size - from),
            thousands(head.size)
        ),
        previous: (before < head.size).then(|| format!("/log?before={}", (before + PER_PAGE).min(head.size))),
        next: (from > 0).then(|| format!("/log?before={from}")),
    };
    desk.page(page.render(&desk.shell()))
}

/// `31,208`
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub fn verify(desk: &Desk<'_>, _: &Asked) -> Outcome {
    whole(desk)?;
    let folder = desk.app.settings().folder.as_ref().ok_or(Stop::NotFound)?;
    let report = store::verify(folder.path(), None).map_err(crate::keeper::Failed::from)?;
    let said =
        if report.is_good() { Verified::SelfConsistentOnly } else { Verified::Broken(report.faults.clone()) };
    let text =
        if report.is_good() { "Verified: the log is whole in itself" } else { "The log does not verify" };
    desk.app.keep_verified(said, desk.app.wall());
    desk.done("/log", text, None)
}

/// The signed note, to be kept elsewhere.
pub fn checkpoint(desk: &Desk<'_>, _: &Asked) -> Outcome {
    whole(desk)?;
    let folder = desk.app.settings().folder.as_ref().ok_or(Stop::NotFound)?;
    let note = folder.checkpoint(desk.app.record().head()?).map_err(crate::keeper::Failed::from)?;
    Ok(Reply::File {
        name: "checkpoint.txt".into(),
        content_type: "text/plain; charset=utf-8",
        body: note.into_bytes(),
    })
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn numbers_are_parted_by_thousands() {
        assert_eq!(
            [0, 999, 1000, 31208, 1234567].map(thousands),
            ["0", "999", "1,000", "31,208", "1,234,567"]
        );
    }
}
