//! Ill-formed descriptors: what is reported, where, and what is still read.

use coldhive_security::{
    AccessMask, AccessOptions, AceSpec, AceType, AclSpec, AclState, Control, DescriptorBuilder,
    DescriptorError, GenericMapping, Part, SecurityDescriptor, SecurityDescriptorBuf, Sid,
    SidError, TextGap, Token, Writers, writers, writers_with,
};

/// DACL at 20, its ACEs at 28 and 48 and 68, owner at 88, group at 104.
fn sound() -> Vec<u8> {
    let text = "O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;SY)(D;;KW;;;AN)";
    text.parse::<SecurityDescriptorBuf>().unwrap().into_bytes()
}

fn patched(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut descriptor = sound();
    descriptor[at..at + bytes.len()].copy_from_slice(bytes);
    descriptor
}

fn check(bytes: &[u8]) -> Vec<DescriptorError> {
    SecurityDescriptor::parse(bytes).unwrap().check()
}

fn access_is_refused(bytes: &[u8]) {
    let descriptor = SecurityDescriptor::parse(bytes).unwrap();
    let mapping = GenericMapping::REGISTRY_KEY;
    let token = Token::new([Sid::EVERYONE]);
    descriptor.effective_access(&token, &mapping, AccessOptions::default()).unwrap_err();
    writers(&descriptor, AccessMask::KEY_READ, &mapping).unwrap_err();
}

#[test]
fn headers() {
    assert_eq!(
        SecurityDescriptor::parse(&[1; 19]),
        Err(DescriptorError::TooShort { expected: 20, actual: 19 })
    );
    assert_eq!(
        SecurityDescriptor::parse(&patched(0, &[2])),
        Err(DescriptorError::Revision { actual: 2 })
    );
    assert_eq!(
        SecurityDescriptor::parse(&patched(3, &[0])),
        Err(DescriptorError::NotSelfRelative { control: 4 })
    );
    assert_eq!(check(&sound()), []);
}

#[test]
fn owner_and_group() {
    let length = sound().len();
    let outside =
        |part, offset, needed| DescriptorError::OutOfBounds { part, offset, needed, length };
    assert_eq!(check(&patched(4, &[19])), [outside(Part::Owner, 19, 8)]);
    assert_eq!(check(&patched(4, &[255; 4])), [outside(Part::Owner, 0xFFFF_FFFF, 8)]);
    assert_eq!(check(&patched(8, &[104])), []);
    assert_eq!(check(&patched(105, &[2])), [outside(Part::Group, 104, 16)]);
    let reason = SidError::Revision { actual: 7 };
    assert_eq!(
        check(&patched(88, &[7])),
        [DescriptorError::Sid { part: Part::Owner, offset: 88, reason }]
    );
    access_is_refused(&patched(88, &[7]));
    // The group does not matter for access.
    let bytes = patched(104, &[7]);
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    let token = Token::new([Sid::EVERYONE]);
    let access = descriptor.effective_access(
        &token,
        &GenericMapping::REGISTRY_KEY,
        AccessOptions::default(),
    );
    assert_eq!(access.unwrap().granted_min, AccessMask::KEY_READ);
}

#[test]
fn acls() {
    let length = sound().len();
    let (acl, offset) = (Part::Dacl, 20);
    for (at, bytes, error) in [
        (16, &[12][..], DescriptorError::OutOfBounds { part: acl, offset: 12, needed: 8, length }),
        (16, &[112], DescriptorError::OutOfBounds { part: acl, offset: 112, needed: 8, length }),
        (
            22,
            &[0xFF, 0xFF],
            DescriptorError::OutOfBounds { part: acl, offset, needed: 0xFFFF, length },
        ),
        (22, &[7, 0], DescriptorError::AclSize { acl, offset, actual: 7 }),
        (20, &[1], DescriptorError::AclRevision { acl, offset, actual: 1 }),
        (20, &[5], DescriptorError::AclRevision { acl, offset, actual: 5 }),
    ] {
        let bytes = patched(at, bytes);
        assert_eq!(check(&bytes), [error]);
        access_is_refused(&bytes);
    }
    // A DACL whose flag is clear is absent, whatever its offset says ([MS-DTYP] 2.4.6).
    let bytes = patched(2, &[0, 0x80]);
    assert_eq!(SecurityDescriptor::parse(&bytes).unwrap().dacl().unwrap().name(), "absent");
}

