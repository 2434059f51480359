//! The text log of the Cluster service.

use std::fmt;

use thiserror::Error;

use crate::bytes::{offset, u16_at};
use crate::clock::Clock;

/// As much as is read of one line, in bytes of the file; lines of the Cluster service have some hundreds.
pub const LONGEST_LINE: usize = 8192;

/// A cluster log: text of which each line tells the process and thread that wrote it, and when.
///
/// Windows 2000 and later write `378.380::1999/06/09-18:00:50.881 [NM] Forming cluster membership.` ("Anatomy of a Cluster
/// Log Entry", Windows 2000 Resource Kit; KB 286052); Windows NT 4.0 writes one number and the day of the month,
/// `0b5::12-20:15:23.531 [DM] DmpStartFlusher: Entry` ("MS Cluster Server Troubleshooting and Maintenance", appendix B).
/// Times are Greenwich Mean Time.
///
/// ```
/// use coldhive_eventlog::ClusterLog;
///
/// let log = ClusterLog::parse(b"378.380::1999/06/09-18:00:50.881 [NM] Forming cluster membership.\r\n")?;
/// let line = log.lines().next().ok_or("no line")?;
/// assert_eq!((line.process, line.thread), (Some(0x378), Some(0x380)));
/// assert_eq!(line.component(), Some("NM"));
/// assert_eq!(line.text, "[NM] Forming cluster membership.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ClusterLog<'b> {
    text: &'b [u8],
    from: usize,
    encoding: LineEncoding,
}

/// How the bytes of a cluster log are text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineEncoding {
    /// ASCII, or UTF-8.
    Utf8,
    /// A code page that isn't told; characters beyond ASCII are shown as those of ISO 8859-1.
    Ansi,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}

impl fmt::Display for LineEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Ansi => "ANSI",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        })
    }
}

/// What a file is that isn't a cluster log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotAClusterLog {
    /// No bytes at all.
    #[error("the file is empty: copy the log again")]
    Empty,
    /// An event log.
    #[error("this is an event log, not a cluster log: give it as one")]
    EventLog,
    /// No line begins as one of a cluster log does.
    #[error(
        "this is no cluster log: no line begins with a process, a thread and a time, \
         as 378.380::1999/06/09-18:00:50.881; give a file as %SystemRoot%\\Cluster\\Cluster.log"
    )]
    NoLine,
}

/// One line of a cluster log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterLine {
    /// Its number, from 1.
    pub number: u64,
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// The process that wrote it; `None` where only one number stands there.
    pub process: Option<u32>,
    /// The thread that wrote it.
    pub thread: Option<u32>,
    /// When it was written; that of the line before, where the line goes on with that one.
    pub clock: Option<Clock>,
    /// Whether the line begins with a time of its own.
    pub is_stamped: bool,
    /// What stands behind the time, without blanks around it.
    pub text: String,
    /// Whether the line has more than [`LONGEST_LINE`] bytes, and the rest is left out.
    pub is_cut: bool,
}

impl ClusterLine {
    /// The component of the Cluster service that wrote it, or the state of the node: what stands in brackets.
    #[must_use]
    pub fn component(&self) -> Option<&str> {
        let levels = ["INFO", "WARN", "ERR", "DBG"];
        let rest = levels.iter().find_map(|level| self.text.strip_prefix(level)?.strip_prefix(' '));
        let inside = rest.unwrap_or(&self.text).trim_start().strip_prefix('[')?;
        inside.split_once(']').map(|(component, _)| component)
    }
}

impl<'b> ClusterLog<'b> {
    /// Takes a file as a cluster log.
    ///
    /// # Errors
    /// [`NotAClusterLog`] where no line begins with a process, a thread and a time.
    pub fn parse(file: &'b [u8]) -> Result<Self, NotAClusterLog> {
        let (from, encoding) = match file {
            [0xFF, 0xFE, ..] => (2, LineEncoding::Utf16Le),
            [0xFE, 0xFF, ..] => (2, LineEncoding::Utf16Be),
            [0xEF, 0xBB, 0xBF, ..] => (3, LineEncoding::Utf8),
            _ if std::str::from_utf8(file).is_ok() => (0, LineEncoding::Utf8),
            _ => (0, LineEncoding::Ansi),
        };
        let log = Self { text: file, from, encoding };
        if log.lines().any(|line| line.is_stamped) {
            return Ok(log);
        }
        Err(match file {
            [] => NotAClusterLog::Empty,
            [_, _, _, _, b'L', b'f', b'L', b'e', ..] => NotAClusterLog::EventLog,
            _ => NotAClusterLog::NoLine,
        })
    }

