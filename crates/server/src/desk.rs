//! A desk: one signed-in person's request, with what they see and what they may send.
//!
//! Handlers get nothing but a desk and what was asked. All that a page shows comes from [`Desk::view`].

use std::sync::Arc;

use protocol::Study;
use record::state::StudyState;
use record::world::Digest;
use record::{Act, Answer, Command, Context, Receipt, Refusal, Role, StreamId, View};
use terms::{CommandId, EntryId, ParticipantId, PersonId, SiteId, Timestamp, Zone};

use crate::accounts::Signed;
use crate::app::App;
use crate::keeper::Failed;
use crate::pages::layout::{Flash, RecordKind, SignedIn, StudyClock, Theme};
use crate::pages::marks::Tone;
use crate::pages::{Form, Html, Link, Shell};
use crate::posted::Posted;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::words;

/// Why a handler gave no reply of its own.
#[derive(Debug)]
pub enum Stop {
    /// With how many entries of the same form were recorded before it.
    Refused(Box<Refusal>, usize),
    /// Nothing here, or nothing that this reader may see.
    NotFound,
    /// A page of other roles. Said without looking at the record.
    NotYours,
    /// The role is not held any more.
    SignedOut,
    Failed(Failed),
}

impl From<Failed> for Stop {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

pub type Outcome = Result<Reply, Stop>;

pub struct Desk<'a> {
    pub app: &'a App,
    pub who: &'a Signed,
    pub view: View<'a>,
    pub study: Box<StudyState>,
    pub protocol: Arc<Study>,
    pub now: Timestamp,
    /// Of the person's site; UTC for those who work for the study as a whole.
    pub zone: Zone,
    theme: Option<Theme>,
    here: String,
    flash: Option<Flash>,
}

impl<'a> Desk<'a> {
    pub fn open(app: &'a App, who: &'a Signed, asked: &Asked) -> Result<Self, Stop> {
        let view = app.record().view(&who.person, who.role, who.site.as_ref()).ok_or(Stop::SignedOut)?;
        let protocol = view.protocol().ok_or(Stop::NotFound)?;
        let zone = who.site.as_ref().map_or_else(Zone::utc, |site| zone_of(&view, site));
        let flash = if asked.takes_flash { app.take_flash(&who.token) } else { None };
        Ok(Self {
            app,
            who,
            study: view.study(),
            view,
            protocol,
            now: app.now(),
            zone,
            theme: asked.theme,
            here: asked.path.clone(),
            flash,
        })
    }

    pub fn shell(&self) -> Shell {
        let clock = self
            .study
            .is_rehearsal()
            .then(|| StudyClock { text: self.moment(self.now), move_href: Some("/clock".into()) });
        Shell {
            clock,
            person: Some(SignedIn {
                name: self.study.name_of(&self.who.person).into(),
                role: self.who.role.name().into(),
                site: self.who.site.as_ref().map(|site| self.site_name(site)),
            }),
            nav: rooms::links(self.who.role, self.view.clearance(), &self.here),
            flash: self.flash.clone(),
            csrf: self.who.csrf.clone(),
            ..bare_shell(self.app, self.theme, &self.here)
        }
    }

    /// `14 Mar 2026, 11:52`, with `UTC` for those whose sites differ.
    pub fn moment(&self, at: Timestamp) -> String {
        let utc = if self.who.site.is_none() { " UTC" } else { "" };
        format!("{}{utc}", words::moment(at, &self.zone))
    }

    /// Times at `site` are said in its own zone.
    pub fn zone_of(&self, site: &SiteId) -> Zone {
        zone_of(&self.view, site)
    }

    pub fn site_name(&self, site: &SiteId) -> String {
        match self.view.site(site).opened {
            Some(opened) => format!("{}, {site}", opened.value.0),
            None => site.to_string(),
        }
    }

    /// Goes on only for these roles. Asked before the record is looked at, so that the answer tells nothing.
    pub fn only(&self, roles: &[Role]) -> Result<(), Stop> {
        if roles.contains(&self.who.role) { Ok(()) } else { Err(Stop::NotYours) }
    }

    pub fn is(&self, roles: &[Role]) -> bool {
        roles.contains(&self.who.role)
    }

