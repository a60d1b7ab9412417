//! Amounts of money in an order, as the caller writes them.

use super::field::Field;
use crate::ground::error::{Error, Result};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::fmt;

/// Hundredths of a yuan: a whole number, or the text of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fen(String);

impl Fen {
    /// Above zero, of at most 12 digits, without a sign and without a zero before it; `path` is that of the field.
    pub(crate) fn checked(&self, path: &str) -> Result<&str> {
        let digits = Field::of_call(path, &self.0).only(|c| c.is_ascii_digit(), "digits (an amount in fen)")?;
        digits.not_empty()?.max_chars(12)?;
        match self.0.starts_with('0') {
            true => Err(Error::call(path, "must be above zero, and be written without a zero before it")),
            false => Ok(&self.0),
        }
    }

    /// As it is sent.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// The number, where it is one.
    pub(crate) fn value(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

impl<'de> Deserialize<'de> for Fen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_any(AnAmount)
    }
}

struct AnAmount;

impl Visitor<'_> for AnAmount {
    type Value = Fen;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of fen, or the text of one")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> std::result::Result<Fen, E> {
        Ok(Fen(number.to_string()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Fen, E> {
        Ok(Fen(text.into()))
    }
}

/// Yuan with at most two decimals, as hundredths; `None` for any other text.
pub(crate) fn fen_of_yuan(text: &str) -> Option<u64> {
    let (yuan, part) = text.split_once('.').map_or((text, None), |(yuan, part)| (yuan, Some(part)));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_canonical = is_number(yuan) && (yuan == "0" || !yuan.starts_with('0'));
    let hundredths = match part {
        None => 0,
        Some(part) if is_number(part) && part.len() == 1 => part.parse::<u64>().ok()? * 10,
        Some(part) if is_number(part) && part.len() == 2 => part.parse::<u64>().ok()?,
        Some(_) => return None,
    };
    let yuan = is_canonical.then(|| yuan.parse::<u64>().ok())??;
    yuan.checked_mul(100)?.checked_add(hundredths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fen_are_a_whole_number_above_zero() {
        for text in ["1", "100", "999999999999"] {
            assert_eq!(Fen(text.into()).checked("order.refund_fee").unwrap(), text);
        }
        for text in ["", "0", "01", "-1", "+1", "1.0", "1e2", " 1", "1 ", "1,000", "１", "1000000000000"] {
            let error = Fen(text.into()).checked("order.refund_fee").unwrap_err();
            assert_eq!(error.field(), Some("order.refund_fee"), "{text}");
        }
    }

    #[test]
    fn yuan_have_at_most_two_decimals() {
        let read = [("0.01", 1), ("1", 100), ("1.5", 150), ("1.50", 150), ("12345678.90", 1_234_567_890), ("0", 0)];
        for (text, fen) in read {
            assert_eq!(fen_of_yuan(text), Some(fen), "{text}");
        }
        for text in ["", ".", "1.", ".5", "1.234", "01.00", "-1", "+1", "1e2", "1,00", " 1", "1.0 ", "99999999999999999999"] {
            assert_eq!(fen_of_yuan(text), None, "{text}");
        }
    }
}
