//! Who owns a key, and what its descriptor has for a DACL.

use coldhive_forge::{Fault, HiveSpec};
use coldhive_rules::Truth::{False, NotApplicable, True, Unknown};

use super::{KEY, node, table, with};

fn secured(sddl: &str) -> HiveSpec {
    with(|key| {
        let own = std::mem::replace(key, coldhive_forge::KeySpec::new("Test"));
        *key = own.sddl(sddl).unwrap();
    })
}

fn access(test: &str) -> String {
    format!("access: {{ path: '{{ccs}}\\Test', {test} }}")
}

#[test]
fn owners() {
    let of_account = "O:S-1-5-21-1-2-3-500G:SYD:(A;;KA;;;SY)";
    for (sddl, test, expected) in [
        ("O:BAG:SYD:(A;;KA;;;SY)", "owner: BA", True),
        ("O:BAG:SYD:(A;;KA;;;SY)", "owner: [SY, BA]", True),
        ("O:BAG:SYD:(A;;KA;;;SY)", "owner: SY", False),
        ("O:BAG:SYD:(A;;KA;;;SY)", "owner: '{account}'", True),
        // The account may or may not be that one.
        (of_account, "owner: '{account}'", Unknown),
        (of_account, "owner: [SY, BA]", False),
        ("G:SYD:(A;;KA;;;SY)", "owner: BA", False),
        ("O:BAG:SYD:(A;;KA;;;SY)", "owner: BA, dacl: populated, as: SY, grants: KEY_READ", True),
        ("O:BAG:SYD:(A;;KA;;;SY)", "owner: BA, as: WD, grants: KEY_READ", False),
    ] {
        table(&secured(sddl), &[(&access(test), expected)]);
    }
}

#[test]
fn what_the_dacl_is() {
    for (sddl, state) in [
        ("O:BAG:SY", "absent"),
        ("O:BAG:SYD:NO_ACCESS_CONTROL", "null"),
        ("O:BAG:SYD:", "empty"),
        ("O:BAG:SYD:(A;;KA;;;SY)", "populated"),
    ] {
        for asked in ["absent", "null", "empty", "populated"] {
            let test = access(&format!("dacl: {asked}"));
            let expected = if asked == state { True } else { False };
            table(&secured(sddl), &[(&test, expected)]);
        }
        table(&secured(sddl), &[(&access("dacl: [absent, null, empty, populated]"), True)]);
    }
}

#[test]
fn what_cannot_be_read() {
    let sound = || secured("O:BAG:SYD:(A;;KA;;;SY)");
    for test in ["owner: BA", "dacl: populated", "owner: BA, dacl: empty"] {
        let test = access(test);
        table(&node(|_| {}), &[(&test, NotApplicable)]);
        table(&sound().fault(Fault::ZeroSignature { key: KEY.into() }), &[(&test, Unknown)]);
        table(&sound().fault(Fault::FreedSecurity { key: KEY.into() }), &[(&test, Unknown)]);
        // Without a descriptor nobody gets in, and nobody owns the key.
        table(&sound().fault(Fault::NoSecurity { key: KEY.into() }), &[(&test, False)]);
        table(&sound().fault(Fault::BadDescriptor { key: KEY.into() }), &[(&test, False)]);
    }
}
