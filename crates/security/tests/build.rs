//! Owned values: what was read is built again, whatever it is, and what says the same has one form.

use coldhive_security::{
    AccessMask, AceFlags, AceSpec, AceType, AclSpec, AclState, BuildError, Control,
    DescriptorBuilder, DescriptorError, Guid, ObjectTypes, Oddity, Part, SecurityDescriptor,
    SecurityDescriptorBuf, Sid,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// Bytes of a descriptor's header.
const HEADER: usize = 20;
/// Types with the flags dword and the GUIDs of [MS-DTYP] 2.4.4.3.
const OBJECT: [u8; 8] = [5, 6, 7, 8, 0xB, 0xC, 0xF, 0x10];
/// Types without any data behind the SID ([MS-DTYP] 2.4.4.2 to 2.4.4.5, 2.4.4.10, 2.4.4.13, 2.4.4.16).
const WITHOUT_DATA: [u8; 9] = [0, 1, 2, 3, 5, 6, 0x11, 0x13, 0x14];

fn sid() -> impl Strategy<Value = Sid> {
    let authority = prop_oneof![0..20_u64, 0..1_u64 << 48];
    (authority, vec(any::<u32>(), 0..=15))
        .prop_map(|(authority, subs)| Sid::new(authority, &subs).unwrap())
}

/// Data as an ACE holds it: a multiple of 4 bytes.
fn data() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<[u8; 4]>(), 0..4).prop_map(|words| words.concat())
}

/// An ACE of any of the 256 types.
fn ace() -> impl Strategy<Value = AceSpec> {
    let guid = option::of(any::<[u8; 16]>().prop_map(Guid));
    let ace_type = prop_oneof![4 => 0..=0x15_u8, 1 => any::<u8>()];
    let unknown_flags = prop_oneof![3 => Just(0), 1 => any::<u32>().prop_map(|bits| bits & !3)];
    let objects = (guid.clone(), guid, unknown_flags);
    (ace_type, any::<u8>(), any::<u32>(), sid(), objects, data()).prop_map(
        |(ace_type, flags, mask, sid, (object, inherited, unknown_flags), data)| {
            // [MS-DTYP] 2.4.4.1 calls the compound ACE reserved, and ends with 0x15.
            let spec = if ace_type == 4 || ace_type > 0x15 {
                AceSpec::opaque(AceType(ace_type), data)
            } else {
                let mask = AccessMask::from_bits_retain(mask);
                AceSpec { data, ..AceSpec::new(AceType(ace_type), mask, sid) }
            };
            let objects = if OBJECT.contains(&ace_type) {
                ObjectTypes { object, inherited, unknown_flags }
            } else {
                ObjectTypes::default()
            };
            AceSpec { objects, ..spec.with_flags(AceFlags::from_bits_retain(flags)) }
        },
    )
}

fn acl() -> impl Strategy<Value = AclSpec> {
    prop_oneof![
        1 => Just(AclSpec::Absent),
        1 => Just(AclSpec::Null),
        6 => vec(ace(), 0..6).prop_map(AclSpec::Present),
    ]
}

/// What a descriptor says.
#[derive(Debug, Clone, PartialEq)]
struct Contents {
    owner: Option<Sid>,
    group: Option<Sid>,
    dacl: AclSpec,
    sacl: AclSpec,
    control: u16,
}

impl Contents {
    fn builder(&self) -> DescriptorBuilder {
        DescriptorBuilder::new()
            .owner(self.owner)
            .group(self.group)
            .dacl(self.dacl.clone())
            .sacl(self.sacl.clone())
            .control(Control::from_bits_retain(self.control))
    }

    fn read(descriptor: &SecurityDescriptor<'_>) -> Contents {
        Contents {
            owner: descriptor.owner().unwrap(),
            group: descriptor.group().unwrap(),
            dacl: AclSpec::from_state(&descriptor.dacl().unwrap()).unwrap(),
            sacl: AclSpec::from_state(&descriptor.sacl().unwrap()).unwrap(),
            control: descriptor.control().bits() & !0x8014,
        }
    }

    /// The same without what says nothing.
    fn meaning(mut self) -> Contents {
        for acl in [&mut self.dacl, &mut self.sacl] {
            let AclSpec::Present(aces) = acl else { continue };
            for ace in aces.iter_mut().filter(|ace| WITHOUT_DATA.contains(&ace.ace_type.0)) {
                ace.data.clear();
            }
        }
        self
    }
}

