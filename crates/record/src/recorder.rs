//! The one way in. Browser, command line and rehearsal all call [`Recorder::submit`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use protocol::Study;
use terms::{CommandId, EntryId, PersonId, SiteId};

use crate::body::Body;
use crate::command::{Act, Command, Context};
use crate::decide::decide;
use crate::entry::{Entry, Unreadable};
use crate::journal::{Append, Appended, Journal, NewEntry};
use crate::refusal::Refusal;
use crate::role::{Clearance, Labels, Reach, Role};
use crate::state::State;
use crate::stream::StreamId;
use crate::view::View;
use crate::world::{Folded, Streams, World};

/// What became of a command.
#[derive(Clone, Debug)]
pub enum Answer {
    Recorded(Receipt),
    /// The same command was sent before; this is what it wrote then.
    AlreadyRecorded(Receipt),
    Refused(Refusal),
}

/// The entries that a command wrote, as far as its sender may see them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt {
    pub entries: Vec<Arc<Entry>>,
}

impl Receipt {
    pub fn first(&self) -> Option<EntryId> {
        self.entries.first().map(|entry| entry.id)
    }
}

/// The storage failed, or holds what cannot be read. Nothing was half-written.
#[derive(Debug, thiserror::Error)]
pub enum Failure<F: std::error::Error> {
    #[error(transparent)]
    Journal(F),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(
        "the protocol on the record cannot be read any more: {0}; this record was written by another version of Stillroom"
    )]
    Protocol(String),
    #[error("`{0}` stayed busy: others wrote to it faster, {TRIES} times over; send the command again")]
    Busy(StreamId),
}

const TRIES: usize = 16;

/// Reads, decides, appends; decides again if somebody was faster.
///
/// Keeps the decoded entries and their folds in memory, each fold by clearance and kept up to date entry by
/// entry. All of it can be made again from the journal.
pub struct Recorder<J> {
    journal: J,
    cache: Mutex<Cache>,
}

#[derive(Default)]
pub(crate) struct Cache {
    pub streams: BTreeMap<StreamId, CachedStream>,
    pub protocol: Option<Arc<Study>>,
    /// Where each entry lies: stream, and place in it.
    places: HashMap<EntryId, (StreamId, usize)>,
}

#[derive(Default)]
pub(crate) struct CachedStream {
    pub entries: Vec<Arc<Entry>>,
    folds: HashMap<Clearance, (usize, Folded)>,
}

impl CachedStream {
    /// The fold under `clearance`, brought up to date.
    fn folded(&mut self, stream: &StreamId, clearance: &Clearance) -> &Folded {
        if !self.folds.contains_key(clearance) {
            self.folds.insert(clearance.clone(), (0, Folded::empty(stream)));
        }
        let (taken, folded) = self.folds.get_mut(clearance).expect("put there just now");
        for entry in &self.entries[*taken..] {
            folded.take(entry, clearance);
        }
        *taken = self.entries.len();
        folded
    }
}

impl Cache {
    pub fn folded(&mut self, stream: &StreamId, clearance: &Clearance) -> Folded {
        match self.streams.get_mut(stream) {
            Some(cached) => cached.folded(stream, clearance).clone(),
            None => Folded::empty(stream),
        }
    }

    /// What `person` in `role` at `site` is cleared for now; `None` when they do not hold that role.
    pub fn clearance(&mut self, person: &PersonId, role: Role, site: Option<&SiteId>) -> Option<Clearance> {
        let folded = self.folded(&StreamId::Study, &Clearance::whole());
        match &*folded.state {
            State::Study(study) => Clearance::of(study, person, role, site),
            _ => None,
        }
    }

    pub fn entry(&self, id: EntryId) -> Option<&Arc<Entry>> {
        let (stream, place) = self.places.get(&id)?;
        self.streams.get(stream)?.entries.get(*place)
    }

    fn version(&self, stream: &StreamId) -> u64 {
        self.streams.get(stream).map_or(0, |cached| cached.entries.len() as u64)
    }

    fn take(&mut self, entry: Arc<Entry>) -> Result<(), String> {
        if let Body::ProtocolAdopted { text, sign_off, .. } = &entry.body {
            self.protocol = Some(read_protocol(text, sign_off.as_deref())?);
        }
        let cached = self.streams.entry(entry.stream.clone()).or_default();
        self.places.insert(entry.id, (entry.stream.clone(), cached.entries.len()));
        cached.entries.push(entry);
        Ok(())
    }
}

/// The protocol as it stands on the record. It was checked when it was adopted; whether it may be used for a
/// real study was decided then.
fn read_protocol(text: &str, sign_off: Option<&str>) -> Result<Arc<Study>, String> {
    let sign_off = sign_off.map(|text| ("sign-off", text));
    let (study, diagnostics) = protocol::load("protocol", text, sign_off, protocol::SignOffFor::Rehearsal);
    study.map(Arc::new).ok_or_else(|| {
        let errors = diagnostics.iter().filter(|one| one.severity == terms::Severity::Error);
        errors.map(|one| one.message.clone()).collect::<Vec<_>>().join("; ")
    })
}

