//! The parts of the report.

use analysis::{Comparison, Difference, Fitted, LsMean, Model, Observed, ReadOut, Response};
use maud::{Markup, html};
use record::body::Guesser;
use terms::ArmId;

use crate::figures;
use crate::number::{fixed, p_value, percent, with_limits};
use crate::sources::Sources;

fn arm_name<'a>(read_out: &'a ReadOut, arm: &ArmId) -> &'a str {
    read_out.arms.iter().find(|known| known.id == *arm).map_or("?", |known| known.name.as_str())
}

fn instrument_name(instrument: &str) -> String {
    instrument.to_uppercase()
}

pub fn primary(read_out: &ReadOut, sources: &mut Sources) -> Markup {
    let model = &read_out.primary;
    html! {
        @match &model.outcome {
            Err(why) => p.not-fitted { "The primary model was not fitted: " (why) "." },
            Ok(fitted) => {
                (headline(read_out, model, fitted, sources))
                (figures::trajectory(read_out))
                (observed_table(read_out, &model.instrument, sources))
                h3 { "Least-squares means of the change" }
                (model_table(read_out, fitted, "primary endpoint", sources))
            }
        }
    }
}

/// The result in a sentence.
fn headline(read_out: &ReadOut, model: &Model, fitted: &Fitted, sources: &mut Sources) -> Markup {
    let Some(last) = fitted.timepoints.last() else { return html! {} };
    let Some(difference) = fitted.differences.iter().rev().find(|one| one.timepoint == *last) else {
        return html! {};
    };
    let mean = |arm: &ArmId| fitted.ls_means.iter().find(|one| one.timepoint == *last && one.arm == *arm);
    let reference = read_out.arms.iter().find(|arm| arm.reference);
    let (Some(one), Some(other)) = (mean(&difference.arm), reference.and_then(|arm| mean(&arm.id))) else {
        return html! {};
    };
    html! {
        p.headline {
            "At " (last) " the " (instrument_name(&model.instrument)) " had changed by "
            (sources.link(&fixed(one.estimate, 1), &fitted.sources)) " points with " (arm_name(read_out, &one.arm))
            " and by " (sources.link(&fixed(other.estimate, 1), &fitted.sources)) " with "
            (arm_name(read_out, &other.arm)) ": a difference of "
            strong { (sources.link(&with_limits(difference.estimate, difference.limits, 1), &fitted.sources)) }
            @if let Some(effect) = &difference.effect_size {
                ", effect size " (sources.link(&fixed(effect.value.abs(), 2), &effect.sources))
            }
            ", p " @if difference.p >= 0.001 { "= " } (p_value(difference.p)) "."
        }
        p.quiet {
            (fitted.participants) " participants with " (fitted.observations)
            " ratings after baseline; least-squares means with 95 % limits."
        }
    }
}

fn model_table(read_out: &ReadOut, fitted: &Fitted, name: &str, sources: &mut Sources) -> Markup {
    let mean = |arm: &ArmId, timepoint: &str| -> Option<&LsMean> {
        fitted.ls_means.iter().find(|one| one.arm == *arm && one.timepoint == timepoint)
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Least-squares means, " (name) } {
            table {
                thead {
                    tr {
                        th scope="col" { "Timepoint" }
                        @for arm in &read_out.arms { th scope="col" { (arm.name) } }
                        th scope="col" { "Difference (95 % limits)" }
                        th scope="col" { "SE" }
                        th scope="col" { "df" }
                        th scope="col" { "p" }
                        th scope="col" { "Effect size" }
                    }
                }
                tbody {
                    @for difference in &fitted.differences {
                        tr {
                            th scope="row" { (difference.timepoint) }
                            @for arm in &read_out.arms {
                                td { @if let Some(mean) = mean(&arm.id, &difference.timepoint) {
                                    (sources.link(&with_limits(mean.estimate, mean.limits, 1), &fitted.sources))
                                } }
                            }
                            (difference_cells(difference, fitted, sources))
                        }
                    }
                }
            }
        }
        @if !fitted.aliased.is_empty() {
            p.quiet { "Dropped, because other terms say the same: " (fitted.aliased.join(", ")) "." }
        }
    }
}

