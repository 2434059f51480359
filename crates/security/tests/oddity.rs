//! What is legal and unusual: each kind is told, with its place, and stays well-formed.

use coldhive_security::{
    AccessMask, AceFlags, AceSpec, AceType, AclSpec, Control, DescriptorBuilder, ObjectTypes,
    Oddity, Part, SecurityDescriptor, SecurityDescriptorBuf, Sid,
};

/// SACL at 20 with an ACE at 28, DACL at 48 with ACEs at 56 and 76, owner at 96, group at 112, end at 124.
const SOUND: &str = "O:BAG:SYD:(A;CI;KR;;;WD)(D;;KW;;;AN)S:(AU;SA;KA;;;WD)";

fn sound() -> Vec<u8> {
    SOUND.parse::<SecurityDescriptorBuf>().unwrap().into_bytes()
}

fn patched(patches: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = sound();
    for (at, patch) in patches {
        bytes[*at..*at + patch.len()].copy_from_slice(patch);
    }
    bytes
}

/// The oddities of bytes that Windows accepts.
fn odd(bytes: &[u8]) -> Vec<Oddity> {
    let descriptor = SecurityDescriptor::parse(bytes).unwrap();
    assert_eq!(descriptor.check(), []);
    let found: Vec<_> = descriptor.oddities().collect();
    for oddity in &found {
        assert!(oddity.offset() < bytes.len());
    }
    found
}

/// The oddities of text, each as its code and the offset of its ACE.
fn of_text(text: &str) -> Vec<(&'static str, usize)> {
    let built: SecurityDescriptorBuf = text.parse().unwrap();
    odd(built.as_bytes()).iter().map(|oddity| (oddity.code(), oddity.offset())).collect()
}

#[test]
fn what_windows_makes_of_text_is_not_odd() {
    for text in [
        SOUND,
        "",
        "D:",
        "D:NO_ACCESS_CONTROLS:NO_ACCESS_CONTROL",
        "O:BAG:BAD:P(A;CIOI;GRGX;;;BU)(A;CIOI;GA;;;BA)S:P(AU;FA;GR;;;WD)",
        "D:(OA;CIIO;RPWP;bf967aba-0de6-11d0-a285-00aa003049e2;;PS)(A;OINPIO;GA;;;CO)",
        "S:(ML;;NW;;;LW)(AL;FA;CC;;;AN)(OU;SAFA;CR;;bf967aba-0de6-11d0-a285-00aa003049e2;WD)",
        "S:(TL;;CC;;;S-1-19-512-4096)(SP;;;;;S-1-17-1)",
    ] {
        assert_eq!(of_text(text), [], "{text}");
    }
}

#[test]
fn headers() {
    assert_eq!(odd(&patched(&[(1, &[7])])), [Oddity::HeaderReserved { actual: 7 }]);
    // With RM, the byte is the resource manager's ([MS-DTYP] 2.4.6).
    assert_eq!(odd(&patched(&[(1, &[7]), (3, &[0xC0])])), []);
    // DT 0x40 and SS 0x80; no bit of the sixteen is unknown.
    let flags = Control::SERVER_SECURITY;
    assert_eq!(odd(&patched(&[(2, &[0x94])])), [Oddity::ServerFlags { flags }]);
    assert_eq!(odd(&patched(&[(2, &[0x34 | 0xB, 0xBF])])), []);
    // DP and SP clear: the offsets mean nothing, and the ACLs belong to no part.
    assert_eq!(
        odd(&patched(&[(2, &[0])])),
        [
            Oddity::UnusedOffset { part: Part::Sacl, stored: 20 },
            Oddity::UnusedOffset { part: Part::Dacl, stored: 48 },
            Oddity::Gap { offset: 20, length: 76, zero: false },
        ]
    );
}

