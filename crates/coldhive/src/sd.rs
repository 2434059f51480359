//! Security descriptors as lines of text: bytes in hex or base64 to SDDL, and back.

use coldhive_security::{DescriptorError, SddlContext, SddlError, SecurityDescriptor, Sid};
use data_encoding::{BASE64_NOPAD, HEXLOWER};
use thiserror::Error;

/// How descriptors are written and read as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SdOptions {
    /// The SID of the domain (`S-1-5-21-...`) whose accounts and groups have letters of their own, such as `DA`.
    pub domain: Option<Sid>,
}

impl SdOptions {
    fn context(&self) -> SddlContext {
        self.domain.map_or_else(SddlContext::default, SddlContext::with_domain)
    }
}

/// Why a line could not be turned into another.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SdError {
    /// The line is not UTF-8.
    #[error("at byte {position}: the line is not UTF-8 from here on")]
    NotUtf8 {
        /// Where in the line, in bytes.
        position: usize,
    },
    /// A character that stands in no number.
    #[error("at byte {position}: {found:?} is no hexadecimal digit")]
    HexDigit {
        /// Where in the line, in bytes.
        position: usize,
        /// The character.
        found: char,
    },
    /// Half a byte is left over.
    #[error("at byte {position}: {digits} hexadecimal digits are no whole bytes")]
    HalfByte {
        /// Where in the line the number begins, in bytes.
        position: usize,
        /// How many digits it has.
        digits: usize,
    },
    /// The line ends with a backslash, as in an exported text whose value takes several lines.
    #[error("at byte {position}: the line says that it goes on in the next one: join them first")]
    GoesOn {
        /// Where in the line, in bytes.
        position: usize,
    },
    /// The line is neither hexadecimal nor base64.
    #[error("at byte {position}: this is neither hexadecimal nor base64 ({reason})")]
    Base64 {
        /// Where in the line, in bytes.
        position: usize,
        /// What base64 has against it.
        reason: &'static str,
    },
    /// The line is UTF-16, as PowerShell writes it by default.
    #[error("at byte {position}: the line is UTF-16: save the file as UTF-8")]
    Utf16 {
        /// Where in the line, in bytes.
        position: usize,
    },
    /// The bytes are no security descriptor that can be told in SDDL.
    #[error(
        "at offset {offset:#x} of the descriptor: {reason}{}", rest(.readable),
        offset = .reason.offset()
    )]
    Descriptor {
        /// What is wrong with them.
        reason: DescriptorError,
        /// What can be read, with placeholders in `<>` for what can't; `None` where nothing can.
        readable: Option<String>,
    },
    /// The text is not SDDL.
    #[error(transparent)]
    Sddl(#[from] SddlError),
    /// The SDDL has a line break in it, and can't stand in one line.
    #[error("at byte {position} of its SDDL: there is a line break in a text of the descriptor")]
    LineBreak {
        /// Where in the SDDL, in bytes.
        position: usize,
    },
}

fn rest(readable: &Option<String>) -> String {
    readable.as_ref().map(|text| format!("; what can be read is {text}")).unwrap_or_default()
}

