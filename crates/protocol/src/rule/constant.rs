//! Rules that can never hold, or always do: most likely a slip, and then nobody would be enrolled, or everybody.
//!
//! Each number is tried at, below, between and above the constants that it is compared with, within the range
//! that it can have; each flag as yes and as no. For comparisons with constants that covers every case. Rules
//! that compare two variables, or use too many, are left alone.

use std::collections::BTreeMap;

use super::variables::{Kind, variable};
use super::{Is, Node, Problem, Value};
use crate::codes;

const MOST_CASES: usize = 4_096;

pub(super) fn check(root: &Node) -> Option<Problem> {
    let mut tried = BTreeMap::new();
    collect(root, &mut tried)?;
    if tried.is_empty() {
        return Some(say(root, "the rule does not depend on anything", "name a variable"));
    }
    let tried: Vec<(&str, Vec<Value>)> =
        tried.into_iter().map(|(name, constants)| (name, cases(name, constants))).collect();
    let number = tried.iter().try_fold(1usize, |product, (_, values)| product.checked_mul(values.len()))?;
    if number == 0 || number > MOST_CASES {
        return None;
    }
    let (mut ever, mut always) = (false, true);
    for mut case in 0..number {
        let mut picked = BTreeMap::new();
        for (name, values) in &tried {
            picked.insert(*name, values[case % values.len()]);
            case /= values.len();
        }
        match root.decide(&|name| picked.get(name).copied()).holds {
            Some(true) => ever = true,
            Some(false) => always = false,
            None => return None,
        }
    }
    let ranges: Vec<String> = tried.iter().filter_map(|(name, _)| range(name)).collect();
    let known = if ranges.is_empty() { String::new() } else { format!(" ({})", ranges.join("; ")) };
    if !ever {
        let message = format!("the rule never holds{known}");
        return Some(say(root, &message, "look for a number or a sign that is the wrong way round"));
    }
    always.then(|| say(root, &format!("the rule always holds{known}"), "take it out, or mend the number"))
}

fn say(root: &Node, message: &str, help: &str) -> Problem {
    Problem { code: codes::RULE_CONSTANT, message: message.into(), span: root.span, help: help.into() }
}

fn range(name: &str) -> Option<String> {
    match variable(name)?.kind {
        Kind::Number { min, max, .. } => Some(format!("`{name}` is {min} to {max}")),
        Kind::Flag => None,
    }
}

/// The constants that each name is compared with. `None` when two variables are compared.
fn collect<'a>(node: &'a Node, tried: &mut BTreeMap<&'a str, Vec<f64>>) -> Option<()> {
    match &node.is {
        Is::Number(_) | Is::Bool(_) => {}
        Is::Name(name) => {
            tried.entry(name).or_default();
        }
        Is::Not(inner) => collect(inner, tried)?,
        Is::All(parts) | Is::Any(parts) => {
            for part in parts {
                collect(part, tried)?;
            }
        }
        Is::Compare(left, _, right) => match (&left.is, &right.is) {
            (Is::Name(name), Is::Number(constant)) | (Is::Number(constant), Is::Name(name)) => {
                tried.entry(name).or_default().push(*constant);
            }
            (Is::Name(_), Is::Name(_)) => return None,
            _ => {
                collect(left, tried)?;
                collect(right, tried)?;
            }
        },
    }
    Some(())
}

fn cases(name: &str, mut constants: Vec<f64>) -> Vec<Value> {
    let Some(Kind::Number { min, max, .. }) = variable(name).map(|variable| variable.kind) else {
        return vec![Value::Bool(false), Value::Bool(true)];
    };
    constants.extend([min, max]);
    constants.sort_by(f64::total_cmp);
    constants.dedup();
    let between = constants.windows(2).map(|pair| f64::midpoint(pair[0], pair[1]));
    let all: Vec<f64> = constants.iter().copied().chain(between).collect();
    all.into_iter().filter(|value| (min..=max).contains(value)).map(Value::Number).collect()
}
