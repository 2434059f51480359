//! On-disk structure of new-format transaction logs (`HvLE`): base block, then entries.

use crate::bytes::{index, u32_at, u64_at};
use crate::identify::sector_size;
use crate::recovery::log::{Entry, PAGE_SIZE, Page, is_bins_size};
use crate::recovery::marvin;

const SIGNATURE: &[u8] = b"HvLE";
/// What comes before the page references, in bytes.
const HEADER_SIZE: usize = 40;
/// The part of the header that the second hash is of, in bytes.
const HASHED_HEADER: usize = 32;

/// Reads the entries, and why they end where it isn't where nothing more follows.
///
/// # Errors
/// Why none can be used.
pub(crate) fn entries(
    bytes: &[u8],
    base_sequence: u32,
) -> Result<(Vec<Entry>, Option<String>), String> {
    let mut at = match sector_size(bytes) {
        sector if is_entry(bytes, sector) => sector,
        _ => 512,
    };
    let mut entries: Vec<Entry> = Vec::new();
    let mut end = None;
    while is_entry(bytes, at) {
        let entry = match read(bytes, at) {
            Ok((entry, _)) if entries.is_empty() && entry.sequence != base_sequence => {
                return Err(format!(
                    "its first entry carries the sequence number {}, but its base block {base_sequence}",
                    entry.sequence
                ));
            }
            Ok((entry, next)) => {
                at = next;
                entry
            }
            Err(reason) if entries.is_empty() => {
                return Err(format!("its first entry, at offset {at:#x}, {reason}"));
            }
            Err(reason) => {
                end = Some(format!("the entry at offset {at:#x} {reason}"));
                break;
            }
        };
        if let Some(last) = entries.last()
            && entry.sequence != last.sequence.wrapping_add(1)
        {
            end = Some(format!(
                "the entry at offset {:#x} carries the sequence number {} and is no successor: it was left by an \
                 earlier round",
                entry.at, entry.sequence
            ));
            break;
        }
        entries.push(entry);
    }
    Ok((entries, end))
}

fn is_entry(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(SIGNATURE))
}

/// Reads one entry and where the next one begins; or what is wrong with it.
fn read(bytes: &[u8], at: usize) -> Result<(Entry, usize), String> {
    const CUT: &str = "is cut short by the end of the file";
    let rest = bytes.get(at..).unwrap_or(&[]);
    let field = |offset| u32_at(rest, offset).ok_or(CUT);
    let size = field(4)?;
    // Also what keeps the reading from standing still: an entry has at least one such unit.
    if size == 0 || !size.is_multiple_of(PAGE_SIZE) {
        return Err(format!(
            "says that it has {size:#x} bytes, which is no multiple of 512 or is 0"
        ));
    }
    let entry = rest.get(..index(size)).ok_or(CUT)?;
    let (header, body) = entry.split_at_checked(HEADER_SIZE).ok_or(CUT)?;
    if u64_at(header, 24) != Some(marvin::hash(body))
        || u64_at(header, HASHED_HEADER)
            != Some(marvin::hash(header.get(..HASHED_HEADER).unwrap_or(&[])))
    {
        return Err("is damaged: its hashes do not hold".into());
    }
    let bins_size = field(16)?;
    if !is_bins_size(bins_size) {
        return Err(format!(
            "says that the hive bins data has {bins_size:#x} bytes, which is no multiple of 4096 or is 0"
        ));
    }
    let count = field(20)?;
    let references = index(count)
        .checked_mul(8)
        .and_then(|length| body.get(..length))
        .ok_or("has no room for the pages that it says it has")?;
    let mut source = HEADER_SIZE.saturating_add(references.len());
    let mut pages = Vec::new();
    for reference in references.chunks_exact(8) {
        let (target, length) =
            (u32_at(reference, 0).unwrap_or(0), u32_at(reference, 4).unwrap_or(0));
        if !target.is_multiple_of(PAGE_SIZE) || !length.is_multiple_of(PAGE_SIZE) {
            return Err(format!(
                "has a page of {length:#x} bytes for offset {target:#x}, which are no multiples of 512"
            ));
        }
        if target.checked_add(length).is_none_or(|end| end > bins_size) {
            return Err(format!(
                "has a page of {length:#x} bytes for offset {target:#x}, which is behind the end of the \
                 hive bins data"
            ));
        }
        let end = source.saturating_add(index(length));
        if end > entry.len() {
            return Err("ends before its pages do".into());
        }
        if length != 0 {
            pages.push(Page { target, source: at.saturating_add(source), length });
        }
        source = end;
    }
    let (sequence, flags) = (field(12)?, Some(field(8)?));
    Ok((Entry { sequence, at, flags, bins_size, pages }, at.saturating_add(entry.len())))
}
