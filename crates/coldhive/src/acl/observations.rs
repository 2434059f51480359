//! What stands out in a descriptor: its control flags in words, and what is legal and worth knowing.

use coldhive_security::{AclState, Control, SecurityDescriptor};
use serde::Serialize;

/// Something unusual that is no fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DescriptorObservation {
    /// A stable name of what it is.
    pub code: &'static str,
    /// Where, in bytes from the start of the descriptor; null for what is not there.
    pub offset: Option<usize>,
    /// What it is, in a sentence.
    pub message: String,
}

/// The control flags: letters of [MS-DTYP] 2.4.6 and what they say.
const CONTROL: [(Control, &str, &str); 16] = [
    (Control::OWNER_DEFAULTED, "OD", "the owner came by default"),
    (Control::GROUP_DEFAULTED, "GD", "the group came by default"),
    (Control::DACL_PRESENT, "DP", "there is a DACL"),
    (Control::DACL_DEFAULTED, "DD", "the DACL came by default"),
    (Control::SACL_PRESENT, "SP", "there is a SACL"),
    (Control::SACL_DEFAULTED, "SD", "the SACL came by default"),
    (Control::DACL_TRUSTED, "DT", "the DACL is trusted"),
    (Control::SERVER_SECURITY, "SS", "a server's descriptor"),
    (Control::DACL_COMPUTED_INHERITANCE_REQUIRED, "DC", "inheritance of the DACL was asked for"),
    (Control::SACL_COMPUTED_INHERITANCE_REQUIRED, "SC", "inheritance of the SACL was asked for"),
    (Control::DACL_AUTO_INHERITED, "DI", "the DACL takes part in automatic inheritance"),
    (Control::SACL_AUTO_INHERITED, "SI", "the SACL takes part in automatic inheritance"),
    (Control::DACL_PROTECTED, "PD", "the DACL takes nothing from the key above"),
    (Control::SACL_PROTECTED, "PS", "the SACL takes nothing from the key above"),
    (Control::RM_CONTROL_VALID, "RM", "a resource manager's byte counts"),
    (Control::SELF_RELATIVE, "SR", "self-relative"),
];

/// Each control flag that is set, as `DP: there is a DACL`.
pub(super) fn control(flags: Control) -> Vec<String> {
    let set = CONTROL.iter().filter(|(flag, ..)| flags.contains(*flag));
    set.map(|(_, letters, words)| format!("{letters}: {words}")).collect()
}

/// What is unusual: first what is missing, then what the bytes show.
pub(super) fn all(descriptor: &SecurityDescriptor<'_>) -> Vec<DescriptorObservation> {
    let mut found = Vec::new();
    let mut missing = |code, message: &str| {
        found.push(DescriptorObservation { code, offset: None, message: message.into() });
    };
    if matches!(descriptor.owner(), Ok(None)) {
        missing("no_owner", "there is no owner");
    }
    if matches!(descriptor.group(), Ok(None)) {
        missing("no_group", "there is no group");
    }
    let dacl = descriptor.dacl();
    match &dacl {
        Ok(AclState::Absent) => missing("no_dacl", "there is no DACL: everyone may do everything"),
        Ok(AclState::Null) => missing("null_dacl", "the DACL is NULL: everyone may do everything"),
        Ok(AclState::Present(acl)) if acl.ace_count() == 0 => {
            missing("empty_dacl", "the DACL is empty: it grants nothing to anybody");
        }
        Ok(AclState::Present(_)) | Err(_) => {}
    }
    let order = dacl.as_ref().ok().and_then(AclState::acl).and_then(|acl| acl.out_of_order());
    found.extend(order.map(|order| DescriptorObservation {
        code: "out_of_order",
        offset: Some(order.offset),
        message: format!("{order}: Windows takes entries as they stand"),
    }));
    found.extend(descriptor.oddities().map(|oddity| DescriptorObservation {
        code: oddity.code(),
        offset: Some(oddity.offset()),
        message: oddity.to_string(),
    }));
    found
}
