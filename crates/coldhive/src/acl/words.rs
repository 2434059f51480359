//! Descriptors and their entries in plain words.

use std::collections::HashMap;

use coldhive_security::{
    AccessMask, Ace, AceFlags, AceType, Acl, AclState, Control, GenericMapping, SecurityDescriptor,
    Sid,
};
use serde::Serialize;

use super::descriptor::Trustee;
use super::rights::Rights;

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

/// What an entry does, to whom, and where, in a line.
pub(super) fn plain(ace: &Ace<'_>) -> String {
    let (Some(sid), Some(mask)) = (ace.sid(), ace.mask()) else {
        return format!("is of type {}, which is not understood", ace.ace_type());
    };
    let verb = match ace.ace_type() {
        AceType::ACCESS_ALLOWED => "allows",
        AceType::ACCESS_ALLOWED_CALLBACK => "allows, if its condition holds,",
        AceType::ACCESS_ALLOWED_OBJECT | AceType::ACCESS_ALLOWED_CALLBACK_OBJECT => {
            "allows, for objects of a class,"
        }
        AceType::ACCESS_DENIED => "denies",
        AceType::ACCESS_DENIED_CALLBACK => "denies, if its condition holds,",
        AceType::ACCESS_DENIED_OBJECT | AceType::ACCESS_DENIED_CALLBACK_OBJECT => {
            "denies, for objects of a class,"
        }
        AceType::SYSTEM_AUDIT => match audited(ace.flags()) {
            "" => "audits neither success nor failure of",
            "success" => "audits when it succeeds:",
            "failure" => "audits when it fails:",
            _ => "audits whether it succeeds or fails:",
        },
        other => {
            return format!("is of type {other} for {}{}", named(&sid), applies_to(ace.flags()));
        }
    };
    format!("{verb} {} {}{}", named(&sid), mask.registry_names(), applies_to(ace.flags()))
}

fn audited(flags: AceFlags) -> &'static str {
    let success = flags.contains(AceFlags::SUCCESSFUL_ACCESS);
    match (success, flags.contains(AceFlags::FAILED_ACCESS)) {
        (true, true) => "both",
        (true, false) => "success",
        (false, true) => "failure",
        (false, false) => "",
    }
}

fn named(sid: &Sid) -> String {
    sid.name().map_or_else(|| sid.to_string(), str::to_owned)
}

/// Where an entry counts. A key is a container: what only objects inherit reaches no key.
fn applies_to(flags: AceFlags) -> String {
    let below = match (
        flags.contains(AceFlags::CONTAINER_INHERIT),
        flags.contains(AceFlags::NO_PROPAGATE_INHERIT),
    ) {
        (false, _) => None,
        (true, false) => Some("all keys made below it"),
        (true, true) => Some("keys made right below it"),
    };
    let place = match (flags.contains(AceFlags::INHERIT_ONLY), below) {
        (false, None) => "on this key".to_owned(),
        (false, Some(below)) => format!("on this key and {below}"),
        (true, None) => "nowhere: it is for inheritance alone, and no key inherits it".to_owned(),
        (true, Some(below)) => format!("not on this key, on {below}"),
    };
    let inherited = if flags.contains(AceFlags::INHERITED) { "; inherited" } else { "" };
    format!(", {place}{inherited}")
}

/// What is unusual and no fault, in sentences.
pub(super) fn oddities(descriptor: &SecurityDescriptor<'_>) -> Vec<String> {
    let mut odd = Vec::new();
    if matches!(descriptor.owner(), Ok(None)) {
        odd.push("there is no owner".to_owned());
    }
    if matches!(descriptor.group(), Ok(None)) {
        odd.push("there is no group".to_owned());
    }
    match descriptor.dacl() {
        Ok(AclState::Absent) => odd.push("there is no DACL: everyone may do everything".into()),
        Ok(AclState::Null) => odd.push("the DACL is NULL: everyone may do everything".into()),
        Ok(AclState::Present(acl)) if acl.ace_count() == 0 => {
            odd.push("the DACL is empty: it grants nothing to anybody".into());
        }
        Ok(AclState::Present(acl)) => odd.extend(late_denial(&acl)),
        Err(_) => {}
    }
    odd
}

/// A denial behind an entry that allows: Windows takes them as they stand, and its own editors write denials first.
fn late_denial(acl: &Acl<'_>) -> Option<String> {
    let own = |ace: &Ace<'_>| !ace.flags().contains(AceFlags::INHERITED);
    let mut aces = acl.aces().flatten().filter(own);
    aces.by_ref().find(|ace| ace.ace_type() == AceType::ACCESS_ALLOWED)?;
    let denial = aces.find(|ace| ace.ace_type() == AceType::ACCESS_DENIED)?;
    Some(format!("ACE {} denies behind entries that allow: what they allow stands", denial.index()))
}

/// What the DACL says of one trustee on the key itself: a row of the matrix.
///
/// Taken for itself: groups that a principal is in besides, and what an owner is implied, are not in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrusteeRights {
    /// Who.
    pub trustee: Trustee,
    /// What entries allow.
    pub allowed: Rights,
    /// What entries deny.
    pub denied: Rights,
    /// What hangs on a condition or on the class of an object.
    pub uncertain: Rights,
}

/// A row in the making.
#[derive(Default)]
struct Row {
    allowed: AccessMask,
    denied: AccessMask,
    uncertain: AccessMask,
}

/// A row for each trustee, in the order in which they are met; entries for inheritance alone say nothing of the key.
pub(super) fn matrix(acl: &Acl<'_>) -> Vec<TrusteeRights> {
    let mut places: HashMap<Sid, usize> = HashMap::new();
    let mut rows: Vec<(Sid, Row)> = Vec::new();
    for ace in acl.aces().flatten().filter(|ace| !ace.is_inherit_only()) {
        let (Some(sid), Some(mask)) = (ace.sid(), ace.mask()) else { continue };
        let place = *places.entry(sid).or_insert_with(|| {
            rows.push((sid, Row::default()));
            rows.len().saturating_sub(1)
        });
        let Some((_, row)) = rows.get_mut(place) else { continue };
        let open =
            GenericMapping::REGISTRY_KEY.map(mask).difference(row.allowed).difference(row.denied);
        match ace.ace_type() {
            AceType::ACCESS_ALLOWED => row.allowed |= open,
            AceType::ACCESS_DENIED => row.denied |= open,
            _ => row.uncertain |= open,
        }
    }
    rows.into_iter()
        .map(|(sid, row)| TrusteeRights {
            trustee: sid.into(),
            allowed: row.allowed.into(),
            denied: row.denied.into(),
            uncertain: row.uncertain.difference(row.allowed).difference(row.denied).into(),
        })
        .collect()
}
