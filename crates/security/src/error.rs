//! What can be wrong with the bytes of a SID or of a descriptor.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

use thiserror::Error;

use crate::ace_type::AceType;
use crate::sddl::TextGap;

/// Why bytes are not a SID ([MS-DTYP] 2.4.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "error", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum SidError {
    /// The bytes end inside the SID.
    #[error("this SID is {expected} bytes long, but only {actual} are there")]
    TooShort {
        /// Bytes that the SID takes (8 if not even its count can be read).
        expected: usize,
        /// Bytes that are there.
        actual: usize,
    },
    /// The revision is not 1.
    #[error("the revision of a SID should be 1, but it is {actual}")]
    Revision {
        /// The stored revision.
        actual: u8,
    },
    /// More sub-authorities than a SID can have.
    #[error("a SID has at most 15 sub-authorities, but this one counts {actual}")]
    SubAuthorityCount {
        /// The stored count.
        actual: u8,
    },
}

/// A part of a security descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Part {
    /// The owner's SID.
    Owner,
    /// The primary group's SID.
    Group,
    /// The discretionary ACL: who may do what.
    Dacl,
    /// The system ACL: auditing, labels, attributes.
    Sacl,
}

impl Part {
    pub(crate) const ALL: [Part; 4] = [Part::Owner, Part::Group, Part::Dacl, Part::Sacl];

    /// Where in the header its offset is stored, in bytes.
    pub(crate) fn offset_field(self) -> usize {
        match self {
            Part::Owner => 4,
            Part::Group => 8,
            Part::Sacl => 12,
            Part::Dacl => 16,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Owner => "owner",
            Part::Group => "group",
            Part::Dacl => "DACL",
            Part::Sacl => "SACL",
        })
    }
}

/// What is wrong with a security descriptor; all offsets are bytes from its start.
///
/// [`code`](Self::code), [`offset`](Self::offset), [`expected`](Self::expected) and
/// [`found`](Self::found) flatten any variant for a report that is not about this crate's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "error", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum DescriptorError {
    /// The bytes end inside the 20-byte header.
    #[error(
        "a security descriptor needs {expected} bytes for its header, but only {actual} are there"
    )]
    TooShort {
        /// Bytes of a header.
        expected: usize,
        /// Bytes that are there.
        actual: usize,
    },
    /// The revision is not 1.
    #[error("the revision of a security descriptor should be 1, but it is {actual}")]
    Revision {
        /// The stored revision.
        actual: u8,
    },
    /// The flag SE_SELF_RELATIVE is clear, so the offsets would be pointers.
    #[error("the control flags {control:#06x} lack SE_SELF_RELATIVE (0x8000)")]
    NotSelfRelative {
        /// The stored control flags.
        control: u16,
    },
    /// A part begins in the header, or it begins or ends behind the descriptor.
    #[error(
        "the {part} at offset {offset:#06x} needs {needed} bytes between the header (20 bytes) and the \
         end of the descriptor ({length} bytes)"
    )]
    OutOfBounds {
        /// Which part.
        part: Part,
        /// Where it begins.
        offset: usize,
        /// Bytes that it takes at least.
        needed: usize,
        /// Bytes of the whole descriptor.
        length: usize,
    },
    /// The owner or the group is not a SID.
    #[error("the {part} at offset {offset:#06x} is not a SID: {reason}")]
    Sid {
        /// Owner or group.
        part: Part,
        /// Where the SID begins.
        offset: usize,
        /// What is wrong with it.
        reason: SidError,
    },
    /// The ACL's revision is none that Windows accepts.
    #[error(
        "the revision of the {acl} at offset {offset:#06x} should be 2, 3 or 4, but it is {actual}"
    )]
    AclRevision {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACL begins.
        offset: usize,
        /// The stored revision.
        actual: u8,
    },
    /// The ACL says that it is smaller than its own header.
    #[error("the {acl} at offset {offset:#06x} should be at least 8 bytes long, but says {actual}")]
    AclSize {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACL begins.
        offset: usize,
        /// The stored size in bytes.
        actual: u16,
    },
    /// The ACE is too small for its type, or its size is not a multiple of 4 ([MS-DTYP] 2.4.4.1).
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} should be at least {minimum} bytes long and a \
         multiple of 4, but says {actual}"
    )]
    AceSize {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACE begins.
        offset: usize,
        /// Which ACE, from 0.
        index: u16,
        /// Bytes that an ACE of this type takes at least.
        minimum: usize,
        /// The stored size in bytes.
        actual: u16,
    },
    /// The trustee of the ACE is not a SID.
    #[error("the SID of ACE {index} of the {acl}, at offset {offset:#06x}, is none: {reason}")]
    AceSid {
        /// DACL or SACL.
        acl: Part,
        /// Where the SID begins.
        offset: usize,
        /// Which ACE, from 0.
        index: u16,
        /// What is wrong with it.
        reason: SidError,
    },
    /// The ACL ends before its last ACE, or an ACE's size leads nowhere: nothing behind it can be read.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} says it is {size} bytes long, but {available} \
         are left; ACEs not read: {unread}"
    )]
    AcesUnread {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACE begins.
        offset: usize,
        /// The first ACE that could not be read, from 0.
        index: u16,
        /// Its stored size in bytes, or 4 (a header) where even that is missing.
        size: u16,
        /// Bytes that are left in the ACL.
        available: usize,
        /// How many ACEs the ACL counts and that were not read.
        unread: u16,
    },
    /// Both parts are sound, and share bytes: a builder cannot keep that.
    #[error("the {second} at offset {offset:#06x} begins before the {first} ends")]
    Overlap {
        /// The part that begins first.
        first: Part,
        /// The part that begins within the first.
        second: Part,
        /// Where the second part begins.
        offset: usize,
    },
    /// The ACE is sound, and SDDL has no words for it.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x}, of type {ace_type}, has no form in SDDL: {reason}"
    )]
    NoTextForm {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACE begins.
        offset: usize,
        /// Which ACE, from 0.
        index: u16,
        /// Its type.
        ace_type: AceType,
        /// Why.
        reason: TextGap,
    },
}

