//! Security of keys as reports: one key's descriptor whole, and every key that a token may write.

mod access;
mod descriptor;
mod observations;
mod rights;
mod trustees;
mod writable;

use coldhive_hive::{Damage, FileTime, Key, Lookup};
use coldhive_rules::HiveInfo;
use coldhive_security::{DescriptorError, SecurityDescriptor};
use coldhive_system::{Located, NO_SECURITY};
use serde::Serialize;

use crate::browse::finding;
use crate::case::Case;
use crate::files::RecordPlace;
use crate::locate::{explain, locate};
pub use access::{
    AccessQuestion, AccessReport, DecisionReport, DeclaredToken, Granted, OsRules, RulesUsed,
    UnknownOsRules,
};
pub use descriptor::{AceReport, AclPart, DescriptorDamage, DescriptorReport};
pub use observations::DescriptorObservation;
pub use rights::{Rights, UnknownRight, WRITING_RIGHTS, parse_rights};
pub use trustees::{Trustee, TrusteeRights};
pub use writable::{
    Writable, WritableBy, WritableDescriptor, WritableKey, WritableKeys, WritableTotals,
};

/// The version of the JSON form of [`AclReport`] and of [`WritableBy`].
pub const ACL_SCHEMA: &str = "coldhive.acl/1";

/// A key's security descriptor, whole, and what a token may do with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AclReport {
    /// [`ACL_SCHEMA`].
    pub schema: &'static str,
    /// The hive.
    pub hive: HiveInfo,
    /// The path as it was asked for.
    pub asked: String,
    /// `found`, `absent`, `unreadable` or `obscured`.
    pub finding: &'static str,
    /// Why there is no key, no descriptor, or not a sound one.
    pub problem: Option<String>,
    /// The key, where it was found.
    pub key: Option<AclKey>,
    /// The descriptor, where one can be read.
    pub descriptor: Option<DescriptorReport>,
    /// What the token may do, if one was declared and the descriptor is well formed enough.
    pub access: Option<AccessReport>,
    /// What else is to be said of the hive.
    pub notes: Vec<String>,
}

/// A key, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AclKey {
    /// The path below `HKLM\SYSTEM`, names as stored; `""` for `HKLM\SYSTEM` itself.
    pub path: String,
    /// The symbolic links that led there, by their paths in the file.
    pub links: Vec<String>,
    /// Where the key node (`nk`) stands; null where the source has no records.
    pub node: Option<RecordPlace>,
    /// When the key was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
}

impl AclKey {
    /// The key that was found, if one was.
    pub(crate) fn of(case: &Case, located: &Located<'_>) -> Option<Self> {
        let Lookup::Found(key) = &located.answer else { return None };
        let lacks = case.system().lacks();
        let node = RecordPlace::of(case, key.cell(), key.file_offset());
        Some(Self {
            path: located.shown().unwrap_or_else(|| located.asked.clone()),
            links: located.links.iter().map(|link| link.path.clone()).collect(),
            node: (!lacks.records).then_some(node),
            last_written: (!lacks.times).then(|| key.last_written()),
        })
    }
}

impl AclReport {
    /// Whether all of the descriptor could be read.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.problem.is_none() && self.descriptor.is_some()
    }
}

impl Case {
    /// Reads the security descriptor of a key, by its path below `HKLM\SYSTEM` (with that prefix or without), and
    /// answers what a token may do with it.
    ///
    /// Nothing is an error: a key that isn't there, or of which nothing can be read, gives a report that says so.
    ///
    /// ```
    /// use coldhive::security::AccessMask;
    /// use coldhive::{AccessQuestion, Case, Granted};
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-sound.SYSTEM"))?;
    /// let everyone = AccessQuestion::new("WD".parse()?).rights(AccessMask::KEY_SET_VALUE);
    /// let report = case.acl(r"HKLM\SYSTEM\CurrentControlSet\Services\Winsock", Some(&everyone), false);
    ///
    /// let descriptor = report.descriptor.ok_or("no descriptor")?;
    /// assert_eq!(descriptor.owner.and_then(|owner| owner.name).as_deref(), Some("BUILTIN\\Administrators"));
    /// assert_eq!(report.access.and_then(|access| access.answer), Some(Granted::NotGranted));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn acl(&self, key: &str, question: Option<&AccessQuestion>, hash: bool) -> AclReport {
        let system = self.system();
        let located = locate(&system, key);
        let mut report = AclReport {
            schema: ACL_SCHEMA,
            hive: self.hive_info(hash),
            asked: key.to_owned(),
            finding: finding(&located.answer),
            problem: None,
            key: None,
            descriptor: None,
            access: None,
            notes: layered_note(self).into_iter().collect(),
        };
        match &located.answer {
            Lookup::Found(found) => self.fill(&mut report, &located, found, question),
            _ => report.problem = Some(explain(&system, &located, key)),
        }
        report
    }

    fn fill(
        &self,
        report: &mut AclReport,
        located: &Located<'_>,
        key: &Key<'_>,
        question: Option<&AccessQuestion>,
    ) {
        let system = self.system();
        let lacks = system.lacks();
        let path = located.shown().unwrap_or_else(|| located.asked.clone());
        report.key = AclKey::of(self, located);
        if lacks.security {
            report.problem = Some(NO_SECURITY.into());
            return;
        }
        let record = match key.security() {
            Ok(Some(record)) => record,
            Ok(None) => {
                report.problem = Some(NO_RECORD.into());
                return;
            }
            Err(damage) => {
                report.problem = Some(unreadable_record(&damage));
                return;
            }
        };
        match SecurityDescriptor::parse(record.descriptor()) {
            Ok(descriptor) => {
                let os_rules = question.map(|question| question.os_rules).unwrap_or_default();
                let rules = RulesUsed::of(os_rules, &system, &path);
                report.problem = descriptor.check().into_iter().next().map(ill_formed);
                report.descriptor =
                    Some(DescriptorReport::of(self, &record, &descriptor, rules.ways));
                let Some(question) = question else { return };
                match AccessReport::of(&descriptor, question, rules) {
                    Ok(access) => report.access = Some(access),
                    Err(error) => report.problem = Some(ill_formed(error)),
                }
            }
            Err(error) => report.problem = Some(ill_formed(error)),
        }
    }
}

/// Why nothing is said of the security of a key whose node names no record.
pub(crate) const NO_RECORD: &str = "the key has no security record";
/// Why a descriptor was not looked at in a hive that was made to keep a reader busy.
pub(crate) const SHARED_BYTES: &str =
    "not checked: the records of this hive share more bytes than it has";

/// What is said of a security record that can't be read.
pub(crate) fn unreadable_record(damage: &Damage) -> String {
    format!("the security record can't be read: {damage}")
}

/// What is to be said of a hive of which a part may stand in another one.
fn layered_note(case: &Case) -> Option<String> {
    (case.hive().base_block().minor() == 6).then(|| {
        "format 1.6 is that of differencing hives too: in one, keys and descriptors may stand in the hive below it, which is \
         not seen"
            .into()
    })
}

/// What is said of bytes that are no descriptor.
pub(crate) fn ill_formed(error: DescriptorError) -> String {
    format!("the security descriptor is ill-formed: {error}")
}
