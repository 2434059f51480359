//! What a declared principal may do.

use std::str::FromStr;

use coldhive_hive::Lookup;
use coldhive_rules::Principals;
use coldhive_security::{
    Access, AccessMask, AccessOptions, DecidedBy, Decision, DescriptorError, Effect,
    GenericMapping, NOT_MODELLED, SecurityDescriptor, Sid, Token, Verdict, check_access,
};
use coldhive_system::{Family, Selector, System};
use serde::Serialize;
use thiserror::Error;

use super::rights::Rights;
use super::trustees::Trustee;

/// A question about access: who, what, and by which Windows.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct AccessQuestion {
    /// Who: the SIDs of a token, all of them.
    pub principals: Principals,
    /// Which rights are asked for; `None` for all.
    pub rights: Option<AccessMask>,
    /// Which Windows checks.
    pub os_rules: OsRules,
}

impl AccessQuestion {
    /// Asks for everything that this principal may do.
    #[must_use]
    pub fn new(principals: Principals) -> Self {
        Self { principals, ..Self::default() }
    }

    /// Asks for these rights only.
    #[must_use]
    pub fn rights(self, rights: AccessMask) -> Self {
        Self { rights: Some(rights), ..self }
    }

    /// Asks by the rules of this Windows.
    #[must_use]
    pub fn os_rules(self, os_rules: OsRules) -> Self {
        Self { os_rules, ..self }
    }
}

/// Whether OWNER RIGHTS (S-1-3-4) limits what an owner is implied, as from Windows Vista on, or means nothing.
///
/// ```
/// use coldhive::OsRules;
///
/// assert_eq!("before-vista".parse(), Ok(OsRules::BeforeVista));
/// assert!("xp".parse::<OsRules>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OsRules {
    /// As the hive's product tells: where that is not known, both, and where they differ, the answer is unknown.
    #[default]
    Auto,
    /// As before Windows Vista.
    BeforeVista,
    /// As from Windows Vista on.
    Vista,
}

/// Text that means no rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"{0}\" names no rules: use auto, before-vista or vista")]
pub struct UnknownOsRules(String);

impl FromStr for OsRules {
    type Err = UnknownOsRules;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "before-vista" => Ok(Self::BeforeVista),
            "vista" => Ok(Self::Vista),
            _ => Err(UnknownOsRules(text.to_owned())),
        }
    }
}

const BEFORE_VISTA: AccessOptions = AccessOptions { owner_rights: false };
const VISTA: AccessOptions = AccessOptions { owner_rights: true };

/// The rules that an answer went by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RulesUsed {
    /// `before-vista`, `vista` or `either`.
    pub rules: &'static str,
    /// Why these.
    pub why: String,
    #[serde(skip)]
    pub(crate) ways: &'static [AccessOptions],
}

impl RulesUsed {
    /// Decides by the option, or by the product of the control set that a path stands in.
    pub(crate) fn of(os_rules: OsRules, system: &System<'_>, path: &str) -> Self {
        match os_rules {
            OsRules::BeforeVista => Self::before_vista("as was asked".into()),
            OsRules::Vista => Self { rules: "vista", why: "as was asked".into(), ways: &[VISTA] },
            OsRules::Auto => Self::by_product(system, path),
        }
    }

    fn before_vista(why: String) -> Self {
        Self { rules: "before-vista", why, ways: &[BEFORE_VISTA] }
    }

    fn by_product(system: &System<'_>, path: &str) -> Self {
        let first = path.split('\\').next().unwrap_or_default();
        let own = system.control_sets().into_iter().find(|set| set.name() == first);
        let set = own.or_else(|| {
            let selection = system.select(Selector::Current).ok()?;
            selection.sets.into_iter().next()
        });
        let Some(set) = set else {
            return Self::either("the hive doesn't tell which Windows it is of");
        };
        let product = system.product(&set);
        if product.family == Family::Nt4 {
            return Self::before_vista(product.reasons.first().cloned().unwrap_or_default());
        }
        let sign = SINCE_VISTA.iter().map(|service| set.path(&format!("Services\\{service}")));
        let sign = sign.into_iter().find(|path| matches!(system.key(path), Lookup::Found(_)));
        match sign {
            Some(path) => {
                let why = format!("{path} exists: Windows Vista or later");
                Self { rules: "vista", why, ways: &[VISTA] }
            }
            None => Self::either("the hive doesn't tell whether Windows is Vista or later"),
        }
    }

    fn either(why: &str) -> Self {
        Self { rules: "either", why: why.into(), ways: &[BEFORE_VISTA, VISTA] }
    }
}