fn contents() -> impl Strategy<Value = Contents> {
    (option::of(sid()), option::of(sid()), acl(), acl(), any::<u16>()).prop_map(
        |(owner, group, dacl, sacl, control)| Contents {
            owner,
            group,
            dacl,
            sacl,
            control: control & !0x8014,
        },
    )
}

/// How a descriptor may be laid out without saying anything else.
#[derive(Debug, Clone)]
struct Odd {
    order: Vec<usize>,
    gaps: Vec<Vec<u8>>,
    slack: [Vec<u8>; 2],
    revisions: [u8; 2],
    reserved: [[u8; 3]; 2],
    unused: [u32; 2],
    sbz1: u8,
}

fn odd() -> impl Strategy<Value = Odd> {
    let gap = prop_oneof![2 => Just(vec![]), 1 => vec(any::<u8>(), 0..9)];
    let slack = prop_oneof![1 => Just(vec![]), 1 => vec(any::<u8>(), 0..30)];
    (
        Just(vec![0, 1, 2, 3]).prop_shuffle(),
        vec(gap, 5),
        [slack.clone(), slack],
        [2..=4_u8, 2..=4_u8],
        any::<[[u8; 3]; 2]>(),
        any::<[u32; 2]>(),
        any::<u8>(),
    )
        .prop_map(|(order, gaps, slack, revisions, reserved, unused, sbz1)| Odd {
            order,
            gaps,
            slack,
            revisions,
            reserved,
            unused,
            sbz1,
        })
}

/// The same parts in another layout.
fn lay_out(sound: &SecurityDescriptorBuf, odd: &Odd) -> Vec<u8> {
    let descriptor = sound.as_descriptor();
    let sid = |sid: Option<Sid>| sid.map(|sid| sid.to_bytes());
    let acl = |state: AclState<'_>, which: usize| {
        let mut bytes = state.acl()?.bytes().to_vec();
        bytes.extend(&odd.slack[which]);
        bytes[0] = odd.revisions[which];
        bytes[1] = odd.reserved[which][0];
        let size = bytes.len() as u16;
        bytes[2..4].copy_from_slice(&size.to_le_bytes());
        bytes[6..8].copy_from_slice(&odd.reserved[which][1..]);
        Some(bytes)
    };
    // In the order of the header's fields.
    let parts = [
        sid(descriptor.owner().unwrap()),
        sid(descriptor.group().unwrap()),
        acl(descriptor.sacl().unwrap(), 0),
        acl(descriptor.dacl().unwrap(), 1),
    ];
    let mut bytes = sound.as_bytes()[..HEADER].to_vec();
    bytes[1] = odd.sbz1;
    for (field, (flag, which)) in [(12, (0x10, 0)), (16, (4, 1))] {
        if bytes[2] & flag == 0 {
            bytes[field..field + 4].copy_from_slice(&odd.unused[which].to_le_bytes());
        }
    }
    for (gap, part) in odd.gaps.iter().zip(&odd.order) {
        bytes.extend(gap);
        if let Some(part_bytes) = &parts[*part] {
            let (field, offset) = (4 + part * 4, bytes.len() as u32);
            bytes[field..field + 4].copy_from_slice(&offset.to_le_bytes());
            bytes.extend(part_bytes);
        }
    }
    bytes.extend(&odd.gaps[4]);
    bytes
}

/// What the Winsock keys of NT 4.0 to Windows 10 hold (`Services\WinSock`, a transport's key below it):
/// built from text, such a descriptor has no oddity and is its own canonical form.
#[test]
fn descriptors_of_winsock_keys() {
    for (text, control, aces) in [
        // Windows NT 4.0: each ACE twice, the second one for subkeys.
        (
            "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)(A;;CCDCLCSWRPSDRC;;;SO)\
             (A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)(A;;KA;;;BA)(A;CIIO;KA;;;CO)",
            0x8004,
            10,
        ),
        ("O:BAG:SYD:(A;;CCLCSWRPRC;;;WD)(A;;KA;;;SY)(A;;KA;;;BA)", 0x8004, 3),
        // Windows XP, all inherited; Windows 7; Windows 8.1 and 10.
        ("O:BAG:SYD:AI(A;CIID;KR;;;BU)(A;CIID;KR;;;PU)(A;CIID;KA;;;BA)(A;CIID;KA;;;SY)", 0x8404, 4),
        ("O:BAG:SYD:AI(A;CIID;KR;;;BU)(A;CIID;KA;;;BA)(A;CIID;KA;;;SY)", 0x8404, 3),
        (
            "O:BAG:SYD:AI(A;CIID;KR;;;BU)(A;CIID;KA;;;BA)(A;CIID;KA;;;SY)(A;CIID;KR;;;AC)\
             (A;CIID;KR;;;S-1-15-3-1024-1-2-3-4-5-6-7-8)",
            0x8404,
            5,
        ),
    ] {
        let built: SecurityDescriptorBuf = text.parse().unwrap();
        let descriptor = built.as_descriptor();
        assert_eq!(descriptor.control().bits(), control);
        assert_eq!(descriptor.dacl().unwrap().acl().unwrap().aces().flatten().count(), aces);
        assert_eq!(descriptor.oddities().next(), None);
        assert_eq!(descriptor.canonical().as_ref(), Ok(&built));
        assert_eq!(descriptor.to_sddl().unwrap(), text);
        laws(built.as_bytes());
    }
}

