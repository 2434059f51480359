//! What differs in the security of keys: each pair of descriptors once, however many keys have it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use coldhive_hive::{CellOffset, Damage, Key, KeySecurity};
use coldhive_security::{Difference, ObjectKind, Part, RightsChange, SecurityDescriptor};
use serde::Serialize;

use super::kind::{DiffKind, DiffSide};
use super::place::Place;
use crate::acl::{NO_RECORD, Rights, SHARED_BYTES, Trustee, ill_formed, unreadable_record};
use crate::files::RecordPlace;

/// How many bytes of descriptors are compared for each byte of both hives. Sound hives need less than one: their
/// control sets are protected alike, and so most keys differ by the same pair of descriptors.
const BYTES_COMPARED: u64 = 8;

/// How the security of a key differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SecurityDifference {
    /// Changed, stored otherwise or uncertain.
    pub difference: DiffKind,
    /// The number of the [`SecurityChange`] that tells what differs; null where nothing can be told.
    pub change: Option<u32>,
    /// The first side's security record; null where there is none, or none that can be read.
    pub from: Option<RecordPlace>,
    /// The second side's.
    pub to: Option<RecordPlace>,
    /// Why it can't be told what differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Two descriptors that keys have on the one and the other side, and what differs between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SecurityChange {
    /// Its number, from 1, in the order in which they were met.
    pub number: u32,
    /// How many keys have the first descriptor on the one side and the second on the other.
    pub keys: u64,
    /// Changed, or stored otherwise: then both say the same.
    pub difference: DiffKind,
    /// The first descriptor; null where keys have none.
    pub from: Option<DescriptorState>,
    /// The second descriptor.
    pub to: Option<DescriptorState>,
    /// What differs, in lines for people.
    pub lines: Vec<String>,
    /// What trustees gained and lost.
    pub rights: Vec<TrusteeChange>,
    /// Whether both decide alike whatever is asked; null where it can't be told.
    pub same_effect: Option<bool>,
    /// Why it can't be told by trustee what differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A descriptor, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DescriptorState {
    /// The record that was met first with it.
    pub record: Option<RecordPlace>,
    /// How many bytes it has.
    pub size: usize,
    /// The owner.
    pub owner: Option<Trustee>,
    /// The whole in SDDL, with placeholders for what has no text; null where it is ill-formed.
    pub sddl: Option<String>,
}

/// What a trustee gained and lost by entries of one sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrusteeChange {
    /// `DACL` or `SACL`.
    pub part: &'static str,
    /// Who.
    pub trustee: Trustee,
    /// The sort of entries, by the name of their type: to gain a right in a denial is to be denied it.
    pub ace_type: String,
    /// Where it counts.
    pub places: String,
    /// The rights that only the second side has.
    pub gained: Rights,
    /// The rights that only the first side has.
    pub lost: Rights,
}

/// A descriptor that was met, by its number; none for a key without a security record.
type Known = Option<usize>;

/// What was met of security on both sides.
pub(super) struct SecurityTable<'c> {
    by_cell: HashMap<(DiffSide, CellOffset), Result<Known, Unseen>>,
    by_bytes: HashMap<&'c [u8], usize>,
    descriptors: Vec<(KeySecurity<'c>, DiffSide)>,
    by_pair: HashMap<(Known, Known), Option<usize>>,
    changes: Vec<SecurityChange>,
    /// Bytes of records that may still be looked at, of each side.
    unseen: [u64; 2],
    /// Bytes of descriptors that may still be compared.
    left: u64,
}

/// Why a descriptor isn't known.
#[derive(Clone, Copy)]
enum Unseen {
    Damaged(Damage),
    Shared,
}

impl Unseen {
    fn words(self) -> String {
        match self {
            Self::Damaged(damage) => unreadable_record(&damage),
            Self::Shared => SHARED_BYTES.into(),
        }
    }
}

