//! The grammar: lines that make or delete keys and values.

use super::code_page::CodePage;
use super::data::{self, BadValue, Data, GoOn};
use super::draft::{Draft, DraftValue, KeyId, Source};
use super::line::Cursor;
use super::notes::{Kind, Notes};
use super::path::{self, Path, RootKey};
use super::problem::{Problem, Problems, quote, quote_name};
use super::text::Text;

const CLOSE: u16 = b']' as u16;
const SEMICOLON: u16 = b';' as u16;

/// The most UTF-16 units in a value's name.
const VALUE_NAME_UNITS: usize = 16_383;

/// The version that a text's first line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    Regedit4,
    Version5,
}

impl Header {
    /// The line, letter for letter.
    pub(super) fn line(self) -> &'static str {
        match self {
            Header::Regedit4 => "REGEDIT4",
            Header::Version5 => "Windows Registry Editor Version 5.00",
        }
    }
}

/// What a text says.
pub(super) struct Scanned {
    pub(super) draft: Draft,
    pub(super) header: Header,
    /// Whether anything was deleted: no export does that.
    pub(super) deletes: bool,
    /// Whether the last line is without a line end: the text may be cut off.
    pub(super) unended: bool,
    /// The number of the last line.
    last_line: u32,
}

impl Scanned {
    /// That the text makes no key of which there could be a hive.
    pub(super) fn no_key(&self) -> Problem {
        Problem {
            line: self.last_line,
            column: 1,
            expected: "a key of a hive",
            found: "none in the whole text".into(),
        }
    }
}

/// Whether the first line with anything in it names a version.
pub(super) fn has_header(text: Text<'_>) -> bool {
    find_header(&mut Cursor::new(text)).is_ok()
}

/// Where values belong.
enum Current {
    /// Nowhere yet.
    Nothing,
    Key(KeyId),
    /// To a key that was deleted; an import ignores them.
    Deleted,
    /// To a key that wasn't understood: it has a problem already, and one is enough.
    Unknown,
}

/// A text while it is read.
struct Scan<'a, 'n> {
    cursor: Cursor<'a>,
    code_page: Option<CodePage>,
    header: Header,
    current: Current,
    draft: Draft,
    notes: &'n mut Notes,
    deletes: bool,
}

