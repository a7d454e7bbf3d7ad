//! Runs a rehearsal: sends every step, in the order of the clock, through the real [`Recorder`].
//!
//! The driver has no private way to write. What it must know and staff may not (which arm was drawn decides how a
//! virtual participant fares), it reads as the unblinded pharmacist, who may.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use protocol::Study;
use protocol::study::{Treatment, VisitKind};
use record::recorder::Failure;
use record::{Act, Answer, Journal, Kind, Recorder, Refusal};
use terms::{Date, ParticipantId, PersonId, SiteId, Timestamp, Zone};

use crate::calendar::Calendar;
use crate::person::{Course, VirtualPerson};
use crate::script::{self, Setting};
use crate::staff::{Member, Staff};
use crate::step::Step;
use crate::stream::Stream;

/// What to rehearse.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many participants are to be randomised.
    pub participants: u32,
    pub sites: u32,
    pub seed: u64,
    /// The day on which the study opens.
    pub start: Date,
    pub ending: Ending,
    pub outcomes: Outcomes,
    /// The seed of the allocation list alone; by default the plan's own.
    pub allocation_seed: Option<u64>,
}

impl Plan {
    /// Whether it can be rehearsed at all; says why not.
    pub fn check(&self) -> Result<(), String> {
        if (1..=10_000).contains(&self.participants) && (1..=99).contains(&self.sites) {
            return Ok(());
        }
        Err(format!(
            "cannot rehearse {} participants at {} sites: name at least 1 participant, at most 10000, and 1 to 99 sites",
            self.participants, self.sites
        ))
    }
}

/// Where the rehearsal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With lock and unblinding.
    Unblinded,
    /// In the middle of the study's life: this many minutes after the first initial dose that is given once so
    /// many participants are randomised, with somebody in a dosing session.
    InADosingSession { randomised: u32, minutes_after_dose: i64 },
}

/// Which arm's outcomes a participant has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcomes {
    /// Those of the arm that was drawn.
    Drawn,
    /// Those of a coin that knows nothing of the list; sessions still follow the arm that was drawn. So two
    /// rehearsals can differ in nothing but the arms and what these change in sessions.
    ByCoin,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    pub at: Timestamp,
    pub randomised: u32,
    pub target: u32,
    pub commands: u64,
    /// Randomised participants whose story has ended.
    pub finished: u32,
}

/// What the virtual participants hold: the truth that a read-out is compared with.
#[derive(Clone, Debug)]
pub struct Truth {
    pub participant: ParticipantId,
    pub person: VirtualPerson,
    /// `None` for those who were not randomised, or not yet.
    pub drawn: Option<(Treatment, Course)>,
}

#[derive(Clone, Debug)]
pub struct Rehearsed {
    pub staff: Staff,
    pub truth: Vec<Truth>,
    pub commands: u64,
    pub entries: u64,
    /// When the last step was sent.
    pub ended: Timestamp,
    /// The pair in the dosing session in which the rehearsal was cut off.
    pub in_session: Option<[PersonId; 2]>,
}

/// Why a rehearsal could not go on. Nothing is swallowed: a refused step is a fault of the script or the rules.
#[derive(Debug, thiserror::Error)]
pub enum Fault<F: std::error::Error> {
    #[error(transparent)]
    Failure(#[from] Failure<F>),
    #[error("the rehearsal's step `{key}` was refused\n{refusal}")]
    Refused { key: String, refusal: Box<Refusal> },
    #[error("{0}")]
    Plan(String),
}

/// Opens a study in `recorder` (which must be empty) and rehearses it.
pub fn rehearse<J: Journal>(
    recorder: &Recorder<J>,
    protocol_text: &str,
    sign_off: Option<&str>,
    plan: &Plan,
    progress: &mut dyn FnMut(Progress),
) -> Result<Rehearsed, Fault<J::Failure>> {
    plan.check().map_err(Fault::Plan)?;
    let raters = (plan.participants / 5).max(6);
    let staff = Staff::invent(plan.sites, if plan.participants > plan.sites * 12 { 3 } else { 2 }, raters);
    let mut run = Run {
        recorder,
        plan,
        staff,
        study: None,
        queue: BinaryHeap::new(),
        sequence: 0,
        calendar: Calendar::default(),
        truth: Vec::new(),
        of: BTreeMap::new(),
        commands: 0,
        entries: 0,
        randomised: 0,
        finished: 0,
        now: Timestamp(0),
        in_session: None,
    };
    run.open_study(protocol_text, sign_off)?;
    let last_referral = run.refer_everybody()?;
    run.stock_counts(last_referral);
    run.through(progress)?;
    if plan.ending == Ending::Unblinded {
        run.lock_and_unblind()?;
    }
    Ok(Rehearsed {
        staff: run.staff,
        truth: run.truth,
        commands: run.commands,
        entries: run.entries,
        ended: run.now,
        in_session: run.in_session,
    })
}

struct Run<'a, J> {
    recorder: &'a Recorder<J>,
    plan: &'a Plan,
    staff: Staff,
    study: Option<Arc<Study>>,
    queue: BinaryHeap<Reverse<Queued>>,
    sequence: u64,
    calendar: Calendar,
    truth: Vec<Truth>,
    /// Place in `truth` by participant.
    of: BTreeMap<ParticipantId, usize>,
    commands: u64,
    entries: u64,
    randomised: u32,
    finished: u32,
    now: Timestamp,
    in_session: Option<[PersonId; 2]>,
}

