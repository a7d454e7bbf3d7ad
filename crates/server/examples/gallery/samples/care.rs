//! Samples: Today, the participants, one participant, a visit, an adverse event.

use server::pages::adverse_event::AdverseEventPage;
use server::pages::entries::{EntryDay, EntryLine};
use server::pages::form::{Choice, Filled};
use server::pages::layout::Theme;
use server::pages::marks::{State, Tag, Tone};
use server::pages::participant::{Fact, ParticipantPage};
use server::pages::participants::{NextDue, ParticipantRow, ParticipantsPage};
use server::pages::schedule::{Lane, Schedule, ScheduledVisit, Strip, StripMark};
use server::pages::today::{DueGroup, DueItem, SessionNow, TodayPage};
use server::pages::visit::VisitPage;
use server::pages::{Html, Link};

use super::{flash, form, participant, shell};

pub fn pages(theme: Theme) -> Vec<(&'static str, Html)> {
    let mut given = shell(theme, "Participants");
    given.flash = flash("Visit recorded", "m2d-8xe");
    vec![
        ("today", today().render(&shell(theme, "Today"))),
        (
            "today-empty",
            TodayPage { date: "Saturday, 14 Mar 2026".into(), ..TodayPage::default() }
                .render(&shell(theme, "Today")),
        ),
        ("participants", participants().render(&shell(theme, "Participants"))),
        ("participant", one().render(&given)),
        ("visit", visit().render(&shell(theme, "Participants"))),
        ("adverse-event", adverse_event().render(&shell(theme, "Participants"))),
    ]
}

fn due(state: State, when: &str, subject: &str, text: &str, detail: &str, action: &str) -> DueItem {
    DueItem {
        state,
        when: when.into(),
        subject: Some(Link::new(subject, format!("/participants/{subject}"))),
        text: text.into(),
        detail: (!detail.is_empty()).then(|| detail.into()),
        tags: Vec::new(),
        action: (!action.is_empty()).then(|| Link::new(action, format!("/participants/{subject}/visits"))),
    }
}

fn today() -> TodayPage {
    let mut deviation = due(
        State::Overdue,
        "since 12 Mar",
        "S01-002",
        "Dosing 1 began 2 days after its window",
        "found by the schedule, entry h7c-1qd",
        "Explain",
    );
    deviation.tags.push(Tag::new(Tone::Attention, "deviation"));
    TodayPage {
        date: "Saturday, 14 Mar 2026".into(),
        summary: "1 session now, 3 visits, 2 windows closing".into(),
        now: vec![SessionNow {
            participant: "S01-004".into(),
            title: "Dosing session 2".into(),
            since: "1 h 50 min since the initial dose".into(),
            next: "vital signs due 11:55, in 3 min".into(),
            last: Some("142/88, pulse 96, 37.2 °C at 11:40".into()),
            present: "Miriam Adler, Jonas Okafor".into(),
            href: "/sessions/S01-004.V10".into(),
        }],
        groups: vec![
            DueGroup {
                title: "Visits today".into(),
                items: vec![
                    due(
                        State::Done,
                        "09:00",
                        "S01-001",
                        "V7 Integration 1.2",
                        "recorded 10:41, entry w0r-4tz",
                        "",
                    ),
                    due(
                        State::Due,
                        "14:00",
                        "S01-003",
                        "V2 Preparation 2",
                        "90 min with Miriam Adler and Jonas Okafor",
                        "Record",
                    ),
                    due(
                        State::Later,
                        "17:30",
                        "S01-006",
                        "Call on day 2",
                        "15 min or more, by telephone",
                        "Record",
                    ),
                ],
            },
            DueGroup {
                title: "Windows closing".into(),
                items: vec![
                    due(
                        State::Due,
                        "by 16 Mar",
                        "S01-005",
                        "V5 Dosing session 1",
                        "not planned yet; the window closes in 2 days",
                        "Plan",
                    ),
                    due(
                        State::Overdue,
                        "by 13 Mar",
                        "S01-006",
                        "V8 Integration 1.3",
                        "the window closed yesterday; record it all the same when it is done",
                        "Record",
                    ),
                ],
            },
            DueGroup { title: "Open deviations".into(), items: vec![deviation] },
        ],
        main_action: Some(Link::new("Refer a participant", "/participants/new")),
        live: Some("/today/events".into()),
    }
}

