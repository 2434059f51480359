//! When a time zone changes between its two times.

use std::fmt;

use serde::Serialize;

use crate::reading::Reading;

/// `StandardStart` or `DaylightStart` of a SYSTEM hive: 16 bytes, eight numbers of 16 bits.
///
/// They stand in the order of the kernel's `TIME_FIELDS` (wdm.h), year, month, day, hour, minute, second,
/// milliseconds, weekday, and not in that of `SYSTEMTIME`, which the zones of the SOFTWARE hive (`TZI`) have. With a
/// year of 0 the day says which weekday of the month is meant: 1 the first, 5 the last (MSDN,
/// `TIME_ZONE_INFORMATION`).
///
/// ```
/// use coldhive_system::{Reading, SwitchDate};
/// // Of a machine in Great Britain.
/// let data = [0, 0, 10, 0, 5, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// let Reading::Is(date) = SwitchDate::decode(&data) else { panic!() };
/// assert_eq!(date.to_string(), "last Sunday of October, 03:00:00");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct SwitchDate {
    /// 0 for every year.
    pub year: u16,
    /// 1 to 12; 0 for never.
    pub month: u16,
    /// The day of the month; where the year is 0, which of its weekdays, 1 to 5.
    pub day: u16,
    /// 0 to 23, local time.
    pub hour: u16,
    /// 0 to 59.
    pub minute: u16,
    /// 0 to 59.
    pub second: u16,
    /// 0 to 999.
    pub milliseconds: u16,
    /// 0 for Sunday to 6.
    pub weekday: u16,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const WHICH: [&str; 5] = ["first", "second", "third", "fourth", "last"];

impl SwitchDate {
    /// Decodes the data of the value.
    #[must_use]
    pub fn decode(data: &[u8]) -> Reading<Self> {
        let numbers = data.as_chunks::<2>();
        let words: Vec<u16> = numbers.0.iter().map(|word| u16::from_le_bytes(*word)).collect();
        match (words.as_slice(), numbers.1) {
            (&[year, month, day, hour, minute, second, milliseconds, weekday], []) => {
                Reading::Is(Self { year, month, day, hour, minute, second, milliseconds, weekday })
            }
            _ => Reading::Unfit {
                expected: "a time of 16 bytes",
                found: format!("{} bytes", data.len()),
            },
        }
    }

    /// Whether it says that the zone never changes: the month is 0.
    #[must_use]
    pub const fn is_never(&self) -> bool {
        self.month == 0
    }

    /// Whether every number is one that such a date can have.
    #[must_use]
    pub const fn is_well_formed(&self) -> bool {
        let last_day = if self.year == 0 { 5 } else { 31 };
        self.is_never()
            || (self.month <= 12
                && self.day >= 1
                && self.day <= last_day
                && self.hour <= 23
                && self.minute <= 59
                && self.second <= 59
                && self.milliseconds <= 999
                && self.weekday <= 6)
    }

    fn raw(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, milliseconds, weekday } = self;
        write!(
            f,
            "no date: year {year}, month {month}, day {day}, {hour}:{minute}:{second}.{milliseconds}, weekday {weekday}"
        )
    }
}

impl fmt::Display for SwitchDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_never() {
            return f.write_str("never");
        }
        if !self.is_well_formed() {
            return self.raw(f);
        }
        let name = |names: &[&'static str], number: u16, first: u16| {
            names.get(usize::from(number.saturating_sub(first))).copied().unwrap_or("?")
        };
        let month = name(&MONTHS, self.month, 1);
        if self.year == 0 {
            let (which, weekday) = (name(&WHICH, self.day, 1), name(&WEEKDAYS, self.weekday, 0));
            write!(f, "{which} {weekday} of {month}")?;
        } else {
            write!(f, "{} {month} {}", self.day, self.year)?;
        }
        write!(f, ", {:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        if self.milliseconds == 0 { Ok(()) } else { write!(f, ".{:03}", self.milliseconds) }
    }
}