/// Oddities that are not about how a descriptor is laid out.
const ABOUT_MEANING: [&str; 7] = [
    "server_flags",
    "unknown_type",
    "foreign_type",
    "object_flags",
    "inheritance_flags",
    "audit_flags",
    "nothing_audited",
];

/// What holds for any bytes of which the header can be read.
fn laws(bytes: &[u8]) {
    let Ok(descriptor) = SecurityDescriptor::parse(bytes) else { return };
    let first = descriptor.check().into_iter().next();
    // An ACE has 4 bytes at least and seven ways to be odd, and two ACLs may share all their bytes.
    assert!(descriptor.oddities().count() <= 7 * bytes.len());
    match (DescriptorBuilder::from_descriptor(&descriptor), first) {
        (Ok(builder), None) => {
            assert_eq!(builder.build().unwrap().as_bytes(), bytes);
            assert_eq!(builder.canonical().build(), descriptor.canonical());
        }
        (Err(DescriptorError::Overlap { first, second, offset }), None) => {
            let [first, second] =
                [first, second].map(|part| descriptor.range_of(part).unwrap().unwrap());
            assert!(first.contains(&offset) && second.start == offset);
        }
        (found, first) => assert_eq!(found.err(), first),
    }
    match (descriptor.canonical(), first) {
        (Ok(canonical), None) => {
            let again = canonical.as_descriptor();
            assert_eq!(again.check(), []);
            assert_eq!(again.canonical().as_ref(), Ok(&canonical));
            assert_eq!(Contents::read(&again), Contents::read(&descriptor).meaning());
            let about_layout = |oddity: &Oddity| !ABOUT_MEANING.contains(&oddity.code());
            assert_eq!(again.oddities().find(about_layout), None);
            assert!(canonical.as_bytes().len() <= bytes.len() + 3 * 65_535);
        }
        (found, first) => assert_eq!(found.err(), first.map(BuildError::Descriptor)),
    }
}

/// "SDDL String to Binary Security Descriptor Examples", [MS-DTYP] 2.5.1.4: the text, and the bytes that
/// Windows makes of it.
#[rustfmt::skip]
const EXAMPLE: (&str, [u8; 0xB0]) = (
    "O:BAG:BAD:P(A;CIOI;GRGX;;;BU)(A;CIOI;GA;;;BA)(A;CIOI;GA;;;SY)(A;CIOI;GA;;;CO)S:P(AU;FA;GR;;;WD)",
    [
        0x01, 0x00, 0x14, 0xb0, 0x90, 0x00, 0x00, 0x00, 0xa0, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00,
        0x30, 0x00, 0x00, 0x00, 0x02, 0x00, 0x1c, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x80, 0x14, 0x00,
        0x00, 0x00, 0x00, 0x80, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
        0x02, 0x00, 0x60, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x03, 0x18, 0x00, 0x00, 0x00, 0x00, 0xa0,
        0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x21, 0x02, 0x00, 0x00,
        0x00, 0x03, 0x18, 0x00, 0x00, 0x00, 0x00, 0x10, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05,
        0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00, 0x00, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x10,
        0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x12, 0x00, 0x00, 0x00, 0x00, 0x03, 0x14, 0x00,
        0x00, 0x00, 0x00, 0x10, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00,
        0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00,
        0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00,
    ],
);

