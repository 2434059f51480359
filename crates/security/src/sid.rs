//! Security identifiers ([MS-DTYP] 2.4.2).

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use thiserror::Error;

use crate::bytes::{slice_at, u8_at, u32_at};
use crate::describe::{domain, names};
use crate::error::SidError;
use crate::number;

/// Bytes before the sub-authorities: revision, count, authority.
const HEADER: usize = 8;
/// The most sub-authorities that a SID can have (SID_MAX_SUB_AUTHORITIES).
const MAX_SUBS: usize = 15;
/// The identifier authority is a 48-bit number.
const MAX_AUTHORITY: u64 = 0xFFFF_FFFF_FFFF;

/// A security identifier: who.
///
/// ```
/// use coldhive_security::Sid;
///
/// let sid: Sid = "S-1-5-32-544".parse()?;
/// assert_eq!(sid, Sid::ADMINISTRATORS);
/// assert_eq!(sid, "BA".parse()?);
/// assert_eq!(sid.name(), Some("Administrators"));
/// assert_eq!(Sid::parse(&sid.to_bytes())?, sid);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
// The order of the fields makes the derived order that of (authority, sub-authorities): unused
// sub-authorities are zero, and the count decides between a SID and the same one with zeros behind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid {
    authority: u64,
    subs: [u32; MAX_SUBS],
    count: u8,
}

impl Sid {
    /// S-1-1-0.
    pub const EVERYONE: Sid = Sid::well_known(1, 0);
    /// S-1-3-0, which stands for the creator of a child object in an inheritable ACE.
    pub const CREATOR_OWNER: Sid = Sid::well_known(3, 0);
    /// S-1-3-4, which limits what an owner is implied (Windows Vista and later).
    pub const OWNER_RIGHTS: Sid = Sid::well_known(3, 4);
    /// S-1-5-6, in the token of every service that logged on.
    pub const SERVICE: Sid = Sid::well_known(5, 6);
    /// S-1-5-7.
    pub const ANONYMOUS: Sid = Sid::well_known(5, 7);
    /// S-1-5-11.
    pub const AUTHENTICATED_USERS: Sid = Sid::well_known(5, 11);
    /// S-1-5-18, the operating system's own account.
    pub const SYSTEM: Sid = Sid::well_known(5, 18);
    /// S-1-5-19 (Windows XP and later).
    pub const LOCAL_SERVICE: Sid = Sid::well_known(5, 19);
    /// S-1-5-20 (Windows XP and later).
    pub const NETWORK_SERVICE: Sid = Sid::well_known(5, 20);
    /// S-1-5-32-544, the local group.
    pub const ADMINISTRATORS: Sid = Sid::builtin(544);
    /// S-1-5-32-545, the local group.
    pub const USERS: Sid = Sid::builtin(545);
    /// S-1-5-32-546, the local group.
    pub const GUESTS: Sid = Sid::builtin(546);
    /// S-1-5-32-547, the local group.
    pub const POWER_USERS: Sid = Sid::builtin(547);
    /// S-1-5-32-549, the local group of domain controllers.
    pub const SERVER_OPERATORS: Sid = Sid::builtin(549);

    const fn well_known(authority: u64, sub: u32) -> Sid {
        Sid { authority, subs: [sub, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], count: 1 }
    }

    const fn builtin(rid: u32) -> Sid {
        Sid { authority: 5, subs: [32, rid, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], count: 2 }
    }

    /// Makes a SID; `None` for more than 15 sub-authorities or an authority of more than 48 bits.
    pub fn new(authority: u64, subs: &[u32]) -> Option<Sid> {
        let mut all = [0; MAX_SUBS];
        all.get_mut(..subs.len())?.copy_from_slice(subs);
        let count = u8::try_from(subs.len()).ok()?;
        (authority <= MAX_AUTHORITY).then_some(Sid { authority, subs: all, count })
    }

