//! Which control set, whose access, and whether a rule must apply.

use coldhive_forge::{Fault, HiveSpec, ValueSpec, samples};
use serde_json::Value;

use crate::support::{BROKEN, array, checks_that_are, forge, run, run_in, scratch, text, verdict};

/// Control sets and outcomes of a check.
fn outcomes(report: &Value) -> Vec<(&str, &str)> {
    let verdicts = array(&report["verdicts"]).iter();
    verdicts.map(|it| (text(&it["control_set"]), text(&it["outcome"]))).collect()
}

#[test]
fn control_sets_are_chosen_by_word_or_number() {
    let (first, second) = (("ControlSet001", "fail"), ("ControlSet002", "pass"));
    for (which, status, expected) in [
        ("current", 1, &[first][..]),
        ("default", 1, &[first]),
        ("1", 1, &[first]),
        ("last-known-good", 0, &[second]),
        ("2", 0, &[second]),
        ("all", 1, &[first, second]),
    ] {
        let run =
            run(["check", "--rule", "Q262832", "--format", "json", "--control-set", which, BROKEN]);
        run.has_status(status);
        assert_eq!(outcomes(&run.json()), expected, "{which}");
    }
}

#[test]
fn differences_are_seen_from_either_side() {
    let report =
        run(["check", "--rule", "Q262832", "--format", "json", "--control-set", "2", BROKEN])
            .json();
    let differences = array(&verdict(&report)["differences"]);
    assert_eq!(differences.len(), 2);
    for difference in differences {
        assert_eq!(difference["control_set"], "ControlSet001");
        assert_eq!(difference["last_known_good"], false);
        assert!(text(&difference["key"]).starts_with("ControlSet002\\"));
    }
    assert_eq!(differences[0]["there"], "absent");
}

#[test]
fn a_control_set_that_is_not_there_is_told() {
    let run = run(["check", "--rule", "Q262832", "--format", "json", "--control-set", "7", BROKEN]);
    // It was asked for by number, and nothing was looked at: that must not pass for "all is well".
    run.has_status(2);
    let report = run.json();
    let verdict = verdict(&report);
    assert!(verdict["control_set"].is_null());
    assert_eq!(verdict["outcome"], "unknown");
    let reason = text(&verdict["applicability"]["reasons"][0]);
    assert!(reason.contains("has no ControlSet007"), "{reason}");
    // Failed is 0: no control set was given up on.
    let failed = crate::support::run(["winsock", "--control-set", "failed", BROKEN]);
    failed.has_status(2);
    assert!(failed.stderr().contains("Select\\Failed is 0"), "{}", failed.stderr());
}

#[test]
fn winsock_shows_each_chosen_control_set() {
    let both = run(["winsock", "--format", "json", "--control-set", "all", BROKEN]).json();
    let [first, second] = array(&both["control_sets"]) else { panic!("two control sets") };
    let transports = |report: &Value| report["parameters"]["transports"]["value"].clone();
    assert_eq!(transports(first), Value::from(vec!["Tcpip", "NetBIOS"]));
    assert_eq!(transports(second), Value::from(vec!["Tcpip", "NetBIOS", "Clusnet"]));
}

/// The sound node with a descriptor of its own on Winsock's `Parameters`.
fn parameters_with(sddl: &str) -> HiveSpec {
    let mut spec = samples::cluster_sound();
    let parameters = spec.root.at("ControlSet001\\Services\\Winsock\\Parameters");
    *parameters = parameters.clone().sddl(sddl).expect("it is SDDL");
    spec
}

#[test]
fn the_account_s_sids_decide_where_a_domain_sid_may_be_its_own() {
    const ACCOUNT: &str = "S-1-5-21-1-2-3-1105";
    let folder = scratch("account");
    forge(
        folder.join("account-reads"),
        &parameters_with(&format!("O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;{ACCOUNT})")),
    );
    forge(folder.join("system-reads"), &parameters_with("O:SYG:SYD:(A;;KA;;;SY)"));
    forge(folder.join("nobody-reads"), &parameters_with("O:BGG:BGD:(A;;KA;;;BG)"));
    forge(
        folder.join("account-denied"),
        &parameters_with(&format!("O:SYG:SYD:(D;;KR;;;{ACCOUNT})(A;;KA;;;SY)(A;;KR;;;WD)")),
    );

    let its = format!("account={ACCOUNT},WD");
    for (file, param, outcome, status) in [
        ("account-reads", None, "unknown", 2),
        ("account-reads", Some(&*its), "pass", 0),
        ("system-reads", None, "fail", 1),
        ("system-reads", Some(&*its), "fail", 1),
        ("nobody-reads", None, "fail", 1),
        ("account-denied", None, "unknown", 2),
        ("account-denied", Some(&*its), "fail", 1),
    ] {
        let args =
            ["check", "--rule", "Q262832", "--format", "json", file].map(str::to_owned).into_iter();
        let param = param.map(|param| format!("--param={param}"));
        let run = run_in(&folder, args.chain(param.clone()));
        run.has_status(status);
        let report = run.json();
        let verdict = verdict(&report);
        assert_eq!(verdict["outcome"], outcome, "{file} {param:?}");
        let result = match outcome {
            "pass" => "true",
            "fail" => "false",
            open => open,
        };
        let such = checks_that_are(verdict, result);
        assert!(such.contains(&"parameters-key-access"), "{file} {param:?}");
    }

    // What is open is said, with the way to settle it.
    let text = run_in(&folder, ["check", "--rule", "Q262832", "account-reads"]);
    assert!(text.stdout().contains(ACCOUNT), "{}", text.stdout());
    assert!(text.stdout().contains("--param account=SID,SID"), "{}", text.stdout());
}

