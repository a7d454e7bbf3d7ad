//! A person's day in a real browser: sign in, enrol somebody, chart their dosing session, see it in the timeline.

use serde_json::json;

use crate::program::{Server, rehearse};
use crate::webdriver::Browser;

const PASSWORD: &str = "stillroom";

/// A browser with somebody signed in.
struct Person<'a> {
    browser: &'a Browser,
    server: &'a Server,
}

impl Person<'_> {
    fn go(&self, path: &str) {
        self.browser.go(&format!("{}{path}", self.server.address));
    }

    fn path(&self) -> String {
        self.browser.address().trim_start_matches(&self.server.address).to_owned()
    }

    fn sign_in(&self, login: &str) {
        if self.browser.has("form[action='/sign-out'] button") {
            self.browser.click("form[action='/sign-out'] button");
        }
        self.go("/sign-in");
        self.browser.fill("#sign-in-person", login);
        self.browser.fill("#sign-in-password", PASSWORD);
        self.browser.click("#sign-in button[type=submit]");
        assert!(!self.path().starts_with("/sign-in"), "{login} was not let in:\n{}", self.browser.text());
    }

    /// Fills the form that goes to `action` on the page shown, and presses its button.
    fn send(&self, action: &str, fields: &[(&str, &str)]) {
        let filled = self.browser.run(&format!(
            "const form = document.querySelector('form[action=\"{action}\"]');
             if (!form) return 'no form';
             for (const [name, value] of {}) {{
               const all = [...form.querySelectorAll('[name=\"' + name + '\"]')];
               const field = all.find(one => !['radio', 'checkbox'].includes(one.type) || one.value === value);
               if (!field) return 'no field ' + name + ' ' + value;
               if (['radio', 'checkbox'].includes(field.type)) field.checked = true; else field.value = value;
             }}
             form.closest('details')?.setAttribute('open', '');
             return '';",
            json!(fields)
        ));
        assert_eq!(filled, "", "{action} on {}:\n{}", self.path(), self.browser.text());
        self.browser.click(&format!("form[action=\"{action}\"] button[type=submit]"));
        let text = self.browser.text();
        assert!(!text.contains("There is a problem") && !text.contains("refused"), "{action}:\n{text}");
    }

    /// Answers every check of a form with yes.
    fn check_all(&self, action: &str) {
        self.browser.run(&format!(
            "document.querySelectorAll('form[action=\"{action}\"] input[type=radio][value=yes]').forEach(one => one.checked = true)"
        ));
        self.send(action, &[]);
    }

    fn sees(&self, text: &str) {
        let shown = self.browser.text();
        assert!(shown.contains(text), "no `{text}` on {}:\n{shown}", self.path());
    }
}

#[test]
fn somebody_is_enrolled_and_dosed_through_the_pages() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("study");
    rehearse(&folder, &["--participants", "4", "--sites", "1", "--stop-in-session", "30"]);
    let server = Server::start(&folder);
    let browser = Browser::start(1280, 900);
    let person = Person { browser: &browser, server: &server };

    person.sign_in("coordinator");
    person.sees("What is due today?");
    let participant = enrol(&person);
    let of = |rest: &str| format!("/participants/{participant}{rest}");

    rate_at_baseline(&person, &participant);
    person.sign_in("investigator");
    person.go(&of("/sign"));
    person.send(&of("/sign"), &[]);
    person.go(&of("/randomise"));
    person.browser.run("document.querySelector('[name=confirmed]')?.click()");
    person.send(&of("/randomise"), &[]);
    person.sees("randomised");

    chart_a_dosing_session(&person, &participant);
    person.go(&of(""));
    for line in ["V5", "Randomised"] {
        person.sees(line);
    }
    person.browser.run("document.querySelectorAll('details').forEach(one => one.open = true)");
    person.sees("Eligibility signed");
}

/// Refers somebody, records their consent, screens them, names their pair; says their number.
fn enrol(person: &Person<'_>) -> String {
    person.go("/participants/new");
    person
        .send("/participants/new", &[("source", "clinic"), ("age_years", "41"), ("sex_at_birth", "female")]);
    let participant =
        person.path().trim_start_matches("/participants/").split(['/', '?']).next().unwrap().to_owned();
    assert!(participant.starts_with("S01-"), "{participant}");
    person.sees("41 years, female at birth");
    let of = |rest: &str| format!("/participants/{participant}{rest}");
    person.go(&of("/consent"));
    person.send(&of("/consent"), &[("understood", "yes"), ("recording", "yes")]);
    person.go(&of("/screening"));
    let screening = [
        ("age_years", "41"),
        ("body_mass_kg", "64.5"),
        ("childbearing_potential", "no"),
        ("pregnancy_test_positive", "no"),
        ("contraception_adequate", "yes"),
        ("breast_feeding", "no"),
    ];
    person.send(&of("/screening"), &screening);
    person.go(&of("/pair"));
    let pair = person
        .browser
        .run("return [...document.querySelectorAll('[name=therapists]')].slice(0, 2).map(one => one.value)");
    let pair: Vec<(&str, &str)> =
        pair.as_array().unwrap().iter().map(|one| ("therapists", one.as_str().unwrap())).collect();
    person.send(&of("/pair"), &pair);

    person.sign_in("investigator");
    person.go(&of("/eligibility"));
    let fields = person.browser.run(
        "return [...new Set([...document.querySelectorAll('input[name^=criterion_]')].map(one => one.name))]",
    );
    let judged: Vec<(String, &str)> = fields
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .map(|name| if name.starts_with("criterion_i") { (name, "yes") } else { (name, "no") })
        .collect();
    let judged: Vec<(&str, &str)> = judged.iter().map(|(name, answer)| (name.as_str(), *answer)).collect();
    person.send(&of("/eligibility"), &judged);
    participant
}