#[test]
fn the_example_of_the_specification() {
    let (text, bytes) = EXAMPLE;
    let flags = AceFlags::CONTAINER_INHERIT | AceFlags::OBJECT_INHERIT;
    let allow = |sid, mask| AceSpec::allow(sid, mask).with_flags(flags);
    let all = AccessMask::GENERIC_ALL;
    let audit = AceSpec::new(AceType::SYSTEM_AUDIT, AccessMask::GENERIC_READ, Sid::EVERYONE);
    let built = DescriptorBuilder::new()
        .owner(Sid::ADMINISTRATORS)
        .group(Sid::ADMINISTRATORS)
        .dacl(AclSpec::Present(vec![
            allow(Sid::USERS, AccessMask::GENERIC_READ | AccessMask::GENERIC_EXECUTE),
            allow(Sid::ADMINISTRATORS, all),
            allow(Sid::SYSTEM, all),
            allow(Sid::CREATOR_OWNER, all),
        ]))
        .sacl(AclSpec::Present(vec![audit.with_flags(AceFlags::FAILED_ACCESS)]))
        .control(Control::DACL_PROTECTED | Control::SACL_PROTECTED);
    assert_eq!(built.build().unwrap().as_bytes(), bytes);
    assert_eq!(text.parse::<SecurityDescriptorBuf>().unwrap().as_bytes(), bytes);
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    assert_eq!(descriptor.check(), []);
    assert_eq!(descriptor.canonical().unwrap().as_bytes(), bytes);
    assert_eq!(
        Contents::read(&descriptor),
        Contents::read(&built.build().unwrap().as_descriptor())
    );
    assert_eq!(
        [Part::Owner, Part::Group, Part::Sacl, Part::Dacl]
            .map(|part| descriptor.range_of(part).unwrap().unwrap()),
        [0x90..0xA0, 0xA0..0xB0, 0x14..0x30, 0x30..0x90]
    );
}

fn built_dacl(ace: AceSpec) -> Result<Vec<u8>, BuildError> {
    let built = DescriptorBuilder::new().dacl(AclSpec::Present(vec![ace])).build()?;
    Ok(built.as_bytes()[HEADER..].to_vec())
}

/// The layout of [MS-DTYP] 2.4.4.3, with flags that it does not name.
#[test]
fn flags_of_object_aces_survive() {
    let (object, inherited) = (Some(Guid([0xAA; 16])), Some(Guid([0xBB; 16])));
    for (objects, flags) in [
        (ObjectTypes { object, inherited, unknown_flags: 0xF000_0010 }, [0x13, 0, 0, 0xF0]),
        (ObjectTypes { object: None, inherited, unknown_flags: 4 }, [6, 0, 0, 0]),
        (ObjectTypes { object: None, inherited: None, unknown_flags: 8 }, [8, 0, 0, 0]),
    ] {
        let ace = AceSpec::new(AceType::ACCESS_DENIED_OBJECT, AccessMask::DELETE, Sid::EVERYONE);
        let bytes = built_dacl(AceSpec { objects, ..ace.clone() }).unwrap();
        assert_eq!(bytes[16..20], flags);
        let mut header = vec![1, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0];
        header.extend(bytes);
        let descriptor = SecurityDescriptor::parse(&header).unwrap();
        let dacl = descriptor.dacl().unwrap().acl().unwrap();
        let read = dacl.aces().next().unwrap().unwrap();
        assert_eq!(read.object_types(), Some(objects));
        assert_eq!(dacl.revision(), 4);
        laws(&header);
        // The two bits for presence follow the GUIDs, whatever the other bits say.
        let said = ObjectTypes { unknown_flags: objects.unknown_flags | 3, ..objects };
        assert_eq!(built_dacl(AceSpec { objects: said, ..ace }).unwrap(), header[HEADER..]);
    }
}

/// The compound ACE is reserved in [MS-DTYP] 2.4.4.1, and 0x77 is no type at all: nothing of them is lost.
#[test]
fn types_without_documentation_survive() {
    for (ace_type, revision) in [(AceType::ACCESS_ALLOWED_COMPOUND, 3), (AceType(0x77), 2)] {
        for data in [vec![], vec![1, 2, 3, 4], vec![9; 400]] {
            let flags = AceFlags::from_bits_retain(0x5A);
            let ace = AceSpec::opaque(ace_type, data.clone()).with_flags(flags);
            let bytes = built_dacl(ace).unwrap();
            let size = (data.len() + 4) as u16;
            let [low, high] = size.to_le_bytes();
            assert_eq!((bytes[0], &bytes[8..12]), (revision, &[ace_type.0, 0x5A, low, high][..]));
            assert_eq!(bytes[12..], data);
        }
    }
    // Data is padded to a multiple of 4.
    assert_eq!(built_dacl(AceSpec::opaque(AceType(0x77), vec![7])).unwrap()[12..], [7, 0, 0, 0]);
}

