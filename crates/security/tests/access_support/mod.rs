//! Descriptors, tokens and the specification's own algorithm, for laws about access.
#![allow(dead_code)] // Each test file uses a part.

use std::collections::BTreeSet;

use coldhive_security::{
    Access, AccessMask, AccessOptions, AceFlags, AceSpec, AceType, AclSpec, DescriptorBuilder,
    GenericMapping, Granted, Guid, ObjectTypes, SecurityDescriptorBuf, Sid, SidPattern, Token,
    granted,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub(crate) const KEY: GenericMapping = GenericMapping::REGISTRY_KEY;
/// A type that no documentation explains.
pub(crate) const UNKNOWN: u8 = 0x77;
/// Plain, object, conditional and unknown ACEs, and some that decide nothing.
pub(crate) const ALL_TYPES: &[u8] =
    &[0, 0, 0, 0, 1, 1, 1, 1, 2, 5, 5, 6, 6, 9, 9, 0xA, 0xA, 0xB, 0xC, 0x11, UNKNOWN];
/// What certainly allows and denies, and what decides nothing.
pub(crate) const PLAIN: &[u8] = &[0, 0, 0, 1, 1, 1, 2, 0x11];

pub(crate) fn principal_self() -> Sid {
    "PS".parse().unwrap()
}

/// Few trustees, so that ACEs meet each other and the token.
pub(crate) fn trustee() -> impl Strategy<Value = Sid> {
    prop_oneof![
        Just(Sid::EVERYONE),
        Just(Sid::USERS),
        Just(Sid::ADMINISTRATORS),
        Just(Sid::OWNER_RIGHTS),
        Just(Sid::CREATOR_OWNER),
        (1..4_u32).prop_map(group),
        (1..4_u32).prop_map(group),
    ]
}

pub(crate) fn group(rid: u32) -> Sid {
    Sid::new(5, &[21, 1, rid]).unwrap()
}

/// Masks that overlap; a few bits are drawn often.
pub(crate) fn mask() -> impl Strategy<Value = AccessMask> {
    prop_oneof![
        Just(AccessMask::KEY_READ),
        Just(AccessMask::KEY_ALL_ACCESS),
        Just(AccessMask::GENERIC_WRITE),
        Just(AccessMask::READ_CONTROL),
        Just(AccessMask::READ_CONTROL | AccessMask::WRITE_DAC),
        (0..28_u32).prop_map(|bit| AccessMask::from_bits_retain(1 << bit)),
        any::<u32>().prop_map(AccessMask::from_bits_retain),
    ]
}

pub(crate) fn ace(types: &'static [u8]) -> impl Strategy<Value = AceSpec> {
    let guid = option::of(any::<[u8; 16]>().prop_map(Guid));
    let flags = prop_oneof![5 => Just(0), 1 => Just(8), 1 => any::<u8>()];
    (proptest::sample::select(types), flags, mask(), trustee(), guid.clone(), guid).prop_map(
        |(ace_type, flags, mask, sid, object, inherited)| {
            let has_objects = matches!(ace_type, 5..=8 | 0xB | 0xC);
            let objects = ObjectTypes { object, inherited, ..ObjectTypes::default() };
            let ace_type = AceType(ace_type);
            let spec = match ace_type {
                AceType(UNKNOWN) => AceSpec::opaque(ace_type, sid.to_bytes()),
                _ => AceSpec::new(ace_type, mask, sid),
            };
            AceSpec {
                flags: AceFlags::from_bits_retain(flags),
                objects: if has_objects { objects } else { ObjectTypes::default() },
                ..spec
            }
        },
    )
}

pub(crate) fn aces(types: &'static [u8]) -> impl Strategy<Value = Vec<AceSpec>> {
    vec(ace(types), 0..7)
}

pub(crate) fn owner() -> impl Strategy<Value = Option<Sid>> {
    option::of(trustee())
}

/// A token of which everything is known.
pub(crate) fn known_token() -> impl Strategy<Value = Token> {
    (vec(trustee(), 0..5), vec(trustee(), 0..2))
        .prop_map(|(enabled, deny_only)| Token::new(enabled).with_deny_only(deny_only))
}

pub(crate) fn token() -> impl Strategy<Value = Token> {
    let star = prop_oneof![Just(SidPattern::ANY), Just("S-1-5-21-*".parse().unwrap())];
    let pattern = prop_oneof![2 => trustee().prop_map(SidPattern::exact), 1 => star];
    (known_token(), vec(pattern, 0..3), vec(trustee(), 0..2))
        .prop_map(|(token, open, absent)| token.with_open(open).with_absent(absent))
}

pub(crate) fn descriptor(owner: Option<Sid>, aces: &[AceSpec]) -> SecurityDescriptorBuf {
    let dacl = AclSpec::Present(aces.to_vec());
    DescriptorBuilder::new().owner(owner).dacl(dacl).build().unwrap()
}

pub(crate) fn access(
    owner: Option<Sid>,
    aces: &[AceSpec],
    token: &Token,
    owner_rights: bool,
) -> Access {
    let built = descriptor(owner, aces);
    built.as_descriptor().effective_access(token, &KEY, AccessOptions { owner_rights }).unwrap()
}

pub(crate) fn interval(
    owner: Option<Sid>,
    aces: &[AceSpec],
    token: &Token,
    owner_rights: bool,
) -> Granted {
    let built = descriptor(owner, aces);
    granted(&built.as_descriptor(), token, &KEY, AccessOptions { owner_rights }).unwrap()
}

/// Whether one interval lies in another.
pub(crate) fn within(inner: &Granted, outer: &Granted) -> bool {
    inner.min.contains(outer.min) && outer.max.contains(inner.max)
}

/// Whether an ACE certainly does what it does, if its trustee is in the token. An object ACE without object
/// type does (Win32 ACCESS_ALLOWED_OBJECT_ACE, [MS-ADTS] 5.1.3.3.2).
pub(crate) fn is_certain(ace: &AceSpec) -> bool {
    match ace.ace_type.0 {
        5 | 6 => ace.objects.object.is_none(),
        9..=0xC | UNKNOWN => false,
        _ => true,
    }
}

/// An ACE of which it is known whether it applies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain {
    pub(crate) allows: bool,
    /// `None`: whoever asks.
    pub(crate) sid: Option<Sid>,
    /// Without generic bits.
    pub(crate) mask: u32,
    pub(crate) inherit_only: bool,
}

