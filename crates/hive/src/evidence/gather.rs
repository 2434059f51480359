//! Finding what belongs to a hive.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::evidence::file::EvidenceFile;
use crate::evidence::name::FoldedName;
use crate::evidence::read::{Wanted, read_file};
use crate::evidence::role::Role;
use crate::evidence::{Beside, Reading};

/// How many entries of a folder are looked at.
const MOST_ENTRIES: usize = 100_000;

/// What was found, and what there is to say of it.
#[derive(Default)]
pub(crate) struct Companions {
    pub(crate) files: Vec<EvidenceFile>,
    pub(crate) notes: Vec<String>,
}

/// Reads the companions of the primary at `path`.
pub(crate) fn companions(path: &Path, beside: &Beside, reading: Reading) -> Companions {
    let mut found = Companions::default();
    let paths = match beside {
        Beside::None => Vec::new(),
        Beside::Given(paths) => {
            paths.iter().map(|path| (path.clone(), Role::of_companion(path))).collect()
        }
        Beside::Auto => find(path, &mut found.notes),
    };
    let mut seen = vec![identity(path)];
    for (path, role) in paths {
        let identity = identity(&path);
        if seen.contains(&identity) {
            let name = path.display();
            found.notes.push(format!("{name} is left out: it is a file that was taken already"));
            continue;
        }
        seen.push(identity);
        found.files.push(
            read_file(&path, role, Wanted::Anything, reading)
                .unwrap_or_else(|problem| EvidenceFile::unreadable(role, problem)),
        );
    }
    found
}

/// A path that is the same for two names of one place.
fn identity(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The paths of what stands beside the primary, in the order of their roles.
fn find(primary: &Path, notes: &mut Vec<String>) -> Vec<(PathBuf, Role)> {
    let Some(name) = primary.file_name() else { return Vec::new() };
    let folder = match primary.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        _ => PathBuf::from("."),
    };
    let listing = match fs::read_dir(&folder) {
        Ok(listing) => listing,
        Err(error) => {
            notes.push(format!(
                "the folder {} can't be listed ({error}): what stands beside the hive is not known",
                folder.display()
            ));
            return Vec::new();
        }
    };
    let stem = FoldedName::of(name);
    let mut candidates: Vec<(OsString, Role)> = Vec::new();
    for (count, entry) in listing.enumerate() {
        if count >= MOST_ENTRIES {
            notes.push(format!(
                "the folder {} has more than {MOST_ENTRIES} entries, and the rest was not looked at",
                folder.display()
            ));
            break;
        }
        let Ok(entry) = entry else { continue };
        let found = entry.file_name();
        if let Some((of, role)) = FoldedName::of(&found).belongs_to()
            && of == stem
        {
            candidates.push((found, role));
        }
    }
    // Under one role, the name that is spelled as the primary's comes first.
    let exact = |found: &OsString, role: Role| {
        let mut expected = name.to_owned();
        expected.push(role.as_str());
        *found == expected
    };
    candidates.sort_by(|(a, role_a), (b, role_b)| {
        role_a.cmp(role_b).then(exact(b, *role_b).cmp(&exact(a, *role_a))).then(a.cmp(b))
    });
    let mut paths: Vec<(PathBuf, Role)> = Vec::new();
    for (found, role) in candidates {
        let path = if primary.parent() == Some(Path::new("")) {
            PathBuf::from(&found)
        } else {
            folder.join(&found)
        };
        match paths.last() {
            Some((taken, last)) if *last == role => notes.push(format!(
                "{} is left out: but for its case it is named as {}",
                path.display(),
                taken.display()
            )),
            _ => paths.push((path, role)),
        }
    }
    paths
}
