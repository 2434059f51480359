//! Principals as callers declare them.

use std::str::FromStr;

use coldhive_security::{Sid, SidPattern, SidPatternError, Token};

/// What stands before a SID that only denies.
const DENY_ONLY: &str = "deny:";

/// A principal as a caller declares it.
///
/// In text, parts with commas between: a SID or its alias that the principal has, `-SID` one that it certainly has
/// not, `S-1-5-21-*` all that it may have or not, `deny:SID` one that it has for denying only, as a filtered
/// administrator has Administrators.
///
/// ```
/// use coldhive_rules::Principals;
/// use coldhive_security::{Membership, Sid};
///
/// let account: Principals =
///     "S-1-5-21-1-2-3-1105, WD, deny:BA, S-1-5-21-1-2-3-*, -S-1-5-21-1-2-3-513".parse()?;
/// assert!(account.sids.contains(&Sid::EVERYONE));
/// let token = account.token();
/// assert_eq!(token.membership(&Sid::ADMINISTRATORS), Membership::DenyOnly);
/// assert_eq!(token.membership(&"S-1-5-21-1-2-3-512".parse()?), Membership::Unknown);
/// assert_eq!(token.membership(&"S-1-5-21-1-2-3-513".parse()?), Membership::NotMember);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Principals {
    /// The SIDs that it has: the user, its groups, Everyone.
    pub sids: Vec<Sid>,
    /// SIDs that it certainly does not have, although the parameter leaves them open.
    pub absent: Vec<Sid>,
    /// SIDs that it has for denying only.
    pub deny_only: Vec<Sid>,
    /// SIDs that it may have or not.
    pub open: Vec<SidPattern>,
}

/// A principal was declared with something that is no SID.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{text}\" is no SID like S-1-5-18 and no alias like SY: {reason}")]
pub struct PrincipalsError {
    /// What stands where a SID should.
    pub text: String,
    reason: SidPatternError,
}

impl FromStr for Principals {
    type Err = PrincipalsError;

    fn from_str(text: &str) -> Result<Self, PrincipalsError> {
        let mut principals = Self::default();
        for part in text.split(',') {
            let part = part.trim();
            let wrong = |reason: SidPatternError| PrincipalsError { text: part.to_owned(), reason };
            let sid =
                |text: &str| text.trim().parse().map_err(|why| wrong(SidPatternError::Sid(why)));
            if let Some(text) = part.strip_prefix('-') {
                principals.absent.push(sid(text)?);
            } else if let Some(text) = strip_deny(part) {
                principals.deny_only.push(sid(text)?);
            } else if part.contains('*') {
                principals.open.push(part.parse().map_err(wrong)?);
            } else {
                principals.sids.push(sid(part)?);
            }
        }
        Ok(principals)
    }
}

fn strip_deny(part: &str) -> Option<&str> {
    let (prefix, text) = part.split_at_checked(DENY_ONLY.len())?;
    prefix.eq_ignore_ascii_case(DENY_ONLY).then_some(text)
}

impl Principals {
    /// The same for the access check.
    #[must_use]
    pub fn token(&self) -> Token {
        Token::new(self.sids.iter().copied())
            .with_deny_only(self.deny_only.iter().copied())
            .with_absent(self.absent.iter().copied())
            .with_open(self.open.iter().copied())
    }

    /// The parts, as they are written: SIDs in full, those that it has first.
    pub fn parts(&self) -> impl Iterator<Item = String> {
        let sids = self.sids.iter().map(ToString::to_string);
        let deny_only = self.deny_only.iter().map(|sid| format!("{DENY_ONLY}{sid}"));
        let open = self.open.iter().map(ToString::to_string);
        let absent = self.absent.iter().map(|sid| format!("-{sid}"));
        sids.chain(deny_only).chain(open).chain(absent)
    }

    /// Adds what another is declared with.
    pub(crate) fn extend(&mut self, other: &Self) {
        self.sids.extend(&other.sids);
        self.absent.extend(&other.absent);
        self.deny_only.extend(&other.deny_only);
        self.open.extend(&other.open);
    }
}
