//! What is wrong with one key.

use crate::bytes::{index, len_u32};
use crate::damage::{Damage, Structure};
use crate::descent::Descent;
use crate::duplicates::{Digests, Duplicate, blurred, duplicates};
use crate::hive::Hive;
use crate::key::Key;
use crate::list::List;
use crate::list_check::{check_list, plain_leaf};
use crate::name::Name;
use crate::offset::CellOffset;
use crate::plain_bins::PlainBins;
use crate::value::{SoundValue, Value, ValueData};
use crate::values::Values;

/// A value and its data, as a walk reads them.
#[derive(Clone, Debug)]
pub struct ReadValue<'i> {
    /// The value.
    pub value: Value<'i>,
    /// Its data, as far as it can be read.
    pub data: ValueData<'i>,
}

/// Everything that belongs to one key.
pub(crate) struct ReadKey<'i> {
    pub(crate) damage: Vec<Damage>,
    pub(crate) class: Option<Name<'i>>,
    pub(crate) values: Vec<ReadValue<'i>>,
}

/// How much may still be read. Each list entry, value and data byte of a sound hive belongs to one
/// key alone, so a sound hive never uses up what its size allows; one whose keys share lists or data, to
/// make readers work without end, does.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) list_entries: u32,
    pub(crate) values: u32,
    pub(crate) data: u32,
}

impl Budget {
    pub(crate) fn of(hive: &Hive<'_>) -> Self {
        let size = hive.bins_size();
        // A key value takes at least 24 bytes, cell and all; data in its offset field adds 4.
        Self {
            list_entries: hive.most_keys(),
            values: (size / 24).saturating_add(1),
            data: size.saturating_mul(2),
        }
    }

    /// Reads a value with its data, where there is nothing to be told of either and room for both.
    #[inline]
    pub(crate) fn sound_value<'i>(
        &mut self,
        hive: Hive<'i>,
        bins: PlainBins<'i>,
        cell: CellOffset,
    ) -> Option<ReadValue<'i>> {
        let SoundValue { value, data: bytes, .. } = Value::sound(hive, bins, cell)?;
        let values = self.values.checked_sub(1)?;
        // No data is cut short here, so what it costs is what it says it does.
        self.data = self.data.checked_sub(len_u32(bytes.len()))?;
        self.values = values;
        Some(ReadValue { value, data: ValueData { bytes: bytes.into(), damage: None } })
    }
}

/// A key nothing is wrong with, but for what becomes of its subkeys.
pub(crate) struct PlainKey<'i> {
    pub(crate) class: Option<Name<'i>>,
    /// Its subkeys. The nodes of all of them can be read.
    pub(crate) leaf: Option<List<'i>>,
}

/// How many security cells are remembered.
const SECURITY_CELLS: usize = 16;

/// Some security cells that were read without damage. Most keys name one that their neighbours name too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SoundSecurity([CellOffset; SECURITY_CELLS]);

impl SoundSecurity {
    pub(crate) const fn new() -> Self {
        Self([CellOffset::NONE; SECURITY_CELLS])
    }

    /// Whether nothing is wrong with the security cell of a key.
    #[inline]
    fn holds_for(&mut self, key: &Key<'_>) -> bool {
        let cell = key.security_cell();
        // Multiplied, all bits of a place tell in the highest four.
        let slot = index(cell.get().wrapping_mul(0x9E37_79B1) >> 28);
        let Some(slot) = self.0.get_mut(slot) else { return false };
        if *slot != cell {
            if key.security().is_err() {
                return false;
            }
            *slot = cell;
        }
        true
    }
}

impl<'i> Key<'i> {
    /// Reads what belongs to this key in few steps, if nothing is wrong with any of it: no value has a name with a NUL
    /// in it, or data in segments, and neither has the key. If not, what `each` got counts for nothing, and
    /// [`read_all`](Self::read_all) tells.
    #[inline]
    pub(crate) fn read_plain(
        &self,
        budget: &mut Budget,
        security: &mut SoundSecurity,
        mut each: impl FnMut(SoundValue<'i>),
    ) -> Option<PlainKey<'i>> {
        let expected = self.listed_by();
        if !expected.is_none() && self.parent_cell() != expected {
            return None;
        }
        if self.name().ok()?.contains_nul_or(b'\\') {
            return None;
        }
        let mut left = *budget;
        let class = self.class_within(&mut left.data).ok()?;
        if !security.holds_for(self) {
            return None;
        }
        let leaf = plain_leaf(self, left.list_entries)?;
        let entries = leaf.map_or(0, |leaf| len_u32(leaf.left()));
        left.list_entries = left.list_entries.checked_sub(entries)?;
        let bins = self.hive().plain_bins();
        let cells = Values::sound_cells(self, bins, left.values)?;
        left.values = left.values.checked_sub(len_u32(cells.len()))?;
        let mut digests = Digests::of(cells.len());
        for cell in cells {
            let cell = CellOffset::from_le_bytes(*cell);
            let found = Value::sound(self.hive(), bins, cell)?;
            let (digest, has_nul) = blurred(&found.value.name().ok()?)?;
            if has_nul {
                return None;
            }
            digests.add(digest);
            left.data = left.data.checked_sub(len_u32(found.data.len()))?;
            each(found);
        }
        if !digests.all_differ() {
            return None;
        }
        *budget = left;
        Some(PlainKey { class, leaf })
    }

