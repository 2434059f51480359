//! `Control\TimeZoneInformation`: how far the machine's clock was from UTC.

use std::fmt;

use serde::Serialize;

use crate::locate::Held;
use crate::reading::{Reading, binary, dword, text};
use crate::switch_date::SwitchDate;
use crate::view::view;

/// A difference between UTC and local time in minutes: UTC = local time + bias (MSDN, `TIME_ZONE_INFORMATION`).
///
/// West of Greenwich it is positive, and east of it negative: the opposite of how time zones are written.
///
/// ```
/// use coldhive_system::Bias;
/// assert_eq!(Bias(480).to_string(), "480 minutes, UTC-08:00");
/// assert_eq!(Bias(-330).to_string(), "-330 minutes, UTC+05:30");
/// assert_eq!(Bias(0).to_string(), "0 minutes, UTC");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Bias(pub i32);

impl Bias {
    /// The bias with another on top of it.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Bias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = self.0.unsigned_abs();
        let sign = match self.0 {
            0 => return f.write_str("0 minutes, UTC"),
            1.. => '-',
            _ => '+',
        };
        write!(f, "{} minutes, UTC{sign}{:02}:{:02}", self.0, minutes / 60, minutes % 60)
    }
}

/// Which of its two times a machine was on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// Standard time.
    Standard,
    /// Daylight saving time.
    Daylight,
    /// Both have the same bias.
    Same,
    /// The active bias is neither's.
    Neither,
}

/// The key `Control\TimeZoneInformation`.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
/// use coldhive_hive::Hive;
/// use coldhive_system::{Bias, Reading, Season, Selector, System};
///
/// let mut root = KeySpec::new("SYSTEM");
/// let key = root.at("ControlSet001\\Control\\TimeZoneInformation");
/// for (name, minutes) in [("Bias", 300), ("StandardBias", 0), ("DaylightBias", -60), ("ActiveTimeBias", 240)] {
///     key.set_value(ValueSpec::dword(name, i32::cast_unsigned(minutes)));
/// }
/// let file = build(&HiveSpec::new(Version::V1_5, root))?;
/// let system = System::new(Hive::parse(&file)?);
/// let set = &system.select(Selector::Current)?.sets[0];
/// let zone = system.time_zone(set).found().ok_or("no time zone")?;
/// assert_eq!(zone.active_bias(), Reading::Is(Bias(240)));
/// assert_eq!(zone.season(), Some(Season::Daylight));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct TimeZone<'i> {
    held: Held<'i>,
}

view!(TimeZone);

impl<'i> TimeZone<'i> {
    pub(crate) const fn of(held: Held<'i>) -> Self {
        Self { held }
    }

    fn bias_value(&self, name: &str) -> Reading<Bias> {
        self.held.read(|key| dword(key, name)).map(|minutes| Bias(minutes.cast_signed()))
    }

    fn switch_date(&self, name: &str) -> Reading<SwitchDate> {
        self.held.read(|key| binary(key, name)).and_then(|data| SwitchDate::decode(&data))
    }

    /// `Bias`: the zone's, without regard to daylight saving time.
    #[must_use]
    pub fn bias(&self) -> Reading<Bias> {
        self.bias_value("Bias")
    }

    /// `ActiveTimeBias`: the one in force when it was last written, daylight saving time included.
    #[must_use]
    pub fn active_bias(&self) -> Reading<Bias> {
        self.bias_value("ActiveTimeBias")
    }

    /// `StandardBias`: added to `Bias` in standard time; 0 in most zones.
    #[must_use]
    pub fn standard_bias(&self) -> Reading<Bias> {
        self.bias_value("StandardBias")
    }

    /// `DaylightBias`: added to `Bias` in daylight saving time; -60 minutes in most zones.
    #[must_use]
    pub fn daylight_bias(&self) -> Reading<Bias> {
        self.bias_value("DaylightBias")
    }

    /// `StandardName`: a name, or from Windows Vista on a reference to one, as `@tzres.dll,-112`.
    #[must_use]
    pub fn standard_name(&self) -> Reading<String> {
        self.held.read(|key| text(key, "StandardName"))
    }

    /// `DaylightName`: as [`standard_name`](Self::standard_name).
    #[must_use]
    pub fn daylight_name(&self) -> Reading<String> {
        self.held.read(|key| text(key, "DaylightName"))
    }

    /// `TimeZoneKeyName`: the zone's key in the SOFTWARE hive, an English name; from Windows Vista on.
    #[must_use]
    pub fn key_name(&self) -> Reading<String> {
        self.held.read(|key| text(key, "TimeZoneKeyName"))
    }

    /// `StandardStart`: when standard time begins, in local time.
    #[must_use]
    pub fn standard_start(&self) -> Reading<SwitchDate> {
        self.switch_date("StandardStart")
    }

    /// `DaylightStart`: when daylight saving time begins, in local time.
    #[must_use]
    pub fn daylight_start(&self) -> Reading<SwitchDate> {
        self.switch_date("DaylightStart")
    }

    /// `DynamicDaylightTimeDisabled`: whether the clock isn't adjusted for daylight saving time; from Windows Vista on
    /// (MSDN, `DYNAMIC_TIME_ZONE_INFORMATION`).
    #[must_use]
    pub fn dynamic_daylight_time_disabled(&self) -> Reading<bool> {
        self.flag("DynamicDaylightTimeDisabled")
    }

    /// `DisableAutoDaylightTimeSet`: the same before Windows Vista, there only if it was set.
    #[must_use]
    pub fn auto_daylight_time_disabled(&self) -> Reading<bool> {
        self.flag("DisableAutoDaylightTimeSet")
    }

    /// `RealTimeIsUniversal`: whether the machine's hardware clock runs on UTC and not on local time.
    #[must_use]
    pub fn hardware_clock_is_utc(&self) -> Reading<bool> {
        self.flag("RealTimeIsUniversal")
    }

    fn flag(&self, name: &str) -> Reading<bool> {
        self.held.read(|key| dword(key, name)).map(|number| number != 0)
    }

    /// Which time the machine was on, by the sums of the stored biases; `None` where one of them wasn't read.
    #[must_use]
    pub fn season(&self) -> Option<Season> {
        let (active, bias) = (self.active_bias().ok()?, self.bias().ok()?);
        let standard = bias.plus(self.standard_bias().ok()?);
        let daylight = bias.plus(self.daylight_bias().ok()?);
        Some(match (active == standard, active == daylight) {
            (true, true) => Season::Same,
            (true, false) => Season::Standard,
            (false, true) => Season::Daylight,
            (false, false) => Season::Neither,
        })
    }
}
