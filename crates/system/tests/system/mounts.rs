//! Where a hive was saved from, as a caller says it.

use coldhive_system::{Mount, MountError};

#[test]
fn words_for_a_place_in_the_registry() {
    for (text, path) in [
        ("SYSTEM", ""),
        ("HKLM\\SYSTEM", ""),
        ("hklm\\system\\", ""),
        ("HKEY_LOCAL_MACHINE\\System", ""),
        ("Computer\\HKEY_LOCAL_MACHINE\\SYSTEM", ""),
        ("\\Registry\\Machine\\System", ""),
        ("\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001", "ControlSet001"),
        ("HKLM\\SYSTEM\\CurrentControlSet\\Services", "CurrentControlSet\\Services"),
        ("SYSTEM\\ControlSet002\\Services\\Winsock", "ControlSet002\\Services\\Winsock"),
        ("ControlSet001\\Services\\Winsock", "ControlSet001\\Services\\Winsock"),
        ("controlset001\\services", "controlset001\\services"),
        (" CurrentControlSet ", "CurrentControlSet"),
        ("HKLM\\SYSTEM\\Select", "Select"),
    ] {
        let mount: Mount = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(mount.path(), path, "{text}");
        // What it prints is a way to say it.
        assert_eq!(mount.to_string().parse(), Ok(mount), "{text}");
    }
}

#[test]
fn words_for_no_place() {
    for text in [
        "",
        "\\",
        "HKLM",
        "HKLM\\SOFTWARE",
        "HKCU\\SYSTEM",
        "HKLM\\SYSTEMS",
        "Winlogon",
        "ControlSet1",
        "\\HKLM\\SYSTEM",
        "Registry\\Machine\\System",
        "\\Registry\\User",
        "\\\\HKLM\\SYSTEM",
    ] {
        let refused = text.parse::<Mount>().expect_err(text);
        assert!(matches!(refused, MountError::NotSystem(_)), "{text}: {refused:?}");
    }
    for text in ["Services\\Winsock", "HKLM\\SYSTEM\\Services", "control", "Winsock"] {
        let refused = text.parse::<Mount>().expect_err(text);
        assert!(matches!(refused, MountError::NoControlSet(_)), "{text}: {refused:?}");
        assert!(refused.to_string().contains("CurrentControlSet\\"), "{refused}");
    }
    let long = format!("HKLM\\SYSTEM\\{}", "x".repeat(256));
    let deep = format!("HKLM\\SYSTEM{}", "\\x".repeat(600));
    for text in ["HKLM\\SYSTEM\\\\Select", "HKLM\\SYSTEM\\a\nb", &long, &deep] {
        let refused = text.parse::<Mount>().expect_err(text);
        assert!(matches!(refused, MountError::Component(_)), "{text}: {refused:?}");
    }
}

#[test]
fn paths_below_a_mount() {
    let mount: Mount = "HKLM\\SYSTEM\\ControlSet001\\Services".parse().unwrap();
    assert_eq!(mount.control_set(), Some("ControlSet001"));
    assert_eq!(mount.relative("controlset001\\SERVICES\\Winsock").as_deref(), Some("Winsock"));
    assert_eq!(mount.relative("ControlSet001\\Services").as_deref(), Some(""));
    for outside in ["", "ControlSet001", "ControlSet002\\Services", "ControlSet001\\ServicesX"] {
        assert_eq!(mount.relative(outside), None, "{outside}");
    }
    assert_eq!(mount.full("Winsock"), "ControlSet001\\Services\\Winsock");
    assert_eq!(Mount::SYSTEM.full("Select"), "Select");
    assert_eq!(Mount::SYSTEM.control_set(), None);
}
