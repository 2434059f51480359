//! Laws of the access check.

mod access_support;

use access_support::{
    ALL_TYPES, KEY, PLAIN, UNKNOWN, access, ace, aces, applied, config, descriptor, interval,
    is_certain, known_token, mask, one_by_one, owner, principal_self, token, trustee, within,
};
use coldhive_security::{
    AccessMask, AccessOptions, AceFlags, AceSpec, AceType, DecidedBy, Effect, Membership,
    ObjectTypes, Sid, SidPattern, Token, Verdict, Writers, granted, trustees, writers_with,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::Index;

const IMPLIED: AccessMask = AccessMask::READ_CONTROL.union(AccessMask::WRITE_DAC);

fn options(owner_rights: bool) -> AccessOptions {
    AccessOptions { owner_rights }
}

/// Some pattern that is open in every token of this law, so that narrowing has something to narrow.
fn open_token() -> impl Strategy<Value = (Token, Vec<SidPattern>)> {
    (known_token(), vec(trustee().prop_map(SidPattern::exact), 1..4))
        .prop_map(|(token, open)| (token.with_open(open.clone()), open))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_cheap_way_finds_what_the_full_way_finds(
        aces in aces(ALL_TYPES),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
    ) {
        let full = access(owner, &aces, &token, owner_rights);
        prop_assert_eq!(full.granted(), interval(owner, &aces, &token, owner_rights));
    }

    #[test]
    fn the_interval_is_one_and_is_explained(
        aces in aces(ALL_TYPES),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
        needed in mask(),
    ) {
        let access = access(owner, &aces, &token, owner_rights);
        let (min, max) = (access.granted_min, access.granted_max);
        prop_assert!(max.contains(min));
        let mut last = -1;
        for decision in &access.decisions {
            prop_assert!(!decision.bits.is_empty());
            match decision.verdict {
                Verdict::Granted => {
                    prop_assert!(min.contains(decision.bits));
                    prop_assert_eq!(decision.effect, Effect::Allows);
                }
                Verdict::Denied => {
                    prop_assert!(!max.intersects(decision.bits));
                    prop_assert_eq!(decision.effect, Effect::Denies);
                }
                Verdict::Uncertain => prop_assert!(max.difference(min).contains(decision.bits)),
            }
            // In stored order, each with the text of its own ACE, which is about these rights.
            if let DecidedBy::Ace { index } = decision.by {
                prop_assert!(i32::from(index) >= last);
                last = i32::from(index);
                let ace = &aces[usize::from(index)];
                prop_assert!(!ace.flags.contains(AceFlags::INHERIT_ONLY));
                prop_assert!(ace.mask.is_none_or(|mask| KEY.map(mask).contains(decision.bits)));
                let built = descriptor(owner, &aces);
                let acl = built.as_descriptor().dacl().unwrap().acl().unwrap();
                let text = acl.aces().nth(usize::from(index)).unwrap().unwrap().to_sddl_lossy();
                prop_assert_eq!(decision.sddl.as_ref(), Some(&text));
            } else {
                prop_assert_eq!(&decision.sddl, &None);
            }
        }
        let needed = KEY.map(needed).difference(AccessMask::MAXIMUM_ALLOWED);
        let decisions = access.deciding_aces(needed);
        let explained = decisions.iter().fold(AccessMask::empty(), |all, one| all | one.bits);
        prop_assert_eq!(explained, needed);
        // What is certain has exactly one reason.
        for bit in one_by_one(needed.difference(max.difference(min))) {
            prop_assert_eq!(decisions.iter().filter(|one| one.bits.contains(bit)).count(), 1);
        }
    }

    #[test]
    fn each_right_has_a_row(
        aces in aces(ALL_TYPES),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
    ) {
        let access = access(owner, &aces, &token, owner_rights);
        let mut rights = AccessMask::empty();
        for row in access.rights() {
            prop_assert!(row.right.bits() > rights.bits());
            prop_assert_eq!(row.right.bits().count_ones(), 1);
            rights |= row.right;
            let whole = match row.verdict {
                Verdict::Granted => Some(true),
                Verdict::Denied => Some(false),
                Verdict::Uncertain => None,
            };
            prop_assert_eq!(access.grants(row.right), whole);
            let reasons: Vec<_> = row.deciding().collect();
            prop_assert!(!reasons.is_empty());
            prop_assert!(reasons.iter().all(|one| one.verdict == row.verdict));
            prop_assert!(row.verdict == Verdict::Uncertain || reasons.len() == 1);
        }
        prop_assert!(rights.contains(KEY.all | access.granted_max));
    }

    /// A request succeeds if each of its parts does.
    #[test]
    fn access_to_two_is_access_to_both(
        aces in aces(ALL_TYPES),
        owner in owner(),
        token in token(),
        (one, other) in (mask(), mask()),
    ) {
        let got = interval(owner, &aces, &token, true);
        let both = match (got.grants(one, &KEY), got.grants(other, &KEY)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        // Alone, MAXIMUM_ALLOWED is another question.
        prop_assume!(one != AccessMask::MAXIMUM_ALLOWED && other != AccessMask::MAXIMUM_ALLOWED);
        prop_assert_eq!(got.grants(one | other, &KEY), both);
    }

    #[test]
    fn an_allow_ace_never_shrinks_access(
        aces in aces(ALL_TYPES),
        (at, sid, mask) in (any::<Index>(), trustee(), mask()),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
    ) {
        // An OWNER RIGHTS ACE takes away what the owner is implied: that is its purpose.
        let owner = owner.filter(|_| sid != Sid::OWNER_RIGHTS || !owner_rights);
        let before = interval(owner, &aces, &token, owner_rights);
        let mut more = aces.clone();
        more.insert(at.index(aces.len() + 1), AceSpec::allow(sid, mask));
        let after = interval(owner, &more, &token, owner_rights);
        prop_assert!(after.min.contains(before.min));
        prop_assert!(after.max.contains(before.max));
    }

    #[test]
    fn a_deny_ace_never_grows_access(
        aces in aces(ALL_TYPES),
        (at, sid, mask) in (any::<Index>(), trustee(), mask()),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
    ) {
        let before = interval(owner, &aces, &token, owner_rights);
        let mut more = aces.clone();
        more.insert(at.index(aces.len() + 1), AceSpec::deny(sid, mask));
        let after = interval(owner, &more, &token, owner_rights);
        prop_assert!(before.min.contains(after.min));
        prop_assert!(before.max.contains(after.max));
    }

    /// A deny ACE moved to the front never grows access, an allow ACE moved there never shrinks it.
    #[test]
    fn order_tells(
        aces in aces(ALL_TYPES),
        (from, to) in (any::<Index>(), any::<Index>()),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
    ) {
        prop_assume!(!aces.is_empty());
        let from = from.index(aces.len());
        let to = to.index(from + 1);
        let before = interval(owner, &aces, &token, owner_rights);
        let mut moved = aces.clone();
        let ace = moved.remove(from);
        let allows = applied(&ace).map(|plain| plain.allows);
        moved.insert(to, ace);
        let after = interval(owner, &moved, &token, owner_rights);
        let (small, large) = if allows == Some(true) { (before, after) } else { (after, before) };
        if allows.is_some() {
            prop_assert!(large.min.contains(small.min));
            prop_assert!(large.max.contains(small.max));
        }
    }

    #[test]
    fn inherit_only_aces_are_inert(
        aces in aces(ALL_TYPES),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
    ) {
        let inherit_only = |ace: &AceSpec| ace.flags.contains(AceFlags::INHERIT_ONLY);
        let fewer: Vec<_> = aces.iter().filter(|ace| !inherit_only(ace)).cloned().collect();
        let (with, without) = (
            access(owner, &aces, &token, owner_rights),
            access(owner, &fewer, &token, owner_rights),
        );
        prop_assert_eq!(with.granted(), without.granted());
        let what = |access: &coldhive_security::Access| -> Vec<_> {
            let decisions = access.decisions.iter();
            decisions.map(|one| (one.bits, one.verdict, one.effect, one.sddl.clone())).collect()
        };
        prop_assert_eq!(what(&with), what(&without));
    }

    /// Only three things are uncertain: a membership, a condition or an object type, an unknown ACE.
    #[test]
    fn what_is_known_is_certain(
        aces in aces(ALL_TYPES),
        owner in owner(),
        token in known_token(),
        owner_rights in any::<bool>(),
    ) {
        let aces: Vec<_> = aces.into_iter().filter(is_certain).collect();
        prop_assert!(interval(owner, &aces, &token, owner_rights).is_certain());
    }

    #[test]
    fn knowing_a_membership_narrows(
        aces in aces(ALL_TYPES),
        owner in owner(),
        (token, open) in open_token(),
        owner_rights in any::<bool>(),
        (which, how) in (any::<Index>(), 0..3_u8),
    ) {
        let before = interval(owner, &aces, &token, owner_rights);
        let sid: Sid = which.get(&open).to_string().parse().unwrap();
        prop_assume!(token.membership(&sid) == Membership::Unknown);
        let known = match how {
            0 => token.with_absent([sid]),
            1 => token.with_deny_only([sid]),
            _ => {
                let enabled: Vec<Sid> = token.enabled().copied().chain([sid]).collect();
                let deny_only: Vec<Sid> = token.deny_only().copied().collect();
                Token::new(enabled).with_deny_only(deny_only).with_open(open)
            }
        };
        let after = interval(owner, &aces, &known, owner_rights);
        prop_assert!(within(&after, &before), "{after:?} in {before:?}");
    }

    /// What is uncertain in itself may be anything that it may be: nothing, or what it is if it applies;
    /// one of unknown type any plain ACE.
    #[test]
    fn knowing_an_ace_narrows(
        aces in aces(ALL_TYPES),
        owner in owner(),
        token in token(),
        owner_rights in any::<bool>(),
        (which, known) in (any::<Index>(), option::of(ace(PLAIN))),
    ) {
        let uncertain: Vec<_> = (0..aces.len()).filter(|at| !is_certain(&aces[*at])).collect();
        prop_assume!(!uncertain.is_empty());
        let at = *which.get(&uncertain);
        let before = interval(owner, &aces, &token, owner_rights);
        let mut fewer = aces.clone();
        let ace = fewer.remove(at);
        let objects = ObjectTypes::default();
        let plain = known.map(|known| match ace.ace_type {
            AceType(UNKNOWN) => AceSpec { flags: ace.flags, ..known },
            AceType(5 | 9 | 0xB) => AceSpec { ace_type: AceType::ACCESS_ALLOWED, objects, ..ace },
            _ => AceSpec { ace_type: AceType::ACCESS_DENIED, objects, ..ace },
        });
        if let Some(plain) = plain {
            fewer.insert(at, plain);
        }
        let after = interval(owner, &fewer, &token, owner_rights);
        prop_assert!(within(&after, &before), "{after:?} in {before:?}");
    }

    /// Each row is the answer for a token of that SID and those beside it, and every trustee has one.
    #[test]
    fn a_trustee_is_a_token_of_its_own(
        aces in aces(ALL_TYPES),
        owner in owner(),
        beside in vec(trustee(), 0..3),
        owner_rights in any::<bool>(),
    ) {
        let built = descriptor(owner, &aces);
        let found =
            trustees(&built.as_descriptor(), &beside, &KEY, options(owner_rights)).unwrap();
        let alone = |sid: Option<Sid>| {
            let token = Token::new(beside.iter().copied().chain(sid));
            granted(&built.as_descriptor(), &token, &KEY, options(owner_rights)).unwrap()
        };
        prop_assert_eq!(found.anyone, alone(None));
        let effective = aces.iter().filter(|ace| !ace.flags.contains(AceFlags::INHERIT_ONLY));
        let named = effective.filter(|ace| applied(ace).is_some()).filter_map(|ace| ace.sid);
        let named = named.filter_map(|sid| match sid {
            Sid::OWNER_RIGHTS if owner_rights => owner,
            other => Some(other),
        });
        let mut expected: Vec<Sid> = Vec::new();
        for sid in named.chain(owner) {
            if !expected.contains(&sid) {
                expected.push(sid);
            }
        }
        let sids: Vec<Sid> = found.trustees.iter().map(|row| row.sid).collect();
        prop_assert_eq!(sids, expected);
        for row in &found.trustees {
            prop_assert_eq!(row.granted, alone(Some(row.sid)), "{}", row.sid);
            prop_assert_eq!(row.owner, Some(row.sid) == owner);
            if row.placeholder {
                let anyone = Token::default().with_open([SidPattern::ANY]);
                prop_assert_eq!(anyone.membership(&row.sid), Membership::NotMember);
            }
        }
    }

    /// Who is listed may do it in some world as a member of Everyone, and who may is listed.
    #[test]
    fn writers_are_those_who_may(
        aces in aces(ALL_TYPES),
        owner in owner(),
        owner_rights in any::<bool>(),
        wanted in mask(),
    ) {
        let built = descriptor(owner, &aces);
        let built = built.as_descriptor();
        let alone = |sid: Sid| {
            let token = Token::new([sid, Sid::EVERYONE]);
            granted(&built, &token, &KEY, options(owner_rights)).unwrap()
        };
        let found = writers_with(&built, wanted, &KEY, options(owner_rights)).unwrap();
        let Writers::Trustees { writers, implied_owner, not_understood } = found else {
            panic!("it has a DACL")
        };
        let wanted = KEY.map(wanted);
        let meant = |sid: Sid| match sid {
            Sid::OWNER_RIGHTS if owner_rights => owner,
            other => Some(other),
        };
        for writer in &writers {
            prop_assert!(wanted.contains(writer.mask) && !writer.mask.is_empty());
            let got = alone(meant(writer.sid).unwrap());
            prop_assert!(got.max.contains(writer.mask), "{writer:?}");
            let nothing_else = aces.iter().all(is_certain);
            prop_assert!(!writer.certain || !nothing_else || got.min.contains(writer.mask));
        }
        if let Some(owner) = implied_owner {
            prop_assert!(alone(owner).min.contains(wanted & IMPLIED));
        }
        let anyone = Token::default().with_open([SidPattern::ANY]);
        let named = aces.iter().filter_map(|ace| ace.sid).chain(owner);
        for sid in named.filter(|sid| anyone.membership(sid) == Membership::Unknown) {
            let own = |of: Option<Sid>| of == Some(sid) || of == Some(Sid::EVERYONE);
            let listed = writers.iter().filter(|writer| own(meant(writer.sid)));
            let listed = listed.fold(AccessMask::empty(), |all, writer| all | writer.mask);
            let implied = if implied_owner == Some(sid) || implied_owner == Some(Sid::EVERYONE) {
                IMPLIED
            } else {
                AccessMask::empty()
            };
            let may = alone(sid).max & wanted;
            prop_assert!(!not_understood.is_empty() || (listed | implied).contains(may), "{sid}");
        }
    }

    /// A star never means PRINCIPAL SELF or CREATOR OWNER, a name does.
    #[test]
    fn stars_leave_out_what_no_token_holds(sid in trustee()) {
        let star = Token::default().with_open([SidPattern::ANY]);
        let placeholder = matches!(sid, Sid::CREATOR_OWNER | Sid::OWNER_RIGHTS);
        prop_assert_eq!(star.membership(&sid) == Membership::NotMember, placeholder);
        let named = Token::default().with_open([SidPattern::exact(sid)]);
        prop_assert_eq!(named.membership(&sid), Membership::Unknown);
        prop_assert_eq!(star.membership(&principal_self()), Membership::NotMember);
    }
}
