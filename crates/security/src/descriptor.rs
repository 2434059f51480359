//! On-disk structure of a self-relative security descriptor ([MS-DTYP] 2.4.6).

use alloc::vec::Vec;
use core::ops::Range;

use crate::acl::{Acl, AclState};
use crate::bytes::{index, slice_at, u8_at, u16_at, u32_at};
use crate::control::Control;
use crate::error::{DescriptorError, Part, SidError};
use crate::sid::Sid;

/// Bytes of the header.
pub(crate) const HEADER: usize = 20;

/// Where a part lies, in bytes from the start of its descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Extent {
    // The order of the fields makes the derived order that of the bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) part: Part,
}

/// A self-relative security descriptor, borrowed: who owns an object, and who may do what with it.
///
/// Parts are read when asked for; a broken part does not hide the others.
///
/// ```
/// use coldhive_security::{AccessMask, SecurityDescriptor, SecurityDescriptorBuf, Sid};
///
/// let stored: SecurityDescriptorBuf = "O:BAG:SYD:(A;CI;KR;;;WD)".parse()?;
/// let descriptor = SecurityDescriptor::parse(stored.as_bytes())?;
/// let dacl = descriptor.dacl()?.acl().ok_or("no DACL")?;
/// for ace in dacl.aces() {
///     let ace = ace?;
///     assert_eq!(ace.sid(), Some(Sid::EVERYONE));
///     assert_eq!(ace.mask(), Some(AccessMask::KEY_READ));
/// }
/// assert_eq!(descriptor.to_sddl()?, "O:BAG:SYD:(A;CI;KR;;;WD)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecurityDescriptor<'a> {
    bytes: &'a [u8],
}

impl<'a> SecurityDescriptor<'a> {
    /// Reads the header of the descriptor at the start of `bytes`, which may go on behind it.
    ///
    /// # Errors
    /// When the header is cut short, its revision is not 1, or the descriptor is not self-relative.
    pub fn parse(bytes: &'a [u8]) -> Result<SecurityDescriptor<'a>, DescriptorError> {
        let header = slice_at(bytes, 0, HEADER)
            .ok_or(DescriptorError::TooShort { expected: HEADER, actual: bytes.len() })?;
        let revision = u8_at(header, 0).unwrap_or(0);
        if revision != 1 {
            return Err(DescriptorError::Revision { actual: revision });
        }
        let descriptor = SecurityDescriptor { bytes };
        let control = descriptor.control();
        if !control.contains(Control::SELF_RELATIVE) {
            return Err(DescriptorError::NotSelfRelative { control: control.bits() });
        }
        Ok(descriptor)
    }

    /// Takes bytes whose header was read before.
    pub(crate) fn of_read_header(bytes: &'a [u8]) -> SecurityDescriptor<'a> {
        SecurityDescriptor { bytes }
    }

    /// All bytes that it was read from.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The byte Sbz1, which a resource manager may use where the flag RM is set.
    pub fn resource_manager_control(&self) -> u8 {
        u8_at(self.bytes, 1).unwrap_or(0)
    }

    /// The control flags.
    pub fn control(&self) -> Control {
        Control::from_bits_retain(u16_at(self.bytes, 2).unwrap_or(0))
    }

    /// The owner; `None` if the descriptor has none.
    ///
    /// # Errors
    /// When the owner lies outside of the descriptor or is not a SID.
    pub fn owner(&self) -> Result<Option<Sid>, DescriptorError> {
        self.sid(Part::Owner)
    }

    /// The primary group; `None` if the descriptor has none.
    ///
    /// # Errors
    /// When the group lies outside of the descriptor or is not a SID.
    pub fn group(&self) -> Result<Option<Sid>, DescriptorError> {
        self.sid(Part::Group)
    }

    /// The DACL. Its ACEs and its revision are not judged here: see [`check`](Self::check).
    ///
    /// # Errors
    /// When its header or its size lies outside of the descriptor.
    pub fn dacl(&self) -> Result<AclState<'a>, DescriptorError> {
        self.acl(Part::Dacl, Control::DACL_PRESENT)
    }

    /// The SACL. Its ACEs and its revision are not judged here: see [`check`](Self::check).
    ///
    /// # Errors
    /// When its header or its size lies outside of the descriptor.
    pub fn sacl(&self) -> Result<AclState<'a>, DescriptorError> {
        self.acl(Part::Sacl, Control::SACL_PRESENT)
    }

