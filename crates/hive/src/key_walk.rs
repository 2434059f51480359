//! Walking the nodes of a tree alone.

use std::collections::VecDeque;

use crate::bytes::index;
use crate::check::{Budget, ReadValue};
use crate::damage::{Damage, Structure};
use crate::descent::{Descent, PathBudget, cut_path};
use crate::key::{Key, ListedNode};
use crate::offset::CellOffset;
use crate::plain_bins::PlainBins;
use crate::values::Values;

/// Visits a key and everything below it, depth first, in stored order, and reads key nodes and subkey lists alone.
///
/// For questions about keys that need neither values nor a check of everything: a [`Walk`](crate::Walk) costs
/// several times as much. An `Err` is a subkey list, or a subkey of the key before it, that can't be read. The
/// walk ends on any bytes, as that one does.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
/// use coldhive_hive::Hive;
///
/// let root = KeySpec::new("SYSTEM").subkey(KeySpec::new("Setup").subkey(KeySpec::new("Pid")));
/// let file = build(&HiveSpec::new(Version::V1_3, root))?;
/// let mut walk = Hive::parse(&file)?.root()?.walk_keys();
/// let mut paths = Vec::new();
/// while let Some(key) = walk.next() {
///     key?;
///     paths.push(walk.path());
/// }
/// assert_eq!(paths, ["", "Setup", r"Setup\Pid"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyWalk<'i> {
    descent: Descent<'i>,
    damage: VecDeque<Damage>,
    /// What comes next, where it is no key that a list led to. It is handed over here and not as what a function gives:
    /// that would make the compiler lay out every key in memory once more.
    odd: Option<Result<Key<'i>, Damage>>,
    paths: PathBudget,
    budget: Budget,
}

impl<'i> Key<'i> {
    /// Walks the nodes of this key and everything below it.
    #[must_use]
    pub fn walk_keys(&self) -> KeyWalk<'i> {
        KeyWalk {
            descent: Descent::new(*self),
            damage: VecDeque::new(),
            odd: None,
            paths: PathBudget::of(self),
            budget: Budget::of(&self.hive()),
        }
    }
}

impl<'i> KeyWalk<'i> {
    /// The values of a key with their data, in stored order. Damage comes as an `Err` in its place.
    ///
    /// What all keys of one walk give together is bounded by the size of the hive; what is beyond is damage.
    ///
    /// ```
    /// use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
    /// use coldhive_hive::Hive;
    ///
    /// let root = KeySpec::new("SYSTEM").subkey(KeySpec::new("Select").value(ValueSpec::dword("Current", 1)));
    /// let file = build(&HiveSpec::new(Version::V1_3, root))?;
    /// let mut walk = Hive::parse(&file)?.root()?.walk_keys();
    /// let mut bytes = 0;
    /// while let Some(key) = walk.next() {
    ///     let key = key?;
    ///     bytes += walk.values(&key).flatten().map(|read| read.data.bytes.len()).sum::<usize>();
    /// }
    /// assert_eq!(bytes, 4);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn values<'w>(&'w mut self, key: &'w Key<'i>) -> ReadValues<'w, 'i> {
        ReadValues::new(key, &mut self.budget)
    }

    /// The next key, if nothing else comes before it.
    fn next_listed(&mut self) -> Option<ListedNode<'i>> {
        if !self.damage.is_empty() || !self.descent.is_begun() {
            return None;
        }
        let node = self.descent.next_node()?;
        self.descent.enter(node, |damage| self.damage.push_back(damage));
        Some(node)
    }

    /// Makes ready what else comes next, if anything does.
    #[cold]
    #[inline(never)]
    fn read_odd(&mut self) {
        self.odd = self.damage.pop_front().map(Err).or_else(|| {
            let start = self.descent.begin()?;
            self.descent.enter_carefully(&start, |damage| self.damage.push_back(damage));
            Some(Ok(start))
        });
    }

    /// The path of the key that came last, below where the walk began; `""` for the start. Made when it is asked
    /// for: most questions are about few keys.
    ///
    /// All paths of one walk together are bounded by the size of the hive. Beyond, a path is `...` and the key's own
    /// name.
    pub fn path(&mut self) -> String {
        let mut path = String::new();
        for key in self.descent.keys() {
            if !path.is_empty() {
                path.push('\\');
            }
            key.readable_name().push_to(&mut path);
        }
        if self.paths.take(path.len()) {
            return path;
        }
        self.descent.keys().last().as_ref().map(cut_path).unwrap_or_default()
    }
}

