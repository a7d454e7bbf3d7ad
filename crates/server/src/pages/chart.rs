//! The chart of a dosing session as anaesthetists draw it.
//!
//! Time since the initial dose runs along the bottom. Blood pressure is a bar between systolic and diastolic
//! with a chevron at each end, pulse a dot on a thin line, temperature has a strip of its own, doses are marks
//! on the axis, thresholds of the protocol thin dashed lines with their label, notes ticks, the baseline a
//! dotted line. Like the schedule it places everything at a percentage of the width and so fits any screen.

use maud::{Markup, html};

use super::entries::EntryLine;

/// Minutes are counted from the initial dose (or from the session's start until there is one).
#[derive(Clone, Debug, Default)]
pub struct VitalsChart {
    /// First and last minute shown: `-60` to `480`.
    pub from: f64,
    pub until: f64,
    pub now: Option<f64>,
    /// What the minutes are counted from: `initial dose`, `start of the session`.
    pub since: String,
    pub readings: Vec<Reading>,
    pub baseline: Option<Baseline>,
    pub doses: Vec<DoseMark>,
    /// When the supplemental dose may be given.
    pub supplemental_window: Option<(f64, f64)>,
    pub thresholds: Vec<ThresholdLine>,
    pub notes: Vec<NoteTick>,
    /// When vital signs are due next.
    pub next_due: Option<f64>,
}

#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub minute: f64,
    /// `11:40`
    pub clock: String,
    /// `1 h 38 min`, `before`
    pub since: String,
    pub systolic: Option<f64>,
    pub diastolic: Option<f64>,
    pub pulse: Option<f64>,
    pub temperature: Option<f64>,
    /// Past a threshold; the words say which: `systolic above 160`.
    pub flag: Option<String>,
    /// Short id of its entry.
    pub entry: String,
}

#[derive(Clone, Debug, Default)]
pub struct Baseline {
    pub systolic: f64,
    pub diastolic: f64,
    pub pulse: f64,
    pub temperature: f64,
    /// `baseline 124/78, pulse 68, 36.6 °C`
    pub text: String,
}

#[derive(Clone, Debug, Default)]
pub struct DoseMark {
    pub minute: f64,
    /// `80 mg at 10:02`, `not given`
    pub text: String,
    pub given: bool,
}

#[derive(Clone, Debug)]
pub struct ThresholdLine {
    pub scale: Scale,
    pub value: f64,
    /// `systolic 160: measure more often`
    pub text: String,
}

/// Which of the two strips a value belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Pressure in mmHg and pulse per minute share one.
    PressureAndPulse,
    Temperature,
}

#[derive(Clone, Debug, Default)]
pub struct NoteTick {
    pub minute: f64,
    /// `10:40 settled, eyes closed`
    pub text: String,
    /// Where the note stands on the page: `#entry-kq7-2fd`.
    pub href: String,
}

/// Lowest and highest value of a strip, and where it lies, in pixels from the top.
struct Axis {
    low: f64,
    high: f64,
    top: f64,
    bottom: f64,
    step: f64,
}

const PRESSURE_TOP: f64 = 20.0;
const PRESSURE_BOTTOM: f64 = 256.0;
const TEMPERATURE_TOP: f64 = 288.0;
const TEMPERATURE_BOTTOM: f64 = 348.0;
const DOSES_AT: f64 = 378.0;
const HOURS_AT: f64 = 416.0;
const HEIGHT: f64 = 422.0;

impl VitalsChart {
    /// The drawing; a table of the same numbers folds out below it.
    pub fn picture(&self) -> Markup {
        let pressure = self.pressure_axis();
        let temperature = self.temperature_axis();
        html! {
            figure class="vitals" {
                div class="plot" {
                    svg width="100%" height=(HEIGHT) role="img" aria-label=(self.in_words()) {
                        (self.grid(&pressure)) (self.grid(&temperature)) (self.hours())
                        text class="axis" x="0" y=(TEMPERATURE_TOP - 5.0) { "°C" }
                        (self.thresholds(&pressure, Scale::PressureAndPulse)) (self.thresholds(&temperature, Scale::Temperature))
                        (self.baseline_lines(&pressure, &temperature))
                        (self.dose_lane())
                        (self.pulse(&pressure)) (self.pressure(&pressure)) (self.temperature(&temperature))
                        (self.present_moment())
                    }
                }
                (key(self.baseline.as_ref()))
            }
        }
    }

