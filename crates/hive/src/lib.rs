//! Reads Windows registry hives ("regf" files) as evidence.
//!
//! - [`Evidence`] is the file as it was handed in, [`Image`] the bytes that are read as the hive,
//!   [`Hive`] a small handle over them, [`Key`] and [`Value`] what stands in it.
//! - Everything is read when asked for, bounds-checked, and borrowed where it can be.
//! - No bytes make it panic or loop, and what it allocates is bounded by the file's size: a fixed
//!   number of bytes for each list entry, value and data byte that the hive has room for.
//! - [`Damage`] is a fact about the evidence and never ends the reading: iterators yield
//!   `Result<_, Damage>`, and a [`Lookup`] has four answers, so that "not there" is never said of what
//!   merely can't be seen.
//! - Security descriptors leave as bytes: the crate `coldhive-security` reads them.
//!
//! The format is that of the public "Windows registry file format specification" by M. Suhanov;
//! terms are those of that document.
#![cfg_attr(not(feature = "mmap"), forbid(unsafe_code))]
#![cfg_attr(feature = "mmap", deny(unsafe_code))]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap
    )
)]

mod base_block;
mod big_data;
mod bins;
mod bytes;
mod cell_set;
mod check;
mod damage;
mod descent;
mod duplicates;
mod evidence;
mod find;
mod hex;
mod hint;
mod hive;
mod identify;
mod image;
mod key;
mod key_walk;
mod layer;
mod link;
mod list;
mod list_check;
mod lookup;
mod map;
mod multi_string;
mod name;
mod observe;
mod offset;
mod once;
mod plain_bins;
mod provenance;
mod reach;
mod record;
mod recovery;
mod remnants;
mod security;
mod security_ring;
mod store;
mod subkeys;
mod time;
mod upcase;
mod value;
mod value_type;
mod values;
mod verify;
mod walk;

pub use base_block::{BaseBlock, NewerFields};
pub use bins::{Bin, Bins, Tile, Tiles};
pub use check::ReadValue;
pub use damage::{Damage, DamageReport, Severity, Signature, Structure, sort_damage};
pub use evidence::{
    Beside, Content, Evidence, EvidenceError, EvidenceFile, FirstLook, FoldedName, Packing,
    Reading, Role, Sha256Digest, UnpackError,
};
pub use hex::{Hex, HexBytes};
pub use hint::Hint;
pub use hive::Hive;
pub use identify::NotAHive;
pub use image::Image;
pub use key::{Key, KeyFlags};
pub use key_walk::{KeyWalk, ReadValues};
pub use layer::{Layer, LayerSemantics};
pub use link::{BrokenLink, Followed, Inside, LINK_VALUE, PassedLink, Resolution, Stop};
pub use list::SubkeyEntry;
pub use lookup::Lookup;
pub use map::{CellMap, CellTotals, Space, SpaceKind};
pub use multi_string::{MultiString, MultiStringFault, names_equal};
pub use name::Name;
pub use observe::{Answer, Confirmation, Observation, SecondReader, Subject};
pub use offset::{CellOffset, HIVE_BINS_START};
pub use once::{ListOnce, ReadOnce, Unread};
pub use provenance::{Origin, Provenance, ProvenanceRun};
pub use recovery::{FileUse, Recovery, RecoveryState, SequenceRange};
pub use remnants::{
    Certainty, Counterpart, DeletedKey, DeletedValue, KeyRemnantReport, ListRemnant, Owner,
    OwnerReport, ParentLink, Remnant, RemnantPath, RemnantReport, RemnantReports, Remnants,
    SecurityReport, ValueRemnantReport,
};
pub use security::KeySecurity;
pub use subkeys::{SubkeyEntries, Subkeys};
pub use time::FileTime;
pub use upcase::upcase_unit;
pub use value::{Value, ValueData};
pub use value_type::ValueType;
pub use values::Values;
pub use verify::{BranchCounts, Finding, SeverityCounts, Verification};
pub use walk::{Visit, Walk};
