//! Running the program: to its end, or as a server until the test is over.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

pub fn stillroom() -> Command {
    Command::new(env!("CARGO_BIN_EXE_stillroom"))
}

pub fn protocol_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../protocols/mapp2.toml")
}

pub fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = stillroom().args(arguments).output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

/// Rehearses a small study into `folder`; `more` goes to the command line.
pub fn rehearse(folder: &Path, more: &[&str]) {
    let protocol = protocol_file();
    let mut command = stillroom();
    command.arg("rehearse").arg(protocol).args(["--data", folder.to_str().unwrap()]).args(more);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A server on a free port of this machine.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn start(folder: &Path) -> Self {
        let mut child = stillroom()
            .arg("serve")
            .arg(folder)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("the server says its address").unwrap();
            if let Some(at) = line.find("http://") {
                break line[at..].trim().to_owned();
            }
        };
        // Keep reading, so that the server never waits for somebody to read.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
