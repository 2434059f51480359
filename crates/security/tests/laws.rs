//! Laws that hold for any bytes and any descriptor.

use coldhive_security::{
    Access, AccessMask, AccessOptions, AceFlags, AceSpec, AceType, AclSpec, AclState, Control,
    DescriptorBuilder, GenericMapping, Guid, ObjectTypes, SecurityDescriptor,
    SecurityDescriptorBuf, Sid, SidPattern, Token, writers,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const KEY: GenericMapping = GenericMapping::REGISTRY_KEY;

/// Few trustees, so that ACEs meet each other and the token.
fn trustee() -> impl Strategy<Value = Sid> {
    prop_oneof![
        Just(Sid::EVERYONE),
        Just(Sid::USERS),
        Just(Sid::ADMINISTRATORS),
        Just(Sid::OWNER_RIGHTS),
        (1..4_u32).prop_map(|rid| Sid::new(5, &[21, 1, rid]).unwrap()),
    ]
}

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
        6 => aces(types, prop_oneof![trustee(), any_sid()].boxed()).prop_map(AclSpec::Present),
    ]
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

fn token() -> impl Strategy<Value = Token> {
    let pattern = trustee().prop_map(SidPattern::exact);
    (vec(trustee(), 0..4), vec(trustee(), 0..2), vec(pattern, 0..3)).prop_map(
        |(enabled, deny_only, open)| Token::new(enabled).with_deny_only(deny_only).with_open(open),
    )
}

fn with_dacl(owner: Option<Sid>, aces: &[AceSpec]) -> SecurityDescriptorBuf {
    DescriptorBuilder::new().owner(owner).dacl(AclSpec::Present(aces.to_vec())).build().unwrap()
}

