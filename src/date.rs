//! What a date string means; the only door to `jiff`.

use jiff::civil::{self, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// A date as a page states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    /// Microseconds since 1970 at which it begins.
    pub micros: i64,
    /// How finely it is written.
    pub precision: Precision,
}

/// How finely a date is written. A clock that says midnight says nothing but the day, and one without seconds nothing
/// but the minute: that is how programs write what they do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// To the second.
    Second,
    /// To the minute.
    Minute,
    /// To the day.
    Day,
}

/// Microseconds of a second, a minute and a day.
const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 24 * 60 * MINUTE;

/// Where the day is farthest ahead. A midnight there is named by the day that begins then.
const FARTHEST_AHEAD: i64 = 13 * 60 * MINUTE;

impl Date {
    /// The day that is so many days after 1970-01-01.
    pub const fn of_day(day: i32) -> Self {
        Self { micros: day as i64 * DAY, precision: Precision::Day }
    }

    /// Microseconds since 1970 at which it is over: it may mean any moment before.
    pub const fn until(self) -> i64 {
        self.micros.saturating_add(match self.precision {
            Precision::Second => SECOND,
            Precision::Minute => MINUTE,
            Precision::Day => DAY,
        })
    }

    /// As it is written, to its precision, in UTC: `2015-07-21`, `2015-07-21T02:51Z`, `2015-07-21T02:51:32Z`.
    pub fn name(self) -> String {
        if self.precision == Precision::Day {
            return day_name(day_of(self.micros.saturating_add(FARTHEST_AHEAD)));
        }
        let written =
            moment(self.micros.div_euclid(SECOND)).datetime().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        match self.precision {
            Precision::Minute => written.replacen(":00Z", "Z", 1),
            _ => written,
        }
    }

    fn new(micros: i64, clock: DateTime) -> Self {
        let precision = match (clock.time() == civil::Time::midnight(), clock.second()) {
            (true, _) => Precision::Day,
            (false, 0) => Precision::Minute,
            (false, _) => Precision::Second,
        };
        Self { micros, precision }
    }

    /// Whether it is one that programs write where they know none: 1970-01-01 and any day of the year 1.
    fn says_nothing(self) -> bool {
        let is_in_year_1 = || moment(self.micros.div_euclid(SECOND)).datetime().year() <= 1;
        self.precision == Precision::Day && (self.micros == 0 || self.micros < 0 && is_in_year_1())
    }

    fn utc(moment: Timestamp) -> Self {
        Self::new(micros_of(moment), moment.to_zoned(TimeZone::UTC).datetime())
    }

    fn zoned(moment: &Zoned) -> Self {
        Self::new(micros_of(moment.timestamp()), moment.datetime())
    }
}

/// A date as crawls write it: RFC 3339, ISO 8601 with or without a time, RFC 2822, or seconds or milliseconds since
/// 1970. Dates without an offset count as UTC; none if it is none of these, or one that programs write where they
/// know none: 1970-01-01 and any day of the year 1.
pub fn parse(text: &str) -> Option<Date> {
    stated(text).filter(|date| !date.says_nothing())
}

/// The date that a text states, whether or not it can be meant.
pub fn stated(text: &str) -> Option<Date> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        return match text.len() {
            9 | 10 => Some(Date::utc(Timestamp::from_second(number).ok()?)),
            12 | 13 => Some(Date::utc(Timestamp::from_millisecond(number).ok()?)),
            8 => parse_civil(text),
            _ => None,
        };
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        // With an offset that is not Z, the clock of the place is in the text.
        let Ok(clock) = text.parse::<DateTime>() else { return Some(Date::utc(timestamp)) };
        return Some(Date::new(micros_of(timestamp), clock));
    }
    if let Ok(zoned) = text.parse::<Zoned>() {
        return Some(Date::zoned(&zoned));
    }
    parse_civil(text).or_else(|| Some(Date::zoned(&rfc2822::parse(text).ok()?)))
}

/// The day of a date as crawls write it, counted from 1970.
pub fn day(text: &str) -> Option<i32> {
    Some(day_of(parse(text)?.micros))
}

/// A day as it is written: `2015-07-21`; days that no calendar here has are the first or the last that it has.
pub fn day_name(day: i32) -> String {
    moment(i64::from(day) * (DAY / SECOND)).date().to_string()
}

/// The first day in the path of an address, counted from 1970: `/2015/07/21/`, `/2015/jul/21/`, `/2015-07-21` or
/// `/20150721/`, of the years from 1991 (the first of the Web) to 2099.
pub fn in_address(address: &str) -> Option<i32> {
    let path = address.split(['?', '#']).next()?;
    path.match_indices('/').find_map(|(at, _)| day_at(&path[at + 1..]))
}

/// The day that a piece of a path begins with.
fn day_at(path: &str) -> Option<i32> {
    let (year, rest) = digits(path, 4)?;
    let (month, day, rest) = if let Some((month, rest)) = digits(rest, 2) {
        let (day, rest) = digits(rest, 2)?;
        (month, day, rest)
    } else {
        let separator = rest.chars().next().filter(|c| matches!(c, '/' | '-'))?;
        let (month, rest) = month_at(&rest[1..])?;
        let (day, rest) = digits(rest.strip_prefix(separator)?, 2)?;
        (month, day, rest)
    };
    let is_over = !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    let date = civil::Date::new(year, month as i8, day as i8).ok()?;
    let midnight = date.to_zoned(TimeZone::UTC).ok()?.timestamp();
    (is_over && (1991..=2099).contains(&year)).then(|| day_of(midnight.as_microsecond()))
}

