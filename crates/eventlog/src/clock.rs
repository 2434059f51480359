//! The times of a cluster log, which may lack a part of the date.

use std::fmt;

/// As much of the date as a line of a cluster log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Day {
    /// The whole date, as Windows 2000 and later write it.
    Date {
        /// The year.
        year: u16,
        /// The month, from 1.
        month: u8,
        /// The day of the month, from 1.
        day: u8,
    },
    /// The day of a month that isn't told, as Windows NT 4.0 writes it.
    OfMonth(u8),
    /// Nothing.
    Unknown,
}

/// The time of a line of a cluster log, which is Greenwich Mean Time.
///
/// ```
/// use coldhive_eventlog::Clock;
///
/// let clock = Clock::parse("1999/06/09-18:00:50.881").ok_or("a time")?;
/// assert_eq!(clock.unix_millis(), Some(928_951_250_881));
/// let nt4 = Clock::parse("14-21:29:26.625").ok_or("a time")?;
/// assert_eq!((nt4.unix_millis(), nt4.to_string()), (None, "21:29:26.625 on the 14th of a month".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    /// As much of the date as is told.
    pub day: Day,
    /// The time of the day, in milliseconds.
    pub millis: u32,
}

impl Clock {
    /// Reads `1999/06/09-18:00:50.881`, `14-21:29:26.625` or `10:24:30.123`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (day, time) = match text.split_once('-') {
            Some((day, time)) => (Self::parse_day(day)?, time),
            None => (Day::Unknown, text),
        };
        let (hour, rest) = time.split_once(':')?;
        let (minute, rest) = rest.split_once(':')?;
        let (second, milli) = rest.split_once('.')?;
        let part = |text, width, most| digits(text, width).filter(|number| *number < most);
        let seconds = part(hour, 2, 24)?
            .checked_mul(3600)?
            .checked_add(part(minute, 2, 60)?.checked_mul(60)?)?
            .checked_add(part(second, 2, 60)?)?;
        let millis = seconds.checked_mul(1000)?.checked_add(part(milli, 3, 1000)?)?;
        Some(Self { day, millis })
    }

    fn parse_day(text: &str) -> Option<Day> {
        let in_month = |text| digits(text, 2).filter(|day| (1..=31).contains(day));
        let Some((year, rest)) = text.split_once('/') else {
            return Some(Day::OfMonth(u8::try_from(in_month(text)?).ok()?));
        };
        let (month, day) = rest.split_once('/')?;
        let year = digits(year, 4).filter(|year| *year >= 1970)?;
        let month = digits(month, 2).filter(|month| (1..=12).contains(month))?;
        let day = in_month(day).filter(|day| *day <= days_of(year, month))?;
        Some(Day::Date {
            year: u16::try_from(year).ok()?,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
        })
    }

    /// Milliseconds since 1970-01-01 UTC, where the whole date is told.
    #[must_use]
    pub fn unix_millis(&self) -> Option<u64> {
        let Day::Date { year, month, day } = self.day else { return None };
        // Days from 0000-03-01 in the proleptic Gregorian calendar, in which years begin in March.
        let (month, year) = (u64::from(month), u64::from(year));
        let year = year.checked_sub(u64::from(month <= 2))?;
        let from_march = month.checked_add(9)? % 12;
        let in_year = from_march.checked_mul(153)?.checked_add(2)? / 5;
        let leap_days = (year / 4).checked_sub(year / 100)?.checked_add(year / 400)?;
        let days = year
            .checked_mul(365)?
            .checked_add(leap_days)?
            .checked_add(in_year)?
            .checked_add(u64::from(day).checked_sub(1)?)?
            .checked_sub(719_468)?;
        days.checked_mul(86_400_000)?.checked_add(u64::from(self.millis))
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.millis / 1000, self.millis % 1000);
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        if let Day::Date { year, month, day } = self.day {
            write!(f, "{year:04}-{month:02}-{day:02}T")?;
        }
        write!(f, "{hour:02}:{minute:02}:{second:02}.{millis:03}")?;
        match self.day {
            Day::Date { .. } => f.write_str("Z"),
            Day::OfMonth(day) => {
                let ending = match (day % 10, day / 10) {
                    (_, 1) => "th",
                    (1, _) => "st",
                    (2, _) => "nd",
                    (3, _) => "rd",
                    _ => "th",
                };
                write!(f, " on the {day}{ending} of a month")
            }
            Day::Unknown => f.write_str(" on a day that isn't told"),
        }
    }
}

/// How many days a month has in the Gregorian calendar.
const fn days_of(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A decimal number of so many digits.
fn digits(text: &str, width: usize) -> Option<u32> {
    let is_number = text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_as_date_counts_them() {
        // `date -u -d ... +%s` of GNU coreutils.
        for (text, seconds) in [
            ("1970/01/01-00:00:00.000", 0),
            ("2000/02/29-12:34:56.000", 951_827_696),
            ("1999/12/31-23:59:59.000", 946_684_799),
            ("2002/06/11-00:00:00.000", 1_023_753_600),
            ("2004/01/31-00:00:00.000", 1_075_507_200),
            ("2004/02/29-00:00:00.000", 1_078_012_800),
            ("9999/12/31-23:59:59.000", 253_402_300_799),
        ] {
            let clock = Clock::parse(text).unwrap();
            assert_eq!(clock.unix_millis(), Some(seconds * 1000), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "18:00:50",
            "24:00:00.000",
            "18:60:00.000",
            "1999/13/09-18:00:50.881",
            "1999/06/00-18:00:50.881",
            "99/06/09-18:00:50.881",
            "+1-18:00:50.881",
            "32-18:00:50.881",
            "18:00:50.8811",
            "1969/12/31-23:59:59.999",
            "1999/02/29-00:00:00.000",
            "1999/02/31-00:00:00.000",
            "2000/02/30-00:00:00.000",
            "2100/02/29-00:00:00.000",
            "1999/04/31-00:00:00.000",
            "1999/11/31-00:00:00.000",
        ] {
            assert_eq!(Clock::parse(text), None, "{text}");
        }
    }
}
