//! Who may write where: each descriptor of the keys once, with the keys that have it.

use std::collections::HashMap;

use coldhive_hive::{CellOffset, Key, KeySecurity};
use coldhive_security::{AccessMask, SecurityDescriptor, Sid};
use coldhive_system::System;
use serde::Serialize;

use super::reader::{NO_ROOM, Reader};
use crate::acl::{
    DescriptorReport, NO_RECORD, OsRules, Rights, RulesUsed, Trustee, TrusteeRights,
    WRITING_RIGHTS, ill_formed, unreadable_record,
};

/// About how many times its bytes a descriptor takes as a report.
const DECODED: usize = 16;

/// Who may write where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WinsockSecurity {
    /// By which rules for OWNER RIGHTS.
    pub os_rules: RulesUsed,
    /// The descriptors, in the order in which they were met.
    pub descriptors: Vec<DescriptorUse>,
}

/// A descriptor, or what stands in its place, with the keys that have it. Records whose descriptors read the same in
/// SDDL are one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DescriptorUse {
    /// Its number, from 1.
    pub number: u32,
    /// The paths of the keys that have it, below `HKLM\SYSTEM`.
    pub keys: Vec<String>,
    /// How many more keys have it than are told.
    pub left_out: u64,
    /// How many security records hold it.
    pub records: u32,
    /// Who may write those keys and is none of Administrators, SYSTEM, TrustedInstaller and CREATOR OWNER. What somebody
    /// may as one of Everyone is told of Everyone alone.
    pub outsiders: Vec<Outsider>,
    /// Why nothing can be told, or not all.
    pub problem: Option<String>,
    /// The descriptor, decoded.
    pub descriptor: Option<DescriptorReport>,
}

/// Somebody who may write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Outsider {
    /// Who; null for everybody whom no entry names.
    pub trustee: Option<Trustee>,
    /// What changes a key and is granted for certain.
    pub granted: Rights,
    /// What more may be granted.
    pub possible: Rights,
}

/// TrustedInstaller, the service that owns what Windows is made of; from Vista on.
fn trusted_installer() -> Option<Sid> {
    let of_service = [80, 956_008_885, 3_418_522_649, 1_831_038_044, 1_853_292_631, 2_271_478_464];
    Sid::new(5, &of_service)
}

/// Which of the trustees of a descriptor may write and are none of those who may everywhere.
fn outsiders(rows: &[TrusteeRights]) -> Vec<Outsider> {
    let trusted = [
        Some(Sid::ADMINISTRATORS),
        Some(Sid::SYSTEM),
        Some(Sid::CREATOR_OWNER),
        trusted_installer(),
    ];
    let everyone = rows
        .iter()
        .find(|row| row.trustee.as_ref().is_none_or(|trustee| trustee.sid == Sid::EVERYONE));
    let writes = |row: &TrusteeRights| {
        (row.granted.mask & WRITING_RIGHTS, row.possible.mask & WRITING_RIGHTS)
    };
    let (for_all, may_all) = everyone.map_or((AccessMask::empty(), AccessMask::empty()), writes);
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| !row.placeholder) {
        let (mut granted, mut possible) = writes(row);
        let is_everyone = row.trustee.as_ref().is_none_or(|trustee| trustee.sid == Sid::EVERYONE);
        if !is_everyone {
            granted = granted.difference(for_all);
            possible = possible.difference(may_all);
        }
        let is_trusted =
            row.trustee.as_ref().is_some_and(|trustee| trusted.contains(&Some(trustee.sid)));
        if is_trusted || (granted.is_empty() && possible.is_empty()) {
            continue;
        }
        found.push(Outsider {
            trustee: row.trustee.clone(),
            granted: granted.into(),
            possible: possible.into(),
        });
    }
    found
}

/// Numbers descriptors as keys are met.
pub(super) struct SecurityTable<'c> {
    os_rules: RulesUsed,
    by_cell: HashMap<CellOffset, usize>,
    by_bytes: HashMap<&'c [u8], usize>,
    by_sddl: HashMap<String, usize>,
    by_problem: HashMap<String, usize>,
    found: Vec<DescriptorUse>,
}

