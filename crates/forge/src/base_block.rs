//! The base block: the first 4096 bytes of a hive file.

use crate::spec::HiveSpec;

/// Size of the base block in bytes, and offset of the hive bins data in the file.
pub(crate) const SIZE: usize = 4096;

/// Offset of the primary sequence number.
pub(crate) const PRIMARY_SEQUENCE: usize = 4;
/// Offset of the secondary sequence number.
pub(crate) const SECONDARY_SEQUENCE: usize = 8;
const FILE_TYPE: usize = 28;
const ROOT_CELL: usize = 36;
const BINS_SIZE: usize = 40;
const CLUSTERING_FACTOR: usize = 44;
const FILE_NAME: usize = 48;
const CHECKSUM: usize = 508;

/// The base block has room for 32 UTF-16 units, the last of which is a NUL.
const FILE_NAME_UNITS: usize = 31;

/// Writes a base block, checksum included.
pub(crate) fn encode(spec: &HiveSpec, root_cell: u32, bins_size: u32) -> [u8; SIZE] {
    let mut block = [0; SIZE];
    block[..4].copy_from_slice(b"regf");
    put(&mut block, PRIMARY_SEQUENCE, spec.sequence.0);
    put(&mut block, SECONDARY_SEQUENCE, spec.sequence.1);
    block[12..20].copy_from_slice(&spec.last_written.to_le_bytes());
    put(&mut block, 20, 1);
    put(&mut block, 24, spec.version.minor());
    // File type at 28: 0, a primary file.
    put(&mut block, 32, 1);
    put(&mut block, ROOT_CELL, root_cell);
    put(&mut block, BINS_SIZE, bins_size);
    put(&mut block, CLUSTERING_FACTOR, 1);
    let mut name: Vec<u16> = spec.file_name.encode_utf16().take(FILE_NAME_UNITS).collect();
    // A surrogate pair that the cut goes through is left out whole.
    name.pop_if(|unit| (0xD800..0xDC00).contains(unit));
    for (field, unit) in block[FILE_NAME..].chunks_exact_mut(2).zip(name) {
        field.copy_from_slice(&unit.to_le_bytes());
    }
    seal(&mut block);
    block
}

/// Makes the root cell offset point nowhere.
pub(crate) fn lose_root(block: &mut [u8]) {
    put(block, ROOT_CELL, u32::MAX);
    seal(block);
}

/// Makes the primary sequence number one more than the secondary.
pub(crate) fn make_dirty(block: &mut [u8]) {
    put(block, PRIMARY_SEQUENCE, get(block, SECONDARY_SEQUENCE).wrapping_add(1));
    seal(block);
}

/// Flips every bit of the checksum.
pub(crate) fn break_checksum(block: &mut [u8]) {
    put(block, CHECKSUM, !get(block, CHECKSUM));
}

/// The hive bins data size in bytes that a base block tells.
pub(crate) fn bins_size(block: &[u8]) -> u32 {
    get(block, BINS_SIZE)
}

/// Sets the file type; the checksum doesn't fit until the block is sealed.
pub(crate) fn set_type(block: &mut [u8], file_type: u32) {
    put(block, FILE_TYPE, file_type);
}

/// Sets the clustering factor; the checksum doesn't fit until the block is sealed.
pub(crate) fn set_clustering_factor(block: &mut [u8], factor: u32) {
    put(block, CLUSTERING_FACTOR, factor);
}

/// Writes the checksum: the XOR of the 127 numbers before it, but neither 0 nor 0xFFFFFFFF.
pub(crate) fn seal(block: &mut [u8]) {
    let sum = (0..CHECKSUM).step_by(4).fold(0, |sum, at| sum ^ get(block, at));
    let sum = match sum {
        0 => 1,
        u32::MAX => u32::MAX - 1,
        sum => sum,
    };
    put(block, CHECKSUM, sum);
}

/// The number at an offset.
pub(crate) fn get(block: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(block[at..at + 4].try_into().expect("four bytes"))
}

/// Writes a number at an offset.
pub(crate) fn put(block: &mut [u8], at: usize, number: u32) {
    block[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_never_all_zeros_or_all_ones() {
        let mut block = [0; SIZE];
        seal(&mut block);
        assert_eq!(get(&block, CHECKSUM), 1);
        put(&mut block, 0, u32::MAX);
        seal(&mut block);
        assert_eq!(get(&block, CHECKSUM), u32::MAX - 1);
    }
}
