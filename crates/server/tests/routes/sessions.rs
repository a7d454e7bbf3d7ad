//! The room: what is refused and how that is said, what is recorded all the same, corrections, late entries.

use crate::days::Staff;
use crate::house::House;

async fn in_the_room(staff: &Staff<'_>) -> String {
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    staff.begin("V5").await
}

#[tokio::test]
async fn a_dose_that_may_not_be_given_says_why_and_what_to_do() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    let page = staff.therapist.get(&session).await.is(200);
    page.has("Not now: the initial dose is not open now").has("R0313").has("not done:").has("Do the checks");
    staff.check(&session, "pre-dose").await;
    let page = staff.therapist.get(&session).await;
    page.has("R0317").has("take the vital signs").has("Chart the vital signs");
    staff.vitals(&session, ["124", "78", "68", "36.6"]).await;
    staff
        .therapist
        .get(&session)
        .await
        .has("R0314")
        .has("ask the pharmacist to dispense the kit")
        .has("waits for the pharmacist");
    staff.dispense().await;
    house.minutes(1);
    staff.vitals(&session, ["190", "110", "68", "36.6"]).await;
    let page = staff.therapist.get(&session).await;
    page.has("R0319").has("Call the physician").has("Record that it is not given");
    let size = house.size();
    // The form is not shown; somebody who sends it all the same is refused, and nothing is recorded.
    let csrf = page.form(&format!("{session}/vitals"));
    let (now, kit) = (staff.now(), staff.kit(&session).await);
    let mut forged = csrf;
    let dose = [
        ("milligrams", "80"),
        ("given_at", now.as_str()),
        ("kit", kit.as_str()),
        ("witness", "therapist-b-s01"),
    ];
    forged.extend(dose.map(|(name, value)| (name.to_owned(), value.to_owned())));
    staff
        .therapist
        .post(&format!("{session}/initial-dose"), &forged)
        .await
        .is(409)
        .has("Something was charted since");
    assert_eq!(house.size(), size);
}

#[tokio::test]
async fn a_wrong_amount_is_refused_on_a_page_of_its_own() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    staff.dispense().await;
    staff.check(&session, "pre-dose").await;
    staff.vitals(&session, ["124", "78", "68", "36.6"]).await;
    let (now, kit) = (staff.now(), staff.kit(&session).await);
    let size = house.size();
    let dose = [
        ("milligrams", "75"),
        ("given_at", now.as_str()),
        ("kit", kit.as_str()),
        ("witness", "therapist-b-s01"),
    ];
    let page = staff.therapist.fill(&session, &format!("{session}/initial-dose"), &dose).await.is(409);
    page.has("75 mg is not an initial dose").has("choose 80 mg").has("R0312").has("Nothing was recorded");
    let wrong =
        [("milligrams", "80"), ("given_at", now.as_str()), ("kit", "9999"), ("witness", "therapist-a-s01")];
    let page = staff.therapist.fill(&session, &format!("{session}/initial-dose"), &wrong).await.is(422);
    page.has("Check the label").has("it cannot be you");
    assert_eq!(house.size(), size);
}

#[tokio::test]
async fn a_dose_form_that_is_older_than_the_chart_comes_back() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    staff.dispense().await;
    staff.check(&session, "pre-dose").await;
    staff.vitals(&session, ["124", "78", "68", "36.6"]).await;
    let action = format!("{session}/initial-dose");
    let mut old = staff.therapist.get(&session).await.form(&action);
    let (now, kit) = (staff.now(), staff.kit(&session).await);
    let dose = [
        ("milligrams", "80"),
        ("given_at", now.as_str()),
        ("kit", kit.as_str()),
        ("witness", "therapist-b-s01"),
    ];
    old.extend(dose.map(|(name, value)| (name.to_owned(), value.to_owned())));
    staff.vitals(&session, ["126", "80", "70", "36.6"]).await;
    let page = staff.therapist.post(&action, &old).await.is(409);
    page.has("Something was charted since you opened this page");
    let mut fresh = page.form(&action);
    fresh.extend(dose.map(|(name, value)| (name.to_owned(), value.to_owned())));
    staff.therapist.post(&action, &fresh).await.is(303);
    staff.therapist.get(&session).await.has("80 mg at");
}

