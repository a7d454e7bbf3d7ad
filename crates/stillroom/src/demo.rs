//! `stillroom demo`: a finished study, one in the middle of its life, and the pages.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use record::Recorder;
use rehearsal::{Ending, Outcomes, Plan};
use store::Folder;

use crate::failure::Failure;
use crate::{readout, rehearse, serve};

#[derive(clap::Args)]
pub struct Args {
    /// A new folder for both studies; by default one under the system's temporary folder
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Address and port; with port 0 the system chooses one
    #[arg(long, default_value = "127.0.0.1:8765")]
    listen: SocketAddr,
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Do everything but the pages
    #[arg(long)]
    no_serve: bool,
}

pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let folder = match &args.data {
        Some(folder) => folder.clone(),
        None => fresh()?,
    };
    let (finished, running) = (folder.join("finished"), folder.join("running"));
    println!("1. A finished MAPP2: 104 virtual participants at 13 sites, seed {}\n", args.seed);
    rehearse_finished(&finished, args.seed)?;
    println!("\n2. A study in the middle of its life: somebody is in a dosing session now\n");
    rehearse_running(&running, args.seed)?;
    if args.no_serve {
        println!("\nboth studies lie in {}", folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    println!("\n3. The pages of the second study\n");
    let what = serve::prepare(&running, args.listen)?;
    let log_ins = what.demo.clone();
    serve::serve(what, |address| {
        println!("   http://{address}\n");
        println!("   {:<24}{:<12}who", "log in as", "password");
        for log_in in &log_ins {
            println!("   {:<24}{:<12}{}: {}", log_in.person, log_in.password, log_in.role, log_in.sees);
        }
        println!("\n   the finished study: stillroom serve {}", finished.display());
        println!("   stop with ctrl-C");
    })
}

fn rehearse_finished(folder: &Path, seed: u64) -> Result<(), Failure> {
    let began = Instant::now();
    let plan = plan(104, 13, seed, Ending::Unblinded);
    let (rehearsed, entries) = rehearse::into_folder(folder, &order(plan)?)?;
    rehearse::print_summary(&rehearsed, entries, began.elapsed());
    let verified = Instant::now();
    let report = store::verify(folder, None).map_err(|why| Failure::Internal(why.to_string()))?;
    println!("\n{report}\ntook     {:.2} s\n", verified.elapsed().as_secs_f64());
    let read = Instant::now();
    let (open, journal) = Folder::open(folder)?;
    let recorder = Recorder::open(journal)?;
    let out = folder.join("readout");
    let (read_out, tables) = readout::write(&recorder, &out)?;
    drop(open);
    readout::print_result(&read_out);
    println!();
    readout::print_comparison(&read_out);
    println!("\nreport   {}", out.join("report.html").display());
    println!("tables   {tables} CSV files beside it");
    println!("took     {:.2} s", read.elapsed().as_secs_f64());
    Ok(())
}

fn rehearse_running(folder: &Path, seed: u64) -> Result<(), Failure> {
    let began = Instant::now();
    // Seventy minutes after the dose: the window of the supplement opens twenty minutes later.
    let ending = Ending::InADosingSession { randomised: 9, minutes_after_dose: 70 };
    let (rehearsed, entries) = rehearse::into_folder(folder, &order(plan(16, 2, seed, ending))?)?;
    rehearse::print_summary(&rehearsed, entries, began.elapsed());
    Ok(())
}

fn plan(participants: u32, sites: u32, seed: u64, ending: Ending) -> Plan {
    Plan {
        participants,
        sites,
        seed,
        start: rehearse::first_day(),
        ending,
        outcomes: Outcomes::Drawn,
        allocation_seed: None,
    }
}

/// The protocol in the binary: the demo needs no file.
fn order(plan: Plan) -> Result<rehearse::Order, Failure> {
    let built_in =
        protocol::built_in("mapp2").ok_or_else(|| Failure::Internal("the binary holds no `mapp2`".into()))?;
    Ok(rehearse::Order { protocol: built_in.text.into(), sign_off: Some(built_in.sign_off.into()), plan })
}

/// A folder that nobody has used: the first free number.
fn fresh() -> Result<PathBuf, Failure> {
    let base = std::env::temp_dir();
    (1..1000)
        .map(|number| base.join(format!("stillroom-demo-{number}")))
        .find(|folder| !folder.exists())
        .ok_or_else(|| {
            Failure::user(
                format!("a thousand demos lie in `{}`", base.display()),
                "remove some, or name a folder with `--data`",
            )
        })
}