impl<'i> Iterator for KeyWalk<'i> {
    type Item = Result<Key<'i>, Damage>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(node) = self.next_listed() {
            return Some(Ok(node.key(self.descent.hive())));
        }
        self.read_odd();
        self.odd.take()
    }
}

/// The values of a key that a [`KeyWalk`] came to, with their data.
#[derive(Debug)]
pub struct ReadValues<'w, 'i> {
    key: &'w Key<'i>,
    bins: PlainBins<'i>,
    /// The cells of the values, as long as there is nothing to be told of any of them.
    sound: std::slice::Iter<'i, [u8; 4]>,
    /// All that is still to come, from the first on that there is something to be told of.
    odd: Option<Box<OddValues<'i>>>,
    budget: &'w mut Budget,
}

/// Values that are read as if something were wrong with each.
#[derive(Debug)]
struct OddValues<'i> {
    values: Values<'i>,
    /// The one that comes next, once it was read. It is handed over here and not as what a function gives: that would
    /// make the compiler lay out every sound value in memory too, which costs as much as reading it.
    read: Option<Result<ReadValue<'i>, Damage>>,
}

impl<'w, 'i> ReadValues<'w, 'i> {
    #[inline(always)]
    fn new(key: &'w Key<'i>, budget: &'w mut Budget) -> Self {
        let bins = key.hive().plain_bins();
        let sound = Values::sound_cells(key, bins, budget.values);
        let odd = sound.is_none().then(|| OddValues::new(key.values()));
        Self { key, bins, sound: sound.unwrap_or_default().iter(), odd, budget }
    }

    /// From here on all values are read as if something were wrong with each.
    #[inline(never)]
    fn go_on_carefully(&mut self) {
        let left = self.sound.len().saturating_add(1);
        let passed = index(self.key.value_count()).saturating_sub(left);
        let mut values = self.key.values();
        values.by_ref().take(passed).for_each(drop);
        (self.sound, self.odd) = ([].iter(), Some(OddValues::new(values)));
    }
}

impl<'i> OddValues<'i> {
    #[inline(never)]
    fn new(values: Values<'i>) -> Box<Self> {
        Box::new(Self { values, read: None })
    }

    /// Reads the next value, whatever is wrong with it.
    #[inline(never)]
    fn read_next(&mut self, key: &Key<'i>, budget: &mut Budget) {
        let Some(value) = self.values.next() else { return };
        let Some(left) = budget.values.checked_sub(1) else {
            self.values.end();
            let (what, at) = (Structure::ValueList, key.value_list());
            self.read = Some(Err(Damage::EndlessList { what, at }));
            return;
        };
        budget.values = left;
        self.read = Some(value.map(|value| {
            let data = value.data_within(&mut budget.data);
            ReadValue { value, data }
        }));
    }
}

impl<'i> Iterator for ReadValues<'_, 'i> {
    type Item = Result<ReadValue<'i>, Damage>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(cell) = self.sound.next() {
            let cell = CellOffset::from_le_bytes(*cell);
            if let Some(read) = self.budget.sound_value(self.key.hive(), self.bins, cell) {
                return Some(Ok(read));
            }
            self.go_on_carefully();
        }
        let odd = self.odd.as_mut()?;
        odd.read_next(self.key, self.budget);
        odd.read.take()
    }
}
