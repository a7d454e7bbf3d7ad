//! Rules of eligibility: `caps5_total >= 28 && !drug_screen_positive`.
//!
//! The language is a small part of CEL: comparisons, `&&`, `||`, `!`, parentheses, numbers, `true`, `false`,
//! and names from [`variables`]. A rule has three answers: it holds, it does not, or what is known does not
//! decide it yet. Read [`Rule::read`], then [`Rule::decide`].

mod constant;
mod parse;
mod types;
mod variables;

pub use variables::{Kind, Variable, variables};

use terms::{Code, Span};

/// A checked rule: it can be read, and each name in it is known and used as what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    text: String,
    root: Node,
    variables: Vec<String>,
}

/// What is known of a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    Bool(bool),
}

/// What a rule says on what is known, and by what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// `None`: not decided yet.
    pub holds: Option<bool>,
    /// The variables that decided it, in the order of the rule.
    pub because: Vec<String>,
    /// When it is not decided: the variables that could still decide it.
    pub missing: Vec<String>,
}

/// Something wrong with a rule; the place is in the rule's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub code: Code,
    pub message: String,
    pub span: Span,
    pub help: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    span: Span,
    is: Is,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Is {
    Number(f64),
    Bool(bool),
    Name(String),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Compare(Box<Node>, Comparison, Box<Node>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
}

impl Rule {
    /// Reads and checks `text`. All problems are told, in their order in the text.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let root = parse::parse(text).map_err(|problem| vec![problem])?;
        let mut problems = types::check(&root);
        if problems.is_empty() {
            problems.extend(constant::check(&root));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut variables = Vec::new();
        root.names(&mut |name| {
            if !variables.iter().any(|known| known == name) {
                variables.push(name.to_owned());
            }
        });
        Ok(Self { text: text.into(), root, variables })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names that the rule uses, each once, in order.
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Whether the rule holds on what is `known`; `None` while that does not decide it.
    pub fn eval(&self, known: &dyn Fn(&str) -> Option<Value>) -> Option<bool> {
        self.decide(known).holds
    }

    /// As [`Rule::eval`], with the variables that decided it or could.
    ///
    /// ```
    /// use protocol::rule::{Rule, Value};
    /// let rule = Rule::read("age_years >= 18 && caps5_total >= 28").unwrap();
    /// let young = rule.decide(&|name| (name == "age_years").then_some(Value::Number(17.0)));
    /// assert_eq!(young.holds, Some(false), "the total cannot change that");
    /// assert_eq!(young.because, ["age_years"]);
    /// let grown = rule.decide(&|name| (name == "age_years").then_some(Value::Number(41.0)));
    /// assert_eq!((grown.holds, grown.missing), (None, vec!["caps5_total".into()]));
    /// ```
    pub fn decide(&self, known: &dyn Fn(&str) -> Option<Value>) -> Decision {
        let mut decision = self.root.decide(known);
        for names in [&mut decision.because, &mut decision.missing] {
            names.sort_by_key(|name| self.variables.iter().position(|known| known == name));
            names.dedup();
        }
        decision
    }
}

impl Node {
    fn names<'a>(&'a self, tell: &mut impl FnMut(&'a str)) {
        match &self.is {
            Is::Number(_) | Is::Bool(_) => {}
            Is::Name(name) => tell(name),
            Is::Not(inner) => inner.names(tell),
            Is::All(parts) | Is::Any(parts) => parts.iter().for_each(|part| part.names(tell)),
            Is::Compare(left, _, right) => {
                left.names(tell);
                right.names(tell);
            }
        }
    }

    fn decide(&self, known: &dyn Fn(&str) -> Option<Value>) -> Decision {
        match &self.is {
            Is::Bool(holds) => Decision { holds: Some(*holds), ..Decision::default() },
            Is::Not(inner) => {
                let inner = inner.decide(known);
                Decision { holds: inner.holds.map(|holds| !holds), ..inner }
            }
            Is::All(parts) => joined(parts, known, false),
            Is::Any(parts) => joined(parts, known, true),
            Is::Name(_) => leaf(self, known, |values| match values {
                [Value::Bool(flag), ..] => Some(*flag),
                _ => None,
            }),
            Is::Compare(_, comparison, _) => leaf(self, known, |values| match values {
                [left, right] => comparison.holds(*left, *right),
                _ => None,
            }),
            // The types of a rule are checked when it is read: a number alone is no rule.
            Is::Number(_) => Decision::default(),
        }
    }

    fn value(&self, known: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
        match &self.is {
            Is::Number(number) => Some(Value::Number(*number)),
            Is::Bool(flag) => Some(Value::Bool(*flag)),
            Is::Name(name) => known(name),
            _ => self.decide(known).holds.map(Value::Bool),
        }
    }
}

/// A name or a comparison: decided by its own values, once all are known and of the right kind.
fn leaf(
    node: &Node,
    known: &dyn Fn(&str) -> Option<Value>,
    holds: impl Fn(&[Value]) -> Option<bool>,
) -> Decision {
    let operands: Vec<&Node> = match &node.is {
        Is::Compare(left, _, right) => vec![left, right],
        _ => vec![node],
    };
    let values: Option<Vec<Value>> = operands.iter().map(|operand| operand.value(known)).collect();
    let mut names = Vec::new();
    node.names(&mut |name| names.push(name.to_owned()));
    match values.and_then(|values| holds(&values)) {
        Some(holds) => Decision { holds: Some(holds), because: names, missing: Vec::new() },
        None => {
            names.retain(|name| known(name).is_none());
            Decision { holds: None, because: Vec::new(), missing: names }
        }
    }
}

/// `&&` when `settles` is false, `||` when it is true: the first part that settles it is the reason.
fn joined(parts: &[Node], known: &dyn Fn(&str) -> Option<Value>, settles: bool) -> Decision {
    let parts: Vec<Decision> = parts.iter().map(|part| part.decide(known)).collect();
    if let Some(settled) = parts.iter().find(|part| part.holds == Some(settles)) {
        return settled.clone();
    }
    let open = parts.iter().any(|part| part.holds.is_none());
    let holds = (!open).then_some(!settles);
    let because =
        if open { Vec::new() } else { parts.iter().flat_map(|part| part.because.clone()).collect() };
    Decision { holds, because, missing: parts.into_iter().flat_map(|part| part.missing).collect() }
}

impl Comparison {
    fn holds(self, left: Value, right: Value) -> Option<bool> {
        match (left, right) {
            (Value::Number(left), Value::Number(right)) => Some(match self {
                Self::Less => left < right,
                Self::AtMost => left <= right,
                Self::More => left > right,
                Self::AtLeast => left >= right,
                Self::Equal => left == right,
                Self::Unequal => left != right,
            }),
            (Value::Bool(left), Value::Bool(right)) => match self {
                Self::Equal => Some(left == right),
                Self::Unequal => Some(left != right),
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(text: &str) -> impl Fn(&str) -> Option<Value> {
        let pairs: Vec<(String, Value)> = text
            .split_whitespace()
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap();
                let number = value.parse().map(Value::Number);
                (name.to_owned(), number.unwrap_or_else(|_| Value::Bool(value == "yes")))
            })
            .collect();
        move |name| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }

    #[track_caller]
    fn check(rule: &str, on: &str, holds: Option<bool>, by: &str) {
        let decision = Rule::read(rule).unwrap().decide(&known(on));
        let names = if holds.is_some() { decision.because } else { decision.missing };
        assert_eq!((decision.holds, names.join(" ").as_str()), (holds, by), "{rule} on {on}");
    }

    #[test]
    fn rules_have_three_answers_and_say_what_decided() {
        check("age_years >= 18", "age_years=18", Some(true), "age_years");
        check("age_years >= 18", "", None, "age_years");
        check("age_years >= 18 && body_mass_kg < 48", "body_mass_kg=50", Some(false), "body_mass_kg");
        check("age_years >= 18 && body_mass_kg < 48", "body_mass_kg=40", None, "age_years");
        check(
            "!childbearing_potential || !pregnancy_test_positive",
            "childbearing_potential=no",
            Some(true),
            "childbearing_potential",
        );
        check(
            "!childbearing_potential || !pregnancy_test_positive",
            "childbearing_potential=yes",
            None,
            "pregnancy_test_positive",
        );
        check(
            "!(age_years < 18 || caps5_total < 28)",
            "age_years=30 caps5_total=28",
            Some(true),
            "age_years caps5_total",
        );
        check(
            "caps5_ptsd == true && 6 <= caps5_duration_months",
            "caps5_ptsd=yes caps5_duration_months=5",
            Some(false),
            "caps5_duration_months",
        );
        check(
            "breast_feeding || pulse_bpm > 100 && age_years > 60",
            "breast_feeding=no pulse_bpm=90",
            Some(false),
            "breast_feeding pulse_bpm",
        );
    }

    #[test]
    fn a_value_of_the_wrong_kind_decides_nothing() {
        check("age_years >= 18", "age_years=yes", None, "");
    }

    #[test]
    fn the_same_text_is_the_same_rule() {
        assert_eq!(Rule::read("age_years >= 18"), Rule::read("age_years >= 18"));
    }

    #[track_caller]
    fn problem(rule: &str) -> String {
        let problems = Rule::read(rule).unwrap_err();
        let shown = problems.iter().map(|one| {
            let place = rule.get(one.span.start..one.span.end).unwrap_or("?");
            format!("{} at `{place}`: {}; {}", one.code, one.message, one.help)
        });
        shown.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn problems_point_at_their_place() {
        assert_eq!(
            problem("age_year >= 18"),
            "P0502 at `age_year`: no variable is called `age_year`; did you mean `age_years`?"
        );
        assert!(problem("age_years >= ").starts_with("P0501 at ``: "));
        assert!(problem("age_years => 18").starts_with("P0501 at `=>`"));
        assert!(problem("(age_years >= 18").contains("`)`"));
        assert!(problem("age_years && breast_feeding").starts_with("P0503 at `age_years`"));
        assert!(problem("breast_feeding >= 18").starts_with("P0503 at `breast_feeding`"));
        assert!(problem("18").starts_with("P0503 at `18`"));
        assert!(problem("age_years >= 18 && age_years < 10").starts_with("P0504"));
        assert!(problem("caps5_total >= 0").contains("always"));
        assert!(problem(&"(".repeat(5_000)).contains("deep"));
        assert!(problem(&"!".repeat(5_000)).contains("deep"));
        assert!(problem("1 < age_years < 3").starts_with("P0501 at `<`"));
        assert!(problem("é > 3").starts_with("P0501"));
    }
}
