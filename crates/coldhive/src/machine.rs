//! What a hive says about its machine, as data: names, clock, last shutdown, hardware profiles, services.

use coldhive_hive::{Damage, DamageReport, FileTime, Lookup};
use coldhive_system::{
    Bias, ComputerName, ControlSet, CurrentVersion, HardwareProfiles, Reading, Season,
    ServiceCounts, Services, SwitchDate, System, TcpipNames, TimeZone, WindowsSettings,
    WindowsVersion,
};
use serde::Serialize;

use crate::case::Case;
use crate::field::Field;

/// What the control set in use says about the machine.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MachineReport {
    /// `Control\ComputerName\ComputerName`: the name from the next start on.
    pub computer_name: Field<String>,
    /// `Control\ComputerName\ActiveComputerName`: the name until then; absent from most copied hives.
    pub active_computer_name: Field<String>,
    /// `Services\Tcpip\Parameters\Hostname`.
    pub hostname: Field<String>,
    /// `Services\Tcpip\Parameters\Domain`.
    pub domain: Field<String>,
    /// `Services\Tcpip\Parameters\DhcpDomain`.
    pub dhcp_domain: Field<String>,
    /// `Control\Windows\ShutdownTime`: the last shutdown in good order (UTC).
    pub last_shutdown: Field<FileTime>,
    /// `Control\Windows\CSDBuildNumber`.
    pub csd_build_number: Field<u32>,
    /// `Control\Windows\CSDReleaseType`.
    pub csd_release_type: Field<u32>,
    /// `Control\TimeZoneInformation`.
    pub time_zone: TimeZoneReport,
    /// `Hardware Profiles` and `Control\IDConfigDB`.
    pub hardware_profiles: ProfilesReport,
    /// `Services`.
    pub services: Field<ServiceCounts>,
}

/// The time zone. Biases are in minutes: UTC = local time + bias.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TimeZoneReport {
    /// `TimeZoneKeyName`; from Windows Vista on.
    pub key_name: Field<String>,
    /// `StandardName`.
    pub standard_name: Field<String>,
    /// `DaylightName`.
    pub daylight_name: Field<String>,
    /// `Bias`: without regard to daylight saving time.
    pub bias: Field<Bias>,
    /// `ActiveTimeBias`: the one that was in force.
    pub active_bias: Field<Bias>,
    /// `StandardBias`: added to `Bias` in standard time.
    pub standard_bias: Field<Bias>,
    /// `DaylightBias`: added to `Bias` in daylight saving time.
    pub daylight_bias: Field<Bias>,
    /// When standard time begins, in local time.
    pub standard_start: Field<SwitchDate>,
    /// When daylight saving time begins, in local time.
    pub daylight_start: Field<SwitchDate>,
    /// Which of both the machine was on; null where the biases don't tell.
    pub season: Option<Season>,
    /// `DynamicDaylightTimeDisabled`: whether the clock isn't adjusted; from Windows Vista on.
    pub dynamic_daylight_time_disabled: Field<bool>,
    /// `RealTimeIsUniversal`: whether the hardware clock runs on UTC.
    pub hardware_clock_is_utc: Field<bool>,
}

/// The hardware profiles.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProfilesReport {
    /// The number of the one that the machine was in.
    pub current: Field<u32>,
    /// The profiles, in stored order.
    pub profiles: Vec<ProfileReport>,
    /// Why profiles may be missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<DamageReport>,
    /// How many more there are than are shown.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

/// A hardware profile.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ProfileReport {
    /// Its number.
    pub number: u32,
    /// What people call it.
    pub friendly_name: Field<String>,
}

/// What a SOFTWARE hive says about its Windows: `Microsoft\Windows NT\CurrentVersion`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SoftwareReport {
    /// The path as given.
    pub path: String,
    /// The file's SHA-256; null where it was not computed.
    pub sha256: Option<String>,
    /// Whether writes were under way when the hive was copied.
    pub dirty: bool,
    /// What was done about that, in a word, as `recovered` or `clean`.
    pub recovery: String,
    /// The version numbers.
    pub version: Field<WindowsVersion>,
    /// `ProductName`.
    pub product_name: Field<String>,
    /// `EditionID`.
    pub edition: Field<String>,
    /// `CSDVersion`.
    pub service_pack: Field<String>,
    /// `ReleaseId`.
    pub release: Field<String>,
    /// `DisplayVersion`.
    pub display_version: Field<String>,
    /// `UBR`: the revision of the build.
    pub revision: Field<u32>,
    /// `InstallDate`: when this Windows was set up, or last upgraded (UTC).
    pub install_date: Field<FileTime>,
}

