//! Reads the tags of a page: enough for pages that escape `<` and `>` in every value, as ours do.

#[derive(Debug)]
pub struct Tag {
    pub name: String,
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    pub fn get(&self, key: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }
}

/// All opening tags, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    html.split('<')
        .skip(1)
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_alphabetic()))
        .map(|rest| tag(rest.split('>').next().unwrap_or_default()))
        .collect()
}

fn tag(inside: &str) -> Tag {
    let (name, mut rest) = inside.split_once([' ', '\n']).unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        let Some(end) = rest.find(['=', ' ']) else {
            if !rest.is_empty() {
                attributes.push((rest.to_owned(), String::new()));
            }
            break;
        };
        let (key, after) = rest.split_at(end);
        let Some(quoted) = after.strip_prefix("=\"") else {
            attributes.push((key.to_owned(), String::new()));
            rest = after;
            continue;
        };
        let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        attributes.push((key.to_owned(), value.to_owned()));
        rest = after;
    }
    Tag { name: name.to_owned(), attributes }
}

#[test]
fn attributes_are_read() {
    let all = tags("<p class=\"a b\" hidden>x</p><input id=\"i\" checked value=\"\">");
    assert_eq!(all[0].get("class"), Some("a b"));
    assert_eq!(all[0].get("hidden"), Some(""));
    assert_eq!(all[1].get("checked"), Some(""));
    assert_eq!(all[1].get("value"), Some(""));
}