    /// The readings as a table, oldest first.
    pub fn table(&self) -> Markup {
        html! {
            table class="rows numbers" {
                thead {
                    tr {
                        th scope="col" { "Time" }
                        th scope="col" { "Since " (self.since) }
                        th scope="col" { "Pressure, mmHg" }
                        th scope="col" { "Pulse, per min" }
                        th scope="col" { "Temp., °C" }
                        th scope="col" { "Entry" }
                    }
                }
                tbody {
                    @for reading in &self.readings {
                        tr {
                            th scope="row" { (reading.clock) }
                            td data-label="Since" { (reading.since) }
                            td data-label="Pressure, mmHg" {
                                (pair(reading)) @if let Some(flag) = &reading.flag {
                                    span class="by" { (flag) }
                                }
                            }
                            td data-label="Pulse, per min" { (whole(reading.pulse)) }
                            td data-label="Temp., °C" { (tenth(reading.temperature)) }
                            td data-label="Entry" { span class="entry-id" { (reading.entry) } }
                        }
                    }
                }
            }
        }
    }

    /// Which notes the ticks stand for.
    pub fn tick(minute: f64, entry: &EntryLine) -> NoteTick {
        NoteTick {
            minute,
            text: format!("{} {}", entry.at, entry.text),
            href: format!("#entry-{}", entry.id),
        }
    }

    fn in_words(&self) -> String {
        let count = self.readings.len();
        match self.readings.last() {
            None => format!("Chart of vital signs since the {}: nothing charted yet.", self.since),
            Some(last) => format!(
                "Chart of vital signs since the {}: {count} readings, the last at {}: pressure {}, pulse {}, temperature {}. The table below has all of them.",
                self.since,
                last.clock,
                pair(last),
                whole(last.pulse),
                tenth(last.temperature)
            ),
        }
    }

    /// 40 to 180 at least, and as far as the values and thresholds reach.
    fn pressure_axis(&self) -> Axis {
        let values = self.readings.iter().flat_map(|r| [r.systolic, r.diastolic, r.pulse]).flatten();
        let limits = self.limits(Scale::PressureAndPulse);
        let (low, high) = reach(values.chain(limits), 40.0, 180.0, 20.0);
        Axis { low, high, top: PRESSURE_TOP, bottom: PRESSURE_BOTTOM, step: 20.0 }
    }

    fn temperature_axis(&self) -> Axis {
        let values = self.readings.iter().filter_map(|r| r.temperature);
        let (low, high) = reach(values.chain(self.limits(Scale::Temperature)), 36.0, 39.0, 1.0);
        Axis { low, high, top: TEMPERATURE_TOP, bottom: TEMPERATURE_BOTTOM, step: 1.0 }
    }

