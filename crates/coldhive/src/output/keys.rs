//! The keys that rules looked at, with the times at which they were last written: what timelines are made of.

use std::collections::BTreeMap;
use std::fmt;

use coldhive_hive::{CellOffset, FileTime, upcase_unit};
use coldhive_rules::{
    CheckResult, Difference, Evidence, EvidenceKind, HiveInfo, HiveName, Remnant, Truth, Verdict,
};

use super::place::{full_path, hive_of};

/// A key at a time.
#[derive(Debug)]
pub(super) struct KeyEvent<'v> {
    /// When it was last written.
    pub(super) time: FileTime,
    /// Which hive it stands in.
    hive: HiveName,
    /// The first verdict that told of it.
    verdict: &'v Verdict,
    /// Its path from the hive's root.
    key: String,
    /// The control set that it stands in.
    pub(super) control_set: Option<&'v str>,
    /// Whether it is no longer there.
    pub(super) is_deleted: bool,
    /// The file that holds the record that was looked at: the key node where it was one.
    pub(super) file: Option<&'v str>,
    /// Where the record stands in that file.
    pub(super) file_offset: Option<u64>,
    /// What rules say of it, each thing once, in the order of the verdicts.
    pub(super) says: Vec<Saying<'v>>,
    is_of_node: bool,
}

/// What a rule says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Saying<'v> {
    pub(super) verdict: &'v Verdict,
    pub(super) what: What<'v>,
}

/// What it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What<'v> {
    /// A check rests on the key.
    Check(&'v str, Truth),
    /// A remark rests on it.
    Remark(&'v str, Truth),
    /// It is otherwise than in this other control set.
    Differs(&'v str),
    /// It was deleted where the rule looks.
    Deleted,
}

impl fmt::Display for Saying<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let so = |result| match result {
            Truth::True => "holds",
            Truth::False => "fails",
            Truth::Unknown => "is unknown",
            Truth::Error => "is in error",
            Truth::NotEvaluated => "was not evaluated",
            Truth::NotApplicable => "does not apply",
        };
        write!(f, "{}: ", self.verdict.rule.id)?;
        match self.what {
            What::Check(id, result) => write!(f, "{id} {}", so(result)),
            What::Remark(id, Truth::False) => write!(f, "remark {id} does not hold"),
            What::Remark(id, result) => write!(f, "remark {id} {}", so(result)),
            What::Differs(from) => write!(f, "differs from {from}"),
            What::Deleted => f.write_str("deleted where it looks"),
        }
    }
}

/// Tells a key from others: the time, the hive, the path as Windows compares it, the cell of what was deleted.
type Identity = (FileTime, bool, Vec<u16>, Option<CellOffset>);

/// The keys of one hive that its verdicts looked at, by time and path; those without a time are left out.
pub(super) fn key_events(verdicts: &[Verdict]) -> Vec<KeyEvent<'_>> {
    let mut events = Events::default();
    for verdict in verdicts {
        let checks = verdict.checks.iter().map(|check| (check, false));
        let remarks = verdict.remarks.iter().map(|remark| (remark, true));
        for (check, is_remark) in checks.chain(remarks) {
            check.evidence.iter().for_each(|it| events.evidence(verdict, check, is_remark, it));
        }
        verdict.differences.iter().for_each(|difference| events.difference(verdict, difference));
        verdict.remnants.iter().for_each(|remnant| events.remnant(verdict, remnant));
    }
    events.0.into_values().collect()
}

#[derive(Default)]
struct Events<'v>(BTreeMap<Identity, KeyEvent<'v>>);

