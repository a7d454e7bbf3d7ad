//! The schedule as a picture: windows are pale bars, done is a filled dot, due a ring, overdue a triangle,
//! today a line. One picture for a participant's page, a protocol's check and a rehearsal.
//!
//! Everything sits at a percentage of the width, so that the picture stretches with the page while its lines
//! and letters keep their size: the same drawing serves a phone and a desktop. [`Schedule::table`] says the
//! same in words.

use maud::{Markup, html};

use super::layout::Link;
use super::marks::{self, State};

/// Days are counted from any one day, the same for all fields.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    /// The first and the last day shown.
    pub from: i64,
    pub until: i64,
    /// Where today's line stands, if within.
    pub today: Option<i64>,
    /// `14 Mar 2026`
    pub today_text: String,
    /// Where months begin: day and label (`Mar`, `Jan 2026`).
    pub months: Vec<(i64, String)>,
    /// One above the other; a lane holds visits of one kind.
    pub lanes: Vec<Lane>,
}

#[derive(Clone, Debug, Default)]
pub struct Lane {
    /// `Dosing`, `Integration`, `Ratings`.
    pub name: String,
    pub visits: Vec<ScheduledVisit>,
}

#[derive(Clone, Debug)]
pub struct ScheduledVisit {
    /// `V10`
    pub id: String,
    /// `Dosing session 2`
    pub name: String,
    pub state: State,
    /// The day it was done on, or is planned for. `None`: its day depends on what has not happened yet.
    pub day: Option<i64>,
    /// First and last day of its window.
    pub window: Option<(i64, i64)>,
    /// `12 Mar 2026`, `not planned yet`.
    pub when: String,
    /// `8 to 22 Mar 2026`
    pub window_text: String,
    /// The one thing to do with it now.
    pub action: Option<Link>,
}

/// A whole schedule in one line of marks, for lists.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    pub marks: Vec<StripMark>,
    /// In words: `14 of 27 visits done, V10 due`.
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripMark {
    pub state: State,
    /// Dosing sessions stand out.
    pub large: bool,
}

const LANE_HEIGHT: usize = 56;
/// From the top of a lane to its line.
const MIDDLE: usize = 29;
const TOP: usize = 26;

impl Schedule {
    /// The picture, with its key.
    pub fn picture(&self) -> Markup {
        let height = TOP + LANE_HEIGHT * self.lanes.len() + 6;
        html! {
            figure class="schedule" {
                svg width="100%" height=(height) role="img" aria-label={ "The schedule as a picture; the table below says the same. Today is " (self.today_text) "." } {
                    @for (day, label) in &self.months {
                        line class="month" x1=(self.x(*day)) x2=(self.x(*day)) y1=(TOP - 8) y2=(height) {}
                        text class="month" x=(self.x(*day)) y="12" dx="3" { (label) }
                    }
                    @for (at, lane) in self.lanes.iter().enumerate() {
                        (self.windows(lane, TOP + at * LANE_HEIGHT))
                    }
                    @if let Some(today) = self.today {
                        line class="today" x1=(self.x(today)) x2=(self.x(today)) y1="18" y2=(height) {}
                        svg x=(self.x(today)) y="18" width="1" height="1" overflow="visible" {
                            path class="today" d="M-5 -7H5L0 0Z" {}
                        }
                    }
                    @for (at, lane) in self.lanes.iter().enumerate() {
                        (self.visits(lane, TOP + at * LANE_HEIGHT))
                    }
                }
                (key())
            }
        }
    }

    /// Under today's line.
    fn windows(&self, lane: &Lane, top: usize) -> Markup {
        let middle = top + MIDDLE;
        html! {
            line class="lane" x1="0" x2="100%" y1=(middle) y2=(middle) {}
            @for visit in &lane.visits {
                @if let Some((from, until)) = visit.window {
                    rect class={ "window " (visit.state.word()) } x=(self.x(from)) width=(self.width(from, until)) y=(middle - 8) height="16" rx="3" {
                        title { (visit.id) " " (visit.name) ", window " (visit.window_text) }
                    }
                }
            }
        }
    }

    /// Over today's line.
    fn visits(&self, lane: &Lane, top: usize) -> Markup {
        let middle = top + MIDDLE;
        html! {
            text class="lane" x="0" y=(top + 14) { (lane.name) }
            @for visit in &lane.visits {
                @if let Some(day) = visit.day {
                    svg x=(self.x(day)) y=(middle) width="1" height="1" overflow="visible" {
                        g {
                            title { (visit.id) " " (visit.name) ", " (visit.when) ", " (visit.state.word()) }
                            (marks::outline(visit.state, 6.0))
                        }
                        text class="id" y="22" text-anchor="middle" { (visit.id) }
                    }
                }
            }
        }
    }

