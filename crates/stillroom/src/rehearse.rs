//! `stillroom rehearse`

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use record::Recorder;
use record::journal::Journal;
use rehearsal::{Ending, Outcomes, Plan, Rehearsed};
use store::{Folder, Manifest, Sqlite};
use terms::Date;

use crate::failure::Failure;
use crate::people;

#[derive(clap::Args)]
pub struct Args {
    /// The protocol file
    protocol: PathBuf,
    /// How many participants are to be randomised
    #[arg(long, default_value_t = 104)]
    participants: u32,
    /// How many sites
    #[arg(long, default_value_t = 13)]
    sites: u32,
    /// The same seed gives the same record
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// A new folder for the record
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The sign-off file; by default the one beside the protocol named `<protocol>.rehearsal-signoff.toml`
    #[arg(long, value_name = "FILE")]
    sign_off: Option<PathBuf>,
    /// End in the middle of the study, this many minutes after an initial dose
    #[arg(long, value_name = "MINUTES")]
    stop_in_session: Option<i64>,
}

/// What a rehearsal needs to know before it begins.
pub struct Order {
    pub protocol: String,
    pub sign_off: Option<String>,
    pub plan: Plan,
}

/// Where a rehearsal's days begin: a Monday long enough ago that a whole study fits before today.
pub fn first_day() -> Date {
    Date::new(2024, 1, 8).expect("it is a day")
}

pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let protocol = crate::read(&args.protocol)?;
    let sign_off = match &args.sign_off {
        Some(path) => Some(crate::read(path)?),
        None => {
            beside(&args.protocol).filter(|path| path.exists()).map(|path| crate::read(&path)).transpose()?
        }
    };
    let ending = match args.stop_in_session {
        None => Ending::Unblinded,
        Some(minutes_after_dose) => {
            Ending::InADosingSession { randomised: (args.participants / 2).max(1), minutes_after_dose }
        }
    };
    let plan = Plan {
        participants: args.participants,
        sites: args.sites,
        seed: args.seed,
        start: first_day(),
        ending,
        outcomes: Outcomes::Drawn,
        allocation_seed: None,
    };
    let began = Instant::now();
    let (rehearsed, entries) = into_folder(&args.data, &Order { protocol, sign_off, plan })?;
    print_summary(&rehearsed, entries, began.elapsed());
    println!("folder      {}", args.data.display());
    Ok(ExitCode::SUCCESS)
}

/// `protocols/mapp2.rehearsal-signoff.toml` of `protocols/mapp2.toml`.
fn beside(protocol: &Path) -> Option<PathBuf> {
    let stem = protocol.file_stem()?.to_str()?;
    Some(protocol.with_file_name(format!("{stem}.rehearsal-signoff.toml")))
}

/// Rehearses into a new folder, with log-ins for this machine. Says how many entries the log has then.
pub fn into_folder(path: &Path, order: &Order) -> Result<(Rehearsed, u64), Failure> {
    order.plan.check().map_err(|why| Failure::user(why, ""))?;
    check_first(order)?;
    let (study, _) = protocol::parse("protocol", &order.protocol);
    let id = study.map(|study| study.id).unwrap_or_else(|| String::from("study"));
    let (folder, journal) = Folder::create(path, Manifest::new(&id, "rehearsal"))?;
    // Nothing is lost that could not be made again: a thousand commands a commit.
    journal.bulk(1000);
    let recorder: Recorder<Sqlite> = Recorder::open(journal)?;
    let bar = progress_bar(order.plan.participants);
    let rehearsed = rehearsal::rehearse(
        &recorder,
        &order.protocol,
        order.sign_off.as_deref(),
        &order.plan,
        &mut |progress| {
            // Half of the way is getting everybody randomised, half is seeing them through.
            bar.set_position(u64::from(progress.randomised + progress.finished));
            if progress.commands % 256 == 0 {
                bar.set_message(format!("{}, {} commands", &progress.at.iso()[..10], progress.commands));
            }
        },
    )?;
    bar.finish_and_clear();
    recorder.journal().flush()?;
    let accounts = folder.accounts()?;
    for (login, member) in people::log_ins(&rehearsed) {
        server::accounts::add(
            &accounts,
            &login,
            people::PASSWORD,
            &member.person,
            member.role,
            member.site.as_ref(),
        )
        .map_err(|why| Failure::Internal(why.to_string()))?;
    }
    let entries = recorder.journal().head()?.size;
    Ok((rehearsed, entries))
}

/// A protocol that cannot be rehearsed is told in full before a folder is made.
fn check_first(order: &Order) -> Result<(), Failure> {
    let sign_off = order.sign_off.as_deref().map(|text| ("sign-off", text));
    let (report, counts) =
        protocol::check_report("protocol", &order.protocol, sign_off, protocol::SignOffFor::Rehearsal);
    if counts.errors == 0 && counts.needs_sign_off == 0 {
        return Ok(());
    }
    eprint!("{report}");
    Err(Failure::user(
        "the protocol cannot be rehearsed as it is",
        "mend what is listed above, or name a sign-off file with `--sign-off`",
    ))
}

fn progress_bar(participants: u32) -> ProgressBar {
    let bar = ProgressBar::new(u64::from(participants) * 2);
    let style = ProgressStyle::with_template("rehearsing  {bar:32} {percent:>3} %  {msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─"));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

pub fn print_summary(rehearsed: &Rehearsed, entries: u64, took: Duration) {
    let referred = rehearsed.truth.len();
    let randomised = rehearsed.truth.iter().filter(|one| one.drawn.is_some()).count();
    let left = rehearsed
        .truth
        .iter()
        .filter(|one| one.drawn.as_ref().is_some_and(|(_, course)| course.leaving().is_some()))
        .count();
    println!("referred    {referred}");
    println!("randomised  {randomised}");
    println!("left early  {left}");
    println!("commands    {}", rehearsed.commands);
    println!("entries     {entries}, {} per randomised participant", entries / (randomised.max(1) as u64));
    println!("until       {}", &rehearsed.ended.iso()[..10]);
    println!("took        {:.1} s", took.as_secs_f64());
}
