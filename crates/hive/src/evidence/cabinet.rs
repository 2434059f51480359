//! Cabinets (`MSCF`): expanded by the crate `cab`.
//!
//! `cab` panics on some cabinets that are damaged. So their structure is looked at before it is asked (a walk
//! over the headers of [MS-CAB] 2), and `catch_unwind` stands behind that as the last net.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use cab::Cabinet;

use crate::bytes::{index, u16_at, u32_at};
use crate::evidence::packing::UnpackError;
use crate::evidence::read::{LARGEST_HIVE, SAMPLE_SIZE};
use crate::identify::{NotAHive, identify};

/// How many files are looked into: each costs expanding what stands before it.
const MOST_FILES: usize = 16;
/// What a small cabinet may expand to, in bytes.
const SMALL: u64 = 64 << 20;
/// How many times its own size a larger cabinet may expand to.
const RATIO: u64 = 128;

pub(crate) fn is_cabinet(file: &[u8]) -> bool {
    file.starts_with(b"MSCF")
}

/// The most bytes that a cabinet of this size is expanded to.
pub(crate) fn most(size: u64) -> u64 {
    LARGEST_HIVE.min(SMALL.max(RATIO.saturating_mul(size)))
}

/// Expands the first file in the cabinet that is a hive by its content, or else the first that is a log.
pub(crate) fn expand(file: &[u8]) -> Result<Vec<u8>, UnpackError> {
    let shape = Shape::look(file).ok_or_else(|| damaged("its headers are damaged"))?;
    catch_unwind(AssertUnwindSafe(|| expand_seen(file, &shape)))
        .unwrap_or_else(|_| Err(damaged("its compressed data is damaged")))
}

fn expand_seen(file: &[u8], shape: &Shape) -> Result<Vec<u8>, UnpackError> {
    let wrong = |error: std::io::Error| damaged(&error.to_string());
    let mut cabinet = Cabinet::new(Cursor::new(file)).map_err(wrong)?;
    let names: Vec<Vec<String>> = cabinet
        .folder_entries()
        .map(|folder| folder.file_entries().map(|file| file.name().to_owned()).collect())
        .collect();
    let limit = most(length(file));
    let (mut log, mut first_error) = (None, None);
    for member in shape.files.iter().take(MOST_FILES) {
        let Some(name) = names.get(member.folder).and_then(|names| names.get(member.place)) else {
            continue;
        };
        // A second file of a name can't be asked for.
        if names.iter().flatten().filter(|other| *other == name).count() != 1 {
            first_error.get_or_insert(damaged("it has several files of one name"));
            continue;
        }
        let end = member.offset.saturating_add(member.size);
        if end > limit {
            first_error.get_or_insert(UnpackError::TooLarge { said: end, limit });
            continue;
        }
        if !shape
            .folders
            .get(member.folder)
            .is_some_and(|folder| folder.sound && end <= folder.size)
        {
            first_error
                .get_or_insert(damaged("its blocks of data are damaged, or some are missing"));
            continue;
        }
        let sample = match read(&mut cabinet, name, SAMPLE_SIZE) {
            Ok(sample) => sample,
            Err(error) => {
                first_error.get_or_insert(wrong(error));
                continue;
            }
        };
        match identify(&sample) {
            None => return whole(&mut cabinet, name, member.size),
            Some(NotAHive::TransactionLog { .. }) if log.is_none() => {
                log = Some((name, member.size));
            }
            Some(_) => {}
        }
    }
    match (log, first_error) {
        (Some((name, size)), _) => whole(&mut cabinet, name, size),
        (None, Some(error)) => Err(error),
        (None, None) => Err(UnpackError::NoHive { files: shape.files.len() }),
    }
}

fn whole(
    cabinet: &mut Cabinet<Cursor<&[u8]>>,
    name: &str,
    size: u64,
) -> Result<Vec<u8>, UnpackError> {
    let bytes = read(cabinet, name, size).map_err(|error| damaged(&error.to_string()))?;
    let expanded = length(&bytes);
    if expanded < size {
        return Err(UnpackError::Cut { expanded, said: size });
    }
    Ok(bytes)
}

