//! What holds for any bytes: no decoder panics, and what is read is what was written.

use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
use coldhive_hive::Hive;
use coldhive_security::SecurityDescriptorBuf;
use coldhive_system::{
    Bias, CurrentVersion, FailureActions, Family, Reading, Role, Selector, ServicePack,
    ServiceType, Start, SwitchDate, System, View as _, WindowsVersion, group_tags,
};
use proptest::prelude::*;

/// Asks a hive everything there is to ask of a machine.
fn ask_everything(bytes: &[u8]) {
    let Ok(hive) = Hive::parse(bytes) else { return };
    let system = System::new(hive);
    let _ = system.clone_key();
    for set in system.select(Selector::All).map(|all| all.sets).unwrap_or_default() {
        let product = system.product_with(&set, Some(hive));
        assert!(!product.reasons.is_empty());
        let _ = serde_json::to_string(&product).unwrap();
        let _ = system.windows_settings(&set).found().map(|key| {
            (key.shutdown_time(), key.service_pack(), key.csd_build_number(), key.facts())
        });
        let _ = system.computer_name(&set).found().map(|key| (key.name(), key.facts()));
        let _ = system.tcpip_names(&set).found().map(|key| (key.hostname(), key.domain()));
        let _ = system.time_zone(&set).found().map(|zone| {
            (zone.season(), zone.standard_start(), zone.daylight_start(), zone.key_name())
        });
        let profiles = system.hardware_profiles(&set);
        let _ = (profiles.current(), profiles.current_key());
        for profile in profiles.profiles().found().into_iter().flatten().flatten() {
            let _ = (profile.friendly_name(), profile.facts());
        }
        let order = system.load_order(&set);
        let Some(services) = system.services(&set).found() else { continue };
        for service in services.all().into_iter().flatten() {
            let _ = (service.kind(), service.start(), service.error_control(), service.name());
            let _ = (service.failure_actions(), service.service_dll(), service.sid_type());
            let _ = (service.required_privileges(), service.depend_on_service());
            let _ =
                service.security().ok().map(|security| (security.faults(), security.sddl().ok()));
            let _ = order.rank(&service);
        }
        let _ = (services.counts(), services.in_load_order(&order, Start::Boot));
    }
}

fn sample() -> Vec<u8> {
    let mut spec = crate::support::node(|root| {
        let set = root.at("ControlSet001");
        set.at("Control\\Windows").set_value(ValueSpec::binary("ShutdownTime", [7; 8]));
        set.at("Control\\TimeZoneInformation")
            .set_value(ValueSpec::binary("StandardStart", [1; 16]))
            .set_value(ValueSpec::dword("Bias", 60));
        set.at("Hardware Profiles\\0001");
        set.at("Control\\IDConfigDB\\Hardware Profiles\\0001")
            .set_value(ValueSpec::sz("FriendlyName", "one"));
        set.at("Control\\ServiceGroupOrder").set_value(ValueSpec::multi_sz("List", &["Base"]));
        set.at("Control\\GroupOrderList")
            .set_value(ValueSpec::binary("Base", [1, 0, 0, 0, 2, 0, 0, 0]));
        let descriptor: SecurityDescriptorBuf = "O:SYG:SYD:(A;;CC;;;BA)".parse().unwrap();
        set.at("Services\\Beep\\Security")
            .set_value(ValueSpec::binary("Security", descriptor.as_bytes()));
        root.at("Microsoft\\Windows NT\\CurrentVersion")
            .set_value(ValueSpec::sz("CurrentVersion", "4.0"));
    });
    spec.version = Version::V1_3;
    build(&spec).unwrap()
}

#[test]
fn the_sample_answers() {
    ask_everything(&sample());
}

