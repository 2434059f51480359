//! What can't be known or carried is said and not written.

use coldhive::rules::Outcome;
use coldhive::{Before, Case, ChangeKind, Cure};
use coldhive_forge::{Fault, HiveSpec, ValueSpec, samples};

use crate::support::{GOOD_PROVIDER, MIGRATION, PARAMETERS, PROVIDER, case, corpus, cure, verdict};

/// What NT 4.0 has on Services\Winsock, in the text that Windows prints.
const NT4: &str = "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)\
                   (A;;CCDCLCSWRPSDRC;;;SO)(A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)\
                   (A;;KA;;;BA)(A;CIIO;KA;;;CO)";

#[track_caller]
fn leaves_out<'c>(cure: &'c Cure, check: &str, why: &str) -> &'c str {
    let is_it = |left: &&coldhive::LeftOut| left.checks.iter().any(|it| it == check);
    let left = cure.left_out.iter().find(is_it).expect("it is left out");
    assert!(left.why.contains(why), "{}", left.why);
    &left.advice
}

fn without_last_known_good() -> HiveSpec {
    let mut spec = samples::cluster_broken();
    spec.root.remove("ControlSet002").expect("it is there");
    spec
}

#[test]
fn content_that_no_control_set_has_is_not_made_up() {
    let cure = cure(&case(&without_last_known_good()));
    leaves_out(&cure, "provider-key", "the hive has no other control set");
    // The list's own entries are known.
    assert_eq!(cure.changes.len(), 1);
    assert!(!cure.reg().contains("Providers"));
}

#[test]
fn a_deleted_key_is_pointed_at_and_not_restored() {
    let mut spec = samples::cluster_deleted();
    spec.root.remove(GOOD_PROVIDER).expect("it is there");
    let cure = cure(&case(&spec));
    assert_eq!(cure.changes, []);
    let advice = leaves_out(&cure, "provider-key", "ControlSet002 does not have it either");
    assert!(advice.contains("what was deleted here and can still be read"), "{advice}");
}

#[test]
fn a_key_that_is_damaged_in_the_other_set_too_is_not_restored() {
    let spec = samples::cluster_broken().fault(Fault::DataCutShort {
        key: GOOD_PROVIDER.into(),
        value: "WinSock 2.0 Provider ID".into(),
    });
    let cure = cure(&case(&spec));
    leaves_out(&cure, "provider-key", "in ControlSet002 it is damaged");
    assert!(!cure.reg().contains("Providers"));
}

#[test]
fn an_entry_beyond_ascii_leaves_the_whole_list_to_be_set_by_hand() {
    let mut spec = samples::cluster_sound();
    spec.root.at(PARAMETERS).set_value(ValueSpec::multi_sz("Transports", &["Tcpip", "Žluť"]));
    let cure = cure(&case(&spec));
    assert_eq!(cure.changes, []);
    leaves_out(&cure, "transports", "beyond ASCII");
}

#[test]
fn former_data_that_no_text_carries_is_told_in_the_explanation() {
    let mut spec = samples::cluster_sound();
    spec.root.at(PARAMETERS).set_value(ValueSpec::raw("Transports", 7, *b"T\0c\0p\0"));
    let cure = cure(&case(&spec));
    let undone = cure.not_undone();
    assert_eq!(undone.len(), 1, "{undone:?}");
    assert_eq!(cure.undo(), "REGEDIT4\r\n\r\n");
    assert!(cure.text().contains("It does not bring back:"));
}

#[test]
fn a_damaged_key_is_left_alone() {
    let cure = cure(&case(&samples::cluster_damaged()));
    assert_eq!((cure.changes.len(), cure.left_out.len()), (0, 1));
    leaves_out(&cure, "provider-key-intact", "damaged, not missing");
    leaves_out(&cure, "provider-key-access", "damaged, not missing");
    assert!(cure.notes.iter().any(|note| note.contains("Get a second copy first")));
}

#[test]
fn entries_that_damage_hides_are_those_of_the_last_known_good_list() {
    for fault in [
        Fault::DataCutShort { key: PARAMETERS.into(), value: "Transports".into() },
        Fault::ValueSignature { key: PARAMETERS.into(), value: "Transports".into() },
    ] {
        let mut spec = samples::cluster_sound();
        let list = ValueSpec::multi_sz("Transports", &["NetBIOS", "Tcpip"]);
        spec.root.at(&PARAMETERS.replace("001", "002")).set_value(list);
        let cure = cure(&case(&spec.fault(fault)));
        let [change] = cure.changes.as_slice() else { panic!("{:#?}", cure.changes) };
        let ChangeKind::SetValue { to, before, .. } = &change.what else { panic!("{change:?}") };
        let list = coldhive::hive::MultiString::decode(&to.data.0);
        assert_eq!(list.entries(), ["NetBIOS", "Tcpip", "Clusnet"]);
        assert!(matches!(before, Before::Unknown(_)), "{before:?}");
        assert_eq!(cure.not_undone().len(), 1);
        leaves_out(&cure, "parameters-key-intact", "");
    }
}