    /// Reads the SID at the start of `bytes`, which may go on behind it ([MS-DTYP] 2.4.2.2).
    ///
    /// # Errors
    /// When the bytes end too early, the revision is not 1, or more than 15 sub-authorities are counted.
    pub fn parse(bytes: &[u8]) -> Result<Sid, SidError> {
        let short = |expected| SidError::TooShort { expected, actual: bytes.len() };
        let revision = u8_at(bytes, 0).ok_or(short(HEADER))?;
        if revision != 1 {
            return Err(SidError::Revision { actual: revision });
        }
        let count = u8_at(bytes, 1).ok_or(short(HEADER))?;
        if usize::from(count) > MAX_SUBS {
            return Err(SidError::SubAuthorityCount { actual: count });
        }
        let size = size_of_count(count);
        let whole = slice_at(bytes, 0, size).ok_or(short(size))?;
        let authority = slice_at(whole, 2, 6)
            .unwrap_or(&[])
            .iter()
            .fold(0, |high, &low| high << 8 | u64::from(low));
        let mut subs = [0; MAX_SUBS];
        let stored = whole.get(HEADER..).unwrap_or(&[]).chunks_exact(4);
        for (sub, stored) in subs.iter_mut().zip(stored) {
            *sub = u32_at(stored, 0).unwrap_or(0);
        }
        Ok(Sid { authority, subs, count })
    }

    /// The bytes that the SID takes when stored: 8 and 4 more for each sub-authority.
    pub fn size(&self) -> usize {
        size_of_count(self.count)
    }

    /// The SID as it is stored ([MS-DTYP] 2.4.2.2).
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size());
        bytes.extend([1, self.count]);
        bytes.extend(self.authority.to_be_bytes().iter().skip(2));
        bytes.extend(self.sub_authorities().iter().flat_map(|sub| sub.to_le_bytes()));
        bytes
    }

    /// The identifier authority, a number of 48 bits.
    pub fn authority(&self) -> u64 {
        self.authority
    }

    /// The sub-authorities; the last one is the relative identifier (RID).
    pub fn sub_authorities(&self) -> &[u32] {
        self.subs.get(..usize::from(self.count)).unwrap_or(&[])
    }

    /// The SID below this one with that relative identifier; `None` if it has 15 sub-authorities.
    ///
    /// The users and groups of a domain stand below its SID.
    pub fn child(&self, rid: u32) -> Option<Sid> {
        let mut child = *self;
        *child.subs.get_mut(usize::from(self.count))? = rid;
        child.count = child.count.saturating_add(1);
        Some(child)
    }

    /// The SID above this one, and the relative identifier that led from there; `None` at the top.
    pub fn parent(&self) -> Option<(Sid, u32)> {
        let mut parent = *self;
        parent.count = self.count.checked_sub(1)?;
        let rid = core::mem::take(parent.subs.get_mut(usize::from(parent.count))?);
        Some((parent, rid))
    }

    /// The two letters that SDDL writes for this SID, if it has any that need no domain.
    pub fn alias(&self) -> Option<&'static str> {
        names::of(self)?.alias
    }

    /// The name that Windows (in English) shows for this well-known SID.
    ///
    /// Accounts and groups of a domain or of one computer have names only there; they have none here.
    pub fn name(&self) -> Option<&'static str> {
        Some(names::of(self)?.name)
    }

    /// Whether every Windows computer knows this SID under the same name.
    pub fn is_well_known(&self) -> bool {
        names::of(self).is_some()
    }
}

fn size_of_count(count: u8) -> usize {
    usize::from(count).saturating_mul(4).saturating_add(HEADER)
}

/// `S-1-5-18`; an authority of 2^32 or more is in hexadecimal, as [MS-DTYP] 2.4.2.1 demands.
impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.authority > u64::from(u32::MAX) {
            write!(f, "S-1-0x{:X}", self.authority)?;
        } else {
            write!(f, "S-1-{}", self.authority)?;
        }
        self.sub_authorities().iter().try_for_each(|sub| write!(f, "-{sub}"))
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        match self.name() {
            Some(name) => write!(f, " ({name})"),
            None => Ok(()),
        }
    }
}

