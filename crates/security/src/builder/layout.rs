//! Where the parts of a descriptor stood, and what stood between them.

use alloc::vec::Vec;

use crate::bytes::slice_at;
use crate::descriptor::{self, Extent, SecurityDescriptor};
use crate::error::{DescriptorError, Part};

/// The order in which Windows lays out what it makes of SDDL text ([MS-DTYP] 2.5.1.4).
const ORDER: [Part; 4] = [Part::Sacl, Part::Dacl, Part::Owner, Part::Group];

/// The order of the parts, and the bytes that belong to none; by default nothing of either.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Layout {
    /// Parts in stored order, each with the bytes before it that belong to no part.
    places: Vec<(Vec<u8>, Part)>,
    /// The bytes behind the last part.
    tail: Vec<u8>,
}

impl Layout {
    /// The layout of a descriptor whose parts can all be read.
    ///
    /// # Errors
    /// When two parts share bytes.
    pub(super) fn of(descriptor: &SecurityDescriptor<'_>) -> Result<Layout, DescriptorError> {
        let bytes = descriptor.bytes();
        let between = |from: usize, to: usize| {
            slice_at(bytes, from, to.saturating_sub(from)).unwrap_or(&[]).to_vec()
        };
        let mut places = Vec::new();
        let mut last: Option<Extent> = None;
        for extent in descriptor.extents().into_iter().flatten() {
            let from = last.map_or(descriptor::HEADER, |last| last.end);
            if let Some(last) = last.filter(|last| extent.start < last.end) {
                let (first, second, offset) = (last.part, extent.part, extent.start);
                return Err(DescriptorError::Overlap { first, second, offset });
            }
            places.push((between(from, extent.start), extent.part));
            last = Some(extent);
        }
        let from = last.map_or(descriptor::HEADER, |last| last.end);
        Ok(Layout { places, tail: between(from, bytes.len()) })
    }

    /// Every part once, in the order to write them, each with the bytes before it.
    ///
    /// Parts that had no place come last, in the order of Windows.
    pub(super) fn places(&self) -> impl Iterator<Item = (&[u8], Part)> {
        let new = ORDER
            .into_iter()
            .filter(|part| !self.places.iter().any(|(_, known)| known == part))
            .map(|part| (&[][..], part));
        self.places.iter().map(|(gap, part)| (gap.as_slice(), *part)).chain(new)
    }

    /// The bytes behind the last part.
    pub(super) fn tail(&self) -> &[u8] {
        &self.tail
    }
}
