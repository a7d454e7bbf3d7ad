//! A participant's days through the pages: referred, consented, screened, prepared, rated, randomised, dosed.

use protocol::study::{CriterionKind, DecidedBy, VisitKind};
use server::clock::Clock as _;

use crate::house::{Browser, House, zone};

pub const PARTICIPANT: &str = "S01-001";

/// Those who act at site S01, signed in.
pub struct Staff<'a> {
    pub house: &'a House,
    pub coordinator: Browser<'a>,
    pub investigator: Browser<'a>,
    pub therapist: Browser<'a>,
    pub pharmacist: Browser<'a>,
}

impl<'a> Staff<'a> {
    pub fn of(house: &'a House) -> Self {
        Self {
            house,
            coordinator: house.browser("coordinator-s01"),
            investigator: house.browser("investigator-s01"),
            therapist: house.browser("therapist-a-s01"),
            pharmacist: house.browser("pharmacist-s01"),
        }
    }

    pub fn today(&self) -> String {
        self.house.clock.now().date(&zone()).to_string()
    }

    pub fn now(&self) -> String {
        self.house.clock.now().clock(&zone())
    }

    fn of_participant(rest: &str) -> String {
        format!("/participants/{PARTICIPANT}{rest}")
    }

    /// Up to the decision on what can be decided before the baseline rating.
    pub async fn screen(&self) {
        let today = self.today();
        let refer = [
            ("site", "S01"),
            ("referred_on", &today),
            ("source", "clinic"),
            ("age_years", "41"),
            ("sex_at_birth", "female"),
        ];
        assert_eq!(self.coordinator.send("/participants/new", &refer).await, Self::of_participant(""));
        let consent = [
            ("consented_on", today.as_str()),
            ("consented_at", "08:30"),
            ("understood", "yes"),
            ("recording", "yes"),
        ];
        self.coordinator.send(&Self::of_participant("/consent"), &consent).await;
        let screening = [
            ("screened_on", today.as_str()),
            ("age_years", "41"),
            ("body_mass_kg", "64.5"),
            ("childbearing_potential", "no"),
            ("pregnancy_test_positive", "no"),
            ("contraception_adequate", "yes"),
            ("breast_feeding", "no"),
            ("systolic_mmhg", "124"),
            ("diastolic_mmhg", "78"),
        ];
        self.coordinator.send(&Self::of_participant("/screening"), &screening).await;
        let protocol = self.house.app.record().protocol().unwrap();
        let judged = protocol.eligibility.iter().filter(|one| matches!(one.decided_by, DecidedBy::Clinician));
        let answers: Vec<(String, &str)> = judged
            .map(|one| {
                let good = if one.kind == CriterionKind::Inclusion { "yes" } else { "no" };
                (format!("criterion_{}", one.id.to_lowercase()), good)
            })
            .collect();
        let answers: Vec<(&str, &str)> =
            answers.iter().map(|(name, answer)| (name.as_str(), *answer)).collect();
        self.investigator.send(&Self::of_participant("/eligibility"), &answers).await;
        let pair = [("therapists", "therapist-a-s01"), ("therapists", "therapist-b-s01")];
        self.coordinator.send(&Self::of_participant("/pair"), &pair).await;
    }

    /// Everything that comes before the first dosing visit, on one day after the other.
    pub async fn prepare(&self) {
        let protocol = self.house.app.record().protocol().unwrap();
        for visit in protocol.visits.iter().take_while(|visit| visit.kind != VisitKind::Dosing) {
            match visit.kind {
                VisitKind::Screening | VisitKind::Randomisation => continue,
                VisitKind::Preparation => {
                    let session = self.begin(visit.id.as_str()).await;
                    self.house.minutes(90);
                    let close = self.close(&session).await;
                    assert!(close.contains("Session closed"), "{close}");
                }
                VisitKind::Rating => {
                    self.rate(visit.id.as_str(), "rater-1").await;
                    self.record(visit.id.as_str()).await;
                }
                _ => self.record(visit.id.as_str()).await,
            }
            self.house.minutes(24 * 60 - 90);
        }
    }

    pub async fn record(&self, visit: &str) {
        let (today, now) = (self.today(), self.now());
        let done = [("took_place", "yes"), ("visited_on", today.as_str()), ("visited_at", now.as_str())];
        self.coordinator.send(&Self::of_participant(&format!("/visits/{visit}")), &done).await;
    }

    /// Begins the session of a visit with the pair present; gives its address.
    pub async fn begin(&self, visit: &str) -> String {
        let now = self.now();
        let fields = [
            ("room", "Room 2"),
            ("began_at", now.as_str()),
            ("present", "therapist-a-s01"),
            ("present", "therapist-b-s01"),
        ];
        self.therapist.send(&Self::of_participant(&format!("/visits/{visit}/session")), &fields).await
    }

