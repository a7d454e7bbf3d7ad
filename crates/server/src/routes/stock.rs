//! `/stock`: the kits of a site, dispensed, returned and counted, each by two people.

use record::body::SessionKind;
use record::command::{participant_of, site_of};
use record::state::{KitState, SessionState, SupplyState};
use record::{Act, Command, Role, StreamId};
use terms::{Micrograms, PersonId, SessionId, SiteId};

use crate::desk::{Desk, Outcome, Stop};
use crate::lines;
use crate::pages::Html;
use crate::pages::form::{Choice, Form, Text};
use crate::pages::layout::Link;
use crate::pages::participant::Fact;
use crate::posted::Posted;
use crate::request::{Asked, Reply};
use crate::rooms;
use crate::sheets::ask::{AskPage, Field};
use crate::sheets::stock::{Discrepancy, KitRow, StockPage, ToDispense};
use crate::words;

const MOST_ENTRIES: usize = 60;

/// The site that is asked for, or the reader's own, or the first.
fn site(desk: &Desk<'_>, asked: &Asked) -> Result<SiteId, Stop> {
    let sites = desk.view.sites();
    let wanted = sites.iter().find(|site| site.as_str() == asked.query("site"));
    desk.who.site.as_ref().or(wanted).or(sites.first()).cloned().ok_or(Stop::NotFound)
}

/// Opened dosing sessions of a site for which no kit was dispensed.
pub fn without_kit(
    desk: &Desk<'_>,
    site: &SiteId,
    supply: &SupplyState,
) -> Vec<(SessionId, Box<SessionState>)> {
    let of_site = |session: &SessionId| site_of(&participant_of(session)) == *site;
    let sessions = desk.view.sessions().into_iter().filter(of_site);
    let open = sessions.filter(|session| supply.dispensed_for(session).is_none());
    let open =
        open.map(|session| (desk.view.session(&session), session)).map(|(seen, session)| (session, seen));
    open.filter(|(_, seen)| seen.kind() == Some(SessionKind::Dosing) && seen.closed.is_none()).collect()
}

pub fn show(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    if !rooms::stock(desk.who.role) {
        return Err(Stop::NotYours);
    }
    let site = site(desk, asked)?;
    desk.page(page(desk, &site).render(&desk.shell()))
}

fn page(desk: &Desk<'_>, site: &SiteId) -> StockPage {
    let supply = desk.view.supply(site);
    let zone = desk.zone_of(site);
    let keeps = desk.is(rooms::PHARMACIST) && desk.study.locked.is_none();
    let mut entries = desk.view.entries(&StreamId::Supply(site.clone()));
    lines::newest_first(&mut entries);
    entries.truncate(MOST_ENTRIES);
    let adds_up = supply.open_discrepancies.is_empty();
    let answer = if adds_up {
        "It adds up: no discrepancy is open".into()
    } else {
        let open = supply.open_discrepancies.len();
        format!("No: {}", words::count(open, "discrepancy is open", "discrepancies are open"))
    };
    let counted = supply.last_count.as_ref().map_or_else(
        || "not yet".into(),
        |count| {
            format!(
                "{}: {} counted, {} expected",
                words::moment(count.happened, &zone),
                count.value.1,
                count.value.0
            )
        },
    );
    let sites = desk.view.sites();
    let other_sites = sites.iter().map(|site| Link::new(site.as_str(), format!("/stock?site={site}")));
    StockPage {
        site: desk.site_name(site),
        answer,
        adds_up,
        facts: vec![
            Fact::new("In the safe", words::count(supply.in_stock(), "kit", "kits")),
            Fact::new(
                "Serves",
                words::count(
                    supply.covers as usize,
                    "participant, whichever arm",
                    "participants, whichever arms",
                ),
            ),
            Fact::new("Last count", counted),
        ],
        to_dispense: without_kit(desk, site, &supply)
            .iter()
            .map(|(session, seen)| to_dispense(desk, session, seen, keeps))
            .collect(),
        discrepancies: supply
            .open_discrepancies
            .iter()
            .map(|(entry, open)| Discrepancy {
                text: format!("Kit {} lacks {}", open.value.0, open.value.1),
                detail: format!("{}, entry {}", words::moment(open.happened, &zone), entry.short()),
                resolve: keeps.then(|| Link::new("Resolve", format!("/stock/discrepancies/{entry}"))),
            })
            .collect(),
        kits: kits(&supply, keeps),
        count: keeps.then(|| Link::new("Count the stock", "/stock/count")),
        days: lines::days(desk, &entries, &zone),
        sites: other_sites.collect(),
    }
}

