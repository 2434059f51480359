//! Multi-strings: any bytes decode, and what is well formed can be written back.
#![no_main]

use coldhive_hive::MultiString;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let list = MultiString::decode(bytes);
    for fault in list.faults() {
        let _ = fault.to_string();
    }
    for entry in list.entries() {
        assert!(!entry.is_empty() && !entry.contains('\0'));
        assert!(list.contains(entry));
    }
    if list.is_well_formed() {
        let mut written: Vec<u8> = list
            .entries()
            .iter()
            .flat_map(|entry| entry.encode_utf16().chain([0]))
            .chain([0])
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(bytes.starts_with(&written));
        // Behind the end stands nothing but NULs.
        written.resize(bytes.len(), 0);
        assert_eq!(bytes, written);
    }
});
