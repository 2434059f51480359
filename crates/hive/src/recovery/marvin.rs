//! Marvin32, the hash that guards the entries of new-format transaction logs.

/// The registry's seed: the low half is the first word of the state, the high half the second.
const SEED: u64 = 0x82EF_4D88_7A4E_55C5;

/// Hashes bytes with the registry's seed.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    hash_with(SEED, bytes)
}

fn hash_with(seed: u64, bytes: &[u8]) -> u64 {
    let [a, b, c, d, e, f, g, h] = seed.to_le_bytes();
    let mut state = State(u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        state.mix(u32::from_le_bytes(*word));
    }
    // The rest is closed by a byte 0x80 and filled up with zeros.
    let mut last = [0; 4];
    for (place, byte) in last.iter_mut().zip(rest.iter().chain(&[0x80])) {
        *place = *byte;
    }
    state.mix(u32::from_le_bytes(last));
    state.mix(0);
    u64::from(state.1) << 32 | u64::from(state.0)
}

struct State(u32, u32);

impl State {
    fn mix(&mut self, word: u32) {
        let Self(mut low, mut high) = *self;
        low = low.wrapping_add(word);
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
        *self = Self(low, high);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors that the .NET runtime tests its Marvin32 with.
    #[test]
    fn published_vectors() {
        const SEED: u64 = 0x004F_B61A_001B_DBCC;
        let vectors: [(&[u8], u64); 7] = [
            (&[], 0x30ED_35C1_00CD_3C7D),
            (&[0xAF], 0x48E7_3FC7_7D75_DDC1),
            (&[0xE7, 0x0F], 0xB5F6_E1FC_485D_BFF8),
            (&[0x37, 0xF4, 0x95], 0xF0B0_7C78_9B8C_F7E8),
            (&[0x86, 0x42, 0xDC, 0x59], 0x7008_F2E8_7E9C_F556),
            (&[0x15, 0x3F, 0xB7, 0x98, 0x26], 0xE6C0_8C6D_A2AF_A997),
            (&[0x09, 0x32, 0xE6, 0x24, 0x6C, 0x47], 0x6F04_BF1A_5EA2_4060),
        ];
        for (bytes, expected) in vectors {
            assert_eq!(hash_with(SEED, bytes), expected, "{bytes:x?}");
        }
    }
}