/// Why text is not a SID; positions are bytes from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[non_exhaustive]
pub enum SidTextError {
    /// Neither `S-1-...` nor two letters.
    #[error("a SID begins with S-1-, or is one of the two-letter names of SDDL")]
    NotASid,
    /// Two letters that name no SID.
    #[error("no SID has this two-letter name")]
    UnknownAlias,
    /// Two letters that name an account or a group of some domain, which is not known here.
    #[error("this two-letter name is relative to a domain: write the SID out")]
    DomainRelative,
    /// The authority is no decimal number below 2^48, nor a hexadecimal one after 0x.
    #[error("the authority of a SID is a number below 2^48, in decimal or after 0x in hexadecimal")]
    Authority {
        /// Where the authority begins.
        position: usize,
    },
    /// A sub-authority is no decimal number below 2^32, nor a hexadecimal one after 0x.
    #[error(
        "a sub-authority of a SID is a number below 2^32, in decimal or after 0x in hexadecimal"
    )]
    SubAuthority {
        /// Where the sub-authority begins.
        position: usize,
    },
    /// More than 15 sub-authorities.
    #[error("a SID has at most 15 sub-authorities")]
    TooManySubAuthorities {
        /// Where the sixteenth begins.
        position: usize,
    },
}

impl SidTextError {
    /// Where in the text, in bytes from its start.
    pub fn position(&self) -> usize {
        match *self {
            Self::NotASid | Self::UnknownAlias | Self::DomainRelative => 0,
            Self::Authority { position }
            | Self::SubAuthority { position }
            | Self::TooManySubAuthorities { position } => position,
        }
    }
}

/// The `S-1-...` form, and the two-letter names of SDDL that need no domain; case does not matter.
impl FromStr for Sid {
    type Err = SidTextError;

    fn from_str(text: &str) -> Result<Sid, SidTextError> {
        if text.len() == 2 {
            return match names::by_alias(text) {
                Some(sid) => Ok(sid),
                None if domain::rid_of_alias(text).is_some() => Err(SidTextError::DomainRelative),
                None => Err(SidTextError::UnknownAlias),
            };
        }
        let (authority, subs) = split(text)?;
        let mut all = [0; MAX_SUBS];
        let mut count = 0_u8;
        for (position, sub) in subs {
            let place = all
                .get_mut(usize::from(count))
                .ok_or(SidTextError::TooManySubAuthorities { position })?;
            let number = number::of_sid(sub).and_then(|number| u32::try_from(number).ok());
            *place = number.ok_or(SidTextError::SubAuthority { position })?;
            count = count.saturating_add(1);
        }
        Ok(Sid { authority, subs: all, count })
    }
}

/// A SID in a descriptor's text, where Windows takes more than elsewhere: a sub-authority that doesn't fit
/// is the greatest one, spaces may stand before the revision and the authority, and a revision in hexadecimal
/// makes all that follows hexadecimal.
pub(crate) fn in_descriptor(text: &str) -> Result<Sid, SidTextError> {
    text.parse().or_else(|error| lenient(text).ok_or(error))
}

fn lenient(text: &str) -> Option<Sid> {
    let mut fields = text.split('-');
    fields.next().filter(|letter| letter.eq_ignore_ascii_case("S"))?;
    let number = |text: &str, radix| match text.get(..2) {
        Some("0x" | "0X") => (number::saturating(text.get(2..).unwrap_or(""), 16), 16),
        _ => (number::saturating(text, radix), radix),
    };
    let (revision, radix) = number(fields.next()?.trim_ascii_start(), 10);
    let (authority, _) = number(fields.next()?.trim_ascii_start(), radix);
    let subs: Option<Vec<u32>> = fields
        .map(|sub| number(sub, radix).0.map(|sub| u32::try_from(sub).unwrap_or(u32::MAX)))
        .collect();
    revision.filter(|revision| *revision == 1)?;
    Sid::new(authority?, &subs?)
}

