//! Accounts and sign-ins: passwords under argon2id, tokens hashed at rest, sessions that end by themselves.
//!
//! An account is one person in one role. Who holds which role is the record's to say; an account whose role
//! has ended signs in to nothing.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use axum::http::HeaderMap;
use record::Role;
use sha2::{Digest, Sha256};
use store::accounts::{Account, Accounts};
use terms::time::{HOUR_MS, MINUTE_MS};
use terms::{PersonId, SiteId};

use crate::app::App;
use crate::desk::random_128;
use crate::keeper::Failed;
use crate::request::cookie;

/// A session ends after so long without a request, and after so long in any case.
const IDLE_MS: i64 = 60 * MINUTE_MS;
const ABSOLUTE_MS: i64 = 12 * HOUR_MS;
/// How often a session that is in use is noted to be.
const NOTED_EVERY_MS: i64 = MINUTE_MS;
/// From this many wrong passwords in a row on, one has to wait: half a minute, then twice as long each time.
const SLOWED_FROM: u32 = 5;
const SHORTEST_WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 15 * MINUTE_MS;

pub type TokenHash = [u8; 32];

/// A person who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    pub login: String,
    pub person: PersonId,
    pub role: Role,
    pub site: Option<SiteId>,
    pub csrf: String,
    pub token: TokenHash,
}

/// The word of a role as accounts keep it: `unblinded_statistician`.
pub fn role_word(role: Role) -> String {
    role.name().replace([' ', '-'], "_")
}

fn role_of(word: &str) -> Option<Role> {
    Role::ALL.into_iter().find(|role| role_word(*role) == word)
}

/// Adds an account, or gives an existing one a new password, person, role and site.
///
/// # Errors
/// The storage failed.
pub fn add(
    accounts: &Accounts,
    login: &str,
    password: &str,
    person: &PersonId,
    role: Role,
    site: Option<&SiteId>,
) -> Result<(), Failed> {
    let account = Account {
        login: login.into(),
        person: person.to_string(),
        role: role_word(role),
        site: site.map(SiteId::to_string),
        password: hash(password)?,
        disabled: false,
        failures: 0,
        waits_until: 0,
    };
    Ok(accounts.put(&account)?)
}

/// Argon2id with 19 MiB, two passes, one lane (the defaults of the crate), under a salt of its own.
fn hash(password: &str) -> Result<String, Failed> {
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed
        .map(|hash| hash.to_string())
        .map_err(|why| Failed(format!("the password cannot be hashed: {why}").into()))
}

