//! Text for a terminal.

use std::cell::Cell;
use std::io::{self, IsTerminal as _, Write};
use std::rc::Rc;
use std::sync::OnceLock;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects};
use coldhive::hive::DamageReport;
use coldhive::rules::{Place, Style, list_text, near_names};
use coldhive::{Case, Field, show_key_path};
use unicode_width::UnicodeWidthChar as _;

use crate::args::{Args, ColorArg};

pub(crate) use coldhive::rules::safe_text as safe;

/// How text for people is laid out. Said once, when the program starts: all that is written is written so.
#[derive(Clone, Copy, Debug, Default)]
struct Layout {
    color: ColorArg,
    /// How wide lines are; without it they are never broken.
    width: Option<usize>,
    /// Whether it goes to a file, where colours are bytes.
    is_file: bool,
}

static LAYOUT: OnceLock<Layout> = OnceLock::new();
/// Whether standard output has colours: that asks the environment and the terminal, and trees have many words.
static COLOURED: OnceLock<bool> = OnceLock::new();
/// Below so many columns for text beside its label nothing is gained by breaking it.
const LEAST_ROOM: usize = 24;

/// Takes what the arguments say of the layout: in a pipe lines are never broken, unless a width is asked for, so that
/// grep and others find whole lines.
pub(crate) fn lay_out(args: &Args) {
    let width = match args.width {
        Some(width) => Some(width).filter(|width| *width > 0),
        None if io::stdout().is_terminal() && !args.writes_a_file() => columns(),
        None => None,
    };
    // There is one start of the program.
    let _ = LAYOUT.set(Layout { color: args.color, width, is_file: args.writes_a_file() });
}

fn layout() -> Layout {
    LAYOUT.get().copied().unwrap_or_default()
}

/// The width of the terminal: what its user says, or what it says itself.
fn columns() -> Option<usize> {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.filter(|columns| *columns > 0)
        .or_else(|| terminal_size::terminal_size().map(|(width, _)| width.0.into()))
}

fn has_colours(out: &impl RawStream) -> bool {
    match layout().color {
        ColorArg::Always => true,
        ColorArg::Never => false,
        // By NO_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM, and whether it is a terminal.
        ColorArg::Auto => AutoStream::choice(out) != ColorChoice::Never,
    }
}

/// Whether diagnostics have colours.
pub(crate) fn style(out: &impl RawStream) -> Style {
    if has_colours(out) { Style::Coloured } else { Style::Plain }
}

/// What a word means, by which it has its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Good,
    Bad,
    Open,
    Heading,
}

/// A word of standard output in its colour, where that has colours.
pub(crate) fn painted(text: &str, paint: Paint) -> String {
    let for_a_file = layout().is_file && layout().color == ColorArg::Auto;
    if for_a_file || !*COLOURED.get_or_init(|| has_colours(&io::stdout())) {
        return text.to_owned();
    }
    let colour = |colour: AnsiColor| colour.on_default().effects(Effects::BOLD);
    let style = match paint {
        Paint::Good => colour(AnsiColor::Green),
        Paint::Bad => colour(AnsiColor::Red),
        Paint::Open => colour(AnsiColor::Yellow),
        Paint::Heading => anstyle::Style::new().bold(),
    };
    format!("{style}{text}{style:#}")
}

/// The end of a line that began at `column`: text that goes on there, where it is too wide, in the next lines.
pub(crate) fn rest_of_line(out: &mut impl Write, column: usize, text: &str) -> io::Result<()> {
    let text = safe(text);
    let inner = text.len() - text.trim_start_matches(' ').len();
    let room = layout().width.and_then(|width| width.checked_sub(column));
    let Some(room) = room.filter(|room| *room >= LEAST_ROOM + inner) else {
        return writeln!(out, "{text}");
    };
    let mut lines = broken(&text, room, inner).into_iter();
    writeln!(out, "{}", lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| writeln!(out, "{:1$}{line}", "", column + inner))
}

/// Text in lines that have room, broken at blanks; a longer word has a line of its own. All but the first are to be indented.
fn broken(text: &str, room: usize, indent: usize) -> Vec<&str> {
    let (mut lines, mut start, mut width) = (Vec::new(), 0, 0);
    // The last blank of the line behind a word, and how wide the line is before it.
    let mut blank: Option<(usize, usize)> = None;
    let mut has_word = false;
    for (at, c) in text.char_indices() {
        match c {
            ' ' if has_word => blank = Some((at, width)),
            ' ' => {}
            _ => has_word = true,
        }
        width += c.width().unwrap_or_default();
        let used = if lines.is_empty() { width } else { width + indent };
        if used > room
            && c != ' '
            && let Some((end, before)) = blank.take()
        {
            lines.push(text[start..end].trim_end_matches(' '));
            start = end + 1;
            width -= before + 1;
        }
    }
    lines.push(&text[start..]);
    lines
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
        let (indent, width) = (self.indent, self.width);
        write!(self.out, "{:indent$}{label:width$}  ", "")?;
        rest_of_line(self.out, indent + width.max(label.len()) + 2, text)
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

/// A key's path, in a form that every command takes back; the root's is empty.
pub(crate) fn key(path: &str) -> String {
    if path.is_empty() { "(root)".into() } else { show_key_path(path) }
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

/// `; did you mean one?`, where a known name is near an unknown one, else nothing.
pub(crate) fn meant<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let near = near_names(name, known);
    near.first().map(|near| format!("; did you mean {near}?")).unwrap_or_default()
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
    use proptest::prelude::*;
    use unicode_width::UnicodeWidthStr as _;

    use super::{broken, count, safe};

    #[test]
    fn lines_are_broken_at_blanks() {
        assert_eq!(broken("one two three", 7, 0), ["one two", "three"]);
        assert_eq!(broken("one two", 7, 0), ["one two"]);
        assert_eq!(broken("  one two", 5, 2), ["  one", "two"]);
        assert_eq!(broken("0123456789 a b", 4, 0), ["0123456789", "a b"]);
        assert_eq!(broken("a  b   c", 4, 0), ["a  b", "c"]);
        assert_eq!(broken("", 4, 0), [""]);
        // Each of these takes two columns.
        assert_eq!(broken("鍵鍵 鍵鍵", 8, 0), ["鍵鍵", "鍵鍵"]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_line_is_too_wide(text in "( {0,3}[a-z鍵é]{1,6}){0,12}", room in 6_usize..30) {
            let indent = text.len() - text.trim_start_matches(' ').len();
            let lines = broken(&text, room, indent);
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&lines.join(" ")), words(&text));
            for (index, line) in lines.iter().enumerate() {
                let width = line.width() + if index == 0 { 0 } else { indent };
                prop_assert!(width <= room || words(line).len() == 1, "{:?}", lines);
            }
        }
    }

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
