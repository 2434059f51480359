//! What a value holds, and the entries of lists.

use coldhive_forge::ValueSpec;
use coldhive_rules::Truth::{False, NotApplicable, True, Unknown};

use super::{holding, table, values, with};
use crate::support::utf16;

#[test]
fn text() {
    values(
        &ValueSpec::sz("v", "Tcpip"),
        &[
            ("equals: tcpip", True),
            ("equals: Tcp", False),
            ("equals: 5", False),
            ("equals: [Tcpip]", False),
            ("equals: { hex: 54 00 63 00 70 00 69 00 70 00 00 00 }", True),
            ("equals: { hex: 54 }", False),
            ("in: [a, TCPIP, 3]", True),
            ("in: [a, 3]", False),
            ("matches: '^tcp'", True),
            ("matches: '(?-i)^tcp'", False),
            ("matches: 'x'", False),
            ("length: { eq: 12 }", True),
            ("length: { lt: 12 }", False),
            ("type: REG_SZ, equals: Tcpip", True),
            ("contains: Tcpip", False),
            ("lt: 5", False),
        ],
    );
    values(&ValueSpec::expand_sz("v", "%x%"), &[("equals: '%X%'", True), ("matches: '%$'", True)]);
    // The text ends at the first NUL.
    values(
        &ValueSpec::raw("v", 1, utf16("ab\0cd")),
        &[("equals: ab", True), ("matches: cd", False)],
    );
    values(&ValueSpec::sz("v", ""), &[("equals: ''", True), ("matches: '^$'", True)]);
}

#[test]
fn lists() {
    values(
        &ValueSpec::multi_sz("v", &["Tcpip", "NwlnkIpx", "NetBIOS", "tcpip"]),
        &[
            ("equals: [tcpip, NwlnkIpx, netbios, tcpip]", True),
            ("equals: [tcpip, NwlnkIpx, netbios]", False),
            ("equals: [NwlnkIpx, tcpip, netbios, tcpip]", False),
            ("equals: Tcpip", False),
            ("matches: '^nwlnk'", True),
            ("matches: '^spx'", False),
            ("contains: netbios", True),
            ("contains: NetBIO", False),
            ("contains_any: [x, NETBIOS]", True),
            ("contains_any: x", False),
            ("contains_all: [Tcpip, NetBIOS]", True),
            ("contains_all: [Tcpip, x]", False),
            ("first: tcpip", True),
            ("first: NwlnkIpx", False),
            ("index: { entry: NwlnkIpx, before: NetBIOS, after: Tcpip }", True),
            ("index: { entry: Tcpip, before: [NwlnkIpx, NetBIOS] }", True),
            ("index: { entry: NetBIOS, before: NwlnkIpx }", False),
            // What isn't there stands nowhere.
            ("index: { entry: NetBIOS, before: x, after: y }", True),
            ("index: { entry: x, before: NetBIOS }", False),
            ("count: { eq: 4 }", True),
            ("count: { lt: 4 }", False),
            ("unique: false", True),
            ("unique: true", False),
        ],
    );
    values(
        &ValueSpec::multi_sz("v", &[]),
        &[
            ("equals: []", True),
            ("count: { eq: 0 }", True),
            ("unique: true", True),
            ("first: a", False),
            ("matches: ''", False),
        ],
    );
}

#[test]
fn a_list_in_one_text() {
    values(
        &ValueSpec::sz("v", "RDPNP, LanmanWorkstation,,WebClient "),
        &[
            ("split: ',', contains: lanmanworkstation", True),
            ("split: ',', count: { eq: 3 }", True),
            ("split: ',', first: RDPNP", True),
            ("split: ',', unique: true", True),
            ("split: ',', index: { entry: WebClient, after: RDPNP }", True),
            ("split: ';', contains: WebClient", False),
            ("split: ' ', contains_all: ['RDPNP,', 'LanmanWorkstation,,WebClient']", True),
            ("contains: RDPNP", False),
        ],
    );
    // What is a list anyway is not split.
    values(&ValueSpec::multi_sz("v", &["a,b"]), &[("split: ',', contains: a", False)]);
    values(&ValueSpec::binary("v", [1]), &[("split: ',', count: { eq: 0 }", False)]);
}

#[test]
fn tests_that_wrong_types_fail() {
    for value in [
        ValueSpec::dword("v", 1),
        ValueSpec::binary("v", [1]),
        ValueSpec::raw("v", 77, [1]),
        ValueSpec::raw("v", 0, []),
    ] {
        values(
            &value,
            &[
                ("equals: a", False),
                ("equals: [a]", False),
                ("matches: ''", False),
                ("contains_any: a", False),
                ("contains_all: a", False),
                ("first: a", False),
                ("index: { entry: a, before: b }", False),
                ("unique: true", False),
                ("unique: false", False),
            ],
        );
    }
}

#[test]
fn well_formed_is_about_lists_only() {
    let test = "value: { path: '{ccs}\\Test', name: v, well_formed: true }";
    for (value, expected) in [
        (ValueSpec::multi_sz("v", &["a"]), True),
        (ValueSpec::raw("v", 7, utf16("a\0")), False),
        (ValueSpec::sz("v", "a"), NotApplicable),
        (ValueSpec::sz("other", "a"), NotApplicable),
    ] {
        table(&holding(value), &[(test, expected)]);
    }
}

#[test]
fn very_long_text_is_not_matched() {
    let spec = holding(ValueSpec::sz("v", &"a".repeat(40_000)));
    table(&spec, &[("value: { path: '{ccs}\\Test', name: v, matches: b }", False)]);
    let spec = holding(ValueSpec::sz("v", &"a".repeat(70_000)));
    table(&spec, &[("value: { path: '{ccs}\\Test', name: v, matches: b }", Unknown)]);
}

#[test]
fn placeholders_stand_in_names_and_texts() {
    let spec = with(|key| {
        key.set_value(ValueSpec::sz("{4D36E972-E325-11CE-BFC1-08002BE10318}", "{x}"));
        key.set_value(ValueSpec::sz("ControlSet001", "ControlSet001\\Services\\Winsock"));
    });
    let guid = "value: { path: '{ccs}\\Test', name: '{4D36E972-E325-11CE-BFC1-08002BE10318}', equals: '{{x}}' }";
    table(
        &spec,
        &[
            (guid, True),
            ("value: { path: '{ccs}\\Test', name: '{ccs}', equals: '{winsock}' }", True),
            ("value: { path: '{ccs}\\Test', name: '{ccs}', in: ['{ccs}', x] }", False),
        ],
    );
}
