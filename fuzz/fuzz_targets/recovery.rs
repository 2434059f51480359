//! Recovery: a hive with its logs and its mirror, in one input.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| { coldhive_fuzz::recover(bytes); });
