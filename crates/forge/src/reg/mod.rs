//! Reads a registry text (`.reg`) and makes a hive of it in memory.
//!
//! [`parse`] understands what `regedit` and `reg.exe` write and read: REGEDIT4 in an ANSI code page, and
//! "Windows Registry Editor Version 5.00" in UTF-16 or UTF-8. It is written for evidence, and so
//! stricter than an import, which passes over what it doesn't understand: here that is an error with its place,
//! and a text with any error makes no hive, because what is missing from it would look absent.
//!
//! # What is read
//!
//! - Comments (`;`, on a line of their own or behind a statement), empty lines, blanks around names, equals
//!   signs and data; line ends of any kind.
//! - `[path]` and `[-path]`. Root keys have their long or short names. A path may also begin with a backslash:
//!   hive tools write it so, for a key below the root of a hive that they don't name.
//! - `"name"=`, `@=`, with a text in quotes (over several lines too), `dword:`, `hex:`, `hex(type):`, `-`. Of
//!   escapes there are `\\` and `\"`; a value with another one is none to an import either.
//! - `hex` data is kept byte for byte. Only in REGEDIT4 the text types 1, 2 and 7 are ANSI and are converted to
//!   UTF-16LE, as by an import. No NUL is added that the text doesn't have: whether an export shows
//!   a list without its end is a fact about the machine.
//! - A key or value that is given again counts as last given; the name stays as first spelled.
//! - Deletions are applied in the order of the text, to what the text made before. They make no key.
//!
//! # What it says of what isn't there
//!
//! An export is recursive: below a key that it holds wholly, what isn't there was absent, or hidden from
//! who exported it. [`RegHive::exported`] lists those keys; of anything else a text says nothing by leaving it
//! out. A text that deletes something is no export, and one whose last line has no line end may be cut off: of
//! those the list is empty, and a note says so. A text that somebody wrote by hand to add to a registry can't be
//! told from an export; whoever asks has to know.
//!
//! The hive has no security records, and all its times are 0: a text has neither.
//!
//! # Bounds
//!
//! Work and memory grow with the size of the text. Key names have up to 255 UTF-16 units, value names up to
//! 16,383, and keys are up to 512 levels deep. A text makes at most 262,144 keys and one more for each 32 bytes
//! of it (deep paths would otherwise make a key of each two bytes). Texts of 100 MB made to cost memory took less
//! than 2 GB.
//!
//! Source: Microsoft's article 310516, "How to add, modify, or delete registry subkeys and values by using a .reg
//! file"; and, for what it leaves open, what is publicly known of how Windows' own import behaves.
//!
//! # Example
//!
//! ```
//! use coldhive_forge::reg::{RegOptions, parse};
//!
//! let text = b"REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\SYSTEM\\Select]\n\"Current\"=dword:00000001\n";
//! let hive = parse(text, &RegOptions::default())?;
//! assert_eq!(&hive.bytes[..4], b"regf");
//! assert_eq!(hive.root, "HKEY_LOCAL_MACHINE\\SYSTEM");
//! assert_eq!(hive.exported, ["Select"]);
//!
//! let error = parse(b"REGEDIT4\n[HKLM\\SYSTEM]\n\"Current\"=dword:x\n", &RegOptions::default());
//! assert_eq!(
//!     error.unwrap_err().to_string(),
//!     "line 3, column 17: expected one to eight hexadecimal digits, found \"x\"",
//! );
//! # Ok::<(), coldhive_forge::reg::RegError>(())
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap
    )
)]

mod code_page;
mod data;
mod draft;
mod index;
mod line;
mod mount;
mod notes;
mod order;
mod path;
mod problem;
mod scan;
mod text;
mod write;

pub use code_page::CodePage;
pub use problem::{Problem, RegError};
pub use write::Place;

use notes::{Kind, Notes};
use problem::Problems;
use text::Text;

/// How to read a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegOptions {
    /// The ANSI code page of the machine that wrote the text, where it is known.
    ///
    /// Where it is given, it is taken for any text without a byte order mark. Where it isn't, such a text is
    /// read as UTF-8 if it is UTF-8, else as Windows-1252; and with Windows-1252 ANSI text in `hex` data is
    /// read in any case. The notes say where letters beyond ASCII hang on that.
    pub code_page: Option<CodePage>,
}