proptest! {
    #[test]
    fn decoders_take_any_bytes(data in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Reading::Is(date) = SwitchDate::decode(&data) {
            prop_assert_eq!(data.len(), 16);
            prop_assert!(!date.to_string().is_empty());
        }
        if let Reading::Is(actions) = FailureActions::decode(&data) {
            prop_assert_eq!(20 + 8 * actions.actions.len() + actions.bytes_behind, data.len());
        }
        if let Reading::Is(tags) = group_tags(&data) {
            prop_assert!(4 + 4 * tags.len() <= data.len());
        }
    }

    #[test]
    fn numbers_have_words(number in any::<u32>(), minor in any::<u32>(), build in any::<Option<u32>>()) {
        let types = ServiceType::from_bits_retain(number);
        prop_assert!(!types.to_string().is_empty());
        prop_assert!(serde_json::to_string(&types).unwrap().contains(&number.to_string()));
        prop_assert!(!ServicePack(number).to_string().is_empty());
        let bias = Bias(number.cast_signed());
        prop_assert!(bias.to_string().starts_with(&bias.0.to_string()));
        let _ = bias.plus(bias);
        let version = WindowsVersion { major: number, minor, build };
        for role in [None, Some(Role::Server), Some(Role::Workstation)] {
            prop_assert!(!version.family(role).to_string().is_empty());
        }
    }

    #[test]
    fn releases_have_names_by_role(major in 3_u32..11, minor in 0_u32..52, build in any::<Option<u16>>()) {
        let version = WindowsVersion { major, minor, build: build.map(u32::from) };
        // Without a role there is a name only where both roles have it.
        let family = version.family(None);
        if !matches!(family, Family::Version(_)) {
            prop_assert_eq!(version.family(Some(Role::Server)), family);
            prop_assert_eq!(version.family(Some(Role::Workstation)), family);
        }
        for role in [Role::Server, Role::Workstation] {
            let family = version.family(Some(role));
            prop_assert_eq!(family.is_2000_or_later(), Some(major >= 5));
            prop_assert_eq!(family.is_vista_or_later(), Some(major >= 6));
            prop_assert_eq!(family.is_nt4(), Some(major == 4));
        }
    }

    #[test]
    fn tags_are_read_as_written(tags in proptest::collection::vec(any::<u32>(), 0..20), more in 0_usize..9) {
        let mut data: Vec<u8> = u32::try_from(tags.len()).unwrap().to_le_bytes().to_vec();
        data.extend(tags.iter().flat_map(|tag| tag.to_le_bytes()));
        data.extend(vec![0xAA; more]);
        prop_assert_eq!(group_tags(&data), Reading::Is(tags));
    }

    #[test]
    fn a_software_hive_may_say_anything(
        version in "\\PC{0,12}|[0-9]{1,3}\\.[0-9]{1,3}",
        build_text in "\\PC{0,8}|[0-9]{1,12}",
        major in any::<Option<u32>>(),
        kind in "\\PC{0,12}|Server Core|Client",
    ) {
        let mut root = KeySpec::new("SOFTWARE");
        let key = root.at("Microsoft\\Windows NT\\CurrentVersion");
        key.set_value(ValueSpec::sz("CurrentVersion", &version))
            .set_value(ValueSpec::sz("CurrentBuildNumber", &build_text))
            .set_value(ValueSpec::sz("InstallationType", &kind));
        if let Some(major) = major {
            key.set_value(ValueSpec::dword("CurrentMajorVersionNumber", major));
        }
        let file = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
        let hive = Hive::parse(&file).unwrap();
        let key = CurrentVersion::of(hive).found().unwrap();
        let _ = (key.version(), key.role(), key.install_date());
        let node = build(&crate::support::node(|_| {})).unwrap();
        let system = System::new(Hive::parse(&node).unwrap());
        let set = &system.select(Selector::Current).unwrap().sets[0];
        let product = system.product_with(set, Some(hive));
        prop_assert!(!product.reasons.is_empty());
        // What is read from version numbers is never left without them.
        prop_assert_eq!(product.version.is_some(), key.version().as_ok().is_some());
    }

    #[test]
    fn no_change_of_bytes_panics(changes in proptest::collection::vec((0_usize..1 << 20, any::<u8>()), 1..40)) {
        let mut bytes = sample();
        let length = bytes.len();
        for (at, byte) in changes {
            bytes[at % length] = byte;
        }
        ask_everything(&bytes);
    }
}
