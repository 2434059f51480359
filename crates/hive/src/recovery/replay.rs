//! Applying logs to a dirty primary.

use crate::base_block::BaseBlock;
use crate::evidence::{Evidence, EvidenceFile};
use crate::recovery::log::{Entry, Log};
use crate::recovery::overlay::Overlay;
use crate::recovery::report::{FileUse, Recovery, RecoveryState, SequenceRange};
use crate::recovery::select::{self, Refusal};
use crate::recovery::{Made, base_counts, is_dirty};
use crate::store::Stored;

/// Applies what applies; `None` if nothing does. In either case `files` says why of each log.
pub(crate) fn replay(
    evidence: &mut Evidence,
    logs: Vec<Log<'_>>,
    trouble: &str,
    files: &mut [FileUse],
    notes: &mut Vec<String>,
) -> Option<Made> {
    let primary = evidence.primary().shared_bytes().clone();
    let base = BaseBlock::new(&primary);
    let mut refused: Vec<Refusal> = Vec::new();
    let mut own = Vec::new();
    for log in logs {
        match select::stranger(&base, &log) {
            Some(why) => refused.push((log.file, why)),
            None => own.push(log),
        }
    }
    let (new, old): (Vec<_>, Vec<_>) = own.into_iter().partition(|log| log.is_new);
    let new = select::new_logs(&base, new, &mut refused);
    let old = select::old_logs(&base, &primary, old, &mut refused);
    if new.is_empty() && old.is_empty() {
        note(refused, files);
        return None;
    }
    // A system that writes the new format reads the old one only where it has no other.
    let base_counts = base_counts(&base);
    drop(primary);
    let mut replay = Replay::new(evidence, base_counts);
    for log in new.iter().chain(&old) {
        if let Err(why) = replay.apply(log, files) {
            refused.push((log.file, why));
        }
    }
    note(refused, files);
    let Some(applied) = replay.applied() else {
        evidence.put_back_primary(replay.overlay.give_up());
        return None;
    };
    let (made, before) = replay.finish(applied, trouble, files.to_vec(), notes);
    evidence.put_back_primary(before);
    Some(made)
}

/// Says of each log that isn't used why.
fn note(refused: Vec<Refusal>, files: &mut [FileUse]) {
    for (file, why) in refused {
        if let Some(entry) = files.get_mut(file) {
            entry.why = format!("not used: {why}");
        }
    }
}

/// The image in the making, and how far it has come.
struct Replay {
    overlay: Overlay,
    /// Whether the base block has to come from a log.
    needs_base: bool,
    /// The sequence number and format of what was applied last.
    last: Option<(u32, bool)>,
    first: u32,
    entries: u32,
}

impl Replay {
    /// Takes the primary's bytes out of the evidence.
    fn new(evidence: &mut Evidence, base_counts: bool) -> Self {
        let size = |log: &EvidenceFile| u64::try_from(log.bytes().len()).unwrap_or(u64::MAX);
        let log_bytes = evidence
            .files()
            .iter()
            .skip(1)
            .filter(|file| file.content().is_log())
            .fold(0, |sum: u64, file| sum.saturating_add(size(file)));
        let primary = evidence.take_primary().into();
        Self {
            overlay: Overlay::over(primary, base_counts, log_bytes),
            needs_base: !base_counts,
            last: None,
            first: 0,
            entries: 0,
        }
    }

    /// Applies a log that was selected.
    fn apply(&mut self, log: &Log<'_>, files: &mut [FileUse]) -> Result<(), String> {
        match self.last {
            Some((last, _)) if log.is_new && log.first != last.wrapping_add(1) => {
                return Err(format!(
                    "its first entry carries the sequence number {}, which is no successor of {last}, the last one applied",
                    log.first
                ));
            }
            Some((_, true)) if !log.is_new => {
                return Err("logs of the new format apply, and go before it".into());
            }
            _ => {}
        }
        let mut last: Option<&Entry> = None;
        let mut applied = 0_u32;
        let mut end = log.end.clone();
        for entry in &log.entries {
            if let Err(why) = self.overlay.admit(entry) {
                let at = entry.at;
                if last.is_none() {
                    return Err(if log.is_new {
                        format!("its first entry, at offset {at:#x}, {why}")
                    } else {
                        format!("it {why}")
                    });
                }
                end = Some(format!("the entry at offset {at:#x} {why}"));
                break;
            }
            if last.is_none() {
                if self.needs_base {
                    self.overlay.take_base(log);
                    self.needs_base = false;
                } else if !log.is_new {
                    self.overlay.take_time(log);
                }
            }
            self.overlay.apply(log, entry);
            applied = applied.saturating_add(1);
            last = Some(entry);
        }
        let Some(last) = last else { return Err("it has no entries".into()) };
        self.overlay.close(last);
        if self.last.is_none() {
            self.first = log.first;
        }
        self.last = Some((last.sequence, log.is_new));
        self.entries = self.entries.saturating_add(applied);
        if let Some(entry) = files.get_mut(log.file) {
            let range = SequenceRange { first: log.first, last: last.sequence };
            entry.used = true;
            entry.entries_applied = applied;
            entry.applied = Some(range);
            entry.why = match (log.is_new, end) {
                (false, _) => format!("its pages (sequence number {range}) were applied"),
                (true, None) => format!("{} applied", entries(range)),
                (true, Some(end)) => format!("{} applied; {end}", entries(range)),
            };
        }
        Ok(())
    }

    /// The sequence numbers of what was applied.
    fn applied(&self) -> Option<SequenceRange> {
        self.last.map(|(last, _)| SequenceRange { first: self.first, last })
    }

    /// The image, and what the primary's bytes were before.
    fn finish(
        self,
        applied: SequenceRange,
        trouble: &str,
        files: Vec<FileUse>,
        notes: &mut Vec<String>,
    ) -> (Made, Stored) {
        let filled = self.overlay.filled();
        if filled > 0 {
            notes.push(format!(
                "{filled} bytes of the image stand in no file and are zero: the primary is cut short, or a log lacks pages"
            ));
        }
        let (bytes, before, provenance, pages) = self.overlay.finish();
        let names: Vec<_> =
            files.iter().skip(1).filter(|file| file.used).map(|file| &*file.path).collect();
        let what = match self.entries {
            1 => "1 log entry".to_owned(),
            entries => format!("{entries} log entries"),
        };
        let summary = format!(
            "the primary was dirty ({trouble}), and {what} ({applied}) of {} {} applied",
            names.join(" and "),
            if self.entries == 1 { "was" } else { "were" }
        );
        let recovery = Recovery {
            state: RecoveryState::Recovered,
            summary,
            was_dirty: true,
            is_dirty: is_dirty(&BaseBlock::new(&bytes)),
            files,
            entries: self.entries,
            applied: Some(applied),
            pages,
            notes: std::mem::take(notes),
        };
        (Made { bytes, provenance, recovery }, before)
    }
}

/// Entries by their sequence numbers, up to the verb.
fn entries(range: SequenceRange) -> String {
    if range.first == range.last {
        format!("its entry {range} was")
    } else {
        format!("its entries {range} were")
    }
}