fn to_dispense(desk: &Desk<'_>, session: &SessionId, seen: &SessionState, keeps: bool) -> ToDispense {
    let opened = seen.opened.as_ref();
    let zone = desk.zone_of(&site_of(&participant_of(session)));
    let mut form = desk.form("/stock/dispense");
    form.hidden = vec![("session".into(), session.to_string())];
    ToDispense {
        text: format!(
            "{}, dosing session {}",
            participant_of(session),
            opened.map_or(1, |opened| opened.value.1)
        ),
        detail: opened.map_or_else(String::new, |opened| {
            format!("opened {} by {}", opened.happened.clock(&zone), desk.name(&opened.by))
        }),
        form: keeps.then_some(form),
    }
}

/// Those that left the safe, the last one first.
fn kits(supply: &SupplyState, keeps: bool) -> Vec<KitRow> {
    let mut left: Vec<_> = supply
        .kits
        .iter()
        .filter(|(_, kit)| kit.dispensed.is_some() || kit.drawn > Micrograms::ZERO)
        .collect();
    left.sort_by_key(|(_, kit)| std::cmp::Reverse(kit.dispensed.as_ref().map(|to| to.happened)));
    let row = |(number, kit): (&terms::KitId, &KitState)| {
        let session = kit.dispensed.as_ref().map(|to| to.value.1.clone());
        KitRow {
            number: number.to_string(),
            session: session.as_ref().map_or_else(|| "none".into(), SessionId::to_string),
            drawn: kit.drawn.to_string(),
            balance: kit.balance().to_string(),
            returned: kit.returned.as_ref().map_or_else(|| "not yet".into(), |back| back.value.to_string()),
            take_back: session
                .filter(|_| keeps && kit.returned.is_none())
                .map(|session| Link::new("Take back", format!("/stock/returns/{session}"))),
        }
    };
    left.into_iter().map(row).collect()
}

// ---- dispense

pub fn dispense(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::PHARMACIST)?;
    let posted = desk.posted(asked);
    let session = session_of(desk, posted.value("session"))?;
    let receipt = desk.send(Command::new(
        posted.command("dispense"),
        desk.now,
        Act::Dispense { session: session.clone() },
    ))?;
    let kit = receipt.entries.iter().find_map(|entry| match &entry.body {
        record::Body::KitDispensed { kit, .. } => Some(kit.to_string()),
        _ => None,
    });
    desk.done("/stock", format!("Kit {} dispensed for {session}", kit.unwrap_or_default()), receipt.first())
}

fn session_of(desk: &Desk<'_>, text: &str) -> Result<SessionId, Stop> {
    let session = SessionId::new(text).map_err(|_| Stop::NotFound)?;
    if session.as_str().contains('.') && desk.view.session(&session).opened.is_some() {
        Ok(session)
    } else {
        Err(Stop::NotFound)
    }
}

// ---- two people

/// Pharmacists of the site other than the reader.
fn witnesses(desk: &Desk<'_>) -> Vec<Choice> {
    let others = desk
        .study
        .in_role(Role::Pharmacist, desk.who.site.as_ref())
        .filter(|person| **person != desk.who.person);
    std::iter::once(Choice::new("", "Choose"))
        .chain(others.map(|person| Choice::new(person.as_str(), desk.name(person))))
        .collect()
}

fn witness(desk: &Desk<'_>, posted: &mut Posted) -> Option<PersonId> {
    let others = desk
        .study
        .in_role(Role::Pharmacist, desk.who.site.as_ref())
        .filter(|person| **person != desk.who.person);
    let witness = others.into_iter().find(|person| person.as_str() == posted.value("witness")).cloned();
    if witness.is_none() {
        posted.fault("witness", "Choose who counted with you");
    }
    witness
}

fn ask(desk: &Desk<'_>, form: Form, title: String, mut fields: Vec<Field>, button: &str) -> Html {
    fields.push(Field::select(
        "witness",
        "Second person",
        "Two people handle a controlled drug.",
        witnesses(desk),
    ));
    let page = AskPage {
        form,
        title,
        back: Link::new("Back to the stock", "/stock"),
        fields,
        button: button.into(),
        ..AskPage::default()
    };
    page.render(&desk.shell())
}

// ---- return

