//! Multi-strings in every shape: what is a member, what is well formed, what is of another type.

use coldhive_forge::HiveSpec;
use coldhive_rules::Outcome;
use coldhive_rules::Truth::{False, NotApplicable, True};

use crate::support::{check, q262832, result, transports, utf16};

const MULTI_SZ: u32 = 7;

/// Whether `Transports` names Clusnet, and whether it is well formed.
fn both(spec: &HiveSpec) -> (coldhive_rules::Truth, coldhive_rules::Truth) {
    let verdict = q262832(spec);
    (result(&verdict, "transports"), result(&verdict, "transports-well-formed"))
}

#[test]
fn shapes_of_lists() {
    let mut odd = utf16("Tcpip\0Clusnet\0\0");
    odd.push(0);
    for (data, contains, well_formed, what) in [
        (utf16("Tcpip\0Clusnet\0\0"), True, True, "as it should be"),
        (utf16("Tcpip\0Clusnet\0\0\0\0\0"), True, True, "more NULs behind the end"),
        (utf16("Tcpip\0Clusnet\0"), True, False, "no end of the list"),
        (utf16("Tcpip\0Clusnet"), True, False, "no end of the entry"),
        (utf16("Tcpip\0\0Clusnet\0\0"), False, False, "an entry behind the end"),
        (utf16("Clusnet\0\0Tcpip\0\0"), True, False, "an empty string inside"),
        (utf16("\0Clusnet\0\0"), False, False, "an empty string first"),
        (odd, True, False, "an odd length"),
        (vec![0, 0], False, True, "the empty list in 2 bytes"),
        (vec![0, 0, 0, 0], False, True, "the empty list in 4 bytes"),
        (vec![], False, False, "no byte at all"),
        (vec![0], False, False, "one byte"),
        (utf16("Tcpip,Clusnet\0\0"), False, True, "one entry with a comma"),
        (utf16("Clusnet \0\0"), False, True, "an entry with a blank"),
        (b"Tcpip\0Clusnet\0\0".to_vec(), False, False, "bytes of ANSI text"),
    ] {
        assert_eq!(both(&transports(MULTI_SZ, data)), (contains, well_formed), "{what}");
    }
}

#[test]
fn another_type_is_no_list() {
    for type_code in [1, 2, 3, 4, 0, 6, 0x0107, u32::MAX] {
        let spec = transports(type_code, utf16("Tcpip\0Clusnet\0\0"));
        assert_eq!(both(&spec), (False, NotApplicable), "{type_code}");
        assert_eq!(q262832(&spec).outcome, Outcome::Fail);
    }
}

/// What an analyst reads must tell apart what the check tells apart.
#[test]
fn what_was_found_shows_why_an_entry_is_none() {
    let found = |text: &str| {
        let verdict = q262832(&transports(MULTI_SZ, utf16(text)));
        check(&verdict, "transports").found.clone()
    };
    let two = found("Tcpip\0Clusnet\0\0");
    assert_ne!(found("Tcpip, Clusnet\0\0"), two, "one entry is not two");
    assert!(found("Tcpip\0Clusnet \0\0").contains("\"Clusnet \""), "a blank must be seen");
    assert!(found("\0\0").contains("(empty)"));
    let verdict = q262832(&transports(MULTI_SZ, utf16("Tcpip\0\0Clusnet\0\0")));
    let well_formed = &check(&verdict, "transports-well-formed").found;
    assert!(well_formed.contains("behind the end of the list"), "{well_formed}");
}

#[test]
fn a_list_of_many_entries_is_told_in_short() {
    let many: String = (0..50_000).map(|n| format!("entry{n}\0")).collect();
    let verdict = q262832(&transports(MULTI_SZ, utf16(&format!("{many}\0"))));
    let found = &check(&verdict, "transports").found;
    assert!(found.len() < 4096, "{} bytes", found.len());
    assert!(found.contains("50000"), "how many there are: {found}");
}
