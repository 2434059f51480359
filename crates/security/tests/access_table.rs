//! The access check, written out row by row.
//!
//! Every row is a descriptor, a principal, and what it must be granted at least and at most; the last
//! column says where the row comes from. Sources:
//! - DTYP: [MS-DTYP] 2.5.3.2 "Access Check Algorithm Pseudocode", and 2.4.x for structures
//! - HOW: Win32 "How AccessCheck Works"
//! - DACLS: Win32 "DACLs and ACEs", "Null DACLs and Empty DACLs", "Order of ACEs in a DACL"
//! - OWNER: "AD DS: Owner Rights" (Windows Server 2008 and Vista), Win32 "Well-known SIDs" (S-1-3-4)
//! - ATTR: Win32 "SID Attributes in an Access Token" (SE_GROUP_USE_FOR_DENY_ONLY)
//! - MAP: Win32 "Registry Key Security and Access Rights", "MapGenericMask"
//!   DTYP itself speaks of "ACEs from object owner" here; the SID that Windows looks for is S-1-3-4
//! - RULE: this crate's own rule for what is not known or not documented: the worst below, the best above

use coldhive_security::{
    AccessMask, AccessOptions, AceFlags, AceSpec, AceType, AclSpec, DecidedBy, DescriptorBuilder,
    GenericMapping, SecurityDescriptorBuf, Sid, Token, Verdict,
};

/// No right at all.
const NONE: u32 = 0;
/// KEY_READ.
const R: u32 = 0x2_0019;
/// KEY_WRITE.
const W: u32 = 0x2_0006;
/// KEY_ALL_ACCESS.
const ALL: u32 = 0xF_003F;
/// READ_CONTROL and WRITE_DAC: what an owner is implied.
const OWN: u32 = 0x6_0000;
/// READ_CONTROL.
const RC: u32 = 0x2_0000;

/// A user U (owner of some objects below), who is in Everyone and Users.
const USER: &str = "S-1-5-21-1-2-3-1001";

fn user() -> Token {
    Token::new([USER.parse().unwrap(), Sid::EVERYONE, Sid::USERS])
}

fn system() -> Token {
    Token::new([Sid::SYSTEM, Sid::EVERYONE, Sid::ADMINISTRATORS])
}

/// An administrator whose token was filtered: Administrators only denies.
fn filtered() -> Token {
    user().with_deny_only([Sid::ADMINISTRATORS])
}

/// A user of whom it isn't known which groups of the domain they are in.
fn open() -> Token {
    user().with_open(["S-1-5-21-9-*".parse().unwrap()])
}

#[derive(Clone, Copy)]
enum Who {
    User,
    System,
    Filtered,
    Open,
    Nobody,
}
use Who::{Filtered, Nobody, Open, System, User};

impl Who {
    fn token(self) -> Token {
        match self {
            User => user(),
            System => system(),
            Filtered => filtered(),
            Open => open(),
            Nobody => Token::default(),
        }
    }
}