fn access(owner: Option<Sid>, aces: &[AceSpec], token: &Token, owner_rights: bool) -> Access {
    let built = with_dacl(owner, aces);
    built.as_descriptor().effective_access(token, &KEY, AccessOptions { owner_rights }).unwrap()
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
    }
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

    #[test]
    fn the_interval_is_one_and_is_explained(
        aces in aces(DECIDING, trustee().boxed()),
        owner in option::of(trustee()),
        token in token(),
        vista in any::<bool>(),
        needed in mask(),
    ) {
        let access = access(owner, &aces, &token, vista);
        let (min, max) = (access.granted_min, access.granted_max);
        prop_assert!(max.contains(min));
        use coldhive_security::Verdict::{Denied, Granted, Uncertain};
        for decision in &access.decisions {
            prop_assert!(!decision.bits.is_empty());
            match decision.verdict {
                Granted => prop_assert!(min.contains(decision.bits)),
                Denied => prop_assert!(!max.intersects(decision.bits)),
                Uncertain => prop_assert!(max.difference(min).contains(decision.bits)),
            }
        }
        let needed = KEY.map(needed).difference(AccessMask::MAXIMUM_ALLOWED);
        let decisions = access.deciding_aces(needed);
        let explained = decisions.iter().fold(AccessMask::empty(), |all, one| all | one.bits);
        prop_assert_eq!(explained, needed);
        // What is certain has exactly one reason.
        for bit in needed.difference(max.difference(min)).bits_one_by_one() {
            prop_assert_eq!(decisions.iter().filter(|one| one.bits.contains(bit)).count(), 1);
        }
    }

    #[test]
    fn an_allow_ace_never_shrinks_access(
        aces in aces(DECIDING, trustee().boxed()),
        (at, sid, mask) in (any::<prop::sample::Index>(), trustee(), mask()),
        owner in option::of(trustee()),
        token in token(),
        vista in any::<bool>(),
    ) {
        // An OWNER RIGHTS ACE takes away what the owner is implied: that is its purpose.
        let owner = owner.filter(|_| sid != Sid::OWNER_RIGHTS || !vista);
        let before = access(owner, &aces, &token, vista);
        let mut more = aces.clone();
        more.insert(at.index(aces.len() + 1), AceSpec::allow(sid, mask));
        let after = access(owner, &more, &token, vista);
        prop_assert!(after.granted_min.contains(before.granted_min));
        prop_assert!(after.granted_max.contains(before.granted_max));
    }

    #[test]
    fn a_deny_ace_never_grows_access(
        aces in aces(DECIDING, trustee().boxed()),
        (at, sid, mask) in (any::<prop::sample::Index>(), trustee(), mask()),
        owner in option::of(trustee()),
        token in token(),
        vista in any::<bool>(),
    ) {
        let before = access(owner, &aces, &token, vista);
        let mut more = aces.clone();
        more.insert(at.index(aces.len() + 1), AceSpec::deny(sid, mask));
        let after = access(owner, &more, &token, vista);
        prop_assert!(before.granted_min.contains(after.granted_min));
        prop_assert!(before.granted_max.contains(after.granted_max));
    }

    /// Whatever the open memberships turn out to be, the answer lies in the interval; where the
    /// ACEs are plain ones, each such answer is certain.
    #[test]
    fn every_possible_world_lies_in_the_interval(
        aces in aces(&[0, 0, 1, 1], trustee().boxed()),
        owner in option::of(trustee()),
        token in token(),
        vista in any::<bool>(),
        world in vec(0..3_u8, 8),
    ) {
        let interval = access(owner, &aces, &token, vista);
        let open = token.open().to_vec();
        let candidates: Vec<Sid> = aces.iter().filter_map(|ace| ace.sid).chain(owner).collect();
        let unknown: std::collections::BTreeSet<Sid> = candidates
            .into_iter()
            .filter(|sid| token.membership(sid) == coldhive_security::Membership::Unknown)
            .collect();
        prop_assert!(unknown.len() <= world.len() && (unknown.is_empty() || !open.is_empty()));
        let mut enabled: Vec<Sid> = token.enabled().copied().collect();
        let mut deny_only: Vec<Sid> = token.deny_only().copied().collect();
        for (sid, how) in unknown.iter().zip(&world) {
            match how {
                1 => enabled.push(*sid),
                2 => deny_only.push(*sid),
                _ => {}
            }
        }
        let known = Token::new(enabled).with_deny_only(deny_only);
        let real = access(owner, &aces, &known, vista);
        prop_assert!(real.is_certain());
        prop_assert!(real.granted_min.contains(interval.granted_min));
        prop_assert!(interval.granted_max.contains(real.granted_max));
    }

    /// A conditional ACE either applies as a plain one or not at all.
    #[test]
    fn every_outcome_of_conditions_lies_in_the_interval(
        aces in aces(&[0, 1, 9, 0xA], trustee().boxed()),
        owner in option::of(trustee()),
        token in token(),
        holds in vec(any::<bool>(), 8),
    ) {
        // Whether a conditional OWNER RIGHTS ACE counts as one is open, in this test too.
        let vista = false;
        let interval = access(owner, &aces, &token, vista);
        let plain: Vec<AceSpec> = aces
            .iter()
            .zip(&holds)
            .filter(|(ace, holds)| ace.ace_type.0 < 9 || **holds)
            .map(|(ace, _)| AceSpec { ace_type: AceType(ace.ace_type.0 % 9), ..ace.clone() })
            .collect();
        let real = access(owner, &plain, &token, vista);
        prop_assert!(real.granted_min.contains(interval.granted_min));
        prop_assert!(interval.granted_max.contains(real.granted_max));
    }
}

/// The single bits of a mask.
trait Bits {
    fn bits_one_by_one(self) -> impl Iterator<Item = AccessMask>;
}

impl Bits for AccessMask {
    fn bits_one_by_one(self) -> impl Iterator<Item = AccessMask> {
        (0..32)
            .map(|bit| AccessMask::from_bits_retain(1 << bit))
            .filter(move |bit| self.contains(*bit))
    }
}