#[test]
fn what_cannot_be_built() {
    let build = |ace: AceSpec| {
        DescriptorBuilder::new().sacl(AclSpec::Present(vec![ace])).build().unwrap_err()
    };
    let (acl, index) = (Part::Sacl, 0);
    let ace_type = AceType(0x77);
    let ace = AceSpec::new(ace_type, AccessMask::KEY_READ, Sid::USERS);
    assert_eq!(build(ace), BuildError::UnknownLayout { acl, index, ace_type });
    let ace = AceSpec { sid: Some(Sid::USERS), ..AceSpec::opaque(ace_type, vec![]) };
    assert_eq!(build(ace), BuildError::UnknownLayout { acl, index, ace_type });
    let ace_type = AceType::SYSTEM_AUDIT;
    let ace = AceSpec { sid: None, ..AceSpec::new(ace_type, AccessMask::KEY_READ, Sid::USERS) };
    assert_eq!(build(ace), BuildError::MissingTrustee { acl, index, ace_type });
    let objects = ObjectTypes { unknown_flags: 4, ..ObjectTypes::default() };
    for ace in [
        AceSpec::new(ace_type, AccessMask::KEY_READ, Sid::USERS),
        AceSpec::opaque(AceType::ACCESS_ALLOWED_COMPOUND, vec![]),
    ] {
        let ace_type = ace.ace_type;
        assert_eq!(
            build(AceSpec { objects, ..ace }),
            BuildError::ObjectTypes { acl, index, ace_type }
        );
    }
    let ace = AceSpec { data: vec![0; 65_536], ..AceSpec::allow(Sid::USERS, AccessMask::KEY_READ) };
    assert_eq!(build(ace), BuildError::AceTooLarge { acl, index: 0, size: 65_560 });
    let aces = vec![AceSpec::allow(Sid::EVERYONE, AccessMask::KEY_READ); 3277];
    let error = DescriptorBuilder::new().dacl(AclSpec::Present(aces)).build().unwrap_err();
    assert_eq!(error, BuildError::TooLarge { acl: Part::Dacl, size: 65_548 });
    // The largest that fits: a size is a multiple of 4.
    let ace = AceSpec::opaque(AceType(0x77), vec![0; 65_520]);
    assert_eq!(built_dacl(ace).unwrap().len(), 65_532);
}

/// Parts that share bytes can be read, and have a canonical form; a builder does not keep that.
#[test]
fn parts_that_share_bytes() {
    let (_, mut bytes) = EXAMPLE;
    // The group is the owner's SID, which is equal: legal, and what some programs write.
    bytes[8] = 0x90;
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    assert_eq!(descriptor.check(), []);
    let (first, second) = (Part::Owner, Part::Group);
    assert_eq!(
        DescriptorBuilder::from_descriptor(&descriptor),
        Err(DescriptorError::Overlap { first, second, offset: 0x90 })
    );
    assert_eq!(descriptor.canonical().unwrap().as_bytes(), EXAMPLE.1);
    let contents = DescriptorBuilder::from_contents(&descriptor).unwrap();
    assert_eq!(contents.build().unwrap().as_bytes(), EXAMPLE.1);
    laws(&bytes);
    // The DACL of the SACL's bytes, and the owner in the middle of an ACE.
    let (_, mut bytes) = EXAMPLE;
    bytes[16] = 0x14;
    bytes[4] = 0x24;
    let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
    assert_eq!(descriptor.owner(), Ok(Some(Sid::EVERYONE)));
    assert_eq!(descriptor.check(), []);
    laws(&bytes);
}

