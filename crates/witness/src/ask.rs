//! Asking nt-hive for keys and values by name, past what is damaged.

use coldhive_hive::{CellOffset, Structure, names_equal};
use nt_hive::{Hive, KeyNode, KeyValue, NtHiveError, NtHiveNameString};

use crate::bins::Bins;
use crate::limit::Limit;
use crate::look::{self, Steps};
use crate::search::{self, KEY_NODE_SIZE};
use crate::statement::Reason;

/// The fixed part of a key value, in bytes: the name follows.
const KEY_VALUE_SIZE: usize = 20;

/// nt-hive's answer to a question by name.
pub(crate) enum Asked<T> {
    /// It found it.
    Found(T),
    /// It went through every entry and found none of that name.
    Absent,
    /// It could not be asked, or could not go through every entry.
    Unknown(Reason),
}

impl<T> Asked<T> {
    fn and_then<U>(self, next: impl FnOnce(T) -> Asked<U>) -> Asked<U> {
        match self {
            Self::Found(found) => next(found),
            Self::Absent => Asked::Absent,
            Self::Unknown(reason) => Asked::Unknown(reason),
        }
    }

    /// A list that means nothing is not damaged, whatever stands in its place.
    fn or_stale(self, is_stale: impl Fn() -> bool) -> Self {
        match self {
            Self::Unknown(Reason::Damage(_) | Reason::GaveUp(_)) if is_stale() => {
                Self::Unknown(Reason::Limit(Limit::StaleList))
            }
            asked => asked,
        }
    }
}

/// Something that nt-hive read, and its cell.
#[derive(Clone)]
pub(crate) struct At<T> {
    pub(crate) read: T,
    pub(crate) cell: CellOffset,
}

pub(crate) type Key<'w, 'i> = At<KeyNode<'w, &'i [u8]>>;
pub(crate) type Value<'w, 'i> = At<KeyValue<'w, &'i [u8]>>;

/// nt-hive over an image, and the look at the same bytes.
pub(crate) struct Ask<'w, 'i, 'q> {
    hive: &'w Hive<&'i [u8]>,
    pub(crate) bins: Bins<'i>,
    /// Where the base block says that the root's cell stands.
    root: CellOffset,
    /// The keys that led to the one that was asked for last, with the names that they were asked for by. Most questions
    /// that follow one another are about keys of one neighbourhood.
    trail: Vec<(&'q str, Key<'w, 'i>)>,
    /// The list that was gone through last, of the key in that cell: what isn't there is often asked for by several names.
    listed: Option<(CellOffset, Items<KeyNode<'w, &'i [u8]>>)>,
}

/// The items of a list as nt-hive gives them, or why it could not be asked for one.
type Items<T> = Vec<Result<T, Box<Reason>>>;

impl<'w, 'i, 'q> Ask<'w, 'i, 'q> {
    pub(crate) const fn new(hive: &'w Hive<&'i [u8]>, bins: Bins<'i>, root: CellOffset) -> Self {
        Self { hive, bins, root, trail: Vec::new(), listed: None }
    }

    /// Asks for a key by its path below the root.
    pub(crate) fn key(&mut self, path: &'q str) -> Asked<Key<'w, 'i>> {
        let mut names = path.split('\\').filter(|component| !component.is_empty()).peekable();
        let on_the_way = self
            .trail
            .iter()
            .take_while(|(known, _)| names.next_if(|name| name == known).is_some());
        let known = on_the_way.count();
        self.trail.truncate(known);
        let mut asked = match self.trail.last() {
            Some((_, key)) => Asked::Found(key.clone()),
            None => self.root(),
        };
        for name in names {
            let Asked::Found(parent) = &asked else { return asked };
            asked = self.subkey(parent, name);
            if let Asked::Found(key) = &asked {
                self.trail.push((name, key.clone()));
            }
        }
        asked
    }

    /// Asks for a value of a key.
    pub(crate) fn value(&mut self, path: &'q str, name: &str) -> Asked<Value<'w, 'i>> {
        self.key(path).and_then(|key| self.value_of(&key, name))
    }

    /// Whether a key that is there says that it has no values.
    pub(crate) fn counts_no_values(&mut self, path: &'q str) -> bool {
        matches!(self.key(path), Asked::Found(key) if look::counts_no_values(self.bins, key.cell))
    }

    fn root(&self) -> Asked<Key<'w, 'i>> {
        let cell = self.root;
        if let Err(damage) = self.bins.follow(Structure::RootKey, cell, CellOffset::NONE) {
            return Asked::Unknown(Reason::Damage(damage));
        }
        match self.hive.root_key_node() {
            Ok(read) => Asked::Found(At { read, cell }),
            Err(error) => Asked::Unknown(Reason::GaveUp(error)),
        }
    }

    fn subkey(&mut self, parent: &Key<'w, 'i>, name: &str) -> Asked<Key<'w, 'i>> {
        let bins = self.bins;
        self.listed_subkey(parent, name).or_stale(|| look::counts_no_subkeys(bins, parent.cell))
    }

    fn listed_subkey(&mut self, parent: &Key<'w, 'i>, name: &str) -> Asked<Key<'w, 'i>> {
        // nt-hive's own lookup, as Windows does it. It misses keys in unordered lists and ends at
        // whatever it can't read, so that only a hit counts.
        if search::subkey(self.bins, parent.cell, name).is_ok()
            && let Some(Ok(read)) = parent.read.subkey(name)
            && read.name().is_ok_and(|found| fit(&found, name) == Fit::Same)
        {
            return self.key_at(read);
        }
        let known = self.listed.take().filter(|(cell, _)| *cell == parent.cell);
        let items = match known.map_or_else(|| self.subkeys(parent), |(_, items)| Ok(Some(items))) {
            Ok(Some(items)) => items,
            Ok(None) => return Asked::Absent,
            Err(reason) => return Asked::Unknown(reason),
        };
        let found = first_named(&items, |key| Ok(fit(&key.name()?, name)));
        self.listed = Some((parent.cell, items));
        found.and_then(|key| self.key_at(key))
    }

