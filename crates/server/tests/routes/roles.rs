//! Which pages each role opens: 200, 403 for pages of other roles, 404 for what is not seen.

use crate::days::Staff;
use crate::house::{House, PEOPLE};

/// A house with a participant in a dosing session at S01.
async fn lived_in(house: &House) {
    let staff = Staff::of(house);
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    staff.dose().await;
}

const PAGES: [&str; 20] = [
    "/",
    "/participants",
    "/participants/new",
    "/participants/S01-001",
    "/participants/S01-001/consent",
    "/participants/S01-001/eligibility",
    "/participants/S01-001/adverse-events/new",
    "/participants/S01-001/visits/V9/rating",
    "/participants/S02-001",
    "/sessions/S01-001.V5",
    "/sessions/S01-001.V5/dose-given",
    "/sessions/S01-001.V10",
    "/ratings",
    "/stock",
    "/stock/count",
    "/readout",
    "/readout/lock",
    "/readout/report.html",
    "/log",
    "/clock",
];

/// The answers to [`PAGES`], in order.
fn expected(person: &str) -> [u16; 20] {
    let role = person.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    match role {
        _ if person == "coordinator-s01" => [
            200, 200, 200, 200, 200, 403, 200, 200, 404, 200, 403, 404, 403, 403, 403, 403, 403, 403, 403,
            200,
        ],
        _ if person == "investigator-s01" => [
            200, 200, 200, 200, 200, 200, 200, 200, 404, 200, 200, 404, 403, 403, 403, 403, 403, 403, 403,
            200,
        ],
        _ if person == "therapist-a-s01" => [
            200, 200, 403, 200, 403, 403, 200, 403, 404, 200, 200, 404, 403, 403, 403, 403, 403, 403, 403,
            200,
        ],
        _ if person == "pharmacist-s01" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 403, 403, 403, 403, 200, 200, 403, 403, 403, 403,
            200,
        ],
        // Another site: nothing of S01 is there.
        _ if person == "coordinator-s02" => [
            200, 200, 200, 404, 404, 403, 404, 404, 404, 404, 403, 404, 403, 403, 403, 403, 403, 403, 403,
            200,
        ],
        "rater" => [
            303, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403, 403, 403, 403,
            200,
        ],
        "monitor" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 200, 403, 404, 403, 200, 403, 200, 403, 403, 403,
            200,
        ],
        "data-manager" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 200, 403, 404, 403, 200, 403, 200, 200, 403, 403,
            200,
        ],
        "statistician" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 200, 403, 404, 403, 403, 403, 200, 403, 403, 403,
            200,
        ],
        "safety-physician" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 200, 403, 404, 403, 403, 403, 403, 403, 403, 403,
            200,
        ],
        "sponsor" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 403, 403, 403, 403, 403, 403, 200, 403, 403, 403,
            200,
        ],
        "unblinded-pharmacist" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 403, 403, 403, 403, 200, 403, 403, 403, 403, 403,
            200,
        ],
        "unblinded-statistician" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 200, 403, 404, 403, 403, 403, 200, 403, 403, 200,
            200,
        ],
        "inspector" => [
            200, 200, 403, 200, 403, 403, 403, 403, 404, 200, 403, 404, 403, 200, 403, 200, 403, 403, 200,
            200,
        ],
        _ => panic!("what {person} may open is not written down"),
    }
}

#[tokio::test]
async fn each_role_opens_its_own_rooms() {
    let house = House::new();
    lived_in(&house).await;
    let same = ["therapist-b-s01", "pharmacist-2-s01", "therapist-a-s02"];
    for (person, ..) in PEOPLE.iter().filter(|(person, ..)| !same.contains(person)) {
        let browser = house.browser(person);
        for (page, expected) in PAGES.iter().zip(expected(person)) {
            let got = browser.get(page).await;
            assert_eq!(got.status.as_u16(), expected, "{person} {page}: {}", got.words());
        }
    }
    for page in PAGES {
        assert_eq!(house.stranger().get(page).await.is(303).location(), "/sign-in", "{page}");
    }
}

