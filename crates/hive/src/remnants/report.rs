//! Remnants as data.

use serde::{Deserialize, Serialize};

use crate::bytes::{index, len_u32};
use crate::damage::{Damage, DamageReport, sort_damage};
use crate::hex::HexBytes;
use crate::map::SpaceKind;
use crate::offset::CellOffset;
use crate::remnants::certainty::{Certainty, Counterpart, ParentLink, RemnantPath};
use crate::remnants::key::DeletedKey;
use crate::remnants::value::{DeletedValue, Owner};
use crate::remnants::{Remnant, Remnants};
use crate::time::FileTime;

/// A remnant as owned data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "remnant", rename_all = "kebab-case")]
pub enum RemnantReport {
    /// A key with the values that its list names.
    Key(KeyRemnantReport),
    /// A value that no deleted key lists.
    Value(ValueRemnantReport),
}

/// A deleted key as owned data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRemnantReport {
    /// Where it stood.
    pub path: RemnantPath,
    /// Its name.
    pub name: String,
    /// Its cell.
    pub cell: CellOffset,
    /// Where the node's first byte stands in the file, in bytes.
    pub file_offset: u64,
    /// What the bytes are that it stands in.
    pub space: SpaceKind,
    /// When it was last written.
    pub last_written: FileTime,
    /// What stands where it names its parent.
    pub parent: ParentLink,
    /// Whether an older list of subkeys names it.
    pub is_listed: bool,
    /// Whether the living tree has a key of its path.
    pub counterpart: Counterpart,
    /// Its class name, if it has one that can be read.
    pub class: Option<String>,
    /// Its security descriptor, if it names one that can be read.
    pub security: Option<SecurityReport>,
    /// Its values, as far as they can be read.
    pub values: Vec<ValueRemnantReport>,
    /// Why it is taken for what it is, in a sentence.
    pub reason: String,
    /// What can't be read of it, or was overwritten, sorted.
    pub damage: Vec<DamageReport>,
}

/// The security descriptor of a deleted key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityReport {
    /// The cell of the security record.
    pub cell: CellOffset,
    /// The self-relative descriptor.
    pub descriptor: HexBytes,
    /// How many living keys use the same record.
    pub shared_by: u32,
}

/// A deleted value as owned data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueRemnantReport {
    /// Its name; empty for a default value.
    pub name: String,
    /// Its cell.
    pub cell: CellOffset,
    /// Where the record's first byte stands in the file, in bytes.
    pub file_offset: u64,
    /// What the bytes are that it stands in.
    pub space: SpaceKind,
    /// The key that it was of.
    pub owner: OwnerReport,
    /// How sure that is.
    pub certainty: Certainty,
    /// Whether the living key has a value of this name.
    pub counterpart: Counterpart,
    /// The number of its type.
    pub value_type: u32,
    /// How many bytes of data it says it had.
    pub size: u32,
    /// As much of its data as can be read.
    pub data: HexBytes,
    /// Why it is taken for what it is, in a sentence.
    pub reason: String,
    /// What can't be read of it, or was overwritten, sorted.
    pub damage: Vec<DamageReport>,
}

/// Whose a deleted value was, as owned data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "key", rename_all = "kebab-case")]
pub enum OwnerReport {
    /// A deleted key's.
    Deleted {
        /// The key's cell.
        cell: CellOffset,
    },
    /// A key's that lives.
    Living {
        /// The key's cell.
        cell: CellOffset,
        /// The key's path, if the way up can be read.
        path: Option<String>,
    },
    /// Nothing that is left says whose.
    Unknown,
}

/// Remnants as owned data, one after another.
///
/// What all reports carry together is bounded: in a hive made for it each of many values leads to the same large
/// data. From then on data, descriptors and names of classes are left out, and the reports say so.
pub struct RemnantReports<'r> {
    items: Box<dyn Iterator<Item = Remnant<'r>> + 'r>,
    budget: Budget,
    paths: Budget,
}

/// How many bytes reports may still carry.
struct Budget(u32);

impl Budget {
    fn spend(&mut self, length: usize) -> bool {
        let left = self.0.checked_sub(len_u32(length));
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }

    /// Whether there is as much left.
    fn has(&self, length: usize) -> bool {
        index(self.0) >= length
    }

    /// The same as `spend`, and what doesn't fit ends it: finding out how long it is was work already.
    fn spend_all(&mut self, length: usize) -> bool {
        let fits = self.spend(length);
        if !fits {
            self.0 = 0;
        }
        fits
    }
}