/// (SDDL with U for the user and G for a group of the open domain, who, Vista rules, min, max).
type Row = (&'static str, Who, bool, u32, u32);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // The four states of a DACL.
    ("O:BA",                                  User,     true,  ALL, ALL), // DACLS, DTYP: no DACL, full access
    ("O:BA",                                  Nobody,   true,  ALL, ALL), // DACLS: to everyone at all
    ("O:BAD:NO_ACCESS_CONTROL",               User,     true,  ALL, ALL), // DACLS: NULL DACL, full access
    ("O:BAD:NO_ACCESS_CONTROL",               Nobody,   true,  ALL, ALL), // DACLS
    ("O:BAD:",                                User,     true,  NONE, NONE), // DACLS: empty DACL, no access
    ("O:BAD:",                                System,   true,  OWN, OWN), // DTYP: but what the owner is implied
    ("D:",                                    System,   true,  NONE, NONE), // RULE: no owner, nothing implied (Win32 AccessCheck refuses such a descriptor)
    // First decision wins.
    ("O:BAD:(A;;KR;;;WD)",                    User,     true,  R, R), // HOW: an allow ACE for a group of the token
    ("O:BAD:(A;;KR;;;SY)",                    User,     true,  NONE, NONE), // HOW: not for another trustee
    ("O:BAD:(A;;KR;;;WD)",                    Nobody,   true,  NONE, NONE), // HOW: Everyone must be in the token
    ("O:BAD:(D;;KW;;;WD)(A;;KA;;;BU)",        User,     true,  ALL & !W, ALL & !W), // HOW: deny before allow
    ("O:BAD:(A;;KA;;;BU)(D;;KW;;;WD)",        User,     true,  ALL, ALL), // DACLS "Order of ACEs": allow before deny
    ("O:BAD:(A;;KR;;;BU)(D;;KA;;;WD)(A;;KA;;;WD)", User, true, R, R), // HOW: each right is decided once
    ("O:BAD:(D;;KW;;;SY)(A;;KA;;;BU)",        User,     true,  ALL, ALL), // HOW: a deny ACE for someone else
    ("O:BAD:(A;;KR;;;BU)(A;;KW;;;WD)",        User,     true,  R | W, R | W), // HOW: rights add up over ACEs
    ("O:BAD:(D;;CC;;;WD)(A;;KR;;;WD)",        User,     true,  R & !1, R & !1), // DTYP: bit by bit
    ("O:BAD:(A;;CC;;;WD)(A;;0x8;;;BU)(D;;0x18;;;BU)(A;;0x10;;;WD)", User, true, 9, 9), // DTYP: bit by bit
    // Inherit-only ACEs.
    ("O:BAD:(A;CIIO;KA;;;WD)",                User,     true,  NONE, NONE), // DTYP: INHERIT_ONLY is passed over
    ("O:BAD:(D;CIIO;KA;;;WD)(A;CI;KR;;;WD)",  User,     true,  R, R), // DTYP: a deny ACE too
    ("O:BAD:(A;CI;KR;;;WD)(A;CIIO;GA;;;CO)",  User,     true,  R, R), // DTYP: as most keys have it
    ("O:BAD:(A;OICIID;KR;;;WD)",              User,     true,  R, R), // DTYP: other flags change nothing
    // Generic rights.
    ("O:BAD:(A;;GR;;;WD)",                    User,     true,  R, R), // MAP
    ("O:BAD:(A;;GW;;;WD)",                    User,     true,  W, W), // MAP
    ("O:BAD:(A;;GX;;;WD)",                    User,     true,  R, R), // MAP: KEY_EXECUTE is KEY_READ
    ("O:BAD:(A;;GA;;;WD)",                    User,     true,  ALL, ALL), // MAP
    ("O:BAD:(D;;GW;;;WD)(A;;GA;;;WD)",        User,     true,  ALL & !W, ALL & !W), // DTYP: mapped before the walk
    ("O:BAD:(A;;GR;;;WD)(D;;CC;;;WD)",        User,     true,  R, R), // DTYP: mapped, so it decides CC first
    // Rights that no DACL grants.
    ("O:BAD:(A;;0x1020019;;;WD)",             User,     true,  R, R), // DTYP: ACCESS_SYSTEM_SECURITY is a privilege's
    ("O:BAD:(A;;0x2020019;;;WD)",             User,     true,  R, R), // DTYP: MAXIMUM_ALLOWED belongs in a request
    ("O:BAD:(A;;0x120019;;;WD)",              User,     true,  0x12_0019, 0x12_0019), // DTYP: any other bit counts
    // The owner.
    ("O:UD:(A;;KR;;;SY)",                     User,     true,  OWN, OWN), // DTYP: READ_CONTROL and WRITE_DAC implied
    ("O:UD:(D;;KA;;;WD)",                     User,     true,  OWN, OWN), // DTYP: before any deny ACE
    ("O:BUD:(A;;CC;;;WD)",                    User,     true,  OWN | 1, OWN | 1), // DTYP: a group of the token may own
    ("O:BAD:",                                Filtered, true,  NONE, NONE), // ATTR: a deny-only owner owns nothing
    ("O:GD:(A;;CC;;;WD)",                     Open,     true,  1, OWN | 1), // RULE: an owner that may be in the token
    ("O:GD:(D;;RC;;;WD)",                     Open,     true,  NONE, OWN), // RULE: and before any deny ACE
    // OWNER RIGHTS.
    ("O:UD:(A;;RC;;;OW)",                     User,     true,  RC, RC), // OWNER: limits what is implied
    ("O:UD:(A;;RC;;;OW)",                     User,     false, OWN, OWN), // OWNER: meant nothing before Vista
    ("O:UD:(A;;KR;;;OW)(A;;KA;;;SY)",         User,     true,  R, R), // OWNER: and allows the owner
    ("O:UD:(D;;WD;;;OW)(A;;KA;;;WD)",         User,     true,  ALL & !0x4_0000, ALL & !0x4_0000), // OWNER: a deny ACE
    ("O:UD:(A;CIIO;RC;;;OW)",                 User,     true,  OWN, OWN), // OWNER: not an inherit-only one
    ("O:BAD:(A;;KA;;;OW)",                    User,     true,  NONE, NONE), // OWNER: only for the owner
    ("O:BAD:(A;;KA;;;OW)",                    Filtered, true,  NONE, NONE), // OWNER, ATTR: nor a deny-only one
    ("O:BAD:(D;;KW;;;OW)(A;;KA;;;WD)",        Filtered, true,  ALL & !W, ALL & !W), // OWNER, ATTR: it denies
    ("O:GD:(A;;KR;;;OW)",                     Open,     true,  NONE, R), // RULE
    ("O:UD:(A;;CC;;;CO)",                     User,     true,  OWN, OWN), // DTYP: CREATOR OWNER is in no token
    // SIDs for denying only.
    ("O:SYD:(A;;KA;;;BA)",                    Filtered, true,  NONE, NONE), // ATTR: an allow ACE does not match
    ("O:SYD:(D;;KW;;;BA)(A;;KA;;;BU)",        Filtered, true,  ALL & !W, ALL & !W), // ATTR: a deny ACE does
    ("O:SYD:(A;;KA;;;BA)(A;;KR;;;BU)",        Filtered, true,  R, R), // ATTR: as on a desktop with UAC
    // Trustees whose membership is not known.
    ("O:BAD:(A;;KR;;;G)",                     Open,     true,  NONE, R), // RULE: may be allowed
    ("O:BAD:(D;;KW;;;G)(A;;KA;;;WD)",         Open,     true,  ALL & !W, ALL), // RULE: may be denied
    ("O:BAD:(A;;KR;;;WD)(D;;KA;;;G)",         Open,     true,  R, R), // RULE: too late to matter
    ("O:BAD:(A;;KR;;;G)(A;;KR;;;WD)",         Open,     true,  R, R), // RULE: allowed in any case
    ("O:BAD:(A;;KA;;;G)(D;;KW;;;WD)(A;;KA;;;WD)", Open, true,  ALL & !W, ALL), // RULE: certain ACEs behind it
    ("O:BAD:(D;;KR;;;G)(A;;KR;;;G)",          Open,     true,  NONE, NONE), // RULE: either way nothing
    ("O:BAD:(A;;KR;;;G)(D;;KR;;;G)(A;;KR;;;WD)", Open,  true,  NONE, R), // RULE: a deny-only member is denied
    ("O:BAD:(D;;CC;;;G)(A;;KR;;;S-1-5-21-9-1-1-2)(A;;CC;;;WD)", Open, true, NONE, R), // RULE: two unknown ones
    ("O:BAD:(A;;KR;;;G)",                     User,     true,  NONE, NONE), // HOW: not declared open, not a member
    // Object ACEs.
    ("O:BAD:(OA;;KR;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)", User, true, NONE, R), // RULE
    ("O:BAD:(OD;;KW;bf967aba-0de6-11d0-a285-00aa003049e2;;WD)(A;;KA;;;WD)", User, true, ALL & !W, ALL), // RULE
    ("O:BAD:(OA;;KR;bf967aba-0de6-11d0-a285-00aa003049e2;;SY)", User, true, NONE, NONE), // HOW: for someone else
    // ACEs of a SACL in a DACL decide nothing.
    ("O:BAD:(AU;SAFA;KA;;;WD)(A;;KR;;;WD)",   User,     true,  R, R), // DTYP: only allow and deny ACEs count
    ("O:BAD:(ML;;NW;;;LW)(A;;KR;;;WD)",       User,     true,  R, R), // DTYP
    // A SACL decides nothing.
    ("O:BAD:(A;;KR;;;WD)S:(AU;SAFA;KA;;;WD)", User,     true,  R, R), // DTYP
    // Real keys.
    ("O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)(A;;0x3001F;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;CO)",
                                              User,     false, R, R), // Services\WinSock of Windows NT 4.0
    ("O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;BA)(A;;0x3001F;;;SO)(A;;KA;;;SY)",
                                              System,   false, ALL, ALL), // the same
];

