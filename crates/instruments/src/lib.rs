//! Questionnaires and interviews: what may be answered, and what follows from the answers.
//!
//! Each instrument is one data file in `instruments/`, with its cases beside it. It holds numbers, keys, bands
//! and our own short labels; the text of an instrument stays with its owner. Who answered, when, and of whom,
//! is not known here. Read [`builtin`], then [`Instrument::score`].
//!
//! Scores have three values: a number or a flag can be known, or the answers leave it open. Nothing is imputed.

mod answers;
mod change;
mod file;
mod instrument;
mod score;
mod scores;

pub use answers::{Answers, BadAnswer};
pub use file::BadFile;
pub use instrument::{
    Bands, ChangeOp, ChangeRule, Flag, Holds, Instrument, Item, Licence, LicenceClass, NotApplicable, Op,
    Score, Step,
};
pub use scores::Scores;

use std::sync::OnceLock;

use terms::InstrumentId;

/// Each instrument that is built in: the name of its file, its text, the text of its cases.
const FILES: &[(&str, &str, &str)] = &[
    (
        "caps-5",
        include_str!("../../../instruments/caps-5.toml"),
        include_str!("../../../instruments/caps-5.cases.toml"),
    ),
    (
        "sds",
        include_str!("../../../instruments/sds.toml"),
        include_str!("../../../instruments/sds.cases.toml"),
    ),
];

/// The instruments that are known.
#[derive(Clone, Debug, Default)]
pub struct Library {
    instruments: Vec<Instrument>,
}

impl Library {
    pub fn get(&self, id: &InstrumentId) -> Option<&Instrument> {
        self.instruments.iter().find(|instrument| instrument.id == *id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Instrument> {
        self.instruments.iter()
    }
}

/// The instruments that come with the program.
pub fn builtin() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let read = |(name, text, _): &(&str, &str, &str)| {
            Instrument::read(text).unwrap_or_else(|why| panic!("built-in instrument `{name}`: {why}"))
        };
        Library { instruments: FILES.iter().map(read).collect() }
    })
}

/// The texts of the cases, by instrument: for tests, and for whoever wants to check the scoring elsewhere.
pub fn cases() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().map(|(name, _, cases)| (*name, *cases))
}