#[test]
fn nothing_is_said_where_the_fault_is_not_there_or_nothing_can_be_told() {
    for (spec, outcome) in
        [(samples::cluster_sound(), Outcome::Pass), (samples::cluster_obscured(), Outcome::Unknown)]
    {
        let case = case(&spec);
        let verdict = verdict(&case);
        assert_eq!(verdict.outcome, outcome);
        assert_eq!(case.cure(&verdict), None);
    }
}

#[test]
fn permissions_are_those_of_the_other_set_where_they_let_read_who_must() {
    const GUESTS: &str = "O:BGG:SYD:(A;;KA;;;BG)";
    let sound = "O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)";
    let keyed = |here: &str, there: &str| {
        let mut spec = samples::cluster_sound();
        for (key, sddl) in [(PROVIDER, here), (GOOD_PROVIDER, there)] {
            let key = spec.root.at(key);
            *key = key.clone().sddl(sddl).expect("it is SDDL");
        }
        cure(&case(&spec))
    };
    for (there, wanted) in [(sound, sound), (GUESTS, NT4)] {
        let cure = keyed(GUESTS, there);
        assert_eq!(cure.changes, []);
        let [found] = cure.permissions.as_slice() else { panic!("{:#?}", cure.permissions) };
        assert_eq!((found.check.as_str(), found.sddl.as_str()), ("provider-key-access", wanted));
        assert!(cure.text().contains(wanted), "it can be copied in one piece");
    }
    let words = keyed(GUESTS, sound).permissions.remove(0).words;
    assert_eq!(words[2], r"Allow BUILTIN\Users (S-1-5-32-545): read; this key only");
}

/// Everyone's `KW` below the key, a NULL or absent DACL, a callback entry and an owner are ways to write too.
#[test]
fn permissions_that_let_others_write_are_not_recommended() {
    const GUESTS: &str = "O:BGG:SYD:(A;;KA;;;BG)";
    for (there, why) in [
        ("O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)(A;;KA;;;WD)", "Everyone"),
        ("O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)(A;CIIO;KW;;;WD)", "Everyone"),
        ("O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)(A;;GW;;;BG)", "Guests"),
        ("O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)(A;;SD;;;BU)", "Users"),
        ("O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)(A;;WD;;;BU)", "Users"),
        ("O:SYG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)(A;;WO;;;BU)", "Users"),
        ("O:BGG:SYD:(A;;KA;;;SY)(A;;KR;;;BU)(A;;KA;;;BA)", "as the owner"),
        ("O:SYG:SYD:NO_ACCESS_CONTROL", "its DACL is NULL"),
        ("O:SYG:SY", "it has no DACL"),
        ("O:BGG:SYD:(A;;KA;;;BG)", "may not be able to read"),
    ] {
        let mut spec = samples::cluster_sound();
        for (key, sddl) in [(PROVIDER, GUESTS), (GOOD_PROVIDER, there)] {
            let key = spec.root.at(key);
            *key = key.clone().sddl(sddl).expect("it is SDDL");
        }
        let cure = cure(&case(&spec));
        let [found] = cure.permissions.as_slice() else { panic!("{:#?}", cure.permissions) };
        assert_eq!(found.sddl, NT4, "{there}");
        assert!(found.from.contains("in ControlSet002 "), "{}", found.from);
        assert!(found.from.contains(why), "{there}: {}", found.from);
    }
}

/// A node whose list `Transports` has this data, and in ControlSet002 these entries.
fn with_transports(data: &str, good: Option<&[&str]>) -> HiveSpec {
    let mut spec = samples::cluster_sound();
    let data: Vec<u8> = data.encode_utf16().flat_map(u16::to_le_bytes).collect();
    spec.root.at(PARAMETERS).set_value(ValueSpec::raw("Transports", 7, data));
    let there = PARAMETERS.replace("001", "002");
    match good {
        Some(entries) => {
            spec.root.at(&there).set_value(ValueSpec::multi_sz("Transports", entries));
        }
        None => drop(spec.root.remove(&there).expect("it is there")),
    }
    spec
}

