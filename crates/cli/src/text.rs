//! Text for a terminal.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::rc::Rc;

use coldhive::hive::DamageReport;
use coldhive::rules::{Place, Style, list_text};
use coldhive::{Case, Field};

pub(crate) use coldhive::rules::safe_text as safe;

/// Colours where a terminal reads them, unless `NO_COLOR` says that its user wants none (no-color.org).
pub(crate) fn style(out: &impl IsTerminal) -> Style {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted && out.is_terminal() { Style::Coloured } else { Style::Plain }
}

/// Output that goes nowhere once its reader has closed the pipe, so that what is still to be found out is.
pub(crate) struct UntilClosed<W> {
    out: W,
    closed: Rc<Cell<bool>>,
}

impl<W: Write> UntilClosed<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, closed: Rc::default() }
    }

    /// Whether the pipe is closed, to be asked while somebody writes.
    pub(crate) fn closed(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.closed)
    }

    fn unless_closed<T>(
        &mut self,
        nothing: T,
        write: impl FnOnce(&mut W) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.closed.get() {
            return Ok(nothing);
        }
        match write(&mut self.out) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed.set(true);
                Ok(nothing)
            }
            done => done,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unless_closed(bytes.len(), |out| out.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.unless_closed((), Write::flush)
    }
}

/// A block of lines with labels in a column of their own: `    found     the key ... exists`.
pub(crate) struct Labelled<'o, W> {
    out: &'o mut W,
    indent: usize,
    width: usize,
}

impl<'o, W: Write> Labelled<'o, W> {
    /// Lines indented by `indent`, with labels of `width` characters.
    pub(crate) fn new(out: &'o mut W, indent: usize, width: usize) -> Self {
        Self { out, indent, width }
    }

    /// A line with a label.
    pub(crate) fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(
            self.out,
            "{:indent$}{label:width$}  {}",
            "",
            safe(text),
            indent = self.indent,
            width = self.width
        )
    }

    /// Lines under one label, which stands at the first.
    pub(crate) fn lines<T: AsRef<str>>(
        &mut self,
        label: &str,
        texts: impl IntoIterator<Item = T>,
    ) -> io::Result<()> {
        texts.into_iter().enumerate().try_for_each(|(index, text)| {
            self.line(if index == 0 { label } else { "" }, text.as_ref())
        })
    }
}

/// What is wrong, and where. The offset of a cell is that of its size, before the record itself.
pub(crate) fn damage(damage: &DamageReport) -> String {
    let place = if damage.cell.is_some() { "cell at file offset" } else { "file offset" };
    format!("{} ({place} {:#x})", damage.message, damage.file_offset)
}

/// The same with the file that holds the place, where that isn't the hive's own.
pub(crate) fn placed_damage(damage: &DamageReport, case: &Case) -> String {
    let place = case.place(damage.file_offset);
    if place.log_entry.is_none() && place.file == case.path() {
        return self::damage(damage);
    }
    let in_cell = if damage.cell.is_some() { "cell at " } else { "" };
    format!("{} ({in_cell}{})", damage.message, self::place(&place))
}

/// A place in a file: `file offset 0x1234 of SYSTEM.LOG1, log entry 5`, `line 7 of Winsock.reg`.
pub(crate) fn place(place: &Place) -> String {
    let file = &place.file;
    let entry = place.log_entry.map(|entry| format!(", log entry {entry}")).unwrap_or_default();
    match (place.line, place.offset) {
        (Some(line), _) => format!("line {line} of {file}"),
        (None, Some(offset)) => format!("file offset {offset:#x} of {file}{entry}"),
        (None, None) => format!("in no file: set or filled in when {file} was recovered"),
    }
}

/// A key's path; the root's is empty.
pub(crate) fn key(path: &str) -> String {
    if path.is_empty() { "(root)".into() } else { path.into() }
}

/// Whether the hive is clean, and if not, what was done about it.
pub(crate) fn state(lines: &mut Labelled<'_, impl Write>, case: &Case) -> io::Result<()> {
    let note = case.recovery_note();
    lines.line("state", note.as_ref().unwrap_or(&case.image().recovery().summary))
}

/// A field that was read, or why it was not.
pub(crate) fn field<T>(field: &Field<T>, text: impl FnOnce(&T) -> String) -> String {
    match (&field.value, &field.problem) {
        (Some(value), None) => text(value),
        (Some(value), Some(problem)) => format!("{} ({problem})", text(value)),
        (None, problem) => format!("({})", problem.as_deref().unwrap_or("absent")),
    }
}

/// A field that is a list.
pub(crate) fn list(entries: &Field<Vec<String>>) -> String {
    field(entries, |entries| if entries.is_empty() { "(empty)".into() } else { list_text(entries) })
}

/// A count with its noun: `1 key`, `2 keys`, `2 entries`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    // Only a consonant before it makes -ies of the y.
    let stem = noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    match (number, stem) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, safe};

    #[test]
    fn nouns_have_their_plural() {
        assert_eq!(count(1, "entry"), "1 entry");
        assert_eq!(count(0, "more entry"), "0 more entries");
        assert_eq!(count(2, "key"), "2 keys");
        assert_eq!(count(2, "byte"), "2 bytes");
    }

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        assert_eq!(safe("Clusnet\u{1b}[2J"), "Clusnet\\u{1b}[2J");
        assert_eq!(safe("abc\u{202e}txt"), "abc\\u{202e}txt");
        assert_eq!(safe("a\nb\0"), "a\\u{a}b\\u{0}");
        assert_eq!(safe("Ключ 鍵 ä"), "Ключ 鍵 ä");
    }
}