    /// Closes a session, every check answered yes; gives the words of the page after.
    pub async fn close(&self, session: &str) -> String {
        let page = self.therapist.get(session).await.is(200);
        let action = format!("{session}/close");
        let mut fields = page.form(&action);
        let checks =
            page.text.split("name=\"check_").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        fields.extend(checks.map(|check| (format!("check_{check}"), "yes".to_owned())));
        fields.push(("ended_at".into(), self.now()));
        let to = self.therapist.post(&action, &fields).await.is(303).location().to_owned();
        self.therapist.get(&to).await.words()
    }

    /// Has a rater asked, and the rater answer: a severe PTSD.
    pub async fn rate(&self, visit: &str, rater: &str) {
        let due = self.house.clock.now().plus_days(5).date(&zone()).to_string();
        let fields = [("rater", rater), ("due_on", due.as_str())];
        self.coordinator.send(&Self::of_participant(&format!("/visits/{visit}/rating")), &fields).await;
        let rater = self.house.browser(rater);
        let list = rater.get("/ratings").await.is(200);
        let task = list.text.split("href=\"/ratings/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let today = self.today();
        let mut items: Vec<(String, String)> =
            (1..=20).chain(23..=27).map(|item| (format!("item_{item}"), "2".into())).collect();
        items.push(("item_22".into(), "60".into()));
        items.push(("item_21".into(), "1".into()));
        items.push(("item_criterion_a".into(), "1".into()));
        items.push(("rated_on".into(), today.clone()));
        let items: Vec<(&str, &str)> =
            items.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(rater.send(&format!("/ratings/{task}/caps-5"), &items).await, format!("/ratings/{task}"));
        let sds = [("rated_on", today.as_str()), ("item_1", "7"), ("item_2", "8"), ("item_3", "6")];
        assert_eq!(rater.send(&format!("/ratings/{task}/sds"), &sds).await, "/ratings");
    }

    pub async fn sign_and_randomise(&self) {
        self.investigator.send(&Self::of_participant("/sign"), &[]).await;
        let to = self.coordinator.send(&Self::of_participant("/randomise"), &[("confirmed", "yes")]).await;
        assert_eq!(to, Self::of_participant("/randomised"));
    }

    pub async fn dispense(&self) {
        let page = self.pharmacist.get("/stock").await.is(200);
        let fields = page.form("/stock/dispense");
        self.pharmacist.post("/stock/dispense", &fields).await.is(303);
    }

    /// Answers every check of a list with yes.
    pub async fn check(&self, session: &str, list: &str) {
        let page = self.therapist.get(session).await.is(200);
        let action = format!("{session}/{list}");
        let mut fields = page.form(&action);
        let form = page
            .text
            .split(&format!("action=\"{action}\""))
            .nth(1)
            .unwrap()
            .split("</form>")
            .next()
            .unwrap()
            .to_owned();
        let checks =
            form.split("name=\"check_").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        fields.extend(checks.map(|check| (format!("check_{check}"), "yes".to_owned())));
        self.therapist.post(&action, &fields).await.is(303);
    }

    pub async fn vitals(&self, session: &str, values: [&str; 4]) {
        let now = self.now();
        let names = ["systolic", "diastolic", "pulse", "temperature"];
        let mut fields: Vec<(&str, &str)> = names.into_iter().zip(values).collect();
        fields.push(("taken_at", &now));
        self.therapist.fill(session, &format!("{session}/vitals"), &fields).await.is(303);
    }

    /// The first dosing session, up to and with its initial dose; gives its address.
    pub async fn dose(&self) -> String {
        let session = self.begin("V5").await;
        self.dispense().await;
        self.check(&session, "environment").await;
        self.check(&session, "pre-dose").await;
        self.vitals(&session, ["124", "78", "68", "36.6"]).await;
        self.house.minutes(5);
        self.give(&session, "initial", "80").await;
        session
    }

    pub async fn give(&self, session: &str, dose: &str, milligrams: &str) {
        let kit = self.kit(session).await;
        let now = self.now();
        let fields = [
            ("milligrams", milligrams),
            ("given_at", now.as_str()),
            ("kit", kit.as_str()),
            ("witness", "therapist-b-s01"),
        ];
        self.therapist.fill(session, &format!("{session}/{dose}-dose"), &fields).await.is(303);
    }

    /// The number on the label of the kit that was dispensed.
    pub async fn kit(&self, session: &str) -> String {
        let page = self.therapist.get(session).await.words();
        page.split("Kit ")
            .find_map(|rest| rest.get(..4).filter(|kit| kit.bytes().all(|byte| byte.is_ascii_digit())))
            .unwrap()
            .to_owned()
    }
}

#[tokio::test]
async fn from_referral_to_the_supplemental_dose() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    let page = staff.coordinator.get("/participants/S01-001").await.is(200);
    page.has("41 years, female at birth")
        .has("Name of therapist-a-s01, Name of therapist-b-s01")
        .has("Screening: age years 41");
    staff.prepare().await;
    staff.investigator.get("/").await.has("all criteria are met");
    staff.sign_and_randomise().await;
    staff.coordinator.get("/participants/S01-001/randomised").await.is(200).has("S01-001 is randomised");
    let session = staff.dose().await;
    assert_eq!(session, "/sessions/S01-001.V5");
    let page = staff.therapist.get(&session).await.is(200);
    page.has("Given").has("80 mg").has("since the initial dose").has("124/78").has("Supplemental dose");
    page.has("opens in 1 h 30 min");

