//! The script, in a browser: `script.html` loads it, tries it, and says in its title how that went.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// Chromium under the names that systems give it; `STILLROOM_CHROMIUM` names another.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

#[test]
fn the_script_keeps_what_people_type_and_brings_in_the_rest() {
    let folder = env::temp_dir().join(format!("stillroom-script-{}", std::process::id()));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages/script.html");
    let html = load(&page, &folder).expect("Chromium runs; `cargo xtask test` installs it");
    // Some of Chromium's helpers may still write there; what is left behind is in the system's temporary folder.
    fs::remove_dir_all(&folder).ok();
    let title =
        html.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap_or_default();
    assert!(title.starts_with("passed "), "{title}");
}

fn load(page: &Path, profile: &Path) -> Option<String> {
    let named = env::var("STILLROOM_CHROMIUM").ok();
    named.iter().map(String::as_str).chain(BROWSERS).find_map(|browser| {
        let mut command = Command::new(browser);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
        command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
        // The page and the script are files; a module may not be loaded from a file otherwise.
        command.args(["--allow-file-access-from-files", "--virtual-time-budget=2000", "--dump-dom"]);
        command.arg(format!("--user-data-dir={}", profile.display()));
        command.arg(format!("file://{}", page.display()));
        let output = command.output().ok()?;
        String::from_utf8(output.stdout).ok()
    })
}
