//! Other characters of the same class in the place of each: the same text always becomes the same one, of the same length.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// How one record replaces. Its seed is drawn for it and kept nowhere.
pub(super) struct Scrub {
    seed: [u8; 32],
    /// The names of what was replaced.
    replaced: RefCell<BTreeSet<String>>,
}

/// Words of the protocol stand under these names, and no one's data.
const WORDS: [&str; 46] = [
    "method",
    "charset",
    "sign_type",
    "signtype",
    "format",
    "version",
    "encrypt_type",
    "return_code",
    "result_code",
    "err_code",
    "code",
    "sub_code",
    "errcode",
    "status",
    "trade_status",
    "trade_state",
    "trade_type",
    "fee_type",
    "currency",
    "instmid",
    "msgtype",
    "order_status",
    "refund_status",
    "billstatus",
    "pay_status",
    "paymode",
    "ordercurr",
    "targetsys",
    "x-acopay-sign-type",
    "content-type",
    "accept",
    "authorization-scheme",
    "timestamp",
    "requesttimestamp",
    "responsetimestamp",
    "timestart",
    "time_end",
    "submittime",
    "paytime",
    "host",
    "operation",
    "date",
    "gateway",
    "sm2_encoding",
    "reply_hash",
    "response_code",
];

/// So that a name is written by characters that every charset here has.
const HANZI: [char; 16] = ['天', '地', '人', '和', '春', '夏', '秋', '冬', '山', '水', '风', '月', '金', '木', '火', '土'];

impl Scrub {
    pub(super) fn new(seed: [u8; 32]) -> Self {
        Self { seed, replaced: RefCell::default() }
    }

    pub(super) fn replaced(&self) -> Vec<String> {
        self.replaced.borrow().iter().cloned().collect()
    }

    /// The value of this name: itself where it is a word of the protocol, else another one.
    pub(super) fn value(&self, name: &str, text: &str) -> String {
        if (WORDS.contains(&name.to_ascii_lowercase().as_str()) && is_word(name, text)) || is_constant(text) {
            return text.into();
        }
        self.replaced.borrow_mut().insert(name.into());
        self.text(text)
    }

    /// Other characters for all letters and digits.
    pub(super) fn text(&self, text: &str) -> String {
        let mut stream = self.stream(text);
        let mut pick = |from: char, count: u32| {
            let random = u32::from(stream.next().unwrap_or_default()) << 8 | u32::from(stream.next().unwrap_or_default());
            char::from_u32(u32::from(from) + random % count).unwrap_or(from)
        };
        let other = |(at, c): (usize, char)| match c {
            '0' if at == 0 => c,
            '1'..='9' if at == 0 => pick('1', 9),
            '0'..='9' => pick('0', 10),
            'a'..='z' => pick('a', 26),
            'A'..='Z' => pick('A', 26),
            c if !c.is_ascii() && c.is_alphanumeric() => HANZI.get(pick('\0', 16) as usize).copied().unwrap_or(c),
            c => c,
        };
        text.chars().enumerate().map(other).collect()
    }

    /// The same for a number, which stays one.
    pub(super) fn number(&self, name: &str, text: &str) -> String {
        self.value(name, text).chars().zip(text.chars()).map(|(new, old)| if old.is_ascii_digit() { new } else { old }).collect()
    }

    fn stream(&self, text: &str) -> impl Iterator<Item = u8> + use<> {
        let (seed, text) = (self.seed, text.to_string());
        (0u32..).flat_map(move |block| {
            let mac = <Hmac<Sha256> as Mac>::new_from_slice(&seed).map(|mac| mac.chain_update(block.to_be_bytes()).chain_update(&text));
            mac.map(|mac| mac.finalize().into_bytes()).unwrap_or_default()
        })
    }
}

/// Codes, names of methods and times; nothing that may hold a number of an order.
fn is_word(name: &str, text: &str) -> bool {
    let is_plain = text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-:/ +;=,*".contains(&byte));
    let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
    is_plain && (longest <= 8 || name.to_ascii_lowercase().contains("time") && text.len() <= 23)
}

/// What says nothing about anybody.
fn is_constant(text: &str) -> bool {
    ["", "0", "true", "false", "null", "SUCCESS", "FAIL"].contains(&text)
}
