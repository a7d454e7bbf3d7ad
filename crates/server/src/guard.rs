//! What every answer carries and every request must meet, before any page is asked.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::{App, Settings};
use crate::pages::assets::CONTENT_SECURITY_POLICY;

/// Answers only under the server's own names, so that a foreign name that resolves to this machine reaches
/// nothing (DNS rebinding); and sets the headers that hold for all answers.
pub async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = if is_for_us(request.headers(), app.settings()) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "this server does not answer under that name\n").into_response()
    };
    let headers = response.headers_mut();
    let set = |headers: &mut HeaderMap, name, value| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    set(headers, header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(headers, header::CACHE_CONTROL, "no-store");
    set(headers, header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(headers, header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if app.settings().secure {
        set(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

fn host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default()
}

fn is_for_us(headers: &HeaderMap, settings: &Settings) -> bool {
    settings.hosts.is_empty() || settings.hosts.iter().any(|known| known.eq_ignore_ascii_case(host(headers)))
}

/// A form must come from a page of this server. Browsers say where it comes from, and a page cannot forge it;
/// a client that says nothing of it is held to the token of its sign-in alone.
pub fn same_origin(headers: &HeaderMap, settings: &Settings) -> Result<(), &'static str> {
    const FOREIGN: &str =
        "The form came from a page of another address. Open this server's own page and send it from there.";
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("unreadable"));
    if text("sec-fetch-site").is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return Err(FOREIGN);
    }
    let scheme = if settings.secure { "https" } else { "http" };
    match text("origin") {
        Some(origin) if origin != format!("{scheme}://{}", host(headers)) => Err(FOREIGN),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn forms_come_from_here() {
        let settings = Settings::default();
        let from = |pairs| same_origin(&headers(pairs), &settings).is_ok();
        assert!(from(&[
            ("host", "127.0.0.1:80"),
            ("origin", "http://127.0.0.1:80"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(from(&[("host", "127.0.0.1:80")]));
        assert!(!from(&[("host", "127.0.0.1:80"), ("origin", "http://evil.example")]));
        assert!(!from(&[("host", "127.0.0.1:80"), ("origin", "null")]));
        assert!(!from(&[("host", "127.0.0.1:80"), ("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("host", "127.0.0.1:80"), ("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn foreign_names_reach_nothing() {
        let settings = Settings { hosts: vec!["127.0.0.1:8080".into()], ..Settings::default() };
        assert!(is_for_us(&headers(&[("host", "127.0.0.1:8080")]), &settings));
        assert!(!is_for_us(&headers(&[("host", "evil.example:8080")]), &settings));
        assert!(!is_for_us(&headers(&[]), &settings));
    }
}