/// Ordered by time, then by the order of queueing.
struct Queued {
    at: Timestamp,
    sequence: u64,
    step: Step,
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.sequence) == (other.at, other.sequence)
    }
}

impl Eq for Queued {}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}

impl<J: Journal> Run<'_, J> {
    fn queue(&mut self, steps: impl IntoIterator<Item = Step>) {
        for step in steps {
            self.sequence += 1;
            self.queue.push(Reverse(Queued { at: step.at, sequence: self.sequence, step }));
        }
    }

    /// Sends one step; anything but "recorded" stops the rehearsal.
    fn send(&mut self, step: &Step) -> Result<(), Fault<J::Failure>> {
        self.now = step.at;
        let seed = self.plan.seed;
        match self.recorder.submit(&step.command(seed), &step.context(seed))? {
            Answer::Recorded(receipt) => {
                self.commands += 1;
                self.entries += receipt.entries.len() as u64;
                Ok(())
            }
            Answer::AlreadyRecorded(_) => Err(Fault::Plan(format!(
                "the step `{}` was sent twice: the script names two steps alike",
                step.key
            ))),
            Answer::Refused(refusal) => {
                Err(Fault::Refused { key: step.key.clone(), refusal: Box::new(refusal) })
            }
        }
    }

    fn study(&self) -> Arc<Study> {
        self.study.clone().expect("the study is opened first")
    }

    fn open_study(&mut self, protocol_text: &str, sign_off: Option<&str>) -> Result<(), Fault<J::Failure>> {
        let zone = Zone::utc();
        let at = |minute| self.plan.start.at(8, 0, &zone).plus_minutes(minute);
        let admin = self.staff.administrator.clone();
        let open = Act::OpenStudy {
            kind: Kind::Rehearsal,
            protocol_text: protocol_text.into(),
            sign_off: sign_off.map(String::from),
            administrator: admin.person.clone(),
            name: admin.name.clone(),
        };
        let mut steps = vec![Step::new(at(0), &admin, "open the study", open)];
        for site in &self.staff.sites {
            let act =
                Act::OpenSite { site: site.id.clone(), name: site.name.clone(), zone: site.zone.into() };
            steps.push(Step::new(at(1), &admin, format!("open {}", site.id), act));
        }
        for member in self.staff.others() {
            let Member { person, name, role, site } = member.clone();
            let key = format!("grant {person}");
            steps.push(Step::new(at(2), &admin, key, Act::GrantRole { person, name, role, site }));
        }
        for step in &steps {
            self.send(step)?;
        }
        self.study = self.recorder.protocol();
        Ok(())
    }

    /// Draws everybody, gives them to sites, and queues their stories up to randomisation. Says when the last
    /// of them is referred.
    fn refer_everybody(&mut self) -> Result<Timestamp, Fault<J::Failure>> {
        let study = self.study();
        let seed = self.plan.seed;
        let mut people = Vec::new();
        let mut passing = 0;
        let most = self.plan.participants.saturating_mul(20) + 100;
        for index in 0..most {
            let person = VirtualPerson::draw(seed, index);
            passing += u32::from(person.passes_screening());
            people.push(person);
            if passing == self.plan.participants {
                break;
            }
        }
        if passing < self.plan.participants {
            return Err(Fault::Plan(format!("of {most} people screened, only {passing} were eligible")));
        }
        // A study of a hundred recruits for a year and a half; a small one for as long as it needs.
        let days = f64::from(self.plan.participants) * 5.0;
        let count = people.len() as f64;
        let mut numbers: BTreeMap<SiteId, u32> = BTreeMap::new();
        let mut places: BTreeMap<SiteId, u32> =
            self.staff.sites.iter().map(|site| (site.id.clone(), 0)).collect();
        let mut last = Timestamp(0);
        let mut stories = Vec::new();
        let mut turn = 0;
        for (index, person) in people.into_iter().enumerate() {
            let mut draw = Stream::new(seed, &format!("referral {index}"));
            // Sites fill alike, each in its turn among the eligible, as central enrolment sees to.
            let place = if person.passes_screening() {
                turn += 1;
                (turn - 1) % self.staff.sites.len()
            } else {
                (draw.uniform() * self.staff.sites.len() as f64) as usize
            };
            let site = &self.staff.sites[place.min(self.staff.sites.len() - 1)];
            let number = numbers.entry(site.id.clone()).or_default();
            *number += 1;
            if person.passes_screening() {
                *places.entry(site.id.clone()).or_default() += 1;
            }
            let participant = ParticipantId::new(format!("{}-{number:03}", site.id))
                .expect("a site and a number make an id");
            let day =
                self.plan.start.plus_days(7 + ((index as f64 + draw.uniform() * 0.9) * days / count) as i64);
            let zone = Zone::named(site.zone).unwrap_or_else(Zone::utc);
            // In order of index, so that numbers are given in the order in which people are referred.
            let referred = Timestamp(day.at(9, 0, &zone).0.max(last.0 + 60_000));
            last = referred;
            stories.push((participant, person, place, referred));
        }
        self.supply(&places)?;
        for (participant, person, place, referred) in stories {
            let site = &self.staff.sites[place];
            let mut draw = Stream::new(seed, &format!("pair {participant}"));
            let pair = (draw.uniform() * site.pairs.len() as f64) as usize % site.pairs.len();
            let setting = Setting {
                seed,
                study: &study,
                staff: &self.staff,
                site,
                pair: &site.pairs[pair],
                participant: &participant,
            };
            let steps = script::until_randomised(&setting, &person, referred, &mut self.calendar);
            self.of.insert(participant.clone(), self.truth.len());
            self.truth.push(Truth { participant, person, drawn: None });
            self.queue(steps);
        }
        Ok(last)
    }

    /// The sealed list, and kits for every place on it and some more.
    fn supply(&mut self, places: &BTreeMap<SiteId, u32>) -> Result<(), Fault<J::Failure>> {
        let at = self.plan.start.at(10, 0, &Zone::utc());
        let list_seed = self.plan.allocation_seed.unwrap_or(self.plan.seed);
        let seed = script::bytes32(list_seed, "allocation");
        // Two places more than are needed, so that a person can be enrolled after the rehearsal.
        let wanted: BTreeMap<SiteId, u32> =
            places.iter().map(|(site, count)| (site.clone(), count + 2)).collect();
        let statistician = self.staff.unblinded_statistician.clone();
        self.send(&Step::new(
            at,
            &statistician,
            "seal the list",
            Act::SealAllocation { places: wanted.clone(), seed },
        ))?;
        let per_participant = self.study().supply.kits_per_participant;
        let packer = self.staff.unblinded_pharmacist.clone();
        let witness = self.staff.second_unblinded_pharmacist.person.clone();
        let mut first_number = 1001;
        for (site, count) in wanted {
            let kits_per_arm = count * per_participant;
            let act = Act::Ship {
                site: site.clone(),
                shipment: format!("SH-{site}-1"),
                kits_per_arm,
                first_number,
                seed: script::bytes32(list_seed, &format!("kits {site}")),
                witness: witness.clone(),
            };
            self.send(&Step::new(at.plus_minutes(30), &packer, format!("ship to {site}"), act))?;
            first_number += kits_per_arm * self.study().arms.len() as u32;
        }
        Ok(())
    }

    /// Two pharmacists count the kits of each site once a month.
    fn stock_counts(&mut self, last_referral: Timestamp) {
        let months =
            (last_referral.0 - self.plan.start.at(0, 0, &Zone::utc()).0) / (30 * terms::time::DAY_MS) + 8;
        let mut steps = Vec::new();
        for site in &self.staff.sites {
            let zone = Zone::named(site.zone).unwrap_or_else(Zone::utc);
            for month in 1..=months {
                let at = self.plan.start.plus_days(month * 30).at(16, 30, &zone);
                let act = Act::CountStock {
                    site: site.id.clone(),
                    // What they count is put in when it is sent: the number of kits in the safe then.
                    counted: u32::MAX,
                    witness: site.second_pharmacist.person.clone(),
                };
                steps.push(Step::new(at, &site.pharmacist, format!("count {} {month}", site.id), act));
            }
        }
        self.queue(steps);
    }

    fn through(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), Fault<J::Failure>> {
        let mut until = Timestamp(i64::MAX);
        while let Some(Reverse(Queued { at, mut step, .. })) = self.queue.pop() {
            if at > until {
                break;
            }
            // Counting goes on only while anybody is treated.
            if let Act::CountStock { site, counted, .. } = &mut step.act {
                if self.randomised == self.plan.participants && self.finished == self.randomised {
                    continue;
                }
                let view = self.recorder.view(&step.person, step.role, step.site.as_ref());
                *counted = view.map_or(0, |view| view.supply(site).in_stock() as u32);
            }
            self.send(&step)?;
            match &step.act {
                Act::Randomise { participant } => self.follow(participant.clone(), at)?,
                Act::GiveDose { dose: record::body::DoseKind::Initial, witness, .. } => {
                    if let Ending::InADosingSession { randomised, minutes_after_dose } = self.plan.ending
                        && self.randomised >= randomised
                        && until.0 == i64::MAX
                    {
                        until = at.plus_minutes(minutes_after_dose);
                        self.in_session = Some([step.person.clone(), witness.clone()]);
                    }
                }
                Act::Observe { body: record::Body::Completed, .. }
                | Act::Observe {
                    body: record::Body::Stopped { from: record::body::StoppedFrom::Study, .. },
                    ..
                } => self.finished += 1,
                _ => {}
            }
            progress(Progress {
                at,
                randomised: self.randomised,
                target: self.plan.participants,
                commands: self.commands,
                finished: self.finished,
            });
        }
        if until.0 != i64::MAX {
            self.now = until;
        }
        Ok(())
    }

    /// A place was drawn: learn which arm, as one who may, and queue what follows.
    fn follow(&mut self, participant: ParticipantId, at: Timestamp) -> Result<(), Fault<J::Failure>> {
        self.randomised += 1;
        let study = self.study();
        let reader = &self.staff.unblinded_pharmacist;
        let view = self
            .recorder
            .view(&reader.person, reader.role, None)
            .ok_or_else(|| Fault::Plan(String::from("the unblinded pharmacist has lost the role")))?;
        let arm = view.allocation().drawn.get(&participant).map(|drawn| drawn.value.clone());
        let treatment = arm.and_then(|arm| study.arm(&arm).map(|arm| arm.treatment));
        let treatment = treatment.ok_or_else(|| {
            Fault::Plan(format!("{participant} is randomised, and the list says no arm for them"))
        })?;
        let place = self.of[&participant];
        let outcomes_as = match self.plan.outcomes {
            Outcomes::Drawn => treatment,
            Outcomes::ByCoin => {
                let heads =
                    Stream::new(self.plan.seed, &format!("outcome coin {participant}")).bernoulli(0.5);
                if heads { Treatment::Mdma } else { Treatment::Placebo }
            }
        };
        let course = Course::draw(&self.truth[place].person, outcomes_as, treatment);
        let site_id = record::command::site_of(&participant);
        let site = self.staff.sites.iter().find(|site| site.id == site_id);
        let site = site.ok_or_else(|| Fault::Plan(format!("no site for {participant}")))?;
        let mut draw = Stream::new(self.plan.seed, &format!("pair {participant}"));
        let pair = (draw.uniform() * site.pairs.len() as f64) as usize % site.pairs.len();
        let setting = Setting {
            seed: self.plan.seed,
            study: &study,
            staff: &self.staff,
            site,
            pair: &site.pairs[pair],
            participant: &participant,
        };
        let steps = script::after_randomisation(&setting, &course, at, &mut self.calendar);
        self.truth[place].drawn = Some((treatment, course));
        self.queue(steps);
        Ok(())
    }

    fn lock_and_unblind(&mut self) -> Result<(), Fault<J::Failure>> {
        let manager = self.staff.data_manager.clone();
        let statistician = self.staff.unblinded_statistician.clone();
        let at = self.now.plus_days(14);
        self.send(&Step::new(at, &manager, "lock", Act::Lock))?;
        self.send(&Step::new(at.plus_days(1), &statistician, "unblind", Act::UnblindStudy))
    }
}

/// The last dosing visit of a protocol.
pub fn last_dosing(study: &Study) -> Option<&terms::VisitId> {
    study.visits.iter().rev().find(|visit| visit.kind == VisitKind::Dosing).map(|visit| &visit.id)
}
