//! Whom a DACL lets do something, without a principal in mind.

use alloc::vec::Vec;

use super::check::AccessOptions;
use super::mapping::GenericMapping;
use crate::ace_type::{AceType, Role};
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
    /// Whether the ACE applies in any case: it has no condition and no object type.
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
        /// (READ_CONTROL, WRITE_DAC) and no effective OWNER RIGHTS ACE stands against it.
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
/// the same SID or to Everyone.
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
    if let Some(error) = acl.errors().next() {
        return Err(error);
    }
    let wanted = mapping.map(mask).difference(AccessMask::ACCESS_SYSTEM_SECURITY);
    let mut denied: Vec<(Sid, AccessMask)> = Vec::new();
    let (mut writers, mut not_understood) = (Vec::new(), Vec::new());
    let mut owner_limited = false;
    for ace in acl.aces().flatten().filter(|ace| !ace.is_inherit_only()) {
        let (role, ace_index) = (ace.ace_type().role(), ace.index());
        let (Some(sid), Some(stored)) = (ace.sid(), ace.mask()) else {
            if role == Role::Unknown {
                not_understood.push(ace_index);
            }
            continue;
        };
        let own = mapping.map(stored) & wanted;
        if sid == Sid::OWNER_RIGHTS {
            if !options.owner_rights {
                continue;
            }
            owner_limited |= matches!(role, Role::Allow | Role::Deny);
        }
        match role {
            Role::Deny => denied.push((sid, own)),
            Role::Allow | Role::MayAllow => {
                let before = denied.iter().filter(|(who, _)| *who == sid || *who == Sid::EVERYONE);
                let mask = before.fold(own, |left, (_, gone)| left.difference(*gone));
                let certain = ace.ace_type() == AceType::ACCESS_ALLOWED;
                if !mask.is_empty() {
                    writers.push(Writer { sid, mask, ace_index, certain });
                }
            }
            Role::MayDeny | Role::None | Role::Unknown => {}
        }
    }
    let implied = wanted.intersects(AccessMask::READ_CONTROL | AccessMask::WRITE_DAC);
    let implied_owner = owner.filter(|_| implied && !owner_limited);
    Ok(Writers::Trustees { writers, implied_owner, not_understood })
}
