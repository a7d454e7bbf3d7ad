//! Who may see and do what: roles, labels, and the clearance that follows from them.
//!
//! An entry carries labels from the moment it is written. A person in a role is cleared for some labels, within
//! a reach. What is not cleared is as if it had never been written: nothing is filtered on the way out.

use std::fmt;

use serde::{Deserialize, Serialize};
use terms::{PersonId, SiteId};

use crate::entry::Entry;
use crate::state::StudyState;
use crate::stream::StreamId;

/// What somebody acts as. A person may hold several; each entry names the one they acted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Coordinator,
    /// The site's physician.
    Investigator,
    Therapist,
    /// Keeps the kits, blinded to what is in them.
    Pharmacist,
    UnblindedPharmacist,
    IndependentRater,
    Monitor,
    DataManager,
    SafetyPhysician,
    /// Blinded.
    Statistician,
    UnblindedStatistician,
    DataMonitoringBoard,
    Sponsor,
    Inspector,
    /// Grants roles and runs the system; sees no clinical data.
    Administrator,
}

impl Role {
    pub const ALL: [Self; 15] = [
        Self::Coordinator,
        Self::Investigator,
        Self::Therapist,
        Self::Pharmacist,
        Self::UnblindedPharmacist,
        Self::IndependentRater,
        Self::Monitor,
        Self::DataManager,
        Self::SafetyPhysician,
        Self::Statistician,
        Self::UnblindedStatistician,
        Self::DataMonitoringBoard,
        Self::Sponsor,
        Self::Inspector,
        Self::Administrator,
    ];

    /// In the words of the field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Investigator => "investigator",
            Self::Therapist => "therapist",
            Self::Pharmacist => "pharmacist",
            Self::UnblindedPharmacist => "unblinded pharmacist",
            Self::IndependentRater => "independent rater",
            Self::Monitor => "monitor",
            Self::DataManager => "data manager",
            Self::SafetyPhysician => "safety physician",
            Self::Statistician => "statistician",
            Self::UnblindedStatistician => "unblinded statistician",
            Self::DataMonitoringBoard => "data-monitoring board",
            Self::Sponsor => "sponsor",
            Self::Inspector => "inspector",
            Self::Administrator => "administrator",
        }
    }

    /// Works at one site, and sees that site only.
    pub fn is_of_a_site(self) -> bool {
        matches!(self, Self::Coordinator | Self::Investigator | Self::Therapist | Self::Pharmacist)
    }

    /// What this role is cleared for while the study is blinded.
    fn labels(self) -> Labels {
        match self {
            Self::Coordinator | Self::Investigator | Self::Therapist | Self::SafetyPhysician => {
                Labels::TREATMENT_REVEALING
            }
            Self::Monitor | Self::DataManager | Self::Statistician => {
                Labels::TREATMENT_REVEALING.and(Labels::OUTCOME)
            }
            Self::UnblindedPharmacist => Labels::ALLOCATION,
            Self::UnblindedStatistician | Self::DataMonitoringBoard | Self::Inspector => Labels::all(),
            Self::Pharmacist | Self::IndependentRater | Self::Sponsor | Self::Administrator => Labels::NONE,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of labels. Stored with each entry as a list of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(u8);

impl Labels {
    pub const NONE: Self = Self(0);
    /// Tells an arm outright: the list, what was drawn, what a kit holds.
    pub const ALLOCATION: Self = Self(1);
    /// May tell an arm to somebody who thinks: what happens in sessions, effects, adverse events, guesses.
    pub const TREATMENT_REVEALING: Self = Self(2);
    /// Ratings of the endpoints. Those who treat must not see them.
    pub const OUTCOME: Self = Self(4);

    const WORDS: [(Self, &'static str); 3] = [
        (Self::ALLOCATION, "allocation"),
        (Self::TREATMENT_REVEALING, "treatment_revealing"),
        (Self::OUTCOME, "outcome"),
    ];

    pub const fn all() -> Self {
        Self(7)
    }

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Every label of `self` is in `cleared`.
    pub const fn within(self, cleared: Self) -> bool {
        self.0 & !cleared.0 == 0
    }

    pub fn words(self) -> impl Iterator<Item = &'static str> {
        Self::WORDS.into_iter().filter(move |(label, _)| label.within(self)).map(|(_, word)| word)
    }
}

impl Serialize for Labels {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.words())
    }
}

impl<'de> Deserialize<'de> for Labels {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        words.iter().try_fold(Self::NONE, |labels, word| {
            let known = Self::WORDS.iter().find(|(_, known)| known == word);
            let (label, _) =
                known.ok_or_else(|| serde::de::Error::custom(format!("`{word}` is not a label")))?;
            Ok(labels.and(*label))
        })
    }
}

/// How far somebody's sight goes, before labels.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Every participant of every site.
    Study,
    Site(SiteId),
    /// What is addressed to this person, and the study's own announcements.
    Own(PersonId),
    /// The study's own announcements only.
    Announcements,
}

/// What a person in a role sees. Two people with equal clearance see the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clearance {
    pub reach: Reach,
    pub labels: Labels,
}

impl Clearance {
    /// Everything. For what a decision writes, for verification, for the one who answers for the whole log.
    pub const fn whole() -> Self {
        Self { reach: Reach::Study, labels: Labels::all() }
    }

    /// As folded from the study's entries: what `person` sees in `role` at `site`; `None` when they do not
    /// hold that role now.
    pub fn of(study: &StudyState, person: &PersonId, role: Role, site: Option<&SiteId>) -> Option<Self> {
        study.holds(person, role, site).then(|| Self::in_role(study, person, role, site))
    }

    fn in_role(study: &StudyState, person: &PersonId, role: Role, site: Option<&SiteId>) -> Self {
        let reach = match (role, site) {
            (Role::IndependentRater, _) => Reach::Own(person.clone()),
            (Role::Administrator, _) => Reach::Announcements,
            (role, Some(site)) if role.is_of_a_site() => Reach::Site(site.clone()),
            (role, None) if role.is_of_a_site() => Reach::Announcements,
            _ => Reach::Study,
        };
        let mut labels = role.labels();
        // Raters keep their blinding for good: the same pool may rate the next study.
        if study.unblinded.is_some() && !matches!(reach, Reach::Own(_) | Reach::Announcements) {
            labels = Labels::all();
        }
        Self { reach, labels }
    }

    pub fn covers(&self, entry: &Entry) -> bool {
        let labels = entry.labels.within(self.labels);
        match &self.reach {
            Reach::Study => labels,
            Reach::Site(site) => labels && (entry.site.as_ref() == Some(site) || is_announcement(entry)),
            Reach::Own(person) => {
                // Not "whatever they wrote": what a rule derives from a rating is signed by the rater too, and
                // that a criterion was decided would tell that it was the baseline.
                entry.addressed_to.as_ref() == Some(person) || (labels && is_announcement(entry))
            }
            Reach::Announcements => labels && is_announcement(entry),
        }
    }

    /// Sees every entry, and so may see positions, sizes and proofs.
    pub fn is_whole(&self) -> bool {
        *self == Self::whole()
    }

    /// May read out by arm now.
    pub fn by_arm(&self) -> bool {
        self.reach == Reach::Study && Labels::ALLOCATION.and(Labels::OUTCOME).within(self.labels)
    }
}

fn is_announcement(entry: &Entry) -> bool {
    entry.stream == StreamId::Study
}