pub fn return_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::PHARMACIST)?;
    let session = session_of(desk, asked.param("session"))?;
    desk.page(return_page(desk, &session, desk.form(&asked.path)))
}

fn return_page(desk: &Desk<'_>, session: &SessionId, form: Form) -> Html {
    let remaining = Field::Text(
        Text::decimal("remaining", "What is left in it")
            .unit("mg")
            .help("As labelled. Count it before you look at the ledger."),
    );
    ask(desk, form, format!("Take back the kit of {session}"), vec![remaining], "Take it back")
}

pub fn take_back(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::PHARMACIST)?;
    let session = session_of(desk, asked.param("session"))?;
    let mut posted = desk.posted(asked);
    let remaining = posted.number("remaining", "what is left", 0.0, 100_000.0);
    if remaining == Some(None) {
        posted.fault("remaining", "Enter what is left in mg; 0 if it is empty");
    }
    let witness = witness(desk, &mut posted);
    let (Some(Some(remaining)), Some(witness)) = (remaining, witness) else {
        return Ok(Reply::faulty(return_page(desk, &session, posted.form())));
    };
    let remaining = Micrograms((remaining * 1000.0).round() as i64);
    let act = Act::ReturnKit { session: session.clone(), remaining, witness };
    let receipt = desk.send(Command::new(posted.command("return"), desk.now, act))?;
    let found =
        receipt.entries.iter().any(|entry| matches!(entry.body, record::Body::DiscrepancyOpened { .. }));
    let text = if found {
        "Taken back; it does not add up, and a discrepancy is open"
    } else {
        "Taken back; it adds up"
    };
    desk.done("/stock", text, receipt.first())
}

// ---- count

pub fn count_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::PHARMACIST)?;
    desk.page(count_page(desk, desk.form(&asked.path)))
}

fn count_page(desk: &Desk<'_>, form: Form) -> Html {
    let counted = Field::Text(
        Text::whole("counted", "Kits in the safe").help("Count them before you look at the ledger."),
    );
    ask(desk, form, "Count the stock".into(), vec![counted], "Record the count")
}

pub fn count(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::PHARMACIST)?;
    let site = desk.who.site.clone().ok_or(Stop::NotFound)?;
    let mut posted = desk.posted(asked);
    let counted = posted.whole("counted", "how many there are", 0, 100_000);
    if counted == Some(None) {
        posted.fault("counted", "Enter how many kits are in the safe");
    }
    let witness = witness(desk, &mut posted);
    let (Some(Some(counted)), Some(witness)) = (counted, witness) else {
        return Ok(Reply::faulty(count_page(desk, posted.form())));
    };
    let act = Act::CountStock { site, counted: counted as u32, witness };
    let receipt = desk.send(Command::new(posted.command("count"), desk.now, act))?;
    let text = receipt.entries.iter().find_map(|entry| match entry.body {
        record::Body::StockCounted { expected, counted, .. } if expected == counted => {
            Some(format!("{counted} counted: it adds up"))
        }
        record::Body::StockCounted { expected, counted, .. } => {
            Some(format!("{counted} counted, {expected} expected: it does not add up"))
        }
        _ => None,
    });
    desk.done("/stock", text.unwrap_or_else(|| "Counted".into()), receipt.first())
}

// ---- resolve

pub fn resolve_form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::PHARMACIST)?;
    desk.page(resolve_page(desk, desk.form(&asked.path)))
}

fn resolve_page(desk: &Desk<'_>, form: Form) -> Html {
    let finding =
        Field::area("finding", "What was found", "What the cause was, and how the ledger was reconciled.");
    ask(desk, form, "Resolve a discrepancy".into(), vec![finding], "Resolve it")
}

pub fn resolve(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    desk.only(rooms::PHARMACIST)?;
    let site = desk.who.site.clone().ok_or(Stop::NotFound)?;
    let discrepancy = asked.param("entry").parse().map_err(|_| Stop::NotFound)?;
    let mut posted = desk.posted(asked);
    let finding = posted.words("finding", "Say what was found");
    let witness = witness(desk, &mut posted);
    let (Some(finding), Some(witness)) = (finding, witness) else {
        return Ok(Reply::faulty(resolve_page(desk, posted.form())));
    };
    let act = Act::ResolveDiscrepancy { site, discrepancy, finding, witness };
    let receipt = desk.send(Command::new(posted.command("resolve"), desk.now, act))?;
    desk.done("/stock", "Discrepancy resolved", receipt.first())
}
