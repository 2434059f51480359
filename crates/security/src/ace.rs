//! On-disk structure of an access control entry ([MS-DTYP] 2.4.4).

use crate::ace_type::{AceFlags, AceType, Layout, Payload, Role};
use crate::attribute::{AttributeError, ResourceAttribute};
use crate::bytes::{slice_at, u8_at, u16_at, u32_at};
use crate::condition::{Condition, ConditionError};
use crate::error::{DescriptorError, Part};
use crate::guid::Guid;
use crate::mask::AccessMask;
use crate::sid::Sid;

/// Type, flags, size.
pub(crate) const HEADER: usize = 4;
/// Where the SID begins in an ACE that is not about object classes.
pub(crate) const SIMPLE_SID: usize = 8;
/// ACE_OBJECT_TYPE_PRESENT, in the flags of an object ACE.
pub(crate) const OBJECT_PRESENT: u32 = 1;
/// ACE_INHERITED_OBJECT_TYPE_PRESENT, in the flags of an object ACE.
pub(crate) const INHERITED_PRESENT: u32 = 2;

/// What an object ACE is restricted to ([MS-DTYP] 2.4.4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ObjectTypes {
    /// The property set, extended right or class that the ACE is about.
    pub object: Option<Guid>,
    /// The class of children that inherit the ACE.
    pub inherited: Option<Guid>,
    /// Bits of the ACE's flags dword that have no documented meaning: all but the lowest two, which say
    /// whether the GUIDs are there.
    #[cfg_attr(feature = "serde", serde(default))]
    pub unknown_flags: u32,
}

/// An access control entry, borrowed: whom, what, and whether it is allowed, denied or audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ace<'a> {
    acl: Part,
    index: u16,
    offset: usize,
    bytes: &'a [u8],
    ace_type: AceType,
    flags: AceFlags,
    trustee: Option<Trustee<'a>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trustee<'a> {
    mask: AccessMask,
    objects: ObjectTypes,
    sid: Sid,
    data: &'a [u8],
}

