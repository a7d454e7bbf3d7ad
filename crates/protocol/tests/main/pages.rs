//! Every diagnostic has a page in the manual, and its examples are those that the tests run.

use std::fs;
use std::path::{Path, PathBuf};

use protocol::codes;
use protocol::rule::{Kind, variables};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page(code: &str) -> String {
    let path = root().join(format!("docs/codes/{code}.md"));
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The first block of TOML under a heading.
fn block<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(heading)?;
    let (_, rest) = rest.split("\n## ").next()?.split_once("```toml\n")?;
    rest.split_once("\n```").map(|(block, _)| block)
}

fn fixture(name: &str) -> String {
    fs::read_to_string(root().join("crates/protocol/tests/codes").join(name)).unwrap_or_default()
}

#[test]
fn every_code_has_a_page_with_an_example_that_triggers_it() {
    for (code, title) in codes::ALL {
        let page = page(code.0);
        assert!(page.starts_with(&format!("# {code}: {title}\n")), "{code}: the page has another title");
        for heading in ["## This triggers it", "## How to mend it"] {
            assert!(page.contains(heading), "{code}: the page lacks `{heading}`");
        }
        let fixtures = fixture(&format!("{code}.toml")) + &fixture(&format!("{code}.sign-off.toml"));
        match block(&page, "## This triggers it") {
            Some(bad) => assert!(fixtures.contains(bad), "{code}: the example is not in the fixture:\n{bad}"),
            None => assert!(page.contains("Leaving out"), "{code}: the page shows no example"),
        }
    }
}

#[test]
fn pages_and_codes_are_the_same_list() {
    let mut pages: Vec<String> = fs::read_dir(root().join("docs/codes"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "README.md")
        .collect();
    pages.sort();
    let expected: Vec<String> = codes::ALL.iter().map(|(code, _)| format!("{code}.md")).collect();
    assert_eq!(pages, expected);
    let list = fs::read_to_string(root().join("docs/codes/README.md")).unwrap();
    for (code, title) in codes::ALL {
        let line = format!("- [{code}]({code}.md) {title}\n");
        assert!(list.contains(&line), "docs/codes/README.md lacks the line: {line}");
    }
}

#[test]
fn the_page_of_unknown_variables_lists_all_that_are_known() {
    let page = page("P0502");
    for variable in variables() {
        let kind = match variable.kind {
            Kind::Number { unit: "", .. } => String::from("number"),
            Kind::Number { unit, .. } => format!("number, {unit}"),
            Kind::Flag => String::from("yes or no"),
        };
        let line = format!("| `{}` | {kind} | {} |", variable.name, variable.what);
        assert!(page.contains(&line), "docs/codes/P0502.md lacks the line\n{line}");
    }
}
