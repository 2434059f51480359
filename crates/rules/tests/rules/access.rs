//! Who may read the three keys, by their descriptors alone.

use std::collections::BTreeMap;

use coldhive_forge::{Fault, HiveSpec, KeySpec};
use coldhive_rules::Truth::{False, NotApplicable, True, Unknown};
use coldhive_rules::{Context, Outcome, Principals, Truth, Verdict};
use coldhive_security::Sid;

use crate::support::{
    PARAMETERS, PROVIDER, all_hold_but, check, faulty, node, q262832, q262832_with, rule, truth,
};

const ADMIN_RIGHTS: &str = "(A;;KA;;;BA)(A;;KA;;;SY)";

fn with_sddl(sddl: &str) -> HiveSpec {
    node(|root| secure(root, sddl))
}

fn secure(root: &mut KeySpec, sddl: &str) {
    let key = root.at(PARAMETERS);
    *key = key.clone().sddl(sddl).unwrap_or_else(|error| panic!("{sddl}: {error}"));
}

fn access(verdict: &Verdict) -> Truth {
    check(verdict, "parameters-key-access").result
}

fn of(sddl: &str) -> Truth {
    access(&q262832(&with_sddl(sddl)))
}

fn as_account(sddl: &str, sids: &[&str]) -> Truth {
    let sids: Vec<Sid> = sids.iter().map(|sid| sid.parse().unwrap()).collect();
    let context = Context {
        params: BTreeMap::from([("account".into(), Principals { sids, ..Principals::default() })]),
        ..Context::default()
    };
    access(&q262832_with(&with_sddl(sddl), &context))
}

#[test]
fn descriptors_that_let_both_read() {
    for sddl in [
        "O:BAG:SYD:(A;;KR;;;WD)",
        "O:BAG:SYD:(A;;GR;;;WD)",
        "O:BAG:SYD:(A;;KR;;;AU)",
        "O:BAG:SYD:(A;;KA;;;BA)",
        "O:BAG:SYD:(A;;0x1;;;WD)(A;;0x8;;;BA)(A;;0x10;;;AU)(A;;RC;;;WD)",
        "O:BAG:SYD:(A;;KR;;;WD)(D;;KR;;;WD)",
        "O:BAG:SYD:(D;;KW;;;BG)(A;;KR;;;WD)",
        // Of a key, the rights below are asked for nothing.
        "O:BAG:SYD:(D;;0x2;;;WD)(A;;KA;;;BA)(A;;KR;;;WD)",
    ] {
        assert_eq!(of(sddl), True, "{sddl}");
    }
}

#[test]
fn no_dacl_and_a_null_dacl_let_everyone_do_everything() {
    for sddl in ["O:BAG:SY", "O:BAG:SYD:NO_ACCESS_CONTROL"] {
        let verdict = q262832(&with_sddl(sddl));
        assert_eq!(access(&verdict), True, "{sddl}");
        assert_eq!(verdict.outcome, Outcome::Pass);
        let foreign = check(&verdict, "foreign-writers");
        assert_eq!(foreign.result, False, "that anyone may write is worth saying");
        assert!(foreign.found.contains("everyone may do everything"), "{}", foreign.found);
    }
}

#[test]
fn descriptors_that_let_one_of_them_not_read() {
    for sddl in [
        "O:BAG:SYD:",
        "O:BUG:SYD:",
        "O:BAG:SYD:(A;;KR;;;BG)",
        "O:BAG:SYD:(D;;KR;;;WD)(A;;KA;;;BA)",
        "O:BAG:SYD:(D;;0x1;;;SU)(A;;KA;;;WD)",
        // By the owner alone: READ_CONTROL is not KEY_READ.
        "O:SYG:SYD:(A;;0x19;;;BU)",
        // For what is below, not for the key itself.
        "O:BAG:SYD:(A;CIIO;KA;;;WD)",
        "O:BAG:SYD:(A;CIIO;KR;;;WD)(A;;0x20018;;;WD)",
        // SYNCHRONIZE and the WOW64 bits are no rights of a key.
        "O:BAG:SYD:(A;;0x100300;;;WD)",
    ] {
        let verdict = q262832(&with_sddl(sddl));
        assert_eq!(access(&verdict), False, "{sddl}");
        assert_eq!(verdict.outcome, Outcome::Fail, "{sddl}");
    }
}

/// An owner is implied READ_CONTROL, which the DACL then need not grant.
#[test]
fn the_owner_is_implied_what_the_dacl_lacks() {
    assert_eq!(of("O:BAG:SYD:(A;;0x19;;;WD)"), True);
    assert_eq!(of("O:SYG:SYD:(A;;0x19;;;WD)"), False, "the account is not SYSTEM");
}

