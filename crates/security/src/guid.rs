//! GUIDs, which object ACEs name property sets and classes by ([MS-DTYP] 2.3.4).

use core::fmt;
use core::str::FromStr;

use thiserror::Error;

/// A GUID as it is stored: the first three fields little-endian.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub [u8; 16]);

/// In which order the stored bytes stand in the text, and where a dash follows.
const TEXT_ORDER: [usize; 16] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
const DASH_BEHIND: [usize; 4] = [3, 5, 7, 9];
/// Characters of a GUID without braces.
const TEXT_LEN: usize = 36;

/// `bf967aba-0de6-11d0-a285-00aa003049e2`, in lower case and without braces, as SDDL writes it.
impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, stored) in TEXT_ORDER.iter().enumerate() {
            write!(f, "{:02x}", self.0.get(*stored).copied().unwrap_or(0))?;
            if DASH_BEHIND.contains(&place) {
                f.write_str("-")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a GUID in the form `bf967aba-0de6-11d0-a285-00aa003049e2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("a GUID has the form bf967aba-0de6-11d0-a285-00aa003049e2")]
pub struct GuidTextError;

impl FromStr for Guid {
    type Err = GuidTextError;

    fn from_str(text: &str) -> Result<Guid, GuidTextError> {
        let mut bytes = [0; 16];
        let mut rest = Some(text).filter(|text| text.len() == TEXT_LEN).ok_or(GuidTextError)?;
        for (place, stored) in TEXT_ORDER.iter().enumerate() {
            let (digits, behind) = rest.split_at_checked(2).ok_or(GuidTextError)?;
            let value =
                crate::number::digits(digits, 16).and_then(|value| u8::try_from(value).ok());
            *bytes.get_mut(*stored).ok_or(GuidTextError)? = value.ok_or(GuidTextError)?;
            rest = match DASH_BEHIND.contains(&place) {
                true => behind.strip_prefix('-').ok_or(GuidTextError)?,
                false => behind,
            };
        }
        Ok(Guid(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn text() {
        let text = "bf967aba-0de6-11d0-a285-00aa003049e2";
        let guid: Guid = text.parse().unwrap();
        assert_eq!(guid.0[..8], [0xBA, 0x7A, 0x96, 0xBF, 0xE6, 0x0D, 0xD0, 0x11]);
        assert_eq!(guid.to_string(), text);
        assert_eq!(text.to_uppercase().parse(), Ok(guid));
        for wrong in ["", "bf967aba", "bf967aba+0de6-11d0-a285-00aa003049e2", "é"] {
            assert_eq!(wrong.parse::<Guid>(), Err(GuidTextError));
        }
        assert!("bf967aba-0de6-11d0-a285-00aa003049e".parse::<Guid>().is_err());
        assert!("bf967aba-0de6-11d0-a285-00aa003049e2f".parse::<Guid>().is_err());
    }
}
