//! How a signature is written down, and how others have written it.

use super::from_hex;
use crate::search::Deviation;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// How the gateway writes signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Base64,
    UpperHex,
}

/// The bytes that a text may stand for, with what is wrong with the writing.
pub(crate) type Reading = (Vec<Deviation>, Vec<u8>);

/// Every reading of a signature.
pub(crate) fn readings(text: &str, due: Written) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    for (outer, text) in unwrapped(text) {
        for (inner, bytes) in plain(&text, due) {
            let deviations: Vec<Deviation> = outer.iter().chain(&inner).cloned().collect();
            if !found.iter().any(|(_, known)| *known == bytes) {
                found.push((deviations, bytes));
            }
        }
    }
    found
}

/// The text, and what it is without what does not belong around it.
fn unwrapped(text: &str) -> Vec<(Vec<Deviation>, String)> {
    let mut forms = vec![(Vec::new(), text.to_string())];
    let mut add = |mistake, form: Option<String>| {
        if let Some(form) = form.filter(|form| form != text) {
            forms.push((vec![Deviation::new(mistake, "")], form));
        }
    };
    let quoted = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    add("sign_quoted", quoted.map(String::from));
    add("sign_line_breaks", Some(text.replace(['\r', '\n'], "")));
    add("sign_plus_lost", (!text.trim().contains('\n')).then(|| text.replace(' ', "+")));
    add("sign_blanks", Some(text.trim().to_string()));
    add("sign_url_encoded", text.contains('%').then(|| crate::text::percent_decoded(text)));
    forms
}

fn plain(text: &str, due: Written) -> Vec<Reading> {
    let is_lower = !text.chars().any(|c| c.is_ascii_uppercase());
    let is_upper = !text.chars().any(|c| c.is_ascii_lowercase());
    let is_url_safe = text.contains(['-', '_']);
    let mut found = Vec::new();
    let mut add = |mistake: &'static str, bytes: Option<Vec<u8>>| {
        let deviations = if mistake.is_empty() { Vec::new() } else { vec![Deviation::new(mistake, "")] };
        found.extend(bytes.filter(|bytes| !bytes.is_empty()).map(|bytes| (deviations, bytes)));
    };
    let hex = from_hex(text);
    match due {
        Written::UpperHex if is_upper => add("", hex),
        Written::UpperHex => add(if is_lower { "sign_lower_case" } else { "sign_mixed_case" }, hex),
        Written::Base64 => {}
    }
    let strict = chexiao_strict::base64::from_base64(text);
    let of_text = |bytes: &Vec<u8>| String::from_utf8(bytes.clone()).ok();
    let again = strict.as_ref().and_then(of_text);
    match due {
        Written::Base64 => {
            add("", strict);
            add("sign_url_safe", lenient(text, true).filter(|_| is_url_safe));
            add("sign_padding", lenient(text, false));
            add("sign_base64_twice", again.as_deref().and_then(chexiao_strict::base64::from_base64));
            add("sign_base64_of_hex", again.as_deref().and_then(from_hex));
            add("sign_hex", from_hex(text));
        }
        Written::UpperHex => {
            add("sign_base64_of_hex", again.as_deref().and_then(from_hex));
            add("sign_base64", strict);
            add("sign_url_safe", lenient(text, true).filter(|_| is_url_safe));
        }
    }
    found
}

/// The bytes written as due, but for these deviations; `None` of one that cannot be made.
pub(crate) fn written(bytes: &[u8], due: Written, deviations: &[Deviation]) -> Option<String> {
    let base64 = chexiao_strict::base64::base64;
    let hex = super::hex(bytes);
    let mut names = deviations.iter().map(|deviation| deviation.mistake);
    let text = match (names.next(), due) {
        (None, Written::Base64) | (Some("sign_base64"), Written::UpperHex) => base64(bytes),
        (None, Written::UpperHex) => hex.to_uppercase(),
        (Some("sign_lower_case" | "sign_hex"), _) => hex,
        (Some("sign_base64_of_hex"), _) => base64(hex.as_bytes()),
        (Some("sign_base64_twice"), _) => base64(base64(bytes).as_bytes()),
        (Some("sign_url_safe"), _) => base64(bytes).replace('+', "-").replace('/', "_"),
        (Some("sign_padding"), _) => base64(bytes).trim_end_matches('=').into(),
        (Some("sign_quoted"), Written::Base64) => format!("\"{}\"", base64(bytes)),
        (Some("sign_quoted"), Written::UpperHex) => format!("\"{}\"", hex.to_uppercase()),
        (Some(_), _) => return None,
    };
    names.next().is_none().then_some(text)
}

fn lenient(text: &str, url_safe: bool) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(if url_safe { &URL_SAFE } else { &STANDARD }, config).decode(text).ok()
}