    /// How its bytes are text.
    #[must_use]
    pub const fn encoding(&self) -> LineEncoding {
        self.encoding
    }

    /// Its lines, in their order, without empty ones.
    pub fn lines(&self) -> impl Iterator<Item = ClusterLine> + use<'b> {
        let mut raw =
            RawLines { text: self.text, at: self.from, encoding: self.encoding, number: 0 };
        let mut before = None;
        std::iter::from_fn(move || {
            loop {
                let (number, at, bytes) = raw.next()?;
                let shown = bytes.get(..LONGEST_LINE).unwrap_or(bytes);
                let text = raw.encoding.decode(shown);
                let line = line(number, at, &text, bytes.len() > shown.len(), before);
                if line.is_stamped {
                    before = line.clock;
                }
                if line.is_stamped || !line.text.is_empty() {
                    return Some(line);
                }
            }
        })
    }
}

fn line(number: u64, at: usize, text: &str, is_cut: bool, before: Option<Clock>) -> ClusterLine {
    let stamp = stamp(text);
    let rest = stamp.map_or(text, |(.., rest)| rest);
    ClusterLine {
        number,
        offset: offset(at),
        process: stamp.and_then(|(process, ..)| process),
        thread: stamp.map(|(_, thread, ..)| thread),
        clock: stamp.map(|(_, _, clock, _)| clock).or(before),
        is_stamped: stamp.is_some(),
        text: rest.trim().to_owned(),
        is_cut,
    }
}

/// What a line begins with: the process, the thread, the time; and what is behind it.
fn stamp(text: &str) -> Option<(Option<u32>, u32, Clock, &str)> {
    let (ids, rest) = text.split_once("::")?;
    let id = |text: &str| {
        let is_id = (1..=8).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_hexdigit());
        is_id.then(|| u32::from_str_radix(text, 16).ok())?
    };
    let (process, thread) = match ids.split_once('.') {
        Some((process, thread)) => (Some(id(process)?), id(thread)?),
        None => (None, id(ids)?),
    };
    let end = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
    let (clock, text) = rest.split_at_checked(end)?;
    Some((process, thread, Clock::parse(clock)?, text))
}

/// The lines of a text as bytes.
struct RawLines<'b> {
    text: &'b [u8],
    at: usize,
    encoding: LineEncoding,
    number: u64,
}

impl<'b> Iterator for RawLines<'b> {
    type Item = (u64, usize, &'b [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let end = match self.encoding {
            LineEncoding::Utf8 | LineEncoding::Ansi => rest.iter().position(|byte| *byte == b'\n'),
            LineEncoding::Utf16Le => {
                rest.chunks(2).position(|unit| unit == b"\n\0").map(|it| it.saturating_mul(2))
            }
            LineEncoding::Utf16Be => {
                rest.chunks(2).position(|unit| unit == b"\0\n").map(|it| it.saturating_mul(2))
            }
        };
        let (at, length) = (self.at, end.unwrap_or(rest.len()));
        self.at = at.saturating_add(length).saturating_add(self.encoding.width());
        self.number = self.number.saturating_add(1);
        Some((self.number, at, rest.get(..length).unwrap_or(rest)))
    }
}

impl LineEncoding {
    const fn width(self) -> usize {
        match self {
            Self::Utf8 | Self::Ansi => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }

    fn decode(self, bytes: &[u8]) -> String {
        let units = |big: bool| {
            let units = bytes.chunks_exact(2).map(move |pair| {
                let unit = u16_at(pair, 0).unwrap_or(0);
                if big { unit.swap_bytes() } else { unit }
            });
            char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        };
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Ansi => bytes.iter().copied().map(char::from).collect(),
            Self::Utf16Le => units(false),
            Self::Utf16Be => units(true),
        }
    }
}
