//! What the access check answers to requests, and how it explains its answers.
//!
//! The sources are those of `access_table`.

mod access_rows;

use access_rows::{ALL, OWN, Open, R, SOURCES, User, W, Who, build, check, mask};
use coldhive_security::Verdict::{Denied, Granted, Uncertain};
use coldhive_security::{
    AccessOptions, DecidedBy, GenericMapping, SecurityDescriptorBuf, granted, trustees, writers,
};

/// (descriptor, who, what is requested, the answer, the source).
type Request = (&'static str, Who, u32, Option<bool>, &'static str);

/// ACCESS_SYSTEM_SECURITY.
const ASS: u32 = 0x100_0000;
/// MAXIMUM_ALLOWED.
const MAX: u32 = 0x200_0000;
/// GENERIC_READ.
const GR: u32 = 0x8000_0000;
/// GENERIC_ALL.
const GA: u32 = 0x1000_0000;

#[rustfmt::skip]
const REQUESTS: &[Request] = &[
    ("O:BAD:(A;;KR;;;WD)",           User, R, Some(true), "HOW"),
    ("O:BAD:(A;;KR;;;WD)",           User, 1, Some(true), "HOW: a part of it"),
    ("O:BAD:(A;;KR;;;WD)",           User, W, Some(false), "HOW: a right that is not explicitly allowed"),
    ("O:BAD:(A;;KR;;;WD)",           User, R | W, Some(false), "HOW: one is enough"),
    ("O:BAD:(A;;KR;;;WD)",           User, GR, Some(true), "MAP: requests are mapped too"),
    ("O:BAD:(A;;GR;;;WD)",           User, R, Some(true), "MAP"),
    ("O:BAD:(A;;KR;;;WD)",           User, GA, Some(false), "MAP"),
    ("O:BAD:(A;;KR;;;G)",            Open, R, None, "RULE"),
    ("O:BAD:(A;;KR;;;G)",            Open, R | 2, Some(false), "RULE: one bit is certainly missing, whatever the others are"),
    ("O:BAD:(A;;KR;;;G)(A;;KW;;;WD)", Open, R | W, None, "RULE: one bit is uncertain"),
    ("O:BAD:",                       User, 0, Some(true), "DTYP: a request for nothing leaves nothing"),
    ("O:BAD:",                       User, MAX, Some(false), "DTYP: MAXIMUM_ALLOWED with nothing granted is denied"),
    ("O:BAD:(A;;KR;;;WD)",           User, MAX, Some(true), "DTYP: with anything it succeeds"),
    ("O:UD:",                        User, MAX, Some(true), "RULE: with what the owner is implied too, which the last lines of DTYP drop"),
    ("O:BAD:(A;;KR;;;G)",            Open, MAX, None, "RULE"),
    ("O:BAD:(A;;KR;;;WD)",           User, R | MAX, Some(true), "RULE: both, the rights and as much as there is"),
    ("O:BAD:(A;;KR;;;WD)",           User, W | MAX, Some(false), "RULE: DTYP would forget the rights that stand beside it"),
    ("O:BAD:(A;;KA;;;WD)(D;;KW;;;WD)", User, MAX, Some(true), "RULE: DTYP's mode for it alone would let the later denial win"),
    ("O:BAD:(A;;0xffffffff;;;WD)",   User, ASS, Some(false), "DTYP: without the privilege, access denied"),
    ("O:BAD:(A;;0xffffffff;;;WD)",   User, R | ASS, Some(false), "DTYP"),
    ("O:BAD:(A;;0xffffffff;;;WD)",   User, ASS | MAX, Some(false), "DTYP"),
    ("O:BA",                         User, R, Some(true), "DACLS"),
    ("O:BA",                         User, MAX, Some(true), "DACLS: as much as there is"),
    ("O:BA",                         User, GA | MAX, Some(true), "DACLS"),
    ("O:BA",                         User, 0x10_0000, Some(true), "DTYP: any access check will succeed, for rights outside of the mapping too"),
    ("O:BAD:NO_ACCESS_CONTROL",      User, 0x10_0000, Some(true), "CHECK: the client has the requested access"),
    ("O:BA",                         User, ASS, Some(false), "RULE: DTYP asks for the privilege before it looks for a DACL"),
    ("O:BAD:NO_ACCESS_CONTROL",      User, ASS | MAX, Some(false), "RULE: the same"),
    ("O:BAD:(A;;KA;;;WD)",           User, 0x10_0000, Some(false), "HOW: KEY_ALL_ACCESS is not everything"),
];

