//! What differs between two descriptors.

use coldhive_security::{
    AccessMask, AceType, AclForm, Change, Control, Difference, ObjectKind, Places,
    SecurityDescriptorBuf, Sid, SidState,
};

fn difference_of(before: &str, after: &str, kind: ObjectKind) -> Difference {
    let before: SecurityDescriptorBuf = before.parse().unwrap();
    let after: SecurityDescriptorBuf = after.parse().unwrap();
    before.as_descriptor().difference(&after.as_descriptor(), kind)
}

fn difference(before: &str, after: &str) -> Difference {
    difference_of(before, after, ObjectKind::RegistryKey)
}

fn lines(before: &str, after: &str) -> Vec<String> {
    difference(before, after).to_string().lines().map(str::to_owned).collect()
}

#[test]
fn nothing() {
    for text in ["", "O:SYG:BAD:(A;CI;KR;;;WD)(D;;KW;;;BU)S:(AU;SA;KA;;;WD)", "D:NO_ACCESS_CONTROL"]
    {
        let same = difference(text, text);
        assert!(same.is_empty());
        assert!(same.dacl.same_effect && same.sacl.same_effect);
        assert_eq!(same.to_string(), "");
    }
}

#[test]
fn owner_group_and_control() {
    let found = difference("O:SYD:", "O:BAG:SYD:P");
    let owner =
        Change { before: SidState::Sid(Sid::SYSTEM), after: SidState::Sid(Sid::ADMINISTRATORS) };
    assert_eq!(found.owner, Some(owner));
    assert_eq!(found.control.unwrap().set, Control::DACL_PROTECTED);
    assert!(found.dacl.is_empty());
    assert_eq!(
        found.to_string(),
        "owner: NT AUTHORITY\\SYSTEM (S-1-5-18) -> BUILTIN\\Administrators (S-1-5-32-544)\n\
         group: none -> NT AUTHORITY\\SYSTEM (S-1-5-18)\n\
         control: set DACL_PROTECTED\n"
    );
    assert_eq!(
        lines("D:PARAI", "D:AI"),
        ["control: cleared DACL_COMPUTED_INHERITANCE_REQUIRED | DACL_PROTECTED"]
    );
}

// [MS-DTYP] 2.5.3.2: without a DACL, and with a NULL one, everything is granted; an empty one grants
// nothing.
#[test]
fn states() {
    let found = difference("D:NO_ACCESS_CONTROL", "D:(A;;KR;;;WD)");
    let form = Change { before: AclForm::Null, after: AclForm::Populated };
    assert_eq!((found.dacl.form, found.dacl.same_effect), (Some(form), false));
    assert_eq!(found.dacl.rights, []);
    assert_eq!(
        found.to_string(),
        "DACL: NULL (everyone may do everything) -> populated\n\
         DACL: ACE 0 only after: Allow Everyone (S-1-1-0): read; this key only\n"
    );
    let found = difference("", "D:NO_ACCESS_CONTROL");
    assert!(found.dacl.form.is_some() && found.dacl.same_effect);
    assert_eq!(
        lines("D:", ""),
        ["DACL: empty (nobody is allowed anything) -> absent (everyone may do everything)"]
    );
    let found = difference("S:", "S:NO_ACCESS_CONTROL");
    assert!(found.sacl.form.is_some() && found.sacl.same_effect);
    assert_eq!(found.to_string(), "SACL: empty -> NULL\n");
}

