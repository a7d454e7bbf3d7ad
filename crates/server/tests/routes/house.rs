//! A study with two sites and its people, a server before it, and browsers.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use record::{Act, Answer, Command, Context, Kind, Recorder, Role};
use server::accounts::role_word;
use server::clock::StandingClock;
use server::keeper::Keeper;
use server::router::router;
use server::{App, Settings};
use sha2::{Digest, Sha256};
use store::accounts::{Account, Accounts};
use store::memory::Memory;
use terms::{Date, PersonId, SiteId, Timestamp, Zone};
use tower::ServiceExt as _;

pub const HOST: &str = "127.0.0.1:8080";

/// Person, role, site.
pub const PEOPLE: &[(&str, Role, Option<&str>)] = &[
    ("unblinded-statistician", Role::UnblindedStatistician, None),
    ("unblinded-pharmacist-1", Role::UnblindedPharmacist, None),
    ("unblinded-pharmacist-2", Role::UnblindedPharmacist, None),
    ("coordinator-s01", Role::Coordinator, Some("S01")),
    ("investigator-s01", Role::Investigator, Some("S01")),
    ("therapist-a-s01", Role::Therapist, Some("S01")),
    ("therapist-b-s01", Role::Therapist, Some("S01")),
    ("pharmacist-s01", Role::Pharmacist, Some("S01")),
    ("pharmacist-2-s01", Role::Pharmacist, Some("S01")),
    ("coordinator-s02", Role::Coordinator, Some("S02")),
    ("therapist-a-s02", Role::Therapist, Some("S02")),
    ("rater-1", Role::IndependentRater, None),
    ("rater-2", Role::IndependentRater, None),
    ("monitor", Role::Monitor, None),
    ("data-manager", Role::DataManager, None),
    ("safety-physician", Role::SafetyPhysician, None),
    ("statistician", Role::Statistician, None),
    ("sponsor", Role::Sponsor, None),
    ("inspector", Role::Inspector, None),
];

pub struct House {
    pub app: App,
    pub router: Router,
    /// The study's clock, which stands until it is moved.
    pub clock: Arc<StandingClock>,
    /// The machine's, by which sign-ins expire.
    pub wall: Arc<StandingClock>,
    count: std::cell::Cell<u64>,
}

pub fn person(text: &str) -> PersonId {
    PersonId::new(text).unwrap()
}

pub fn site(text: &str) -> SiteId {
    SiteId::new(text).unwrap()
}

pub fn zone() -> Zone {
    Zone::named("America/New_York").unwrap()
}

/// 09:00 on a Monday, on the wall of site S01.
pub fn morning() -> Timestamp {
    Date::parse("2026-03-02").unwrap().at(9, 0, &zone())
}

impl House {
    /// A study that is open, with people, sites, a sealed list and kits.
    pub fn new() -> Self {
        Self::over(Recorder::open(Memory::default()).unwrap())
    }

    pub fn over<J: record::Journal + 'static>(recorder: Recorder<J>) -> Self {
        let clock = Arc::new(StandingClock::at(morning()));
        let wall = Arc::new(StandingClock::at(Timestamp(1_800_000_000_000)));
        let settings = Settings { hosts: vec![HOST.into()], ..Settings::default() };
        let accounts = Accounts::in_memory().unwrap();
        let recorder: Arc<dyn Keeper> = Arc::new(recorder);
        let app = App::new(recorder, accounts, clock.clone(), wall.clone(), settings).unwrap();
        let house = Self { router: router(app.clone()), app, clock, wall, count: Default::default() };
        house.found();
        house
    }

    /// The same house behind another router.
    pub fn behind(&self, router: Router) -> Self {
        Self {
            app: self.app.clone(),
            router,
            clock: self.clock.clone(),
            wall: self.wall.clone(),
            count: Default::default(),
        }
    }

    fn found(&self) {
        let built_in = protocol::built_in("mapp2").unwrap();
        let administrator = "administrator";
        let admin = (administrator, Role::Administrator, None);
        let open = Act::OpenStudy {
            kind: Kind::Rehearsal,
            protocol_text: built_in.text.into(),
            sign_off: Some(built_in.sign_off.into()),
            administrator: person(administrator),
            name: "Administrator".into(),
        };
        self.act(admin, open);
        for (id, role, at) in PEOPLE {
            let name = format!("Name of {id}");
            self.act(admin, Act::GrantRole { person: person(id), name, role: *role, site: at.map(site) });
        }
        for (id, name) in [("S01", "Ashgrove House"), ("S02", "Birchfield Clinic")] {
            self.act(
                admin,
                Act::OpenSite { site: site(id), name: name.into(), zone: "America/New_York".into() },
            );
        }
        let places = [(site("S01"), 8), (site("S02"), 8)].into();
        self.act(who("unblinded-statistician"), Act::SealAllocation { places, seed: [7; 32] });
        for (at, first_number) in [("S01", 101), ("S02", 201)] {
            let ship = Act::Ship {
                site: site(at),
                shipment: format!("{at}-1"),
                kits_per_arm: 9,
                first_number,
                seed: [9; 32],
                witness: person("unblinded-pharmacist-2"),
            };
            self.act(who("unblinded-pharmacist-1"), ship);
        }
    }

    /// Sends an act past the pages, as the rehearsal does. It must be recorded.
    pub fn act(&self, by: (&str, Role, Option<&str>), act: Act) -> Vec<Arc<record::Entry>> {
        self.count.set(self.count.get() + 1);
        let id = record::recorder::command_id(&format!("house {}", self.count.get()));
        let now = self.app.now();
        let at = by.2.map(site);
        let context = Context::at(&person(by.0), by.1, at.as_ref(), now);
        match self.app.record().submit(&Command::new(id, now, act), &context).unwrap() {
            Answer::Recorded(receipt) => receipt.entries,
            other => panic!("{other:?}"),
        }
    }

    pub fn minutes(&self, minutes: i64) {
        use server::clock::Clock as _;
        self.clock.put_forward(self.clock.now().plus_minutes(minutes));
    }

    /// How many entries there are in all.
    pub fn size(&self) -> u64 {
        self.app.record().head().unwrap().size
    }

    /// A browser that is signed in, without the cost of a password.
    pub fn browser(&self, id: &str) -> Browser<'_> {
        let (_, role, at) = who(id);
        let account = Account {
            login: id.into(),
            person: id.into(),
            role: role_word(role),
            site: at.map(String::from),
            password: "none".into(),
            disabled: false,
            failures: 0,
            waits_until: 0,
        };
        self.app.accounts().put(&account).unwrap();
        self.count.set(self.count.get() + 1);
        let token = format!("token {} of {id}", self.count.get());
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let csrf = format!("csrf of {id}");
        self.app.accounts().sign_in(&hash, id, &csrf, self.app.wall().0).unwrap();
        Browser { house: self, cookie: format!("{}={token}", self.app.cookie_name()) }
    }

    pub fn stranger(&self) -> Browser<'_> {
        Browser { house: self, cookie: String::new() }
    }
}

