//! Whom a DACL lets do something, without a principal in mind.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::check::AccessOptions;
use super::mapping::GenericMapping;
use super::outcome::Effect;
use super::token::{Token, is_principal_self};
use super::walk::{IMPLIED, NEVER_BY_ACE, Question, Survey, effective};
use crate::ace_type::Role;
use crate::acl::AclState;
use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;
use crate::mask::AccessMask;
use crate::sid::Sid;

/// A trustee whom an ACE allows some of the rights asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Writer {
    /// Who.
    pub sid: Sid,
    /// Which of the rights asked about, generic rights mapped.
    pub mask: AccessMask,
    /// Which ACE of the DACL, from 0.
    pub ace_index: u16,
    /// Whether the ACE applies in any case: it has no condition and no object type, and its trustee is
    /// not PRINCIPAL SELF.
    pub certain: bool,
}

/// Who may do something, from [`writers`] and [`writers_with`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Writers {
    /// Everyone, because there is no DACL.
    EveryoneNoDacl,
    /// Everyone, because the DACL is NULL.
    EveryoneNullDacl,
    /// The trustees of effective allow ACEs, in stored order; a trustee may occur more than once.
    Trustees {
        /// The trustees.
        writers: Vec<Writer>,
        /// The owner, if the rights asked about contain one that every owner is implied
        /// (READ_CONTROL, WRITE_DAC) and no effective OWNER RIGHTS ACE stands against it. Where an ACE
        /// makes that uncertain, the owner stands among the writers with that ACE instead.
        implied_owner: Option<Sid>,
        /// Effective ACEs of unknown type, which may allow anything to anyone.
        not_understood: Vec<u16>,
    },
}

impl Writers {
    /// Whether everyone may, because there is no DACL or a NULL one.
    pub fn is_everyone(&self) -> bool {
        matches!(self, Writers::EveryoneNoDacl | Writers::EveryoneNullDacl)
    }
}

/// Whom the DACL allows any right of `mask`: effective allow ACEs, without what was denied before to
/// the same SID or to Everyone. OWNER RIGHTS is the same SID as the owner.
///
/// SIDs that no token holds, such as CREATOR OWNER, are no writers; an owner that is such a SID is implied
/// nothing. PRINCIPAL SELF may be someone where the object stands for a principal: it is uncertain.
///
/// A list to look at, not an access check: it says nothing of principals that are in several groups.
/// What an owner is implied follows Windows Vista and later, where OWNER RIGHTS limits it;
/// [`writers_with`] follows other versions too.
///
/// ```
/// use coldhive_security::{
///     AccessMask, GenericMapping, SecurityDescriptorBuf, Sid, Writers, writers,
/// };
///
/// let descriptor: SecurityDescriptorBuf = "O:BAG:SYD:(A;;KR;;;WD)(A;;GA;;;SY)".parse()?;
/// let descriptor = descriptor.as_descriptor();
/// let found = writers(&descriptor, AccessMask::KEY_SET_VALUE, &GenericMapping::REGISTRY_KEY)?;
/// let Writers::Trustees { writers, .. } = found else { panic!("it has a DACL") };
/// assert_eq!(writers.iter().map(|writer| writer.sid).collect::<Vec<_>>(), [Sid::SYSTEM]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the owner or any part of the DACL is ill-formed.
pub fn writers(
    descriptor: &SecurityDescriptor<'_>,
    mask: AccessMask,
    mapping: &GenericMapping,
) -> Result<Writers, DescriptorError> {
    writers_with(descriptor, mask, mapping, AccessOptions::default())
}

/// The same as [`writers`], by the Windows that uses the descriptor.
///
/// Before Vista an OWNER RIGHTS ACE means nothing: nobody has that SID, so that it is no writer, and what
/// the owner is implied is not limited.
///
/// # Errors
/// When the owner or any part of the DACL is ill-formed.
pub fn writers_with(
    descriptor: &SecurityDescriptor<'_>,
    mask: AccessMask,
    mapping: &GenericMapping,
    options: AccessOptions,
) -> Result<Writers, DescriptorError> {
    let owner = descriptor.owner()?;
    let acl = match descriptor.dacl()? {
        AclState::Absent => return Ok(Writers::EveryoneNoDacl),
        AclState::Null => return Ok(Writers::EveryoneNullDacl),
        AclState::Present(acl) => acl,
    };
    let survey = Survey::of(&acl)?;
    let question = Question { owner, token: &Token::default(), mapping, options };
    let wanted = mapping.map(mask).difference(NEVER_BY_ACE);
    let implied = wanted & IMPLIED;
    let holder = owner.filter(|owner| !implied.is_empty() && !question.is_nobody(owner));
    let effect = survey.implied(Effect::Allows, options);
    let in_doubt = survey.doubt.filter(|_| effect == Some(Effect::MayAllow));

    let mut denied: BTreeMap<Sid, AccessMask> = BTreeMap::new();
    let (mut writers, mut not_understood) = (Vec::new(), Vec::new());
    for ace in effective(&acl) {
        let (role, ace_index) = (ace.role(), ace.index());
        if let (Some(sid), true) = (holder, in_doubt == Some(ace_index)) {
            writers.push(Writer { sid, mask: implied, ace_index, certain: false });
        }
        let Some(sid) = ace.sid() else {
            if role == Role::Unknown {
                not_understood.push(ace_index);
            }
            continue;
        };
        // What PRINCIPAL SELF means is only known where the object stands for a principal.
        let who = question.stands_for(&sid);
        let self_of_object = is_principal_self(&sid);
        let Some(who) = who.filter(|who| self_of_object || !question.is_nobody(who)) else {
            continue;
        };
        let own = question.bits(&ace) & wanted;
        match role {
            Role::Deny => *denied.entry(who).or_default() |= own,
            Role::Allow | Role::MayAllow => {
                let before = |who| denied.get(who).copied().unwrap_or_default();
                let mask = own.difference(before(&who) | before(&Sid::EVERYONE));
                let certain = role == Role::Allow && !self_of_object;
                if !mask.is_empty() {
                    writers.push(Writer { sid, mask, ace_index, certain });
                }
            }
            Role::MayDeny | Role::None | Role::Unknown => {}
        }
    }
    let implied_owner = holder.filter(|_| effect == Some(Effect::Allows));
    Ok(Writers::Trustees { writers, implied_owner, not_understood })
}
