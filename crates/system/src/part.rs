//! What is to be said of a file that holds only a part of the registry.

use crate::system::System;

/// What is to be said of a file that holds a part of the registry.
pub(crate) fn part_notes(system: &System<'_>) -> Vec<String> {
    let mount = system.mount();
    let mut notes = Vec::new();
    if mount.is_recognised() {
        let what = match mount.below_control_set() {
            Some("") | None => "a control set".to_owned(),
            Some(below) => format!("{below} of a control set"),
        };
        notes.push(format!(
            "the hive was saved from {what}, as its keys tell: nothing else is in it; --mounted-at can say from which"
        ));
    } else if !mount.is_system() {
        notes.push(format!("the hive was saved from {mount}: nothing else is in it"));
    }
    if let Some(looks_like) = system.looks_like()
        && !looks_like.is_alike(mount)
    {
        notes.push(format!(
            "the hive was said to be saved from {mount}, but its keys look like those of {looks_like}: what is said to \
             be missing may have been looked for in the wrong place"
        ));
    }
    if let Some(exported) = system.exported().filter(|_| mount.is_system() && system.is_part()) {
        let mut names: Vec<_> = exported.iter().take(MOST_NAMED).map(ToString::to_string).collect();
        let more = exported.len().saturating_sub(MOST_NAMED);
        if more > 0 {
            names.push(format!("{more} more"));
        }
        let what = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        notes.push(format!("the file holds {what}; what stands elsewhere is not in it"));
    }
    notes
}

/// How many exported subtrees are named in a note.
const MOST_NAMED: usize = 3;