impl DescriptorError {
    /// A stable name of the variant, in snake case, for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "too_short",
            Self::Revision { .. } => "revision",
            Self::NotSelfRelative { .. } => "not_self_relative",
            Self::OutOfBounds { .. } => "out_of_bounds",
            Self::Sid { .. } => "sid",
            Self::AclRevision { .. } => "acl_revision",
            Self::AclSize { .. } => "acl_size",
            Self::AceSize { .. } => "ace_size",
            Self::AceSid { .. } => "ace_sid",
            Self::AcesUnread { .. } => "aces_unread",
            Self::Overlap { .. } => "overlap",
            Self::NoTextForm { .. } => "no_text_form",
        }
    }

    /// Where, in bytes from the start of the descriptor.
    pub fn offset(&self) -> usize {
        match *self {
            Self::TooShort { .. } | Self::Revision { .. } => 0,
            Self::NotSelfRelative { .. } => 2,
            Self::OutOfBounds { offset, .. }
            | Self::Sid { offset, .. }
            | Self::AclRevision { offset, .. }
            | Self::AclSize { offset, .. }
            | Self::AceSize { offset, .. }
            | Self::AceSid { offset, .. }
            | Self::AcesUnread { offset, .. }
            | Self::Overlap { offset, .. }
            | Self::NoTextForm { offset, .. } => offset,
        }
    }

    /// Which part it is about; `None` for the header.
    pub fn part(&self) -> Option<Part> {
        match *self {
            Self::TooShort { .. } | Self::Revision { .. } | Self::NotSelfRelative { .. } => None,
            Self::OutOfBounds { part, .. }
            | Self::Sid { part, .. }
            | Self::Overlap { second: part, .. } => Some(part),
            Self::AclRevision { acl, .. }
            | Self::AclSize { acl, .. }
            | Self::AceSize { acl, .. }
            | Self::AceSid { acl, .. }
            | Self::AcesUnread { acl, .. }
            | Self::NoTextForm { acl, .. } => Some(acl),
        }
    }

    /// What should have been there, in words.
    pub fn expected(&self) -> String {
        match self {
            Self::TooShort { expected, .. } => format!("{expected} bytes"),
            Self::Revision { .. } => "revision 1".to_string(),
            Self::NotSelfRelative { .. } => "SE_SELF_RELATIVE (0x8000)".to_string(),
            Self::OutOfBounds { needed, length, .. } => {
                format!("{needed} bytes between bytes 20 and {length}")
            }
            Self::Sid { .. } | Self::AceSid { .. } => "a SID".to_string(),
            Self::AclRevision { .. } => "revision 2, 3 or 4".to_string(),
            Self::AclSize { .. } => "a size of at least 8 bytes".to_string(),
            Self::AceSize { minimum, .. } => {
                format!("a size of at least {minimum} bytes and a multiple of 4")
            }
            Self::AcesUnread { .. } => "an ACE within its ACL".to_string(),
            Self::Overlap { first, .. } => format!("a place behind the {first}"),
            Self::NoTextForm { .. } => "an ACE that SDDL has words for".to_string(),
        }
    }

    /// What was there instead, in words.
    pub fn found(&self) -> String {
        match self {
            Self::TooShort { actual, .. } => format!("{actual} bytes"),
            Self::Revision { actual } | Self::AclRevision { actual, .. } => {
                format!("revision {actual}")
            }
            Self::NotSelfRelative { control } => format!("control flags {control:#06x}"),
            Self::OutOfBounds { offset, .. } | Self::Overlap { offset, .. } => {
                format!("offset {offset:#06x}")
            }
            Self::Sid { reason, .. } | Self::AceSid { reason, .. } => reason.to_string(),
            Self::AclSize { actual, .. } | Self::AceSize { actual, .. } => {
                format!("a size of {actual} bytes")
            }
            Self::AcesUnread { size, available, unread, .. } => {
                format!(
                    "a size of {size} bytes where {available} are left; ACEs not read: {unread}"
                )
            }
            Self::NoTextForm { ace_type, reason, .. } => format!("type {ace_type}: {reason}"),
        }
    }
}
