//! The access check, written out row by row.
//!
//! Every row is a descriptor, a principal, what it must be granted at least and at most, and where the row
//! comes from:
//! - DTYP: [MS-DTYP] 2.5.3.2 "Access Check Algorithm Pseudocode" (revision 42) with 2.5.3.1.1 "SidInToken"
//! - COND: [MS-DTYP] 2.4.4.17.3 "Conditional ACE Applicability", 2.5.3.1.5 "EvaluateAceCondition"
//! - OBJECT: Win32 ACCESS_ALLOWED_OBJECT_ACE, remarks: without GUIDs it means what ACCESS_ALLOWED_ACE means
//! - ADTS: [MS-ADTS] 5.1.3.3.2 and 5.1.3.3.4, how a directory walks a DACL
//! - HOW: Win32 "How AccessCheck Works"
//! - DACLS: Win32 "DACLs and ACEs", "Null DACLs and Empty DACLs"
//! - CHECK: Win32 AccessCheck, AccessCheckByType (the same without a list of object types)
//! - VISTA: "Security Identifiers (SIDs) New for Windows Vista": OwnerRights, and what was before
//! - ATTR: Win32 "SID Attributes in an Access Token" (SE_GROUP_USE_FOR_DENY_ONLY)
//! - WELL: Win32 "Well-known SIDs"
//! - MAP: Win32 "Registry Key Security and Access Rights", "Service Security and Access Rights", "File
//!   Security and Access Rights", MapGenericMask
//! - RULE: this crate's own rule for what is not known or not documented: the worst below, the best above
//!
//! Where DTYP speaks of "ACEs from object owner" it means the SID OWNER RIGHTS: so VISTA says.

