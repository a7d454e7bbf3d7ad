//! Which parts of the house a role enters. The menu and the guards ask the same functions.

use record::{Clearance, Reach, Role};

use crate::pages::layout::NavLink;

/// Enrol, plan and ask for ratings.
pub const ENROLLING: &[Role] = &[Role::Coordinator, Role::Investigator];
/// Treat: see the participant, record visits and events.
pub const CLINICAL: &[Role] = &[Role::Coordinator, Role::Investigator, Role::Therapist];
/// Chart in a session.
pub const IN_SESSION: &[Role] = &[Role::Therapist, Role::Investigator];
pub const INVESTIGATOR: &[Role] = &[Role::Investigator];
pub const RATER: &[Role] = &[Role::IndependentRater];
pub const PHARMACIST: &[Role] = &[Role::Pharmacist];
pub const DATA_MANAGER: &[Role] = &[Role::DataManager];
pub const UNBLINDED_STATISTICIAN: &[Role] = &[Role::UnblindedStatistician];

/// See participants at all. Raters see their ratings only, administrators nothing clinical.
pub fn participants(role: Role) -> bool {
    !matches!(role, Role::IndependentRater | Role::Administrator)
}

/// See what is charted in sessions.
pub fn sessions(role: Role) -> bool {
    participants(role) && !matches!(role, Role::Pharmacist | Role::UnblindedPharmacist | Role::Sponsor)
}

/// See the ledger of kits.
pub fn stock(role: Role) -> bool {
    matches!(
        role,
        Role::Pharmacist | Role::UnblindedPharmacist | Role::Monitor | Role::Inspector | Role::DataManager
    )
}

/// See the read-out, or what stands before it.
pub fn readout(clearance: &Clearance, role: Role) -> bool {
    clearance.reach == Reach::Study && !matches!(role, Role::UnblindedPharmacist | Role::SafetyPhysician)
}

/// The menu of one page.
pub fn links(role: Role, clearance: &Clearance, here: &str) -> Vec<NavLink> {
    let rooms = [
        ("Today", "/", role != Role::IndependentRater),
        ("Ratings", "/ratings", role == Role::IndependentRater),
        ("Participants", "/participants", participants(role)),
        ("Stock", "/stock", stock(role)),
        ("Read-out", "/readout", readout(clearance, role)),
        ("Log", "/log", clearance.is_whole()),
    ];
    let open = rooms.into_iter().filter(|(.., open)| *open);
    open.map(|(text, href, _)| NavLink { text: text.into(), href: href.into(), here: is_here(href, here) })
        .collect()
}

fn is_here(href: &str, here: &str) -> bool {
    match href {
        "/" => here == "/",
        "/participants" => here.starts_with(href) || here.starts_with("/sessions"),
        _ => here.starts_with(href),
    }
}