impl<'a> Ace<'a> {
    /// Reads an ACE that fills `bytes`, as its size field says.
    pub(crate) fn read(
        bytes: &'a [u8],
        acl: Part,
        offset: usize,
        index: u16,
    ) -> Result<Ace<'a>, DescriptorError> {
        let ace_type = AceType(u8_at(bytes, 0).unwrap_or(0));
        let flags = AceFlags::from_bits_retain(u8_at(bytes, 1).unwrap_or(0));
        let actual = u16_at(bytes, 2).unwrap_or(0);
        let wrong_size = |minimum| DescriptorError::AceSize { acl, offset, index, minimum, actual };
        let (mut sid_at, mut objects) = (SIMPLE_SID, ObjectTypes::default());
        match ace_type.layout() {
            Layout::Simple => {}
            Layout::Object => {
                let present = u32_at(bytes, SIMPLE_SID).ok_or(wrong_size(20))?;
                objects.unknown_flags = present & !(OBJECT_PRESENT | INHERITED_PRESENT);
                sid_at = 12;
                let mut guid = |flag: u32| {
                    if present & flag == 0 {
                        return Ok(None);
                    }
                    let end = sid_at.saturating_add(16);
                    let stored = slice_at(bytes, sid_at, 16).ok_or(wrong_size(end))?;
                    sid_at = end;
                    Ok(stored.try_into().ok().map(Guid))
                };
                objects.object = guid(OBJECT_PRESENT)?;
                objects.inherited = guid(INHERITED_PRESENT)?;
            }
            Layout::Opaque => {
                if !actual.is_multiple_of(4) {
                    return Err(wrong_size(HEADER));
                }
                return Ok(Ace { acl, index, offset, bytes, ace_type, flags, trustee: None });
            }
        }
        let minimum = sid_at.saturating_add(8);
        if bytes.len() < minimum || !actual.is_multiple_of(4) {
            return Err(wrong_size(minimum));
        }
        let sid = Sid::parse(bytes.get(sid_at..).unwrap_or(&[])).map_err(|reason| {
            DescriptorError::AceSid { acl, offset: offset.saturating_add(sid_at), index, reason }
        })?;
        let trustee = Trustee {
            mask: AccessMask::from_bits_retain(u32_at(bytes, HEADER).unwrap_or(0)),
            objects,
            sid,
            data: bytes.get(sid_at.saturating_add(sid.size())..).unwrap_or(&[]),
        };
        Ok(Ace { acl, index, offset, bytes, ace_type, flags, trustee: Some(trustee) })
    }

    /// Whether it stands in the DACL or the SACL.
    pub fn acl(&self) -> Part {
        self.acl
    }

    /// Its place in the ACL, from 0.
    pub fn index(&self) -> u16 {
        self.index
    }

    /// Where it begins, in bytes from the start of the descriptor.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The whole ACE as it is stored, header included.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The type.
    pub fn ace_type(&self) -> AceType {
        self.ace_type
    }

    /// The flags.
    pub fn flags(&self) -> AceFlags {
        self.flags
    }

    /// Whether it applies to children only, so that an access check passes over it.
    pub fn is_inherit_only(&self) -> bool {
        self.flags.contains(AceFlags::INHERIT_ONLY)
    }

    /// The rights it is about, as stored; `None` for a type whose layout is not known.
    pub fn mask(&self) -> Option<AccessMask> {
        Some(self.trustee?.mask)
    }

    /// The trustee; `None` for a type whose layout is not known.
    pub fn sid(&self) -> Option<Sid> {
        Some(self.trustee?.sid)
    }

    /// What an object ACE is restricted to; `None` for other types.
    pub fn object_types(&self) -> Option<ObjectTypes> {
        let trustee = self.trustee?;
        (self.ace_type.layout() == Layout::Object).then_some(trustee.objects)
    }

    /// What it does when its trustee is in the token.
    ///
    /// An object ACE without object type is a plain one (Win32 ACCESS_ALLOWED_OBJECT_ACE; [MS-ADTS]
    /// 5.1.3.3.2): the other GUID only says which children inherit it.
    pub(crate) fn role(&self) -> Role {
        let whole_object = || self.object_types().is_some_and(|types| types.object.is_none());
        match self.ace_type {
            AceType::ACCESS_ALLOWED_OBJECT if whole_object() => Role::Allow,
            AceType::ACCESS_DENIED_OBJECT if whole_object() => Role::Deny,
            other => other.role(),
        }
    }

    /// The bytes behind the SID: a condition, an attribute, or [stray bytes](Self::stray_data).
    ///
    /// For a type whose layout is not known: all bytes behind the header.
    pub fn data(&self) -> &'a [u8] {
        match self.trustee {
            Some(trustee) => trustee.data,
            None => self.bytes.get(HEADER..).unwrap_or(&[]),
        }
    }

    /// The condition of a conditional ACE or an access filter; `None` for other types.
    ///
    /// Such an ACE may hold another application's data instead: then, or where the condition is ill-formed,
    /// there is an error, and [`data`](Self::data) has the bytes.
    pub fn condition(&self) -> Option<Result<Condition, ConditionError>> {
        let conditional = self.ace_type.payload() == Payload::Condition && self.trustee.is_some();
        conditional.then(|| Condition::parse(self.data()))
    }

    /// What an ACE of type SYSTEM_RESOURCE_ATTRIBUTE says; `None` for other types.
    pub fn resource_attribute(&self) -> Option<Result<ResourceAttribute, AttributeError>> {
        let attribute = self.ace_type.payload() == Payload::Attribute;
        attribute.then(|| ResourceAttribute::parse(self.data()))
    }

    /// The bytes behind the SID where the type has no data there, so that they say nothing.
    ///
    /// Windows NT 4.0 left such bytes behind. Other types have none.
    pub fn stray_data(&self) -> &'a [u8] {
        if has_data(self.ace_type) { &[] } else { self.data() }
    }
}

/// Whether bytes behind the SID of such an ACE can mean something.
///
/// ApplicationData of [MS-DTYP] 2.4.4.6 to 2.4.4.9 (callback types), 2.4.4.11 to 2.4.4.14 (audit types of
/// objects and callbacks), the attribute of 2.4.4.15, and an access filter's condition. Types whose layout
/// is not known may have anything there; the reserved alarm types go with the audit types that they mirror.
pub(crate) fn has_data(ace_type: AceType) -> bool {
    !matches!(ace_type.0, 0..=3 | 5 | 6 | 0x11 | 0x13 | 0x14)
}
