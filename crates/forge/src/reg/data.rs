//! The data of a value: texts in quotes, numbers, bytes.

use super::code_page::CodePage;
use super::line::Cursor;
use super::notes::{Kind, Notes};
use super::problem::{Problem, quote};
use super::scan::Header;

/// `REG_SZ`.
const SZ: u32 = 1;
/// `REG_EXPAND_SZ`.
const EXPAND_SZ: u32 = 2;
/// `REG_BINARY`, the type that `hex:` without a number means.
const BINARY: u32 = 3;
/// `REG_DWORD`.
const DWORD: u32 = 4;
/// `REG_MULTI_SZ`.
const MULTI_SZ: u32 = 7;

const BACKSLASH: u16 = b'\\' as u16;
const QUOTE: u16 = b'"' as u16;

/// What stands behind the equals sign.
pub(super) enum Data {
    /// `-`: the value is deleted.
    Deletion,
    /// Type and data, as a hive holds them.
    Value { type_code: u32, bytes: Vec<u8> },
}

/// What of a value isn't understood.
pub(super) struct BadValue {
    pub(super) problem: Problem,
    pub(super) go_on: GoOn,
}

/// Where reading goes on behind a value that isn't understood.
#[derive(Clone, Copy)]
pub(super) enum GoOn {
    /// Behind the line where it begins: what it has run over is better read by itself.
    WithSecondLine,
    /// Behind the lines that continue the one at hand.
    PastContinuation,
    /// Behind the line at hand, for it was read to its end.
    WithNextLine,
}

impl From<Problem> for BadValue {
    fn from(problem: Problem) -> Self {
        BadValue { problem, go_on: GoOn::WithSecondLine }
    }
}

/// Reads the data of a value to the end of its last line.
pub(super) fn parse(
    cursor: &mut Cursor<'_>,
    header: Header,
    code_page: Option<CodePage>,
    notes: &mut Notes,
) -> Result<Data, BadValue> {
    cursor.skip_blanks();
    let data = if cursor.eat(b'-') {
        Data::Deletion
    } else if cursor.eat(b'"') {
        let mut units = quoted(cursor, true)?;
        units.push(0);
        Data::Value { type_code: SZ, bytes: utf16(&units) }
    } else if cursor.eat_word("dword:") {
        Data::Value { type_code: DWORD, bytes: dword(cursor)?.to_le_bytes().into() }
    } else if cursor.eat_word("hex") {
        let type_code = type_code(cursor)?;
        let (line, at) = (cursor.source().line, cursor.position());
        let bytes = hex(cursor)?;
        let is_ansi = header == Header::Regedit4 && [SZ, EXPAND_SZ, MULTI_SZ].contains(&type_code);
        let bytes = if is_ansi {
            let page = code_page.unwrap_or(CodePage::WESTERN);
            tell_doubts(&bytes, type_code, line, code_page, notes);
            let mut units = Vec::with_capacity(bytes.len());
            if !page.decode(&bytes, &mut units) {
                let found = format!("bytes that {} doesn't have", page.name());
                let problem = cursor.problem(at, "text in the ANSI code page", found);
                let problem = Problem { line, ..problem };
                return Err(BadValue { problem, go_on: GoOn::WithNextLine });
            }
            utf16(&units)
        } else {
            bytes
        };
        Data::Value { type_code, bytes }
    } else {
        let expected = "a text in quotes, dword:, hex:, hex(type): or a hyphen";
        return Err(cursor.expected(expected).into());
    };
    if !cursor.is_done() {
        return Err(cursor.expected("the end of the line or a comment").into());
    }
    Ok(data)
}

/// Notes what of ANSI data isn't sure.
fn tell_doubts(
    bytes: &[u8],
    type_code: u32,
    line: u32,
    code_page: Option<CodePage>,
    notes: &mut Notes,
) {
    if type_code == SZ && !bytes.is_empty() {
        notes
            .add(Kind::Data, || format!("line {line}: the bytes of hex(1) were read as ANSI text"));
    }
    if code_page.is_none() && !bytes.is_ascii() {
        notes.add(Kind::Data, || {
            let page = CodePage::WESTERN.name();
            format!("line {line}: bytes beyond ASCII were read in {page}, which nothing says")
        });
    }
    let (pairs, odd) = bytes.as_chunks::<2>();
    let is_wide = |pair: &[u8; 2]| matches!(pair, [_, 0]);
    let has_text = pairs.iter().any(|pair| *pair != [0, 0]);
    if odd.is_empty() && has_text && pairs.iter().all(is_wide) {
        notes.add(Kind::Data, || {
            format!(
                "line {line}: the bytes look like UTF-16, and REGEDIT4 has ANSI there; read as ANSI"
            )
        });
    }
}

