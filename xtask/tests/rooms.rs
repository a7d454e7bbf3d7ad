//! The house rules that a page alone would not keep: who may use whom, what stays pure, what is documented.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Bottom to top: each crate, and all that it may use of ours. A new arrow is one changed line here, so a
/// reviewer sees it.
const ROOMS: &[(&str, &[&str])] = &[
    ("terms", &[]),
    ("stats", &[]),
    ("instruments", &["terms"]),
    ("protocol", &["terms", "instruments"]),
    ("record", &["terms", "instruments", "protocol"]),
    ("store", &["terms", "record"]),
    ("dataset", &["terms", "instruments", "protocol", "record"]),
    ("analysis", &["terms", "stats", "protocol", "record", "dataset"]),
    ("report", &["terms", "record", "dataset", "analysis"]),
    ("rehearsal", &["terms", "protocol", "record"]),
    ("server", &["terms", "instruments", "protocol", "record", "store", "dataset", "analysis", "report"]),
    (
        "stillroom",
        &["terms", "protocol", "record", "store", "dataset", "analysis", "report", "rehearsal", "server"],
    ),
    ("xtask", &[]),
];

/// Crates that do no I/O and read no clock, environment or random source.
const PURE: &[&str] =
    &["terms", "stats", "instruments", "protocol", "record", "dataset", "analysis", "report", "rehearsal"];

const NOT_IN_PURE_ROOMS: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "std::fs::",
    "std::net::",
    "std::env::",
    "thread_rng",
    "getrandom",
    "rusqlite",
    "tokio",
    "axum",
    "println!",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Each workspace crate with those of ours that it uses in its library or binary (not only in tests).
fn arrows() -> BTreeMap<String, Vec<String>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--all-features", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let ours: Vec<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let uses = |package: &serde_json::Value| {
        let dependencies = package["dependencies"].as_array().unwrap();
        let kept = dependencies.iter().filter(|dependency| dependency["kind"].as_str() != Some("dev"));
        kept.filter_map(|dependency| dependency["name"].as_str())
            .filter(|name| ours.contains(name))
            .map(String::from)
            .collect()
    };
    packages.iter().map(|package| (package["name"].as_str().unwrap().to_owned(), uses(package))).collect()
}

#[test]
fn dependencies_are_those_listed() {
    let arrows = arrows();
    let listed: Vec<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    for name in arrows.keys() {
        assert!(listed.contains(&name.as_str()), "crate `{name}` is not in ROOMS");
    }
    for (place, (room, allowed)) in ROOMS.iter().enumerate() {
        let used = arrows.get(*room).unwrap_or_else(|| panic!("ROOMS names `{room}`, which is no crate"));
        for other in used {
            assert!(allowed.contains(&other.as_str()), "`{room}` uses `{other}`, which ROOMS does not allow");
        }
        for other in *allowed {
            assert!(
                listed[..place].contains(other),
                "ROOMS lets `{room}` use `{other}`, which stands above it"
            );
            assert!(
                used.iter().any(|used| used == other),
                "ROOMS lets `{room}` use `{other}`, and it does not"
            );
        }
    }
}

#[test]
fn pure_rooms_stay_pure() {
    for room in PURE {
        for file in sources(&root().join("crates").join(room).join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in lines {
                for banned in NOT_IN_PURE_ROOMS {
                    assert!(!line.contains(banned), "{} uses `{banned}`: {line}", file.display());
                }
            }
        }
    }
}

#[test]
fn every_module_says_what_it_knows() {
    let mut silent = Vec::new();
    for (room, _) in ROOMS.iter().filter(|(room, _)| *room != "xtask") {
        for file in sources(&root().join("crates").join(room).join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            if !text.starts_with("//!") {
                silent.push(file);
            }
        }
    }
    assert!(silent.is_empty(), "these open without `//!`: {silent:#?}");
}

#[test]
fn the_architecture_page_lists_every_crate() {
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    for (room, _) in ROOMS {
        assert!(page.contains(&format!("`{room}`")), "docs/ARCHITECTURE.md does not name `{room}`");
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
