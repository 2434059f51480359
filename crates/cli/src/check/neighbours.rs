//! What by its name belongs to a hive.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use coldhive::Logs;
use coldhive::hive::{FoldedName, Role};

/// How many entries of a folder are looked at for what belongs to the files that are named. Of a larger one that is looked
/// for, and told to be too large, when a hive is opened.
const MOST_ENTRIES: usize = 100_000;

/// A file that by its name belongs to another.
#[derive(Clone)]
pub(super) struct Belonging {
    pub(super) path: PathBuf,
    pub(super) role: Role,
    pub(super) size: u64,
}

/// Adds a file to what belongs to another. More than two of a role tell no more than two, and names have many spellings:
/// its size is asked for only where it is kept.
pub(super) fn add(
    belonging: &mut Vec<Belonging>,
    path: impl FnOnce() -> PathBuf,
    role: Role,
    size: impl FnOnce() -> u64,
) {
    if belonging.iter().filter(|it| it.role == role).count() < 2 {
        belonging.push(Belonging { path: path(), role, size: size() });
    }
}

/// The name of a file, as Windows compares it.
pub(super) fn folded(path: &Path) -> FoldedName {
    FoldedName::of(path.file_name().unwrap_or_default())
}

/// The files to read beside a hive. Of two with one role, one must be chosen: that is done, and told, when it is opened.
pub(super) fn logs(mut belonging: Vec<Belonging>) -> Option<Logs> {
    belonging.sort_by_key(|it| it.role);
    let is_plain = belonging.is_sorted_by(|a, b| a.role < b.role);
    is_plain.then(|| Logs::Files(belonging.into_iter().map(|it| it.path).collect()))
}

/// What stands beside files that are named, in folders where several of them stand: listing such a folder for each of them
/// would cost the square of their number.
pub(super) struct Neighbours {
    /// What these folders hold, once they were listed; nothing where they can't be.
    folders: HashMap<PathBuf, OnceCell<Option<ByOwner>>>,
}

/// What belongs to the files of a folder, by their names.
type ByOwner = HashMap<FoldedName, Vec<Belonging>>;

impl Neighbours {
    /// Those of the files with these paths.
    pub(super) fn of<'p>(paths: impl Iterator<Item = &'p Path>) -> Self {
        let mut numbers: HashMap<&Path, usize> = HashMap::new();
        paths.filter_map(Path::parent).for_each(|folder| *numbers.entry(folder).or_default() += 1);
        let shared = numbers.into_iter().filter(|(_, number)| *number > 1);
        Self { folders: shared.map(|(folder, _)| (folder.to_owned(), OnceCell::new())).collect() }
    }

    /// What belongs to a file; `None` where that is to be looked for when it is opened.
    pub(super) fn belonging(&self, path: &Path) -> Option<Vec<Belonging>> {
        let folder = path.parent()?;
        let listed = self.folders.get(folder)?;
        let by_owner = listed.get_or_init(|| by_owner(folder).ok().flatten()).as_ref()?;
        Some(by_owner.get(&folded(path)).cloned().unwrap_or_default())
    }
}

/// What belongs to the files of a folder; `None` if it is too large.
fn by_owner(folder: &Path) -> io::Result<Option<ByOwner>> {
    let here = if folder == Path::new("") { Path::new(".") } else { folder };
    let mut found = ByOwner::new();
    for (number, entry) in fs::read_dir(here)?.enumerate() {
        let entry = entry?;
        if number >= MOST_ENTRIES {
            return Ok(None);
        }
        let name = entry.file_name();
        if let Some((owner, role)) = FoldedName::of(&name).belongs_to() {
            let size = || entry.metadata().map_or(0, |it| it.len());
            add(found.entry(owner).or_default(), || folder.join(&name), role, size);
        }
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_spellings_two_are_kept() {
        let folder =
            std::env::temp_dir().join(format!("coldhive-neighbours-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for name in ["SYSTEM.LOG1", "SYSTEM.log1", "system.Log1", "System.LOG1", "SYSTEM.LOG2"] {
            fs::write(folder.join(name), b"four").unwrap();
        }
        let paths = [folder.join("SYSTEM"), folder.join("system")];
        let neighbours = Neighbours::of(paths.iter().map(PathBuf::as_path));
        let found = paths.each_ref().map(|path| neighbours.belonging(path).unwrap());
        fs::remove_dir_all(&folder).unwrap();
        for belonging in found {
            let of = |role| belonging.iter().filter(|it| it.role == role).count();
            // Where files have one spelling there is one.
            assert!((1..=2).contains(&of(Role::Log1)));
            assert_eq!(of(Role::Log2), 1);
            assert!(belonging.iter().all(|it| it.size == 4));
        }
    }
}
