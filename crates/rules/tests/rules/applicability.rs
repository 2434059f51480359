//! Whether Q262832 says anything about a machine.

use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec};
use coldhive_rules::{Applies, Outcome, Truth};

use crate::support::{
    SERVICES, check, faulty, list_hole, node, q262832, q262832_with, regardless, remarks,
    zero_signature,
};

fn applies(spec: &HiveSpec) -> Applies {
    let verdict = q262832(spec);
    assert_eq!(
        verdict.checks.is_empty(),
        verdict.applicability.value == Applies::NotApplicable,
        "what may apply is evaluated"
    );
    verdict.applicability.value
}

fn without(keys: &[&str]) -> HiveSpec {
    node(|root| {
        for key in keys {
            root.remove(&format!("ControlSet001\\{key}")).expect("the sample has it");
        }
    })
}

const NT4_SIGNS: [&str; 3] = ["Services\\Rdr", "Services\\AMDPCN1", "Enum"];

#[test]
fn the_cluster_node_of_nt4() {
    let verdict = q262832(&node(|_| {}));
    assert_eq!(verdict.applicability.value, Applies::Applicable);
}

#[test]
fn without_the_cluster_service_it_does_not_apply() {
    let verdict = q262832(&without(&["Services\\ClusSvc"]));
    assert_eq!(verdict.applicability.value, Applies::NotApplicable);
    assert_eq!(verdict.outcome, Outcome::NotApplicable);
    assert_eq!(verdict.applicability.reasons, ["ControlSet001\\Services has no subkey ClusSvc"]);
    assert_eq!(
        applies(&without(&["Services\\ClusSvc", "Services\\ClusNet"])),
        Applies::NotApplicable
    );
}

#[test]
fn a_half_removed_cluster_is_evaluated_and_remarked() {
    let verdict = q262832(&without(&["Services\\ClusNet"]));
    assert_eq!(verdict.applicability.value, Applies::Undetermined);
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(check(&verdict, "half-removed").result, Truth::False);
}

#[test]
fn without_enterprise_it_is_undetermined() {
    for suite in [vec![], vec!["Terminal Server"]] {
        let spec = node(|root| {
            root.at("ControlSet001\\Control\\ProductOptions")
                .set_value(ValueSpec::multi_sz("ProductSuite", &suite));
        });
        assert_eq!(applies(&spec), Applies::Undetermined, "{suite:?}");
    }
    let none = node(|root| {
        root.at("ControlSet001\\Control\\ProductOptions").values.pop();
    });
    assert_eq!(applies(&none), Applies::Undetermined);
    assert_eq!(applies(&without(&["Control\\ProductOptions"])), Applies::Undetermined);
}

#[test]
fn later_windows_is_not_meant() {
    for sign in ["MountedDevices", "ControlSet001\\Services\\MountMgr", "ControlSet001\\Enum\\PCI"]
    {
        let spec = node(|root| {
            root.at(sign);
        });
        assert_eq!(applies(&spec), Applies::NotApplicable, "{sign}");
    }
}

#[test]
fn a_family_that_cannot_be_told_is_undetermined() {
    assert_eq!(applies(&without(&NT4_SIGNS)), Applies::Undetermined);
}

#[test]
fn damage_that_hides_the_cluster_service_is_undetermined() {
    let missing = without(&["Services\\ClusSvc"]);
    for spec in [
        faulty(zero_signature(&format!("{SERVICES}\\ClusSvc"))),
        faulty(list_hole(&format!("{SERVICES}\\ClusSvc"))),
        missing.clone().fault(list_hole(&format!("{SERVICES}\\Tcpip"))),
        missing.clone().fault(Fault::ListSignature { key: SERVICES.into() }),
        missing.fault(zero_signature(SERVICES)),
    ] {
        assert_eq!(applies(&spec), Applies::Undetermined, "{:?}", spec.faults);
    }
}

/// The reason for a doubt is the damage, not the sign that was found in spite of it.
#[test]
fn the_reason_of_an_undetermined_family_is_the_damage() {
    let verdict = q262832(&faulty(zero_signature("ControlSet001\\Enum")));
    assert_eq!(verdict.applicability.value, Applies::Undetermined);
    let reasons = verdict.applicability.reasons.join("; ");
    assert!(reasons.contains("damage may hide"), "{reasons}");
    assert!(!reasons.contains("Rdr exists: NT 4.0"), "{reasons}");
}

#[test]
fn a_disabled_cluster_service_is_evaluated_and_remarked() {
    let start = |number: u32| {
        node(|root: &mut KeySpec| {
            root.at(&format!("{SERVICES}\\ClusSvc")).set_value(ValueSpec::dword("Start", number));
        })
    };
    let verdict = q262832(&start(4));
    assert_eq!(verdict.applicability.value, Applies::Applicable);
    assert_eq!(verdict.outcome, Outcome::Pass);
    let remark = check(&verdict, "service-enabled");
    assert_eq!(remark.result, Truth::False);
    assert!(remark.found.contains("disabled"), "{}", remark.found);
    for number in 0..4 {
        assert!(!remarks(&q262832(&start(number))).contains(&"service-enabled"));
    }
}

#[test]
fn a_caller_may_ask_all_the_same() {
    let spec = without(&["Services\\ClusSvc", "Services\\ClusNet"]);
    let verdict = q262832_with(&spec, &regardless());
    assert_eq!(verdict.applicability.value, Applies::NotApplicable);
    assert!(verdict.applicability.reasons.last().unwrap().contains("the caller asked for it"));
    assert_eq!(verdict.outcome, Outcome::Pass);
    let made = remarks(&verdict);
    assert!(!made.contains(&"half-removed"), "nothing is there to be half removed: {made:?}");
    assert!(!made.contains(&"service-enabled"), "a service that is not there is not disabled");
}
