//! Beijing time: every gateway wants it (UTC+8), whatever zone the host keeps.

use time::macros::offset;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

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
        let (day, rest) = text.split_at_checked(10)?;
        let [b' ', h1, h2, b':', m1, m2, b':', s1, s2] = rest.as_bytes() else { return None };
        let time = Time::from_hms(number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?).ok()?;
        Some(Self(PrimitiveDateTime::new(date(day)?, time)))
    }

    /// `yyyy-MM-dd HH:mm:ss`
    pub(crate) fn dashed(self) -> String {
        written(self.0, ["-", " ", ":"])
    }

    /// `yyyyMMddHHmmss`
    pub(crate) fn compact(self) -> String {
        written(self.0, [""; 3])
    }

    /// Seconds since 1970.
    pub(crate) fn unix(self) -> i64 {
        self.0.assume_offset(offset!(+8)).unix_timestamp()
    }

    /// Seconds from `earlier` to `self`.
    pub(crate) fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).whole_seconds()
    }
}

/// RFC 3339 in UTC, of seconds since 1970, as certificates' dates are shown.
pub(crate) fn utc(seconds: u64) -> String {
    let moment = i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    moment.map_or_else(String::new, |moment| written(PrimitiveDateTime::new(moment.date(), moment.time()), ["-", "T", ":"]) + "Z")
}

/// Whether `text` is a calendar day written `yyyy-MM-dd`.
pub(crate) fn is_date(text: &str) -> bool {
    date(text).is_some()
}

fn date(text: &str) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let year = i32::from(number(&[*y1, *y2])?) * 100 + i32::from(number(&[*y3, *y4])?);
    Date::from_calendar_date(year, Month::try_from(number(&[*m1, *m2])?).ok()?, number(&[*d1, *d2])?).ok()
}

fn number(digits: &[u8; 2]) -> Option<u8> {
    let digits = digits.map(|digit| digit.wrapping_sub(b'0'));
    digits.iter().all(|digit| *digit <= 9).then(|| digits.iter().fold(0, |number, digit| number * 10 + digit))
}

/// With these between the parts of the day, day and hour, and the parts of the hour.
fn written(moment: PrimitiveDateTime, [dash, blank, colon]: [&str; 3]) -> String {
    let year = moment.year().unsigned_abs();
    let day = [("", year / 100), ("", year), (dash, u8::from(moment.month()).into()), (dash, moment.day().into())];
    let time = [(blank, moment.hour().into()), (colon, moment.minute().into()), (colon, moment.second().into())];
    let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or('0');
    let mut text = String::with_capacity(20);
    for (before, number) in day.into_iter().chain(time) {
        text.push_str(before);
        text.push(digit(number / 10));
        text.push(digit(number));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::format_description;

    #[test]
    fn all_forms_of_one_moment() {
        let moment = BeijingTime::parse("2022-04-21 15:00:52").unwrap();
        assert_eq!((moment.dashed().as_str(), moment.compact().as_str()), ("2022-04-21 15:00:52", "20220421150052"));
        assert_eq!(moment.unix(), 1_650_524_452);
    }

    #[test]
    fn only_that_form_of_a_real_moment() {
        for bad in [
            "",
            "2022-04-21T15:00:52",
            "2022-04-21 15:00:60",
            "2022-13-21 15:00:52",
            "2022-00-21 15:00:52",
            "2022-04-2\u{ff11} 15:00",
            "2022-02-30 00:00:00",
            "2022-04-21 24:00:00",
            "2022-4-21 15:00:52",
            "+022-04-21 15:00:52",
        ] {
            assert_eq!(BeijingTime::parse(bad), None, "{bad}");
        }
        assert!(is_date("2024-02-29") && !is_date("2023-02-29") && !is_date("2023-2-28"));
    }

    #[test]
    fn utc_is_written_as_certificates_write_it() {
        assert_eq!((utc(0).as_str(), utc(1_650_524_452).as_str()), ("1970-01-01T00:00:00Z", "2022-04-21T07:00:52Z"));
        assert_eq!(utc(u64::MAX), "");
    }

    /// The formats of the crate `time`, by which these were read and written before.
    #[test]
    fn every_moment_is_written_and_read_as_the_crate_does_it() {
        let dashed = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        let compact = format_description!("[year][month][day][hour][minute][second]");
        let rfc3339 = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
        for seconds in (0..253_402_300_800).step_by(86_399 * 37) {
            let moment = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            let ours = BeijingTime(PrimitiveDateTime::new(moment.date(), moment.time()));
            assert_eq!(ours.dashed(), moment.format(dashed).unwrap());
            assert_eq!(ours.compact(), moment.format(compact).unwrap());
            assert_eq!(utc(seconds.unsigned_abs()), moment.format(rfc3339).unwrap());
            assert_eq!(BeijingTime::parse(&ours.dashed()), Some(ours));
        }
        for (day, month, second) in (0..=40).flat_map(|n| [(n, 2, 0), (n, 4, 0), (1, n, 0), (1, 1, n * 2)]) {
            for year in ["0000", "2023", "2024", "2100", "9999"] {
                let text = format!("{year}-{month:02}-{day:02} 23:{second:02}:{second:02}");
                assert_eq!(BeijingTime::parse(&text), PrimitiveDateTime::parse(&text, dashed).ok().map(BeijingTime), "{text}");
            }
        }
    }

    #[test]
    fn now_is_eight_hours_ahead_of_utc() {
        let utc = OffsetDateTime::now_utc();
        let ahead = BeijingTime::now().0 - PrimitiveDateTime::new(utc.date(), utc.time());
        assert!((ahead - time::Duration::hours(8)).abs() < time::Duration::seconds(2));
    }
}