/// Reads the beginning of a file. Memory grows with what is really produced.
fn read(cabinet: &mut Cabinet<Cursor<&[u8]>>, name: &str, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    cabinet.read_file(name)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn damaged(reason: &str) -> UnpackError {
    UnpackError::Damaged { reason: reason.to_owned() }
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// What the headers say, as far as `cab` relies on it without looking.
struct Shape {
    folders: Vec<Folder>,
    files: Vec<Member>,
}

struct Folder {
    /// Bytes when expanded.
    size: u64,
    /// Whether it has blocks, and all are there.
    sound: bool,
}

struct Member {
    folder: usize,
    /// Which of the folder's files it is.
    place: usize,
    /// Where it begins in the expanded folder.
    offset: u64,
    size: u64,
}

impl Shape {
    fn look(file: &[u8]) -> Option<Self> {
        let (folder_count, file_count) = (u16_at(file, 26)?, u16_at(file, 28)?);
        let flags = u16_at(file, 30)?;
        let (mut at, mut folder_reserve, mut data_reserve) = (36_usize, 0, 0);
        if flags & 4 != 0 {
            folder_reserve = usize::from(*file.get(38)?);
            data_reserve = usize::from(*file.get(39)?);
            at = 40_usize.saturating_add(u16_at(file, 36)?.into());
        }
        // Names of the cabinet before and of the one behind, and of their disks.
        let names = [1, 1, 2, 2].iter().filter(|flag| flags & **flag != 0).count();
        for _ in 0..names {
            at = text_end(file, at)?;
        }
        let mut folders = Vec::new();
        // Folders may share blocks: all together they are looked at no more often than the file has room for.
        let mut blocks_left = file.len() / 8;
        for _ in 0..folder_count {
            let blocks = usize::from(u16_at(file, at.saturating_add(4))?);
            blocks_left = blocks_left.checked_sub(blocks)?;
            let stored = u16_at(file, at.saturating_add(6))? & 0xF == 0;
            let start = index(u32_at(file, at)?);
            folders.push(Folder::look(file, start, blocks, data_reserve, stored));
            at = at.saturating_add(8).saturating_add(folder_reserve);
        }
        at = index(u32_at(file, 16)?);
        let mut files = Vec::new();
        let mut places = vec![0_usize; folders.len()];
        for _ in 0..file_count {
            let folder = usize::from(u16_at(file, at.saturating_add(8))?);
            let place = places.get_mut(folder)?;
            files.push(Member {
                folder,
                place: *place,
                offset: u32_at(file, at.saturating_add(4))?.into(),
                size: u32_at(file, at)?.into(),
            });
            *place = place.saturating_add(1);
            at = text_end(file, at.saturating_add(16))?;
        }
        Some(Self { folders, files })
    }
}

impl Folder {
    fn look(file: &[u8], mut at: usize, blocks: usize, reserve: usize, stored: bool) -> Self {
        let (mut size, mut sound) = (0_u64, blocks != 0);
        for _ in 0..blocks {
            let fields = (u16_at(file, at.saturating_add(4)), u16_at(file, at.saturating_add(6)));
            let (Some(packed), Some(expanded)) = fields else {
                sound = false;
                break;
            };
            at = at.saturating_add(8).saturating_add(reserve).saturating_add(packed.into());
            // What goes on in the next cabinet says that it expands to nothing.
            if at > file.len() || expanded == 0 || (stored && packed != expanded) {
                sound = false;
                break;
            }
            size = size.saturating_add(expanded.into());
        }
        Self { size, sound }
    }
}

/// The offset behind a text that a NUL ends.
fn text_end(file: &[u8], at: usize) -> Option<usize> {
    /// As many bytes as `cab` reads.
    const LONGEST: usize = 256;
    let rest = file.get(at..)?;
    let length = rest.iter().take(LONGEST).position(|byte| *byte == 0)?;
    at.checked_add(length)?.checked_add(1)
}
