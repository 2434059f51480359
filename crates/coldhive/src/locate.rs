//! Looking for keys by paths as people write them.

use coldhive_hive::Lookup;
use coldhive_system::{Located, Mount, System};

/// Looks for a key by a path as people write it: below `HKLM\SYSTEM`, or with one of the names of that in front.
///
/// In a file that holds only a part of it, a path that doesn't lead into the file is also looked for below the file's
/// own root, unless it says in which control set.
pub(crate) fn locate<'i>(system: &System<'i>, path: &str) -> Located<'i> {
    let whole = Mount::below_system(path);
    let first = path.split('\\').find(|part| !part.is_empty()).unwrap_or_default();
    // A hive can have a key of this name below its root.
    let bare = coldhive_hive::names_equal(first, "SYSTEM");
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
