//! Every page, filled with the gallery's samples, is held to what all pages promise; a few are compared whole.
//!
//! Expected pages stand in `expected/`. After a wanted change: `STILLROOM_BLESS=1 cargo test -p server --test pages`,
//! then read the difference.

mod colours;
#[path = "../../examples/gallery/samples/mod.rs"]
mod samples;
mod script;
mod tags;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use server::pages::assets;
use server::pages::layout::Theme;
use tags::{Tag, tags};

fn every_page() -> Vec<(&'static str, String)> {
    samples::all(Theme::Day).into_iter().map(|(name, page)| (name, page.into_string())).collect()
}

fn page(wanted: &str) -> String {
    every_page().into_iter().find(|(name, _)| *name == wanted).expect("the gallery has it").1
}

#[test]
fn nothing_is_inline_and_nothing_comes_from_another_host() {
    for (name, html) in every_page() {
        for tag in tags(&html) {
            assert!(tag.get("style").is_none(), "{name}: style attribute on {tag:?}");
            assert!(tag.name != "style", "{name}: a style element");
            assert!(
                !tag.attributes.iter().any(|(key, _)| key.starts_with("on")),
                "{name}: handler on {tag:?}"
            );
            if tag.name == "script" {
                assert!(tag.get("src").is_some(), "{name}: inline script");
            }
            for key in ["src", "href", "action"] {
                let elsewhere = tag.get(key).is_some_and(|at| at.contains("//") || at.starts_with("data:"));
                assert!(!elsewhere, "{name}: {tag:?} leads to another host");
            }
        }
    }
}

#[test]
fn each_page_has_a_title_one_heading_and_a_language() {
    for (name, html) in every_page() {
        // A drawing's marks have titles of their own, so only the head's is counted.
        let (head, body) = html.split_once("</head>").expect("a head");
        assert!(head.contains("<title>") && head.contains("Stillroom</title>"), "{name}: no title");
        let all = tags(body);
        let count = |wanted: &str| all.iter().filter(|tag| tag.name == wanted).count();
        assert_eq!((count("h1"), count("main")), (1, 1), "{name}");
        assert!(head.contains("<html lang=\"en\""), "{name}: no language");
    }
}

