//! A step: one command that somebody in the rehearsal sends at some time.

use terms::{CommandId, EntryId, PersonId, SiteId, Timestamp};

use record::{Act, Body, Command, Context, Role, StreamId};

use crate::staff::Member;
use crate::stream::Stream;

/// What is sent, by whom, when.
#[derive(Clone, Debug)]
pub struct Step {
    /// When it is sent; the queue runs in this order.
    pub at: Timestamp,
    /// When it happened, if that was earlier: a late entry.
    pub happened: Option<Timestamp>,
    pub person: PersonId,
    pub role: Role,
    pub site: Option<SiteId>,
    pub act: Act,
    pub reason: Option<String>,
    /// Names the step for ever: the command's id is made from it, so no id depends on what else happened.
    pub key: String,
}

impl Step {
    pub fn new(at: Timestamp, by: &Member, key: impl Into<String>, act: Act) -> Self {
        Self {
            at,
            happened: None,
            person: by.person.clone(),
            role: by.role,
            site: by.site.clone(),
            act,
            reason: None,
            key: key.into(),
        }
    }

    pub fn observe(
        at: Timestamp,
        by: &Member,
        key: impl Into<String>,
        stream: &StreamId,
        body: Body,
    ) -> Self {
        Self::new(at, by, key, Act::Observe { stream: stream.clone(), body })
    }

    pub fn late(mut self, happened: Timestamp) -> Self {
        self.happened = Some(happened);
        self
    }

    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    pub fn command(&self, seed: u64) -> Command {
        let mut command =
            Command::new(command_id(seed, &self.key), self.happened.unwrap_or(self.at), self.act.clone());
        command.reason.clone_from(&self.reason);
        command
    }

    /// Tablets are a little off, and one in two hundred by more than a minute.
    pub fn context(&self, seed: u64) -> Context {
        let mut draw = Stream::new(seed, &format!("device clock {}", self.key));
        let offset_ms = if draw.bernoulli(0.005) { 95_000 } else { (draw.normal() * 400.0).round() as i64 };
        Context {
            person: self.person.clone(),
            role: self.role,
            site: self.site.clone(),
            now: self.at,
            entered: Timestamp(self.at.0 + offset_ms),
            offset_ms,
        }
    }
}

pub fn command_id(seed: u64, key: &str) -> CommandId {
    record::recorder::command_id(&format!("rehearsal {seed} {key}"))
}

/// The id that the first entry of a step will have.
pub fn first_entry(seed: u64, key: &str) -> EntryId {
    record::decide::entry_id(command_id(seed, key), 0)
}
