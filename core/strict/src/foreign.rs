//! Text that others wrote (a gateway, a server's certificate, the system, a file) before it stands in an error or on a terminal:
//! short, on one line, without what moves a cursor or turns the direction of writing.

use memchr::memchr3_iter;
use std::borrow::Cow;
use std::fmt::{Display, Write as _};

/// In characters.
const LONGEST: usize = 200;
/// The longest key of any document has 18.
const LONGEST_NAME: usize = 24;
/// The longest part of one, as in `token_header` or `outTradeNo`, has 14: "authentication".
const LONGEST_PART: usize = 14;
/// So few letters and digits are no secret.
const TOO_SHORT: usize = 3;
/// Instead of a key that may be a secret in the wrong place.
const NO_NAME: &str = "(a key that is no name)";

/// At most 200 characters, then an ellipsis.
pub fn cut(text: impl Display) -> String {
    limited(&text.to_string(), LONGEST)
}

/// At most `most` characters, then an ellipsis; what is not to be seen becomes U+FFFD.
pub fn limited(text: &str, most: usize) -> String {
    let mut rest = text.chars();
    let mut kept: String = rest.by_ref().take(most).map(|c| if is_unseen(c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if rest.next().is_some() {
        kept.push('…');
    }
    kept
}

/// The same text with what is not to be seen written as JSON writes it (`\u001b`), line ends apart: a JSON document stays one, with the
/// same values.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !hides(text) {
        return text.into();
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            // Writing to a String cannot fail.
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| _ = write!(shown, "\\u{unit:04x}")),
            false => shown.push(c),
        }
    }
    shown.into()
}

/// A key as errors repeat it: only what looks like the name of a setting or a field. A key, a password or a token in the place of a name has
/// digits, mixed case or no words.
pub fn name(key: &str) -> &str {
    let (has_part, has_capital) = (key.contains(['_', '-']), key.contains(|c: char| c.is_ascii_uppercase()));
    let of_names = |c: char| c.is_ascii_alphabetic() || "_-".contains(c) || c.is_ascii_digit() && has_part && !has_capital;
    let is_short = key.len() <= TOO_SHORT && key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_name = key.len() <= LONGEST_NAME
        && key.chars().all(of_names)
        && key.bytes().filter(u8::is_ascii_digit).count() <= 2
        && parts(key).all(is_word);
    if !key.is_empty() && (is_short || is_name) { key } else { NO_NAME }
}

/// `out`, `Trade`, `No` of `outTradeNo`.
fn parts(key: &str) -> impl Iterator<Item = &str> {
    key.split(['_', '-']).flat_map(|part| {
        let starts = part.char_indices().filter(|(_, c)| c.is_ascii_uppercase()).map(|(at, _)| at);
        let mut edges: Vec<usize> = starts.chain([0, part.len()]).collect();
        edges.sort_unstable();
        edges.dedup();
        edges.windows(2).filter_map(|edge| part.get(*edge.first()?..*edge.last()?)).collect::<Vec<_>>()
    })
}

/// Not so long, not a capital alone, and with the vowels that a word has.
fn is_word(part: &str) -> bool {
    let is_vowel = |c: char| "aeiouyAEIOUY".contains(c);
    let longest_without = part.split(is_vowel).map(str::len).max().unwrap_or_default();
    let lone_capital = part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_uppercase());
    part.len() <= LONGEST_PART && longest_without <= 4 && !lone_capital
}

fn is_hidden(c: char) -> bool {
    c != '\n' && is_unseen(c)
}

/// Whether anything is to be escaped: every result and every error is searched. The first look has no end before the last byte, so that many
/// bytes are looked at at once, and it is enough for ASCII; in Chinese few characters begin as those do that are hidden.
/// (Not to be built into a caller, which may be built for size.)
#[inline(never)]
fn hides(text: &str) -> bool {
    let look = |(rare, high), byte| (rare | u8::from(matches!(byte, 0..=9 | 11..=31 | 0x7F | 0xD8 | 0xE1 | 0xF3)), high | byte);
    match text.bytes().fold((0, 0), look) {
        (0, ..=0x7F) => false,
        (0, _) => memchr3_iter(0xC2, 0xE2, 0xEF, text.as_bytes())
            .any(|at| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_hidden)),
        _ => text.contains(is_hidden),
    }
}

