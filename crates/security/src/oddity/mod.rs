//! What is legal in a descriptor, and worth knowing.

mod find;

use thiserror::Error;

use crate::ace_type::{AceFlags, AceType};
use crate::control::Control;
use crate::error::Part;

/// Something unusual in a descriptor that is no fault: Windows accepts it.
///
/// All offsets are bytes from the start of the descriptor, all lengths bytes. What is ill-formed is a
/// [`DescriptorError`](crate::DescriptorError), from
/// [`SecurityDescriptor::check`](crate::SecurityDescriptor::check).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "oddity", rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Oddity {
    /// The header's byte Sbz1 is not zero, although the flag RM says that it holds nothing.
    #[error(
        "the reserved byte of the header should be 0, but it is {actual:#04x}, and RM is clear"
    )]
    HeaderReserved {
        /// The stored byte.
        actual: u8,
    },
    /// DT or SS, the two control flags that [MS-DTYP] 2.4.6 has and winnt.h does not name.
    ///
    /// Both tell the system how to make a descriptor. No bit of the control flags is without a meaning.
    #[error("the control flags hold {bits:#06x} (DT, SS), which winnt.h does not name", bits = .flags.bits())]
    ServerFlags {
        /// Those of the two that are set.
        flags: Control,
    },
    /// The control flags say that there is no such ACL, but its offset is set.
    #[error(
        "the control flags say that there is no {part}, but its offset is set to {stored:#06x}"
    )]
    UnusedOffset {
        /// DACL or SACL.
        part: Part,
        /// The stored offset.
        stored: u32,
    },
    /// A part does not begin at a multiple of 4.
    #[error("the {part} at offset {offset:#06x} does not begin at a multiple of 4")]
    Unaligned {
        /// Which part.
        part: Part,
        /// Where it begins.
        offset: usize,
    },
    /// Two parts share bytes.
    #[error("the {first} and the {second} share {length} bytes from offset {offset:#06x} on")]
    Overlap {
        /// The part that begins first.
        first: Part,
        /// The other part.
        second: Part,
        /// Where the shared bytes begin.
        offset: usize,
        /// How many bytes are shared.
        length: usize,
    },
    /// Bytes before a part that belong to no part.
    #[error("{length} bytes at offset {offset:#06x} belong to no part{}", zeros(.zero))]
    Gap {
        /// Where the bytes begin.
        offset: usize,
        /// How many there are.
        length: usize,
        /// Whether all are zero.
        zero: bool,
    },
    /// Bytes behind the last part.
    #[error("{length} bytes at offset {offset:#06x} stand behind the last part{}", zeros(.zero))]
    Trailing {
        /// Where the bytes begin.
        offset: usize,
        /// How many there are.
        length: usize,
        /// Whether all are zero.
        zero: bool,
    },
    /// The fields Sbz1 and Sbz2 of an ACL are not zero.
    #[error(
        "the reserved fields of the {acl} at offset {offset:#06x} should be 0, but they are {sbz1:#04x} \
         and {sbz2:#06x}"
    )]
    AclReserved {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACL begins.
        offset: usize,
        /// The byte behind the revision.
        sbz1: u8,
        /// The two bytes behind the ACE count.
        sbz2: u16,
    },
    /// The ACL's revision is not the lowest that its ACEs need: 2, 3 for compound, 4 for object ACEs.
    #[error(
        "the revision of the {acl} at offset {offset:#06x} is {actual}, but its ACEs need {expected}"
    )]
    AclRevision {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACL begins.
        offset: usize,
        /// The stored revision.
        actual: u8,
        /// The lowest that fits.
        expected: u8,
    },
    /// The ACL's size is not a multiple of 4.
    #[error(
        "the size of the {acl} at offset {offset:#06x} is {size}, which is not a multiple of 4"
    )]
    AclSize {
        /// DACL or SACL.
        acl: Part,
        /// Where the ACL begins.
        offset: usize,
        /// The stored size in bytes.
        size: usize,
    },
    /// Bytes behind the last ACE of an ACL: what was left when ACEs were removed, or room for more.
    #[error(
        "{length} bytes at offset {offset:#06x} stand behind the last ACE of the {acl}{}",
        zeros(.zero)
    )]
    Slack {
        /// DACL or SACL.
        acl: Part,
        /// Where the bytes begin.
        offset: usize,
        /// How many there are.
        length: usize,
        /// Whether all are zero.
        zero: bool,
    },
    /// Bytes behind the SID of an ACE whose type has no data there.
    #[error(
        "{length} bytes at offset {offset:#06x} stand behind the SID of ACE {index} of the {acl} and \
         mean nothing{}",
        zeros(.zero)
    )]
    StrayData {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: u16,
        /// Where the bytes begin.
        offset: usize,
        /// How many there are.
        length: usize,
        /// Whether all are zero.
        zero: bool,
    },
    /// The type is reserved, or none that [MS-DTYP] 2.4.4.1 or winnt.h knows.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} has type {ace_type}, whose layout is not known"
    )]
    UnknownType {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: u16,
        /// Where the ACE begins.
        offset: usize,
        /// Its type.
        ace_type: AceType,
    },
    /// A SACL's ACE in a DACL, where it has no effect, or the reverse.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} has type {ace_type}, which belongs into the other \
         ACL"
    )]
    ForeignType {
        /// The ACL in which it stands.
        acl: Part,
        /// Which ACE, from 0.
        index: u16,
        /// Where the ACE begins.
        offset: usize,
        /// Its type.
        ace_type: AceType,
    },
    /// Bits in the flags dword of an object ACE that have no documented meaning.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} has bits {flags:#x} in its object flags, which are \
         not known"
    )]
    ObjectFlags {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: u16,
        /// Where the ACE begins.
        offset: usize,
        /// The unknown bits.
        flags: u32,
    },
    /// Inherit-only or no-propagate, without either flag that lets children inherit.
    ///
    /// An ACE that is inherit-only and not inherited by anything has no effect at all.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} has flags {bits:#04x} about inheritance, but \
         nothing inherits it",
        bits = .flags.bits()
    )]
    InheritanceFlags {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: u16,
        /// Where the ACE begins.
        offset: usize,
        /// IO, NP or both.
        flags: AceFlags,
    },
    /// Flags for auditing, in an ACE that audits nothing.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} has flags {bits:#04x} for auditing, but it audits \
         nothing",
        bits = .flags.bits()
    )]
    AuditFlags {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: u16,
        /// Where the ACE begins.
        offset: usize,
        /// SA, FA or both.
        flags: AceFlags,
    },
    /// An audit ACE that tells neither of success nor of failure, so that nothing is reported.
    #[error(
        "ACE {index} of the {acl} at offset {offset:#06x} has type {ace_type}, but audits neither success \
         nor failure"
    )]
    NothingAudited {
        /// The ACL in which it stands.
        acl: Part,
        /// Which ACE, from 0.
        index: u16,
        /// Where the ACE begins.
        offset: usize,
        /// Its type.
        ace_type: AceType,
    },
}

