//! From an HTTP request to a handler and back. Handlers are plain functions that may block; a panic in one
//! costs that request only.

use axum::extract::{Form, FromRequest, FromRequestParts, Query, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use crate::accounts::{self, Signed};
use crate::app::App;
use crate::desk::{Desk, Outcome, Stop, bare_shell};
use crate::guard;
use crate::pages::error::ErrorPage;
use crate::pages::layout::{Shell, Theme};
use crate::pages::not_found::NotFoundPage;
use crate::pages::refused::RefusedPage;
use crate::pages::{Html, Link};
use crate::words;

/// What was asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    pub path: String,
    pub posts: bool,
    pub theme: Option<Theme>,
    /// A person goes to this page, so that it may say what was just done; a script only looks.
    pub takes_flash: bool,
    pub posted: Vec<(String, String)>,
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

impl Asked {
    /// A part of the address, such as `participant`.
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn query(&self, name: &str) -> &str {
        self.query.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn posted_value(&self, name: &str) -> &str {
        self.posted.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

/// What a handler answers.
#[derive(Debug)]
pub enum Reply {
    Page { status: StatusCode, html: Html },
    SeeOther(String),
    File { name: String, content_type: &'static str, body: Vec<u8> },
}

impl Reply {
    pub fn page(html: Html) -> Self {
        Self::Page { status: StatusCode::OK, html }
    }

    /// The page again, with its faults.
    pub fn faulty(html: Html) -> Self {
        Self::Page { status: StatusCode::UNPROCESSABLE_ENTITY, html }
    }

    /// The page again, because what its reader was shown has changed.
    pub fn changed(html: Html) -> Self {
        Self::Page { status: StatusCode::CONFLICT, html }
    }
}

pub type Handler = fn(&Desk<'_>, &Asked) -> Outcome;

/// A page to read.
pub fn shows(handler: Handler) -> MethodRouter<App> {
    get(move |State(app): State<App>, request: Request| answer(app, request, handler))
}

/// A form that is posted.
pub fn takes(handler: Handler) -> MethodRouter<App> {
    post(move |State(app): State<App>, request: Request| answer(app, request, handler))
}

pub async fn answer(app: App, request: Request, handler: Handler) -> Response {
    let (asked, headers) = match read(&app, request).await {
        Ok(read) => read,
        Err(response) => return response,
    };
    let (path, theme) = (asked.path.clone(), asked.theme);
    let run = {
        let app = app.clone();
        move || respond(&app, &headers, &asked, handler)
    };
    match tokio::task::spawn_blocking(run).await {
        Ok(response) => response,
        Err(_panicked) => {
            broken(&bare_shell(&app, theme, &path), "a page panicked; the panic stands above", false)
        }
    }
}

/// Signed in, same origin, and then the handler.
fn respond(app: &App, headers: &HeaderMap, asked: &Asked, handler: Handler) -> Response {
    let bare = bare_shell(app, asked.theme, &asked.path);
    let who = match accounts::signed_in(app, headers) {
        Ok(Some(who)) => who,
        Ok(None) => return see_other("/sign-in"),
        Err(failed) => return broken(&bare, &failed.to_string(), false),
    };
    if asked.posts && !accounts::same_text(asked.posted_value("csrf"), &who.csrf) {
        return forbidden(
            &bare,
            "The form was not made for this sign-in. Load its page again and send it once more.",
        );
    }
    let desk = match Desk::open(app, &who, asked) {
        Ok(desk) => desk,
        Err(stop) => return stopped(&bare, &who, asked, stop),
    };
    let reply = if asked.posts && !desk.posted(asked).has_command() {
        Err(Stop::NotFound)
    } else {
        handler(&desk, asked)
    };
    match reply {
        Ok(reply) => reply.into_response(),
        Err(stop) => stopped(&desk.shell(), &who, asked, stop),
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Page { status, html } => page(status, &html),
            Self::SeeOther(to) => see_other(&to),
            Self::File { name, content_type, body } => {
                let disposition = format!("attachment; filename=\"{name}\"");
                let headers =
                    [(header::CONTENT_TYPE, content_type), (header::CONTENT_DISPOSITION, &disposition)];
                (headers, body).into_response()
            }
        }
    }
}

fn stopped(shell: &Shell, who: &Signed, asked: &Asked, stop: Stop) -> Response {
    match stop {
        Stop::Refused(refusal, recorded) => {
            let recorded =
                if recorded == 0 { String::new() } else { words::count(recorded, "entry", "entries") };
            let back = Link::new("Go back", back_from(&asked.path));
            let html = RefusedPage { refusal: words::refusal(&refusal), recorded, back }.render(shell);
            page(StatusCode::CONFLICT, &html)
        }
        Stop::NotFound => page(StatusCode::NOT_FOUND, &not_found(who).render(shell)),
        Stop::NotYours => page(StatusCode::FORBIDDEN, &not_found(who).render(shell)),
        Stop::SignedOut => see_other("/sign-in"),
        Stop::Failed(failed) => broken(shell, &failed.to_string(), asked.posts),
    }
}

fn not_found(who: &Signed) -> NotFoundPage {
    let home = if who.role == record::Role::IndependentRater {
        Link::new("Ratings", "/ratings")
    } else {
        Link::new("What is due today", "/")
    };
    NotFoundPage { ways: vec![home] }
}

/// The participant's or session's page that a form belongs to.
fn back_from(path: &str) -> String {
    let mut parts = path.split('/').skip(1);
    match (parts.next(), parts.next()) {
        (Some(room @ ("participants" | "sessions" | "entries")), Some(id)) if id != "new" => {
            format!("/{room}/{id}")
        }
        (Some("entries" | ""), _) | (None, _) => "/".into(),
        (Some(room), _) => format!("/{room}"),
    }
}

/// Our side failed. The reference stands on the page and in the server's own log, the error in the log only.
pub fn broken(shell: &Shell, error: &str, posted: bool) -> Response {
    let reference = format!("e-{:08x}", crate::desk::random_128() as u32);
    eprintln!("error {reference}: {error}");
    let recorded =
        if posted { "What you sent may not have been recorded." } else { "The page could not be made." };
    let instead = if posted {
        "Go back and send it again; it is recorded once, however often it arrives."
    } else {
        "Load the page again in a moment."
    };
    let html = ErrorPage {
        recorded: recorded.into(),
        instead: instead.into(),
        reference,
        back: Link::new("Back", back_from(&shell.here)),
    };
    page(StatusCode::INTERNAL_SERVER_ERROR, &html.render(shell))
}

/// Not taken, and why in words.
pub fn forbidden(shell: &Shell, why: &str) -> Response {
    not_taken(shell, StatusCode::FORBIDDEN, why)
}

fn not_taken(shell: &Shell, status: StatusCode, why: &str) -> Response {
    let refusal = crate::pages::refused::Refusal {
        what: "this form was not taken".into(),
        rule: "forms are sent from the pages of this server, by the person they were made for".into(),
        instead_text: Some(why.into()),
        ..Default::default()
    };
    let back = Link::new("Go back", back_from(&shell.here));
    page(status, &RefusedPage { refusal, back, ..RefusedPage::default() }.render(shell))
}

pub fn page(status: StatusCode, html: &Html) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html.0.clone()).into_response()
}

pub fn see_other(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}

/// Reads a request whole. What a browser cannot have sent is answered by a page here.
pub async fn read(app: &App, request: Request) -> Result<(Asked, HeaderMap), Response> {
    let (mut parts, body) = request.into_parts();
    let params = RawPathParams::from_request_parts(&mut parts, app).await;
    let params = params.map(|params| params.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect());
    let mut asked = of_parts(&parts, params.unwrap_or_default());
    let headers = parts.headers.clone();
    if asked.posts {
        let shell = bare_shell(app, asked.theme, &asked.path);
        guard::same_origin(&headers, app.settings()).map_err(|why| forbidden(&shell, why))?;
        let form = Form::<Vec<(String, String)>>::from_request(Request::from_parts(parts, body), app).await;
        asked.posted = form
            .map_err(|_| {
                not_taken(&shell, StatusCode::BAD_REQUEST, "Load the page again and send the form once more.")
            })?
            .0;
    }
    Ok((asked, headers))
}

fn of_parts(parts: &Parts, params: Vec<(String, String)>) -> Asked {
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map(|query| query.0);
    let fetched_by_script = parts.headers.get("sec-fetch-dest").is_some_and(|dest| dest == "empty");
    let posts = parts.method == Method::POST;
    Asked {
        path: parts.uri.path().to_owned(),
        posts,
        theme: cookie(&parts.headers, "theme").and_then(Theme::parse),
        takes_flash: parts.method == Method::GET && !fetched_by_script,
        posted: Vec::new(),
        params,
        query: query.unwrap_or_default(),
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}