/// Controls (ESC and the line ends among them), line and paragraph separators, and whatever has no width or turns the text around it.
pub fn is_unseen(c: char) -> bool {
    match c {
        '\0'..='\u{FF}' => c.is_control() || c == '\u{AD}',
        // Nearly all that is written here, Chinese among it.
        '\u{2070}'..='\u{FEFE}' => false,
        _ => matches!(c,
            '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_foreign_is_short_and_plain() {
        assert_eq!(cut("应用不存在 (app_id)"), "应用不存在 (app_id)");
        assert_eq!(cut("\u{1b}[2J\r\n\0\u{9b}m\u{202e}x\u{2028}\u{2066}\u{feff}"), "�[2J����m�x���");
        assert_eq!(cut("x".repeat(200)), "x".repeat(200));
        assert_eq!(cut("撤".repeat(300_000)), "撤".repeat(200) + "…");
    }

    #[test]
    fn every_kind_of_unseen_character_is_replaced() {
        for c in ('\0'..=char::MAX).filter(|c| c.is_control()) {
            assert_eq!(cut(c), "�", "{c:?}");
        }
        for c in "\u{ad}\u{61c}\u{180e}\u{200b}\u{200d}\u{200e}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{206f}\u{feff}\u{fff9}\u{e0041}".chars() {
            assert_eq!(cut(c), "�", "{c:?}");
        }
    }

    #[test]
    fn what_is_escaped_is_the_same_json() {
        for text in ["\u{1b}[2J", "a\u{2028}b\u{85}c\u{7f}", "\u{202e}x\u{e0041}\u{9b}", "\"\\\r\n\t", "撤销 ¥1.00 😀"] {
            let json = serde_json::to_string(text).unwrap();
            let shown = escaped(&json);
            assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
            assert!(!shown.contains(is_unseen), "{shown}");
        }
        assert_eq!(escaped("two\nlines\r\u{e0041}"), "two\nlines\\u000d\\udb40\\udc41");
    }

    #[test]
    fn the_search_finds_every_hidden_character_and_no_other() {
        for c in '\0'..=char::MAX {
            assert_eq!(hides(&format!("中,a{c}")), is_hidden(c), "{c:?}");
        }
    }

    #[test]
    fn names_are_repeated() {
        let settings = "gateway base_url connect_timeout_ms deadline_ms proxy ca_file app_id sign_type gateway_public_key encrypt_key encrypt_orders \
                        reply_hash allow_weak_key partner_id sm2_encoding sm2_user_id notify_url mode mch_id sub_appid sub_mch_id api_key mch_no aco_pay_sdk \
                        app_key authentication token_header mid tid password base64 body_base64 raw_base64 headers Content-Length";
        let fields = "agreeCode orderCode partnerSeq protocol_no out_trade_no transaction_no mch_trade_no merOrderId billNo billDate authIdRespCd \
                      srcReserve msg_id timestamp nonce operation order";
        let mistyped = "1 A1 k2v unheard_of total nam colour gatewya outTradeNo private-key privatekey timeout Order extra a x url";
        for key in [settings, fields, mistyped].iter().flat_map(|keys| keys.split_whitespace()).filter(|&key| key != "base64") {
            assert_eq!(name(key), key);
        }
    }

    #[test]
    fn secrets_are_not() {
        for key in [
            "",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
            "MIIEvQIBADANBgkqhkiG",
            "-----BEGIN PRIVATE KEY-----",
            "0123456789abcdef0123456789abcdef",
            "deadbeefcafedeadbeefcafe",
            "8934e7d15453e97507ef794cf7b0519d",
            "qwertyuiopasdfghjklzxcvbnmqwerty",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef",
            "aB3dE6gH",
            "fcAmtnx7MwismjWNhNKdHC44mNXtnEQeJkRrhKJwyrW2ysRR",
            "hunter2",
            "Passw0rd",
            "123456",
            "p@ssword",
            "correct horse",
            "sk-live-4242",
            "sk_live_51HqT",
            "\u{1b}[31mred",
            "order\u{202e}",
            "密码",
            "NXGRFLTZ",
            "bqwrtzxpl",
        ] {
            assert_eq!(name(key), NO_NAME, "{key}");
        }
    }
}
