//! One flat XML element of text elements, as `<xml><a>1</a><b><![CDATA[2]]></b></xml>`, and nothing else that XML can do:
//! no DOCTYPE, no entities but the five and character references, no attributes, no duplicates, no nesting, no second
//! root. The tests hold it against `quick-xml`.

use crate::eight::{self, TOPS};
use memchr::{memchr, memchr_iter, memchr2, memchr3};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Element name to its text.
pub type Fields = BTreeMap<String, String>;

/// Not that kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Real replies hold fewer than thirty elements.
const MAX_FIELDS: usize = 1_000;
/// Most hold no more.
const USUAL: usize = 16;

const BYTE_ORDER_MARK: char = '\u{feff}';
/// XML 1.0 §2.3.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The elements of a document, by name, ascending: of each the text, with CDATA and references joined, comments left out, nothing trimmed.
pub struct Document {
    /// Of each element the name, and the text behind it.
    texts: String,
    elements: Vec<Element>,
}

/// Where the name begins, the text begins, the text ends.
#[derive(Clone, Copy)]
struct Element(usize, usize, usize);

impl Document {
    /// Reads it. A leading byte order mark and a leading `<?xml …?>` are accepted.
    pub fn read(text: &str, root: &str) -> Result<Self, Malformed> {
        Rest(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)).document(root).ok_or(Malformed)
    }

    /// The text of an element.
    pub fn text(&self, name: &str) -> Option<&str> {
        let is_it = |element: &&Element| element.1 - element.0 == name.len() && self.name(**element) == name;
        self.elements.iter().find(is_it).map(|element| self.pair(*element).1)
    }

    /// Names and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.elements.iter().map(|element| self.pair(*element))
    }

    /// The same as a map.
    pub fn into_fields(self) -> Fields {
        self.iter().map(|(name, text)| (name.into(), text.into())).collect()
    }

    fn name(&self, Element(start, middle, _): Element) -> &str {
        self.texts.get(start..middle).unwrap_or_default()
    }

    fn pair(&self, element: Element) -> (&str, &str) {
        (self.name(element), self.texts.get(element.1..element.2).unwrap_or_default())
    }

    fn sorted(mut self) -> Option<Self> {
        let mut elements = std::mem::take(&mut self.elements);
        elements.sort_unstable_by(|one, other| self.name(*one).cmp(self.name(*other)));
        let is_twice = elements.windows(2).any(|two| matches!(two, [one, next] if self.name(*one) == self.name(*next)));
        self.elements = elements;
        (!is_twice).then_some(self)
    }
}

