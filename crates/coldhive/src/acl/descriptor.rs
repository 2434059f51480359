//! A security descriptor, whole, as data.

use coldhive_hive::KeySecurity;
use coldhive_security::{
    AccessOptions, Ace, AceFlags, AceType, Acl, AclState, Control, DescriptorError, ObjectKind,
    SddlContext, SecurityDescriptor,
};
use serde::Serialize;

use super::observations::{self, DescriptorObservation};
use super::rights::Rights;
use super::trustees::{self, Trustee, TrusteeRights};
use crate::case::Case;
use crate::files::RecordPlace;

/// Something ill-formed in a descriptor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DescriptorDamage {
    /// A stable name of what is wrong.
    pub code: &'static str,
    /// Where, in bytes from the start of the descriptor.
    pub offset: usize,
    /// What is wrong, in a sentence.
    pub message: String,
}

impl From<DescriptorError> for DescriptorDamage {
    fn from(error: DescriptorError) -> Self {
        Self { code: error.code(), offset: error.offset(), message: error.to_string() }
    }
}

/// An entry of a DACL or a SACL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AceReport {
    /// Its place in the ACL, from 0.
    pub index: u16,
    /// The type by name, or its number in hexadecimal.
    #[serde(rename = "type")]
    pub ace_type: String,
    /// The type as stored.
    pub type_code: u8,
    /// The flags by their letters in SDDL, with spaces between.
    pub flags: String,
    /// The flags as stored.
    pub flags_code: AceFlags,
    /// Whom it is about; null where the type is not understood.
    pub trustee: Option<Trustee>,
    /// Which rights it is about, as stored; null where the type is not understood, or its mask is none of rights: that of
    /// a label says what is forbidden to those below it, and attributes and policies have none.
    pub rights: Option<Rights>,
    /// The entry in SDDL; placeholders stand for what has no text.
    pub sddl: String,
    /// What it does, in a line.
    pub plain: String,
}

impl From<&Ace<'_>> for AceReport {
    fn from(ace: &Ace<'_>) -> Self {
        let flags: Vec<_> = ace.flags().letters(ace.ace_type()).collect();
        Self {
            index: ace.index(),
            ace_type: ace.ace_type().to_string(),
            type_code: ace.ace_type().0,
            flags: flags.join(" "),
            flags_code: ace.flags(),
            trustee: ace.sid().map(Trustee::from),
            rights: ace.mask().filter(|_| is_about_rights(ace.ace_type())).map(Rights::from),
            sddl: ace.to_sddl_lossy(),
            plain: plain(ace),
        }
    }
}

/// Whether the mask of such an ACE is one of rights ([MS-DTYP] 2.4.4.13, 2.4.4.15, 2.4.4.16).
const fn is_about_rights(ace_type: AceType) -> bool {
    !matches!(
        ace_type,
        AceType::SYSTEM_MANDATORY_LABEL
            | AceType::SYSTEM_RESOURCE_ATTRIBUTE
            | AceType::SYSTEM_SCOPED_POLICY_ID
    )
}

/// The entry in a line, with the words of its condition or of its attribute where they can be read.
fn plain(ace: &Ace<'_>) -> String {
    let context = SddlContext::default();
    let condition = ace.condition().and_then(|read| read.ok()?.to_sddl(&context).ok());
    let attribute = || ace.resource_attribute().and_then(|read| read.ok()?.to_sddl(&context).ok());
    let line = ace.line(ObjectKind::RegistryKey);
    match condition.or_else(attribute) {
        Some(text) => line.with_text(&text).to_string(),
        None => line.to_string(),
    }
}

/// A DACL or a SACL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AclPart {
    /// `absent`, `null`, `empty`, `populated` or `unreadable`.
    pub state: &'static str,
    /// The revision; null where there is no ACL.
    pub revision: Option<u8>,
    /// Bytes of the whole ACL, as its header says.
    pub size: Option<usize>,
    /// Bytes behind the last entry, which is legal and common.
    pub slack: Option<usize>,
    /// The entries that could be read, in stored order. What is wrong with others stands in the damage.
    pub aces: Vec<AceReport>,
}

impl AclPart {
    fn of(state: Result<AclState<'_>, DescriptorError>) -> Self {
        let acl = state.as_ref().ok().and_then(AclState::acl);
        Self {
            state: state.as_ref().map_or("unreadable", AclState::name),
            revision: acl.map(|acl| acl.revision()),
            size: acl.map(|acl| acl.size()),
            slack: acl.map(|acl| acl.slack()),
            aces: acl
                .iter()
                .flat_map(Acl::aces)
                .flatten()
                .map(|ace| AceReport::from(&ace))
                .collect(),
        }
    }
}

/// A key's security descriptor and the record that holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DescriptorReport {
    /// Where the security record (`sk`) stands.
    pub record: RecordPlace,
    /// How many keys the record says use it.
    pub references: u32,
    /// Bytes of the descriptor.
    pub size: usize,
    /// The control flags as stored.
    pub control: Control,
    /// The control flags that are set, each in words.
    pub control_words: Vec<String>,
    /// The owner; null where there is none or it can't be read.
    pub owner: Option<Trustee>,
    /// The group; null where there is none or it can't be read.
    pub group: Option<Trustee>,
    /// The DACL: who may do what.
    pub dacl: AclPart,
    /// The SACL: what is audited, and labels.
    pub sacl: AclPart,
    /// What each trustee may do with the key by itself; empty where the owner or the DACL is ill-formed.
    pub trustees: Vec<TrusteeRights>,
    /// The whole in SDDL; placeholders stand for what has no text.
    pub sddl: String,
    /// Why the SDDL doesn't say all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sddl_problem: Option<String>,
    /// What is ill-formed.
    pub damage: Vec<DescriptorDamage>,
    /// What is unusual and no fault.
    pub observations: Vec<DescriptorObservation>,
}

impl DescriptorReport {
    pub(crate) fn of(
        case: &Case,
        record: &KeySecurity<'_>,
        descriptor: &SecurityDescriptor<'_>,
        ways: &[AccessOptions],
    ) -> Self {
        let (sddl, sddl_problem) = match descriptor.to_sddl() {
            Ok(text) => (text, None),
            Err(problem) => (descriptor.to_sddl_lossy(), Some(problem.to_string())),
        };
        Self {
            record: RecordPlace::of(case, record.cell(), record.file_offset()),
            references: record.reference_count(),
            size: descriptor.bytes().len(),
            control: descriptor.control(),
            control_words: observations::control(descriptor.control()),
            owner: descriptor.owner().ok().flatten().map(Trustee::from),
            group: descriptor.group().ok().flatten().map(Trustee::from),
            trustees: trustees::matrix(descriptor, ways).unwrap_or_default(),
            dacl: AclPart::of(descriptor.dacl()),
            sacl: AclPart::of(descriptor.sacl()),
            sddl,
            sddl_problem,
            damage: descriptor.check().into_iter().map(DescriptorDamage::from).collect(),
            observations: observations::all(descriptor),
        }
    }
}