/// Offsets into the header, and ones that no descriptor is long enough for.
#[test]
fn offsets_of_every_part() {
    let built: SecurityDescriptorBuf = "O:BAG:SYD:(A;;KR;;;WD)S:(AU;SA;KA;;;WD)".parse().unwrap();
    let length = built.as_bytes().len() as u32;
    let fields = [(Part::Owner, 4), (Part::Group, 8), (Part::Dacl, 16), (Part::Sacl, 12)];
    for (part, field) in fields {
        let wild = (1..20).chain(length..length + 9).chain(u32::MAX - 9..=u32::MAX);
        for stored in wild.chain([1 << 31, u32::MAX / 2]) {
            let mut bytes = built.as_bytes().to_vec();
            bytes[field..field + 4].copy_from_slice(&stored.to_le_bytes());
            let (offset, length) = (stored as usize, bytes.len());
            let error = DescriptorError::OutOfBounds { part, offset, needed: 8, length };
            assert_eq!(check(&bytes), [error], "{part} at {stored:#x}");
            let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
            assert_eq!(descriptor.range_of(part), Err(error));
            // With its flag clear, an ACL is absent whatever its offset says ([MS-DTYP] 2.4.6).
            let flag = match part {
                Part::Dacl => 4,
                Part::Sacl => 0x10,
                _ => continue,
            };
            bytes[2] &= !flag;
            assert_eq!(check(&bytes), []);
            let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
            let state = if part == Part::Dacl { descriptor.dacl() } else { descriptor.sacl() };
            assert_eq!(state, Ok(AclState::Absent));
            assert_eq!(descriptor.range_of(part), Ok(None));
        }
    }
}

