//! Prints the check of a built-in protocol, without and with its sign-off.

use protocol::{SignOffFor, built_in, check_report};

fn main() {
    let mapp2 = built_in("mapp2").expect("mapp2 is built in");
    print!("{}", check_report(mapp2.file, mapp2.text, None, SignOffFor::Real).0);
    let sign_off = Some((mapp2.sign_off_file, mapp2.sign_off));
    print!("{}", check_report(mapp2.file, mapp2.text, sign_off, SignOffFor::Rehearsal).0);
}
