//! Laws that hold for any bytes and any descriptor.

use coldhive_security::{
    AccessMask, AccessOptions, AceFlags, AceSpec, AceType, AclSpec, AclState, Control,
    DescriptorBuilder, GenericMapping, Guid, ObjectTypes, SecurityDescriptor,
    SecurityDescriptorBuf, Sid, SidPattern, Token, granted, trustees, writers,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const KEY: GenericMapping = GenericMapping::REGISTRY_KEY;

fn any_sid() -> impl Strategy<Value = Sid> {
    let authority = prop_oneof![0..20_u64, 0..1_u64 << 48];
    (authority, vec(any::<u32>(), 0..=15))
        .prop_map(|(authority, subs)| Sid::new(authority, &subs).unwrap())
}

fn mask() -> impl Strategy<Value = AccessMask> {
    prop_oneof![
        Just(AccessMask::KEY_READ),
        Just(AccessMask::KEY_ALL_ACCESS),
        (0..28_u32).prop_map(|bit| AccessMask::from_bits_retain(1 << bit)),
        any::<u32>().prop_map(AccessMask::from_bits_retain),
    ]
}

fn ace(types: &'static [u8], sids: BoxedStrategy<Sid>) -> impl Strategy<Value = AceSpec> {
    let guid = option::of(any::<[u8; 16]>().prop_map(Guid));
    let flags = prop_oneof![3 => Just(0), 1 => any::<u8>()];
    (proptest::sample::select(types), flags, mask(), sids, guid.clone(), guid).prop_map(
        |(ace_type, flags, mask, sid, object, inherited)| {
            let has_objects = matches!(ace_type, 5..=8 | 0xB | 0xC);
            let objects = ObjectTypes { object, inherited, ..ObjectTypes::default() };
            AceSpec {
                flags: AceFlags::from_bits_retain(flags),
                objects: if has_objects { objects } else { ObjectTypes::default() },
                ..AceSpec::new(AceType(ace_type), mask, sid)
            }
        },
    )
}

fn aces(types: &'static [u8], sids: BoxedStrategy<Sid>) -> impl Strategy<Value = Vec<AceSpec>> {
    vec(ace(types, sids), 0..7)
}

fn acl(types: &'static [u8]) -> impl Strategy<Value = AclSpec> {
    prop_oneof![
        1 => Just(AclSpec::Absent),
        1 => Just(AclSpec::Null),
        6 => aces(types, any_sid().boxed()).prop_map(told_by_text).prop_map(AclSpec::Present),
    ]
}

/// An object ACE without object types is an ordinary one when it comes back from its text.
fn told_by_text(aces: Vec<AceSpec>) -> Vec<AceSpec> {
    let told = |ace: AceSpec| match ace.ace_type.0 {
        object @ 5..=8 if ace.objects == ObjectTypes::default() => {
            AceSpec { ace_type: AceType(object - 5), ..ace }
        }
        _ => ace,
    };
    aces.into_iter().map(told).collect()
}

/// Types that have a text form.
const IN_TEXT: &[u8] = &[0, 1, 2, 3, 5, 6, 7, 8, 0x11, 0x13, 0x14];
/// Plain, object and conditional ACEs, and some that decide nothing.
const DECIDING: &[u8] = &[0, 0, 0, 1, 1, 1, 2, 5, 6, 9, 0xA, 0xB, 0xC, 0x11];

/// Control flags that text tells of an ACL that is there.
fn told_flags() -> impl Strategy<Value = (u16, u16)> {
    (any::<u16>(), any::<u16>()).prop_map(|(dacl, sacl)| (dacl & 0x1500, sacl & 0x2A00))
}

fn descriptor() -> impl Strategy<Value = SecurityDescriptorBuf> {
    let (owner, group) = (option::of(any_sid()), option::of(any_sid()));
    (owner, group, acl(IN_TEXT), acl(IN_TEXT), told_flags()).prop_map(
        |(owner, group, dacl, sacl, (dacl_flags, sacl_flags))| {
            let mut control = 0;
            control |= if dacl == AclSpec::Absent { 0 } else { dacl_flags };
            control |= if sacl == AclSpec::Absent { 0 } else { sacl_flags };
            let builder = DescriptorBuilder::new().owner(owner).group(group).dacl(dacl).sacl(sacl);
            builder.control(Control::from_bits_retain(control)).build().unwrap()
        },
    )
}

fn with_dacl(owner: Option<Sid>, aces: &[AceSpec]) -> SecurityDescriptorBuf {
    DescriptorBuilder::new().owner(owner).dacl(AclSpec::Present(aces.to_vec())).build().unwrap()
}

/// Every question that can be put to bytes.
fn ask_everything(bytes: &[u8]) {
    let _ = Sid::parse(bytes);
    let Ok(descriptor) = SecurityDescriptor::parse(bytes) else { return };
    let errors = descriptor.check();
    assert_eq!(descriptor.is_well_formed(), errors.is_empty());
    for error in errors {
        let _ = (error.to_string(), error.code(), error.expected(), error.found(), error.offset());
    }
    for state in [descriptor.dacl(), descriptor.sacl()].into_iter().flatten() {
        if let AclState::Present(acl) = state {
            assert!(acl.slack() <= acl.size());
            assert!(acl.aces().count() <= usize::from(acl.ace_count()));
        }
    }
    if let Ok(text) = descriptor.to_sddl() {
        text.parse::<SecurityDescriptorBuf>().unwrap();
    }
    let _ = descriptor.to_sddl_lossy();
    let token = Token::new([Sid::EVERYONE]).with_open([SidPattern::ANY]);
    let access = descriptor.effective_access(&token, &KEY, AccessOptions::default());
    if let Ok(access) = &access {
        assert!(access.granted_max.contains(access.granted_min));
        let _ = access.deciding_aces(AccessMask::all());
        assert!(access.rights().all(|row| row.deciding().count() > 0));
    }
    let cheap = granted(&descriptor, &token, &KEY, AccessOptions::default());
    assert_eq!(cheap, access.clone().map(|access| access.granted()));
    let alone = trustees(&descriptor, &[Sid::EVERYONE], &KEY, AccessOptions::default());
    assert_eq!(alone.is_ok(), access.is_ok());
    let writers = writers(&descriptor, AccessMask::KEY_WRITE, &KEY);
    assert_eq!(writers.is_ok(), access.is_ok());
}

/// `PROPTEST_CASES` can only ask for more.
fn config() -> ProptestConfig {
    let cases = ProptestConfig::default().cases.max(512);
    ProptestConfig { failure_persistence: None, cases, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..200)) {
        ask_everything(&bytes);
        let mut headed = vec![1, 0, 0x14, 0x80];
        headed.extend(bytes.iter().enumerate().map(|(at, byte)| if at < 16 && at % 4 != 0 { 0 } else { *byte }));
        ask_everything(&headed);
    }

    #[test]
    fn damaged_descriptors_are_answered(
        sound in descriptor(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = sound.into_bytes();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        ask_everything(&bytes);
        bytes.truncate(cut.index(bytes.len() + 1));
        ask_everything(&bytes);
    }

    #[test]
    fn any_text_is_answered(text in "[OGDS:;()A-Za-z0-9 é*-]{0,60}") {
        let _ = text.parse::<SecurityDescriptorBuf>();
        let _ = text.parse::<Sid>();
        let _ = text.parse::<SidPattern>();
        let _ = text.parse::<AccessMask>();
    }

    #[test]
    fn sid_bytes_and_text_come_back(sid in any_sid(), behind in vec(any::<u8>(), 0..5)) {
        let mut bytes = sid.to_bytes();
        prop_assert_eq!(bytes.len(), sid.size());
        prop_assert_eq!(sid.to_string().parse(), Ok(sid));
        bytes.extend(behind);
        prop_assert_eq!(Sid::parse(&bytes), Ok(sid));
        let pattern = SidPattern::below(sid);
        prop_assert_eq!(pattern.to_string().parse(), Ok(pattern));
        prop_assert!(!pattern.matches(&sid));
    }

    #[test]
    fn mask_text_comes_back(bits in any::<u32>()) {
        let mask = AccessMask::from_bits_retain(bits);
        prop_assert_eq!(mask.registry_names().parse(), Ok(mask));
        let text = format!("D:(A;;{};;;WD)", mask.sddl());
        let read: SecurityDescriptorBuf = text.parse().unwrap();
        let acl = read.as_descriptor().dacl().unwrap().acl().unwrap();
        prop_assert_eq!(acl.aces().next().unwrap().unwrap().mask(), Some(mask));
    }

    #[test]
    fn descriptors_come_back_from_their_text(built in descriptor()) {
        let descriptor = built.as_descriptor();
        prop_assert_eq!(descriptor.check(), []);
        let text = descriptor.to_sddl().unwrap();
        prop_assert_eq!(descriptor.to_sddl_lossy(), text.clone());
        let read: SecurityDescriptorBuf = text.parse().unwrap();
        prop_assert_eq!(read, built, "{}", text);
    }

    #[test]
    fn aces_come_back_from_their_bytes(aces in aces(DECIDING, any_sid().boxed())) {
        let built = with_dacl(None, &aces);
        let acl = built.as_descriptor().dacl().unwrap().acl().unwrap();
        let read: Vec<_> = acl.aces().map(|ace| AceSpec::from_ace(&ace.unwrap())).collect();
        prop_assert_eq!(read, aces);
        prop_assert_eq!(acl.slack(), 0);
    }
}
