//! The access check against the algorithm of [MS-DTYP] 2.5.3.2, written out line by line in
//! `access_support`: for what is known directly, for what is not in every possible world.

mod access_support;

use std::collections::BTreeSet;

use access_support::{
    ALL_TYPES, KEY, Oracle, PLAIN, Plain, UNKNOWN, ace, aces, applied, config, group, interval,
    is_certain, known_token, mask, owner,
};
use coldhive_security::{AccessMask, AceFlags, AceSpec, Membership, Sid, SidPattern, Token};
use proptest::collection::vec;
use proptest::prelude::*;

fn plain(aces: &[AceSpec]) -> Vec<Plain> {
    aces.iter().filter_map(applied).collect()
}

fn sids<'a>(sids: impl Iterator<Item = &'a Sid>) -> BTreeSet<Sid> {
    sids.copied().collect()
}

/// The rights that worlds are compared in: of ACEs, implied to owners, and of no mapping.
const COMPARED: u32 = 0x0026_0003;

fn compared_mask() -> impl Strategy<Value = AccessMask> {
    any::<u32>().prop_map(|bits| AccessMask::from_bits_retain(bits & COMPARED))
}

/// ACEs of all kinds for few trustees about few rights.
fn small_acl() -> impl Strategy<Value = Vec<AceSpec>> {
    let sids = prop_oneof![
        Just(Sid::EVERYONE),
        Just(Sid::OWNER_RIGHTS),
        (1..4_u32).prop_map(group),
        (1..4_u32).prop_map(group),
    ];
    let one = (ace(ALL_TYPES), sids, compared_mask());
    let named = |(ace, sid, mask): (AceSpec, Sid, AccessMask)| match ace.sid {
        Some(_) => AceSpec { sid: Some(sid), mask: Some(mask), ..ace },
        None => ace,
    };
    vec(one.prop_map(named), 0..5)
}

/// In which ways an ACE may turn out: as what it is if it applies, or as nothing; one of unknown type may
/// do anything to anyone.
fn outcomes(ace: &AceSpec) -> Vec<Option<Plain>> {
    let inherit_only = ace.flags.contains(AceFlags::INHERIT_ONLY);
    if ace.ace_type.0 == UNKNOWN && !inherit_only {
        let whole = |allows| Some(Plain { allows, sid: None, mask: COMPARED, inherit_only });
        vec![None, whole(true), whole(false)]
    } else if is_certain(ace) {
        vec![applied(ace)]
    } else {
        vec![None, applied(ace)]
    }
}

/// All ways to choose one of each.
fn combinations<T: Clone>(choices: &[Vec<T>]) -> Vec<Vec<T>> {
    choices.iter().fold(vec![Vec::new()], |made, options| {
        made.iter()
            .flat_map(|begun| {
                options.iter().map(|option| {
                    let mut next = begun.clone();
                    next.push(option.clone());
                    next
                })
            })
            .collect()
    })
}

/// What is granted in every world, and what in some, among the rights compared.
fn worlds(owner: Option<Sid>, aces: &[AceSpec], token: &Token, owner_rights: bool) -> (u32, u32) {
    let named = aces.iter().filter_map(|ace| ace.sid).chain(owner);
    let unknown: BTreeSet<Sid> = named
        .filter(|sid| !(owner_rights && *sid == Sid::OWNER_RIGHTS))
        .filter(|sid| token.membership(sid) == Membership::Unknown)
        .collect();
    let memberships = vec![vec![0, 1, 2]; unknown.len()];
    let dacls: Vec<Vec<Plain>> = combinations(&aces.iter().map(outcomes).collect::<Vec<_>>())
        .into_iter()
        .map(|dacl| dacl.into_iter().flatten().collect())
        .collect();
    // Whether what is uncertain in itself counts as an ACE for OWNER RIGHTS is not documented.
    let may_limit = owner_rights
        && aces.iter().any(|ace| {
            !ace.flags.contains(AceFlags::INHERIT_ONLY)
                && !is_certain(ace)
                && (ace.sid == Some(Sid::OWNER_RIGHTS) || ace.ace_type.0 == UNKNOWN)
        });
    // Where it does not count, the oracle must not see it as one: it has the effect and another name.
    let unnamed = |dacl: &[Plain]| -> Vec<Plain> {
        let certain = aces.iter().filter(|ace| is_certain(ace)).filter_map(applied);
        let counts = certain
            .clone()
            .any(|ace| !ace.inherit_only && owner_rights && ace.sid == Some(Sid::OWNER_RIGHTS));
        if counts || !owner_rights {
            return dacl.to_vec();
        }
        dacl.iter()
            .filter(|ace| ace.sid != Some(Sid::OWNER_RIGHTS) || owner.is_some())
            .map(|ace| match ace.sid {
                Some(Sid::OWNER_RIGHTS) => Plain { sid: owner, ..*ace },
                _ => *ace,
            })
            .collect()
    };
    let (mut every, mut some) = (u32::MAX, 0);
    for membership in combinations(&memberships) {
        let (mut enabled, mut deny_only) = (sids(token.enabled()), sids(token.deny_only()));
        for (sid, how) in unknown.iter().zip(membership) {
            match how {
                1 => drop(enabled.insert(*sid)),
                2 => drop(deny_only.insert(*sid)),
                _ => {}
            }
        }
        for dacl in &dacls {
            let dacl = unnamed(dacl);
            for limited in [false, true].into_iter().take(1 + usize::from(may_limit)) {
                let (enabled, deny_only, dacl) = (&enabled, &deny_only, &dacl[..]);
                let oracle = Oracle { enabled, deny_only, owner, dacl, owner_rights, limited };
                let granted = oracle.each_of(COMPARED);
                every &= granted;
                some |= granted;
            }
        }
    }
    (every, some)
}

