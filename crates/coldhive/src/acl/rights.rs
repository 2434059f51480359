//! Rights, as reports show them and as people write them.

use coldhive_security::{AccessMask, AclState, SecurityDescriptorBuf};
use serde::Serialize;
use thiserror::Error;

/// What changes a key or lets somebody change it: the rights that [`Case::writable_by`](crate::Case::writable_by)
/// asks for where nothing else is said.
pub const WRITING_RIGHTS: AccessMask = AccessMask::KEY_SET_VALUE
    .union(AccessMask::KEY_CREATE_SUB_KEY)
    .union(AccessMask::KEY_CREATE_LINK)
    .union(AccessMask::DELETE)
    .union(AccessMask::WRITE_DAC)
    .union(AccessMask::WRITE_OWNER);

/// A set of rights in all its forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rights {
    /// The access mask.
    pub mask: AccessMask,
    /// In the registry's words, as `KEY_READ` or `QUERY_VALUE | SET_VALUE`; `""` for none.
    pub names: String,
    /// In SDDL, as `KR` or `CCDC`.
    pub sddl: String,
}

impl From<AccessMask> for Rights {
    fn from(mask: AccessMask) -> Self {
        let names = if mask.is_empty() { String::new() } else { mask.registry_names() };
        Self { mask, names, sddl: mask.sddl() }
    }
}

/// A part of a list of rights that names none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "\"{0}\" is no right of a key: write KEY_READ, SET_VALUE, KA, KR, CCDC, 0x20019 or several with commas between"
)]
pub struct UnknownRight(String);

/// Reads rights by the registry's names, by those of SDDL, or as numbers, with commas or `|` between them.
///
/// ```
/// use coldhive::security::AccessMask;
///
/// assert_eq!(coldhive::parse_rights("KR")?, AccessMask::KEY_READ);
/// assert_eq!(coldhive::parse_rights("key_read, WRITE_DAC")?.sddl(), "CCSWRPRCWD");
/// assert_eq!(coldhive::parse_rights("0x20019")?, AccessMask::KEY_READ);
/// assert!(coldhive::parse_rights("KEY_READ,").is_err());
/// # Ok::<(), coldhive::UnknownRight>(())
/// ```
///
/// # Errors
/// A part that names no right, or no part at all.
pub fn parse_rights(text: &str) -> Result<AccessMask, UnknownRight> {
    text.split([',', '|']).map(str::trim).try_fold(AccessMask::empty(), |mask, name| {
        let right = AccessMask::from_right_name(name).or_else(|| from_sddl(name));
        // To ask for nothing is to be granted it.
        let right = right.filter(|right| !right.is_empty());
        Ok(mask | right.ok_or_else(|| UnknownRight(name.to_owned()))?)
    })
}

/// The rights field of an ACE. Letters and digits alone: anything else could be another field.
fn from_sddl(text: &str) -> Option<AccessMask> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let stored: SecurityDescriptorBuf = format!("D:(A;;{text};;;WD)").parse().ok()?;
    let AclState::Present(acl) = stored.as_descriptor().dacl().ok()? else { return None };
    acl.aces().next()?.ok()?.mask()
}
