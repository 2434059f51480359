//! ACEs as plain lines: a golden table that was read as an analyst would.

use coldhive_security::{
    AccessMask, AceFlags, AceSpec, AceType, AclSpec, AclState, DescriptorBuilder, Guid, ObjectKind,
    ObjectTypes, Places, SecurityDescriptorBuf, Sid,
};

/// The lines of the DACL, then of the SACL; errors as their own sentence.
fn lines(stored: &SecurityDescriptorBuf, kind: ObjectKind) -> Vec<String> {
    let descriptor = stored.as_descriptor();
    [descriptor.dacl().unwrap(), descriptor.sacl().unwrap()]
        .iter()
        .filter_map(AclState::acl)
        .flat_map(|acl| acl.aces())
        .map(|ace| match ace {
            Ok(ace) => ace.line(kind).to_string(),
            Err(error) => error.to_string(),
        })
        .collect()
}

fn of_text(text: &str, kind: ObjectKind) -> Vec<String> {
    lines(&text.parse().unwrap(), kind)
}

#[test]
fn registry_keys() {
    for (ace, line) in [
        ("D:(A;CI;KR;;;WD)", "Allow Everyone (S-1-1-0): read; this key and its subkeys"),
        ("D:(A;;KR;;;WD)", "Allow Everyone (S-1-1-0): read; this key only"),
        (
            "D:(A;CIIO;KA;;;BA)",
            "Allow BUILTIN\\Administrators (S-1-5-32-544): full control; subkeys only",
        ),
        (
            "D:(D;ID;DC;;;BU)",
            "Deny BUILTIN\\Users (S-1-5-32-545): set values; this key only; inherited",
        ),
        // [MS-DTYP] 2.4.4.1: NP stops at the children; OI is about children that hold nothing.
        (
            "D:(A;CINP;KW;;;SY)",
            "Allow NT AUTHORITY\\SYSTEM (S-1-5-18): write; this key and its direct subkeys",
        ),
        (
            "D:(A;CIIONP;KW;;;SY)",
            "Allow NT AUTHORITY\\SYSTEM (S-1-5-18): write; direct subkeys only",
        ),
        ("D:(A;OI;KR;;;WD)", "Allow Everyone (S-1-1-0): read; this key only"),
        ("D:(A;OICI;KR;;;WD)", "Allow Everyone (S-1-1-0): read; this key and its subkeys"),
        ("D:(A;OIIO;KR;;;WD)", "Allow Everyone (S-1-1-0): read; applies to no key"),
        ("D:(A;IO;KR;;;WD)", "Allow Everyone (S-1-1-0): read; applies to no key"),
        // Winsock of NT 4.0.
        (
            "D:(A;;CCDCLCSWRPSDRC;;;SO)",
            "Allow BUILTIN\\Server Operators (S-1-5-32-549): read, write and delete; this key only",
        ),
        (
            "D:(A;CIIO;GA;;;CO)",
            "Allow CREATOR OWNER (S-1-3-0): full control (from GENERIC_ALL); subkeys only",
        ),
        (
            "D:(A;CIIOID;GR;;;AC)",
            "Allow APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES (S-1-15-2-1): read (from \
             GENERIC_READ); subkeys only; inherited",
        ),
        // Winsock of Windows 10.
        (
            "D:(A;CIID;KR;;;S-1-15-3-1024-1065365936-1281604716-3511738428-1654721687-432734479-\
             3232135806-4053264122-3456934681)",
            "Allow app capability registryRead (S-1-15-3-1024-1065365936-1281604716-3511738428-1654721687-\
             432734479-3232135806-4053264122-3456934681): read; this key and its subkeys; inherited",
        ),
        (
            "D:(A;;KA;;;S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464)",
            "Allow NT SERVICE\\TrustedInstaller \
             (S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464): full control; this key only",
        ),
        (
            "D:(A;CI;KA;;;S-1-5-21-1-2-3-512)",
            "Allow S-1-5-21-1-2-3-512 (Domain Admins, if of a domain): full control; this key and its subkeys",
        ),
        (
            "D:(A;;KA;;;S-1-5-21-1-2-3-1005)",
            "Allow S-1-5-21-1-2-3-1005 (account or group of a domain or computer): full control; this key only",
        ),
        ("D:(A;;0x300;;;WD)", "Allow Everyone (S-1-1-0): 0x300, no right of a key; this key only"),
        (
            "D:(A;;0x2011b;;;WD)",
            "Allow Everyone (S-1-1-0): read and set values, and 0x100, no right of a key; this key only",
        ),
        ("D:(A;;;;;WD)", "Allow Everyone (S-1-1-0): nothing; this key only"),
        ("D:(A;;RC;;;OW)", "Allow OWNER RIGHTS (S-1-3-4): read the permissions; this key only"),
        (
            "S:(AU;CIFA;KA;;;WD)",
            "Audit failures by Everyone (S-1-1-0): full control; this key and its subkeys",
        ),
        (
            "S:(AU;CISAFA;DCSDWDWO;;;WD)",
            "Audit successes and failures by Everyone (S-1-1-0): set values, delete, change the permissions \
             and change the owner; this key and its subkeys",
        ),
        (
            "S:(AU;SA;KW;;;AN)",
            "Audit successes by NT AUTHORITY\\ANONYMOUS LOGON (S-1-5-7): write; this key only",
        ),
        (
            "S:(AU;;KW;;;AN)",
            "Audit nothing by NT AUTHORITY\\ANONYMOUS LOGON (S-1-5-7): write; this key only",
        ),
        ("S:(AL;SA;KW;;;WD)", "Alarm on successes by Everyone (S-1-1-0): write; this key only"),
        (
            "S:(ML;CI;NW;;;HI)",
            "Integrity label High Mandatory Level (S-1-16-12288): no write-up; this key and its subkeys",
        ),
        (
            "S:(ML;;NWNR;;;S-1-16-8193)",
            "Integrity label S-1-16-8193 (integrity level 0x2001): no write-up and no read-up; this key only",
        ),
        (
            "S:(ML;;0x9;;;LW)",
            "Integrity label Low Mandatory Level (S-1-16-4096): no write-up and unknown policy 0x8; this key only",
        ),
        (
            "S:(TL;;KR;;;S-1-19-512-8192)",
            "Trust label S-1-19-512-8192 (process trust: light, WinTcb): who is below it gets at most read; \
             this key only",
        ),
        ("S:(SP;;;;;S-1-17-1-2-3-4)", "Central access policy S-1-17-1-2-3-4; this key only"),
        (
            "D:(OA;CI;RP;bf967aba-0de6-11d0-a285-00aa003049e2;;AU)",
            "Allow NT AUTHORITY\\Authenticated Users (S-1-5-11): be told of changes, for the class or property \
             bf967aba-0de6-11d0-a285-00aa003049e2; this key and its subkeys",
        ),
        (
            "D:(OD;;KR;;bf967aba-0de6-11d0-a285-00aa003049e2;WD)",
            "Deny Everyone (S-1-1-0): read, inherited by the class bf967aba-0de6-11d0-a285-00aa003049e2; this \
             key only",
        ),
        // ACEs that stand in the wrong list.
        (
            "D:(AU;SA;KR;;;WD)",
            "Audit successes by Everyone (S-1-1-0): read; this key only; without effect in a DACL",
        ),
        (
            "S:(A;;KR;;;WD)",
            "Allow Everyone (S-1-1-0): read; this key only; without effect in a SACL",
        ),
    ] {
        assert_eq!(of_text(ace, ObjectKind::RegistryKey), [line], "{ace}");
    }
}

