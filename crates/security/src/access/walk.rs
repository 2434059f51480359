//! The walk over a DACL, which every question of this module shares.

use alloc::collections::BTreeMap;

use super::check::AccessOptions;
use super::mapping::GenericMapping;
use super::outcome::Effect;
use super::token::{Membership, Token, is_placeholder};
use crate::ace::Ace;
use crate::ace_type::Role;
use crate::acl::Acl;
use crate::error::DescriptorError;
use crate::mask::AccessMask;
use crate::sid::Sid;

/// Rights that no DACL grants: one takes a privilege, the other only means something in a request.
pub(super) const NEVER_BY_ACE: AccessMask =
    AccessMask::ACCESS_SYSTEM_SECURITY.union(AccessMask::MAXIMUM_ALLOWED);

/// What an ACE of unknown type may be about: every right that an ACE can grant, generic ones mapped.
pub(super) const ANY_RIGHT: AccessMask = AccessMask::from_bits_retain(0x0CFF_FFFF);

/// What an owner is implied ([MS-DTYP] 2.5.3.2).
pub(super) const IMPLIED: AccessMask = AccessMask::READ_CONTROL.union(AccessMask::WRITE_DAC);

/// The ACEs that apply to the object itself, in stored order; the ACL was found well formed before.
pub(super) fn effective<'a>(acl: &Acl<'a>) -> impl Iterator<Item = Ace<'a>> {
    acl.aces().flatten().filter(|ace| !ace.is_inherit_only())
}

/// What the whole DACL says before any ACE has its say: that it is well formed, and whether ACEs for OWNER
/// RIGHTS replace what the owner is implied.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Survey {
    /// They certainly do.
    pub(super) replaced: bool,
    /// They may: the first ACE of which it is not documented whether it counts as one.
    pub(super) doubt: Option<u16>,
}

impl Survey {
    /// # Errors
    /// At the first thing in the DACL that is ill-formed.
    pub(super) fn of(acl: &Acl<'_>) -> Result<Survey, DescriptorError> {
        acl.revision_error().map_or(Ok(()), Err)?;
        let mut survey = Survey::default();
        for ace in acl.aces() {
            let ace = ace?;
            if ace.is_inherit_only() {
                continue;
            }
            match (ace.role(), ace.sid()) {
                (Role::Allow | Role::Deny, Some(Sid::OWNER_RIGHTS)) => survey.replaced = true,
                (Role::MayAllow | Role::MayDeny, Some(Sid::OWNER_RIGHTS)) | (Role::Unknown, _) => {
                    survey.doubt = survey.doubt.or(Some(ace.index()));
                }
                _ => {}
            }
        }
        Ok(survey)
    }

    /// What becomes of the implied rights of an owner who holds them with this effect.
    pub(super) fn implied(self, owned: Effect, options: AccessOptions) -> Option<Effect> {
        match self {
            _ if !options.owner_rights => Some(owned),
            Survey { replaced: true, .. } => None,
            Survey { doubt: Some(_), .. } => Some(Effect::MayAllow),
            Survey { doubt: None, .. } => Some(owned),
        }
    }
}

/// One end of the interval: what it granted so far, and what allow ACEs come too late for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct End {
    granted: AccessMask,
    denied: AccessMask,
}

impl End {
    fn allow(&mut self, bits: AccessMask) {
        self.granted |= bits.difference(self.denied);
    }

    fn deny(&mut self, bits: AccessMask) {
        // What was granted before stays so: `allow` never takes anything back.
        self.denied |= bits;
    }
}

/// Both ends. The lower one takes each ACE that may apply at its worst, the upper one at its best.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ends {
    min: End,
    max: End,
}

impl Ends {
    /// Lets something have its say about rights; what was decided before stays so.
    pub(super) fn apply(&mut self, effect: Effect, bits: AccessMask) {
        match effect {
            Effect::Allows => {
                self.min.allow(bits);
                self.max.allow(bits);
            }
            Effect::Denies => {
                self.min.deny(bits);
                self.max.deny(bits);
            }
            Effect::MayAllow => self.max.allow(bits),
            Effect::MayDeny => self.min.deny(bits),
            Effect::MayAllowOrDeny => {
                self.max.allow(bits);
                self.min.deny(bits);
            }
        }
    }

    /// The same, where others have decided something already.
    pub(super) fn apply_behind(&mut self, others: &Ends, effect: Effect, bits: AccessMask) {
        let left = |end: &End| bits.difference(end.granted | end.denied);
        let (mut min, mut max) = (*self, *self);
        min.apply(effect, left(&others.min));
        max.apply(effect, left(&others.max));
        *self = Ends { min: min.min, max: max.max };
    }

    /// What is granted by these together with others whom [`apply_behind`](Self::apply_behind) was
    /// told of at each step.
    pub(super) fn joined(&self, others: &Ends) -> (AccessMask, AccessMask) {
        let join = |own: &End, other: &End| own.granted | other.granted.difference(own.denied);
        (join(&self.min, &others.min), join(&self.max, &others.max))
    }