    /// What is wrong with this key: its node, name, class, lists, its values' cells and data, and the
    /// bounds of its security cell. A damaged subkey is that subkey's own matter.
    #[must_use]
    pub fn check(&self) -> Vec<Damage> {
        self.read_all(&mut Budget::of(&self.hive()), |_| {}).damage
    }

    /// Reads everything that belongs to this key, as long as the budget lasts. `each` gets the nodes of its subkeys.
    pub(crate) fn read_all(
        &self,
        budget: &mut Budget,
        each: impl FnMut(Result<Self, Damage>),
    ) -> ReadKey<'i> {
        let mut damage = Vec::new();
        let expected = self.listed_by();
        if !expected.is_none() && self.parent_cell() != expected {
            damage.push(Damage::WrongParent {
                at: self.cell(),
                expected,
                found: self.parent_cell(),
            });
        }
        match self.name() {
            Ok(name) if !self.is_root() && name.contains(b'\\') => {
                damage.push(Damage::BackslashInName { at: self.cell() });
            }
            Ok(_) => {}
            Err(found) => damage.push(found),
        }
        let class = self.class_within(&mut budget.data).unwrap_or_else(|found| {
            damage.push(found);
            None
        });
        damage.extend(self.security().err());
        let seen = check_list(self, budget.list_entries, &mut damage, each);
        budget.list_entries = budget.list_entries.saturating_sub(seen);
        let mut values = Vec::new();
        self.values_within(&mut budget.values, |_, value| match value {
            Ok(value) => {
                damage.extend(value.name().err());
                let data = value.data_within(&mut budget.data);
                damage.extend(data.damage);
                values.push(ReadValue { value, data });
            }
            Err(found) => damage.push(found),
        });
        let named = |position| {
            let read: &ReadValue<'_> = values.get(position)?;
            Some((read.value.name().ok()?, read.value.cell()))
        };
        for Duplicate { first, again } in duplicates(values.len(), named) {
            damage.push(if first == again {
                Damage::SharedCell { what: Structure::KeyValue, at: again }
            } else {
                Damage::DuplicateValue { at: self.cell(), value: again, first }
            });
        }
        ReadKey { damage, class, values }
    }

    /// Reads everything that belongs to this key, which came last, and enters it. Subkeys that don't come are told last.
    #[inline(never)]
    pub(crate) fn read_and_enter(
        &self,
        budget: &mut Budget,
        descent: &mut Descent<'i>,
    ) -> ReadKey<'i> {
        let mut of_subkeys = Vec::new();
        descent.open(self.cell());
        let mut read = self.read_all(budget, |subkey| {
            // What leads nowhere is the list's own damage.
            if let Err(found) = descent.add(subkey)
                && (found.is_of_a_key_node()
                    || matches!(found, Damage::ListedTwice { .. } | Damage::TooDeep { .. }))
            {
                of_subkeys.push(found);
            }
        });
        read.damage.append(&mut of_subkeys);
        read
    }

    /// Reads the values as long as the budget lasts, each with its cell or what is wrong with it.
    pub(crate) fn values_within(
        &self,
        budget: &mut u32,
        mut each: impl FnMut(Option<CellOffset>, Result<Value<'i>, Damage>),
    ) {
        let values = self.values();
        let cells = values.cells().map(Some).chain(std::iter::repeat(None));
        for (value, cell) in values.zip(cells) {
            // Entries that lead to no value cost as much as others.
            let Some(left) = budget.checked_sub(1) else {
                let at = self.value_list();
                return each(None, Err(Damage::EndlessList { what: Structure::ValueList, at }));
            };
            *budget = left;
            each(cell, value);
        }
    }

    /// The class name, which keys made for it can share like data.
    #[inline]
    pub(crate) fn class_within(&self, budget: &mut u32) -> Result<Option<Name<'i>>, Damage> {
        let class = self.class_name()?;
        let length = class.map_or(0, |class| len_u32(class.bytes().len()));
        *budget = budget.checked_sub(length).ok_or(Damage::SharedData { at: self.cell() })?;
        Ok(class)
    }
}

