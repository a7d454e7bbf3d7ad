//! Tables as text, for CSV files and listings.

use record::body::{DoseKind, Guess, Guesser, StoppedFrom};
use record::plain::severe;
use terms::EntryId;

use crate::cell::Cell;
use crate::rows::Dataset;

/// A table whose cells are text with their sources.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// File name without its ending: `ratings`.
    pub name: &'static str,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell<String>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    /// What it is, with its unit.
    pub label: &'static str,
}

impl Table {
    fn new(name: &'static str, columns: &[(&'static str, &'static str)]) -> Self {
        let columns = columns.iter().map(|&(name, label)| Column { name, label }).collect();
        Self { name, columns, rows: Vec::new() }
    }

    /// RFC 4180, with a header of column names. Empty cells are empty.
    pub fn to_csv(&self) -> String {
        let header: Vec<&str> = self.columns.iter().map(|column| column.name).collect();
        let mut text = line(header.into_iter());
        for row in &self.rows {
            text.push_str(&line(row.iter().map(|cell| cell.value.as_deref().unwrap_or_default())));
        }
        text
    }
}

fn line<'a>(fields: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = fields
        .map(|field| {
            if field.contains([',', '"', '\n', '\r']) {
                format!("\"{}\"", field.replace('"', "\"\""))
            } else {
                field.to_owned()
            }
        })
        .collect();
    quoted.join(",") + "\r\n"
}

fn text(value: impl ToString) -> Cell<String> {
    Cell::held(value.to_string())
}

fn shown<T>(cell: &Cell<T>, show: impl Fn(&T) -> String) -> Cell<String> {
    let sources: &[EntryId] = &cell.sources;
    Cell::maybe(cell.value.as_ref().map(show), sources.iter().copied())
}

fn plain<T: ToString>(cell: &Cell<T>) -> Cell<String> {
    shown(cell, T::to_string)
}

fn yes_no(cell: &Cell<bool>) -> Cell<String> {
    shown(cell, |flag| String::from(if *flag { "yes" } else { "no" }))
}

fn flag(flag: bool) -> Cell<String> {
    text(if flag { "yes" } else { "no" })
}

fn milligrams(cell: &Cell<terms::Micrograms>) -> Cell<String> {
    shown(cell, |mass| mass.mg().to_string())
}

fn dose(kind: DoseKind) -> &'static str {
    match kind {
        DoseKind::Initial => "initial",
        DoseKind::Supplemental => "supplemental",
    }
}

impl Dataset {
    /// Every table, each in the order of participants.
    pub fn tables(&self) -> Vec<Table> {
        vec![
            self.subject_table(),
            self.rating_table(),
            self.adverse_event_table(),
            self.dose_table(),
            self.vitals_table(),
            self.guess_table(),
            self.deviation_table(),
        ]
    }

    fn subject_table(&self) -> Table {
        let mut table = Table::new(
            "subjects",
            &[
                ("participant", "participant"),
                ("site", "site"),
                ("age_years", "age, years"),
                ("sex_at_birth", "sex at birth"),
                ("referral_source", "source of referral"),
                ("consented", "consented"),
                ("not_enrolled_criterion", "criterion that failed"),
                ("not_enrolled_why", "why not enrolled"),
                ("randomised", "randomised"),
                ("arm", "arm drawn"),
                ("dosing_sessions", "dosing sessions with an initial dose"),
                ("mass_given_mg", "labelled mass given, mg of the hydrochloride"),
                ("stopped", "stopped treatment or left the study"),
                ("stopped_why", "why"),
                ("completed", "completed"),
            ],
        );
        for row in &self.subjects {
            table.rows.push(vec![
                text(&row.participant),
                text(&row.site),
                plain(&row.age_years),
                plain(&row.sex_at_birth),
                plain(&row.referral_source),
                yes_no(&row.consented),
                Cell::maybe(
                    row.not_enrolled.value.as_ref().and_then(|why| why.0.clone()),
                    row.not_enrolled.sources.clone(),
                ),
                shown(&row.not_enrolled, |why| why.1.clone()),
                yes_no(&row.randomised),
                plain(&row.arm),
                plain(&row.dosing_sessions),
                milligrams(&row.mass_given),
                shown(&row.stopped, |stop| {
                    String::from(if stop.0 == StoppedFrom::Study { "study" } else { "treatment" })
                }),
                shown(&row.stopped, |stop| stop.1.clone()),
                yes_no(&row.completed),
            ]);
        }
        table
    }

