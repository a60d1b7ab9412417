//! XML documents: replies written in every way XML has, some of them spoilt.

use crate::random::Random;

/// Stands where the signature will be.
pub(crate) const PLACEHOLDER: &str = "0123456789ABCDEF0123456789ABCDEF";

const NAMES: [&str; 12] = ["nonce_str", "err_code_des", "return_msg", "x", "a.b", "a-b", "_a", "A1", "device_info", "y", "z", "w"];
const ODD_NAMES: [&str; 8] = ["中", "a:b", "1a", "-a", "a\u{b7}", "xml", "a b", "return_code"];
const TEXTS: [&str; 16] =
    ["", "SUCCESS", "1", " ", "中文", "😀", "a\nb", "a\r\nb", "\r", "\t", "'\"", ">", "a=1", "\u{85}", "\u{2028}", "\u{7f}"];
const ODD_TEXTS: [&str; 12] = ["]]>", "&", "<", "\0", "\u{1}", "\u{fffe}", "&x;", "&#0;", "&#xd800;", "&#x110000;", "&amp", "\u{feff}"];
const MARKS: &[u8] = b"<>&;/!-[]?=\"'# \n\0aA0\xff\xc3";

/// One document, and whether it was spoilt byte by byte.
pub(crate) fn document(random: &mut Random) -> Vec<u8> {
    let mut fields = vec![field(random, "return_code", "SUCCESS"), field(random, "sign", PLACEHOLDER)];
    let mut names = NAMES.to_vec();
    for _ in 0..random.below(6) {
        let name = if random.once_in(25) { random.pick(&ODD_NAMES) } else { names.swap_remove(random.below(names.len())) };
        let text: String = (0..random.below(4)).map(|_| random.pick(&TEXTS)).collect();
        let at = random.below(fields.len() + 1);
        fields.insert(at, field(random, name, &text));
    }
    let gap = |random: &mut Random| match random.below(12) {
        0 => " \r\n\t",
        1 => "<!-- & <a> -->",
        2 if random.once_in(8) => random.pick(&["x", "<![CDATA[]]>", "&#32;", "<?x y?>", "<!-- -- -->", "<!DOCTYPE xml>", "</a>", "<a>"]),
        _ => "",
    };
    let mut out = String::new();
    if random.once_in(10) {
        out += "\u{feff}";
    }
    out += match random.below(12) {
        0 | 1 => "<?xml version=\"1.0\"?>",
        2 => "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone='yes' ?>",
        3 if random.once_in(2) => random.pick(&[
            "<?xml version=\"1.1\"?>",
            "<?xml version=\"1.0\" encoding=\"GBK\"?>",
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>",
            "<?xml?>",
            "<?xml encoding=\"UTF-8\"?>",
            "<?xml version=\"1.0\" version=\"1.0\"?>",
            "<?XML version=\"1.0\"?>",
            " <?xml version=\"1.0\"?>",
            "<!DOCTYPE xml>",
        ]),
        _ => "",
    };
    out += gap(random);
    out += random.pick(&["<xml>", "<xml>", "<xml>", "<xml >", "<xml\n>"]);
    for field in fields {
        out += gap(random);
        out += &field;
    }
    out += gap(random);
    out += random.pick(&["</xml>", "</xml>", "</xml>", "</xml >"]);
    out += gap(random);
    let mut bytes = out.into_bytes();
    if random.once_in(2) {
        random.spoil(&mut bytes, MARKS);
    }
    bytes
}

fn field(random: &mut Random, name: &str, text: &str) -> String {
    if text.is_empty() && random.once_in(2) {
        return random.pick(&["<N/>", "<N />", "<N></N>"]).replace('N', name);
    }
    let open = random.pick(&["<N>", "<N>", "<N>", "<N >", "<N\t>", "<N>"]).replace('N', name);
    let attribute = if random.once_in(60) { open.replace('>', " a='1'>") } else { open };
    let close = random.pick(&["</N>", "</N>", "</N>", "</N >"]).replace('N', name);
    format!("{attribute}{}{close}", content(random, text))
}

/// The text in pieces: as it is, in CDATA, as references, with comments between.
fn content(random: &mut Random, text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let take = if text == PLACEHOLDER { rest.len() } else { 1 + random.below(rest.chars().count()) };
        let end = rest.char_indices().nth(take).map_or(rest.len(), |(at, _)| at);
        let piece = &rest[..end];
        rest = &rest[end..];
        out += &match random.below(6) {
            0 | 1 => format!("<![CDATA[{piece}]]>"),
            2 if text != PLACEHOLDER => piece.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
            3 if text != PLACEHOLDER => piece.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
            _ => piece
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', random.pick(&["&gt;", ">"]))
                .replace('"', random.pick(&["&quot;", "\""])),
        };
        if random.once_in(12) {
            out += "<!-- - -->";
        }
    }
    if random.once_in(40) {
        out += random.pick(&ODD_TEXTS);
    }
    out
}
