//! What is reported of any key: where it stands, when it was written, who owns it.

use coldhive_hive::{CellOffset, DamageReport, FileTime, Key, sort_damage};
use coldhive_security::{DescriptorError, SecurityDescriptor, Sid};
use serde::Serialize;

/// A key's evidence and security, owned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyFacts {
    /// The path from the hive's root, as stored.
    pub path: String,
    /// The cell of the key node, relative to the hive bins data.
    pub cell: CellOffset,
    /// Where the node's first byte stands in the file.
    pub file_offset: u64,
    /// When the key was last written (UTC).
    pub last_written: FileTime,
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
        let (mut owner, mut sddl, mut security_problem) = (None, None, None);
        match descriptor(key) {
            Ok(descriptor) => {
                owner = descriptor.owner().ok().flatten();
                match descriptor.to_sddl() {
                    Ok(text) => sddl = Some(text),
                    Err(problem @ DescriptorError::NoTextForm { .. }) => {
                        sddl = Some(descriptor.to_sddl_lossy());
                        security_problem = Some(problem.to_string());
                    }
                    Err(problem) => {
                        security_problem =
                            Some(format!("the security descriptor is ill-formed: {problem}"));
                    }
                }
            }
            Err(problem) => security_problem = Some(problem),
        }
        let mut damage: Vec<_> = key.check().iter().map(coldhive_hive::Damage::report).collect();
        sort_damage(&mut damage);
        Self {
            path: stored_path(key),
            cell: key.cell(),
            file_offset: key.file_offset(),
            last_written: key.last_written(),
            owner: owner.map(|owner| owner.to_string()),
            owner_name: owner.as_ref().and_then(Sid::name).map(str::to_owned),
            sddl,
            security_problem,
            damage,
        }
    }
}

/// The path with names as they are stored; where a parent can't be read, from there on.
fn stored_path(key: &Key<'_>) -> String {
    key.path().unwrap_or_else(|_| format!("...\\{}", key.readable_name()))
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
