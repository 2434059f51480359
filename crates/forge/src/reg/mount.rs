//! Which part of what a text makes becomes the hive.

use super::draft::{Draft, KeyId};
use super::notes::{Kind, Notes};
use super::path::RootKey;
use super::problem::quote_name;
use crate::name::same;

/// The key that becomes the root of the hive, and which keys are below it.
pub(super) struct Mount {
    pub(super) root: KeyId,
    /// The root's path in the registry.
    pub(super) path: String,
    /// For each key of the draft, whether it is the root or below it, and there at the end of the text.
    pub(super) inside: Vec<bool>,
}

/// A key that is the root of a hive, or could be.
struct Candidate {
    root_key: RootKey,
    key: KeyId,
    path: String,
    keys: usize,
    looks_like_system: bool,
}

/// Chooses the hive.
///
/// `HKEY_LOCAL_MACHINE\SYSTEM` comes first. Then a hive that was loaded under another name, which its keys
/// `Select` or `ControlSet001` give away. Then the first of `HKEY_LOCAL_MACHINE`, of `HKEY_USERS`, and so on.
pub(super) fn choose(draft: &Draft, notes: &mut Notes) -> Option<Mount> {
    let (candidates, owner) = candidates(draft);
    let plain = |candidate: &&Candidate| {
        candidate.root_key == RootKey::LocalMachine
            && same(&candidate.path, "HKEY_LOCAL_MACHINE\\SYSTEM")
    };
    let rank = |candidate: &&Candidate| {
        RootKey::ALL.iter().position(|&root_key| root_key == candidate.root_key)
    };
    let chosen = candidates
        .iter()
        .find(plain)
        .or_else(|| candidates.iter().find(|candidate| candidate.looks_like_system))
        .or_else(|| candidates.iter().min_by_key(rank))?;
    if chosen.looks_like_system && !plain(&chosen) && chosen.root_key != RootKey::None {
        notes.add(Kind::Root, || {
            let path = quote_name(&chosen.path);
            format!("{path} is read as the root of a SYSTEM hive, for what is below it")
        });
    }
    for other in candidates.iter().filter(|other| other.key != chosen.key) {
        notes.add(Kind::LeftOut, || {
            let (path, keys) = (quote_name(&other.path), other.keys);
            format!("left out: {path} ({keys} {})", if keys == 1 { "key" } else { "keys" })
        });
    }
    let inside = owner.iter().map(|&owner| owner == Some(chosen.key)).collect();
    Some(Mount { root: chosen.key, path: chosen.path.clone(), inside })
}

/// Every root of a hive, in the order of the text, and for each key of the draft the root that it is below.
fn candidates(draft: &Draft) -> (Vec<Candidate>, Vec<Option<KeyId>>) {
    let alive = draft.alive();
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut owner: Vec<Option<KeyId>> = Vec::with_capacity(draft.keys.len());
    // For each key of the draft that is one, its place among the candidates.
    let mut places: Vec<Option<usize>> = vec![None; draft.keys.len()];
    for (id, (key, alive)) in draft.keys.iter().zip(alive).enumerate() {
        let parent = draft.keys.get(key.parent);
        let root_key = if !alive || id == Draft::TOP {
            None
        } else if key.parent == Draft::TOP {
            root_key(&key.name).filter(|root_key| !root_key.holds_hives())
        } else if parent.is_some_and(|parent| parent.parent == Draft::TOP) {
            parent.and_then(|parent| root_key(&parent.name)).filter(|key| key.holds_hives())
        } else {
            None
        };
        if let Some(root_key) = root_key {
            let path = match root_key.holds_hives() {
                true => format!("{}\\{}", root_key.name(), key.name),
                false => root_key.name().to_owned(),
            };
            if let Some(place) = places.get_mut(id) {
                *place = Some(candidates.len());
            }
            candidates.push(Candidate {
                root_key,
                key: id,
                path,
                keys: 1,
                looks_like_system: false,
            });
            owner.push(Some(id));
            continue;
        }
        let above = owner.get(key.parent).copied().flatten().filter(|_| alive);
        owner.push(above);
        let place = above.and_then(|above| places.get(above).copied().flatten());
        if let Some(candidate) = place.and_then(|place| candidates.get_mut(place)) {
            candidate.keys = candidate.keys.saturating_add(1);
            candidate.looks_like_system |= above == Some(key.parent)
                && matches!(candidate.root_key, RootKey::LocalMachine | RootKey::Users)
                && is_of_system(&key.name);
        }
    }
    (candidates, owner)
}

fn root_key(name: &str) -> Option<RootKey> {
    RootKey::ALL.into_iter().find(|root_key| root_key.name() == name)
}

/// Whether only the root of a SYSTEM hive has a subkey of this name.
fn is_of_system(name: &str) -> bool {
    same(name, "Select")
        || name.split_at_checked("ControlSet".len()).is_some_and(|(word, number)| {
            same(word, "ControlSet")
                && number.len() == 3
                && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}