impl<'c> SecurityTable<'c> {
    pub(super) fn of(from: &Place<'c>, to: &Place<'c>) -> Self {
        let sizes = [from, to].map(|place| u64::from(place.system.hive().bins_size()));
        Self {
            by_cell: HashMap::new(),
            by_bytes: HashMap::new(),
            descriptors: Vec::new(),
            by_pair: HashMap::new(),
            changes: Vec::new(),
            // No two records of a sound hive share bytes.
            unseen: sizes.map(|size| size.saturating_mul(2)),
            left: sizes
                .iter()
                .fold(0_u64, |sum, size| sum.saturating_add(*size))
                .saturating_mul(BYTES_COMPARED),
        }
    }

    /// What was found to differ so far.
    pub(super) fn changes(&self) -> &[SecurityChange] {
        &self.changes
    }

    /// Compares the security of a key on both sides; `None` where it is the same, byte for byte.
    pub(super) fn compare(
        &mut self,
        (from, one): (&Place<'c>, &Key<'c>),
        (to, other): (&Place<'c>, &Key<'c>),
    ) -> Option<SecurityDifference> {
        let old = self.known(DiffSide::From, one);
        let new = self.known(DiffSide::To, other);
        let place = |place: &Place<'c>, key: &Key<'c>, known: &Result<Known, Unseen>| {
            known.ok().flatten()?;
            let (cell, hive) = (key.security_cell(), key.hive());
            Some(RecordPlace::of(place.case, cell, hive.record_file_offset(cell)))
        };
        let mut found = SecurityDifference {
            difference: DiffKind::Uncertain,
            change: None,
            from: None,
            to: None,
            problem: None,
        };
        let pair = match (old, new) {
            (Ok(old), Ok(new)) if old == new => return None,
            (Ok(old), Ok(new)) => Ok((old, new)),
            (old, new) => {
                let why = |side: DiffSide, known: Result<Known, Unseen>| {
                    known.err().map(|unseen| format!("{}: {}", side.word(), unseen.words()))
                };
                let why = [why(DiffSide::From, old), why(DiffSide::To, new)];
                Err(why.into_iter().flatten().collect::<Vec<_>>().join("; "))
            }
        };
        (found.from, found.to) = (place(from, one, &old), place(to, other, &new));
        match pair.map(|pair| self.change(pair, from, to)) {
            Ok(Some(change)) => {
                change.keys = change.keys.saturating_add(1);
                (found.difference, found.change) = (change.difference, Some(change.number));
            }
            // The bytes differ for certain; what that means was not looked at.
            Ok(None) => found.problem = Some(SHARED_BYTES.into()),
            Err(why) => found.problem = Some(why),
        }
        Some(found)
    }

    fn known(&mut self, side: DiffSide, key: &Key<'c>) -> Result<Known, Unseen> {
        let entry = match self.by_cell.entry((side, key.security_cell())) {
            Entry::Occupied(known) => return *known.get(),
            Entry::Vacant(entry) => entry,
        };
        let known = match key.security() {
            Ok(Some(record)) => {
                let bytes = record.descriptor();
                let [from, to] = &mut self.unseen;
                let left = if side == DiffSide::From { from } else { to };
                match left.checked_sub(size(bytes)) {
                    Some(rest) => {
                        *left = rest;
                        let next = self.descriptors.len();
                        let number = *self.by_bytes.entry(bytes).or_insert(next);
                        if number == next {
                            self.descriptors.push((record, side));
                        }
                        Ok(Some(number))
                    }
                    None => Err(Unseen::Shared),
                }
            }
            Ok(None) => Ok(None),
            Err(damage) => Err(Unseen::Damaged(damage)),
        };
        *entry.insert(known)
    }