/// The states of [MS-DTYP] 2.4.6, written by hand: flags, offset, and the ACL if there is one.
#[test]
fn the_four_states_from_bytes() {
    let acl = |revision: u8, count: u8| {
        let mut bytes = vec![revision, 0, 28, 0, count, 0, 0, 0];
        bytes.extend([0, 0, 20, 0, 0x19, 0, 2, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        bytes
    };
    let states = [(0, 0, "absent"), (0, 20, "absent"), (1, 0, "null"), (1, 20, "populated")];
    for (dacl_flag, dacl, dacl_state) in states {
        for (sacl_flag, sacl, sacl_state) in states {
            let control = (dacl_flag * 4) | (sacl_flag * 0x10);
            let mut bytes = vec![1, 0, control, 0x80, 0, 0, 0, 0, 0, 0, 0, 0];
            bytes.extend([sacl, 0, 0, 0, dacl, 0, 0, 0]);
            bytes.extend(acl(2, 1));
            assert_eq!(check(&bytes), []);
            let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
            assert_eq!(descriptor.dacl().unwrap().name(), dacl_state);
            assert_eq!(descriptor.sacl().unwrap().name(), sacl_state);
        }
    }
    for revision in 2..=4 {
        for (count, state) in [(0, "empty"), (1, "populated")] {
            let mut bytes = vec![1, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0];
            bytes.extend(acl(revision, count));
            assert_eq!(check(&bytes), []);
            let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
            assert_eq!(descriptor.dacl().unwrap().name(), state);
            let acl = descriptor.dacl().unwrap().acl().unwrap();
            assert_eq!((acl.revision(), acl.slack()), (revision, 20 - 20 * usize::from(count)));
        }
    }
}

#[test]
fn sizes_of_acls() {
    let length = sound().len();
    let (acl, offset) = (Part::Dacl, 20);
    for actual in 0..8 {
        let error = DescriptorError::AclSize { acl, offset, actual };
        assert_eq!(check(&patched(22, &actual.to_le_bytes())), [error]);
    }
    // One byte more than there is, or all that 16 bits can say.
    for size in [length as u16 - 19, u16::MAX] {
        let needed = usize::from(size);
        let error = DescriptorError::OutOfBounds { part: acl, offset, needed, length };
        assert_eq!(check(&patched(22, &size.to_le_bytes())), [error]);
    }
    // As large as can be, or not a multiple of 4: [MS-DTYP] 2.4.5 forbids neither.
    for size in [length as u16 - 20, 69, 70, 71] {
        let bytes = patched(22, &size.to_le_bytes());
        assert_eq!(check(&bytes), []);
        let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
        let acl = descriptor.dacl().unwrap().acl().unwrap();
        assert_eq!((acl.aces().flatten().count(), acl.slack()), (3, usize::from(size) - 68));
    }
    // A byte less than the last ACE needs: that one cannot be read.
    let index = 2;
    let unread =
        DescriptorError::AcesUnread { acl, offset: 68, index, size: 20, available: 19, unread: 1 };
    assert_eq!(check(&patched(22, &[67, 0])), [unread]);
    // No room for the header of one.
    let unread =
        DescriptorError::AcesUnread { acl, offset: 68, index, size: 4, available: 3, unread: 1 };
    assert_eq!(check(&patched(22, &[51, 0])), [unread]);
}

/// The next ACE begins where the stored size says, even where that is no multiple of 4.
#[test]
fn an_odd_size_leads_to_the_next_ace() {
    let acl = Part::Dacl;
    for more in 1..4_u8 {
        let mut bytes = sound();
        for _ in 0..more {
            bytes.insert(48, 0xEE);
        }
        for size in [22, 30] {
            bytes[size] += more;
        }
        for offset in [4, 8] {
            bytes[offset] += more;
        }
        let actual = 20 + u16::from(more);
        let error = DescriptorError::AceSize { acl, offset: 28, index: 0, minimum: 16, actual };
        assert_eq!(check(&bytes), [error]);
        let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
        let dacl = descriptor.dacl().unwrap().acl().unwrap();
        let read: Vec<_> = dacl.aces().flatten().map(|ace| ace.sid().unwrap()).collect();
        assert_eq!(read, [Sid::SYSTEM, Sid::ANONYMOUS]);
        assert_eq!(dacl.slack(), 0);
    }
    // A size smaller than a header leads nowhere.
    for size in 0..4 {
        let bytes = patched(50, &[size as u8, 0]);
        let (offset, available) = (48, 40);
        let unread =
            DescriptorError::AcesUnread { acl, offset, index: 1, size, available, unread: 2 };
        assert_eq!(check(&bytes), [unread]);
        let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
        assert_eq!(descriptor.dacl().unwrap().acl().unwrap().aces().flatten().count(), 1);
    }
}

/// At most 15 sub-authorities ([MS-DTYP] 2.4.2.2), and all of them within the part or the ACE.
#[test]
fn counts_of_sub_authorities() {
    let (acl, length) = (Part::Dacl, sound().len());
    for count in 16..=255 {
        let reason = SidError::SubAuthorityCount { actual: count };
        assert_eq!(
            check(&patched(89, &[count])),
            [DescriptorError::Sid { part: Part::Owner, offset: 88, reason }]
        );
        assert_eq!(
            check(&patched(57, &[count])),
            [DescriptorError::AceSid { acl, offset: 56, index: 1, reason }]
        );
    }
    for count in 2..=15 {
        let expected = 8 + 4 * usize::from(count);
        // The bytes behind the ACE are no part of its SID.
        let reason = SidError::TooShort { expected, actual: 12 };
        assert_eq!(
            check(&patched(57, &[count])),
            [DescriptorError::AceSid { acl, offset: 56, index: 1, reason }]
        );
        let (part, offset) = (Part::Group, 104);
        assert_eq!(
            check(&patched(105, &[count])),
            [DescriptorError::OutOfBounds { part, offset, needed: expected, length }]
        );
    }
    // A SID without any is one: S-1-5.
    let bytes = patched(89, &[0]);
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    assert_eq!(descriptor.owner(), Ok(Sid::new(5, &[])));
}

#[test]
fn a_bad_ace_hides_no_other() {
    // The first ACE has a broken SID, the second an odd size that still leads on, the third is sound.
    let mut bytes = patched(36, &[9]);
    let reason = SidError::Revision { actual: 9 };
    let acl = Part::Dacl;
    assert_eq!(check(&bytes), [DescriptorError::AceSid { acl, offset: 36, index: 0, reason }]);
    access_is_refused(&bytes);
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    let dacl = descriptor.dacl().unwrap().acl().unwrap();
    let read: Vec<_> = dacl.aces().flatten().map(|ace| (ace.index(), ace.sid().unwrap())).collect();
    assert_eq!(read, [(1, Sid::SYSTEM), (2, Sid::ANONYMOUS)]);
    assert_eq!(descriptor.to_sddl_lossy(), "O:BAG:SYD:(<ill-formed>)(A;;KA;;;SY)(D;;KW;;;AN)");
    // A size that leads out of the ACL ends the walk, and says how much is missing.
    bytes[50..52].copy_from_slice(&44_u16.to_le_bytes());
    let unread = DescriptorError::AcesUnread {
        acl,
        offset: 48,
        index: 1,
        size: 44,
        available: 40,
        unread: 2,
    };
    assert_eq!(
        check(&bytes),
        [DescriptorError::AceSid { acl, offset: 36, index: 0, reason }, unread]
    );
    assert_eq!(
        unread.to_string(),
        "ACE 1 of the DACL at offset 0x0030 says it is 44 bytes long, but 40 are left; ACEs not read: 2"
    );
    // So does one smaller than a header.
    bytes[50..52].copy_from_slice(&0_u16.to_le_bytes());
    assert_eq!(check(&bytes).len(), 2);
    // More ACEs than there is room for.
    let bytes = patched(24, &[200]);
    let unread = DescriptorError::AcesUnread {
        acl,
        offset: 88,
        index: 3,
        size: 4,
        available: 0,
        unread: 197,
    };
    assert_eq!(check(&bytes), [unread]);
    access_is_refused(&bytes);
}

#[test]
fn ace_sizes() {
    let acl = Part::Dacl;
    let size = |offset, index, minimum, actual| DescriptorError::AceSize {
        acl,
        offset,
        index,
        minimum,
        actual,
    };
    let errors = check(&patched(30, &[12]));
    assert_eq!(errors[0], size(28, 0, 16, 12));
    let errors = check(&patched(30, &[19]));
    assert_eq!(errors[0], size(28, 0, 16, 19));
    // An object ACE that says it has a GUID and has no room for it.
    let mut bytes = patched(28, &[5]);
    bytes[36] = 1;
    assert_eq!(check(&bytes), [size(28, 0, 28, 20)]);
    // Types without documentation are kept, whatever is in them.
    let bytes = patched(28, &[0x77]);
    assert_eq!(check(&bytes), []);
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    let ace = descriptor.dacl().unwrap().acl().unwrap().aces().next().unwrap().unwrap();
    assert_eq!((ace.ace_type(), ace.sid(), ace.mask()), (AceType(0x77), None, None));
    assert_eq!((ace.bytes().len(), ace.data().len()), (20, 16));
}

#[test]
fn slack_and_flattened_errors() {
    // Counting one ACE less leaves its bytes as slack, which is legal.
    let bytes = patched(24, &[2]);
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    let dacl = descriptor.dacl().unwrap().acl().unwrap();
    assert_eq!((dacl.slack(), dacl.ace_count(), dacl.size(), dacl.offset()), (20, 2, 68, 20));
    assert!(descriptor.is_well_formed());
    let error = check(&patched(22, &[7, 0]))[0];
    assert_eq!((error.code(), error.offset(), error.part()), ("acl_size", 20, Some(Part::Dacl)));
    assert_eq!(error.expected(), "a size of at least 8 bytes");
    assert_eq!(error.found(), "a size of 7 bytes");
}

#[test]
fn the_four_states() {
    for (spec, name, control) in [
        (AclSpec::Absent, "absent", 0x8000),
        (AclSpec::Null, "null", 0x8014),
        (AclSpec::Present(vec![]), "empty", 0x8014),
        (
            AclSpec::Present(vec![AceSpec::allow(Sid::USERS, AccessMask::KEY_READ)]),
            "populated",
            0x8014,
        ),
    ] {
        let builder =
            DescriptorBuilder::new().dacl(spec.clone()).sacl(spec).control(Control::empty());
        let built = builder.build().unwrap();
        let descriptor = built.as_descriptor();
        assert_eq!(descriptor.dacl().unwrap().name(), name);
        assert_eq!(descriptor.sacl().unwrap().name(), name);
        assert_eq!(descriptor.control().bits(), control);
        assert_eq!((descriptor.owner(), descriptor.group()), (Ok(None), Ok(None)));
    }
}

#[test]
fn whom_a_dacl_lets_write() {
    let find = |text: &str, mask| {
        let built: SecurityDescriptorBuf = text.parse().unwrap();
        writers(&built.as_descriptor(), mask, &GenericMapping::REGISTRY_KEY).unwrap()
    };
    let set = AccessMask::KEY_SET_VALUE;
    assert_eq!(find("O:BA", set), Writers::EveryoneNoDacl);
    assert_eq!(find("D:NO_ACCESS_CONTROL", set), Writers::EveryoneNullDacl);
    assert!(find("O:BA", set).is_everyone());
    let list = |text: &str, mask| match find(text, mask) {
        Writers::Trustees { writers, implied_owner, not_understood } => {
            assert!(not_understood.is_empty());
            let found =
                writers.iter().map(|writer| (writer.sid, writer.mask.bits(), writer.ace_index));
            (found.collect::<Vec<_>>(), implied_owner)
        }
        everyone => panic!("{everyone:?}"),
    };
    assert_eq!(list("O:BAD:", set), (vec![], None));
    assert_eq!(
        list("O:BAD:(A;;KR;;;WD)(A;CIIO;KA;;;CO)(A;;GA;;;BA)(A;;KW;;;SY)", set),
        (vec![(Sid::ADMINISTRATORS, 2, 2), (Sid::SYSTEM, 2, 3)], None)
    );
    // Denied before, to the same SID or to Everyone; a denial behind comes too late.
    assert_eq!(
        list("D:(D;;DC;;;BU)(A;;KA;;;BU)(A;;KA;;;SY)", set),
        (vec![(Sid::SYSTEM, 2, 2)], None)
    );
    assert_eq!(list("D:(D;;DC;;;WD)(A;;KA;;;BU)", set), (vec![], None));
    assert_eq!(list("D:(A;;KA;;;BU)(D;;DC;;;WD)", set), (vec![(Sid::USERS, 2, 0)], None));
    assert_eq!(list("O:BUD:", AccessMask::WRITE_DAC), (vec![], Some(Sid::USERS)));
    assert_eq!(list("O:BUD:(A;;RC;;;OW)", AccessMask::WRITE_DAC), (vec![], None));
}

#[test]
fn owner_rights_mean_nothing_before_vista() {
    let find = |text: &str, mask, owner_rights| {
        let built: SecurityDescriptorBuf = text.parse().unwrap();
        let options = AccessOptions { owner_rights };
        let mapping = GenericMapping::REGISTRY_KEY;
        match writers_with(&built.as_descriptor(), mask, &mapping, options).unwrap() {
            Writers::Trustees { writers, implied_owner, .. } => {
                (writers.iter().map(|writer| writer.sid).collect::<Vec<_>>(), implied_owner)
            }
            everyone => panic!("{everyone:?}"),
        }
    };
    let text = "O:BUD:(A;;KA;;;OW)(A;;KA;;;SY)";
    let (owner, system) = (Some(Sid::USERS), Sid::SYSTEM);
    let set = AccessMask::KEY_SET_VALUE;
    assert_eq!(find(text, set, true), (vec![Sid::OWNER_RIGHTS, system], None));
    assert_eq!(find(text, set, false), (vec![system], None));
    let change = AccessMask::WRITE_DAC;
    assert_eq!(find(text, change, true), (vec![Sid::OWNER_RIGHTS, system], None));
    assert_eq!(find(text, change, false), (vec![system], owner));
    for ace in ["(A;;RC;;;OW)", "(D;;RC;;;OW)"] {
        let text = format!("O:BUD:{ace}");
        assert_eq!(find(&text, change, true), (vec![], None));
        assert_eq!(find(&text, change, false), (vec![], owner));
    }
}

/// Every message and every flattened form, word for word.
#[test]
fn messages() {
    use DescriptorError as E;
    let (part, acl, offset, index) = (Part::Owner, Part::Sacl, 28, 3);
    let reason = SidError::SubAuthorityCount { actual: 16 };
    #[rustfmt::skip]
    let all = [
        (E::TooShort { expected: 20, actual: 3 }, "too_short",
            "a security descriptor needs 20 bytes for its header, but only 3 are there",
            "20 bytes", "3 bytes"),
        (E::Revision { actual: 2 }, "revision",
            "the revision of a security descriptor should be 1, but it is 2",
            "revision 1", "revision 2"),
        (E::NotSelfRelative { control: 4 }, "not_self_relative",
            "the control flags 0x0004 lack SE_SELF_RELATIVE (0x8000)",
            "SE_SELF_RELATIVE (0x8000)", "control flags 0x0004"),
        (E::OutOfBounds { part, offset, needed: 8, length: 30 }, "out_of_bounds",
            "the owner at offset 0x001c needs 8 bytes between the header (20 bytes) and the end of the \
             descriptor (30 bytes)",
            "8 bytes between bytes 20 and 30", "offset 0x001c"),
        (E::Sid { part, offset, reason }, "sid",
            "the owner at offset 0x001c is not a SID: a SID has at most 15 sub-authorities, but this one \
             counts 16",
            "a SID", "a SID has at most 15 sub-authorities, but this one counts 16"),
        (E::AclRevision { acl, offset, actual: 9 }, "acl_revision",
            "the revision of the SACL at offset 0x001c should be 2, 3 or 4, but it is 9",
            "revision 2, 3 or 4", "revision 9"),
        (E::AclSize { acl, offset, actual: 7 }, "acl_size",
            "the SACL at offset 0x001c should be at least 8 bytes long, but says 7",
            "a size of at least 8 bytes", "a size of 7 bytes"),
        (E::AceSize { acl, offset, index, minimum: 16, actual: 12 }, "ace_size",
            "ACE 3 of the SACL at offset 0x001c should be at least 16 bytes long and a multiple of 4, but \
             says 12",
            "a size of at least 16 bytes and a multiple of 4", "a size of 12 bytes"),
        (E::AceSid { acl, offset, index, reason: SidError::TooShort { expected: 12, actual: 8 } }, "ace_sid",
            "the SID of ACE 3 of the SACL, at offset 0x001c, is none: this SID is 12 bytes long, but only \
             8 are there",
            "a SID", "this SID is 12 bytes long, but only 8 are there"),
        (E::AcesUnread { acl, offset, index, size: 40, available: 20, unread: 1 }, "aces_unread",
            "ACE 3 of the SACL at offset 0x001c says it is 40 bytes long, but 20 are left; ACEs not read: 1",
            "an ACE within its ACL", "a size of 40 bytes where 20 are left; ACEs not read: 1"),
        (E::Overlap { first: part, second: acl, offset }, "overlap",
            "the SACL at offset 0x001c begins before the owner ends",
            "a place behind the owner", "offset 0x001c"),
        (E::NoTextForm { acl, offset, index, ace_type: AceType::SYSTEM_RESOURCE_ATTRIBUTE, reason: TextGap::Quote }, "no_text_form",
            "ACE 3 of the SACL at offset 0x001c, of type SYSTEM_RESOURCE_ATTRIBUTE, has no form \
             in SDDL: a text in it holds a quote, which SDDL has no way to write",
            "an ACE that SDDL has words for",
            "type SYSTEM_RESOURCE_ATTRIBUTE: a text in it holds a quote, which SDDL has no way to write"),
    ];
    for (error, code, message, expected, found) in all {
        assert_eq!(error.to_string(), message);
        assert_eq!((error.code(), error.expected().as_str()), (code, expected));
        assert_eq!(error.found(), found);
    }
}