/// The ratings asked of the rater who is signed in.
fn tasks(person: &Person<'_>) -> Vec<String> {
    person.go("/ratings");
    let links = person
        .browser
        .run("return [...document.querySelectorAll('main a[href^=\"/ratings/R-\"]')].map(one => one.getAttribute('href'))");
    links.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// The coordinator asks a rater, who answers both interviews.
fn rate_at_baseline(person: &Person<'_>, participant: &str) {
    person.sign_in("rater");
    let before = tasks(person);
    person.sign_in("coordinator");
    let ask = format!("/participants/{participant}/visits/V3/rating");
    person.go(&ask);
    person.send(&ask, &[("rater", "rater-01")]);
    person.sign_in("rater");
    let asked = tasks(person);
    assert!(!person.browser.text().contains("V3"), "a rater is not told the visit");
    let task = asked.iter().find(|task| !before.contains(task)).expect("a new rating is asked for");
    let caps5 = format!("{task}/caps-5");
    person.go(&caps5);
    let mut items: Vec<(String, &str)> =
        (1..=20).chain(23..=27).map(|item| (format!("item_{item}"), "2")).collect();
    items.extend([("item_21".into(), "1"), ("item_22".into(), "60"), ("item_criterion_a".into(), "1")]);
    let items: Vec<(&str, &str)> = items.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    person.send(&caps5, &items);
    let sds = format!("{task}/sds");
    person.go(&sds);
    person.send(&sds, &[("item_1", "7"), ("item_2", "8"), ("item_3", "6")]);
}

fn chart_a_dosing_session(person: &Person<'_>, participant: &str) {
    let session = format!("/sessions/{participant}.V5");
    let begin = format!("/participants/{participant}/visits/V5/session");
    person.sign_in("therapist");
    person.go(&begin);
    let here =
        person.browser.run("return [...document.querySelectorAll('[name=present]')].map(one => one.value)");
    let here: Vec<(&str, &str)> =
        here.as_array().unwrap().iter().map(|one| ("present", one.as_str().unwrap())).collect();
    let mut fields = vec![("room", "Room 2")];
    fields.extend(here);
    person.send(&begin, &fields);
    assert_eq!(person.path().split('?').next().unwrap(), session);

    person.sign_in("pharmacist");
    person.go("/stock");
    person.send("/stock/dispense", &[]);

    person.sign_in("therapist");
    person.go(&session);
    person.check_all(&format!("{session}/environment"));
    person.check_all(&format!("{session}/pre-dose"));
    let vitals = [("systolic", "124"), ("diastolic", "78"), ("pulse", "68"), ("temperature", "36.6")];
    person.send(&format!("{session}/vitals"), &vitals);
    person.sees("124/78");

    let give = format!("{session}/initial-dose");
    let choice = |name: &str| {
        let script = format!(
            "return [...document.querySelectorAll('form[action=\"{give}\"] [name={name}]')].flatMap(one => one.options ? [...one.options].map(o => o.value) : [one.value]).filter(one => one)[0]"
        );
        person.browser.run(&script).as_str().unwrap_or_default().to_owned()
    };
    let (kit, witness) = (choice("kit"), choice("witness"));
    person.send(&give, &[("milligrams", "80"), ("kit", &kit), ("witness", &witness)]);
    person.sees("80 mg");
    person.sees("since the initial dose");
}

#[test]
fn a_phone_shows_every_page_without_sideways_scrolling() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("study");
    rehearse(&folder, &["--participants", "4", "--sites", "1", "--stop-in-session", "60"]);
    let server = Server::start(&folder);
    let browser = Browser::start(390, 844);
    let person = Person { browser: &browser, server: &server };
    person.go("/sign-in");
    sits_within(&browser);
    person.sign_in("therapist");
    for path in ["/", "/participants", "/participants/S01-001"] {
        person.go(path);
        sits_within(&browser);
    }
    person.go("/");
    let session =
        browser.run("return document.querySelector('a[href^=\"/sessions/\"]').getAttribute('href')");
    person.go(session.as_str().unwrap());
    sits_within(&browser);
    assert!(browser.has("svg"), "the chart is drawn");
    assert!(browser.picture().len() > 10_000);
}

fn sits_within(browser: &Browser) {
    let over = browser.run("return document.documentElement.scrollWidth - window.innerWidth");
    assert!(over.as_i64().unwrap() <= 0, "{} is {over} px too wide", browser.address());
    assert!(!browser.title().is_empty());
}
