//! Samples: the rater's list, the CAPS-5 and the SDS form, and a rating that was sent.

use server::pages::Html;
use server::pages::form::{Choice, Filled};
use server::pages::layout::{Shell, SignedIn, Theme};
use server::pages::marks::State;
use server::pages::rater::{
    ItemAnswer, RatingAsked, RatingItem, RatingPage, RatingPart, RatingSection, RatingsPage, SavedRating,
    severity_scale,
};

use super::{form, nav, shell};

pub fn pages(theme: Theme) -> Vec<(&'static str, Html)> {
    let shell = Shell {
        nav: nav(&[("Ratings", "/ratings")], "Ratings"),
        person: Some(SignedIn {
            name: "Robin Castellanos".into(),
            role: "independent rater".into(),
            site: None,
        }),
        ..shell(theme, "Ratings")
    };
    vec![
        ("ratings", ratings().render(&shell)),
        ("rating-caps5", caps_5().render(&shell)),
        ("rating-sds", sds().render(&shell)),
        ("rating-sent", sent().render(&shell)),
    ]
}

fn ratings() -> RatingsPage {
    let rating = |handle: &str, when: &str, state| RatingAsked {
        handle: handle.into(),
        instruments: "CAPS-5 and SDS".into(),
        when: when.into(),
        state: Some(state),
        href: format!("/ratings/{handle}"),
    };
    RatingsPage {
        asked: vec![
            rating("r-4kt9", "by 16 Mar 2026", State::Due),
            rating("r-m02x", "by 12 Mar 2026", State::Overdue),
        ],
        sent: vec![rating("r-88ce", "10 Mar 2026", State::Done)],
    }
}

fn item(number: u32, label: &str, answer: ItemAnswer) -> RatingItem {
    RatingItem {
        key: number.to_string(),
        number: number.to_string(),
        label: label.into(),
        answer,
        given: None,
    }
}

fn section(title: &str, first: u32, labels: &[&str]) -> RatingSection {
    let items =
        labels.iter().enumerate().map(|(at, label)| item(first + at as u32, label, ItemAnswer::Scale));
    RatingSection { title: title.into(), help: None, scale: severity_scale(), items: items.collect() }
}

fn caps_5_sections() -> Vec<RatingSection> {
    let validity = ["excellent", "good", "fair", "poor", "invalid"];
    let validity = validity
        .iter()
        .enumerate()
        .map(|(value, word)| Choice::new(value.to_string(), format!("{value} {word}")));
    let criterion_a = RatingItem {
        key: "criterion_a".into(),
        label: "Criterion A is met".into(),
        answer: ItemAnswer::YesNo,
        ..RatingItem::default()
    };
    vec![
        RatingSection { title: "Index event".into(), items: vec![criterion_a], ..RatingSection::default() },
        section(
            "Cluster B, items 1 to 5",
            1,
            &[
                "intrusive memories",
                "distressing dreams",
                "reliving",
                "distress at reminders",
                "bodily reaction to reminders",
            ],
        ),
        section("Cluster C, items 6 and 7", 6, &["avoids memories or feelings", "avoids places or people"]),
        section(
            "Cluster D, items 8 to 14",
            8,
            &[
                "gaps in memory of it",
                "negative beliefs",
                "blame",
                "negative feelings",
                "loss of interest",
                "detachment",
                "few positive feelings",
            ],
        ),
        section(
            "Cluster E, items 15 to 20",
            15,
            &["irritability", "recklessness", "watchfulness", "startle", "concentration", "sleep"],
        ),
        RatingSection {
            title: "Items 21 to 30".into(),
            help: None,
            scale: severity_scale(),
            items: vec![
                item(21, "onset after the event", ItemAnswer::Whole("months".into())),
                item(22, "duration", ItemAnswer::Whole("months".into())),
                item(23, "distress", ItemAnswer::Scale),
                item(24, "social life", ItemAnswer::Scale),
                item(25, "work", ItemAnswer::Scale),
                item(26, "validity of the interview", ItemAnswer::OneOf(validity.collect())),
                item(27, "severity overall", ItemAnswer::Scale),
                item(28, "improvement overall", ItemAnswer::Points(0, 5)),
                item(29, "depersonalisation", ItemAnswer::Scale),
                item(30, "derealisation", ItemAnswer::Scale),
            ],
        },
    ]
}

fn parts(here: &str) -> Vec<RatingPart> {
    let part = |text: &str, done| RatingPart {
        text: text.into(),
        href: format!("/ratings/r-4kt9/{}", text.to_lowercase()),
        done,
        here: text == here,
    };
    vec![part("CAPS-5", false), part("SDS", false)]
}

fn caps_5() -> RatingPage {
    let mut form = form("/ratings/r-4kt9/caps-5");
    form.filled = Filled::new()
        .with("rated_on", "14 Mar 2026")
        .with("item_1", "3")
        .with("item_2", "2")
        .with("item_3", "0");
    form.filled.fault("item_22", "Enter the duration in whole months, such as 14");
    RatingPage {
        form,
        handle: "r-4kt9".into(),
        instrument: "CAPS-5".into(),
        edition: "Past month".into(),
        licence: "The interview’s text is in your booklet and is not shown here.".into(),
        sections: caps_5_sections(),
        parts: parts("CAPS-5"),
        saved: None,
    }
}

fn sds() -> RatingPage {
    let labels = ["work or school", "social life", "family and home"];
    let mut items: Vec<RatingItem> =
        (1..).zip(labels).map(|(number, label)| item(number, label, ItemAnswer::Points(0, 10))).collect();
    items.insert(
        1,
        RatingItem {
            key: "work_na".into(),
            label: "Did not work, for reasons unrelated".into(),
            answer: ItemAnswer::YesNo,
            ..RatingItem::default()
        },
    );
    RatingPage {
        form: form("/ratings/r-4kt9/sds"),
        handle: "r-4kt9".into(),
        instrument: "SDS".into(),
        edition: "Past week".into(),
        licence: "A licensed scale: its text is in your booklet and is not shown here.".into(),
        sections: vec![RatingSection {
            title: "Items 1 to 3, from 0 to 10".into(),
            items,
            ..RatingSection::default()
        }],
        parts: parts("SDS"),
        saved: None,
    }
}

fn sent() -> RatingPage {
    let mut page = caps_5();
    page.form = form("/ratings/r-4kt9/caps-5");
    for item in page.sections.iter_mut().flat_map(|section| &mut section.items) {
        item.given = (item.key != "28")
            .then(|| if item.key == "criterion_a" { "yes".into() } else { "2 moderate".into() });
    }
    page.saved = Some(SavedRating {
        at: "14 Mar 2026, 11:52:08".into(),
        entry: "kq7-2fd".into(),
        correct: Some("/ratings/r-4kt9/caps-5/correct".into()),
    });
    page
}
