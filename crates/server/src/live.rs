//! Live updates: one stream of events per page that is open, each saying no more than "look again".
//!
//! An event is sent only when what this reader sees of the page's streams has changed. Somebody who may not see
//! an entry is not told that there was one.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use record::{StreamId, View};
use terms::{ParticipantId, SessionId};
use tokio::sync::mpsc;

use crate::accounts::{self, Signed};
use crate::app::App;

/// Several entries of one act are told once.
const TOGETHER: Duration = Duration::from_millis(150);
/// How often it is asked whether the reader is still signed in.
const STILL_SIGNED_IN: Duration = Duration::from_secs(60);
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What a page shows.
#[derive(Clone, Debug)]
pub enum Watch {
    Today,
    Participant(ParticipantId),
    Session(SessionId),
}

impl Watch {
    /// The address of its events for a page made from `view` as it is now.
    pub fn address(&self, view: &View<'_>) -> String {
        let page = match self {
            Self::Today => "/today".to_owned(),
            Self::Participant(id) => format!("/participants/{id}"),
            Self::Session(id) => format!("/sessions/{id}"),
        };
        format!("{page}/events?seen={}", self.digest(view))
    }

    /// A fingerprint of all that the page is made from, as far as its reader sees it.
    fn digest(&self, view: &View<'_>) -> u64 {
        let mut streams = vec![StreamId::Study];
        match self {
            Self::Today => {
                streams.extend(view.participants().into_iter().map(StreamId::Participant));
                streams.extend(view.sessions().into_iter().map(StreamId::Session));
                streams.extend(view.sites().into_iter().map(StreamId::Supply));
            }
            Self::Participant(id) => {
                streams.push(StreamId::Participant(id.clone()));
                let protocol = view.protocol();
                let visits = protocol.iter().flat_map(|protocol| &protocol.visits);
                let session = |visit: &protocol::study::Visit| {
                    record::state::ParticipantState::session_id(id, &visit.id)
                };
                streams.extend(visits.map(session).map(StreamId::Session));
            }
            Self::Session(id) => {
                streams.push(StreamId::Session(id.clone()));
                streams.push(StreamId::Participant(record::command::participant_of(id)));
            }
        }
        view.digest(&streams).0
    }
}

pub async fn today(State(app): State<App>, headers: HeaderMap, uri: Uri) -> Response {
    events(app, headers, Watch::Today, &uri).await
}

pub async fn participant(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match ParticipantId::new(id) {
        Ok(id) => events(app, headers, Watch::Participant(id), &uri).await,
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

pub async fn session(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    match SessionId::new(id) {
        Ok(id) if id.as_str().contains('.') => events(app, headers, Watch::Session(id), &uri).await,
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn events(app: App, headers: HeaderMap, watch: Watch, uri: &Uri) -> Response {
    let who = {
        let app = app.clone();
        tokio::task::spawn_blocking(move || accounts::signed_in(&app, &headers).ok().flatten())
            .await
            .ok()
            .flatten()
    };
    // Not a redirect: a stream that cannot be followed ends, and the page says so.
    let Some(who) = who else { return StatusCode::UNAUTHORIZED.into_response() };
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri).map(|pairs| pairs.0).unwrap_or_default();
    let seen = pairs.into_iter().find(|(name, _)| name == "seen").and_then(|(_, value)| value.parse().ok());
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(follow(app, who, watch, seen, sender));
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Sse::new(Events(receiver)).keep_alive(keep_alive).into_response()
}

/// Sends an event whenever the digest has changed; ends when nobody listens, when the reader is signed out, or
/// when the server stops.
async fn follow(app: App, who: Signed, watch: Watch, seen: Option<u64>, sender: mpsc::Sender<Event>) {
    let (mut news, mut stopping) = (app.news(), app.stopping());
    let mut told = seen;
    loop {
        let now = {
            let (app, who, watch) = (app.clone(), who.clone(), watch.clone());
            tokio::task::spawn_blocking(move || {
                accounts::of_token(&app, &who.token).ok().flatten()?;
                let view = app.record().view(&who.person, who.role, who.site.as_ref())?;
                Some(watch.digest(&view))
            })
        };
        let Ok(Some(now)) = now.await else { return };
        if told.is_some_and(|told| told != now)
            && sender.send(Event::default().data("changed")).await.is_err()
        {
            return;
        }
        told = Some(now);
        tokio::select! {
            changed = news.changed() => if changed.is_err() { return },
            _ = stopping.wait_for(|stopping| *stopping) => return,
            () = sender.closed() => return,
            () = tokio::time::sleep(STILL_SIGNED_IN) => {}
        }
        tokio::time::sleep(TOGETHER).await;
    }
}

struct Events(mpsc::Receiver<Event>);

impl futures_core::Stream for Events {
    type Item = Result<Event, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context).map(|event| event.map(Ok))
    }
}
