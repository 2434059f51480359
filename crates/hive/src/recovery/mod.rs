//! Recovery: bringing a dirty hive up to date from its transaction logs, or replacing it by its mirror, as
//! Windows does when it loads one ("regf" notes, "Transaction log files").

mod log;
mod marvin;
mod mirror;
mod new_log;
mod old_log;
mod overlay;
mod replay;
mod report;
mod select;

pub use report::{FileUse, Recovery, RecoveryState, SequenceRange};

use crate::base_block::{BASE_BLOCK_SIZE, BaseBlock};
use crate::bytes::{index, len_u32};
use crate::evidence::{Content, Evidence, EvidenceFile, Role, is_mirror};
use crate::provenance::Provenance;
use crate::store::Stored;
use log::Log;
use overlay::Overlay;

/// An image that was made.
pub(crate) struct Made {
    pub(crate) bytes: Stored,
    pub(crate) provenance: Provenance,
    pub(crate) recovery: Recovery,
}

/// The image of the primary as it is; of its mirror where only that is a hive.
pub(crate) fn not_asked(evidence: &mut Evidence) -> Made {
    let files = describe(evidence, |_| "not used: recovery was not asked for".into());
    if let Some(mirror) = only_mirror(evidence) {
        return mirror::stand_in(evidence, mirror, files, Vec::new());
    }
    let summary = "the primary is read as it is: recovery was not asked for".to_owned();
    as_it_is(evidence, RecoveryState::NotAsked, summary, files, Vec::new())
}

/// The image as Windows would make it. Where logs are applied, it takes over the memory of the primary's bytes, unless
/// somebody else holds them too; the evidence then keeps what they were in the places where they changed.
pub(crate) fn recover(evidence: &mut Evidence) -> Made {
    if let Some(mirror) = only_mirror(evidence) {
        let files = describe(evidence, |_| {
            "not used: the primary can't be read as a hive, so there is nothing to apply a log to"
                .into()
        });
        return mirror::stand_in(evidence, mirror, files, Vec::new());
    }
    let start = evidence.primary().first_bytes(BASE_BLOCK_SIZE);
    let base = BaseBlock::new(&start);
    let trouble = trouble(&base);
    let mut files = describe(evidence, |_| "not needed: the primary is clean".into());
    let mut notes = evidence.notes().to_vec();
    // They share their bytes with the evidence.
    let beside = evidence.files().get(1..).unwrap_or(&[]).to_vec();
    let logs = read_logs(&beside, &mut files);
    notes.extend(mirror::compare(evidence, &mut files));
    let Some(trouble) = trouble else {
        notes.extend(logs.iter().filter_map(|log| newer(log, &base, evidence)));
        let summary = "the primary is clean: there is nothing to recover".to_owned();
        return as_it_is(evidence, RecoveryState::Clean, summary, files, notes);
    };
    if let Some(made) = replay::replay(evidence, logs, &trouble, &mut files, &mut notes) {
        return made;
    }
    if !base_counts(&base)
        && let Some(mirror) = evidence
            .files()
            .iter()
            .position(|file| is_mirror(file) && base_counts(&BaseBlock::new(file.bytes())))
    {
        return mirror::stand_in(evidence, mirror, files, notes);
    }
    let is_log = |file: &EvidenceFile| {
        (file.content().is_log() && file.role() != Role::Save)
            || matches!(file.role(), Role::Log | Role::Log1 | Role::Log2)
    };
    let (state, why) = if evidence.files().iter().skip(1).any(is_log) {
        (RecoveryState::NothingApplies, "no log applies")
    } else {
        (RecoveryState::NoLogs, "no transaction log was found beside it")
    };
    let summary = format!("the primary is dirty ({trouble}), and {why}: it is read as it is");
    as_it_is(evidence, state, summary, files, notes)
}

/// What there is to say of an image that was made elsewhere.
pub(crate) fn made(evidence: &Evidence, bytes: &[u8]) -> Recovery {
    let is_dirty = BaseBlock::new(bytes).is_dirty();
    let files = evidence
        .files()
        .iter()
        .enumerate()
        .map(|(place, file)| {
            let why = if place == 0 { "the hive was made from it" } else { "not used" };
            FileUse::new(file, place == 0, why)
        })
        .collect();
    Recovery {
        state: RecoveryState::Made,
        summary: "the hive was made from what was given, not read from a hive file".into(),
        was_dirty: is_dirty,
        is_dirty,
        files,
        entries: 0,
        applied: None,
        pages: 0,
        notes: evidence.notes().to_vec(),
    }
}

/// The image as a clean file: a base block of its own, and the part of the image that goes behind it.
pub(crate) fn clean(image: &[u8]) -> (Vec<u8>, &[u8]) {
    let base = BaseBlock::new(image);
    let said = base.hive_bins_size();
    let available = len_u32(image.len().saturating_sub(BASE_BLOCK_SIZE));
    // A size that can't be believed is replaced by what is there, in whole bins.
    let size = if base_counts(&base) && said != 0 { said } else { available & !0xFFF };
    let end = BASE_BLOCK_SIZE.saturating_add(index(size));
    let image = image.get(..end).unwrap_or(image);
    let (head, bins) = image.split_at_checked(BASE_BLOCK_SIZE).unwrap_or((image, &[]));
    let mut overlay = Overlay::over(Stored::from(head.to_vec()).into(), false, 0);
    overlay.make_clean(size);
    (overlay.into_bytes(), bins)
}

