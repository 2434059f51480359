//! The table of `spec/rules.md`: what each answer of a lookup makes of each kind of test.

use coldhive_forge::{Fault, HiveSpec, ValueSpec, samples};
use coldhive_rules::Outcome;
use coldhive_rules::Truth::{False, NotApplicable, True, Unknown};

use crate::support::{
    MIGRATION, PARAMETERS, PROVIDER, PROVIDERS, WINSOCK, all_hold_but, check, faulty, list_hole,
    node, q262832, truth, zero_signature,
};

const EXISTS: &str = "key: { path: '{winsock}\\Parameters', exists: true }";
const EXISTS_NOT: &str = "key: { path: '{winsock}\\Parameters', exists: false }";
const INTACT: &str = "key: { path: '{winsock}\\Parameters', intact: true }";
const CONTAINS: &str =
    "value: { path: '{winsock}\\Parameters', name: Transports, contains: Clusnet }";
const TYPE: &str = "value: { path: '{winsock}\\Parameters', name: Transports, type: REG_MULTI_SZ }";
const COUNT: &str = "value: { path: '{winsock}\\Parameters', name: Transports, count: { eq: 3 } }";
const VALUE: &str = "value: { path: '{winsock}\\Parameters', name: Transports, exists: true }";
const WELL_FORMED: &str =
    "value: { path: '{winsock}\\Parameters', name: Transports, well_formed: true }";
const ACCESS: &str = "access: { path: '{winsock}\\Parameters', as: SY, grants: KEY_READ }";
const PRESENT: &str = "access: { path: '{winsock}\\Parameters', present: true }";

fn absent() -> HiveSpec {
    node(|root| {
        root.remove(PARAMETERS).expect("the sample has it");
    })
}

#[test]
fn each_row() {
    let found = samples::cluster_sound();
    let unreadable = [faulty(zero_signature(PARAMETERS)), faulty(list_hole(PARAMETERS))];
    let obscured = [
        absent().fault(list_hole(&format!("{WINSOCK}\\Linkage"))),
        absent().fault(Fault::ListSignature { key: WINSOCK.into() }),
        faulty(Fault::ListSignature { key: WINSOCK.into() }),
        faulty(zero_signature(WINSOCK)),
        faulty(list_hole("ControlSet001\\Services")),
    ];
    let absent = absent();
    let rows =
        [(EXISTS, True, Unknown, Unknown, False), (EXISTS_NOT, False, Unknown, Unknown, True)]
            .into_iter()
            .chain([(INTACT, True, False, Unknown, NotApplicable)])
            .chain([CONTAINS, TYPE, COUNT, VALUE].map(|test| (test, True, Unknown, Unknown, False)))
            .chain(
                [WELL_FORMED, ACCESS, PRESENT]
                    .map(|test| (test, True, Unknown, Unknown, NotApplicable)),
            );
    for (test, when_found, when_unreadable, when_obscured, when_absent) in rows {
        assert_eq!(truth(&found, test), when_found, "found: {test}");
        for spec in &unreadable {
            assert_eq!(truth(spec, test), when_unreadable, "unreadable: {test} {:?}", spec.faults);
        }
        for spec in &obscured {
            assert_eq!(truth(spec, test), when_obscured, "obscured: {test} {:?}", spec.faults);
        }
        assert_eq!(truth(&absent, test), when_absent, "absent: {test}");
    }
}

#[test]
fn a_value_that_is_absent_or_hidden() {
    let absent = node(|root| root.at(PARAMETERS).values.clear());
    let hidden = node(|root| {
        let key = root.at(PARAMETERS);
        key.values.clear();
        key.set_value(ValueSpec::dword("other", 1));
    })
    .fault(Fault::ValueListHole { key: PARAMETERS.into(), value: "other".into() });
    let unreadable =
        faulty(Fault::ValueSignature { key: PARAMETERS.into(), value: "Transports".into() });
    for test in [VALUE, CONTAINS, TYPE, COUNT] {
        assert_eq!(truth(&absent, test), False, "{test}");
        assert_eq!(truth(&hidden, test), Unknown, "{test}");
        assert_eq!(truth(&unreadable, test), Unknown, "{test}");
    }
    assert_eq!(truth(&absent, WELL_FORMED), NotApplicable);
    assert_eq!(truth(&hidden, WELL_FORMED), Unknown);
    assert_eq!(truth(&unreadable, WELL_FORMED), Unknown);
    assert_eq!(truth(&absent, INTACT), True);
    assert_eq!(truth(&hidden, INTACT), False);
    assert_eq!(truth(&unreadable, INTACT), False);
}

#[test]
fn weak_turns_false_into_unknown_and_nothing_else() {
    let weak = |test: &str| test.replace(" }", ", weak: true }");
    for (test, when_absent) in
        [(EXISTS, Unknown), (CONTAINS, Unknown), (INTACT, NotApplicable), (ACCESS, NotApplicable)]
    {
        assert_eq!(truth(&samples::cluster_sound(), &weak(test)), True, "{test}");
        assert_eq!(truth(&absent(), &weak(test)), when_absent, "{test}");
    }
    assert_eq!(truth(&faulty(zero_signature(PARAMETERS)), &weak(INTACT)), Unknown);
    let denied = "access: { path: '{winsock}\\Parameters', as: BG, grants: KEY_WRITE, weak: true }";
    assert_eq!(truth(&samples::cluster_sound(), denied), Unknown);
}