/// The authority of `S-1-...`, and what stands between the dashes behind it, with positions.
pub(crate) fn split(
    text: &str,
) -> Result<(u64, impl Iterator<Item = (usize, &str)>), SidTextError> {
    let prefix = text.get(..4).ok_or(SidTextError::NotASid)?;
    if !prefix.eq_ignore_ascii_case("S-1-") {
        return Err(SidTextError::NotASid);
    }
    let mut position = 4_usize;
    let mut fields = text.get(4..).unwrap_or("").split('-').map(move |field| {
        let at = position;
        position = position.saturating_add(field.len()).saturating_add(1);
        (at, field)
    });
    let wrong = SidTextError::Authority { position: 4 };
    let (_, authority) = fields.next().ok_or(wrong)?;
    let authority = number::of_sid(authority);
    let authority = authority.filter(|&authority| authority <= MAX_AUTHORITY).ok_or(wrong)?;
    Ok((authority, fields))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    // Texts: [MS-DTYP] 2.4.2.1 and 2.4.2.4; the long authority: Windows' ConvertSidToStringSid.
    #[test]
    fn text_and_bytes() {
        for (text, bytes) in [
            ("S-1-0-0", &[1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0][..]),
            ("S-1-1-0", &[1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]),
            ("S-1-5-18", &[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]),
            ("S-1-5-32-544", &[1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0]),
            ("S-1-5", &[1, 0, 0, 0, 0, 0, 0, 5]),
            ("S-1-0x12A05F200-30-40", &[1, 2, 0, 1, 0x2A, 5, 0xF2, 0, 30, 0, 0, 0, 40, 0, 0, 0]),
            ("S-1-4294967295-4294967295", &[1, 1, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] {
            let sid = Sid::parse(bytes).unwrap();
            assert_eq!(sid.to_string(), text);
            assert_eq!(text.parse(), Ok(sid));
            assert_eq!(text.to_lowercase().parse(), Ok(sid));
            assert_eq!(sid.to_bytes(), bytes);
            assert_eq!(sid.size(), bytes.len());
        }
        let long = "S-1-5-21-1004336348-1177238915-682003330-512";
        assert_eq!(long.parse::<Sid>().unwrap().to_string(), long);
        assert_eq!(long.parse::<Sid>().unwrap().name(), None);
    }

    #[test]
    fn bytes_that_are_no_sid() {
        let short = |expected, actual| Err(SidError::TooShort { expected, actual });
        assert_eq!(Sid::parse(&[]), short(8, 0));
        assert_eq!(Sid::parse(&[1]), short(8, 1));
        assert_eq!(Sid::parse(&[1, 0, 0]), short(8, 3));
        assert_eq!(Sid::parse(&[1, 1, 0, 0, 0, 0, 0, 5]), short(12, 8));
        assert_eq!(Sid::parse(&[2, 1]), Err(SidError::Revision { actual: 2 }));
        assert_eq!(Sid::parse(&[1, 16]), Err(SidError::SubAuthorityCount { actual: 16 }));
    }

    #[test]
    fn text_that_is_no_sid() {
        for (text, error) in [
            ("", SidTextError::NotASid),
            ("S-2-5", SidTextError::NotASid),
            ("Everyone", SidTextError::NotASid),
            ("S-1-", SidTextError::Authority { position: 4 }),
            ("S-1-+5-18", SidTextError::Authority { position: 4 }),
            ("S-1-0x1000000000000-1", SidTextError::Authority { position: 4 }),
            ("S-1-5-", SidTextError::SubAuthority { position: 6 }),
            ("S-1-5-18-x", SidTextError::SubAuthority { position: 9 }),
            ("S-1-5-4294967296", SidTextError::SubAuthority { position: 6 }),
            (
                "S-1-5-1-2-3-4-5-6-7-8-9-0-1-2-3-4-5-6",
                SidTextError::TooManySubAuthorities { position: 36 },
            ),
            ("DA", SidTextError::DomainRelative),
            ("QQ", SidTextError::UnknownAlias),
            ("é", SidTextError::UnknownAlias),
        ] {
            assert_eq!(text.parse::<Sid>(), Err(error), "{text}");
        }
    }

    #[test]
    fn order_is_that_of_the_numbers() {
        let mut sids = ["S-1-5-32-544", "S-1-5-18", "S-1-5", "S-1-1-0", "S-1-5-18-0"]
            .map(|text| text.parse::<Sid>().unwrap());
        sids.sort();
        assert_eq!(
            sids.map(|sid| sid.to_string()),
            ["S-1-1-0", "S-1-5", "S-1-5-18", "S-1-5-18-0", "S-1-5-32-544"]
        );
        assert_eq!(Sid::new(1 << 48, &[]), None);
        assert_eq!(Sid::new(5, &[0; 16]), None);
    }
}
