//! Reading of the one XML shape WeChat Pay takes: `<xml>` with one level of text elements.

/// The elements in their order, text decoded and not trimmed. Refuses nesting, duplicates, DOCTYPE, processing
/// instructions other than a leading declaration, unknown entities, anything after the root, and characters of more
/// than three bytes, which the real gateway cannot store; strictly, attributes, comments, blanks in tags and `<a/>` too.
pub(crate) fn parse(body: &[u8], strict: bool) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    if text.chars().any(|c| c == '\0' || c > '\u{ffff}') {
        return None;
    }
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    if rest.starts_with("<?xml ") {
        rest = rest.split_once("?>")?.1;
    }
    let (root, mut rest) = tag(without_comments(rest, strict)?, strict)?;
    if root != (Tag { name: "xml", is_empty: false }) {
        return None;
    }
    let mut fields: Vec<(String, String)> = Vec::new();
    loop {
        rest = without_comments(rest, strict)?;
        if let Some(after) = rest.strip_prefix("</xml>") {
            return without_comments(after, strict)?.is_empty().then_some(fields);
        }
        let (Tag { name, is_empty }, inside) = tag(rest, strict)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) || fields.iter().any(|(known, _)| known == name) {
            return None;
        }
        if is_empty {
            fields.push((name.to_string(), String::new()));
            rest = inside;
            continue;
        }
        let (value, after) = content(inside, strict)?;
        let end = after.strip_prefix(name)?;
        rest = if strict { end } else { end.trim_start() }.strip_prefix('>')?;
        fields.push((name.to_string(), value));
    }
}

#[derive(PartialEq, Eq)]
struct Tag<'a> {
    name: &'a str,
    is_empty: bool,
}

/// A start tag, and what follows it.
fn tag(text: &str, strict: bool) -> Option<(Tag<'_>, &str)> {
    let (inside, after) = text.strip_prefix('<')?.split_once('>')?;
    if strict {
        return Some((Tag { name: inside, is_empty: false }, after));
    }
    let is_empty = inside.ends_with('/');
    let name = inside.trim_end_matches('/').split_ascii_whitespace().next().filter(|name| inside.starts_with(name))?;
    Some((Tag { name, is_empty }, after))
}

/// What follows blanks and, where they may be, comments.
fn without_comments(text: &str, strict: bool) -> Option<&str> {
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("<!--").filter(|_| !strict) {
        rest = comment.split_once("-->")?.1.trim_start();
    }
    Some(rest)
}

/// Text and CDATA up to the end tag, and what follows its `</`.
fn content(mut rest: &str, strict: bool) -> Option<(String, &str)> {
    let mut value = String::new();
    loop {
        let at = rest.find(['<', '&'])?;
        let (text, from) = rest.split_at(at);
        value.push_str(text);
        if let Some(after) = from.strip_prefix("</") {
            return Some((value, after));
        }
        if let Some(cdata) = from.strip_prefix("<![CDATA[") {
            let (text, after) = cdata.split_once("]]>")?;
            value.push_str(text);
            rest = after;
        } else if let Some(comment) = from.strip_prefix("<!--").filter(|_| !strict) {
            rest = comment.split_once("-->")?.1;
        } else {
            let (entity, after) = from.strip_prefix('&')?.split_once(';')?;
            value.push(character(entity)?);
            rest = after;
        }
    }
}

fn character(entity: &str) -> Option<char> {
    Some(match entity {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let digits = entity.strip_prefix('#')?;
            let code = match digits.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            return char::from_u32(code).filter(|c| *c != '\0' && *c <= '\u{ffff}');
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads() {
        let xml = "\u{feff}<?xml version=\"1.0\"?>\r\n<xml>\n <a>x<![CDATA[&amp;<]]>&amp;&#x4e2d;</a>\n<b_1> 1 </b_1><c></c></xml>\n";
        for strict in [true, false] {
            let found = parse(xml.as_bytes(), strict).unwrap();
            let texts: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert_eq!(texts, [("a", "x&amp;<&中"), ("b_1", " 1 "), ("c", "")]);
        }
    }

    #[test]
    fn refuses() {
        for bad in [
            "",
            "<xml>",
            "<html></html>",
            "<xml><a>1</a><a>1</a></xml>",
            "<xml><a><b>1</b></a></xml>",
            "<xml><a>1</b></xml>",
            "<xml></xml><xml></xml>",
            "<!DOCTYPE xml><xml></xml>",
            "<xml><a>&xxe;</a></xml>",
            "<xml><a>😀</a></xml>",
            "<xml>x</xml>",
        ] {
            assert_eq!(parse(bad.as_bytes(), true), None, "{bad}");
            assert_eq!(parse(bad.as_bytes(), false), None, "{bad}");
        }
    }

    #[test]
    fn what_writers_of_xml_add() {
        for xml in [
            "<xml><a x='1'>1</a><b></b></xml>",
            "<xml xmlns:xsi=\"http://x\"><a>1</a><b/></xml>",
            "<!-- x --><xml>\n<a>1</a><!-- <b>2</b> --><b /></xml><!-- y -->\n",
            "<xml ><a >1</a ><b x=''/></xml>",
            "<xml><a>1<!-- x --></a><b></b></xml>",
        ] {
            assert_eq!(parse(xml.as_bytes(), true), None, "{xml}");
            let found = [("a".to_string(), "1".to_string()), ("b".to_string(), String::new())];
            assert_eq!(parse(xml.as_bytes(), false).as_deref(), Some(&found[..]), "{xml}");
        }
        for xml in ["<xml/>", "< xml></xml>", "<xml><!-- </xml>", "<xml><a/><a>1</a></xml>", "<xml></xml><a/>"] {
            assert_eq!(parse(xml.as_bytes(), false), None, "{xml}");
        }
    }
}
