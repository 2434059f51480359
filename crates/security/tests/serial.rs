//! What is reported, as JSON and back.
#![cfg(feature = "serde")]

use coldhive_security::{
    Access, AccessMask, AccessOptions, DescriptorError, GenericMapping, SecurityDescriptorBuf, Sid,
    SidPattern, Token, Writers, writers,
};

#[test]
fn sids_are_text_and_masks_are_numbers() {
    let sid = serde_json::to_string(&Sid::ADMINISTRATORS).unwrap();
    assert_eq!(sid, r#""S-1-5-32-544""#);
    assert_eq!(serde_json::from_str::<Sid>(&sid).unwrap(), Sid::ADMINISTRATORS);
    assert!(serde_json::from_str::<Sid>(r#""nobody""#).is_err());
    assert_eq!(serde_json::to_string(&AccessMask::KEY_READ).unwrap(), "131097");
    let pattern: SidPattern = serde_json::from_str(r#""S-1-5-21-*""#).unwrap();
    assert_eq!(pattern.to_string(), "S-1-5-21-*");
}

#[test]
fn answers_come_back() {
    let text = "O:BAG:SYD:(A;;KR;;;WD)(D;;KW;;;S-1-5-21-1)(A;;KA;;;BU)";
    let built: SecurityDescriptorBuf = text.parse().unwrap();
    let descriptor = built.as_descriptor();
    let token = Token::new([Sid::EVERYONE, Sid::USERS]).with_open(["S-1-5-21-*".parse().unwrap()]);
    let mapping = GenericMapping::REGISTRY_KEY;
    let access = descriptor.effective_access(&token, &mapping, AccessOptions::default()).unwrap();
    let json = serde_json::to_string(&access).unwrap();
    assert_eq!(serde_json::from_str::<Access>(&json).unwrap(), access);
    let json = serde_json::to_value(&access).unwrap();
    assert_eq!(json["decisions"][0]["by"]["ace"]["index"], 0);
    assert_eq!(json["decisions"][0]["verdict"], "granted");
    let found = writers(&descriptor, AccessMask::KEY_WRITE, &mapping).unwrap();
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Writers>(&json).unwrap(), found);
    let json = serde_json::to_string(&token).unwrap();
    assert_eq!(serde_json::from_str::<Token>(&json).unwrap(), token);

    let mut bytes = built.into_bytes();
    bytes[20] = 9;
    let damaged = SecurityDescriptorBuf::from_bytes(bytes).unwrap();
    let errors = damaged.as_descriptor().check();
    let json = serde_json::to_string(&errors).unwrap();
    assert_eq!(json, r#"[{"error":"acl_revision","acl":"dacl","offset":20,"actual":9}]"#);
    assert_eq!(serde_json::from_str::<Vec<DescriptorError>>(&json).unwrap(), errors);
}
