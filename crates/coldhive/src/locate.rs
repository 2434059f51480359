//! Looking for keys by paths as people write them.

use coldhive_hive::{Lookup, names_equal};
use coldhive_rules::describe;
use coldhive_system::{Located, Mount, System};

/// Looks for a key by a path as people write it: below `HKLM\SYSTEM`, or with one of the names of that in front.
///
/// In a file that holds only a part of it, a path that doesn't lead into the file is also looked for below the file's
/// own root, unless it says in which control set.
pub(crate) fn locate<'i>(system: &System<'i>, path: &str) -> Located<'i> {
    let whole = Mount::below_system(path);
    let first = path.split('\\').find(|part| !part.is_empty()).unwrap_or_default();
    // A hive can have a key of this name below its root.
    let bare = names_equal(first, "SYSTEM");
    if let Some(whole) = whole.as_ref().filter(|_| !bare) {
        return system.locate(whole.path());
    }
    let located = system.locate(path);
    if let Some(whole) = whole.filter(|_| located.answer.is_absent()) {
        return system.locate(whole.path());
    }
    let in_a_set = Mount::below_system(&format!("SYSTEM\\{path}"))
        .is_some_and(|mount| mount.control_set().is_some());
    if located.nearest.is_none() && system.is_part() && !in_a_set {
        let in_file = system.locate(&system.mount().full(path));
        if matches!(in_file.answer, Lookup::Found(_)) {
            return in_file;
        }
    }
    located
}

/// What a path begins with that names a registry and not a key of this hive.
const REGISTRY_ROOTS: [&str; 12] = [
    "HKLM",
    "HKLM:",
    "HKEY_LOCAL_MACHINE",
    "HKCU",
    "HKCU:",
    "HKEY_CURRENT_USER",
    "HKU",
    "HKEY_USERS",
    "HKCR",
    "HKEY_CLASSES_ROOT",
    "Registry",
    "Computer",
];

/// What came of looking for a path that somebody wrote, in words: a path into another hive says nothing of this one.
pub(crate) fn explain(located: &Located<'_>, path: &str) -> String {
    let first = path.split('\\').find(|part| !part.is_empty()).unwrap_or_default();
    match &located.answer {
        Lookup::Absent if REGISTRY_ROOTS.iter().any(|root| names_equal(root, first)) => {
            format!("{path} is no key of HKLM\\SYSTEM, which is all that this hive can hold")
        }
        Lookup::Unreadable(damage) if located.asked.is_empty() => {
            let why = damage.first().map(ToString::to_string).unwrap_or_default();
            format!("the root key can't be read: {why}")
        }
        _ => describe(located),
    }
}