#[test]
fn requests() {
    for (sddl, who, requested, answer, source) in REQUESTS {
        let access = check(sddl, *who, &GenericMapping::REGISTRY_KEY, true);
        assert_eq!(access.grants(mask(*requested)), *answer, "{sddl} {requested:#x} ({source})");
        assert!(SOURCES.iter().any(|known| source.starts_with(known)), "{source}");
    }
}

fn explain(sddl: &str, who: Who, needed: u32) -> Vec<String> {
    let access = check(sddl, who, &GenericMapping::REGISTRY_KEY, true);
    access.deciding_aces(mask(needed)).iter().map(ToString::to_string).collect()
}

#[test]
fn deciding_aces() {
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
    assert_eq!(
        explain("O:BAD:(A;CIIO;KA;;;WD)(D;;CC;;;G)(A;;KR;;;H)(A;;CC;;;WD)", Open, 0x1),
        [
            "QUERY_VALUE: uncertain, ACE 1 (D;;CC;;;S-1-5-21-9-1-1-1) may deny",
            "QUERY_VALUE: uncertain, ACE 2 (A;;KR;;;S-1-5-21-9-1-1-2) may allow",
            "QUERY_VALUE: uncertain, ACE 3 (A;;CC;;;WD) allows",
        ],
        "the ACEs in their order, each with its own text"
    );
    assert_eq!(explain("O:BA", User, R), ["KEY_READ: granted, there is no DACL"]);
    assert_eq!(
        explain("O:BA", User, R | ASS),
        ["KEY_READ: granted, there is no DACL", "ACCESS_SYSTEM_SECURITY: denied, no ACE grants it"]
    );
    assert_eq!(explain("D:NO_ACCESS_CONTROL", User, R), ["KEY_READ: granted, the DACL is NULL"]);
    assert_eq!(explain("D:", User, 0x100), ["0x100: denied, no ACE grants it"]);
    assert_eq!(
        explain("D:(D;;DC;;;G)", Open, 0x2),
        ["SET_VALUE: denied, no ACE grants it"],
        "a denial that may not apply is not what denies"
    );
    let nothing = check("D:", User, &GenericMapping::REGISTRY_KEY, true);
    let nothing = nothing.deciding_aces(mask(ALL | 0x100));
    assert_eq!(nothing.len(), 1);
    assert_eq!((nothing[0].by, nothing[0].verdict), (DecidedBy::Nothing, Denied));
    assert_eq!(nothing[0].bits, mask(ALL | 0x100));
}

