//! The examples run, say what they should, and stand in the README as they are.

#[allow(dead_code)]
#[path = "../../../examples/diff_last_known_good.rs"]
mod diff_last_known_good;

#[allow(dead_code)]
#[path = "../../../examples/rule_from_code.rs"]
mod rule_from_code;

#[allow(dead_code)]
#[path = "../../../examples/layered_providers.rs"]
mod layered_providers;

#[allow(dead_code)]
#[path = "../../../examples/transports.rs"]
mod transports;

#[cfg(feature = "witness")]
#[allow(dead_code)]
#[path = "../../../examples/two_readers.rs"]
mod two_readers;

#[allow(dead_code)]
#[path = "../../../examples/weak_services.rs"]
mod weak_services;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn sample(name: &str) -> String {
    format!("{ROOT}/testdata/{name}.SYSTEM")
}

#[test]
fn transports_says_who_may_write_and_what_is_wrong() {
    let mut out = Vec::new();
    transports::run(&sample("cluster-broken"), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with("ControlSet001: Tcpip, NetBIOS\n"), "{text}");
    assert!(text.contains("  S-1-5-18 (SYSTEM) has "), "{text}");
    assert!(text.contains("  S-1-5-32-549 (Server Operators) has "), "{text}");
    assert!(!text.contains("S-1-1-0"), "Everyone may only read: {text}");
    assert!(text.contains("Q262832: fail\n  provider-key: "), "{text}");
    assert!(text.contains("  transports: "), "{text}");
}

#[cfg(feature = "witness")]
#[test]
fn two_readers_agree_on_a_sound_hive() {
    let mut out = Vec::new();
    two_readers::run(&sample("cluster-sound"), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(text.contains("nt-hive:  46 bytes, the same\n"), "{text}");
    assert!(text.contains("nt-hive 0.3.0: Agrees\n"), "{text}");
    assert!(text.contains("Q262832: read twice; nt-hive 0.3.0 agrees on "), "{text}");
}

#[test]
fn weak_services_are_those_whose_keys_everyone_may_change() {
    let mut out = Vec::new();
    weak_services::run(&sample("cluster-sound"), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    // The transports have the entry (A;CI;CCLCSWRPRC;;;WD): Everyone may make subkeys (testdata's description).
    assert!(
        text.contains("Tcpip: CREATE_SUB_KEY: ACE 0 (A;CI;CCLCSWRPRC;;;WD) allows\n"),
        "{text}"
    );
    // Winsock's own key gives Everyone no more than to read.
    assert!(!text.contains("WinSock: "), "{text}");
    assert!(text.ends_with(" 9 writable\n"), "{text}");
}

#[test]
fn diff_last_known_good_says_what_was_lost() {
    let mut out = Vec::new();
    diff_last_known_good::run(&sample("cluster-broken"), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lost =
        "lost: Services\\WinSock\\Setup Migration\\Providers\\Clusnet\n  WinSock 2.0 Provider ID: ";
    assert!(text.contains(lost), "{text}");
    let transports = "  Transports: Tcpip, NetBIOS, Clusnet -> Tcpip, NetBIOS\n";
    assert!(text.contains(transports), "{text}");
    assert!(text.ends_with("the control sets differ\n"), "{text}");

    let mut out = Vec::new();
    diff_last_known_good::run(&sample("cluster-sound"), &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), "nothing differs\n");
}

#[test]
fn a_rule_from_code_tells_what_decided() {
    let run = |name: &str| {
        let mut out = Vec::new();
        rule_from_code::run(&sample(name), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    let text = run("cluster-broken");
    assert!(text.starts_with("providers-agree: fail\n  lists: false\n"), "{text}");
    assert!(text.contains("Clusnet: expect value: false\n"), "{text}");
    assert!(!text.contains("Tcpip: "), "what did not decide is left out: {text}");
    assert!(run("cluster-sound").starts_with("providers-agree: pass\n"));
    assert!(run("nt35").starts_with("providers-agree: notapplicable\n"));
}

#[test]
fn layered_providers_and_their_chains_are_listed() {
    let mut out = Vec::new();
    layered_providers::run(&sample("winsock2"), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let expected = "ControlSet001, 32-bit: 4 entries, 2 of layered providers\n\
        chain 1004 Lab LSP over [MSAFD Tcpip [TCP/IP]]\n  \
          1003 Lab LSP: C:\\Program Files\\Lab\\lablsp.dll\n  \
          1001 MSAFD Tcpip [TCP/IP]: %SystemRoot%\\system32\\mswsock.dll\n\
        layered 1003 Lab LSP: C:\\Program Files\\Lab\\lablsp.dll, written 2011-06-21T22:41:09.0000000Z\n\
        ControlSet001, 64-bit: 2 entries, 0 of layered providers\n";
    assert_eq!(text, expected);

    let mut out = Vec::new();
    let without = layered_providers::run(&sample("cluster-sound"), &mut out).unwrap_err();
    assert_eq!(without.to_string(), "ControlSet001 has no catalog of protocols");
}

/// Everything of an example behind its first documentation comment.
fn code(name: &str) -> String {
    let text = std::fs::read_to_string(format!("{ROOT}/examples/{name}.rs")).unwrap();
    text.lines()
        .skip_while(|line| line.starts_with("//!") || line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn the_readme_shows_the_example_as_it_is() {
    let readme = std::fs::read_to_string(format!("{ROOT}/README.md")).unwrap();
    let body = code("transports");
    let run = body.split("fn main()").next().unwrap().trim();
    assert!(readme.contains(run), "README.md does not show examples/transports.rs as it is");
}
