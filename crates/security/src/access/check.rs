//! The access check ([MS-DTYP] 2.5.3.2, Win32 "How AccessCheck Works"), offline.

use alloc::vec::Vec;

use super::granted::Granted;
use super::mapping::GenericMapping;
use super::outcome::{Access, DecidedBy, Decision, Effect, Verdict};
use super::token::Token;
use super::walk::{Question, Recorder, effective};
use crate::ace::Ace;
use crate::ace_type::AceType;
use crate::acl::{Acl, AclState};
use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;
use crate::mask::AccessMask;

/// What the access check leaves out, in words for a report.
pub const NOT_MODELLED: &[&str] = &[
    "group membership beyond the declared SIDs",
    "privileges (backup, restore, take ownership, security)",
    "mandatory integrity labels and process trust labels",
    "restricted tokens and AppContainers",
    "central access policies and access filters",
    "the conditions of conditional ACEs",
];

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

/// Which rights a descriptor grants to a declared set of SIDs, and what decided each.
///
/// The walk is Windows': an absent or NULL DACL grants everything; the owner has READ_CONTROL and
/// WRITE_DAC unless an effective OWNER RIGHTS ACE stands in the DACL; then the ACEs in stored order,
/// without the inherit-only ones, generic rights mapped; the first ACE that decides a right wins.
///
/// The answer is an interval where something is not known: a trustee that matches an open pattern of
/// the token, a condition or other application data, an object type, an ACE type without
/// documentation. The lower end takes each such ACE at its worst, the upper end at its best. For each
/// right by itself both ends are sharp: each is reached when the unknown things, independent of each
/// other, turn out so.
///
/// A request for rights succeeds if [`Access::grants`] says so. All that is granted is what a request for
/// each right alone would get. [MS-DTYP] has a mode of its own for MAXIMUM_ALLOWED; taken literally, it
/// lets a deny ACE win over an allow ACE before it and forgets what the owner is implied. [MS-ADTS]
/// 5.1.3.3.2, which also looks for all rights at once, does neither, and neither is done here.
///
/// Not modelled is what [`NOT_MODELLED`] lists. Some of it stands in the SACL, and may take away what the DACL
/// grants: [`SecurityDescriptor::limiting_aces`] finds it.
/// A descriptor without owner implies nothing to anyone, and is answered all the same (Win32
/// AccessCheck refuses one without owner or group).
///
/// Where the reasons do not matter, [`granted`] gives the same interval and allocates nothing.
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
    let mut steps = Steps::default();
    let (dacl, granted) = ask(descriptor, token, mapping, options, &mut steps)?;
    let Granted { min, max, unrestricted } = granted;
    let whole = |by, verdict, effect| Decision::whole(mapping.all, by, verdict, effect);
    let decisions = match dacl {
        AclState::Absent => Vec::from([whole(DecidedBy::NoDacl, Verdict::Granted, Effect::Allows)]),
        AclState::Null => Vec::from([whole(DecidedBy::NullDacl, Verdict::Granted, Effect::Allows)]),
        AclState::Present(acl) => steps.decisions(&acl, granted, mapping),
    };
    Ok(Access { granted_min: min, granted_max: max, unrestricted, decisions, mapping: *mapping })
}

/// Which rights a descriptor grants to a declared set of SIDs, without the reasons: the interval that
/// [`check_access`] gives.
///
/// It allocates nothing, unless deny ACEs stand in the DACL for trustees that match an open pattern of
/// the token. That suits many descriptors and one token.
///
/// ```
/// use coldhive_security::{
///     AccessMask, AccessOptions, GenericMapping, SecurityDescriptorBuf, Sid, Token, granted,
/// };
///
/// let stored: SecurityDescriptorBuf = "O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;SY)".parse()?;
/// let (token, mapping) = (Token::new([Sid::EVERYONE]), GenericMapping::REGISTRY_KEY);
/// let found = granted(&stored.as_descriptor(), &token, &mapping, AccessOptions::default())?;
/// assert_eq!((found.min, found.max), (AccessMask::KEY_READ, AccessMask::KEY_READ));
/// assert_eq!(found.grants(AccessMask::GENERIC_WRITE, &mapping), Some(false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`check_access`].
pub fn granted(
    descriptor: &SecurityDescriptor<'_>,
    token: &Token,
    mapping: &GenericMapping,
    options: AccessOptions,
) -> Result<Granted, DescriptorError> {
    ask(descriptor, token, mapping, options, &mut ()).map(|(_, granted)| granted)
}