/// Bytes between parts stay where they were; a new part comes behind the others and before the tail.
#[test]
fn parts_that_come_and_go() {
    let (_, bytes) = EXAMPLE;
    let mut gapped = bytes[..0x90].to_vec();
    gapped.extend(*b"GAP!");
    gapped.extend(&bytes[0x90..0xA0]);
    gapped.extend(*b"TAIL");
    gapped[4] = 0x94;
    gapped[8] = 0;
    let descriptor = SecurityDescriptor::parse(&gapped).unwrap();
    let builder = DescriptorBuilder::from_descriptor(&descriptor).unwrap();
    assert_eq!(builder.build().unwrap().as_bytes(), gapped);
    let without = builder.clone().owner(None).build().unwrap();
    assert!(without.as_bytes().ends_with(b"GAP!TAIL"));
    assert_eq!(without.as_bytes().len(), 0x98);
    let grouped = builder.clone().group(Sid::ADMINISTRATORS).build().unwrap();
    assert_eq!(grouped.as_bytes()[0x94..0xA4], bytes[0x90..0xA0]);
    assert_eq!(grouped.as_bytes()[0xA4..0xB4], bytes[0x90..0xA0]);
    assert!(grouped.as_bytes().ends_with(b"TAIL"));
    let null =
        builder.sacl(AclSpec::Null).without_control(Control::SACL_PROTECTED).build().unwrap();
    assert_eq!(null.as_descriptor().sacl(), Ok(AclState::Null));
    assert_eq!(null.as_descriptor().control().bits(), 0x9014);
    assert_eq!(null.as_bytes()[0x14..0x74], bytes[0x30..0x90]);
}

/// `PROPTEST_CASES` can only ask for more.
fn config() -> ProptestConfig {
    let cases = ProptestConfig::default().cases.max(512);
    ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_built_is_read(contents in contents()) {
        let built = contents.builder().build().unwrap();
        prop_assert_eq!(built.as_descriptor().check(), []);
        prop_assert_eq!(Contents::read(&built.as_descriptor()), contents);
        laws(built.as_bytes());
    }

    #[test]
    fn layouts_are_kept_and_say_nothing(contents in contents(), odd in odd()) {
        let built = contents.builder().build().unwrap();
        let bytes = lay_out(&built, &odd);
        let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
        prop_assert_eq!(descriptor.check(), []);
        prop_assert_eq!(Contents::read(&descriptor), contents.clone());
        let builder = DescriptorBuilder::from_descriptor(&descriptor).unwrap();
        prop_assert_eq!(builder.build().unwrap().into_bytes(), bytes.clone());
        laws(&bytes);
        // Whatever the layout, one canonical form; the resource manager's byte says something.
        let sbz1 = Some(odd.sbz1).filter(|_| contents.control & 0x4000 != 0);
        let plain = contents.builder().resource_manager_control(sbz1).canonical();
        prop_assert_eq!(descriptor.canonical(), plain.build());
    }

    /// A part that is set loses its own layout; every other part keeps its bytes.
    #[test]
    fn a_changed_part_changes_no_other(
        contents in contents(),
        odd in odd(),
        owner in option::of(sid()),
        dacl in acl(),
    ) {
        let bytes = lay_out(&contents.builder().build().unwrap(), &odd);
        let descriptor = SecurityDescriptor::parse(&bytes).unwrap();
        let builder = DescriptorBuilder::from_descriptor(&descriptor).unwrap();
        let changed = builder.owner(owner).dacl(dacl.clone()).build().unwrap();
        let read = changed.as_descriptor();
        prop_assert_eq!(Contents::read(&read), Contents { owner, dacl, ..contents });
        let sacl = |descriptor: &SecurityDescriptor<'_>| {
            let state = descriptor.sacl().unwrap();
            state.acl().map(|acl| acl.bytes().to_vec())
        };
        prop_assert_eq!(sacl(&read), sacl(&descriptor));
        prop_assert_eq!(read.resource_manager_control(), odd.sbz1);
        prop_assert!(changed.as_bytes().ends_with(&odd.gaps[4]));
        if let Some(dacl) = read.dacl().unwrap().acl() {
            prop_assert_eq!((dacl.slack(), dacl.reserved()), (0, (0, 0)));
        }
    }

    #[test]
    fn damaged_descriptors_are_answered(
        contents in contents(),
        odd in odd(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        in_header in any::<bool>(),
        cut in option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = lay_out(&contents.builder().build().unwrap(), &odd);
        for (at, byte) in damage {
            let at = at.index(if in_header { HEADER } else { bytes.len() });
            bytes[at] = byte;
        }
        laws(&bytes);
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len() + 1));
            laws(&bytes);
        }
    }

    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..120), offsets in any::<[u8; 4]>()) {
        laws(&bytes);
        let mut headed = vec![1, 0, 0x14, 0x80];
        headed.extend(offsets.iter().flat_map(|offset| [*offset, 0, 0, 0]));
        headed.extend(bytes);
        laws(&headed);
    }
}
