//! What the published trial says, for comparison.

use std::sync::OnceLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Published {
    #[serde(rename = "row")]
    pub rows: Vec<Row>,
}

/// One published figure.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    pub arm: String,
    /// `mean_change`, `sd_change`, `mean_score`, `sd_score`, `response`, `loss_of_diagnosis`, `remission`, `assessed`.
    pub what: String,
    pub timepoint: String,
    /// Points, per cent, or a count.
    pub value: f64,
    /// Participants behind it; for `assessed`, participants treated.
    pub n: u32,
    pub verified: bool,
    /// The source itself is in doubt.
    pub doubtful: bool,
    pub source: String,
}

/// The published figures of MAPP2.
pub fn published() -> &'static Published {
    static PUBLISHED: OnceLock<Published> = OnceLock::new();
    PUBLISHED.get_or_init(|| {
        toml::from_str(include_str!("../../data/published-mapp2.toml"))
            .expect("the file in the binary is tested to parse")
    })
}