/// The document as a map.
pub fn parse(text: &str, root: &str) -> Result<Fields, Malformed> {
    Document::read(text, root).map(Document::into_fields)
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

/// What has not been read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn document(mut self, root: &str) -> Option<Document> {
        // Half of a document is tags.
        let mut document = Document { texts: String::with_capacity(self.0.len() / 2), elements: Vec::with_capacity(USUAL) };
        self.declaration()?;
        self.between()?;
        let (name, is_whole) = self.start()?;
        if name != root {
            return None;
        }
        if !is_whole {
            self.elements(root, &mut document)?;
        }
        self.between()?;
        if self.0.is_empty() { document.sorted() } else { None }
    }

    /// What it declares is not looked at.
    fn declaration(&mut self) -> Option<()> {
        if !self.eat("<?xml") {
            return Some(());
        }
        let declared = self.before("?>")?;
        (declared.is_empty() || declared.starts_with(BLANKS)).then_some(())
    }

    /// Up to the end of the root.
    fn elements(&mut self, root: &str, document: &mut Document) -> Option<()> {
        loop {
            self.between()?;
            if self.0.starts_with("</") {
                return self.end(root);
            }
            let start = document.texts.len();
            let (name, is_whole) = self.start()?;
            document.texts.push_str(name);
            let middle = document.texts.len();
            if !is_whole {
                self.content(&mut document.texts)?;
                self.end(name)?;
            }
            if document.elements.len() == MAX_FIELDS {
                return None;
            }
            document.elements.push(Element(start, middle, document.texts.len()));
        }
    }

    /// Between elements only blanks and comments may stand.
    fn between(&mut self) -> Option<()> {
        self.skip_blanks();
        while self.eat("<!--") {
            self.comment()?;
            self.skip_blanks();
        }
        Some(())
    }

    /// The name of a tag without attributes, and whether it is a whole element.
    fn start(&mut self) -> Option<(&'a str, bool)> {
        self.must_eat("<")?;
        let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        let name = self.take(self.0.bytes().take_while(|byte| is_of_name(*byte)).count())?;
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return None;
        }
        self.skip_blanks();
        let is_whole = self.eat("/");
        self.must_eat(">")?;
        Some((name, is_whole))
    }

    fn end(&mut self, name: &str) -> Option<()> {
        self.must_eat("</")?;
        self.must_eat(name)?;
        self.skip_blanks();
        self.must_eat(">")
    }

    /// Adds the text of an element, up to the tag that ends it.
    fn content(&mut self, out: &mut String) -> Option<()> {
        loop {
            if self.eat("<![CDATA[") {
                out.push_str(&self.cdata()?);
            } else if self.eat("&") {
                out.push(self.reference()?);
            } else if self.eat("<!--") {
                self.comment()?;
            } else if self.0.starts_with('<') {
                return Some(());
            } else {
                out.push_str(&self.characters()?);
            }
        }
    }

    /// Of text there is more than nothing.
    fn characters(&mut self) -> Option<Cow<'a, str>> {
        let plain = plain_length(self.0);
        if let Some(b'<' | b'&') = self.0.as_bytes().get(plain) {
            return self.take(plain).map(Cow::Borrowed);
        }
        let text = self.take(memchr2(b'<', b'&', self.0.as_bytes())?)?;
        if cdata_end(text).is_some() { None } else { characters(text) }
    }

    fn cdata(&mut self) -> Option<Cow<'a, str>> {
        let plain = self.0.get(..plain_length(self.0) + 1).and_then(|text| text.strip_suffix("]]>"));
        let text = match plain {
            Some(text) => Cow::Borrowed(self.take(text.len())?),
            None => characters(self.take(cdata_end(self.0)?)?)?,
        };
        self.must_eat("]]>")?;
        Some(text)
    }

    fn comment(&mut self) -> Option<()> {
        let text = self.before("-->")?;
        let is_one = !text.contains("--") && !text.ends_with('-');
        characters(text).filter(|_| is_one).map(drop)
    }

    fn reference(&mut self) -> Option<char> {
        match self.before(";")? {
            "lt" => Some('<'),
            "gt" => Some('>'),
            "amp" => Some('&'),
            "apos" => Some('\''),
            "quot" => Some('"'),
            other => {
                let number = other.strip_prefix('#')?;
                let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
                let code = if digits.starts_with('+') { None } else { u32::from_str_radix(digits, radix).ok() };
                char::from_u32(code?).filter(|c| is_xml_char(*c))
            }
        }
    }

    fn skip_blanks(&mut self) {
        self.0 = self.0.trim_start_matches(BLANKS);
    }

    fn eat(&mut self, token: &str) -> bool {
        self.must_eat(token).is_some()
    }

    fn must_eat(&mut self, token: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(token)?;
        Some(())
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    /// What stands before `end`; both are read.
    fn before(&mut self, end: &str) -> Option<&'a str> {
        let (before, rest) = self.0.split_once(end)?;
        self.0 = rest;
        Some(before)
    }
}

/// How many bytes stand before what is neither a character of ASCII that can be seen nor a blank, or ends or begins something.
fn plain_length(text: &str) -> usize {
    let special = |word| (eight::below(word, b' ') | eight::is(word, b'&') | eight::is(word, b'<') | eight::is(word, b'>') | word) & TOPS;
    let is_special = |byte| !matches!(byte, b' '..=b'\x7F') || b"&<>".contains(&byte);
    eight::before(text.as_bytes(), special, is_special)
}

/// Where `]]>` stands.
fn cdata_end(text: &str) -> Option<usize> {
    let before = |at: usize| text.get(..at).and_then(|before| before.strip_suffix("]]"));
    memchr_iter(b'>', text.as_bytes()).find_map(|at| before(at).map(str::len))
}

/// The text, as every parser hands it on, if all of it may stand in a document.
fn characters(text: &str) -> Option<Cow<'_, str>> {
    // Without an end before the last byte, so that many are looked at at once. 0xEF begins what may not stand there, and little else.
    let is_plain = text.bytes().fold(true, |all, byte| all & (byte >= b' ' && byte != 0xEF || matches!(byte, b'\t' | b'\n' | b'\r')));
    (is_plain || text.chars().all(is_xml_char)).then(|| newlines(text))
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
mod oracle;

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