#[test]
fn services_files_and_folders() {
    use ObjectKind::{Directory, File, Service, ServiceManager};
    for (kind, ace, line) in [
        // The default of services (Win32 "Service Security and Access Rights").
        (
            Service,
            "D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)",
            "Allow NT AUTHORITY\\SYSTEM (S-1-5-18): read, start, stop, pause and send user-defined controls",
        ),
        (
            Service,
            "D:(A;;CCLCSWLOCRRC;;;IU)",
            "Allow NT AUTHORITY\\INTERACTIVE (S-1-5-4): read and send user-defined controls",
        ),
        (Service, "D:(A;;DC;;;WD)", "Allow Everyone (S-1-1-0): change the configuration"),
        (
            Service,
            "D:(A;CIIO;DC;;;WD)",
            "Allow Everyone (S-1-1-0): change the configuration; applies to no service",
        ),
        (
            ServiceManager,
            "D:(A;;DC;;;AU)",
            "Allow NT AUTHORITY\\Authenticated Users (S-1-5-11): create services",
        ),
        (
            File,
            "D:(A;ID;FA;;;BA)",
            "Allow BUILTIN\\Administrators (S-1-5-32-544): full control; inherited",
        ),
        (
            Directory,
            "D:(A;OICI;0x1200a9;;;BU)",
            "Allow BUILTIN\\Users (S-1-5-32-545): read and execute; this folder, subfolders and files",
        ),
        (
            Directory,
            "D:(A;CI;LC;;;BU)",
            "Allow BUILTIN\\Users (S-1-5-32-545): create subfolders; this folder and subfolders",
        ),
        (Directory, "D:(A;OIIO;FR;;;BU)", "Allow BUILTIN\\Users (S-1-5-32-545): read; files only"),
        (
            Directory,
            "D:(A;OICINP;FR;;;BU)",
            "Allow BUILTIN\\Users (S-1-5-32-545): read; this folder, direct subfolders and direct files",
        ),
        (
            Directory,
            "D:(A;;FR;;;BU)",
            "Allow BUILTIN\\Users (S-1-5-32-545): read; this folder only",
        ),
    ] {
        assert_eq!(of_text(ace, kind), [line], "{ace}");
    }
}

