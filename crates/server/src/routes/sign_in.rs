//! `/sign-in`, `/sign-out` and `/theme`: what works without being signed in.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;

use crate::accounts::{self, Tried};
use crate::app::App;
use crate::desk::{bare_shell, random_128};
use crate::pages::form::{Filled, Form};
use crate::pages::layout::Theme;
use crate::pages::sign_in::SignInPage;
use crate::request::{self, Asked};

pub async fn form(State(app): State<App>, request: Request) -> Response {
    let (asked, headers) = match request::read(&app, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let known = {
        let app = app.clone();
        tokio::task::spawn_blocking(move || matches!(accounts::signed_in(&app, &headers), Ok(Some(_)))).await
    };
    if known.unwrap_or(false) {
        return request::see_other("/");
    }
    page(&app, &asked, StatusCode::OK, Filled::new())
}

fn page(app: &App, asked: &Asked, status: StatusCode, filled: Filled) -> Response {
    let study = app.record().announcements().study();
    let page = SignInPage {
        form: Form { filled, ..Form::new("/sign-in", terms::CommandId(random_128()).to_string()) },
        study_title: study.opened.map(|opened| opened.value.1).unwrap_or_default(),
        demo: app.settings().demo.clone(),
    };
    request::page(status, &page.render(&bare_shell(app, asked.theme, "/sign-in")))
}

pub async fn sign_in(State(app): State<App>, request: Request) -> Response {
    let (asked, headers) = match request::read(&app, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let (login, password) =
        (asked.posted_value("person").trim().to_owned(), asked.posted_value("password").to_owned());
    // Hashing takes memory and time: only so many at once, the others wait here.
    let Ok(permit) = app.hashing().acquire_owned().await else { return request::see_other("/sign-in") };
    let tried = {
        let (app, login) = (app.clone(), login.clone());
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            sign_out_first(&app, &headers);
            accounts::sign_in(&app, &login, &password)
        })
    };
    let mut filled = Filled::new().with("person", &login);
    match tried.await {
        Ok(Ok(Tried::SignedIn(token))) => with_cookie(request::see_other("/"), &session_cookie(&app, &token)),
        Ok(Ok(Tried::Wrong)) => {
            filled.fault("person", "The name and the password do not belong together");
            page(&app, &asked, StatusCode::UNPROCESSABLE_ENTITY, filled)
        }
        Ok(Ok(Tried::Wait(seconds))) => {
            filled.fault(
                "person",
                format!("Too many wrong passwords in a row. Wait {seconds} s and try again"),
            );
            page(&app, &asked, StatusCode::TOO_MANY_REQUESTS, filled)
        }
        Ok(Err(failed)) => {
            request::broken(&bare_shell(&app, asked.theme, "/sign-in"), &failed.to_string(), false)
        }
        Err(_panicked) => {
            request::broken(&bare_shell(&app, asked.theme, "/sign-in"), "signing in panicked", false)
        }
    }
}

/// A browser has one session at a time.
fn sign_out_first(app: &App, headers: &HeaderMap) {
    if let Ok(Some(who)) = accounts::signed_in(app, headers) {
        // If it fails, the old session still expires by itself.
        let _ = app.accounts().sign_out(&who.token);
    }
}

pub async fn sign_out(State(app): State<App>, request: Request) -> Response {
    let (asked, headers) = match request::read(&app, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let ended = {
        let app = app.clone();
        let csrf = asked.posted_value("csrf").to_owned();
        tokio::task::spawn_blocking(move || {
            let who = accounts::signed_in(&app, &headers).ok().flatten();
            match who.filter(|who| accounts::same_text(&csrf, &who.csrf)) {
                Some(who) => app.accounts().sign_out(&who.token).is_ok(),
                None => false,
            }
        })
    };
    if ended.await.unwrap_or(false) {
        let gone = format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", app.cookie_name());
        return with_cookie(request::see_other("/sign-in"), &gone);
    }
    request::see_other("/sign-in")
}

/// Keeps the chosen colours for this browser.
pub async fn theme(State(app): State<App>, request: Request) -> Response {
    let asked = match request::read(&app, request).await {
        Ok((asked, _)) => asked,
        Err(response) => return response,
    };
    let back = asked.posted_value("back");
    // Only to a page of ours: `//host` and `/\host` would lead elsewhere.
    let ours = back.starts_with('/')
        && !back[1..].starts_with(['/', '\\'])
        && back.bytes().all(|byte| byte.is_ascii_graphic());
    let response = request::see_other(if ours { back } else { "/" });
    match Theme::parse(asked.posted_value("theme")) {
        Some(theme) => with_cookie(
            response,
            &format!("theme={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax", theme.word()),
        ),
        None => response,
    }
}

fn session_cookie(app: &App, token: &str) -> String {
    let secure = if app.settings().secure { "; Secure" } else { "" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax{secure}", app.cookie_name())
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}
