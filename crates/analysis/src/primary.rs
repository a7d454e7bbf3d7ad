//! The mixed model for repeated measures, as the protocol plans it.

use dataset::{Dataset, RatingRow, Subject};
use protocol::Study;
use protocol::study::Endpoint;
use stats::mmrm;
use stats::simple;
use terms::{ArmId, EntryId};

use crate::figure::{Figure, sources_of};
use crate::sets::{Data, analysed};

/// A model of one endpoint, fitted or not.
#[derive(Clone, Debug)]
pub struct Model {
    pub endpoint: String,
    pub instrument: String,
    /// Whether data after stopping treatment are left out.
    pub on_treatment: bool,
    /// `change ~ baseline + site + treatment * visit`
    pub formula: String,
    /// Why there is no fit, in words.
    pub outcome: Result<Fitted, String>,
}

#[derive(Clone, Debug)]
pub struct Fitted {
    pub participants: usize,
    pub observations: usize,
    pub minus_2_reml: f64,
    pub iterations: usize,
    /// Terms dropped because others say the same.
    pub aliased: Vec<String>,
    /// Between visits, in points squared; the order of `timepoints`.
    pub covariance: Vec<Vec<f64>>,
    pub timepoints: Vec<String>,
    pub ls_means: Vec<LsMean>,
    pub differences: Vec<Difference>,
    /// Everything that went in.
    pub sources: Vec<EntryId>,
}

/// A least-squares mean of the change: over sites alike, at the mean baseline.
#[derive(Clone, Debug)]
pub struct LsMean {
    pub arm: ArmId,
    pub timepoint: String,
    pub estimate: f64,
    pub se: f64,
    pub df: f64,
    pub limits: (f64, f64),
}

/// An arm minus the reference at one timepoint.
#[derive(Clone, Debug)]
pub struct Difference {
    pub arm: ArmId,
    pub timepoint: String,
    pub estimate: f64,
    pub se: f64,
    pub df: f64,
    pub p: f64,
    pub limits: (f64, f64),
    /// Over the pooled standard deviation of the observed changes.
    pub effect_size: Option<Figure<f64>>,
}

pub(crate) fn model(dataset: &Dataset, study: &Study, endpoint: &Endpoint, data: Data) -> Model {
    let design = Design::new(dataset, study, endpoint, data);
    Model {
        endpoint: endpoint.id.clone(),
        instrument: endpoint.instrument.to_string(),
        on_treatment: data == Data::OnTreatment,
        formula: String::from("change ~ baseline + site + treatment * visit"),
        outcome: design.and_then(|design| design.fit(study)),
    }
}

/// One participant with the rows that count.
struct Case<'a> {
    subject: &'a Subject,
    arm: usize,
    site: usize,
    baseline: f64,
    /// Visit and row.
    rows: Vec<(usize, &'a RatingRow)>,
}

struct Design<'a> {
    cases: Vec<Case<'a>>,
    arms: Vec<ArmId>,
    /// The first is the reference level, as in R.
    sites: Vec<String>,
    timepoints: Vec<String>,
    baseline_mean: f64,
    reference: usize,
}

impl<'a> Design<'a> {
    fn new(
        dataset: &'a Dataset,
        study: &'a Study,
        endpoint: &'a Endpoint,
        data: Data,
    ) -> Result<Self, String> {
        let instrument = endpoint.instrument.as_str();
        let timepoints = study.analysis.timepoints.clone();
        // The reference arm first: its coefficients are what the others are compared with.
        let mut arms: Vec<&protocol::study::Arm> = study.arms.iter().collect();
        arms.sort_by_key(|arm| !arm.reference);
        let mut cases = Vec::new();
        for (place, arm) in arms.iter().enumerate() {
            for subject in analysed(dataset, &arm.id, instrument) {
                let baseline = dataset.rating(&subject.participant, instrument, &endpoint.baseline);
                let Some(baseline) = baseline.and_then(|row| row.score.value) else { continue };
                let rows: Vec<(usize, &RatingRow)> = timepoints
                    .iter()
                    .enumerate()
                    .filter_map(|(visit, timepoint)| {
                        Some((visit, dataset.rating(&subject.participant, instrument, timepoint)?))
                    })
                    .filter(|(_, row)| {
                        row.score.value.is_some() && row.change.value.is_some() && data.counts(row)
                    })
                    .collect();
                if !rows.is_empty() {
                    cases.push(Case { subject, arm: place, site: 0, baseline, rows });
                }
            }
        }
        if cases.is_empty() {
            return Err(format!("nobody has a rating of `{instrument}` after baseline"));
        }
        let mut sites: Vec<String> = cases.iter().map(|case| case.subject.site.to_string()).collect();
        sites.sort();
        sites.dedup();
        for case in &mut cases {
            case.site = sites.iter().position(|site| *site == *case.subject.site.as_str()).unwrap_or(0);
        }
        // At the mean over the rows used, as emmeans does.
        let baselines: Vec<f64> =
            cases.iter().flat_map(|case| case.rows.iter().map(|_| case.baseline)).collect();
        let baseline_mean = simple::mean(&baselines).unwrap_or(0.0);
        let reference = 0;
        let arms = arms.iter().map(|arm| arm.id.clone()).collect();
        Ok(Self { cases, arms, sites, timepoints, baseline_mean, reference })
    }