#[test]
fn layouts() {
    // One byte more before everything: all parts are unaligned, and there is a gap.
    let mut moved = sound();
    moved.insert(20, 0);
    for field in [4, 8, 12, 16] {
        moved[field] += 1;
    }
    moved.extend([0, 9]);
    let unaligned = |(part, offset)| Oddity::Unaligned { part, offset };
    let parts = [(Part::Sacl, 21), (Part::Dacl, 49), (Part::Owner, 97), (Part::Group, 113)];
    let mut expected = parts.map(unaligned).to_vec();
    expected.push(Oddity::Gap { offset: 20, length: 1, zero: true });
    expected.push(Oddity::Trailing { offset: 125, length: 2, zero: false });
    assert_eq!(odd(&moved), expected);
    // Owner and group in the same bytes.
    let (first, second) = (Part::Owner, Part::Group);
    assert_eq!(
        odd(&patched(&[(8, &[96])])),
        [
            Oddity::Overlap { first, second, offset: 96, length: 16 },
            Oddity::Trailing { offset: 112, length: 12, zero: false },
        ]
    );
    // The owner is the SID of the DACL's first ACE (64), the group that of the SACL's ACE (36).
    assert_eq!(
        odd(&patched(&[(4, &[64]), (8, &[36])])),
        [
            Oddity::Overlap { first: Part::Sacl, second: Part::Group, offset: 36, length: 12 },
            Oddity::Overlap { first: Part::Dacl, second: Part::Owner, offset: 64, length: 12 },
            Oddity::Trailing { offset: 96, length: 28, zero: false },
        ]
    );
    // Nothing but a header, and bytes behind it.
    let alone = [&[1, 0, 0, 0x80][..], &[0; 17]].concat();
    assert_eq!(odd(&alone), [Oddity::Trailing { offset: 20, length: 1, zero: true }]);
}

#[test]
fn acls() {
    let (acl, offset) = (Part::Dacl, 48);
    assert_eq!(
        odd(&patched(&[(49, &[1]), (54, &[2, 3])])),
        [Oddity::AclReserved { acl, offset, sbz1: 1, sbz2: 0x302 }]
    );
    for actual in [3, 4] {
        let expected = 2;
        let oddity = Oddity::AclRevision { acl, offset, actual, expected };
        assert_eq!(odd(&patched(&[(48, &[actual])])), [oddity]);
    }
    // One ACE less is counted: its 20 bytes are slack.
    let slack = |length, zero| Oddity::Slack { acl, offset: 76, length, zero };
    assert_eq!(odd(&patched(&[(52, &[1])])), [slack(20, false)]);
    assert_eq!(odd(&patched(&[(52, &[1]), (76, &[0; 20])])), [slack(20, true)]);
    // And the ACL ends one byte too early: a legal size, as far as [MS-DTYP] 2.4.5 tells.
    assert_eq!(
        odd(&patched(&[(52, &[1]), (50, &[47])])),
        [
            Oddity::Gap { offset: 95, length: 1, zero: true },
            Oddity::AclSize { acl, offset, size: 47 },
            slack(19, false),
        ]
    );
}

/// [MS-DTYP] 2.4.5 for object ACEs, winnt.h for compound ones.
#[test]
fn revisions() {
    let revision = |ace: AceSpec, actual: u8| {
        let built = DescriptorBuilder::new().dacl(AclSpec::Present(vec![ace])).build().unwrap();
        let mut bytes = built.into_bytes();
        bytes[20] = actual;
        odd(&bytes).into_iter().find_map(|oddity| match oddity {
            Oddity::AclRevision { expected, .. } => Some(expected),
            _ => None,
        })
    };
    let object = || AceSpec::new(AceType::ACCESS_ALLOWED_OBJECT, AccessMask::DELETE, Sid::SYSTEM);
    let compound = || AceSpec::opaque(AceType::ACCESS_ALLOWED_COMPOUND, vec![0; 8]);
    // What an unknown type needs is unknown too.
    let unknown = || AceSpec::opaque(AceType(0x77), vec![]);
    let found =
        [2, 3, 4].map(|actual| [object(), compound(), unknown()].map(|ace| revision(ace, actual)));
    assert_eq!(found, [[Some(4), Some(3), None], [Some(4), None, None], [None, Some(3), None]]);
}

#[test]
fn aces() {
    let (acl, index, offset) = (Part::Dacl, 0, 28);
    let of = |ace: AceSpec| {
        let built = DescriptorBuilder::new().dacl(AclSpec::Present(vec![ace])).build().unwrap();
        odd(built.as_bytes())
    };
    let allow = AceSpec::allow(Sid::EVERYONE, AccessMask::KEY_READ);
    let data = vec![0, 1, 0, 0];
    assert_eq!(
        of(AceSpec { data: data.clone(), ..allow }),
        [Oddity::StrayData { acl, index, offset: 48, length: 4, zero: false }]
    );
    let callback = AceType::ACCESS_ALLOWED_CALLBACK;
    let conditional = AceSpec::new(callback, AccessMask::KEY_READ, Sid::EVERYONE);
    assert_eq!(of(AceSpec { data, ..conditional }), []);
    for ace_type in [AceType::ACCESS_ALLOWED_COMPOUND, AceType(0x77)] {
        let oddity = Oddity::UnknownType { acl, index, offset, ace_type };
        assert_eq!(of(AceSpec::opaque(ace_type, vec![1; 8])), [oddity]);
    }
    let objects = ObjectTypes { unknown_flags: 0x10, ..ObjectTypes::default() };
    let denied = AceSpec::new(AceType::ACCESS_DENIED_OBJECT, AccessMask::DELETE, Sid::EVERYONE);
    assert_eq!(
        of(AceSpec { objects, ..denied }),
        [Oddity::ObjectFlags { acl, index, offset, flags: 0x10 }]
    );
    // The ApplicationData of [MS-DTYP] 2.4.4.11.
    let audit = AceSpec::new(AceType::SYSTEM_AUDIT_OBJECT, AccessMask::DELETE, Sid::EVERYONE);
    let audit = AceSpec { data: vec![1; 4], ..audit.with_flags(AceFlags::FAILED_ACCESS) };
    let built = DescriptorBuilder::new().sacl(AclSpec::Present(vec![audit])).build().unwrap();
    assert_eq!(odd(built.as_bytes()), []);
}

