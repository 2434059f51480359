//! What an access check found, and what decided it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::mapping::GenericMapping;
use crate::mask::AccessMask;

/// What became of a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Verdict {
    /// It is certainly granted.
    Granted,
    /// It is certainly not granted.
    Denied,
    /// It may be granted or not: that hangs on what is not known.
    Uncertain,
}

/// Which thing decided about a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum DecidedBy {
    /// An ACE of the DACL.
    Ace {
        /// Its place in the DACL, from 0.
        index: u16,
    },
    /// READ_CONTROL and WRITE_DAC, which an owner is implied.
    ImpliedOwner,
    /// There is no DACL, so everything is granted.
    NoDacl,
    /// The DACL is NULL, so everything is granted.
    NullDacl,
    /// No ACE grants it.
    Nothing,
}

/// What the deciding thing does to a right that is not decided before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Effect {
    /// It allows.
    Allows,
    /// It denies.
    Denies,
    /// It allows, if the trustee is in the token and the ACE's condition holds.
    MayAllow,
    /// It denies, if the trustee is in the token and the ACE's condition holds.
    MayDeny,
    /// The ACE is of a type that is not known.
    MayAllowOrDeny,
}

/// Some rights, what became of them, and what decided it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Decision {
    /// The rights.
    pub bits: AccessMask,
    /// What decided about them, or took part in making them uncertain.
    pub by: DecidedBy,
    /// What became of them in the end.
    pub verdict: Verdict,
    /// What `by` does to them.
    pub effect: Effect,
    /// The ACE in SDDL, with placeholders for what has no text.
    pub sddl: Option<String>,
}

impl Decision {
    pub(crate) fn whole(
        bits: AccessMask,
        by: DecidedBy,
        verdict: Verdict,
        effect: Effect,
    ) -> Decision {
        Decision { bits, by, verdict, effect, sddl: None }
    }
}

/// `KEY_READ: granted, ACE 0 (A;;KR;;;WD) allows`
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Granted => "granted",
            Verdict::Denied => "denied",
            Verdict::Uncertain => "uncertain",
        };
        write!(f, "{}: {verdict}, ", self.bits)?;
        match self.by {
            DecidedBy::Ace { index } => write!(f, "ACE {index}")?,
            DecidedBy::ImpliedOwner if self.effect == Effect::Allows => {
                return f.write_str("implied to the owner");
            }
            DecidedBy::ImpliedOwner => {
                return f.write_str("implied to the owner, which the token may be or not");
            }
            DecidedBy::NoDacl => return f.write_str("there is no DACL"),
            DecidedBy::NullDacl => return f.write_str("the DACL is NULL"),
            DecidedBy::Nothing => return f.write_str("no ACE grants it"),
        }
        if let Some(sddl) = &self.sddl {
            write!(f, " {sddl}")?;
        }
        f.write_str(match self.effect {
            Effect::Allows => " allows",
            Effect::Denies => " denies",
            Effect::MayAllow => " may allow",
            Effect::MayDeny => " may deny",
            Effect::MayAllowOrDeny => " may allow or deny",
        })
    }
}

/// What a principal may do: an interval, because not everything is known.
///
/// Whatever is not known turns out to be, the true access contains `granted_min` and is contained in
/// `granted_max`. Where both are equal, it is certain.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Access {
    /// What is certainly granted.
    pub granted_min: AccessMask,
    /// What is possibly granted.
    pub granted_max: AccessMask,
    /// Whether there is no DACL or a NULL one: then any right of any object is granted, not only
    /// those of the mapping, which `granted_min` and `granted_max` then hold.
    pub unrestricted: bool,
    /// What decided about each right, in the order of evaluation; for an uncertain right, all that
    /// took part.
    pub decisions: Vec<Decision>,
    /// What generic rights were taken for.
    pub mapping: GenericMapping,
}

impl Access {
    /// Whether the answer is certain for every right.
    pub fn is_certain(&self) -> bool {
        self.granted_min == self.granted_max
    }

    /// Whether every right of `needed` is granted: `Some(true)` certainly, `Some(false)` certainly not
    /// all of them, `None` unknown.
    ///
    /// Generic rights are mapped first. MAXIMUM_ALLOWED adds nothing to other rights; alone it asks
    /// whether any right at all is granted. No DACL grants ACCESS_SYSTEM_SECURITY: that takes a privilege.
    pub fn grants(&self, needed: AccessMask) -> Option<bool> {
        let bits = self.needed_bits(needed);
        let only_maximum = bits.is_empty() && needed.contains(AccessMask::MAXIMUM_ALLOWED);
        let (min, max) = if only_maximum {
            (!self.granted_min.is_empty(), !self.granted_max.is_empty())
        } else if self.unrestricted {
            let all = !bits.contains(AccessMask::ACCESS_SYSTEM_SECURITY);
            (all, all)
        } else {
            (self.granted_min.contains(bits), self.granted_max.contains(bits))
        };
        (min == max).then_some(min)
    }

    /// What decided about the rights of `needed`: every needed bit stands in at least one decision.
    pub fn deciding_aces(&self, needed: AccessMask) -> Vec<Decision> {
        let bits = self.needed_bits(needed);
        let mut left = bits;
        let mut decisions = Vec::new();
        for decision in &self.decisions {
            let everything = matches!(decision.by, DecidedBy::NoDacl | DecidedBy::NullDacl);
            let covered = if everything {
                bits.difference(AccessMask::ACCESS_SYSTEM_SECURITY)
            } else {
                bits & decision.bits
            };
            if !covered.is_empty() {
                left.remove(covered);
                decisions.push(Decision { bits: covered, ..decision.clone() });
            }
        }
        if !left.is_empty() {
            let (by, verdict) = (DecidedBy::Nothing, Verdict::Denied);
            match decisions.iter_mut().find(|decision| decision.by == by) {
                Some(nothing) => nothing.bits |= left,
                None => decisions.push(Decision::whole(left, by, verdict, Effect::Denies)),
            }
        }
        decisions
    }

    fn needed_bits(&self, needed: AccessMask) -> AccessMask {
        self.mapping.map(needed).difference(AccessMask::MAXIMUM_ALLOWED)
    }
}
