//! The vital signs of a session as numbers for the chart, the last ones in words, and what they call for.

use protocol::study::{Threshold, ThresholdAction, Vital};
use record::body::DoseKind;
use record::decide::is_past;
use record::state::VitalsSet;
use terms::Timestamp;

use super::Room;
use super::moments::Moments;
use crate::pages::chart::{Baseline, DoseMark, NoteTick, Reading, Scale, ThresholdLine, VitalsChart};
use crate::pages::marks::Tone;
use crate::pages::session::{Alert, LastValue, LastVitals, Trend};
use crate::words;

fn vital_word(vital: Vital) -> &'static str {
    match vital {
        Vital::SystolicMmhg => "systolic",
        Vital::DiastolicMmhg => "diastolic",
        Vital::PulseBpm => "pulse",
        Vital::TemperatureC => "temperature",
    }
}

fn action_word(action: ThresholdAction) -> &'static str {
    match action {
        ThresholdAction::DoNotDose => "no dose",
        ThresholdAction::WithholdSupplement => "no supplement",
        ThresholdAction::MeasureMoreOften => "measure more often",
        ThresholdAction::CallPhysician => "call the physician",
    }
}

impl Room<'_> {
    /// Limits that matter now: those of the dose that is still open, and in the session those that call for somebody.
    fn limits(&self) -> Vec<&Threshold> {
        let settled = |dose| self.seen.dose(dose).is_some() || self.seen.not_given.contains_key(&dose);
        let wanted: &[ThresholdAction] = if !settled(DoseKind::Initial) {
            &[ThresholdAction::DoNotDose]
        } else if !settled(DoseKind::Supplemental) {
            &[ThresholdAction::WithholdSupplement, ThresholdAction::CallPhysician]
        } else {
            &[ThresholdAction::MeasureMoreOften, ThresholdAction::CallPhysician]
        };
        let all = self.desk.protocol.thresholds.iter();
        all.filter(|limit| limit.value.is_some() && wanted.contains(&limit.action)).collect()
    }

    /// The first whole set before the initial dose.
    fn baseline(&self) -> Option<&VitalsSet> {
        let initial = self.seen.dose(DoseKind::Initial).map(|dose| dose.noted.happened);
        let sets = self.seen.standing_vitals().filter(|set| {
            let vitals = &set.vitals;
            vitals
                .systolic_mmhg
                .and(vitals.diastolic_mmhg)
                .and(vitals.pulse_bpm)
                .and(vitals.temperature_c)
                .is_some()
                && initial.is_none_or(|initial| set.noted.happened <= initial)
        });
        sets.min_by_key(|set| set.noted.happened)
    }

    pub fn chart(&self, moments: &Moments<'_>) -> VitalsChart {
        let zero = moments.initial.unwrap_or(self.opened);
        let minute = |at: Timestamp| words::minutes_between(zero, at) as f64;
        let mut readings: Vec<Reading> =
            self.seen.standing_vitals().map(|set| self.reading(set, zero)).collect();
        readings.sort_by(|left, right| left.minute.total_cmp(&right.minute));
        let first = readings.first().map_or(-60.0, |first| first.minute - 10.0).min(-60.0);
        let last = readings.last().map_or(0.0, |last| last.minute + 10.0);
        let closed = self.seen.closed.is_some();
        let doses = self.seen.doses.iter().filter(|dose| dose.corrected_by.is_none()).map(|dose| DoseMark {
            minute: minute(dose.noted.happened),
            text: format!("{} {}", dose.mass, dose.noted.happened.clock(&self.zone)),
            given: true,
        });
        let withheld = self.seen.not_given.values().map(|noted| DoseMark {
            minute: minute(noted.happened),
            text: "not given".into(),
            given: false,
        });
        let window = super::moments::supplement_window(self.desk, &self.seen);
        VitalsChart {
            from: first,
            until: last.max(self.planned().length_minutes as f64),
            now: (!closed).then(|| minute(self.desk.now)),
            since: if moments.initial.is_some() {
                "initial dose".into()
            } else {
                "start of the session".into()
            },
            readings,
            baseline: self.baseline().map(baseline),
            doses: doses.chain(withheld).collect(),
            supplemental_window: window.map(|(from, until)| (minute(from), minute(until))),
            thresholds: self.threshold_lines(),
            notes: self.notes(zero),
            next_due: moments.next_vitals().map(|(_, due)| minute(due)),
        }
    }

    fn reading(&self, set: &VitalsSet, zero: Timestamp) -> Reading {
        let minute = words::minutes_between(zero, set.noted.happened);
        let all = self.desk.protocol.thresholds.iter();
        let past = all.filter(|limit| {
            // Limits of a dose say nothing about a reading at another time.
            matches!(limit.action, ThresholdAction::MeasureMoreOften | ThresholdAction::CallPhysician)
                && set.vitals.get(limit.vital).is_some_and(|value| is_past(limit, value))
        });
        let flags: Vec<String> =
            past.map(|limit| format!("{}: {}", vital_word(limit.vital), action_word(limit.action))).collect();
        Reading {
            minute: minute as f64,
            clock: set.noted.happened.clock(&self.zone),
            since: if minute < 0 { "before".into() } else { words::span(minute) },
            systolic: set.vitals.systolic_mmhg,
            diastolic: set.vitals.diastolic_mmhg,
            pulse: set.vitals.pulse_bpm,
            temperature: set.vitals.temperature_c,
            flag: (!flags.is_empty()).then(|| flags.join(", ")),
            entry: set.noted.entry.short(),
        }
    }

    fn threshold_lines(&self) -> Vec<ThresholdLine> {
        let mut lines: Vec<ThresholdLine> = Vec::new();
        for limit in self.limits() {
            let Some(value) = limit.value else { continue };
            let scale =
                if limit.vital == Vital::TemperatureC { Scale::Temperature } else { Scale::PressureAndPulse };
            let start = format!("{} {value}: ", vital_word(limit.vital));
            let action = action_word(limit.action);
            match lines.iter_mut().find(|line| line.scale == scale && line.value == value) {
                Some(line) if line.text.starts_with(&start) => line.text = format!("{}, {action}", line.text),
                Some(line) => line.text = format!("{}; {start}{action}", line.text),
                None => lines.push(ThresholdLine { scale, value, text: format!("{start}{action}") }),
            }
        }
        keep_labels_apart(&mut lines);
        lines
    }

    fn notes(&self, zero: Timestamp) -> Vec<NoteTick> {
        let tick = |note: &record::state::Noted<String>| NoteTick {
            minute: words::minutes_between(zero, note.happened) as f64,
            text: format!("{} {}", note.happened.clock(&self.zone), note.value),
            href: format!("#entry-{}", note.entry.short()),
        };
        self.seen.notes.iter().map(tick).collect()
    }

    pub fn last_vitals(&self) -> Option<LastVitals> {
        let mut sets: Vec<&VitalsSet> =
            self.seen.standing_vitals().filter(|set| set.noted.happened <= self.desk.now).collect();
        sets.sort_by_key(|set| set.noted.happened);
        let last = *sets.last()?;
        let before = sets.len().checked_sub(2).and_then(|at| sets.get(at)).copied();
        let minutes = words::minutes_between(last.noted.happened, self.desk.now);
        let ago = if self.seen.closed.is_some() {
            String::new()
        } else {
            format!(", {} ago", words::span(minutes))
        };
        Some(LastVitals {
            at: format!("{}{ago}", last.noted.happened.clock(&self.zone)),
            values: self.last_values(last, before),
        })
    }

    fn last_values(&self, last: &VitalsSet, before: Option<&VitalsSet>) -> Vec<LastValue> {
        let baseline = self.baseline().filter(|baseline| baseline.noted.entry != last.noted.entry);
        let limits = self.limits();
        let past = |vital| {
            last.vitals
                .get(vital)
                .is_some_and(|value| limits.iter().any(|limit| limit.vital == vital && is_past(limit, value)))
        };
        let change = |vital, places: usize| {
            let (now, then) = (last.vitals.get(vital)?, baseline?.vitals.get(vital)?);
            Some(format!("{:+.places$}", now - then))
        };
        let trend = |vital, step: f64| {
            let (now, then) = (last.vitals.get(vital)?, before?.vitals.get(vital)?);
            Some(if now - then > step {
                Trend::Rising
            } else if then - now > step {
                Trend::Falling
            } else {
                Trend::Level
            })
        };
        let shown = |value: Option<f64>, places: usize| {
            value.map_or_else(|| "–".into(), |value| format!("{value:.places$}"))
        };
        let one = |label: &str, unit: &str, vital, places, step| LastValue {
            label: label.into(),
            value: shown(last.vitals.get(vital), places),
            unit: unit.into(),
            change: change(vital, places).unwrap_or_default(),
            trend: trend(vital, step),
            past_threshold: past(vital),
        };
        let (systolic, diastolic) = (Vital::SystolicMmhg, Vital::DiastolicMmhg);
        let pressure = LastValue {
            value: format!(
                "{}/{}",
                shown(last.vitals.get(systolic), 0),
                shown(last.vitals.get(diastolic), 0)
            ),
            change: change(systolic, 0)
                .zip(change(diastolic, 0))
                .map(|(high, low)| format!("{high}/{low}"))
                .unwrap_or_default(),
            past_threshold: past(systolic) || past(diastolic),
            ..one("Pressure", "mmHg", systolic, 0, 4.0)
        };
        vec![
            pressure,
            one("Pulse", "per min", Vital::PulseBpm, 0, 4.0),
            one("Temperature", "°C", Vital::TemperatureC, 1, 0.15),
        ]
    }

    /// What the last vital signs call for.
    pub fn alerts(&self) -> Vec<Alert> {
        let Some(last) = self.seen.last_vitals(self.desk.now).filter(|_| self.seen.closed.is_none()) else {
            return Vec::new();
        };
        let settled = |dose| self.seen.dose(dose).is_some() || self.seen.not_given.contains_key(&dose);
        let mut alerts = Vec::new();
        for action in [
            ThresholdAction::CallPhysician,
            ThresholdAction::MeasureMoreOften,
            ThresholdAction::WithholdSupplement,
            ThresholdAction::DoNotDose,
        ] {
            let applies = match action {
                ThresholdAction::DoNotDose => !settled(DoseKind::Initial),
                ThresholdAction::WithholdSupplement => {
                    settled(DoseKind::Initial) && !settled(DoseKind::Supplemental)
                }
                ThresholdAction::MeasureMoreOften | ThresholdAction::CallPhysician => true,
            };
            let past: Vec<String> = self
                .desk
                .protocol
                .thresholds
                .iter()
                .filter(|limit| applies && limit.action == action)
                .filter_map(|limit| {
                    let value = last.vitals.get(limit.vital).filter(|value| is_past(limit, *value))?;
                    Some(format!("{} {value} (limit {})", vital_word(limit.vital), limit.value?))
                })
                .collect();
            if !past.is_empty() {
                let tone =
                    if action == ThresholdAction::CallPhysician { Tone::Harm } else { Tone::Attention };
                let text = words::capital(action_word(action));
                let detail = format!("At {}: {}", last.noted.happened.clock(&self.zone), past.join(", "));
                alerts.push(Alert { tone, text, detail: Some(detail) });
            }
        }
        alerts
    }
}

