//! The command line: what each command does stands in a file of its own.

mod check;
mod demo;
mod failure;
mod people;
mod readout;
mod rehearse;
mod serve;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// Runs MDMA-assisted therapy from one protocol file: rehearses it, runs it, reads it out.
#[derive(Parser)]
#[command(name = "stillroom", version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Checks a protocol file and says everything that is wrong with it at once
    Check(check::Args),
    /// Rehearses a whole study with virtual participants, into a new folder
    Rehearse(rehearse::Args),
    /// Writes the report and the tables of a locked and unblinded study
    Readout(readout::Args),
    /// Opens a study's folder in the browser
    Serve(serve::Args),
    /// Checks a study's log offline, alone or against a checkpoint kept elsewhere
    Verify(verify::Args),
    /// Prints a signed checkpoint of a study's log, to be kept elsewhere
    Checkpoint(verify::CheckpointArgs),
    /// Shows all of it: a finished study, one in the middle of its life, and the pages
    Demo(demo::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Check(args) => check::run(&args),
        Command::Rehearse(args) => rehearse::run(&args),
        Command::Readout(args) => readout::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Checkpoint(args) => verify::checkpoint(&args),
        Command::Demo(args) => demo::run(&args),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => failure.tell(),
    }
}

/// A file's text, or a failure that names it.
fn read(path: &PathBuf) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|source| {
        Failure::user(
            format!("`{}` cannot be read: {source}", path.display()),
            "check the path and its permissions",
        )
    })
}