#[test]
fn each_field_has_its_label_and_each_id_is_one() {
    for (name, html) in every_page() {
        let all = tags(&html);
        let ids: Vec<&str> = all.iter().filter_map(|tag| tag.get("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: an id stands twice");
        let labelled: BTreeSet<&str> =
            all.iter().filter(|t| t.name == "label").filter_map(|t| t.get("for")).collect();
        for field in all.iter().filter(|tag| is_field(tag)) {
            assert!(
                field.get("id").is_some_and(|id| labelled.contains(id)),
                "{name}: no label for {field:?}"
            );
        }
        for tag in &all {
            let ends = tag.get("href").and_then(|href| href.strip_prefix('#'));
            let described = tag.get("aria-describedby").into_iter().chain(tag.get("aria-labelledby"));
            for target in ends.into_iter().chain(described.flat_map(str::split_whitespace)) {
                assert!(unique.contains(target), "{name}: {tag:?} points at nothing");
            }
        }
    }
}

fn is_field(tag: &Tag) -> bool {
    matches!(tag.name.as_str(), "input" | "select" | "textarea") && tag.get("type") != Some("hidden")
}

/// What writes nothing on the record needs no command id.
const WITHOUT_COMMAND: [&str; 2] = ["/theme", "/sign-out"];

#[test]
fn each_form_that_writes_carries_its_tokens() {
    for (name, html) in every_page() {
        for form in
            html.split("<form").skip(1).map(|rest| rest.split("</form>").next().expect("split gives one"))
        {
            if !form.contains("method=\"post\"") {
                continue;
            }
            assert!(form.contains("name=\"csrf\" value=\"f3c1a9\""), "{name}: a form without csrf");
            let free = WITHOUT_COMMAND.iter().any(|path| form.contains(&format!("action=\"{path}\"")));
            assert!(free || form.contains("name=\"command\" value=\"0c9v"), "{name}: a form without command");
        }
    }
}

#[test]
fn a_faulty_form_keeps_what_was_entered_and_leads_to_the_field() {
    let html = page("session-faults");
    assert!(html.contains("<title>Please mend: "), "the title says it first");
    assert!(html.contains("<a href=\"#vitals-systolic\">Enter the systolic pressure"));
    let field =
        tags(&html).into_iter().find(|tag| tag.get("id") == Some("vitals-systolic")).expect("the field");
    assert_eq!(field.get("value"), Some("1400"));
    assert_eq!(field.get("aria-invalid"), Some("true"));
    assert_eq!(field.get("aria-describedby"), Some("vitals-systolic-fault"));
}

#[test]
fn a_password_is_never_sent_back() {
    use server::pages::form::Filled;
    use server::pages::sign_in::SignInPage;
    let mut form = samples::form("/sign-in");
    form.filled = Filled::new().with("person", "rater-1").with("password", "planted-secret");
    let html =
        SignInPage { form, ..SignInPage::default() }.render(&samples::shell(Theme::Day, "")).into_string();
    assert!(html.contains("rater-1") && !html.contains("planted-secret"));
}

#[test]
fn what_people_typed_is_text_not_markup() {
    use server::pages::entries::{EntryDay, EntryLine};
    use server::pages::participant::ParticipantPage;
    let note = Some("<script>alert(1)</script>".to_owned());
    let entry = EntryLine { id: "kq7-2fd".into(), note, ..EntryLine::default() };
    let days = vec![EntryDay { day: "14 Mar 2026".into(), entries: vec![entry] }];
    let html = ParticipantPage { days, ..ParticipantPage::default() }
        .render(&samples::shell(Theme::Day, ""))
        .into_string();
    assert!(html.contains("&lt;script&gt;alert(1)"));
}

#[test]
fn the_theme_is_the_reader_s_and_otherwise_the_page_s() {
    use server::pages::layout::Shell;
    use server::pages::session::SessionPage;
    let shell = Shell { theme: None, ..samples::shell(Theme::Day, "") };
    assert!(SessionPage::default().render(&shell).into_string().contains("data-theme=\"night\""));
    let chosen = samples::shell(Theme::Day, "");
    assert!(SessionPage::default().render(&chosen).into_string().contains("data-theme=\"day\""));
}

#[test]
fn a_page_with_everything_it_loads_is_under_60_kb() {
    let loaded: usize = assets::ALL.iter().map(|asset| asset.body.len()).sum();
    for first in ["sign-in", "today", "ratings", "participants"] {
        let bytes = page(first).len() + loaded;
        assert!(bytes < 60_000, "{first} with stylesheet and script is {bytes} bytes");
    }
    for (name, html) in every_page() {
        assert!(html.len() < 60_000, "{name} is {} bytes", html.len());
    }
}

/// The whole script's size, so that growth is seen: raise it on purpose.
#[test]
fn the_script_stays_small() {
    assert!(assets::SCRIPT.body.len() <= 7_500, "the script has {} bytes", assets::SCRIPT.body.len());
}

#[test]
fn pages_read_as_expected() {
    for name in ["today-empty", "refused", "rating-sds", "enrol-randomise"] {
        expect_file(name, &page(name));
    }
}

/// One element per line, so that a difference can be read; the assets' fingerprints left out.
fn expect_file(name: &str, html: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/pages/expected/{name}.html"));
    let mut text = html.replace("><", ">\n<");
    for asset in assets::ALL {
        text = text.replace(&asset.address(), asset.path);
    }
    text.push('\n');
    if env::var_os("STILLROOM_BLESS").is_some() {
        fs::write(&file, text).expect("the folder of expected pages can be written");
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, expected, "{name} differs from {}; see this file's head", file.display());
}
