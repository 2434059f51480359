//! Imports by hivexregedit (libhivex, Debian's libwin-hivex-perl), which shares no code with this project.
//!
//! It takes data as it stands and knows no CurrentControlSet, so the texts are turned into version 5.00 first: data of
//! the text types becomes UTF-16, and the control set gets its number.

use std::path::{Path, PathBuf};
use std::process::Command;

use coldhive::rules::Outcome;
use coldhive::{Case, ChangeKind};

use crate::support::{as_version_5, corpus, cure, false_checks, tree, verdict};

/// The hives of the corpus whose fault is one of content, and what of it the article names.
const CURABLE: [&str; 6] = [
    "all-three-missing",
    "provider-key-deleted",
    "provider-key-missing",
    "provider-list-lacks-clusnet",
    "transports-lacks-clusnet",
    "transports-wrong-type",
];

fn is_there() -> bool {
    let there = Command::new("hivexregedit").arg("--help").output().is_ok();
    if !there {
        eprintln!("skipped: hivexregedit is not installed (Debian: libwin-hivex-perl)");
    }
    there
}

fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cure");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

/// Imports a REGEDIT4 text into a hive file.
fn import(hive: &Path, text: &str) {
    let reg = hive.with_extension("reg");
    std::fs::write(&reg, as_version_5(text, "ControlSet001")).unwrap();
    let run = Command::new("hivexregedit")
        .args(["--merge", "--prefix", r"HKEY_LOCAL_MACHINE\SYSTEM"])
        .args([hive, &reg])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn real_hives_pass_once_the_cure_is_imported_and_are_as_before_once_it_is_undone() {
    let Some(folder) = corpus().filter(|_| is_there()) else { return };
    for name in CURABLE {
        let copy = scratch(&format!("{name}.SYSTEM"));
        let original = std::fs::read(folder.join(format!("cluster/{name}.SYSTEM"))).unwrap();
        std::fs::write(&copy, &original).unwrap();
        let broken = Case::open(&copy).unwrap();
        let before = tree(&broken);
        let cure = cure(&broken);
        assert!(cure.left_out.is_empty() && cure.not_undone().is_empty(), "{name}");

        import(&copy, &cure.reg());
        let cured = Case::open(&copy).unwrap();
        let found = verdict(&cured);
        assert_eq!((found.outcome, false_checks(&found)), (Outcome::Pass, vec![]), "{name}");

        // Nothing else has changed: what the cure names is put back in the tree by hand.
        let mut after = tree(&cured);
        for change in &cure.changes {
            let key = format!(r"ControlSet001\{}", change.key).to_uppercase();
            match &change.what {
                ChangeKind::SetValue { name, .. } => {
                    let old = before.get(&key).and_then(|values| values.get(name)).cloned();
                    if let (Some(values), Some(old)) = (after.get_mut(&key), old) {
                        values.insert(name.clone(), old);
                    }
                }
                _ => assert!(!before.contains_key(&key) && after.remove(&key).is_some()),
            }
        }
        assert_eq!(after, before, "{name}");

        import(&copy, &cure.undo());
        assert_eq!(tree(&Case::open(&copy).unwrap()), before, "{name}");
    }
}

/// What the corpus's makers put into the lists, in the order of the sound node (`healthy.SYSTEM`).
#[test]
fn the_lists_keep_every_entry_in_its_order() {
    let Some(folder) = corpus() else { return };
    let file = |name: &str| Case::open(folder.join(format!("cluster/{name}.SYSTEM"))).unwrap();
    let sound = tree(&file("healthy"));
    for name in CURABLE {
        for change in cure(&file(name)).changes {
            let key = format!(r"ControlSet001\{}", change.key).to_uppercase();
            if let ChangeKind::SetValue { name: value, to, .. } = change.what {
                let wanted = (to.type_code, to.data.0);
                assert_eq!(sound[&key].get(&value), Some(&wanted), "{name}: {value}");
            }
        }
    }
}
