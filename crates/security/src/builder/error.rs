//! Why a descriptor cannot be built.

use thiserror::Error;

use crate::ace_type::AceType;
use crate::error::{DescriptorError, Part};

/// Why a descriptor cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// An ACL is larger than its 16-bit size can say.
    #[error("the {acl} would need {size} bytes, but the size of an ACL has 16 bits")]
    TooLarge {
        /// DACL or SACL.
        acl: Part,
        /// Bytes that the ACL takes.
        size: usize,
    },
    /// An ACE is larger than its 16-bit size can say.
    #[error("ACE {index} of the {acl} would need {size} bytes, but the size of an ACE has 16 bits")]
    AceTooLarge {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: usize,
        /// Bytes that the ACE takes.
        size: usize,
    },
    /// A part would begin behind the first 4 GiB, because of the bytes that stand before it.
    #[error("the {part} would begin at byte {offset}, but an offset has 32 bits")]
    TooFar {
        /// Which part.
        part: Part,
        /// Where it would begin.
        offset: usize,
    },
    /// A mask or a SID in an ACE of a type whose layout is not known: only `data` can be laid out.
    #[error(
        "ACE {index} of the {acl} has type {ace_type}, whose layout is not known: it takes data, and no \
         mask or SID"
    )]
    UnknownLayout {
        /// DACL or SACL.
        acl: Part,
        /// Which ACE, from 0.
        index: usize,
        /// Its type.
        ace_type: AceType,
    },
    /// No mask or no SID in an ACE whose type needs both.
    #[error("ACE {index} of the {acl} has type {ace_type}, which needs a mask and a SID")]
    MissingTrustee {
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
    /// The descriptor that it is made from is ill-formed.
    #[error(transparent)]
    Descriptor(#[from] DescriptorError),
}

impl BuildError {
    /// Which part can't be built; `None` for what is wrong with the header that it is made from.
    pub fn part(&self) -> Option<Part> {
        match *self {
            Self::TooLarge { acl, .. }
            | Self::AceTooLarge { acl, .. }
            | Self::UnknownLayout { acl, .. }
            | Self::MissingTrustee { acl, .. }
            | Self::ObjectTypes { acl, .. } => Some(acl),
            Self::TooFar { part, .. } => Some(part),
            Self::Descriptor(error) => error.part(),
        }
    }
}
