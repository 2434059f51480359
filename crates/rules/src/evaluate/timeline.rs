//! What has a time, in its order: when the keys that the checks looked at were last written, and what logs say.

use std::collections::BTreeMap;

use coldhive_hive::FileTime;
use coldhive_system::ControlSet;

use super::work::Work;
use super::{Context, Scope};
use crate::evidence::{Evidence, EvidenceKind};
use crate::load::Rule;
use crate::sign::{Moment, MomentKind, SignFound};
use crate::target::Target;
use crate::verdict::Verdict;

/// Fills in what logs beside the hive say, and sets it in order with the times of the keys.
pub(super) fn corroborate(
    verdict: &mut Verdict,
    rule: &Rule,
    target: &Target<'_, '_>,
    set: Option<&ControlSet>,
    context: &Context,
) {
    if target.logs().is_empty() {
        return;
    }
    let keys = keys(verdict);
    let written = keys.iter().filter_map(|moment| moment.when).max();
    let mut stopped = None;
    for log in target.logs() {
        let work = Work::of_log(context.limits, &context.cancel);
        let (found, searched) =
            Scope::new(rule, *target, set, context, &work).search_log(log, written);
        verdict.signs.extend(found);
        verdict.logs.push(searched);
        stopped = stopped.or(work.stopped());
    }
    if let Some(stopped) = stopped {
        verdict
            .notes
            .push(format!("not all of the logs was searched for signs: {}", stopped.why()));
    }
    let others = others(verdict);
    let signs = verdict.signs.iter().map(sign);
    verdict.timeline = keys.into_iter().chain(others).chain(signs).collect();
    // Stable: what has no date keeps the order of its log.
    verdict.timeline.sort_by_key(|moment| (moment.when.is_none(), moment.when, moment.kind));
}

/// The keys of the evaluated control set that the checks looked at, each once.
fn keys(verdict: &Verdict) -> Vec<Moment> {
    let mut keys: BTreeMap<&str, (&Evidence, FileTime)> = BTreeMap::new();
    for evidence in verdict.checks.iter().flat_map(|check| &check.evidence) {
        let is_key = evidence.kind == EvidenceKind::Key;
        let Some(time) = evidence.last_written.filter(|_| !evidence.remnant) else { continue };
        // The key's own record says where it stands better than a value's does.
        if is_key || !keys.contains_key(evidence.key.as_str()) {
            keys.insert(&evidence.key, (evidence, time));
        }
    }
    let moment = |(key, (evidence, time)): (&str, (&Evidence, FileTime))| Moment {
        when: Some(time),
        kind: MomentKind::Key,
        what: format!("the key {} was last written", if key.is_empty() { "(root)" } else { key }),
        place: place(&evidence.file, evidence.file_offset, evidence.line.map(u64::from)),
        note: None,
    };
    keys.into_iter().map(moment).collect()
}

/// The keys of other control sets that have something otherwise, each once.
fn others(verdict: &Verdict) -> Vec<Moment> {
    let here = verdict.control_set.as_deref().unwrap_or_default();
    let mut keys = BTreeMap::new();
    for difference in &verdict.differences {
        let Some(time) = difference.there_last_written else { continue };
        let below = difference.key.get(here.len()..).unwrap_or_default();
        let role = if difference.last_known_good { " (the last known good one)" } else { "" };
        let name = format!("{}{below}", difference.control_set);
        keys.insert(name, (time, format!("{}{role}", difference.control_set)));
    }
    let moment = |(key, (time, set)): (String, (FileTime, String))| Moment {
        when: Some(time),
        kind: MomentKind::OtherControlSet,
        what: format!("the key {key} was last written"),
        place: set,
        note: None,
    };
    keys.into_iter().map(moment).collect()
}

fn sign(sign: &SignFound) -> Moment {
    let undated = sign.when.is_none().then(|| {
        let clock = sign.clock.as_ref().map(|clock| format!(" ({clock})")).unwrap_or_default();
        format!("the log doesn't tell the date{clock}: this stands last, in the order of the log")
    });
    Moment {
        when: sign.when,
        kind: MomentKind::Sign,
        what: format!("{} ({})", sign.title, sign.id),
        place: place(&sign.file, Some(sign.offset), sign.line),
        note: undated.or_else(|| sign.note.clone()),
    }
}

fn place(file: &str, offset: Option<u64>, line: Option<u64>) -> String {
    match (line, offset) {
        (Some(line), _) => format!("line {line} of {file}"),
        (None, Some(offset)) => format!("file offset {offset:#x} of {file}"),
        (None, None) => file.into(),
    }
}
