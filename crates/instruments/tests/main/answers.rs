//! Answers that a form does not have, and laws that hold for all answers.

use instruments::{Answers, Instrument};
use terms::InstrumentId;

fn known(id: &str) -> &'static Instrument {
    instruments::builtin().get(&InstrumentId::new(id).unwrap()).unwrap()
}

fn refused(instrument: &str, answers: &[(&str, i64)]) -> String {
    let answers: Answers = answers.iter().map(|(key, value)| (String::from(*key), *value)).collect();
    known(instrument).score(&answers).unwrap_err().to_string()
}

#[test]
fn a_bad_answer_is_named_with_its_value_and_range() {
    assert_eq!(
        refused("caps-5", &[("7", 5)]),
        "`caps-5`, item 7 (C): avoiding reminders: 5 is outside 0 to 4"
    );
    assert_eq!(refused("sds", &[("2", -1)]), "`sds`, item 2: social life: -1 is outside 0 to 10");
    assert_eq!(refused("sds", &[("4", 1)]), "`sds` has no item `4`; it has 1 to 3 and `work_na`");
    assert_eq!(
        refused("sds", &[("1", 3), ("work_na", 1)]),
        "`sds`, item 1: work or school: answered with 3, and `work_na` says that it does not apply; keep one"
    );
}

#[test]
fn no_answers_say_nothing() {
    for instrument in instruments::builtin().iter() {
        let scores = instrument.score(&Answers::new()).unwrap();
        assert_eq!(scores.numbers().count() + scores.flags().count(), 0, "{}", instrument.id);
        assert_eq!(scores.band(), None);
    }
}

/// Taking an answer away may open a flag; it may never turn a yes into a no, nor a no into a yes.
#[test]
fn a_missing_answer_never_turns_a_flag_round() {
    let caps = known("caps-5");
    let mut state = 17u64;
    for _ in 0..300 {
        let mut draw = |upto: i64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i64) % (upto + 1)
        };
        let items = caps.items.iter().chain(&caps.extras);
        let whole: Answers = items.map(|item| (item.key.clone(), draw(item.max.min(12)))).collect();
        let all = caps.score(&whole).unwrap();
        for key in whole.keys().filter(|key| !key.starts_with("tr_")) {
            let mut fewer = whole.clone();
            fewer.remove(key);
            let some = caps.score(&fewer).unwrap();
            for (id, flag) in some.flags() {
                assert_eq!(all.flag(id), Some(flag), "{id} turned round without {key}");
            }
        }
    }
}

#[test]
fn diagnosis_agrees_with_the_rule_written_out() {
    let caps = known("caps-5");
    let mut state = 5u64;
    for _ in 0..2_000 {
        let mut draw = |upto: i64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as i64) % (upto + 1)
        };
        let severity: Vec<i64> = (0..20).map(|_| (draw(4) - 2).max(0) + draw(1)).collect();
        let (event, months, distress) = (draw(9).min(1), draw(6), draw(3));
        let mut answers: Answers =
            severity.iter().enumerate().map(|(place, &value)| ((place + 1).to_string(), value)).collect();
        for (key, value) in [("criterion_a", event), ("22", months), ("23", distress), ("24", 0), ("25", 0)] {
            answers.insert(key.into(), value);
        }
        let met = |from: usize, to: usize| severity[from - 1..to].iter().filter(|&&value| value >= 2).count();
        let expected = event == 1
            && met(1, 5) >= 1
            && met(6, 7) >= 1
            && met(8, 14) >= 2
            && met(15, 20) >= 2
            && months >= 1
            && distress >= 2;
        assert_eq!(caps.score(&answers).unwrap().flag("ptsd"), Some(expected));
    }
}
