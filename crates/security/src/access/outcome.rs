//! What an access check found, and what decided it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::granted::{Granted, needed_bits};
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
    /// What decided, in words, without the rights and what became of them.
    ///
    /// ```
    /// use coldhive_security::{
    ///     AccessMask, AccessOptions, GenericMapping, SecurityDescriptorBuf, Sid, Token,
    /// };
    ///
    /// let stored: SecurityDescriptorBuf = "O:BAD:(A;;KR;;;WD)".parse()?;
    /// let (mapping, options) = (GenericMapping::REGISTRY_KEY, AccessOptions::default());
    /// let token = Token::new([Sid::EVERYONE]);
    /// let access = stored.as_descriptor().effective_access(&token, &mapping, options)?;
    /// let decisions = access.deciding_aces(AccessMask::KEY_READ);
    /// assert_eq!(decisions[0].reason().to_string(), "ACE 0 (A;;KR;;;WD) allows");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reason(&self) -> Reason<'_> {
        Reason(self)
    }

    pub(crate) fn whole(
        bits: AccessMask,
        by: DecidedBy,
        verdict: Verdict,
        effect: Effect,
    ) -> Decision {
        Decision { bits, by, verdict, effect, sddl: None }
    }

    /// Which of these rights it is about. Without a DACL that is every right but the one that only a
    /// privilege grants.
    fn about(&self, rights: AccessMask) -> AccessMask {
        match self.by {
            DecidedBy::NoDacl | DecidedBy::NullDacl => {
                rights.difference(AccessMask::ACCESS_SYSTEM_SECURITY)
            }
            _ => rights & self.bits,
        }
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
        write!(f, "{}: {verdict}, {}", self.bits, self.reason())
    }
}

/// What decided, in words, from [`Decision::reason`]: `ACE 0 (A;;KR;;;WD) allows`.
#[derive(Debug, Clone, Copy)]
pub struct Reason<'a>(&'a Decision);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Decision { by, effect, sddl, .. } = self.0;
        match by {
            DecidedBy::Ace { index } => write!(f, "ACE {index}")?,
            DecidedBy::ImpliedOwner if *effect == Effect::Allows => {
                return f.write_str("implied to the owner");
            }
            DecidedBy::ImpliedOwner => {
                return f.write_str("implied to the owner, which the token may be or not");
            }
            DecidedBy::NoDacl => return f.write_str("there is no DACL"),
            DecidedBy::NullDacl => return f.write_str("the DACL is NULL"),
            DecidedBy::Nothing => return f.write_str("no ACE grants it"),
        }
        if let Some(sddl) = sddl {
            write!(f, " {sddl}")?;
        }
        f.write_str(match effect {
            Effect::Allows => " allows",
            Effect::Denies => " denies",
            Effect::MayAllow => " may allow",
            Effect::MayDeny => " may deny",
            Effect::MayAllowOrDeny => " may allow or deny",
        })
    }
}

/// What a principal may do, and why: an interval, because not everything is known.
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
    /// The interval alone.
    pub fn granted(&self) -> Granted {
        let (min, max) = (self.granted_min, self.granted_max);
        Granted { min, max, unrestricted: self.unrestricted }
    }

    /// Whether the answer is certain for every right.
    pub fn is_certain(&self) -> bool {
        self.granted().is_certain()
    }

    /// Whether every right of `needed` is granted: see [`Granted::grants`].
    pub fn grants(&self, needed: AccessMask) -> Option<bool> {
        self.granted().grants(needed, &self.mapping)
    }

    /// What decided about any of these rights, in the order of evaluation; nothing for a right that
    /// nothing speaks of, which is not granted.
    ///
    /// ```
    /// use coldhive_security::{
    ///     AccessMask, AccessOptions, DecidedBy, GenericMapping, SecurityDescriptorBuf, Sid, Token,
    /// };
    ///
    /// let stored: SecurityDescriptorBuf = "O:BAD:(D;;KW;;;BG)(A;;KA;;;BU)".parse()?;
    /// let token = Token::new([Sid::USERS, Sid::GUESTS]);
    /// let (mapping, options) = (GenericMapping::REGISTRY_KEY, AccessOptions::default());
    /// let access = stored.as_descriptor().effective_access(&token, &mapping, options)?;
    /// let set_value = access.deciding(AccessMask::KEY_SET_VALUE).next().ok_or("undecided")?;
    /// assert_eq!(set_value.by, DecidedBy::Ace { index: 0 });
    /// assert_eq!(set_value.sddl.as_deref(), Some("(D;;KW;;;BG)"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deciding(&self, rights: AccessMask) -> impl Iterator<Item = &Decision> {
        self.decisions.iter().filter(move |decision| !decision.about(rights).is_empty())
    }

    /// Every right of the object, one by one and the lowest bit first, with what became of it and why:
    /// all of the mapping, and all that is granted or decided beyond it.
    pub fn rights(&self) -> impl Iterator<Item = RightOutcome<'_>> {
        let decided = self.decisions.iter().fold(self.mapping.all, |all, one| all | one.bits);
        (0..u32::BITS)
            .map(|bit| AccessMask::from_bits_retain(1_u32.wrapping_shl(bit)))
            .filter(move |right| decided.contains(*right))
            .map(|right| RightOutcome { right, verdict: self.verdict(right), access: self })
    }

    /// What decided about the rights of `needed`: every needed bit stands in at least one decision.
    pub fn deciding_aces(&self, needed: AccessMask) -> Vec<Decision> {
        let bits = needed_bits(needed, &self.mapping);
        let mut left = bits;
        let mut decisions = Vec::new();
        for decision in self.deciding(bits) {
            let covered = decision.about(bits);
            left.remove(covered);
            decisions.push(Decision { bits: covered, ..decision.clone() });
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

    fn verdict(&self, right: AccessMask) -> Verdict {
        match self.grants(right) {
            Some(true) => Verdict::Granted,
            Some(false) => Verdict::Denied,
            None => Verdict::Uncertain,
        }
    }
}

/// A right, what became of it, and why: from [`Access::rights`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RightOutcome<'a> {
    /// The right, a single bit.
    pub right: AccessMask,
    /// What became of it.
    pub verdict: Verdict,
    access: &'a Access,
}

impl<'a> RightOutcome<'a> {
    /// What decided: one thing where the verdict is certain, else all that took part.
    pub fn deciding(&self) -> impl Iterator<Item = &'a Decision> + use<'a> {
        self.access.deciding(self.right)
    }
}
