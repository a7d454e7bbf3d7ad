//! The people and sites of a rehearsal. All invented.

use terms::{PersonId, SiteId};

use record::Role;

/// Somebody who acts in the rehearsal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub site: Option<SiteId>,
}

/// A site with its people.
#[derive(Clone, Debug)]
pub struct Site {
    pub id: SiteId,
    pub name: String,
    pub zone: &'static str,
    pub coordinator: Member,
    pub investigator: Member,
    pub pharmacist: Member,
    /// Counts with the pharmacist.
    pub second_pharmacist: Member,
    /// Therapist pairs; a participant keeps theirs throughout.
    pub pairs: Vec<[Member; 2]>,
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct Staff {
    pub sites: Vec<Site>,
    pub raters: Vec<Member>,
    pub administrator: Member,
    pub unblinded_pharmacist: Member,
    pub second_unblinded_pharmacist: Member,
    pub statistician: Member,
    pub unblinded_statistician: Member,
    pub data_manager: Member,
    pub monitor: Member,
    pub safety_physician: Member,
    pub sponsor: Member,
    pub inspector: Member,
}

const PLACES: [(&str, &str); 13] = [
    ("Ashgrove House", "America/New_York"),
    ("Birchfield Clinic", "America/New_York"),
    ("Cedar Lane Centre", "America/Chicago"),
    ("Dunmore Institute", "America/Denver"),
    ("Elmwood Clinic", "America/Los_Angeles"),
    ("Fernhill House", "America/Los_Angeles"),
    ("Glenbrook Centre", "America/Chicago"),
    ("Hawthorn Clinic", "America/New_York"),
    ("Ivybridge House", "America/Los_Angeles"),
    ("Juniper Centre", "America/New_York"),
    ("Kestrel Clinic", "America/Denver"),
    ("Linden Institute", "Asia/Jerusalem"),
    ("Mallow House", "Asia/Jerusalem"),
];

const INITIALS: &[u8] = b"ABCDEFGHJKLMNPRSTVWZ";

const SURNAMES: [&str; 29] = [
    "Adler",
    "Brandt",
    "Calder",
    "Dufour",
    "Ekman",
    "Farrow",
    "Galen",
    "Hollis",
    "Ibsen",
    "Jansen",
    "Keller",
    "Lindqvist",
    "Marlow",
    "Novak",
    "Okafor",
    "Peralta",
    "Quill",
    "Rosen",
    "Sato",
    "Thorne",
    "Ueda",
    "Varga",
    "Winter",
    "Xu",
    "Yilmaz",
    "Zeller",
    "Amari",
    "Bishop",
    "Castell",
];

/// Names come from a list, in turn: nobody real is meant.
struct Names(usize);

impl Names {
    fn next(&mut self) -> String {
        let place = self.0;
        self.0 += 1;
        let initial = INITIALS[(place * 7 + place / SURNAMES.len()) % INITIALS.len()] as char;
        format!("{initial}. {}", SURNAMES[place % SURNAMES.len()])
    }

    fn member(&mut self, person: String, role: Role, site: Option<&SiteId>) -> Member {
        let person = PersonId::new(person).expect("roles and numbers make an id");
        Member { person, name: self.next(), role, site: site.cloned() }
    }
}

impl Staff {
    /// `sites` from 1 to 99, `pairs_per_site` at least 1, `raters` at least as many as there are timepoints.
    pub fn invent(sites: u32, pairs_per_site: u32, raters: u32) -> Self {
        let mut names = Names(0);
        let mut central = |person: &str, role| names.member(person.into(), role, None);
        let administrator = central("administrator", Role::Administrator);
        let unblinded_pharmacist = central("unblinded-pharmacist-1", Role::UnblindedPharmacist);
        let second_unblinded_pharmacist = central("unblinded-pharmacist-2", Role::UnblindedPharmacist);
        let statistician = central("statistician", Role::Statistician);
        let unblinded_statistician = central("unblinded-statistician", Role::UnblindedStatistician);
        let data_manager = central("data-manager", Role::DataManager);
        let monitor = central("monitor", Role::Monitor);
        let safety_physician = central("safety-physician", Role::SafetyPhysician);
        let sponsor = central("sponsor", Role::Sponsor);
        let inspector = central("inspector", Role::Inspector);
        let raters = (1..=raters)
            .map(|number| names.member(format!("rater-{number:02}"), Role::IndependentRater, None))
            .collect();
        let sites = (1..=sites).map(|number| Site::invent(number, pairs_per_site, &mut names)).collect();
        Self {
            sites,
            raters,
            administrator,
            unblinded_pharmacist,
            second_unblinded_pharmacist,
            statistician,
            unblinded_statistician,
            data_manager,
            monitor,
            safety_physician,
            sponsor,
            inspector,
        }
    }

    /// Everybody but the administrator, who grants them their roles.
    pub fn others(&self) -> impl Iterator<Item = &Member> {
        let central = [
            &self.unblinded_pharmacist,
            &self.second_unblinded_pharmacist,
            &self.statistician,
            &self.unblinded_statistician,
            &self.data_manager,
            &self.monitor,
            &self.safety_physician,
            &self.sponsor,
            &self.inspector,
        ];
        central.into_iter().chain(&self.raters).chain(self.sites.iter().flat_map(Site::members))
    }
}

impl Site {
    fn invent(number: u32, pairs: u32, names: &mut Names) -> Self {
        let (place, zone) = PLACES[(number as usize - 1) % PLACES.len()];
        let id = SiteId::new(format!("S{number:02}")).expect("a letter and a number make an id");
        let of = |person: &str| format!("{person}-{}", id.as_str().to_lowercase());
        Self {
            name: place.into(),
            zone,
            coordinator: names.member(of("coordinator"), Role::Coordinator, Some(&id)),
            investigator: names.member(of("investigator"), Role::Investigator, Some(&id)),
            pharmacist: names.member(of("pharmacist"), Role::Pharmacist, Some(&id)),
            second_pharmacist: names.member(of("pharmacist-2"), Role::Pharmacist, Some(&id)),
            pairs: (1..=pairs)
                .map(|pair| {
                    ["a", "b"].map(|half| {
                        names.member(of(&format!("therapist-{pair}{half}")), Role::Therapist, Some(&id))
                    })
                })
                .collect(),
            id,
        }
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        [&self.coordinator, &self.investigator, &self.pharmacist, &self.second_pharmacist]
            .into_iter()
            .chain(self.pairs.iter().flatten())
    }
}
