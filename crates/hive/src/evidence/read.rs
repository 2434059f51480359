//! Reading files: the only place that opens any.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::base_block::BASE_BLOCK_SIZE;
use crate::evidence::Reading;
use crate::evidence::error::EvidenceError;
use crate::evidence::file::EvidenceFile;
use crate::evidence::packing;
use crate::evidence::role::Role;
use crate::identify::{NotAHive, identify};
use crate::offset::HIVE_BINS_START;
use crate::store::Stored;

/// The largest file that can be a hive, in bytes: offsets in it have 32 bits.
pub(crate) const LARGEST_HIVE: u64 = HIVE_BINS_START + (1 << 32);
/// As much as is read to see whether a file is a hive at all.
pub(crate) const SAMPLE_SIZE: u64 = SAMPLE as u64;
const SAMPLE: usize = BASE_BLOCK_SIZE + 4;

/// Which files are read to their end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Only what can be a hive or a compressed copy of one: anything else is told by its first bytes.
    Hives,
    /// Any file that isn't too large.
    Anything,
}

/// Reads a file, read-only; a compressed copy is expanded.
pub(crate) fn read_file(
    path: &Path,
    role: Role,
    wanted: Wanted,
    reading: Reading,
) -> Result<EvidenceFile, EvidenceError> {
    must_be_file(path)?;
    let path = path.to_owned();
    match read_bytes(&path, wanted, reading) {
        Ok(Ok(bytes)) => Ok(EvidenceFile::new(path, role, bytes)),
        Ok(Err(ReadStop::NotAHive(reason))) => Err(EvidenceError::NotAHive { path, reason }),
        Ok(Err(ReadStop::TooLarge(size))) => Err(EvidenceError::TooLarge { path, size }),
        Err(source) => Err(EvidenceError::Io { path, source }),
    }
}

/// Reads the first bytes of a file, as many as tell what it is, and its size.
pub(crate) fn read_start(path: &Path) -> Result<(Vec<u8>, u64), EvidenceError> {
    must_be_file(path)?;
    let read = || {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        Ok((read_sample(&mut file)?, size))
    };
    read().map_err(|source| EvidenceError::Io { path: path.to_owned(), source })
}

/// Reads the first bytes of a file, in one go.
fn read_sample(file: &mut File) -> io::Result<Vec<u8>> {
    // With too little room it would be read in small pieces.
    let mut bytes = Vec::with_capacity(SAMPLE);
    file.take(SAMPLE_SIZE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Refuses what is no regular file, before it is opened: opening a pipe would wait for its writer.
fn must_be_file(path: &Path) -> Result<(), EvidenceError> {
    let path = path.to_owned();
    match fs::metadata(&path) {
        Ok(kind) if kind.is_dir() => Err(EvidenceError::IsFolder { path }),
        Ok(kind) if !kind.is_file() => Err(EvidenceError::NotAFile { path }),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(EvidenceError::NotFound { path })
        }
        Err(source) => Err(EvidenceError::Io { path, source }),
    }
}

enum ReadStop {
    NotAHive(NotAHive),
    TooLarge(u64),
}

fn read_bytes(
    path: &Path,
    wanted: Wanted,
    reading: Reading,
) -> io::Result<Result<Stored, ReadStop>> {
    let mut file = File::open(path)?;
    let bytes = read_sample(&mut file)?;
    let is_packed = packing::packing(&bytes).is_some();
    if wanted == Wanted::Hives
        && let Some(reason) = identify(&bytes)
        && !is_packed
    {
        return Ok(Err(ReadStop::NotAHive(reason)));
    }
    let size = file.metadata()?.len();
    if size > LARGEST_HIVE {
        return Ok(Err(ReadStop::TooLarge(size)));
    }
    let file = match reading {
        Reading::Read => file,
        // It is read once, to be expanded.
        #[cfg(feature = "mmap")]
        Reading::Mapped if is_packed => file,
        #[cfg(feature = "mmap")]
        Reading::Mapped => match Stored::map(file, size) {
            Ok(mapped) => return Ok(Ok(mapped)),
            Err(file) => file,
        },
    };
    read_on(file, bytes, size).map(|bytes| Ok(bytes.into()))
}

/// Reads the rest of a file of a size, behind what was read of it.
fn read_on(file: File, mut bytes: Vec<u8>, size: u64) -> io::Result<Vec<u8>> {
    // Reserved at once: growing by doubling would for a moment need three times the file's size. Should
    // the file grow meanwhile, the reading goes on, up to the limit.
    let read = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let rest = usize::try_from(size.saturating_sub(read)).unwrap_or(usize::MAX);
    bytes.try_reserve_exact(rest)?;
    file.take(LARGEST_HIVE.saturating_sub(read)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_the_memory_of_its_size_and_no_more() {
        let path =
            std::env::temp_dir().join(format!("coldhive-evidence-size-{}", std::process::id()));
        let mut expected = vec![0; 4100];
        expected.resize(1_000_000, 7);
        fs::write(&path, &expected).unwrap();
        let mut file = File::open(&path).unwrap();
        let mut start = vec![0; 4100];
        file.read_exact(&mut start).unwrap();
        let bytes = read_on(file, start, 1_000_000);
        fs::remove_file(&path).unwrap();
        let bytes = bytes.unwrap();
        assert_eq!(bytes, expected);
        assert_eq!(bytes.capacity(), expected.len());
    }
}
