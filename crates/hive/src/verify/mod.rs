//! Verification: everything reachable and every bin of a hive, looked at once, with all that is wrong.

mod collect;
mod seats;
mod visits;

use serde::Serialize;

use crate::damage::{Damage, DamageReport, Severity, Structure};
use crate::hive::Hive;
use crate::map::{CellMap, CellTotals};
use crate::reach::Reach;
use crate::security_ring::check_ring;

use collect::Collector;
pub(crate) use visits::Visits;

/// How many findings of either sort are kept.
pub(crate) const MOST_FINDINGS: usize = 10_000;
/// How many branches are kept.
pub(crate) const MOST_BRANCHES: usize = 1_000;

/// One thing that was found: damage or, where its severity says so, an oddity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What it costs who reads the hive.
    pub severity: Severity,
    /// The paths of the keys that it concerns, below the root; `""` is the root itself. Of many some; none where it
    /// concerns no key, or none that can be told.
    pub keys: Vec<String>,
    /// What was found, and where.
    #[serde(flatten)]
    pub damage: DamageReport,
}

/// How many findings there are, by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SeverityCounts {
    /// Something can't be read.
    pub lost: u64,
    /// Something leads astray.
    pub misleading: u64,
    /// Bookkeeping contradicts itself.
    pub structural: u64,
    /// Oddities, which are no damage.
    pub notice: u64,
}

impl SeverityCounts {
    /// How many findings are damage.
    #[must_use]
    pub const fn damage(&self) -> u64 {
        self.lost.saturating_add(self.misleading).saturating_add(self.structural)
    }

    pub(crate) fn add(&mut self, severity: Severity, number: u64) {
        let count = match severity {
            Severity::Lost => &mut self.lost,
            Severity::Misleading => &mut self.misleading,
            Severity::Structural => &mut self.structural,
            Severity::Notice => &mut self.notice,
        };
        *count = count.saturating_add(number);
    }
}

/// How many findings concern the keys at and below one key right below the root. In a SYSTEM hive the control sets stand
/// there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BranchCounts {
    /// The name of the key below the root.
    pub name: String,
    /// Its findings. One that concerns several branches counts in each.
    pub findings: SeverityCounts,
}

/// What a hive holds and all that is wrong with it.
///
/// Making one reads the whole hive: each record that the root leads to, each bin, the ring of security records.
/// Findings are in the order of the file; of very many the first are kept and all are counted. Slack, unreferenced cells
/// and bytes behind the bins are counted and aren't findings: sound hives have them.
///
/// ```
/// use coldhive_forge::{Fault, HiveSpec, KeySpec, Version, build};
/// use coldhive_hive::{Hive, Severity, Verification};
///
/// let root = KeySpec::new("ROOT").subkey(KeySpec::new("Select"));
/// let sound = HiveSpec::new(Version::V1_3, root);
/// let file = build(&sound)?;
/// assert!(!Verification::of(Hive::parse(&file)?).is_damaged());
///
/// let file = build(&sound.fault(Fault::ZeroSignature { key: "Select".into() }))?;
/// let verification = Verification::of(Hive::parse(&file)?);
/// let lost = verification.damage.iter().find(|finding| finding.severity == Severity::Lost);
/// let lost = lost.expect("a key that can't be read");
/// assert_eq!((&*lost.damage.code, &*lost.keys), ("bad-signature", &["Select".to_owned()][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Verification {
    /// Whether the base block says that writes were under way.
    pub dirty: bool,
    /// Bytes of hive bins data.
    pub bins_size: u32,
    /// Bins, cells and bytes, by what they are.
    pub totals: CellTotals,
    /// Keys that can be reached and read.
    pub keys: u64,
    /// Their values that can be read.
    pub values: u64,
    /// Security records, in their ring or named by a key.
    pub security_records: u32,
    /// Whether all that can be reached was followed to its end: only in hives made to keep readers busy it isn't.
    pub complete: bool,
    /// All findings by severity, those that aren't kept too.
    pub counts: SeverityCounts,
    /// How many keys have damage.
    pub damaged_keys: u64,
    /// The branches of the tree that findings concern, by name.
    pub branches: Vec<BranchCounts>,
    /// Whether there are more branches than those.
    pub more_branches: bool,
    /// The damage, in the order of the file.
    pub damage: Vec<Finding>,
    /// How much more damage there is than is kept.
    pub damage_left_out: u64,
    /// Oddities that are no damage, in the order of the file.
    pub notices: Vec<Finding>,
    /// How many more oddities there are than are kept.
    pub notices_left_out: u64,
    /// What should be known to judge the findings, in sentences.
    pub notes: Vec<String>,
}

