//! The access check ([MS-DTYP] 2.5.3.2, Win32 "How AccessCheck Works"), offline.

use alloc::string::String;
use alloc::vec::Vec;

use super::mapping::GenericMapping;
use super::outcome::{Access, DecidedBy, Decision, Effect, Verdict};
use super::token::{Membership, Token};
use crate::ace::Ace;
use crate::ace_type::{AceType, Role};
use crate::acl::{Acl, AclState};
use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;
use crate::mask::AccessMask;
use crate::sid::Sid;

/// What the access check leaves out, in words for a report.
pub const NOT_MODELLED: &[&str] = &[
    "group membership beyond the declared SIDs",
    "privileges (backup, restore, take ownership, security)",
    "mandatory integrity labels and process trust labels",
    "restricted tokens and AppContainers",
    "central access policies and access filters",
    "the conditions of conditional ACEs",
];

/// Rights that no DACL grants: one takes a privilege, the other only means something in a request.
const NEVER_BY_ACE: AccessMask =
    AccessMask::ACCESS_SYSTEM_SECURITY.union(AccessMask::MAXIMUM_ALLOWED);

/// Every specific and standard right, which an ACE of unknown type may be about.
const ANY_RIGHT: AccessMask = AccessMask::from_bits_retain(0x1F_FFFF);

/// What an owner is implied.
const IMPLIED: AccessMask = AccessMask::READ_CONTROL.union(AccessMask::WRITE_DAC);

/// How the version of Windows that uses the descriptor checks access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AccessOptions {
    /// Whether OWNER RIGHTS (S-1-3-4) limits what an owner is implied: Windows Vista and later.
    /// Before, that SID meant nothing.
    pub owner_rights: bool,
}

/// As Windows Vista and later.
impl Default for AccessOptions {
    fn default() -> AccessOptions {
        AccessOptions { owner_rights: true }
    }
}

/// Which rights a descriptor grants to a declared set of SIDs.
///
/// The walk is Windows': an absent or NULL DACL grants everything; the owner has READ_CONTROL and
/// WRITE_DAC unless an effective OWNER RIGHTS ACE stands in the DACL; then the ACEs in stored order,
/// without the inherit-only ones, generic rights mapped; the first ACE that decides a right wins.
///
/// The answer is an interval where something is not known: a trustee that matches an open pattern of
/// the token, a condition, an object type, an ACE type without documentation. The lower end takes each
/// such ACE at its worst, the upper end at its best.
///
/// Not modelled is what [`NOT_MODELLED`] lists; all of it lies outside of the descriptor and the SIDs.
/// A descriptor without owner implies nothing to anyone, and is answered all the same (Win32
/// AccessCheck refuses one without owner or group).
///
/// # Errors
/// When the owner or any part of the DACL is ill-formed: nothing is guessed. The group and the SACL
/// do not matter here.
pub fn check_access(
    descriptor: &SecurityDescriptor<'_>,
    token: &Token,
    mapping: &GenericMapping,
    options: AccessOptions,
) -> Result<Access, DescriptorError> {
    let owner = descriptor.owner()?;
    let acl = match descriptor.dacl()? {
        AclState::Absent => return Ok(unrestricted(mapping, DecidedBy::NoDacl)),
        AclState::Null => return Ok(unrestricted(mapping, DecidedBy::NullDacl)),
        AclState::Present(acl) => acl,
    };
    if let Some(error) = acl.errors().next() {
        return Err(error);
    }
    let check = Check { owner, token, mapping, options };
    Ok(check.walk(&acl))
}

impl SecurityDescriptor<'_> {
    /// Which rights the descriptor grants to a declared set of SIDs: see [`check_access`].
    ///
    /// # Errors
    /// As [`check_access`].
    pub fn effective_access(
        &self,
        token: &Token,
        mapping: &GenericMapping,
        options: AccessOptions,
    ) -> Result<Access, DescriptorError> {
        check_access(self, token, mapping, options)
    }
}

