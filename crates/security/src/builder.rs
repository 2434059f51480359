//! Makes self-relative security descriptors.

use alloc::vec::Vec;

use thiserror::Error;

use crate::ace::{self, Ace, INHERITED_PRESENT, OBJECT_PRESENT, ObjectTypes};
use crate::ace_type::{AceFlags, AceType, Layout};
use crate::acl;
use crate::control::Control;
use crate::descriptor::{self, SecurityDescriptor};
use crate::error::{DescriptorError, Part};
use crate::mask::AccessMask;
use crate::sid::Sid;

/// An ACE to be built.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AceSpec {
    /// The type; it must be one whose layout is documented.
    pub ace_type: AceType,
    /// The flags.
    pub flags: AceFlags,
    /// The rights.
    pub mask: AccessMask,
    /// The trustee.
    pub sid: Sid,
    /// What an object ACE is restricted to; for other types nothing.
    pub objects: ObjectTypes,
    /// Bytes behind the SID (a condition, an attribute); padded with zeros to a multiple of 4.
    pub data: Vec<u8>,
}

impl AceSpec {
    /// An ACE without flags.
    pub fn new(ace_type: AceType, mask: AccessMask, sid: Sid) -> AceSpec {
        let (flags, objects) = (AceFlags::empty(), ObjectTypes::default());
        AceSpec { ace_type, flags, mask, sid, objects, data: Vec::new() }
    }

    /// An ACE that allows.
    pub fn allow(sid: Sid, mask: AccessMask) -> AceSpec {
        AceSpec::new(AceType::ACCESS_ALLOWED, mask, sid)
    }

    /// An ACE that denies.
    pub fn deny(sid: Sid, mask: AccessMask) -> AceSpec {
        AceSpec::new(AceType::ACCESS_DENIED, mask, sid)
    }

    /// The same ACE with these flags.
    #[must_use]
    pub fn with_flags(self, flags: AceFlags) -> AceSpec {
        AceSpec { flags, ..self }
    }

    /// What would build this ACE again; `None` for a type whose layout is not documented.
    pub fn from_ace(ace: &Ace<'_>) -> Option<AceSpec> {
        Some(AceSpec {
            ace_type: ace.ace_type(),
            flags: ace.flags(),
            mask: ace.mask()?,
            sid: ace.sid()?,
            objects: ace.object_types().unwrap_or_default(),
            data: ace.data().to_vec(),
        })
    }

    fn build(&self, acl: Part, index: usize) -> Result<Vec<u8>, BuildError> {
        let mut body = Vec::new();
        body.extend(self.mask.bits().to_le_bytes());
        match self.ace_type.layout() {
            Layout::Opaque => {
                return Err(BuildError::UnknownLayout { acl, index, ace_type: self.ace_type });
            }
            Layout::Simple if self.objects != ObjectTypes::default() => {
                return Err(BuildError::ObjectTypes { acl, index, ace_type: self.ace_type });
            }
            Layout::Simple => {}
            Layout::Object => {
                let ObjectTypes { object, inherited } = self.objects;
                let present = object.map_or(0, |_| OBJECT_PRESENT)
                    | inherited.map_or(0, |_| INHERITED_PRESENT);
                body.extend(present.to_le_bytes());
                body.extend([object, inherited].into_iter().flatten().flat_map(|guid| guid.0));
            }
        }
        body.extend(self.sid.to_bytes());
        body.extend(&self.data);
        body.resize(body.len().next_multiple_of(4), 0);
        let size = body.len().saturating_add(ace::HEADER);
        let stored = u16::try_from(size).map_err(|_| BuildError::TooLarge { acl, size })?;
        let mut bytes = Vec::from([self.ace_type.0, self.flags.bits()]);
        bytes.extend(stored.to_le_bytes());
        bytes.extend(body);
        Ok(bytes)
    }
}

/// A DACL or a SACL to be built, in any of the four states.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum AclSpec {
    /// None at all.
    #[default]
    Absent,
    /// Present, and NULL.
    Null,
    /// Present; without ACEs, it is empty.
    Present(Vec<AceSpec>),
}

impl AclSpec {
    fn build(&self, part: Part) -> Result<Option<Vec<u8>>, BuildError> {
        let AclSpec::Present(aces) = self else { return Ok(None) };
        let mut body = Vec::new();
        for (index, ace) in aces.iter().enumerate() {
            body.extend(ace.build(part, index)?);
        }
        let size = body.len().saturating_add(acl::HEADER);
        let too_large = |_| BuildError::TooLarge { acl: part, size };
        let stored_size = u16::try_from(size).map_err(too_large)?;
        let count = u16::try_from(aces.len()).map_err(too_large)?;
        let objects = aces.iter().any(|ace| ace.ace_type.layout() == Layout::Object);
        let revision = if objects { 4 } else { 2 };
        let mut bytes = Vec::from([revision, 0]);
        bytes.extend(stored_size.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(body);
        Ok(Some(bytes))
    }

    /// The flag for "there is one", where there is one.
    fn present(&self, flag: Control) -> Control {
        if *self == AclSpec::Absent { Control::empty() } else { flag }
    }
}

/// Why a descriptor cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// An ACE or an ACL is larger than its 16-bit size can say.
    #[error("the {acl} would need {size} bytes, but the size of an ACL and of an ACE has 16 bits")]
    TooLarge {
        /// DACL or SACL.
        acl: Part,
        /// Bytes that the ACE or the ACL takes.
        size: usize,
    },
    /// The type's layout is not documented.
    #[error("ACE {index} of the {acl} has type {ace_type}, whose layout is not documented")]
    UnknownLayout {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: usize,
        /// Its type.
        ace_type: AceType,
    },
    /// GUIDs in an ACE that has no place for them.
    #[error("ACE {index} of the {acl} has type {ace_type}, which has no place for object types")]
    ObjectTypes {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: usize,
        /// Its type.
        ace_type: AceType,
    },
}