#[test]
fn conditions_attributes_and_unknown_types() {
    let spec = |ace_type, data: &[u8]| AceSpec {
        data: data.to_vec(),
        ..AceSpec::new(ace_type, AccessMask::KEY_READ, Sid::EVERYONE)
    };
    let guid = Guid([0x11; 16]);
    let aces = vec![
        spec(AceType::ACCESS_ALLOWED_CALLBACK, b"artx"),
        spec(AceType::ACCESS_DENIED_CALLBACK, b"artx").with_flags(AceFlags::CONTAINER_INHERIT),
        AceSpec {
            objects: ObjectTypes { object: Some(guid), ..ObjectTypes::default() },
            ..spec(AceType::ACCESS_ALLOWED_CALLBACK_OBJECT, b"artx")
        },
    ];
    let sacl = vec![
        spec(AceType::SYSTEM_AUDIT_CALLBACK, b"artx").with_flags(AceFlags::FAILED_ACCESS),
        spec(AceType::SYSTEM_RESOURCE_ATTRIBUTE, &[0; 40]).with_flags(AceFlags::CRITICAL),
        spec(AceType::SYSTEM_ACCESS_FILTER, b"artx"),
    ];
    let built = DescriptorBuilder::new()
        .dacl(AclSpec::Present(aces))
        .sacl(AclSpec::Present(sacl))
        .build()
        .unwrap();
    let key = ObjectKind::RegistryKey;
    assert_eq!(
        lines(&built, key),
        [
            "Allow Everyone (S-1-1-0): read, if a condition holds; this key only",
            "Deny Everyone (S-1-1-0): read, if a condition holds; this key and its subkeys",
            "Allow Everyone (S-1-1-0): read, if a condition holds, for the class or property \
             11111111-1111-1111-1111-111111111111; this key only",
            "Audit failures by Everyone (S-1-1-0): read, if a condition holds; this key only",
            "Resource attribute of 40 bytes; this key only; critical",
            "Access filter for Everyone (S-1-1-0): read, if a condition holds; this key only",
        ]
    );
    let dacl = built.as_descriptor().dacl().unwrap().acl().unwrap();
    let first = dacl.aces().next().unwrap().unwrap();
    assert_eq!(
        first.line(key).with_text("@User.Title == \"PM\"").to_string(),
        "Allow Everyone (S-1-1-0): read, if @User.Title == \"PM\"; this key only"
    );

    let stored: SecurityDescriptorBuf = "D:(A;;KR;;;WD)(A;;KA;;;SY)".parse().unwrap();
    for (ace_type, line) in [
        (0x77, "ACE type 0x77 is not known: 20 bytes"),
        (0x04, "ACE type ACCESS_ALLOWED_COMPOUND is not understood: 20 bytes"),
    ] {
        let mut bytes = stored.as_bytes().to_vec();
        bytes[28] = ace_type;
        let damaged = SecurityDescriptorBuf::from_bytes(bytes).unwrap();
        assert_eq!(lines(&damaged, key)[0], line);
    }
}

#[test]
fn places() {
    let key = ObjectKind::RegistryKey;
    assert_eq!(Places::of(AceFlags::empty()), Places::HERE);
    assert_eq!(Places::DEEPER_CONTAINERS.words(key), "deeper subkeys only");
    let odd = Places::HERE | Places::DEEPER_CONTAINERS;
    assert_eq!(odd.words(key), "this key and its deeper subkeys");
    assert_eq!(Places::empty().words(ObjectKind::Directory), "applies to no folder");
    assert_eq!(Places::all().words(ObjectKind::Service), "this service only");
}
