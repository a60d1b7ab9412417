//! A fault in the words of the catalogue.

use std::fmt;

use super::{Again, CATALOGUE, Change, Delivery, Fault, Reading, Row};

impl fmt::Display for Fault {
    /// As [`Fault::parse`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.number().to_string();
        let mut all = CATALOGUE.iter().flat_map(|row| spellings(row, &number));
        let own = all.find(|text| Fault::parse(text) == Some(*self));
        f.write_str(&own.unwrap_or_else(|| format!("{self:?}")))
    }
}

/// Without parameters, then with each alternative, the number in the place of what stands in capitals.
fn spellings(row: &'static Row, number: &str) -> impl Iterator<Item = String> {
    let with = move |parameters: &str| {
        let is_number = |word: &str| word.bytes().all(|b| b.is_ascii_uppercase());
        let words: Vec<_> = parameters.split(':').map(|word| if is_number(word) { number } else { word }).collect();
        format!("{}:{}", row.name, words.join(":"))
    };
    let alternatives: Vec<_> = row.parameters.split('|').map(with).collect();
    std::iter::once(row.name.to_string()).chain(alternatives)
}

impl Fault {
    /// The number among its parameters, a time in milliseconds; 0, where there is none.
    fn number(self) -> u128 {
        let wide = |number: usize| number as u128;
        match self {
            Fault::Sleep(time)
            | Fault::Delay(time)
            | Fault::Slow(time)
            | Fault::Delivery(Delivery::Drip(time) | Delivery::BodyDrip(time) | Delivery::Again(Again::After(time))) => time.as_millis(),
            Fault::Reading(Reading::Stops(bytes) | Reading::Reset(bytes)) => wide(bytes),
            Fault::Change(Change::Status(status, _) | Change::Redirect(status)) => status.into(),
            Fault::Change(Change::Headers(size) | Change::HeaderSize(size) | Change::BodySize(size)) => wide(size),
            Fault::Change(Change::Announce(bytes)) => bytes.into(),
            Fault::Delivery(Delivery::Stall(size) | Delivery::CutAt(size, _) | Delivery::Interim(Some(size))) => wide(size),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spelt_is_read_again() {
        for (text, spelt) in [
            ("CUT", "cut"),
            ("status:503", "status:503"),
            ("Status:503:HTML", "status:503"),
            ("status:404:signed", "status:404:signed"),
            ("sleep", "sleep"),
            ("sleep:40", "sleep:40"),
            ("cut-at:12:RST", "cut-at:12:rst"),
            ("says:paid", "says:paid"),
            ("again:next", "again:next"),
        ] {
            assert_eq!(Fault::parse(text).map(|fault| fault.to_string()).as_deref(), Some(spelt));
        }
        for row in CATALOGUE {
            for fault in spellings(row, "503").filter_map(|text| Fault::parse(&text)) {
                assert_eq!(Fault::parse(&fault.to_string()), Some(fault), "{fault:?}");
            }
        }
    }
}
