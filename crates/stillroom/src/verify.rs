//! `stillroom verify` and `stillroom checkpoint`

use std::path::PathBuf;
use std::process::ExitCode;

use record::Journal;
use store::Folder;
use store::verify::CannotVerify;

use crate::failure::Failure;
use crate::read;

#[derive(clap::Args)]
pub struct Args {
    /// The study's folder
    folder: PathBuf,
    /// A checkpoint kept elsewhere, as `stillroom checkpoint` printed it
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

#[derive(clap::Args)]
pub struct CheckpointArgs {
    /// The study's folder
    folder: PathBuf,
}

/// 0 when nothing differs, 1 when something does.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let checkpoint = args.checkpoint.as_ref().map(read).transpose()?;
    let report = store::verify(&args.folder, checkpoint.as_deref()).map_err(|why| match why {
        CannotVerify::Folder(error) => error.into(),
        CannotVerify::Store(error) => error.into(),
        CannotVerify::Checkpoint(error) => {
            Failure::user(error, "give a checkpoint that `stillroom checkpoint` printed for this folder")
        }
    })?;
    println!("{report}");
    Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

pub fn checkpoint(args: &CheckpointArgs) -> Result<ExitCode, Failure> {
    let (folder, journal) = Folder::open(&args.folder)?;
    print!("{}", folder.checkpoint(journal.head()?)?);
    Ok(ExitCode::SUCCESS)
}
