//! On-disk structure of the base block, the first 4096 bytes of a hive.

use serde::Serialize;

use crate::bytes::{u32_at, u64_at};
use crate::damage::Damage;
use crate::name::Name;
use crate::offset::CellOffset;
use crate::time::FileTime;

/// The base block's length in the file, in bytes.
pub(crate) const BASE_BLOCK_SIZE: usize = 4096;
/// The part with the fields and their checksum, in bytes: a hive has at least that much.
pub(crate) const FIELDS_SIZE: usize = 512;
const CHECKSUM_OFFSET: usize = 508;

/// The base block: what a hive says of itself.
#[derive(Clone, Copy, Debug)]
pub struct BaseBlock<'i> {
    bytes: &'i [u8],
}

/// Fields that only newer systems write ("regf" notes: Vista and Windows 8 on).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewerFields {
    /// Flags at offset 144: 1 = a transaction was pending, 2 = defragmented.
    pub flags: u32,
    /// When the hive was last reorganized (Windows 8 and later), 0 = never.
    pub last_reorganized: u64,
    /// Whether the signature `rmtm` of the transaction manager fields stands at offset 164.
    pub has_transaction_fields: bool,
    /// Whether offreg.dll left its mark `OfRg` at 168 or 176.
    pub written_by_offreg: bool,
}

impl<'i> BaseBlock<'i> {
    /// Takes the first bytes of a file. Fields that the file is too short for read as zero.
    pub(crate) fn new(file: &'i [u8]) -> Self {
        Self { bytes: file.get(..BASE_BLOCK_SIZE).unwrap_or(file) }
    }

    fn u32(&self, offset: usize) -> u32 {
        u32_at(self.bytes, offset).unwrap_or(0)
    }

    fn u64(&self, offset: usize) -> u64 {
        u64_at(self.bytes, offset).unwrap_or(0)
    }

    /// The signature, `regf`.
    #[must_use]
    pub fn signature(&self) -> [u8; 4] {
        self.u32(0).to_le_bytes()
    }

    /// The primary sequence number: raised before a write.
    #[must_use]
    pub fn primary_sequence(&self) -> u32 {
        self.u32(4)
    }

    /// The secondary sequence number: raised after a write.
    #[must_use]
    pub fn secondary_sequence(&self) -> u32 {
        self.u32(8)
    }

    /// When the hive was last written. Zero in many sound hives.
    #[must_use]
    pub fn last_written(&self) -> FileTime {
        FileTime::new(self.u64(12))
    }

    /// The major version, 1.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.u32(20)
    }

    /// The minor version: 1 (NT 3.1) to 6 (layered keys); 3 is NT 4.0's, 5 XP's and later.
    #[must_use]
    pub fn minor(&self) -> u32 {
        self.u32(24)
    }

    /// The version of the format, as `1.3`.
    #[must_use]
    pub fn format(&self) -> String {
        format!("{}.{}", self.major(), self.minor())
    }

    /// The file type: 0 for a primary file.
    #[must_use]
    pub fn file_type(&self) -> u32 {
        self.u32(28)
    }

    /// The file format: 1, "direct memory load".
    #[must_use]
    pub fn file_format(&self) -> u32 {
        self.u32(32)
    }

    /// Where the root key's cell stands.
    #[must_use]
    pub fn root_cell(&self) -> CellOffset {
        CellOffset::new(self.u32(36))
    }

    /// The size of the hive bins data, in bytes.
    #[must_use]
    pub fn hive_bins_size(&self) -> u32 {
        self.u32(40)
    }

    /// The clustering factor: the sector size of the disk divided by 512.
    #[must_use]
    pub fn clustering_factor(&self) -> u32 {
        self.u32(44)
    }

    /// The tail of the file's name as Windows knew it, up to the first NUL.
    #[must_use]
    pub fn file_name(&self) -> String {
        let field = self.bytes.get(48..112).unwrap_or(&[]);
        Name::utf16le(field).to_string().split('\0').next().unwrap_or("").to_owned()
    }

    /// The fields that Vista and later write.
    #[must_use]
    pub fn newer_fields(&self) -> NewerFields {
        let mark = u32::from_le_bytes(*b"OfRg");
        let written_by_offreg = self.u32(168) == mark || self.u32(176) == mark;
        NewerFields {
            flags: self.u32(144),
            last_reorganized: if self.u32(168) == mark { 0 } else { self.u64(168) },
            has_transaction_fields: self.u32(164) == u32::from_le_bytes(*b"rmtm"),
            written_by_offreg,
        }
    }

    /// The stored checksum.
    #[must_use]
    pub fn checksum(&self) -> u32 {
        self.u32(CHECKSUM_OFFSET)
    }

    /// The checksum that the other fields give: the XOR of the first 127 dwords, never 0 or `0xFFFFFFFF`.
    #[must_use]
    pub fn expected_checksum(&self) -> u32 {
        let xor = (0..CHECKSUM_OFFSET).step_by(4).fold(0, |xor, offset| xor ^ self.u32(offset));
        match xor {
            0 => 1,
            u32::MAX => 0xFFFF_FFFE,
            xor => xor,
        }
    }

    /// Whether the checksum holds.
    #[must_use]
    pub fn checksum_holds(&self) -> bool {
        self.checksum() == self.expected_checksum()
    }

    /// Whether writes were under way when the file was copied: its newest changes may stand in the
    /// transaction logs alone.
    #[must_use]
    pub fn is_dirty(&self) -> bool {
        !self.checksum_holds() || self.primary_sequence() != self.secondary_sequence()
    }

    /// Whether it says that the file is the mirror (`.ALT`) of a hive of Windows NT or 2000, which is a
    /// whole hive too. From XP on the same number marks logs.
    fn is_mirror(&self) -> bool {
        self.file_type() == 1 && self.minor() <= 3
    }

    /// What is wrong with the base block, given the number of bytes that follow it in the file.
    pub(crate) fn check(&self, available: u32) -> Vec<Damage> {
        let mut damage = Vec::new();
        if self.signature() != *b"regf" {
            damage.push(Damage::BaseSignature { found: self.u32(0).swap_bytes() });
        }
        if !self.checksum_holds() {
            damage.push(Damage::Checksum {
                expected: self.expected_checksum(),
                found: self.checksum(),
            });
        }
        if self.major() != 1 || !(1..=6).contains(&self.minor()) {
            damage.push(Damage::Version { major: self.major(), minor: self.minor() });
        }
        if !(self.file_type() == 0 || self.is_mirror()) || self.file_format() != 1 {
            damage
                .push(Damage::FileType { file_type: self.file_type(), format: self.file_format() });
        }
        let said = self.hive_bins_size();
        if said == 0 || !said.is_multiple_of(4096) {
            damage.push(Damage::BinsSize { said });
        }
        if said > available {
            damage.push(Damage::Truncated { said, found: available });
        }
        damage
    }
}
