//! For whom access is asked: a declared set of SIDs.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::pattern::SidPattern;
use crate::sid::Sid;

/// The SIDs of a principal, declared by whoever asks: nothing is added to them.
///
/// An access token on a live system holds Everyone and usually Authenticated Users: declare them too.
/// Patterns declared open say "it may be in any of these groups, I don't know": their SIDs make the
/// answer an interval.
///
/// ```
/// use coldhive_security::{Membership, Sid, Token};
///
/// let token = Token::new([Sid::EVERYONE, Sid::USERS])
///     .with_deny_only([Sid::ADMINISTRATORS])
///     .with_open(["S-1-5-21-*".parse()?])
///     .with_absent(["S-1-5-21-1-2-3-514".parse()?]);
/// assert_eq!(token.membership(&Sid::USERS), Membership::Enabled);
/// assert_eq!(token.membership(&Sid::ADMINISTRATORS), Membership::DenyOnly);
/// assert_eq!(token.membership(&"S-1-5-21-1-2-3-513".parse()?), Membership::Unknown);
/// assert_eq!(token.membership(&"S-1-5-21-1-2-3-514".parse()?), Membership::NotMember);
/// assert_eq!(token.membership(&Sid::SYSTEM), Membership::NotMember);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Token {
    enabled: BTreeSet<Sid>,
    deny_only: BTreeSet<Sid>,
    absent: BTreeSet<Sid>,
    open: Vec<SidPattern>,
}

/// How a SID stands to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Membership {
    /// It is in the token: ACEs for it allow and deny.
    Enabled,
    /// It is in the token for denying only (SE_GROUP_USE_FOR_DENY_ONLY).
    DenyOnly,
    /// It is not in the token.
    NotMember,
    /// It may be in the token, in either way.
    Unknown,
}

impl Token {
    /// A token with these SIDs: the user's and those of all enabled groups.
    pub fn new(enabled: impl IntoIterator<Item = Sid>) -> Token {
        Token { enabled: enabled.into_iter().collect(), ..Token::default() }
    }

    /// Adds SIDs that only deny, as a filtered administrator has; it overrides enabled ones.
    #[must_use]
    pub fn with_deny_only(mut self, sids: impl IntoIterator<Item = Sid>) -> Token {
        self.deny_only.extend(sids);
        self
    }

    /// Adds SIDs that are certainly not in the token, though an open pattern matches them.
    #[must_use]
    pub fn with_absent(mut self, sids: impl IntoIterator<Item = Sid>) -> Token {
        self.absent.extend(sids);
        self
    }

    /// Adds patterns whose SIDs may be in the token, unless they are declared otherwise or are such as
    /// no token holds: see [`membership`](Self::membership).
    #[must_use]
    pub fn with_open(mut self, patterns: impl IntoIterator<Item = SidPattern>) -> Token {
        self.open.extend(patterns);
        self
    }

    /// The SIDs declared as enabled, in order.
    pub fn enabled(&self) -> impl Iterator<Item = &Sid> {
        self.enabled.difference(&self.deny_only)
    }

    /// The SIDs declared as deny-only, in order.
    pub fn deny_only(&self) -> impl Iterator<Item = &Sid> {
        self.deny_only.iter()
    }

    /// The SIDs declared as certainly not in the token, in order.
    pub fn absent(&self) -> impl Iterator<Item = &Sid> {
        self.absent.iter()
    }

    /// The open patterns, as declared.
    pub fn open(&self) -> &[SidPattern] {
        &self.open
    }

    /// How this SID stands to the token.
    ///
    /// What is declared in more than one way is taken as deny-only, then enabled, then absent, then
    /// open. Open patterns with a star leave out the SIDs that no token holds: NULL, CREATOR OWNER and
    /// its like, PRINCIPAL SELF. Declare S-1-5-10 for an object that stands for a principal, as the
    /// token holds that principal.
    pub fn membership(&self, sid: &Sid) -> Membership {
        if self.deny_only.contains(sid) {
            Membership::DenyOnly
        } else if self.enabled.contains(sid) {
            Membership::Enabled
        } else if self.absent.contains(sid) {
            Membership::NotMember
        } else if self.open.iter().any(|pattern| pattern.may_be_held(sid)) {
            Membership::Unknown
        } else {
            Membership::NotMember
        }
    }
}

/// Whether a SID stands for someone else, or for nobody, so that no token holds it (Win32 "Well-known
/// SIDs", [MS-DTYP] 2.4.2.4): NULL, CREATOR OWNER, CREATOR GROUP, both on a server, OWNER RIGHTS, and
/// PRINCIPAL SELF, which is replaced by the SID of an object that is a principal.
pub(super) fn is_placeholder(sid: &Sid) -> bool {
    matches!((sid.authority(), sid.sub_authorities()), (0, [0]) | (3, [0..=4]) | (5, [10]))
}

/// Whether it is PRINCIPAL SELF, S-1-5-10.
pub(super) fn is_principal_self(sid: &Sid) -> bool {
    (sid.authority(), sid.sub_authorities()) == (5, &[10])
}