/// The one list that is changed, and why.
#[track_caller]
fn new_list(cure: &Cure) -> (Vec<String>, &str) {
    let [change] = cure.changes.as_slice() else { panic!("{:#?}", cure.changes) };
    let ChangeKind::SetValue { to, .. } = &change.what else { panic!("{change:?}") };
    (coldhive::hive::MultiString::decode(&to.data.0).entries().to_vec(), &change.why)
}

#[test]
fn an_empty_list_tells_no_entries() {
    for data in ["", "\0", "\0\0", "\0Tcpip\0NetBIOS\0\0"] {
        let taken = cure(&case(&with_transports(data, Some(&["Tcpip", "NetBIOS"]))));
        let (entries, why) = new_list(&taken);
        assert_eq!(entries, ["Tcpip", "NetBIOS", "Clusnet"], "{data:?}");
        assert!(why.contains("it has no entries"), "{why}");
        assert!(why.contains("ControlSet002, the last known good one, is taken"), "{why}");

        let left = cure(&case(&with_transports(data, None)));
        assert_eq!(left.changes, [], "{data:?}");
        leaves_out(&left, "transports", "it has no entries");
    }
}

#[test]
fn an_entry_that_is_cut_off_is_not_taken_for_a_whole_one() {
    let good: &[&str] = &["Tcpip", "NetBIOS", "Clusnet"];
    let taken = cure(&case(&with_transports("Tcpip\0NetB", Some(good))));
    let (entries, why) = new_list(&taken);
    assert_eq!(entries, good);
    assert!(why.contains("may be cut off behind NetB"), "{why}");

    for data in ["Tcpip\0NetB", "Tcpip\0Clusnet\0NetB"] {
        let left = cure(&case(&with_transports(data, None)));
        assert_eq!(left.changes, []);
        let check = if data.contains("Clusnet") { "transports-well-formed" } else { "transports" };
        leaves_out(&left, check, "may be cut off behind NetB");
    }

    let taken = cure(&case(&with_transports("NwlnkIpx\0NETBIOS", Some(good))));
    let (entries, why) = new_list(&taken);
    assert_eq!(entries, ["NwlnkIpx", "NETBIOS", "Clusnet"]);
    assert!(why.contains("NETBIOS is a whole entry, because ControlSet002"), "{why}");
}

/// Half a character is what is left of an entry that nobody can tell.
#[test]
fn half_a_character_behind_the_last_entry_is_a_cut_off_entry() {
    let mut spec = with_transports("", Some(&["Tcpip", "NetBIOS"]));
    spec.root.at(PARAMETERS).set_value(ValueSpec::raw("Transports", 7, *b"T\0\0\0N"));
    assert_eq!(new_list(&cure(&case(&spec))).0, ["Tcpip", "NetBIOS", "Clusnet"]);
}

#[test]
fn a_list_that_is_cut_off_in_each_set_confirms_nothing() {
    let mut spec = with_transports("Tcpip\0NetB", None);
    let cut: Vec<u8> = "Tcpip\0NetB".encode_utf16().flat_map(u16::to_le_bytes).collect();
    spec.root.at(&PARAMETERS.replace("001", "002")).set_value(ValueSpec::raw("Transports", 7, cut));
    let cure = cure(&case(&spec));
    assert_eq!(cure.changes, []);
    leaves_out(&cure, "transports", "no entries that can be told");
}

/// The control set that failed is the one with the fault, and nothing is taken from it.
#[test]
fn nothing_is_taken_from_the_control_set_that_failed() {
    const GUESTS: &str = "O:BGG:SYD:(A;;KA;;;BG)";
    let mut spec = with_transports("", Some(&["Tcpip", "NetBIOS"]));
    spec.root.remove(MIGRATION).expect("it is there");
    spec.root
        .at("Select")
        .set_value(ValueSpec::dword("Failed", 2))
        .set_value(ValueSpec::dword("LastKnownGood", 1));
    let parameters = spec.root.at(PARAMETERS);
    *parameters = parameters.clone().sddl(GUESTS).expect("it is SDDL");
    let cure = cure(&case(&spec));
    assert_eq!(cure.changes, []);
    let why = "nothing is taken from ControlSet002, which Windows gave up on";
    leaves_out(&cure, "migration-key", why);
    leaves_out(&cure, "transports", why);
    let [found] = cure.permissions.as_slice() else { panic!("{:#?}", cure.permissions) };
    assert_eq!(found.sddl, NT4);
    assert!(found.from.contains(why), "{}", found.from);
}