fn fits(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

/// What became of a try to sign in.
#[derive(Debug, PartialEq, Eq)]
pub enum Tried {
    /// The token for the cookie.
    SignedIn(String),
    /// Unknown, disabled, or the wrong password: which of them is not told.
    Wrong,
    /// Too many wrong passwords in a row: for how many seconds more to wait.
    Wait(i64),
}

/// Checks a password. Costs the same for a login that does not exist.
pub fn sign_in(app: &App, login: &str, password: &str) -> Result<Tried, Failed> {
    // Of a password that nobody has; only its cost counts.
    const NOBODY: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LW5vYm9keQ$0000000000000000000000000000000000000000000";
    let now = app.wall().0;
    let account = app.accounts().find(login)?;
    let (failures, waits_until) = match &account {
        Some(account) => (account.failures, account.waits_until),
        None => app.strangers().known(login),
    };
    if now < waits_until {
        return Ok(Tried::Wait((waits_until - now + 999) / 1000));
    }
    let known = account.as_ref().filter(|account| !account.disabled);
    let right = fits(password, known.map_or(NOBODY, |account| account.password.as_str()));
    if !(right && known.is_some()) {
        let waits_until = now + wait_after(failures + 1);
        match &account {
            Some(account) => app.accounts().failed(&account.login, waits_until)?,
            None => app.strangers().failed(login, failures + 1, waits_until),
        }
        return Ok(Tried::Wrong);
    }
    app.accounts().expire(now - ABSOLUTE_MS, now - IDLE_MS)?;
    let token = format!("{:032x}", random_128());
    let csrf = format!("{:032x}", random_128());
    app.accounts().sign_in(&token_hash(&token), login, &csrf, now)?;
    Ok(Tried::SignedIn(token))
}

/// How long to wait after so many wrong passwords in a row, in ms.
fn wait_after(failures: u32) -> i64 {
    match failures.checked_sub(SLOWED_FROM) {
        None => 0,
        Some(more) => SHORTEST_WAIT_MS.saturating_mul(1 << more.min(20)).min(LONGEST_WAIT_MS),
    }
}

fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// Who the cookie of a request belongs to; `None` if to nobody any more.
pub fn signed_in(app: &App, headers: &HeaderMap) -> Result<Option<Signed>, Failed> {
    let Some(token) = cookie(headers, &app.cookie_name()).map(token_hash) else { return Ok(None) };
    let Some((who, seen)) = of_token_seen(app, &token)? else { return Ok(None) };
    if app.wall().0 - seen > NOTED_EVERY_MS {
        app.accounts().seen(&token, app.wall().0)?;
    }
    Ok(Some(who))
}

/// Who holds this token; `None` if it is unknown or has expired. To ask is not to use it: a page that only
/// listens does not keep its reader signed in.
pub fn of_token(app: &App, token: &TokenHash) -> Result<Option<Signed>, Failed> {
    Ok(of_token_seen(app, token)?.map(|(who, _)| who))
}

fn of_token_seen(app: &App, token: &TokenHash) -> Result<Option<(Signed, i64)>, Failed> {
    let Some(session) = app.accounts().session(token)? else { return Ok(None) };
    let now = app.wall().0;
    if now - session.seen > IDLE_MS || now - session.created > ABSOLUTE_MS {
        app.accounts().sign_out(token)?;
        return Ok(None);
    }
    let Some(account) = app.accounts().find(&session.login)?.filter(|account| !account.disabled) else {
        return Ok(None);
    };
    let site = account.site.as_deref().map(SiteId::new).transpose();
    let (Ok(person), Some(role), Ok(site)) = (PersonId::new(&account.person), role_of(&account.role), site)
    else {
        return Ok(None);
    };
    let who = Signed { login: session.login, person, role, site, csrf: session.csrf, token: *token };
    Ok(Some((who, session.seen)))
}

/// Compares without telling by its time how much agrees.
pub fn same_text(left: &str, right: &str) -> bool {
    let (left, right) = (Sha256::digest(left.as_bytes()), Sha256::digest(right.as_bytes()));
    left.iter().zip(&right).fold(0u8, |differs, (one, other)| differs | (one ^ other)) == 0
}

/// Wrong tries with logins that do not exist: slowed like those that do, so that the wait tells nothing.
#[derive(Debug, Default)]
pub struct Strangers(std::sync::Mutex<std::collections::HashMap<TokenHash, (u32, i64)>>);

impl Strangers {
    /// So many are remembered; beyond that all are forgotten at once.
    const MOST: usize = 10_000;

    fn known(&self, login: &str) -> (u32, i64) {
        let known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        known.get(&token_hash(login)).copied().unwrap_or_default()
    }

    fn failed(&self, login: &str, failures: u32, waits_until: i64) {
        let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.len() >= Self::MOST {
            known.clear();
        }
        known.insert(token_hash(login), (failures, waits_until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_are_bounded() {
        assert_eq!(wait_after(4), 0);
        assert_eq!(wait_after(5), 30_000);
        assert_eq!(wait_after(6), 60_000);
        assert_eq!(wait_after(60), LONGEST_WAIT_MS);
    }

    #[test]
    fn roles_have_words_that_lead_back() {
        for role in Role::ALL {
            assert_eq!(role_of(&role_word(role)), Some(role));
        }
        assert_eq!(role_word(Role::DataMonitoringBoard), "data_monitoring_board");
    }

    #[test]
    fn texts_are_the_same_or_not() {
        assert!(same_text("abc", "abc"));
        assert!(!same_text("abc", "abd") && !same_text("", "a"));
    }

    #[test]
    fn the_hash_that_stands_for_nobody_can_be_read() {
        let nobody = hash("x").unwrap();
        assert!(fits("x", &nobody) && !fits("y", &nobody));
    }
}
