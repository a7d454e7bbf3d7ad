//! `/sessions/{session}`: one session in the room, and what is charted in it.
//!
//! [`Room`] is the session as its reader sees it; [`page`] fills the page from it, [`charting`] and [`doses`]
//! take the forms.

pub mod chart;
pub mod charting;
pub mod doses;
pub mod forms;
pub mod moments;
pub mod page;

use protocol::study::{DoseRegimen, SessionKind as Planned};
use record::body::SessionKind;
use record::command::{participant_of, site_of};
use record::state::SessionState;
use record::{Act, Body, Command, StreamId};
use terms::{ParticipantId, SessionId, SiteId, Timestamp, Zone};

use crate::desk::{Desk, Outcome, Stop};
use crate::pages::Html;
use crate::pages::session_forms::SessionForms;
use crate::posted::{Posted, Span};
use crate::request::{Asked, Reply};
use crate::rooms;

/// One session with what its reader sees of it.
pub struct Room<'a> {
    pub desk: &'a Desk<'a>,
    pub id: SessionId,
    pub seen: Box<SessionState>,
    pub participant: ParticipantId,
    pub site: SiteId,
    pub zone: Zone,
    pub kind: SessionKind,
    pub number: u32,
    pub opened: Timestamp,
}

impl<'a> Room<'a> {
    pub fn of_address(desk: &'a Desk<'a>, asked: &Asked) -> Result<Self, Stop> {
        if !rooms::sessions(desk.who.role) {
            return Err(Stop::NotYours);
        }
        let id = SessionId::new(asked.param("session")).map_err(|_| Stop::NotFound)?;
        if !id.as_str().contains('.') {
            return Err(Stop::NotFound);
        }
        let seen = desk.view.session(&id);
        let (kind, number, opened) = match &seen.opened {
            Some(opened) => (opened.value.0, opened.value.1, opened.happened),
            None => return Err(Stop::NotFound),
        };
        let participant = participant_of(&id);
        let site = site_of(&participant);
        let zone = desk.zone_of(&site);
        Ok(Self { desk, id, seen, participant, site, zone, kind, number, opened })
    }

    pub fn planned(&self) -> &Planned {
        let sessions = &self.desk.protocol.sessions;
        match self.kind {
            SessionKind::Preparation => &sessions.preparation,
            SessionKind::Dosing => &sessions.dosing,
            SessionKind::Integration => &sessions.integration,
        }
    }

    pub fn regimen(&self) -> Option<&DoseRegimen> {
        self.desk.protocol.regimen(self.number)
    }

    pub fn is_dosing(&self) -> bool {
        self.kind == SessionKind::Dosing
    }

    pub fn stream(&self) -> StreamId {
        StreamId::Session(self.id.clone())
    }

    pub fn address(&self, rest: &str) -> String {
        format!("/sessions/{}/{rest}", self.id)
    }

    /// When what is charted here may have happened: a little before it was opened, and until it was closed.
    pub fn span(&self) -> Span {
        let until =
            self.seen.closed.as_ref().map_or(self.desk.now, |closed| closed.happened.plus_minutes(180));
        Span { from: self.opened.plus_minutes(-180), until }
    }

    pub fn time(&self, posted: &mut Posted, field: &str, what: &str) -> Option<Timestamp> {
        posted.in_session(field, what, self.span(), self.desk.now, &self.zone)
    }

    /// An observation in this session.
    pub fn observe(&self, posted: &Posted, part: &str, happened: Timestamp, body: Body) -> Command {
        Command::new(posted.command(part), happened, Act::Observe { stream: self.stream(), body })
    }

    /// The page again, with one of its forms as it was sent.
    fn again(&self, put: impl FnOnce(&mut SessionForms)) -> Html {
        let mut page = page::page(self);
        put(&mut page.forms);
        page.render(&self.desk.shell())
    }

    fn faulty(&self, put: impl FnOnce(&mut SessionForms)) -> Outcome {
        Ok(Reply::faulty(self.again(put)))
    }

    fn done(&self, text: impl Into<String>, entry: Option<terms::EntryId>) -> Outcome {
        self.desk.done(format!("/sessions/{}", self.id), text, entry)
    }
}

pub fn show(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    let room = Room::of_address(desk, asked)?;
    desk.page(page::page(&room).render(&desk.shell()))
}
