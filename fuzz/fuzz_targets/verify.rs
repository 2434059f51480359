//! Verification: everything reachable, every bin.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| coldhive_fuzz::verify(bytes));