fn month_at(text: &str) -> Option<(i16, &str)> {
    const NAMES: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let named = |name: &str| text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(name));
    let by_name = (1..).zip(NAMES).find(|(_, name)| named(name)).map(|(month, _)| (month, &text[3..]));
    by_name.or_else(|| digits(text, 2))
}

/// A number of exactly `count` digits, and what stands behind them.
fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let number = text.get(..count).filter(|start| start.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some((number.parse().ok()?, &text[count..]))
}

/// Whole microseconds, those before 1970 as well: a moment is never taken for a later one.
fn micros_of(moment: Timestamp) -> i64 {
    moment.as_nanosecond().div_euclid(1000) as i64
}

fn day_of(micros: i64) -> i32 {
    // Microseconds of an i64 are 300,000 years at most.
    micros.div_euclid(DAY) as i32
}

/// A moment in UTC; one that no calendar here has is the first or the last that it has.
fn moment(seconds: i64) -> Zoned {
    let farthest = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(farthest).to_zoned(TimeZone::UTC)
}

fn parse_civil(text: &str) -> Option<Date> {
    let clock: DateTime = text.parse().ok()?;
    Some(Date::zoned(&clock.to_zoned(TimeZone::UTC).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{Date, Precision, day, day_name, in_address, parse};

    fn micros(text: &str) -> Option<i64> {
        parse(text).map(|date| date.micros)
    }

    #[test]
    fn days_are_named_as_they_are_read() {
        for text in ["2015-07-21", "1969-12-31", "0002-02-03", "9999-12-30"] {
            assert_eq!(day_name(day(text).unwrap()), text);
        }
        assert_eq!((day("1970-01-02T23:59:59Z"), day("1969-12-31T23:00:00Z")), (Some(1), Some(-1)));
        assert_eq!((day_name(i32::MAX).len(), day_name(i32::MIN).len()), (10, 13));
    }

    #[test]
    fn the_usual_ways_of_writing_a_moment_agree() {
        let moment = micros("2015-07-21T02:51:32Z");
        assert_eq!(moment, Some(1_437_447_092_000_000));
        for text in [
            "2015-07-21 02:51:32",
            "2015-07-21T04:51:32+02:00",
            "Tue, 21 Jul 2015 02:51:32 +0000",
            "1437447092",
            "1437447092000",
        ] {
            assert_eq!(micros(text), moment, "{text}");
        }
        assert_eq!(parse("2015-07-21"), parse("20150721"));
        for text in ["", "yesterday", "12", "2015-13-01", "99999999999999999999"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_is_as_fine_as_it_is_written_where_it_is_written() {
        for (text, precision, name) in [
            ("2015-07-21", Precision::Day, "2015-07-21"),
            ("20150721", Precision::Day, "2015-07-21"),
            ("2015-07-21T00:00:00Z", Precision::Day, "2015-07-21"),
            ("2015-07-21T00:00:00+03:00", Precision::Day, "2015-07-21"),
            ("2015-07-21T00:00:00-10:00", Precision::Day, "2015-07-21"),
            ("2015-07-21 00:00", Precision::Day, "2015-07-21"),
            ("1437436800", Precision::Day, "2015-07-21"),
            ("2015-07-21 02:51", Precision::Minute, "2015-07-21T02:51Z"),
            ("2015-07-21T02:51:00+03:00", Precision::Minute, "2015-07-20T23:51Z"),
            ("Tue, 21 Jul 2015 02:51:00 +0000", Precision::Minute, "2015-07-21T02:51Z"),
            ("2015-07-21T02:51:32Z", Precision::Second, "2015-07-21T02:51:32Z"),
            ("2015-07-21T03:00:00+03:00", Precision::Minute, "2015-07-21T00:00Z"),
        ] {
            let date = parse(text).unwrap();
            assert_eq!((date.precision, date.name().as_str()), (precision, name), "{text}");
            assert!(date.until() > date.micros);
        }
    }

    #[test]
    fn what_programs_write_for_no_date_is_none() {
        for text in ["1970-01-01", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "0001-01-01"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(parse("1970-01-01T00:00:01Z").is_some() && parse("1970-01-02").is_some());
    }

    #[test]
    fn the_day_in_an_address_is_read_where_it_is_one() {
        let day_of_address = day("2015-07-21");
        for address in [
            "http://a.example/2015/07/21/harbour",
            "https://a.example/news/2015/07/21",
            "https://a.example/world/2015/jul/21/harbour",
            "https://a.example/2015/JUL/21",
            "https://a.example/2015-07-21-harbour.html",
            "https://a.example/issues/20150721/con7.htm",
            "/2015/20150721/fe7.htm",
            "https://a.example/1/1999/2015/07/21/?page=2016/01/01",
        ] {
            assert_eq!(in_address(address), day_of_address, "{address}");
        }
        for address in [
            "",
            "/",
            "https://a.example/2015/07/harbour",
            "https://a.example/2015/13/21/",
            "https://a.example/2015/02/30/",
            "https://a.example/201507211",
            "https://a.example/node/620204/2015",
            "https://a.example/1066708",
            "https://a.example/?day=/2015/07/21/",
            "https://a.example/1815/06/18/waterloo",
            "https://a.example/2015/يول/21/",
            "https://a.example/2015-07/21/",
            "https://a.example/2015/07/21st",
        ] {
            assert_eq!(in_address(address), None, "{address}");
        }
    }

    #[test]
    fn every_date_has_a_name() {
        for micros in [i64::MIN, -1, 0, i64::MAX] {
            for precision in [Precision::Second, Precision::Minute, Precision::Day] {
                let date = Date { micros, precision };
                assert!(date.until() >= micros && date.name().len() >= 10);
            }
        }
    }
}
