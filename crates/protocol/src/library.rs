//! The protocols that come with the program, each with its sign-off for rehearsal.

/// A protocol and its sign-off, as text: they are read like any other file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    pub name: &'static str,
    /// Its file in the source tree.
    pub file: &'static str,
    pub text: &'static str,
    pub sign_off_file: &'static str,
    /// For rehearsal only.
    pub sign_off: &'static str,
}

const LIBRARY: &[BuiltIn] = &[BuiltIn {
    name: "mapp2",
    file: "protocols/mapp2.toml",
    text: include_str!("../../../protocols/mapp2.toml"),
    sign_off_file: "protocols/mapp2.rehearsal-signoff.toml",
    sign_off: include_str!("../../../protocols/mapp2.rehearsal-signoff.toml"),
}];

pub fn library() -> &'static [BuiltIn] {
    LIBRARY
}

pub fn built_in(name: &str) -> Option<&'static BuiltIn> {
    LIBRARY.iter().find(|one| one.name == name)
}
