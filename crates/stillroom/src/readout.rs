//! `stillroom readout`

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use analysis::{Comparison, Published, ReadOut};
use dataset::Dataset;
use record::journal::Journal;
use record::role::Clearance;
use record::{Recorder, Role, View};
use store::{Folder, Sqlite};
use terms::{Timestamp, Zone};

use crate::failure::Failure;

#[derive(clap::Args)]
pub struct Args {
    /// The study's folder
    folder: PathBuf,
    /// Where the report and the tables go; by default `readout` in the study's folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let (folder, journal) = Folder::open(&args.folder)?;
    let recorder = Recorder::open(journal)?;
    let out = args.out.clone().unwrap_or_else(|| folder.path().join("readout"));
    let (read_out, written) = write(&recorder, &out)?;
    print_result(&read_out);
    println!("report      {}", out.join("report.html").display());
    println!("tables      {written} CSV files beside it");
    Ok(ExitCode::SUCCESS)
}

/// Folds the record as the unblinded statistician sees it, analyses it, and writes report and tables to `out`.
pub fn write(recorder: &Recorder<Sqlite>, out: &Path) -> Result<(ReadOut, usize), Failure> {
    let (dataset, read_out, meta) = read(recorder)?;
    let tables = report::csv_tables(&dataset);
    let failed = |path: &Path, why: std::io::Error| {
        Failure::Internal(format!("`{}` cannot be written: {why}", path.display()))
    };
    fs::create_dir_all(out).map_err(|why| failed(out, why))?;
    let html = (String::from("report.html"), report::html(&read_out, &meta));
    for (name, text) in tables.iter().chain([&html]) {
        // Whole or not at all: a reader never meets half a report.
        let (path, partial) = (out.join(name), out.join(format!("{name}.partial")));
        fs::write(&partial, text)
            .and_then(|()| fs::rename(&partial, &path))
            .map_err(|why| failed(&path, why))?;
    }
    Ok((read_out, tables.len()))
}

/// The unblinded statistician's view; nobody else reads out by arm.
fn statistician(recorder: &Recorder<Sqlite>) -> Result<View<'_>, Failure> {
    let announcements =
        recorder.view_under(Clearance { reach: record::Reach::Announcements, labels: record::Labels::NONE });
    let study = announcements.study();
    let person = study.in_role(Role::UnblindedStatistician, None).next().cloned();
    let view = person.and_then(|person| recorder.view(&person, Role::UnblindedStatistician, None));
    let view = view.ok_or_else(|| {
        Failure::user(
            "nobody in this study acts as unblinded statistician",
            "have an administrator grant the role",
        )
    })?;
    if study.unblinded.is_none() {
        let missing = if study.locked.is_none() {
            "the database is not locked, and the study not unblinded"
        } else {
            "the study is not unblinded"
        };
        return Err(Failure::user(
            format!("nothing is read out by arm yet: {missing}"),
            "lock the database, then unblind the study; both are pages under `stillroom serve`",
        ));
    }
    Ok(view)
}

/// The dataset, what is read out of it, and what the report says of itself.
fn read(recorder: &Recorder<Sqlite>) -> Result<(Dataset, ReadOut, report::Meta), Failure> {
    let view = statistician(recorder)?;
    let Some(study) = view.protocol() else {
        return Err(Failure::user(
            "there is no study in this folder",
            "rehearse one with `stillroom rehearse`",
        ));
    };
    let dataset = Dataset::from_view(&view);
    let read_out = analysis::read_out(&dataset, &study).map_err(|why| Failure::user(why, ""))?;
    let head = recorder.journal().head()?;
    let last = recorder.journal().log(head.size.saturating_sub(1), 1)?;
    let last = last.first().and_then(|stored| record::Entry::from_bytes(stored.id, &stored.bytes).ok());
    let as_of = last.map_or(Timestamp(0), |entry| entry.recorded).date(&Zone::utc()).long();
    let meta = report::Meta {
        rehearsal: view.study().is_rehearsal(),
        view: Role::UnblindedStatistician.name().into(),
        log: Some((head.size, head.root.to_string())),
        as_of,
        software: env!("CARGO_PKG_VERSION").into(),
        entry_base: None,
        comparison: comparison(&read_out),
    };
    Ok((dataset, read_out, meta))
}

/// Beside the published trial, for the study whose design it is.
pub fn comparison(read_out: &ReadOut) -> Vec<Comparison> {
    if read_out.study.id != "mapp2" {
        return Vec::new();
    }
    let rows: Vec<Published> =
        rehearsal::person::published().rows.iter().filter(|row| !row.doubtful).map(published_row).collect();
    analysis::compare(read_out, &rows).into_iter().filter(|row| row.here.is_some()).collect()
}

/// A published figure as `analysis` compares it.
pub fn published_row(row: &rehearsal::person::Row) -> Published {
    Published {
        arm: row.arm.clone(),
        what: row.what.clone(),
        timepoint: row.timepoint.clone(),
        value: row.value,
        verified: row.verified,
    }
}

/// The primary result in two lines.
pub fn print_result(read_out: &ReadOut) {
    match &read_out.primary.outcome {
        Err(why) => println!("the primary model was not fitted: {why}"),
        Ok(fitted) => {
            let Some(last) = fitted.differences.last() else { return };
            println!(
                "primary  {} at {}: difference {:.1} ({:.1} to {:.1}), df {:.1}, p {:.4}",
                read_out.primary.instrument,
                last.timepoint,
                last.estimate,
                last.limits.0,
                last.limits.1,
                last.df,
                last.p
            );
            println!(
                "         {} participants, {} ratings, {} iterations",
                fitted.participants, fitted.observations, fitted.iterations
            );
        }
    }
}

/// This study beside the published one.
pub fn print_comparison(read_out: &ReadOut) {
    println!("{:<22}{:<10}{:<6}{:>11}{:>9}", "beside the published", "arm", "at", "published", "here");
    for row in comparison(read_out) {
        let what = row.published.what.replace('_', " ");
        let mark = if row.published.verified { "" } else { " (unverified)" };
        let here = row.here.unwrap_or(f64::NAN);
        println!(
            "{what:<22}{:<10}{:<6}{:>11.1}{here:>9.1}{mark}",
            row.published.arm, row.published.timepoint, row.published.value
        );
    }
}
