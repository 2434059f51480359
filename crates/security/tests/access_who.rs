//! Who may do something with an object: writers and trustees.
//!
//! The sources are those of `access_table`; here they are applied to a trustee by itself.

use coldhive_security::{
    AccessMask, AccessOptions, GenericMapping, SecurityDescriptorBuf, Sid, Writers, trustees,
    writers_with,
};

const KEY: GenericMapping = GenericMapping::REGISTRY_KEY;
/// KEY_READ.
const R: u32 = 0x2_0019;
/// KEY_WRITE.
const W: u32 = 0x2_0006;
/// KEY_ALL_ACCESS.
const ALL: u32 = 0xF_003F;
/// READ_CONTROL and WRITE_DAC: what an owner is implied.
const OWN: u32 = 0x6_0000;

fn sid(text: &str) -> Sid {
    text.parse().unwrap()
}

/// A descriptor whose ACEs with these indices get another type.
fn build(sddl: &str, types: &[(usize, u8)]) -> SecurityDescriptorBuf {
    let parsed: SecurityDescriptorBuf = sddl.parse().unwrap();
    let acl = parsed.as_descriptor().dacl().unwrap().acl();
    let offsets: Vec<_> = acl
        .iter()
        .flat_map(coldhive_security::Acl::aces)
        .map(|ace| ace.unwrap().offset())
        .collect();
    let mut bytes = parsed.into_bytes();
    for (index, ace_type) in types {
        bytes[offsets[*index]] = *ace_type;
    }
    SecurityDescriptorBuf::from_bytes(bytes).unwrap()
}

/// Who is listed, with which rights and how certainly; the implied owner; the ACEs not understood.
type Found = (Vec<(Sid, u32, bool)>, Option<Sid>, Vec<u16>);

fn found(sddl: &str, types: &[(usize, u8)], wanted: u32, owner_rights: bool) -> Found {
    let built = build(sddl, types);
    let wanted = AccessMask::from_bits_retain(wanted);
    let options = AccessOptions { owner_rights };
    let found = writers_with(&built.as_descriptor(), wanted, &KEY, options).unwrap();
    let Writers::Trustees { writers, implied_owner, not_understood } = found else {
        panic!("it has a DACL")
    };
    let rows = writers.iter().map(|one| (one.sid, one.mask.bits(), one.certain)).collect();
    (rows, implied_owner, not_understood)
}

fn listed(sddl: &str, wanted: u32) -> Vec<(Sid, u32, bool)> {
    found(sddl, &[], wanted, true).0
}

#[test]
fn what_is_denied_before_is_not_listed() {
    let (users, everyone) = (Sid::USERS, Sid::EVERYONE);
    assert_eq!(listed("O:BAD:(A;;KA;;;BU)", W), [(users, W, true)]);
    assert_eq!(listed("O:BAD:(D;;DC;;;BU)(A;;KA;;;BU)", W), [(users, W & !2, true)]);
    assert_eq!(listed("O:BAD:(D;;KW;;;WD)(A;;KA;;;BU)", W), []);
    assert_eq!(listed("O:BAD:(D;;KW;;;BU)(A;;KA;;;WD)", W), [(everyone, W, true)]);
    assert_eq!(listed("O:BAD:(A;;KA;;;BU)(D;;KW;;;BU)", W), [(users, W, true)]);
    assert_eq!(listed("O:BAD:(D;CIIO;KW;;;BU)(A;;KA;;;BU)", W), [(users, W, true)]);
    // OWNER RIGHTS is the owner, under both names (Vista and later).
    assert_eq!(listed("O:BUD:(D;;KW;;;OW)(A;;KA;;;BU)", W), []);
    assert_eq!(listed("O:BUD:(D;;KW;;;BU)(A;;KA;;;OW)", W), []);
    assert_eq!(listed("O:BUD:(A;;KA;;;OW)", W), [(Sid::OWNER_RIGHTS, W, true)]);
    assert_eq!(listed("D:(A;;KA;;;OW)", W), [], "nobody owns it");
    // Rights that no ACE grants are asked in vain.
    assert_eq!(listed("O:BAD:(A;;0xffffffff;;;BU)", 0x300_0000), []);
}

