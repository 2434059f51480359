//! On-disk structure of old-format transaction logs (`DIRT`): base block, bitmap, dirty pages.

use crate::base_block::BaseBlock;
use crate::bytes::index;
use crate::identify::sector_size;
use crate::recovery::log::{Entry, PAGE_SIZE, Page, is_bins_size};

const SIGNATURE: &[u8] = b"DIRT";

/// Reads the log as the one entry that it is.
///
/// # Errors
/// Why it can't be used.
pub(crate) fn entry(bytes: &[u8], base: &BaseBlock<'_>) -> Result<Entry, String> {
    let bins_size = base.hive_bins_size();
    if !is_bins_size(bins_size) {
        return Err(format!(
            "it says that the hive bins data has {bins_size:#x} bytes, which is no multiple of 4096 or is 0"
        ));
    }
    let sector = match sector_size(bytes) {
        sector if bytes.get(sector..).is_some_and(|rest| rest.starts_with(SIGNATURE)) => sector,
        _ => 512,
    };
    // One bit for each 512 bytes, so one byte for each 4096.
    let bitmap_start = sector.saturating_add(SIGNATURE.len());
    let bitmap_end = bitmap_start.saturating_add(index(bins_size / 4096));
    let Some(bitmap) = bytes.get(bitmap_start..bitmap_end) else {
        return Err("the file is cut short within its bitmap of dirty pages".into());
    };
    let pages_start = bitmap_end.next_multiple_of(sector);
    let room = bytes.len().saturating_sub(pages_start) / 512;
    let dirty = bitmap.iter().map(|byte| index(byte.count_ones())).sum::<usize>();
    if dirty == 0 {
        return Err("its bitmap marks no page as dirty".into());
    }
    if dirty > room {
        return Err(format!(
            "its bitmap marks {dirty} pages as dirty, but the file ends after {room} of them"
        ));
    }
    let mut pages: Vec<Page> = Vec::new();
    let mut source = pages_start;
    let mut target = 0_u32;
    for byte in bitmap {
        for bit in 0..8 {
            if byte & (1 << bit) != 0 {
                match pages.last_mut() {
                    Some(last) if last.target.saturating_add(last.length) == target => {
                        last.length = last.length.saturating_add(PAGE_SIZE);
                    }
                    _ => pages.push(Page { target, source, length: PAGE_SIZE }),
                }
                source = source.saturating_add(index(PAGE_SIZE));
            }
            target = target.saturating_add(PAGE_SIZE);
        }
    }
    Ok(Entry { sequence: base.primary_sequence(), at: 0, flags: None, bins_size, pages })
}