/// The mirror's place in the evidence, where the primary can't be read as a hive at all.
fn only_mirror(evidence: &Evidence) -> Option<usize> {
    let primary = evidence.primary().content();
    if matches!(primary, Content::Hive | Content::BareBaseBlock) {
        return None;
    }
    evidence.files().iter().position(is_mirror)
}

/// The image of the primary, its bytes shared with the evidence.
fn as_it_is(
    evidence: &Evidence,
    state: RecoveryState,
    summary: String,
    files: Vec<FileUse>,
    notes: Vec<String>,
) -> Made {
    let bytes = evidence.primary().shared_bytes().clone();
    let dirty = is_dirty(&BaseBlock::new(&bytes));
    let provenance = Provenance::whole(0, bytes.len());
    let recovery = Recovery {
        state,
        summary,
        was_dirty: dirty,
        is_dirty: dirty,
        files,
        entries: 0,
        applied: None,
        pages: 0,
        notes,
    };
    Made { bytes, provenance, recovery }
}

/// Whether the fields of a base block can be believed.
fn base_counts(base: &BaseBlock<'_>) -> bool {
    base.signature() == *b"regf" && base.checksum_holds()
}

fn is_dirty(base: &BaseBlock<'_>) -> bool {
    trouble(base).is_some()
}

/// Why a hive counts as dirty, if it does.
fn trouble(base: &BaseBlock<'_>) -> Option<String> {
    if base.signature() != *b"regf" {
        Some("its base block is destroyed".into())
    } else if !base.checksum_holds() {
        Some("the checksum of its base block is wrong".into())
    } else if base.is_dirty() {
        Some(format!(
            "its sequence numbers {} and {} differ",
            base.primary_sequence(),
            base.secondary_sequence()
        ))
    } else {
        None
    }
}

/// One entry for each file; `of_log` says why a log isn't used until it is.
fn describe(evidence: &Evidence, of_log: impl Fn(&EvidenceFile) -> String) -> Vec<FileUse> {
    let describe = |(place, file): (usize, &EvidenceFile)| {
        let (used, why) = match (place, file.problem()) {
            (_, Some(problem)) => (false, format!("not used: {problem}")),
            (0, None) => match file.content() {
                Content::Hive | Content::BareBaseBlock => (true, "the hive itself".into()),
                content => (false, format!("not used: it is {content}, not a hive")),
            },
            (_, None) => (false, why_not(file, &of_log)),
        };
        FileUse::new(file, used, why)
    };
    evidence.files().iter().enumerate().map(describe).collect()
}

fn why_not(file: &EvidenceFile, of_log: &impl Fn(&EvidenceFile) -> String) -> String {
    if file.role() == Role::Save {
        return "never used for recovery: it is a backup that setup made".into();
    }
    match file.content() {
        Content::OldLog | Content::NewLog => of_log(file),
        Content::Hive if file.role() == Role::Alternate => {
            "not needed: the primary can be read".into()
        }
        Content::Hive => {
            "not used: it is a hive, and only one named .ALT is taken for a mirror".into()
        }
        Content::Empty => "not used: it is empty".into(),
        Content::Zeros => "not used: it holds nothing but zeros".into(),
        Content::BareBaseBlock => "not used: it is a base block with no log behind it".into(),
        content => format!("not used: it is {content}"),
    }
}

/// Reads every file beside the primary that is a log by its content, and notes why one that isn't good isn't used.
fn read_logs<'e>(beside: &'e [EvidenceFile], files: &mut [FileUse]) -> Vec<Log<'e>> {
    let mut logs = Vec::new();
    for (file, place) in beside.iter().zip(1..) {
        if !file.content().is_log() || file.role() == Role::Save {
            continue;
        }
        match (Log::read(place, file), files.get_mut(place)) {
            (Ok(log), Some(entry)) => {
                entry.entries_found = len_u32(log.entries.len());
                logs.push(log);
            }
            (Err(reason), Some(entry)) => entry.why = format!("not used: {reason}"),
            (_, None) => {}
        }
    }
    logs
}

/// A note on a log whose entries a clean primary doesn't have.
fn newer(log: &Log<'_>, base: &BaseBlock<'_>, evidence: &Evidence) -> Option<String> {
    let sequence = base.secondary_sequence();
    if !log.is_new || log::is_older(log.last, sequence) {
        return None;
    }
    let path = evidence.files().get(log.file)?.path().display();
    Some(format!(
        "{path} holds entries {} that are newer than the clean primary ({sequence}); Windows ignores them, and so does \
         this reading",
        log.range()
    ))
}