#[test]
fn flags_and_types_out_of_place() {
    for (text, expected) in [
        ("D:(A;IO;KR;;;WD)", &["inheritance_flags"][..]),
        ("D:(A;NP;KR;;;WD)", &["inheritance_flags"]),
        ("D:(A;OIIO;KR;;;WD)", &[]),
        ("D:(A;SA;KR;;;WD)", &["audit_flags"]),
        ("D:(AU;SA;KR;;;WD)", &["foreign_type", "audit_flags"]),
        ("D:(AU;;KR;;;WD)", &["foreign_type", "nothing_audited"]),
        ("D:(ML;;NW;;;LW)", &["foreign_type"]),
        ("S:(A;;KR;;;WD)", &["foreign_type"]),
        ("S:(D;FA;KR;;;WD)", &["foreign_type", "audit_flags"]),
        ("S:(ML;SA;NW;;;LW)", &["audit_flags"]),
        ("S:(AU;CI;KR;;;WD)", &["nothing_audited"]),
    ] {
        let found = of_text(text);
        assert!(found.iter().all(|(_, offset)| *offset == 28));
        let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, expected, "{text}");
    }
    let sacl = |ace_type| {
        let flags = AceFlags::SUCCESSFUL_ACCESS | AceFlags::FAILED_ACCESS;
        let ace = AceSpec::new(ace_type, AccessMask::KEY_READ, Sid::EVERYONE).with_flags(flags);
        let built = DescriptorBuilder::new().sacl(AclSpec::Present(vec![ace])).build().unwrap();
        odd(built.as_bytes())
    };
    // TRUST_PROTECTED_FILTER_ACE_FLAG of winnt.h is 0x40; 0x80 means nothing there.
    assert_eq!(
        sacl(AceType::SYSTEM_ACCESS_FILTER),
        [Oddity::AuditFlags {
            acl: Part::Sacl,
            index: 0,
            offset: 28,
            flags: AceFlags::FAILED_ACCESS
        }]
    );
    assert_eq!(sacl(AceType::SYSTEM_AUDIT_CALLBACK_OBJECT), []);
    // Nobody knows what the flags mean in a type that nobody knows, nor where it belongs.
    let unknown = AceSpec::opaque(AceType(0x77), vec![]).with_flags(AceFlags::FAILED_ACCESS);
    let built = DescriptorBuilder::new().sacl(AclSpec::Present(vec![unknown])).build().unwrap();
    let codes: Vec<_> = odd(built.as_bytes()).iter().map(Oddity::code).collect();
    assert_eq!(codes, ["unknown_type"]);
}

/// Nothing is said of what cannot be read, nor of gaps while something cannot.
#[test]
fn damaged_parts() {
    let codes = |bytes: &[u8]| {
        let descriptor = SecurityDescriptor::parse(bytes).unwrap();
        assert_ne!(descriptor.check(), []);
        descriptor.oddities().map(|oddity| oddity.code()).collect::<Vec<_>>()
    };
    assert_eq!(codes(&patched(&[(96, &[9]), (49, &[1])])), ["acl_reserved"]);
    // What stands behind an ACE that leads nowhere is unread, not slack.
    assert_eq!(codes(&patched(&[(78, &[1])])), [""; 0]);
    // A revision that Windows does not accept is damage, not an oddity.
    assert_eq!(codes(&patched(&[(48, &[9])])), [""; 0]);
    // The first ACE is damaged; the second one's flags are odd.
    assert_eq!(codes(&patched(&[(64, &[9]), (77, &[8])])), ["inheritance_flags"]);
}

