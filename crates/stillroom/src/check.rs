//! `stillroom check`

use std::path::PathBuf;
use std::process::ExitCode;

use protocol::SignOffFor;

use crate::failure::Failure;
use crate::read;

#[derive(clap::Args)]
pub struct Args {
    /// The protocol file
    file: PathBuf,
    /// A sign-off file that supplies what needs a person's signature
    #[arg(long, value_name = "FILE")]
    sign_off: Option<PathBuf>,
    /// Check it for a real study: sign-offs that are for rehearsal only are refused
    #[arg(long)]
    real: bool,
}

/// 0 when the protocol can be used as it is, 1 when not.
pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let text = read(&args.file)?;
    let sign_off = args.sign_off.as_ref().map(|path| read(path).map(|text| (path, text))).transpose()?;
    let name = args.file.display().to_string();
    let sign_off_name = sign_off.as_ref().map(|(path, _)| path.display().to_string()).unwrap_or_default();
    let sign_off = sign_off.as_ref().map(|(_, text)| (sign_off_name.as_str(), text.as_str()));
    let kind = if args.real { SignOffFor::Real } else { SignOffFor::Rehearsal };
    let (report, counts) = protocol::check_report(&name, &text, sign_off, kind);
    print!("{report}");
    let usable = counts.errors == 0 && counts.needs_sign_off == 0;
    Ok(if usable { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
