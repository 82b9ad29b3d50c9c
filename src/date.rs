//! What a date string means; the only door to `jiff`.

use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Microseconds since 1970 of a date as crawls write it: RFC 3339, ISO 8601 with or without a time, RFC 2822,
/// or seconds or milliseconds since 1970. Dates without an offset count as UTC; none if it is none of these.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return match text.len() {
            9 | 10 => number.checked_mul(1_000_000),
            12 | 13 => number.checked_mul(1_000),
            8 => parse_civil(text),
            _ => None,
        };
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_microsecond());
    }
    if let Ok(zoned) = text.parse::<Zoned>() {
        return Some(zoned.timestamp().as_microsecond());
    }
    parse_civil(text).or_else(|| Some(rfc2822::parse(text).ok()?.timestamp().as_microsecond()))
}

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The day of a date as crawls write it, counted from 1970.
pub fn day(text: &str) -> Option<i32> {
    i32::try_from(parse(text)?.div_euclid(DAY)).ok()
}

/// A day as it is written: `2015-07-21`; days that no calendar here has are the first or the last that it has.
pub fn day_name(day: i32) -> String {
    let seconds = i64::from(day) * (DAY / 1_000_000);
    let earliest = if day < 0 { Timestamp::MIN } else { Timestamp::MAX };
    let moment = Timestamp::from_second(seconds).unwrap_or(earliest);
    moment.to_zoned(TimeZone::UTC).date().to_string()
}

fn parse_civil(text: &str) -> Option<i64> {
    let civil: DateTime = text.parse().ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::{day, day_name, parse};

    #[test]
    fn days_are_named_as_they_are_read() {
        for text in ["2015-07-21", "1969-12-31", "0001-02-03", "9999-12-30"] {
            assert_eq!(day_name(day(text).unwrap()), text);
        }
        assert_eq!((day("1970-01-02T23:59:59Z"), day("1969-12-31T23:00:00Z")), (Some(1), Some(-1)));
        assert_eq!((day_name(i32::MAX).len(), day_name(i32::MIN).len()), (10, 13));
    }

    #[test]
    fn the_usual_ways_of_writing_a_moment_agree() {
        let moment = parse("2015-07-21T02:51:32Z");
        assert_eq!(moment, Some(1_437_447_092_000_000));
        for text in [
            "2015-07-21 02:51:32",
            "2015-07-21T04:51:32+02:00",
            "Tue, 21 Jul 2015 02:51:32 +0000",
            "1437447092",
            "1437447092000",
        ] {
            assert_eq!(parse(text), moment, "{text}");
        }
        assert_eq!(parse("2015-07-21"), parse("20150721"));
        for text in ["", "yesterday", "12", "2015-13-01", "99999999999999999999"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