/// Every sentence, word for word.
#[test]
fn sentences() {
    use Oddity as O;
    let (acl, part, index, offset) = (Part::Dacl, Part::Sacl, 2, 28);
    let (length, ace_type) = (8, AceType::SYSTEM_AUDIT);
    let ace = "ACE 2 of the DACL at offset 0x001c";
    #[rustfmt::skip]
    let all = [
        (O::HeaderReserved { actual: 7 }, 1, "header_reserved",
            "the reserved byte of the header should be 0, but it is 0x07, and RM is clear".to_string()),
        (O::ServerFlags { flags: Control::DACL_TRUSTED }, 2, "server_flags",
            "the control flags hold 0x0040 (DT, SS), which winnt.h does not name".to_string()),
        (O::UnusedOffset { part, stored: 0x30 }, 12, "unused_offset",
            "the control flags say that there is no SACL, but its offset is set to 0x0030".to_string()),
        (O::Unaligned { part, offset: 29 }, 29, "unaligned",
            "the SACL at offset 0x001d does not begin at a multiple of 4".to_string()),
        (O::Overlap { first: Part::Owner, second: part, offset, length }, offset, "overlap",
            "the owner and the SACL share 8 bytes from offset 0x001c on".to_string()),
        (O::Gap { offset, length, zero: true }, offset, "gap",
            "8 bytes at offset 0x001c belong to no part, all zero".to_string()),
        (O::Trailing { offset, length, zero: false }, offset, "trailing",
            "8 bytes at offset 0x001c stand behind the last part, not all zero".to_string()),
        (O::AclReserved { acl, offset, sbz1: 1, sbz2: 2 }, offset, "acl_reserved",
            "the reserved fields of the DACL at offset 0x001c should be 0, but they are 0x01 and 0x0002"
                .to_string()),
        (O::AclRevision { acl, offset, actual: 4, expected: 2 }, offset, "acl_revision",
            "the revision of the DACL at offset 0x001c is 4, but its ACEs need 2".to_string()),
        (O::AclSize { acl, offset, size: 9 }, offset, "acl_size",
            "the size of the DACL at offset 0x001c is 9, which is not a multiple of 4".to_string()),
        (O::Slack { acl, offset, length, zero: true }, offset, "slack",
            "8 bytes at offset 0x001c stand behind the last ACE of the DACL, all zero".to_string()),
        (O::StrayData { acl, index, offset, length, zero: false }, offset, "stray_data",
            "8 bytes at offset 0x001c stand behind the SID of ACE 2 of the DACL and mean nothing, not all zero"
                .to_string()),
        (O::UnknownType { acl, index, offset, ace_type: AceType(0x77) }, offset, "unknown_type",
            format!("{ace} has type 0x77, whose layout is not known")),
        (O::ForeignType { acl, index, offset, ace_type }, offset, "foreign_type",
            format!("{ace} has type SYSTEM_AUDIT, which belongs into the other ACL")),
        (O::ObjectFlags { acl, index, offset, flags: 0x10 }, offset, "object_flags",
            format!("{ace} has bits 0x10 in its object flags, which are not known")),
        (O::InheritanceFlags { acl, index, offset, flags: AceFlags::INHERIT_ONLY }, offset,
            "inheritance_flags", format!("{ace} has flags 0x08 about inheritance, but nothing inherits it")),
        (O::AuditFlags { acl, index, offset, flags: AceFlags::FAILED_ACCESS }, offset, "audit_flags",
            format!("{ace} has flags 0x80 for auditing, but it audits nothing")),
        (O::NothingAudited { acl, index, offset, ace_type }, offset, "nothing_audited",
            format!("{ace} has type SYSTEM_AUDIT, but audits neither success nor failure")),
    ];
    for (oddity, offset, code, sentence) in all {
        assert_eq!((oddity.to_string(), oddity.code(), oddity.offset()), (sentence, code, offset));
        #[cfg(feature = "serde")]
        {
            let json = serde_json::to_value(oddity).unwrap();
            assert_eq!(json["oddity"], code);
            assert_eq!(serde_json::from_value::<Oddity>(json).unwrap(), oddity);
        }
    }
}

/// A DACL with as many ACEs as fit, each of them odd in every way: all are told, and in one go.
#[test]
fn the_largest_acl() {
    let flags = AceFlags::INHERIT_ONLY | AceFlags::FAILED_ACCESS;
    let ace = AceSpec::opaque(AceType(0x77), vec![]).with_flags(flags);
    let count = (65_535 - 8) / 4;
    let built = DescriptorBuilder::new().dacl(AclSpec::Present(vec![ace; count])).build().unwrap();
    let descriptor = built.as_descriptor();
    // Unknown type, inheritance, audit flags in a DACL.
    assert_eq!(descriptor.oddities().count(), count * 3);
    assert_eq!(descriptor.canonical().unwrap(), built);
    let builder = DescriptorBuilder::from_descriptor(&descriptor).unwrap();
    assert_eq!(builder.build().unwrap(), built);
}
