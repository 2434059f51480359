//! Which hives there are to check, in an order that doesn't change.

use std::collections::{HashMap, HashSet};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use coldhive::hive::{FirstLook, FoldedName, Role};
use coldhive::{Logs, ReportError};
use globset::{Glob, GlobSet};

use crate::args::FindArgs;

use super::neighbours::{Belonging, Neighbours, add, folded, logs};
use super::progress::Progress;

/// One thing to do.
#[derive(Debug)]
pub(crate) enum Task {
    /// A file to check.
    Check(Found),
    /// A path that gives no hive, and why.
    Tell(ReportError),
}

/// A file that may be a hive.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// The folder that it was found in, by its place among the folders; `None` for one that was named.
    pub(crate) folder: Option<usize>,
    /// The memory that it takes to read it and what belongs to it, in bytes.
    pub(crate) takes: u64,
    /// What belongs to it, where that was found with it.
    pub(crate) logs: Option<Logs>,
}

impl Task {
    /// The memory that it takes, in bytes.
    pub(crate) const fn takes(&self) -> u64 {
        match self {
            Self::Check(found) => found.takes,
            Self::Tell(_) => 0,
        }
    }

    /// The file to read, if there is one.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Check(found) => Some(&found.path),
            Self::Tell(_) => None,
        }
    }
}

/// What was found, and what was left out of folders.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) tasks: Vec<Task>,
    /// The folders that were named.
    pub(crate) folders: Vec<PathBuf>,
    pub(crate) no_hives: u64,
    pub(crate) too_large: u64,
    pub(crate) links: u64,
}

impl Findings {
    /// The logs and mirrors that are read with the hives, as far as they were found.
    pub(crate) fn logs(&self) -> impl Iterator<Item = &PathBuf> {
        let found = self.tasks.iter().filter_map(|task| match task {
            Task::Check(Found { logs: Some(Logs::Files(files)), .. }) => Some(files),
            _ => None,
        });
        found.flatten()
    }
}

/// Looks at each path: a folder is walked, anything else is taken as it is. Ends early where `stop` is set.
pub(crate) fn find(
    paths: &[PathBuf],
    args: &FindArgs,
    progress: &Progress,
    stop: &AtomicBool,
) -> Result<Findings, globset::Error> {
    let mut walk = Walk {
        args,
        include: Globs::new(&args.include)?,
        exclude: Globs::new(&args.exclude)?,
        seen: HashSet::new(),
        findings: Findings::default(),
        progress,
        stop,
    };
    let is_folder = |path: &&PathBuf| fs::metadata(path).is_ok_and(|kind| kind.is_dir());
    let folders: HashSet<_> = paths.iter().filter(is_folder).collect();
    let named = paths.iter().filter(|path| !folders.contains(path));
    let neighbours = Neighbours::of(named.map(PathBuf::as_path));
    for path in paths {
        if folders.contains(path) {
            walk.findings.folders.push(path.clone());
            walk.seen.clear();
            walk.folder(path);
        } else {
            walk.named(path, &neighbours);
        }
    }
    Ok(walk.findings)
}

struct Walk<'a> {
    args: &'a FindArgs,
    include: Globs,
    exclude: Globs,
    /// What of the folder was walked or taken already, where links can lead to it again.
    seen: HashSet<PathBuf>,
    findings: Findings,
    progress: &'a Progress,
    stop: &'a AtomicBool,
}

/// Something that was listed and not looked at yet.
enum Listed {
    Folder(PathBuf),
    File(Listing),
    Problem(PathBuf, io::Error),
}

/// A file in a folder.
struct Listing {
    path: PathBuf,
    size: u64,
    /// Whether the patterns let it be taken.
    is_wanted: bool,
    /// What by its name belongs to it.
    belonging: Vec<Belonging>,
    /// What it is by its name to another file that is wanted.
    beside: Option<Role>,
}

