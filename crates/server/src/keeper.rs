//! The record as pages use it, whatever it is stored in: [`Recorder`] without its type parameter.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use protocol::Study;
use record::journal::{Head, Stored};
use record::{Answer, Clearance, Command, Context, Journal, Recorder, Role, View};
use terms::{PersonId, SiteId};

/// What pages ask of the record. Calls may block.
pub trait Keeper: Send + Sync {
    fn submit(&self, command: &Command, context: &Context) -> Result<Answer, Failed>;

    /// What `person` sees in `role` at `site` now; `None` when they do not hold that role.
    fn view(&self, person: &PersonId, role: Role, site: Option<&SiteId>) -> Option<View<'_>>;

    /// The study's own announcements, which everybody sees: name, kind, clock.
    fn announcements(&self) -> View<'_>;

    fn protocol(&self) -> Option<Arc<Study>>;

    /// For those cleared for the whole log only.
    fn head(&self) -> Result<Head, Failed>;

    /// For those cleared for the whole log only.
    fn log(&self, position: u64, limit: usize) -> Result<Vec<Stored>, Failed>;
}

/// The storage failed; nothing was half-written.
pub struct Failed(pub Box<dyn Error + Send + Sync>);

impl<E: Error + Send + Sync + 'static> From<E> for Failed {
    fn from(error: E) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<J: Journal> Keeper for Recorder<J> {
    fn submit(&self, command: &Command, context: &Context) -> Result<Answer, Failed> {
        Ok(Recorder::submit(self, command, context)?)
    }

    fn view(&self, person: &PersonId, role: Role, site: Option<&SiteId>) -> Option<View<'_>> {
        Recorder::view(self, person, role, site)
    }

    fn announcements(&self) -> View<'_> {
        self.view_under(Clearance { reach: record::Reach::Announcements, labels: record::Labels::NONE })
    }

    fn protocol(&self) -> Option<Arc<Study>> {
        Recorder::protocol(self)
    }

    fn head(&self) -> Result<Head, Failed> {
        Ok(self.journal().head()?)
    }

    fn log(&self, position: u64, limit: usize) -> Result<Vec<Stored>, Failed> {
        Ok(self.journal().log(position, limit)?)
    }
}