/// The characters up to the closing quotation mark; line ends among them only where they are allowed.
///
/// Of all escapes only a backslash and a quotation mark are known to an import, and what it writes.
pub(super) fn quoted(cursor: &mut Cursor<'_>, many_lines: bool) -> Result<Vec<u16>, Problem> {
    const UNCLOSED: &str = "a quotation mark that ends the text which begins here";
    let (line, start) = (cursor.source().line, cursor.position());
    let mut units = Vec::new();
    loop {
        match cursor.peek() {
            Some(QUOTE) => {
                cursor.skip(1);
                return Ok(units);
            }
            Some(BACKSLASH) => {
                cursor.skip(1);
                let Some(escaped @ (BACKSLASH | QUOTE)) = cursor.peek() else {
                    let expected = "a backslash or a quotation mark behind a backslash";
                    return Err(cursor.expected(expected));
                };
                units.push(escaped);
                cursor.skip(1);
            }
            Some(unit) => {
                units.push(unit);
                cursor.skip(1);
            }
            None if many_lines && !cursor.ending().is_empty() => {
                units.extend_from_slice(cursor.ending());
                if !cursor.next_line() {
                    let problem = cursor.problem(start, UNCLOSED, "the end of the text".into());
                    return Err(Problem { line, ..problem });
                }
                cursor.restart();
                if let Some(problem) = cursor.broken() {
                    return Err(problem);
                }
            }
            None => return Err(cursor.problem(start, UNCLOSED, quote(&[]))),
        }
    }
}

/// One to eight hexadecimal digits.
fn dword(cursor: &mut Cursor<'_>) -> Result<u32, Problem> {
    cursor.skip_blanks();
    digits(cursor, 8).ok_or_else(|| cursor.expected("one to eight hexadecimal digits"))
}

/// The type in `hex(type):`, where the cursor is behind `hex`.
fn type_code(cursor: &mut Cursor<'_>) -> Result<u32, Problem> {
    let mut type_code = BINARY;
    if cursor.eat(b'(') {
        let number = digits(cursor, 8);
        type_code = number.ok_or_else(|| cursor.expected("one to eight hexadecimal digits"))?;
        if !cursor.eat(b')') {
            return Err(cursor.expected("a closing parenthesis"));
        }
    }
    if cursor.eat(b':') { Ok(type_code) } else { Err(cursor.expected("a colon")) }
}

/// Bytes with commas between them, and lines that a backslash continues.
fn hex(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, BadValue> {
    let mut bytes = Vec::new();
    loop {
        // A comma behind the last byte is no harm, and neither are no bytes at all.
        if cursor.is_done() {
            return Ok(bytes);
        }
        if cursor.eat(b'\\') {
            if !cursor.is_done() {
                return Err(cut(cursor.expected("the end of the line or a comment")));
            }
            continue_line(cursor)?;
        }
        // Whatever follows a continuation, it isn't another one.
        let Some(byte) = digits(cursor, 2).and_then(|number| u8::try_from(number).ok()) else {
            return Err(cut(cursor.expected("a byte of two hexadecimal digits")));
        };
        bytes.push(byte);
        cursor.skip_blanks();
        if !cursor.eat(b',') {
            if cursor.is_done() {
                return Ok(bytes);
            }
            return Err(cut(cursor.expected("a comma or the end of the line")));
        }
    }
}

fn cut(problem: Problem) -> BadValue {
    BadValue { problem, go_on: GoOn::PastContinuation }
}

/// Goes to the line that continues the data, past empty lines and comments.
fn continue_line(cursor: &mut Cursor<'_>) -> Result<(), BadValue> {
    loop {
        let here = cursor.expected("the bytes that the backslash announces");
        if !cursor.next_line() {
            return Err(Problem { found: "the end of the text".into(), ..here }.into());
        }
        if cursor.is_done() {
            continue;
        }
        return match cursor.broken() {
            Some(problem) => Err(cut(problem)),
            None => Ok(()),
        };
    }
}

/// A number of one to so many hexadecimal digits, if no more of them stand here.
fn digits(cursor: &mut Cursor<'_>, most: usize) -> Option<u32> {
    let mut number: u32 = 0;
    let mut count: usize = 0;
    let units = cursor.rest();
    for &unit in units {
        let Some(digit) = char::from_u32(unit.into()).and_then(|unit| unit.to_digit(16)) else {
            break;
        };
        count = count.saturating_add(1);
        if count > most {
            return None;
        }
        number = (number << 4) | digit;
    }
    cursor.skip(count);
    (count > 0).then_some(number)
}

fn utf16(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_le_bytes()).collect()
}
