//! "Did you mean": the nearest of the known names.

/// How many letters must be put in, taken out, changed or swapped with their neighbour to turn `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The known name that `name` was probably meant to be. None when nothing is near: a wild guess misleads.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long texts cannot be a slip of a short name, and the table would be large.
    if name.len() > 80 {
        return None;
    }
    // Between names of two letters everything is near: `T3` is no slip of `T1`.
    let allowed = (name.chars().count() / 3).min(4);
    let lower = name.to_lowercase();
    let near = known.into_iter().map(|known| (distance(&lower, &known.to_lowercase()), known));
    near.filter(|(far, _)| *far <= allowed).min_by_key(|(far, _)| *far).map(|(_, known)| known)
}

/// A help that names the nearest known name, or lists a few.
pub(crate) fn help<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", list(known)),
    }
}

/// `a`, `b`, `c` and 4 more.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(SHOWN + 1) {
        _ if names.is_empty() => String::from("nothing"),
        None => names.join(", "),
        Some(more) => format!("{} and {} more", names[..SHOWN].join(", "), more + 1),
    }
}

/// `1 arm`, `2 arms`.
pub(crate) fn counted(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_are_near_and_other_words_are_not() {
        assert_eq!(distance("anchor", "achnor"), 2);
        assert_eq!(distance("timepiont", "timepoint"), 1, "neighbours swapped");
        let known = ["target_day", "window_days", "timepoint", "after"];
        assert_eq!(nearest("timepiont", known), Some("timepoint"));
        assert_eq!(nearest("windowdays", known), Some("window_days"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(help("colour", ["a", "b"]), "known here: `a`, `b`");
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("T3", ["T1", "T2"]), None);
        assert_eq!(nearest("V33", ["V1", "V3"]), Some("V3"));
    }
}