    fn rating_table(&self) -> Table {
        let mut table = Table::new(
            "ratings",
            &[
                ("participant", "participant"),
                ("timepoint", "timepoint"),
                ("visit", "visit"),
                ("instrument", "instrument"),
                ("score", "score of the endpoint"),
                ("change", "score minus baseline"),
                ("diagnosis", "diagnosis by the interview"),
                ("not_done", "why there is no rating"),
                ("after_stopping", "after treatment was stopped"),
            ],
        );
        for row in &self.ratings {
            table.rows.push(vec![
                text(&row.participant),
                text(&row.timepoint),
                text(&row.visit),
                text(&row.instrument),
                plain(&row.score),
                plain(&row.change),
                yes_no(&row.diagnosis),
                plain(&row.not_done),
                flag(row.after_stopping),
            ]);
        }
        table
    }

    fn adverse_event_table(&self) -> Table {
        let mut table = Table::new(
            "adverse_events",
            &[
                ("participant", "participant"),
                ("term", "term"),
                ("severity", "severity"),
                ("serious", "serious"),
                ("related", "related"),
                ("special_interest", "of special interest"),
                ("ended", "ended"),
            ],
        );
        for row in &self.adverse_events {
            table.rows.push(vec![
                text(&row.participant),
                plain(&row.term),
                text(severe(row.severity)),
                flag(row.serious),
                flag(row.related),
                flag(row.special_interest),
                yes_no(&row.ended),
            ]);
        }
        table
    }

    fn dose_table(&self) -> Table {
        let mut table = Table::new(
            "doses",
            &[
                ("participant", "participant"),
                ("session", "dosing session"),
                ("dose", "initial or supplemental"),
                ("mass_mg", "labelled mass, mg of the hydrochloride"),
                ("not_given", "why not given"),
                ("minutes", "minutes after the initial dose"),
            ],
        );
        for row in &self.doses {
            table.rows.push(vec![
                text(&row.participant),
                text(row.session),
                text(dose(row.dose)),
                milligrams(&row.mass),
                plain(&row.not_given),
                plain(&row.minutes),
            ]);
        }
        table
    }

    fn vitals_table(&self) -> Table {
        let mut table = Table::new(
            "vitals",
            &[
                ("participant", "participant"),
                ("session", "dosing session"),
                ("minutes", "minutes after the initial dose"),
                ("systolic_mmhg", "systolic pressure, mmHg"),
                ("diastolic_mmhg", "diastolic pressure, mmHg"),
                ("pulse_bpm", "pulse, per minute"),
                ("temperature_c", "temperature, °C"),
            ],
        );
        for row in &self.vitals {
            table.rows.push(vec![
                text(&row.participant),
                text(row.session),
                plain(&row.minutes),
                plain(&row.systolic_mmhg),
                plain(&row.diastolic_mmhg),
                plain(&row.pulse_bpm),
                plain(&row.temperature_c),
            ]);
        }
        table
    }

    fn guess_table(&self) -> Table {
        let mut table = Table::new(
            "guesses",
            &[
                ("participant", "participant"),
                ("by", "who guessed"),
                ("timepoint", "timepoint"),
                ("guess", "guess"),
                ("confidence", "confidence, 0 to 100"),
            ],
        );
        for row in &self.guesses {
            let by = match row.by {
                Guesser::Participant => "participant",
                Guesser::Therapist => "therapist",
                Guesser::IndependentRater => "independent rater",
            };
            let word = |guess: &Guess| {
                String::from(match guess {
                    Guess::Active => "active",
                    Guess::Placebo => "placebo",
                    Guess::Unsure => "unsure",
                })
            };
            table.rows.push(vec![
                text(&row.participant),
                text(by),
                text(&row.timepoint),
                shown(&row.guess, word),
                plain(&row.confidence),
            ]);
        }
        table
    }

    fn deviation_table(&self) -> Table {
        let mut table = Table::new(
            "deviations",
            &[("participant", "participant"), ("rule", "rule"), ("found", "what was found")],
        );
        for row in &self.deviations {
            table.rows.push(vec![text(&row.participant), plain(&row.rule), text(&row.found)]);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_what_must_be_quoted() {
        let fields = ["a", "b,c", "say \"so\"", "two\nlines", ""];
        assert_eq!(line(fields.into_iter()), "a,\"b,c\",\"say \"\"so\"\"\",\"two\nlines\",\r\n");
    }

    #[test]
    fn an_empty_dataset_has_headers_only() {
        for table in Dataset::default().tables() {
            assert_eq!(table.to_csv().lines().count(), 1, "{}", table.name);
        }
        assert!(!Dataset::default().shows_arms());
    }
}
