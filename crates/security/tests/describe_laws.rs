//! Laws of the reading aids, for any descriptor and any bytes.

use coldhive_security::{
    AccessMask, AccessOptions, AceFlags, AceSpec, AceType, AclSpec, AclState, Change,
    DescriptorBuilder, Difference, GenericMapping, Guid, ObjectKind, ObjectTypes,
    SecurityDescriptor, SecurityDescriptorBuf, Sid, Token,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const KINDS: [ObjectKind; 5] = [
    ObjectKind::RegistryKey,
    ObjectKind::Service,
    ObjectKind::ServiceManager,
    ObjectKind::File,
    ObjectKind::Directory,
];
const KEY: ObjectKind = ObjectKind::RegistryKey;

/// Few trustees, so that ACEs meet.
fn sid() -> impl Strategy<Value = Sid> {
    prop_oneof![
        4 => Just(Sid::EVERYONE),
        4 => Just(Sid::USERS),
        2 => Just(Sid::OWNER_RIGHTS),
        1 => (0..24_u64, vec(any::<u32>(), 0..=15)).prop_map(|(a, subs)| Sid::new(a, &subs).unwrap()),
        1 => (0..100_u32, vec(0..3_u32, 0..9)).prop_map(|(base, mut subs)| {
            subs.insert(0, base);
            Sid::new(5, &subs).unwrap()
        }),
    ]
}

fn mask() -> impl Strategy<Value = AccessMask> {
    prop_oneof![
        Just(AccessMask::KEY_READ),
        Just(AccessMask::KEY_WRITE),
        Just(AccessMask::GENERIC_READ),
        Just(AccessMask::KEY_ALL_ACCESS),
        Just(AccessMask::empty()),
        any::<u32>().prop_map(AccessMask::from_bits_retain),
    ]
}

fn ace(types: &'static [u8]) -> impl Strategy<Value = AceSpec> {
    let flags = prop_oneof![Just(0), Just(2), Just(0xA), Just(0x10), any::<u8>()];
    let guid = || option::of(Just(Guid([7; 16])));
    (proptest::sample::select(types), flags, mask(), sid(), guid(), guid()).prop_map(
        |(ace_type, flags, mask, sid, object, inherited)| {
            let mut spec = AceSpec::new(AceType(ace_type), mask, sid)
                .with_flags(AceFlags::from_bits_retain(flags));
            if matches!(ace_type, 5..=8 | 0xB | 0xC) {
                spec.objects = ObjectTypes { object, inherited, ..ObjectTypes::default() };
            }
            spec
        },
    )
}

const ANY_TYPE: &[u8] =
    &[0, 0, 0, 1, 1, 2, 3, 5, 6, 7, 9, 0xA, 0xB, 0xC, 0xD, 0x11, 0x12, 0x13, 0x14, 0x15];
const DECIDING: &[u8] = &[0, 0, 0, 0, 1, 5, 6, 9, 0xA, 0xB, 0xC];

fn acl() -> impl Strategy<Value = AclSpec> {
    prop_oneof![
        1 => Just(AclSpec::Absent),
        1 => Just(AclSpec::Null),
        8 => vec(ace(ANY_TYPE), 0..6).prop_map(AclSpec::Present),
    ]
}

fn descriptor() -> impl Strategy<Value = SecurityDescriptorBuf> {
    (option::of(sid()), option::of(sid()), acl(), acl()).prop_map(|(owner, group, dacl, sacl)| {
        DescriptorBuilder::new().owner(owner).group(group).dacl(dacl).sacl(sacl).build().unwrap()
    })
}

fn with_dacl(aces: Vec<AceSpec>) -> SecurityDescriptorBuf {
    DescriptorBuilder::new().owner(Sid::USERS).dacl(AclSpec::Present(aces)).build().unwrap()
}

/// The same ACE with its GUIDs in each other's place.
fn with_guids_swapped(mut spec: AceSpec) -> AceSpec {
    let ObjectTypes { object, inherited, .. } = spec.objects;
    spec.objects = ObjectTypes { object: inherited, inherited: object, ..spec.objects };
    spec
}

/// A list, and the same one with some of its ACEs moved, repeated, dropped or for other objects.
fn rewritten() -> impl Strategy<Value = (Vec<AceSpec>, Vec<AceSpec>)> {
    vec(ace(DECIDING), 0..6).prop_flat_map(|aces| {
        let other = prop_oneof![
            Just(aces.clone()).prop_shuffle(),
            proptest::sample::subsequence(aces.clone(), 0..=aces.len()),
            Just([aces.clone(), aces.clone()].concat()),
            Just(aces.iter().cloned().map(with_guids_swapped).collect()),
            vec(ace(DECIDING), 0..3),
        ];
        (Just(aces), other)
    })
}

fn difference(before: &SecurityDescriptorBuf, after: &SecurityDescriptorBuf) -> Difference {
    before.as_descriptor().difference(&after.as_descriptor(), KEY)
}

/// The ACEs of both ACLs as sorted bytes, and the states.
fn canonical(stored: &SecurityDescriptorBuf) -> [(&'static str, Vec<Vec<u8>>); 2] {
    let descriptor = stored.as_descriptor();
    [descriptor.dacl().unwrap(), descriptor.sacl().unwrap()].map(|state| {
        let mut aces: Vec<_> = state
            .acl()
            .into_iter()
            .flat_map(|acl| acl.aces())
            .map(|ace| ace.unwrap().bytes().to_vec())
            .collect();
        aces.sort();
        (state.name(), aces)
    })
}

/// Every aid, put to bytes; what it says is one line where it should be.
fn ask_everything(bytes: &[u8], other: &[u8]) {
    let Ok(descriptor) = SecurityDescriptor::parse(bytes) else { return };
    for state in [descriptor.dacl(), descriptor.sacl()].into_iter().flatten() {
        let AclState::Present(acl) = state else { continue };
        if let Some(found) = acl.out_of_order() {
            assert!(found.behind < found.index);
            assert!(!found.to_string().is_empty());
        }
        for ace in acl.aces().flatten() {
            for kind in KINDS {
                let line = ace.line(kind).to_string();
                assert!(!line.is_empty() && !line.contains('\n'), "{line}");
            }
        }
    }
    for kind in KINDS {
        assert!(descriptor.difference(&descriptor, kind).is_empty());
        if let Ok(other) = SecurityDescriptor::parse(other) {
            let found = descriptor.difference(&other, kind);
            assert_eq!(found.is_empty(), found.to_string().is_empty());
        }
    }
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
        let mut headed = vec![1, 0, 0x14, 0x80];
        headed.extend(bytes.iter().enumerate().map(|(at, byte)| if at < 16 && at % 4 != 0 { 0 } else { *byte }));
        ask_everything(&bytes, &headed);
        ask_everything(&headed, &bytes);
    }

    #[test]
    fn damaged_descriptors_are_answered(
        sound in descriptor(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = sound.as_bytes().to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        ask_everything(&bytes, sound.as_bytes());
        bytes.truncate(cut.index(bytes.len() + 1));
        ask_everything(&bytes, sound.as_bytes());
        ask_everything(sound.as_bytes(), &bytes);
    }

    #[test]
    fn sids_are_described(sid in sid()) {
        let explained = sid.explained();
        prop_assert!(explained.contains(&sid.to_string()) && !sid.description().is_empty());
        prop_assert_eq!(sid.name().is_some(), sid.full_name().is_some());
    }

    #[test]
    fn masks_are_described(bits in any::<u32>()) {
        let mask = AccessMask::from_bits_retain(bits);
        for kind in KINDS {
            prop_assert!(!kind.words(mask).is_empty());
            let told: u32 = kind.names(mask).split(" | ").filter_map(|name| name.strip_prefix("0x"))
                .map(|digits| u32::from_str_radix(digits, 16).unwrap()).sum();
            prop_assert_eq!(told & !bits, 0);
            prop_assert!(mask.contains(kind.meaningless(mask)));
        }
        prop_assert_eq!(KEY.names(mask), mask.registry_names());
    }

    #[test]
    fn a_canonical_list_is_in_order(aces in vec(ace(ANY_TYPE), 0..8)) {
        let place = |spec: &AceSpec| {
            let deny = matches!(spec.ace_type.0, 1 | 6 | 0xA | 0xC);
            if spec.flags.contains(AceFlags::INHERITED) { 2 } else { i32::from(!deny) }
        };
        let mut sorted = aces.clone();
        sorted.sort_by_key(place);
        let found = |aces| {
            let stored = with_dacl(aces);
            let acl = stored.as_descriptor().dacl().unwrap().acl().unwrap();
            acl.out_of_order()
        };
        prop_assert_eq!(found(sorted), None);
        let deciding: Vec<_> = aces
            .iter()
            .filter(|spec| matches!(spec.ace_type.0, 0 | 1 | 5 | 6 | 9..=0xC))
            .map(place)
            .collect();
        prop_assert_eq!(found(aces).is_none(), deciding.is_sorted());
    }

    #[test]
    fn no_difference_from_itself(stored in descriptor()) {
        let found = difference(&stored, &stored);
        prop_assert!(found.is_empty() && found.dacl.same_effect && found.sacl.same_effect);
        prop_assert!(found.dacl.rights.is_empty() && found.sacl.rights.is_empty());
    }

    #[test]
    fn no_difference_means_the_same_contents(before in descriptor(), after in descriptor()) {
        let found = difference(&before, &after);
        let (old, new) = (before.as_descriptor(), after.as_descriptor());
        prop_assert_eq!(found.owner.is_none(), old.owner() == new.owner());
        prop_assert_eq!(found.group.is_none(), old.group() == new.group());
        for (found, (old, new)) in
            [&found.dacl, &found.sacl].into_iter().zip(canonical(&before).into_iter().zip(canonical(&after)))
        {
            let same = found.form.is_none() && found.before_only.is_empty() && found.after_only.is_empty();
            prop_assert_eq!(same, old == new);
        }
    }

    #[test]
    fn swapping_sides_swaps_everything(before in descriptor(), after in descriptor()) {
        let there = difference(&before, &after);
        let mut back = difference(&after, &before);
        let swap = |change: &mut Option<_>| {
            *change = change.map(|Change { before, after }| Change { before: after, after: before });
        };
        swap(&mut back.owner);
        swap(&mut back.group);
        if let Some(control) = &mut back.control {
            core::mem::swap(&mut control.set, &mut control.cleared);
        }
        for acl in [&mut back.dacl, &mut back.sacl] {
            acl.form = acl.form.map(|Change { before, after }| Change { before: after, after: before });
            core::mem::swap(&mut acl.before_only, &mut acl.after_only);
            for change in &mut acl.rights {
                core::mem::swap(&mut change.gained, &mut change.lost);
            }
        }
        prop_assert_eq!(there, back);
    }

    #[test]
    fn the_same_effect_is_the_same_access((before, after) in rewritten(), everyone in any::<bool>(), users in any::<bool>()) {
        let (before, after) = (with_dacl(before), with_dacl(after));
        let found = difference(&before, &after);
        let sids = [(everyone, Sid::EVERYONE), (users, Sid::USERS)];
        let token = Token::new(sids.into_iter().filter(|(is, _)| *is).map(|(_, sid)| sid));
        let access = |stored: &SecurityDescriptorBuf| {
            let options = AccessOptions { owner_rights: true };
            let access = stored.as_descriptor().effective_access(&token, &GenericMapping::REGISTRY_KEY, options);
            let access = access.unwrap();
            (access.granted_min & AccessMask::KEY_ALL_ACCESS, access.granted_max & AccessMask::KEY_ALL_ACCESS)
        };
        if found.dacl.same_effect {
            prop_assert_eq!(access(&before), access(&after));
            prop_assert!(found.dacl.rights.is_empty());
        }
    }

    #[test]
    fn without_denials_order_says_nothing(
        (aces, shuffled) in vec(ace(&[0, 5, 9]), 0..6)
            .prop_flat_map(|aces| (Just(aces.clone()), Just(aces).prop_shuffle())),
    ) {
        let found = difference(&with_dacl(aces.clone()), &with_dacl(shuffled.clone()));
        prop_assert!(found.dacl.same_effect && found.dacl.rights.is_empty());
        prop_assert_eq!(found.dacl.order_changed, aces != shuffled);
    }
}

/// An ACL as large as can be: the aids take no more than n log n of it, or this would not end.
#[test]
fn large_acls() {
    let spec = |rid: u32| {
        let ace_type =
            if rid.is_multiple_of(2) { AceType::ACCESS_ALLOWED } else { AceType::ACCESS_DENIED };
        AceSpec::new(ace_type, AccessMask::KEY_READ, Sid::new(5, &[rid]).unwrap())
    };
    let before = with_dacl((0..3000).map(spec).collect());
    let after = with_dacl((0..3000).rev().map(spec).collect());
    let found = difference(&before, &after);
    assert!(found.dacl.order_changed && !found.dacl.same_effect);
    // The smallest ACEs that there are: 16,000 of four bytes, of a type that is not known.
    let mut bytes = before.into_bytes();
    bytes.truncate(20);
    bytes[4..8].fill(0);
    bytes.extend([2, 0, 0x08, 0xFA, 0x80, 0x3E, 0, 0]);
    bytes.extend([0x77, 0, 4, 0].repeat(16_000));
    bytes[16] = 20;
    let large = SecurityDescriptorBuf::from_bytes(bytes).unwrap();
    assert_eq!(
        large.as_descriptor().dacl().unwrap().acl().unwrap().aces().flatten().count(),
        16_000
    );
    assert!(difference(&large, &large).is_empty());
    assert_eq!(difference(&large, &after).dacl.before_only.len(), 16_000);
}