    fn limits(&self, scale: Scale) -> impl Iterator<Item = f64> + '_ {
        self.thresholds.iter().filter(move |line| line.scale == scale).map(|line| line.value)
    }

    fn grid(&self, axis: &Axis) -> Markup {
        html! {
            @for value in axis.ticks() {
                line class="grid" x1="0" x2="100%" y1=(axis.y(value)) y2=(axis.y(value)) {}
                text class="axis" x="-8" y=(axis.y(value)) dy="4" text-anchor="end" { (value) }
            }
        }
    }

    fn hours(&self) -> Markup {
        html! {
            @for hour in self.whole_hours() {
                line class="hour" x1=(self.x(hour * 60.0)) x2=(self.x(hour * 60.0)) y1=(PRESSURE_TOP) y2=(DOSES_AT) {}
                text class="axis" x=(self.x(hour * 60.0)) y=(HOURS_AT) text-anchor="middle" { (hour) " h" }
            }
        }
    }

    fn thresholds(&self, axis: &Axis, scale: Scale) -> Markup {
        html! {
            @for line in self.thresholds.iter().filter(|line| line.scale == scale) {
                line class="threshold" x1="0" x2="100%" y1=(axis.y(line.value)) y2=(axis.y(line.value)) {}
                text class="threshold" x="100%" y=(axis.y(line.value)) dy="-4" text-anchor="end" { (line.text) }
            }
        }
    }

    fn baseline_lines(&self, pressure: &Axis, temperature: &Axis) -> Markup {
        html! {
            @if let Some(baseline) = &self.baseline {
                @for y in [pressure.y(baseline.systolic), pressure.y(baseline.diastolic), temperature.y(baseline.temperature)] {
                    line class="baseline" x1="0" x2="100%" y1=(y) y2=(y) {}
                }
            }
        }
    }

    /// A bar with chevrons pointing at its ends, as on paper charts.
    fn pressure(&self, axis: &Axis) -> Markup {
        html! {
            @for reading in &self.readings {
                @if let (Some(systolic), Some(diastolic)) = (reading.systolic, reading.diastolic) {
                    @let (top, bottom) = (axis.y(systolic), axis.y(diastolic));
                    svg x=(self.x(reading.minute)) y="0" width="1" height="1" overflow="visible" {
                        g class=(if reading.flag.is_some() { "pressure past" } else { "pressure" }) {
                            title {
                                (reading.clock) " " (pair(reading)) @if let Some(flag) = &reading.flag {
                                    ", " (flag)
                                }
                            }
                            path d={ "M-4 " (top - 5.0) "L0 " (top) "L4 " (top - 5.0) "M0 " (top) "V" (bottom) "M-4 " (bottom + 5.0) "L0 " (bottom) "L4 " (bottom + 5.0) } {}
                        }
                    }
                }
            }
        }
    }

    fn pulse(&self, axis: &Axis) -> Markup {
        let dots: Vec<(f64, f64, &str)> =
            self.readings.iter().filter_map(|r| Some((r.minute, r.pulse?, r.clock.as_str()))).collect();
        self.trace(&dots, axis, "pulse")
    }

    fn temperature(&self, axis: &Axis) -> Markup {
        let dots: Vec<(f64, f64, &str)> =
            self.readings.iter().filter_map(|r| Some((r.minute, r.temperature?, r.clock.as_str()))).collect();
        self.trace(&dots, axis, "temperature")
    }

    fn trace(&self, dots: &[(f64, f64, &str)], axis: &Axis, class: &str) -> Markup {
        html! {
            g class=(class) {
                @for pair in dots.windows(2) {
                    line x1=(self.x(pair[0].0)) y1=(axis.y(pair[0].1)) x2=(self.x(pair[1].0)) y2=(axis.y(pair[1].1)) {}
                }
                @for (minute, value, clock) in dots {
                    circle cx=(self.x(*minute)) cy=(axis.y(*value)) r="3.6" {
                        title { (clock) " " (class) " " (value) }
                    }
                }
            }
        }
    }

    /// Below the strips: when the supplement may be given, what was given, notes.
    fn dose_lane(&self) -> Markup {
        html! {
            line class="axis" x1="0" x2="100%" y1=(DOSES_AT) y2=(DOSES_AT) {}
            @if let Some((from, until)) = self.supplemental_window {
                rect class="window" x=(self.x(from)) width=(self.width(from, until)) y=(DOSES_AT - 6.0) height="12" rx="3" {
                    title { "the supplemental dose may be given" }
                }
            }
            @for note in &self.notes {
                line class="note" x1=(self.x(note.minute)) x2=(self.x(note.minute)) y1=(DOSES_AT - 6.0) y2=(DOSES_AT + 6.0) {
                    title { (note.text) }
                }
            }
            @for dose in &self.doses {
                svg x=(self.x(dose.minute)) y=(DOSES_AT) width="1" height="1" overflow="visible" {
                    @if dose.given {
                        path class="dose given" d="M0 -13L6 0L0 5L-6 0Z" {}
                    } @else {
                        path class="dose" d="M-5 -5L5 5M5 -5L-5 5" {}
                    }
                    text class="dose" x="0" y="18" text-anchor=(self.anchor(dose.minute)) { (dose.text) }
                }
            }
        }
    }

    fn present_moment(&self) -> Markup {
        html! {
            @if let Some(now) = self.now {
                line class="now" x1=(self.x(now)) x2=(self.x(now)) y1=(PRESSURE_TOP - 6.0) y2=(DOSES_AT + 6.0) {}
                text class="now" x=(self.x(now)) y=(PRESSURE_TOP - 5.0) dx="-5" text-anchor="end" { "now" }
            }
            @if let Some(due) = self.next_due {
                circle class="mark due" cx=(self.x(due)) cy=(PRESSURE_TOP - 9.0) r="4.5" {
                    title { "vital signs due" }
                }
            }
        }
    }

    /// Labels near an edge turn inwards.
    fn anchor(&self, minute: f64) -> &'static str {
        let share = (minute - self.from) / (self.until - self.from).max(1.0);
        if share < 0.12 {
            "start"
        } else if share > 0.88 {
            "end"
        } else {
            "middle"
        }
    }

    fn whole_hours(&self) -> impl Iterator<Item = f64> {
        let (first, last) = ((self.from / 60.0).ceil() as i64, (self.until / 60.0).floor() as i64);
        (first..=last).map(|hour| hour as f64)
    }

    fn x(&self, minute: f64) -> String {
        let share = (minute - self.from) / (self.until - self.from).max(1.0);
        format!("{:.2}%", (share * 100.0).clamp(0.0, 100.0))
    }

    fn width(&self, from: f64, until: f64) -> String {
        format!("{:.2}%", ((until - from) / (self.until - self.from).max(1.0) * 100.0).clamp(0.0, 100.0))
    }
}

