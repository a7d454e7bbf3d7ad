//! Streams of events, and requests that go wrong.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode, header};
use futures_core::Stream;
use server::request::shows;
use tower::ServiceExt as _;

use crate::days::Staff;
use crate::house::{Browser, HOST, House};

/// What arrives on a stream within a second and a half; `None` if nothing does, and an empty text at its end.
async fn next(stream: &mut BodyDataStream) -> Option<String> {
    let chunk = poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
    match tokio::time::timeout(Duration::from_millis(1500), chunk).await {
        Ok(Some(chunk)) => Some(String::from_utf8(chunk.unwrap().to_vec()).unwrap()),
        Ok(None) => Some(String::new()),
        Err(_) => None,
    }
}

/// Follows the events that a page names.
async fn follow(browser: &Browser<'_>, page: &str) -> BodyDataStream {
    let page = browser.get(page).await.is(200);
    let address = page.text.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let request = Request::get(address).header(header::COOKIE, &browser.cookie).header(header::HOST, HOST);
    let response = browser.house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    response.into_body().into_data_stream()
}

async fn in_the_room(staff: &Staff<'_>) -> String {
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    staff.dose().await
}

#[tokio::test]
async fn an_event_comes_when_what_one_sees_has_changed_and_not_otherwise() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    let other = house.browser("therapist-b-s01");
    let mut events = follow(&other, &session).await;
    assert_eq!(next(&mut events).await, None, "nothing has changed since the page was made");
    staff.vitals(&session, ["130", "82", "74", "36.8"]).await;
    assert_eq!(next(&mut events).await.as_deref(), Some("data: changed\n\n"));
    // Another participant of the site, and then what only others may see: nothing of this session.
    let today = staff.today();
    let refer = [
        ("site", "S01"),
        ("referred_on", today.as_str()),
        ("source", "self"),
        ("age_years", "50"),
        ("sex_at_birth", "male"),
    ];
    staff.coordinator.send("/participants/new", &refer).await;
    assert_eq!(next(&mut events).await, None);
}

#[tokio::test]
async fn what_happened_between_the_page_and_its_stream_is_told_at_once() {
    let house = House::new();
    let staff = Staff::of(&house);
    let session = in_the_room(&staff).await;
    let other = house.browser("therapist-b-s01");
    let page = other.get(&session).await;
    let address = page.text.split("data-live=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    staff.vitals(&session, ["130", "82", "74", "36.8"]).await;
    let request = Request::get(address).header(header::COOKIE, &other.cookie).header(header::HOST, HOST);
    let response = house.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let mut events = response.into_body().into_data_stream();
    assert_eq!(next(&mut events).await.as_deref(), Some("data: changed\n\n"));
}

#[tokio::test]
async fn a_rating_is_not_told_to_those_who_treat() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    let due = [("rater", "rater-1"), ("due_on", "30 Mar 2026")];
    staff.coordinator.send("/participants/S01-001/visits/V3/rating", &due).await;
    let mut today = follow(&staff.therapist, "/").await;
    let mut participant = follow(&staff.therapist, "/participants/S01-001").await;
    let rater = house.browser("rater-1");
    let list = rater.get("/ratings").await;
    let task = list.text.split("href=\"/ratings/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answers = [("rated_on", "2 Mar 2026"), ("item_1", "7"), ("item_2", "8"), ("item_3", "6")];
    rater.send(&format!("/ratings/{task}/sds"), &answers).await;
    assert_eq!(next(&mut today).await, None);
    assert_eq!(next(&mut participant).await, None);
}

#[tokio::test]
async fn streams_end_when_the_server_stops_and_when_the_reader_leaves() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    let mut left = follow(&staff.coordinator, "/participants/S01-001").await;
    let mut stayed = follow(&staff.therapist, "/participants/S01-001").await;
    let form = staff.coordinator.get("/").await.form("/sign-out");
    staff.coordinator.post("/sign-out", &form).await.is(303);
    staff.therapist.fill("/clock", "/clock", &[("advance", "1h")]).await.is(303);
    assert_eq!(next(&mut left).await.as_deref(), Some(""), "signed out: the stream has ended");
    assert_eq!(next(&mut stayed).await.as_deref(), Some("data: changed\n\n"), "the clock is everybody's");
    house.app.stop();
    assert_eq!(next(&mut stayed).await.as_deref(), Some(""));
    let gone = house.stranger().get("/participants/S01-001/events").await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let house = House::new();
    let panics = shows(|_, _| panic!("a mistake of ours"));
    let router = Router::new().route("/broken", panics).with_state(house.app.clone());
    let browser = house.browser("coordinator-s01");
    let broken = house.behind(router);
    let page = Browser { house: &broken, cookie: browser.cookie.clone() }.get("/broken").await.is(500);
    page.has("Something went wrong on our side").has("e-").has_not("a mistake of ours");
    browser.get("/").await.is(200);
}