/// Reads a text line by line.
pub(super) fn scan(
    text: Text<'_>,
    code_page: Option<CodePage>,
    notes: &mut Notes,
    problems: &mut Problems,
) -> Option<Scanned> {
    let mut cursor = Cursor::new(text);
    let header = match find_header(&mut cursor) {
        Ok(header) => header,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let draft = Draft::new(text.size());
    let current = Current::Nothing;
    let mut scan = Scan { cursor, code_page, header, current, draft, notes, deletes: false };
    while !problems.is_full() && scan.cursor.next_line() {
        let behind = scan.cursor.behind();
        let line = scan.cursor.source().line;
        let Err(BadValue { problem, go_on }) = scan.statement() else { continue };
        problems.push(problem);
        match go_on {
            GoOn::WithSecondLine => scan.cursor.go(behind),
            GoOn::PastContinuation => scan.pass_continuation(line),
            GoOn::WithNextLine => {}
        }
    }
    let unended = scan.cursor.is_unended();
    let last_line = scan.cursor.source().line;
    Some(Scanned { draft: scan.draft, header, deletes: scan.deletes, unended, last_line })
}

/// Reads up to the line that names the version.
fn find_header(cursor: &mut Cursor<'_>) -> Result<Header, Problem> {
    const EXPECTED: &str = "REGEDIT4 or Windows Registry Editor Version 5.00";
    while cursor.next_line() {
        if cursor.is_done() {
            continue;
        }
        return header(cursor).ok_or_else(|| cursor.expected(EXPECTED));
    }
    let at_end = cursor.expected(EXPECTED);
    Err(Problem { line: at_end.line.max(1), found: "the end of the text".into(), ..at_end })
}

/// The version that the rest of the line names, in exactly these letters.
fn header(cursor: &Cursor<'_>) -> Option<Header> {
    let rest = cursor.rest();
    let blank = |unit: &u16| matches!(u8::try_from(*unit), Ok(b' ' | b'\t'));
    let length = rest.iter().rposition(|unit| !blank(unit))?.saturating_add(1);
    let words = rest.get(..length)?;
    [Header::Regedit4, Header::Version5]
        .into_iter()
        .find(|header| words.iter().copied().eq(header.line().encode_utf16()))
}

impl Scan<'_, '_> {
    /// Reads what begins in this line.
    fn statement(&mut self) -> Result<(), BadValue> {
        if self.cursor.is_done() {
            return Ok(());
        }
        if let Some(problem) = self.cursor.broken() {
            return Err(problem.into());
        }
        match self.cursor.peek_byte() {
            Some(b'[') => Ok(self.key()?),
            Some(b'"' | b'@') => self.value(),
            _ => Ok(self.inner_header()?),
        }
    }

    /// A header inside the text: exports that somebody put one behind the other.
    fn inner_header(&mut self) -> Result<(), Problem> {
        const EXPECTED: &str = "a key in brackets, the name of a value, or a comment";
        match header(&self.cursor) {
            Some(header) if header == self.header => {
                let line = self.cursor.source().line;
                self.notes.add(Kind::Header, || format!("the header stands again in line {line}"));
                self.current = Current::Nothing;
                Ok(())
            }
            Some(_) => Err(self.cursor.expected("the version that the first line names")),
            None => Err(self.cursor.expected(EXPECTED)),
        }
    }

    /// `[path]` or `[-path]`.
    fn key(&mut self) -> Result<(), Problem> {
        self.current = Current::Unknown;
        let source = self.cursor.source();
        self.cursor.skip(1);
        let deletion = self.cursor.eat(b'-');
        let start = self.cursor.position();
        // Brackets may stand in names, so the last one closes, as it does for an import.
        let inside = match self.cursor.rest().iter().rposition(|&unit| unit == CLOSE) {
            Some(length) => self.cursor.rest().get(..length).unwrap_or_default().to_vec(),
            None => {
                let at = self.cursor.line().len();
                return Err(self.cursor.problem(at, "a closing bracket", quote(&[])));
            }
        };
        if let Some(at) = closing_before_comment(&inside) {
            let expected = "a key whose end is clear: no bracket in the comment behind it";
            let found = quote(inside.get(at..).unwrap_or_default());
            return Err(self.cursor.problem(start.saturating_add(at), expected, found));
        }
        let path = path::parse(&inside).map_err(|bad| {
            self.cursor.problem(start.saturating_add(bad.at), bad.expected, bad.found)
        })?;
        self.cursor.skip(inside.len().saturating_add(1));
        if !self.cursor.is_done() {
            return Err(self.cursor.expected("the end of the line or a comment"));
        }
        if deletion {
            self.delete_key(&path, source);
            self.current = Current::Deleted;
            Ok(())
        } else {
            self.make_key(&path, source, start)
        }
    }

    fn make_key(&mut self, path: &Path, source: Source, at: usize) -> Result<(), Problem> {
        let mut key = Draft::TOP;
        let names = path.names.iter().map(String::as_str);
        for name in std::iter::once(path.root.name()).chain(names) {
            key = self.draft.enter(key, name, source).map_err(|too_many| {
                let found = format!("the one after {}", too_many.limit);
                self.cursor.problem(at, "no more keys than a text of this size has", found)
            })?;
        }
        if let Some(before) = self.draft.name_key(key, source) {
            self.notes.add(Kind::RepeatedKey, || {
                let (path, line, before) = (quote_name(&path.text()), source.line, before.line);
                format!("the key {path} of line {before} stands again in line {line}")
            });
        }
        self.current = Current::Key(key);
        Ok(())
    }

    fn delete_key(&mut self, path: &Path, source: Source) {
        self.deletes = true;
        let top = self.draft.find(Draft::TOP, path.root.name());
        let key =
            path.names.iter().fold(top, |key, name| key.and_then(|key| self.draft.find(key, name)));
        let done = match key {
            // An import can't delete these.
            _ if path.names.is_empty() && path.root != RootKey::None => "no root key is deleted",
            Some(key) => {
                self.draft.delete_key(key);
                "what the text made of it before is gone"
            }
            None => "the text had not made it",
        };
        self.notes.add(Kind::Deletion, || {
            let path = quote_name(&path.text());
            format!("line {} deletes the key {path}; {done}", source.line)
        });
    }

    /// `"name"=data` or `@=data`.
    fn value(&mut self) -> Result<(), BadValue> {
        let source = self.cursor.source();
        let start = self.cursor.position();
        let name = if self.cursor.eat(b'@') {
            String::new()
        } else {
            self.cursor.skip(1);
            let units = data::quoted(&mut self.cursor, false)?;
            self.value_name(&units, start)?
        };
        self.cursor.skip_blanks();
        if !self.cursor.eat(b'=') {
            return Err(self.cursor.expected("an equals sign").into());
        }
        let data = data::parse(&mut self.cursor, self.header, self.code_page, self.notes)?;
        let key = match self.current {
            Current::Key(key) => key,
            Current::Unknown => return Ok(()),
            Current::Nothing => {
                let found = "a value that belongs to no key".into();
                let problem = self.cursor.problem(start, "a key in brackets first", found);
                let problem = Problem { line: source.line, ..problem };
                return Err(BadValue { problem, go_on: GoOn::WithNextLine });
            }
            Current::Deleted => {
                self.notes.add(Kind::Ignored, || {
                    format!("the value in line {} belongs to a key that is deleted", source.line)
                });
                return Ok(());
            }
        };
        match data {
            Data::Deletion => self.delete_value(key, &name, source),
            Data::Value { type_code, bytes } => {
                let told = name.clone();
                let deleted = false;
                let value = DraftValue { key, name, type_code, data: bytes, source, deleted };
                if let Some(before) = self.draft.set_value(value) {
                    self.notes.add(Kind::RepeatedValue, || {
                        let (name, line, before) = (quote_name(&told), source.line, before.line);
                        format!("line {line} gives the value {name} of line {before} again")
                    });
                }
            }
        }
        Ok(())
    }

    fn value_name(&self, units: &[u16], start: usize) -> Result<String, Problem> {
        if units.len() > VALUE_NAME_UNITS {
            let found = format!("one of {}", units.len());
            let expected = "a value name of at most 16383 UTF-16 units";
            return Err(self.cursor.problem(start, expected, found));
        }
        String::from_utf16(units).map_err(|_| {
            let found = format!("{}, half a character in it", quote(units));
            self.cursor.problem(start, "the name of a value", found)
        })
    }

    fn delete_value(&mut self, key: KeyId, name: &str, source: Source) {
        self.deletes = true;
        let done = if self.draft.delete_value(key, name) {
            "what the text made of it before is gone"
        } else {
            "the text had not made it"
        };
        self.notes.add(Kind::Deletion, || {
            format!("line {} deletes the value {}; {done}", source.line, quote_name(name))
        });
    }

    /// Goes past the lines that continue bad data, whose first line this was.
    fn pass_continuation(&mut self, first: u32) {
        loop {
            let source = self.cursor.source();
            self.cursor.restart();
            self.cursor.skip_blanks();
            if source.line != first && matches!(self.cursor.peek_byte(), Some(b'[' | b'"' | b'@')) {
                // Not a continuation at all: to be read by itself.
                self.cursor.stay();
                return;
            }
            if !ends_in_backslash(self.cursor.rest()) || !self.cursor.next_line() {
                return;
            }
        }
    }
}

/// Where in what the brackets hold a bracket closes and a comment begins.
///
/// The text then has two meanings: a comment with a bracket in it, or a strange name.
fn closing_before_comment(inside: &[u16]) -> Option<usize> {
    let mut closed = None;
    for (at, &unit) in inside.iter().enumerate() {
        match unit {
            CLOSE => closed = Some(at),
            SEMICOLON if closed.is_some() => return closed,
            _ if unit == u16::from(b' ') || unit == u16::from(b'\t') => {}
            _ => closed = None,
        }
    }
    None
}

/// Whether a backslash ends the line, but for blanks and a comment.
fn ends_in_backslash(line: &[u16]) -> bool {
    let code = line.split(|&unit| unit == SEMICOLON).next().unwrap_or_default();
    let blank = |unit: &u16| *unit == u16::from(b' ') || *unit == u16::from(b'\t');
    code.iter().rfind(|unit| !blank(unit)) == Some(&u16::from(b'\\'))
}
