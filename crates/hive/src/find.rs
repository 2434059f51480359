//! Looking a subkey up by its name.

use crate::damage::Damage;
use crate::hint::Fit;
use crate::key::Key;
use crate::list_check::wrong_hint;
use crate::lookup::Lookup;
use crate::name::Sought;

/// Looks a subkey up: first where the hash or hint fits, then everywhere else, because only the
/// names themselves prove that a key is not there.
pub(crate) fn find_subkey<'i>(parent: &Key<'i>, name: &str) -> Lookup<Key<'i>> {
    let sought = Sought::new(name);
    let hints = sought.hints();

    // Whether the list is sound as far as its hints tell, and those that fit belong to other names.
    let mut all_sound = true;
    let mut leaves = parent.subkey_entries();
    while let Some(leaf) = leaves.next_leaf() {
        let Ok(leaf) = leaf else {
            all_sound = false;
            continue;
        };
        for entry in leaf.hinted(&hints) {
            match parent.listed(entry).and_then(|key| Ok((key, key.name()?))) {
                Ok((key, found)) if sought.is(&found) => return Lookup::Found(key),
                Ok((_, found)) => all_sound &= wrong_hint(parent.cell(), entry, &found).is_none(),
                Err(_) => all_sound = false,
            }
        }
    }
    if all_sound && all_are_named_otherwise(parent, &sought) {
        return Lookup::Absent;
    }

    let (mut its_own, mut others) = (Vec::new(), Vec::new());
    for entry in parent.subkey_entries() {
        let entry = match entry {
            Ok(entry) => entry,
            // More keys than counted: all of them are read here, so nothing is hidden.
            Err(Damage::SubkeyCount { said, found, .. }) if found > said => continue,
            Err(damage) => {
                others.push(damage);
                continue;
            }
        };
        let damage = match parent.listed(entry).and_then(|key| Ok((key, key.name()?))) {
            Ok((key, found)) if sought.is(&found) => return Lookup::Found(key),
            // The entry was made for this name or one much like it, and no longer leads to its key.
            Ok((_, found)) if entry.hint.fit(&hints) == Fit::Fits => {
                its_own.extend(wrong_hint(parent.cell(), entry, &found));
                continue;
            }
            Ok(_) => continue,
            Err(damage) => damage,
        };
        let legible = Key::legible_name(parent.hive(), entry.cell).map(|found| sought.is(&found));
        let is_it = entry.hint.stands_for(&hints, legible);
        if is_it { its_own.push(damage) } else { others.push(damage) }
    }
    Lookup::not_found(its_own, others)
}

/// Whether every entry leads to a sound node that is named otherwise.
fn all_are_named_otherwise(parent: &Key<'_>, sought: &Sought<'_>) -> bool {
    let bins = parent.hive().plain_bins();
    let is_other = |cell| {
        let name = Key::sound_name(bins, cell);
        name.is_some_and(|name| !sought.is(&name))
    };
    let mut leaves = parent.subkey_entries();
    while let Some(leaf) = leaves.next_leaf() {
        if !leaf.is_ok_and(|leaf| leaf.all_cells(is_other)) {
            return false;
        }
    }
    true
}
