//! A rater's pages are the same bytes whichever arms were drawn.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use record::Recorder;
use rehearsal::{Ending, Outcomes, Plan, rehearse};
use store::{Folder, Manifest};
use terms::Date;

use crate::program::Server;

/// Rehearses into `folder` with outcomes that know nothing of the list, and with raters who can sign in.
fn rehearsed(folder: &Path, allocation_seed: u64) {
    let mapp2 = protocol::built_in("mapp2").unwrap();
    let plan = Plan {
        participants: 8,
        sites: 2,
        seed: 33,
        start: Date::parse("2024-01-08").unwrap(),
        // A cut by the clock would fall alike; the whole study has the more ratings.
        ending: Ending::Unblinded,
        outcomes: Outcomes::ByCoin,
        allocation_seed: Some(allocation_seed),
    };
    let (held, journal) = Folder::create(folder, Manifest::new("mapp2", "rehearsal")).unwrap();
    journal.bulk(1000);
    let recorder = Recorder::open(journal).unwrap();
    let rehearsed = rehearse(&recorder, mapp2.text, Some(mapp2.sign_off), &plan, &mut |_| {}).unwrap();
    let accounts = held.accounts().unwrap();
    for rater in rehearsed.staff.raters.iter().take(2) {
        server::accounts::add(&accounts, rater.person.as_str(), "stillroom", &rater.person, rater.role, None)
            .unwrap();
    }
}

/// One exchange; answers the head and the body.
fn exchange(address: &str, method: &str, path: &str, cookie: &str, form: &str) -> (String, String) {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let origin = if method == "POST" {
        format!(
            "Origin: {address}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        )
    } else {
        String::new()
    };
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n{origin}Content-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// All pages that a rater can reach from their list, with what is random or runs with the clock taken out.
fn pages(server: &Server, login: &str) -> Vec<(String, String)> {
    let (head, _) =
        exchange(&server.address, "POST", "/sign-in", "", &format!("person={login}&password=stillroom"));
    let cookies: Vec<&str> = head
        .lines()
        .filter(|line| line.to_ascii_lowercase().starts_with("set-cookie:"))
        .map(|line| line["set-cookie:".len()..].trim())
        .filter_map(|cookie| cookie.split(';').next())
        .collect();
    let cookie = cookies.join("; ");
    assert!(head.starts_with("HTTP/1.1 303"), "{head}");
    let get = |path: &str| exchange(&server.address, "GET", path, &cookie, "").1;
    let list = get("/ratings");
    let mut paths: Vec<String> = list
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|href| href.starts_with("/ratings/"))
        .map(String::from)
        .collect();
    paths.sort();
    paths.dedup();
    assert!(paths.len() >= 2, "{list}");
    let mut all = vec![("/ratings".to_owned(), masked(&list))];
    all.extend(paths.iter().map(|path| (path.clone(), masked(&get(path)))));
    // What a rater must not reach answers alike as well.
    for path in
        ["/participants", "/participants/S01-001", "/sessions/S01-001.V5", "/stock", "/log", "/readout"]
    {
        all.push((path.into(), masked(&get(path))));
    }
    all
}

/// Without the tokens that are made anew for each page, the port, and the study's clock.
fn masked(page: &str) -> String {
    let mut out = String::new();
    let mut rest = page;
    while let Some(at) = rest.find("name=\"c") {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let secret = from.starts_with("name=\"csrf\"") || from.starts_with("name=\"command\"");
        let end = from.find('>').unwrap();
        out.push_str(if secret { "name=\"secret\"" } else { &from[..end] });
        rest = &from[end..];
    }
    out.push_str(rest);
    let Some(clock) = out.find("Study clock") else { return out };
    let end = clock + out[clock..].find("</").unwrap();
    out.replace_range(clock..end, "Study clock");
    out
}

#[test]
fn a_raters_pages_are_the_same_bytes_whichever_arms_were_drawn() {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (dir.path().join("one"), dir.path().join("other"));
    rehearsed(&one, 1);
    rehearsed(&other, 2);
    let (one, other) = (Server::start(&one), Server::start(&other));
    for rater in ["rater-01", "rater-02"] {
        let (pages_of_one, pages_of_other) = (pages(&one, rater), pages(&other, rater));
        assert_eq!(pages_of_one.len(), pages_of_other.len());
        for (here, there) in pages_of_one.iter().zip(&pages_of_other) {
            assert_eq!(here.0, there.0);
            assert!(here.1 == there.1, "{} differs for {rater}:\n{}\n{}", here.0, here.1, there.1);
        }
    }
}
