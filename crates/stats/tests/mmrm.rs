//! MMRM against R's `mmrm` and `emmeans`: see `reference/mmrm/README.md` for the source of the numbers.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use stats::mmrm::{Data, Fit, Outcome, Why, fit};

/// A data set and what R gave for it.
struct Set {
    rows: Vec<Vec<String>>,
    header: Vec<String>,
    /// The fit with an unstructured covariance and Satterthwaite's degrees of freedom.
    reference: Value,
}

impl Set {
    fn read(name: &str) -> Self {
        let path = |ending| format!("{}/tests/reference/mmrm/{name}.{ending}", env!("CARGO_MANIFEST_DIR"));
        let csv = fs::read_to_string(path("csv")).unwrap();
        let mut lines = csv.lines().map(|line| line.split(',').map(String::from).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let json: Value = serde_json::from_str(&fs::read_to_string(path("json")).unwrap()).unwrap();
        let fits = json["fits"].as_array().unwrap();
        let wanted = |fit: &&Value| fit["covariance"] == "us" && fit["method"] == "satterthwaite";
        let reference = fits.iter().find(wanted).unwrap().clone();
        Self { rows: lines.collect(), header, reference }
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let place = self.header.iter().position(|column| column == name).unwrap();
        self.rows.iter().map(|row| row[place].as_str()).collect()
    }

    fn levels(&self, name: &str) -> Vec<&str> {
        self.column(name).into_iter().collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn terms(&self) -> Vec<String> {
        let terms = self.reference["coefficients"].as_array().unwrap();
        terms.iter().map(|term| term["term"].as_str().unwrap().to_owned()).collect()
    }

    fn fit(&self) -> Fit {
        let names = self.terms();
        let ids = self.levels("id");
        let visits = self.levels("visit");
        let place = |all: &[&str], one: &str| all.iter().position(|level| *level == one).unwrap();
        let subject: Vec<usize> = self.column("id").iter().map(|id| place(&ids, id)).collect();
        let visit: Vec<usize> = self.column("visit").iter().map(|visit| place(&visits, visit)).collect();
        let y: Vec<f64> = self.column("change").iter().map(|change| change.parse().unwrap()).collect();
        let x: Vec<f64> = self
            .rows
            .iter()
            .flat_map(|row| names.iter().map(|term| value(term, &|factor| self.of_row(row, factor))))
            .collect();
        match fit(&Data {
            subject: &subject,
            visit: &visit,
            visits: visits.len(),
            y: &y,
            x: &x,
            names: &names,
        }) {
            Outcome::Fitted(fit) => *fit,
            Outcome::NotFitted(why) => panic!("{why}"),
        }
    }

    /// The value of a factor such as `siteS02` or `baseline` in a row.
    fn of_row(&self, row: &[String], factor: &str) -> f64 {
        let place = |name: &str| self.header.iter().position(|column| column == name).unwrap();
        match split(factor) {
            (name, "") => row[place(name)].parse().unwrap(),
            (name, level) => f64::from(u8::from(row[place(name)] == level)),
        }
    }

    /// The same at an arm and a visit, other factors alike, covariates at their mean.
    fn at_mean(&self, arm: &str, visit: &str, factor: &str) -> f64 {
        let is = |same: bool| f64::from(u8::from(same));
        match split(factor) {
            ("arm", level) => is(level == arm),
            ("visit", level) => is(level == visit),
            (name, "") => {
                let values: Vec<f64> = self.column(name).iter().map(|value| value.parse().unwrap()).collect();
                values.iter().sum::<f64>() / values.len() as f64
            }
            (name, _) => 1.0 / self.levels(name).len() as f64,
        }
    }

    fn mean_row(&self, arm: &str, visit: &str) -> Vec<f64> {
        self.terms().iter().map(|term| value(term, &|factor| self.at_mean(arm, visit, factor))).collect()
    }
}

/// `siteS02` is the level `S02` of `site`.
fn split(factor: &str) -> (&str, &str) {
    let names = ["site", "sex", "arm", "visit", "baseline"];
    let name = names.iter().find(|name| factor.starts_with(**name)).unwrap();
    factor.split_at(name.len())
}

fn value(term: &str, of: &dyn Fn(&str) -> f64) -> f64 {
    if term == "(Intercept)" { 1.0 } else { term.split(':').map(of).product() }
}

fn close(what: &str, ours: f64, theirs: &Value, tolerance: f64) {
    let theirs = theirs.as_f64().unwrap();
    let scale = theirs.abs().max(1.0);
    assert!((ours - theirs).abs() <= tolerance * scale, "{what}: {ours} here, {theirs} in the reference");
}

/// Estimates to 1e-7, standard errors and degrees of freedom to 1e-6: what R's optimiser, driven to a relative
/// tolerance of 1e-13, can be held to.
fn agrees(name: &str) {
    let set = Set::read(name);
    let (fit, reference) = (set.fit(), &set.reference);
    close("-2 log REML", fit.minus_2_reml, &reference["minus_2_reml"], 1e-9);
    assert_eq!(fit.observations as u64, reference["n_observations"].as_u64().unwrap());
    assert_eq!(fit.subjects as u64, reference["n_participants"].as_u64().unwrap());
    for (ours, theirs) in fit.coefficients.iter().zip(reference["coefficients"].as_array().unwrap()) {
        assert_eq!(ours.name, theirs["term"]);
        close(&ours.name, ours.estimate, &theirs["estimate"], 1e-7);
        close(&ours.name, ours.se, &theirs["se"], 1e-6);
        close(&ours.name, ours.df, &theirs["df"], 1e-6);
        close(&ours.name, ours.p, &theirs["p"], 1e-6);
    }
    let covariance = reference["covariance_matrix"]["all"].as_array().unwrap();
    for (row, theirs) in covariance.iter().enumerate() {
        for (column, theirs) in theirs.as_array().unwrap().iter().enumerate() {
            close("covariance", fit.covariance[row * covariance.len() + column], theirs, 1e-5);
        }
    }
    for theirs in reference["ls_means"].as_array().unwrap() {
        let row = set.mean_row(theirs["arm"].as_str().unwrap(), theirs["visit"].as_str().unwrap());
        let ours = fit.contrast(&row, 0.95);
        close("LS mean", ours.estimate, &theirs["emmean"], 1e-7);
        close("LS mean's SE", ours.se, &theirs["SE"], 1e-6);
        close("LS mean's df", ours.df, &theirs["df"], 1e-6);
        close("LS mean's limit", ours.lower, &theirs["lower.CL"], 1e-6);
        close("LS mean's limit", ours.upper, &theirs["upper.CL"], 1e-6);
    }
    for theirs in reference["differences"].as_array().unwrap() {
        let (one, other) = theirs["contrast"].as_str().unwrap().split_once(" - ").unwrap();
        let visit = theirs["visit"].as_str().unwrap();
        let (one, other) = (set.mean_row(one, visit), set.mean_row(other, visit));
        let contrast: Vec<f64> = one.iter().zip(&other).map(|(one, other)| one - other).collect();
        let ours = fit.contrast(&contrast, 0.95);
        close("difference", ours.estimate, &theirs["estimate"], 1e-7);
        close("difference's SE", ours.se, &theirs["SE"], 1e-6);
        close("difference's df", ours.df, &theirs["df"], 1e-6);
        close("difference's p", ours.p, &theirs["p.value"], 1e-6);
    }
}

#[test]
fn ptsd104() {
    agrees("ptsd104");
}

#[test]
fn three_arm450() {
    agrees("three_arm450");
}

#[test]
fn small24() {
    agrees("small24");
}

#[test]
fn unequal160() {
    agrees("unequal160");
}

#[test]
fn wide600() {
    agrees("wide600");
}

#[test]
fn a_column_that_says_nothing_new_is_dropped_and_named() {
    let set = Set::read("small24");
    let whole = set.fit();
    let mut names = set.terms();
    names.push(String::from("again"));
    let ids = set.levels("id");
    let visits = set.levels("visit");
    let place = |all: &[&str], one: &str| all.iter().position(|level| *level == one).unwrap();
    let subject: Vec<usize> = set.column("id").iter().map(|id| place(&ids, id)).collect();
    let visit: Vec<usize> = set.column("visit").iter().map(|visit| place(&visits, visit)).collect();
    let y: Vec<f64> = set.column("change").iter().map(|change| change.parse().unwrap()).collect();
    let mut x = Vec::new();
    for row in &set.rows {
        let known: Vec<f64> =
            set.terms().iter().map(|term| value(term, &|factor| set.of_row(row, factor))).collect();
        let again = 2.0 * known[0] - 3.0 * known[1];
        x.extend(known.into_iter().chain([again]));
    }
    let data = Data { subject: &subject, visit: &visit, visits: visits.len(), y: &y, x: &x, names: &names };
    let Outcome::Fitted(fit) = fit(&data) else { panic!("it can be fitted") };
    assert_eq!(fit.aliased, ["again"]);
    assert!((fit.minus_2_reml - whole.minus_2_reml).abs() < 1e-9);
}

fn why(data: &Data<'_>) -> Why {
    match fit(data) {
        Outcome::NotFitted(why) => why,
        Outcome::Fitted(fit) => panic!("fitted: {fit:?}"),
    }
}

#[test]
fn what_cannot_be_fitted_says_why() {
    let names = [String::from("one")];
    let data = Data {
        subject: &[0, 0, 1, 1],
        visit: &[0, 1, 0, 1],
        visits: 2,
        y: &[1.0, 2.0, 3.0, 5.0],
        x: &[1.0; 4],
        names: &names,
    };
    assert_eq!(why(&Data { y: &[], x: &[], subject: &[], visit: &[], ..data }), Why::NoData);
    assert_eq!(why(&Data { y: &[1.0, f64::NAN, 3.0, 4.0], ..data }), Why::NotFinite { row: 1 });
    assert!(matches!(why(&Data { x: &[1.0; 3], ..data }), Why::Shape(_)));
    assert!(matches!(why(&Data { visit: &[0, 7, 0, 1], ..data }), Why::Shape(_)));
    assert_eq!(why(&Data { visit: &[0, 0, 0, 1], ..data }), Why::Twice { subject: 0, visit: 0 });
    assert_eq!(why(&Data { subject: &[0, 1, 2, 3], ..data }), Why::NeverTogether { visits: (0, 1) });
    assert_eq!(why(&Data { visits: 3, ..data }), Why::NeverTogether { visits: (0, 2) });
    let one = Data { subject: &[0], visit: &[0], visits: 1, y: &[1.0], x: &[1.0], names: &names };
    assert_eq!(why(&one), Why::TooFew { observations: 1, coefficients: 1 });
    // Two subjects on one line: no variance is left to estimate.
    let flat = Data { y: &[1.0, 1.0, 1.0, 1.0], ..data };
    assert!(matches!(why(&flat), Why::Undetermined { .. } | Why::NoConvergence { .. }));
}
