//! Looking for keys by paths as people write them.

use coldhive_hive::{Lookup, names_equal};
use coldhive_rules::{describe, near_names};
use coldhive_system::{CURRENT_CONTROL_SET, Located, Mount, System};

use crate::key_path::{key_path_readings, show_key_path};

/// How many names are compared with one that isn't there.
const MOST_COMPARED: usize = 10_000;
/// How many are suggested.
const MOST_SUGGESTED: usize = 3;

/// Looks for a key by a path as people write or copy it: what was meant is told by which reading leads to a key.
///
/// A path with the number of a character that no path can hold is obscured, without damage.
pub(crate) fn locate<'i>(system: &System<'i>, written: &str) -> Located<'i> {
    let mut answer = None;
    for reading in key_path_readings(written) {
        let located = locate_one(system, &reading);
        match located.answer {
            Lookup::Found(_) => return located,
            // Its entry was found, whatever else the path may mean.
            Lookup::Unreadable(_) => return located,
            Lookup::Absent | Lookup::Obscured(_) => answer = Some(located),
        }
    }
    answer.unwrap_or_else(|| {
        let mut located = system.locate(written);
        located.answer = Lookup::Obscured(Vec::new());
        located
    })
}

/// The path in the file of a key that need not be there: below what is left of it, it goes on as it was written.
pub(crate) fn path_in_file(system: &System<'_>, written: &str) -> String {
    let located = locate(system, written);
    match &located.nearest {
        Some((_, stored)) => joined(stored, &located.rest),
        None => located.asked,
    }
}

/// Looks for a key by a path below `HKLM\SYSTEM`, or with one of the names of that in front.
///
/// In a file that holds only a part of it, a path that doesn't lead into the file is also looked for below the file's
/// own root, unless it says in which control set.
fn locate_one<'i>(system: &System<'i>, path: &str) -> Located<'i> {
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

/// What came of looking for a path that somebody wrote, in words: a path into another hive says nothing of this one. Where
/// the key is absent, those that may have been meant are named.
pub(crate) fn explain(system: &System<'_>, located: &Located<'_>, written: &str) -> String {
    let first = located.asked.split('\\').next().unwrap_or_default();
    match &located.answer {
        Lookup::Absent if REGISTRY_ROOTS.iter().any(|root| names_equal(root, first)) => {
            format!("{written} is no key of HKLM\\SYSTEM, which is all that this hive can hold")
        }
        Lookup::Unreadable(damage) if located.asked.is_empty() => {
            let why = damage.first().map(ToString::to_string).unwrap_or_default();
            format!("the root key can't be read: {why}")
        }
        Lookup::Obscured(damage) if damage.is_empty() => format!(
            "{written} has a backslash inside of a name, or half a character, which no path can hold: export the key above it"
        ),
        _ => {
            let shown: Vec<_> =
                suggestions(system, located).iter().map(|path| show_key_path(path)).collect();
            match shown.is_empty() {
                true => describe(located),
                false => format!("{}; did you mean {}?", describe(located), shown.join(" or ")),
            }
        }
    }
}

/// Keys that may have been meant by the path of one that isn't there, by their paths below `HKLM\SYSTEM`.
pub(crate) fn suggestions(system: &System<'_>, located: &Located<'_>) -> Vec<String> {
    let (Lookup::Absent, None, Some((key, _))) = (&located.answer, &located.stop, &located.nearest)
    else {
        return Vec::new();
    };
    let (missing, below) = located.rest.split_once('\\').unwrap_or((&located.rest, ""));
    let names: Vec<String> = key
        .subkeys()
        .take(MOST_COMPARED)
        .filter_map(|subkey| Some(subkey.ok()?.readable_name().to_string()))
        .collect();
    let nearest = located.shown().unwrap_or_default();
    let near = near_names(missing, names.iter().map(String::as_str)).into_iter();
    let near = near.map(|name| joined(&joined(&nearest, name), below));
    // The control set is easily forgotten.
    let in_a_set = joined(CURRENT_CONTROL_SET, &located.asked);
    let forgotten = nearest.is_empty().then_some(in_a_set);
    let mut suggested = Vec::new();
    for path in forgotten.into_iter().chain(near) {
        let other = system.locate(&path);
        // Of a misspelt name in the middle, what stands below it may be misspelt too.
        if suggested.len() < MOST_SUGGESTED && matches!(other.answer, Lookup::Found(_)) {
            suggested.extend(other.shown());
        }
    }
    suggested
}

fn joined(path: &str, below: &str) -> String {
    match (path.is_empty(), below.is_empty()) {
        (true, _) => below.to_owned(),
        (_, true) => path.to_owned(),
        _ => format!("{path}\\{below}"),
    }
}
