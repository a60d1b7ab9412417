//! Strict reading of the one XML shape WeChat Pay takes: `<xml>` with one level of text elements.

/// The elements in their order, text decoded and not trimmed. Refuses attributes, nesting, duplicates, DOCTYPE,
/// processing instructions other than a leading declaration, unknown entities, anything after the root, and
/// characters of more than three bytes, which the real gateway cannot store.
pub(crate) fn parse(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    if text.chars().any(|c| c == '\0' || c > '\u{ffff}') {
        return None;
    }
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    if rest.starts_with("<?xml ") {
        rest = rest.split_once("?>")?.1;
    }
    let mut rest = rest.trim_start().strip_prefix("<xml>")?;
    let mut fields: Vec<(String, String)> = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix("</xml>") {
            return after.trim().is_empty().then_some(fields);
        }
        let (name, inside) = rest.strip_prefix('<')?.split_once('>')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) || fields.iter().any(|(known, _)| known == name) {
            return None;
        }
        let (value, after) = content(inside)?;
        rest = after.strip_prefix(name)?.strip_prefix('>')?;
        fields.push((name.to_string(), value));
    }
}

/// Text and CDATA up to the end tag, and what follows its `</`.
fn content(mut rest: &str) -> Option<(String, &str)> {
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
        let found = parse(xml.as_bytes()).unwrap();
        let texts: Vec<_> = found.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(texts, [("a", "x&amp;<&中"), ("b_1", " 1 "), ("c", "")]);
    }

    #[test]
    fn refuses() {
        for bad in [
            "",
            "<xml>",
            "<html></html>",
            "<xml><a>1</a><a>1</a></xml>",
            "<xml><a><b>1</b></a></xml>",
            "<xml><a x='1'>1</a></xml>",
            "<xml><a>1</b></xml>",
            "<xml></xml><xml></xml>",
            "<!DOCTYPE xml><xml></xml>",
            "<xml><a>&xxe;</a></xml>",
            "<xml><a>😀</a></xml>",
            "<xml>x</xml>",
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }
}
