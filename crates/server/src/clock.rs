//! Clocks are handed in. A real study runs on the system's; a rehearsal's can be moved forward.

use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use terms::Timestamp;

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Puts the clock forward to `to`. A clock that cannot be moved stays as it is.
    fn put_forward(&self, to: Timestamp) {
        let _ = to;
    }
}

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Runs from where a rehearsal stands: the last instant on its record.
#[derive(Debug)]
pub struct RehearsalClock(Mutex<(Timestamp, Instant)>);

impl RehearsalClock {
    pub fn running_from(stands: Timestamp) -> Self {
        Self(Mutex::new((stands, Instant::now())))
    }
}

impl Clock for RehearsalClock {
    fn now(&self) -> Timestamp {
        let (stood, since) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = i64::try_from(since.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp(stood.0.saturating_add(passed))
    }

    fn put_forward(&self, to: Timestamp) {
        let now = self.now();
        let mut stands = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *stands = (to.max(now), Instant::now());
    }
}

/// Stands still until it is moved: for tests and for looking at one moment.
#[derive(Debug)]
pub struct StandingClock(Mutex<Timestamp>);

impl StandingClock {
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_forward(&self, to: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = to.max(*now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rehearsals_clock_runs_on_and_never_goes_back() {
        let clock = RehearsalClock::running_from(Timestamp(1_000_000));
        assert!(clock.now() >= Timestamp(1_000_000));
        clock.put_forward(Timestamp(5_000_000));
        assert!(clock.now() >= Timestamp(5_000_000));
        clock.put_forward(Timestamp(1));
        assert!(clock.now() >= Timestamp(5_000_000));
    }
}
