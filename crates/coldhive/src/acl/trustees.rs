//! Trustees: how reports name them, and what each may do by itself.

use std::collections::{HashMap, HashSet};

use coldhive_security::{
    AccessOptions, DescriptorError, GenericMapping, Granted, SecurityDescriptor, Sid,
    TrusteeAccess, trustees,
};
use serde::Serialize;

use super::rights::Rights;

/// Who: a SID with its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Trustee {
    /// The SID.
    pub sid: Sid,
    /// Its two letters in SDDL, where it has some of its own.
    pub alias: Option<&'static str>,
    /// The name that Windows (in English) shows for it, where every computer knows it: `BUILTIN\Administrators`.
    pub name: Option<String>,
    /// What its numbers tell, whether it has a name or not: `account or group of a domain or computer`.
    pub description: String,
}

impl From<Sid> for Trustee {
    fn from(sid: Sid) -> Self {
        Self { sid, alias: sid.alias(), name: sid.full_name(), description: sid.description() }
    }
}

/// What one trustee may do with the key by itself: a row of the matrix.
///
/// The rights are those of a token that holds this SID and Everyone, which every token holds, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TrusteeRights {
    /// Who; null for everybody whom no entry names.
    pub trustee: Option<Trustee>,
    /// Whether it is the owner, who is implied to read and to change the permissions.
    pub owner: bool,
    /// Whether no token holds this SID, so that nobody has these rights: it stands for somebody else.
    pub placeholder: bool,
    /// What is granted for certain.
    pub granted: Rights,
    /// What more may be granted: it hangs on a condition, on the class of an object or on the age of Windows.
    pub possible: Rights,
}

/// A row for each trustee in the order in which entries name them, and one for everybody else.
pub(super) fn matrix(
    descriptor: &SecurityDescriptor<'_>,
    ways: &[AccessOptions],
) -> Result<Vec<TrusteeRights>, DescriptorError> {
    let of = |way: &AccessOptions| {
        trustees(descriptor, &[Sid::EVERYONE], &GenericMapping::REGISTRY_KEY, *way)
    };
    let mut ways = ways.iter().map(of);
    let Some(mut found) = ways.next().transpose()? else { return Ok(Vec::new()) };
    for other in ways {
        let other = other?;
        widen(&mut found.anyone, &other.anyone);
        // By some rules OWNER RIGHTS has a row of its own, by others it is the owner's.
        let rows: HashMap<_, _> = other.trustees.iter().map(|row| (row.sid, row)).collect();
        for row in &mut found.trustees {
            if let Some(other) = rows.get(&row.sid) {
                row.placeholder &= other.placeholder;
                widen(&mut row.granted, &other.granted);
            }
        }
        let known: HashSet<_> = found.trustees.iter().map(|row| row.sid).collect();
        found.trustees.extend(other.trustees.iter().filter(|row| !known.contains(&row.sid)));
    }
    let mut rows: Vec<_> = found.trustees.iter().map(TrusteeRights::from).collect();
    if !found.trustees.iter().any(|row| row.sid == Sid::EVERYONE) {
        rows.push(TrusteeRights::new(None, &found.anyone));
    }
    Ok(rows)
}

/// Makes an answer one that two ways of asking agree on.
fn widen(one: &mut Granted, other: &Granted) {
    one.min &= other.min;
    one.max |= other.max;
}

impl TrusteeRights {
    fn new(trustee: Option<Trustee>, granted: &Granted) -> Self {
        Self {
            trustee,
            owner: false,
            placeholder: false,
            granted: granted.min.into(),
            possible: granted.max.difference(granted.min).into(),
        }
    }
}

impl From<&TrusteeAccess> for TrusteeRights {
    fn from(row: &TrusteeAccess) -> Self {
        let rights = Self::new(Some(row.sid.into()), &row.granted);
        Self { owner: row.owner, placeholder: row.placeholder, ..rights }
    }
}