#[test]
fn rights_by_trustee() {
    // A trustee who may set values now, and one who is gone.
    let found = difference("D:(A;CI;KR;;;BU)(A;;KA;;;PU)", "D:(A;CI;CCDCLCSWRPRC;;;BU)");
    let [users, power] = found.dacl.rights.as_slice() else { panic!("{found}") };
    assert_eq!((users.sid, users.ace_type), (Sid::USERS, AceType::ACCESS_ALLOWED));
    assert_eq!(users.gained, AccessMask::KEY_SET_VALUE | AccessMask::KEY_CREATE_SUB_KEY);
    assert_eq!((users.lost, power.gained), (AccessMask::empty(), AccessMask::empty()));
    assert_eq!(users.places, Places::HERE | Places::CONTAINERS | Places::DEEPER_CONTAINERS);
    assert_eq!(
        (power.sid, power.lost, power.places),
        (Sid::POWER_USERS, AccessMask::KEY_ALL_ACCESS, Places::HERE)
    );
    assert_eq!(
        found.to_string(),
        "DACL: newly allowed to BUILTIN\\Users (S-1-5-32-545): set values and create subkeys; this key and \
         its subkeys\n\
         DACL: no longer allowed to BUILTIN\\Power Users (S-1-5-32-547): full control; this key only\n\
         DACL: ACE 0 only before: Allow BUILTIN\\Users (S-1-5-32-545): read; this key and its subkeys\n\
         DACL: ACE 1 only before: Allow BUILTIN\\Power Users (S-1-5-32-547): full control; this key only\n\
         DACL: ACE 0 only after: Allow BUILTIN\\Users (S-1-5-32-545): read and write; this key and its subkeys\n"
    );
    // The same rights, no more for subkeys; and a denial.
    assert_eq!(
        lines("D:(A;CI;KR;;;BU)", "D:(D;;KW;;;AN)(A;;KR;;;BU)"),
        [
            "DACL: newly denied to NT AUTHORITY\\ANONYMOUS LOGON (S-1-5-7): write; this key only",
            "DACL: no longer allowed to BUILTIN\\Users (S-1-5-32-545): read; subkeys only",
            "DACL: ACE 0 only before: Allow BUILTIN\\Users (S-1-5-32-545): read; this key and its subkeys",
            "DACL: ACE 0 only after: Deny NT AUTHORITY\\ANONYMOUS LOGON (S-1-5-7): write; this key only",
            "DACL: ACE 1 only after: Allow BUILTIN\\Users (S-1-5-32-545): read; this key only",
        ]
    );
    // Audits, by outcome.
    assert_eq!(
        lines("S:(AU;SA;KW;;;WD)", "S:(AU;SAFA;KW;;;WD)")[..2],
        [
            "SACL: no longer audited, successes by Everyone (S-1-1-0): write; this key only",
            "SACL: newly audited, successes and failures by Everyone (S-1-1-0): write; this key only",
        ]
    );
    // A label is no right.
    let found = difference("S:(ML;;NW;;;ME)", "S:(ML;;NW;;;HI)");
    assert_eq!((found.sacl.rights.as_slice(), found.sacl.same_effect), (&[][..], false));
    assert_eq!(
        found.to_string(),
        "SACL: ACE 0 only before: Integrity label Medium Mandatory Level (S-1-16-8192): no write-up; this key only\n\
         SACL: ACE 0 only after: Integrity label High Mandatory Level (S-1-16-12288): no write-up; this key only\n"
    );
}

#[test]
fn written_otherwise() {
    for (before, after) in [
        // Two ACEs of NT 4.0 in one.
        ("D:(A;;KA;;;BA)(A;CIIO;KA;;;BA)", "D:(A;CI;KA;;;BA)"),
        ("D:(A;;KR;;;WD)", "D:(A;;KR;;;WD)(A;;KR;;;WD)"),
        ("D:(A;;GR;;;WD)", "D:(A;;KR;;;WD)"),
        ("D:(A;CI;KR;;;WD)", "D:(A;CIID;KR;;;WD)"),
        // OI says nothing for keys, nor does 0x100.
        ("D:(A;CI;KR;;;WD)", "D:(A;OICI;0x20119;;;WD)"),
        ("D:(A;;KR;;;WD)(A;;KW;;;WD)", "D:(A;;CCDCLCSWRPRC;;;WD)"),
        ("D:(A;;KR;;;WD)", "D:(A;;KR;;;WD)(AU;SA;KR;;;WD)"),
    ] {
        let found = difference(before, after);
        assert!(
            !found.is_empty() && found.dacl.same_effect && found.dacl.rights.is_empty(),
            "{found}"
        );
        assert!(
            found.to_string().ends_with("DACL: written otherwise; it decides alike\n"),
            "{found}"
        );
    }
    // For a folder, OI is about files.
    let folder = difference_of("D:(A;CI;FR;;;WD)", "D:(A;OICI;FR;;;WD)", ObjectKind::Directory);
    assert!(!folder.dacl.same_effect);
    assert!(
        folder
            .to_string()
            .starts_with("DACL: newly allowed to Everyone (S-1-1-0): read; files only\n")
    );
    // An ACE without rights takes from the owner what is implied (Win32 "Well-known SIDs", Owner Rights).
    assert!(!difference("D:(A;;KR;;;WD)", "D:(A;;KR;;;WD)(A;;;;;OW)").dacl.same_effect);
    // For a service, nothing is told of places.
    let service = difference_of("D:", "D:(A;;RP;;;WD)", ObjectKind::Service);
    assert!(service.to_string().contains("DACL: newly allowed to Everyone (S-1-1-0): start\n"));
}

