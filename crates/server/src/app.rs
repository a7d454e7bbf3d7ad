//! What every request shares: the record, the accounts, two clocks, and who waits for news.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use analysis::{Published, ReadOut};
use dataset::Dataset;
use record::{Act, Answer, Clearance, Command, Context};
use store::{Accounts, Folder};
use terms::Timestamp;
use tokio::sync::{Semaphore, watch};

use crate::accounts::{Signed, Strangers, TokenHash};
use crate::clock::Clock;
use crate::keeper::{Failed, Keeper};
use crate::pages::layout::Flash;
use crate::pages::log::Verified;
use crate::pages::sign_in::DemoLogIn;

/// What the one who starts the server decides.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The pages are reached over TLS: cookies say so.
    pub secure: bool,
    /// Names under which the server answers, with port. Empty: any name, for a server behind a proxy that checks.
    pub hosts: Vec<String>,
    /// Log-ins to list on the sign-in page of a rehearsal.
    pub demo: Vec<DemoLogIn>,
    /// The data folder, for verifying the stored log. `None`: the log cannot be verified from the pages.
    pub folder: Option<Arc<Folder>>,
    /// Published figures to show beside those of this study.
    pub published: Vec<Published>,
    /// Tells the cookies of two servers on one machine apart, such as the port.
    pub cookie_suffix: String,
}

/// Shared by all requests; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    record: Arc<dyn Keeper>,
    accounts: Accounts,
    /// The study's clock; in a rehearsal it may be moved.
    clock: Arc<dyn Clock>,
    /// The machine's clock, by which sign-ins expire.
    wall: Arc<dyn Clock>,
    settings: Settings,
    /// One writer at a time, so that `recorded` never goes back; holds the last instant that was given out.
    turn: Mutex<Timestamp>,
    strangers: Strangers,
    flashes: Mutex<HashMap<TokenHash, Flash>>,
    verified: Mutex<Option<(Verified, Timestamp)>>,
    read_out: Mutex<Option<Arc<ReadOutKept>>>,
    news: watch::Sender<u64>,
    stop: watch::Sender<bool>,
    /// Hashing a password takes 19 MiB; this many at once.
    hashing: Arc<Semaphore>,
}

/// A read-out that need not be made again while the log does not grow.
pub struct ReadOutKept {
    pub size: u64,
    pub clearance: Clearance,
    pub dataset: Dataset,
    pub read_out: ReadOut,
}

impl App {
    /// # Errors
    /// The storage failed while the last entry was looked up.
    pub fn new(
        record: Arc<dyn Keeper>,
        accounts: Accounts,
        clock: Arc<dyn Clock>,
        wall: Arc<dyn Clock>,
        settings: Settings,
    ) -> Result<Self, Failed> {
        let last = last_recorded(&*record)?;
        Ok(Self(Arc::new(Inner {
            record,
            accounts,
            clock,
            wall,
            settings,
            turn: Mutex::new(last),
            strangers: Strangers::default(),
            flashes: Mutex::default(),
            verified: Mutex::default(),
            read_out: Mutex::default(),
            news: watch::Sender::new(0),
            stop: watch::Sender::new(false),
            hashing: Arc::new(Semaphore::new(2)),
        })))
    }

    pub fn record(&self) -> &dyn Keeper {
        &*self.0.record
    }

    pub fn accounts(&self) -> &Accounts {
        &self.0.accounts
    }

    pub fn strangers(&self) -> &Strangers {
        &self.0.strangers
    }

    /// The cookie that holds the token of a sign-in.
    pub fn cookie_name(&self) -> String {
        format!("stillroom{}", self.0.settings.cookie_suffix)
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub fn wall(&self) -> Timestamp {
        self.0.wall.now()
    }

    pub fn hashing(&self) -> Arc<Semaphore> {
        Arc::clone(&self.0.hashing)
    }

    /// The study's time: never before what is on the record.
    pub fn now(&self) -> Timestamp {
        let last = *self.0.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.clock.now().max(last)
    }

    pub fn put_clock_forward(&self, to: Timestamp) {
        self.0.clock.put_forward(to);
        self.tell();
    }

    /// Sends `commands` one after the other, as one turn: nobody else writes in between. Stops at the first
    /// that is refused; what was recorded before it stays.
    pub fn submit(&self, who: &Signed, commands: &[Command]) -> Result<Vec<Answer>, Failed> {
        let mut last = self.0.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answers = Vec::new();
        for command in commands {
            let now = self.0.clock.now().max(*last);
            let context = Context::at(&who.person, who.role, who.site.as_ref(), now);
            let answer = self.0.record.submit(command, &context)?;
            let refused = matches!(answer, Answer::Refused(_));
            if let (Answer::Recorded(_), Act::MoveClock { to }) = (&answer, &command.act) {
                self.0.clock.put_forward(*to);
                *last = (*to).max(now);
            } else if matches!(answer, Answer::Recorded(_)) {
                *last = now;
            }
            answers.push(answer);
            if refused {
                break;
            }
        }
        drop(last);
        self.tell();
        Ok(answers)
    }

    fn tell(&self) {
        self.0.news.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Wakes whenever something was recorded.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.0.news.subscribe()
    }

    /// Turns to `true` when the server shuts down.
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.0.stop.subscribe()
    }

    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    pub fn keep_flash(&self, of: &TokenHash, flash: Flash) {
        self.0.flashes.lock().unwrap_or_else(PoisonError::into_inner).insert(*of, flash);
    }

    pub fn take_flash(&self, of: &TokenHash) -> Option<Flash> {
        self.0.flashes.lock().unwrap_or_else(PoisonError::into_inner).remove(of)
    }

    pub fn keep_verified(&self, said: Verified, at: Timestamp) {
        *self.0.verified.lock().unwrap_or_else(PoisonError::into_inner) = Some((said, at));
    }

    pub fn keep_read_out(&self, kept: Arc<ReadOutKept>) {
        *self.0.read_out.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept);
    }

    /// The read-out made last, if it was made of a log of `size` entries under this clearance.
    pub fn read_out(&self, size: u64, clearance: &Clearance) -> Option<Arc<ReadOutKept>> {
        let kept = self.0.read_out.lock().unwrap_or_else(PoisonError::into_inner).clone();
        kept.filter(|kept| kept.size == size && kept.clearance == *clearance)
    }

    pub fn verified(&self) -> Option<(Verified, Timestamp)> {
        self.0.verified.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The instant of the last entry, or where a rehearsal's clock was last put, whichever is later.
///
/// # Errors
/// The storage failed.
pub fn last_recorded(record: &dyn Keeper) -> Result<Timestamp, Failed> {
    let size = record.head()?.size;
    let last = record.log(size.saturating_sub(1), 1)?;
    let moved = record.announcements().study().clock.unwrap_or_default();
    Ok(match last.first() {
        Some(stored) => record::Entry::from_bytes(stored.id, &stored.bytes)?.recorded.max(moved),
        None => moved,
    })
}
