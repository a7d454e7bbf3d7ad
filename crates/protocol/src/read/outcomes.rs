//! What is rated, what counts as the result, and how it is analysed.

use terms::InstrumentId;

use super::provenance;
use super::table::Table;
use crate::study::{
    Analysis, Endpoint, EndpointRole, Estimand, InstrumentUse, IntercurrentEvent, Measure, Respondent,
};

pub(super) fn instruments(root: &Table<'_>) -> Vec<InstrumentUse> {
    let respondents = &[
        ("independent-rater", Respondent::IndependentRater),
        ("clinician", Respondent::Clinician),
        ("participant", Respondent::Participant),
    ];
    let tables = root.tables("instruments", "instrument");
    let each = tables.iter().filter_map(|table| {
        let instrument: Option<InstrumentId> = table.id("instrument");
        let timepoints = table.filled("timepoints");
        let respondent = table.word("respondent", respondents).unwrap_or(Respondent::IndependentRater);
        let used = (
            table.maybe("never_same_rater").unwrap_or(false),
            table.maybe("rater_blind").unwrap_or(false),
            table.maybe("remote").unwrap_or(false),
        );
        let provenance = provenance(table, None);
        table.finish();
        Some(InstrumentUse {
            instrument: instrument?,
            respondent,
            timepoints,
            never_same_rater: used.0,
            rater_blind: used.1,
            remote: used.2,
            provenance,
        })
    });
    each.collect()
}

pub(super) fn endpoints(root: &Table<'_>) -> Vec<Endpoint> {
    let roles = &[
        ("primary", EndpointRole::Primary),
        ("secondary", EndpointRole::Secondary),
        ("exploratory", EndpointRole::Exploratory),
    ];
    let tables = root.tables("endpoints", "id");
    let each = tables.iter().filter_map(|table| {
        let id = table.text("id");
        let role = table.word("role", roles).unwrap_or(EndpointRole::Exploratory);
        let instrument: Option<InstrumentId> = table.id("instrument");
        let (score, baseline, timepoint) =
            (table.text("score"), table.text("baseline"), table.text("timepoint"));
        let measure = measure(table);
        let provenance = provenance(table, None);
        table.finish();
        Some(Endpoint { id, role, instrument: instrument?, score, baseline, timepoint, measure, provenance })
    });
    each.collect()
}

#[derive(Clone, Copy)]
enum Word {
    Change,
    Response,
    Loss,
    Remission,
}

fn measure(table: &Table<'_>) -> Measure {
    let words = &[
        ("change", Word::Change),
        ("response", Word::Response),
        ("loss-of-diagnosis", Word::Loss),
        ("remission", Word::Remission),
    ];
    match table.word("measure", words) {
        Some(Word::Response) => Measure::ResponseFall(table.need("at_least").unwrap_or(0.0)),
        Some(Word::Loss) => Measure::LossOfDiagnosis,
        Some(Word::Remission) => Measure::RemissionAtMost(table.need("at_most").unwrap_or(0.0)),
        Some(Word::Change) => Measure::Change,
        None => {
            // Either may belong to the measure that cannot be read.
            table.has("at_least");
            table.has("at_most");
            Measure::Change
        }
    }
}

pub(super) fn estimand(root: &Table<'_>) -> Estimand {
    let table = root.table("estimand");
    let own = provenance(&table, None);
    let tables = table.maybe_tables("intercurrent_events", "event");
    let events = tables.iter().map(|line| {
        let event = IntercurrentEvent {
            event: line.text("event"),
            strategy: line.text("strategy"),
            provenance: provenance(line, Some(&own)),
        };
        line.finish();
        event
    });
    let estimand = Estimand {
        population: table.text("population"),
        treatment: table.text("treatment"),
        variable: table.text("variable"),
        summary: table.text("summary"),
        intercurrent_events: events.collect(),
        provenance: own.clone(),
    };
    table.finish();
    estimand
}

pub(super) fn analysis(root: &Table<'_>) -> Analysis {
    let table = root.table("analysis");
    let word = |key: &str, words: &[(&'static str, &'static str)]| {
        table.word(key, words).map(String::from).unwrap_or_default()
    };
    const TERMS: &[(&str, &str)] = &[
        ("treatment", "treatment"),
        ("visit", "visit"),
        ("treatment:visit", "treatment:visit"),
        ("baseline", "baseline"),
        ("site", "site"),
    ];
    let alpha: f64 = table.need("alpha").unwrap_or(0.05);
    table.check_range("alpha", alpha, 0.000_01..=0.5);
    let analysis = Analysis {
        model: word("model", &[("mmrm", "mmrm")]),
        timepoints: table.filled("timepoints"),
        terms: table.words("terms", TERMS).into_iter().map(String::from).collect(),
        covariance: word("covariance", &[("unstructured", "unstructured")]),
        degrees_of_freedom: word(
            "degrees_of_freedom",
            &[("satterthwaite", "satterthwaite"), ("kenward-roger", "kenward-roger")],
        ),
        alpha,
        provenance: provenance(&table, None),
    };
    table.finish();
    analysis
}
