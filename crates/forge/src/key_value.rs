//! The key value record, `vk`, and where its data goes.

use crate::bins::Bins;
use crate::error::ForgeError;
use crate::name::Name;
use crate::spec::Version;
use crate::value::ValueSpec;

/// Size of the fixed part in bytes; the name follows.
const FIXED: usize = 20;

/// Up to so many bytes of data stand in the record itself, in the field of the data's offset.
const RESIDENT: usize = 4;

/// Set in the data's size where the data is resident.
const RESIDENT_BIT: u32 = 0x8000_0000;

/// Up to so many bytes of data stand in one cell; more goes into `db` segments where there are any.
const SEGMENT: usize = 16_344;

const LATIN1_NAME: u16 = 1;
const TOMBSTONE: u16 = 2;

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

/// Whether data of this size is alone in a cell of its own.
pub(crate) fn has_one_cell(version: Version, size: usize) -> bool {
    size > RESIDENT && (size <= SEGMENT || !version.has_big_data())
}

/// Writes a value's record and data; the cell of the data has some slack, with these bytes in it.
pub(crate) fn place(
    bins: &mut Bins,
    version: Version,
    name: &Name,
    value: &ValueSpec,
    slack: &[u8],
) -> Result<PlacedValue, ForgeError> {
    let stored = name.stored(version);
    let record = bins.allocate(FIXED + stored.len())?;
    let mut placed = PlacedValue { record, data: Vec::new(), index: Vec::new() };

    let data = if value.is_tombstone { &[][..] } else { &value.data };
    let mut size = data_size(data)?;
    let offset = if value.is_tombstone {
        u32::MAX
    } else if data.len() <= RESIDENT {
        size |= RESIDENT_BIT;
        resident(data)
    } else if has_one_cell(version, data.len()) {
        placed.data.push(store_with_slack(bins, data, slack)?);
        placed.data[0]
    } else {
        place_segments(bins, data, &mut placed)?
    };
    bins.fill(record, &encode(version, name, value, size, offset));
    Ok(placed)
}

/// Writes a record; the data's size and offset are as they shall stand there.
fn encode(version: Version, name: &Name, value: &ValueSpec, size: u32, offset: u32) -> Vec<u8> {
    let stored = name.stored(version);
    // A default value has no name, and then Windows leaves the flag clear.
    let latin1 = if name.is_latin1(version) && !stored.is_empty() { LATIN1_NAME } else { 0 };
    let (tombstone, type_code) =
        if value.is_tombstone { (TOMBSTONE, 0) } else { (0, value.type_code) };
    let name_length = u16::try_from(stored.len()).expect("at most 16,383 UTF-16 units");
    let mut bytes = b"vk".to_vec();
    bytes.extend(name_length.to_le_bytes());
    bytes.extend(size.to_le_bytes());
    bytes.extend(offset.to_le_bytes());
    bytes.extend(type_code.to_le_bytes());
    // In 1.1 this and the two bytes behind it are the title index, which nothing ever used.
    bytes.extend((latin1 | tombstone).to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(stored);
    bytes
}

/// The record of a value whose data is resident, as far as it fits: what an old record may look like.
pub(crate) fn encode_resident(version: Version, value: &ValueSpec) -> Vec<u8> {
    let data = &value.data[..value.data.len().min(RESIDENT)];
    let size = RESIDENT_BIT | u32::try_from(data.len()).expect("four bytes at most");
    let mut name = Name::new(&value.name);
    name.units.truncate(16_383);
    encode(version, &name, value, size, resident(data))
}

fn resident(data: &[u8]) -> u32 {
    let mut field = [0; RESIDENT];
    field[..data.len()].copy_from_slice(data);
    u32::from_le_bytes(field)
}

/// Stores data in a cell that is larger than it needs to be; the slack begins where a cell could.
fn store_with_slack(bins: &mut Bins, data: &[u8], slack: &[u8]) -> Result<u32, ForgeError> {
    let mut bytes = data.to_vec();
    if !slack.is_empty() {
        let layout = bins.layout();
        bytes.resize(layout.cell_size(data.len()) - layout.header, 0);
        bytes.extend(slack);
    }
    bins.store(&bytes)
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
