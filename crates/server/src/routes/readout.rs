//! `/readout`: the report, once the record is locked and unblinded; before that, what stands in between.

use std::sync::Arc;

use analysis::compare;
use dataset::Dataset;
use record::{Act, Command};
use report::Meta;

use super::enrol::shown;
use crate::app::ReadOutKept;
use crate::desk::{Desk, Outcome, Stop};
use crate::pages::Link;
use crate::pages::assets::fingerprint;
use crate::pages::confirm::ConfirmPage;
use crate::pages::participant::Fact;
use crate::pages::readout::{Condition, Readout, ReadoutPage, ReportSection};
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::words;

/// Whether this reader may read out by arm now.
fn by_arm(desk: &Desk<'_>) -> bool {
    desk.study.locked.is_some() && desk.study.unblinded.is_some() && desk.view.clearance().by_arm()
}

fn may_look(desk: &Desk<'_>) -> Result<(), Stop> {
    if rooms::readout(desk.view.clearance(), desk.who.role) { Ok(()) } else { Err(Stop::NotYours) }
}

/// Made from the reader's view, or taken from the last time it was made.
fn made(desk: &Desk<'_>) -> Result<Result<Arc<ReadOutKept>, String>, Stop> {
    let size = desk.app.record().head()?.size;
    let clearance = desk.view.clearance().clone();
    if let Some(kept) = desk.app.read_out(size, &clearance) {
        return Ok(Ok(kept));
    }
    let dataset = Dataset::from_view(&desk.view);
    Ok(match analysis::read_out(&dataset, &desk.protocol) {
        Ok(read_out) => {
            let kept = Arc::new(ReadOutKept { size, clearance, dataset, read_out });
            desk.app.keep_read_out(Arc::clone(&kept));
            Ok(kept)
        }
        Err(not_now) => Err(not_now.to_string()),
    })
}

fn meta(desk: &Desk<'_>, kept: &ReadOutKept, entry_base: Option<&str>) -> Result<Meta, Stop> {
    let head = desk.app.record().head()?;
    let last = crate::app::last_recorded(desk.app.record())?;
    let whole = desk.view.clearance().is_whole();
    Ok(Meta {
        rehearsal: desk.study.is_rehearsal(),
        view: desk.who.role.name().into(),
        log: whole.then(|| (head.size, head.root.to_string())),
        as_of: last.date(&desk.zone).long(),
        software: env!("CARGO_PKG_VERSION").into(),
        entry_base: entry_base.map(String::from),
        comparison: compare(&kept.read_out, &desk.app.settings().published),
    })
}

pub fn show(desk: &Desk<'_>, _: &Asked) -> Outcome {
    may_look(desk)?;
    let content = if by_arm(desk) { ready(desk)? } else { not_yet(desk, None) };
    desk.page(ReadoutPage { content }.render(&desk.shell()))
}

fn ready(desk: &Desk<'_>) -> Result<Readout, Stop> {
    let kept = match made(desk)? {
        Ok(kept) => kept,
        Err(why) => return Ok(not_yet(desk, Some(why))),
    };
    let meta = meta(desk, &kept, Some("/entries/"))?;
    let mut sections: Vec<ReportSection> = report::fragments(&kept.read_out, &meta)
        .into_iter()
        .map(|part| ReportSection { id: part.id.into(), title: part.title, html: part.html })
        .collect();
    if let Some(first) = sections.first_mut() {
        let style = format!(
            "<link rel=\"stylesheet\" href=\"/assets/report.css?v={:08x}\">",
            fingerprint(report::CSS)
        );
        first.html.insert_str(0, &style);
    }
    let day = |at: Option<terms::Timestamp>| at.map_or_else(String::new, |at| at.date(&desk.zone).long());
    let locked = day(desk.study.locked.as_ref().map(|one| one.happened));
    let unblinded = day(desk.study.unblinded.as_ref().map(|one| one.happened));
    let mut files = vec![Link::new("Report", "/readout/report.html")];
    let tables = report::csv_tables(&kept.dataset);
    files.extend(tables.iter().map(|(name, _)| Link::new(name, format!("/readout/tables/{name}"))));
    Ok(Readout::Ready {
        summary: format!("Locked {locked}, unblinded {unblinded}"),
        facts: vec![
            Fact::new("Read as", desk.who.role.name()),
            Fact::new("Protocol", format!("version {}", desk.protocol.version)),
        ],
        sections,
        files,
    })
}