/// Real hives have three profiles at most; one made to keep a reader busy has thousands.
const MOST_PROFILES: usize = 64;
/// How much of a profile's name is kept, in characters: all of them may share one that is as large as the hive.
const LONGEST_NAME: usize = 256;

fn cut(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

fn field<V, T>(view: &Lookup<V>, read: impl FnOnce(&V) -> Reading<T>) -> Field<T> {
    Field::of(Reading::of_found(view, read))
}

impl MachineReport {
    /// Asks a control set.
    pub(crate) fn of(system: &System<'_>, set: &ControlSet) -> Self {
        let names = system.tcpip_names(set);
        let windows = system.windows_settings(set);
        Self {
            computer_name: field(&system.computer_name(set), ComputerName::name),
            active_computer_name: field(&system.active_computer_name(set), ComputerName::name),
            hostname: field(&names, TcpipNames::hostname),
            domain: field(&names, TcpipNames::domain),
            dhcp_domain: field(&names, TcpipNames::dhcp_domain),
            last_shutdown: field(&windows, WindowsSettings::shutdown_time),
            csd_build_number: field(&windows, WindowsSettings::csd_build_number),
            csd_release_type: field(&windows, WindowsSettings::csd_release_type),
            time_zone: TimeZoneReport::of(&system.time_zone(set)),
            hardware_profiles: ProfilesReport::of(&system.hardware_profiles(set)),
            services: field(&system.services(set), |services| {
                Reading::Is(Services::counts(services))
            }),
        }
    }
}

impl TimeZoneReport {
    fn of(zone: &Lookup<TimeZone<'_>>) -> Self {
        Self {
            key_name: field(zone, TimeZone::key_name),
            standard_name: field(zone, TimeZone::standard_name),
            daylight_name: field(zone, TimeZone::daylight_name),
            bias: field(zone, TimeZone::bias),
            active_bias: field(zone, TimeZone::active_bias),
            standard_bias: field(zone, TimeZone::standard_bias),
            daylight_bias: field(zone, TimeZone::daylight_bias),
            standard_start: field(zone, TimeZone::standard_start),
            daylight_start: field(zone, TimeZone::daylight_start),
            season: match zone {
                Lookup::Found(zone) => zone.season(),
                _ => None,
            },
            dynamic_daylight_time_disabled: field(zone, TimeZone::dynamic_daylight_time_disabled),
            hardware_clock_is_utc: field(zone, TimeZone::hardware_clock_is_utc),
        }
    }
}

impl ProfilesReport {
    fn of(profiles: &HardwareProfiles<'_>) -> Self {
        let found = profiles.profiles();
        let mut damage: Vec<_> = found.damage().iter().map(Damage::report).collect();
        let (mut told, mut left_out) = (Vec::new(), 0_usize);
        for profile in found.found().into_iter().flatten() {
            match profile {
                Ok(profile) if told.len() < MOST_PROFILES => told.push(ProfileReport {
                    number: profile.number(),
                    friendly_name: Field::of(profile.friendly_name().map(|name| cut(&name))),
                }),
                Err(one) if damage.len() < MOST_PROFILES => damage.push(one.report()),
                _ => left_out = left_out.saturating_add(1),
            }
        }
        Self { current: Field::of(profiles.current()), profiles: told, damage, left_out }
    }
}

impl SoftwareReport {
    /// Asks a SOFTWARE hive.
    pub(crate) fn of(software: &Case, hash: bool) -> Self {
        let key = CurrentVersion::of(software.hive());
        let recovery = software.image().recovery();
        let digest = hash.then(|| software.evidence().primary().sha256()).flatten();
        Self {
            path: software.path(),
            sha256: digest.map(|digest| digest.to_string()),
            dirty: recovery.was_dirty,
            recovery: recovery.state.to_string(),
            version: field(&key, CurrentVersion::version),
            product_name: field(&key, CurrentVersion::product_name),
            edition: field(&key, CurrentVersion::edition),
            service_pack: field(&key, CurrentVersion::service_pack),
            release: field(&key, CurrentVersion::release),
            display_version: field(&key, CurrentVersion::display_version),
            revision: field(&key, CurrentVersion::revision),
            install_date: field(&key, CurrentVersion::install_date),
        }
    }
}
