//! Collecting findings: all are counted, the first in the order of the file are kept.

use std::collections::{BTreeMap, BinaryHeap};

use super::seats::Seats;
use super::{BranchCounts, Finding, MOST_BRANCHES, MOST_FINDINGS, SeverityCounts};
use crate::cell_set::CellSet;
use crate::damage::{Damage, Severity};
use crate::hive::Hive;
use crate::key::Key;
use crate::offset::CellOffset;

/// All that was collected.
pub(super) struct Collected {
    pub(super) counts: SeverityCounts,
    pub(super) damaged_keys: u64,
    pub(super) branches: Vec<BranchCounts>,
    pub(super) more_branches: bool,
    pub(super) damage: Vec<Finding>,
    pub(super) damage_left_out: u64,
    pub(super) notices: Vec<Finding>,
    pub(super) notices_left_out: u64,
}

/// A finding, with the nodes of the keys that it concerns. The order is that of reports.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Raw {
    file_offset: u64,
    code: &'static str,
    damage: Damage,
    keys: Vec<CellOffset>,
}

pub(super) struct Collector<'i> {
    hive: Hive<'i>,
    seats: Seats<'i>,
    counts: SeverityCounts,
    /// The keys that have damage.
    touched: CellSet,
    damaged_keys: u64,
    branches: BTreeMap<String, SeverityCounts>,
    more_branches: bool,
    /// The name of the branch that the walk is in; `None` until it is needed.
    branch_name: Option<String>,
    /// The last of them on top, to be dropped for one that stands before it.
    damage: BinaryHeap<Raw>,
    notices: BinaryHeap<Raw>,
}

impl<'i> Collector<'i> {
    pub(super) fn new(hive: Hive<'i>) -> Self {
        Self {
            hive,
            seats: Seats::new(hive),
            counts: SeverityCounts::default(),
            touched: CellSet::new(hive.bins_size()),
            damaged_keys: 0,
            branches: BTreeMap::new(),
            more_branches: false,
            branch_name: None,
            damage: BinaryHeap::new(),
            notices: BinaryHeap::new(),
        }
    }

    /// Adds what is wrong with the key that the walk met next.
    pub(super) fn visit(&mut self, key: Key<'i>, depth: usize, damage: Vec<Damage>) {
        self.seats.add(key.cell(), depth);
        if depth == 1 {
            self.branch_name = None;
        }
        for damage in damage {
            // A subkey that can't be read is told of at its parent.
            let own = if damage.is_of_a_key_node() { self.legible(damage) } else { None };
            if depth > 0 {
                let branch = self.branch_name.take();
                let branch = branch.unwrap_or_else(|| self.name_of_branch());
                self.count_branch(&branch, damage.severity());
                self.branch_name = Some(branch);
            } else if let Some(own) = own {
                self.count_branch(&own, damage.severity());
            }
            self.keep(damage, &[key.cell()]);
        }
    }

    fn name_of_branch(&self) -> String {
        self.seats.way(1).map(|cell| self.seats.name(cell)).unwrap_or_default()
    }

    /// Adds what concerns keys that were met, or none.
    pub(super) fn add(&mut self, damage: Damage, keys: &[CellOffset]) {
        let mut branches: Vec<_> = keys.iter().filter_map(|key| self.seats.branch(*key)).collect();
        branches.sort_unstable();
        branches.dedup();
        for branch in branches {
            let name = self.seats.name(branch);
            self.count_branch(&name, damage.severity());
        }
        self.keep(damage, keys);
    }

    /// Counts what is not told one by one.
    pub(super) fn add_uncounted(&mut self, severity: Severity, number: u64) {
        self.counts.add(severity, number);
    }

    fn count_branch(&mut self, name: &str, severity: Severity) {
        if let Some(counts) = self.branches.get_mut(name) {
            counts.add(severity, 1);
        } else if self.branches.len() < MOST_BRANCHES {
            let mut counts = SeverityCounts::default();
            counts.add(severity, 1);
            self.branches.insert(name.to_owned(), counts);
        } else {
            self.more_branches = true;
        }
    }

    fn keep(&mut self, damage: Damage, keys: &[CellOffset]) {
        let severity = damage.severity();
        self.counts.add(severity, 1);
        let kept = if severity == Severity::Notice {
            &mut self.notices
        } else {
            for key in keys {
                if self.touched.insert(*key) {
                    self.damaged_keys = self.damaged_keys.saturating_add(1);
                }
            }
            &mut self.damage
        };
        let (file_offset, code) = (damage.file_offset(), damage.code());
        let place = |raw: &Raw| (raw.file_offset, raw.code, raw.damage);
        let full = kept.len() >= MOST_FINDINGS;
        if full && kept.peek().is_some_and(|last| place(last) < (file_offset, code, damage)) {
            return;
        }
        kept.push(Raw { file_offset, code, damage, keys: keys.to_vec() });
        if full {
            kept.pop();
        }
    }

    /// The name of a key whose node can't be read, where it is legible.
    fn legible(&self, damage: Damage) -> Option<String> {
        let name = Key::legible_name(self.hive, damage.at()?)?;
        Some(name.to_string())
    }

    pub(super) fn finish(mut self) -> Collected {
        let damage = std::mem::take(&mut self.damage).into_sorted_vec();
        let notices = std::mem::take(&mut self.notices).into_sorted_vec();
        let left_out = |all: u64, kept: &Vec<Raw>| all.saturating_sub(kept.len() as u64);
        let damage_left_out = left_out(self.counts.damage(), &damage);
        let notices_left_out = left_out(self.counts.notice, &notices);
        let damage = damage.into_iter().map(|raw| self.finding(raw)).collect();
        let notices = notices.into_iter().map(|raw| self.finding(raw)).collect();
        let branches = std::mem::take(&mut self.branches);
        Collected {
            counts: self.counts,
            damaged_keys: self.damaged_keys,
            branches: branches
                .into_iter()
                .map(|(name, findings)| BranchCounts { name, findings })
                .collect(),
            more_branches: self.more_branches,
            damage,
            damage_left_out,
            notices,
            notices_left_out,
        }
    }

    fn finding(&mut self, raw: Raw) -> Finding {
        let mut keys: Vec<String> =
            raw.keys.iter().filter_map(|key| self.seats.path(*key)).collect();
        if raw.damage.is_of_a_key_node()
            && let (Some(name), Some(path)) = (self.legible(raw.damage), keys.first_mut())
        {
            if !path.is_empty() {
                path.push('\\');
            }
            path.push_str(&name);
        }
        if raw.damage.is_of_the_root() {
            keys = vec![String::new()];
        }
        Finding { severity: raw.damage.severity(), keys, damage: raw.damage.report() }
    }
}
