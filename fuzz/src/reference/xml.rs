//! The XML of WeChat Pay by a reader of its own: recursive descent over characters, no library.

use std::collections::BTreeMap;

pub type Fields = BTreeMap<String, String>;

const MAX_FIELDS: usize = 1_000;

/// The fields of the one element `<xml>`; `None` if it is anything else.
pub fn read(text: &str) -> Option<Fields> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut input = Input(text);
    input.declaration()?;
    input.blanks_and_comments()?;
    let mut fields = Fields::new();
    if input.open("xml")? {
        loop {
            input.blanks_and_comments()?;
            if input.eat("</") {
                input.close("xml")?;
                break;
            }
            let (name, has_content) = input.start()?;
            let text = if has_content { input.content(&name)? } else { String::new() };
            if fields.len() == MAX_FIELDS || fields.insert(name, text).is_some() {
                return None;
            }
        }
    }
    input.blanks_and_comments()?;
    input.0.is_empty().then_some(fields)
}

/// `a=1&b=2`, sorted, without `sign` and empty texts.
pub fn signed(fields: &Fields) -> Vec<u8> {
    let kept = fields.iter().filter(|(name, text)| *name != "sign" && !text.is_empty());
    kept.map(|(name, text)| format!("{name}={text}")).collect::<Vec<_>>().join("&").into()
}

struct Input<'a>(&'a str);

impl<'a> Input<'a> {
    fn eat(&mut self, what: &str) -> bool {
        self.0.strip_prefix(what).map(|rest| self.0 = rest).is_some()
    }

    fn until(&mut self, end: &str) -> Option<&'a str> {
        let (taken, rest) = self.0.split_once(end)?;
        self.0 = rest;
        Some(taken)
    }

    fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn declaration(&mut self) -> Option<()> {
        match self.0.strip_prefix("<?xml") {
            Some(rest) if rest.starts_with([' ', '\t', '\r', '\n', '?']) => self.until("?>").map(drop),
            _ => Some(()),
        }
    }

    fn blanks_and_comments(&mut self) -> Option<()> {
        loop {
            self.blanks();
            if !self.eat("<!--") {
                return Some(());
            }
            self.comment()?;
        }
    }

    /// After `<!--`: two hyphens stand only at its end.
    fn comment(&mut self) -> Option<()> {
        let text = self.until("--")?;
        (text.chars().all(is_char) && self.eat(">")).then_some(())
    }

    fn name(&mut self) -> Option<&'a str> {
        let end = self.0.find(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c))).unwrap_or(self.0.len());
        let (name, rest) = self.0.split_at(end);
        self.0 = rest;
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some(name)
    }

    /// A start tag; whether content follows.
    fn start(&mut self) -> Option<(String, bool)> {
        if !self.eat("<") {
            return None;
        }
        let name = self.name()?;
        self.blanks();
        let empty = self.eat("/");
        self.eat(">").then(|| (name.to_string(), !empty))
    }

    fn open(&mut self, root: &str) -> Option<bool> {
        let (name, has_content) = self.start()?;
        (name == root).then_some(has_content)
    }

    /// After `</`.
    fn close(&mut self, name: &str) -> Option<()> {
        (self.name()? == name).then_some(())?;
        self.blanks();
        self.eat(">").then_some(())
    }

    fn content(&mut self, name: &str) -> Option<String> {
        let mut content = String::new();
        loop {
            if self.eat("</") {
                self.close(name)?;
                return Some(content);
            } else if self.eat("<![CDATA[") {
                content.push_str(&newlines(self.until("]]>")?)?);
            } else if self.eat("<!--") {
                self.comment()?;
            } else if self.eat("&") {
                content.push(reference(self.until(";")?)?);
            } else {
                let end = self.0.find(['<', '&'])?;
                if end == 0 {
                    return None;
                }
                let (text, rest) = self.0.split_at(end);
                self.0 = rest;
                if text.contains("]]>") {
                    return None;
                }
                content.push_str(&newlines(text)?);
            }
        }
    }
}

fn newlines(text: &str) -> Option<String> {
    text.chars().all(is_char).then(|| text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn reference(name: &str) -> Option<char> {
    let number = |digits: &str, radix| -> Option<char> {
        // `from_str_radix` takes a sign, XML does not.
        digits.chars().all(|c| c.is_digit(radix)).then_some(())?;
        u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).filter(|c| is_char(*c))
    };
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}')
}
