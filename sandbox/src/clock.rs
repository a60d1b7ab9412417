//! Beijing time, which all five gateways keep.

use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

pub(crate) type Format = &'static [BorrowedFormatItem<'static>];

/// `yyyy-MM-dd HH:mm:ss`
pub(crate) const SPELT: Format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
/// `yyyyMMddHHmmss`
pub(crate) const DIGITS: Format = format_description!("[year][month][day][hour][minute][second]");
/// `yyyyMMdd`
pub(crate) const DAY_DIGITS: Format = format_description!("[year][month][day]");
/// `yyyy-MM-dd`
pub(crate) const DAY: Format = format_description!("[year]-[month]-[day]");
/// As in RFC 3339.
pub(crate) const WITH_ZONE: Format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]+08:00");

/// How a timestamp stands to the gateway's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    Good,
    /// More than ten minutes off.
    Skewed,
    Malformed,
}

/// Reads a timestamp as Beijing time. Ten minutes are the sandbox's own choice: the pages say only "within limits".
pub(crate) fn check(text: &str, format: Format) -> Stamp {
    match PrimitiveDateTime::parse(text, format) {
        Err(_) => Stamp::Malformed,
        Ok(time) if (now() - time.assume_offset(offset!(+8))).abs() > Duration::minutes(10) => Stamp::Skewed,
        Ok(_) => Stamp::Good,
    }
}

/// Whether it is Beijing time, and not before the first nor after the last of these hours from now.
pub(crate) fn is_between(text: &str, format: Format, first: i64, last: i64) -> bool {
    PrimitiveDateTime::parse(text, format).is_ok_and(|time| {
        let ahead = time.assume_offset(offset!(+8)) - now();
        (Duration::hours(first)..=Duration::hours(last)).contains(&ahead)
    })
}

/// The present moment in this format.
pub(crate) fn stamp(format: Format) -> String {
    spell(now(), format)
}

/// A moment in Beijing in this format.
pub(crate) fn spell(moment: OffsetDateTime, format: Format) -> String {
    moment.format(format).unwrap_or_default()
}

/// The present moment, in Beijing.
pub(crate) fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc().to_offset(offset!(+8))
}

/// The present moment as a `Date` of HTTP.
pub(crate) fn http_date() -> String {
    const DATE: Format = format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    OffsetDateTime::now_utc().format(DATE).unwrap_or_default()
}

/// `yyyyMMdd`
pub(crate) fn is_day_digits(text: &str) -> bool {
    time::Date::parse(text, DAY_DIGITS).is_ok()
}

/// `yyyy-MM-dd`
pub(crate) fn is_date(text: &str) -> bool {
    time::Date::parse(text, DAY).is_ok()
}
