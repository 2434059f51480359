//! Rule files: any text is loaded or refused with reasons.
#![no_main]

use coldhive_rules::Rule;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Rule::load("fuzz", text) {
        Ok(rule) => assert!(!rule.id().is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
