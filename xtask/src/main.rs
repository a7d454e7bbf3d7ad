//! Chores: `cargo xtask test` runs every test on a fresh machine, `cargo xtask ci` all that CI asks for.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

type Outcome = Result<(), String>;

const HELP: &str = "cargo xtask <chore>

  test     installs what the tests need (with apt, when root), then runs all of them
  ci       formatting, lints, documentation, then `test`
  demo     the demo, in a release build
  bless    accepts what the snapshot tests print now; read the diff before you commit it
";

fn main() -> ExitCode {
    let chore = env::args().nth(1).unwrap_or_default();
    let outcome = match chore.as_str() {
        "test" => test(),
        "ci" => ci(),
        "demo" => cargo(&["run", "--release", "--", "demo"]),
        "bless" => bless(),
        _ => {
            print!("{HELP}");
            return if chore.is_empty() || chore == "help" { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

fn ci() -> Outcome {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])?;
    with_env(&[("RUSTDOCFLAGS", "-D warnings")], &["doc", "--workspace", "--no-deps", "--locked"])?;
    test()
}

fn test() -> Outcome {
    needs_programs()?;
    cargo(&["test", "--workspace", "--locked"])
}

fn bless() -> Outcome {
    with_env(&[("STILLROOM_BLESS", "1"), ("BLESS", "1")], &["test", "--workspace"])
}

/// Programs that the tests run, and the Debian packages that hold them: the browser tests drive Chromium through its
/// WebDriver, and a verifier in Python checks ours.
const NEEDED: [(&str, &str); 3] =
    [("chromium", "chromium"), ("chromedriver", "chromium-driver"), ("python3", "python3-minimal")];

fn needs_programs() -> Outcome {
    let missing: Vec<(&str, &str)> =
        NEEDED.into_iter().filter(|(program, _)| on_path(program).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let programs: Vec<&str> = missing.iter().map(|(program, _)| *program).collect();
    let packages: Vec<&str> = missing.iter().map(|(_, package)| *package).collect();
    let by_hand = format!("install them: apt-get install {}", packages.join(" "));
    if on_path("apt-get").is_none() || !is_root() {
        return Err(format!("the tests need on the path: {}; {by_hand}", programs.join(", ")));
    }
    println!("xtask: installing {}", packages.join(", "));
    run("apt-get", &["update", "-qq"])?;
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    run("apt-get", &install).map_err(|why| format!("{why}; {by_hand}"))
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|said| said.stdout.trim_ascii() == b"0")
}

fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn cargo(arguments: &[&str]) -> Outcome {
    with_env(&[], arguments)
}

fn with_env(variables: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    println!("xtask: cargo {}", arguments.join(" "));
    let mut command = Command::new(program);
    command.args(arguments).envs(variables.iter().copied()).current_dir(root());
    finish(command, &format!("cargo {}", arguments.join(" ")))
}

fn run(program: &str, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(program);
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    finish(command, &format!("{program} {}", arguments.join(" ")))
}

fn finish(mut command: Command, what: &str) -> Outcome {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{what}` ended with {status}")),
        Err(why) => Err(format!("`{what}` did not start: {why}")),
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_path_buf()
}