/// Win32 "Well-known SIDs"; PRINCIPAL SELF is someone where the object stands for a principal.
#[test]
fn sids_that_no_token_holds_are_no_writers() {
    assert_eq!(listed("O:BAD:(A;;KA;;;CO)(A;;KA;;;CG)(A;;KA;;;S-1-0-0)", W), []);
    assert_eq!(listed("O:BAD:(A;;KA;;;PS)", W), [(sid("PS"), W, false)]);
    assert_eq!(found("O:S-1-0-0D:", &[], OWN, true).1, None);
    assert_eq!(found("O:BAD:", &[], OWN, true).1, Some(Sid::ADMINISTRATORS));
    assert_eq!(found("O:BAD:", &[], R & !OWN, true).1, None, "nothing implied is asked about");
}

#[test]
fn what_makes_it_uncertain() {
    let users = Sid::USERS;
    // A condition; an object type, but not its absence.
    let conditional = found("O:BAD:(A;;KA;;;BU)", &[(0, 9)], W, true);
    assert_eq!(conditional.0, [(users, W, false)]);
    let class = "bf967aba-0de6-11d0-a285-00aa003049e2";
    assert_eq!(listed(&format!("O:BAD:(OA;;KA;{class};;BU)"), W), [(users, W, false)]);
    assert_eq!(listed("O:BAD:(OA;;KA;;;BU)", W), [(users, W, true)]);
    assert_eq!(listed("O:BAD:(OD;;KW;;;BU)(A;;KA;;;BU)", W), []);
    let unless = found("O:BAD:(D;;KW;;;BU)(A;;KA;;;BU)", &[(0, 10)], W, true);
    assert_eq!(unless.0, [(users, W, true)], "a denial that may not apply takes nothing away");
    let unknown = found("O:BAD:(A;;KA;;;BU)", &[(0, 0x77)], W & !OWN, true);
    assert_eq!((unknown.0, unknown.2), (vec![], vec![0]));
}

/// An ACE for OWNER RIGHTS ends what is implied; whether a conditional one does, or one of unknown type
/// that may be about it, is not documented.
#[test]
fn implied_to_the_owner() {
    let (owner, implied) = (Some(Sid::SYSTEM), [(Sid::SYSTEM, OWN, false)]);
    assert_eq!(found("O:SYD:(A;;KR;;;BU)", &[], OWN, true).1, owner);
    assert_eq!(found("O:SYD:(A;;CC;;;OW)", &[], OWN, true), (vec![], None, vec![]));
    assert_eq!(found("O:SYD:(D;;CC;;;OW)", &[], OWN, true).1, None);
    assert_eq!(found("O:SYD:(A;CIIO;CC;;;OW)", &[], OWN, true).1, owner);
    let conditional = found("O:SYD:(A;;CC;;;OW)", &[(0, 9)], OWN, true);
    assert_eq!((&conditional.0[..], conditional.1), (&implied[..], None));
    let unknown = found("O:SYD:(A;;CC;;;BU)", &[(0, 0x77)], OWN, true);
    assert_eq!((&unknown.0[..], unknown.1, unknown.2), (&implied[..], None, vec![0]));
    // Beside a plain one there is no doubt, and before Vista there is none either.
    let both = found("O:SYD:(A;;CC;;;OW)(A;;CC;;;OW)", &[(0, 9)], OWN, true);
    assert_eq!((both.0, both.1), (vec![], None));
    assert_eq!(found("O:SYD:(A;;CC;;;OW)", &[(0, 9)], OWN, false), (vec![], owner, vec![]));
}

/// What each trustee of a descriptor is granted, at least and at most.
fn rows(sddl: &str, types: &[(usize, u8)], beside: &[Sid]) -> Vec<(Sid, u32, u32)> {
    let built = build(sddl, types);
    let found = trustees(&built.as_descriptor(), beside, &KEY, AccessOptions::default()).unwrap();
    let row =
        |sid, granted: coldhive_security::Granted| (sid, granted.min.bits(), granted.max.bits());
    let mut rows = vec![row(sid("S-1-0-0"), found.anyone)];
    rows.extend(found.trustees.iter().map(|one| row(one.sid, one.granted)));
    rows
}