    /// Everything that is ill-formed: owner, group, DACL, SACL, and each of their ACEs.
    ///
    /// Slack in ACLs, parts in any order or overlapping, unknown ACE types and reserved bits are not.
    pub fn check(&self) -> Vec<DescriptorError> {
        let sids = [self.owner().err(), self.group().err()];
        let mut errors: Vec<_> = sids.into_iter().flatten().collect();
        for acl in [self.dacl(), self.sacl()] {
            match acl {
                Err(error) => errors.push(error),
                Ok(AclState::Present(acl)) => errors.extend(acl.errors()),
                Ok(AclState::Absent | AclState::Null) => {}
            }
        }
        errors
    }

    /// Whether [`check`](Self::check) finds nothing.
    pub fn is_well_formed(&self) -> bool {
        self.check().is_empty()
    }

    /// Where a part lies, in bytes from the start; `None` if the descriptor has no such part.
    ///
    /// An ACL lies as far as its size says, slack included.
    ///
    /// # Errors
    /// As the part's own method.
    pub fn range_of(&self, part: Part) -> Result<Option<Range<usize>>, DescriptorError> {
        let (start, size) = match part {
            Part::Owner | Part::Group => {
                let sid = if part == Part::Owner { self.owner()? } else { self.group()? };
                let Some(sid) = sid else { return Ok(None) };
                (index(self.stored_offset(part)), sid.size())
            }
            Part::Dacl | Part::Sacl => {
                let state = if part == Part::Dacl { self.dacl()? } else { self.sacl()? };
                let Some(acl) = state.acl() else { return Ok(None) };
                (acl.offset(), acl.size())
            }
        };
        Ok(Some(start..start.saturating_add(size)))
    }

    /// Where the parts lie that are there and can be read, in the order of their offsets.
    pub(crate) fn extents(&self) -> [Option<Extent>; 4] {
        let mut extents = Part::ALL.map(|part| {
            let Range { start, end } = self.range_of(part).ok().flatten()?;
            Some(Extent { start, end, part })
        });
        extents.sort_unstable();
        extents
    }

    /// The offset field of a part as it is stored, whether or not it means anything.
    pub(crate) fn stored_offset(&self, part: Part) -> u32 {
        u32_at(self.bytes, part.offset_field()).unwrap_or(0)
    }

    fn sid(&self, part: Part) -> Result<Option<Sid>, DescriptorError> {
        let Some(offset) = self.offset(part) else { return Ok(None) };
        let length = self.bytes.len();
        let outside = |needed| DescriptorError::OutOfBounds { part, offset, needed, length };
        let stored = self.bytes.get(offset..).filter(|_| offset >= HEADER).ok_or(outside(8))?;
        match Sid::parse(stored) {
            Ok(sid) => Ok(Some(sid)),
            Err(SidError::TooShort { expected, .. }) => Err(outside(expected)),
            Err(reason) => Err(DescriptorError::Sid { part, offset, reason }),
        }
    }

    fn acl(&self, part: Part, present: Control) -> Result<AclState<'a>, DescriptorError> {
        if !self.control().contains(present) {
            return Ok(AclState::Absent);
        }
        let Some(offset) = self.offset(part) else { return Ok(AclState::Null) };
        if offset < HEADER {
            let (needed, length) = (crate::acl::HEADER, self.bytes.len());
            return Err(DescriptorError::OutOfBounds { part, offset, needed, length });
        }
        Acl::read(self.bytes, part, offset).map(AclState::Present)
    }

    /// A stored offset; 0 means that there is no such part.
    fn offset(&self, part: Part) -> Option<usize> {
        Some(self.stored_offset(part)).filter(|offset| *offset != 0).map(index)
    }
}
