//! Accounts of a subtree: which of its keys and values the typed views read, and what else stands there.

use std::collections::BTreeSet;

use coldhive_hive::{Damage, HexBytes, Key, Value, Walk, names_equal};
use serde::Serialize;

use super::layout::{KeyNames, Layout, ValueNames, entry_number, number};
use super::name_list::upper;

/// One key of a subtree, and what of it a typed view reads.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Accounted<'i> {
    /// The path below the start of the subtree; `""` for the start.
    pub path: String,
    /// The key.
    pub key: Key<'i>,
    /// What the key is to the typed views; `None` where none of them leads to it.
    pub view: Option<&'static str>,
    /// The values that a view reads, in stored order.
    pub typed: Vec<Value<'i>>,
    /// All other values, in stored order.
    pub unknown: Vec<Value<'i>>,
    /// What is wrong with the key and its lists: entries that can't be read are in no account.
    pub damage: Vec<Damage>,
}

/// Every key of a subtree with its account, depth first, in stored order.
///
/// The keys and values are those of [`Key::walk`], each once: typed ones and unknown ones together are what a raw
/// walk of the subtree gives.
#[derive(Clone, Debug)]
pub struct Accounts<'i> {
    walk: Walk<'i>,
    start: &'static Layout,
    /// The names of the catalogs, where values tell them.
    catalogs: Catalogs,
    above: Vec<Above>,
    started: bool,
}

/// Which subkeys of `WinSock2\Parameters` are its catalogs.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalogs {
    pub(super) protocols: Option<String>,
    pub(super) name_spaces: Option<String>,
}

/// A key on the way down.
#[derive(Clone, Debug)]
struct Above {
    path: String,
    layout: Option<&'static Layout>,
    /// The names that were met below it, where a view reads only the first of each.
    met: BTreeSet<Vec<u16>>,
}

/// How much of a subtree is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct Totals {
    /// Keys that a typed view leads to.
    pub typed_keys: u32,
    /// Values that a typed view reads.
    pub typed_values: u32,
    /// Keys that no typed view leads to.
    pub unknown_keys: u32,
    /// Values that no typed view reads.
    pub unknown_values: u32,
    /// Findings of damage.
    pub damage: u32,
}

impl Totals {
    /// Adds one key with its values and damage.
    pub fn add(&mut self, account: &Accounted<'_>) {
        let more = |sum: &mut u32, items: usize| {
            *sum = sum.saturating_add(u32::try_from(items).unwrap_or(u32::MAX));
        };
        let keys =
            if account.view.is_some() { &mut self.typed_keys } else { &mut self.unknown_keys };
        more(keys, 1);
        more(&mut self.typed_values, account.typed.len());
        more(&mut self.unknown_values, account.unknown.len());
        more(&mut self.damage, account.damage.len());
    }
}

/// Something that no typed view reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "unknown")]
#[non_exhaustive]
pub enum Unknown {
    /// A key.
    Key {
        /// Its path below the start of the subtree.
        path: String,
    },
    /// A value.
    Value {
        /// Its key's path below the start of the subtree.
        path: String,
        /// Its name; empty for the default value.
        name: String,
        /// Its type, as `REG_SZ`.
        value_type: String,
        /// Its data, as far as it can be read.
        data: HexBytes,
    },
}

impl<'i> Accounts<'i> {
    pub(super) fn of(key: &Key<'i>, start: &'static Layout, catalogs: Catalogs) -> Self {
        Self { walk: key.walk(), start, catalogs, above: Vec::new(), started: false }
    }

    /// Counts what is typed and what isn't.
    #[must_use]
    pub fn totals(self) -> Totals {
        self.fold(Totals::default(), |mut totals, account| {
            totals.add(&account);
            totals
        })
    }

