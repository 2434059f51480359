//! What SIDs are called, and what they are where they have no name.

use coldhive_security::{Sid, SidKind};

fn sid(text: &str) -> Sid {
    text.parse().unwrap()
}

// Win32 "SID Strings", [MS-DTYP] 2.5.1.1, sddl.h: every two-letter name that needs no domain.
#[test]
fn letters_of_sddl() {
    for (letters, text) in [
        ("AA", "S-1-5-32-579"),
        ("AC", "S-1-15-2-1"),
        ("AN", "S-1-5-7"),
        ("AO", "S-1-5-32-548"),
        ("AS", "S-1-18-1"),
        ("AU", "S-1-5-11"),
        ("BA", "S-1-5-32-544"),
        ("BG", "S-1-5-32-546"),
        ("BO", "S-1-5-32-551"),
        ("BU", "S-1-5-32-545"),
        ("CD", "S-1-5-32-574"),
        ("CG", "S-1-3-1"),
        ("CO", "S-1-3-0"),
        ("CY", "S-1-5-32-569"),
        ("ED", "S-1-5-9"),
        ("ER", "S-1-5-32-573"),
        ("ES", "S-1-5-32-576"),
        ("HA", "S-1-5-32-578"),
        ("HI", "S-1-16-12288"),
        ("HO", "S-1-5-32-584"),
        ("IS", "S-1-5-32-568"),
        ("IU", "S-1-5-4"),
        ("LS", "S-1-5-19"),
        ("LU", "S-1-5-32-559"),
        ("LW", "S-1-16-4096"),
        ("ME", "S-1-16-8192"),
        ("MP", "S-1-16-8448"),
        ("MS", "S-1-5-32-577"),
        ("MU", "S-1-5-32-558"),
        ("NO", "S-1-5-32-556"),
        ("NS", "S-1-5-20"),
        ("NU", "S-1-5-2"),
        ("OW", "S-1-3-4"),
        ("PO", "S-1-5-32-550"),
        ("PS", "S-1-5-10"),
        ("PU", "S-1-5-32-547"),
        ("RA", "S-1-5-32-575"),
        ("RC", "S-1-5-12"),
        ("RD", "S-1-5-32-555"),
        ("RE", "S-1-5-32-552"),
        ("RM", "S-1-5-32-580"),
        ("RU", "S-1-5-32-554"),
        ("SH", "S-1-5-32-585"),
        ("SI", "S-1-16-16384"),
        ("SO", "S-1-5-32-549"),
        ("SS", "S-1-18-2"),
        ("SU", "S-1-5-6"),
        ("SY", "S-1-5-18"),
        ("UD", "S-1-5-84-0-0-0-0-0"),
        ("WD", "S-1-1-0"),
        ("WR", "S-1-5-33"),
    ] {
        assert_eq!(letters.parse(), Ok(sid(text)), "{letters}");
        assert_eq!(sid(text).alias(), Some(letters));
    }
}

// Windows Server "Security identifiers"; for S-1-5-22, S-1-5-84 and S-1-5-93 what LookupAccountSid
// is reported to answer.
#[test]
fn full_names() {
    for (text, name) in [
        ("S-1-0-0", "NULL SID"),
        ("S-1-1-0", "Everyone"),
        ("S-1-3-4", "OWNER RIGHTS"),
        ("S-1-5-18", "NT AUTHORITY\\SYSTEM"),
        ("S-1-5-22", "NT AUTHORITY\\ENTERPRISE READ-ONLY DOMAIN CONTROLLERS BETA"),
        ("S-1-5-32-580", "BUILTIN\\Remote Management Users"),
        ("S-1-5-32-583", "BUILTIN\\Device Owners"),
        ("S-1-5-64-10", "NT AUTHORITY\\NTLM Authentication"),
        ("S-1-5-80-0", "NT SERVICE\\ALL SERVICES"),
        ("S-1-5-83-0", "NT VIRTUAL MACHINE\\Virtual Machines"),
        ("S-1-5-84-0-0-0-0-0", "NT AUTHORITY\\USER MODE DRIVERS"),
        ("S-1-5-90-0", "Window Manager\\Window Manager Group"),
        ("S-1-5-93-2-1", "User Manager\\ContainerAdministrator"),
        ("S-1-5-113", "NT AUTHORITY\\Local account"),
        ("S-1-15-2-1", "APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES"),
        ("S-1-16-8192", "Mandatory Label\\Medium Mandatory Level"),
        ("S-1-5-32", "BUILTIN"),
    ] {
        assert_eq!(sid(text).full_name().as_deref(), Some(name));
        assert_eq!(sid(text).kind(), SidKind::WellKnown);
        assert_eq!(sid(text).explained(), format!("{name} ({text})"));
    }
}

