//! `/participants`: everybody the reader sees, filtered by stage and site.

use protocol::study::VisitKind;
use record::command::site_of;
use record::state::Stage;
use terms::{ParticipantId, SiteId};

use super::steps::Case;
use crate::desk::{Desk, Outcome, Stop};
use crate::pages::form::Choice;
use crate::pages::layout::Link;
use crate::pages::marks::{Tag, Tone};
use crate::pages::participants::{NextDue, ParticipantRow, ParticipantsPage};
use crate::plan;
use crate::request::Asked;
use crate::rooms;
use crate::words;

const PER_PAGE: usize = 25;

pub fn show(desk: &Desk<'_>, asked: &Asked) -> Outcome {
    if !rooms::participants(desk.who.role) {
        return Err(Stop::NotYours);
    }
    let stage = Stage::ALL
        .iter()
        .map(|stage| stage.name())
        .find(|name| *name == asked.query("stage"))
        .unwrap_or_default();
    let site = SiteId::new(asked.query("site")).map(|site| site.to_string()).unwrap_or_default();
    let last_dosing = desk.protocol.visits.iter().rev().find(|visit| visit.kind == VisitKind::Dosing);
    let last_dosing = last_dosing.map(|visit| &visit.id);
    let mut found = Vec::new();
    let mut all = 0;
    for id in desk.view.participants() {
        let Ok(seen) = desk.participant_state(&id) else { continue };
        all += 1;
        let at = seen.stage(last_dosing);
        if (stage.is_empty() || at.name() == stage)
            && (site.is_empty() || site_of(&id).as_str() == site.as_str())
        {
            found.push((id, seen, at));
        }
    }
    let count = found.len();
    let pages = count.div_ceil(PER_PAGE).max(1);
    let page = asked.query("page").parse::<usize>().unwrap_or(1).clamp(1, pages);
    let from = (page - 1) * PER_PAGE;
    let rows: Vec<ParticipantRow> =
        found.into_iter().skip(from).take(PER_PAGE).map(|(id, seen, at)| row(desk, id, seen, at)).collect();
    let to = |page: usize| format!("/participants?stage={}&site={site}&page={page}", stage.replace(' ', "+"));
    let html = ParticipantsPage {
        summary: words::count(all, "participant", "participants"),
        stages: stages(),
        stage: stage.into(),
        sites: sites(desk),
        site: site.clone(),
        shown: format!("{} to {} of {count}", (from + 1).min(count), from + rows.len()),
        rows,
        previous: (page > 1).then(|| to(page - 1)),
        next: (page < pages).then(|| to(page + 1)),
        refer: desk.is(rooms::ENROLLING).then(|| Link::new("Refer a participant", "/participants/new")),
    };
    desk.page(html.render(&desk.shell()))
}

fn stages() -> Vec<Choice> {
    let known = Stage::ALL.iter().map(|stage| Choice::new(stage.name(), words::capital(stage.name())));
    std::iter::once(Choice::new("", "All stages")).chain(known).collect()
}

/// Sites of which the reader sees anything, if there are several.
fn sites(desk: &Desk<'_>) -> Vec<Choice> {
    let known: Vec<SiteId> = desk.view.sites();
    if known.len() < 2 {
        return Vec::new();
    }
    let known = known.iter().map(|site| Choice::new(site.as_str(), desk.site_name(site)));
    std::iter::once(Choice::new("", "All sites")).chain(known).collect()
}

fn row(
    desk: &Desk<'_>,
    id: ParticipantId,
    seen: Box<record::state::ParticipantState>,
    stage: Stage,
) -> ParticipantRow {
    let case = Case::new(desk, id, seen);
    let planned = case.plan();
    let step = case.enrolment().into_iter().next();
    let next = match (case.is_gone(), step) {
        (true, _) => None,
        (false, Some(step)) => Some(NextDue { state: step.state, text: step.text, when: "enrolment".into() }),
        (false, None) => plan::next(&planned).map(|one| NextDue {
            state: one.state,
            text: one.title(),
            when: one.when(&case.zone),
        }),
    };
    let deviations = case.seen.deviations.len();
    let mut tags = Vec::new();
    if deviations > 0 {
        tags.push(Tag::new(Tone::Attention, words::count(deviations, "deviation", "deviations")));
    }
    ParticipantRow {
        href: format!("/participants/{}", case.id),
        site: site_of(&case.id).to_string(),
        stage: words::capital(stage.name()),
        strip: plan::strip(&planned),
        next,
        tags,
        id: case.id.to_string(),
    }
}
