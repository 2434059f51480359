//! Reading the keys of a tree in any order, each once, in bounded steps on any bytes.

use crate::bytes::len_u32;
use crate::check::Budget;
use crate::damage::Damage;
use crate::descent::{Nodes, PathBudget, cut_path};
use crate::hint::{Hint, NameHints};
use crate::key::Key;
use crate::list_check::wrong_hint;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::value::{Value, ValueData};

/// Reads what belongs to keys of one tree, for callers that choose their own way through it, as a comparison of two
/// trees does.
///
/// Each key node is given out once, however often it is listed, and no more list entries, values, names and data than
/// the hive has room for: hives made to keep a reader busy end like any other. What is not read for that reason is
/// damage like any other that hides something.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
/// use coldhive_hive::{Hive, ReadOnce};
///
/// let root = KeySpec::new("SYSTEM").subkey(KeySpec::new("Select").value(ValueSpec::dword("Current", 1)));
/// let file = build(&HiveSpec::new(Version::V1_3, root))?;
/// let root = Hive::parse(&file)?.root()?;
/// let mut once = ReadOnce::below(&root);
/// let (select, name) = once.subkeys(&root, 0).found[0];
/// assert_eq!(name.to_string(), "Select");
/// let (current, _) = once.values(&select).found[0];
/// assert_eq!(&*once.data(&current).bytes, [1, 0, 0, 0]);
/// assert!(once.subkeys(&root, 0).found.is_empty(), "each node comes once");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ReadOnce<'i> {
    nodes: Nodes,
    budget: Budget,
    paths: PathBudget,
    /// The hive's lifetime; what is read borrows from it.
    start: Key<'i>,
}

/// What a list of subkeys or values gave.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListOnce<'i, T> {
    /// The records that can be read, with their names, in stored order.
    pub found: Vec<(T, Name<'i>)>,
    /// What can't be read: entries, and the list itself. What is not found may be among them.
    pub unread: Vec<Unread<'i>>,
    /// Entries of subkeys that were made for another name than the node has that they lead to: a key of that other name
    /// is damaged, not missing.
    pub misled: Vec<Unread<'i>>,
}

/// Something of a list that can't be read, and how far it still says of which name it is.
#[derive(Clone, Copy, Debug)]
pub struct Unread<'i> {
    /// Why it can't be read.
    pub damage: Damage,
    hint: Hint,
    legible: Option<Name<'i>>,
}

impl<'i> Unread<'i> {
    const fn of_list(damage: Damage) -> Self {
        Self { damage, hint: Hint::None, legible: None }
    }

    /// Whether the entry is that of a name, as far as its hash, its hint or the bytes of its record tell: then that
    /// key or value is damaged. Otherwise it may be there all the same.
    #[must_use]
    pub fn is_of(&self, name: &Name<'_>) -> bool {
        let legible = self.legible.map(|legible| legible.cmp_ignore_case(name).is_eq());
        self.hint.stands_for(&NameHints::of(name.upper_units()), legible)
    }

    /// The name, as far as the bytes of the record still tell it.
    #[must_use]
    pub const fn legible_name(&self) -> Option<Name<'i>> {
        self.legible
    }
}

impl<'i> ReadOnce<'i> {
    /// Reads a key and what is below it.
    #[must_use]
    pub fn below(start: &Key<'i>) -> Self {
        let mut nodes = Nodes::of(&start.hive());
        nodes.is_new(start.cell());
        let (budget, paths) = (Budget::of(&start.hive()), PathBudget::of(start));
        Self { nodes, budget, paths, start: *start }
    }