    pub fn name(&self, person: &PersonId) -> String {
        self.study.name_of(person).to_owned()
    }

    // ---- forms

    /// A new form, with a command id of its own.
    pub fn form(&self, action: impl Into<String>) -> Form {
        Form::new(action, CommandId(random_128()).to_string())
    }

    pub fn posted(&self, asked: &Asked) -> Posted {
        Posted::new(&asked.path, &self.who.login, asked.posted.clone())
    }

    // ---- sending

    /// Who asks, in which role, and when.
    pub fn context(&self) -> Context {
        Context::at(&self.who.person, self.who.role, self.who.site.as_ref(), self.now)
    }

    /// What the person was shown of everything that `act` reads.
    pub fn shown(&self, act: &Act) -> Digest {
        let command = Command::new(CommandId(0), self.now, act.clone());
        let mut reads = command.reads();
        if matches!(act, Act::Lock) {
            reads.extend(self.view.participants().into_iter().map(StreamId::Participant));
            let supplies = self.view.sites().into_iter().map(StreamId::Supply);
            reads.extend(supplies.filter(|stream| !self.view.entries(stream).is_empty()));
        }
        self.view.digest(&reads)
    }

    /// Puts a command on the record; a refusal ends the handler.
    pub fn send(&self, command: Command) -> Result<Receipt, Stop> {
        self.send_all(vec![command])
    }

    /// As one turn: nobody else writes in between. Answers what all of them wrote.
    pub fn send_all(&self, commands: Vec<Command>) -> Result<Receipt, Stop> {
        let mut all = Receipt::default();
        for answer in self.app.submit(self.who, &commands)? {
            match answer {
                Answer::Recorded(receipt) | Answer::AlreadyRecorded(receipt) => {
                    all.entries.extend(receipt.entries)
                }
                Answer::Refused(refusal) => return Err(Stop::Refused(Box::new(refusal), all.entries.len())),
            }
        }
        Ok(all)
    }

    // ---- replies

    pub fn page(&self, html: Html) -> Outcome {
        Ok(Reply::page(html))
    }

    /// Goes on to `to` and says there what was done.
    pub fn done(&self, to: impl Into<String>, text: impl Into<String>, entry: Option<EntryId>) -> Outcome {
        let flash = Flash { text: text.into(), entry: entry.map(EntryId::short), tone: Tone::Good };
        self.app.keep_flash(&self.who.token, flash);
        Ok(Reply::SeeOther(to.into()))
    }

    // ---- what is asked about

    /// The participant of the address, with what is seen of them.
    pub fn participant(
        &self,
        asked: &Asked,
    ) -> Result<(ParticipantId, Box<record::state::ParticipantState>), Stop> {
        let id = ParticipantId::new(asked.param("participant")).map_err(|_| Stop::NotFound)?;
        self.participant_state(&id).map(|seen| (id, seen))
    }

    pub fn participant_state(
        &self,
        id: &ParticipantId,
    ) -> Result<Box<record::state::ParticipantState>, Stop> {
        let seen = self.view.participant(id);
        if seen.referred.is_some() { Ok(seen) } else { Err(Stop::NotFound) }
    }
}

/// The shell of a page for somebody who is not signed in.
pub fn bare_shell(app: &App, theme: Option<Theme>, here: &str) -> Shell {
    let study = app.record().announcements().study();
    let opened = study.opened.as_ref();
    Shell {
        study: opened.map_or_else(|| "Stillroom".into(), |opened| opened.value.0.to_uppercase()),
        kind: if study.is_rehearsal() { RecordKind::Rehearsal } else { RecordKind::Real },
        clock: None,
        person: None,
        nav: Vec::new(),
        theme,
        flash: None,
        csrf: String::new(),
        here: here.into(),
    }
}

fn zone_of(view: &View<'_>, site: &SiteId) -> Zone {
    let zone = view.site(site).opened.and_then(|opened| Zone::named(&opened.value.1));
    zone.unwrap_or_else(Zone::utc)
}

pub fn participant_link(id: &ParticipantId) -> Link {
    Link::new(id.as_str(), format!("/participants/{id}"))
}

/// 128 bits from the operating system.
pub fn random_128() -> u128 {
    let mut bytes = [0u8; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    u128::from_be_bytes(bytes)
}
