//! coldhive answers questions about a Windows SYSTEM hive that was copied off a machine: what stands
//! under `Services\Winsock`, who may touch it, what is damaged, and whether the hive shows a known
//! fault. No live Windows is needed, and the hive is never written to.
//!
//! ```
//! use coldhive::rules::{Outcome, RuleSet};
//! use coldhive::{Case, CheckOptions};
//!
//! let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
//! let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
//! let verdicts = case.check(&RuleSet::built_in()?, &CheckOptions::default());
//! assert_eq!(verdicts[0].outcome, Outcome::Fail);
//! let wrong: Vec<_> = verdicts[0].failed_checks().map(|check| check.id.as_str()).collect();
//! assert_eq!(wrong, ["provider-key", "transports"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The parts are crates of their own, lent here: [`hive`] reads the format, [`security`] the
//! descriptors, [`system`] knows what a SYSTEM hive means, [`rules`] judges.
//!
//! # Features and licences
//! - `witness` (default): reads everything that a verdict rests on a second time, with the crate
//!   nt-hive. nt-hive is GPL-2.0-or-later, and so is then every program that links this crate.
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
mod case;
mod deleted;
mod diff;
mod export;
mod field;
mod files;
mod info;
mod locate;
mod machine;
mod open;
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
pub use case::{Beside, Case, CheckOptions, SAMPLE_MARK};
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
