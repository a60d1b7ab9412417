//! The same message, written differently: what a signature does not cover, or covers in canonical form, may look like anything.

use crate::reference::form;
use crate::reference::json::{Node, Value};
use crate::reference::xml::Fields;
use crate::script::Script;

/// JSON with other blanks, escapes and order of members. Members named in `kept` stay as they were written.
pub fn json(node: &Node<'_>, kept: &[&str], script: &mut Script<'_>) -> String {
    let mut out = String::new();
    write(&mut out, node, kept, script);
    out
}

fn write(out: &mut String, node: &Node<'_>, kept: &[&str], script: &mut Script<'_>) {
    blanks(out, script);
    match &node.value {
        Value::Word => out.push_str(node.raw),
        Value::Text(text) => string(out, text, script),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                write(out, item, kept, script);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (at, (name, inner)) in shuffled(members, script).into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                blanks(out, script);
                string(out, name, script);
                blanks(out, script);
                out.push(':');
                match kept.contains(&name.as_str()) {
                    true => out.push_str(inner.raw),
                    false => write(out, inner, kept, script),
                }
            }
            out.push('}');
        }
    }
    blanks(out, script);
}

fn shuffled<'t, T>(items: &'t [T], script: &mut Script<'_>) -> Vec<&'t T> {
    let mut rest: Vec<&T> = items.iter().collect();
    let mut order = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        order.push(rest.remove(usize::from(script.byte()) % rest.len()));
    }
    order
}

fn blanks(out: &mut String, script: &mut Script<'_>) {
    out.push_str(["", "", " ", "\n", "\r\n\t", ""][usize::from(script.byte()) % 6]);
}

fn string(out: &mut String, text: &str, script: &mut Script<'_>) {
    out.push('"');
    let escape = script.byte();
    for (at, c) in text.chars().enumerate() {
        let short = match c {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '/' => Some('/'),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            _ => None,
        };
        let must = c < ' ' || c == '"' || c == '\\';
        match (short, escape.rotate_left(at as u32) & 3) {
            (Some(letter), 1 | 2) => out.extend(['\\', letter]),
            (_, 3) | (None, 1) => units(out, c),
            (Some(letter), _) if must => out.extend(['\\', letter]),
            _ if must => units(out, c),
            _ => out.push(c),
        }
    }
    out.push('"');
}

fn units(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04X}"));
    }
}

/// A form in another order and with other escapes; and with parameters that say nothing.
pub fn form(fields: &form::Fields, script: &mut Script<'_>) -> Vec<u8> {
    let pairs: Vec<(&Vec<u8>, &Vec<u8>)> = fields.iter().collect();
    let mut written: Vec<Vec<u8>> = Vec::new();
    for (name, value) in shuffled(&pairs, script) {
        let way = script.byte();
        written.push([escaped(name, way), escaped(value, way)].join(&b'='));
    }
    for (at, blank) in ["", "+", "%20%09", "%0D%0A"].iter().take(usize::from(script.byte()) % 5).enumerate() {
        written.push(format!("blank{at}={blank}").into());
    }
    written.join(&b'&')
}

fn escaped(bytes: &[u8], way: u8) -> Vec<u8> {
    let plain = |at: usize, byte: u8| match way.rotate_left(at as u32) & 3 {
        0 => false,
        1 => byte.is_ascii_alphanumeric(),
        _ => !b"%+&=".contains(&byte) && byte > b' ' && byte != 0x7F,
    };
    let digits = |byte: u8, lower: bool| if lower { format!("%{byte:02x}") } else { format!("%{byte:02X}") };
    let escape = |(at, byte): (usize, &u8)| match *byte {
        byte if plain(at, byte) => vec![byte],
        b' ' if way & 1 == 1 => vec![b'+'],
        byte => digits(byte, way & 2 == 2).into_bytes(),
    };
    bytes.iter().enumerate().flat_map(escape).collect()
}

/// `<xml>` with other blanks, order, comments and ways to write text.
pub fn xml(fields: &Fields, script: &mut Script<'_>) -> String {
    let fields: Vec<(&String, &String)> = fields.iter().collect();
    let mut out = String::from(["", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "\u{feff}"][usize::from(script.byte()) % 3]);
    gap(&mut out, script);
    out.push_str("<xml>");
    for (name, text) in shuffled(&fields, script) {
        gap(&mut out, script);
        if text.is_empty() && script.byte() % 2 == 1 {
            out.push_str(&format!("<{name} />"));
            continue;
        }
        out.push_str(&format!("<{name}>"));
        content(&mut out, text, script);
        out.push_str(&format!("</{name}\n>"));
    }
    gap(&mut out, script);
    out + "</xml>"
}

fn gap(out: &mut String, script: &mut Script<'_>) {
    out.push_str(["", "\r\n ", "<!-- a comment -->", "\t"][usize::from(script.byte()) % 4]);
}

fn content(out: &mut String, text: &str, script: &mut Script<'_>) {
    if script.byte().is_multiple_of(3) && !text.contains('\r') {
        out.push_str(&format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>")));
        return;
    }
    let way = script.byte();
    for (at, c) in text.chars().enumerate() {
        match way.rotate_left(at as u32) & 7 {
            0 => out.push_str(&format!("&#{};", u32::from(c))),
            1 => out.push_str(&format!("&#x{:x};", u32::from(c))),
            2 => out.push_str("<!---->"),
            _ => {}
        }
        if way.rotate_left(at as u32) & 7 > 1 {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\r' => out.push_str("&#13;"),
                c => out.push(c),
            }
        }
    }
}
