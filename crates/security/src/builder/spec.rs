//! ACEs and ACLs as owned values.

use alloc::vec::Vec;

use crate::ace::{self, Ace, INHERITED_PRESENT, OBJECT_PRESENT, ObjectTypes};
use crate::ace_type::{AceFlags, AceType, Layout};
use crate::acl::{self, Acl, AclState};
use crate::builder::BuildError;
use crate::control::Control;
use crate::error::{DescriptorError, Part};
use crate::mask::AccessMask;
use crate::sid::Sid;

/// An ACE as an owned value: read from bytes, or to be built.
///
/// As in [`Ace`], mask and SID are `None` for a type whose layout is not known. All its bytes behind the
/// header are [`data`](Self::data) then, so that any ACE that was read can be written again.
///
/// ```
/// use coldhive_security::{AccessMask, AceFlags, AceSpec, AceType, Sid};
///
/// let read = AceSpec::allow(Sid::EVERYONE, AccessMask::KEY_READ);
/// assert_eq!(read.sid, Some(Sid::EVERYONE));
/// let inherited = read.with_flags(AceFlags::CONTAINER_INHERIT | AceFlags::INHERITED);
/// assert_eq!(inherited.ace_type, AceType::ACCESS_ALLOWED);
/// assert_eq!(AceSpec::opaque(AceType(0x77), vec![1, 2, 3, 4]).sid, None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AceSpec {
    /// The type.
    pub ace_type: AceType,
    /// The flags.
    pub flags: AceFlags,
    /// The rights; `None` for a type whose layout is not known, and only there.
    pub mask: Option<AccessMask>,
    /// The trustee; `None` for a type whose layout is not known, and only there.
    pub sid: Option<Sid>,
    /// What an object ACE is restricted to; for other types nothing.
    pub objects: ObjectTypes,
    /// Bytes behind the SID (a condition, an attribute), or behind the header where the layout is not
    /// known; padded with zeros to a multiple of 4.
    pub data: Vec<u8>,
}

impl AceSpec {
    /// An ACE without flags, of a type whose layout is known.
    pub fn new(ace_type: AceType, mask: AccessMask, sid: Sid) -> AceSpec {
        AceSpec { mask: Some(mask), sid: Some(sid), ..AceSpec::opaque(ace_type, Vec::new()) }
    }

    /// An ACE without flags, of a type whose layout is not known: `data` is all behind the header.
    pub fn opaque(ace_type: AceType, data: Vec<u8>) -> AceSpec {
        let (flags, objects) = (AceFlags::empty(), ObjectTypes::default());
        AceSpec { ace_type, flags, mask: None, sid: None, objects, data }
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

    /// What builds this ACE again, byte for byte.
    pub fn from_ace(ace: &Ace<'_>) -> AceSpec {
        AceSpec {
            ace_type: ace.ace_type(),
            flags: ace.flags(),
            mask: ace.mask(),
            sid: ace.sid(),
            objects: ace.object_types().unwrap_or_default(),
            data: ace.data().to_vec(),
        }
    }

    /// The same ACE without bytes that mean nothing.
    pub(super) fn canonical(self) -> AceSpec {
        let data = if ace::has_data(self.ace_type) { self.data } else { Vec::new() };
        AceSpec { data, ..self }
    }

    fn write(&self, acl: Part, index: usize, to: &mut Vec<u8>) -> Result<(), BuildError> {
        let ace_type = self.ace_type;
        let start = to.len();
        to.extend([ace_type.0, self.flags.bits(), 0, 0]);
        let layout = ace_type.layout();
        if layout != Layout::Object && self.objects != ObjectTypes::default() {
            return Err(BuildError::ObjectTypes { acl, index, ace_type });
        }
        if layout == Layout::Opaque {
            if self.mask.is_some() || self.sid.is_some() {
                return Err(BuildError::UnknownLayout { acl, index, ace_type });
            }
        } else {
            let trustee = self.mask.zip(self.sid);
            let (mask, sid) = trustee.ok_or(BuildError::MissingTrustee { acl, index, ace_type })?;
            to.extend(mask.bits().to_le_bytes());
            if layout == Layout::Object {
                let ObjectTypes { object, inherited, .. } = self.objects;
                to.extend(self.objects.stored_flags().to_le_bytes());
                to.extend([object, inherited].into_iter().flatten().flat_map(|guid| guid.0));
            }
            to.extend(sid.to_bytes());
        }
        to.extend(&self.data);
        let size = to.len().saturating_sub(start).next_multiple_of(4);
        to.resize(start.saturating_add(size), 0);
        let stored =
            u16::try_from(size).map_err(|_| BuildError::AceTooLarge { acl, index, size })?;
        patch(to, start.saturating_add(2), stored);
        Ok(())
    }
}

impl ObjectTypes {
    /// The flags dword of an object ACE.
    fn stored_flags(&self) -> u32 {
        self.object.map_or(0, |_| OBJECT_PRESENT)
            | self.inherited.map_or(0, |_| INHERITED_PRESENT)
            | self.unknown_flags & !(OBJECT_PRESENT | INHERITED_PRESENT)
    }
}

/// A DACL or a SACL as an owned value, in any of the four states.
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
    /// The ACEs of an ACL that was read.
    ///
    /// # Errors
    /// The first thing that is ill-formed in it, as
    /// [`SecurityDescriptor::check`](crate::SecurityDescriptor::check) tells it.
    pub fn from_acl(acl: &Acl<'_>) -> Result<AclSpec, DescriptorError> {
        acl.revision_error().map_or(Ok(()), Err)?;
        let aces: Result<_, _> =
            acl.aces().map(|ace| ace.map(|ace| AceSpec::from_ace(&ace))).collect();
        aces.map(AclSpec::Present)
    }

