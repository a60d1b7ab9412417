//! JSON values, written in every way JSON has.

use crate::random::Random;
use std::collections::BTreeSet;

const TEXTS: [&str; 14] = [
    "",
    "a",
    "SUCCESS",
    "中文",
    "😀",
    "\"",
    "\\",
    "/",
    "\u{8}\u{c}\n\r\t",
    "\u{1}\u{1f}",
    "\u{7f}",
    "\u{2028}\u{2029}",
    "<&'>=",
    "\u{ffff}",
];
const NUMBERS: [&str; 12] =
    ["0", "-0", "1", "-1", "1.0", "0.10", "1e5", "1E+2", "-2.5e-3", "123456789012345678901234567890", "0e0", "9007199254740993"];

pub(crate) struct Generator<'r> {
    pub(crate) random: &'r mut Random,
    /// Whether some object names a member twice.
    pub(crate) duplicate: bool,
}

impl Generator<'_> {
    pub(crate) fn text(&mut self) -> String {
        (0..self.random.below(4)).map(|_| self.random.pick(&TEXTS)).collect()
    }

    /// A string with its quotes; any character may be escaped.
    pub(crate) fn quoted(&mut self, text: &str) -> String {
        let mut out = String::from("\"");
        for c in text.chars() {
            let short = match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                '/' => "\\/",
                '\u{8}' => "\\b",
                '\u{c}' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => "",
            };
            let must = c < ' ' || c == '"' || c == '\\';
            if !short.is_empty() && (must || self.random.once_in(2)) && !self.random.once_in(4) {
                out += short;
            } else if must || self.random.once_in(5) {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out += &if self.random.once_in(2) { format!("\\u{unit:04x}") } else { format!("\\u{unit:04X}") };
                }
            } else {
                out.push(c);
            }
        }
        out + "\""
    }

    pub(crate) fn gap(&mut self) -> &'static str {
        self.random.pick(&["", "", "", " ", "\n", "\t\r"])
    }

    pub(crate) fn number(&mut self) -> &'static str {
        self.random.pick(&NUMBERS)
    }

    pub(crate) fn value(&mut self, depth: usize) -> String {
        match self.random.below(if depth == 0 { 5 } else { 8 }) {
            0 => "null".into(),
            1 => "true".into(),
            2 => "false".into(),
            3 => self.number().into(),
            4 => {
                let text = self.text();
                self.quoted(&text)
            }
            5 => {
                let items: Vec<String> =
                    (0..self.random.below(4)).map(|_| format!("{}{}{}", self.gap(), self.value(depth - 1), self.gap())).collect();
                format!("[{}]", items.join(","))
            }
            _ => {
                let count = self.random.below(4);
                let mut names: BTreeSet<String> = (0..count).map(|_| self.text()).collect();
                let mut members: Vec<String> = std::mem::take(&mut names).into_iter().map(|name| self.member(&name, depth - 1)).collect();
                if self.random.once_in(30) && count > 0 {
                    let name = self.text();
                    members.extend([self.member(&name, 0), self.member(&name, 0)]);
                    self.duplicate = true;
                }
                format!("{{{}}}", members.join(","))
            }
        }
    }

    fn member(&mut self, name: &str, depth: usize) -> String {
        let name = self.quoted(name);
        let value = self.value(depth);
        format!("{}{name}{}:{}{value}{}", self.gap(), self.gap(), self.gap(), self.gap())
    }
}
