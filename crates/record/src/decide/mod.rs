//! `decide`: what a command would put on the record now, or why it may not. Pure.
//!
//! Every decision has two halves. The first asks whether it may be, and looks only at what the sender sees.
//! The second says what is written, and may look at everything: which kit holds the drawn arm, which rule was
//! broken. Observations have no first half beyond "is this role's business": what happened, happened.

mod enrol;
pub mod observe;
mod rating;
mod session;
mod study;
mod supply;

pub use session::is_past;

use std::sync::Arc;

use protocol::Study;
use sha2::{Digest as _, Sha256};
use terms::{CommandId, EntryId, ParticipantId, PersonId, SiteId, Timestamp};

use crate::body::Body;
use crate::command::{Act, Command, Context, site_of};
use crate::entry::Entry;
use crate::refusal::Refusal;
use crate::role::{Labels, Role};
use crate::state::{ParticipantState, StudyState};
use crate::stream::StreamId;
use crate::world::World;

/// What `command` would put on the record now, or why it may not. Changes nothing.
///
/// `world` holds every stream named by [`Command::reads`].
pub fn decide(world: &World, command: &Command, context: &Context) -> Result<Vec<Entry>, Refusal> {
    let case = Case { world, command, context };
    case.is_open_to()?;
    let drafts = match &command.act {
        Act::OpenStudy { .. }
        | Act::GrantRole { .. }
        | Act::EndRole { .. }
        | Act::OpenSite { .. }
        | Act::SealAllocation { .. }
        | Act::MoveClock { .. }
        | Act::Lock
        | Act::UnblindStudy => study::decide(&case),
        Act::Ship { .. }
        | Act::Dispense { .. }
        | Act::ReturnKit { .. }
        | Act::CountStock { .. }
        | Act::ResolveDiscrepancy { .. } => supply::decide(&case),
        Act::Refer { .. } | Act::SignEligibility { .. } | Act::Randomise { .. } => enrol::decide(&case),
        Act::RequestRating { .. } | Act::AnswerRating { .. } => rating::decide(&case),
        Act::OpenSession { .. }
        | Act::PermitDose { .. }
        | Act::GiveDose { .. }
        | Act::CloseSession { .. } => session::decide(&case),
        Act::Observe { .. } | Act::Correct { .. } => observe::decide(&case),
    }?;
    Ok(case.entries(drafts))
}

/// An entry before it has its id and its three times.
pub(crate) struct Draft {
    stream: StreamId,
    body: Body,
    site: Option<SiteId>,
    addressed_to: Option<PersonId>,
    corrects: Option<EntryId>,
    more_labels: Labels,
}

impl Draft {
    pub(crate) fn new(stream: StreamId, body: Body) -> Self {
        let site = match &stream {
            StreamId::Study | StreamId::Allocation | StreamId::Access => None,
            StreamId::Site(site) | StreamId::Supply(site) => Some(site.clone()),
            StreamId::Participant(participant) => Some(site_of(participant)),
            StreamId::Session(session) => Some(site_of(&crate::command::participant_of(session))),
        };
        Self { stream, body, site, addressed_to: None, corrects: None, more_labels: Labels::NONE }
    }

    pub(crate) fn to(mut self, person: &PersonId) -> Self {
        self.addressed_to = Some(person.clone());
        self
    }

    pub(crate) fn labelled(mut self, labels: Labels) -> Self {
        self.more_labels = labels;
        self
    }

    pub(crate) fn in_place_of(mut self, entry: EntryId) -> Self {
        self.corrects = Some(entry);
        self
    }
}

/// One command before the record.
pub(crate) struct Case<'a> {
    pub world: &'a World,
    pub command: &'a Command,
    pub context: &'a Context,
}

