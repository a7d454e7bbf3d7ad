//! Samples: a dosing session before the dose, in its middle, and with faults in its forms.

use server::pages::chart::{Baseline, DoseMark, NoteTick, Reading, Scale, ThresholdLine, VitalsChart};
use server::pages::entries::EntryLine;
use server::pages::form::{Choice, Filled};
use server::pages::layout::Theme;
use server::pages::marks::{State, Tag, Tone};
use server::pages::refused::Refusal;
use server::pages::session::{
    Alert, DoseLine, LastValue, LastVitals, Next, Present, Saved, SessionPage, Since, Trend,
};
use server::pages::session_forms::{
    ChecklistForm, CloseForm, DoseForm, EffectsForm, NoteForm, PresenceForm, SessionForms, VitalsForm,
    WithholdForm,
};
use server::pages::{Html, Link};

use super::{form, participant, shell};

pub fn pages(theme: Theme) -> Vec<(&'static str, Html)> {
    vec![
        ("session-before", before().render(&shell(theme, "Today"))),
        ("session", middle().render(&shell(theme, "Today"))),
        ("session-faults", with_faults().render(&shell(theme, "Today"))),
    ]
}

fn reading(minute: f64, clock: &str, values: (f64, f64, f64, f64)) -> Reading {
    let since = if minute < 0.0 {
        "before".into()
    } else {
        format!("{} h {:02} min", minute as i64 / 60, minute as i64 % 60)
    };
    Reading {
        minute,
        clock: clock.into(),
        since,
        systolic: Some(values.0),
        diastolic: Some(values.1),
        pulse: Some(values.2),
        temperature: Some(values.3),
        flag: None,
        entry: "0xw-7ha".into(),
    }
}

fn chart() -> VitalsChart {
    let mut high = reading(75.0, "11:17", (164.0, 98.0, 108.0, 37.4));
    high.flag = Some("systolic above 160".into());
    VitalsChart {
        from: -60.0,
        until: 480.0,
        now: Some(110.0),
        since: "initial dose".into(),
        readings: vec![
            reading(-14.0, "09:48", (124.0, 78.0, 68.0, 36.6)),
            reading(15.0, "10:17", (126.0, 80.0, 70.0, 36.6)),
            reading(30.0, "10:32", (134.0, 84.0, 78.0, 36.7)),
            reading(45.0, "10:47", (146.0, 90.0, 92.0, 36.9)),
            reading(60.0, "11:02", (158.0, 94.0, 102.0, 37.2)),
            high,
            reading(98.0, "11:40", (142.0, 88.0, 96.0, 37.2)),
        ],
        baseline: Some(Baseline {
            systolic: 124.0,
            diastolic: 78.0,
            pulse: 68.0,
            temperature: 36.6,
            text: "baseline 124/78, 68, 36.6 °C".into(),
        }),
        doses: vec![DoseMark { minute: 0.0, text: "80 mg 10:02".into(), given: true }],
        supplemental_window: Some((90.0, 120.0)),
        thresholds: vec![
            ThresholdLine {
                scale: Scale::PressureAndPulse,
                value: 160.0,
                text: "systolic 160: measure more often".into(),
            },
            ThresholdLine {
                scale: Scale::PressureAndPulse,
                value: 110.0,
                text: "diastolic or pulse 110".into(),
            },
            ThresholdLine {
                scale: Scale::Temperature,
                value: 38.0,
                text: "38 °C: withhold the supplement".into(),
            },
        ],
        notes: vec![NoteTick { minute: 38.0, text: "10:40 settled".into(), href: "#entry-f8q-20j".into() }],
        next_due: Some(113.0),
    }
}

fn entries() -> Vec<EntryLine> {
    let entry = |id: &str, at: &str, text: &str, who: &str| EntryLine {
        id: id.into(),
        at: at.into(),
        who: who.into(),
        text: text.into(),
        ..EntryLine::default()
    };
    vec![
        entry(
            "n5w-t3e",
            "11:40",
            "Blood pressure 142/88, pulse 96, temperature 37.2 °C",
            "Jonas Okafor, therapist",
        ),
        EntryLine {
            flags: vec![Tag::new(Tone::Attention, "past a threshold")],
            ..entry(
                "c1r-6zd",
                "11:17",
                "Blood pressure 164/98, pulse 108, temperature 37.4 °C",
                "Jonas Okafor, therapist",
            )
        },
        EntryLine {
            note: Some("Settled, eyes closed, asks for the music to stay low.".into()),
            ..entry("f8q-20j", "10:40", "Note", "Miriam Adler, therapist")
        },
        entry(
            "kq7-2fd",
            "10:02",
            "Initial dose given, 80 mg as labelled, kit 0317, witnessed by Jonas Okafor",
            "Miriam Adler, therapist",
        ),
        entry(
            "0xw-7ha",
            "09:48",
            "Blood pressure 124/78, pulse 68, temperature 36.6 °C",
            "Jonas Okafor, therapist",
        ),
        entry("9cd-e1t", "09:31", "Session begun", "Miriam Adler, therapist"),
    ]
}