#[test]
fn order() {
    for (before, after, same_effect) in [
        ("D:(A;;KR;;;WD)(A;;KA;;;BA)", "D:(A;;KA;;;BA)(A;;KR;;;WD)", true),
        ("D:(D;;KW;;;BU)(D;;KR;;;AN)(A;;KA;;;BA)", "D:(D;;KR;;;AN)(D;;KW;;;BU)(A;;KA;;;BA)", true),
        ("D:(D;;KW;;;BU)(A;;KA;;;BA)", "D:(A;;KA;;;BA)(D;;KW;;;BU)", false),
    ] {
        let found = difference(before, after);
        assert!(found.dacl.order_changed && found.dacl.rights.is_empty() && !found.is_empty());
        assert_eq!(found.dacl.same_effect, same_effect, "{before} {after}");
        let effect = if same_effect { "decides alike" } else { "may decide otherwise" };
        let line = format!("DACL: the same ACEs in another order; it {effect}\n");
        assert_eq!(found.to_string(), line);
    }
    // What both hold is in the same order, whatever is between.
    let found = difference("D:(A;;KR;;;WD)(A;;KA;;;BA)", "D:(A;;KR;;;WD)(A;;KW;;;BU)(A;;KA;;;BA)");
    assert!(!found.dacl.order_changed);
    // Of equal ACEs, the last ones are those that only one side holds.
    let found = difference("D:(A;;KR;;;WD)(A;;KR;;;WD)", "D:(A;;KR;;;WD)");
    assert_eq!(found.dacl.before_only[0].index, 1);
    let found = difference(
        "D:(A;;KR;;;WD)(A;;KA;;;BA)(A;;KW;;;BU)",
        "D:(A;;KA;;;BA)(A;;KR;;;WD)(A;;KA;;;SY)",
    );
    assert!(
        found
            .to_string()
            .ends_with("DACL: the ACEs of both in another order; it may decide otherwise\n")
    );
    // An object ACE without an object type is a plain one: only with one is it not known to count for OWNER RIGHTS.
    let guid = "bf967aba-0de6-11d0-a285-00aa003049e2";
    let maybe = format!("O:WDD:(OA;;;{guid};;OW)");
    let plain = format!("O:WDD:(OA;;;;{guid};OW)");
    assert!(!difference(&maybe, &plain).dacl.same_effect);
    assert!(!difference(&plain, &maybe).dacl.same_effect);
    // The order of audits says nothing.
    let found = difference("S:(AU;SA;KR;;;WD)(AU;FA;KW;;;BU)", "S:(AU;FA;KW;;;BU)(AU;SA;KR;;;WD)");
    assert!(found.sacl.order_changed && found.sacl.same_effect);
}

/// A sound descriptor: DACL at 20, its ACEs at 28, 48 and 68, owner at 88.
fn damaged(at: usize, byte: u8) -> SecurityDescriptorBuf {
    let text = "O:BAD:(A;;KR;;;WD)(A;;KA;;;SY)(D;;KW;;;AN)";
    let mut bytes = text.parse::<SecurityDescriptorBuf>().unwrap().into_bytes();
    bytes[at] = byte;
    SecurityDescriptorBuf::from_bytes(bytes).unwrap()
}

#[test]
fn what_cannot_be_read() {
    let key = ObjectKind::RegistryKey;
    let sound = damaged(0, 1);
    let lines = |other: &SecurityDescriptorBuf| {
        assert!(other.as_descriptor().difference(&other.as_descriptor(), key).is_empty());
        let found = sound.as_descriptor().difference(&other.as_descriptor(), key);
        // Either the owner is damaged, or the DACL.
        assert_eq!(found.dacl.same_effect, found.owner.is_some());
        found.to_string()
    };
    // The SID of the second ACE has no revision 1.
    assert_eq!(
        lines(&damaged(56, 9)),
        "DACL: no longer allowed to NT AUTHORITY\\SYSTEM (S-1-5-18): full control; this key only\n\
         DACL: ACE 1 only before: Allow NT AUTHORITY\\SYSTEM (S-1-5-18): full control; this key only\n\
         DACL: ACE 1 only after: the SID of ACE 1 of the DACL, at offset 0x0038, is none: the revision of a \
         SID should be 1, but it is 9\n"
    );
    // The second ACE is of an unknown type.
    assert!(
        lines(&damaged(48, 0x77))
            .ends_with("DACL: ACE 1 only after: ACE type 0x77 is not known: 20 bytes\n")
    );
    // The size of the second ACE leads nowhere: all behind it is one piece.
    assert!(
        lines(&damaged(50, 0))
            .contains("DACL: ACE 1 only after: ACE 1 of the DACL at offset 0x0030 says")
    );
    // The DACL begins in the header, and the owner is no SID.
    assert!(
        lines(&damaged(16, 8))
            .starts_with("DACL: populated -> ill-formed (the DACL at offset 0x0008")
    );
    assert!(lines(&damaged(88, 7)).starts_with(
        "owner: BUILTIN\\Administrators (S-1-5-32-544) -> ill-formed (the owner at offset"
    ));
}

#[cfg(feature = "serde")]
#[test]
fn as_data() {
    let found = difference("O:SYD:(A;CI;KR;;;BU)", "D:(D;CI;KR;;;BU)S:(AU;SA;KA;;;WD)");
    let json = serde_json::to_value(&found).unwrap();
    assert_eq!(json["kind"], "registry_key");
    assert_eq!(json["owner"]["before"]["sid"], "S-1-5-18");
    assert_eq!(json["owner"]["after"], "absent");
    assert_eq!(json["dacl"]["rights"][0]["sid"], "S-1-5-32-545");
    assert_eq!(json["dacl"]["rights"][0]["lost"], 0x20019);
    assert_eq!(json["dacl"]["before_only"][0]["sddl"], "(A;CI;KR;;;BU)");
    assert_eq!(json["sacl"]["form"]["after"], "populated");
    assert_eq!(serde_json::from_value::<Difference>(json).unwrap(), found);
}
