//! What waits for somebody about one participant: the steps of enrolment, then visits, each with the one action
//! that this reader's role can take.

use std::collections::BTreeSet;

use protocol::study::{CriterionKind, DecidedBy, Visit, VisitKind};
use record::command::site_of;
use record::state::ParticipantState;
use terms::{ParticipantId, VisitId, Zone};

use crate::desk::{Desk, participant_link};
use crate::pages::Link;
use crate::pages::marks::State;
use crate::pages::today::DueItem;
use crate::plan::{self, Planned};
use crate::rooms;
use crate::words;

/// One participant with their plan, ready to be asked.
pub struct Case<'a> {
    pub desk: &'a Desk<'a>,
    pub id: ParticipantId,
    pub seen: Box<ParticipantState>,
    pub zone: Zone,
    pub in_session: BTreeSet<VisitId>,
}

pub fn has_session(visit: &Visit) -> bool {
    matches!(visit.kind, VisitKind::Preparation | VisitKind::Dosing | VisitKind::Integration)
}

impl<'a> Case<'a> {
    pub fn new(desk: &'a Desk<'a>, id: ParticipantId, seen: Box<ParticipantState>) -> Self {
        let zone = desk.zone_of(&site_of(&id));
        let in_session = desk.protocol.visits.iter().filter(|visit| has_session(visit));
        let in_session = in_session.filter(|visit| seen.visit_done(&visit.id).is_none()).filter(|visit| {
            let session = desk.view.session(&ParticipantState::session_id(&id, &visit.id));
            session.opened.is_some() && session.closed.is_none()
        });
        let in_session = in_session.map(|visit| visit.id.clone()).collect();
        Self { desk, id, seen, zone, in_session }
    }

