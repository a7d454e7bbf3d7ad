//! Whatever a file holds: the reader does not panic, its places lie inside the text, and the printed form can
//! be made. Texts are the valid protocol and MAPP2, cut, doubled, shuffled and spoiled from a fixed seed.

use protocol::{SignOffFor, built_in, check_report, parse};

const VALID: &str = include_str!("../codes/valid.toml");

struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound.max(1)
    }

    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

const BITS: &[&str] = &[
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\n",
    "#",
    ".",
    ",",
    "-",
    "é",
    "\u{1f480}",
    "\0",
    "\\u",
    "1e999",
    "nan",
    "inf",
    "9223372036854775808",
    "-1",
    "0x10",
    "[[visits]]\n",
    "[visits]\n",
    "id = \"V1\"\n",
    "true",
    "\"\"\"",
    "&& (",
    "1979-05-27",
    "[[[[[[",
    "source = []\n",
    "\r\n",
    "\t",
    "rule = \"!!!!((\"\n",
];

fn spoiled(text: &str, draw: &mut Draw) -> String {
    let mut text = text.to_owned();
    for _ in 0..=draw.below(4) {
        let (a, b) = (draw.place(&text), draw.place(&text));
        let (a, b) = (a.min(b), a.max(b));
        match draw.below(5) {
            0 => text.insert_str(a, BITS[draw.below(BITS.len())]),
            1 => {
                let end = text[a..].char_indices().nth(draw.below(12)).map_or(text.len(), |(at, _)| a + at);
                text.replace_range(a..end, "");
            }
            2 => text.truncate(b),
            3 => {
                let lines: Vec<&str> = text.lines().collect();
                let (from, to) = (draw.below(lines.len()), draw.below(lines.len()));
                let mut lines: Vec<String> = lines.into_iter().map(String::from).collect();
                if !lines.is_empty() {
                    lines.swap(from, to);
                }
                text = lines.join("\n");
            }
            _ => {
                let end = text[a..].char_indices().nth(draw.below(200)).map_or(text.len(), |(at, _)| a + at);
                let piece = text[a..end].to_owned();
                text.insert_str(b.min(text.len()), &piece);
            }
        }
    }
    text
}

#[track_caller]
fn check(text: &str) {
    let (study, findings) = parse("spoiled.toml", text);
    for finding in &findings {
        for label in &finding.labels {
            let inside =
                label.span.start <= label.span.end && text.get(label.span.start..label.span.end).is_some();
            assert!(inside, "{finding:?} points outside the text:\n{text}");
        }
        assert!(!finding.labels.is_empty(), "{finding:?} points nowhere");
        assert!(!finding.message.is_empty() && finding.help.is_some(), "{finding:?} does not help");
    }
    assert_eq!(study.is_none(), protocol_is_faulty(&findings));
    let (printed, _) = check_report("spoiled.toml", text, Some(("spoiled-too.toml", text)), SignOffFor::Real);
    assert!(printed.ends_with("use it\n"));
}

fn protocol_is_faulty(findings: &[terms::Diagnostic]) -> bool {
    findings.iter().any(|finding| finding.severity == terms::Severity::Error)
}

#[test]
fn spoiled_texts_are_refused_in_place_and_never_panic() {
    let mut draw = Draw(7);
    for _ in 0..600 {
        check(&spoiled(VALID, &mut draw));
    }
    let mapp2 = built_in("mapp2").unwrap();
    for text in [mapp2.text, mapp2.sign_off] {
        for _ in 0..25 {
            check(&spoiled(text, &mut draw));
        }
    }
}

#[test]
fn every_line_taken_out_is_survived() {
    let lines: Vec<&str> = VALID.lines().collect();
    for out in 0..lines.len() {
        let kept: Vec<&str> =
            lines.iter().enumerate().filter(|(at, _)| *at != out).map(|(_, line)| *line).collect();
        check(&kept.join("\n"));
    }
}

#[test]
fn empty_and_foreign_texts_are_refused() {
    for text in [
        "",
        "\n",
        "\u{feff}",
        "{\"json\": true}",
        "= = =",
        "[",
        "a.b.c.d = 1",
        "study = 1",
        "visits = [1, 2]",
    ] {
        check(text);
        assert!(parse("x", text).0.is_none(), "{text:?} was taken");
    }
    check(&"[".repeat(20_000));
    check(&format!("a = {}", "[".repeat(20_000)));
    check(&format!("a = {}1{}", "{ b = ".repeat(5_000), "}".repeat(5_000)));
}
