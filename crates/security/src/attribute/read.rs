//! Bytes as a resource attribute (CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1, [MS-DTYP] 2.4.10.1).

use alloc::vec::Vec;

use super::{AttributeError, AttributeFlags, AttributeValues, ResourceAttribute};
use crate::bytes::{index, slice_at, u16_at, u32_at};
use crate::sid::Sid;
use crate::wide::WideString;

/// Offset of the name, type, reserved, flags, count of values.
const HEADER: usize = 16;

impl ResourceAttribute {
    /// Reads the application data of an ACE of type SYSTEM_RESOURCE_ATTRIBUTE.
    ///
    /// # Errors
    /// When a part lies outside of the data, or the type of the values is not known.
    pub fn parse(data: &[u8]) -> Result<ResourceAttribute, AttributeError> {
        let mut reader = Reader { data, budget: data.len() };
        reader.slice(0, HEADER)?;
        let field = |at| u32_at(data, at).unwrap_or(0);
        let name = reader.text(index(field(0)))?;
        let count = index(field(12));
        let offsets = reader.slice(HEADER, count.saturating_mul(4))?;
        let (offsets, _) = offsets.as_chunks::<4>();
        let offsets = offsets.iter().map(|offset| index(u32::from_le_bytes(*offset)));
        let values = match u16_at(data, 4).unwrap_or(0) {
            1 => AttributeValues::Int64(
                reader.all(offsets, |own, at| Ok(own.number(at)?.cast_signed()))?,
            ),
            2 => AttributeValues::Uint64(reader.all(offsets, Reader::number)?),
            3 => AttributeValues::String(reader.all(offsets, Reader::text)?),
            5 => AttributeValues::Sid(reader.all(offsets, Reader::sid)?),
            6 => AttributeValues::Boolean(reader.all(offsets, Reader::number)?),
            16 => AttributeValues::Octets(
                reader.all(offsets, |own, at| Ok(own.octets(at)?.to_vec()))?,
            ),
            actual => return Err(AttributeError::UnknownType { actual }),
        };
        let flags = AttributeFlags::from_bits_retain(field(8));
        Ok(ResourceAttribute { name, flags, values })
    }
}

struct Reader<'a> {
    data: &'a [u8],
    /// Bytes that values may still take: they may not share any, or thousands could share one long text.
    budget: usize,
}

impl<'a> Reader<'a> {
    fn slice(&self, offset: usize, needed: usize) -> Result<&'a [u8], AttributeError> {
        let length = self.data.len();
        slice_at(self.data, offset, needed).ok_or(AttributeError::OutOfBounds {
            offset,
            needed,
            length,
        })
    }

    fn all<T>(
        &mut self,
        offsets: impl Iterator<Item = usize>,
        read: impl Fn(&mut Self, usize) -> Result<T, AttributeError>,
    ) -> Result<Vec<T>, AttributeError> {
        offsets.map(|offset| read(self, offset)).collect()
    }

    fn spend(&mut self, offset: usize, bytes: usize) -> Result<(), AttributeError> {
        self.budget = self.budget.checked_sub(bytes).ok_or(AttributeError::Overlap { offset })?;
        Ok(())
    }

    fn number(&mut self, offset: usize) -> Result<u64, AttributeError> {
        let bytes = self.slice(offset, 8)?;
        self.spend(offset, 8)?;
        Ok(bytes.try_into().map(u64::from_le_bytes).unwrap_or(0))
    }

    fn text(&mut self, offset: usize) -> Result<WideString, AttributeError> {
        let rest = self.data.get(offset..).ok_or(AttributeError::OutOfBounds {
            offset,
            needed: 2,
            length: self.data.len(),
        })?;
        let (units, _) = rest.as_chunks::<2>();
        let end = units.iter().take(self.budget).position(|unit| *unit == [0, 0]);
        let end = end.ok_or(AttributeError::UnterminatedText { offset })?;
        let length = end.saturating_mul(2);
        self.spend(offset, length.saturating_add(2))?;
        Ok(WideString::from_le_bytes(rest.get(..length).unwrap_or(&[])))
    }

    /// Bytes behind their length of 32 bits.
    fn octets(&mut self, offset: usize) -> Result<&'a [u8], AttributeError> {
        let length = u32_at(self.slice(offset, 4)?, 0).map_or(usize::MAX, index);
        let bytes = self.slice(offset.saturating_add(4), length)?;
        self.spend(offset, length.saturating_add(4))?;
        Ok(bytes)
    }

    fn sid(&mut self, offset: usize) -> Result<Sid, AttributeError> {
        let bytes = self.octets(offset)?;
        let offset = offset.saturating_add(4);
        Sid::parse(bytes).map_err(|reason| AttributeError::Sid { offset, reason })
    }
}