fn difference_cells(difference: &Difference, fitted: &Fitted, sources: &mut Sources) -> Markup {
    html! {
        td { (sources.link(&with_limits(difference.estimate, difference.limits, 1), &fitted.sources)) }
        td { (fixed(difference.se, 2)) }
        td { (fixed(difference.df, 1)) }
        td { (p_value(difference.p)) }
        td { @if let Some(effect) = &difference.effect_size { (sources.value(effect, 2)) } }
    }
}

fn observed_table(read_out: &ReadOut, instrument: &str, sources: &mut Sources) -> Markup {
    let rows: Vec<&Observed> = read_out.observed.iter().filter(|one| one.instrument == instrument).collect();
    let mut timepoints: Vec<&str> = Vec::new();
    for row in &rows {
        if !timepoints.contains(&row.timepoint.as_str()) {
            timepoints.push(&row.timepoint);
        }
    }
    let at =
        |arm: &ArmId, timepoint: &str| rows.iter().find(|one| one.arm == *arm && one.timepoint == timepoint);
    html! {
        h3 { "Observed scores" }
        div.scroll tabindex="0" role="region" aria-label={ "Observed scores, " (instrument_name(instrument)) } {
            table {
                thead {
                    tr {
                        th rowspan="2" scope="col" { "Timepoint" }
                        @for arm in &read_out.arms { th colspan="3" scope="colgroup" { (arm.name) } }
                    }
                    tr { @for _ in &read_out.arms { th scope="col" { "n" } th scope="col" { "Mean (SD)" } th scope="col" { "Change (SD)" } } }
                }
                tbody {
                    @for timepoint in timepoints {
                        tr {
                            th scope="row" { (timepoint) }
                            @for arm in &read_out.arms {
                                @if let Some(row) = at(&arm.id, timepoint) { (observed_cells(row, sources)) }
                                @else { td {} td {} td {} }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn observed_cells(row: &Observed, sources: &mut Sources) -> Markup {
    let mut pair = |mean: &Option<analysis::Figure<f64>>, sd: &Option<analysis::Figure<f64>>| match mean {
        None => html! { "\u{2013}" },
        Some(mean) => {
            let sd = sd.as_ref().map_or(String::from("\u{2013}"), |sd| fixed(sd.value, 1));
            sources.link(&format!("{} ({sd})", fixed(mean.value, 1)), &mean.sources)
        }
    };
    let (score, change) = (pair(&row.mean, &row.sd), pair(&row.mean_change, &row.sd_change));
    html! { td { (sources.count(&row.n)) } td { (score) } td { (change) } }
}

pub fn comparison(rows: &[Comparison], read_out: &ReadOut) -> Markup {
    let name = |what: &str| match what {
        "mean_change" => "Mean change",
        "sd_change" => "SD of the change",
        "mean_score" => "Mean score",
        "sd_score" => "SD of the score",
        "response" => "Response, %",
        "loss_of_diagnosis" => "Loss of diagnosis, %",
        "remission" => "Remission, %",
        "assessed" => "Assessed",
        _ => "?",
    };
    let arm = |id: &str| {
        read_out.arms.iter().find(|arm| arm.id.as_str() == id).map_or(id.to_owned(), |arm| arm.name.clone())
    };
    html! {
        p { "What this study shows beside the published trial whose design it follows. One study scatters about the truth: a mean by about 2 points, a share by about 7 per cent." }
        div.scroll tabindex="0" role="region" aria-label="Comparison with the published trial" {
            table {
                thead { tr {
                    th scope="col" { "Figure" } th scope="col" { "Arm" } th scope="col" { "Timepoint" }
                    th scope="col" { "Published" } th scope="col" { "Here" } th scope="col" { "Difference" }
                } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { (name(&row.published.what)) @if !row.published.verified { " (unverified)" } }
                            td { (arm(&row.published.arm)) }
                            td { (row.published.timepoint) }
                            td { (fixed(row.published.value, 1)) }
                            @if let Some(here) = row.here {
                                td { (fixed(here, 1)) }
                                td { (fixed(here - row.published.value, 1)) }
                            } @else { td { "\u{2013}" } td { "\u{2013}" } }
                        }
                    }
                }
            }
        }
    }
}

pub fn responses(read_out: &ReadOut, sources: &mut Sources) -> Markup {
    html! {
        p { "Among those assessed; shares with Wilson's limits, differences with Newcombe's, all at 95 %." }
        (figures::shares(read_out))
        div.scroll tabindex="0" role="region" aria-label="Responses" {
            table {
                thead { tr {
                    th scope="col" { "Endpoint" }
                    @for arm in &read_out.arms { th scope="col" { (arm.name) } }
                    th scope="col" { "Difference" }
                } }
                tbody { @for response in &read_out.responses { (response_row(response, sources)) } }
            }
        }
    }
}

fn response_row(response: &Response, sources: &mut Sources) -> Markup {
    html! {
        tr {
            th scope="row" { (response.name) ", " (response.timepoint) }
            @for arm in &response.arms {
                td {
                    @match (arm.share(), arm.limits) {
                        (Some(share), Some((low, high))) => {
                            (sources.link(&format!("{} of {}", arm.met.value, arm.assessed), &arm.met.sources))
                            ", " (percent(share)) " (" (percent(low)) " to " (percent(high)) ")"
                        }
                        _ => "nobody assessed",
                    }
                }
            }
            td {
                @for difference in &response.differences {
                    @let (low, high) = difference.limits;
                    (sources.link(&percent(difference.difference), &difference.sources))
                    " (" (percent(low)) " to " (percent(high)) ")"
                }
            }
        }
    }
}

pub fn secondary(read_out: &ReadOut, sources: &mut Sources) -> Markup {
    html! {
        h3 { (instrument_name(&read_out.de_facto.instrument)) ", all data (de facto)" }
        p { "The same model with ratings after treatment was stopped counted as well." }
        (model_or_why(read_out, &read_out.de_facto, sources))
        @for model in &read_out.secondary {
            h3 { (instrument_name(&model.instrument)) ", change" }
            (model_or_why(read_out, model, sources))
            (observed_table(read_out, &model.instrument, sources))
        }
    }
}

fn model_or_why(read_out: &ReadOut, model: &Model, sources: &mut Sources) -> Markup {
    let data = if model.on_treatment { "on treatment" } else { "all data" };
    let name = format!("{}, {data}", instrument_name(&model.instrument));
    match &model.outcome {
        Ok(fitted) => model_table(read_out, fitted, &name, sources),
        Err(why) => html! { p.not-fitted { "Not fitted: " (why) "." } },
    }
}

pub fn disposition(read_out: &ReadOut, sources: &mut Sources) -> Markup {
    let flow = &read_out.disposition;
    html! {
        div.flow {
            div.flow-step { strong { "Referred" } " " (sources.count(&flow.referred)) }
            div.flow-step { strong { "Consented" } " " (sources.count(&flow.consented)) }
            div.flow-aside {
                strong { "Not enrolled" } " " (sources.count(&flow.not_enrolled))
                ul { @for (reason, count) in &flow.reasons { li { (sources.count(count)) " \u{2013} " (reason) } } }
            }
            div.flow-step { strong { "Randomised" } " " (sources.count(&flow.randomised)) }
            div.flow-arms {
                @for arm in &flow.arms {
                    div.flow-arm {
                        h3 { (arm_name(read_out, &arm.arm)) }
                        dl {
                            div { dt { "Randomised" } dd { (sources.count(&arm.randomised)) } }
                            div { dt { "Treated" } dd { (sources.count(&arm.treated)) } }
                            @for (timepoint, assessed) in &arm.assessed {
                                div { dt { "Assessed at " (timepoint) } dd { (sources.count(assessed)) } }
                            }
                            div { dt { "Completed" } dd { (sources.count(&arm.completed)) } }
                            @for (why, count) in &arm.stopped {
                                div { dt { "Stopped: " (why) } dd { (sources.count(count)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn safety(read_out: &ReadOut, sources: &mut Sources) -> Markup {
    let safety = &read_out.safety;
    html! {
        p { "Participants with at least one event, among those with at least one dose." }
        div.scroll tabindex="0" role="region" aria-label="Adverse events" {
            table {
                thead { tr {
                    th scope="col" { "Event" }
                    @for (arm, treated) in read_out.arms.iter().zip(&safety.treated) {
                        th scope="col" { (arm.name) " (n = " (treated) ")" }
                    }
                } }
                tbody.overall { @for row in &safety.overall { (event_row(row, &safety.treated, sources)) } }
                tbody { @for row in &safety.terms { (event_row(row, &safety.treated, sources)) } }
            }
        }
        h3 { "Exposure, and the highest vital signs in a dosing session" }
        div.scroll tabindex="0" role="region" aria-label="Exposure and vital signs" {
            table {
                thead { tr { th scope="col" { "Measure" } @for arm in &read_out.arms { th scope="col" { (arm.name) } } } }
                tbody {
                    tr {
                        th scope="row" { "Dosing sessions" }
                        @for exposure in &safety.exposure { td { (sources.count(&exposure.sessions)) } }
                    }
                    tr {
                        th scope="row" { "Labelled mass given per participant, mg, mean" }
                        @for exposure in &safety.exposure {
                            td { @if let Some(mean) = &exposure.mean_mass_mg { (sources.value(mean, 1)) } }
                        }
                    }
                    @for peak in &safety.peaks {
                        tr {
                            th scope="row" { (peak.vital) ", " (peak.unit) ", mean of the highest (SD)" }
                            @for (mean, sd) in peak.means.iter().zip(&peak.sds) {
                                td { @if let Some(mean) = mean {
                                    (sources.link(&format!("{} ({})", fixed(mean.value, 1), sd.map_or(String::from("\u{2013}"), |sd| fixed(sd, 1))), &mean.sources))
                                } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn event_row(row: &analysis::EventRow, treated: &[usize], sources: &mut Sources) -> Markup {
    html! {
        tr {
            th scope="row" { (row.name) }
            @for (figure, treated) in row.participants.iter().zip(treated) {
                td {
                    (sources.count(figure))
                    @if *treated > 0 { " (" (percent(figure.value as f64 / *treated as f64)) ")" }
                }
            }
        }
    }
}

pub fn blinding(read_out: &ReadOut, sources: &mut Sources) -> Markup {
    let who = |by: Guesser| match by {
        Guesser::Participant => "Participants",
        Guesser::Therapist => "Therapists",
        Guesser::IndependentRater => "Independent raters",
    };
    html! {
        p { "Bang's index is 1 when everybody knows, 0 when guesses are as by chance, and \u{2212}1 when everybody is wrong." }
        div.scroll tabindex="0" role="region" aria-label="Guesses" {
            table {
                thead { tr {
                    th scope="col" { "Who guessed" } th scope="col" { "Arm" } th scope="col" { "Right" }
                    th scope="col" { "Wrong" } th scope="col" { "Unsure" } th scope="col" { "Bang's index" }
                } }
                tbody {
                    @for guesses in &read_out.guesses {
                        tr {
                            th scope="row" { (who(guesses.by)) }
                            td { (arm_name(read_out, &guesses.arm)) }
                            td { (sources.count(&guesses.correct)) }
                            td { (sources.count(&guesses.wrong)) }
                            td { (sources.count(&guesses.unsure)) }
                            td { @if let Some(bang) = guesses.bang { (fixed(bang, 2)) } @else { "\u{2013}" } }
                        }
                    }
                }
            }
        }
    }
}

pub fn methods(read_out: &ReadOut, meta: &crate::Meta) -> Markup {
    let fitted = read_out.primary.outcome.as_ref().ok();
    html! {
        h3 { "Estimand" }
        dl.estimand {
            @for (attribute, words) in &read_out.study.estimand { div { dt { (attribute) } dd { (words) } } }
        }
        h3 { "Model" }
        p {
            "Mixed model for repeated measures by restricted maximum likelihood: " code { (read_out.primary.formula) }
            ", unstructured covariance between visits, Satterthwaite's degrees of freedom from the observed information. "
            "Least-squares means weigh sites alike and stand at the mean baseline of the ratings used."
        }
        @if let Some(fitted) = fitted {
            p {
                "\u{2212}2 restricted log-likelihood " (fixed(fitted.minus_2_reml, 3)) " after " (fitted.iterations)
                " iterations. Covariance between visits: "
                @for (timepoint, row) in fitted.timepoints.iter().zip(&fitted.covariance) {
                    (timepoint) " " (row.iter().map(|value| fixed(*value, 1)).collect::<Vec<_>>().join(", ")) "; "
                }
                "in points squared."
            }
        }
        p {
            "Analysed were randomised participants with at least one dose and one rating after baseline. "
            "Effect size: the difference over the pooled standard deviation of the observed changes."
        }
        @if read_out.study.rehearsal_only {
            p.not-fitted { "The protocol of this study rests on assumptions that only a rehearsal may use." }
        }
        @if meta.rehearsal {
            p { "Participants are virtual. Their outcomes were drawn to match the published trial; they are evidence of nothing but that the software works." }
        }
    }
}
