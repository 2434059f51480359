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

mod access_rows;

use access_rows::{
    ALL, ANY, DenyOnly, Filtered, NONE, Nobody, OWN, Open, Principal, R, RC, SOURCES, System, User,
    W, WD, Who, Wild, check, mask,
};
use coldhive_security::{AccessMask, GenericMapping};

/// (SDDL with the letters of `access_rows`, who, at least, at most, the source).
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