    pub fn plan(&self) -> Vec<Planned<'_>> {
        plan::plan(&plan::Case {
            protocol: &self.desk.protocol,
            seen: &self.seen,
            in_session: &self.in_session,
            zone: &self.zone,
            now: self.desk.now,
        })
    }

    pub fn is_gone(&self) -> bool {
        self.seen.not_enrolled.is_some()
            || self.seen.completed.is_some()
            || self.seen.has_left(record::body::StoppedFrom::Study)
    }

    fn at(&self, rest: &str) -> String {
        format!("/participants/{}/{rest}", self.id)
    }

    fn item(&self, state: State, text: impl Into<String>, detail: &str) -> DueItem {
        DueItem {
            state,
            when: String::new(),
            subject: Some(participant_link(&self.id)),
            text: text.into(),
            detail: (!detail.is_empty()).then(|| detail.into()),
            tags: Vec::new(),
            action: None,
        }
    }

    /// The steps of enrolment that are open now.
    pub fn enrolment(&self) -> Vec<DueItem> {
        let (desk, seen) = (self.desk, &self.seen);
        if self.is_gone() || seen.randomised.is_some() {
            return Vec::new();
        }
        let enrols = desk.is(rooms::ENROLLING);
        let step = |text: &str, detail: &str, may: bool, word: &str, rest: &str| DueItem {
            action: may.then(|| Link::new(word, self.at(rest))),
            ..self.item(State::Due, text, detail)
        };
        if seen.consent.is_none() || seen.consent_withdrawn.is_some() {
            return vec![step(
                "Consent",
                "nothing else happens before it",
                enrols,
                "Record consent",
                "consent",
            )];
        }
        if seen.screening.is_empty() {
            return vec![step(
                "Screening",
                "what the rules of eligibility need",
                enrols,
                "Screen",
                "screening",
            )];
        }
        let mut steps = Vec::new();
        let criteria = Criteria::of(desk, seen);
        let investigates = desk.is(rooms::INVESTIGATOR);
        if !criteria.against.is_empty() {
            let text = format!("Not eligible: {}", criteria.against.join(", "));
            steps.push(step(
                &text,
                "the criterion stands on record",
                enrols,
                "Record as not enrolled",
                "not-enrolled",
            ));
            return steps;
        }
        if criteria.to_judge > 0 {
            let text =
                format!("Eligibility: {} to judge", words::count(criteria.to_judge, "criterion", "criteria"));
            steps.push(step(&text, "by the investigator", investigates, "Decide", "eligibility"));
        } else if criteria.open.is_empty() && seen.eligibility_signed.is_none() {
            steps.push(step(
                "Eligibility: all criteria are met",
                "the investigator signs",
                investigates,
                "Sign",
                "sign",
            ));
        }
        if seen.therapists.len() < desk.protocol.staffing.therapists as usize {
            steps.push(step(
                "Therapist pair",
                "named before the first session",
                enrols,
                "Name the pair",
                "pair",
            ));
        } else if seen.eligibility_signed.is_some() && self.is_prepared() {
            steps.push(step(
                "Randomise",
                "eligibility is signed and preparation done",
                enrols,
                "Randomise",
                "randomise",
            ));
        }
        steps
    }

    /// Whether all that comes before the first dosing visit has come.
    fn is_prepared(&self) -> bool {
        let first = self.desk.protocol.visits.iter().find(|visit| visit.kind == VisitKind::Dosing);
        let settled = |id: &VisitId| {
            self.seen.visits.get(id).is_some_and(|known| known.done.is_some() || known.missed.is_some())
        };
        first.is_none_or(|first| first.after.iter().chain(&first.anchor).all(settled))
    }

    /// Visits that are due, overdue or in the room.
    pub fn visits<'p, 'v>(&self, planned: &'p [Planned<'v>]) -> Vec<(&'p Planned<'v>, DueItem)> {
        let open = planned.iter().filter(|one| one.is_open());
        // Screening is a step of enrolment until it is done.
        let open =
            open.filter(|one| one.visit.kind != VisitKind::Screening || !self.seen.screening.is_empty());
        open.map(|one| (one, self.visit(one))).collect()
    }

    fn visit(&self, one: &Planned<'_>) -> DueItem {
        let detail = match (one.window_text(), self.asked_of_rater(one)) {
            (_, Some(asked)) => asked,
            (window, None) if window.is_empty() => String::new(),
            (window, None) => format!("window {window}"),
        };
        DueItem {
            when: one.when(&self.zone),
            action: self.action(one),
            ..self.item(one.state, one.title(), &detail)
        }
    }

    fn asked_of_rater(&self, one: &Planned<'_>) -> Option<String> {
        let (_, rating) = self.seen.rating_at(&one.visit.id)?;
        let asked = rating.requested.as_ref()?;
        Some(format!("asked of a rater on {}", asked.happened.date(&self.zone).long()))
    }

    /// The one thing to do with a visit now.
    pub fn action(&self, one: &Planned<'_>) -> Option<Link> {
        let desk = self.desk;
        let visit = &one.visit.id;
        let to = |word: &str, rest: &str| Some(Link::new(word, self.at(&format!("visits/{visit}{rest}"))));
        if one.state == State::Now {
            let session = ParticipantState::session_id(&self.id, visit);
            return rooms::sessions(desk.who.role)
                .then(|| Link::new("Open the session", format!("/sessions/{session}")));
        }
        if !one.is_open() || desk.study.locked.is_some() {
            return None;
        }
        match one.visit.kind {
            VisitKind::Screening if desk.is(rooms::ENROLLING) && self.seen.screening.is_empty() => {
                Some(Link::new("Screen", self.at("screening")))
            }
            VisitKind::Preparation | VisitKind::Dosing | VisitKind::Integration
                if desk.is(rooms::IN_SESSION) =>
            {
                to("Begin", "/session")
            }
            VisitKind::Preparation | VisitKind::Dosing | VisitKind::Integration
                if desk.is(rooms::ENROLLING) =>
            {
                to(if one.scheduled.is_some() { "Plan anew" } else { "Plan" }, "/plan")
            }
            VisitKind::Rating if desk.is(rooms::ENROLLING) && self.seen.rating_at(visit).is_none() => {
                to("Ask a rater", "/rating")
            }
            VisitKind::Randomisation if desk.is(rooms::ENROLLING) && self.seen.randomised.is_none() => {
                Some(Link::new("Randomise", self.at("randomise")))
            }
            VisitKind::Call if desk.is(rooms::CLINICAL) => to("Record", ""),
            _ if desk.is(rooms::ENROLLING) && !has_session(one.visit) => to("Record", ""),
            _ => None,
        }
    }
}

/// Where the criteria of eligibility stand.
#[derive(Debug, Default)]
pub struct Criteria {
    /// Not yet assessed, by anybody or any rule.
    pub open: Vec<String>,
    /// Of these, how many a clinician judges.
    pub to_judge: usize,
    /// Assessed, and speaking against enrolment.
    pub against: Vec<String>,
}

impl Criteria {
    pub fn of(desk: &Desk<'_>, seen: &ParticipantState) -> Self {
        let mut all = Self::default();
        for criterion in &desk.protocol.eligibility {
            match seen.criteria.get(&criterion.id) {
                Some(assessed) if assessed.value == (criterion.kind == CriterionKind::Inclusion) => {}
                Some(_) => all.against.push(criterion.id.clone()),
                None => {
                    all.open.push(criterion.id.clone());
                    all.to_judge += usize::from(matches!(criterion.decided_by, DecidedBy::Clinician));
                }
            }
        }
        all
    }
}