impl Damage {
    /// Whether the damage is that of a subkey's own node, met while reading its parent's list.
    pub(crate) const fn is_of_a_key_node(&self) -> bool {
        matches!(
            self,
            Self::CellSize { what: Structure::KeyNode, .. }
                | Self::CellTooLong { what: Structure::KeyNode, .. }
                | Self::NotAllocated { what: Structure::KeyNode, .. }
                | Self::TooShort { what: Structure::KeyNode, .. }
                | Self::BadSignature { what: Structure::KeyNode, .. }
        )
    }
}

#[cfg(test)]
mod tests {
    use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};

    use super::*;

    /// Reads each key in both ways. Answers how many keys were read in few steps, and how many not.
    fn read_both_ways(file: &[u8], of: &str) -> (u32, u32) {
        let (mut plain, mut odd) = (0, 0);
        let hive = Hive::parse(file).unwrap();
        let Ok(root) = hive.root() else { return (0, 0) };
        let mut keys = root.walk_keys();
        let (mut budget, mut security) = (Budget::of(&hive), SoundSecurity::new());
        for key in keys.by_ref() {
            let Ok(key) = key else { continue };
            let (before, mut values) = (budget, Vec::new());
            let few = key.read_plain(&mut budget, &mut security, |found| {
                let data_cell = found.data_cell.map(|(at, _)| at);
                assert_eq!(data_cell, found.value.data_cell(), "{of}");
                if let Some((at, behind)) = found.data_cell {
                    let whole = hive.plain_bins().cell(at).unwrap();
                    assert_eq!([found.data, behind].concat(), whole, "{of}");
                }
                values.push((found.value.cell(), found.data.to_vec()));
            });
            let mut spent = before;
            let mut subkeys = Vec::new();
            let all = key.read_all(&mut spent, |subkey| subkeys.push(subkey.map(|key| key.cell())));
            let Some(few) = few else {
                odd += 1;
                assert_eq!(format!("{budget:?}"), format!("{before:?}"), "{of}");
                continue;
            };
            plain += 1;
            assert_eq!(all.damage, [], "{of}");
            assert_eq!(all.class, few.class, "{of}");
            let read = |read: &ReadValue<'_>| (read.value.cell(), read.data.bytes.to_vec());
            assert_eq!(all.values.iter().map(read).collect::<Vec<_>>(), values, "{of}");
            let mut entries = few.leaf;
            let entries = std::iter::from_fn(|| entries.as_mut()?.next_entry());
            assert_eq!(entries.map(|entry| Ok(entry.cell)).collect::<Vec<_>>(), subkeys, "{of}");
            assert_eq!(format!("{budget:?}"), format!("{spent:?}"), "{of}");
        }
        (plain, odd)
    }

    #[test]
    fn what_is_read_in_few_steps_is_what_all_steps_read() {
        let mut root = KeySpec::new("ROOT").class("class");
        root.at("Select").set_value(ValueSpec::dword("Current", 1));
        root.at("Select").set_value(ValueSpec::sz("", "default"));
        root.at("Select").security = Some(vec![2; 40]);
        root.at("Services\\Tcpip").set_value(ValueSpec::multi_sz("list", &["a", "b"]));
        root.at("Services\\Afd").set_value(ValueSpec::sz("Liste", "text"));
        let sound = build(&HiveSpec::new(Version::V1_5, root)).unwrap();
        assert_eq!(read_both_ways(&sound, "sound"), (5, 0));
        let used = sound.iter().rposition(|byte| *byte != 0).unwrap();
        let (mut plain, mut odd) = (0, 0);
        for at in 4096..=used {
            for change in [0x01, 0x08, 0x20, 0x80, sound[at], sound[at] ^ b'\\'] {
                let mut file = sound.clone();
                file[at] ^= change;
                let (few, all) = read_both_ways(&file, &format!("{change:#x} at {at:#x}"));
                (plain, odd) = (plain + few, odd + all);
            }
        }
        // Most changes are to one key of five.
        assert!(odd > 500 && plain > odd, "{plain} {odd}");
    }
}
