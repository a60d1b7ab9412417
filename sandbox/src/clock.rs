//! Beijing time, which all five gateways keep.

use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

/// `yyyy-MM-dd HH:mm:ss`
pub(crate) const SPELT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
/// `yyyyMMddHHmmss`
pub(crate) const DIGITS: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day][hour][minute][second]");

/// How a timestamp stands to the gateway's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp {
    Good,
    /// More than ten minutes off.
    Skewed,
    Malformed,
}

/// Reads a timestamp as Beijing time. Ten minutes are the sandbox's own choice: the pages say only "within limits".
pub(crate) fn check(text: &str, format: &[BorrowedFormatItem<'_>]) -> Stamp {
    match PrimitiveDateTime::parse(text, format) {
        Err(_) => Stamp::Malformed,
        Ok(time) if (now() - time.assume_offset(offset!(+8))).abs() > Duration::minutes(10) => Stamp::Skewed,
        Ok(_) => Stamp::Good,
    }
}

/// The present moment in this format.
pub(crate) fn stamp(format: &[BorrowedFormatItem<'_>]) -> String {
    now().format(format).unwrap_or_default()
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc().to_offset(offset!(+8))
}

/// `yyyy-MM-dd`
pub(crate) fn is_date(text: &str) -> bool {
    time::Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()
}