    /// What differs between two descriptors; `None` where it is too much to be looked at.
    fn change(
        &mut self,
        pair: (Known, Known),
        from: &Place<'c>,
        to: &Place<'c>,
    ) -> Option<&mut SecurityChange> {
        let at = match self.by_pair.get(&pair) {
            Some(at) => *at,
            None => {
                let record = |known: Known| self.descriptors.get(known?).copied();
                let records = (record(pair.0), record(pair.1));
                let cost = [records.0, records.1].into_iter().flatten();
                let cost = cost
                    .fold(0_u64, |sum, (record, _)| sum.saturating_add(size(record.descriptor())));
                let at = self.left.checked_sub(cost).map(|left| {
                    self.left = left;
                    let at = self.changes.len();
                    let number = u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1);
                    let place = |side| if side == DiffSide::From { from } else { to };
                    let state = |record: Option<(KeySecurity<'c>, DiffSide)>| {
                        record.map(|(record, side)| (record, place(side)))
                    };
                    self.changes.push(SecurityChange::of(
                        number,
                        state(records.0),
                        state(records.1),
                    ));
                    at
                });
                self.by_pair.insert(pair, at);
                at
            }
        };
        self.changes.get_mut(at?)
    }
}

impl SecurityChange {
    fn of(
        number: u32,
        from: Option<(KeySecurity<'_>, &Place<'_>)>,
        to: Option<(KeySecurity<'_>, &Place<'_>)>,
    ) -> Self {
        let parsed = [&from, &to].map(|record| {
            record.as_ref().map(|(record, _)| SecurityDescriptor::parse(record.descriptor()))
        });
        let state = |record: Option<(KeySecurity<'_>, &Place<'_>)>| {
            record.map(|(record, place)| DescriptorState::of(&record, place))
        };
        let mut change = Self {
            number,
            keys: 0,
            difference: DiffKind::Changed,
            from: state(from),
            to: state(to),
            lines: Vec::new(),
            rights: Vec::new(),
            same_effect: None,
            problem: None,
        };
        match parsed {
            [Some(Ok(old)), Some(Ok(new))] => {
                change.fill(&old.difference(&new, ObjectKind::RegistryKey));
            }
            [old, new] => {
                let why = |side: DiffSide, parsed| match parsed {
                    None => Some(format!("{}: {NO_RECORD}", side.word())),
                    Some(Err(error)) => Some(format!("{}: {}", side.word(), ill_formed(error))),
                    Some(Ok(_)) => None,
                };
                let why = [why(DiffSide::From, old), why(DiffSide::To, new)];
                change.problem = Some(why.into_iter().flatten().collect::<Vec<_>>().join("; "));
            }
        }
        change
    }

    fn fill(&mut self, found: &Difference) {
        self.lines = found.to_string().lines().map(str::to_owned).collect();
        self.same_effect = Some(
            found.owner.is_none()
                && found.dacl.same_effect
                && found.sacl.same_effect
                && found.control.is_none()
                && found.group.is_none(),
        );
        if found.is_empty() {
            self.difference = DiffKind::StoredOtherwise;
        }
        for (part, acl) in [(Part::Dacl, &found.dacl), (Part::Sacl, &found.sacl)] {
            let name = if part == Part::Dacl { "DACL" } else { "SACL" };
            self.rights.extend(acl.rights.iter().map(|change| TrusteeChange::of(name, change)));
        }
    }
}

impl TrusteeChange {
    fn of(part: &'static str, change: &RightsChange) -> Self {
        Self {
            part,
            trustee: change.sid.into(),
            ace_type: change.ace_type.to_string(),
            places: change.places.words(ObjectKind::RegistryKey),
            gained: change.gained.into(),
            lost: change.lost.into(),
        }
    }
}

impl DescriptorState {
    fn of(record: &KeySecurity<'_>, place: &Place<'_>) -> Self {
        let bytes = record.descriptor();
        let descriptor = SecurityDescriptor::parse(bytes).ok();
        Self {
            record: Some(RecordPlace::of(place.case, record.cell(), record.file_offset())),
            size: bytes.len(),
            owner: descriptor
                .as_ref()
                .and_then(|descriptor| descriptor.owner().ok().flatten())
                .map(Trustee::from),
            sddl: descriptor.map(|descriptor| descriptor.to_sddl_lossy()),
        }
    }
}

fn size(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