impl Walk<'_> {
    fn named(&mut self, path: &Path, neighbours: &Neighbours) {
        let mut found = Found { path: path.to_owned(), folder: None, takes: 0, logs: None };
        // In a run that was ended it is counted alone. What it is and what is wrong with it is told when it is read.
        if !self.stop.load(Ordering::Relaxed) {
            let takes = FirstLook::at(path).map_or(0, |look| look.takes);
            let belonging = neighbours.belonging(path);
            // What belongs to it is seldom larger than itself.
            let beside = belonging.as_deref().map_or(takes, sizes);
            found.takes = takes.saturating_add(beside);
            found.logs = belonging.and_then(logs);
        }
        self.findings.tasks.push(Task::Check(found));
    }

    /// Walks a folder, depth first, each folder in the order of its names. What is still to do stands on a stack of its
    /// own, so that no depth is too great.
    fn folder(&mut self, root: &Path) {
        let mut stack = vec![Listed::Folder(root.to_owned())];
        while let Some(listed) = stack.pop() {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            match listed {
                Listed::Problem(path, error) => self.tell(&path, &error),
                Listed::Folder(path) if self.is_new(&path) => match self.list(root, &path) {
                    Ok(entries) => stack.extend(entries.into_iter().rev()),
                    Err(error) => self.tell(&path, &error),
                },
                Listed::File(file) if file.is_wanted && self.is_new(&file.path) => self.file(file),
                Listed::Folder(_) | Listed::File(_) => {}
            }
        }
    }

    /// Whether a path leads to something that was not come to yet. Without links nothing is met twice.
    fn is_new(&mut self, path: &Path) -> bool {
        !self.args.follow_links
            || fs::canonicalize(path).map_or(true, |identity| self.seen.insert(identity))
    }

    fn tell(&mut self, path: &Path, error: &io::Error) {
        let path = path.display().to_string();
        let message = format!("{path} can't be read: {error}");
        self.findings.tasks.push(Task::Tell(ReportError::new(path, message)));
    }

    /// What a folder holds that is to be looked at, in the order of the names' bytes.
    fn list(&mut self, root: &Path, folder: &Path) -> io::Result<Vec<Listed>> {
        let mut entries = Vec::new();
        let mut problems = Vec::new();
        for entry in fs::read_dir(folder)? {
            match entry {
                Ok(entry) => entries.push(entry),
                // The rest of the folder is not known: that is told, and what was seen of it is looked at.
                Err(error) => {
                    problems.push(Listed::Problem(folder.to_owned(), error));
                    break;
                }
            }
        }
        entries.sort_by_key(DirEntry::file_name);
        let mut listed = Vec::new();
        for entry in entries {
            let path = entry.path();
            let below = path.strip_prefix(root).unwrap_or(&path);
            let is_excluded = self.exclude.matches(below);
            match self.kind(&entry) {
                Ok(Some(kind)) if kind.is_file() => {
                    let is_included = self.include.is_empty() || self.include.matches(below);
                    let (size, is_wanted) = (kind.len(), is_included && !is_excluded);
                    // What is excluded can belong to a hive all the same.
                    let (belonging, beside) = (Vec::new(), None);
                    listed.push(Listed::File(Listing { path, size, is_wanted, belonging, beside }));
                }
                _ if is_excluded => {}
                Ok(Some(kind)) if kind.is_dir() => listed.push(Listed::Folder(path)),
                // Opening a pipe would wait for its writer, and reading a device can do anything.
                Ok(Some(_)) => self.findings.no_hives += 1,
                Ok(None) => self.findings.links += 1,
                Err(error) => listed.push(Listed::Problem(path, error)),
            }
        }
        pair(&mut listed);
        listed.extend(problems);
        Ok(listed)
    }

    /// What an entry is; `None` for a link that is not followed.
    fn kind(&self, entry: &DirEntry) -> io::Result<Option<fs::Metadata>> {
        let kind = entry.metadata()?;
        match (kind.is_symlink(), self.args.follow_links) {
            (true, false) => Ok(None),
            (true, true) => fs::metadata(entry.path()).map(Some),
            (false, _) => Ok(Some(kind)),
        }
    }

    /// Takes a file if it may be a hive.
    fn file(&mut self, file: Listing) {
        self.progress.step();
        // It is read with the hive that it mirrors.
        if file.beside == Some(Role::Alternate) {
            return;
        }
        let look = match FirstLook::at(&file.path) {
            Ok(look) => look,
            Err(error) => {
                let path = file.path.display().to_string();
                self.findings.tasks.push(Task::Tell(ReportError::new(path, error.to_string())));
                return;
            }
        };
        // A mirror stands in for a hive that is none any more.
        let has_mirror = || {
            let mut mirrors = file.belonging.iter().filter(|it| it.role == Role::Alternate);
            mirrors.any(|it| FirstLook::at(&it.path).is_ok_and(|look| look.may_be_hive))
        };
        if !look.may_be_hive && !has_mirror() {
            self.findings.no_hives += u64::from(file.beside.is_none());
            return;
        }
        if self.args.max_size.is_some_and(|most| look.size > most) {
            self.findings.too_large += 1;
            return;
        }
        let takes = look.takes.saturating_add(sizes(&file.belonging));
        let folder = self.findings.folders.len().checked_sub(1);
        let logs = logs(file.belonging);
        self.findings.tasks.push(Task::Check(Found { path: file.path, folder, takes, logs }));
    }
}

/// How many bytes files have together.
fn sizes(files: &[Belonging]) -> u64 {
    files.iter().map(|it| it.size).fold(0, u64::saturating_add)
}

/// Puts to each file of a folder what by its name belongs to it.
fn pair(listed: &mut [Listed]) {
    let mut by_name: HashMap<FoldedName, Vec<usize>> = HashMap::new();
    for (place, file) in listed.iter().enumerate() {
        if let Listed::File(file) = file {
            by_name.entry(folded(&file.path)).or_default().push(place);
        }
    }
    for place in 0..listed.len() {
        let Listed::File(file) = &listed[place] else { continue };
        let Some((of, role)) = folded(&file.path).belongs_to() else { continue };
        let (path, size) = (file.path.clone(), file.size);
        for owner in by_name.get(&of).into_iter().flatten() {
            let Listed::File(owner) = &mut listed[*owner] else { continue };
            add(&mut owner.belonging, || path.clone(), role, || size);
            let is_wanted = owner.is_wanted;
            if let Listed::File(file) = &mut listed[place]
                && is_wanted
            {
                file.beside = Some(role);
            }
        }
    }
}

/// Patterns of names, and of paths below the folder that is walked.
struct Globs {
    names: GlobSet,
    paths: GlobSet,
}

impl Globs {
    fn new(globs: &[Glob]) -> Result<Self, globset::Error> {
        let has_slash = |glob: &&Glob| glob.glob().contains('/');
        let (paths, names): (Vec<_>, Vec<_>) = globs.iter().partition(has_slash);
        let set = |globs: Vec<&Glob>| GlobSet::new(globs.into_iter().cloned());
        Ok(Self { names: set(names)?, paths: set(paths)? })
    }

    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.paths.is_empty()
    }

    fn matches(&self, below: &Path) -> bool {
        below.file_name().is_some_and(|name| self.names.is_match(name))
            || self.paths.is_match(below)
    }
}
