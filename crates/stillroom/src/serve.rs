//! `stillroom serve`

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use record::Role;
use server::pages::sign_in::DemoLogIn;
use server::{CannotServe, Serve};
use store::Folder;

use crate::failure::Failure;
use crate::people;

#[derive(clap::Args)]
pub struct Args {
    /// The study's folder
    folder: PathBuf,
    /// Address and port; with port 0 the system chooses one
    #[arg(long, default_value = "127.0.0.1:8765")]
    listen: SocketAddr,
    /// The pages are reached over TLS, through a proxy
    #[arg(long)]
    secure: bool,
    /// A name under which the server answers, with its port; may be given several times
    #[arg(long, value_name = "HOST:PORT")]
    host: Vec<String>,
}

pub fn run(args: &Args) -> Result<ExitCode, Failure> {
    let what = Serve { secure: args.secure, hosts: args.host.clone(), ..prepare(&args.folder, args.listen)? };
    serve(what, |address| println!("Stillroom is at http://{address}\nstop it with ctrl-C"))
}

/// What to serve, with the log-ins of a rehearsal listed for this machine alone.
pub fn prepare(folder: &Path, listen: SocketAddr) -> Result<Serve, Failure> {
    let demo = demo_log_ins(folder)?;
    if !demo.is_empty() && !listen.ip().is_loopback() {
        return Err(Failure::user(
            format!("a rehearsal's log-ins are known to everybody, and {listen} can be reached by others"),
            "serve a rehearsal on 127.0.0.1",
        ));
    }
    let published = rehearsal::person::published().rows.iter().filter(|row| !row.doubtful);
    let published = published.map(crate::readout::published_row).collect();
    Ok(Serve { demo, published, ..Serve::new(folder, listen) })
}

/// Serves until told to stop; `ready` is called once the pages can be reached.
pub fn serve(what: Serve, ready: impl FnOnce(SocketAddr)) -> Result<ExitCode, Failure> {
    server::run(what, ready).map_err(|why| match why {
        CannotServe::Folder(error) => error.into(),
        CannotServe::PortInUse(_) => Failure::user(why, "for example `--listen 127.0.0.1:0`"),
        CannotServe::NoStudy(_) => Failure::user(why, ""),
        other => Failure::Internal(other.to_string()),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The log-ins that a rehearsal listed when it was made; none for a real study.
fn demo_log_ins(folder: &Path) -> Result<Vec<DemoLogIn>, Failure> {
    let (folder, _journal) = Folder::open(folder)?;
    if folder.manifest().kind != "rehearsal" {
        return Ok(Vec::new());
    }
    let accounts = folder.accounts()?.all()?;
    let rank =
        |login: &str| people::ORDER.iter().position(|known| login == *known).unwrap_or(people::ORDER.len());
    let mut log_ins: Vec<(usize, DemoLogIn)> = accounts
        .into_iter()
        .filter_map(|account| {
            let role =
                Role::ALL.into_iter().find(|role| server::accounts::role_word(*role) == account.role)?;
            let place = rank(&account.login);
            let log_in = DemoLogIn {
                role: role.name().into(),
                sees: people::purpose(role).into(),
                site: account.site.unwrap_or_default(),
                person: account.login,
                password: people::PASSWORD.into(),
            };
            Some((place, log_in))
        })
        .collect();
    log_ins.sort_by(|one, other| (one.0, &one.1.person).cmp(&(other.0, &other.1.person)));
    Ok(log_ins.into_iter().map(|(_, log_in)| log_in).collect())
}
