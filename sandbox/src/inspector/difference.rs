//! Where two strings to sign part, by whole fields.

/// What both have before, what each has then, what both have behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Difference<'a> {
    pub(super) before: &'a str,
    pub(super) right: &'a str,
    pub(super) wrong: &'a str,
    pub(super) after: &'a str,
}

/// A field ends with one of these.
const ENDS: [char; 5] = ['?', '&', ',', '{', '}'];

/// Nothing, where they are the same.
pub(super) fn between<'a>(right: &'a str, wrong: &'a str) -> Option<Difference<'a>> {
    if right == wrong {
        return None;
    }
    let pairs = right.char_indices().zip(wrong.chars());
    let same = pairs.take_while(|((_, a), b)| a == b).last().map_or(0, |((at, c), _)| at + c.len_utf8());
    let (common, _) = right.split_at(same);
    let start = common.rfind(ENDS).map_or(0, |at| at + 1);
    let (before, right) = right.split_at(start);
    let wrong = wrong.split_at(start).1;
    let end = same_end(right, wrong);
    let ((right, after), (wrong, _)) = (right.split_at(right.len() - end), wrong.split_at(wrong.len() - end));
    Some(Difference { before, right, wrong, after })
}

/// The length of the longest end, from the beginning of a field on, that both share.
fn same_end(a: &str, b: &str) -> usize {
    let mut best = 0;
    let mut length = 0;
    for (x, y) in a.chars().rev().zip(b.chars().rev()) {
        if x != y {
            break;
        }
        length += x.len_utf8();
        let begins = |text: &str| text.len() == length || text.split_at(text.len() - length).0.ends_with(ENDS);
        if ENDS.contains(&x) || begins(a) && begins(b) {
            best = length;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_fields() {
        for (right, wrong, found) in [
            ("/api/a/V1?x=1&y=2", "/api/b/V1?x=1&y=2", Some(("", "/api/a/V1", "/api/b/V1", "?x=1&y=2"))),
            ("/api/a?x=1", "x=1", Some(("", "/api/a?", "", "x=1"))),
            ("a=1&b=2&c=3", "a=1&b=22&c=3", Some(("a=1&", "b=2", "b=22", "&c=3"))),
            ("a=1&c=3", "a=1&b=&c=3", Some(("a=1&", "", "b=&", "c=3"))),
            ("a=1&key=***", "a=1&key=*** ", Some(("a=1&", "key=***", "key=*** ", ""))),
            ("{\"名\":\"甲\"}", "{\"名\":\"乙\"}", Some(("{", "\"名\":\"甲\"", "\"名\":\"乙\"", "}"))),
            ("a=1", "a=1&a=1", Some(("", "", "a=1&", "a=1"))),
            ("a", "a", None),
            ("", "a", Some(("", "", "a", ""))),
        ] {
            let parts = between(right, wrong).map(|it| (it.before, it.right, it.wrong, it.after));
            assert_eq!(parts, found, "{right} {wrong}");
        }
    }
}