/// Turns a line with the bytes of a self-relative security descriptor into SDDL. A blank line stays blank.
///
/// The bytes stand in hexadecimal (with spaces, commas or hyphens between them, with `0x` before them, or as an
/// exported registry value `hex:01,00,...`) or in base64 (the standard alphabet, padded or not). A descriptor begins
/// with the byte `01`, so its hexadecimal begins with `0` and its base64 with `A`: that decides. A line with any other
/// beginning is no descriptor; it is taken for hexadecimal if it has nothing but hexadecimal digits.
///
/// ```
/// use coldhive::{SdOptions, decode_sd};
///
/// let options = SdOptions::default();
/// assert_eq!(decode_sd(b"0100048000000000 00000000 00000000 14000000 02000800 00000000", &options)?, "D:");
/// assert_eq!(decode_sd(b"AQAEgAAAAAAAAAAAAAAAABQAAAACAAgAAAAAAA==", &options)?, "D:");
/// assert_eq!(decode_sd(b"", &options)?, "");
/// # Ok::<(), coldhive::SdError>(())
/// ```
///
/// # Errors
/// [`SdError`] with the place in the line, or the offset in the descriptor.
pub fn decode_sd(line: &[u8], options: &SdOptions) -> Result<String, SdError> {
    let text = utf8(line)?.trim_end();
    if text.is_empty() {
        return Ok(String::new());
    }
    let bytes = parse_bytes(text)?;
    let descriptor = SecurityDescriptor::parse(&bytes)
        .map_err(|reason| SdError::Descriptor { reason, readable: None })?;
    let context = options.context();
    let sddl = context.print(&descriptor).map_err(|reason| {
        let readable = Some(context.print_lossy(&descriptor));
        SdError::Descriptor { reason, readable }
    })?;
    match sddl.find(['\n', '\r']) {
        Some(position) => Err(SdError::LineBreak { position }),
        None => Ok(sddl),
    }
}

/// Turns a line of SDDL into the bytes of a self-relative security descriptor, in lower-case hexadecimal. A blank
/// line stays blank.
///
/// ```
/// let options = coldhive::SdOptions::default();
/// let hex = coldhive::encode_sd(b"O:BAD:(A;;KR;;;WD)", &options)?;
/// assert_eq!(coldhive::decode_sd(hex.as_bytes(), &options)?, "O:BAD:(A;;KR;;;WD)");
/// # Ok::<(), coldhive::SdError>(())
/// ```
///
/// # Errors
/// [`SdError`] with the place in the line.
pub fn encode_sd(line: &[u8], options: &SdOptions) -> Result<String, SdError> {
    let text = utf8(line)?;
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(HEXLOWER.encode(options.context().parse(text)?.as_bytes()))
}

/// The line as text. Editors put a byte order mark before the first one.
fn utf8(line: &[u8]) -> Result<&str, SdError> {
    let line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
    std::str::from_utf8(line).map_err(|error| {
        let position = error.valid_up_to();
        match line {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => SdError::Utf16 { position },
            _ => SdError::NotUtf8 { position },
        }
    })
}

/// What may stand between bytes in hexadecimal: `-` is what .NET's `BitConverter` writes.
const fn is_separator(c: char) -> bool {
    c.is_ascii_whitespace() || matches!(c, ',' | '-')
}

fn parse_bytes(text: &str) -> Result<Vec<u8>, SdError> {
    let start = text.len().saturating_sub(text.trim_start().len());
    if let Some(body) = behind_hex_prefix(text) {
        return hexadecimal(text, body);
    }
    let rest = text.get(start..).unwrap_or_default();
    let only_hex = || rest.chars().all(|c| c.is_ascii_hexdigit() || is_separator(c));
    if rest.starts_with('0') || (!rest.starts_with('A') && only_hex()) {
        return hexadecimal(text, start);
    }
    base64(text)
}

/// Where the digits begin in the form of exported registry values: `"Security"=hex:01,00` or `hex(3):01,00`.
fn behind_hex_prefix(text: &str) -> Option<usize> {
    let trimmed = text.trim_start();
    let named = trimmed.starts_with(['"', '@']);
    let value = if named {
        text.rfind('=')?.saturating_add(1)
    } else {
        text.len().saturating_sub(trimmed.len())
    };
    let rest = text.get(value..)?;
    let after = rest.get(..3).filter(|word| word.eq_ignore_ascii_case("hex")).and(rest.get(3..))?;
    let (kind, _) = after.split_once(':')?;
    let typed = kind.strip_prefix('(').and_then(|kind| kind.strip_suffix(')'));
    let is_kind =
        kind.is_empty() || typed.is_some_and(|code| code.bytes().all(|b| b.is_ascii_hexdigit()));
    // Behind `hex`, the kind and the colon.
    is_kind.then(|| value.saturating_add(kind.len()).saturating_add(4))
}