fn build(sddl: &str) -> SecurityDescriptorBuf {
    let user = sddl.replace("O:UD:", &format!("O:{USER}D:"));
    let group =
        user.replace(";;;G)", ";;;S-1-5-21-9-1-1-1)").replace("O:GD:", "O:S-1-5-21-9-1-1-1D:");
    group.parse().unwrap_or_else(|error| panic!("{sddl}: {error}"))
}

fn mask(bits: u32) -> AccessMask {
    AccessMask::from_bits_retain(bits)
}

fn options(owner_rights: bool) -> AccessOptions {
    AccessOptions { owner_rights }
}

#[test]
fn truth_table() {
    assert!(ROWS.len() >= 60);
    for (row, (sddl, who, vista, min, max)) in ROWS.iter().enumerate() {
        let descriptor = build(sddl);
        let access = descriptor
            .as_descriptor()
            .effective_access(&who.token(), &GenericMapping::REGISTRY_KEY, options(*vista))
            .unwrap();
        let got = (access.granted_min, access.granted_max);
        assert_eq!(got, (mask(*min), mask(*max)), "row {row}: {sddl}");
        assert_eq!(access.is_certain(), min == max);
    }
}

/// Conditions, and types that no documentation explains, are not written in text.
#[test]
fn uncertain_ace_types() {
    let (everyone, key_read) = (Sid::EVERYONE, AccessMask::KEY_READ);
    let callback =
        |ace_type| AceSpec { data: b"artx".to_vec(), ..AceSpec::new(ace_type, mask(W), everyone) };
    let read = AceSpec::allow(everyone, key_read);
    let check = |aces: Vec<AceSpec>, patch: Option<u8>, token: &Token| {
        let builder = DescriptorBuilder::new().owner(Sid::ADMINISTRATORS);
        let built = builder.dacl(AclSpec::Present(aces)).build().unwrap();
        let mut bytes = built.into_bytes();
        if let Some(ace_type) = patch {
            // The first ACE behind the headers of the descriptor and the DACL.
            bytes[28] = ace_type;
        }
        let descriptor = SecurityDescriptorBuf::from_bytes(bytes).unwrap();
        let descriptor = descriptor.as_descriptor();
        let mapping = GenericMapping::REGISTRY_KEY;
        let access = descriptor.effective_access(token, &mapping, options(true)).unwrap();
        (access.granted_min.bits(), access.granted_max.bits())
    };
    // [MS-DTYP] 2.4.4.6: a conditional allow ACE grants if its condition holds.
    let allow = callback(AceType::ACCESS_ALLOWED_CALLBACK);
    assert_eq!(check(vec![allow.clone(), read.clone()], None, &user()), (R, R | W));
    // [MS-DTYP] 2.4.4.7: a conditional deny ACE denies if its condition holds or is unknown.
    let deny = callback(AceType::ACCESS_DENIED_CALLBACK);
    let all = AceSpec::allow(everyone, AccessMask::KEY_ALL_ACCESS);
    assert_eq!(check(vec![deny, all.clone()], None, &user()), (ALL & !W, ALL));
    // An ACE that a condition can only make narrower does nothing for a trustee outside of the token.
    assert_eq!(check(vec![allow.clone()], None, &Token::default()), (NONE, NONE));
    // Deny-only SIDs match no allow ACE, conditional or not (Win32 "SID Attributes in an Access Token").
    let token = Token::default().with_deny_only([everyone]);
    assert_eq!(check(vec![allow], None, &token), (NONE, NONE));
    // An unknown type may allow or deny anything to anyone, but not what was decided before it.
    let (min, max) = check(vec![read.clone(), all.clone()], Some(0x77), &user());
    assert_eq!((min, max & ALL), (NONE, ALL));
    // It may also be about OWNER RIGHTS, so that even what the owner is implied is uncertain.
    let (min, max) = check(vec![read.clone()], Some(0x77), &system());
    assert_eq!((min, max & OWN), (NONE, OWN));
    // Inherit-only, it means nothing.
    let inherit = read.with_flags(AceFlags::CONTAINER_INHERIT | AceFlags::INHERIT_ONLY);
    assert_eq!(check(vec![inherit, all], Some(0x77), &user()), (ALL, ALL));
}