proptest! {
    #![proptest_config(config())]

    /// For plain ACEs and a known token, every request is answered as [MS-DTYP] answers it.
    #[test]
    fn what_is_known_is_as_the_specification_says(
        aces in aces(PLAIN),
        owner in owner(),
        token in known_token(),
        owner_rights in any::<bool>(),
        request in mask(),
    ) {
        let (enabled, deny_only) = (sids(token.enabled()), sids(token.deny_only()));
        let (enabled, deny_only, dacl, limited) = (&enabled, &deny_only, &plain(&aces)[..], false);
        let oracle = Oracle { enabled, deny_only, owner, dacl, owner_rights, limited };
        let got = interval(owner, &aces, &token, owner_rights);
        prop_assert!(got.is_certain());
        // The mode for MAXIMUM_ALLOWED is judged below.
        let request = KEY.map(request).difference(AccessMask::MAXIMUM_ALLOWED);
        prop_assert_eq!(got.grants(request, &KEY), Some(oracle.evaluate(request.bits()).is_ok()));
        prop_assert_eq!(got.min.bits(), oracle.each_of(!0x200_0000));
    }

    /// Where deny ACEs stand first and nothing is implied, the mode for MAXIMUM_ALLOWED finds the same
    /// rights; ACEs grant no ACCESS_SYSTEM_SECURITY, which this mode does not look at.
    #[test]
    fn maximum_allowed_is_all_that_is_granted(
        mut aces in aces(PLAIN),
        token in known_token(),
        owner_rights in any::<bool>(),
    ) {
        aces.sort_by_key(|ace| ace.ace_type.0 != 1);
        let (enabled, deny_only) = (sids(token.enabled()), sids(token.deny_only()));
        let (enabled, deny_only, dacl, limited) = (&enabled, &deny_only, &plain(&aces)[..], false);
        let oracle = Oracle { enabled, deny_only, owner: None, dacl, owner_rights, limited };
        let got = interval(None, &aces, &token, owner_rights);
        let literal = oracle.evaluate(0x200_0000).unwrap_or(0) & !0x300_0000;
        prop_assert_eq!(got.max.bits(), literal);
        let any = got.grants(AccessMask::MAXIMUM_ALLOWED, &KEY);
        prop_assert_eq!(any, Some(literal != 0));
    }

    /// Whatever the open memberships, the conditions, object types and unknown ACEs turn out to be, the
    /// answer lies in the interval; and each end is reached for each right.
    #[test]
    fn the_interval_is_what_all_worlds_span(
        aces in small_acl(),
        owner in owner(),
        token in known_token(),
        open in vec((1..4_u32).prop_map(|rid| SidPattern::exact(group(rid))), 0..3),
        everyone in any::<bool>(),
        owner_rights in any::<bool>(),
    ) {
        let open = open.into_iter().chain(everyone.then(|| SidPattern::exact(Sid::EVERYONE)));
        let token = token.with_open(open);
        let got = interval(owner, &aces, &token, owner_rights);
        let (every, some) = worlds(owner, &aces, &token, owner_rights);
        prop_assert_eq!(got.min.bits() & COMPARED, every);
        prop_assert_eq!(got.max.bits() & COMPARED, some);
    }
}