    /// The key that it began with.
    #[must_use]
    pub const fn start(&self) -> Key<'i> {
        self.start
    }

    /// The subkeys of a key that stands so many levels below the start.
    pub fn subkeys(&mut self, key: &Key<'i>, level: usize) -> ListOnce<'i, Key<'i>> {
        let (mut found, mut unread, mut misled) = (Vec::new(), Vec::new(), Vec::new());
        self.nodes.subkeys(key, level, |entry, node| {
            let Some(entry) = entry else {
                // More keys than counted: all of them are read, so nothing is hidden.
                if let Err(damage) = node
                    && !matches!(damage, Damage::SubkeyCount { said, found, .. } if found > said)
                {
                    unread.push(Unread::of_list(damage));
                }
                return;
            };
            let legible = || Key::legible_name(key.hive(), entry.cell);
            match node.and_then(|subkey| Ok((subkey, subkey.name()?))) {
                Ok((subkey, name)) => {
                    if let Some(damage) = wrong_hint(key.cell(), entry, &name) {
                        misled.push(Unread { damage, hint: entry.hint, legible: None });
                    }
                    found.push((subkey, name));
                }
                Err(damage) => {
                    unread.push(Unread { damage, hint: entry.hint, legible: legible() });
                }
            }
        });
        ListOnce { found, unread, misled }
    }

    /// The values of a key.
    pub fn values(&mut self, key: &Key<'i>) -> ListOnce<'i, Value<'i>> {
        let (mut found, mut unread) = (Vec::new(), Vec::new());
        let data = &mut self.budget.data;
        // Lists can share values, and so their names.
        let mut affordable = |name: &Name<'_>| {
            let left = data.checked_sub(len_u32(name.bytes().len()));
            *data = left.unwrap_or(*data);
            left.is_some()
        };
        key.values_within(&mut self.budget.values, |cell, value| {
            let named = value.and_then(|value| Ok((value, value.name()?)));
            let damage = match named {
                Ok((value, name)) if affordable(&name) => return found.push((value, name)),
                Ok((value, _)) => Damage::SharedData { at: value.cell() },
                Err(damage) => damage,
            };
            let legible = cell.and_then(|cell: CellOffset| Value::legible_name(key.hive(), cell));
            let legible = legible.filter(|name| affordable(name));
            unread.push(Unread { damage, hint: Hint::None, legible });
        });
        ListOnce { found, unread, misled: Vec::new() }
    }

    /// A value's data.
    pub fn data(&mut self, value: &Value<'i>) -> ValueData<'i> {
        value.data_within(&mut self.budget.data)
    }

    /// A key's class name, if it has one.
    ///
    /// # Errors
    /// The class name can't be read.
    pub fn class(&mut self, key: &Key<'i>) -> Result<Option<Name<'i>>, Damage> {
        key.class_within(&mut self.budget.data)
    }

    /// A key's path of so many bytes, made if there is room for it: all paths together are bounded by the size of the
    /// hive, and beyond that a path is `...` and the key's own name.
    pub fn path(&mut self, key: &Key<'i>, length: usize, make: impl FnOnce() -> String) -> String {
        if self.paths.take(length) { make() } else { cut_path(key) }
    }
}

#[cfg(test)]
mod tests {
    use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};

    use super::*;
    use crate::Hive;

    fn file(faults: &[Fault]) -> Vec<u8> {
        let key = |name: &str| KeySpec::new(name).value(ValueSpec::sz("a value", "text"));
        let root = KeySpec::new("ROOT").subkey(key("Alpha")).subkey(key("Beta"));
        let spec = HiveSpec::new(Version::V1_5, root);
        let spec = faults.iter().fold(spec, |spec, fault| spec.fault(fault.clone()));
        build(&spec).unwrap()
    }

    #[test]
    fn what_can_not_be_read_says_of_which_name_it_is() {
        let file = file(&[
            Fault::ListHole { key: "Beta".into() },
            Fault::ValueSignature { key: "Alpha".into(), value: "a value".into() },
        ]);
        let root = Hive::parse(&file).unwrap().root().unwrap();
        let mut once = ReadOnce::below(&root);
        let subkeys = once.subkeys(&root, 0);
        let (alpha, name) = subkeys.found[0];
        assert_eq!((subkeys.found.len(), name.to_string().as_str()), (1, "Alpha"));
        let [hole] = subkeys.unread.as_slice() else { panic!("{:?}", subkeys.unread) };
        // The hash in the list still tells.
        assert!(hole.is_of(&Name::latin1(b"BETA")) && !hole.is_of(&Name::latin1(b"Gamma")));
        assert!(hole.legible_name().is_none());

        let values = once.values(&alpha);
        assert!(values.found.is_empty());
        let [unread] = values.unread.as_slice() else { panic!("{:?}", values.unread) };
        assert!(unread.is_of(&Name::latin1(b"A Value")) && !unread.is_of(&Name::latin1(b"")));
        assert_eq!(unread.legible_name(), Some(Name::latin1(b"a value")));
    }

    #[test]
    fn an_entry_with_the_hash_of_another_key_stands_for_that_key() {
        let file = file(&[Fault::Cycle { key: "Beta".into(), to: "Alpha".into() }]);
        let root = Hive::parse(&file).unwrap().root().unwrap();
        let subkeys = ReadOnce::below(&root).subkeys(&root, 0);
        assert_eq!(subkeys.found.len(), 1);
        let entries = subkeys.misled.iter().chain(&subkeys.unread);
        assert_eq!(entries.filter(|entry| entry.is_of(&Name::latin1(b"Beta"))).count(), 1);
    }

    #[test]
    fn no_more_is_read_than_the_hive_holds() {
        let file = file(&[]);
        let root = Hive::parse(&file).unwrap().root().unwrap();
        let mut once = ReadOnce::below(&root);
        let alpha = once.subkeys(&root, 0).found[0].0;
        let most = root.hive().bins_size() / 24 + 1;
        let read: usize = (0..most * 2).map(|_| once.values(&alpha).found.len()).sum();
        assert!(read <= most as usize, "{read}");
        assert!(!once.values(&alpha).unread.is_empty());
    }
}