impl Remnants<'_> {
    /// All remnants as owned data, in the order of [`Remnants::iter`].
    #[must_use]
    pub fn reports(&self) -> RemnantReports<'_> {
        self.reports_of(Box::new(self.iter()))
    }

    /// Some remnants as owned data.
    #[must_use]
    pub fn reports_of<'r>(
        &'r self,
        items: Box<dyn Iterator<Item = Remnant<'r>> + 'r>,
    ) -> RemnantReports<'r> {
        // Each byte belongs to one record, and older copies of a key share what it named.
        let size = len_u32(self.hive.bytes_to_search().len());
        let most = size.saturating_mul(2).saturating_add(1 << 20);
        RemnantReports { items, budget: Budget(most), paths: Budget(most) }
    }
}

impl Iterator for RemnantReports<'_> {
    type Item = RemnantReport;

    fn next(&mut self) -> Option<RemnantReport> {
        let (budget, paths) = (&mut self.budget, &mut self.paths);
        Some(match self.items.next()? {
            Remnant::Key(key) => RemnantReport::Key(report_key(&key, budget, paths)),
            Remnant::Value(value) => RemnantReport::Value(report_value(&value, budget, paths)),
        })
    }
}

fn report_key(key: &DeletedKey<'_>, budget: &mut Budget, paths: &mut Budget) -> KeyRemnantReport {
    let mut damage = key.damage();
    let at = key.cell();
    // Finding out a path takes as many steps as it has names.
    let whole = paths.has(usize::from(key.depth()).saturating_mul(2)).then(|| key.path());
    let path = whole.filter(|path| paths.spend_all(path.text.len())).unwrap_or_else(|| {
        damage.push(Damage::PathCut { at });
        let text = format!("...\\{}", key.name());
        RemnantPath { text, is_whole: false, certainty: key.certainty() }
    });
    let class = key.key().class_name().ok().flatten();
    let class = class.filter(|class| {
        let fits = budget.spend(class.bytes().len());
        damage.extend((!fits).then_some(Damage::SharedData { at }));
        fits
    });
    let security = key.security().ok().flatten().filter(|security| {
        let fits = budget.spend(security.descriptor().len());
        damage.extend((!fits).then_some(Damage::SharedData { at }));
        fits
    });
    KeyRemnantReport {
        path,
        name: key.name().to_string(),
        cell: at,
        file_offset: key.file_offset(),
        space: key.space(),
        last_written: key.last_written(),
        parent: key.parent_link(),
        is_listed: key.is_listed(),
        counterpart: key.counterpart(),
        class: class.map(|class| class.to_string()),
        security: security.map(|security| SecurityReport {
            cell: security.cell(),
            descriptor: HexBytes(security.descriptor().to_vec()),
            shared_by: key.security_is_shared_by(),
        }),
        values: key.values().map(|value| report_value(&value, budget, paths)).collect(),
        reason: key.reason(),
        damage: reports(&damage),
    }
}

fn report_value(
    value: &DeletedValue<'_>,
    budget: &mut Budget,
    paths: &mut Budget,
) -> ValueRemnantReport {
    let at = value.cell();
    let name = value.name();
    let room = index(value.value().size().min(budget.0));
    let fits = budget.spend(name.length()) && index(value.value().size()) <= room;
    let (bytes, damage) = if fits {
        let data = value.data();
        budget.spend(data.bytes.len());
        (HexBytes(data.bytes.into_owned()), data.damage)
    } else {
        (HexBytes::default(), Some(Damage::SharedData { at }))
    };
    ValueRemnantReport {
        name: if fits { name.to_string() } else { String::new() },
        cell: at,
        file_offset: value.file_offset(),
        space: value.space(),
        owner: match value.owner() {
            Owner::Deleted(key) => OwnerReport::Deleted { cell: key.cell() },
            Owner::Living(key) => {
                let path = paths.has(1).then(|| key.path().ok()).flatten();
                let path = path.filter(|path| paths.spend_all(path.len()));
                OwnerReport::Living { cell: key.cell(), path }
            }
            Owner::Unknown => OwnerReport::Unknown,
        },
        certainty: value.certainty(),
        counterpart: value.counterpart(),
        value_type: value.value().value_type().code(),
        size: value.value().size(),
        data: bytes,
        reason: value.reason(),
        damage: reports(&value.damage_with(damage)),
    }
}

fn reports(damage: &[Damage]) -> Vec<DamageReport> {
    let mut reports = damage.iter().map(Damage::report).collect();
    sort_damage(&mut reports);
    reports
}