fn not_yet(desk: &Desk<'_>, why: Option<String>) -> Readout {
    let said = |noted: Option<(terms::Timestamp, terms::EntryId)>, otherwise: &str| {
        noted.map_or_else(
            || otherwise.into(),
            |(at, entry)| format!("{}, entry {}", desk.moment(at), entry.short()),
        )
    };
    let locked = desk.study.locked.as_ref().map(|one| (one.happened, one.entry));
    let unblinded = desk.study.unblinded.as_ref().map(|one| (one.happened, one.entry));
    let lock = desk.is(rooms::DATA_MANAGER) && locked.is_none();
    let unblind = desk.is(rooms::UNBLINDED_STATISTICIAN) && locked.is_some() && unblinded.is_none();
    let mut conditions = vec![
        Condition {
            text: "The database is locked".into(),
            done: locked.is_some(),
            detail: said(locked, "by the data manager, when everybody is through"),
            action: lock.then(|| Link::new("Lock the database", "/readout/lock")),
        },
        Condition {
            text: "The study is unblinded".into(),
            done: unblinded.is_some(),
            detail: said(unblinded, "by the unblinded statistician, after the lock"),
            action: unblind.then(|| Link::new("Unblind the study", "/readout/unblind")),
        },
    ];
    if let Some(why) = why {
        conditions.push(Condition {
            text: "There is something to read out".into(),
            detail: why,
            ..Condition::default()
        });
    }
    Readout::NotYet { conditions, sections: Vec::new() }
}

// ---- files

pub fn report_file(desk: &Desk<'_>, _: &Asked) -> Outcome {
    let kept = by_arm(desk).then(|| made(desk)).ok_or(Stop::NotYours)??.map_err(|_| Stop::NotFound)?;
    let html = report::html(&kept.read_out, &meta(desk, &kept, None)?);
    Ok(Reply::File {
        name: "report.html".into(),
        content_type: "text/html; charset=utf-8",
        body: html.into_bytes(),
    })
}

pub fn table_file(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    let kept = by_arm(desk).then(|| made(desk)).ok_or(Stop::NotYours)??.map_err(|_| Stop::NotFound)?;
    let table = report::csv_tables(&kept.dataset).into_iter().find(|(name, _)| name == asked.param("table"));
    let (name, text) = table.ok_or(Stop::NotFound)?;
    Ok(Reply::File { name, content_type: "text/csv; charset=utf-8", body: text.into_bytes() })
}

// ---- lock and unblind

pub fn lock_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::DATA_MANAGER)?;
    let page = ConfirmPage {
        title: "Lock the database?".into(),
        facts: vec![Fact::new("Participants", desk.view.participants().len().to_string())],
        will: vec![
            "Nothing more can be put on the record, by anybody: no entry, no correction, no dose.".into(),
            "The unblinded statistician can then unblind the study.".into(),
        ],
        told: Some("Everybody who signs in sees that the database is locked.".into()),
        button: "Lock the database".into(),
        grave: true,
        ..confirm(desk, asked, &Act::Lock)
    };
    desk.page(page.render(&desk.shell()))
}

/// A confirmation that carries what its reader was shown.
fn confirm(desk: &Desk<'_>, asked: &Asked, act: &Act) -> ConfirmPage {
    let mut form = desk.form(&asked.path);
    form.hidden = vec![("shown".into(), desk.shown(act).0.to_string())];
    ConfirmPage { form, back: Link::new("Back to the read-out", "/readout"), ..ConfirmPage::default() }
}

pub fn lock(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::DATA_MANAGER)?;
    let posted = desk.posted(asked);
    let mut command = Command::new(posted.command("lock"), desk.now, Act::Lock);
    command.shown = shown(&posted);
    let receipt = desk.send(command)?;
    desk.done("/readout", "The database is locked", receipt.first())
}

pub fn unblind_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::UNBLINDED_STATISTICIAN)?;
    let locked = desk
        .study
        .locked
        .as_ref()
        .map_or_else(|| "not yet".into(), |one| words::moment(one.happened, &desk.zone));
    let page = ConfirmPage {
        title: "Unblind the study?".into(),
        facts: vec![Fact::new("Locked", locked)],
        will: vec![
            "Everybody of the study but the raters sees from now on who was in which arm, and every rating."
                .into(),
            "The read-out by arm opens. It cannot be taken back.".into(),
        ],
        told: Some("Everybody who signs in sees that the study is unblinded.".into()),
        reason: Some("On whose decision?".into()),
        button: "Unblind the study".into(),
        grave: true,
        ..confirm(desk, asked, &Act::UnblindStudy)
    };
    desk.page(page.render(&desk.shell()))
}

pub fn unblind(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::UNBLINDED_STATISTICIAN)?;
    let mut posted = desk.posted(asked);
    let Some(reason) = posted.words("reason", "Say on whose decision") else {
        let mut page = confirm(desk, asked, &Act::UnblindStudy);
        let hidden = page.form.hidden;
        page.form = crate::pages::Form { hidden, ..posted.form() };
        page.title = "Unblind the study?".into();
        page.reason = Some("On whose decision?".into());
        page.button = "Unblind the study".into();
        page.grave = true;
        return Ok(Reply::faulty(page.render(&desk.shell())));
    };
    let mut command = Command::new(posted.command("unblind"), desk.now, Act::UnblindStudy);
    command.shown = shown(&posted);
    command.reason = Some(reason);
    let receipt = desk.send(command)?;
    desk.done("/readout", "The study is unblinded", receipt.first())
}