#[test]
fn trustees_by_themselves() {
    let anyone = sid("S-1-0-0");
    let (users, everyone, system) = (Sid::USERS, Sid::EVERYONE, Sid::SYSTEM);
    let certain = |sid, bits| (sid, bits, bits);
    // In the order in which ACEs name them, the owner last.
    assert_eq!(
        rows("O:SYD:(D;;KW;;;BU)(A;;KA;;;BA)(A;;KR;;;WD)(A;;KA;;;BU)", &[], &[]),
        [
            certain(anyone, 0),
            certain(users, ALL & !W),
            certain(Sid::ADMINISTRATORS, ALL),
            certain(everyone, R),
            certain(system, OWN),
        ]
    );
    // With Everyone beside, its ACEs count for all, each in its place.
    assert_eq!(
        rows("O:SYD:(A;;CC;;;BU)(D;;KR;;;WD)(A;;KA;;;BU)(A;;KA;;;WD)", &[], &[everyone]),
        [
            certain(anyone, ALL & !R),
            certain(users, ALL & !R | 1),
            certain(everyone, ALL & !R),
            certain(system, ALL & !R | OWN),
        ]
    );
    // OWNER RIGHTS is a row of the owner; an inherit-only ACE names nobody.
    assert_eq!(
        rows("O:SYD:(A;CIIO;KA;;;BU)(A;;KR;;;OW)", &[], &[]),
        [certain(anyone, 0), certain(system, R)]
    );
    assert_eq!(rows("D:(A;;KR;;;OW)", &[], &[]), [certain(anyone, 0)]);
    // What is uncertain is so for its own trustee, and an unknown ACE for all.
    assert_eq!(
        rows("D:(A;;KR;;;BU)(A;;KA;;;WD)", &[(1, 9)], &[]),
        [certain(anyone, 0), certain(users, R), (everyone, 0, ALL)]
    );
    assert_eq!(
        rows("D:(A;;KR;;;BU)(A;;KA;;;WD)", &[(1, 0x77)], &[]),
        [(anyone, 0, 0x0CFF_FFFF), (users, R, 0x0CFF_FFFF)]
    );
    // Without a DACL everyone may do everything.
    for sddl in ["O:SY", "O:SYD:NO_ACCESS_CONTROL"] {
        assert_eq!(rows(sddl, &[], &[]), [certain(anyone, ALL), certain(system, ALL)]);
        let built = build(sddl, &[]);
        let found = trustees(&built.as_descriptor(), &[], &KEY, AccessOptions::default()).unwrap();
        assert!(found.anyone.unrestricted && found.trustees[0].granted.unrestricted);
        assert!(found.trustees[0].owner);
    }
}

#[test]
fn placeholders_are_marked() {
    let placeholders = |owner_rights| {
        let built = build("O:SYD:(A;;KR;;;CO)(A;;KR;;;PS)(A;;KR;;;BU)(A;;KR;;;OW)", &[]);
        let options = AccessOptions { owner_rights };
        let found = trustees(&built.as_descriptor(), &[], &KEY, options).unwrap();
        found.trustees.iter().map(|row| (row.sid, row.placeholder)).collect::<Vec<_>>()
    };
    let (owner, principal) = (Sid::CREATOR_OWNER, sid("PS"));
    let common = [(owner, true), (principal, true), (Sid::USERS, false)];
    assert_eq!(placeholders(true), [&common[..], &[(Sid::SYSTEM, false)]].concat());
    assert_eq!(
        placeholders(false),
        [&common[..], &[(Sid::OWNER_RIGHTS, true), (Sid::SYSTEM, false)]].concat()
    );
}

#[cfg(feature = "serde")]
#[test]
fn trustees_come_back_from_json() {
    let built = build("O:SYD:(A;;KR;;;BU)", &[]);
    let options = AccessOptions::default();
    let found = trustees(&built.as_descriptor(), &[Sid::EVERYONE], &KEY, options).unwrap();
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["trustees"][0]["sid"], "S-1-5-32-545");
    assert_eq!(json["trustees"][0]["granted"]["min"], R);
    assert_eq!(json["anyone"]["unrestricted"], false);
    assert_eq!(serde_json::from_value::<coldhive_security::Trustees>(json).unwrap(), found);
}