#[tokio::test]
async fn the_menu_leads_only_where_one_may_go() {
    let house = House::new();
    for (person, ..) in PEOPLE {
        let browser = house.browser(person);
        let page = browser.get("/clock").await.is(200);
        let menu = page.text.split("<nav").nth(1).unwrap().split("</nav>").next().unwrap();
        for link in menu.split("href=\"").skip(1) {
            let href = link.split('"').next().unwrap();
            browser.get(href).await.is(200);
        }
    }
}

#[tokio::test]
async fn what_is_not_seen_and_what_is_not_there_look_alike() {
    let house = House::new();
    lived_in(&house).await;
    let browser = house.browser("coordinator-s02");
    let hidden = browser.get("/participants/S01-001").await.is(404);
    let nowhere = browser.get("/participants/S01-777").await.is(404);
    assert_eq!(hidden.text.replace("S01-001", "S01-777"), nowhere.text);
    let rater = house.browser("rater-2");
    let hidden = rater.get("/participants/S01-001").await.is(403);
    let nowhere = rater.get("/participants/S01-777").await.is(403);
    assert_eq!(hidden.text.replace("S01-001", "S01-777"), nowhere.text);
}

#[tokio::test]
async fn nobody_acts_for_another_role_or_site() {
    let house = House::new();
    lived_in(&house).await;
    let size = house.size();
    let therapist = house.browser("therapist-a-s02");
    let token = therapist.get("/clock").await.form("/clock");
    for path in [
        "/sessions/S01-001.V5/vitals",
        "/sessions/S01-001.V5/close",
        "/participants/S01-001/stop",
        "/participants/S01-001/consent",
        "/stock/dispense",
        "/readout/lock",
        "/log/verify",
    ] {
        let page = therapist.post(path, &token).await;
        assert!(matches!(page.status.as_u16(), 403 | 404), "{path}: {}", page.status);
    }
    assert_eq!(house.size(), size);
}

#[tokio::test]
async fn the_log_is_for_those_who_see_all_of_it() {
    let house = House::new();
    lived_in(&house).await;
    for _ in 0..60 {
        let to = house.app.now().plus_minutes(1);
        house.act(("administrator", record::Role::Administrator, None), record::Act::MoveClock { to });
    }
    let page = house.browser("inspector").get("/log").await.is(200);
    page.has("The log").has("Root").has("drew the arm");
    let older = page
        .text
        .split("rel=\"next\"")
        .next()
        .unwrap()
        .rsplit("href=\"")
        .next()
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    house.browser("inspector").get(&older).await.is(200).has("Newer");
}

#[tokio::test]
async fn the_record_is_locked_and_unblinded_by_two_roles() {
    let house = House::new();
    let manager = house.browser("data-manager");
    let statistician = house.browser("unblinded-statistician");
    statistician.get("/readout").await.is(200).has("No read-out by arm yet").has_not("Unblind the study");
    statistician
        .fill("/readout/unblind", "/readout/unblind", &[("reason", "the steering committee")])
        .await
        .is(409)
        .has("R0503");
    statistician.fill("/readout/unblind", "/readout/unblind", &[]).await.is(422).has("Say on whose decision");
    manager.send("/readout/lock", &[]).await;
    manager.get("/readout").await.has("The database is locked");
    statistician.send("/readout/unblind", &[("reason", "the steering committee")]).await;
    let page = statistician.get("/readout").await.is(200);
    page.has("nobody is randomised yet");
    let coordinator = house.browser("coordinator-s01");
    let refer = [
        ("site", "S01"),
        ("referred_on", "2026-03-02"),
        ("source", "clinic"),
        ("age_years", "41"),
        ("sex_at_birth", "female"),
    ];
    coordinator
        .fill("/participants/new", "/participants/new", &refer)
        .await
        .is(409)
        .has("the database is locked")
        .has("R0105");
}
