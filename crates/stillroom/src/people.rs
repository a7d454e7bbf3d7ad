//! Log-ins of a rehearsal: one per role, all with the same password, for this machine alone.

use record::Role;
use rehearsal::Rehearsed;
use rehearsal::staff::Member;

/// A real study never has it: there, an administrator makes each account.
pub const PASSWORD: &str = "stillroom";

/// In which order log-ins are listed: as the study goes.
pub const ORDER: [&str; 14] = [
    "coordinator",
    "investigator",
    "therapist",
    "therapist-b",
    "pharmacist",
    "rater",
    "rater-2",
    "monitor",
    "data-manager",
    "statistician",
    "unblinded-statistician",
    "unblinded-pharmacist",
    "inspector",
    "administrator",
];

/// How many raters of the pool can sign in: enough to rate one participant through.
const RATERS: usize = 4;

/// One log-in per role, and who acts under it: the people of the site where somebody is in a dosing session, the
/// pair of that session among them, or else of the first site.
pub fn log_ins(rehearsed: &Rehearsed) -> Vec<(String, Member)> {
    let staff = &rehearsed.staff;
    let pairs = staff.sites.iter().flat_map(|site| site.pairs.iter().map(move |pair| (site, pair)));
    let in_session =
        |pair: &[Member; 2]| rehearsed.in_session.as_ref().is_some_and(|busy| busy[0] == pair[0].person);
    let (site, pair) = pairs
        .into_iter()
        .find(|(_, pair)| in_session(pair))
        .unwrap_or((&staff.sites[0], &staff.sites[0].pairs[0]));
    let central = [
        &staff.data_manager,
        &staff.monitor,
        &staff.safety_physician,
        &staff.statistician,
        &staff.unblinded_statistician,
        &staff.unblinded_pharmacist,
        &staff.sponsor,
        &staff.inspector,
        &staff.administrator,
    ];
    let mut all = vec![
        (String::from("coordinator"), site.coordinator.clone()),
        (String::from("investigator"), site.investigator.clone()),
        (String::from("therapist"), pair[0].clone()),
        (String::from("therapist-b"), pair[1].clone()),
        (String::from("pharmacist"), site.pharmacist.clone()),
    ];
    all.extend(staff.raters.iter().take(RATERS).enumerate().map(|(place, rater)| {
        let login = if place == 0 { String::from("rater") } else { format!("rater-{}", place + 1) };
        (login, rater.clone())
    }));
    all.extend(central.into_iter().map(|member| (member.role.name().replace(' ', "-"), member.clone())));
    all
}

/// What somebody in this role comes here for, in a line.
pub fn purpose(role: Role) -> &'static str {
    match role {
        Role::Coordinator => "refers, consents, schedules, asks for ratings",
        Role::Investigator => "judges eligibility, signs it, randomises",
        Role::Therapist => "runs sessions: vital signs, doses, notes",
        Role::Pharmacist => "dispenses, takes back and counts kits, blinded",
        Role::UnblindedPharmacist => "packs kits; knows what they hold",
        Role::IndependentRater => "rates by interview; sees nothing else",
        Role::Monitor => "reads along at every site, blinded to arms",
        Role::DataManager => "follows the data, locks the database",
        Role::SafetyPhysician => "reads adverse events across sites",
        Role::Statistician => "blinded: pooled data only",
        Role::UnblindedStatistician => "holds the list, unblinds after the lock, reads out by arm",
        Role::DataMonitoringBoard => "reads by arm during the study",
        Role::Sponsor => "sees progress, no clinical data",
        Role::Inspector => "reads everything, and the log with its verification",
        Role::Administrator => "grants roles; sees no clinical data",
    }
}
