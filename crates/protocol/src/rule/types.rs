//! Whether each name in a rule is known, and used as the number or the flag that it is.

use super::variables::{Kind, variable, variables};
use super::{Comparison, Is, Node, Problem};
use crate::codes;
use crate::suggest;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    Number,
    Flag,
    /// Unknown name: reported once, and no further complaint about it.
    Unknown,
}

pub(super) fn check(root: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    expect_flag(root, &mut problems);
    problems.sort_by_key(|problem| problem.span);
    problems
}

fn expect_flag(node: &Node, problems: &mut Vec<Problem>) {
    if type_of(node, problems) == Type::Number {
        let message = format!("{} is a number, and a yes or no is expected here", said(node));
        let help = String::from("compare it, as in `age_years >= 18`");
        problems.push(Problem { code: codes::RULE_TYPES, message, span: node.span, help });
    }
}

fn type_of(node: &Node, problems: &mut Vec<Problem>) -> Type {
    match &node.is {
        Is::Number(_) => Type::Number,
        Is::Bool(_) => Type::Flag,
        Is::Name(name) => match variable(name).map(|variable| variable.kind) {
            Some(Kind::Number { .. }) => Type::Number,
            Some(Kind::Flag) => Type::Flag,
            None => {
                let known = variables().iter().map(|variable| variable.name.as_str());
                problems.push(Problem {
                    code: codes::UNKNOWN_VARIABLE,
                    message: format!("no variable is called `{name}`"),
                    span: node.span,
                    help: suggest::help(name, known),
                });
                Type::Unknown
            }
        },
        Is::Not(inner) => {
            expect_flag(inner, problems);
            Type::Flag
        }
        Is::All(parts) | Is::Any(parts) => {
            parts.iter().for_each(|part| expect_flag(part, problems));
            Type::Flag
        }
        Is::Compare(left, comparison, right) => {
            compare(left, *comparison, right, problems);
            Type::Flag
        }
    }
}

fn compare(left: &Node, comparison: Comparison, right: &Node, problems: &mut Vec<Problem>) {
    let types = (type_of(left, problems), type_of(right, problems));
    let ordered = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
    let (node, message, help) = match types {
        (Type::Unknown, _) | (_, Type::Unknown) | (Type::Number, Type::Number) => return,
        (Type::Flag, Type::Flag) if !ordered => return,
        (Type::Flag, _) if ordered => {
            (left, format!("{} is a yes or no, and has no order", said(left)), "use it alone, or with `!`")
        }
        (_, Type::Flag) if ordered => {
            (right, format!("{} is a yes or no, and has no order", said(right)), "use it alone, or with `!`")
        }
        _ => (right, String::from("a number is compared with a yes or no"), "compare like with like"),
    };
    problems.push(Problem { code: codes::RULE_TYPES, message, span: node.span, help: help.into() });
}

fn said(node: &Node) -> String {
    match &node.is {
        Is::Name(name) => match variable(name).map(|variable| variable.kind) {
            Some(Kind::Number { unit, .. }) if !unit.is_empty() => format!("`{name}` (in {unit})"),
            _ => format!("`{name}`"),
        },
        _ => String::from("this"),
    }
}
