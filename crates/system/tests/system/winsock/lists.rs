//! Lists of names, and how they were stored.

use coldhive_system::winsock::NameList;

use super::encode::utf16;

fn list(text: &str) -> NameList {
    NameList::decode(utf16(text))
}

#[test]
fn what_stands_behind_the_end_is_kept_apart() {
    let sound = list("Tcpip\0NetBIOS\0\0");
    assert!(sound.is_well_formed() && sound.is_terminated());
    assert_eq!((sound.empty_entries(), sound.entries_behind_end()), (0, vec![]));

    let cut = list("Tcpip\0\0NetBIOS\0\0Clusnet\0\0");
    assert_eq!(cut.entries(), ["Tcpip"]);
    assert_eq!(cut.entries_behind_end(), ["NetBIOS", "Clusnet"]);
    assert_eq!(cut.behind_end(), &utf16("NetBIOS\0\0Clusnet\0\0")[..]);
    assert_eq!(cut.empty_entries(), 2);
    assert!(cut.is_terminated() && !cut.is_well_formed());

    // Zeros behind the end are nothing, and so is an empty list.
    assert!(list("Tcpip\0\0\0\0").behind_end().is_empty());
    assert_eq!((list("").empty_entries(), list("\0\0\0").empty_entries()), (0, 0));
    assert!(!list("").is_terminated() && list("\0").is_terminated());

    // An empty first entry hides all others.
    let hidden = list("\0Tcpip\0\0");
    assert!(hidden.entries().is_empty());
    assert_eq!((hidden.entries_behind_end(), hidden.empty_entries()), (vec!["Tcpip".into()], 1));

    let mut odd = utf16("Tcpip\0\0");
    odd.push(7);
    let odd = NameList::decode(odd);
    assert!(odd.has_odd_length() && !odd.is_well_formed());
    assert_eq!((odd.entries().len(), odd.bytes().len()), (1, 15));

    let unterminated = list("Tcpip\0NetBIOS");
    assert_eq!((unterminated.is_terminated(), unterminated.entries().len()), (false, 2));
}

#[test]
fn lists_are_compared_as_sets_without_regard_to_case() {
    let transports = list("Tcpip\0Clusnet\0NetBIOS\0TCPIP\0\0");
    let providers = list("NETBIOS\0tcpip\0Clus\0\0");
    assert_eq!(transports.missing_from(&providers), ["Clusnet"]);
    assert_eq!(providers.missing_from(&transports), ["Clus"]);
    assert_eq!(transports.repeated(), ["TCPIP"]);
    assert!(providers.repeated().is_empty());
}

#[test]
fn a_list_as_data() {
    let json = serde_json::to_value(list("Ab\0\0C\0")).unwrap();
    let expected = serde_json::json!({
        "entries": ["Ab"],
        "faults": ["data goes on behind the end of the list, at byte 8"],
        "behind_end": ["C"],
        "bytes": "410062000000000043000000",
    });
    assert_eq!(json, expected);
}