    /// Intercept, baseline, sites, arms, visits, arms by visits: each factor without its first level.
    fn names(&self) -> Vec<String> {
        let mut names = vec![String::from("(Intercept)"), String::from("baseline")];
        names.extend(self.sites.iter().skip(1).map(|site| format!("site {site}")));
        names.extend(self.arms.iter().skip(1).map(|arm| format!("treatment {arm}")));
        names.extend(self.timepoints.iter().skip(1).map(|timepoint| format!("visit {timepoint}")));
        for arm in self.arms.iter().skip(1) {
            names.extend(
                self.timepoints
                    .iter()
                    .skip(1)
                    .map(|timepoint| format!("treatment {arm} x visit {timepoint}")),
            );
        }
        names
    }

    /// A row of the design. `site`: a weight for each site (one of them 1 for a participant, all alike for a mean).
    fn row(&self, baseline: f64, site: impl Fn(usize) -> f64, arm: usize, visit: usize) -> Vec<f64> {
        let is = |same: bool| f64::from(u8::from(same));
        let mut row = vec![1.0, baseline];
        row.extend((1..self.sites.len()).map(site));
        row.extend((1..self.arms.len()).map(|level| is(level == arm)));
        row.extend((1..self.timepoints.len()).map(|level| is(level == visit)));
        for one in 1..self.arms.len() {
            row.extend((1..self.timepoints.len()).map(|other| is(one == arm && other == visit)));
        }
        row
    }

    fn fit(&self, study: &Study) -> Result<Fitted, String> {
        let (mut subject, mut visit, mut y, mut x) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (place, case) in self.cases.iter().enumerate() {
            for (at, row) in &case.rows {
                subject.push(place);
                visit.push(*at);
                y.push(row.change.value.unwrap_or_default());
                x.extend(self.row(
                    case.baseline,
                    |site| f64::from(u8::from(site == case.site)),
                    case.arm,
                    *at,
                ));
            }
        }
        let names = self.names();
        let data = mmrm::Data {
            subject: &subject,
            visit: &visit,
            visits: self.timepoints.len(),
            y: &y,
            x: &x,
            names: &names,
        };
        let fit = match mmrm::fit(&data) {
            mmrm::Outcome::Fitted(fit) => fit,
            mmrm::Outcome::NotFitted(why) => return Err(why.to_string()),
        };
        let level = 1.0 - study.analysis.alpha;
        let sources: Vec<EntryId> = self
            .cases
            .iter()
            .flat_map(|case| sources_of(case.rows.iter().map(|(_, row)| &row.change)))
            .collect();
        let mut fitted = Fitted {
            participants: self.cases.len(),
            observations: y.len(),
            minus_2_reml: fit.minus_2_reml,
            iterations: fit.iterations,
            aliased: fit.aliased.clone(),
            covariance: fit.covariance.chunks(self.timepoints.len()).map(<[f64]>::to_vec).collect(),
            timepoints: self.timepoints.clone(),
            ls_means: Vec::new(),
            differences: Vec::new(),
            sources: Figure::new((), sources).sources,
        };
        for (at, timepoint) in self.timepoints.iter().enumerate() {
            for arm in 0..self.arms.len() {
                self.add_mean(&fit, level, arm, at, timepoint, &mut fitted);
                if arm != self.reference {
                    self.add_difference(&fit, level, arm, at, timepoint, &mut fitted);
                }
            }
        }
        Ok(fitted)
    }

    fn mean_row(&self, arm: usize, visit: usize) -> Vec<f64> {
        let share = 1.0 / self.sites.len() as f64;
        self.row(self.baseline_mean, |_| share, arm, visit)
    }

    fn add_mean(
        &self,
        fit: &mmrm::Fit,
        level: f64,
        arm: usize,
        visit: usize,
        timepoint: &str,
        into: &mut Fitted,
    ) {
        let estimate = fit.contrast(&self.mean_row(arm, visit), level);
        into.ls_means.push(LsMean {
            arm: self.arms[arm].clone(),
            timepoint: timepoint.into(),
            estimate: estimate.estimate,
            se: estimate.se,
            df: estimate.df,
            limits: (estimate.lower, estimate.upper),
        });
    }

    fn add_difference(
        &self,
        fit: &mmrm::Fit,
        level: f64,
        arm: usize,
        visit: usize,
        timepoint: &str,
        into: &mut Fitted,
    ) {
        let minus = self.mean_row(self.reference, visit);
        let contrast: Vec<f64> =
            self.mean_row(arm, visit).iter().zip(&minus).map(|(one, other)| one - other).collect();
        let estimate = fit.contrast(&contrast, level);
        into.differences.push(Difference {
            arm: self.arms[arm].clone(),
            timepoint: timepoint.into(),
            estimate: estimate.estimate,
            se: estimate.se,
            df: estimate.df,
            p: estimate.p,
            limits: (estimate.lower, estimate.upper),
            effect_size: self.effect_size(estimate.estimate, arm, timepoint),
        });
    }

    fn effect_size(&self, difference: f64, arm: usize, timepoint: &str) -> Option<Figure<f64>> {
        // Of the rows that the model uses, and no others.
        let changes = |arm: usize| -> Vec<&RatingRow> {
            let cases = self.cases.iter().filter(|case| case.arm == arm);
            let rows = cases.flat_map(|case| case.rows.iter().map(|(_, row)| *row));
            rows.filter(|row| row.timepoint == timepoint).collect()
        };
        let (one, other) = (changes(arm), changes(self.reference));
        let values = |rows: &[&RatingRow]| rows.iter().filter_map(|row| row.change.value).collect::<Vec<_>>();
        let sd = simple::pooled_sd(&values(&one), &values(&other)).filter(|sd| *sd > 0.0)?;
        Some(Figure::new(difference / sd, sources_of(one.iter().chain(&other).map(|row| &row.change))))
    }
}
