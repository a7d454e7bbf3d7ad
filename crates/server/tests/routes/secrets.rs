//! Planted secrets: what is not seen is on no page, whatever address is asked for.

use record::{Clearance, StreamId};

use crate::days::Staff;
use crate::house::House;

/// Every address of the house that leads anywhere.
fn addresses(house: &House) -> Vec<String> {
    let mut addresses: Vec<String> = [
        "/",
        "/participants",
        "/participants?stage=in+treatment",
        "/participants/S01-001",
        "/sessions/S01-001.V5",
        "/ratings",
        "/stock",
        "/stock?site=S01",
        "/readout",
        "/readout/report.html",
        "/readout/tables/subjects.csv",
        "/log",
        "/log?before=50",
        "/clock",
        "/participants/S01-001/eligibility",
        "/participants/S01-001/sign",
        "/participants/S01-001/randomised",
        "/participants/S01-001/visits/V5",
        "/participants/S01-001/visits/V9/rating",
        "/participants/S01-001/guesses/new",
    ]
    .map(String::from)
    .into();
    // And every entry there is, by its full id.
    let log = house.app.record().log(0, 10_000).unwrap();
    addresses.extend(log.iter().map(|stored| format!("/entries/{}", stored.id)));
    addresses.extend(log.iter().map(|stored| format!("/entries/{}/correct", stored.id)));
    addresses
}

async fn lived_in(house: &House) {
    let staff = Staff::of(house);
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    let session = staff.dose().await;
    let (now, note) = (staff.now(), "zebra-note");
    staff
        .therapist
        .fill(&session, &format!("{session}/notes"), &[("text", note), ("at", now.as_str())])
        .await
        .is(303);
}

#[tokio::test]
async fn those_who_treat_see_no_arm_and_no_outcome() {
    let house = House::new();
    lived_in(&house).await;
    let protocol = house.app.record().protocol().unwrap();
    // The site is blinded to the arm and to every score.
    let log = house.app.record().log(0, 10_000).unwrap();
    let secret: Vec<_> = log
        .iter()
        .map(|stored| record::Entry::from_bytes(stored.id, &stored.bytes).unwrap())
        .filter(|entry| {
            entry.stream == StreamId::Allocation || matches!(entry.body, record::Body::RatingAnswered { .. })
        })
        .collect();
    assert!(secret.len() >= 5, "the list, two shipments, a draw, two answers");
    for person in [
        "therapist-a-s01",
        "coordinator-s01",
        "investigator-s01",
        "pharmacist-s01",
        "safety-physician",
        "sponsor",
    ] {
        let browser = house.browser(person);
        for address in addresses(&house) {
            let page = browser.get(&address).await;
            for entry in &secret {
                page.has_not(&entry.id.short());
                // A page of nothing names its own address, and nothing else.
                if !address.contains(&entry.id.to_string()) {
                    page.has_not(&entry.id.to_string());
                }
                if address == format!("/entries/{}", entry.id) {
                    assert!(matches!(page.status.as_u16(), 403 | 404), "{person} {address}");
                }
            }
            for text in ["drew the arm", "What 18 kits", "caps-5 answered", "item_22"] {
                page.has_not(text);
            }
            // The arms' names stand on no page of the site, except as choices when somebody guesses.
            for arm in
                protocol.arms.iter().filter(|_| !address.contains("guesses") && page.status.as_u16() == 200)
            {
                let words = page.words().replace("MDMA-assisted", "");
                assert!(!words.contains(&format!("arm {}", arm.id)), "{person} {address}: {words}");
            }
        }
    }
}

#[tokio::test]
async fn a_rater_sees_handles_and_nothing_else() {
    let house = House::new();
    lived_in(&house).await;
    for person in ["rater-1", "rater-2"] {
        let rater = house.browser(person);
        let mut all = addresses(&house);
        let list = rater.get("/ratings").await.is(200);
        let tasks: Vec<String> = list
            .text
            .split("href=\"/ratings/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert_eq!(tasks.len(), usize::from(person == "rater-1"));
        for task in &tasks {
            all.extend([format!("/ratings/{task}/caps-5"), format!("/ratings/{task}/sds")]);
        }
        for address in all {
            let page = rater.get(&address).await;
            let may = address.starts_with("/ratings") || matches!(address.as_str(), "/" | "/clock");
            assert!(
                may || page.status.as_u16() == 403 || page.status.as_u16() == 404,
                "{person} {address} {}",
                page.status
            );
            if page.status.as_u16() == 200 {
                for text in
                    ["S01-001", "S01", "V3", "V5", "T1", "Ashgrove", "zebra-note", "therapist-a", "kit"]
                {
                    page.has_not(text);
                }
            }
        }
    }
}

#[tokio::test]
async fn an_entry_is_shown_to_those_who_are_cleared_for_it_and_to_nobody_else() {
    let house = House::new();
    lived_in(&house).await;
    for person in ["coordinator-s02", "statistician", "monitor", "unblinded-pharmacist-1", "inspector"] {
        let (_, role, at) = crate::house::who(person);
        let at = at.map(crate::house::site);
        let study = house.app.record().announcements().study();
        let clearance = Clearance::of(&study, &crate::house::person(person), role, at.as_ref()).unwrap();
        let browser = house.browser(person);
        for stored in house.app.record().log(0, 10_000).unwrap() {
            let entry = record::Entry::from_bytes(stored.id, &stored.bytes).unwrap();
            let page = browser.get(&format!("/entries/{}", entry.id)).await;
            assert_eq!(page.status.as_u16() == 200, clearance.covers(&entry), "{person} {:?}", entry.body);
        }
    }
}
