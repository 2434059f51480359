//! The hive reader: everything that can be asked of any bytes, in bounded work.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| coldhive_fuzz::read_everything(bytes));
