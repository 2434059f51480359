//! SDDL: what parses prints, and reads back as the same bytes.
#![no_main]

use coldhive_security::SecurityDescriptorBuf;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = match text.parse::<SecurityDescriptorBuf>() {
        Ok(parsed) => parsed,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
    };
    let printed = parsed.as_descriptor().to_sddl().expect("what was read can be printed");
    let again = printed.parse::<SecurityDescriptorBuf>().expect("what is printed can be read");
    assert_eq!(parsed.into_bytes(), again.into_bytes(), "{printed}");
});
