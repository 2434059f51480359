//! The security that a key should have. A registry text carries none.

use coldhive_rules::{Principals, Verdict};
use coldhive_security::{
    AccessMask, AclState, ObjectKind, SecurityDescriptor, SecurityDescriptorBuf,
};

use super::data::KeyPermissions;
use super::sources::Sets;
use crate::acl::{AccessQuestion, Granted};

/// What Windows NT Server 4.0 Enterprise Edition has on all of `Services\Winsock`: Everyone reads, Administrators and
/// SYSTEM have full control, Server Operators all but changing permissions, for the key and for what is made below it.
pub(super) const NT4_WINSOCK: &str = "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)\
    (A;;CCDCLCSWRPSDRC;;;SO)(A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)(A;;KA;;;BA)(A;CIIO;KA;;;CO)";

/// The security that a key should have: that of the same key in another control set, where it lets those read who must,
/// else Windows NT 4.0's own.
pub(super) fn permissions(
    sets: &Sets<'_>,
    verdict: &Verdict,
    key: &str,
    check: &str,
    found: &str,
) -> KeyPermissions {
    let questions = questions(verdict);
    let elsewhere = sets.others.iter().find_map(|set| {
        let path = format!("{}\\{key}", set.name);
        let sddl = sound(sets, &path, questions.as_deref()?)?;
        let good = if set.last_known_good { ", the last known good one" } else { "" };
        Some((sddl, format!("the same key in {}{good}", set.name)))
    });
    let (sddl, from) = elsewhere.unwrap_or_else(|| {
        (
            NT4_WINSOCK.into(),
            "what Windows NT Server 4.0 Enterprise Edition has on Services\\Winsock, because no other control set has \
             permissions for the key that let SYSTEM and the Cluster service's account read it"
                .into(),
        )
    });
    KeyPermissions {
        key: key.to_owned(),
        check: check.to_owned(),
        found: found.to_owned(),
        words: words(&sddl),
        sddl,
        from,
    }
}

/// Who must be able to read, as the verdict was asked for.
fn questions(verdict: &Verdict) -> Option<Vec<AccessQuestion>> {
    let question = |name: &str| {
        let principals: Principals = verdict.params.get(name)?.join(",").parse().ok()?;
        Some(AccessQuestion::new(principals).rights(AccessMask::KEY_READ))
    };
    ["system", "account"].into_iter().map(question).collect()
}

/// The descriptor of a key as SDDL, if it is whole and all of them may certainly read.
fn sound(sets: &Sets<'_>, path: &str, questions: &[AccessQuestion]) -> Option<String> {
    let all_read = questions.iter().all(|question| {
        let report = sets.case.acl(path, Some(question), false);
        report.is_whole()
            && report.access.is_some_and(|access| access.answer == Some(Granted::Granted))
    });
    let key = sets.system.key(path).found().filter(|_| all_read)?;
    SecurityDescriptor::parse(key.security().ok()??.descriptor()).ok()?.to_sddl().ok()
}

/// The owner and the entries of a descriptor, a line each.
fn words(sddl: &str) -> Vec<String> {
    let Ok(parsed) = sddl.parse::<SecurityDescriptorBuf>() else { return Vec::new() };
    let descriptor = parsed.as_descriptor();
    let owner = descriptor.owner().ok().flatten();
    let owner = owner.map(|owner| format!("owner: {}", owner.explained()));
    let entries: Vec<String> = match descriptor.dacl() {
        Ok(AclState::Present(acl)) => acl
            .aces()
            .filter_map(Result::ok)
            .map(|ace| ace.line(ObjectKind::RegistryKey).to_string())
            .collect(),
        _ => Vec::new(),
    };
    owner.into_iter().chain(entries).collect()
}