fn people() -> Vec<Present> {
    let person = |name: &str, role: &str, since: &str, here| Present {
        name: name.into(),
        role: role.into(),
        since: since.into(),
        here,
    };
    vec![
        person("Miriam Adler", "therapist", "since 09:31", true),
        person("Jonas Okafor", "therapist", "since 09:31", true),
        person("Dr Ines Lind", "physician", "on call", false),
    ]
}

fn value(label: &str, value: &str, unit: &str, change: &str, trend: Trend) -> LastValue {
    LastValue {
        label: label.into(),
        value: value.into(),
        unit: unit.into(),
        change: change.into(),
        trend: Some(trend),
        past_threshold: false,
    }
}

fn middle() -> SessionPage {
    SessionPage {
        participant: participant(),
        title: "Dosing session 2".into(),
        detail: "V10, 14 Mar 2026".into(),
        since: Since { text: "1 h 50 min".into(), of: "since the initial dose".into(), seconds: Some(6600) },
        next: vec![
            Next { state: State::Due, text: "Vital signs".into(), when: "11:55, in 3 min".into() },
            Next { state: State::Due, text: "Supplemental dose".into(), when: "by 12:02".into() },
        ],
        last: Some(LastVitals {
            at: "11:40, 12 min ago".into(),
            values: vec![
                value("Pressure", "142/88", "mmHg", "+18/+10", Trend::Falling),
                value("Pulse", "96", "per min", "+28", Trend::Falling),
                value("Temperature", "37.2", "°C", "+0.6", Trend::Level),
            ],
        }),
        doses: vec![
            DoseLine {
                kind: "Initial".into(),
                text: "80 mg at 10:02, kit 0317".into(),
                state: "given".into(),
                tone: Some(Tone::Good),
            },
            DoseLine {
                kind: "Supplemental".into(),
                text: "40 mg, 11:32 to 12:02".into(),
                state: "open for 10 min more".into(),
                tone: Some(Tone::Information),
            },
        ],
        present: people(),
        saved: Some(Saved { at: "11:52:08".into(), entry: "h3s-91k".into() }),
        alerts: vec![Alert {
            tone: Tone::Attention,
            text: "Systolic was above 160 at 11:17".into(),
            detail: Some(
                "The protocol asks for readings every 15 min until two are below it. The next is due 11:55."
                    .into(),
            ),
        }],
        chart: Some(chart()),
        forms: forms(),
        entries: entries(),
        live: Some("/sessions/S01-004.V10/events".into()),
    }
}

