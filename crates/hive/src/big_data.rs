//! On-disk structure of big data (`db`): values of more than 16,344 bytes, from format 1.4 on.

use std::borrow::Cow;

use crate::bytes::{index, len_u32, u32_at};
use crate::damage::{Damage, Structure};
use crate::hive::Hive;
use crate::offset::CellOffset;
use crate::record::Record;
use crate::value::ValueData;

/// Data bytes in each segment but the last, and the largest size that needs no `db` record.
pub(crate) const SEGMENT_SIZE: u32 = 16_344;
/// Signature, count and the offset of the segment list, in bytes.
pub(crate) const BIG_DATA_HEADER: usize = 8;

/// Puts a value's data together from its segments; `value` is the value's cell.
pub(crate) fn read<'i>(
    hive: Hive<'i>,
    at: CellOffset,
    value: CellOffset,
    size: u32,
) -> ValueData<'i> {
    let mut bytes = Vec::new();
    let damage = append_segments(hive, at, value, size, &mut bytes).err();
    ValueData { bytes: Cow::Owned(bytes), damage }
}

fn append_segments(
    hive: Hive<'_>,
    at: CellOffset,
    value: CellOffset,
    size: u32,
    bytes: &mut Vec<u8>,
) -> Result<(), Damage> {
    let record = Record::read(hive, Structure::BigData, at, value, *b"db", BIG_DATA_HEADER)?;
    let count = u32::from(record.u16(2));
    let list_cell = record.offset(4);
    let list = hive.cell(Structure::BigData, list_cell, at)?;
    let room = len_u32(list.len() / 4);
    // Segments may be named many times over: no more is read than the hive has.
    let most = size.min(hive.bins_size());
    let segments = list.chunks_exact(4).take(index(count)).filter_map(|entry| u32_at(entry, 0));
    for segment in segments {
        let left = most.saturating_sub(len_u32(bytes.len()));
        if left == 0 {
            break;
        }
        let cell = hive.cell(Structure::ValueData, CellOffset::new(segment), list_cell)?;
        let wanted = index(left.min(SEGMENT_SIZE));
        bytes.extend_from_slice(cell.get(..wanted).unwrap_or(cell));
        if cell.len() < wanted {
            return Err(Damage::DataTooShort {
                at: value,
                expected: size,
                found: len_u32(bytes.len()),
            });
        }
    }
    let found = len_u32(bytes.len());
    if found < size {
        return Err(if count > room {
            Damage::ListTooLong { what: Structure::BigData, at: list_cell, said: count, room }
        } else {
            Damage::DataTooShort { at: value, expected: size, found }
        });
    }
    Ok(())
}

/// Tells of a record that counts more segments than data of this size takes. Where it counts fewer, data is missing,
/// and reading tells of that.
pub(crate) fn check_count(hive: Hive<'_>, at: CellOffset, size: u32) -> Option<Damage> {
    let from = CellOffset::NONE;
    let record = Record::read(hive, Structure::BigData, at, from, *b"db", BIG_DATA_HEADER).ok()?;
    let (expected, found) = (size.div_ceil(SEGMENT_SIZE), u32::from(record.u16(2)));
    (found > expected).then_some(Damage::SegmentCount { at, expected, found })
}
