//! Sets of SIDs, as text: one SID, or all that begin alike.

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use super::token::is_placeholder;
use crate::sid::{self, Sid, SidTextError};

/// A SID, or with `*` at its end all SIDs that begin so.
///
/// The star stands for one or more sub-authorities; `S-1-*` matches every SID.
///
/// ```
/// use coldhive_security::{Sid, SidPattern};
///
/// let domain: SidPattern = "S-1-5-21-*".parse()?;
/// assert!(domain.matches(&"S-1-5-21-1-2-3-512".parse()?));
/// assert!(!domain.matches(&Sid::ADMINISTRATORS));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SidPattern(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    Exact(Sid),
    Below(Sid),
    Any,
}

impl SidPattern {
    /// The pattern that every SID matches, `S-1-*`.
    pub const ANY: SidPattern = SidPattern(Kind::Any);

    /// The pattern that only this SID matches.
    pub const fn exact(sid: Sid) -> SidPattern {
        SidPattern(Kind::Exact(sid))
    }

    /// The pattern that the SIDs match which begin with this one and go on.
    pub const fn below(prefix: Sid) -> SidPattern {
        SidPattern(Kind::Below(prefix))
    }

    /// Whether the pattern covers this SID.
    pub fn matches(&self, sid: &Sid) -> bool {
        match &self.0 {
            Kind::Any => true,
            Kind::Exact(exact) => exact == sid,
            Kind::Below(prefix) => {
                let (prefix_subs, subs) = (prefix.sub_authorities(), sid.sub_authorities());
                prefix.authority() == sid.authority()
                    && prefix_subs.len() < subs.len()
                    && subs.starts_with(prefix_subs)
            }
        }
    }

    /// Whether a token of which this pattern is open may hold this SID. A star does not mean the SIDs
    /// that no token holds.
    pub(super) fn may_be_held(&self, sid: &Sid) -> bool {
        self.matches(sid) && (matches!(self.0, Kind::Exact(_)) || !is_placeholder(sid))
    }
}

impl From<Sid> for SidPattern {
    fn from(sid: Sid) -> SidPattern {
        SidPattern::exact(sid)
    }
}

impl fmt::Display for SidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Any => f.write_str("S-1-*"),
            Kind::Exact(sid) => write!(f, "{sid}"),
            Kind::Below(prefix) => write!(f, "{prefix}-*"),
        }
    }
}

/// Why text is not a SID pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum SidPatternError {
    /// What stands before the star, or the whole text, is not a SID.
    #[error(transparent)]
    Sid(#[from] SidTextError),
    /// A star that is not a whole last part.
    #[error("a * stands for whole sub-authorities at the end of a SID: S-1-5-21-*")]
    Star {
        /// Where the star stands, in bytes.
        position: usize,
    },
}

/// A SID in any form that [`Sid`] reads, or `S-1-...-*`.
impl FromStr for SidPattern {
    type Err = SidPatternError;

    fn from_str(text: &str) -> Result<SidPattern, SidPatternError> {
        let Some(position) = text.find('*') else {
            return Ok(SidPattern::exact(text.parse()?));
        };
        let star = SidPatternError::Star { position };
        let prefix = text.strip_suffix("-*").filter(|prefix| !prefix.contains('*')).ok_or(star)?;
        if prefix.eq_ignore_ascii_case("S-1") {
            return Ok(SidPattern::ANY);
        }
        // Two letters are a whole SID; a star behind them would mean nothing.
        sid::split(prefix).map(drop)?;
        Ok(SidPattern::below(prefix.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn patterns() {
        for (pattern, sid, matches) in [
            ("S-1-5-21-*", "S-1-5-21-1-2-3-500", true),
            ("S-1-5-21-*", "S-1-5-21-1", true),
            ("S-1-5-21-*", "S-1-5-21", false),
            ("S-1-5-21-*", "S-1-5-210-1", false),
            ("S-1-5-21-*", "S-1-15-21-1", false),
            ("S-1-5-*", "S-1-5-18", true),
            ("S-1-5-*", "S-1-1-0", false),
            ("S-1-*", "S-1-1-0", true),
            ("BA", "S-1-5-32-544", true),
            ("S-1-5-32-544", "S-1-5-32-545", false),
        ] {
            let parsed: SidPattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(&sid.parse().unwrap()), matches, "{pattern} {sid}");
            assert_eq!(parsed.to_string().parse(), Ok(parsed));
        }
        for (text, position) in [("*", 0), ("S-1-5-*-1", 6), ("S-1-5-21*", 8), ("S-1-*-*", 4)] {
            assert_eq!(text.parse::<SidPattern>(), Err(SidPatternError::Star { position }));
        }
        assert_eq!("BA-*".parse::<SidPattern>(), Err(SidTextError::NotASid.into()));
    }
}