#[test]
fn descriptions() {
    for (text, kind, description) in [
        ("S-1-5-21-1-2-3", SidKind::Domain, "domain, or computer with accounts of its own"),
        (
            "S-1-5-21-1-2-3-498",
            SidKind::DomainAccount { rid: 498 },
            "Enterprise Read-only Domain Controllers, if of a forest's first domain",
        ),
        ("S-1-5-21-1-2-3-500", SidKind::DomainAccount { rid: 500 }, "built-in Administrator"),
        (
            "S-1-5-21-1-2-3-513",
            SidKind::DomainAccount { rid: 513 },
            "Domain Users of a domain, or None of a computer",
        ),
        (
            "S-1-5-21-1-2-3-572",
            SidKind::DomainAccount { rid: 572 },
            "Denied RODC Password Replication Group, if of a domain",
        ),
        (
            "S-1-5-21-1-2-3-600",
            SidKind::DomainAccount { rid: 600 },
            "reserved account or group of a domain or computer",
        ),
        ("S-1-5-21-1-2", SidKind::Unknown, "unknown"),
        ("S-1-5-32-9999", SidKind::LocalGroup, "local group 9999 of an unknown name"),
        ("S-1-5-5-0-88912", SidKind::LogonSession, "logon session"),
        // The hive of Windows 10 has this SID at its key Services\Dhcp; SHA-1 of "DHCP".
        (
            "S-1-5-80-2940520708-3855866260-481812779-327648279-1710889582",
            SidKind::Service,
            "NT SERVICE\\Dhcp",
        ),
        // `whoami` of an SQL Server.
        (
            "S-1-5-80-3880718306-3832830129-1677859214-2598158968-1052248003",
            SidKind::Service,
            "NT SERVICE\\MSSQLSERVER",
        ),
        ("S-1-5-82-1-2-3-4-5", SidKind::AppPool, "application pool of IIS"),
        ("S-1-5-80-1-2-3-4-5", SidKind::Service, "service of an unknown name"),
        ("S-1-15-3-1024-1-2-3-4-5-6-7-8", SidKind::Capability, "app capability of an unknown name"),
        (
            "S-1-5-21-1-2-3-1000",
            SidKind::DomainAccount { rid: 1000 },
            "account or group of a domain or computer",
        ),
        ("S-1-5-83-1-2-3-4-5", SidKind::VirtualMachine, "virtual machine of Hyper-V"),
        (
            "S-1-5-86-1544737700-199408000-2549878335-3519669259-381336952",
            SidKind::WmiHost,
            "WMI provider host (Local Service)",
        ),
        ("S-1-5-87-1-2-3-4-5", SidKind::ScheduledTask, "scheduled task"),
        ("S-1-5-88-1-1000", SidKind::Nfs, "NFS owner 1000"),
        ("S-1-5-90-0-1", SidKind::WindowManager, "Window Manager\\DWM-1"),
        ("S-1-5-96-0-2", SidKind::FontDriverHost, "Font Driver Host\\UMFD-2"),
        ("S-1-5-94-1-2-3-4-5", SidKind::VirtualAccount, "virtual account"),
        (
            "S-1-11-96-3623454863-58364-18864-2661722203-1597581903-1",
            SidKind::MicrosoftAccount,
            "Microsoft account",
        ),
        // The pair that Microsoft's own sample publishes.
        (
            "S-1-12-1-1943430372-1249052806-2496021943-3034400218",
            SidKind::Entra,
            "Entra ID object 73d664e4-0886-4a73-b745-c694da45ddb4",
        ),
        ("S-1-15-2-1-2-3-4-5-6-7", SidKind::AppPackage, "app package"),
        ("S-1-15-3-3", SidKind::Capability, "app capability privateNetworkClientServer"),
        // The capability that nearly every key of Windows 10 is open to.
        (
            "S-1-15-3-1024-1065365936-1281604716-3511738428-1654721687-432734479-3232135806-4053264122-\
             3456934681",
            SidKind::Capability,
            "app capability registryRead",
        ),
        (
            "S-1-5-32-1065365936-1281604716-3511738428-1654721687-432734479-3232135806-4053264122-\
             3456934681",
            SidKind::CapabilityGroup,
            "holders of the app capability registryRead",
        ),
        (
            "S-1-15-3-4214768333-1334025770-122408079-3919188833",
            SidKind::Capability,
            "app capability for devices of class fb3842cd-9e2a-4f83-8fcc-4b0761139ae9",
        ),
        ("S-1-16-8193", SidKind::IntegrityLevel, "integrity level 0x2001"),
        ("S-1-17-1-2-3-4", SidKind::CentralAccessPolicy, "central access policy"),
        ("S-1-18-99", SidKind::Authentication, "authentication of an unknown kind"),
        ("S-1-19-512-8192", SidKind::ProcessTrust, "process trust: light, WinTcb"),
        ("S-1-19-1024-1536", SidKind::ProcessTrust, "process trust: full, Antimalware"),
        ("S-1-19-7-7", SidKind::ProcessTrust, "process trust: unknown type, unknown level"),
        ("S-1-22-1-1000", SidKind::UnixUser, "user 1000 of Unix (Samba)"),
        ("S-1-22-2-100", SidKind::UnixGroup, "group 100 of Unix (Samba)"),
        ("S-1-99-1", SidKind::Unknown, "unknown"),
        ("S-1-5", SidKind::Unknown, "unknown"),
    ] {
        let sid = sid(text);
        assert_eq!((sid.kind(), sid.description().as_str()), (kind, description), "{text}");
        assert_eq!((sid.name(), sid.full_name()), (None, None));
        // A name of its own stands before the SID, anything else behind it.
        let named = description.contains('\\')
            || ["registryRead", "privateNetworkClientServer"]
                .iter()
                .any(|name| description.ends_with(name));
        let explained = match kind {
            SidKind::Unknown => text.to_string(),
            _ if named => format!("{description} ({text})"),
            _ => format!("{text} ({description})"),
        };
        assert_eq!(sid.explained(), explained);
    }
}

#[cfg(feature = "serde")]
#[test]
fn kinds_are_data() {
    let kind = sid("S-1-5-21-1-2-3-512").kind();
    let json = serde_json::to_string(&kind).unwrap();
    assert_eq!(json, r#"{"kind":"domain_account","rid":512}"#);
    assert_eq!(serde_json::from_str::<SidKind>(&json).unwrap(), kind);
}
