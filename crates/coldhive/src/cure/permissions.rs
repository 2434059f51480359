//! The security that a key should have. A registry text carries none.

use coldhive_rules::{Principals, Verdict};
use coldhive_security::{
    AccessMask, AceType, AclState, DescriptorError, GenericMapping, ObjectKind, SecurityDescriptor,
    SecurityDescriptorBuf, Sid,
};

use super::data::KeyPermissions;
use super::sources::Sets;
use crate::acl::{AccessQuestion, Granted, WRITING_RIGHTS};

/// What Windows NT Server 4.0 Enterprise Edition has on all of `Services\Winsock`: Everyone reads, Administrators and
/// SYSTEM have full control, Server Operators all but changing permissions, for the key and for what is made below it.
pub(super) const NT4_WINSOCK: &str = "O:BAG:SYD:(A;;KR;;;WD)(A;CIIO;KR;;;WD)(A;;KA;;;BA)(A;CIIO;KA;;;BA)\
    (A;;CCDCLCSWRPSDRC;;;SO)(A;CIIO;CCDCLCSWRPSDRC;;;SO)(A;;KA;;;SY)(A;CIIO;KA;;;SY)(A;;KA;;;BA)(A;CIIO;KA;;;CO)";

/// Who may write to such a key. CREATOR OWNER stands for whoever makes a key below it.
const WRITERS: [Sid; 4] =
    [Sid::SYSTEM, Sid::ADMINISTRATORS, Sid::SERVER_OPERATORS, Sid::CREATOR_OWNER];

/// The security that a key should have: that of the same key in another control set, where it lets those read who must
/// and nobody write who must not, else Windows NT 4.0's own.
pub(super) fn permissions(
    sets: &Sets<'_>,
    verdict: &Verdict,
    key: &str,
    check: &str,
    found: &str,
) -> KeyPermissions {
    let (sddl, from) = elsewhere(sets, verdict, key).unwrap_or_else(|why| {
        let from = format!(
            "what Windows NT Server 4.0 Enterprise Edition has on Services\\Winsock, because no other control set has \
             permissions for the key that can be recommended: {why}"
        );
        (NT4_WINSOCK.into(), from)
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

/// The permissions of the first other control set where they are sound, and where that is; else why those of none are.
fn elsewhere(sets: &Sets<'_>, verdict: &Verdict, key: &str) -> Result<(String, String), String> {
    let questions = questions(verdict).ok_or("who must be able to read is not known")?;
    let mut why = Vec::new();
    for set in &sets.others {
        match sound(sets, &format!("{}\\{key}", set.name), &questions) {
            Ok(sddl) => return Ok((sddl, format!("the same key in {}, {}", set.name, set.role))),
            Err(reason) => why.push(format!("in {} {reason}", set.name)),
        }
    }
    Err(sets.why_none(why))
}

/// Who must be able to read, as the verdict was asked for.
fn questions(verdict: &Verdict) -> Option<Vec<AccessQuestion>> {
    let question = |name: &str| {
        let principals: Principals = verdict.params.get(name)?.join(",").parse().ok()?;
        Some(AccessQuestion::new(principals).rights(AccessMask::KEY_READ))
    };
    ["system", "account"].into_iter().map(question).collect()
}

/// The descriptor of a key as SDDL, if it is whole, all of them may certainly read, and only those write who must be
/// able to; else why not, in a clause.
fn sound(sets: &Sets<'_>, path: &str, questions: &[AccessQuestion]) -> Result<String, String> {
    let key = sets.system.key(path).found().ok_or("the key can't be found")?;
    let unread = "the permissions can't be read as a whole";
    let record = key.security().ok().flatten().ok_or(unread)?;
    let descriptor = SecurityDescriptor::parse(record.descriptor()).map_err(|_| unread)?;
    for question in questions {
        let report = sets.case.acl(path, Some(question), false);
        if !report.is_whole() {
            return Err(unread.into());
        }
        if report.access.is_none_or(|access| access.answer != Some(Granted::Granted)) {
            return Err("SYSTEM or the Cluster service's account may not be able to read it".into());
        }
    }
    if let Some(why) = too_open(&descriptor).map_err(|_| unread)? {
        return Err(why);
    }
    descriptor.to_sddl().map_err(|_| unread.into())
}

/// Whom a descriptor lets write who must not, in a clause. Entries for keys below count too, and what denies is not
/// weighed against what allows.
fn too_open(descriptor: &SecurityDescriptor<'_>) -> Result<Option<String>, DescriptorError> {
    let acl = match descriptor.dacl()? {
        AclState::Present(acl) => acl,
        AclState::Null => return Ok(Some("everybody may write to it: its DACL is NULL".into())),
        AclState::Absent => return Ok(Some("everybody may write to it: it has no DACL".into())),
    };
    if let Some(owner) = descriptor.owner()?.filter(|owner| !WRITERS.contains(owner)) {
        return Ok(Some(format!("{} may change the permissions, as the owner", owner.explained())));
    }
    for ace in acl.aces() {
        let ace = ace?;
        let why = match (ace.ace_type(), ace.sid(), ace.mask()) {
            (AceType::ACCESS_DENIED, ..) => continue,
            (AceType::ACCESS_ALLOWED, Some(sid), Some(mask)) => {
                let writes = GenericMapping::REGISTRY_KEY.map(mask).intersects(WRITING_RIGHTS);
                if WRITERS.contains(&sid) || !writes {
                    continue;
                }
                format!("{} may write to it or to keys below it", sid.explained())
            }
            _ => format!("Windows NT 4.0 does not know its entry {}", ace.index()),
        };
        return Ok(Some(why));
    }
    Ok(None)
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
