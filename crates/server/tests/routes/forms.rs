//! What a form does when it is sent twice, changed, or filled in badly.

use axum::http::Method;

use crate::days::Staff;
use crate::house::{House, encode};

#[tokio::test]
async fn a_form_sent_twice_records_once() {
    let house = House::new();
    let staff = Staff::of(&house);
    let today = staff.today();
    let mut fields = staff.coordinator.get("/participants/new").await.form("/participants/new");
    let refer = [
        ("site", "S01"),
        ("referred_on", today.as_str()),
        ("source", "self"),
        ("age_years", "41"),
        ("sex_at_birth", "male"),
    ];
    fields.extend(refer.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let first = staff.coordinator.post("/participants/new", &fields).await.is(303);
    let size = house.size();
    let again = staff.coordinator.post("/participants/new", &fields).await.is(303);
    assert_eq!(first.location(), again.location());
    assert_eq!(house.size(), size, "the second sending wrote nothing");
    // Going back and changing something is another form, though it carries the same command.
    let changed: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.clone(), if value == "41" { "42".into() } else { value.clone() }))
        .collect();
    let other = staff.coordinator.post("/participants/new", &changed).await.is(303);
    assert_ne!(first.location(), other.location());
}

#[tokio::test]
async fn every_step_of_a_session_can_be_sent_twice() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    let session = staff.begin("V5").await;
    staff.dispense().await;
    staff.check(&session, "environment").await;
    staff.check(&session, "pre-dose").await;
    staff.vitals(&session, ["124", "78", "68", "36.6"]).await;
    house.minutes(1);
    let now = staff.now();
    let kit = staff.kit(&session).await;
    let action = format!("{session}/initial-dose");
    let mut dose = staff.therapist.get(&session).await.form(&action);
    let given = [
        ("milligrams", "80"),
        ("given_at", now.as_str()),
        ("kit", kit.as_str()),
        ("witness", "therapist-b-s01"),
    ];
    dose.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
    staff.therapist.post(&action, &dose).await.is(303);
    let size = house.size();
    for _ in 0..3 {
        staff.therapist.post(&action, &dose).await.is(303);
    }
    assert_eq!(house.size(), size);
    staff.therapist.get(&session).await.has("Given").has("80 mg");
}

#[tokio::test]
async fn bad_input_keeps_what_was_entered_and_says_what_to_mend() {
    let house = House::new();
    let staff = Staff::of(&house);
    let size = house.size();
    let fields =
        [("site", "S01"), ("referred_on", "2026-13-45"), ("source", "clinic"), ("age_years", "forty")];
    let page = staff.coordinator.fill("/participants/new", "/participants/new", &fields).await.is(422);
    page.has("Please mend these")
        .has("Enter the day of the referral")
        .has("Enter the age as a whole number from 0 to 120");
    page.has("Choose the sex at birth");
    assert!(page.text.contains("value=\"forty\""), "what was entered is kept");
    assert!(page.text.contains("href=\"#refer-age_years\""), "the summary leads to the field");
    assert_eq!(house.size(), size);
}

#[tokio::test]
async fn bad_vital_signs_keep_the_rest_of_the_form() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    let session = staff.begin("V5").await;
    let action = format!("{session}/vitals");
    for (fields, said) in [
        (
            vec![("systolic", "1400"), ("diastolic", "88"), ("taken_at", "09:00")],
            "Enter the systolic pressure as a whole number",
        ),
        (
            vec![("systolic", "140"), ("temperature", "hot"), ("taken_at", "09:00")],
            "Enter the temperature as a number",
        ),
        (vec![("taken_at", "09:00")], "Enter what was measured"),
        (vec![("systolic", "140"), ("taken_at", "25:00")], "on a 24-hour clock"),
        (vec![("systolic", "140"), ("taken_at", "23:59")], "within this session that has passed"),
    ] {
        let size = house.size();
        let page = staff.therapist.fill(&session, &action, &fields).await.is(422);
        page.has(said);
        for (name, value) in fields.iter().filter(|(name, _)| *name != "taken_at") {
            let field =
                page.text.split(&format!("id=\"vitals-{name}\"")).nth(1).unwrap().split('>').next().unwrap();
            assert!(field.contains(&format!("value=\"{value}\"")), "{name} {value}: {field}");
        }
        assert_eq!(house.size(), size);
    }
}

#[tokio::test]
async fn what_people_type_is_shown_and_never_run() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    let (today, now) = (staff.today(), staff.now());
    let nasty = "<script>alert(1)</script>\" onload='x' & more";
    let contact = [("on", today.as_str()), ("at", now.as_str()), ("summary", nasty)];
    let to = staff.coordinator.send("/participants/S01-001/contacts/new", &contact).await;
    let page = staff.coordinator.get(&to).await.is(200);
    page.has_not("<script>alert(1)").has("&lt;script&gt;alert(1)");
    let filter = staff.coordinator.get("/participants?stage=%3Cscript%3E&site=%22%3E&page=-1").await.is(200);
    filter.has_not("<script>&");
}

#[tokio::test]
async fn a_form_without_its_fields_is_a_page_with_faults() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    let forms = [
        "/participants/new",
        "/participants/S01-001/consent",
        "/participants/S01-001/consent/withdrawn",
        "/participants/S01-001/screening",
        "/participants/S01-001/pair",
        "/participants/S01-001/not-enrolled",
        "/participants/S01-001/stop",
        "/participants/S01-001/complete",
        "/participants/S01-001/contacts/new",
        "/participants/S01-001/suicidality",
        "/participants/S01-001/guesses/new",
        "/participants/S01-001/ratings/not-done",
        "/participants/S01-001/adverse-events/new",
        "/participants/S01-001/adverse-events/ended",
        "/participants/S01-001/visits/V0",
        "/participants/S01-001/visits/V0/plan",
        "/participants/S01-001/visits/V3/rating",
        "/clock",
    ];
    let size = house.size();
    for form in forms {
        let empty = staff.coordinator.get(form).await.is(200).form(form);
        let page = staff.coordinator.request(Method::POST, form, &encode(&empty), &[]).await;
        assert_eq!(page.status.as_u16(), 422, "{form}: {}", page.words());
        page.has("Please mend");
    }
    for form in ["/stock/count"] {
        staff.pharmacist.fill(form, form, &[]).await.is(422);
    }
    assert_eq!(house.size(), size);
}

#[tokio::test]
async fn a_refusal_says_what_of_the_form_is_recorded_all_the_same() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    let session = staff.begin("V5").await;
    let action = format!("{session}/close");
    let mut late = staff.therapist.get(&session).await.form(&action);
    let now = staff.now();
    late.extend([("ended_at".to_owned(), now), ("check_oriented".to_owned(), "yes".to_owned())]);
    staff.close(&session).await;
    let page = staff.therapist.post(&action, &late).await;
    page.has("R0304").has("the session is closed").has("Nothing was recorded");
    house.minutes(1);
    late.iter_mut()
        .filter(|(name, _)| name == "check_oriented")
        .for_each(|(_, answer)| *answer = "no".into());
    let page = staff.therapist.post(&action, &late).await.is(409);
    page.has("R0304").has("What came before it in the same form is recorded: 1 entry");
}