#[test]
fn the_sound_node_passes_and_nothing_is_remarked() {
    let verdict = q262832(&samples::cluster_sound());
    all_hold_but(&verdict, &[]);
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(verdict.remarks, []);
    assert_eq!(verdict.differences, []);
    assert!(verdict.next_steps.iter().any(|step| step.contains("reinstall")));
    assert_eq!(verdict.see_also, ["Q217351", "Q246784", "Q258469"]);
}

#[test]
fn each_key_missing() {
    for (key, exceptions) in [
        (PROVIDER, vec![("provider-key", False)]),
        (PROVIDERS, vec![("provider-key", False)]),
        (
            MIGRATION,
            vec![
                ("provider-key", False),
                ("migration-key", False),
                ("provider-list", False),
                ("provider-list-well-formed", NotApplicable),
                ("migration-key-intact", NotApplicable),
                ("migration-key-access", NotApplicable),
            ],
        ),
        (
            PARAMETERS,
            vec![
                ("parameters-key", False),
                ("transports", False),
                ("transports-well-formed", NotApplicable),
                ("parameters-key-intact", NotApplicable),
                ("parameters-key-access", NotApplicable),
            ],
        ),
    ] {
        let verdict = q262832(&node(|root| {
            root.remove(key).expect("the sample has it");
        }));
        let mut exceptions = exceptions;
        if key != PARAMETERS {
            exceptions.extend([
                ("provider-key-intact", NotApplicable),
                ("provider-key-access", NotApplicable),
            ]);
        }
        all_hold_but(&verdict, &exceptions);
        assert_eq!(verdict.outcome, Outcome::Fail, "{key}");
    }
}

#[test]
fn each_key_damaged_is_damaged_and_not_missing() {
    for fault in [zero_signature(PROVIDER), list_hole(PROVIDER)] {
        let verdict = q262832(&faulty(fault));
        all_hold_but(
            &verdict,
            &[
                ("provider-key", Unknown),
                ("provider-key-intact", False),
                ("provider-key-access", Unknown),
            ],
        );
        assert_eq!(verdict.outcome, Outcome::Fail);
        assert!(check(&verdict, "provider-key-intact").found.contains("damaged, not missing"));
    }
    let verdict = q262832(&faulty(zero_signature(PARAMETERS)));
    all_hold_but(
        &verdict,
        &[
            ("parameters-key", Unknown),
            ("parameters-key-intact", False),
            ("parameters-key-access", Unknown),
            ("transports", Unknown),
            ("transports-well-formed", Unknown),
        ],
    );
}

#[test]
fn a_hole_beside_an_absence_is_unknown() {
    let verdict = q262832(&samples::cluster_obscured());
    all_hold_but(
        &verdict,
        &[
            ("provider-key", Unknown),
            ("provider-key-intact", Unknown),
            ("provider-key-access", Unknown),
        ],
    );
    assert_eq!(verdict.outcome, Outcome::Unknown);
    assert!(check(&verdict, "provider-key").found.starts_with("damage hides whether"));
}

#[test]
fn a_damaged_sibling_hides_nothing_that_is_there() {
    for sibling in ["NetBIOS", "Tcpip"] {
        let path = format!("{PROVIDERS}\\{sibling}");
        for fault in [zero_signature(&path), list_hole(&path)] {
            let verdict = q262832(&faulty(fault));
            all_hold_but(&verdict, &[]);
            assert_eq!(verdict.outcome, Outcome::Pass);
        }
    }
}

#[test]
fn damaged_data_opens_the_test_and_breaks_the_key() {
    let fault = Fault::DataCutShort { key: PARAMETERS.into(), value: "Transports".into() };
    let verdict = q262832(&faulty(fault));
    all_hold_but(
        &verdict,
        &[
            ("transports", Unknown),
            ("transports-well-formed", Unknown),
            ("parameters-key-intact", False),
        ],
    );
    assert_eq!(verdict.outcome, Outcome::Fail);
}

#[test]
fn names_are_compared_without_regard_to_case_and_as_a_whole() {
    let upper = node(|root| {
        let key = root.remove(PROVIDER).expect("the sample has it");
        root.at(PROVIDERS).subkeys.push(coldhive_forge::KeySpec { name: "CLUSNET".into(), ..key });
        root.at(PARAMETERS).set_value(ValueSpec::multi_sz("TRANSPORTS", &["TCPIP", "cLUSNET"]));
        root.at(MIGRATION).set_value(ValueSpec::multi_sz("provider LIST", &["clusnet", "tcpip"]));
    });
    all_hold_but(&q262832(&upper), &[]);
    let longer = node(|root| {
        root.remove(PROVIDER).expect("the sample has it");
        root.at(&format!("{PROVIDERS}\\Clusnet2"));
        root.at(PARAMETERS).set_value(ValueSpec::multi_sz(
            "Transports",
            &["Tcpip", "Clusnet2", "Clus", " Clusnet"],
        ));
    });
    all_hold_but(
        &q262832(&longer),
        &[
            ("provider-key", False),
            ("provider-key-intact", NotApplicable),
            ("provider-key-access", NotApplicable),
            ("transports", False),
        ],
    );
}
