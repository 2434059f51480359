//! The samples' descriptors, which the forge builds by hand, as `coldhive-security` reads them.

use coldhive_forge::{HiveSpec, KeySpec, Version, build, samples};
use coldhive_security::SecurityDescriptor;

use crate::raw::Raw;

fn sddl(bytes: &[u8]) -> String {
    let descriptor = SecurityDescriptor::parse(bytes).unwrap();
    assert!(descriptor.is_well_formed());
    descriptor.to_sddl().unwrap()
}

#[test]
fn winsock_carries_nt_4_0s_ten_aces() {
    assert_eq!(
        sddl(&samples::winsock_descriptor()),
        "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)\
         (A;;CCDCLCSWRPSDRC;;;SO)(A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)\
         (A;;KA;;;BA)(A;CIIO;KA;;;CO)"
    );
}

#[test]
fn a_root_without_a_descriptor_gets_the_default() {
    let bytes = build(&HiveSpec::new(Version::V1_3, KeySpec::new("ROOT"))).unwrap();
    let raw = Raw(&bytes);
    let stored = raw.security(raw.node(raw.root()).security).3;
    assert_eq!(sddl(stored), "O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;BA)(A;CI;KA;;;SY)");
}

#[test]
fn an_ill_formed_descriptor_is_ill_formed() {
    let bytes = build(&samples::cluster_bad_descriptor()).unwrap();
    let raw = Raw(&bytes);
    let key = raw.find("ControlSet001\\Services\\WinSock\\Parameters");
    let stored = raw.security(raw.node(key).security).3;
    assert!(SecurityDescriptor::parse(stored).map_or(true, |read| !read.is_well_formed()));
}

#[test]
fn sddl_text_becomes_a_descriptor() {
    let text = "O:BAG:SYD:(A;;KR;;;WD)";
    let key = KeySpec::new("k").sddl(text).unwrap();
    assert_eq!(sddl(&key.security.unwrap()), text);
    assert!(KeySpec::new("k").sddl("O:BA junk").is_err());
}
