//! The whole hive, its format version, and the way from description to bytes.

use crate::error::ForgeError;
use crate::fault::Fault;
use crate::key::KeySpec;
use crate::tree::Tree;
use crate::{base_block, damage, layout, stored};

/// The FILETIME of keys and hives for which nobody set one: 2000-01-01 00:00:00 UTC.
pub const DEFAULT_TIME: u64 = 0x01BF_53EB_256D_4000;

/// A version of the hive format, each named by its minor number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Version {
    /// 1.1, Windows NT 3.1: cells of 16 bytes that name the one before, names in UTF-16LE, `li` lists.
    V1_1,
    /// 1.2, Windows NT 3.5 and 3.51: cells and names as in 1.3, `li` lists.
    V1_2,
    /// 1.3, Windows NT 4.0 and 2000: `lf` lists; data over 16,344 bytes stands in one large cell.
    V1_3,
    /// 1.4, a beta of Windows XP: `lf` lists; data over 16,344 bytes in `db` segments.
    V1_4,
    /// 1.5, Windows XP and later: `lh` lists, `db` segments.
    V1_5,
    /// 1.6, layered keys: 1.5, with [`Layer`](crate::Layer) and tombstones where a key or value has them.
    V1_6,
}

impl Version {
    /// The minor version number in the base block.
    pub fn minor(self) -> u32 {
        match self {
            Version::V1_1 => 1,
            Version::V1_2 => 2,
            Version::V1_3 => 3,
            Version::V1_4 => 4,
            Version::V1_5 => 5,
            Version::V1_6 => 6,
        }
    }

    /// Every version, oldest first.
    pub const ALL: [Version; 6] =
        [Version::V1_1, Version::V1_2, Version::V1_3, Version::V1_4, Version::V1_5, Version::V1_6];

    /// Whether names can be stored as Latin-1: always UTF-16LE in 1.1.
    pub(crate) fn has_latin1_names(self) -> bool {
        self != Version::V1_1
    }

    /// Whether data of more than 16,344 bytes is kept in `db` segments.
    pub(crate) fn has_big_data(self) -> bool {
        self.minor() >= 4
    }
}

/// A hive to write: what is in it, what its base block says, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiveSpec {
    /// The format version.
    pub version: Version,
    /// The root key and all below it.
    pub root: KeySpec,
    /// The last-written time of the base block and the first hive bin, as a FILETIME.
    pub last_written: u64,
    /// The file name in the base block; what is beyond 31 UTF-16 units is left out.
    pub file_name: String,
    /// The primary and the secondary sequence number; equal in a clean hive.
    pub sequence: (u32, u32),
    /// What to break, in this order.
    pub faults: Vec<Fault>,
}

impl HiveSpec {
    /// A clean hive with no file name, sequence numbers of 1, last written at [`DEFAULT_TIME`].
    pub fn new(version: Version, root: KeySpec) -> Self {
        HiveSpec {
            version,
            root,
            last_written: DEFAULT_TIME,
            file_name: String::new(),
            sequence: (1, 1),
            faults: Vec::new(),
        }
    }

    /// Sets the file name in the base block.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = name.into();
        self
    }

    /// Sets the last-written time of the hive as a whole (a FILETIME).
    #[must_use]
    pub fn written(mut self, filetime: u64) -> Self {
        self.last_written = filetime;
        self
    }

    /// Adds a fault behind the others.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }
}

/// Writes a hive: the same description always gives the same bytes.
///
/// # Errors
///
/// A [`ForgeError`] says which key, value or fault of the description can't be written.
pub fn build(spec: &HiveSpec) -> Result<Vec<u8>, ForgeError> {
    let spec = stored::apply(spec)?;
    let spec = spec.as_ref();
    let tree = Tree::grow(spec)?;
    let laid = layout::lay_out(&tree, spec.version, spec.last_written)?;
    let mut file = base_block::encode(spec, laid.root(), laid.bins.len()).to_vec();
    file.extend_from_slice(laid.bins.bytes());
    damage::apply(spec, &tree, &laid, &mut file)?;
    Ok(file)
}
