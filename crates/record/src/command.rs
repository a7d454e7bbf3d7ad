//! What somebody asks of the record.

use std::collections::BTreeMap;

use terms::{
    CommandId, EntryId, InstrumentId, Micrograms, ParticipantId, PersonId, SessionId, SiteId, TaskId,
    Timestamp, VisitId,
};

use crate::body::{Body, DoseKind, Kind};
use crate::role::Role;
use crate::stream::StreamId;
use crate::world::Digest;

/// One request, under an id made by its sender. Sent twice, it answers the same receipt.
#[derive(Clone, Debug)]
pub struct Command {
    pub id: CommandId,
    /// When what it tells happened; for a permission, when it is asked.
    pub happened: Timestamp,
    pub act: Act,
    pub reason: Option<String>,
    /// What the sender was looking at, where that matters: permissions, signatures, locks. If it has
    /// changed since, the command comes back for confirmation.
    pub shown: Option<Digest>,
}

#[derive(Clone, Debug)]
pub enum Act {
    // ---- the study
    OpenStudy {
        kind: Kind,
        protocol_text: String,
        sign_off: Option<String>,
        administrator: PersonId,
        name: String,
    },
    GrantRole {
        person: PersonId,
        name: String,
        role: Role,
        site: Option<SiteId>,
    },
    EndRole {
        person: PersonId,
        role: Role,
        site: Option<SiteId>,
    },
    OpenSite {
        site: SiteId,
        name: String,
        zone: String,
    },
    /// Makes the list from `seed` (32 bytes of randomness) and seals it. `places` per site.
    SealAllocation {
        places: BTreeMap<SiteId, u32>,
        seed: [u8; 32],
    },
    MoveClock {
        to: Timestamp,
    },
    Lock,
    UnblindStudy,

    // ---- supply
    /// Kits packed for a site by the unblinded pharmacist: so many for each arm, numbered in an order that
    /// `seed` shuffles.
    Ship {
        site: SiteId,
        shipment: String,
        kits_per_arm: u32,
        first_number: u32,
        seed: [u8; 32],
        witness: PersonId,
    },
    Dispense {
        session: SessionId,
    },
    ReturnKit {
        session: SessionId,
        remaining: Micrograms,
        witness: PersonId,
    },
    CountStock {
        site: SiteId,
        counted: u32,
        witness: PersonId,
    },
    ResolveDiscrepancy {
        site: SiteId,
        discrepancy: EntryId,
        finding: String,
        witness: PersonId,
    },

    // ---- a participant
    /// A new participant, numbered by the site.
    Refer {
        site: SiteId,
        source: String,
        age_years: u32,
        sex_at_birth: String,
    },
    SignEligibility {
        participant: ParticipantId,
    },
    Randomise {
        participant: ParticipantId,
    },
    RequestRating {
        participant: ParticipantId,
        visit: VisitId,
        rater: PersonId,
        task: TaskId,
        due: Timestamp,
    },
    AnswerRating {
        participant: ParticipantId,
        task: TaskId,
        instrument: InstrumentId,
        answers: BTreeMap<String, i64>,
    },
    OpenSession {
        participant: ParticipantId,
        visit: VisitId,
        room: String,
    },
    PermitDose {
        session: SessionId,
        dose: DoseKind,
        mass: Micrograms,
    },
    GiveDose {
        session: SessionId,
        dose: DoseKind,
        mass: Micrograms,
        witness: PersonId,
    },
    CloseSession {
        session: SessionId,
    },

    /// Anything else that somebody observed. Which kinds these are, and who may chart them, stands in
    /// [`crate::decide::observe`].
    Observe {
        stream: StreamId,
        body: Body,
    },
    /// A new entry in place of `entry`, with the reason of the command; both stay visible.
    Correct {
        stream: StreamId,
        entry: EntryId,
        body: Body,
    },
}

/// Who sends a command, in which role, and the clocks.
#[derive(Clone, Debug)]
pub struct Context {
    pub person: PersonId,
    pub role: Role,
    /// The site at which the role is held.
    pub site: Option<SiteId>,
    /// The server's clock.
    pub now: Timestamp,
    /// The device's clock when it was entered, and its measured offset.
    pub entered: Timestamp,
    pub offset_ms: i64,
}

impl Context {
    /// Entered at the server itself.
    pub fn at(person: &PersonId, role: Role, site: Option<&SiteId>, now: Timestamp) -> Self {
        Self { person: person.clone(), role, site: site.cloned(), now, entered: now, offset_ms: 0 }
    }
}

impl Command {
    pub fn new(id: CommandId, happened: Timestamp, act: Act) -> Self {
        Self { id, happened, act, reason: None, shown: None }
    }

    /// The streams that deciding this reads. Every one of their versions goes into the append.
    pub fn reads(&self) -> Vec<StreamId> {
        use StreamId::*;
        let mut streams = vec![Study];
        match &self.act {
            Act::OpenStudy { .. } | Act::GrantRole { .. } | Act::EndRole { .. } | Act::MoveClock { .. } => {}
            Act::Lock | Act::UnblindStudy => {}
            Act::OpenSite { site, .. } => streams.push(Site(site.clone())),
            Act::SealAllocation { .. } => streams.push(Allocation),
            Act::Ship { site, .. } => streams.extend([Site(site.clone()), Supply(site.clone()), Allocation]),
            Act::CountStock { site, .. } | Act::ResolveDiscrepancy { site, .. } => {
                streams.push(Supply(site.clone()))
            }
            Act::Refer { site, .. } => streams.push(Site(site.clone())),
            Act::SignEligibility { participant }
            | Act::RequestRating { participant, .. }
            | Act::AnswerRating { participant, .. } => streams.push(Participant(participant.clone())),
            Act::Randomise { participant } => {
                let site = site_of(participant);
                streams.extend([
                    Participant(participant.clone()),
                    Site(site.clone()),
                    Supply(site),
                    Allocation,
                ]);
            }
            Act::OpenSession { participant, visit, .. } => streams.extend([
                Participant(participant.clone()),
                Session(crate::state::ParticipantState::session_id(participant, visit)),
            ]),
            Act::Dispense { session } => {
                let participant = participant_of(session);
                let site = site_of(&participant);
                streams.extend([
                    Session(session.clone()),
                    Participant(participant),
                    Supply(site),
                    Allocation,
                ]);
            }
            Act::CloseSession { session } => {
                streams.extend([Session(session.clone()), Participant(participant_of(session))]);
            }
            Act::PermitDose { session, .. }
            | Act::GiveDose { session, .. }
            | Act::ReturnKit { session, .. } => {
                let participant = participant_of(session);
                let site = site_of(&participant);
                streams.extend([Session(session.clone()), Participant(participant), Supply(site)]);
            }
            Act::Observe { stream, .. } | Act::Correct { stream, .. } => {
                streams.push(stream.clone());
                if let Session(session) = stream {
                    streams.push(Participant(participant_of(session)));
                }
            }
        }
        streams.dedup();
        streams
    }
}

/// `S01` of `S01-004`. A participant's id begins with that of their first site.
pub fn site_of(participant: &ParticipantId) -> SiteId {
    let text = participant.as_str();
    let site = text.rsplit_once('-').map_or(text, |(site, _)| site);
    SiteId::new(site).expect("the beginning of an id is an id")
}

/// `S01-004` of `S01-004.V5`.
pub fn participant_of(session: &SessionId) -> ParticipantId {
    let text = session.as_str();
    let participant = text.rsplit_once('.').map_or(text, |(participant, _)| participant);
    ParticipantId::new(participant).expect("the beginning of an id is an id")
}
