//! Beijing time: every gateway wants it (UTC+8), whatever zone the host keeps.

use time::format_description::StaticFormatDescription;
use time::macros::{format_description, offset};
use time::{OffsetDateTime, PrimitiveDateTime};

const DASHED: StaticFormatDescription = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
const COMPACT: StaticFormatDescription = format_description!("[year][month][day][hour][minute][second]");
const DATE: StaticFormatDescription = format_description!("[year]-[month]-[day]");

const UTC: StaticFormatDescription = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// A moment in Beijing, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BeijingTime(PrimitiveDateTime);

impl BeijingTime {
    /// Now, by the host's clock.
    pub(crate) fn now() -> Self {
        let here = OffsetDateTime::now_utc().to_offset(offset!(+8));
        Self(PrimitiveDateTime::new(here.date(), here.time()))
    }

    /// Reads `yyyy-MM-dd HH:mm:ss`; `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        // The fixed length keeps out what `time` would also read: signs and years of more than four digits.
        (text.len() == 19).then(|| PrimitiveDateTime::parse(text, DASHED).ok().map(Self)).flatten()
    }

    /// `yyyy-MM-dd HH:mm:ss`
    pub(crate) fn dashed(self) -> String {
        self.0.format(DASHED).unwrap_or_default()
    }

    /// `yyyyMMddHHmmss`
    pub(crate) fn compact(self) -> String {
        self.0.format(COMPACT).unwrap_or_default()
    }

    /// Seconds from `earlier` to `self`.
    pub(crate) fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_seconds()
    }
}

/// RFC 3339 in UTC, of seconds since 1970, as certificates' dates are shown.
pub(crate) fn utc(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    moment.and_then(|moment| moment.format(UTC).ok()).unwrap_or_default()
}

/// Whether `text` is a calendar day written `yyyy-MM-dd`.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && time::Date::parse(text, DATE).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_one_moment() {
        let moment = BeijingTime::parse("2022-04-21 15:00:52").unwrap();
        assert_eq!((moment.dashed().as_str(), moment.compact().as_str()), ("2022-04-21 15:00:52", "20220421150052"));
    }

    #[test]
    fn only_that_form_of_a_real_moment() {
        for bad in ["", "2022-04-21T15:00:52", "2022-02-30 00:00:00", "2022-04-21 24:00:00", "2022-4-21 15:00:52", "+022-04-21 15:00:52"] {
            assert_eq!(BeijingTime::parse(bad), None, "{bad}");
        }
        assert!(is_date("2024-02-29") && !is_date("2023-02-29") && !is_date("2023-2-28"));
    }

    #[test]
    fn utc_is_written_as_certificates_write_it() {
        assert_eq!((utc(0).as_str(), utc(1_650_524_452).as_str()), ("1970-01-01T00:00:00Z", "2022-04-21T07:00:52Z"));
        assert_eq!(utc(u64::MAX), "");
    }

    #[test]
    fn now_is_eight_hours_ahead_of_utc() {
        let utc = OffsetDateTime::now_utc();
        let ahead = BeijingTime::now().0 - PrimitiveDateTime::new(utc.date(), utc.time());
        assert!((ahead - time::Duration::hours(8)).abs() < time::Duration::seconds(2));
    }
}