impl RegOptions {
    /// Reads text that isn't Unicode in this code page.
    #[must_use]
    pub fn code_page(mut self, code_page: CodePage) -> Self {
        self.code_page = Some(code_page);
        self
    }
}

/// A registry text as a hive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegHive {
    /// The hive, a whole file: format 1.3 from REGEDIT4, 1.5 from version 5.00.
    pub bytes: Vec<u8>,
    /// The registry path of what became the root, with the root key's name in full; empty where the paths
    /// of the text begin with a backslash.
    pub root: String,
    /// The topmost keys that the text holds wholly, as paths below the root (`""` is the root): what isn't there
    /// below them is absent, and anywhere else it is merely not in the text.
    pub exported: Vec<String>,
    /// The cells of the keys that are there only because the text names one below them, sorted. The
    /// offsets are relative to the hive bins data.
    pub implied: Vec<u32>,
    /// Where in the text each key and value comes from, sorted by cell.
    pub places: Vec<Place>,
    /// What else there is to say, a sentence each: how the text was read, what was left out, what it deletes,
    /// what it gives more than once.
    pub notes: Vec<String>,
    /// The encoding that the text was read in, such as `UTF-16LE` or `windows-1252`.
    pub encoding: &'static str,
    /// The version line: `REGEDIT4` or `Windows Registry Editor Version 5.00`.
    pub version: &'static str,
}

impl RegHive {
    /// Where in the text the key or value in a cell comes from.
    pub fn place(&self, cell: u32) -> Option<Place> {
        let found = self.places.binary_search_by_key(&cell, |place| place.cell).ok()?;
        self.places.get(found).copied()
    }
}

/// Reads a registry text and makes a hive of it.
///
/// # Errors
///
/// The text isn't understood, makes no key, or doesn't fit a hive. [`RegError::problems`] has what is wrong with
/// it, up to 100 things, each with its place.
pub fn parse(bytes: &[u8], options: &RegOptions) -> Result<RegHive, RegError> {
    let mut notes = Notes::default();
    let mut problems = Problems::default();
    let text = Text::new(bytes, options.code_page, &mut notes);
    let encoding = text.encoding();
    let ansi = options.code_page;
    let Some(scanned) = scan::scan(text, ansi, &mut notes, &mut problems) else {
        return Err(problems.into_error());
    };
    if !problems.is_empty() {
        return Err(problems.into_error());
    }
    let Some(mount) = mount::choose(&scanned.draft, &mut notes) else {
        problems.push(scanned.no_key());
        return Err(problems.into_error());
    };
    let version = scanned.header;
    let mut written = write::write(scanned.draft, &mount, version)?;
    let whole_by = [
        (scanned.deletes, "the text deletes something, so it is no export"),
        (scanned.unended, "the last line has no line end, so the text may be cut off"),
    ];
    for (_, why) in whole_by.into_iter().filter(|&(holds, _)| holds) {
        written.exported.clear();
        notes.add(Kind::NotWhole, || format!("{why}: what it leaves out need not be absent"));
    }
    let write::Written { bytes, exported, implied, places } = written;
    let version = version.line();
    let notes = notes.into_lines();
    Ok(RegHive { bytes, root: mount.path, exported, implied, places, notes, encoding, version })
}

/// Whether a file is a registry text by its beginning: the version line, in any encoding.
///
/// ```
/// use coldhive_forge::reg::is_reg_text;
///
/// assert!(is_reg_text(b"\xFF\xFER\0E\0G\0E\0D\0I\0T\x004\0\r\0\n\0"));
/// assert!(!is_reg_text(b"regf"));
/// ```
pub fn is_reg_text(bytes: &[u8]) -> bool {
    const BEGINNING: usize = 4096;
    let beginning = bytes.get(..BEGINNING).unwrap_or(bytes);
    scan::has_header(Text::new(beginning, None, &mut Notes::default()))
}
