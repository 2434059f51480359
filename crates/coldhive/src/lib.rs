//! coldhive answers questions about a Windows SYSTEM hive that was copied off a machine: what stands
//! under `Services\Winsock`, who may touch it, what is damaged, and whether the hive shows a known
//! fault. No live Windows is needed, and the hive is never written to.
//!
//! # From a file to a verdict
//!
//! **Open it.** A [`Case`] is one hive with the files that belong to it: transaction logs and the mirror beside it are
//! found, a dirty hive is recovered in memory, compressed copies and exported texts are taken too. What was done, and what
//! is wrong with the hive, is said and never fatal.
//!
//! ```
//! use coldhive::Case;
//!
//! let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
//! let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
//! assert!(case.recovery_note().is_none(), "the primary is clean");
//! assert_eq!(case.hive().damage(), []);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Ask what stands there.** [`Case::system`] lends the hive as what it means: control sets, product, services, the Winsock
//! subtree. A lookup has four answers, found, absent, unreadable and obscured, and a value is read as a
//! [`Reading`](system::Reading); every view offers its raw [`Key`](hive::Key).
//!
//! ```
//! # use coldhive::Case;
//! use coldhive::system::Selector;
//!
//! # let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
//! # let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
//! let system = case.system();
//! let set = &system.select(Selector::Current)?.sets[0];
//! assert_eq!(system.product(set).family.to_string(), "Windows NT 4.0");
//! let winsock = system.winsock(set).found().ok_or("no key Winsock")?;
//! let parameters = winsock.parameters().found().ok_or("no key Parameters")?;
//! let transports = parameters.transports().ok().ok_or("no list")?;
//! assert!(!transports.contains("Clusnet"), "which is the fault");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **Ask who may.** [`Case::acl`] shows a key's security descriptor and what declared SIDs may do with it, and
//! [`Case::writable_by`] lists every key that they may change. Where membership isn't known, the answer is an interval.
//!
//! **Ask what changed.** [`Case::diff`] compares control sets of a hive, or two hives.
//!
//! **Get a verdict.** [`Case::check`] evaluates rules: those of this crate, or yours from a file, a text or built in code
//! ([`rules::Rule`]). Each check names the records that it rests on, with their offsets, and *unknown* is an answer.
//!
//! ```
//! # use coldhive::Case;
//! use coldhive::CheckOptions;
//! use coldhive::rules::{Outcome, RuleSet};
//!
//! # let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
//! # let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
//! let verdicts = case.check(&RuleSet::built_in()?, &CheckOptions::default());
//! assert_eq!(verdicts[0].outcome, Outcome::Fail);
//! let wrong: Vec<_> = verdicts[0].failed_checks().map(|check| check.id.as_str()).collect();
//! assert_eq!(wrong, ["provider-key", "transports"]);
//! let evidence = &verdicts[0].checks[0].evidence[0];
//! assert!(evidence.file_offset.is_some() && evidence.last_written.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Reports are data: all of them are `Serialize`. [`Case::export`] gives every key and value, past all damage.
//!
//! The parts are crates of their own, lent here: [`hive`] reads the format, [`security`] the
//! descriptors, [`system`] knows what a SYSTEM hive means, [`rules`] judges, and [`eventlog`] reads logs beside the hive.
//!
//! # Features and licences
//! - `witness` (default): reads everything that a verdict rests on a second time, with the crate
//!   nt-hive. nt-hive is GPL-2.0-or-later, and so is then every program that links this crate.
//! - `cases` (default): runs the cases by which a rule carries its own proof, over hives made in memory.
//! - `mmap`: hives may be mapped into memory instead of read ([`OpenOptions::reading`]), so that only the pages which an
//!   answer needs are read. It adds the crate memmap2 and one call that Rust can't vouch for.
//! - With `default-features = false` this crate is `MIT OR Apache-2.0`, and evidence is read once.
#![forbid(unsafe_code)]
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

