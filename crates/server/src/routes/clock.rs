//! `/clock`: moves a rehearsal's clock on, for everybody.

use record::{Act, Command};

use crate::desk::{Desk, Outcome, Stop};
use crate::pages::clock::ClockPage;
use crate::pages::form::Choice;
use crate::pages::{Form, Html};
use crate::request::{Asked, Reply};

/// Value, words, minutes.
const STEPS: [(&str, &str, i64); 7] = [
    ("5m", "5 minutes", 5),
    ("15m", "15 minutes", 15),
    ("30m", "30 minutes", 30),
    ("1h", "1 hour", 60),
    ("4h", "4 hours", 240),
    ("1d", "1 day", 1440),
    ("1w", "1 week", 10_080),
];

/// A real study has no such page.
fn in_a_rehearsal(desk: &Desk<'_>) -> Result<(), Stop> {
    if desk.study.is_rehearsal() { Ok(()) } else { Err(Stop::NotFound) }
}

pub fn form(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    in_a_rehearsal(desk)?;
    desk.page(page(desk, desk.form(&asked.path)))
}

fn page(desk: &Desk<'_>, form: Form) -> Html {
    let steps = STEPS.iter().map(|(value, text, _)| Choice::new(*value, *text)).collect();
    ClockPage { form, now: desk.moment(desk.now), steps }.render(&desk.shell())
}

pub fn advance(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    in_a_rehearsal(desk)?;
    let mut posted = desk.posted(asked);
    let step = STEPS.iter().find(|(value, ..)| *value == posted.value("advance"));
    let Some((_, text, minutes)) = step else {
        posted.fault("advance", "Choose by how much");
        return Ok(Reply::faulty(page(desk, posted.form())));
    };
    let to = desk.now.plus_minutes(*minutes);
    let receipt = desk.send(Command::new(posted.command("clock"), desk.now, Act::MoveClock { to }))?;
    desk.done("/", format!("The clock moved on by {text}: it is {} now", desk.moment(to)), receipt.first())
}