    /// The same in words: one row per visit, in the order of the schedule.
    pub fn table(&self, visits: &[&ScheduledVisit]) -> Markup {
        html! {
            table class="rows schedule-table" {
                thead {
                    tr {
                        th scope="col" { "Visit" }
                        th scope="col" { "When" }
                        th scope="col" { "Window" }
                        th scope="col" { "State" }
                        th scope="col" { "To do" }
                    }
                }
                tbody {
                    @for visit in visits {
                        tr class=[(visit.state == State::Now || visit.state == State::Due || visit.state == State::Overdue).then_some("current")] {
                            th scope="row" { span class="visit-id" { (visit.id) } " " (visit.name) }
                            td data-label="When" { (visit.when) }
                            td data-label="Window" { (visit.window_text) }
                            td data-label="State" { (marks::state(visit.state)) }
                            td class="todo" { @if let Some(action) = &visit.action { (action.render()) } }
                        }
                    }
                }
            }
        }
    }

    /// All visits by their day or the start of their window; those without either keep their place at the end.
    pub fn in_order(&self) -> Vec<&ScheduledVisit> {
        let mut visits: Vec<&ScheduledVisit> = self.lanes.iter().flat_map(|lane| &lane.visits).collect();
        visits.sort_by_key(|visit| visit.day.or(visit.window.map(|(from, _)| from)).unwrap_or(i64::MAX));
        visits
    }

    fn x(&self, day: i64) -> String {
        percent(day, self.from, self.until)
    }

    /// A window of one day is still seen: both its days count.
    fn width(&self, from: i64, until: i64) -> String {
        let span = (self.until - self.from).max(1) as f64;
        format!("{:.2}%", ((until - from + 1).max(1) as f64 / span * 100.0).min(100.0))
    }
}

impl Strip {
    /// Marks at equal distances; `text` is what a screen reader says.
    ///
    /// A list shows many strips, so the common marks are round pens set down at many places of one path
    /// instead of an element each.
    pub fn render(&self) -> Markup {
        let width = self.marks.len() * 9 + 4;
        html! {
            svg class="strip" width=(width) height="18" viewBox={ "0 0 " (width) " 18" } role="img" aria-label=(self.text) {
                path class="lane" d={ "M2 9H" (width - 2) } {}
                @for state in [State::Later, State::Done] {
                    @for large in [false, true] {
                        @let dots = self.dots(state, large);
                        @if !dots.is_empty() {
                            path class={ "dots " (state.word()) @if large { " large" } } d=(dots) {}
                        }
                    }
                }
                @for (at, mark) in self.marks.iter().enumerate().filter(|(_, mark)| !dotted(mark.state)) {
                    g transform={ "translate(" (at * 9 + 6) " 9)" } {
                        (marks::outline(mark.state, if mark.large { 5.5 } else { 4.5 }))
                    }
                }
            }
        }
    }

    fn dots(&self, state: State, large: bool) -> String {
        let same =
            self.marks.iter().enumerate().filter(|(_, mark)| mark.state == state && mark.large == large);
        same.map(|(at, _)| format!("M{} 9h0", at * 9 + 6)).collect()
    }
}

fn dotted(state: State) -> bool {
    matches!(state, State::Later | State::Done)
}

/// What the shapes mean.
fn key() -> Markup {
    html! {
        figcaption class="key" {
            span {
                svg width="22" height="16" aria-hidden="true" {
                    rect class="window" x="1" y="2" width="20" height="12" rx="3" {}
                }
                " window"
            }
            @for state in [State::Done, State::Due, State::Overdue, State::Missed, State::Later] {
                (marks::state(state))
            }
            span {
                svg width="12" height="16" aria-hidden="true" {
                    line class="today" x1="6" x2="6" y1="0" y2="16" {}
                    path class="today" d="M1 0H11L6 7Z" {}
                }
                " today"
            }
        }
    }
}

fn percent(at: i64, from: i64, until: i64) -> String {
    let span = (until - from).max(1) as f64;
    format!("{:.2}%", ((at - from) as f64 / span * 100.0).clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stand_at_their_share_of_the_width() {
        assert_eq!(percent(5, 0, 20), "25.00%");
        assert_eq!(percent(-5, 0, 20), "0.00%", "outside stays at the edge");
        assert_eq!(percent(3, 3, 3), "0.00%", "a picture of no days does not divide by nought");
    }

    #[test]
    fn a_window_of_one_day_has_a_width() {
        let schedule = Schedule { from: 0, until: 100, ..Schedule::default() };
        assert_eq!(schedule.width(4, 4), "1.00%");
    }
}