fn unrestricted(mapping: &GenericMapping, by: DecidedBy) -> Access {
    let everything = Decision::whole(mapping.all, by, Verdict::Granted, Effect::Allows);
    Access {
        granted_min: mapping.all,
        granted_max: mapping.all,
        unrestricted: true,
        decisions: Vec::from([everything]),
        mapping: *mapping,
    }
}

/// The question.
struct Check<'q> {
    owner: Option<Sid>,
    token: &'q Token,
    mapping: &'q GenericMapping,
    options: AccessOptions,
}

impl Check<'_> {
    fn walk(&self, acl: &Acl<'_>) -> Access {
        let mut walk = Walk::default();
        if let Some(effect) = self.implied(acl) {
            walk.step(DecidedBy::ImpliedOwner, effect, IMPLIED, || None);
        }
        for ace in effective(acl) {
            let Some(effect) = self.effect(&ace) else { continue };
            let mut bits = match ace.mask() {
                Some(mask) => self.mapping.map(mask).difference(NEVER_BY_ACE),
                None => ANY_RIGHT | self.mapping.all,
            };
            if let Some(sid) = ace.sid() {
                if effect == Effect::MayAllow {
                    bits = bits.difference(walk.denied_to(&sid));
                }
                if effect == Effect::MayDeny && ace.ace_type() == AceType::ACCESS_DENIED {
                    walk.may_deny_to.push((sid, bits));
                }
            }
            let by = DecidedBy::Ace { index: ace.index() };
            walk.step(by, effect, bits, || Some(ace.to_sddl_lossy()));
        }
        walk.finish(self.mapping)
    }

    /// What the owner is implied, before any ACE.
    fn implied(&self, acl: &Acl<'_>) -> Option<Effect> {
        let owned = match self.membership(&self.owner?) {
            Membership::Enabled => Effect::Allows,
            Membership::Unknown => Effect::MayAllow,
            Membership::DenyOnly | Membership::NotMember => return None,
        };
        if !self.options.owner_rights {
            return Some(owned);
        }
        let mut implied = owned;
        for ace in effective(acl) {
            match (ace.ace_type().role(), ace.sid()) {
                (Role::Allow | Role::Deny, Some(Sid::OWNER_RIGHTS)) => return None,
                // Whether these count as OWNER RIGHTS ACEs is not documented.
                (Role::MayAllow | Role::MayDeny, Some(Sid::OWNER_RIGHTS)) | (Role::Unknown, _) => {
                    implied = Effect::MayAllow;
                }
                _ => {}
            }
        }
        Some(implied)
    }

    /// What an effective ACE does for this token; `None` if nothing.
    fn effect(&self, ace: &Ace<'_>) -> Option<Effect> {
        let role = ace.ace_type().role();
        let membership = match (role, ace.sid()) {
            (Role::None, _) => return None,
            (Role::Unknown, _) | (_, None) => return Some(Effect::MayAllowOrDeny),
            (_, Some(sid)) => self.membership(&sid),
        };
        match (role, membership) {
            (Role::Allow, Membership::Enabled) => Some(Effect::Allows),
            (Role::Allow, Membership::Unknown)
            | (Role::MayAllow, Membership::Enabled | Membership::Unknown) => Some(Effect::MayAllow),
            (Role::Deny, Membership::Enabled | Membership::DenyOnly) => Some(Effect::Denies),
            (Role::Deny, Membership::Unknown)
            | (Role::MayDeny, Membership::Enabled | Membership::DenyOnly | Membership::Unknown) => {
                Some(Effect::MayDeny)
            }
            _ => None,
        }
    }

    /// OWNER RIGHTS stands for whoever owns the object.
    fn membership(&self, sid: &Sid) -> Membership {
        match self.owner {
            Some(owner) if self.options.owner_rights && *sid == Sid::OWNER_RIGHTS => {
                self.token.membership(&owner)
            }
            _ => self.token.membership(sid),
        }
    }
}