#[test]
fn requirements() {
    let grants = |sddl: &str, who: Who, needed: AccessMask| {
        let mapping = GenericMapping::REGISTRY_KEY;
        let descriptor = build(sddl);
        let access = descriptor
            .as_descriptor()
            .effective_access(&who.token(), &mapping, options(true))
            .unwrap();
        access.grants(needed)
    };
    let read = AccessMask::KEY_READ;
    assert_eq!(grants("O:BAD:(A;;KR;;;WD)", User, read), Some(true));
    assert_eq!(grants("O:BAD:(A;;KR;;;WD)", User, AccessMask::GENERIC_READ), Some(true));
    assert_eq!(grants("O:BAD:(A;;KR;;;WD)", User, AccessMask::KEY_WRITE), Some(false));
    assert_eq!(grants("O:BAD:(A;;KR;;;G)", Open, read), None);
    // One bit that is certainly missing makes the whole request fail, whatever the others are.
    assert_eq!(grants("O:BAD:(A;;KR;;;G)", Open, read | AccessMask::DELETE), Some(false));
    // A request for nothing is granted; MAXIMUM_ALLOWED alone wants something (DTYP).
    assert_eq!(grants("O:BAD:", User, AccessMask::empty()), Some(true));
    assert_eq!(grants("O:BAD:", User, AccessMask::MAXIMUM_ALLOWED), Some(false));
    assert_eq!(grants("O:BAD:(A;;KR;;;WD)", User, AccessMask::MAXIMUM_ALLOWED), Some(true));
    assert_eq!(grants("O:BAD:(A;;KR;;;G)", Open, AccessMask::MAXIMUM_ALLOWED), None);
    assert_eq!(grants("O:BA", User, AccessMask::MAXIMUM_ALLOWED), Some(true));
    assert_eq!(grants("O:BAD:(A;;KR;;;WD)", User, read | AccessMask::MAXIMUM_ALLOWED), Some(true));
    // Without a DACL every right is granted, those that keys don't have too, but no privilege is.
    assert_eq!(grants("O:BA", User, AccessMask::SYNCHRONIZE), Some(true));
    assert_eq!(grants("O:BA", User, AccessMask::ACCESS_SYSTEM_SECURITY), Some(false));
    assert_eq!(
        grants("O:BAD:(A;;0xffffffff;;;WD)", User, AccessMask::ACCESS_SYSTEM_SECURITY),
        Some(false)
    );
}

