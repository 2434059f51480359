//! Descriptors in text, and who asks, for the tables about access.
#![allow(dead_code)] // Each test file uses a part.

use coldhive_security::{
    Access, AccessMask, AccessOptions, AceSpec, AceType, AclSpec, AclState, DescriptorBuilder,
    GenericMapping, SecurityDescriptorBuf, Sid, SidPattern, Token, granted,
};

/// What a row may name as its source: `access_table` says what they are.
pub(crate) const SOURCES: [&str; 12] = [
    "DTYP", "COND", "OBJECT", "ADTS", "HOW", "DACLS", "CHECK", "VISTA", "ATTR", "WELL", "MAP",
    "RULE",
];

/// No right at all.
pub(crate) const NONE: u32 = 0;
/// KEY_READ.
pub(crate) const R: u32 = 0x2_0019;
/// KEY_WRITE.
pub(crate) const W: u32 = 0x2_0006;
/// KEY_ALL_ACCESS.
pub(crate) const ALL: u32 = 0xF_003F;
/// READ_CONTROL and WRITE_DAC: what an owner is implied.
pub(crate) const OWN: u32 = 0x6_0000;
/// READ_CONTROL.
pub(crate) const RC: u32 = 0x2_0000;
/// WRITE_DAC.
pub(crate) const WD: u32 = 0x4_0000;
/// Every right that an ACE can grant: no generic ones, no ACCESS_SYSTEM_SECURITY, no MAXIMUM_ALLOWED.
pub(crate) const ANY: u32 = 0x0CFF_FFFF;

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) enum Who {
    /// A user, in Everyone and Users.
    User,
    /// SYSTEM, in Everyone and Administrators.
    System,
    /// The user as an administrator whose token was filtered: Administrators only denies.
    Filtered,
    /// The user, of whom it isn't known which groups of the domain S-1-5-21-9 they are in.
    Open,
    /// The user, who may be in anything.
    Wild,
    /// The user, where the object stands for that user: PRINCIPAL SELF is in the token.
    Principal,
    /// A token without SIDs.
    Nobody,
    /// A token in which Everyone only denies.
    DenyOnly,
}
pub(crate) use Who::{DenyOnly, Filtered, Nobody, Open, Principal, System, User, Wild};

impl Who {
    pub(crate) fn token(self) -> Token {
        let user = Token::new([USER.parse().unwrap(), Sid::EVERYONE, Sid::USERS]);
        match self {
            User => user,
            System => Token::new([Sid::SYSTEM, Sid::EVERYONE, Sid::ADMINISTRATORS]),
            Filtered => user.with_deny_only([Sid::ADMINISTRATORS]),
            Open => user.with_open(["S-1-5-21-9-*".parse().unwrap()]),
            Wild => user.with_open([SidPattern::ANY]),
            Principal => Token::new(user.enabled().copied().chain(["PS".parse().unwrap()])),
            Nobody => Token::default(),
            DenyOnly => Token::default().with_deny_only([Sid::EVERYONE]),
        }
    }
}

/// `U` in a descriptor.
pub(crate) const USER: &str = "S-1-5-21-1-2-3-1001";
/// `G` in a descriptor.
pub(crate) const GROUP: &str = "S-1-5-21-9-1-1-1";
/// `H` in a descriptor.
pub(crate) const OTHER_GROUP: &str = "S-1-5-21-9-1-1-2";
/// `<guid>` in a descriptor.
pub(crate) const CLASS: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";

/// ACE types that these rows write in letters of their own: as what they are written, the type, and what
/// stands behind the SID. CA and CD are callback ACEs of an application, without a condition.
pub(crate) const TYPES: [(&str, &str, u8, &[u8]); 13] = [
    ("XA", "A", 0x09, b"artx"),
    ("XD", "D", 0x0A, b"artx"),
    ("CA", "A", 0x09, b"mine"),
    ("CD", "D", 0x0A, b"mine"),
    ("ZA", "OA", 0x0B, b"artx"),
    ("ZD", "OD", 0x0C, b"artx"),
    ("XU", "A", 0x0D, b"artx"),
    ("RA", "A", 0x12, b""),
    ("SP", "A", 0x13, b""),
    ("TL", "A", 0x14, b""),
    ("FL", "A", 0x15, b"artx"),
    ("CP", "A", 0x04, b""),
    ("??", "A", 0x77, b""),
];

