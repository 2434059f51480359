//! FILETIME, the registry's clock.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A point in time as Windows counts it: units of 100 ns since 1601-01-01 00:00 UTC ([MS-DTYP] 2.3.3).
///
/// Prints as RFC 3339 in UTC with all seven digits. Every number prints: the last one falls into
/// the year 60056.
///
/// ```
/// use coldhive_hive::FileTime;
/// // The start of the Unix epoch, a constant that Microsoft documents.
/// assert_eq!(FileTime::new(116_444_736_000_000_000).to_string(), "1970-01-01T00:00:00.0000000Z");
/// assert_eq!(FileTime::new(0).to_string(), "1601-01-01T00:00:00.0000000Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(
        description = "A time, RFC 3339 in UTC with seven decimals; years may have five digits."
    )
)]
pub struct FileTime(
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^\d{4,5}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$"))
    )]
    u64,
);

const TICKS_PER_SECOND: u64 = 10_000_000;
/// Nanoseconds.
const TICK: u128 = 100;
const SECONDS_PER_DAY: u64 = 86_400;

impl FileTime {
    /// Wraps a count of 100 ns units since 1601-01-01 UTC.
    #[must_use]
    pub const fn new(ticks: u64) -> Self {
        Self(ticks)
    }

    /// The count of 100 ns units since 1601-01-01 UTC.
    #[must_use]
    pub const fn ticks(self) -> u64 {
        self.0
    }

    /// The start of the Unix epoch.
    pub const UNIX_EPOCH: Self = Self(116_444_736_000_000_000);

    /// The time so long after the start of the Unix epoch; `None` beyond the year 60056.
    ///
    /// ```
    /// use std::time::Duration;
    /// use coldhive_hive::FileTime;
    /// let time = FileTime::after_unix_epoch(Duration::from_millis(1_500)).unwrap();
    /// assert_eq!(time.to_string(), "1970-01-01T00:00:01.5000000Z");
    /// ```
    #[must_use]
    pub fn after_unix_epoch(since: Duration) -> Option<Self> {
        let ticks = u64::try_from(since.as_nanos().checked_div(TICK)?).ok()?;
        Self::UNIX_EPOCH.0.checked_add(ticks).map(Self)
    }

    /// Whole seconds since the start of the Unix epoch, rounded down; negative before it.
    ///
    /// ```
    /// use coldhive_hive::FileTime;
    /// assert_eq!(FileTime::UNIX_EPOCH.unix_seconds(), 0);
    /// assert_eq!(FileTime::new(0).unix_seconds(), -11_644_473_600);
    /// ```
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        let seconds = self.0 / TICKS_PER_SECOND;
        let epoch = Self::UNIX_EPOCH.0 / TICKS_PER_SECOND;
        // Both are below 2^41.
        seconds.cast_signed().wrapping_sub(epoch.cast_signed())
    }

    /// Year, month and day (UTC).
    fn date(self) -> (u64, u64, u64) {
        // Days since 0000-03-01 in the proleptic Gregorian calendar; years that begin in March
        // have their leap day at the end, so month lengths follow from one linear formula.
        const DAYS_TO_1601: u64 = 584_694;
        let days = (self.0 / TICKS_PER_SECOND / SECONDS_PER_DAY).wrapping_add(DAYS_TO_1601);
        let era = days / 146_097;
        let day_of_era = days % 146_097;
        let year_of_era = day_of_era
            .wrapping_sub(day_of_era / 1_460)
            .wrapping_add(day_of_era / 36_524)
            .wrapping_sub(day_of_era / 146_096)
            / 365;
        let days_before = year_of_era
            .wrapping_mul(365)
            .wrapping_add(year_of_era / 4)
            .wrapping_sub(year_of_era / 100);
        let day_of_year = day_of_era.wrapping_sub(days_before);
        let month_from_march = day_of_year.wrapping_mul(5).wrapping_add(2) / 153;
        let day = day_of_year
            .wrapping_sub(month_from_march.wrapping_mul(153).wrapping_add(2) / 5)
            .wrapping_add(1);
        let month = if month_from_march < 10 {
            month_from_march.wrapping_add(3)
        } else {
            month_from_march.wrapping_sub(9)
        };
        let year =
            era.wrapping_mul(400).wrapping_add(year_of_era).wrapping_add(u64::from(month <= 2));
        (year, month, day)
    }
}

/// A time as text. Reports have one for each key, and formatting number by number would be a good part of their cost.
struct Text([u8; 29]);

impl Text {
    fn of(time: FileTime) -> Self {
        let (year, month, day) = time.date();
        let fraction = time.0 % TICKS_PER_SECOND;
        let seconds = time.0 / TICKS_PER_SECOND % SECONDS_PER_DAY;
        let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        let mut text = *b"00000-00-00T00:00:00.0000000Z";
        let numbers = [
            (0..5, year),
            (6..8, month),
            (9..11, day),
            (12..14, hour),
            (15..17, minute),
            (18..20, second),
            (21..28, fraction),
        ];
        for (place, number) in numbers {
            let mut left = number;
            for digit in text.get_mut(place).unwrap_or_default().iter_mut().rev() {
                *digit = u8::try_from(left % 10).unwrap_or_default().wrapping_add(b'0');
                left /= 10;
            }
        }
        Self(text)
    }

    fn as_str(&self) -> &str {
        // Years have five digits where four don't do.
        let text = self.0.strip_prefix(b"0").unwrap_or(&self.0);
        std::str::from_utf8(text).unwrap_or_default()
    }
}

impl fmt::Display for FileTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Text::of(*self).as_str())
    }
}

impl Serialize for FileTime {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(Text::of(*self).as_str())
    }
}

impl<'de> Deserialize<'de> for FileTime {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text)
            .ok_or_else(|| serde::de::Error::custom("not a time like 1996-10-14T20:17:02.0000000Z"))
    }
}

/// Reads back what `Display` prints, by searching for the tick that prints so: the calendar is
/// then written down once only.
fn parse(text: &str) -> Option<FileTime> {
    // RFC 3339 with fixed widths sorts as text within four-digit years; longer years sort behind.
    let key = |text: &str| (text.len(), text.to_owned());
    let (mut low, mut high) = (0_u64, u64::MAX);
    let wanted = key(text);
    while low < high {
        let middle = low.wrapping_add(high.wrapping_sub(low) / 2);
        if key(&FileTime(middle).to_string()) < wanted {
            low = middle.wrapping_add(1);
        } else {
            high = middle;
        }
    }
    (FileTime(low).to_string() == text).then_some(FileTime(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_known_instants() {
        // [MS-DTYP] and public FILETIME converters: the Unix epoch, a leap day, the last time that .NET's DateTime knows,
        // the largest value.
        for (ticks, text) in [
            (0, "1601-01-01T00:00:00.0000000Z"),
            (116_444_735_999_999_999, "1969-12-31T23:59:59.9999999Z"),
            (116_444_736_000_000_000, "1970-01-01T00:00:00.0000000Z"),
            (125_911_584_000_000_001, "2000-01-01T00:00:00.0000001Z"),
            (125_962_560_000_000_000, "2000-02-29T00:00:00.0000000Z"),
            (2_650_467_743_999_999_999, "9999-12-31T23:59:59.9999999Z"),
            (2_650_467_744_000_000_000, "10000-01-01T00:00:00.0000000Z"),
            (u64::MAX, "60056-05-28T05:36:10.9551615Z"),
        ] {
            assert_eq!(FileTime(ticks).to_string(), text);
            assert_eq!(parse(text), Some(FileTime(ticks)));
        }
        assert_eq!(parse("yesterday"), None);
    }
}