#[test]
fn deciding_aces() {
    let explain = |sddl: &str, who: Who, needed: u32| -> Vec<String> {
        let mapping = GenericMapping::REGISTRY_KEY;
        let descriptor = build(sddl);
        let access = descriptor
            .as_descriptor()
            .effective_access(&who.token(), &mapping, options(true))
            .unwrap();
        access.deciding_aces(mask(needed)).iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        explain("O:BAD:(A;;KA;;;SY)(A;;KR;;;WD)", User, R),
        ["KEY_READ: granted, ACE 1 (A;;KR;;;WD) allows"]
    );
    assert_eq!(
        explain("O:BAD:(D;;DC;;;WD)(A;;KA;;;WD)", User, 0x3),
        [
            "SET_VALUE: denied, ACE 0 (D;;DC;;;WD) denies",
            "QUERY_VALUE: granted, ACE 1 (A;;KA;;;WD) allows"
        ]
    );
    assert_eq!(
        explain("O:UD:(A;;CC;;;WD)", User, OWN | 0x3),
        [
            "READ_CONTROL | WRITE_DAC: granted, implied to the owner",
            "QUERY_VALUE: granted, ACE 0 (A;;CC;;;WD) allows",
            "SET_VALUE: denied, no ACE grants it",
        ]
    );
    assert_eq!(
        explain("O:BAD:(D;;DC;;;G)(A;;DC;;;WD)", Open, 0x2),
        [
            "SET_VALUE: uncertain, ACE 0 (D;;DC;;;S-1-5-21-9-1-1-1) may deny",
            "SET_VALUE: uncertain, ACE 1 (A;;DC;;;WD) allows",
        ]
    );
    assert_eq!(explain("O:BA", User, R), ["KEY_READ: granted, there is no DACL"]);
    assert_eq!(explain("D:NO_ACCESS_CONTROL", User, R), ["KEY_READ: granted, the DACL is NULL"]);
    assert_eq!(explain("D:", User, 0x100), ["0x100: denied, no ACE grants it"]);
    assert_eq!(
        explain("D:(D;;DC;;;G)", Open, 0x2),
        ["SET_VALUE: denied, no ACE grants it"],
        "a denial that may not apply is not what denies"
    );
    let nothing = build("D:").as_descriptor().effective_access(
        &user(),
        &GenericMapping::REGISTRY_KEY,
        AccessOptions::default(),
    );
    let nothing = nothing.unwrap().deciding_aces(AccessMask::KEY_ALL_ACCESS | mask(0x100));
    assert_eq!(nothing.len(), 1);
    assert_eq!((nothing[0].by, nothing[0].verdict), (DecidedBy::Nothing, Verdict::Denied));
    assert_eq!(nothing[0].bits, mask(ALL | 0x100));
}
