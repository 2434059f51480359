//! The second reader: asks the independent crate `nt-hive` for what coldhive read.
//!
//! Forensic practice asks that what a verdict rests on be read twice, by tools that share no code.
//! coldhive's own reader keeps each question and answer as an [`Observation`]; [`NtHiveWitness`] puts the
//! same question to nt-hive 0.3.0, by nt-hive's own path lookup from its own root, and compares.
//!
//! # Looking before asking
//!
//! nt-hive panics where it has to follow an offset of `0xFFFFFFFF`, and, where overflow checks are on,
//! at a cell of size 0. So the witness first reads, bounds-checked and by itself, all that nt-hive is about to
//! follow, and answers [`Damaged`](coldhive_hive::Confirmation::Damaged) instead of asking where that would be
//! fatal. A damaged entry of a list doesn't hide the others: nt-hive's binary search is let go where its way
//! is sound, and otherwise nt-hive is led past the entry. (It can't be led past one below an index root:
//! there, keys that the search doesn't find either are not confirmed.)
//!
//! Behind that stands `catch_unwind`, as the last net. In a program that is built with `panic = "abort"` it
//! can't catch anything, which is why the looking comes first; no hive is known that gets that far.
//!
//! What nt-hive can't read even in sound hives is listed in one place, [`Limit`].
//!
//! # Example
//!
//! ```
//! use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
//! use coldhive_hive::{Answer, Confirmation, Observation, SecondReader, Subject};
//! use coldhive_witness::NtHiveWitness;
//!
//! let mut root = KeySpec::new("SYSTEM");
//! root.at("Select").set_value(ValueSpec::dword("Current", 1));
//! let image = build(&HiveSpec::new(Version::V1_3, root))?;
//!
//! let witness = NtHiveWitness::new(&image);
//! let mut observation = Observation {
//!     key: "Select".into(),
//!     subject: Subject::Value("Current".into()),
//!     answer: Answer::Value { type_code: 4, data: vec![1, 0, 0, 0] },
//! };
//! assert_eq!(witness.confirm(&observation), Confirmation::Agrees);
//!
//! observation.answer = Answer::Value { type_code: 4, data: vec![2, 0, 0, 0] };
//! let statement = witness.explain(&observation);
//! assert_eq!(statement.confirmation, Confirmation::Differs);
//! assert_eq!(
//!     statement.reason.unwrap().to_string(),
//!     "nt-hive reads other data, from byte 0 on"
//! );
//! # Ok::<(), coldhive_forge::ForgeError>(())
//! ```
//!
//! # Licence
//!
//! nt-hive is GPL-2.0-or-later, and so is this crate and every program that links it.
//!
//! [`Observation`]: coldhive_hive::Observation
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic
    )
)]

mod ask;
mod bins;
mod compare;
mod limit;
mod list;
mod look;
mod search;
mod statement;
mod witness;

pub use ::nt_hive;
pub use limit::Limit;
pub use statement::{Reason, Statement};
pub use witness::NtHiveWitness;

/// Opens a hive with nt-hive itself, for what only nt-hive offers.
///
/// Without nt-hive's validation: that refuses dirty hives, and panics on files that don't begin with
/// `regf`. The care that [`NtHiveWitness`] takes ends here: on damaged hives, calls on what this
/// returns can panic.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, Version, build};
///
/// let image = build(&HiveSpec::new(Version::V1_5, KeySpec::new("ROOT"))).unwrap();
/// let hive = coldhive_witness::nt_hive(&image)?;
/// assert_eq!(hive.root_key_node()?.name()?.to_string_lossy(), "ROOT");
/// # Ok::<(), coldhive_witness::nt_hive::NtHiveError>(())
/// ```
///
/// # Errors
/// The image is shorter than a base block (4096 bytes).
pub fn nt_hive(image: &[u8]) -> Result<nt_hive::Hive<&[u8]>, nt_hive::NtHiveError> {
    nt_hive::Hive::without_validation(image)
}
