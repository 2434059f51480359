//! A resource attribute as bytes (CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1, [MS-DTYP] 2.4.10.1).

use alloc::vec::Vec;

use super::{AttributeValues, ResourceAttribute};
use crate::wide::WideString;

/// Offset of the name, type, reserved, flags, count of values.
const HEADER: usize = 16;

impl ResourceAttribute {
    /// The attribute as an ACE holds it behind its SID, laid out as Windows does: header, offsets, name,
    /// values, without gaps.
    pub fn to_bytes(&self) -> Vec<u8> {
        let values: Vec<Vec<u8>> = match &self.values {
            AttributeValues::Int64(values) => {
                values.iter().map(|value| value.to_le_bytes().to_vec()).collect()
            }
            AttributeValues::Uint64(values) | AttributeValues::Boolean(values) => {
                values.iter().map(|value| value.to_le_bytes().to_vec()).collect()
            }
            AttributeValues::String(values) => values.iter().map(text).collect(),
            AttributeValues::Sid(values) => {
                values.iter().map(|value| octets(&value.to_bytes())).collect()
            }
            AttributeValues::Octets(values) => values.iter().map(|value| octets(value)).collect(),
        };
        let name = text(&self.name);
        let mut at = HEADER.saturating_add(values.len().saturating_mul(4));
        let mut bytes = number(at).to_vec();
        bytes.extend(self.values.kind().0.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(self.flags.bits().to_le_bytes());
        bytes.extend(number(values.len()));
        at = at.saturating_add(name.len());
        for value in &values {
            bytes.extend(number(at));
            at = at.saturating_add(value.len());
        }
        bytes.extend(name);
        bytes.extend(values.into_iter().flatten());
        bytes
    }
}

/// An ACE has 64 KiB; what does not fit there is refused when it is built.
fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_le_bytes()
}

fn text(text: &WideString) -> Vec<u8> {
    text.le_bytes().chain([0, 0]).collect()
}

fn octets(octets: &[u8]) -> Vec<u8> {
    number(octets.len()).into_iter().chain(octets.iter().copied()).collect()
}
