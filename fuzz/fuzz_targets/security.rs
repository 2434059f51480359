//! Security descriptors: parsing, checking, text and access on any bytes.
#![no_main]

use coldhive_security::{
    AccessMask, AccessOptions, AclState, GenericMapping, SecurityDescriptor, SecurityDescriptorBuf,
    Sid, SidPattern, Token, writers,
};
use libfuzzer_sys::fuzz_target;

const KEY: GenericMapping = GenericMapping::REGISTRY_KEY;

fuzz_target!(|bytes: &[u8]| {
    let _ = Sid::parse(bytes);
    let Ok(descriptor) = SecurityDescriptor::parse(bytes) else { return };
    let errors = descriptor.check();
    assert_eq!(descriptor.is_well_formed(), errors.is_empty());
    for error in errors {
        let _ = (error.to_string(), error.code(), error.expected(), error.found(), error.offset());
    }
    for state in [descriptor.dacl(), descriptor.sacl()].into_iter().flatten() {
        if let AclState::Present(acl) = state {
            assert!(acl.slack() <= acl.size());
            assert!(acl.aces().count() <= usize::from(acl.ace_count()));
        }
    }
    if let Ok(text) = descriptor.to_sddl() {
        text.parse::<SecurityDescriptorBuf>().expect("what is printed can be read");
    }
    let _ = descriptor.to_sddl_lossy();
    let token = Token::new([Sid::EVERYONE, Sid::ADMINISTRATORS]).with_open([SidPattern::ANY]);
    let access = descriptor.effective_access(&token, &KEY, AccessOptions::default());
    if let Ok(access) = &access {
        assert!(access.granted_max.contains(access.granted_min));
        let _ = access.deciding_aces(AccessMask::all());
    }
    let writers = writers(&descriptor, AccessMask::KEY_WRITE, &KEY);
    assert_eq!(writers.is_ok(), access.is_ok());
});
