//! Accounts and groups that every domain or computer has under the same relative identifier (RID).

/// What a relative identifier stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DomainRid {
    pub(crate) rid: u32,
    /// The two letters of SDDL, upper case.
    pub(crate) alias: Option<&'static str>,
    /// The name that Windows (in English) gives it; an administrator can change that of an account.
    pub(crate) name: &'static str,
    /// Where it exists.
    pub(crate) place: Place,
}

/// Where the account or group of a relative identifier exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In each domain and on each computer with accounts of its own.
    Anywhere,
    /// In a domain alone.
    Domain,
    /// In the first domain of a forest alone.
    RootDomain,
}

const fn rid(rid: u32, alias: Option<&'static str>, name: &'static str, place: Place) -> DomainRid {
    DomainRid { rid, alias, name, place }
}

/// Sorted by RID.
///
/// Sources: [MS-DTYP] 2.4.2.4 and 2.5.1.1; Win32 "SID Strings" and "Well-known SIDs"; Windows Server
/// "Security identifiers"; winnt.h (DOMAIN_USER_RID_..., DOMAIN_GROUP_RID_..., DOMAIN_ALIAS_RID_...).
pub(crate) static DOMAIN_RIDS: &[DomainRid] = {
    use Place::{Anywhere, Domain, RootDomain};
    &[
        rid(498, Some("RO"), "Enterprise Read-only Domain Controllers", RootDomain),
        rid(500, Some("LA"), "Administrator", Anywhere),
        rid(501, Some("LG"), "Guest", Anywhere),
        rid(502, None, "krbtgt", Domain),
        rid(503, None, "DefaultAccount", Anywhere),
        rid(504, None, "WDAGUtilityAccount", Anywhere),
        rid(512, Some("DA"), "Domain Admins", Domain),
        // On a computer without a domain, this is the group "None" that all its users are in.
        rid(513, Some("DU"), "Domain Users", Anywhere),
        rid(514, Some("DG"), "Domain Guests", Domain),
        rid(515, Some("DC"), "Domain Computers", Domain),
        rid(516, Some("DD"), "Domain Controllers", Domain),
        rid(517, Some("CA"), "Cert Publishers", Domain),
        rid(518, Some("SA"), "Schema Admins", RootDomain),
        rid(519, Some("EA"), "Enterprise Admins", RootDomain),
        rid(520, Some("PA"), "Group Policy Creator Owners", Domain),
        rid(521, None, "Read-only Domain Controllers", Domain),
        rid(522, Some("CN"), "Cloneable Domain Controllers", Domain),
        rid(525, Some("AP"), "Protected Users", Domain),
        // "Security identifiers" has the root domain for 526 and any domain for 527, winnt.h says
        // nothing: the weaker claim for both.
        rid(526, Some("KA"), "Key Admins", Domain),
        rid(527, Some("EK"), "Enterprise Key Admins", Domain),
        rid(528, None, "Forest Trust Accounts", Domain),
        rid(529, None, "External Trust Accounts", Domain),
        rid(553, Some("RS"), "RAS and IAS Servers", Domain),
        rid(571, None, "Allowed RODC Password Replication Group", Domain),
        rid(572, None, "Denied RODC Password Replication Group", Domain),
    ]
};

/// What this relative identifier stands for in a domain.
pub(crate) fn domain_rid(rid: u32) -> Option<&'static DomainRid> {
    let at = DOMAIN_RIDS.binary_search_by_key(&rid, |known| known.rid).ok()?;
    DOMAIN_RIDS.get(at)
}

/// The two letters of SDDL for this relative identifier of a domain.
pub(crate) fn domain_alias(rid: u32) -> Option<&'static str> {
    domain_rid(rid)?.alias
}

/// The relative identifier that these two letters stand for, in either case.
pub(crate) fn rid_of_alias(letters: &str) -> Option<u32> {
    let known = DOMAIN_RIDS
        .iter()
        .find(|known| known.alias.is_some_and(|alias| alias.eq_ignore_ascii_case(letters)))?;
    Some(known.rid)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Win32 "SID Strings" (letters), winnt.h (numbers).
    #[test]
    fn letters_and_numbers() {
        assert!(DOMAIN_RIDS.is_sorted_by(|a, b| a.rid < b.rid));
        let all = [
            ("RO", 498),
            ("LA", 500),
            ("LG", 501),
            ("DA", 512),
            ("DU", 513),
            ("DG", 514),
            ("DC", 515),
            ("DD", 516),
            ("CA", 517),
            ("SA", 518),
            ("EA", 519),
            ("PA", 520),
            ("CN", 522),
            ("AP", 525),
            ("KA", 526),
            ("EK", 527),
            ("RS", 553),
        ];
        for (letters, rid) in all {
            assert_eq!(rid_of_alias(letters), Some(rid));
            assert_eq!(rid_of_alias(&letters.to_lowercase()), Some(rid));
            assert_eq!(domain_alias(rid), Some(letters));
        }
        assert_eq!(DOMAIN_RIDS.iter().filter(|known| known.alias.is_some()).count(), all.len());
        assert_eq!((rid_of_alias("BA"), domain_alias(502), domain_alias(1000)), (None, None, None));
    }
}