pub fn who(id: &str) -> (&str, Role, Option<&str>) {
    let (_, role, at) =
        PEOPLE.iter().find(|(known, ..)| *known == id).unwrap_or_else(|| panic!("nobody is called {id}"));
    (id, *role, *at)
}

pub struct Browser<'a> {
    pub house: &'a House,
    pub cookie: String,
}

#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Page {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }

    /// The hidden fields of the form that posts to `action`.
    #[track_caller]
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let start = format!("action=\"{action}\"");
        let at = self
            .text
            .find(&start)
            .unwrap_or_else(|| panic!("no form posts to {action} in:\n{}", self.words()));
        let form = &self.text[at..];
        let form = &form[..form.find("</form>").unwrap()];
        let hidden = form.split("<input type=\"hidden\" name=\"").skip(1);
        let field = |text: &str| {
            let (name, rest) = text.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split('"').next().unwrap().to_owned())
        };
        hidden.map(field).collect()
    }

    /// The text without its tags, for reading when a test fails, and for looking something up.
    pub fn words(&self) -> String {
        let mut words = String::new();
        let mut tag = false;
        for letter in self.text.chars() {
            match letter {
                '<' => tag = true,
                '>' => {
                    tag = false;
                    words.push(' ');
                }
                _ if !tag => words.push(letter),
                _ => {}
            }
        }
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        assert!(
            self.words().contains(text),
            "`{text}` is not on the page ({}):\n{}",
            self.status,
            self.words()
        );
        self
    }

    #[track_caller]
    pub fn has_not(&self, text: &str) -> &Self {
        assert!(!self.text.contains(text), "`{text}` is on the page:\n{}", self.words());
        self
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location(), self.words());
        self
    }
}

impl Browser<'_> {
    pub async fn request(&self, method: Method, path: &str, body: &str, more: &[(&str, &str)]) -> Page {
        let mut request = Request::builder().method(&method).uri(path).header(header::COOKIE, &self.cookie);
        let has = |name: &str| more.iter().any(|(known, _)| *known == name);
        if !has("host") {
            request = request.header(header::HOST, HOST);
        }
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            if !has("origin") {
                request = request.header(header::ORIGIN, format!("http://{HOST}"));
            }
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.house.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 8_000_000).await.unwrap();
        Page {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.request(Method::GET, path, "", &[]).await
    }

    pub async fn post(&self, path: &str, fields: &[(String, String)]) -> Page {
        self.request(Method::POST, path, &encode(fields), &[]).await
    }

    /// Opens `page`, fills the form that posts to `action`, sends it.
    pub async fn fill(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let mut all = self.get(page).await.is(200).form(action);
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post(action, &all).await
    }

    /// The same for a form that posts to its own address; it must be taken. Gives where it leads.
    #[track_caller]
    pub fn send<'b>(
        &'b self,
        address: &'b str,
        fields: &'b [(&'b str, &'b str)],
    ) -> impl Future<Output = String> + 'b {
        let caller = std::panic::Location::caller();
        async move {
            let page = self.fill(address, address, fields).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{caller}: {}", page.words());
            page.location().to_owned()
        }
    }
}

pub fn encode(fields: &[(String, String)]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    let word = |text: &str| -> String {
        text.bytes()
            .map(|byte| if plain(&byte) { (byte as char).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", word(name), word(value))).collect::<Vec<_>>().join("&")
}
