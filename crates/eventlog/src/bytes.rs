//! Little-endian reads that answer `None` instead of going out of bounds, and text.

/// Reads a little-endian `u16` at `offset`.
pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().copied().map(u16::from_le_bytes)
}

/// Reads a little-endian `u32` at `offset`.
pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().copied().map(u32::from_le_bytes)
}

/// An on-disk `u32` as an index. On the 32 and 64-bit targets that `std` has, nothing is lost.
pub(crate) fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// An index as an offset in a file.
pub(crate) fn offset(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX)
}

/// UTF-16LE text up to its NUL, what is no text replaced, and how many bytes it takes with its NUL; `None` without a NUL.
pub(crate) fn text(bytes: &[u8]) -> Option<(String, usize)> {
    let units = || bytes.chunks_exact(2).map(|pair| u16_at(pair, 0).unwrap_or(0));
    let length = units().position(|unit| unit == 0)?;
    let text = char::decode_utf16(units().take(length))
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    Some((text, length.saturating_add(1).saturating_mul(2)))
}
