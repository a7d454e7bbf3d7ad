//! The protocol's analysis bound to the tables of a dataset. Calls `stats`, and keeps for every figure the entries
//! it came from.
//!
//! [`read_out`] needs arms: under a view that does not show them there is none, and it says so. How results are
//! laid out is not known here.

mod blinding;
mod compare;
mod disposition;
mod efficacy;
mod figure;
mod primary;
mod safety;
mod sets;

pub use blinding::Guesses;
pub use compare::{Comparison, Published, compare};
pub use disposition::{ArmFlow, Disposition};
pub use efficacy::{Observed, Proportion, ProportionDifference, Response};
pub use figure::Figure;
pub use primary::{Difference, Fitted, LsMean, Model};
pub use safety::{EventRow, Exposure, Safety, VitalPeak};

use dataset::Dataset;
use protocol::Study;
use terms::ArmId;

/// Everything that is read out of a study, before it is laid out.
#[derive(Clone, Debug)]
pub struct ReadOut {
    pub study: StudyFacts,
    /// In the protocol's order.
    pub arms: Vec<ArmFacts>,
    /// The primary endpoint by the protocol's model and estimand.
    pub primary: Model,
    /// The same with all data, also those after treatment was stopped.
    pub de_facto: Model,
    /// Secondary endpoints that are changes, by the same model.
    pub secondary: Vec<Model>,
    pub observed: Vec<Observed>,
    pub responses: Vec<Response>,
    pub disposition: Disposition,
    pub safety: Safety,
    pub guesses: Vec<Guesses>,
}

#[derive(Clone, Debug)]
pub struct StudyFacts {
    pub id: String,
    pub title: String,
    pub version: String,
    pub indication: String,
    pub registry: Option<String>,
    /// The estimand in words, attribute by attribute.
    pub estimand: Vec<(String, String)>,
    pub rehearsal_only: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ArmFacts {
    pub id: ArmId,
    pub name: String,
    pub reference: bool,
}

/// Why nothing is read out by arm now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotNow {
    #[error(
        "nothing is read out by arm under this view: the database is not locked and unblinded, or the role is not cleared for allocation"
    )]
    NoArms,
    #[error("nobody is randomised yet: there is nothing to read out")]
    NobodyRandomised,
    #[error("the protocol names no primary endpoint, or no reference arm")]
    NoEndpoint,
}

/// The read-out of `dataset` as `study` plans it.
pub fn read_out(dataset: &Dataset, study: &Study) -> Result<ReadOut, NotNow> {
    if !dataset.subjects.iter().any(|subject| subject.randomised.value == Some(true)) {
        return Err(NotNow::NobodyRandomised);
    }
    if !dataset.shows_arms() {
        return Err(NotNow::NoArms);
    }
    let (Some(endpoint), Some(_)) = (study.primary_endpoint(), study.reference_arm()) else {
        return Err(NotNow::NoEndpoint);
    };
    let secondary = study.endpoints.iter().filter(|other| {
        other.role == protocol::study::EndpointRole::Secondary
            && other.measure == protocol::study::Measure::Change
    });
    Ok(ReadOut {
        study: facts(study),
        arms: study
            .arms
            .iter()
            .map(|arm| ArmFacts { id: arm.id.clone(), name: arm.name.clone(), reference: arm.reference })
            .collect(),
        primary: primary::model(dataset, study, endpoint, sets::Data::OnTreatment),
        de_facto: primary::model(dataset, study, endpoint, sets::Data::All),
        secondary: secondary
            .map(|other| primary::model(dataset, study, other, sets::Data::OnTreatment))
            .collect(),
        observed: efficacy::observed(dataset, study),
        responses: efficacy::responses(dataset, study),
        disposition: disposition::disposition(dataset, study),
        safety: safety::safety(dataset, study),
        guesses: blinding::guesses(dataset, study),
    })
}

fn facts(study: &Study) -> StudyFacts {
    let estimand = &study.estimand;
    let mut attributes = vec![
        (String::from("Population"), estimand.population.clone()),
        (String::from("Treatment"), estimand.treatment.clone()),
        (String::from("Variable"), estimand.variable.clone()),
        (String::from("Summary"), estimand.summary.clone()),
    ];
    for event in &estimand.intercurrent_events {
        attributes.push((format!("Intercurrent event: {}", event.event), event.strategy.clone()));
    }
    StudyFacts {
        id: study.id.clone(),
        title: study.title.clone(),
        version: study.version.clone(),
        indication: study.indication.clone(),
        registry: study.registry.clone(),
        estimand: attributes,
        rehearsal_only: study.rehearsal_only(),
    }
}
