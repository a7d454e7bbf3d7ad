//! From a rule's text to its tree. The place of each part is kept.

use terms::Span;

use super::{Comparison, Is, Node, Problem};
use crate::codes;

/// Deeper than anybody writes; keeps a hostile file from filling the stack.
const DEEPEST: usize = 40;

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Compare(Comparison),
    And,
    Or,
    Not,
    Open,
    Close,
    End,
}

pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, at: 0, depth: 0 };
    let root = parser.any()?;
    match parser.peek() {
        (Token::End, _) => Ok(root),
        (Token::Close, span) => {
            Err(problem("this `)` closes nothing", *span, "take it out, or open it with `(`"))
        }
        (Token::Compare(_), span) => {
            Err(problem("two comparisons in a row", *span, "write `1 < age_years && age_years < 3`"))
        }
        (_, span) => Err(problem("something is missing here", *span, "join the parts with `&&` or `||`")),
    }
}

fn problem(message: &str, span: Span, help: &str) -> Problem {
    Problem { code: codes::RULE_SYNTAX, message: message.into(), span, help: help.into() }
}

fn tokens(text: &str) -> Result<Vec<(Token, Span)>, Problem> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let rest = &text[at..];
        let (token, length) = if first.is_ascii_alphabetic() || first == '_' {
            let name = leading(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            (Token::Name(name.into()), name.len())
        } else if first.is_ascii_digit() || first == '-' {
            number(rest, at)?
        } else {
            sign(rest, at)?
        };
        tokens.push((token, (at..at + length).into()));
        at += length;
    }
    tokens.push((Token::End, (text.len()..text.len()).into()));
    Ok(tokens)
}

fn leading(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c| !belongs(c)).unwrap_or(text.len())]
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), Problem> {
    let sign = usize::from(rest.starts_with('-'));
    let digits = leading(&rest[sign..], |c| c.is_ascii_alphanumeric() || c == '.').len();
    let text = &rest[..sign + digits];
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    match text.parse::<f64>() {
        Ok(number) if plain && number.is_finite() => Ok((Token::Number(number), text.len())),
        _ => {
            let span = (at..at + text.len().max(1)).into();
            Err(problem("this is not a number", span, "write numbers as `18` or `38.5`, without a unit"))
        }
    }
}

fn sign(rest: &str, at: usize) -> Result<(Token, usize), Problem> {
    use Comparison::{AtLeast, AtMost, Equal, Less, More, Unequal};
    // Longer signs first: `<=` is not `<` and something.
    let signs = [
        ("&&", Token::And),
        ("||", Token::Or),
        ("<=", Token::Compare(AtMost)),
        (">=", Token::Compare(AtLeast)),
        ("==", Token::Compare(Equal)),
        ("!=", Token::Compare(Unequal)),
        ("<", Token::Compare(Less)),
        (">", Token::Compare(More)),
        ("!", Token::Not),
        ("(", Token::Open),
        (")", Token::Close),
    ];
    if let Some((sign, token)) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign)) {
        return Ok((token, sign.len()));
    }
    let slips = [
        ("=>", "write `>=`"),
        ("=<", "write `<=`"),
        ("=", "write `==`"),
        ("&", "write `&&`"),
        ("|", "write `||`"),
    ];
    let slip = slips.into_iter().find(|(slip, _)| rest.starts_with(slip));
    let first = rest.chars().next().map_or(1, char::len_utf8);
    let (length, help) =
        slip.map_or((first, "rules know `< <= > >= == != && || ! ( )`"), |(slip, help)| (slip.len(), help));
    Err(problem("this sign means nothing in a rule", (at..at + length).into(), help))
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &(Token, Span) {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn take(&mut self, wanted: &Token) -> Option<Span> {
        let (token, span) = self.peek();
        let span = *span;
        (token == wanted).then(|| {
            self.at += 1;
            span
        })
    }

    fn any(&mut self) -> Result<Node, Problem> {
        let mut parts = vec![self.all()?];
        while self.take(&Token::Or).is_some() {
            parts.push(self.all()?);
        }
        Ok(join(parts, Is::Any))
    }

    fn all(&mut self) -> Result<Node, Problem> {
        let mut parts = vec![self.comparison()?];
        while self.take(&Token::And).is_some() {
            parts.push(self.comparison()?);
        }
        Ok(join(parts, Is::All))
    }

    fn comparison(&mut self) -> Result<Node, Problem> {
        let left = self.single()?;
        let (Token::Compare(comparison), _) = *self.peek() else { return Ok(left) };
        self.at += 1;
        let right = self.single()?;
        let span = (left.span.start..right.span.end).into();
        Ok(Node { span, is: Is::Compare(Box::new(left), comparison, Box::new(right)) })
    }

    fn single(&mut self) -> Result<Node, Problem> {
        let (token, span) = self.peek().clone();
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(problem("the rule is nested too deep", span, "write it as several criteria"));
        }
        let is = match token {
            Token::Number(number) => Is::Number(number),
            Token::Name(name) if name == "true" => Is::Bool(true),
            Token::Name(name) if name == "false" => Is::Bool(false),
            Token::Name(name) => Is::Name(name),
            Token::Not => {
                let inner = self.single()?;
                self.depth -= 1;
                let span = (span.start..inner.span.end).into();
                return Ok(Node { span, is: Is::Not(Box::new(inner)) });
            }
            Token::Open => {
                let inner = self.any()?;
                let Some(close) = self.take(&Token::Close) else {
                    return Err(problem("this `(` is never closed", span, "add the `)` that closes it"));
                };
                self.depth -= 1;
                return Ok(Node { span: (span.start..close.end).into(), is: inner.is });
            }
            _ => {
                let help = "put a variable, a number or a part in parentheses here";
                return Err(problem("a value is missing here", span, help));
            }
        };
        self.depth -= 1;
        Ok(Node { span, is })
    }
}

fn join(mut parts: Vec<Node>, how: fn(Vec<Node>) -> Is) -> Node {
    if parts.len() == 1 {
        return parts.remove(0);
    }
    let start = parts.first().map_or(0, |part| part.span.start);
    let end = parts.last().map_or(0, |part| part.span.end);
    Node { span: (start..end).into(), is: how(parts) }
}