impl Case<'_> {
    /// The conditions that every command meets: an open study, a role that is held, no lock, nothing changed
    /// behind the sender's back.
    fn is_open_to(&self) -> Result<(), Refusal> {
        let study = self.seen_study();
        if study.opened.is_none() {
            return match &self.command.act {
                Act::OpenStudy { .. } => Ok(()),
                _ => Err(Refusal::new(
                    "R0001",
                    "there is no study here yet",
                    "the record",
                    "open a study first",
                )),
            };
        }
        let Context { person, role, site, .. } = self.context;
        if !study.holds(person, *role, site.as_ref()) {
            let at = site.as_ref().map(|site| format!(" at {site}")).unwrap_or_default();
            let what = format!("`{person}` does not hold the role {role}{at}");
            return Err(Refusal::new(
                "R0100",
                what,
                "the roles granted in this study",
                "ask an administrator for the role",
            ));
        }
        if let Some(locked) = &study.locked {
            let after_lock =
                matches!(self.command.act, Act::UnblindStudy | Act::GrantRole { .. } | Act::EndRole { .. });
            if !after_lock && !matches!(self.command.act, Act::Lock) {
                return Err(Refusal::new(
                    "R0105",
                    "the database is locked",
                    "the lock",
                    "ask the data manager",
                )
                .because("locked", Some(locked.entry)));
            }
        }
        match self.command.shown {
            Some(shown) if shown != self.world.seen.digest() => Err(Refusal::new(
                "R0104",
                "something changed since you looked",
                "what is signed or permitted must be what was shown",
                "look again, and confirm",
            )),
            _ => Ok(()),
        }
    }

    pub(crate) fn seen_study(&self) -> &StudyState {
        self.world.seen.study().expect("every command reads the study")
    }

    pub(crate) fn protocol(&self) -> &Arc<Study> {
        self.world.protocol.as_ref().expect("an open study has a protocol")
    }

    pub(crate) fn happened(&self) -> Timestamp {
        self.command.happened
    }

    pub(crate) fn needs_role(&self, roles: &[Role], to: &str) -> Result<(), Refusal> {
        if roles.contains(&self.context.role) {
            return Ok(());
        }
        let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
        Err(Refusal::new(
            "R0101",
            format!("a person acting as {} may not {to}", self.context.role),
            "the division of roles",
            format!("ask a person acting as {}", names.join(" or ")),
        ))
    }

    /// Roles of a site act at their site only.
    pub(crate) fn needs_site(&self, site: &SiteId) -> Result<(), Refusal> {
        match &self.context.site {
            Some(own) if own != site => Err(Refusal::new(
                "R0102",
                format!("this belongs to site {site}, and you act at {own}"),
                "the division of sites",
                format!("ask somebody of {site}"),
            )),
            _ => Ok(()),
        }
    }

    /// The participant as the sender sees them; refused if there is none.
    pub(crate) fn seen_participant(&self, participant: &ParticipantId) -> Result<&ParticipantState, Refusal> {
        self.needs_site(&site_of(participant))?;
        self.world
            .seen
            .participant(participant)
            .filter(|seen| seen.referred.is_some() || self.context.role == Role::IndependentRater)
            .ok_or_else(|| {
                Refusal::new(
                    "R0103",
                    format!("there is no participant `{participant}` here"),
                    "the record",
                    "check the number, or refer a new participant",
                )
            })
    }

    fn entries(&self, drafts: Vec<Draft>) -> Vec<Entry> {
        let context = self.context;
        let version = match (&self.world.protocol, &self.command.act) {
            (Some(protocol), _) => protocol.version.clone(),
            (None, _) => String::from("none"),
        };
        drafts
            .into_iter()
            .enumerate()
            .map(|(place, draft)| Entry {
                id: entry_id(self.command.id, place),
                stream: draft.stream,
                command: self.command.id,
                author: context.person.clone(),
                role: context.role,
                site: draft.site,
                protocol: version.clone(),
                happened: self.command.happened,
                entered: context.entered,
                offset_ms: context.offset_ms,
                recorded: context.now,
                labels: draft.body.labels().and(draft.more_labels),
                addressed_to: draft.addressed_to,
                corrects: draft.corrects,
                reason: self.command.reason.clone(),
                body: draft.body,
            })
            .collect()
    }
}

/// The id of the entry at `place` of a command: without meaning to a reader, and the same when decided again.
pub fn entry_id(command: CommandId, place: usize) -> EntryId {
    let mut hash = Sha256::new();
    hash.update(b"stillroom entry");
    hash.update(command.0.to_be_bytes());
    hash.update((place as u64).to_be_bytes());
    let digest = hash.finalize();
    let mut first = [0u8; 16];
    first.copy_from_slice(&digest[..16]);
    EntryId(u128::from_be_bytes(first))
}

pub(crate) const DEVIATIONS_ARE_FOUND_BY_RULE: Labels = Labels::TREATMENT_REVEALING;

/// A deviation found by rule, in the stream of what caused it and with its labels.
pub(crate) fn deviation(
    case: &Case<'_>,
    stream: StreamId,
    rule: &str,
    found: String,
    cause_place: usize,
) -> Draft {
    let causes = vec![entry_id(case.command.id, cause_place)];
    Draft::new(stream, Body::Deviation { rule: rule.into(), found, causes })
        .labelled(DEVIATIONS_ARE_FOUND_BY_RULE)
}