/// A row for each right of a key (MAP), and for those beyond it that an ACE speaks of.
#[test]
fn rights_one_by_one() {
    let access = check(
        "O:UD:(D;;DC;;;WD)(A;;0x100007;;;G)(A;;CC;;;WD)",
        Open,
        &GenericMapping::REGISTRY_KEY,
        true,
    );
    let rows: Vec<_> = access
        .rights()
        .map(|row| (row.right.bits(), row.verdict, row.deciding().map(|one| one.by).collect()))
        .collect();
    let (owner, nothing) = (DecidedBy::ImpliedOwner, DecidedBy::Nothing);
    let ace = |index| DecidedBy::Ace { index };
    let expected: [(u32, _, Vec<_>); 11] = [
        (0x1, Granted, vec![ace(2)]),
        (0x2, Denied, vec![ace(0)]),
        (0x4, Uncertain, vec![ace(1)]),
        (0x8, Denied, vec![nothing]),
        (0x10, Denied, vec![nothing]),
        (0x20, Denied, vec![nothing]),
        (0x1_0000, Denied, vec![nothing]),
        (0x2_0000, Granted, vec![owner]),
        (0x4_0000, Granted, vec![owner]),
        (0x8_0000, Denied, vec![nothing]),
        (0x10_0000, Uncertain, vec![ace(1)]),
    ];
    assert_eq!(rows, expected);
    assert_eq!(access.deciding(mask(0x6)).count(), 2);
    assert_eq!(access.deciding(mask(0x100)).count(), 0);

    // A right of no key, of which only a denial speaks that may not apply: nothing grants it.
    let access = check("O:BAD:(D;;0x100000;;;G)", Open, &GenericMapping::REGISTRY_KEY, true);
    let synchronize = access.rights().last().unwrap();
    assert_eq!((synchronize.right.bits(), synchronize.verdict), (0x10_0000, Denied));
    assert!(synchronize.deciding().all(|one| one.by == nothing));

    let everyone = check("O:BA", User, &GenericMapping::REGISTRY_KEY, true);
    assert_eq!(everyone.rights().count(), 10);
    assert!(everyone.rights().all(|row| row.verdict == Granted && row.deciding().count() == 1));
}

/// Nothing is guessed where the owner or the DACL is ill-formed; the rest does not matter.
#[test]
fn ill_formed_descriptors() {
    const SDDL: &str = "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KA;;;SY)S:(AU;SA;KA;;;WD)";
    let field = |bytes: &[u8], at: usize| usize::from(bytes[at]);
    let fails = |break_it: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = build(SDDL).into_bytes();
        break_it(&mut bytes);
        let broken = SecurityDescriptorBuf::from_bytes(bytes).unwrap();
        let (mapping, options) = (GenericMapping::REGISTRY_KEY, AccessOptions::default());
        let broken = broken.as_descriptor();
        let access = broken.effective_access(&User.token(), &mapping, options);
        let cheap = granted(&broken, &User.token(), &mapping, options);
        assert_eq!(cheap, access.map(|access| access.granted()));
        let alone = trustees(&broken, &[], &mapping, options);
        let writers = writers(&broken, mask(W), &mapping);
        assert_eq!((alone.err(), writers.err()), (cheap.err(), cheap.err()));
        cheap.err().map(|error| error.code())
    };
    // Where the first ACE of the DACL begins, behind 8 bytes of the ACL's header; it has 20 bytes.
    let ace = |bytes: &[u8]| field(bytes, 16) + 8;
    assert_eq!(fails(&|_| {}), None);
    assert_eq!(fails(&|bytes| bytes[4..8].fill(0xFF)), Some("out_of_bounds"), "the owner");
    assert_eq!(fails(&|bytes| bytes[16..20].fill(0xFF)), Some("out_of_bounds"), "the DACL");
    assert_eq!(fails(&|bytes| bytes[8..12].fill(0xFF)), None, "the group");
    assert_eq!(fails(&|bytes| bytes[12..16].fill(0xFF)), None, "the SACL");
    let acl = |bytes: &[u8]| field(bytes, 16);
    assert_eq!(
        fails(&|bytes| {
            let at = acl(bytes);
            bytes[at] = 9;
        }),
        Some("acl_revision")
    );
    let set = |behind: usize, value: u8| {
        fails(&|bytes| {
            let at = ace(bytes) + behind;
            bytes[at] = value;
        })
    };
    assert_eq!(set(2, 0), Some("aces_unread"), "a size that leads nowhere");
    assert_eq!(set(8, 2), Some("ace_sid"), "no SID");
    assert_eq!(set(28, 2), Some("ace_sid"), "in an inherit-only ACE too");
}
