//! Each remark of Q262832: it is made when it should be, and not otherwise.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, samples};
use coldhive_rules::{Outcome, Truth};

use crate::support::{
    MIGRATION, PARAMETERS, PROVIDER, SERVICES, check, node, q262832, remarks, transports, utf16,
};

fn lists(transports: &[&str], providers: &[&str]) -> HiveSpec {
    node(|root| set_lists(root, transports, providers))
}

fn set_lists(root: &mut KeySpec, transports: &[&str], providers: &[&str]) {
    root.at(PARAMETERS).set_value(ValueSpec::multi_sz("Transports", transports));
    root.at(MIGRATION).set_value(ValueSpec::multi_sz("Provider List", providers));
}

#[track_caller]
fn made(spec: &HiveSpec, expected: &[&str]) {
    let verdict = q262832(spec);
    assert_eq!(remarks(&verdict), expected, "{:#?}", verdict.remarks);
}

#[test]
fn none_on_the_sound_node_and_none_changes_the_outcome() {
    made(&samples::cluster_sound(), &[]);
    let verdict = q262832(&lists(&["Clusnet"], &["Clusnet", "NetBIOS"]));
    assert!(!verdict.remarks.is_empty());
    assert_eq!(verdict.outcome, Outcome::Pass);
}

#[test]
fn lists_agree_as_sets() {
    made(&lists(&["Tcpip", "NetBIOS", "Clusnet"], &["clusnet", "TCPIP", "netbios"]), &[]);
    made(&lists(&["Tcpip", "Tcpip", "Clusnet"], &["Clusnet", "Tcpip"]), &[]);
    made(&lists(&["Tcpip", "NetBIOS", "Clusnet"], &["Clusnet", "Tcpip"]), &["lists-agree"]);
    made(&lists(&["Tcpip", "Clusnet"], &["Clusnet", "Tcpip", "NetBIOS"]), &["lists-agree"]);
    // Where one is no list, that is a check's finding.
    made(&transports(1, utf16("Clusnet\0")), &[]);
}

#[test]
fn a_list_of_clusnet_alone_was_overwritten() {
    made(
        &lists(&["Clusnet"], &["Clusnet", "Tcpip"]),
        &["lists-agree", "transports-has-others", "tcpip-listed"],
    );
    made(
        &lists(&["Clusnet", "Tcpip"], &["Clusnet"]),
        &["lists-agree", "provider-list-has-others", "tcpip-listed"],
    );
}

/// A list that names another transport, and not Clusnet, was not overwritten by Clusnet.
#[test]
fn a_list_of_another_alone_was_not_overwritten() {
    made(&lists(&["Tcpip"], &["Tcpip"]), &[]);
    made(&lists(&["Tcpip"], &["Tcpip", "Clusnet"]), &["lists-agree"]);
}

#[test]
fn tcpip_is_listed_where_it_is_enabled() {
    made(&lists(&["NetBIOS", "Clusnet"], &["NetBIOS", "Clusnet"]), &["tcpip-listed"]);
    made(&lists(&["TCPIP", "Clusnet"], &["tcpip", "Clusnet"]), &[]);
    let disabled = node(|root| {
        set_lists(root, &["NetBIOS", "Clusnet"], &["NetBIOS", "Clusnet"]);
        root.at(&format!("{SERVICES}\\Tcpip")).set_value(ValueSpec::dword("Start", 4));
    });
    made(&disabled, &[]);
    let gone = node(|root| {
        set_lists(root, &["NetBIOS", "Clusnet"], &["NetBIOS", "Clusnet"]);
        root.remove(&format!("{SERVICES}\\Tcpip"));
    });
    made(&gone, &[]);
}

#[test]
fn the_mapping_of_clusnet() {
    let key = format!("{SERVICES}\\ClusNet\\Parameters\\Winsock");
    let no_key = node(|root| {
        root.remove(&key).expect("the sample has it");
    });
    let no_value = node(|root| root.at(&key).values.retain(|value| value.name != "Mapping"));
    made(&no_key, &["clusnet-mapping"]);
    made(&no_value, &["clusnet-mapping"]);
}

fn secured(sddl: &str) -> HiveSpec {
    node(|root| {
        let key = root.at(PROVIDER);
        *key = key.clone().sddl(sddl).unwrap();
    })
}

#[test]
fn the_baseline_of_permissions() {
    made(&secured("O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;SY)"), &["baseline-access"]);
    made(&secured("O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;BA)"), &["baseline-access"]);
    made(&secured("O:BAG:SYD:(A;;KR;;;WD)(A;;GA;;;BA)(A;;GA;;;SY)"), &[]);
}

#[test]
fn somebody_else_who_may_write() {
    const SOUND: &str = "D:(A;;KR;;;WD)(A;;KA;;;BA)(A;;KA;;;SY)";
    for rights in ["0x2", "0x4", "SD", "WD", "WO", "KW", "GW", "KA", "GA"] {
        for who in ["WD", "BU", "PU", "BG", "S-1-5-21-1-2-3-512"] {
            let spec = secured(&format!("O:BAG:SY{SOUND}(A;;{rights};;;{who})"));
            made(&spec, &["foreign-writers"]);
        }
    }
    for harmless in
        ["(A;;KA;;;SO)", "(A;CIIO;KA;;;CO)", "(A;CIIO;KA;;;WD)", "(A;;KR;;;BU)", "(A;;KX;;;BG)"]
    {
        made(&secured(&format!("O:BAG:SY{SOUND}{harmless}")), &[]);
    }
    let owned = q262832(&secured(&format!("O:BGG:SY{SOUND}")));
    assert_eq!(remarks(&owned), ["foreign-writers"]);
    let found = &check(&owned, "foreign-writers").found;
    assert!(found.contains("Guests") && found.contains("owner"), "{found}");
}

/// A remark of which damage leaves open whether it holds is unknown, not made up.
#[test]
fn damage_makes_remarks_unknown() {
    let spec = samples::cluster_sound()
        .fault(Fault::DataCutShort { key: PARAMETERS.into(), value: "Transports".into() });
    let verdict = q262832(&spec);
    assert!(!verdict.remarks.is_empty());
    for remark in &verdict.remarks {
        assert_eq!(remark.result, Truth::Unknown, "{}: {}", remark.id, remark.found);
    }
}