/// Marks for `done` visits of 27, the rest later, the next one in `next`.
fn strip(done: usize, next: State) -> Strip {
    let large = |at: usize| matches!(at, 7 | 12 | 17);
    let state = |at: usize| match at.cmp(&done) {
        std::cmp::Ordering::Less => State::Done,
        std::cmp::Ordering::Equal => next,
        std::cmp::Ordering::Greater => State::Later,
    };
    Strip {
        marks: (0..24).map(|at| StripMark { state: state(at), large: large(at) }).collect(),
        text: format!("{done} of 24 visits done, the next one is {}", next.word()),
    }
}

fn participants() -> ParticipantsPage {
    let row = |id: &str, stage: &str, done, state: State, text: &str, when: &str| ParticipantRow {
        id: id.into(),
        href: format!("/participants/{id}"),
        site: id[..3].into(),
        stage: stage.into(),
        strip: strip(done, state),
        next: Some(NextDue { state, text: text.into(), when: when.into() }),
        tags: Vec::new(),
    };
    let mut late =
        row("S01-006", "Between dosing 1 and 2", 10, State::Overdue, "V8 Integration 1.3", "by 13 Mar 2026");
    late.tags.push(Tag::new(Tone::Attention, "1 deviation"));
    let mut left = row("S02-003", "Left the study", 9, State::Missed, "", "");
    left.next = None;
    ParticipantsPage {
        summary: "9 participants at 2 sites".into(),
        stages: vec![
            Choice::new("", "All stages"),
            Choice::new("screening", "Screening"),
            Choice::new("preparation", "Preparation"),
            Choice::new("dosing", "Dosing and integration"),
            Choice::new("finished", "Finished"),
        ],
        stage: String::new(),
        sites: vec![Choice::new("", "All sites"), Choice::new("S01", "S01"), Choice::new("S02", "S02")],
        site: String::new(),
        rows: vec![
            row(
                "S01-001",
                "Between dosing 1 and 2",
                9,
                State::Due,
                "V8 Integration 1.3",
                "14 to 20 Mar 2026",
            ),
            row("S01-002", "Between dosing 2 and 3", 15, State::Due, "V14 Rating T3", "by 20 Mar 2026"),
            row("S01-003", "Preparation", 3, State::Due, "V2 Preparation 2", "today, 14:00"),
            row("S01-004", "Dosing 2", 12, State::Now, "V10 Dosing session 2", "in the room"),
            row("S01-005", "Before dosing 1", 7, State::Due, "V5 Dosing session 1", "by 16 Mar 2026"),
            late,
            row("S02-001", "Screening", 1, State::Due, "Eligibility", "not decided"),
            row("S02-002", "Finished", 24, State::Done, "Finished", "2 Mar 2026"),
            left,
        ],
        shown: "1 to 9 of 9".into(),
        previous: None,
        next: Some("/participants?page=2".into()),
        refer: Some(Link::new("Refer a participant", "/participants/new")),
    }
}

fn scheduled(
    id: &str,
    name: &str,
    state: State,
    day: Option<i64>,
    window: Option<(i64, i64)>,
    when: &str,
) -> ScheduledVisit {
    let window_text = window.map_or("none stated".into(), |(from, until)| format!("day {from} to {until}"));
    ScheduledVisit {
        id: id.into(),
        name: name.into(),
        state,
        day,
        window,
        when: when.into(),
        window_text,
        action: matches!(state, State::Due | State::Overdue | State::Now)
            .then(|| Link::new("Record", format!("/participants/S01-004/{id}"))),
    }
}