/// Services that Windows has since Vista and not before: Base Filtering Engine and User Profile Service (MSDN, "About
/// Windows Filtering Platform"; TechNet, "Windows Vista Services"). In every full hive of Windows 7 to 10 at hand, and in
/// none of Windows XP. That they are missing proves nothing.
const SINCE_VISTA: [&str; 2] = ["BFE", "ProfSvc"];

/// Who was asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeclaredToken {
    /// What it has.
    pub has: Vec<Trustee>,
    /// What it has for denying only.
    pub deny_only: Vec<Trustee>,
    /// What it certainly lacks.
    pub lacks: Vec<Trustee>,
    /// What it may have or not, as patterns.
    pub open: Vec<String>,
    /// What is to be said of that.
    pub notes: Vec<String>,
}

impl From<&Principals> for DeclaredToken {
    fn from(principals: &Principals) -> Self {
        let trustees = |sids: &[Sid]| sids.iter().map(|sid| Trustee::from(*sid)).collect();
        let all = [&principals.sids, &principals.absent, &principals.deny_only];
        let said = |sid: &Sid| {
            all.iter().any(|sids| sids.contains(sid))
                || principals.open.iter().any(|pattern| pattern.matches(sid))
        };
        let mut notes = Vec::new();
        if !said(&Sid::EVERYONE) {
            notes.push(
                "Everyone (WD) is not among the SIDs, and the token of every account has it: add it unless that is \
                 meant"
                    .into(),
            );
        }
        // What denies only has no other say, however it is declared besides.
        let has = principals.sids.iter().filter(|sid| !principals.deny_only.contains(sid));
        Self {
            has: has.map(|sid| Trustee::from(*sid)).collect(),
            deny_only: trustees(&principals.deny_only),
            lacks: trustees(&principals.absent),
            open: principals.open.iter().map(ToString::to_string).collect(),
            notes,
        }
    }
}

/// Some rights, what became of them, and what decided it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DecisionReport {
    /// What became of them; where that hangs on the rules, by those of `only_by`.
    pub verdict: Verdict,
    /// The rights.
    pub rights: Rights,
    /// What decided.
    pub by: DecidedBy,
    /// What that does.
    pub effect: Effect,
    /// The ACE in SDDL.
    pub ace: Option<String>,
    /// By which rules, where it hangs on them: `before-vista` or `vista`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only_by: Option<&'static str>,
    /// The same in words.
    pub why: String,
}

impl DecisionReport {
    fn of(decision: Decision, only_by: Option<&'static str>) -> Self {
        let why = decision.reason().to_string();
        Self {
            verdict: decision.verdict,
            rights: decision.bits.into(),
            by: decision.by,
            effect: decision.effect,
            ace: decision.sddl,
            only_by,
            why,
        }
    }
}

/// Whether the rights that were asked for are granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Granted {
    /// All of them, for certain.
    Granted,
    /// At least one certainly not.
    NotGranted,
    /// It can't be told.
    Unknown,
}

impl From<Option<bool>> for Granted {
    fn from(granted: Option<bool>) -> Self {
        match granted {
            Some(true) => Self::Granted,
            Some(false) => Self::NotGranted,
            None => Self::Unknown,
        }
    }
}

/// What a token may do with a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AccessReport {
    /// Who was asked about.
    pub token: DeclaredToken,
    /// By which rules for OWNER RIGHTS.
    pub os_rules: RulesUsed,
    /// The rights that were asked for; null for all.
    pub asked: Option<Rights>,
    /// Whether all of those are granted; null where all rights were asked for.
    pub answer: Option<Granted>,
    /// What is granted for certain, of what was asked for.
    pub granted: Rights,
    /// What is granted or not, which can't be told.
    pub possible: Rights,
    /// What is certainly not granted.
    pub denied: Rights,
    /// Whether there is no DACL, so that everything is granted.
    pub unrestricted: bool,
    /// What decided about each right.
    pub decisions: Vec<DecisionReport>,
    /// The entries of the SACL that may take away what is granted, in SDDL: they are not judged.
    pub limits: Vec<String>,
    /// What the access check leaves out.
    pub not_modelled: &'static [&'static str],
}

