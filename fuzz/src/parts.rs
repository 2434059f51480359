//! Several files in one input: each with its length before it, as a little-endian `u32`.

/// Cuts an input into files. A length that goes on past the end means the rest.
pub fn split_parts(mut input: &[u8]) -> Vec<&[u8]> {
    let mut parts = Vec::new();
    while let Some((length, rest)) = input.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let (part, rest) = rest.split_at(length.min(rest.len()));
        parts.push(part);
        input = rest;
    }
    parts
}

/// Puts files into one input.
pub fn join_parts<P: AsRef<[u8]>>(parts: &[P]) -> Vec<u8> {
    parts
        .iter()
        .map(AsRef::as_ref)
        .flat_map(|part: &[u8]| {
            let length = u32::try_from(part.len()).expect("inputs are small").to_le_bytes();
            length.into_iter().chain(part.iter().copied())
        })
        .collect()
}
