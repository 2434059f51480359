//! The mirror (`.ALT`) of Windows NT and 2000: a whole copy, written after the primary.

use crate::base_block::{BASE_BLOCK_SIZE, BaseBlock};
use crate::bytes::index;
use crate::evidence::{Evidence, is_mirror};
use crate::recovery::overlay::Overlay;
use crate::recovery::report::{FileUse, Recovery, RecoveryState};
use crate::recovery::{Made, base_counts, trouble};

/// The unit of comparison in bytes.
const PAGE: usize = 512;

/// The image of the mirror, told to be a primary.
pub(crate) fn stand_in(
    evidence: &Evidence,
    mirror: usize,
    mut files: Vec<FileUse>,
    notes: Vec<String>,
) -> Made {
    let bytes =
        evidence.files().get(mirror).map(|file| file.shared_bytes().clone()).unwrap_or_default();
    let base = BaseBlock::new(&bytes);
    let mut overlay = Overlay::over_file(bytes.clone().into(), mirror);
    if base_counts(&base) {
        overlay.set_type_and_seal();
    }
    let trouble_of_mirror = trouble(&base);
    let (bytes, _, provenance, _) = overlay.finish();
    let why = match files.first() {
        Some(primary) if !primary.used => primary.why.clone(),
        _ => trouble(&BaseBlock::new(evidence.bytes())).unwrap_or_default(),
    };
    if let Some(primary) = files.first_mut()
        && primary.used
    {
        primary.used = false;
        primary.why = format!("not used: {why}, and its mirror stands in");
    }
    let mut summary = String::new();
    if let Some(entry) = files.get_mut(mirror) {
        entry.used = true;
        entry.why = "it stands in for the primary".into();
        summary = format!(
            "the mirror {} stands in for the primary, which is not used: {}",
            entry.path,
            why.trim_start_matches("not used: ")
        );
    }
    if let Some(trouble) = &trouble_of_mirror {
        summary.push_str(&format!("; the mirror is dirty itself ({trouble})"));
    }
    let recovery = Recovery {
        state: RecoveryState::Mirror,
        summary,
        was_dirty: true,
        is_dirty: trouble_of_mirror.is_some(),
        files,
        entries: 0,
        applied: None,
        pages: 0,
        notes,
    };
    Made { bytes, provenance, recovery }
}

/// Compares each mirror with the primary and says how they differ.
pub(crate) fn compare(evidence: &Evidence, files: &mut [FileUse]) -> Vec<String> {
    let mut notes = Vec::new();
    let primary = evidence.bytes();
    for (file, entry) in evidence.files().iter().zip(files).skip(1) {
        if !is_mirror(file) {
            continue;
        }
        let said = describe(primary, file.bytes());
        entry.why = format!("not needed: the primary can be read; {said}");
        notes.push(format!("the mirror {}: {said}", entry.path));
    }
    notes
}

fn describe(primary: &[u8], mirror: &[u8]) -> String {
    let (base, other) = (BaseBlock::new(primary), BaseBlock::new(mirror));
    let pages = differing_pages(primary, mirror);
    let (ours, theirs) = (base.primary_sequence(), other.primary_sequence());
    let sequences = format!("its sequence number is {theirs}, the primary's {ours}");
    let differ = match pages {
        0 => "its hive bins data equals the primary's".to_owned(),
        1 => "its hive bins data differs from the primary's in 1 page of 512 bytes".to_owned(),
        pages => {
            format!("its hive bins data differs from the primary's in {pages} pages of 512 bytes")
        }
    };
    match trouble(&other) {
        Some(trouble) => format!("it is dirty itself ({trouble}); {differ}"),
        None if pages == 0 && ours == theirs => "it equals the primary".into(),
        None if theirs == ours.wrapping_sub(1) => {
            format!("it is one flush behind the primary: {sequences}, and {differ}")
        }
        None => format!("{sequences}, and {differ}"),
    }
}

/// In how many pages of hive bins data two hives differ; pages that only one has count.
fn differing_pages(primary: &[u8], mirror: &[u8]) -> usize {
    let (primary, mirror) = (bins(primary).chunks(PAGE), bins(mirror).chunks(PAGE));
    let alone = primary.len().abs_diff(mirror.len());
    primary.zip(mirror).filter(|(a, b)| a != b).count().saturating_add(alone)
}

fn bins(file: &[u8]) -> &[u8] {
    let base = BaseBlock::new(file);
    let there = file.get(BASE_BLOCK_SIZE..).unwrap_or(&[]);
    let said = if base_counts(&base) { index(base.hive_bins_size()) } else { there.len() };
    there.get(..said).unwrap_or(there)
}
