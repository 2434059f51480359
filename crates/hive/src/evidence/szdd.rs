//! On-disk structure of a file compressed by COMPRESS.EXE: a header of 14 bytes, then LZSS.

use crate::bytes::{index, u32_at};
use crate::evidence::packing::UnpackError;
use crate::evidence::read::LARGEST_HIVE;

const MAGIC: &[u8] = b"SZDD\x88\xF0\x27\x33";
const HEADER_SIZE: usize = 14;
/// The window that matches are copied from, in bytes: a power of two.
const WINDOW_SIZE: usize = 4096;
/// Where in the window the first byte goes.
const FIRST_POSITION: usize = 4080;

pub(crate) fn is_szdd(file: &[u8]) -> bool {
    file.starts_with(MAGIC)
}

/// Whether the expanded bytes begin with these four. The window holds only spaces at first, so that they stand in the file
/// as they are.
pub(crate) fn begins_with(file: &[u8], magic: &[u8; 4]) -> bool {
    let codes = file.get(HEADER_SIZE..).and_then(<[u8]>::split_first);
    codes.is_some_and(|(flags, codes)| flags & 0xF == 0xF && codes.starts_with(magic))
}

/// The most bytes that a file of this size is expanded to: what it says, and no more than codes of two bytes for matches
/// of eighteen give.
pub(crate) fn most(file: &[u8], size: u64) -> u64 {
    u64::from(u32_at(file, 10).unwrap_or(0)).min(size.saturating_mul(9))
}

/// Expands the file. Memory grows with what is really produced, not with what the header says.
pub(crate) fn expand(file: &[u8]) -> Result<Vec<u8>, UnpackError> {
    let said = u32_at(file, 10).ok_or(UnpackError::HeaderCut)?;
    match file.get(8) {
        Some(b'A') => {}
        Some(found) => return Err(UnpackError::Mode { found: *found }),
        None => return Err(UnpackError::HeaderCut),
    }
    if u64::from(said) > LARGEST_HIVE {
        return Err(UnpackError::TooLarge { said: said.into(), limit: LARGEST_HIVE });
    }
    let mut window = Window { bytes: [b' '; WINDOW_SIZE], position: FIRST_POSITION };
    let (said, mut out) = (index(said), Vec::new());
    let mut codes = file.get(HEADER_SIZE..).unwrap_or(&[]).iter().copied();
    'groups: while out.len() < said {
        let Some(flags) = codes.next() else { break };
        for bit in 0..8 {
            if out.len() >= said {
                break 'groups;
            }
            let Some(first) = codes.next() else { break 'groups };
            if flags & (1 << bit) != 0 {
                out.push(window.keep(first));
                continue;
            }
            let Some(second) = codes.next() else { break 'groups };
            let from = usize::from(first) | (usize::from(second & 0xF0) << 4);
            let length = usize::from(second & 0x0F).saturating_add(3);
            for step in 0..length.min(said.saturating_sub(out.len())) {
                let byte = window.at(from.saturating_add(step));
                out.push(window.keep(byte));
            }
        }
    }
    if out.len() < said {
        let number = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        return Err(UnpackError::Cut { expanded: number(out.len()), said: number(said) });
    }
    Ok(out)
}

struct Window {
    bytes: [u8; WINDOW_SIZE],
    position: usize,
}

impl Window {
    fn at(&self, position: usize) -> u8 {
        self.bytes.get(position % WINDOW_SIZE).copied().unwrap_or(b' ')
    }

    fn keep(&mut self, byte: u8) -> u8 {
        if let Some(place) = self.bytes.get_mut(self.position) {
            *place = byte;
        }
        self.position = self.position.wrapping_add(1) % WINDOW_SIZE;
        byte
    }
}
