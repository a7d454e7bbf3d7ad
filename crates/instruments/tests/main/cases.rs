//! Every case of every instrument, from the files beside the instruments.

use std::collections::BTreeMap;

use instruments::{Answers, Instrument, Scores};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    instrument: terms::InstrumentId,
    cases: Vec<Case>,
    #[serde(default)]
    change: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    answers: String,
    #[serde(default)]
    also: Answers,
    expect: BTreeMap<String, toml::Value>,
    #[serde(default)]
    not_said: Vec<String>,
    by_hand: Vec<String>,
    mark: String,
    basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    id: String,
    baseline: BTreeMap<String, toml::Value>,
    endpoint: BTreeMap<String, toml::Value>,
    #[serde(default)]
    expect: BTreeMap<String, toml::Value>,
    #[serde(default)]
    not_said: Vec<String>,
    by_hand: Vec<String>,
    mark: String,
    basis: String,
}

fn number(value: &toml::Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64))
}

fn known(values: &BTreeMap<String, toml::Value>) -> Scores {
    let numbers = values.iter().filter_map(|(id, value)| Some((id.clone(), number(value)?)));
    let flags = values.iter().filter_map(|(id, value)| Some((id.clone(), value.as_bool()?)));
    Scores::known(numbers, flags)
}

fn compare(case: &str, scores: &Scores, expect: &BTreeMap<String, toml::Value>, not_said: &[String]) {
    for (id, expected) in expect {
        if id == "band" {
            assert_eq!(scores.band(), expected.as_str(), "{case}: band");
        } else if let Some(flag) = expected.as_bool() {
            assert_eq!(scores.flag(id), Some(flag), "{case}: {id}");
        } else {
            let expected = number(expected).unwrap();
            let found = scores.number(id).unwrap_or_else(|| panic!("{case}: {id} is open, not {expected}"));
            // The vectors print means to four decimals.
            assert!((found - expected).abs() <= 5e-5, "{case}: {id} is {found}, not {expected}");
        }
    }
    for id in not_said {
        let open = match id.as_str() {
            "band" => scores.band().is_none(),
            _ => scores.number(id).is_none() && scores.flag(id).is_none(),
        };
        assert!(open, "{case}: {id} is said, and cannot be");
    }
}

fn answers(instrument: &Instrument, case: &Case) -> Answers {
    let given: Vec<&str> = case.answers.split_whitespace().collect();
    assert!(given.len() <= instrument.items.len(), "{}: more answers than items", case.id);
    let numbered = given.iter().zip(&instrument.items).filter(|(answer, _)| **answer != "-");
    let numbered = numbered.map(|(answer, item)| (item.key.clone(), answer.parse().unwrap()));
    numbered.chain(case.also.clone()).collect()
}

#[test]
fn every_case_of_every_instrument() {
    let files: BTreeMap<&str, &str> = instruments::cases().collect();
    let mut checked = 0;
    for instrument in instruments::builtin().iter() {
        let text = files.get(instrument.id.as_str());
        let text = text.unwrap_or_else(|| panic!("`{}` has no cases", instrument.id));
        let file: File = toml::from_str(text).unwrap();
        assert_eq!(file.instrument, instrument.id);
        assert!(file.cases.len() >= 5, "`{}` has {} cases", instrument.id, file.cases.len());
        for case in &file.cases {
            let name = format!("{} {} [{}: {}]", instrument.id, case.id, case.mark, case.basis);
            let scores =
                instrument.score(&answers(instrument, case)).unwrap_or_else(|why| panic!("{name}: {why}"));
            compare(&name, &scores, &case.expect, &case.not_said);
            assert!(case.by_hand.iter().all(|id| case.expect.contains_key(id) || case.not_said.contains(id)));
            checked += 1;
        }
        for case in &file.change {
            let name = format!("{} {} [{}: {}]", instrument.id, case.id, case.mark, case.basis);
            let changes = instrument.change(&known(&case.baseline), &known(&case.endpoint));
            compare(&name, &changes, &case.expect, &case.not_said);
            assert!(case.by_hand.iter().all(|id| case.expect.contains_key(id) || case.not_said.contains(id)));
            checked += 1;
        }
    }
    assert_eq!(checked, 27 + 7 + 7, "cases were lost from the files");
}