#[test]
fn permissions_of_real_hives_are_those_of_their_last_known_good_set() {
    let Some(folder) = corpus() else { return };
    for (name, check) in [
        ("provider-key-no-read", "provider-key-access"),
        ("parameters-empty-dacl", "parameters-key-access"),
    ] {
        let cure = cure(&Case::open(folder.join(format!("cluster/{name}.SYSTEM"))).unwrap());
        assert_eq!((cure.changes.len(), cure.left_out.len()), (0, 0), "{name}");
        let [found] = cure.permissions.as_slice() else { panic!("{name}") };
        assert_eq!((found.check.as_str(), found.sddl.as_str()), (check, NT4), "{name}");
    }
}

/// What is written where no control set has sound permissions is what a real Windows NT 4.0 has.
#[test]
fn the_known_default_is_that_of_a_real_node() {
    let Some(folder) = corpus() else { return };
    let case = Case::open(folder.join("system/nt4-ee-sp3.SYSTEM")).unwrap();
    for key in [MIGRATION, PARAMETERS, r"ControlSet001\Services\Winsock"] {
        assert_eq!(case.acl(key, None, false).descriptor.map(|it| it.sddl).as_deref(), Some(NT4));
    }
}

#[test]
fn what_is_larger_than_on_any_machine_is_not_restored() {
    let mut spec = samples::cluster_broken();
    for number in 0..1100 {
        spec.root.at(GOOD_PROVIDER).set_value(ValueSpec::dword(format!("{number}"), number));
    }
    let list = ValueSpec::multi_sz("Transports", &vec!["Tcpip"; 2000]);
    spec.root.at(PARAMETERS).set_value(list);
    spec.root.remove(&PARAMETERS.replace("001", "002")).expect("it is there");
    let cure = cure(&case(&spec));
    assert_eq!(cure.changes, []);
    leaves_out(&cure, "provider-key", "more than any real machine");
    leaves_out(&cure, "transports", "more than any list of a real machine");
}

/// Whatever bytes are broken: no panic, and what is written is understood.
#[test]
fn broken_bytes_give_no_broken_text() {
    let sound = coldhive_forge::build(&samples::cluster_broken()).unwrap();
    let mut cured = 0;
    for place in (4096..sound.len()).step_by(191) {
        let mut bytes = sound.clone();
        bytes[place] ^= 0xFF;
        let Ok(case) = Case::from_bytes("SYSTEM", bytes) else { continue };
        let Some(cure) = case.cure(&verdict(&case)) else { continue };
        assert!(!cure.text().is_empty() && cure.undo().is_ascii());
        if !cure.changes.is_empty() {
            cured += 1;
            Case::from_bytes("cure.reg", cure.reg().into_bytes()).expect("it is understood");
        }
    }
    assert!(cured > 30, "{cured}");
}

/// A list that the file doesn't hold may be right on the node.
#[test]
fn what_a_file_does_not_hold_is_left_alone() {
    let good = r"[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet002\Services\Winsock\Parameters]";
    let text = format!(
        "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\r\n\"Current\"=dword:00000001\r\n\
         \"LastKnownGood\"=dword:00000002\r\n\r\n{good}\r\n\
         \"Transports\"=hex(7):54,63,70,69,70,00,00\r\n\r\n\
         [HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\Winsock\\Parameters\\Below]\r\n"
    );
    let case = Case::from_bytes("part.reg", text.into_bytes()).expect("it is understood");
    let verdict = verdict(&case);
    assert_eq!(verdict.outcome, Outcome::Unknown);
    assert_eq!(case.cure(&verdict), None);
}

#[test]
fn access_that_hangs_on_a_group_is_not_called_damage() {
    let mut spec = samples::cluster_broken();
    let parameters = spec.root.at(PARAMETERS);
    let sddl = "O:BAG:SYD:(D;;KA;;;S-1-5-21-1-2-3-1105)(A;;KA;;;SY)(A;;KA;;;BA)";
    *parameters = parameters.clone().sddl(sddl).expect("it is SDDL");
    let cure = cure(&case(&spec));
    assert_eq!(cure.permissions, []);
    let advice = leaves_out(&cure, "parameters-key-access", "it can't be told");
    assert!(advice.contains("--param account="), "{advice}");
    assert!(!cure.notes.iter().any(|note| note.contains("damaged")));
}
