//! The clock of a run, which can be told what time it is.

use std::time::{Duration, SystemTime};

use coldhive_hive::FileTime;
use thiserror::Error;

/// The variable that sets the clock (reproducible-builds.org, `SOURCE_DATE_EPOCH`).
const VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// Where the times of a run come from.
///
/// ```
/// use coldhive::output::Clock;
/// let clock = Clock::of(Some("0".as_ref()))?;
/// assert_eq!(clock.now().unwrap().to_string(), "1970-01-01T00:00:00.0000000Z");
/// # Ok::<(), coldhive::output::ClockError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clock {
    /// The machine's.
    System,
    /// It stands still, so that output is the same each time.
    Fixed(FileTime),
}

/// What `SOURCE_DATE_EPOCH` holds is no time.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "SOURCE_DATE_EPOCH is {value:?}, which is no number of seconds since 1970: set it as by `date +%s`, or unset it"
)]
pub struct ClockError {
    /// What it holds.
    pub value: String,
}

impl Clock {
    /// The clock that the environment asks for: fixed where `SOURCE_DATE_EPOCH` is set, else the machine's.
    ///
    /// # Errors
    /// [`ClockError`], where the variable holds no number of seconds.
    pub fn from_env() -> Result<Self, ClockError> {
        Self::of(std::env::var_os(VARIABLE).as_deref())
    }

    /// The clock for a value of `SOURCE_DATE_EPOCH`.
    ///
    /// # Errors
    /// [`ClockError`], where the value is no number of seconds.
    pub fn of(value: Option<&std::ffi::OsStr>) -> Result<Self, ClockError> {
        let Some(value) = value else { return Ok(Self::System) };
        let digits = value.to_str().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let seconds = digits.and_then(|digits| digits.parse().ok());
        let time = seconds.and_then(|it| FileTime::after_unix_epoch(Duration::from_secs(it)));
        let error = || ClockError { value: value.to_string_lossy().into_owned() };
        time.map(Self::Fixed).ok_or_else(error)
    }

    /// The time; `None` where the machine's clock stands before 1970.
    #[must_use]
    pub fn now(self) -> Option<FileTime> {
        match self {
            Self::Fixed(time) => Some(time),
            Self::System => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
                FileTime::after_unix_epoch(since.ok()?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_set_by_seconds_alone() {
        // 1,000,000,000 seconds after the epoch: 2001-09-09 01:46:40 UTC, as `date -u -d @1000000000` says.
        let clock = Clock::of(Some("1000000000".as_ref())).unwrap();
        assert_eq!(clock.now().unwrap().to_string(), "2001-09-09T01:46:40.0000000Z");
        assert_eq!(Clock::of(None), Ok(Clock::System));
        for value in ["", "-1", "+1", "1.5", "today", " 1", "99999999999999999999"] {
            assert_eq!(Clock::of(Some(value.as_ref())), Err(ClockError { value: value.into() }));
        }
    }
}