fn forms() -> SessionForms {
    let at = |action: &str, field: &str| {
        let mut form = form(action);
        form.filled = Filled::new().with(field, "11:52");
        form
    };
    let person = |id: &str, text: &str| Choice::new(id, text);
    let staff = vec![
        person("", "Choose"),
        person("okafor", "Jonas Okafor, therapist"),
        person("lind", "Dr Ines Lind, physician"),
    ];
    let mut supplemental = at("/sessions/S01-004.V10/supplemental-dose", "given_at");
    supplemental.filled = supplemental.filled.with("milligrams", "40");
    SessionForms {
        environment: None,
        pre_dose: None,
        vitals: Some(VitalsForm { form: at("/sessions/S01-004.V10/vitals", "taken_at"), status: "due 11:55".into() }),
        initial_dose: None,
        supplemental_dose: Some(DoseForm {
            form: supplemental,
            status: "open until 12:02".into(),
            amounts: vec![Choice::new("40", "40 mg")],
            kits: vec![Choice::new("0317", "0317")],
            witnesses: staff.clone(),
            will: vec!["A supplemental dose of 40 mg as labelled, from kit 0317, goes on the record under your name and the witness’s.".into(), "The kit’s remaining content falls by 40 mg.".into()],
            button: "Give the supplemental dose".into(),
            refusal: None,
            open: true,
        }),
        withhold: Some(WithholdForm {
            form: form("/sessions/S01-004.V10/withhold"),
            title: "Supplemental dose not given".into(),
            status: String::new(),
            reasons: vec![Choice::new("declined", "They did not want it"), Choice::new("vitals", "Vital signs"), Choice::new("clinical", "Our judgement"), Choice::new("other", "Something else")],
            will: vec!["The window closes for this session; a dose given later is recorded as a deviation.".into()],
        }),
        effects: Some(EffectsForm {
            form: at("/sessions/S01-004.V10/effects", "asked_at"),
            status: "due 12:00".into(),
            effects: vec![Choice::new("warmth", "Warmth"), Choice::new("unease", "Unease"), Choice::new("jaw", "Tight jaw"), Choice::new("nausea", "Nausea")],
            open: false,
        }),
        note: Some(NoteForm { form: at("/sessions/S01-004.V10/notes", "at") }),
        presence: Some(PresenceForm { form: at("/sessions/S01-004.V10/presence", "at"), status: "2 here".into(), people: staff }),
        close: Some(CloseForm {
            form: form("/sessions/S01-004.V10/close"),
            status: "not before 18:02".into(),
            checks: Vec::new(),
            will: Vec::new(),
            refusal: Some(Refusal {
                what: "the session is observed for 8 h after the initial dose".into(),
                rule: "a dosing session is closed when its observation has ended".into(),
                given_by: Some("sessions.dosing.length_minutes".into()),
                on_record: vec!["initial dose at 10:02 (entry kq7-2fd)".into(), "it is 11:52, 1 h 50 min later".into()],
                instead: Vec::new(),
                instead_text: Some("close it from 18:02".into()),
                code: "R0211".into(),
            }),
            open: false,
        }),
    }
}

fn before() -> SessionPage {
    let mut forms = forms();
    forms.supplemental_dose = None;
    forms.withhold = None;
    forms.effects = None;
    forms.environment = Some(ChecklistForm {
        form: form("/sessions/S01-004.V10/environment"),
        status: "done 09:20".into(),
        checks: vec![Choice::new("aed", "Defibrillator in the room and charged")],
        open: false,
    });
    let mut checks = form("/sessions/S01-004.V10/pre-dose");
    checks.filled = Filled::new().with("check_fasting", "yes");
    forms.pre_dose = Some(ChecklistForm {
        form: checks,
        status: "1 of 3 done".into(),
        checks: vec![
            Choice::new("fasting", "Nothing eaten since midnight").help("answered 09:35, Miriam Adler"),
            Choice::new("pregnancy_test", "Pregnancy test negative today, or does not apply"),
            Choice::new("suicidality", "C-SSRS taken today, no acute risk"),
        ],
        open: true,
    });
    forms.initial_dose = Some(DoseForm {
        form: form("/sessions/S01-004.V10/initial-dose"),
        status: "not open yet".into(),
        button: "Give the initial dose".into(),
        refusal: Some(Refusal {
            what: "two checks are missing".into(),
            rule: "every pre-dose check is answered before the initial dose".into(),
            given_by: Some("sessions.dosing.pre_dose".into()),
            on_record: vec!["1 of 3 checks (entry 4fw-8pn)".into()],
            instead: vec![Link::new("Answer the checks", "#do-pre-dose")],
            instead_text: None,
            code: "R0203".into(),
        }),
        ..DoseForm::default()
    });
    SessionPage {
        since: Since { text: "Not begun".into(), of: "no dose given yet".into(), seconds: None },
        next: vec![Next { state: State::Due, text: "Checks before the dose".into(), when: "2 left".into() }],
        last: None,
        doses: vec![DoseLine {
            kind: "Initial".into(),
            text: "80 or 120 mg".into(),
            state: "not open yet".into(),
            tone: None,
        }],
        saved: None,
        alerts: Vec::new(),
        chart: Some(VitalsChart {
            from: -60.0,
            until: 480.0,
            since: "start of the session".into(),
            thresholds: chart().thresholds,
            ..VitalsChart::default()
        }),
        entries: Vec::new(),
        forms,
        ..middle()
    }
}

fn with_faults() -> SessionPage {
    let mut page = middle();
    if let Some(vitals) = &mut page.forms.vitals {
        vitals.form.filled =
            Filled::new().with("systolic", "1400").with("diastolic", "88").with("taken_at", "11:52");
        vitals.form.filled.fault("systolic", "Enter the systolic pressure as a number from 40 to 300");
        vitals.form.filled.fault("pulse", "Enter the pulse, or leave all four empty");
    }
    page
}