#[tokio::test]
async fn a_dose_given_without_leave_is_recorded_and_found() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    house.minutes(30);
    let now = staff.now();
    let address = format!("{session}/dose-given");
    let fields = [
        ("dose", "initial"),
        ("milligrams", "80"),
        ("given_at", now.as_str()),
        ("witness", "therapist-b-s01"),
        ("reason", "the checks were on paper"),
    ];
    staff.therapist.send(&address, &fields).await;
    let page = staff.therapist.get(&session).await;
    page.has("Initial dose of 80 mg given from kit unknown")
        .has("dose without permission")
        .has("dose from unknown kit");
    page.has("the checks were on paper");
    staff.pharmacist.get("/stock").await.has("1 discrepancy is open").has("lacks 80 mg");
    staff.pharmacist.get("/").await.has("Resolve");
}

#[tokio::test]
async fn a_supplement_is_withheld_with_its_reason() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    let session = staff.dose().await;
    house.minutes(200);
    let page = staff.therapist.get(&session).await;
    page.has("R0322").has("its time is over");
    let action = format!("{session}/withhold");
    staff
        .therapist
        .fill(&session, &action, &[("reason", "other")])
        .await
        .is(422)
        .has("Say why, in your words");
    staff.therapist.fill(&session, &action, &[("reason", "time"), ("detail", "they slept")]).await.is(303);
    let page = staff.therapist.get(&session).await;
    page.has("Supplemental dose not given: time: they slept");
    page.has_not("Record that it was not given");
}

#[tokio::test]
async fn a_reading_is_corrected_and_both_stay() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    staff.vitals(&session, ["182", "84", "88", "37.0"]).await;
    let page = staff.therapist.get(&session).await;
    let address = page.text.split("/correct\"").next().unwrap().rsplit("href=\"").next().unwrap().to_owned();
    let address = format!("{address}/correct");
    staff.therapist.get(&address).await.is(200).has("182/84 mmHg").has("Why is it corrected?");
    let same =
        [("systolic", "182"), ("diastolic", "84"), ("pulse", "88"), ("temperature", "37"), ("reason", "x")];
    staff.therapist.fill(&address, &address, &same).await.is(422).has("nothing is different");
    let right = [
        ("systolic", "128"),
        ("diastolic", "84"),
        ("pulse", "88"),
        ("temperature", "37"),
        ("reason", "digits swapped"),
    ];
    assert_eq!(staff.therapist.send(&address, &right).await, session);
    let page = staff.therapist.get(&session).await;
    page.has("128/84 mmHg").has("digits swapped").has("corrected by").has("corrects");
    let entry = address.trim_end_matches("/correct");
    staff
        .therapist
        .get(entry)
        .await
        .is(200)
        .has("Corrected by")
        .has("Happened")
        .has("Entered")
        .has("treatment revealing");
}

#[tokio::test]
async fn late_entries_say_when_it_happened_and_when_it_was_recorded() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    let then = staff.now();
    house.minutes(150);
    let late = [
        ("systolic", "120"),
        ("diastolic", "80"),
        ("pulse", "70"),
        ("temperature", "36.6"),
        ("taken_at", then.as_str()),
    ];
    staff.therapist.fill(&session, &format!("{session}/vitals"), &late).await.is(303);
    let page = staff.therapist.get(&session).await;
    page.has(&format!("{then} 120/80 mmHg")).has("late").has("· recorded");
    staff.close(&session).await;
    house.minutes(20 * 60);
    let page = staff.therapist.get(&session).await;
    page.has("late entry: the session is closed").has_not("Close the session");
    let forgotten = [("text", "left with their sister"), ("at", then.as_str())];
    staff.therapist.fill(&session, &format!("{session}/notes"), &forgotten).await.is(303);
    staff.therapist.get(&session).await.has("left with their sister").has("late");
}

#[tokio::test]
async fn presence_effects_and_notes_are_charted() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    let session = staff.dose().await;
    house.minutes(60);
    let now = staff.now();
    let left = [("person", "therapist-b-s01"), ("presence", "left"), ("at", now.as_str())];
    staff.therapist.fill(&session, &format!("{session}/presence"), &left).await.is(303);
    let effects = [("asked_at", now.as_str()), ("effect_nausea", "2"), ("effect_jaw-tightness", "0")];
    staff.therapist.fill(&session, &format!("{session}/effects"), &effects).await.is(303);
    let note = [("text", "settled, eyes closed"), ("at", now.as_str())];
    staff.therapist.fill(&session, &format!("{session}/notes"), &note).await.is(303);
    let page = staff.therapist.get(&session).await;
    page.has(&format!("left {now}"))
        .has("Session effects:")
        .has("settled, eyes closed")
        .has("1 here")
        .has("Saved");
}
