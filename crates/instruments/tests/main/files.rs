//! Instrument files that do not hold together are refused with the key that is wrong.

use instruments::{Instrument, LicenceClass};

const SDS: &str = include_str!("../../../../instruments/sds.toml");

fn refused(from: &str, to: &str) -> String {
    assert!(SDS.contains(from), "the file has no `{from}` any more");
    Instrument::read(&SDS.replacen(from, to, 1)).unwrap_err().to_string()
}

#[test]
fn a_file_that_does_not_hold_together_is_refused() {
    assert_eq!(refused("of = [\"1..3\"]", "of = [\"1..4\"]"), "`mean` names item `4`, which is not there");
    assert_eq!(
        refused("of = [\"1..3\"]", "of = [\"3..1\"]"),
        "`3..1` is no range of items; write it as `1..5`"
    );
    assert_eq!(refused("key = \"2\"", "key = \"1\""), "item `1` is there twice");
    assert_eq!(
        refused("when = \"work_na\"", "when = \"work\""),
        "a rule names item `work`, which is not there"
    );
    assert_eq!(refused("id = \"total\"", "id = \"mean\""), "score `mean` is there twice");
    assert_eq!(
        refused("source = [\"mapp2-abstract\"", "source = [\"nobody\""),
        "source `nobody` is not in `sources`"
    );
    assert!(refused("op = \"mean\"", "op = \"median\"").starts_with("score `mean`: `median` is not"));
    assert!(refused("recall =", "remember =").contains("remember"));
}

#[test]
fn class_c_instruments_carry_labels_and_no_text() {
    for instrument in instruments::builtin().iter() {
        for item in &instrument.items {
            assert!(
                item.label.starts_with(&format!("item {}", item.key)),
                "{}: {}",
                instrument.id,
                item.label
            );
            assert!(
                item.label.split(' ').count() <= 9,
                "{}: `{}` is long for a label",
                instrument.id,
                item.label
            );
        }
        if instrument.licence.class == LicenceClass::C {
            assert!(instrument.licence.notice.contains("licence"), "{}", instrument.id);
        }
    }
}

#[test]
fn the_range_of_a_score_follows_from_its_items() {
    let sds = Instrument::read(SDS).unwrap();
    assert_eq!(sds.score_range("mean"), Some((0.0, 10.0)));
    assert_eq!(sds.score_range("total"), Some((0.0, 30.0)));
    assert_eq!(sds.score_range("nothing"), None);
}