fn zeros(zero: &bool) -> &'static str {
    if *zero { ", all zero" } else { ", not all zero" }
}

impl Oddity {
    /// A stable name of the variant, in snake case, for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HeaderReserved { .. } => "header_reserved",
            Self::ServerFlags { .. } => "server_flags",
            Self::UnusedOffset { .. } => "unused_offset",
            Self::Unaligned { .. } => "unaligned",
            Self::Overlap { .. } => "overlap",
            Self::Gap { .. } => "gap",
            Self::Trailing { .. } => "trailing",
            Self::AclReserved { .. } => "acl_reserved",
            Self::AclRevision { .. } => "acl_revision",
            Self::AclSize { .. } => "acl_size",
            Self::Slack { .. } => "slack",
            Self::StrayData { .. } => "stray_data",
            Self::UnknownType { .. } => "unknown_type",
            Self::ForeignType { .. } => "foreign_type",
            Self::ObjectFlags { .. } => "object_flags",
            Self::InheritanceFlags { .. } => "inheritance_flags",
            Self::AuditFlags { .. } => "audit_flags",
            Self::NothingAudited { .. } => "nothing_audited",
        }
    }

    /// Where, in bytes from the start of the descriptor.
    pub fn offset(&self) -> usize {
        match *self {
            Self::HeaderReserved { .. } => 1,
            Self::ServerFlags { .. } => 2,
            Self::UnusedOffset { part, .. } => part.offset_field(),
            Self::Unaligned { offset, .. }
            | Self::Overlap { offset, .. }
            | Self::Gap { offset, .. }
            | Self::Trailing { offset, .. }
            | Self::AclReserved { offset, .. }
            | Self::AclRevision { offset, .. }
            | Self::AclSize { offset, .. }
            | Self::Slack { offset, .. }
            | Self::StrayData { offset, .. }
            | Self::UnknownType { offset, .. }
            | Self::ForeignType { offset, .. }
            | Self::ObjectFlags { offset, .. }
            | Self::InheritanceFlags { offset, .. }
            | Self::AuditFlags { offset, .. }
            | Self::NothingAudited { offset, .. } => offset,
        }
    }
}