    /// What the lower and the upper end granted.
    pub(super) fn granted(&self) -> (AccessMask, AccessMask) {
        (self.min.granted, self.max.granted)
    }
}

/// Who watches a walk.
pub(super) trait Recorder {
    /// Something had a say about rights that nothing certain had decided before it: an ACE by its
    /// index, or that the token owns the object.
    fn step(&mut self, ace: Option<u16>, effect: Effect, bits: AccessMask);
}

/// Nobody does.
impl Recorder for () {
    fn step(&mut self, _: Option<u16>, _: Effect, _: AccessMask) {}
}

/// The question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) owner: Option<Sid>,
    pub(super) token: &'q Token,
    pub(super) mapping: &'q GenericMapping,
    pub(super) options: AccessOptions,
}

impl Question<'_> {
    /// Takes the ACEs one after the other. Nothing is allocated while all that the ACEs name is known to
    /// be in the token or not.
    ///
    /// # Errors
    /// At the first thing in the DACL that is ill-formed.
    pub(super) fn walk(
        &self,
        acl: &Acl<'_>,
        recorder: &mut impl Recorder,
    ) -> Result<Ends, DescriptorError> {
        acl.revision_error().map_or(Ok(()), Err)?;
        // What becomes of the implied rights takes a look at the whole DACL first, but only owners have any.
        let implied = match self.owned() {
            Some(owned) => Survey::of(acl)?.implied(owned, self.options),
            None => None,
        };
        let mut ends = Ends::default();
        // What ACEs decided that certainly apply: no later ACE has a say about it.
        let mut closed = AccessMask::empty();
        // Denials to trustees that may be in the token. If one is, an allow ACE for the same trustee
        // further on comes too late; if it is not, that allow ACE means nothing.
        let mut denials: BTreeMap<Sid, AccessMask> = BTreeMap::new();
        let mut step = |ace, effect, bits: AccessMask| {
            let open = bits.difference(closed);
            if open.is_empty() {
                return;
            }
            if matches!(effect, Effect::Allows | Effect::Denies) {
                closed |= open;
            }
            ends.apply(effect, open);
            recorder.step(ace, effect, open);
        };
        if let Some(effect) = implied {
            step(None, effect, IMPLIED);
        }
        for ace in acl.aces() {
            let ace = ace?;
            if ace.is_inherit_only() {
                continue;
            }
            let role = ace.role();
            let trustee = ace.sid();
            let Some(effect) = self.effect(role, trustee.as_ref()) else { continue };
            let mut bits = self.bits(&ace);
            let who = trustee.and_then(|sid| self.stands_for(&sid));
            match (effect, who) {
                (Effect::MayAllow, Some(who)) if !denials.is_empty() => {
                    let denied = denials.get(&who).copied();
                    bits = bits.difference(denied.unwrap_or_default());
                }
                (Effect::MayDeny, Some(who)) if role == Role::Deny => {
                    *denials.entry(who).or_default() |= bits;
                }
                _ => {}
            }
            step(Some(ace.index()), effect, bits);
        }
        Ok(ends)
    }

    /// The rights that an ACE is about, as far as an ACE can decide them.
    pub(super) fn bits(&self, ace: &Ace<'_>) -> AccessMask {
        ace.mask().map_or(ANY_RIGHT, |mask| self.mapping.map(mask).difference(NEVER_BY_ACE))
    }

    /// Whom a SID means: OWNER RIGHTS is whoever owns the object, and nobody where nobody does.
    pub(super) fn stands_for(&self, sid: &Sid) -> Option<Sid> {
        match *sid {
            Sid::OWNER_RIGHTS if self.options.owner_rights => self.owner,
            other => Some(other),
        }
    }

    /// Whether the token owns the object. A SID for denying only owns nothing.
    fn owned(&self) -> Option<Effect> {
        match self.token.membership(&self.owner?) {
            Membership::Enabled => Some(Effect::Allows),
            Membership::Unknown => Some(Effect::MayAllow),
            Membership::DenyOnly | Membership::NotMember => None,
        }
    }

    /// What an effective ACE does for this token; `None` if nothing.
    fn effect(&self, role: Role, trustee: Option<&Sid>) -> Option<Effect> {
        let membership = match (role, trustee) {
            (Role::None, _) => return None,
            (Role::Unknown, _) | (_, None) => return Some(Effect::MayAllowOrDeny),
            (_, Some(sid)) => self.token.membership(&self.stands_for(sid)?),
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

    /// Whether a SID is in no token at all: it means nobody, or whoever it is replaced by elsewhere.
    pub(super) fn is_nobody(&self, sid: &Sid) -> bool {
        self.stands_for(sid).is_none_or(|who| is_placeholder(&who))
    }
}
