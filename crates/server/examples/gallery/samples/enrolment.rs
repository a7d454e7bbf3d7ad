//! Samples: from referral to randomisation.

use server::pages::enrol::{
    Answer, ConsentPage, CriterionRow, Decision, EligibilityPage, Measure, MeasureGroup, RandomisePage,
    RandomisedPage, ReferPage, Satisfied, ScreeningPage,
};
use server::pages::form::{Choice, Filled};
use server::pages::layout::Theme;
use server::pages::participant::Fact;
use server::pages::{Html, Link};

use super::{form, shell};

pub fn pages(theme: Theme) -> Vec<(&'static str, Html)> {
    let shell = shell(theme, "Participants");
    vec![
        ("enrol-refer", refer().render(&shell)),
        ("enrol-consent", consent().render(&shell)),
        ("enrol-screening", screening().render(&shell)),
        ("enrol-eligibility", eligibility().render(&shell)),
        ("enrol-randomise", randomise().render(&shell)),
        ("enrol-randomised", randomised().render(&shell)),
    ]
}

fn new_participant() -> Link {
    Link::new("S01-007", "/participants/S01-007")
}

fn refer() -> ReferPage {
    let mut form = form("/participants");
    form.filled =
        Filled::new().with("site", "S01").with("referred_on", "14 Mar 2026").with("source", "clinic");
    ReferPage {
        form,
        sites: vec![Choice::new("S01", "S01, Northshore Clinic")],
        sources: vec![
            Choice::new("clinic", "A clinic or practice"),
            Choice::new("self", "They came themselves"),
            Choice::new("register", "A register of volunteers"),
        ],
    }
}

fn consent() -> ConsentPage {
    let mut form = form("/participants/S01-007/consent");
    form.filled = Filled::new().with("consented_on", "14 Mar 2026");
    ConsentPage {
        form,
        participant: new_participant(),
        version: "protocol 1.0 and consent form 1.0".into(),
        points: vec![
            "Half of those who take part are given MDMA, half a capsule without it; nobody here knows who is given what.".into(),
            "Three dosing sessions of about eight hours, with two therapists throughout and a night at the site.".into(),
            "They can leave at any time without giving a reason.".into(),
        ],
    }
}

fn screening() -> ScreeningPage {
    let mut form = form("/participants/S01-007/screening");
    form.filled = Filled::new().with("age_years", "thirty").with("weight_kg", "71.5").with("pregnant", "no");
    form.filled.fault("age_years", "Enter the age in whole years, such as 34");
    form.filled.fault("screened_on", "Enter the day of screening");
    let measure = |name: &str, label: &str, answer| Measure {
        name: name.into(),
        label: label.into(),
        help: None,
        answer,
    };
    ScreeningPage {
        form,
        participant: new_participant(),
        groups: vec![
            MeasureGroup {
                title: "The person".into(),
                measures: vec![
                    measure("age_years", "Age", Answer::Whole("years".into())),
                    measure("weight_kg", "Weight", Answer::Decimal("kg".into())),
                    measure("pregnant", "Pregnant or breast-feeding", Answer::YesNo),
                ],
            },
            MeasureGroup {
                title: "Post-traumatic stress".into(),
                measures: vec![
                    Measure {
                        help: Some("From the screening interview, 0 to 80.".into()),
                        ..measure("caps5_total", "CAPS-5 total", Answer::Whole("points".into()))
                    },
                    measure(
                        "symptoms_months",
                        "How long there have been symptoms",
                        Answer::Whole("months".into()),
                    ),
                ],
            },
        ],
    }
}

fn eligibility() -> EligibilityPage {
    let row = |id: &str, text: &str, decision| CriterionRow {
        id: id.into(),
        field: format!("criterion_{}", id.to_lowercase()),
        text: text.into(),
        decision,
    };
    let by_rule = |satisfied, because: &str| Decision::ByRule { satisfied, because: because.into() };
    EligibilityPage {
        form: form("/participants/S01-007/eligibility"),
        participant: new_participant(),
        summary: "26 criteria: 5 answered by a rule, the others are for you to judge.".into(),
        inclusion: vec![
            row("I1", "Aged 18 or older", by_rule(Satisfied::Yes, "age is 34 years (entry 2kd-77c)")),
            row("I2", "Speaks and reads the language of the site", Decision::Asked),
            row("I3", "Can swallow capsules", Decision::Asked),
            row(
                "I9",
                "PTSD for at least 6 months, CAPS-5 total 28 or more",
                by_rule(Satisfied::Yes, "CAPS-5 total is 41, symptoms for 72 months (entry 2kd-77c)"),
            ),
        ],
        exclusion: vec![
            row("X1", "Primary psychotic disorder", Decision::Asked),
            row("X8", "Pregnant or breast-feeding", by_rule(Satisfied::Yes, "not pregnant (entry 2kd-77c)")),
            row(
                "X10",
                "Uncontrolled hypertension",
                by_rule(Satisfied::NotKnown, "resting blood pressure is not on record"),
            ),
            row(
                "X13",
                "Body weight below 48 kg",
                by_rule(Satisfied::No, "weight is 46.0 kg (entry 2kd-77c)"),
            ),
        ],
        will: vec!["S01-007 is recorded as eligible or not, with each answer and your name.".into()],
    }
}

fn randomise() -> RandomisePage {
    RandomisePage {
        form: form("/participants/S01-007/randomise"),
        participant: new_participant(),
        facts: vec![
            Fact::new("Eligible since", "14 Mar 2026"),
            Fact::new("Consent", "14 Mar 2026, form 1.0"),
            Fact::new("Stratum", "site S01"),
        ],
        will: vec![
            "S01-007 takes the next place on the sealed list of site S01.".into(),
            "A kit for dosing session 1 is set aside. Its number is shown, what it holds is not.".into(),
            "Nobody at the site is told the arm. This cannot be undone.".into(),
        ],
    }
}

fn randomised() -> RandomisedPage {
    RandomisedPage {
        participant: new_participant(),
        at: "14 Mar 2026, 11:52".into(),
        entry: "kq7-2fd".into(),
        happened: vec![
            "Kit 0322 is set aside for dosing session 1.".into(),
            "The first dosing session may be planned from 15 to 21 Mar 2026.".into(),
        ],
        next: Some(Link::new("Plan dosing session 1", "/participants/S01-007/V5")),
    }
}
