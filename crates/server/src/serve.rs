//! Starting and stopping: the folder, the record, the clock, the port.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use analysis::Published;
use record::Recorder;
use store::{Folder, FolderError};
use tokio::net::TcpListener;

use crate::app::{App, Settings, last_recorded};
use crate::clock::{Clock, RehearsalClock, SystemClock};
use crate::keeper::{Failed, Keeper};
use crate::pages::sign_in::DemoLogIn;
use crate::router::router;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub struct Serve {
    pub folder: PathBuf,
    /// With port 0 the system chooses one.
    pub listen: SocketAddr,
    /// The pages are reached over TLS, through a proxy.
    pub secure: bool,
    /// Names under which the server answers, each with its port. Empty: its own, if it listens on loopback.
    pub hosts: Vec<String>,
    /// Log-ins to list on the sign-in page. Only a rehearsal lists them.
    pub demo: Vec<DemoLogIn>,
    /// Published figures to show beside the read-out.
    pub published: Vec<Published>,
}

impl Serve {
    pub fn new(folder: impl Into<PathBuf>, listen: SocketAddr) -> Self {
        Self {
            folder: folder.into(),
            listen,
            secure: false,
            hosts: Vec::new(),
            demo: Vec::new(),
            published: Vec::new(),
        }
    }
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum CannotServe {
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("the record cannot be read: {0}")]
    Record(Failed),
    #[error("`{}` holds no study yet; open one first, for example with `stillroom rehearse`", .0.display())]
    NoStudy(PathBuf),
    #[error("port {} on {} is in use; stop what uses it, or name another port", .0.port(), .0.ip())]
    PortInUse(SocketAddr),
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("the server stopped: {0}")]
    Stopped(std::io::Error),
}

/// Opens the folder and serves it until the process is told to stop (ctrl-C or SIGTERM). `ready` is called once
/// the port is open, with its address.
///
/// # Errors
/// Before anything is served, and when the system takes the port away.
pub fn run(serve_what: Serve, ready: impl FnOnce(SocketAddr)) -> Result<(), CannotServe> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CannotServe::Stopped)?;
    runtime.block_on(async {
        let address = serve_what.listen;
        // The port comes first: a record that cannot be reached need not be read.
        let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
            std::io::ErrorKind::AddrInUse => CannotServe::PortInUse(address),
            _ => CannotServe::Listen { address, source },
        })?;
        let address = listener.local_addr().map_err(|source| CannotServe::Listen { address, source })?;
        let app = tokio::task::block_in_place(|| open(serve_what, address))?;
        ready(address);
        serve(app, listener, told_to_stop()).await.map_err(CannotServe::Stopped)
    })
}

/// The record of a folder, with the clock of its kind.
fn open(what: Serve, address: SocketAddr) -> Result<App, CannotServe> {
    let (folder, journal) = Folder::open(&what.folder)?;
    let accounts = folder.accounts().map_err(FolderError::from)?;
    let recorder = Recorder::open(journal).map_err(|why| CannotServe::Record(why.into()))?;
    let study = recorder.announcements().study();
    if study.opened.is_none() || Keeper::protocol(&recorder).is_none() {
        return Err(CannotServe::NoStudy(what.folder));
    }
    let rehearsal = study.is_rehearsal();
    let clock: Arc<dyn Clock> = if rehearsal {
        Arc::new(RehearsalClock::running_from(last_recorded(&recorder).map_err(CannotServe::Record)?))
    } else {
        Arc::new(SystemClock)
    };
    let settings = Settings {
        secure: what.secure,
        hosts: if what.hosts.is_empty() { own_names(address) } else { what.hosts },
        demo: if rehearsal { what.demo } else { Vec::new() },
        folder: Some(Arc::new(folder)),
        published: what.published,
        cookie_suffix: format!("-{}", address.port()),
    };
    App::new(Arc::new(recorder), accounts, clock, Arc::new(SystemClock), settings)
        .map_err(CannotServe::Record)
}

/// On loopback only the names of loopback lead here. Elsewhere the names are not known.
pub fn own_names(address: SocketAddr) -> Vec<String> {
    if !address.ip().is_loopback() {
        return Vec::new();
    }
    let port = address.port();
    vec![
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
        address.to_string(),
    ]
}

/// Serves until `stop` is done; then lets requests end, and ends every stream of events.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let stopping = app.clone();
    axum::serve(listener, router(app))
        .with_graceful_shutdown(async move {
            stop.await;
            stopping.stop();
        })
        .await
}

async fn told_to_stop() {
    let interrupted = async {
        // Without a handler for it, only the process' end stops the server.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminated = async {
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => {
                    terminate.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! { () = interrupted => {}, () = terminated => {} }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