/// OWNER RIGHTS means nothing on NT 4.0: it neither gives nor limits anything.
#[test]
fn owner_rights_mean_nothing_on_nt4() {
    assert_eq!(of("O:BAG:SYD:(A;;KA;;;S-1-3-4)"), False);
    assert_eq!(of("O:BAG:SYD:(D;;KA;;;S-1-3-4)(A;;0x19;;;WD)"), True);
}

/// Only Vista and later know OWNER RIGHTS, and a hive tells 2000 and later alone.
#[test]
fn owner_rights_stay_open_where_the_age_of_windows_is_not_known() {
    let test = "access: { path: '{winsock}\\Parameters', as: BA, grants: READ_CONTROL }";
    let decides = "O:BAG:SYD:(D;;RC;;;S-1-3-4)(A;;0x19;;;WD)";
    let plain = "O:BAG:SYD:(A;;0x19;;;WD)";
    let later = |sddl: &str| {
        node(|root| {
            secure(root, sddl);
            root.at("MountedDevices");
        })
    };
    let unknown = |sddl: &str| {
        node(|root| {
            secure(root, sddl);
            for set in ["ControlSet001", "ControlSet002"] {
                root.remove(&format!("{set}\\Enum"));
                root.remove(&format!("{set}\\Services\\Rdr"));
                root.remove(&format!("{set}\\Services\\AMDPCN1"));
            }
        })
    };
    assert_eq!(truth(&with_sddl(decides), test), True, "NT 4.0");
    assert_eq!(truth(&unknown(decides), test), Unknown);
    assert_eq!(truth(&later(decides), test), Unknown, "XP or Vista");
    for spec in [later(plain), unknown(plain)] {
        assert_eq!(truth(&spec, test), True, "no OWNER RIGHTS, nothing to doubt");
    }
    let verdict = crate::support::evaluate(&rule(&[test]), &later(decides), &Context::default());
    let found = &check(&verdict, "c0").found;
    assert!(!found.contains("()"), "a doubt has a reason: {found}");
    assert!(found.contains("OWNER RIGHTS"), "{found}");
}

const DENIES_A_DOMAIN_SID: &str = "O:BAG:SYD:(D;;KR;;;S-1-5-21-1-2-3-512)(A;;KR;;;WD)(A;;KA;;;SY)";

#[test]
fn a_domain_sid_that_is_denied_before_everyone_is_allowed() {
    let verdict = q262832(&with_sddl(DENIES_A_DOMAIN_SID));
    all_hold_but(&verdict, &[("parameters-key-access", Unknown)]);
    assert_eq!(verdict.outcome, Outcome::Unknown);
    let found = &check(&verdict, "parameters-key-access").found;
    assert!(found.contains("may or may not have"), "{found}");
    assert!(found.contains("S-1-5-21-1-2-3-512"), "{found}");
    assert!(verdict.next_steps.iter().any(|step| step.contains("--param account=")));
    // Behind the allow it comes too late, and of rights that nobody needs it says nothing.
    assert_eq!(of("O:BAG:SYD:(A;;KR;;;WD)(D;;KR;;;S-1-5-21-1-2-3-512)"), True);
    assert_eq!(
        of("O:SYG:SYD:(D;;KW;;;S-1-5-21-1-2-3-512)(A;;KR;;;WD)(A;;KA;;;SY)(A;;KA;;;BA)"),
        Unknown,
        "KW has READ_CONTROL"
    );
    assert_eq!(of("O:BAG:SYD:(D;;0x6;;;S-1-5-21-1-2-3-512)(A;;KR;;;WD)"), True);
}

#[test]
fn a_domain_sid_that_alone_is_allowed() {
    let sddl = "O:BAG:SYD:(A;;KR;;;S-1-5-21-1-2-3-1001)(A;;KA;;;SY)";
    assert_eq!(of(sddl), Unknown);
    assert_eq!(as_account(sddl, &["S-1-5-21-1-2-3-1001", "WD"]), True);
    // SYSTEM can't be in a domain group: without it the answer is certain.
    assert_eq!(of("O:BAG:SYD:(A;;KR;;;S-1-5-21-1-2-3-1001)"), False);
}

#[test]
fn the_account_with_its_sids_given() {
    assert_eq!(as_account(DENIES_A_DOMAIN_SID, &["S-1-5-21-1-2-3-512", "WD", "BA"]), False);
    assert_eq!(as_account(&format!("O:BAG:SYD:(A;;KR;;;WD){ADMIN_RIGHTS}"), &["BG"]), False);
    assert_eq!(
        as_account(&format!("O:BAG:SYD:{ADMIN_RIGHTS}"), &["S-1-5-21-9-9-9-1", "BU"]),
        False
    );
}

