//! A security descriptor that owns its bytes.

use alloc::vec::Vec;

use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;

/// A self-relative security descriptor that owns its bytes.
///
/// Made by [`DescriptorBuilder`](crate::DescriptorBuilder), from SDDL text by `str::parse`, or from stored bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SecurityDescriptorBuf {
    bytes: Vec<u8>,
}

impl SecurityDescriptorBuf {
    /// Takes bytes that the builder laid out.
    pub(super) fn of_built(bytes: Vec<u8>) -> SecurityDescriptorBuf {
        SecurityDescriptorBuf { bytes }
    }

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

/// Takes stored bytes, as [`SecurityDescriptorBuf::from_bytes`] does.
impl TryFrom<Vec<u8>> for SecurityDescriptorBuf {
    type Error = DescriptorError;

    fn try_from(bytes: Vec<u8>) -> Result<SecurityDescriptorBuf, DescriptorError> {
        SecurityDescriptorBuf::from_bytes(bytes)
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
