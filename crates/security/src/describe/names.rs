//! The SIDs that every Windows computer knows, from NT 4.0 to Windows 11 and Server 2025.
//!
//! Sources: [MS-DTYP] 2.4.2.4; Win32 "SID Strings" and "Well-known SIDs"; Windows Server "Security
//! identifiers"; winnt.h and sddl.h of the Windows SDK. "SID Strings" gives `RM` to a service of Windows
//! Vista alone; sddl.h since Windows 8 gives it to S-1-5-32-580, Remote Management Users. `HO` and `SH`
//! stand in sddl.h alone.

use crate::sid::Sid;

/// A well-known SID's names.
pub(crate) struct Known {
    authority: u64,
    subs: &'static [u32],
    /// The two letters of SDDL, upper case.
    pub(crate) alias: Option<&'static str>,
    /// What Windows shows, without the domain part ("NT AUTHORITY").
    pub(crate) name: &'static str,
}

const fn known(authority: u64, subs: &'static [u32], name: &'static str) -> Known {
    Known { authority, subs, alias: None, name }
}

const fn alias(
    authority: u64,
    subs: &'static [u32],
    alias: &'static str,
    name: &'static str,
) -> Known {
    Known { authority, subs, alias: Some(alias), name }
}

/// Sorted by authority and sub-authorities, because it is searched by halves.
static KNOWN: &[Known] = &[
    known(0, &[0], "NULL SID"),
    alias(1, &[0], "WD", "Everyone"),
    known(2, &[0], "LOCAL"),
    known(2, &[1], "CONSOLE LOGON"),
    alias(3, &[0], "CO", "CREATOR OWNER"),
    alias(3, &[1], "CG", "CREATOR GROUP"),
    known(3, &[2], "CREATOR OWNER SERVER"),
    known(3, &[3], "CREATOR GROUP SERVER"),
    alias(3, &[4], "OW", "OWNER RIGHTS"),
    known(5, &[1], "DIALUP"),
    alias(5, &[2], "NU", "NETWORK"),
    known(5, &[3], "BATCH"),
    alias(5, &[4], "IU", "INTERACTIVE"),
    alias(5, &[6], "SU", "SERVICE"),
    alias(5, &[7], "AN", "ANONYMOUS LOGON"),
    known(5, &[8], "PROXY"),
    alias(5, &[9], "ED", "ENTERPRISE DOMAIN CONTROLLERS"),
    alias(5, &[10], "PS", "SELF"),
    alias(5, &[11], "AU", "Authenticated Users"),
    alias(5, &[12], "RC", "RESTRICTED"),
    known(5, &[13], "TERMINAL SERVER USER"),
    known(5, &[14], "REMOTE INTERACTIVE LOGON"),
    known(5, &[15], "This Organization"),
    known(5, &[17], "IUSR"),
    alias(5, &[18], "SY", "SYSTEM"),
    alias(5, &[19], "LS", "LOCAL SERVICE"),
    alias(5, &[20], "NS", "NETWORK SERVICE"),
    known(5, &[21, 0, 0, 0, 496], "Compounded authentication"),
    known(5, &[21, 0, 0, 0, 497], "Claims valid"),
    known(5, &[22], "ENTERPRISE READ-ONLY DOMAIN CONTROLLERS BETA"),
    known(5, &[32], "BUILTIN"),
    alias(5, &[32, 544], "BA", "Administrators"),
    alias(5, &[32, 545], "BU", "Users"),
    alias(5, &[32, 546], "BG", "Guests"),
    alias(5, &[32, 547], "PU", "Power Users"),
    alias(5, &[32, 548], "AO", "Account Operators"),
    alias(5, &[32, 549], "SO", "Server Operators"),
    alias(5, &[32, 550], "PO", "Print Operators"),
    alias(5, &[32, 551], "BO", "Backup Operators"),
    alias(5, &[32, 552], "RE", "Replicator"),
    alias(5, &[32, 554], "RU", "Pre-Windows 2000 Compatible Access"),
    alias(5, &[32, 555], "RD", "Remote Desktop Users"),
    alias(5, &[32, 556], "NO", "Network Configuration Operators"),
    known(5, &[32, 557], "Incoming Forest Trust Builders"),
    alias(5, &[32, 558], "MU", "Performance Monitor Users"),
    alias(5, &[32, 559], "LU", "Performance Log Users"),
    known(5, &[32, 560], "Windows Authorization Access Group"),
    known(5, &[32, 561], "Terminal Server License Servers"),
    known(5, &[32, 562], "Distributed COM Users"),
    alias(5, &[32, 568], "IS", "IIS_IUSRS"),
    alias(5, &[32, 569], "CY", "Cryptographic Operators"),
    alias(5, &[32, 573], "ER", "Event Log Readers"),
    alias(5, &[32, 574], "CD", "Certificate Service DCOM Access"),
    alias(5, &[32, 575], "RA", "RDS Remote Access Servers"),
    alias(5, &[32, 576], "ES", "RDS Endpoint Servers"),
    alias(5, &[32, 577], "MS", "RDS Management Servers"),
    alias(5, &[32, 578], "HA", "Hyper-V Administrators"),
    alias(5, &[32, 579], "AA", "Access Control Assistance Operators"),
    alias(5, &[32, 580], "RM", "Remote Management Users"),
    known(5, &[32, 581], "System Managed Accounts Group"),
    known(5, &[32, 582], "Storage Replica Administrators"),
    known(5, &[32, 583], "Device Owners"),
    alias(5, &[32, 584], "HO", "User Mode Hardware Operators"),
    alias(5, &[32, 585], "SH", "OpenSSH Users"),
    alias(5, &[33], "WR", "WRITE RESTRICTED"),
    known(5, &[64, 10], "NTLM Authentication"),
    known(5, &[64, 14], "SChannel Authentication"),
    known(5, &[64, 21], "Digest Authentication"),
    known(5, &[65, 1], "This Organization Certificate"),
    known(5, &[80, 0], "ALL SERVICES"),
    known(5, &[80, 956008885, 3418522649, 1831038044, 1853292631, 2271478464], "TrustedInstaller"),
    // DefaultAppPool has the same SID wherever IIS is: a hash of its name.
    known(5, &[82, 3006700770, 424185619, 1745488364, 794895919, 4004696415], "DefaultAppPool"),
    known(5, &[83, 0], "Virtual Machines"),
    alias(5, &[84, 0, 0, 0, 0, 0], "UD", "USER MODE DRIVERS"),
    known(5, &[90, 0], "Window Manager Group"),
    // The accounts of Windows containers.
    known(5, &[93, 2, 1], "ContainerAdministrator"),
    known(5, &[93, 2, 2], "ContainerUser"),
    known(5, &[96, 0], "Font Driver Host Group"),
    known(5, &[113], "Local account"),
    known(5, &[114], "Local account and member of Administrators group"),
    known(5, &[1000], "Other Organization"),
    alias(15, &[2, 1], "AC", "ALL APPLICATION PACKAGES"),
    known(15, &[2, 2], "ALL RESTRICTED APPLICATION PACKAGES"),
    known(16, &[0], "Untrusted Mandatory Level"),
    alias(16, &[4096], "LW", "Low Mandatory Level"),
    alias(16, &[8192], "ME", "Medium Mandatory Level"),
    alias(16, &[8448], "MP", "Medium Plus Mandatory Level"),
    alias(16, &[12288], "HI", "High Mandatory Level"),
    alias(16, &[16384], "SI", "System Mandatory Level"),
    known(16, &[20480], "Protected Process Mandatory Level"),
    known(16, &[28672], "Secure Process Mandatory Level"),
    alias(18, &[1], "AS", "Authentication authority asserted identity"),
    alias(18, &[2], "SS", "Service asserted identity"),
    known(18, &[3], "Fresh public key identity"),
    known(18, &[4], "Key trust identity"),
    known(18, &[5], "Key property multi-factor authentication"),
    known(18, &[6], "Key property attestation"),
];

