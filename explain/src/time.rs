//! Times as others write them, and those that were taken a moment or a time zone apart.

/// Seconds since the beginning of 1970, of a clock of no zone.
pub(crate) type Time = i64;

/// Another writing of the time that is sent, or another time.
pub(crate) type Form = (&'static str, fn(Time) -> String);

pub(crate) const FORMS: &[Form] = &[
    ("yyyyMMddHHmmss", |time| written(time).replace(['-', ' ', ':'], "")),
    ("yyyy/MM/dd HH:mm:ss", |time| written(time).replace('-', "/")),
    ("yyyy-MM-ddTHH:mm:ss", |time| written(time).replace(' ', "T")),
    ("yyyy-MM-dd+HH:mm:ss", |time| written(time).replace(' ', "+")),
    ("yyyy-MM-dd HH:mm", |time| written(time).chars().take(16).collect()),
    ("seconds since 1970", |time| (time - ZONE).to_string()),
    ("milliseconds since 1970", |time| format!("{}000", time - ZONE)),
    ("8 hours before", |time| written(time - ZONE)),
    ("8 hours behind", |time| written(time + ZONE)),
    ("a second before", |time| written(time - 1)),
    ("a second behind", |time| written(time + 1)),
    ("2 seconds before", |time| written(time - 2)),
    ("2 seconds behind", |time| written(time + 2)),
];

/// Beijing's distance from UTC.
const ZONE: Time = 8 * 3600;

/// This moment in Beijing, as `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn now() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs());
    written(Time::try_from(since).unwrap_or_default() + ZONE)
}

/// Reads `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn read(text: &str) -> Option<Time> {
    let numbers: Vec<i64> =
        text.split(['-', ' ', ':']).map(|part| part.parse().ok().filter(|number| (0..=9999).contains(number))).collect::<Option<_>>()?;
    let [year, month, day, hour, minute, second] = numbers.as_slice() else { return None };
    let is_written_so = text.len() == 19 && (1..=12).contains(month) && (1..=31).contains(day);
    is_written_so.then(|| days(*year, *month, *day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Days from 1970-01-01, by the calendar of years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn written(time: Time) -> String {
    let (days, seconds) = (time.div_euclid(86_400) + 719_468, time.rem_euclid(86_400));
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written_across_days_and_years() {
        for text in ["1970-01-01 00:00:00", "2000-02-29 23:59:59", "2016-10-29 20:44:38", "2100-03-01 00:00:00", "0000-01-01 00:00:00"] {
            assert_eq!(written(read(text).unwrap()), text);
        }
        assert_eq!(written(read("2023-12-31 23:59:59").unwrap() + 1), "2024-01-01 00:00:00");
        assert_eq!(read("2016-10-29 20:44:38").map(|time| time - ZONE), Some(1_477_745_078));
        for bad in ["", "2016-10-29", "2016-13-29 20:44:38", "2016-1-29 20:44:38", "20161029204438", "x016-10-29 20:44:38"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