    house.minutes(60);
    staff.vitals(&session, ["142", "88", "96", "37.2"]).await;
    house.minutes(35);
    staff.vitals(&session, ["138", "84", "90", "37.1"]).await;
    staff.give(&session, "supplemental", "40").await;
    let page = staff.therapist.get(&session).await;
    page.has("Supplemental dose of 40 mg given from kit").has("+14/+6 from baseline");
    staff.therapist.get("/").await.has("In session now").has("Dosing session 1");

    house.minutes(400);
    let words = staff.close(&session).await;
    assert!(words.contains("Session closed at"), "{words}");
    let page = staff.coordinator.get("/participants/S01-001").await;
    page.has("V5 (").has("Dosing session 1 opened in Room 2").has("Initial dose of 80 mg given");
    page.has_not("deviation</span>");

    let to = staff
        .pharmacist
        .send("/stock/returns/S01-001.V5", &[("remaining", "60"), ("witness", "pharmacist-2-s01")])
        .await;
    staff.pharmacist.get(&to).await.has("It adds up").has("Taken back; it adds up");
}

#[tokio::test]
async fn what_is_due_follows_the_clock() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.coordinator.get("/").await.has("Nothing is due");
    staff.screen().await;
    staff.prepare().await;
    staff.sign_and_randomise().await;
    staff.therapist.get("/").await.has("V5").has("Can be done now").has("Begin");
    house.minutes(60 * 24 * 30);
    let page = staff.therapist.get("/").await;
    page.has("Overdue").has("1 overdue");
    staff.coordinator.get("/participants").await.has("V5").has("overdue");
}

#[tokio::test]
async fn who_is_not_eligible_is_not_enrolled() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    let (today, light) = (staff.today(), "44");
    let screening = [("screened_on", today.as_str()), ("body_mass_kg", light)];
    staff.coordinator.send("/participants/S01-001/screening", &screening).await;
    staff
        .coordinator
        .get("/participants/S01-001")
        .await
        .has("Not eligible: X13")
        .has("Record as not enrolled");
    let refused = staff
        .investigator
        .fill("/participants/S01-001/sign", "/participants/S01-001/sign", &[])
        .await
        .is(409);
    refused.has("R0202").has("X13 applies").has("Nothing was recorded");
    let fields = [("on", today.as_str()), ("criterion", "X13"), ("why", "below 48 kg")];
    staff.coordinator.send("/participants/S01-001/not-enrolled", &fields).await;
    staff.coordinator.get("/participants?stage=not+enrolled").await.has("S01-001").has("Not enrolled");
    staff.coordinator.get("/").await.has("Nothing is due");
}

#[tokio::test]
async fn plans_events_contacts_and_leaving_are_recorded() {
    let house = House::new();
    let staff = Staff::of(&house);
    staff.screen().await;
    let (today, now) = (staff.today(), staff.now());
    staff
        .coordinator
        .send("/participants/S01-001/visits/V0/plan", &[("on", "2026-03-04"), ("at", "14:30")])
        .await;
    staff.coordinator.get("/participants/S01-001").await.has("V0").has("4 Mar 2026, 14:30");
    let event = [
        ("term", "headache"),
        ("began_on", today.as_str()),
        ("began_at", "08:00"),
        ("severity", "mild"),
        ("serious", "no"),
        ("special_interest", "no"),
        ("related", "no"),
    ];
    staff.therapist.send("/participants/S01-001/adverse-events/new", &event).await;
    let list = staff.therapist.get("/participants/S01-001/adverse-events/ended").await.is(200);
    let id = list.text.split("name=\"event\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let ended = [("event", id.as_str()), ("on", today.as_str()), ("at", "08:50")];
    staff.therapist.send("/participants/S01-001/adverse-events/ended", &ended).await;
    let contact = [("on", today.as_str()), ("at", now.as_str()), ("summary", "asked about the next visit")];
    staff.coordinator.send("/participants/S01-001/contacts/new", &contact).await;
    let c_ssrs = [
        ("on", today.as_str()),
        ("at", now.as_str()),
        ("occasion", "screening"),
        ("ideation", "4"),
        ("behaviour", "no"),
    ];
    let to = staff.investigator.send("/participants/S01-001/suicidality", &c_ssrs).await;
    staff.investigator.get(&to).await.has("This is serious");
    let missed =
        [("took_place", "no"), ("visited_on", today.as_str()), ("visited_at", now.as_str()), ("why", "ill")];
    staff.coordinator.send("/participants/S01-001/visits/V0", &missed).await;
    let withdrawn = [("on", today.as_str()), ("scope", "everything")];
    staff.coordinator.send("/participants/S01-001/consent/withdrawn", &withdrawn).await;
    let page = staff.therapist.get("/participants/S01-001").await;
    for text in [
        "Adverse event: headache, mild",
        "ended",
        "asked about the next visit",
        "ideation 4",
        "V0",
        "missed: ill",
        "Consent withdrawn",
    ] {
        page.has(text);
    }
}