impl<'c> SecurityTable<'c> {
    /// A table for keys of the control set that a path stands in.
    pub(super) fn of(system: &System<'c>, path: &str) -> Self {
        Self {
            os_rules: RulesUsed::of(OsRules::Auto, system, path),
            by_cell: HashMap::new(),
            by_bytes: HashMap::new(),
            by_sddl: HashMap::new(),
            by_problem: HashMap::new(),
            found: Vec::new(),
        }
    }

    /// The number of a key's descriptor; `None` where the source has no descriptors.
    pub(super) fn number(
        &mut self,
        reader: &mut Reader<'_, 'c>,
        path: &str,
        key: &Key<'c>,
    ) -> Option<u32> {
        if reader.system.lacks().security {
            return None;
        }
        let place = match key.security() {
            Ok(Some(record)) => self.record(reader, &record),
            Ok(None) => self.problem(NO_RECORD.into()),
            Err(damage) => self.problem(unreadable_record(&damage)),
        };
        let used = self.found.get_mut(place)?;
        if reader.room.take(path.len()) {
            used.keys.push(path.to_owned());
        } else {
            used.left_out = used.left_out.saturating_add(1);
        }
        Some(used.number)
    }

    fn record(&mut self, reader: &mut Reader<'_, 'c>, record: &KeySecurity<'c>) -> usize {
        if let Some(place) = self.by_cell.get(&record.cell()) {
            return *place;
        }
        let place = self.descriptor(reader, record);
        self.by_cell.insert(record.cell(), place);
        if let Some(used) = self.found.get_mut(place) {
            used.records = used.records.saturating_add(1);
        }
        place
    }

    fn descriptor(&mut self, reader: &mut Reader<'_, 'c>, record: &KeySecurity<'c>) -> usize {
        let bytes = record.descriptor();
        // Comparing bytes costs as much as they are, and records of a hostile hive share them.
        if !reader.room.take(bytes.len()) {
            return self.problem(NO_ROOM.into());
        }
        if let Some(place) = self.by_bytes.get(bytes) {
            return *place;
        }
        if !reader.room.take(bytes.len().saturating_mul(DECODED)) {
            return self.problem(NO_ROOM.into());
        }
        let place = match SecurityDescriptor::parse(bytes) {
            Ok(descriptor) => {
                let report =
                    DescriptorReport::of(reader.case, record, &descriptor, self.os_rules.ways);
                let known = self.by_sddl.get(&report.sddl).copied();
                // Placeholders in the text stand for what may differ.
                known.filter(|_| report.sddl_problem.is_none()).unwrap_or_else(|| {
                    if report.sddl_problem.is_none() {
                        self.by_sddl.insert(report.sddl.clone(), self.found.len());
                    }
                    let problem = descriptor.check().into_iter().next().map(ill_formed);
                    self.add(problem, Some(report))
                })
            }
            Err(error) => self.problem(ill_formed(error)),
        };
        self.by_bytes.insert(bytes, place);
        place
    }

    fn problem(&mut self, problem: String) -> usize {
        if let Some(place) = self.by_problem.get(&problem) {
            return *place;
        }
        let place = self.add(Some(problem.clone()), None);
        self.by_problem.insert(problem, place);
        place
    }

    fn add(&mut self, problem: Option<String>, descriptor: Option<DescriptorReport>) -> usize {
        let place = self.found.len();
        let number = u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1);
        let rows = descriptor.as_ref().map(|report| report.trustees.as_slice());
        self.found.push(DescriptorUse {
            number,
            keys: Vec::new(),
            left_out: 0,
            records: 0,
            outsiders: outsiders(rows.unwrap_or_default()),
            problem,
            descriptor,
        });
        place
    }

    pub(super) fn finish(self) -> WinsockSecurity {
        WinsockSecurity { os_rules: self.os_rules, descriptors: self.found }
    }
}
