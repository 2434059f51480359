//! Choosing which logs belong to a primary and apply to it.

use crate::base_block::{BASE_BLOCK_SIZE, BaseBlock};
use crate::bytes::u64_at;
use crate::recovery::base_counts;
use crate::recovery::log::{Log, is_older};

/// Where the time of the first hive bin stands in a hive file.
const FIRST_BIN_TIME: usize = BASE_BLOCK_SIZE + 20;

/// A log that isn't used: its file's place in the evidence, and why.
pub(crate) type Refusal = (usize, String);

/// Why a log belongs to another hive, if that can be told from base blocks that both hold.
pub(crate) fn stranger(primary: &BaseBlock<'_>, log: &Log<'_>) -> Option<String> {
    if !base_counts(primary) {
        return None;
    }
    let (ours, theirs) = (primary.file_name(), log.base.file_name());
    if !may_be_one_name(&ours, &theirs) {
        return Some(format!(
            "it belongs to another hive: its base block names \"{theirs}\", the primary's \"{ours}\""
        ));
    }
    let (ours, theirs) = (primary.root_cell(), log.base.root_cell());
    (ours != theirs).then(|| {
        format!("it belongs to another hive: its root cell is {theirs}, the primary's {ours}")
    })
}

/// Whether two embedded names may be tails of one path. The same file is named with more or less of its
/// path at different times, so only their last components are compared; one that was cut may be
/// the end of the other.
fn may_be_one_name(a: &str, b: &str) -> bool {
    /// The longest that fits into the field: its 32nd unit is a NUL.
    const LONGEST: usize = 31;
    let tail = |name: &str| {
        let whole = name.encode_utf16().count() < LONGEST || name.contains('\\');
        let last = name.rsplit('\\').next().unwrap_or("").to_uppercase();
        (last, whole)
    };
    let ((a, a_whole), (b, b_whole)) = (tail(a), tail(b));
    a.is_empty()
        || b.is_empty()
        || a == b
        || (!a_whole && b.ends_with(&a))
        || (!b_whole && a.ends_with(&b))
}

/// The new-format logs to apply, in that order. Which of them really continue each other shows when they are
/// applied.
pub(crate) fn new_logs<'e>(
    primary: &BaseBlock<'_>,
    logs: Vec<Log<'e>>,
    refused: &mut Vec<Refusal>,
) -> Vec<Log<'e>> {
    if !base_counts(primary) {
        return latest(logs, refused, |a, b| is_older(a.last, b.last), "later entries");
    }
    let sequence = primary.secondary_sequence();
    let (old, mut logs): (Vec<_>, Vec<_>) =
        logs.into_iter().partition(|log| is_older(log.first, sequence));
    refused.extend(old.iter().map(|log| {
        let why = format!(
            "its entries begin with {}, before the primary's secondary sequence number {sequence}: they are older than \
             the primary",
            log.first
        );
        (log.file, why)
    }));
    logs.sort_by_key(|log| log.first.wrapping_sub(sequence));
    logs
}

/// The old-format log to apply, if any.
pub(crate) fn old_logs<'e>(
    primary: &BaseBlock<'_>,
    file: &[u8],
    logs: Vec<Log<'e>>,
    refused: &mut Vec<Refusal>,
) -> Vec<Log<'e>> {
    let counts = base_counts(primary);
    // Behind a broken base block the first bin tells the time, at which it may be an earlier flush's.
    let time = if counts {
        primary.last_written().ticks()
    } else {
        u64_at(file, FIRST_BIN_TIME).unwrap_or(0)
    };
    let sequence = primary.secondary_sequence();
    let mut kept = Vec::new();
    for log in logs {
        let written = log.base.last_written().ticks();
        let undated = written == 0 && time == 0;
        if written < time {
            let what = if counts { "the primary" } else { "the primary's first hive bin" };
            let why = format!("it is older than {what}: its last-written time is earlier");
            refused.push((log.file, why));
        } else if counts && undated && is_older(log.first, sequence) {
            refused.push((
                log.file,
                format!("it is older than the primary: its sequence number is {}, the primary's {sequence}", log.first),
            ));
        } else {
            kept.push(log);
        }
    }
    let older = |a: &Log<'_>, b: &Log<'_>| {
        let (time_a, time_b) = (a.base.last_written().ticks(), b.base.last_written().ticks());
        time_a < time_b || (time_a == 0 && time_b == 0 && is_older(a.last, b.last))
    };
    latest(kept, refused, older, "a later last-written time, or else stands first")
}

/// The one log that none is later than; on a tie the first.
fn latest<'e>(
    logs: Vec<Log<'e>>,
    refused: &mut Vec<Refusal>,
    is_older: impl Fn(&Log<'_>, &Log<'_>) -> bool,
    has: &str,
) -> Vec<Log<'e>> {
    let mut best: Option<Log<'e>> = None;
    let mut refuse = |log: &Log<'_>| {
        refused.push((log.file, format!("only one log is used here, and another one has {has}")));
    };
    for log in logs {
        match &best {
            Some(other) if !is_older(other, &log) => refuse(&log),
            Some(other) => {
                refuse(other);
                best = Some(log);
            }
            None => best = Some(log),
        }
    }
    best.into_iter().collect()
}
