//! What is wrong with one key.

use crate::bytes::len_u32;
use crate::damage::{Damage, Structure};
use crate::duplicates::{Duplicate, duplicates};
use crate::hive::Hive;
use crate::key::Key;
use crate::list_check::check_list;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::value::{Value, ValueData};

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
        cell: CellOffset,
    ) -> Option<ReadValue<'i>> {
        let (value, bytes) = Value::sound(hive, cell)?;
        let values = self.values.checked_sub(1)?;
        // No data is cut short here, so what it costs is what it says it does.
        self.data = self.data.checked_sub(len_u32(bytes.len()))?;
        self.values = values;
        Some(ReadValue { value, data: ValueData { bytes: bytes.into(), damage: None } })
    }
}

impl<'i> Key<'i> {
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