impl Verification {
    /// Verifies a hive.
    #[must_use]
    pub fn of(hive: Hive<'_>) -> Self {
        let mut reach = Reach::new(hive);
        let mut collector = Collector::new(hive);
        let (mut keys, mut values) = (0_u64, 0_u64);
        match hive.root() {
            Ok(root) => {
                let mut visits = Visits::below(root);
                while let Some(visit) = visits.next(&mut reach) {
                    keys = keys.saturating_add(1);
                    values = values.saturating_add(visit.values as u64);
                    collector.visit(visit.key, visit.depth, visit.damage);
                }
            }
            Err(damage) => collector.add(damage, &[]),
        }
        // What a walk without findings met is all there is; else it is followed for its own sake.
        let map = reach.of_visits().and_then(|reach| CellMap::without_damage(hive, reach));
        let mut map = map.unwrap_or_else(|| CellMap::with_damage(hive));
        map.forget_spaces();
        // The map tells of the first bin as of the others.
        let whole = hive.damage().into_iter();
        for damage in whole.filter(|damage| !matches!(damage, Damage::BinSignature { .. })) {
            collector.add(damage, &[]);
        }
        for (damage, concerned) in map.concerns() {
            // Of keys that are listed twice the walk tells.
            if !matches!(damage, Damage::SharedCell { what: Structure::KeyNode, .. }) {
                collector.add(damage, concerned);
            }
        }
        collector.add_uncounted(Severity::Misleading, map.damage_beyond().into());
        let security_records = check_ring(hive, &map, &mut |damage| {
            let key = damage.at().and_then(|at| map.secured_by(at));
            collector.add(damage, key.as_slice());
        });
        let (totals, complete) = (*map.totals(), map.is_complete());
        let collected = collector.finish();
        let mut verification = Self {
            dirty: hive.base_block().is_dirty(),
            bins_size: hive.bins_size(),
            totals,
            keys,
            values,
            security_records,
            complete,
            counts: collected.counts,
            damaged_keys: collected.damaged_keys,
            branches: collected.branches,
            more_branches: collected.more_branches,
            damage: collected.damage,
            damage_left_out: collected.damage_left_out,
            notices: collected.notices,
            notices_left_out: collected.notices_left_out,
            notes: Vec::new(),
        };
        verification.notes = verification.notes();
        verification
    }

    /// Whether anything is wrong, notices apart.
    #[must_use]
    pub const fn is_damaged(&self) -> bool {
        self.counts.damage() > 0
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.dirty && self.is_damaged() {
            notes.push(
                "The hive is dirty: it may have been copied while its bins were half written, and its transaction \
                 logs may undo the damage."
                    .into(),
            );
        }
        if self.counts.lost > 0 && self.counts.structural > 0 {
            notes.push(
                "Keys that can't be reached count for nothing: security records that seem to be used by fewer keys \
                 than they say, or by none, may be what is right about this hive."
                    .into(),
            );
        }
        if !self.complete {
            notes.push(
                "Records of this hive share lists and data beyond its size. Not everything was followed to its end, \
                 and cells may pass for unreferenced that are not."
                    .into(),
            );
        }
        if self.damage_left_out > 0 {
            notes.push(format!(
                "Of the damage the first {} findings are listed; {} more are only counted.",
                self.damage.len(),
                self.damage_left_out
            ));
        }
        notes
    }
}