    /// All that no typed view reads, in stored order.
    pub fn unknown(self) -> impl Iterator<Item = Unknown> + use<'i> {
        self.flat_map(|account| {
            let path = account.path;
            let key = account.view.is_none().then(|| Unknown::Key { path: path.clone() });
            let values = account.unknown.into_iter().map(move |value| Unknown::Value {
                path: path.clone(),
                name: value.readable_name().to_string(),
                value_type: value.value_type().to_string(),
                data: HexBytes(value.readable_data().bytes.into_owned()),
            });
            key.into_iter().chain(values)
        })
    }

    /// The layout of a key, by the one above it.
    fn layout(&mut self, key: &Key<'i>, first: bool) -> Option<&'static Layout> {
        if first {
            return Some(self.start);
        }
        let name = key.readable_name().to_string();
        let above = self.above.last_mut()?;
        let layout = above.layout.filter(|_| !key.is_tombstone())?;
        subkey(layout, &name, &self.catalogs, &mut above.met)
    }

    /// Goes back up to the parent of a key: the last of those above whose path its own goes on from. A name may hold
    /// a backslash, so that the path alone doesn't tell. Answers whether the parent was met.
    fn go_to_parent(&mut self, path: &str, key: &Key<'i>) -> bool {
        let name = key.readable_name().to_string();
        let parent = self.above.iter().rposition(|above| {
            if above.path.is_empty() {
                return path == name;
            }
            let below = path.strip_prefix(above.path.as_str());
            below.and_then(|below| below.strip_prefix('\\')) == Some(&name)
        });
        self.above.truncate(parent.map_or(self.above.len(), |parent| parent.saturating_add(1)));
        parent.is_some()
    }
}

/// The layout of a subkey, if a view leads to it.
fn subkey(
    layout: &'static Layout,
    name: &str,
    catalogs: &Catalogs,
    met: &mut BTreeSet<Vec<u16>>,
) -> Option<&'static Layout> {
    let is =
        |wanted: &Option<String>| wanted.as_ref().is_some_and(|wanted| names_equal(wanted, name));
    let (names, below) = layout.keys.iter().find(|(names, _)| match names {
        KeyNames::This(wanted) => names_equal(wanted, name),
        KeyNames::Entries => entry_number(name).is_some(),
        KeyNames::Numbers => number(name).is_some(),
        KeyNames::Any => true,
        KeyNames::Protocols => is(&catalogs.protocols),
        KeyNames::NameSpaces => is(&catalogs.name_spaces),
    })?;
    let every = matches!(names, KeyNames::Entries | KeyNames::Numbers | KeyNames::Any);
    (every || met.insert(upper(name))).then_some(*below)
}

impl<'i> Iterator for Accounts<'i> {
    type Item = Accounted<'i>;

    fn next(&mut self) -> Option<Accounted<'i>> {
        let visit = self.walk.next()?;
        let (path, key) = (visit.path, visit.key);
        // Where paths are cut there are more keys than Windows keeps here by far.
        let is_cut = visit.damage.iter().any(|damage| matches!(damage, Damage::PathCut { .. }));
        let first = !std::mem::replace(&mut self.started, true);
        let is_placed = first || (!is_cut && self.go_to_parent(&path, &key));
        let layout = if is_placed { self.layout(&key, first) } else { None };
        let mut met = BTreeSet::new();
        let is_typed = |value: &Value<'i>| match layout.map(|layout| &layout.values) {
            None => false,
            Some(_) if value.is_tombstone() => false,
            Some(ValueNames::Any) => true,
            Some(ValueNames::These(names)) => value.name().is_ok_and(|name| {
                names.iter().any(|wanted| name.eq_ignore_case(wanted) && met.insert(*wanted))
            }),
        };
        let (typed, unknown) = visit.values.into_iter().map(|read| read.value).partition(is_typed);
        if is_placed {
            self.above.push(Above { path: path.clone(), layout, met: BTreeSet::new() });
        }
        let view = layout.map(|layout| layout.view);
        Some(Accounted { path, key, view, typed, unknown, damage: visit.damage })
    }
}
