//! Numbers as C writes them, and bytes in hexadecimal.

use alloc::vec::Vec;

use crate::condition::Base;

/// A number of digits alone: `from_str_radix` would take a sign too.
pub(crate) fn digits(text: &str, radix: u32) -> Option<u64> {
    let all = text.bytes().all(|digit| digit.is_ascii_alphanumeric());
    all.then(|| u64::from_str_radix(text, radix).ok())?
}

/// As [`digits`], of at most 32 bits.
pub(crate) fn digits32(text: &str, radix: u32) -> Option<u32> {
    digits(text, radix)?.try_into().ok()
}

/// As [`digits`], with the greatest number for one that doesn't fit, as C's strtoul reads it.
pub(crate) fn saturating(text: &str, radix: u32) -> Option<u64> {
    let digit = |digit: char| digit.to_digit(radix).map(u64::from);
    let add = |number: u64, digit| number.saturating_mul(radix.into()).saturating_add(digit);
    let (first, rest) = text.split_at_checked(1)?;
    let first = first.chars().next().and_then(digit)?;
    rest.chars().try_fold(first, |number, next| Some(add(number, digit(next)?)))
}

/// Digits without what says their base, and that base: 0x... 0... or decimal.
///
/// Windows takes the number 0 for an octal one.
pub(crate) fn base(text: &str) -> (&str, Base) {
    match text.get(..2) {
        Some("0x" | "0X") => (text.get(2..).unwrap_or(""), Base::Hexadecimal),
        _ if text.starts_with('0') => (text, Base::Octal),
        _ => (text, Base::Decimal),
    }
}

/// A number of a SID: in decimal, or in hexadecimal behind 0x.
pub(crate) fn of_sid(text: &str) -> Option<u64> {
    match text.get(..2) {
        Some("0x" | "0X") => digits(text.get(2..)?, 16),
        _ => digits(text, 10),
    }
}

/// A number without its sign, and the base it is written in: 0x... 0... or decimal.
pub(crate) fn unsigned(text: &str) -> Option<(u64, Base)> {
    let (own, base) = base(text);
    Some((digits(own, base.radix())?, base))
}

/// Bytes as hexadecimal digits, where `#` is another way to write 0.
///
/// An odd number of digits stands for one more 0 before them (Win32 "SDDL for Conditional ACEs").
pub(crate) fn octets(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'#' => Some(0),
        _ => char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok()),
    };
    let odd = (!text.len().is_multiple_of(2)).then_some(b'0');
    let digits: Vec<u8> = odd.into_iter().chain(text.bytes()).map(digit).collect::<Option<_>>()?;
    let (pairs, _) = digits.as_chunks::<2>();
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn numbers() {
        use Base::{Decimal, Hexadecimal, Octal};
        for (text, read) in [
            ("0", Some((0, Octal))),
            ("00", Some((0, Octal))),
            ("17", Some((17, Decimal))),
            ("017", Some((15, Octal))),
            ("0x1f", Some((31, Hexadecimal))),
            ("0XFFFFFFFFFFFFFFFF", Some((u64::MAX, Hexadecimal))),
            ("0x10000000000000000", None),
            ("624677746777766777767", None),
            ("08", None),
            ("+1", None),
            ("0x+1", None),
            ("0x", None),
            ("", None),
            ("1a", None),
        ] {
            assert_eq!(unsigned(text), read, "{text}");
        }
    }

    #[test]
    fn numbers_that_do_not_fit() {
        for (text, radix, read) in [
            ("0", 10, Some(0)),
            ("18446744073709551615", 10, Some(u64::MAX)),
            ("18446744073709551616", 10, Some(u64::MAX)),
            ("fffffffffffffffff", 16, Some(u64::MAX)),
            ("17", 8, Some(15)),
            ("18", 8, None),
            ("99999999999999999999g", 10, None),
            ("+1", 10, None),
            ("é", 16, None),
            ("", 10, None),
        ] {
            assert_eq!(saturating(text, radix), read, "{text}");
        }
    }

    // Win32 "SDDL for Conditional ACEs": `#1#2#3##` is read as 01020300.
    #[test]
    fn bytes() {
        assert_eq!(octets("#1#2#3##"), Some(vec![1, 2, 3, 0]));
        assert_eq!(octets("1#2#3##"), Some(vec![1, 2, 3, 0]));
        assert_eq!(octets("aBcdEF"), Some(vec![0xAB, 0xCD, 0xEF]));
        assert_eq!(octets(""), Some(vec![]));
        assert_eq!(octets("0g"), None);
        assert_eq!(octets("é"), None);
    }
}
