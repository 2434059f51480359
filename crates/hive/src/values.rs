//! On-disk structure of a value list: offsets of key values, unsorted.

use crate::bytes::{index, len_u32};
use crate::damage::{Damage, Structure};
use crate::hive::Hive;
use crate::key::Key;
use crate::lookup::Lookup;
use crate::name::Sought;
use crate::offset::CellOffset;
use crate::plain_bins::PlainBins;
use crate::value::Value;

/// The values of a key. Damage comes as an `Err` in its place; what follows it is still read.
#[derive(Clone, Debug)]
pub struct Values<'i> {
    hive: Hive<'i>,
    list: CellOffset,
    entries: std::slice::Iter<'i, [u8; 4]>,
    damage: Option<Damage>,
    /// Set where the key denies that it has values: the list ends at the first entry that leads to none.
    uncounted: Option<Uncounted>,
}

/// Values that a key doesn't count.
#[derive(Clone, Copy, Debug)]
struct Uncounted {
    key: CellOffset,
    found: u32,
}

impl<'i> Values<'i> {
    pub(crate) fn new(key: &Key<'i>) -> Self {
        let (hive, list, said) = (key.hive(), key.value_list(), key.value_count());
        let listing = |entries: &'i [u8], damage| Self {
            hive,
            list,
            entries: entries.as_chunks::<4>().0.iter(),
            damage,
            uncounted: None,
        };
        let empty = |damage| listing(&[], damage);
        let what = Structure::ValueList;
        if key.has_handle() {
            return empty(Some(Damage::PredefinedHandle { at: key.cell() }));
        }
        if key.has_uncounted_values() {
            let cell = hive.cell(what, list, key.cell()).unwrap_or(&[]);
            let uncounted = Some(Uncounted { key: key.cell(), found: 0 });
            return Self { uncounted, ..listing(cell, None) };
        }
        if said == 0 {
            return empty(None);
        }
        match hive.cell(what, list, key.cell()) {
            Ok(cell) => {
                let room = len_u32(cell.len() / 4);
                let damage =
                    (said > room).then_some(Damage::ListTooLong { what, at: list, said, room });
                let used = cell.get(..index(said).saturating_mul(4)).unwrap_or(cell);
                listing(used, damage)
            }
            Err(damage) => empty(Some(damage)),
        }
    }

    /// The cells of the values that the list names, readable or not.
    pub fn cells(&self) -> impl Iterator<Item = CellOffset> + use<'i> {
        let (hive, list, counted) = (self.hive, self.list, self.uncounted.is_none());
        let cells = self.entries.clone().copied().map(CellOffset::from_le_bytes);
        cells.take_while(move |cell| counted || Value::read(hive, *cell, list).is_ok())
    }

    /// The cells that a key's list names, where the key counts its values, no more than `most`, and nothing is wrong
    /// with the list.
    #[inline]
    pub(crate) fn sound_cells(
        key: &Key<'i>,
        bins: PlainBins<'i>,
        most: u32,
    ) -> Option<&'i [[u8; 4]]> {
        let said = key.value_count();
        if said == 0 {
            return (!key.has_handle() && !key.has_uncounted_values()).then_some(&[]);
        }
        // Of lists that many keys share no more is read than of others.
        if said > most {
            return None;
        }
        bins.cell(key.value_list())?.as_chunks().0.get(..index(said))
    }

    /// Ends the list here.
    pub(crate) fn end(&mut self) {
        (self.entries, self.damage, self.uncounted) = ([].iter(), None, None);
    }

    /// The next of values that the key doesn't count. What follows them in the list's cell may be anything.
    fn next_uncounted(&mut self, Uncounted { key, found }: Uncounted) -> Option<Value<'i>> {
        let cell = self.entries.next().copied().map(CellOffset::from_le_bytes);
        let value = cell.and_then(|cell| Value::read(self.hive, cell, self.list).ok());
        if value.is_some() {
            self.uncounted = Some(Uncounted { key, found: found.saturating_add(1) });
        } else {
            self.uncounted = None;
            self.entries = [].iter();
            self.damage = (found > 0).then_some(Damage::ValueCount { at: key, said: 0, found });
        }
        value
    }
}

impl<'i> Iterator for Values<'i> {
    type Item = Result<Value<'i>, Damage>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(uncounted) = self.uncounted
            && let Some(value) = self.next_uncounted(uncounted)
        {
            return Some(Ok(value));
        }
        match self.entries.next() {
            Some(entry) => {
                Some(Value::read(self.hive, CellOffset::from_le_bytes(*entry), self.list))
            }
            None => self.damage.take().map(Err),
        }
    }
}

/// Looks a value up. Value lists have no hints: an unreadable value could be any, unless the bytes
/// of its name can still be read and are those of the one that is looked for.
pub(crate) fn find_value<'i>(key: &Key<'i>, name: &str) -> Lookup<Value<'i>> {
    let sought = Sought::new(name);
    let (mut its_own, mut others) = (Vec::new(), Vec::new());
    let values = key.values();
    let cells = values.cells().map(Some).chain(std::iter::repeat(None));
    for (value, cell) in values.zip(cells) {
        let damage = match value.and_then(|value| Ok((value, sought.is(&value.name()?)))) {
            Ok((value, true)) => return Lookup::Found(value),
            Ok((_, false)) => continue,
            Err(damage) => damage,
        };
        let legible = cell.and_then(|cell| Value::legible_name(key.hive(), cell));
        match legible {
            Some(legible) if sought.is(&legible) => its_own.push(damage),
            _ => others.push(damage),
        }
    }
    Lookup::not_found(its_own, others)
}