impl<'v> Events<'v> {
    fn evidence(
        &mut self,
        verdict: &'v Verdict,
        check: &'v CheckResult,
        is_remark: bool,
        evidence: &'v Evidence,
    ) {
        let Some(time) = evidence.last_written else { return };
        let cell = evidence.cell.filter(|_| evidence.remnant);
        let is_system = evidence.hive == HiveName::System;
        let set = set_of(verdict, &evidence.key).filter(|_| is_system);
        let event = self.at(verdict, evidence.hive, time, evidence.key.clone(), cell, set);
        event.is_deleted |= evidence.remnant;
        // Differences spell the path as the rule does, records as it is stored.
        event.key.clone_from(&evidence.key);
        let is_node = evidence.kind == EvidenceKind::Key;
        if event.file.is_none() || (is_node && !event.is_of_node) {
            event.file = Some(&evidence.file);
            event.file_offset = evidence.file_offset;
            event.is_of_node = is_node;
        }
        let what = if is_remark { What::Remark } else { What::Check };
        event.say(verdict, what(&check.id, check.result));
    }

    fn difference(&mut self, verdict: &'v Verdict, difference: &'v Difference) {
        let other = difference.control_set.as_str();
        let own = verdict.control_set.as_deref().unwrap_or_default();
        if let Some(time) = difference.here_last_written {
            let set = set_of(verdict, &difference.key);
            let key = difference.key.clone();
            let event = self.at(verdict, HiveName::System, time, key, None, set);
            event.say(verdict, What::Differs(other));
        }
        // Where the key stands in no control set there is no other one to name.
        let below = difference.key.strip_prefix(own).filter(|below| below.starts_with('\\'));
        if let (Some(time), Some(below)) = (difference.there_last_written, below) {
            let key = format!("{other}{below}");
            let event = self.at(verdict, HiveName::System, time, key, None, Some(other));
            event.say(verdict, What::Differs(own));
        }
    }

    fn remnant(&mut self, verdict: &'v Verdict, remnant: &'v Remnant) {
        let Some(time) = remnant.last_written else { return };
        let set = set_of(verdict, &remnant.stood);
        let (key, cell) = (remnant.stood.clone(), Some(remnant.cell));
        let event = self.at(verdict, HiveName::System, time, key, cell, set);
        event.is_deleted = true;
        event.file = Some(&remnant.file);
        event.file_offset = remnant.file_offset;
        event.say(verdict, What::Deleted);
    }

    fn at(
        &mut self,
        verdict: &'v Verdict,
        hive: HiveName,
        time: FileTime,
        key: String,
        cell: Option<CellOffset>,
        control_set: Option<&'v str>,
    ) -> &mut KeyEvent<'v> {
        let name = key.encode_utf16().map(upcase_unit).collect();
        let is_beside = hive != HiveName::System;
        self.0.entry((time, is_beside, name, cell)).or_insert_with(|| KeyEvent {
            time,
            hive,
            verdict,
            key,
            control_set,
            is_deleted: false,
            file: None,
            file_offset: None,
            says: Vec::new(),
            is_of_node: false,
        })
    }
}

impl<'v> KeyEvent<'v> {
    /// The key's path on the machine.
    pub(super) fn path(&self) -> String {
        full_path(self.verdict, self.hive, &self.key)
    }

    /// The hive that it stands in.
    pub(super) fn hive(&self) -> &'v HiveInfo {
        hive_of(self.verdict, self.hive).unwrap_or(&self.verdict.hive)
    }

    fn say(&mut self, verdict: &'v Verdict, what: What<'v>) {
        // The same rule says the same of it once, whatever the control set that it was asked for.
        let known = |it: &Saying<'_>| it.what == what && it.verdict.rule.id == verdict.rule.id;
        if !self.says.iter().any(known) {
            self.says.push(Saying { verdict, what });
        }
    }
}

/// The evaluated control set, where the key stands in it.
fn set_of<'v>(verdict: &'v Verdict, key: &str) -> Option<&'v str> {
    let set = verdict.control_set.as_deref()?;
    let below = key.get(..set.len()).filter(|start| start.eq_ignore_ascii_case(set))?;
    let rest = key.get(below.len()..)?;
    (rest.is_empty() || rest.starts_with('\\')).then_some(set)
}