impl AccessReport {
    pub(super) fn of(
        descriptor: &SecurityDescriptor<'_>,
        question: &AccessQuestion,
        os_rules: RulesUsed,
    ) -> Result<Self, DescriptorError> {
        let found = Found::of(descriptor, &question.principals.token(), os_rules.ways)?;
        // Whether anything at all is granted is told by everything.
        let named = question.rights.filter(|rights| *rights != AccessMask::MAXIMUM_ALLOWED);
        let asked = named.unwrap_or_else(|| found.all_rights());
        let bits = GenericMapping::REGISTRY_KEY.map(asked).difference(AccessMask::MAXIMUM_ALLOWED);
        let (granted, possible) = (found.granted(bits), found.possible(bits));
        Ok(Self {
            token: DeclaredToken::from(&question.principals),
            os_rules,
            asked: question.rights.map(Rights::from),
            answer: question.rights.map(|rights| Granted::from(found.grants(rights))),
            granted: granted.into(),
            possible: possible.difference(granted).into(),
            denied: bits.difference(possible).into(),
            unrestricted: found.unrestricted(),
            decisions: found.decisions(asked),
            limits: limits(descriptor),
            not_modelled: NOT_MODELLED,
        })
    }
}

/// The answers of all the rules that may count, as one.
pub(super) struct Found(Vec<(AccessOptions, Access)>);

impl Found {
    pub(super) fn of(
        descriptor: &SecurityDescriptor<'_>,
        token: &Token,
        ways: &[AccessOptions],
    ) -> Result<Self, DescriptorError> {
        let check = |way: &AccessOptions| {
            let mapping = &GenericMapping::REGISTRY_KEY;
            Ok((*way, check_access(descriptor, token, mapping, *way)?))
        };
        ways.iter().map(check).collect::<Result<_, _>>().map(Self)
    }

    fn all(&self) -> impl Iterator<Item = &Access> {
        self.0.iter().map(|(_, access)| access)
    }

    /// What of some rights is granted for certain.
    pub(super) fn granted(&self, rights: AccessMask) -> AccessMask {
        let unrestricted = self.without_dacl();
        self.all().fold(rights, |mask, access| mask & (access.granted_min | unrestricted))
    }

    /// What of some rights is granted at best.
    pub(super) fn possible(&self, rights: AccessMask) -> AccessMask {
        let unrestricted = self.without_dacl();
        let all = self.all().fold(unrestricted, |mask, access| mask | access.granted_max);
        rights & all
    }

    /// What is granted where there is no DACL: also rights that keys don't have.
    fn without_dacl(&self) -> AccessMask {
        match self.unrestricted() {
            true => AccessMask::all().difference(AccessMask::ACCESS_SYSTEM_SECURITY),
            false => AccessMask::empty(),
        }
    }

    /// All rights of a key, and whatever else entries grant.
    fn all_rights(&self) -> AccessMask {
        let granted = |mask, access: &Access| mask | access.granted_max;
        self.all().fold(AccessMask::KEY_ALL_ACCESS, granted)
    }

    fn unrestricted(&self) -> bool {
        self.all().all(|access| access.unrestricted)
    }

    fn grants(&self, rights: AccessMask) -> Option<bool> {
        let mut answers = self.all().map(|access| access.grants(rights));
        let first = answers.next()?;
        answers.all(|answer| answer == first).then_some(first)?
    }

    /// What decided about rights. Where the rules decide, or the reasons differ, those of each.
    pub(super) fn decisions(&self, rights: AccessMask) -> Vec<DecisionReport> {
        let Some((_, last)) = self.0.last() else { return Vec::new() };
        let rights = GenericMapping::REGISTRY_KEY.map(rights);
        let agreed =
            self.0.iter().fold(rights, |agreed, (_, access)| agreed & same(access, last, rights));
        let mut decisions: Vec<_> = match agreed.is_empty() {
            true => Vec::new(),
            false => {
                let told = last.deciding_aces(agreed).into_iter();
                told.map(|found| DecisionReport::of(found, None)).collect()
            }
        };
        let differ = rights.difference(agreed);
        if !differ.is_empty() {
            for (way, access) in &self.0 {
                let name = if way.owner_rights { "vista" } else { "before-vista" };
                let deciding = access.deciding_aces(differ).into_iter();
                decisions.extend(deciding.map(|found| DecisionReport::of(found, Some(name))));
            }
        }
        decisions
    }
}

/// The rights about which two checks say the same, for the same reasons.
fn same(one: &Access, other: &Access, rights: AccessMask) -> AccessMask {
    let single = (0..u32::BITS).map(|bit| AccessMask::from_bits_retain(1_u32.wrapping_shl(bit)));
    let reasons = |access: &Access, right| -> Vec<_> {
        access.deciding(right).map(|found| (found.by, found.effect, found.verdict)).collect()
    };
    single
        .filter(|right| rights.contains(*right) && reasons(one, *right) == reasons(other, *right))
        .fold(AccessMask::empty(), |all, right| all | right)
}

/// The entries of a SACL that may take away what the DACL grants.
pub(super) fn limits(descriptor: &SecurityDescriptor<'_>) -> Vec<String> {
    descriptor.limiting_aces().map(|ace| ace.to_sddl_lossy()).collect()
}