impl BuildError {
    /// Whether the DACL or the SACL can't be built.
    pub fn acl(&self) -> Part {
        match *self {
            Self::TooLarge { acl, .. }
            | Self::UnknownLayout { acl, .. }
            | Self::ObjectTypes { acl, .. } => acl,
        }
    }
}

/// Builds a [`SecurityDescriptorBuf`] from its parts.
///
/// ```
/// use coldhive_security::{AccessMask, AceSpec, AclSpec, DescriptorBuilder, Sid};
///
/// let dacl = vec![
///     AceSpec::allow(Sid::EVERYONE, AccessMask::KEY_READ),
///     AceSpec::allow(Sid::SYSTEM, AccessMask::KEY_ALL_ACCESS),
/// ];
/// let descriptor = DescriptorBuilder::new()
///     .owner(Sid::ADMINISTRATORS)
///     .group(Sid::SYSTEM)
///     .dacl(AclSpec::Present(dacl))
///     .build()?;
/// assert_eq!(descriptor.as_descriptor().to_sddl()?, "O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;SY)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DescriptorBuilder {
    owner: Option<Sid>,
    group: Option<Sid>,
    dacl: AclSpec,
    sacl: AclSpec,
    control: Control,
}

impl DescriptorBuilder {
    /// A descriptor with no part at all.
    pub fn new() -> DescriptorBuilder {
        DescriptorBuilder::default()
    }

    /// Sets the owner; `None` removes it.
    #[must_use]
    pub fn owner(self, owner: impl Into<Option<Sid>>) -> DescriptorBuilder {
        DescriptorBuilder { owner: owner.into(), ..self }
    }

    /// Sets the primary group; `None` removes it.
    #[must_use]
    pub fn group(self, group: impl Into<Option<Sid>>) -> DescriptorBuilder {
        DescriptorBuilder { group: group.into(), ..self }
    }

    /// Sets the DACL.
    #[must_use]
    pub fn dacl(self, dacl: AclSpec) -> DescriptorBuilder {
        DescriptorBuilder { dacl, ..self }
    }

    /// Sets the SACL.
    #[must_use]
    pub fn sacl(self, sacl: AclSpec) -> DescriptorBuilder {
        DescriptorBuilder { sacl, ..self }
    }

    /// Adds control flags; those for presence and self-relative form are set by themselves.
    #[must_use]
    pub fn control(self, flags: Control) -> DescriptorBuilder {
        DescriptorBuilder { control: self.control | flags, ..self }
    }

    /// Lays the descriptor out: header, SACL, DACL, owner, group, without gaps.
    ///
    /// ACLs have revision 4 where an object ACE stands in them, else 2.
    ///
    /// # Errors
    /// When an ACL or an ACE is too large, or an ACE cannot be laid out.
    pub fn build(&self) -> Result<SecurityDescriptorBuf, BuildError> {
        let presence = Control::DACL_PRESENT | Control::SACL_PRESENT;
        let control = self.control.difference(presence)
            | Control::SELF_RELATIVE
            | self.dacl.present(Control::DACL_PRESENT)
            | self.sacl.present(Control::SACL_PRESENT);
        let mut parts = Vec::new();
        let mut place = |part: Option<Vec<u8>>| {
            let Some(part) = part else { return [0; 4] };
            let offset = parts.len().saturating_add(descriptor::HEADER);
            parts.extend(part);
            // Two ACLs of 64 KiB and two SIDs end far below 4 GiB.
            u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes()
        };
        let sacl = place(self.sacl.build(Part::Sacl)?);
        let dacl = place(self.dacl.build(Part::Dacl)?);
        let owner = place(self.owner.map(|sid| sid.to_bytes()));
        let group = place(self.group.map(|sid| sid.to_bytes()));
        let mut bytes = Vec::from([1, 0]);
        bytes.extend(control.bits().to_le_bytes());
        bytes.extend([owner, group, sacl, dacl].as_flattened());
        bytes.extend(parts);
        Ok(SecurityDescriptorBuf { bytes })
    }
}

/// A self-relative security descriptor that owns its bytes.
///
/// Made by [`DescriptorBuilder`], from SDDL text by `str::parse`, or from stored bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecurityDescriptorBuf {
    bytes: Vec<u8>,
}

impl SecurityDescriptorBuf {
    /// Takes stored bytes, as [`SecurityDescriptor::parse`] does.
    ///
    /// # Errors
    /// When the header is cut short, its revision is not 1, or the descriptor is not self-relative.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<SecurityDescriptorBuf, DescriptorError> {
        SecurityDescriptor::parse(&bytes)?;
        Ok(SecurityDescriptorBuf { bytes })
    }

    /// The borrowed form, which all questions are put to.
    pub fn as_descriptor(&self) -> SecurityDescriptor<'_> {
        SecurityDescriptor::of_read_header(&self.bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, without a copy.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl AsRef<[u8]> for SecurityDescriptorBuf {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<SecurityDescriptor<'_>> for SecurityDescriptorBuf {
    fn from(descriptor: SecurityDescriptor<'_>) -> SecurityDescriptorBuf {
        SecurityDescriptorBuf { bytes: descriptor.bytes().to_vec() }
    }
}