fn schedule() -> Schedule {
    use State::{Done, Due, Later, Now, Overdue};
    let lane = |name: &str, visits: Vec<ScheduledVisit>| Lane { name: name.into(), visits };
    Schedule {
        from: -56,
        until: 150,
        today: Some(29),
        today_text: "14 Mar 2026".into(),
        months: vec![
            (-42, "Jan 2026".into()),
            (-11, "Feb".into()),
            (17, "Mar".into()),
            (48, "Apr".into()),
            (78, "May".into()),
            (109, "Jun".into()),
            (139, "Jul".into()),
        ],
        lanes: vec![
            lane(
                "Screening and preparation",
                vec![
                    scheduled("SCR", "Screening", Done, Some(-49), None, "25 Dec 2025"),
                    scheduled("V1", "Preparation 1", Done, Some(-28), Some((-35, -14)), "15 Jan 2026"),
                    scheduled("V2", "Preparation 2", Done, Some(-20), Some((-28, -10)), "23 Jan 2026"),
                    scheduled("V4", "Preparation 3", Done, Some(-5), Some((-10, -1)), "7 Feb 2026"),
                ],
            ),
            lane(
                "Dosing",
                vec![
                    scheduled("V5", "Dosing session 1", Done, Some(0), Some((-3, 4)), "13 Feb 2026"),
                    scheduled("V10", "Dosing session 2", Now, Some(29), Some((21, 35)), "14 Mar 2026, now"),
                    scheduled(
                        "V15",
                        "Dosing session 3",
                        Later,
                        Some(57),
                        Some((50, 64)),
                        "about 11 Apr 2026",
                    ),
                ],
            ),
            lane(
                "Integration",
                vec![
                    scheduled("V6", "Integration 1.1", Done, Some(1), Some((1, 2)), "14 Feb 2026"),
                    scheduled("V7", "Integration 1.2", Done, Some(9), Some((5, 11)), "22 Feb 2026"),
                    scheduled("V8", "Integration 1.3", Overdue, Some(16), Some((12, 20)), "by 4 Mar 2026"),
                    scheduled("V11", "Integration 2.1", Due, Some(30), Some((30, 31)), "15 Mar 2026"),
                    scheduled("V12", "Integration 2.2", Later, Some(37), Some((34, 40)), "about 22 Mar 2026"),
                    scheduled("V13", "Integration 2.3", Later, Some(44), Some((41, 48)), "about 29 Mar 2026"),
                    scheduled("V16", "Integration 3.1", Later, Some(58), Some((58, 59)), "about 12 Apr 2026"),
                    scheduled("V17", "Integration 3.2", Later, Some(65), Some((62, 68)), "about 19 Apr 2026"),
                    scheduled("V18", "Integration 3.3", Later, Some(72), Some((69, 76)), "about 26 Apr 2026"),
                ],
            ),
            lane(
                "Ratings by an independent rater",
                vec![
                    scheduled("V3", "Rating T1", Done, Some(-12), Some((-16, -6)), "31 Jan 2026"),
                    scheduled("V9", "Rating T2", Done, Some(24), Some((21, 28)), "9 Mar 2026"),
                    scheduled("V14", "Rating T3", Later, Some(52), Some((49, 56)), "about 6 Apr 2026"),
                    scheduled("V19", "Rating T4", Later, Some(113), Some((106, 127)), "about 6 Jun 2026"),
                ],
            ),
            lane(
                "End",
                vec![scheduled(
                    "V20",
                    "Termination",
                    Later,
                    Some(118),
                    Some((113, 134)),
                    "about 11 Jun 2026",
                )],
            ),
        ],
    }
}

fn entry(id: &str, at: &str, text: &str, who: &str) -> EntryLine {
    EntryLine { id: id.into(), at: at.into(), who: who.into(), text: text.into(), ..EntryLine::default() }
}