/// Reads numbers of whole bytes from `start` on. One digit alone is a byte too, as in `0x1, 0x0`.
fn hexadecimal(text: &str, start: usize) -> Result<Vec<u8>, SdError> {
    let mut bytes = Vec::with_capacity(text.len().saturating_sub(start) / 2);
    let mut rest = text.get(start..).unwrap_or_default();
    loop {
        rest = rest.trim_start_matches(is_separator);
        let position = text.len().saturating_sub(rest.len());
        if rest.is_empty() {
            return Ok(bytes);
        }
        if rest == "\\" {
            return Err(SdError::GoesOn { position });
        }
        let length = rest.find(is_separator).unwrap_or(rest.len());
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let digits = token.strip_prefix("0x").or_else(|| token.strip_prefix("0X"));
        let digits = digits.unwrap_or(token);
        let at = position.saturating_add(token.len().saturating_sub(digits.len()));
        push_digits(digits, at, &mut bytes)?;
        rest = after;
    }
}

fn push_digits(digits: &str, position: usize, bytes: &mut Vec<u8>) -> Result<(), SdError> {
    let value = |byte: &u8| {
        let found = char::from(*byte);
        found.to_digit(16).and_then(|digit| u8::try_from(digit).ok())
    };
    if let Some((at, found)) = digits.char_indices().find(|(_, c)| !c.is_ascii_hexdigit()) {
        return Err(SdError::HexDigit { position: position.saturating_add(at), found });
    }
    if digits.len() != 1 && !digits.len().is_multiple_of(2) || digits.is_empty() {
        return Err(SdError::HalfByte { position, digits: digits.len() });
    }
    let first = digits.len() % 2;
    let (half, whole) = digits.as_bytes().split_at_checked(first).unwrap_or_default();
    let pairs = whole.chunks_exact(2).map(|pair| match pair {
        [high, low] => (value(high).unwrap_or(0) << 4) | value(low).unwrap_or(0),
        _ => 0,
    });
    bytes.extend(half.iter().filter_map(value).chain(pairs));
    Ok(())
}

