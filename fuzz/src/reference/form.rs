//! A form by a reader of its own: bytes, no library.

use std::collections::BTreeMap;

/// Names and values as bytes.
pub type Fields = BTreeMap<Vec<u8>, Vec<u8>>;

/// `None` if a parameter stands twice or has no `=`, or a `%` no two digits.
pub fn read(body: &[u8]) -> Option<Fields> {
    let mut fields = Fields::new();
    for pair in body.split(|byte| *byte == b'&') {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let (name, value) = (decode(halves.next()?)?, decode(halves.next()?)?);
        if fields.insert(name, value).is_some() {
            return None;
        }
    }
    Some(fields)
}

fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = std::str::from_utf8(text.get(at..at + 2)?).ok()?;
                digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(())?;
                bytes.push(u8::from_str_radix(digits, 16).ok()?);
                at += 2;
            }
            byte => bytes.push(*byte),
        }
    }
    Some(bytes)
}

/// `a=1&b=2`, sorted, without `sign` and blank values.
pub fn signed(fields: &Fields) -> Vec<u8> {
    let kept = fields.iter().filter(|(name, value)| name.as_slice() != b"sign" && !is_blank(value));
    kept.map(|(name, value)| [name.as_slice(), b"=", value].concat()).collect::<Vec<_>>().join(&b'&')
}

/// In UTF-8, or else in GBK.
fn is_blank(value: &[u8]) -> bool {
    let text = String::from_utf8(value.into()).ok();
    let text = text.or_else(|| encoding_rs::GBK.decode_without_bom_handling_and_without_replacement(value).map(Into::into));
    text.is_some_and(|text| text.trim().is_empty())
}
