//! Figures as SVG, with titles for those who do not see them. Attributes and classes only: pages allow no inline
//! style.

use analysis::{Observed, ReadOut};
use maud::{Markup, html};

use crate::number::{fixed, percent};

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 150.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 44.0;

/// One arm's mean with 95 % limits at a timepoint.
struct Point {
    x: f64,
    mean: f64,
    low: f64,
    high: f64,
}

/// The primary instrument's observed means over the timepoints, by arm.
pub fn trajectory(read_out: &ReadOut) -> Markup {
    let instrument = &read_out.primary.instrument;
    let rows: Vec<&Observed> = read_out.observed.iter().filter(|row| row.instrument == *instrument).collect();
    let mut timepoints: Vec<&str> = Vec::new();
    for row in &rows {
        if !timepoints.contains(&row.timepoint.as_str()) {
            timepoints.push(&row.timepoint);
        }
    }
    let arms: Vec<(usize, &str, Vec<Point>)> = read_out
        .arms
        .iter()
        .enumerate()
        .map(|(place, arm)| {
            let own = rows.iter().filter(|row| row.arm == arm.id);
            (place, arm.name.as_str(), own.filter_map(|row| point(row, &timepoints, place)).collect())
        })
        .collect();
    let points = || arms.iter().flat_map(|(_, _, points)| points);
    if points().count() == 0 {
        return html! { p.not-fitted { "Nobody has a score yet." } };
    }
    let top = (points().map(|point| point.high).fold(0.0, f64::max) / 10.0).ceil() * 10.0;
    let x = |at: f64| LEFT + (WIDTH - LEFT - RIGHT) * (at + 0.25) / (timepoints.len() as f64 - 0.5).max(1.0);
    let y = |value: f64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - value / top.max(1.0));
    let ends =
        spread(arms.iter().filter_map(|(_, _, points)| points.last()).map(|point| y(point.mean)).collect());
    let description = describe(&arms, &timepoints);
    html! {
        figure.chart tabindex="0" {
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label={ (instrument.to_uppercase()) " by arm. " (description) } {
                title { (instrument.to_uppercase()) " by arm: observed means with 95 % limits" }
                @for tick in (0..=(top as i64)).step_by(10) {
                    @let at = y(tick as f64);
                    line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(fixed_svg(at)) y2=(fixed_svg(at)) {}
                    text.tick x=(LEFT - 8.0) y=(fixed_svg(at + 4.0)) text-anchor="end" { (tick) }
                }
                @for (place, timepoint) in timepoints.iter().enumerate() {
                    text.tick x=(fixed_svg(x(place as f64))) y=(HEIGHT - BOTTOM + 24.0) text-anchor="middle" { (timepoint) }
                }
                @for ((place, name, points), end) in arms.iter().zip(ends) {
                    g class={ "arm arm-" (place) } {
                        polyline.line points=(path(points, &x, &y)) fill="none" {}
                        @for point in points {
                            line.limits x1=(fixed_svg(x(point.x))) x2=(fixed_svg(x(point.x))) y1=(fixed_svg(y(point.low))) y2=(fixed_svg(y(point.high))) {}
                            @if *place == 0 { circle.mark cx=(fixed_svg(x(point.x))) cy=(fixed_svg(y(point.mean))) r="5" {} }
                            @else { rect.mark x=(fixed_svg(x(point.x) - 4.5)) y=(fixed_svg(y(point.mean) - 4.5)) width="9" height="9" {} }
                        }
                        @if let Some(last) = points.last() {
                            text.name x=(fixed_svg(x(last.x) + 14.0)) y=(fixed_svg(end + 4.0)) {
                                (short_name(name)) " " (fixed(last.mean, 1))
                            }
                        }
                    }
                }
            }
            figcaption { "Observed means of the " (instrument.to_uppercase()) " total with 95 % limits. Lower is better; the numbers stand in the table below." }
        }
    }
}

/// The first words of an arm's name, as far as there is room beside the line.
fn short_name(name: &str) -> String {
    let first: String = name.split([' ', ',', '(']).next().unwrap_or(name).chars().take(14).collect();
    if first.is_empty() { name.chars().take(14).collect() } else { first }
}