/// A group that the account certainly isn't in decides nothing: that settles what an open pattern leaves open.
#[test]
fn the_account_with_sids_that_it_certainly_lacks() {
    let with = |declared: &str| {
        let params = BTreeMap::from([("account".into(), declared.parse().unwrap())]);
        let context = Context { params, ..Context::default() };
        access(&q262832_with(&with_sddl(DENIES_A_DOMAIN_SID), &context))
    };
    assert_eq!(with("BA,WD"), Unknown);
    assert_eq!(with("BA,WD,-S-1-5-21-1-2-3-512"), True);
    assert_eq!(with("BA,WD,-S-1-5-21-1-2-3-513"), Unknown, "that is another group");
    assert_eq!(with("BA,-WD"), False, "only Everyone and SYSTEM are allowed");
}

#[test]
fn no_security_record_and_an_ill_formed_descriptor() {
    for fault in [
        Fault::NoSecurity { key: PARAMETERS.into() },
        Fault::BadDescriptor { key: PARAMETERS.into() },
    ] {
        let verdict = q262832(&faulty(fault.clone()));
        all_hold_but(&verdict, &[("parameters-key-access", False)]);
        assert_eq!(verdict.outcome, Outcome::Fail, "{fault:?}");
        // Both are what `present: false` asks for.
        let present = "access: { path: '{winsock}\\Parameters', present: false }";
        assert_eq!(truth(&faulty(fault.clone()), present), True, "{fault:?}");
        let more =
            "access: { path: '{winsock}\\Parameters', present: false, as: SY, grants: KEY_READ }";
        assert_eq!(truth(&faulty(fault.clone()), more), False, "{fault:?}");
        assert_eq!(truth(&faulty(fault), &present.replace("Parameters", "Nowhere")), NotApplicable);
    }
    let empty = node(|root| {
        let key = root.at(PARAMETERS);
        *key = key.clone().security([]);
    });
    assert_eq!(access(&q262832(&empty)), False);
}

/// The security record of the provider key can't be read: nothing is known of it, and the key is broken.
#[test]
fn a_security_record_that_cannot_be_read() {
    let sddl = "O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;WD)";
    let spec = node(|root| {
        let key = root.at(PROVIDER);
        *key = key.clone().sddl(sddl).unwrap();
    });
    let mut file = coldhive_forge::build(&spec).unwrap();
    let descriptor = sddl.parse::<coldhive_security::SecurityDescriptorBuf>().unwrap();
    let at = file
        .windows(descriptor.as_bytes().len())
        .position(|window| window == descriptor.as_bytes())
        .unwrap();
    assert_eq!(file[at - 20..at - 18], *b"sk");
    file[at - 20] = 0;
    let built_in = crate::support::built_in();
    let rule = built_in.get("Q262832").unwrap();
    let verdict = crate::support::verdicts(rule, &file, &Context::default()).remove(0);
    all_hold_but(&verdict, &[("provider-key-access", Unknown), ("provider-key-intact", False)]);
    assert_eq!(verdict.outcome, Outcome::Fail);
    assert!(!check(&verdict, "provider-key-access").evidence[0].damage.is_empty());
}

#[test]
fn lacks_asks_for_each_right_by_itself() {
    let lacks = |rights: &str| {
        truth(
            &with_sddl("O:SYG:SYD:(A;;0x20001B;;;BU)(A;;KA;;;SY)"),
            &format!("access: {{ path: '{{winsock}}\\Parameters', as: BU, lacks: {rights} }}"),
        )
    };
    assert_eq!(lacks("SET_VALUE"), False);
    assert_eq!(lacks("KEY_WRITE"), False, "SET_VALUE is one of its rights");
    assert_eq!(lacks("GENERIC_WRITE"), False, "which means KEY_WRITE");
    for mask in ["0x40000000", "'0x40000000'", "1073741824", "[0x40000000]", "[DELETE, 0x2]"] {
        assert_eq!(lacks(mask), False, "{mask}");
    }
    assert_eq!(lacks("[DELETE, WRITE_DAC]"), True);
}

/// Before Windows Vista OWNER RIGHTS meant nothing: an owner could always change the permissions.
#[test]
fn on_nt4_a_foreign_owner_may_write_whatever_owner_rights_says() {
    let sddl = "O:S-1-5-21-1-2-3-1001G:SYD:(A;;KR;;;OW)(A;;KR;;;WD)(A;;KA;;;SY)(A;;KA;;;BA)";
    let verdict = q262832(&with_sddl(sddl));
    let remark = check(&verdict, "foreign-writers");
    assert_eq!(remark.result, False);
    let owner = "S-1-5-21-1-2-3-1001 has WRITE_DAC on Parameters as the owner";
    assert!(remark.found.contains(owner), "{}", remark.found);
}