/// The names of this SID, if it is well known.
pub(crate) fn of(sid: &Sid) -> Option<&'static Known> {
    let at = KNOWN
        .binary_search_by(|known| {
            (known.authority, known.subs).cmp(&(sid.authority(), sid.sub_authorities()))
        })
        .ok()?;
    KNOWN.get(at)
}

/// The SID that these two letters stand for, in either case.
pub(crate) fn by_alias(letters: &str) -> Option<Sid> {
    let known = KNOWN
        .iter()
        .find(|known| known.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(letters)))?;
    Sid::new(known.authority, known.subs)
}

/// What Windows writes before the name, with a backslash between: `BUILTIN`, `NT AUTHORITY`.
///
/// Empty for SIDs that no domain part belongs to, such as Everyone.
pub(crate) fn domain_part(sid: &Sid) -> &'static str {
    match (sid.authority(), sid.sub_authorities()) {
        (5, [21, ..] | [32]) => "",
        (5, [32, ..]) => "BUILTIN",
        (5, [80, ..]) => "NT SERVICE",
        (5, [82, ..]) => "IIS APPPOOL",
        (5, [83, ..]) => "NT VIRTUAL MACHINE",
        (5, [90, ..]) => "Window Manager",
        (5, [93, ..]) => "User Manager",
        (5, [96, ..]) => "Font Driver Host",
        (5, _) => "NT AUTHORITY",
        (15, _) => "APPLICATION PACKAGE AUTHORITY",
        (16, _) => "Mandatory Label",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::domain;
    use alloc::collections::BTreeSet;

    #[test]
    fn the_table_is_sorted_and_every_alias_is_unique() {
        assert!(
            KNOWN
                .windows(2)
                .all(|pair| (pair[0].authority, pair[0].subs) < (pair[1].authority, pair[1].subs))
        );
        let mut seen: BTreeSet<_> =
            domain::DOMAIN_RIDS.iter().filter_map(|known| known.alias).collect();
        for known in KNOWN {
            let sid = Sid::new(known.authority, known.subs).unwrap();
            assert_eq!(sid.name(), Some(known.name));
            if let Some(alias) = known.alias {
                assert!(seen.insert(alias), "{alias}");
                assert_eq!(by_alias(alias), Some(sid));
                assert_eq!(sid.alias(), Some(alias));
            }
        }
    }

    #[test]
    fn constants_have_the_names_they_should() {
        for (sid, alias, name) in [
            (Sid::EVERYONE, "WD", "Everyone"),
            (Sid::CREATOR_OWNER, "CO", "CREATOR OWNER"),
            (Sid::OWNER_RIGHTS, "OW", "OWNER RIGHTS"),
            (Sid::SERVICE, "SU", "SERVICE"),
            (Sid::ANONYMOUS, "AN", "ANONYMOUS LOGON"),
            (Sid::AUTHENTICATED_USERS, "AU", "Authenticated Users"),
            (Sid::SYSTEM, "SY", "SYSTEM"),
            (Sid::LOCAL_SERVICE, "LS", "LOCAL SERVICE"),
            (Sid::NETWORK_SERVICE, "NS", "NETWORK SERVICE"),
            (Sid::ADMINISTRATORS, "BA", "Administrators"),
            (Sid::USERS, "BU", "Users"),
            (Sid::GUESTS, "BG", "Guests"),
            (Sid::POWER_USERS, "PU", "Power Users"),
            (Sid::SERVER_OPERATORS, "SO", "Server Operators"),
        ] {
            assert_eq!((sid.alias(), sid.name()), (Some(alias), Some(name)));
        }
    }
}