/// What an ACE is if it applies; `None` if it neither allows nor denies.
pub(crate) fn applied(ace: &AceSpec) -> Option<Plain> {
    let allows = match ace.ace_type.0 {
        0 | 5 | 9 | 0xB => true,
        1 | 6 | 0xA | 0xC => false,
        _ => return None,
    };
    let inherit_only = ace.flags.contains(AceFlags::INHERIT_ONLY);
    Some(Plain { allows, sid: ace.sid, mask: KEY.map(ace.mask?).bits(), inherit_only })
}

/// Everything that the specification's algorithm is asked about. There are no privileges, no object tree
/// and no substitute for PRINCIPAL SELF, and conditions were evaluated before.
pub(crate) struct Oracle<'a> {
    pub(crate) enabled: &'a BTreeSet<Sid>,
    /// [MS-DTYP] has no such SIDs; Win32 "SID Attributes in an Access Token" says what they do.
    pub(crate) deny_only: &'a BTreeSet<Sid>,
    pub(crate) owner: Option<Sid>,
    pub(crate) dacl: &'a [Plain],
    /// Windows Vista and later.
    pub(crate) owner_rights: bool,
    /// Whether something in the DACL counts as an OWNER RIGHTS ACE of which `dacl` does not tell.
    pub(crate) limited: bool,
}

impl Oracle<'_> {
    fn sid_in_token(&self, sid: Option<Sid>, denies: bool) -> bool {
        let sid = match sid {
            Some(Sid::OWNER_RIGHTS) if self.owner_rights => self.owner,
            other => other,
        };
        let listed = |sid: Sid| {
            !self.deny_only.contains(&sid) && self.enabled.contains(&sid)
                || denies && self.deny_only.contains(&sid)
        };
        sid.is_some_and(listed)
    }

    /// [MS-DTYP] 2.5.3.2, EvaluateTokenAgainstDescriptor, line by line. The mask for MAXIMUM_ALLOWED, or 0
    /// for other requests, if it succeeds.
    pub(crate) fn evaluate(&self, request: u32) -> Result<u32, ()> {
        const ACCESS_SYSTEM_SECURITY: u32 = 0x100_0000;
        const MAXIMUM_ALLOWED: u32 = 0x200_0000;
        let mut remaining_access = request;
        let (mut allowed_accesses, mut denied_accesses) = (0, 0);
        if remaining_access & ACCESS_SYSTEM_SECURITY != 0 {
            return Err(());
        }
        let from_owner = |ace: &Plain| {
            self.owner_rights && !ace.inherit_only && ace.sid == Some(Sid::OWNER_RIGHTS)
        };
        if self.owner.is_some()
            && self.sid_in_token(self.owner, false)
            && !self.dacl.iter().any(from_owner)
            && !self.limited
        {
            remaining_access &= !0x6_0000;
        }
        let max_allowed_mode = remaining_access & MAXIMUM_ALLOWED != 0;
        for ace in self.dacl {
            if ace.inherit_only {
                continue;
            }
            let in_token = ace.sid.is_none() || self.sid_in_token(ace.sid, !ace.allows);
            if ace.allows {
                if in_token {
                    if max_allowed_mode {
                        allowed_accesses |= ace.mask;
                    } else {
                        remaining_access &= !ace.mask;
                    }
                }
            } else {
                if ace.mask == 0 {
                    continue;
                }
                if in_token {
                    if max_allowed_mode {
                        denied_accesses |= ace.mask;
                    } else if remaining_access & ace.mask != 0 {
                        return Err(());
                    }
                }
            }
        }
        if max_allowed_mode {
            let granted_access = allowed_accesses & !denied_accesses;
            return if granted_access == 0 { Err(()) } else { Ok(granted_access) };
        }
        if remaining_access == 0 { Ok(0) } else { Err(()) }
    }

    /// Which of these rights a request for each alone succeeds for.
    pub(crate) fn each_of(&self, rights: u32) -> u32 {
        let bits = (0..u32::BITS).map(|bit| 1 << bit).filter(|bit| rights & bit != 0);
        bits.filter(|bit| self.evaluate(*bit).is_ok()).sum()
    }
}

/// `PROPTEST_CASES` can only ask for more.
pub(crate) fn config() -> ProptestConfig {
    let cases = ProptestConfig::default().cases.max(512);
    let max_global_rejects = cases.saturating_mul(4);
    ProptestConfig { failure_persistence: None, cases, max_global_rejects, ..Default::default() }
}

/// The single bits of a mask.
pub(crate) fn one_by_one(mask: AccessMask) -> impl Iterator<Item = AccessMask> {
    (0..32).map(|bit| AccessMask::from_bits_retain(1 << bit)).filter(move |bit| mask.contains(*bit))
}
