//! Points in time, as rule files write them.

use std::fmt;

use coldhive_hive::FileTime;

use crate::decode::{Cx, Decode};
use crate::diagnostic::{Code, Diagnostic, quoted};
use crate::language::{Describe, Shape, TextShape};
use crate::yaml::Node;

/// A point in time in UTC, as ISO 8601 writes it.
///
/// ```
/// use coldhive_rules::model::Moment;
/// let moment: Moment = "1999-12-31T23:59:59Z".parse()?;
/// assert_eq!(moment.to_string(), "1999-12-31T23:59:59.0000000Z");
/// assert!("1999-12-31".parse::<Moment>().is_ok_and(|day| day.0 < moment.0));
/// assert!("31.12.1999".parse::<Moment>().is_err());
/// # Ok::<(), coldhive_rules::model::NoMoment>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub FileTime);

/// Text that is no point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a time is written as 1999-12-31 or 1999-12-31T23:59:59Z, in UTC and from 1601 on")]
pub struct NoMoment;

const TICKS_PER_SECOND: u64 = 10_000_000;

impl std::str::FromStr for Moment {
    type Err = NoMoment;

    fn from_str(text: &str) -> Result<Self, NoMoment> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let [year, month, day] = numbers(date, '-', [4, 2, 2]).ok_or(NoMoment)?;
        let days = days(year, month, day).ok_or(NoMoment)?;
        let mut ticks = days.checked_mul(86_400 * TICKS_PER_SECOND).ok_or(NoMoment)?;
        if let Some(time) = time {
            let time = time.strip_suffix('Z').ok_or(NoMoment)?;
            let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
            let [hour, minute, second] = numbers(time, ':', [2, 2, 2]).ok_or(NoMoment)?;
            let digits = fraction.len();
            let fits = hour < 24 && minute < 60 && second < 60 && (1..=7).contains(&digits);
            if !fits || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(NoMoment);
            }
            let fraction: u64 = format!("{fraction:0<7}").parse().map_err(|_| NoMoment)?;
            let seconds = hour
                .saturating_mul(3600)
                .saturating_add(minute.saturating_mul(60))
                .saturating_add(second);
            ticks = ticks
                .checked_add(seconds.saturating_mul(TICKS_PER_SECOND))
                .and_then(|ticks| ticks.checked_add(fraction))
                .ok_or(NoMoment)?;
        }
        Ok(Self(FileTime::new(ticks)))
    }
}

/// Three numbers of so many digits each, with a separator between.
fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[u64; 3]> {
    let parts: Vec<_> = text.split(between).collect();
    let fits = parts.iter().map(|part| part.len()).eq(digits)
        && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    let numbers: Vec<u64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    numbers.try_into().ok().filter(|_| fits)
}

/// The days from 1601-01-01 on (the Gregorian calendar repeats itself every 400 years, and 1601 begins such a round).
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let lengths = [31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month.checked_sub(1)?).ok()?;
    let length: u64 = *lengths.get(before)?;
    let years = year.checked_sub(1601)?;
    if !(1..=length).contains(&day) {
        return None;
    }
    let leaps = (years / 4).checked_sub(years / 100)?.checked_add(years / 400)?;
    let months: u64 = lengths.iter().take(before).sum();
    years
        .checked_mul(365)?
        .checked_add(leaps)?
        .checked_add(months)?
        .checked_add(day.checked_sub(1)?)
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Decode for Moment {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let text = cx.text_as(node, "a time like 1999-12-31T23:59:59Z")?;
        let found = text.parse().ok();
        if found.is_none() {
            let message = format!("{} is no time", quoted(text));
            let diagnostic = Diagnostic::new(Code::UNKNOWN_WORD, message).at(node.span, "");
            cx.push(diagnostic.help(NoMoment.to_string()));
        }
        found
    }
}

impl Describe for Moment {
    fn shape() -> Shape {
        Shape::Text(&TextShape {
            name: "a time",
            docs: "A point in time in UTC (ISO 8601); a day alone is its beginning.",
            examples: &["1999-12-31", "1999-12-31T23:59:59Z"],
            words: &[],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_prints_the_same() {
        for text in [
            "1601-01-01T00:00:00.0000000Z",
            "1970-01-01T00:00:00.0000001Z",
            "2000-02-29T23:59:59.9999999Z",
            "2100-02-28T12:00:00.5000000Z",
            "2400-12-31T00:00:00.0000000Z",
            "9999-12-31T23:59:59.9999999Z",
        ] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "",
            "1600-12-31",
            "2001-02-29",
            "2001-13-01",
            "2001-00-01",
            "2001-01-00",
            "2001-1-1",
            "2001-01-01T",
            "2001-01-01T00:00:00",
            "2001-01-01T24:00:00Z",
            "2001-01-01T00:60:00Z",
            "2001-01-01T00:00:00.Z",
            "2001-01-01T00:00:00+01:00",
            "2001-01-01T00:00:00.12345678Z",
            "+001-01-01",
        ] {
            assert_eq!(text.parse::<Moment>(), Err(NoMoment), "{text}");
        }
    }
}