fn point(row: &Observed, timepoints: &[&str], arm: usize) -> Option<Point> {
    let place = timepoints.iter().position(|timepoint| *timepoint == row.timepoint)?;
    let mean = row.mean.as_ref()?.value;
    let spread = row.sd.as_ref().map_or(0.0, |sd| 1.96 * sd.value / (row.n.value as f64).sqrt());
    // Side by side, so that limits do not hide each other.
    let x = place as f64 + 0.06 * (arm as f64 - 0.5);
    Some(Point { x, mean, low: (mean - spread).max(0.0), high: mean + spread })
}

fn path(points: &[Point], x: &dyn Fn(f64) -> f64, y: &dyn Fn(f64) -> f64) -> String {
    let pairs: Vec<String> = points
        .iter()
        .map(|point| format!("{},{}", fixed_svg(x(point.x)), fixed_svg(y(point.mean))))
        .collect();
    pairs.join(" ")
}

fn fixed_svg(value: f64) -> String {
    format!("{value:.1}")
}

/// Labels at least 16 apart, in their own order.
fn spread(wanted: Vec<f64>) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|one, other| wanted[*one].total_cmp(&wanted[*other]));
    let mut placed = wanted.clone();
    for pair in order.windows(2) {
        placed[pair[1]] = placed[pair[1]].max(placed[pair[0]] + 16.0);
    }
    placed
}

fn describe(arms: &[(usize, &str, Vec<Point>)], timepoints: &[&str]) -> String {
    let of_arm = |name: &str, points: &[Point]| {
        let values: Vec<String> = points
            .iter()
            .map(|point| format!("{} {}", timepoints[point.x.round() as usize], fixed(point.mean, 1)))
            .collect();
        format!("{name}: {}.", values.join(", "))
    };
    arms.iter().map(|(_, name, points)| of_arm(name, points)).collect::<Vec<_>>().join(" ")
}

/// Shares with limits, one line per endpoint and arm.
pub fn shares(read_out: &ReadOut) -> Markup {
    let lines: Vec<(String, usize, f64, (f64, f64))> = read_out
        .responses
        .iter()
        .flat_map(|response| {
            response.arms.iter().enumerate().filter_map(|(place, arm)| {
                let name = read_out
                    .arms
                    .iter()
                    .find(|known| known.id == arm.arm)
                    .map(|known| short_name(&known.name));
                let measure = response.name.split([':', ' ']).next().unwrap_or_default();
                let measure = if measure == "Loss" { "No diagnosis" } else { measure };
                Some((format!("{measure}, {}", name.unwrap_or_default()), place, arm.share()?, arm.limits?))
            })
        })
        .collect();
    if lines.is_empty() {
        return html! {};
    }
    let left = 210.0;
    let height = 40.0 + 30.0 * lines.len() as f64;
    let x = |share: f64| left + (WIDTH - left - 70.0) * share;
    html! {
        figure.chart tabindex="0" {
            svg viewBox={ "0 0 " (WIDTH) " " (height) } role="img" aria-label="Shares by arm with 95 % limits; the numbers stand in the table below." {
                @for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
                    line.grid x1=(fixed_svg(x(tick))) x2=(fixed_svg(x(tick))) y1="10" y2=(height - 26.0) {}
                    text.tick x=(fixed_svg(x(tick))) y=(height - 8.0) text-anchor="middle" { (fixed(tick * 100.0, 0)) " %" }
                }
                @for (row, (name, arm, share, (low, high))) in lines.iter().enumerate() {
                    @let y = 26.0 + 30.0 * row as f64;
                    g class={ "arm arm-" (arm) } {
                        text.label x=(left - 14.0) y=(y + 5.0) text-anchor="end" { (name) }
                        line.limits x1=(fixed_svg(x(*low))) x2=(fixed_svg(x(*high))) y1=(y) y2=(y) {}
                        @if *arm == 0 { circle.mark cx=(fixed_svg(x(*share))) cy=(y) r="5.5" {} }
                        @else { rect.mark x=(fixed_svg(x(*share) - 5.0)) y=(y - 5.0) width="10" height="10" {} }
                        text.name x=(fixed_svg(x(*high) + 8.0)) y=(y + 5.0) { (percent(*share)) }
                    }
                }
            }
        }
    }
}
