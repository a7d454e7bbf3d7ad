//! Who comes in, who does not, and what a form must carry.

use axum::http::Method;
use server::clock::Clock as _;

use crate::house::{Browser, House, encode, person, site};

fn with_password(house: &House) {
    let at = site("S01");
    let (login, role) = ("coordinator-s01", record::Role::Coordinator);
    server::accounts::add(house.app.accounts(), login, "quiet-room", &person(login), role, Some(&at))
        .unwrap();
}

async fn try_in<'a>(house: &'a House, login: &str, password: &str) -> (u16, Browser<'a>, String) {
    let stranger = house.stranger();
    let page = stranger.fill("/sign-in", "/sign-in", &[("person", login), ("password", password)]).await;
    let cookie =
        page.headers.get("set-cookie").map(|cookie| cookie.to_str().unwrap().to_owned()).unwrap_or_default();
    let pair = cookie.split(';').next().unwrap_or_default().to_owned();
    (
        page.status.as_u16(),
        Browser { house, cookie: pair },
        if cookie.is_empty() { page.words() } else { cookie },
    )
}

#[tokio::test]
async fn the_right_password_opens_the_house_and_signing_out_closes_it() {
    let house = House::new();
    with_password(&house);
    let (status, browser, cookie) = try_in(&house, "coordinator-s01", "quiet-room").await;
    assert_eq!(status, 303);
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let today = browser.get("/").await.is(200);
    today.has("Name of coordinator-s01").has("Ashgrove House, S01");
    let csrf = today.form("/sign-out");
    assert_eq!(browser.post("/sign-out", &csrf).await.is(303).location(), "/sign-in");
    assert_eq!(browser.get("/").await.is(303).location(), "/sign-in", "the token is worth nothing any more");
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_answer_alike() {
    let house = House::new();
    with_password(&house);
    let (wrong, _, wrong_words) = try_in(&house, "coordinator-s01", "loud-room").await;
    let (unknown, _, unknown_words) = try_in(&house, "nobody-at-all", "loud-room").await;
    assert_eq!((wrong, unknown), (422, 422));
    assert!(wrong_words.contains("do not belong together"), "{wrong_words}");
    assert_eq!(wrong_words, unknown_words);
}

#[tokio::test]
async fn five_wrong_passwords_in_a_row_make_one_wait_whether_the_name_is_known_or_not() {
    let house = House::new();
    with_password(&house);
    for login in ["coordinator-s01", "nobody-at-all"] {
        for _ in 0..5 {
            assert_eq!(try_in(&house, login, "loud-room").await.0, 422);
        }
        let (status, _, words) = try_in(&house, login, "quiet-room").await;
        assert_eq!(status, 429, "even the right password waits");
        assert!(words.contains("Wait 30 s"), "{words}");
    }
    house.wall.put_forward(house.wall.now().plus_minutes(1));
    assert_eq!(try_in(&house, "coordinator-s01", "quiet-room").await.0, 303);
}

#[tokio::test]
async fn sign_ins_end_by_themselves() {
    let house = House::new();
    let browser = house.browser("coordinator-s01");
    for _ in 0..11 {
        house.wall.put_forward(house.wall.now().plus_minutes(59));
        browser.get("/").await.is(200);
    }
    house.wall.put_forward(house.wall.now().plus_minutes(61));
    browser.get("/").await.is(303);
    let browser = house.browser("monitor");
    for _ in 0..12 {
        browser.get("/").await.is(200);
        house.wall.put_forward(house.wall.now().plus_minutes(59));
    }
    house.wall.put_forward(house.wall.now().plus_minutes(30));
    browser.get("/").await.is(303);
}

#[tokio::test]
async fn a_role_that_has_ended_signs_in_to_nothing() {
    let house = House::new();
    let browser = house.browser("monitor");
    browser.get("/participants").await.is(200);
    let end = record::Act::EndRole { person: person("monitor"), role: record::Role::Monitor, site: None };
    house.act(("administrator", record::Role::Administrator, None), end);
    browser.get("/participants").await.is(303);
}

#[tokio::test]
async fn forms_from_elsewhere_are_not_taken() {
    let house = House::new();
    let browser = house.browser("coordinator-s01");
    let before = house.size();
    let good = browser.get("/clock").await.form("/clock");
    let mut fields = good.clone();
    fields.push(("advance".into(), "1h".into()));
    let body = encode(&fields);
    for header in [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
        browser.request(Method::POST, "/clock", &body, &[header]).await.is(403).has("was not taken");
    }
    let forged: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.clone(), if name == "csrf" { "guess".into() } else { value.clone() }))
        .collect();
    browser.post("/clock", &forged).await.is(403);
    let without: Vec<_> = fields.iter().filter(|(name, _)| name != "csrf").cloned().collect();
    browser.post("/clock", &without).await.is(403);
    let nameless: Vec<_> = fields.iter().filter(|(name, _)| name != "command").cloned().collect();
    browser.post("/clock", &nameless).await.is(404);
    assert_eq!(house.size(), before, "nothing was recorded");
    browser.post("/clock", &fields).await.is(303);
    assert_eq!(house.size(), before + 1);
}

#[tokio::test]
async fn a_foreign_name_reaches_nothing() {
    let house = House::new();
    let browser = house.browser("coordinator-s01");
    browser.request(Method::GET, "/", "", &[("host", "evil.example:8080")]).await.is(421);
}

#[tokio::test]
async fn every_answer_carries_its_headers() {
    let house = House::new();
    let browser = house.browser("coordinator-s01");
    for path in ["/", "/sign-in", "/participants", "/nothing/at/all", "/participants/S01-999"] {
        let page = browser.get(path).await;
        let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert!(header("content-security-policy").contains("default-src 'none'"), "{path}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("x-frame-options"), "DENY", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
        assert!(
            header("content-type").starts_with("text/html") || page.status.as_u16() == 303,
            "{path}: {page:?}"
        );
    }
}

#[tokio::test]
async fn bad_requests_get_pages() {
    let house = House::new();
    let browser = house.browser("coordinator-s01");
    let large = format!("note={}", "x".repeat(300_000));
    browser.request(Method::POST, "/participants/new", &large, &[]).await.is(400).has("was not taken");
    browser.request(Method::POST, "/participants", "", &[]).await.is(403);
    browser.request(Method::DELETE, "/participants", "", &[]).await.is(404).has("There is nothing here");
    for path in [
        "/participants/%00",
        "/participants/x%20y",
        "/sessions/nope",
        "/entries/short",
        "/sessions/S01-001.V5",
        "/%ff",
    ] {
        browser.get(path).await.is(404);
    }
}

#[tokio::test]
async fn colours_are_kept_and_lead_back_only_here() {
    let house = House::new();
    let browser = house.browser("coordinator-s01");
    for (back, to) in [
        ("/participants", "/participants"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://x", "/"),
        ("", "/"),
    ] {
        let fields = [("theme".to_owned(), "night".to_owned()), ("back".to_owned(), back.to_owned())];
        let page = browser.post("/theme", &fields).await.is(303);
        assert_eq!(page.location(), to);
        assert!(page.headers.get("set-cookie").unwrap().to_str().unwrap().starts_with("theme=night"));
    }
    let night = Browser { house: &house, cookie: format!("{}; theme=night", browser.cookie) };
    assert!(night.get("/").await.text.contains("data-theme=\"night\""));
}