fn one() -> ParticipantPage {
    let late = EntryLine {
        flags: vec![Tag::new(Tone::Attention, "late")],
        recorded: Some("recorded 14 Feb 2026, 09:12".into()),
        ..entry(
            "b41-9vm",
            "16:40",
            "Headache, mild, possibly related; resolved 13 Feb 2026, 21:00",
            "Jonas Okafor, therapist",
        )
    };
    let corrected = EntryLine {
        flags: vec![Tag::new(Tone::Information, "corrected")],
        see: Some(Link::new("corrected by 5n8-pe3", "#entry-5n8-pe3")),
        ..entry(
            "dk2-0sw",
            "11:02",
            "Blood pressure 182/84, pulse 88, temperature 37.0 °C",
            "Jonas Okafor, therapist",
        )
    };
    let correction = EntryLine {
        see: Some(Link::new("corrects dk2-0sw", "#entry-dk2-0sw")),
        note: Some("Digits swapped when typing; the cuff showed 128.".into()),
        ..entry(
            "5n8-pe3",
            "11:09",
            "Blood pressure 128/84, pulse 88, temperature 37.0 °C",
            "Jonas Okafor, therapist",
        )
    };
    let deviation = EntryLine {
        flags: vec![Tag::new(Tone::Attention, "deviation")],
        ..entry(
            "t6y-2bb",
            "08:00",
            "V8 Integration 1.3 was not done within its window, which closed on 4 Mar 2026",
            "found by the schedule",
        )
    };
    ParticipantPage {
        id: "S01-004".into(),
        stage: "In dosing session 2".into(),
        facts: vec![
            Fact::new("Site", "S01"),
            Fact::new("Randomised", "8 Feb 2026"),
            Fact::new("Therapists", "Miriam Adler, Jonas Okafor"),
            Fact::new("Protocol", "version 1.0"),
        ],
        due: vec![
            DueItem {
                subject: None,
                action: Some(Link::new("Open the session", "/sessions/S01-004.V10")),
                ..due(
                    State::Now,
                    "since 09:31",
                    "",
                    "V10 Dosing session 2",
                    "1 h 50 min since the initial dose",
                    "",
                )
            },
            DueItem {
                subject: None,
                action: Some(Link::new("Record", "/participants/S01-004/V8")),
                ..due(
                    State::Overdue,
                    "by 4 Mar",
                    "",
                    "V8 Integration 1.3",
                    "the window closed 10 days ago",
                    "",
                )
            },
            DueItem {
                subject: None,
                action: Some(Link::new("Plan", "/participants/S01-004/V11")),
                ..due(State::Due, "15 Mar", "", "V11 Integration 2.1", "the morning after the session", "")
            },
        ],
        schedule: schedule(),
        actions: vec![
            Link::new("Record an adverse event", "/participants/S01-004/events/new"),
            Link::new("Add a note", "/participants/S01-004/notes/new"),
            Link::new("Record that they leave the study", "/participants/S01-004/leave"),
        ],
        days: vec![
            EntryDay {
                day: "14 Mar 2026".into(),
                entries: vec![
                    entry(
                        "kq7-2fd",
                        "10:02",
                        "Initial dose given, 80 mg as labelled, kit 0317, witnessed by Jonas Okafor",
                        "Miriam Adler, therapist",
                    ),
                    EntryLine {
                        correct: Some("/entries/0xw-7ha/correct".into()),
                        ..entry(
                            "0xw-7ha",
                            "09:48",
                            "Blood pressure 124/78, pulse 68, temperature 36.6 °C",
                            "Jonas Okafor, therapist",
                        )
                    },
                    entry(
                        "9cd-e1t",
                        "09:31",
                        "Session begun; Miriam Adler and Jonas Okafor present",
                        "Miriam Adler, therapist",
                    ),
                ],
            },
            EntryDay { day: "5 Mar 2026".into(), entries: vec![deviation] },
            EntryDay { day: "13 Feb 2026".into(), entries: vec![late, correction, corrected] },
        ],
        entries_text: "61 entries".into(),
        older: Some("/participants/S01-004?before=b41".into()),
        live: Some("/participants/S01-004/events".into()),
    }
}

fn visit() -> VisitPage {
    let mut form = form("/participants/S01-004/V11");
    form.filled = Filled::new()
        .with("took_place", "yes")
        .with("visited_on", "15 Mar 2026")
        .with("visited_at", "25:00")
        .with("present", "adler");
    form.filled.fault("visited_at", "Enter the time on a 24-hour clock, such as 09:30");
    VisitPage {
        form,
        participant: participant(),
        title: "V11 Integration 2.1".into(),
        facts: vec![Fact::new("Window", "15 to 16 Mar 2026"), Fact::new("Planned length", "90 min")],
        people: vec![
            Choice::new("adler", "Miriam Adler, therapist"),
            Choice::new("okafor", "Jonas Okafor, therapist"),
        ],
        checks: vec![Choice::new("rested", "They slept at the site and were driven home")],
        asks_length: true,
        summary: None,
    }
}

fn adverse_event() -> AdverseEventPage {
    AdverseEventPage {
        form: form("/participants/S01-004/events"),
        participant: participant(),
        serious_help: "Death, danger to life, a stay in hospital, lasting disability, a birth defect, or medically as grave.".into(),
        special_interest_help: Some("Suicidal thoughts or acts, signs of abuse, heart rhythm.".into()),
    }
}