use coldhive_security::Verdict::{Denied, Granted, Uncertain};
use coldhive_security::{
    Access, AccessMask, AccessOptions, AceSpec, AclSpec, AclState, DecidedBy, DescriptorBuilder,
    GenericMapping, SecurityDescriptorBuf, Sid, SidPattern, Token, granted, trustees, writers,
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
/// WRITE_DAC.
const WD: u32 = 0x4_0000;
/// Every right that an ACE can grant: no generic ones, no ACCESS_SYSTEM_SECURITY, no MAXIMUM_ALLOWED.
const ANY: u32 = 0x0CFF_FFFF;

/// Who asks.
#[derive(Clone, Copy)]
enum Who {
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
use Who::{DenyOnly, Filtered, Nobody, Open, Principal, System, User, Wild};

impl Who {
    fn token(self) -> Token {
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
const USER: &str = "S-1-5-21-1-2-3-1001";
/// `G` in a descriptor.
const GROUP: &str = "S-1-5-21-9-1-1-1";
/// `H` in a descriptor.
const OTHER_GROUP: &str = "S-1-5-21-9-1-1-2";
/// `<guid>` in a descriptor.
const CLASS: &str = "bf967aba-0de6-11d0-a285-00aa003049e2";

/// ACE types that these rows write in letters of their own: as what they are written, the type, and what
/// stands behind the SID. CA and CD are callback ACEs of an application, without a condition.
const TYPES: [(&str, &str, u8, &[u8]); 13] = [
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

/// (SDDL with the letters above, who, at least, at most, the source).
type Row = (&'static str, Who, u32, u32, &'static str);

#[rustfmt::skip]
const STATES_OF_A_DACL: &[Row] = &[
    ("O:BA",                                  User,     ALL, ALL, "DACLS; DTYP: no DACL, any access check will succeed"),
    ("O:BA",                                  Nobody,   ALL, ALL, "DACLS: everyone full access"),
    ("O:BA",                                  DenyOnly, ALL, ALL, "DACLS: no ACE denies"),
    ("O:BAD:NO_ACCESS_CONTROL",               User,     ALL, ALL, "DACLS, CHECK: NULL DACL, full access"),
    ("O:BAD:NO_ACCESS_CONTROL",               Nobody,   ALL, ALL, "DACLS: to any user that requests it"),
    ("D:NO_ACCESS_CONTROL",                   User,     ALL, ALL, "DACLS: whoever owns it or not"),
    ("O:BAS:(AU;SAFA;KA;;;WD)",               User,     ALL, ALL, "DACLS: a SACL is no DACL"),
    ("O:BAD:",                                User,     NONE, NONE, "DACLS: empty DACL, no access"),
    ("O:BAD:",                                System,   OWN, OWN, "DTYP: except through the implied access of the owner"),
    ("O:BAD:PAI(A;;KR;;;WD)",                 User,     R, R, "DTYP: no control flag but DACL PRESENT is read"),
    ("O:BAD:(A;;KR;;;WD)S:(AU;SAFA;KA;;;WD)", User,     R, R, "DTYP: a SACL decides nothing"),
];

#[rustfmt::skip]
const FIRST_DECISION_WINS: &[Row] = &[
    ("O:BAD:(A;;KR;;;WD)",                    User,     R, R, "HOW: an allow ACE for a group of the token"),
    ("O:BAD:(A;;KR;;;SY)",                    User,     NONE, NONE, "HOW: not for another trustee"),
    ("O:BAD:(A;;KR;;;WD)",                    Nobody,   NONE, NONE, "HOW: Everyone must be in the token"),
    ("O:BAD:(D;;KW;;;WD)(A;;KA;;;BU)",        User,     ALL & !W, ALL & !W, "HOW: a deny ACE denies"),
    ("O:BAD:(A;;KA;;;BU)(D;;KW;;;WD)",        User,     ALL, ALL, "DACLS: reads in sequence until access is granted or denied"),
    ("O:BAD:(D;;KA;;;U)(A;;KA;;;BU)",         User,     NONE, NONE, "DACLS: the user's denial ahead of the group"),
    ("O:BAD:(A;;KA;;;BU)(D;;KA;;;U)",         User,     ALL, ALL, "DACLS: otherwise the group's ACE grants"),
    ("O:BAD:(A;;KR;;;BU)(D;;KA;;;WD)(A;;KA;;;WD)", User, R, R, "ADTS: denied is what is not yet granted, and the other way"),
    ("O:BAD:(D;;KW;;;SY)(A;;KA;;;BU)",        User,     ALL, ALL, "HOW: a deny ACE for someone else"),
    ("O:BAD:(A;;KR;;;BU)(A;;KW;;;WD)",        User,     R | W, R | W, "DACLS: rights accumulate"),
    ("O:BAD:(D;;CC;;;WD)(A;;KR;;;WD)",        User,     R & !1, R & !1, "DTYP: bit by bit"),
    ("O:BAD:(A;;CC;;;WD)(A;;0x8;;;BU)(D;;0x18;;;BU)(A;;0x10;;;WD)", User, 9, 9, "DTYP: bit by bit"),
    ("O:BAD:(D;;0x0;;;WD)(A;;KR;;;WD)",       User,     R, R, "DTYP: a deny ACE with mask 0 is left"),
    ("O:BAD:(A;;0x0;;;WD)",                   User,     NONE, NONE, "DTYP: an allow ACE with mask 0 removes nothing"),
];

#[rustfmt::skip]
const INHERITANCE: &[Row] = &[
    ("O:BAD:(A;CIIO;KA;;;WD)",                User,     NONE, NONE, "DTYP: INHERIT_ONLY_ACE is passed over"),
    ("O:BAD:(A;IO;KA;;;WD)",                  User,     NONE, NONE, "DTYP: though no child inherits it either"),
    ("O:BAD:(D;CIIO;KA;;;WD)(A;CI;KR;;;WD)",  User,     R, R, "DTYP: a deny ACE too"),
    ("O:BAD:(A;CI;KR;;;WD)(A;CIIO;GA;;;CO)",  User,     R, R, "DTYP: as most keys have it"),
    ("O:BAD:(A;OICINPIDSAFA;KR;;;WD)",        User,     R, R, "DTYP: other flags change nothing"),
    ("O:BAD:(XD;CIIO;KA;;;WD)(A;;KR;;;WD)",   User,     R, R, "DTYP: an uncertain one too"),
];

#[rustfmt::skip]
const GENERIC_AND_OTHER_BITS: &[Row] = &[
    ("O:BAD:(A;;GR;;;WD)",                    User,     R, R, "MAP"),
    ("O:BAD:(A;;GW;;;WD)",                    User,     W, W, "MAP"),
    ("O:BAD:(A;;GX;;;WD)",                    User,     R, R, "MAP: KEY_EXECUTE is KEY_READ"),
    ("O:BAD:(A;;GA;;;WD)",                    User,     ALL, ALL, "MAP"),
    ("O:BAD:(A;;GRGW;;;WD)",                  User,     R | W, R | W, "MAP"),
    ("O:BAD:(D;;GW;;;WD)(A;;GA;;;WD)",        User,     ALL & !W, ALL & !W, "MAP: deny ACEs too"),
    ("O:BAD:(A;;GR;;;WD)(D;;CC;;;WD)",        User,     R, R, "MAP: mapped, so it decides CC first"),
    ("O:BAD:(A;;0x1020019;;;WD)",             User,     R, R, "DTYP: ACCESS_SYSTEM_SECURITY takes a privilege"),
    ("O:BAD:(A;;0x2020019;;;WD)",             User,     R, R, "DTYP: MAXIMUM_ALLOWED belongs in a request"),
    ("O:BAD:(D;;0x3000000;;;WD)(A;;KR;;;WD)", User,     R, R, "DTYP: neither denies anything else"),
    ("O:BAD:(A;;0x120019;;;WD)",              User,     0x12_0019, 0x12_0019, "DTYP: SYNCHRONIZE counts, although keys have no such right"),
    ("O:BAD:(A;;0xffffffff;;;WD)",            User,     ANY, ANY, "DTYP: so do reserved bits, once generic ones are mapped"),
];

#[rustfmt::skip]
const OWNER: &[Row] = &[
    ("O:UD:(A;;KR;;;SY)",                     User,     OWN, OWN, "DTYP: READ_CONTROL and WRITE_DAC are always granted"),
    ("O:UD:(D;;KA;;;WD)",                     User,     OWN, OWN, "DTYP: before any deny ACE"),
    ("O:UD:(D;;KA;;;U)",                      User,     OWN, OWN, "DTYP: and before one for the owner"),
    ("O:BUD:(A;;CC;;;WD)",                    User,     OWN | 1, OWN | 1, "DTYP: a group of the token may own"),
    ("O:WDD:",                                User,     OWN, OWN, "DTYP: Everyone too"),
    ("O:UD:",                                 Nobody,   NONE, NONE, "DTYP: the owner must be in the token"),
    ("O:UD:(A;;0x80000;;;SY)",                User,     OWN, OWN, "DTYP: not WRITE_OWNER, which ADTS adds for directories"),
    ("O:BAD:",                                Filtered, NONE, NONE, "RULE: a deny-only owner owns nothing, as ATTR has allow ACEs"),
    ("D:",                                    System,   NONE, NONE, "RULE: no owner, nothing implied (CHECK: such a descriptor is refused)"),
    ("O:GD:(A;;CC;;;WD)",                     Open,     1, OWN | 1, "RULE: an owner that may be in the token"),
    ("O:GD:(D;;RC;;;WD)",                     Open,     NONE, OWN, "RULE: and before any deny ACE"),
    ("O:GD:(D;;KA;;;G)",                      Open,     NONE, OWN, "RULE: even one for itself"),
    ("O:GD:(A;;RC;;;WD)",                     Open,     RC, OWN, "RULE: allowed in any case"),
];

#[rustfmt::skip]
const OWNER_RIGHTS: &[Row] = &[
    ("O:UD:(A;;RC;;;OW)",                     User,     RC, RC, "VISTA: the entries for it decide, nothing is implied"),
    ("O:UD:(A;;KR;;;OW)(A;;KA;;;SY)",         User,     R, R, "VISTA: they allow the owner more too"),
    ("O:UD:(A;;CC;;;OW)(A;;RC;;;WD)",         User,     RC | 1, RC | 1, "VISTA: along with all other applicable ACEs"),
    ("O:UD:(D;;WD;;;OW)(A;;KA;;;WD)",         User,     ALL & !WD, ALL & !WD, "VISTA: a deny ACE"),
    ("O:UD:(D;;RC;;;OW)",                     User,     NONE, NONE, "VISTA: a deny ACE alone leaves nothing"),
    ("O:UD:(A;;KA;;;WD)(D;;WD;;;OW)",         User,     ALL, ALL, "VISTA, DACLS: in stored order like all others"),
    ("O:UD:(A;;0x0;;;OW)",                    User,     NONE, NONE, "VISTA: the DACL contains one, whatever its mask"),
    ("O:UD:(A;;KR;;;WD)(A;;0x0;;;OW)",        User,     R, R, "VISTA: wherever it stands"),
    ("O:UD:(OA;;RC;;;OW)",                    User,     RC, RC, "VISTA, OBJECT: an object ACE that is a plain one"),
    ("O:UD:(A;CIIO;RC;;;OW)",                 User,     OWN, OWN, "RULE: not an inherit-only one, which DTYP passes over"),
    ("O:UD:(AU;SAFA;KA;;;OW)",                User,     OWN, OWN, "RULE: not one that belongs into a SACL"),
    ("O:BAD:(A;;KA;;;OW)",                    User,     NONE, NONE, "VISTA: only for the owner"),
    ("O:UD:(A;;RC;;;OW)(A;;KA;;;U)",          User,     ALL, ALL, "VISTA: the owner's other ACEs stay"),
    ("D:(A;;KA;;;OW)",                        Wild,     NONE, NONE, "VISTA: nobody owns it"),
    ("O:BAD:(A;;KA;;;OW)",                    Filtered, NONE, NONE, "RULE: a deny-only owner is allowed nothing"),
    ("O:BAD:(D;;KW;;;OW)(A;;KA;;;WD)",        Filtered, ALL & !W, ALL & !W, "RULE: but denied"),
    ("O:GD:(A;;KR;;;OW)",                     Open,     NONE, R, "RULE: whoever owns it"),
    ("O:GD:(D;;KW;;;OW)(A;;KW;;;G)",          Open,     NONE, NONE, "RULE: the owner under both names; either way nothing"),
    ("O:UD:(XA;;RC;;;OW)",                    User,     NONE, OWN, "RULE: whether a conditional one counts is not documented"),
    ("O:UD:(XD;;RC;;;OW)(A;;RC;;;WD)",        User,     NONE, OWN, "RULE: the same for denying"),
    ("O:UD:(XA;;RC;;;OW)(A;;CC;;;OW)",        User,     1, RC | 1, "VISTA: a plain one beside it counts"),
];

/// The same before Windows Vista.
#[rustfmt::skip]
const BEFORE_VISTA: &[Row] = &[
    ("O:UD:(A;;RC;;;OW)",                     User,     OWN, OWN, "VISTA: before, the owner always had both"),
    ("O:UD:(D;;KA;;;OW)(A;;KA;;;WD)",         User,     ALL, ALL, "VISTA: and the SID was new"),
    ("O:UD:(A;;KA;;;OW)",                     User,     OWN, OWN, "VISTA: so that nobody had it"),
    ("O:BAD:(A;;KA;;;OW)",                    Wild,     NONE, OWN, "VISTA: whatever else they have"),
    ("O:UD:(??;;KR;;;WD)",                    User,     OWN, ANY, "VISTA: so that no ACE takes away what is implied"),
    ("O:UD:(XA;;RC;;;OW)",                    User,     OWN, OWN, "VISTA: nor a conditional one"),
    ("O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)(A;;0x3001F;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;CO)",
                                              User,     R, R, "HOW: Services\\WinSock of Windows NT 4.0"),
    ("O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;BA)(A;;0x3001F;;;SO)(A;;KA;;;SY)",
                                              System,   ALL, ALL, "HOW: the same"),
];

#[rustfmt::skip]
const SIDS_FOR_DENYING_ONLY: &[Row] = &[
    ("O:SYD:(A;;KA;;;BA)",                    Filtered, NONE, NONE, "ATTR: an allow ACE is ignored"),
    ("O:SYD:(D;;KW;;;BA)(A;;KA;;;BU)",        Filtered, ALL & !W, ALL & !W, "ATTR: a deny ACE is not"),
    ("O:SYD:(A;;KA;;;BA)(A;;KR;;;BU)",        Filtered, R, R, "ATTR: as on a desktop with UAC"),
    ("O:SYD:(A;;KA;;;BA)(D;;KW;;;BA)(A;;KA;;;BU)", Filtered, ALL & !W, ALL & !W, "ATTR: what was ignored decides nothing"),
    ("O:SYD:(XA;;KA;;;BA)",                   Filtered, NONE, NONE, "ATTR, COND: nor does a condition help"),
    ("O:SYD:(XD;;KW;;;BA)(A;;KA;;;BU)",       Filtered, ALL & !W, ALL, "ATTR, COND"),
    ("O:SYD:(A;;KA;;;WD)",                    DenyOnly, NONE, NONE, "ATTR: Everyone too"),
];

#[rustfmt::skip]
const SIDS_IN_NO_TOKEN: &[Row] = &[
    ("O:UD:(A;;CC;;;CO)",                     User,     OWN, OWN, "WELL: CREATOR OWNER is replaced when a child inherits"),
    ("O:BAD:(A;;KR;;;CO)",                    Wild,     NONE, OWN, "WELL: nobody has it"),
    ("O:SYD:(A;;KR;;;CG)",                    Wild,     NONE, OWN, "WELL: nor CREATOR GROUP"),
    ("O:BAD:(D;;KR;;;CO)(A;;KR;;;WD)",        Wild,     R, R | OWN, "WELL: it denies nobody either"),
    ("O:S-1-0-0D:(A;;CC;;;WD)",               Wild,     1, 1, "WELL: NULL is a group with no members, and owns nothing"),
    ("O:BAD:(A;;KR;;;PS)",                    User,     NONE, NONE, "DTYP: PRINCIPAL SELF without a substitute is nobody"),
    ("O:BAD:(A;;KR;;;PS)",                    Open,     NONE, NONE, "DTYP"),
    ("O:BAD:(D;;KR;;;PS)(A;;KR;;;WD)",        Wild,     R, R | OWN, "DTYP"),
    ("O:BAD:(A;;KR;;;PS)",                    Principal, R, R, "DTYP: with one it is that principal"),
    ("O:BAD:(D;;KW;;;PS)(A;;KA;;;WD)",        Principal, ALL & !W, ALL & !W, "DTYP"),
];

#[rustfmt::skip]
const TRUSTEES_THAT_MAY_BE_IN_THE_TOKEN: &[Row] = &[
    ("O:BAD:(A;;KR;;;G)",                     Open,     NONE, R, "RULE: may be allowed"),
    ("O:BAD:(D;;KW;;;G)(A;;KA;;;WD)",         Open,     ALL & !W, ALL, "RULE: may be denied"),
    ("O:BAD:(A;;KR;;;WD)(D;;KA;;;G)",         Open,     R, R, "RULE: too late to matter"),
    ("O:BAD:(A;;KR;;;G)(A;;KR;;;WD)",         Open,     R, R, "RULE: allowed in any case"),
    ("O:BAD:(A;;KA;;;G)(D;;KW;;;WD)(A;;KA;;;WD)", Open, ALL & !W, ALL, "RULE: certain ACEs behind it"),
    ("O:BAD:(D;;KR;;;G)(A;;KR;;;G)",          Open,     NONE, NONE, "RULE: either way nothing"),
    ("O:BAD:(D;;KR;;;G)(A;;KR;;;H)",          Open,     NONE, R, "RULE: in the one and not in the other"),
    ("O:BAD:(A;;KR;;;G)(D;;KR;;;G)(A;;KR;;;WD)", Open,  NONE, R, "RULE: a deny-only member is denied"),
    ("O:BAD:(D;;CC;;;G)(A;;KR;;;H)(A;;CC;;;WD)", Open,  NONE, R, "RULE: two unknown ones"),
    ("O:BAD:(D;;CC;;;G)(D;;KR;;;G)(A;;KW;;;G)", Open,   NONE, W & !RC, "RULE: denials add up"),
    ("O:BAD:(A;;KR;;;G)",                     User,     NONE, NONE, "HOW: not declared open, not a member"),
    ("O:BAD:(A;;KR;;;G)",                     Wild,     NONE, R | OWN, "RULE: Administrators, who own it, may be there too"),
];

#[rustfmt::skip]
const CALLBACK_ACES: &[Row] = &[
    ("O:BAD:(XA;;KW;;;WD)",                   User,     NONE, W, "COND: granted if the condition holds"),
    ("O:BAD:(XA;;KW;;;WD)(A;;KR;;;WD)",       User,     R, R | W, "COND"),
    ("O:BAD:(XD;;KW;;;WD)(A;;KA;;;WD)",       User,     ALL & !W, ALL, "COND: denied if it holds, or is unknown to Windows"),
    ("O:BAD:(A;;KR;;;WD)(XD;;KA;;;WD)(A;;KA;;;WD)", User, R, ALL, "COND, DACLS: too late for what was granted"),
    ("O:BAD:(D;;KW;;;WD)(XA;;KA;;;WD)",       User,     NONE, ALL & !W, "COND, DACLS: too late for what was denied"),
    ("O:BAD:(XA;;KW;;;SY)",                   User,     NONE, NONE, "DTYP: the trustee must be in the token, whatever the condition"),
    ("O:BAD:(XD;;KW;;;SY)(A;;KA;;;WD)",       User,     ALL, ALL, "HOW: the same for denying"),
    ("O:BAD:(XA;;KR;;;WD)",                   Nobody,   NONE, NONE, "DTYP"),
    ("O:BAD:(XA;;KR;;;WD)",                   DenyOnly, NONE, NONE, "ATTR"),
    ("O:BAD:(XD;;KR;;;G)(A;;KR;;;G)",         Open,     NONE, R, "RULE: the condition may not hold for a member"),
    ("O:BAD:(D;;KR;;;G)(XA;;KR;;;G)",         Open,     NONE, NONE, "RULE: a member is denied before"),
    ("O:BAD:(XA;;KR;;;WD)(XD;;KR;;;WD)",      User,     NONE, R, "RULE: conditions are independent"),
    ("O:BAD:(CA;;KW;;;WD)(A;;KR;;;WD)",       User,     R, R | W, "RULE: an application may grant it (Win32 AuthzAccessCheckCallback), AccessCheck does not (COND: unknown)"),
    ("O:BAD:(CD;;KW;;;WD)(A;;KA;;;WD)",       User,     ALL & !W, ALL, "RULE: COND denies, an application or a Windows without conditions need not"),
    ("O:BAD:(CA;;KW;;;SY)",                   User,     NONE, NONE, "RULE: not for another trustee"),
];

#[rustfmt::skip]
const OBJECT_ACES: &[Row] = &[
    ("O:BAD:(OA;;KR;;;WD)",                   User,     R, R, "OBJECT: the same semantics as ACCESS_ALLOWED_ACE"),
    ("O:BAD:(OD;;KW;;;WD)(A;;KA;;;WD)",       User,     ALL & !W, ALL & !W, "OBJECT"),
    ("O:BAD:(OA;;KR;;<guid>;WD)",             User,     R, R, "ADTS: what counts is that ObjectType is not present"),
    ("O:BAD:(OD;;KR;;;G)(OA;;KR;;;G)",        Open,     NONE, NONE, "OBJECT, RULE: either way nothing"),
    ("O:BAD:(OA;CIIO;KR;;;WD)",               User,     NONE, NONE, "DTYP: inherit-only"),
    ("O:BAD:(OA;;KR;<guid>;;WD)",             User,     NONE, R, "RULE: CHECK passes over it for lack of a list of types; who gives a list may be granted"),
    ("O:BAD:(OD;;KW;<guid>;;WD)(A;;KA;;;WD)", User,     ALL & !W, ALL, "RULE: the same for denying"),
    ("O:BAD:(OA;;KR;<guid>;<guid>;WD)(A;;RC;;;WD)", User, RC, R, "RULE"),
    ("O:BAD:(OA;;KR;<guid>;;SY)",             User,     NONE, NONE, "HOW: for someone else"),
    ("O:BAD:(ZA;;KR;;;WD)",                   User,     NONE, R, "COND: without object type too it has a condition"),
    ("O:BAD:(ZD;;KW;;;WD)(A;;KA;;;WD)",       User,     ALL & !W, ALL, "COND"),
    ("O:BAD:(ZA;;KR;<guid>;;WD)",             User,     NONE, R, "COND, RULE"),
    ("O:BAD:(ZA;;KR;<guid>;;SY)",             User,     NONE, NONE, "HOW: for someone else"),
];

#[rustfmt::skip]
const ACES_OF_A_SACL_IN_A_DACL: &[Row] = &[
    ("O:BAD:(AU;SAFA;KA;;;WD)(A;;KR;;;WD)",   User,     R, R, "DTYP: only allow and deny ACEs have a case"),
    ("O:BAD:(OU;SAFA;KA;<guid>;;WD)(A;;KR;;;WD)", User, R, R, "DTYP"),
    ("O:BAD:(AL;;KA;;;WD)(A;;KR;;;WD)",       User,     R, R, "DTYP"),
    ("O:BAD:(XU;;KA;;;WD)(A;;KR;;;WD)",       User,     R, R, "DTYP"),
    ("O:BAD:(ML;;NW;;;LW)(A;;KR;;;WD)",       User,     R, R, "DTYP: a mandatory label counts in the SACL"),
    ("O:BAD:(RA;;KA;;;WD)(A;;KR;;;WD)",       User,     R, R, "DTYP: so do resource attributes"),
    ("O:BAD:(SP;;KA;;;WD)(A;;KR;;;WD)",       User,     R, R, "DTYP: and scoped policies"),
    ("O:BAD:(TL;;KA;;;WD)(A;;KR;;;WD)",       User,     R, R, "DTYP"),
    ("O:BAD:(FL;;KA;;;WD)(A;;KR;;;WD)",       User,     R, R, "DTYP"),
];

#[rustfmt::skip]
const TYPES_WITHOUT_DOCUMENTATION: &[Row] = &[
    ("O:BAD:(??;;KR;;;WD)",                   User,     NONE, ANY, "RULE: may allow anything, and deny it"),
    ("O:BAD:(??;;KR;;;WD)(A;;KA;;;WD)",       User,     NONE, ANY, "RULE: before what it would decide"),
    ("O:BAD:(A;;KR;;;WD)(??;;KR;;;WD)",       User,     R, ANY, "RULE: not what was granted before"),
    ("O:BAD:(D;;KR;;;WD)(??;;KR;;;WD)",       User,     NONE, ANY & !R, "RULE: nor what was denied before"),
    ("O:BAD:(??;;KR;;;WD)(A;;0x200000;;;WD)", User,     NONE, ANY, "RULE: about reserved bits too"),
    ("O:BAD:(??;;KR;;;WD)",                   Nobody,   NONE, ANY, "RULE: to anyone"),
    ("O:BAD:(??;CIIO;KR;;;WD)(A;;KA;;;WD)",   User,     ALL, ALL, "DTYP: inherit-only, it means nothing"),
    ("O:UD:(??;;KR;;;WD)",                    User,     NONE, ANY, "RULE: it may be about OWNER RIGHTS"),
    ("O:UD:(A;;RC;;;OW)(??;;KR;;;WD)",        User,     RC, ANY, "RULE: a plain one decides that"),
    ("O:BAD:(CP;;KR;;;WD)",                   User,     NONE, ANY, "RULE: a compound ACE is \"reserved\" in Win32 and DTYP"),
];

const TABLES: [(&str, &[Row]); 13] = [
    ("states of a DACL", STATES_OF_A_DACL),
    ("first decision wins", FIRST_DECISION_WINS),
    ("inheritance", INHERITANCE),
    ("generic and other bits", GENERIC_AND_OTHER_BITS),
    ("owner", OWNER),
    ("OWNER RIGHTS", OWNER_RIGHTS),
    ("deny-only SIDs", SIDS_FOR_DENYING_ONLY),
    ("SIDs in no token", SIDS_IN_NO_TOKEN),
    ("trustees that may be in the token", TRUSTEES_THAT_MAY_BE_IN_THE_TOKEN),
    ("callback ACEs", CALLBACK_ACES),
    ("object ACEs", OBJECT_ACES),
    ("ACEs of a SACL", ACES_OF_A_SACL_IN_A_DACL),
    ("unknown types", TYPES_WITHOUT_DOCUMENTATION),
];

const SOURCES: [&str; 12] = [
    "DTYP", "COND", "OBJECT", "ADTS", "HOW", "DACLS", "CHECK", "VISTA", "ATTR", "WELL", "MAP",
    "RULE",
];

/// A descriptor in SDDL with the letters above.
fn build(sddl: &str) -> SecurityDescriptorBuf {
    let mut text = String::new();
    let mut patches = Vec::new();
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
        text.push_str(&format!("({written};{rest}"));
    }
    let parsed: SecurityDescriptorBuf =
        text.parse().unwrap_or_else(|error| panic!("{sddl}: {error}"));
    if patches.is_empty() { parsed } else { patched(&parsed, &patches) }
}

/// The same descriptor with other types, and with data behind the SIDs.
fn patched(
    parsed: &SecurityDescriptorBuf,
    patches: &[(usize, u8, &[u8])],
) -> SecurityDescriptorBuf {
    let parsed = parsed.as_descriptor();
    let acl = parsed.dacl().unwrap().acl().unwrap();
    let mut aces: Vec<_> =
        acl.aces().map(|ace| AceSpec::from_ace(&ace.unwrap()).unwrap()).collect();
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

fn mask(bits: u32) -> AccessMask {
    AccessMask::from_bits_retain(bits)
}

fn check(sddl: &str, who: Who, mapping: &GenericMapping, owner_rights: bool) -> Access {
    let (descriptor, token) = (build(sddl), who.token());
    let (descriptor, options) = (descriptor.as_descriptor(), AccessOptions { owner_rights });
    let access = descriptor.effective_access(&token, mapping, options).unwrap();
    assert_eq!(granted(&descriptor, &token, mapping, options), Ok(access.granted()), "{sddl}");
    access
}

fn check_rows(subject: &str, rows: &[Row], owner_rights: bool) {
    for (sddl, who, min, max, source) in rows {
        let access = check(sddl, *who, &GenericMapping::REGISTRY_KEY, owner_rights);
        let got = (access.granted_min, access.granted_max);
        assert_eq!(got, (mask(*min), mask(*max)), "{subject}: {sddl} ({source})");
        assert_eq!(access.is_certain(), min == max);
        assert!(SOURCES.iter().any(|known| source.starts_with(known)), "{source}");
    }
}

#[test]
fn truth_table() {
    for (subject, rows) in TABLES {
        check_rows(subject, rows, true);
    }
    check_rows("before Vista", BEFORE_VISTA, false);
    let rows = TABLES.iter().map(|(_, rows)| rows.len()).sum::<usize>() + BEFORE_VISTA.len();
    assert!(rows >= 150, "{rows}");
}

/// Where OWNER RIGHTS does not occur, the age of Windows changes nothing (VISTA).
#[test]
fn rows_without_owner_rights_hold_before_vista() {
    for (subject, rows) in TABLES {
        let others =
            rows.iter().filter(|(sddl, ..)| !sddl.contains(";OW)") && !sddl.contains("??"));
        let others: Vec<Row> = others.filter(|(sddl, ..)| !sddl.contains("CP")).copied().collect();
        check_rows(subject, &others, false);
    }
}

/// Services and files: MAP.
#[test]
fn other_objects() {
    let (service, file) = (GenericMapping::SERVICE, GenericMapping::FILE);
    let got = |sddl, mapping| {
        let access = check(sddl, User, mapping, true);
        assert!(access.is_certain());
        access.granted_max.bits()
    };
    assert_eq!(got("O:BA", &service), 0xF_01FF);
    assert_eq!(got("O:BAD:(A;;GA;;;WD)", &service), 0xF_01FF);
    assert_eq!(got("O:BAD:(A;;GRGX;;;WD)", &service), 0x2_01FD);
    assert_eq!(got("O:BAD:(A;;GW;;;WD)", &service), 0x2_0002);
    assert_eq!(got("O:BA", &file), 0x1F_01FF);
    assert_eq!(got("O:BAD:(A;;GRGX;;;WD)", &file), 0x12_00A9);
    // "You cannot use an access-denied ACE to deny only GENERIC_WRITE access to a file": SYNCHRONIZE goes
    // with it, so that a request for GENERIC_READ fails.
    let denied = check("O:BAD:(D;;GW;;;WD)(A;;GR;;;WD)", User, &file, true);
    assert_eq!(denied.granted_max, mask(0x89));
    assert_eq!(denied.grants(AccessMask::GENERIC_READ), Some(false));
}

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
