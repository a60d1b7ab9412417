//! A gateway's view of a request: forms, XML and sockets read with code of its own, and random orders to ask for.

use chexiao_kit::openssl::openssl;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// Characters with their GBK codes, from the code table; the last two are not in GB2312.
const HAN: [(char, [u8; 2]); 10] = [
    ('撤', [0xB3, 0xB7]),
    ('销', [0xCF, 0xFA]),
    ('单', [0xB5, 0xA5]),
    ('号', [0xBA, 0xC5]),
    ('中', [0xD6, 0xD0]),
    ('文', [0xCE, 0xC4]),
    ('啊', [0xB0, 0xA1]),
    ('齄', [0xF7, 0xFE]),
    ('囍', [0x87, 0xD6]),
    ('镕', [0xE9, 0x46]),
];

/// Chinese characters that the charset has.
pub(crate) fn stay_within(charset: &str) -> &'static str {
    if charset == "GB2312" { "撤销单号中文啊齄" } else { "撤销单号中文啊齄囍镕" }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// So many random bytes, as lower-case hexadecimal digits.
pub(crate) fn random_hex(bytes: usize) -> String {
    hex(&openssl(&["rand", &bytes.to_string()], b""))
}

/// 1 to `longest` random characters of `alphabet`, not all of them blank.
pub(crate) fn random_text(longest: usize, alphabet: &str) -> String {
    let alphabet: Vec<char> = alphabet.chars().collect();
    let drawn = openssl(&["rand", &(longest + 1).to_string()], b"");
    let length = 1 + usize::from(drawn[0]) % longest;
    let text: String = drawn[1..=length].iter().map(|&byte| alphabet[usize::from(byte) % alphabet.len()]).collect();
    if text.trim().is_empty() { "A1".into() } else { text }
}

/// A decoded form body: the bytes of every value, by name in ascending order.
pub(crate) struct Form(pub(crate) BTreeMap<String, Vec<u8>>);

impl Form {
    pub(crate) fn of(body: &[u8]) -> Self {
        let mut form = BTreeMap::new();
        for pair in std::str::from_utf8(body).expect("a form body is ASCII").split('&') {
            let (name, value) = pair.split_once('=').unwrap();
            assert!(form.insert(name.into(), percent_decode(value)).is_none(), "{name} twice");
        }
        Self(form)
    }

    /// All but `sign`, sorted, as they were before they were encoded.
    pub(crate) fn string_to_sign(&self) -> Vec<u8> {
        let signed = self.0.iter().filter(|(name, _)| *name != "sign");
        signed.map(|(name, value)| [name.as_bytes(), b"=", value].concat()).collect::<Vec<_>>().join(&b'&')
    }

    /// An ASCII value.
    pub(crate) fn text(&self, name: &str) -> String {
        String::from_utf8(self.0[name].clone()).unwrap()
    }

    /// A JSON value in the charset.
    pub(crate) fn json(&self, name: &str, charset: &str) -> Value {
        let bytes = &self.0[name];
        let text = if charset == "UTF-8" { String::from_utf8(bytes.clone()).unwrap() } else { from_gbk(bytes) };
        serde_json::from_str(&text).unwrap()
    }
}

fn percent_decode(value: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), value.as_bytes().iter());
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = String::from_utf8([*rest.next().unwrap(), *rest.next().unwrap()].into()).unwrap();
                u8::from_str_radix(&digits, 16).unwrap()
            }
            plain => plain,
        });
    }
    bytes
}

/// By the table above; any other code fails the test.
fn from_gbk(bytes: &[u8]) -> String {
    let (mut text, mut rest) = (String::new(), bytes.iter());
    while let Some(&lead) = rest.next() {
        text.push(match lead {
            0..0x80 => char::from(lead),
            _ => {
                let code = [lead, *rest.next().unwrap()];
                HAN.iter().find(|(_, known)| *known == code).unwrap_or_else(|| panic!("{code:02X?} was never asked for")).0
            }
        });
    }
    text
}

/// The elements of `<xml><name>text</name>…</xml>`, whose texts here hold no markup.
pub(crate) fn xml(body: &[u8]) -> BTreeMap<String, String> {
    let text = std::str::from_utf8(body).unwrap();
    let mut rest = text.strip_prefix("<xml>").unwrap().strip_suffix("</xml>").unwrap();
    let mut fields = BTreeMap::new();
    while let Some((name, after)) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        let (value, after) = after.split_once(&format!("</{name}>")).unwrap();
        assert!(!value.contains(['<', '&']) && fields.insert(name.into(), value.into()).is_none());
        rest = after;
    }
    assert_eq!(rest, "");
    fields
}

type Received = (String, Vec<u8>);

/// A gateway for two requests: it grants the token, then answers `{}`. Returns its address and, when joined, both requests.
pub(crate) fn token_gateway(token: &str) -> (String, JoinHandle<[Received; 2]>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    let grant = format!(r#"{{"errCode":"0000","accessToken":"{token}","expiresIn":3600}}"#);
    let answers = [grant, "{}".into()];
    (base_url, std::thread::spawn(move || answers.map(|answer| serve(&listener.accept().unwrap().0, &answer))))
}

fn serve(mut stream: &TcpStream, answer: &str) -> Received {
    let (mut reader, mut head) = (BufReader::new(stream), String::new());
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the request ends in its head: {head}");
    }
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok());
    let mut body = vec![0; length.expect("a Content-Length")];
    reader.read_exact(&mut body).unwrap();
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}", answer.len()).unwrap();
    (head, body)
}
