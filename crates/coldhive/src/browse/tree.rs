//! The tree below a key.

use coldhive_hive::{Damage, DamageReport, FileTime, Lookup, Visit};
use coldhive_rules::HiveInfo;
use serde::Serialize;

use super::list::{ValueLine, in_order};
use super::{KeyAnswer, link_target, loses};
use crate::case::Case;
use crate::key_path::show_key_name;
use crate::locate::locate;

/// The version of the JSON form of [`TreeReport`].
pub const TREE_SCHEMA: &str = "coldhive.tree/1";

/// How much of a tree is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TreeOptions {
    /// How many levels below the key; all where nothing is said.
    pub depth: Option<usize>,
    /// Whether values are told.
    pub values: bool,
    /// How many keys and values at most; all where nothing is said.
    pub most: Option<usize>,
}

impl TreeOptions {
    /// As many levels below the key.
    #[must_use]
    pub const fn depth(self, depth: Option<usize>) -> Self {
        Self { depth, ..self }
    }

    /// With values.
    #[must_use]
    pub const fn values(self, values: bool) -> Self {
        Self { values, ..self }
    }

    /// As many keys and values at most.
    #[must_use]
    pub const fn most(self, most: Option<usize>) -> Self {
        Self { most, ..self }
    }
}

/// A key and what is below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TreeReport {
    /// [`TREE_SCHEMA`].
    pub schema: &'static str,
    /// The hive.
    pub hive: HiveInfo,
    /// What came of looking for the key.
    #[serde(flatten)]
    pub answer: KeyAnswer,
    /// The key and the keys below it, depth first, in stored order.
    pub branches: Vec<TreeBranch>,
    /// How many keys there are in all, the key itself among them.
    pub keys: u64,
    /// How many values they have.
    pub values: u64,
    /// How many keys stand deeper than was asked for.
    pub deeper: u64,
    /// How many keys are left out because there are more than was asked for.
    pub keys_left_out: u64,
    /// How many values are left out for that.
    pub values_left_out: u64,
    /// What is wrong with the keys, each finding once.
    pub damage: Vec<DamageReport>,
    /// Whether something of them can't be read.
    pub loses: bool,
}

/// A key of a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TreeBranch {
    /// How many levels below the start it stands.
    pub depth: usize,
    /// Its name as a path that leads to it has it; the start's too.
    pub shown: String,
    /// When it was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
    /// Where it leads, if it is a symbolic link: what is there is not part of the tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether it marks a key that was deleted in this layer of the registry (format 1.6).
    pub tombstone: bool,
    /// Its values, where they were asked for.
    pub values: Vec<ValueLine>,
    /// Whether something is wrong with the key or what is directly below it.
    pub damaged: bool,
}

/// What can still be told on the way through a tree.
struct Told {
    /// Whether the source has times.
    has_times: bool,
    /// How many keys and values there is room for.
    room: usize,
}

impl TreeReport {
    /// Whether the key was found and all below it can be read.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.answer.is_found() && !self.loses
    }

    fn add(&mut self, case: &Case, visit: &Visit<'_>, options: &TreeOptions, told: &mut Told) {
        let values = visit.values.len();
        self.keys = self.keys.saturating_add(1);
        self.values = self.values.saturating_add(values as u64);
        if options.depth.is_some_and(|most| visit.depth > most) {
            self.deeper = self.deeper.saturating_add(1);
            return;
        }
        let Some(left) = told.room.checked_sub(1) else {
            self.keys_left_out = self.keys_left_out.saturating_add(1);
            if options.values {
                self.values_left_out = self.values_left_out.saturating_add(values as u64);
            }
            return;
        };
        let shown = if options.values { values.min(left) } else { 0 };
        told.room = left.saturating_sub(shown);
        if options.values {
            let left_out = values.saturating_sub(shown) as u64;
            self.values_left_out = self.values_left_out.saturating_add(left_out);
        }
        let key = &visit.key;
        self.branches.push(TreeBranch {
            depth: visit.depth,
            shown: show_key_name(&key.readable_name()),
            last_written: told.has_times.then(|| key.last_written()),
            link: link_target(key),
            tombstone: key.is_tombstone(),
            values: visit
                .values
                .iter()
                .take(shown)
                .map(|read| ValueLine::of(case, &read.value))
                .collect(),
            damaged: !case.is_text() && !visit.damage.is_empty(),
        });
    }
}

impl Case {
    /// Walks the tree below a key, past all damage; each key is met once, however often it is listed. The path is taken as
    /// by [`get`](Self::get).
    ///
    /// ```
    /// use coldhive::{Case, TreeOptions};
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-sound.SYSTEM"))?;
    /// let report = case.tree("CurrentControlSet", &TreeOptions::default().depth(Some(1)), false);
    /// let names: Vec<_> = report.branches.iter().map(|key| key.shown.as_str()).collect();
    /// assert_eq!(names, ["ControlSet001", "Control", "Enum", "Hardware Profiles", "Services"]);
    /// assert!(report.deeper > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn tree(&self, key: &str, options: &TreeOptions, hash: bool) -> TreeReport {
        let system = self.system();
        let located = locate(&system, key);
        let mut report = TreeReport {
            schema: TREE_SCHEMA,
            hive: self.hive_info(hash),
            answer: KeyAnswer::of(self, &located, key),
            branches: Vec::new(),
            keys: 0,
            values: 0,
            deeper: 0,
            keys_left_out: 0,
            values_left_out: 0,
            damage: Vec::new(),
            loses: false,
        };
        let Lookup::Found(found) = located.answer else { return report };
        let mut damage = Vec::new();
        let mut told =
            Told { has_times: !system.lacks().times, room: options.most.unwrap_or(usize::MAX) };
        for visit in found.walk() {
            report.add(self, &visit, options, &mut told);
            damage.extend(visit.damage.into_iter().filter(|_| !self.is_text()));
        }
        let damage = in_order(damage);
        report.loses = loses(&damage);
        report.damage = damage.iter().map(Damage::report).collect();
        report
    }
}
