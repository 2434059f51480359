//! Telling a hive from what is not one.

use thiserror::Error;

use crate::base_block::FIELDS_SIZE;
use crate::bytes::u32_at;

/// What a file is that isn't a hive. Each prints as what it is and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotAHive {
    /// No bytes at all.
    #[error(
        "the file is empty: copy the hive again, unless this is a transaction log, which often is empty"
    )]
    Empty,
    /// The registry format of Windows 95, 98 and Me.
    #[error(
        "this is a Windows 9x registry file (CREG), another format than the hives of Windows NT: \
         use a tool for Windows 95/98/Me registries"
    )]
    Windows9x,
    /// A file packed by COMPRESS.EXE.
    #[error(
        "these bytes are compressed by COMPRESS.EXE (SZDD), as in Repair\\system._: \
         take them as evidence, which expands them once"
    )]
    Szdd,
    /// A file packed by COMPRESS.EXE in its other format.
    #[error(
        "this file is compressed by COMPRESS.EXE (KWAJ), which is not expanded here: \
         expand it first (EXPAND.EXE, or msexpand on Linux) and give the expanded file"
    )]
    Kwaj,
    /// A cabinet.
    #[error(
        "these bytes are a cabinet (MSCF): take them as evidence, which extracts the hive from it once"
    )]
    Cabinet,
    /// A transaction log.
    #[error(
        "this is a transaction log ({kind} format), not a hive: give the primary file it belongs to"
    )]
    TransactionLog {
        /// `old` (`DIRT`) or `new` (`HvLE`).
        kind: &'static str,
    },
    /// A hive that was cut off within the fields of its base block.
    #[error(
        "the file has only {size} bytes, too few for the fields of a hive's base block (512 of its 4096): \
         copy the hive again"
    )]
    TooShort {
        /// The file's size in bytes.
        size: usize,
    },
    /// A registry export in text form.
    #[error(
        "this is a registry export in text form (.reg), not a hive: give the SYSTEM file itself"
    )]
    RegText,
    /// Some other text.
    #[error(
        "this is a text file, not a registry hive: give the SYSTEM file, as in Windows\\System32\\config"
    )]
    Text,
    /// Anything else.
    #[error(
        "this is not a registry hive: it begins with bytes {found}, not with \"regf\"; \
         give the SYSTEM file, as in Windows\\System32\\config"
    )]
    Unknown {
        /// The first bytes, in hex.
        found: String,
    },
}

/// Says what a file is if it is not a hive. A file with a hive bin in the right place is a
/// hive even where its base block is destroyed.
pub(crate) fn identify(file: &[u8]) -> Option<NotAHive> {
    if file.is_empty() {
        return Some(NotAHive::Empty);
    }
    let starts = |magic: &[u8]| file.starts_with(magic);
    let stands_at = |offset: usize, magic: &[u8]| {
        file.get(offset..).is_some_and(|rest| rest.starts_with(magic))
    };
    if starts(b"regf") {
        // Before the search for a bin: a log's pages are pages of a hive, and one that begins with a bin
        // may land at 4096. The second sector stands at 512 but on disks with larger sectors.
        let sector = sector_size(file);
        return match () {
            () if stands_at(512, b"DIRT") || stands_at(sector, b"DIRT") => {
                Some(NotAHive::TransactionLog { kind: "old" })
            }
            () if stands_at(512, b"HvLE") || stands_at(sector, b"HvLE") => {
                Some(NotAHive::TransactionLog { kind: "new" })
            }
            () if file.len() < FIELDS_SIZE => Some(NotAHive::TooShort { size: file.len() }),
            () => None,
        };
    }
    if stands_at(4096, b"hbin") {
        return None;
    }
    Some(match () {
        () if starts(b"CREG") => NotAHive::Windows9x,
        () if starts(b"SZDD") => NotAHive::Szdd,
        () if starts(b"KWAJ") => NotAHive::Kwaj,
        () if starts(b"MSCF") => NotAHive::Cabinet,
        () if is_reg_text(file) => NotAHive::RegText,
        () if is_text(file) => NotAHive::Text,
        () => NotAHive::Unknown {
            found: file
                .iter()
                .take(4)
                .map(|byte| format!("{byte:02x}"))
                .collect::<Vec<_>>()
                .join(" "),
        },
    })
}

/// The size of the sectors of the disk that a hive or log was written to, in bytes: 512 times the
/// clustering factor, where that is one of the four there are.
pub(crate) fn sector_size(file: &[u8]) -> usize {
    match u32_at(file, 44) {
        Some(2) => 1024,
        Some(4) => 2048,
        Some(8) => 4096,
        _ => 512,
    }
}

fn is_reg_text(file: &[u8]) -> bool {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    ["REGEDIT4", "Windows Registry Editor Version 5.00"].iter().any(|title| {
        file.starts_with(title.as_bytes())
            || file.strip_prefix(b"\xFF\xFE").is_some_and(|rest| rest.starts_with(&utf16(title)))
    })
}

fn is_text(file: &[u8]) -> bool {
    // A copy: text must stay text while it is looked at, and a mapped file may change underneath.
    let sample = &*file.get(..4096).unwrap_or(file).to_vec();
    let text = match std::str::from_utf8(sample) {
        Ok(text) => text,
        // The sample ends within a character.
        Err(cut) if cut.error_len().is_none() && sample.len() < file.len() => sample
            .get(..cut.valid_up_to())
            .and_then(|whole| str::from_utf8(whole).ok())
            .unwrap_or(""),
        Err(_) => return sample.starts_with(b"\xFF\xFE"),
    };
    text.chars().all(|c| !c.is_control() || c.is_ascii_whitespace())
}
