//! The text as lines of UTF-16 units, whatever it is encoded in.

use super::code_page::CodePage;
use super::notes::{Kind, Notes};

const BOM: u16 = 0xFEFF;
const LF: u16 = 0x0A;
const CR: u16 = 0x0D;

/// How the bytes of a text make characters.
#[derive(Clone, Copy)]
enum Coding {
    Utf16 { big_endian: bool },
    Bytes(CodePage),
}

/// Where a line stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Mark {
    /// The line's number, from 1.
    pub(super) line: u32,
    /// The offset of its first byte in the file.
    pub(super) offset: u64,
    /// The units that end it; none at the end of the text.
    pub(super) ending: &'static [u16],
    /// Where in the line something is that isn't a character of the encoding.
    pub(super) malformed: Option<usize>,
}

/// A text, read line by line: only the line at hand is decoded.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    bytes: &'a [u8],
    coding: Coding,
    is_ascii: bool,
    /// Where the next line begins.
    at: usize,
    /// The number of the line that was read last.
    line: u32,
}

impl<'a> Text<'a> {
    /// Finds out how a text is encoded.
    ///
    /// A byte order mark decides. Without one, a code page that the caller names decides; else bytes that are
    /// UTF-8 are read as such, and others as Windows-1252. Wherever that was a choice, a note says so.
    pub(super) fn new(bytes: &'a [u8], code_page: Option<CodePage>, notes: &mut Notes) -> Self {
        let utf8 = CodePage::UTF_8;
        let is_ascii = bytes.is_ascii();
        let (coding, at) = match bytes {
            [0xFF, 0xFE, ..] => (Coding::Utf16 { big_endian: false }, 2),
            [0xFE, 0xFF, ..] => (Coding::Utf16 { big_endian: true }, 2),
            [0xEF, 0xBB, 0xBF, ..] => (Coding::Bytes(utf8), 3),
            [1..=0xFF, 0, 1..=0xFF, 0, ..] => (Coding::Utf16 { big_endian: false }, 0),
            [0, 1..=0xFF, 0, 1..=0xFF, ..] => (Coding::Utf16 { big_endian: true }, 0),
            _ if is_ascii => (Coding::Bytes(code_page.unwrap_or(utf8)), 0),
            _ => (Coding::Bytes(choose(bytes, code_page, notes)), 0),
        };
        if at == 0 && matches!(coding, Coding::Utf16 { .. }) {
            notes.add(Kind::Encoding, || {
                "read as UTF-16, although no byte order mark says so".into()
            });
        }
        Text { bytes, coding, is_ascii, at, line: 0 }
    }

    /// The name of the encoding.
    pub(super) fn encoding(&self) -> &'static str {
        match self.coding {
            Coding::Utf16 { big_endian: false } => "UTF-16LE",
            Coding::Utf16 { big_endian: true } => "UTF-16BE",
            Coding::Bytes(_) if self.is_ascii => "ASCII",
            Coding::Bytes(page) => page.name(),
        }
    }

    /// Size of the file in bytes.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Decodes the next line into the buffer, behind what it holds; `None` at the end of the text.
    pub(super) fn next_line(&mut self, units: &mut Vec<u16>) -> Option<Mark> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        self.line = self.line.saturating_add(1);
        let offset = u64::try_from(self.at).unwrap_or(u64::MAX);
        let before = units.len();
        let (length, ending, whole) = match self.coding {
            Coding::Utf16 { big_endian } => utf16_line(rest, big_endian, units),
            Coding::Bytes(page) => byte_line(rest, page, units),
        };
        self.at = self.at.saturating_add(length);
        let malformed = (!whole).then(|| {
            let line = units.get(before..).unwrap_or_default();
            line.iter().position(|&unit| unit == 0xFFFD).unwrap_or(line.len())
        });
        Some(Mark { line: self.line, offset, ending, malformed })
    }
}

/// The code page of a text that has bytes of 0x80 and more, and no byte order mark.
fn choose(bytes: &[u8], code_page: Option<CodePage>, notes: &mut Notes) -> CodePage {
    if let Some(page) = code_page {
        return page;
    }
    if std::str::from_utf8(bytes).is_ok() {
        notes.add(Kind::Encoding, || {
            "read as UTF-8, although no byte order mark says so; an import would take it for text in the \
             machine's ANSI code page"
                .into()
        });
        return CodePage::UTF_8;
    }
    notes.add(Kind::Encoding, || {
        format!(
            "read in the ANSI code page {}, which nothing in the text says; letters beyond ASCII are \
             others if it was written in another one",
            CodePage::WESTERN.name()
        )
    });
    CodePage::WESTERN
}

/// One line of UTF-16: its length in bytes with the line end, the line end, and whether it is whole.
fn utf16_line(
    rest: &[u8],
    big_endian: bool,
    units: &mut Vec<u16>,
) -> (usize, &'static [u16], bool) {
    let (pairs, odd) = rest.as_chunks::<2>();
    let unit = |pair: [u8; 2]| {
        if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    };
    let end = pairs.iter().position(|&pair| matches!(unit(pair), CR | LF)).unwrap_or(pairs.len());
    let (line, behind) = pairs.split_at_checked(end).unwrap_or((pairs, &[]));
    units.extend(line.iter().map(|&pair| unit(pair)));
    let ending = line_end(behind.iter().map(|&pair| unit(pair)));
    let length = line.len().saturating_add(ending.len()).saturating_mul(2);
    if behind.is_empty() {
        // Half a unit behind the last line belongs to it.
        return (length.saturating_add(odd.len()), ending, odd.is_empty());
    }
    (length, ending, true)
}

/// One line of bytes, as [`utf16_line`]. In no code page are line ends part of another character.
fn byte_line(rest: &[u8], page: CodePage, units: &mut Vec<u16>) -> (usize, &'static [u16], bool) {
    let end = rest.iter().position(|&byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
    let (line, behind) = rest.split_at_checked(end).unwrap_or((rest, &[]));
    let whole = page.decode(line, units);
    let ending = line_end(behind.iter().map(|&byte| u16::from(byte)));
    (line.len().saturating_add(ending.len()), ending, whole)
}

fn line_end(mut behind: impl Iterator<Item = u16>) -> &'static [u16] {
    match (behind.next(), behind.next()) {
        (Some(CR), Some(LF)) => &[CR, LF],
        (Some(CR), _) => &[CR],
        (Some(LF), _) => &[LF],
        _ => &[],
    }
}

/// Whether a unit is a byte order mark, which also stands where texts were put one behind the other.
pub(super) fn is_bom(unit: u16) -> bool {
    unit == BOM
}