impl Axis {
    fn y(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        ((self.bottom - share * (self.bottom - self.top)) * 10.0).round() / 10.0
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        let (low, step) = (self.low, self.step);
        (0..=((self.high - self.low) / self.step).round() as i64).map(move |at| low + at as f64 * step)
    }
}

/// From `low` to `high` at least, widened in whole steps to hold every value.
fn reach(values: impl Iterator<Item = f64>, low: f64, high: f64, step: f64) -> (f64, f64) {
    values.filter(|value| value.is_finite()).fold((low, high), |(low, high), value| {
        (low.min((value / step).floor() * step), high.max((value / step).ceil() * step))
    })
}

fn pair(reading: &Reading) -> String {
    format!("{}/{}", whole(reading.systolic), whole(reading.diastolic))
}

fn whole(value: Option<f64>) -> String {
    value.map_or("–".into(), |value| format!("{value:.0}"))
}

fn tenth(value: Option<f64>) -> String {
    value.map_or("–".into(), |value| format!("{value:.1}"))
}

fn key(baseline: Option<&Baseline>) -> Markup {
    html! {
        figcaption class="key" {
            span {
                svg width="14" height="20" aria-hidden="true" {
                    g class="pressure" { path d="M3 1L7 5L11 1M7 5V15M3 19L7 15L11 19" {} }
                }
                " pressure, mmHg"
            }
            span {
                svg width="14" height="14" aria-hidden="true" {
                    g class="pulse" { circle cx="7" cy="7" r="3.6" {} }
                }
                " pulse, per min"
            }
            span {
                svg width="14" height="14" aria-hidden="true" {
                    g class="temperature" { circle cx="7" cy="7" r="3.6" {} }
                }
                " temperature, °C"
            }
            span {
                svg width="14" height="20" aria-hidden="true" {
                    path class="dose given" d="M7 1L13 14L7 19L1 14Z" {}
                }
                " dose"
            }
            @if let Some(baseline) = baseline {
                span {
                    svg width="24" height="14" aria-hidden="true" {
                        line class="baseline" x1="0" x2="24" y1="7" y2="7" {}
                    }
                    " " (baseline.text)
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strip_grows_to_hold_what_was_measured() {
        assert_eq!(reach([192.0, 66.0].into_iter(), 40.0, 180.0, 20.0), (40.0, 200.0));
        assert_eq!(reach([f64::NAN, 35.2].into_iter(), 36.0, 39.0, 1.0), (35.0, 39.0));
    }

    #[test]
    fn higher_values_stand_higher() {
        let axis = Axis { low: 40.0, high: 180.0, top: 16.0, bottom: 256.0, step: 20.0 };
        assert!(axis.y(160.0) < axis.y(80.0));
        assert_eq!(axis.y(40.0), 256.0);
    }
}
