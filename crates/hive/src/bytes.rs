//! Little-endian reads that answer `None` instead of going out of bounds.

/// Reads `N` bytes at `offset`.
#[inline]
fn array<const N: usize>(bytes: &[u8], offset: usize) -> Option<[u8; N]> {
    bytes.get(offset..)?.first_chunk::<N>().copied()
}

/// Reads a little-endian `u16` at `offset`.
#[inline]
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    array(bytes, offset).map(u16::from_le_bytes)
}

/// Reads a little-endian `u32` at `offset`.
#[inline]
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    array(bytes, offset).map(u32::from_le_bytes)
}

/// Reads a little-endian `i32` at `offset`.
#[inline]
pub(crate) fn i32_at(bytes: &[u8], offset: usize) -> Option<i32> {
    array(bytes, offset).map(i32::from_le_bytes)
}

/// Reads a little-endian `u64` at `offset`.
#[inline]
pub(crate) fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    array(bytes, offset).map(u64::from_le_bytes)
}

/// Reads a two-byte signature at the start.
#[inline]
pub(crate) fn signature(bytes: &[u8]) -> Option<[u8; 2]> {
    array(bytes, 0)
}

/// A length in bytes as the `u32` of on-disk fields. Hives end at 4 GiB, so nothing is cut in practice.
#[inline]
pub(crate) fn len_u32(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// An on-disk `u32` as an index. On the 32 and 64-bit targets that `std` has, nothing is lost.
#[inline]
pub(crate) fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