mod acl;
mod as_they_come;
mod browse;
mod case;
#[cfg(feature = "cases")]
pub mod cases;
mod cure;
mod deleted;
mod diff;
mod export;
mod field;
mod files;
mod info;
mod key_path;
mod locate;
mod logs;
mod machine;
mod open;
pub mod output;
mod report;
mod sd;
mod verify;
mod winsock;

pub use acl::{
    ACL_SCHEMA, AccessQuestion, AccessReport, AceReport, AclKey, AclPart, AclReport,
    DecisionReport, DeclaredToken, DescriptorDamage, DescriptorObservation, DescriptorReport,
    Granted, OsRules, Rights, RulesUsed, Trustee, TrusteeRights, UnknownOsRules, UnknownRight,
    WRITING_RIGHTS, Writable, WritableBy, WritableDescriptor, WritableKey, WritableKeys,
    WritableTotals, parse_rights,
};
pub use browse::{
    DecodedData, GET_SCHEMA, GetReport, KEY_LIST_SCHEMA, KeyAnswer, KeyDetails, KeyListReport,
    SubkeyReport, TREE_SCHEMA, TreeBranch, TreeOptions, TreeReport, ValueAnswer, ValueLine,
    ValueReport,
};
pub use case::{Beside, Case, CheckOptions, SAMPLE_MARK};
pub use cure::{Before, Change, ChangeKind, Content, Cure, KeyPermissions, LeftOut, Source};
pub use deleted::{DELETED_SCHEMA, DeletedReport};
pub use diff::{
    ByteDifference, DIFF_SCHEMA, DataDifference, DescriptorState, Diff, DiffCounts, DiffError,
    DiffKind, DiffOptions, DiffPlace, DiffSide, DiffTotals, Differences, KeyChange, KeyDifference,
    KeyPart, KeySide, ListDifference, ListEntry, SecurityChange, SecurityDifference, TrusteeChange,
    ValueDifference, ValuePart, ValueSide,
};
pub use export::{EndRecord, Export, ExportRecord, HiveRecord, KeyRecord, ValueRecord};
pub use field::Field;
pub use files::{OriginRun, RecordPlace};
pub use info::{INFO_SCHEMA, Info, RootInfo, SelectInfo};
pub use key_path::{key_path_readings, show_key_name, show_key_path, show_value_name};
pub use logs::{LogError, LogFile};
pub use machine::{MachineReport, ProfileReport, ProfilesReport, SoftwareReport, TimeZoneReport};
pub use open::{Logs, OpenError, OpenOptions};
pub use report::{REPORT_SCHEMA, Report, ReportError};
pub use sd::{SdError, SdOptions, decode_sd, encode_sd};
pub use verify::{VERIFY_SCHEMA, VerifyReport};
pub use winsock::{
    ApplicationReport, AutodialReport, CatalogEntries, ChainLink, DescriptorUse, FactReport,
    FamilyCount, KeyPlace, LinkageReport, ListComparison, ListReport, MigrationReport, MissingKey,
    NameSpaceCatalogReport, NameSpaceReport, Outsider, ParametersReport, ProtocolCatalogReport,
    ProtocolEntry, ProviderReport, RestsOn, SideBySide, SideDifference, SideRow, Stands,
    StoredList, TransportProtocolReport, TransportReport, Tree, TreeKey, TreeValue, UnknownReport,
    WINSOCK_SCHEMA, WellKnownGuidReport, Winsock2Report, WinsockReport, WinsockSecurity,
    WinsockServiceReport, WinsockView,
};

pub use coldhive_eventlog as eventlog;
pub use coldhive_forge::reg::CodePage;
pub use coldhive_hive as hive;
pub use coldhive_rules as rules;
pub use coldhive_security as security;
pub use coldhive_system as system;
#[cfg(feature = "witness")]
pub use coldhive_witness as witness;
#[cfg(feature = "witness")]
pub use nt_hive;

/// The README's code is compiled with the tests.
#[cfg(all(doctest, feature = "witness"))]
#[doc = include_str!("../../../README.md")]
struct Readme;
