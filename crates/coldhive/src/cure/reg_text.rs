//! Writing REGEDIT4: what Windows NT 4.0's Regedit imports.
//!
//! The text is in the ANSI code page of the machine that reads it, and so are the data of the text types, `hex(1)`,
//! `hex(2)` and `hex(7)`: an import turns them into UTF-16 (forge's reader of such texts does the same, and so does
//! Wine's regedit; only "Windows Registry Editor Version 5.00" holds UTF-16). Which code page that is isn't asked for
//! here: only ASCII, the same in all of them, is written, and anything else is refused with the reason.

use coldhive_hive::ValueType;

use super::data::Content;

/// The longest line, as Regedit writes them, in characters.
const LONGEST_LINE: usize = 80;

/// A text that grows line by line.
pub(super) struct RegText {
    text: String,
    lines: usize,
}

impl RegText {
    pub(super) fn new() -> Self {
        let mut text = Self { text: String::new(), lines: 0 };
        text.line("REGEDIT4");
        text
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push_str("\r\n");
        self.lines = self.lines.saturating_add(1);
    }

    /// How many lines there are.
    pub(super) const fn lines(&self) -> usize {
        self.lines
    }

    /// Begins a key; what follows is about its values.
    pub(super) fn key(&mut self, path: &str) {
        self.line("");
        self.line(&format!("[{path}]"));
    }

    /// Deletes a key with all below it.
    pub(super) fn delete_key(&mut self, path: &str) {
        self.line("");
        self.line(&format!("[-{path}]"));
    }

    /// Sets a value, of a name and content that can be carried.
    pub(super) fn value(&mut self, value: &Carried) {
        let Carried { name, data } = value;
        let mut line = format!("{name}={}", data.start());
        let Data::Hex { bytes, .. } = data else { return self.line(&line) };
        for (index, byte) in bytes.iter().enumerate() {
            let comma = if index.saturating_add(1) == bytes.len() { "" } else { "," };
            // Behind a byte there must be room for the backslash that ends the line.
            if index > 0 && line.len().saturating_add(4) > LONGEST_LINE {
                line.push('\\');
                self.line(&line);
                line = "  ".into();
            }
            line.push_str(&format!("{byte:02x}{comma}"));
        }
        self.line(&line);
    }

    /// Deletes a value whose name can be carried.
    pub(super) fn delete_value(&mut self, name: &CarriedName) {
        self.line(&format!("{}=-", name.0));
    }

    /// The whole text. Regedit wants an empty line at its end.
    pub(super) fn finish(mut self) -> String {
        self.line("");
        self.text
    }
}

/// A value's name as such a text has it.
pub(super) struct CarriedName(String);

impl CarriedName {
    /// Quotes and backslashes are escaped; of line breaks and other control characters no escape is known that every
    /// Regedit understands.
    pub(super) fn of(name: &str) -> Result<Self, &'static str> {
        match name {
            "" => Ok(Self("@".into())),
            _ if is_printable(name) => Ok(Self(quoted(name))),
            _ => Err(NOT_PLAIN),
        }
    }
}

/// A value as such a text has it.
pub(super) struct Carried {
    name: String,
    data: Data,
}

enum Data {
    /// In one piece: a number or a text in quotes.
    Whole(String),
    Hex {
        prefix: String,
        bytes: Vec<u8>,
    },
}

impl Data {
    fn start(&self) -> &str {
        match self {
            Self::Whole(text) | Self::Hex { prefix: text, .. } => text,
        }
    }
}

impl Carried {
    /// A value as a text that gives the same type and bytes when it is imported, or why there is none.
    pub(super) fn of(name: &str, content: &Content) -> Result<Self, &'static str> {
        let CarriedName(name) = CarriedName::of(name)?;
        let bytes = &content.data.0;
        let hex = |prefix: String, bytes: &[u8]| Data::Hex { prefix, bytes: bytes.to_vec() };
        let data = match content.value_type() {
            ValueType::SZ | ValueType::EXPAND_SZ | ValueType::MULTI_SZ => {
                let ansi = ansi(bytes)?;
                match plain_text(content.value_type(), &ansi) {
                    Some(text) => Data::Whole(quoted(text)),
                    None => hex(format!("hex({:x}):", content.type_code), &ansi),
                }
            }
            ValueType::BINARY => hex("hex:".into(), bytes),
            ValueType::DWORD if bytes.len() == 4 => {
                let number: String = bytes.iter().rev().map(|byte| format!("{byte:02x}")).collect();
                Data::Whole(format!("dword:{number}"))
            }
            _ => hex(format!("hex({:x}):", content.type_code), bytes),
        };
        Ok(Self { name, data })
    }
}

/// Why a key's name can't stand in such a text, if it can't.
pub(super) fn refused_key(name: &str) -> Option<&'static str> {
    (!is_printable(name) || name.contains(['\\', ']'])).then_some(NOT_PLAIN)
}

/// Why a name is refused.
const NOT_PLAIN: &str =
    "its name has characters that a REGEDIT4 text does not carry the same everywhere";
/// Why data is refused.
const NOT_ASCII: &str = "its text has characters beyond ASCII, and what they are in a REGEDIT4 text hangs on the node's code page";
const NOT_ENDED: &str = "its text is not ended by a NUL, and an import would add one";

fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// UTF-16LE as the bytes that every ANSI code page has for it.
fn ansi(utf16: &[u8]) -> Result<Vec<u8>, &'static str> {
    let (units, half) = utf16.as_chunks::<2>();
    let ascii = |unit: &[u8; 2]| match unit {
        [low, 0] if low.is_ascii() => Some(*low),
        _ => None,
    };
    let bytes: Vec<u8> = units.iter().map(ascii).collect::<Option<_>>().ok_or(NOT_ASCII)?;
    if half.is_empty() && bytes.last() == Some(&0) { Ok(bytes) } else { Err(NOT_ENDED) }
}

/// The text of a `REG_SZ` that can stand in quotes: printable, and one NUL at its end.
fn plain_text(value_type: ValueType, ansi: &[u8]) -> Option<&str> {
    let (last, text) = ansi.split_last()?;
    let text = std::str::from_utf8(text).ok()?;
    (value_type == ValueType::SZ && *last == 0 && is_printable(text)).then_some(text)
}