impl<'a> SecurityDescriptor<'a> {
    /// The ACEs of the SACL that may take away what the DACL grants: mandatory labels, process trust labels,
    /// access filters and central access policies ([MS-DTYP] 2.4.4.13, 2.4.4.16; winnt.h).
    ///
    /// The access check does not ask them, because what they are compared with is not among a token's SIDs
    /// alone. Audits and resource attributes take nothing away. A SACL that can't be read has none.
    ///
    /// ```
    /// use coldhive_security::SecurityDescriptorBuf;
    ///
    /// let stored: SecurityDescriptorBuf = "O:SYD:(A;;KA;;;BU)S:(ML;;NW;;;SI)(AU;FA;KA;;;WD)".parse()?;
    /// let limits: Vec<_> = stored.as_descriptor().limiting_aces().map(|ace| ace.index()).collect();
    /// assert_eq!(limits, [0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn limiting_aces(&self) -> impl Iterator<Item = Ace<'a>> + use<'a> {
        let sacl = self.sacl().ok().and_then(|state| state.acl());
        let limits = |ace: &Ace<'_>| {
            let limits = matches!(
                ace.ace_type(),
                AceType::SYSTEM_MANDATORY_LABEL
                    | AceType::SYSTEM_PROCESS_TRUST_LABEL
                    | AceType::SYSTEM_ACCESS_FILTER
                    | AceType::SYSTEM_SCOPED_POLICY_ID
            );
            limits && !ace.is_inherit_only()
        };
        sacl.into_iter().flat_map(|acl| acl.aces()).flatten().filter(limits)
    }

    /// Which rights the descriptor grants to a declared set of SIDs, and what decided each: see
    /// [`check_access`].
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

fn ask<'a>(
    descriptor: &SecurityDescriptor<'a>,
    token: &Token,
    mapping: &GenericMapping,
    options: AccessOptions,
    recorder: &mut impl Recorder,
) -> Result<(AclState<'a>, Granted), DescriptorError> {
    let owner = descriptor.owner()?;
    let dacl = descriptor.dacl()?;
    let AclState::Present(acl) = dacl else { return Ok((dacl, Granted::everything(mapping))) };
    let ends = Question { owner, token, mapping, options }.walk(&acl, recorder)?;
    Ok((dacl, Granted::between(ends.granted())))
}

/// Something that had a say about rights which nothing certain had decided before it.
struct Step {
    ace: Option<u16>,
    effect: Effect,
    bits: AccessMask,
}

/// All that had a say, in the order of evaluation.
#[derive(Default)]
struct Steps(Vec<Step>);

impl Recorder for Steps {
    fn step(&mut self, ace: Option<u16>, effect: Effect, bits: AccessMask) {
        self.0.push(Step { ace, effect, bits });
    }
}

impl Steps {
    fn decisions(self, acl: &Acl<'_>, granted: Granted, mapping: &GenericMapping) -> Vec<Decision> {
        let Granted { min, max, .. } = granted;
        let mut nothing = mapping.all.difference(max);
        let mut decisions = Vec::new();
        for Step { ace, effect, bits } in self.0 {
            nothing |= bits.difference(max);
            let by = ace.map_or(DecidedBy::ImpliedOwner, |index| DecidedBy::Ace { index });
            let mut decide = |bits: AccessMask, verdict| {
                if !bits.is_empty() {
                    decisions.push(Decision::whole(bits, by, verdict, effect));
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
        write_out(&mut decisions, acl);
        for decision in &decisions {
            nothing.remove(decision.bits);
        }
        if !nothing.is_empty() {
            let (by, verdict) = (DecidedBy::Nothing, Verdict::Denied);
            decisions.push(Decision::whole(nothing, by, verdict, Effect::Denies));
        }
        decisions
    }
}

/// Gives the decisions the text of their ACEs. Both stand in stored order, so that one pass is enough,
/// and no text is made that nobody reads.
fn write_out(decisions: &mut [Decision], acl: &Acl<'_>) {
    let mut aces = effective(acl).peekable();
    for decision in decisions {
        let DecidedBy::Ace { index } = decision.by else { continue };
        while aces.next_if(|ace| ace.index() < index).is_some() {}
        decision.sddl = aces.peek().map(crate::ace::Ace::to_sddl_lossy);
    }
}