/// A descriptor in SDDL with the letters above.
pub(crate) fn build(sddl: &str) -> SecurityDescriptorBuf {
    let mut text = String::new();
    let (mut patches, mut objects) = (Vec::new(), Vec::new());
    let (head, dacl) = sddl.split_once('(').unwrap_or((sddl, ""));
    for (letter, sid) in [("U", USER), ("G", GROUP)] {
        if let Some(rest) = head.strip_prefix(&format!("O:{letter}D:")) {
            text = format!("O:{sid}D:{rest}");
        }
    }
    if text.is_empty() {
        text = head.to_owned();
    }
    for (index, ace) in dacl.split('(').enumerate().filter(|(_, ace)| !ace.is_empty()) {
        let (letters, rest) = ace.split_once(';').unwrap();
        let mut rest = rest.replace("<guid>", CLASS);
        for (letter, sid) in [("U", USER), ("G", GROUP), ("H", OTHER_GROUP)] {
            rest = rest.replace(&format!(";{letter})"), &format!(";{sid})"));
        }
        let known = TYPES.iter().find(|(own, ..)| *own == letters);
        let written = known.map_or(letters, |(_, written, ..)| written);
        patches.extend(known.map(|(_, _, ace_type, data)| (index, *ace_type, *data)));
        objects.extend(
            [("OA", 5), ("OD", 6), ("OU", 7)]
                .into_iter()
                .filter(|(own, _)| *own == written)
                .map(|(_, ace_type)| (index, AceType(ace_type))),
        );
        text.push_str(&format!("({written};{rest}"));
    }
    let parsed: SecurityDescriptorBuf =
        text.parse().unwrap_or_else(|error| panic!("{sddl}: {error}"));
    let parsed = if objects.is_empty() { parsed } else { with_types(&parsed, &objects) };
    if patches.is_empty() { parsed } else { patched(&parsed, &patches) }
}

/// The same descriptor with other types: text can't say an object ACE that names no object type.
fn with_types(parsed: &SecurityDescriptorBuf, types: &[(usize, AceType)]) -> SecurityDescriptorBuf {
    let parsed = parsed.as_descriptor();
    let acl = parsed.dacl().unwrap().acl().unwrap();
    let mut aces: Vec<_> = acl.aces().map(|ace| AceSpec::from_ace(&ace.unwrap())).collect();
    for (index, ace_type) in types {
        aces[*index].ace_type = *ace_type;
    }
    let builder = DescriptorBuilder::new().owner(parsed.owner().unwrap());
    builder.dacl(AclSpec::Present(aces)).build().unwrap()
}

/// The same descriptor with other types, and with data behind the SIDs.
pub(crate) fn patched(
    parsed: &SecurityDescriptorBuf,
    patches: &[(usize, u8, &[u8])],
) -> SecurityDescriptorBuf {
    let parsed = parsed.as_descriptor();
    let acl = parsed.dacl().unwrap().acl().unwrap();
    let mut aces: Vec<_> = acl.aces().map(|ace| AceSpec::from_ace(&ace.unwrap())).collect();
    for (index, _, data) in patches {
        aces[*index].data = data.to_vec();
    }
    let builder = DescriptorBuilder::new().owner(parsed.owner().unwrap());
    let built = builder.dacl(AclSpec::Present(aces)).build().unwrap();
    let AclState::Present(acl) = built.as_descriptor().dacl().unwrap() else { panic!("a DACL") };
    let offsets: Vec<_> = acl.aces().map(|ace| ace.unwrap().offset()).collect();
    let mut bytes = built.into_bytes();
    for (index, ace_type, _) in patches {
        bytes[offsets[*index]] = *ace_type;
    }
    SecurityDescriptorBuf::from_bytes(bytes).unwrap()
}

pub(crate) fn mask(bits: u32) -> AccessMask {
    AccessMask::from_bits_retain(bits)
}

pub(crate) fn check(sddl: &str, who: Who, mapping: &GenericMapping, owner_rights: bool) -> Access {
    let (descriptor, token) = (build(sddl), who.token());
    let (descriptor, options) = (descriptor.as_descriptor(), AccessOptions { owner_rights });
    let access = descriptor.effective_access(&token, mapping, options).unwrap();
    assert_eq!(granted(&descriptor, &token, mapping, options), Ok(access.granted()), "{sddl}");
    access
}
