//! The preferred order of a DACL: Win32 "Order of ACEs in a DACL".

use coldhive_security::{OrderRule, OutOfOrder, SecurityDescriptorBuf};

fn found(text: &str) -> Option<OutOfOrder> {
    let stored: SecurityDescriptorBuf = text.parse().unwrap();
    let descriptor = stored.as_descriptor();
    [descriptor.dacl().unwrap(), descriptor.sacl().unwrap()]
        .iter()
        .filter_map(|state| state.acl()?.out_of_order())
        .next()
}

#[test]
fn preferred() {
    for text in [
        "D:",
        "D:(A;;KR;;;WD)",
        "D:(D;;KW;;;BU)(A;;KR;;;WD)(A;ID;KA;;;BA)",
        // Two levels of inheritance: the parent's allow stands before the grandparent's deny.
        "D:(D;;KW;;;BU)(A;;KR;;;WD)(D;ID;KW;;;BG)(A;ID;KR;;;BU)(D;ID;KW;;;AN)(A;ID;KA;;;BA)",
        // Object ACEs stand with the plain ones.
        "D:(OD;;KW;bf967aba-0de6-11d0-a285-00aa003049e2;;BU)(D;;KW;;;BU)(OA;;KR;;;WD)(A;;KR;;;WD)",
        "D:(A;;KR;;;WD)(AU;SA;KR;;;WD)(A;;KW;;;WD)",
        "S:(AU;IDSA;KR;;;WD)(AU;SA;KR;;;WD)",
        "D:NO_ACCESS_CONTROL",
        // Winsock of NT 4.0, where nothing is marked as inherited.
        "D:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)(A;;KA;;;BA)(A;CIIO;KA;;;CO)",
    ] {
        assert_eq!(found(text), None, "{text}");
    }
}

#[test]
fn other_orders() {
    use OrderRule::{DenyFirst, ExplicitFirst};
    for (text, index, behind, rule) in [
        ("D:(A;;KR;;;WD)(D;;KW;;;BU)", 1, 0, DenyFirst),
        ("D:(D;;KW;;;BU)(A;;KR;;;WD)(A;;KR;;;BA)(D;;KW;;;BG)(D;;KW;;;AN)", 3, 1, DenyFirst),
        ("D:(A;ID;KR;;;WD)(A;;KW;;;BU)", 1, 0, ExplicitFirst),
        ("D:(A;;KR;;;WD)(A;ID;KR;;;WD)(D;;KW;;;BU)", 2, 1, ExplicitFirst),
        ("D:(OA;;KR;;;WD)(OD;;KW;;;BU)", 1, 0, DenyFirst),
        // An inherit-only ACE has its place in the order too.
        ("D:(A;CIIO;KR;;;WD)(D;;KW;;;BU)", 1, 0, DenyFirst),
        ("D:(AU;SA;KR;;;WD)(A;;KR;;;WD)(D;;KW;;;BU)", 2, 1, DenyFirst),
    ] {
        let found = found(text).unwrap();
        assert_eq!((found.index, found.behind, found.rule), (index, behind, rule), "{text}");
    }
    let behind = found("D:(A;ID;KR;;;WD)(A;;KW;;;BU)").unwrap();
    assert_eq!(behind.offset, 48);
    assert_eq!(
        behind.to_string(),
        "ACE 1 is set here, and stands behind ACE 0, which is inherited"
    );
}
