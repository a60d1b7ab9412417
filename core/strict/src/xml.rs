//! One flat XML element of text elements, as `<xml><a>1</a><b><![CDATA[2]]></b></xml>`, and nothing else that XML can do:
//! no DOCTYPE, no entities but the five and character references, no attributes, no duplicates, no nesting, no second
//! root. `quick-xml` tokenises; every refusal is made here.

use memchr::{memchr, memchr3};
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Element name to its text: CDATA, text and references joined, comments left out, nothing trimmed.
pub type Fields = BTreeMap<String, String>;

/// Not that kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Real replies hold fewer than thirty elements.
const MAX_FIELDS: usize = 1_000;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads the document. A leading byte order mark and a leading `<?xml …?>` are accepted.
pub fn parse(text: &str, root: &str) -> Result<Fields, Malformed> {
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

/// Writes `<root>` with one element per field, in the order given; `&`, `<` and `>` are escaped.
pub fn write<'f>(root: &str, fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> String {
    let mut out = String::with_capacity(512);
    let tag = |out: &mut String, open, name| [open, name, ">"].iter().for_each(|part| out.push_str(part));
    tag(&mut out, "<", root);
    for (name, text) in fields {
        tag(&mut out, "<", name);
        write_text(&mut out, text);
        tag(&mut out, "</", name);
    }
    tag(&mut out, "</", root);
    out
}

fn write_text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((plain, special, after)) = memchr3(b'&', b'<', b'>', rest.as_bytes()).and_then(|at| split_around(rest, at)) {
        out.push_str(plain);
        out.push_str(match special {
            "&" => "&amp;",
            "<" => "&lt;",
            _ => "&gt;",
        });
        rest = after;
    }
    out.push_str(rest);
}

/// What stands before the ASCII character at `at`, it, and what stands behind it.
fn split_around(text: &str, at: usize) -> Option<(&str, &str, &str)> {
    Some((text.get(..at)?, text.get(at..=at)?, text.get(at + 1..)?))
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
    // Most texts are of plain ASCII, and that is seen many bytes at a time.
    let is_plain = text.bytes().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'));
    if is_plain || text.chars().all(is_xml_char) { Ok(text) } else { Err(Malformed) }
}

/// XML 1.0 §2.2.
fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// XML 1.0 §2.11: every parser hands on CRLF and CR as LF, so that is what the other side signed.
fn newlines(text: &str) -> Cow<'_, str> {
    match memchr(b'\r', text.as_bytes()) {
        None => text.into(),
        Some(_) => text.replace("\r\n", "\n").replace('\r', "\n").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str) -> Vec<(String, String)> {
        parse(text, "xml").unwrap_or_else(|_| panic!("{text}")).into_iter().collect()
    }

    #[test]
    fn reads_text_cdata_references_and_comments_as_one_value() {
        for (text, expected) in [
            ("<xml><a>x<!-- c -->y</a></xml>", "xy"),
            ("<xml><a><![CDATA[a&amp;b]]></a></xml>", "a&amp;b"),
            ("<xml><a>1<![CDATA[<2>]]>3&lt;&#x4e2d;&#65;</a></xml>", "1<2>3<中A"),
            ("<xml><a> x </a></xml>", " x "),
            ("<xml><a/></xml>", ""),
            ("<xml><a></a ></xml >\n", ""),
            ("\u{feff}<?xml version=\"1.0\"?>\r\n<xml>\r\n <a>1\r\n2</a>\r\n</xml>\r\n<!-- end -->", "1\n2"),
        ] {
            assert_eq!(fields(text), [("a".to_string(), expected.to_string())], "{text}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        for bad in [
            "",
            "text",
            "<xml>",
            "<xml><a>1</xml>",
            "<xml><a>1</a>",
            "<a>1</a>",
            "<xml/><xml/>",
            "<xml></xml>x",
            "x<xml></xml>",
            "<xml><a>1</a><a>2</a></xml>",
            "<xml><a><b>1</b></a></xml>",
            "<xml a='1'></xml>",
            "<xml><a b=\"1\">1</a></xml>",
            "<!DOCTYPE xml><xml><a>1</a></xml>",
            "<!DOCTYPE x [<!ENTITY e \"1\">]><xml><a>&e;</a></xml>",
            "<xml><a>&e;</a></xml>",
            "<xml><a>&nbsp;</a></xml>",
            "<xml><a>&</a></xml>",
            "<xml><a>&#0;</a></xml>",
            "<xml><a>&#xD800;</a></xml>",
            "<xml><a>&#2;</a></xml>",
            "<xml><a>\0</a></xml>",
            "<xml><a>\u{1}</a></xml>",
            "<xml><?pi x?><a>1</a></xml>",
            " <?xml version=\"1.0\"?><xml></xml>",
            "<xml></xml><?xml version=\"1.0\"?>",
            "<xml>stray<a>1</a></xml>",
            "<xml><![CDATA[x]]></xml>",
            "<xml>&#32;</xml>",
            "<x:xml><a>1</a></x:xml>",
            "<xml><!-- a -- b --><a>1</a></xml>",
            "</xml>",
            "<xml></xml></xml>",
            "<XML></XML>",
            "<xml><1a>x</1a></xml>",
            "<xml><a>]]></a></xml>",
        ] {
            assert_eq!(parse(bad, "xml"), Err(Malformed), "{bad}");
        }
    }

    #[test]
    fn reads_back_what_it_writes() {
        let written = write("xml", [("a", "1<2>&3\"'"), ("b", "中")]);
        assert_eq!(written, "<xml><a>1&lt;2&gt;&amp;3\"'</a><b>中</b></xml>");
        assert_eq!(parse(&written, "xml").unwrap()["a"], "1<2>&3\"'");
    }
}