    /// Goes through the list of a key; `None` where nt-hive says that it has none.
    fn subkeys(
        &self,
        parent: &Key<'w, 'i>,
    ) -> Result<Option<Items<KeyNode<'w, &'i [u8]>>>, Reason> {
        let steps = look::subkeys(self.bins, parent.cell).map_err(Reason::Damage)?;
        let subkeys = parent.read.subkeys().transpose().map_err(Reason::GaveUp)?;
        Ok(subkeys.map(|subkeys| items(&steps, subkeys)))
    }

    fn value_of(&self, key: &Key<'w, 'i>, name: &str) -> Asked<Value<'w, 'i>> {
        self.listed_value(key, name).or_stale(|| look::counts_no_values(self.bins, key.cell))
    }

    fn listed_value(&self, key: &Key<'w, 'i>, name: &str) -> Asked<Value<'w, 'i>> {
        let values = match self.values(key) {
            Ok(Some(values)) => values,
            Ok(None) => return Asked::Absent,
            Err(reason) => return Asked::Unknown(reason),
        };
        let found = first_named(&values, |value| Ok(fit(&value.name()?, name)));
        found.and_then(|read| match read.name() {
            Ok(name) => {
                let cell = self.cell_of(&name, KEY_VALUE_SIZE);
                Asked::Found(At { read, cell })
            }
            Err(error) => Asked::Unknown(Reason::GaveUp(error)),
        })
    }

    /// Goes through the values of a key; `None` where nt-hive says that it has none.
    fn values(&self, key: &Key<'w, 'i>) -> Result<Option<Items<KeyValue<'w, &'i [u8]>>>, Reason> {
        let steps = look::values(self.bins, key.cell).map_err(Reason::Damage)?;
        let values = key.read.values().transpose().map_err(Reason::GaveUp)?;
        Ok(values.map(|values| items(&steps, values)))
    }

    fn key_at(&self, read: KeyNode<'w, &'i [u8]>) -> Asked<Key<'w, 'i>> {
        let cell = match read.name() {
            Ok(name) => self.cell_of(&name, KEY_NODE_SIZE),
            Err(error) => return Asked::Unknown(Reason::GaveUp(error)),
        };
        Asked::Found(At { read, cell })
    }

    /// The cell of a record whose name begins `before` bytes into it. Were there none, whatever is looked
    /// at below it would be found to stand nowhere.
    fn cell_of(&self, name: &NtHiveNameString<'_>, before: usize) -> CellOffset {
        let (NtHiveNameString::Latin1(bytes) | NtHiveNameString::Utf16LE(bytes)) = name;
        self.bins.cell_around(bytes, before).unwrap_or(CellOffset::NONE)
    }
}

/// How a stored name compares with the one that is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Same,
    Other,
    /// The same to one of nt-hive and Windows.
    Disputed,
}

fn fit(stored: &NtHiveNameString<'_>, asked: &str) -> Fit {
    // Two names in ASCII are beyond dispute, and nearly all names are that. Of another length they differ.
    if let NtHiveNameString::Latin1(bytes) = stored
        && bytes.is_ascii()
        && asked.is_ascii()
    {
        let same = bytes.eq_ignore_ascii_case(asked.as_bytes()) && stored == asked;
        return if same { Fit::Same } else { Fit::Other };
    }
    let to_nt_hive = stored == asked;
    match (to_nt_hive, names_equal(&stored.to_string_lossy(), asked)) {
        (true, true) => Fit::Same,
        // What is replaced in a name that is no valid UTF-16 could be equal by chance.
        (false, true) if stored.to_string_checked().is_none() => Fit::Other,
        (false, false) => Fit::Other,
        (true, false) | (false, true) => Fit::Disputed,
    }
}

/// Has nt-hive go through a list, past items that it can't be asked for.
fn items<T>(steps: &Steps, mut items: impl Iterator<Item = Result<T, NtHiveError>>) -> Items<T> {
    let mut all = Vec::with_capacity(steps.items.len());
    let mut skipped = 0_usize;
    for step in &steps.items {
        if let Err(damage) = step {
            all.push(Err(Reason::Damage(*damage).into()));
            if !steps.can_skip {
                return all;
            }
            skipped = skipped.saturating_add(1);
            continue;
        }
        match items.nth(std::mem::take(&mut skipped)) {
            Some(item) => all.push(item.map_err(|error| Reason::GaveUp(error).into())),
            None => break,
        }
    }
    let is_whole = || all.iter().all(Result::is_ok);
    debug_assert!(!is_whole() || items.next().is_none(), "the look saw too few items");
    all
}

/// The first item of that name, past items that can't be asked for or read.
fn first_named<T: Clone>(
    items: &Items<T>,
    fit: impl Fn(&T) -> Result<Fit, NtHiveError>,
) -> Asked<T> {
    let mut doubt = None;
    for item in items {
        let why = match item.as_ref().map(|item| (item, fit(item))) {
            Ok((found, Ok(Fit::Same))) => return Asked::Found(found.clone()),
            Ok((_, Ok(Fit::Other))) => continue,
            Ok((_, Ok(Fit::Disputed))) => Reason::Limit(Limit::LetterCase),
            Ok((_, Err(error))) => Reason::GaveUp(error),
            Err(reason) => Reason::clone(reason),
        };
        doubt.get_or_insert(why);
    }
    doubt.map_or(Asked::Absent, Asked::Unknown)
}