/// Reads base64 with white space anywhere.
fn base64(text: &str) -> Result<Vec<u8>, SdError> {
    let symbols: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let padding = symbols.iter().rev().take_while(|byte| **byte == b'=').count();
    let length = symbols.len().saturating_sub(padding);
    // Where in the line the symbol of this number stands.
    let place = |number: usize| {
        let mut kept = text.bytes().enumerate().filter(|(_, byte)| !byte.is_ascii_whitespace());
        kept.nth(number).map_or(text.len(), |(position, _)| position)
    };
    if padding > 2 || (padding > 0 && !symbols.len().is_multiple_of(4)) {
        let reason = "it is padded to no multiple of 4 characters";
        return Err(SdError::Base64 { position: place(length), reason });
    }
    let kept = symbols.get(..length).unwrap_or_default();
    BASE64_NOPAD.decode(kept).map_err(|error| SdError::Base64 {
        position: place(error.position),
        reason: match error.kind {
            data_encoding::DecodeKind::Length => "its length is none that bytes have",
            data_encoding::DecodeKind::Symbol => "this character is none of its alphabet",
            data_encoding::DecodeKind::Trailing => "bits are set behind its last byte",
            data_encoding::DecodeKind::Padding => "its padding stands in the middle",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The empty DACL of the example: revision 1, control 0x8004, DACL at 20, of 8 bytes ([MS-DTYP] 2.4.6, 2.4.5).
    const HEX: &str = "01000480000000000000000000000000140000000200080000000000";

    fn decode(line: &str) -> Result<String, SdError> {
        decode_sd(line.as_bytes(), &SdOptions::default())
    }

    #[test]
    fn bytes_are_read_in_every_usual_form() {
        let pairs: Vec<_> =
            HEX.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap()).collect();
        let short: Vec<_> =
            pairs.iter().map(|pair| pair.strip_prefix('0').unwrap_or(pair)).collect();
        let prefixed = pairs.iter().map(|pair| format!("0x{pair}")).collect::<Vec<_>>();
        for line in [
            HEX.to_owned(),
            HEX.to_uppercase(),
            format!("0x{HEX}"),
            format!("  0X{} ", HEX.to_uppercase()),
            format!("{HEX}\r"),
            pairs.join(" "),
            pairs.join("-"),
            pairs.join(","),
            prefixed.join(", "),
            short.join(","),
            format!("hex:{}", pairs.join(",")),
            format!("HEX(3):{}", pairs.join(",")),
            format!("\"Se=cu\"=hex(b):{}", pairs.join(",")),
            format!("@=hex:{}", pairs.join(",")),
            "AQAEgAAAAAAAAAAAAAAAABQAAAACAAgAAAAAAA==".to_owned(),
            "AQAEgAAAAAAAAAAAAAAAABQAAAACAAgAAAAAAA".to_owned(),
            " AQAEgAAAAAAAAAAA AAAAABQAAAACAAgAAAAAAA== ".to_owned(),
        ] {
            assert_eq!(decode(&line).as_deref(), Ok("D:"), "{line}");
        }
    }

    #[test]
    fn what_is_no_descriptor_is_told_with_its_place() {
        for (line, message) in [
            ("01000480zz", "at byte 8: 'z' is no hexadecimal digit"),
            ("01,00,048", "at byte 6: 3 hexadecimal digits are no whole bytes"),
            ("0x", "at byte 2: 0 hexadecimal digits are no whole bytes"),
            (
                "hex:01,00,\\",
                "at byte 10: the line says that it goes on in the next one: join them first",
            ),
            (
                "AQAE!AAA",
                "at byte 4: this is neither hexadecimal nor base64 (this character is none of its alphabet)",
            ),
            (
                "AQ AE!AAA",
                "at byte 5: this is neither hexadecimal nor base64 (this character is none of its alphabet)",
            ),
            (
                "AQB",
                "at byte 2: this is neither hexadecimal nor base64 (bits are set behind its last byte)",
            ),
            (
                "AQAEg",
                "at byte 4: this is neither hexadecimal nor base64 (its length is none that bytes have)",
            ),
            (
                "AQAE=",
                "at byte 4: this is neither hexadecimal nor base64 (it is padded to no multiple of 4 characters)",
            ),
            (
                "O:BA",
                "at byte 1: this is neither hexadecimal nor base64 (this character is none of its alphabet)",
            ),
            (
                "0100",
                "at offset 0x0 of the descriptor: a security descriptor needs 20 bytes for its header, but only 2 are there",
            ),
        ] {
            assert_eq!(
                decode(line).map_err(|error| error.to_string()),
                Err(message.into()),
                "{line}"
            );
        }
        let cut = HEX.get(..48).unwrap();
        assert!(
            decode(cut).unwrap_err().to_string().starts_with("at offset 0x14 of the descriptor:")
        );
        let error = decode_sd(b"01\xff", &SdOptions::default()).unwrap_err();
        assert_eq!(error, SdError::NotUtf8 { position: 2 });
    }

    #[test]
    fn blank_lines_stay_blank_and_text_errors_have_their_place() {
        for blank in ["", " ", "\r", "\t\r"] {
            assert_eq!(decode(blank).as_deref(), Ok(""));
            assert_eq!(encode_sd(blank.as_bytes(), &SdOptions::default()).as_deref(), Ok(""));
        }
        let error = encode_sd(b"O:BAX:", &SdOptions::default()).unwrap_err();
        assert!(error.to_string().starts_with("at byte 4: "), "{error}");
        assert_eq!(encode_sd(b"D:", &SdOptions::default()).as_deref(), Ok(HEX));
    }
}
