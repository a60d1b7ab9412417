//! The same reading by `quick-xml`, which tokenises, with every refusal made of its tokens: until 2026-11-29 the only one.

use super::{BYTE_ORDER_MARK, Fields, MAX_FIELDS, Malformed, is_xml_char, newlines, parse};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn both_read_the_same(pieces in proptest::collection::vec(piece(), 0..14), whole in any::<bool>()) {
        let inside = pieces.concat();
        let text = if whole { format!("<xml>{inside}</xml>") } else { inside };
        prop_assert_eq!(parse(&text, "xml"), by_quick_xml(&text, "xml"), "{}", text);
    }
}

/// What documents are made of, whole and broken.
fn piece() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "<a>",
        "</a>",
        "<b>",
        "</b>",
        "<a/>",
        "<c />",
        "<b >",
        "</b >",
        "<xml>",
        "</xml>",
        "<xml/>",
        "</a",
        "<",
        ">",
        "/",
        "</",
        "<![CDATA[",
        "]]>",
        "]]",
        "]",
        "<!--",
        "-->",
        "--",
        "-",
        "<?xml",
        "<?xml version=\"1.0\"?>",
        "?>",
        "<?",
        "?",
        "<!DOCTYPE xml>",
        "<!",
        "&",
        ";",
        "&amp;",
        "&lt;",
        "&gt;",
        "&apos;",
        "&quot;",
        "&#65;",
        "&#x4e2d;",
        "&#x41",
        "&#+65;",
        "&#0;",
        "&#13;",
        "&#xFFFE;",
        "&#xD800;",
        "&nbsp;",
        "#",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\u{1}",
        "\0",
        "\u{7f}",
        "\u{feff}",
        "\u{fffe}",
        "\u{ffff}",
        "，撤销",
        "é",
        "x",
        "1",
        "_",
        ".",
        "SUCCESS",
        "plain text of many bytes",
        "'",
        "\"",
        " a='1'",
    ]);
    let field = ("[a-f_1]{1,2}", "[a-z 中<&>\\]\r]{0,12}", any::<bool>()).prop_map(|(name, text, in_cdata)| match in_cdata {
        true => format!("<{name}><![CDATA[{text}]]></{name}>"),
        false => format!("<{name}>{text}</{name}>"),
    });
    prop_oneof![5 => token.prop_map(String::from), 4 => field, 1 => any::<String>()]
}

#[test]
fn both_read_the_same_of_every_document_with_one_byte_changed() {
    let text = "<?xml version='1.0'?><xml>\n<a><![CDATA[S]]></a><b>1&#65;&lt;</b><c/><!-- - --></xml>\n";
    assert!(parse(text, "xml").is_ok());
    for at in 0..=text.len() {
        for byte in (0..128).map(char::from) {
            let (before, after) = text.split_at(at);
            let mut changed = after.chars();
            changed.next();
            for text in
                [format!("{before}{byte}{}", changed.as_str()), format!("{before}{byte}{after}"), format!("{before}{}", changed.as_str())]
            {
                // XML knows no form feed, quick-xml takes it for a blank in a tag.
                if byte != '\u{c}' {
                    assert_eq!(parse(&text, "xml"), by_quick_xml(&text, "xml"), "{text}");
                }
            }
        }
    }
}

/// The same document, tokenised by `quick-xml`.
fn by_quick_xml(text: &str, root: &str) -> Result<Fields, Malformed> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    if text.starts_with(BYTE_ORDER_MARK) {
        return Err(Malformed);
    }
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = true;
    config.check_comments = true;
    let mut document = Document { root, place: Place::Before, fields: Fields::new(), anything_yet: false };
    loop {
        let event = reader.read_event().map_err(|_| Malformed)?;
        if let Event::Eof = event {
            return if let Place::After = document.place { Ok(document.fields) } else { Err(Malformed) };
        }
        document.take(event)?;
    }
}

enum Place {
    Before,
    InRoot,
    InField(String, String),
    After,
}

struct Document<'r> {
    root: &'r str,
    place: Place,
    fields: Fields,
    anything_yet: bool,
}

impl Document<'_> {
    fn take(&mut self, event: Event<'_>) -> Result<(), Malformed> {
        let first = !std::mem::replace(&mut self.anything_yet, true);
        match event {
            Event::Decl(_) if first => Ok(()),
            Event::Comment(text) => characters(&text).map(drop),
            Event::Start(tag) => self.start(name(&tag)?),
            Event::Empty(tag) => {
                self.start(name(&tag)?)?;
                self.end()
            }
            Event::End(_) => self.end(),
            Event::Text(text) if text.contains("]]>") => Err(Malformed),
            Event::Text(text) => self.text(&newlines(characters(&text)?)),
            Event::CData(text) => match &self.place {
                Place::InField(..) => self.text(&newlines(characters(&text)?)),
                _ => Err(Malformed),
            },
            Event::GeneralRef(reference) => {
                let text = match reference.resolve_char_ref().map_err(|_| Malformed)? {
                    Some(c) if is_xml_char(c) => c.to_string(),
                    Some(_) => return Err(Malformed),
                    None => resolve_predefined_entity(&reference).ok_or(Malformed)?.into(),
                };
                match &self.place {
                    Place::InField(..) => self.text(&text),
                    _ => Err(Malformed),
                }
            }
            _ => Err(Malformed),
        }
    }

    fn start(&mut self, name: String) -> Result<(), Malformed> {
        self.place = match self.place {
            Place::Before if name == self.root => Place::InRoot,
            Place::InRoot if !self.fields.contains_key(&name) && self.fields.len() < MAX_FIELDS => Place::InField(name, String::new()),
            _ => return Err(Malformed),
        };
        Ok(())
    }

    fn end(&mut self) -> Result<(), Malformed> {
        match std::mem::replace(&mut self.place, Place::After) {
            Place::InRoot => Ok(()),
            Place::InField(name, text) => {
                self.fields.insert(name, text);
                self.place = Place::InRoot;
                Ok(())
            }
            Place::Before | Place::After => Err(Malformed),
        }
    }

    /// Text inside a field is kept; between elements only blanks may stand.
    fn text(&mut self, text: &str) -> Result<(), Malformed> {
        match &mut self.place {
            Place::InField(_, so_far) => so_far.push_str(text),
            _ if text.bytes().all(|byte| b" \t\r\n".contains(&byte)) => {}
            _ => return Err(Malformed),
        }
        Ok(())
    }
}

/// The name of a tag without attributes.
fn name(tag: &BytesStart<'_>) -> Result<String, Malformed> {
    let name = tag.name();
    let bare = tag.len() == name.as_ref().len()
        || tag.get(name.as_ref().len()..).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_whitespace()));
    let text = name.as_ref();
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if bare && plain { Ok(text.into()) } else { Err(Malformed) }
}

fn characters(text: &str) -> Result<&str, Malformed> {
    if text.chars().all(is_xml_char) { Ok(text) } else { Err(Malformed) }
}