/// Two lines that lie so close that their labels would cover each other share the label of the upper one.
fn keep_labels_apart(lines: &mut [ThresholdLine]) {
    lines.sort_by(|left, right| left.value.total_cmp(&right.value));
    for scale in [Scale::PressureAndPulse, Scale::Temperature] {
        let gap = if scale == Scale::Temperature { 0.9 } else { 9.0 };
        let mut below: Option<usize> = None;
        for at in 0..lines.len() {
            if lines[at].scale != scale {
                continue;
            }
            if let Some(below) = below.filter(|below| lines[at].value - lines[*below].value < gap) {
                let text = std::mem::take(&mut lines[below].text);
                lines[at].text = format!("{text}; {}", lines[at].text);
            }
            below = Some(at);
        }
    }
}

fn baseline(set: &VitalsSet) -> Baseline {
    let vitals = &set.vitals;
    let (systolic, diastolic) =
        (vitals.systolic_mmhg.unwrap_or_default(), vitals.diastolic_mmhg.unwrap_or_default());
    let (pulse, temperature) =
        (vitals.pulse_bpm.unwrap_or_default(), vitals.temperature_c.unwrap_or_default());
    Baseline {
        systolic,
        diastolic,
        pulse,
        temperature,
        text: format!("baseline {systolic:.0}/{diastolic:.0}, pulse {pulse:.0}, {temperature:.1} °C"),
    }
}
