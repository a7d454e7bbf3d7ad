//! The addresses, and who answers them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::desk::Stop;
use crate::pages::assets;
use crate::request::{shows, takes};
use crate::routes::{
    adverse_events, clock, contacts, eligibility, enrol, entries, leaving, log, participant, participants,
    rater, ratings, readout, session, sign_in, stock, today, visits,
};
use crate::{guard, live, request};

/// A form of ours has a few kilobytes.
const BODY_LIMIT: usize = 128 * 1024;

pub fn router(app: App) -> Router {
    Router::new()
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-out", axum::routing::post(sign_in::sign_out))
        .route("/theme", axum::routing::post(sign_in::theme))
        .route("/assets/{file}", get(asset))
        .route("/", shows(today::show))
        .route("/today/events", get(live::today))
        .merge(participants_routes())
        .merge(session_routes())
        .merge(other_routes())
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), guard::keep))
        .with_state(app)
}

fn participants_routes() -> Router<App> {
    let of = |rest: &str| format!("/participants/{{participant}}{rest}");
    Router::new()
        .route("/participants", shows(participants::show))
        .route("/participants/new", shows(enrol::refer_form).merge(takes(enrol::refer)))
        .route(&of(""), shows(participant::show))
        .route(&of("/events"), get(live::participant))
        .route(&of("/consent"), shows(enrol::consent_form).merge(takes(enrol::consent)))
        .route(&of("/consent/withdrawn"), shows(enrol::withdrawn_form).merge(takes(enrol::withdrawn)))
        .route(&of("/screening"), shows(enrol::screening_form).merge(takes(enrol::screening)))
        .route(&of("/eligibility"), shows(eligibility::form).merge(takes(eligibility::decide)))
        .route(&of("/sign"), shows(eligibility::sign_form).merge(takes(eligibility::sign)))
        .route(&of("/pair"), shows(enrol::pair_form).merge(takes(enrol::pair)))
        .route(&of("/randomise"), shows(enrol::randomise_form).merge(takes(enrol::randomise)))
        .route(&of("/randomised"), shows(enrol::randomised))
        .route(&of("/not-enrolled"), shows(leaving::not_enrolled_form).merge(takes(leaving::not_enrolled)))
        .route(&of("/stop"), shows(leaving::stop_form).merge(takes(leaving::stop)))
        .route(&of("/complete"), shows(leaving::complete_form).merge(takes(leaving::complete)))
        .route(&of("/adverse-events/new"), shows(adverse_events::form).merge(takes(adverse_events::record)))
        .route(
            &of("/adverse-events/ended"),
            shows(adverse_events::ended_form).merge(takes(adverse_events::ended)),
        )
        .route(&of("/contacts/new"), shows(contacts::form).merge(takes(contacts::record)))
        .route(&of("/suicidality"), shows(contacts::suicidality_form).merge(takes(contacts::suicidality)))
        .route(&of("/guesses/new"), shows(contacts::guess_form).merge(takes(contacts::guess)))
        .route(&of("/ratings/not-done"), shows(ratings::not_done_form).merge(takes(ratings::not_done)))
        .route(&of("/visits/{visit}"), shows(visits::record_form).merge(takes(visits::record)))
        .route(&of("/visits/{visit}/plan"), shows(visits::plan_form).merge(takes(visits::plan)))
        .route(&of("/visits/{visit}/rating"), shows(ratings::form).merge(takes(ratings::ask)))
        .route(
            &of("/visits/{visit}/session"),
            shows(visits::session_form).merge(takes(visits::begin_session)),
        )
}

fn session_routes() -> Router<App> {
    let of = |rest: &str| format!("/sessions/{{session}}{rest}");
    Router::new()
        .route(&of(""), shows(session::show))
        .route(&of("/events"), get(live::session))
        .route(&of("/vitals"), takes(session::charting::vitals))
        .route(&of("/environment"), takes(session::charting::environment))
        .route(&of("/pre-dose"), takes(session::charting::pre_dose))
        .route(&of("/presence"), takes(session::charting::presence))
        .route(&of("/effects"), takes(session::charting::effects))
        .route(&of("/notes"), takes(session::charting::note))
        .route(&of("/close"), takes(session::charting::close))
        .route(&of("/initial-dose"), takes(session::doses::initial))
        .route(&of("/supplemental-dose"), takes(session::doses::supplemental))
        .route(&of("/withhold"), takes(session::doses::withhold))
        .route(&of("/dose-given"), shows(session::doses::given_form).merge(takes(session::doses::given)))
}

fn other_routes() -> Router<App> {
    Router::new()
        .route("/ratings", shows(rater::list))
        .route("/ratings/{task}", shows(rater::open))
        .route("/ratings/{task}/{instrument}", shows(rater::form).merge(takes(rater::send)))
        .route("/stock", shows(stock::show))
        .route("/stock/dispense", takes(stock::dispense))
        .route("/stock/count", shows(stock::count_form).merge(takes(stock::count)))
        .route("/stock/returns/{session}", shows(stock::return_form).merge(takes(stock::take_back)))
        .route("/stock/discrepancies/{entry}", shows(stock::resolve_form).merge(takes(stock::resolve)))
        .route("/entries/{entry}", shows(entries::show))
        .route("/entries/{entry}/correct", shows(entries::correct_form).merge(takes(entries::correct)))
        .route("/readout", shows(readout::show))
        .route("/readout/report.html", shows(readout::report_file))
        .route("/readout/tables/{table}", shows(readout::table_file))
        .route("/readout/lock", shows(readout::lock_form).merge(takes(readout::lock)))
        .route("/readout/unblind", shows(readout::unblind_form).merge(takes(readout::unblind)))
        .route("/log", shows(log::show))
        .route("/log/verify", takes(log::verify))
        .route("/log/checkpoint.txt", shows(log::checkpoint))
        .route("/clock", shows(clock::form).merge(takes(clock::advance)))
}

/// A report's part stands in a page that has its own margins.
const WITHIN_A_PAGE: &str = "section.report { margin: 2.5rem 0 0; padding: 0; max-width: none; background: none; }\n\
     section.report > h2 { margin-top: 0; }\n";

/// The files beside the pages. Their addresses change with their content, so they may be kept for ever.
async fn asset(Path(file): Path<String>) -> Response {
    let ours = assets::ALL.iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(file.as_str()));
    let (content_type, body) = match ours {
        Some(asset) => (asset.content_type, asset.body.to_owned()),
        None if file == "report.css" => {
            (assets::STYLESHEET.content_type, format!("{}{WITHIN_A_PAGE}", report::CSS))
        }
        None => return StatusCode::NOT_FOUND.into_response(),
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, body).into_response()
}

/// Whatever has no address here.
async fn nothing_here(State(app): State<App>, request: Request) -> Response {
    request::answer(app, request, |_, _| Err(Stop::NotFound)).await
}