/// The ACEs that apply to the object itself, in stored order; the ACL was checked before.
fn effective<'a>(acl: &Acl<'a>) -> impl Iterator<Item = Ace<'a>> {
    acl.aces().flatten().filter(|ace| !ace.is_inherit_only())
}

/// One end of the interval: what it granted and denied so far.
#[derive(Default)]
struct End {
    granted: AccessMask,
    denied: AccessMask,
}

impl End {
    fn allow(&mut self, bits: AccessMask) {
        self.granted |= bits.difference(self.denied);
    }

    fn deny(&mut self, bits: AccessMask) {
        self.denied |= bits.difference(self.granted);
    }
}

/// An ACE that had a say about rights which no certain ACE had decided before it.
struct Step {
    by: DecidedBy,
    effect: Effect,
    bits: AccessMask,
    sddl: Option<String>,
}

#[derive(Default)]
struct Walk {
    min: End,
    max: End,
    /// What ACEs decided that certainly apply: no later ACE has a say about it.
    closed: AccessMask,
    steps: Vec<Step>,
    /// Denials to trustees that may be in the token. If one is, an allow ACE for the same trustee
    /// further on comes too late; if it is not, that allow ACE means nothing.
    may_deny_to: Vec<(Sid, AccessMask)>,
}

impl Walk {
    fn denied_to(&self, sid: &Sid) -> AccessMask {
        let denials = self.may_deny_to.iter().filter(|(denied, _)| denied == sid);
        denials.fold(AccessMask::empty(), |bits, (_, denied)| bits | *denied)
    }

    fn step(
        &mut self,
        by: DecidedBy,
        effect: Effect,
        bits: AccessMask,
        sddl: impl Fn() -> Option<String>,
    ) {
        let open = bits.difference(self.closed);
        if open.is_empty() {
            return;
        }
        // An ACE that may apply is taken at its worst by the lower end, at its best by the upper one.
        match effect {
            Effect::Allows => {
                self.min.allow(open);
                self.max.allow(open);
                self.closed |= open;
            }
            Effect::Denies => {
                self.min.deny(open);
                self.max.deny(open);
                self.closed |= open;
            }
            Effect::MayAllow => self.max.allow(open),
            Effect::MayDeny => self.min.deny(open),
            Effect::MayAllowOrDeny => {
                self.max.allow(open);
                self.min.deny(open);
            }
        }
        self.steps.push(Step { by, effect, bits: open, sddl: sddl() });
    }

    fn finish(self, mapping: &GenericMapping) -> Access {
        let (min, max) = (self.min.granted, self.max.granted);
        let mut nothing = mapping.all.difference(max);
        let mut decisions = Vec::new();
        for Step { by, effect, bits, sddl } in self.steps {
            nothing |= bits.difference(max);
            let mut decide = |bits: AccessMask, verdict| {
                if !bits.is_empty() {
                    decisions.push(Decision { bits, by, verdict, effect, sddl: sddl.clone() });
                }
            };
            // What is certain in the end was decided by an ACE that certainly applies, or by none.
            match effect {
                Effect::Allows => decide(bits & min, Verdict::Granted),
                Effect::Denies => decide(bits.difference(max), Verdict::Denied),
                _ => {}
            }
            decide((bits & max).difference(min), Verdict::Uncertain);
        }
        for decision in &decisions {
            nothing.remove(decision.bits);
        }
        if !nothing.is_empty() {
            let (by, verdict) = (DecidedBy::Nothing, Verdict::Denied);
            decisions.push(Decision::whole(nothing, by, verdict, Effect::Denies));
        }
        let (granted_min, granted_max, unrestricted) = (min, max, false);
        Access { granted_min, granted_max, unrestricted, decisions, mapping: *mapping }
    }
}