impl<J: Journal> Recorder<J> {
    /// Reads the whole log once.
    pub fn open(journal: J) -> Result<Self, Failure<J::Failure>> {
        const PAGE: usize = 10_000;
        let mut cache = Cache::default();
        let mut position = 0;
        loop {
            let page = journal.log(position, PAGE).map_err(Failure::Journal)?;
            for stored in &page {
                let entry = Entry::from_bytes(stored.id, &stored.bytes)?;
                cache.take(Arc::new(entry)).map_err(Failure::Protocol)?;
            }
            position += page.len() as u64;
            if page.len() < PAGE {
                break;
            }
        }
        Ok(Self { journal, cache: Mutex::new(cache) })
    }

    /// Puts `command` on the record, or says why not. A refusal is an [`Answer`]; `Err` means that the storage
    /// failed, and then nothing was written.
    pub fn submit(&self, command: &Command, context: &Context) -> Result<Answer, Failure<J::Failure>> {
        let mut cache = self.lock();
        if let Some(known) = self.journal.command(command.id).map_err(Failure::Journal)? {
            return Ok(Answer::AlreadyRecorded(self.receipt(&mut cache, &known, context)));
        }
        let mut busy = StreamId::Study;
        for _ in 0..TRIES {
            let (world, expected) = read_world(&mut cache, command, context);
            let entries = match decide(&world, command, context) {
                Ok(entries) => entries,
                Err(refusal) => return Ok(Answer::Refused(refusal)),
            };
            let append = Append {
                command: command.id,
                expected,
                entries: entries
                    .iter()
                    .map(|entry| NewEntry {
                        stream: entry.stream.clone(),
                        id: entry.id,
                        bytes: entry.to_bytes(),
                    })
                    .collect(),
            };
            let answers = self.journal.append(std::slice::from_ref(&append)).map_err(Failure::Journal)?;
            match answers.into_iter().next() {
                Some(Appended::Conflict { stream }) => {
                    self.catch_up(&mut cache, &command.reads())?;
                    busy = stream;
                }
                Some(Appended::Known(known)) => {
                    self.catch_up(&mut cache, &command.reads())?;
                    return Ok(Answer::AlreadyRecorded(self.receipt(&mut cache, &known, context)));
                }
                Some(Appended::Done) | None => {
                    let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
                    for entry in entries {
                        cache.take(Arc::new(entry)).map_err(Failure::Protocol)?;
                    }
                    return Ok(Answer::Recorded(self.receipt(&mut cache, &ids, context)));
                }
            }
        }
        Err(Failure::Busy(busy))
    }

    /// What `person` sees in `role` at `site` now; `None` when they do not hold that role.
    pub fn view(&self, person: &PersonId, role: Role, site: Option<&SiteId>) -> Option<View<'_>> {
        let clearance = self.lock().clearance(person, role, site)?;
        Some(self.view_under(clearance))
    }

    /// What is seen under `clearance`: for those who answer for the record as a whole.
    pub fn view_under(&self, clearance: Clearance) -> View<'_> {
        View::new(&self.cache, clearance)
    }

    pub fn journal(&self) -> &J {
        &self.journal
    }

    pub fn protocol(&self) -> Option<Arc<Study>> {
        self.lock().protocol.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Cache> {
        // A panic while the cache was held costs that request; the cache holds only whole entries at any time.
        self.cache.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn receipt(&self, cache: &mut Cache, ids: &[EntryId], context: &Context) -> Receipt {
        let clearance = cache.clearance(&context.person, context.role, context.site.as_ref());
        let seen = |entry: &&Arc<Entry>| clearance.as_ref().is_some_and(|clearance| clearance.covers(entry));
        Receipt { entries: ids.iter().filter_map(|id| cache.entry(*id)).filter(seen).cloned().collect() }
    }

    /// Takes in what others wrote to `streams`.
    fn catch_up(&self, cache: &mut Cache, streams: &[StreamId]) -> Result<(), Failure<J::Failure>> {
        for stream in streams {
            for stored in self.journal.stream(stream, cache.version(stream)).map_err(Failure::Journal)? {
                let entry = Entry::from_bytes(stored.id, &stored.bytes)?;
                cache.take(Arc::new(entry)).map_err(Failure::Protocol)?;
            }
        }
        Ok(())
    }
}

/// The streams that `command` reads, folded for its sender and whole, and their versions.
fn read_world(cache: &mut Cache, command: &Command, context: &Context) -> (World, Vec<(StreamId, u64)>) {
    let mut reads = command.reads();
    if matches!(command.act, Act::Lock) {
        // A lock answers for every participant and every ledger.
        let open = |stream: &&StreamId| matches!(stream, StreamId::Participant(_) | StreamId::Supply(_));
        reads.extend(cache.streams.keys().filter(open).cloned());
    }
    let clearance = cache
        .clearance(&context.person, context.role, context.site.as_ref())
        .unwrap_or(Clearance { reach: Reach::Announcements, labels: Labels::NONE });
    let fold = |cache: &mut Cache, clearance: &Clearance| {
        Streams(reads.iter().map(|stream| (stream.clone(), cache.folded(stream, clearance))).collect())
    };
    let seen = fold(cache, &clearance);
    let whole = fold(cache, &Clearance::whole());
    let expected = reads.iter().map(|stream| (stream.clone(), cache.version(stream))).collect();
    (World { protocol: cache.protocol.clone(), seen, whole }, expected)
}

/// A command id from a text that its sender keeps: the same text is the same command.
pub fn command_id(text: &str) -> CommandId {
    use sha2::Digest as _;
    let digest = sha2::Sha256::digest(text.as_bytes());
    let mut first = [0u8; 16];
    first.copy_from_slice(&digest[..16]);
    CommandId(u128::from_be_bytes(first))
}
