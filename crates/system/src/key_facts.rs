//! What is reported of any key: where it stands, when it was written, who owns it.

use coldhive_hive::{CellOffset, DamageReport, FileTime, Key, sort_damage};
use coldhive_security::{DescriptorError, SecurityDescriptor, Sid};
use serde::Serialize;

use crate::system::Lacks;

/// A key's evidence and security, owned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyFacts {
    /// The path from the hive's root, as stored.
    pub path: String,
    /// The cell of the key node, relative to the hive bins data; null where the source has no records.
    pub cell: Option<CellOffset>,
    /// Where the node's first byte stands in the file; null where the source has no records.
    pub file_offset: Option<u64>,
    /// When the key was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
    /// The owner's SID.
    pub owner: Option<String>,
    /// The owner's well-known name.
    pub owner_name: Option<String>,
    /// The security descriptor as SDDL.
    pub sddl: Option<String>,
    /// Why there is no SDDL.
    pub security_problem: Option<String>,
    /// What is wrong with the key.
    pub damage: Vec<DamageReport>,
}

impl KeyFacts {
    /// Collects what is to be said of a key.
    #[must_use]
    pub fn of(key: &Key<'_>) -> Self {
        let owner = descriptor(key).ok().and_then(|descriptor| descriptor.owner().ok().flatten());
        let (sddl, security_problem) = sddl(key);
        let mut damage: Vec<_> = key.check().iter().map(coldhive_hive::Damage::report).collect();
        sort_damage(&mut damage);
        Self {
            path: stored_path(key),
            cell: Some(key.cell()),
            file_offset: Some(key.file_offset()),
            last_written: Some(key.last_written()),
            owner: owner.map(|owner| owner.to_string()),
            owner_name: owner.as_ref().and_then(Sid::name).map(str::to_owned),
            sddl,
            security_problem,
            damage,
        }
    }

    /// Leaves out what the source of the hive does not tell.
    #[must_use]
    pub fn without(self, lacks: Lacks) -> Self {
        let mut facts = self;
        if lacks.records {
            (facts.cell, facts.file_offset) = (None, None);
            facts.damage.clear();
        }
        if lacks.times {
            facts.last_written = None;
        }
        if lacks.security {
            (facts.owner, facts.owner_name, facts.sddl) = (None, None, None);
            facts.security_problem = Some(NO_SECURITY.into());
        }
        facts
    }
}

/// Why nothing is said of the security of a key that an exported text tells of.
pub const NO_SECURITY: &str = "an exported text holds no security descriptors";

/// The path with names as they are stored; where a parent can't be read, from there on.
fn stored_path(key: &Key<'_>) -> String {
    key.path().unwrap_or_else(|_| format!("...\\{}", key.readable_name()))
}

/// A key's security descriptor as SDDL, or a sentence that says why there is none.
///
/// Where single ACEs have no text form, both: the text has placeholders for them.
#[must_use]
pub fn sddl(key: &Key<'_>) -> (Option<String>, Option<String>) {
    match descriptor(key) {
        Ok(descriptor) => match descriptor.to_sddl() {
            Ok(text) => (Some(text), None),
            Err(problem @ DescriptorError::NoTextForm { .. }) => {
                (Some(descriptor.to_sddl_lossy()), Some(problem.to_string()))
            }
            Err(problem) => {
                (None, Some(format!("the security descriptor is ill-formed: {problem}")))
            }
        },
        Err(problem) => (None, Some(problem)),
    }
}

/// A key's security descriptor, or a sentence that says why there is none.
///
/// # Errors
/// The sentence.
pub fn descriptor<'i>(key: &Key<'i>) -> Result<SecurityDescriptor<'i>, String> {
    match key.security() {
        Ok(Some(security)) => SecurityDescriptor::parse(security.descriptor())
            .map_err(|error| format!("the security descriptor is ill-formed: {error}")),
        Ok(None) => Err("the key has no security record".into()),
        Err(damage) => Err(format!("the security record can't be read: {damage}")),
    }
}
