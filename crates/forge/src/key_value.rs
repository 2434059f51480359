//! The key value record, `vk`, and where its data goes.

use crate::bins::Bins;
use crate::error::ForgeError;
use crate::name::Name;
use crate::spec::Version;
use crate::value::ValueSpec;

/// Up to so many bytes of data stand in the record itself, in the field of the data's offset.
const RESIDENT: usize = 4;

/// Set in the data's size where the data is resident.
const RESIDENT_BIT: u32 = 0x8000_0000;

/// Up to so many bytes of data stand in one cell; more goes into `db` segments where there are any.
const SEGMENT: usize = 16_344;

const LATIN1_NAME: u16 = 1;

/// Where the parts of a value were put.
pub(crate) struct PlacedValue {
    /// The cell of the `vk` record.
    pub(crate) record: u32,
    /// The cells of the data, in the order of the data; none where it is resident.
    pub(crate) data: Vec<u32>,
    /// The cells of the `db` record and its list of segments, where there are any.
    pub(crate) index: Vec<u32>,
}

impl PlacedValue {
    /// Every cell that belongs to the value alone.
    pub(crate) fn cells(&self) -> impl Iterator<Item = u32> {
        [self.record].into_iter().chain(self.data.iter().chain(&self.index).copied())
    }
}

/// Writes a value's record and data.
pub(crate) fn place(
    bins: &mut Bins,
    version: Version,
    name: &Name,
    value: &ValueSpec,
) -> Result<PlacedValue, ForgeError> {
    let stored = name.stored();
    let record = bins.allocate(20 + stored.len())?;
    let mut placed = PlacedValue { record, data: Vec::new(), index: Vec::new() };

    let data = &value.data;
    let mut size = data_size(data)?;
    let offset = if data.len() <= RESIDENT {
        size |= RESIDENT_BIT;
        let mut field = [0; RESIDENT];
        field[..data.len()].copy_from_slice(data);
        u32::from_le_bytes(field)
    } else if data.len() <= SEGMENT || version == Version::V1_3 {
        placed.data.push(bins.store(data)?);
        placed.data[0]
    } else {
        place_segments(bins, data, &mut placed)?
    };

    // A default value has no name, and then Windows leaves the flag clear.
    let flags = if name.is_latin1() && !stored.is_empty() { LATIN1_NAME } else { 0 };
    let name_length = u16::try_from(stored.len()).expect("at most 16,383 UTF-16 units");
    let mut bytes = b"vk".to_vec();
    bytes.extend(name_length.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend(value.type_code.to_le_bytes());
    bytes.extend(flags.to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(stored);
    bins.fill(record, &bytes);
    Ok(placed)
}

/// Writes data in segments, with the list of them and the `db` record, whose cell is the answer.
fn place_segments(
    bins: &mut Bins,
    data: &[u8],
    placed: &mut PlacedValue,
) -> Result<u32, ForgeError> {
    const LIMIT: usize = SEGMENT * u16::MAX as usize;
    let count = u16::try_from(data.len().div_ceil(SEGMENT)).map_err(|_| ForgeError::TooLarge {
        what: "data",
        size: data.len(),
        limit: LIMIT,
    })?;
    for segment in data.chunks(SEGMENT) {
        placed.data.push(bins.store(segment)?);
    }
    let list: Vec<u8> = placed.data.iter().flat_map(|cell| cell.to_le_bytes()).collect();
    let list = bins.store(&list)?;
    let mut record = b"db".to_vec();
    record.extend(count.to_le_bytes());
    record.extend(list.to_le_bytes());
    let record = bins.store(&record)?;
    placed.index = vec![record, list];
    Ok(record)
}

fn data_size(data: &[u8]) -> Result<u32, ForgeError> {
    const LIMIT: u32 = RESIDENT_BIT - 1;
    u32::try_from(data.len()).ok().filter(|&size| size <= LIMIT).ok_or(ForgeError::TooLarge {
        what: "data",
        size: data.len(),
        limit: LIMIT as usize,
    })
}
