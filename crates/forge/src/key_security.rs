//! The key security record, `sk`: a descriptor that many keys share.

/// Size of the fixed part in bytes; the descriptor follows.
const FIXED: usize = 20;

/// Size of a security record with this descriptor, in bytes.
pub(crate) fn size(descriptor: &[u8]) -> usize {
    FIXED + descriptor.len()
}

/// Writes a record that stands in a ring between two others, which may both be itself.
pub(crate) fn encode(next: u32, previous: u32, references: u32, descriptor: &[u8]) -> Vec<u8> {
    let length = u32::try_from(descriptor.len()).expect("its cell was allocated");
    let mut record = b"sk\0\0".to_vec();
    for field in [next, previous, references, length] {
        record.extend(field.to_le_bytes());
    }
    record.extend(descriptor);
    record
}