    /// A DACL or a SACL that was read, in whatever state.
    ///
    /// ```
    /// use coldhive_security::{AccessMask, AceSpec, AclSpec, SecurityDescriptorBuf, Sid};
    ///
    /// let stored: SecurityDescriptorBuf = "D:(A;;KR;;;WD)".parse()?;
    /// let descriptor = stored.as_descriptor();
    /// let everyone = AceSpec::allow(Sid::EVERYONE, AccessMask::KEY_READ);
    /// assert_eq!(AclSpec::from_state(&descriptor.dacl()?)?, AclSpec::Present(vec![everyone]));
    /// assert_eq!(AclSpec::from_state(&descriptor.sacl()?)?, AclSpec::Absent);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`from_acl`](Self::from_acl).
    pub fn from_state(state: &AclState<'_>) -> Result<AclSpec, DescriptorError> {
        match state {
            AclState::Absent => Ok(AclSpec::Absent),
            AclState::Null => Ok(AclSpec::Null),
            AclState::Present(acl) => AclSpec::from_acl(acl),
        }
    }

    /// The flag for "there is one", where there is one.
    pub(super) fn present(&self, flag: Control) -> Control {
        if *self == AclSpec::Absent { Control::empty() } else { flag }
    }
}

/// What an ACL holds beside its ACEs; the default is what a new one gets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Frame {
    /// The stored revision; `None` for the lowest that fits the ACEs.
    revision: Option<u8>,
    reserved: (u8, u16),
    slack: Vec<u8>,
    /// The offset in the header, where the flags say that there is no ACL.
    unused_offset: u32,
}

/// An ACL of a descriptor that is being built.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct AclPart {
    pub(super) spec: AclSpec,
    frame: Frame,
}

impl AclPart {
    pub(super) fn new(spec: AclSpec) -> AclPart {
        AclPart { spec, frame: Frame::default() }
    }

    /// Keeps what stood around the ACEs when this ACL was read.
    pub(super) fn keep_frame(&mut self, state: &AclState<'_>, unused_offset: u32) {
        self.frame = match state {
            AclState::Absent => Frame { unused_offset, ..Frame::default() },
            AclState::Null => Frame::default(),
            AclState::Present(acl) => Frame {
                revision: Some(acl.revision()),
                reserved: acl.reserved(),
                slack: acl.slack_bytes().to_vec(),
                unused_offset: 0,
            },
        };
    }

    pub(super) fn canonical(self) -> AclPart {
        AclPart::new(match self.spec {
            AclSpec::Present(aces) => {
                AclSpec::Present(aces.into_iter().map(AceSpec::canonical).collect())
            }
            state => state,
        })
    }

    /// What the header says where there is no ACL.
    pub(super) fn unused_offset(&self) -> u32 {
        self.frame.unused_offset
    }

    /// The bytes, if there are any.
    pub(super) fn build(&self, part: Part) -> Result<Option<Vec<u8>>, BuildError> {
        let AclSpec::Present(aces) = &self.spec else { return Ok(None) };
        let lowest = aces.iter().map(|ace| acl::lowest_revision(ace.ace_type)).max();
        let revision = self.frame.revision.or(lowest).unwrap_or(acl::REVISION);
        let (sbz1, sbz2) = self.frame.reserved;
        let mut bytes = Vec::from([revision, sbz1, 0, 0, 0, 0]);
        bytes.extend(sbz2.to_le_bytes());
        for (index, ace) in aces.iter().enumerate() {
            ace.write(part, index, &mut bytes)?;
        }
        bytes.extend(&self.frame.slack);
        let size = bytes.len();
        let too_large = |_| BuildError::TooLarge { acl: part, size };
        let stored = u16::try_from(size).map_err(too_large)?;
        let count = u16::try_from(aces.len()).map_err(too_large)?;
        patch(&mut bytes, 2, stored);
        patch(&mut bytes, 4, count);
        Ok(Some(bytes))
    }
}

/// Writes a number over two bytes that stand there already.
fn patch(bytes: &mut [u8], at: usize, value: u16) {
    if let Some(place) = bytes.get_mut(at..at.saturating_add(2)) {
        place.copy_from_slice(&value.to_le_bytes());
    }
}
