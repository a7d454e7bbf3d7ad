//! Writes every page with sample values into a folder, to be looked at: `cargo run -p server --example gallery -- FOLDER`.
//!
//! Pages name their files by absolute addresses, so serve the folder (`python3 -m http.server -d FOLDER`) to
//! see them with their stylesheet. `FOLDER/day` and `FOLDER/night` hold the two themes, `index.html` lists all.

mod samples;

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use server::pages::assets;
use server::pages::layout::Theme;

fn main() -> io::Result<()> {
    let folder: PathBuf = env::args_os().nth(1).unwrap_or_else(|| "gallery".into()).into();
    for asset in assets::ALL {
        write(&folder.join(asset.path.trim_start_matches('/')), asset.body)?;
    }
    let mut index = String::from("<!doctype html><title>Pages</title>");
    for theme in [Theme::Day, Theme::Night] {
        for (name, page) in samples::all(theme) {
            let file = format!("{}/{name}.html", theme.word());
            write(&folder.join(&file), &page.into_string())?;
            index.push_str(&format!("<p><a href=\"{file}\">{file}</a>"));
        }
    }
    write(&folder.join("index.html"), &index)
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
