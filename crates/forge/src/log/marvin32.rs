//! Marvin32, the hash that the entries of new logs carry.

/// The seed of the logs: the low half is the first word of the state.
const SEED: u64 = 0x82EF_4D88_7A4E_55C5;

/// The Marvin32 hash of some bytes, with the seed that Windows uses for transaction logs.
///
/// ```
/// use coldhive_forge::log::marvin32;
///
/// assert_ne!(marvin32(b"HvLE"), marvin32(b"HvLe"));
/// ```
pub fn marvin32(bytes: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h] = SEED.to_le_bytes();
    let mut state = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let mut words = bytes.chunks_exact(4);
    for word in &mut words {
        mix(&mut state, u32::from_le_bytes(word.try_into().expect("four bytes")));
    }
    // What is left over, closed by a byte of 0x80.
    let mut last = [0; 4];
    let rest = words.remainder();
    last[..rest.len()].copy_from_slice(rest);
    last[rest.len()] = 0x80;
    mix(&mut state, u32::from_le_bytes(last));
    mix(&mut state, 0);
    u64::from(state.1) << 32 | u64::from(state.0)
}

/// Takes one word into the state.
fn mix((low, high): &mut (u32, u32), word: u32) {
    *low = low.wrapping_add(word);
    *high ^= *low;
    *low = low.rotate_left(20).wrapping_add(*high);
    *high = high.rotate_left(9) ^ *low;
    *low = low.rotate_left(27).wrapping_add(*high);
    *high = high.rotate_left(19);
}