#[test]
fn a_rule_is_evaluated_where_it_does_not_apply_if_the_caller_wants() {
    let folder = scratch("assume-applicable");
    let mut spec = samples::cluster_broken();
    spec.root.remove("ControlSet001\\Services\\ClusSvc").expect("it was there");
    forge(folder.join("SYSTEM"), &spec);

    let run = run_in(&folder, ["check", "--rule", "Q262832", "--format", "json", "SYSTEM"]);
    run.has_status(0);
    let report = run.json();
    assert_eq!(verdict(&report)["outcome"], "notapplicable");
    let reason = text(&verdict(&report)["applicability"]["reasons"][0]);
    assert!(reason.contains("ClusSvc"), "{reason}");

    let run = run_in(
        &folder,
        ["check", "--rule", "Q262832", "--format", "json", "--assume-applicable", "SYSTEM"],
    );
    run.has_status(1);
    let report = run.json();
    let verdict = verdict(&report);
    assert_eq!(verdict["outcome"], "fail");
    assert_eq!(checks_that_are(verdict, "false"), ["provider-key", "transports"]);
    assert_eq!(verdict["applicability"]["value"], "notapplicable", "it is still said");
}

#[test]
fn remarks_that_can_not_be_told_are_not_called_untrue() {
    let damaged = run(["check", "--rule", "Q262832", "testdata/cluster-damaged.SYSTEM"]);
    let remark = "UNKNOWN  baseline-access: ";
    let line = damaged.stdout().lines().find(|line| line.contains(remark)).expect("it is there");
    assert_eq!(
        line,
        "  UNKNOWN  baseline-access: can't be told: \
         SYSTEM and Administrators have full control of the three keys"
    );
    // One that doesn't hold is.
    let broken = run(["check", "--rule", "Q262832", BROKEN]);
    let line = "  note     lists-agree: does not hold: Transports and Provider List have the same entries\n";
    assert!(broken.stdout().contains(line), "{}", broken.stdout());
}

#[test]
fn damage_says_whether_its_offset_is_a_cell_s_or_a_field_s() {
    // The cell's size stands at 0x3400, the two bytes that are wrong behind it at 0x3404.
    let message =
        "the key node in cell 0x2400 should begin with \"nk\", but begins with bytes 00 00";
    let place = "(cell at file offset 0x3400)";
    for command in ["info", "winsock"] {
        let run = run([command, "testdata/cluster-damaged.SYSTEM"]);
        assert!(run.stdout().contains(&format!("{message} {place}\n")), "{}", run.stdout());
    }
    let folder = scratch("damage-offset");
    forge(folder.join("SYSTEM"), &samples::cluster_sound().fault(Fault::BadChecksum));
    for command in ["info", "check"] {
        let run = run_in(&folder, [command, "SYSTEM"]);
        assert!(run.stdout().contains(" (file offset 0x1fc)\n"), "{}", run.stdout());
    }
}

#[test]
fn a_record_that_has_no_place_is_given_none() {
    let folder = scratch("no-place");
    let key = r"ControlSet001\Services\Winsock\Setup Migration\Providers\Clusnet";
    let hole = Fault::ListHole { key: key.into() };
    forge(folder.join("SYSTEM"), &samples::cluster_sound().fault(hole));
    let report = run_in(&folder, ["check", "--rule", "Q262832", "--format", "json", "SYSTEM"]);
    report.has_status(1);
    let report = report.json();
    let verdict = verdict(&report);
    assert_eq!(checks_that_are(verdict, "false"), ["provider-key-intact"]);
    let check = array(&verdict["checks"]).iter().find(|check| check["id"] == "provider-key-intact");
    let evidence = &check.expect("it is there")["evidence"][0];
    assert_eq!(evidence["finding"], "unreadable");
    assert_eq!((&evidence["cell"], &evidence["file_offset"]), (&Value::Null, &Value::Null));
    let text = run_in(&folder, ["check", "--rule", "Q262832", "SYSTEM"]);
    // Names are those that are stored, as far as keys on the way can be read.
    let stored = key.replace("Winsock", "WinSock");
    let line = format!("           at        no nk can be located for {stored}\n");
    assert!(text.stdout().contains(&line), "{}", text.stdout());
}

#[test]
fn an_entry_with_a_comma_is_one_entry() {
    let folder = scratch("comma");
    let mut spec = samples::cluster_sound();
    spec.root
        .at("ControlSet001\\Services\\Winsock\\Parameters")
        .set_value(ValueSpec::multi_sz("Transports", &["Tcpip, Clusnet", "NetBIOS"]));
    forge(folder.join("SYSTEM"), &spec);
    let run = run_in(&folder, ["check", "--rule", "Q262832", "--format", "json", "SYSTEM"]);
    run.has_status(1);
    assert_eq!(checks_that_are(verdict(&run.json()), "false"), ["transports"]);
}
