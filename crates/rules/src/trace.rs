//! Traces: what logs beside the hive hold, as rules see it, whatever format they have.

use coldhive_hive::FileTime;
use serde::{Deserialize, Serialize};

/// A log of the same machine. Nothing here is read from a file: the caller does that.
///
/// ```
/// use coldhive_rules::{LogKind, Trace, TraceKind, TraceLog};
///
/// let line = TraceKind::Line("[INIT] Unable to bind RPC to CDP, status 1720".into());
/// let log = TraceLog::new("Cluster.log", LogKind::Lines, vec![Trace::new(line, 0)]);
/// assert_eq!(log.span(), None, "its lines tell no date");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TraceLog {
    /// The file, as reports call it.
    pub file: String,
    /// What it holds.
    pub kind: LogKind,
    /// What it holds, in its order.
    pub traces: Vec<Trace>,
    /// What is to be said of how it was read, in sentences.
    pub notes: Vec<String>,
}

/// What a log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LogKind {
    /// Events: an event log.
    Events,
    /// Lines of text: a cluster log.
    Lines,
}

/// One entry of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Trace {
    /// When an event was generated, as the Event Viewer shows it, or a line was written; `None` where the log doesn't tell
    /// the date.
    pub when: Option<FileTime>,
    /// The time as the log has it, where that isn't all of `when`.
    pub clock: Option<String>,
    /// Where it begins, in bytes from the start of the file.
    pub offset: u64,
    /// Its line, in a text.
    pub line: Option<u64>,
    /// What it says.
    pub what: TraceKind,
    /// Whether it is damaged, or stands outside of the log's own order: its time may be no time that the log covers.
    pub is_stray: bool,
    /// What is to be said of how it was found.
    pub note: Option<String>,
}

/// What an entry of a log says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceKind {
    /// An event.
    Event(EventTrace),
    /// A line of text, without its time.
    Line(String),
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct EventTrace {
    /// The program that reported it.
    pub source: String,
    /// The number that the Event Viewer shows.
    pub id: u16,
    /// Its type in a word: `error`.
    pub event_type: String,
    /// The machine that it happened on.
    pub computer: String,
    /// What its message is filled with.
    pub strings: Vec<String>,
}

impl TraceLog {
    /// A log, of which nothing else is to be said.
    #[must_use]
    pub fn new(file: impl Into<String>, kind: LogKind, traces: Vec<Trace>) -> Self {
        Self { file: file.into(), kind, traces, notes: Vec::new() }
    }

    /// Its events, none in a text.
    pub(crate) fn events(&self) -> impl Iterator<Item = &EventTrace> {
        self.traces.iter().filter_map(|trace| match &trace.what {
            TraceKind::Event(event) => Some(event),
            TraceKind::Line(_) => None,
        })
    }

    /// The earliest and the latest time of its sound entries; `None` where they tell none.
    #[must_use]
    pub fn span(&self) -> Option<(FileTime, FileTime)> {
        let sound = || self.traces.iter().filter(|trace| !trace.is_stray);
        let times = || sound().filter_map(|trace| trace.when);
        Some((times().min()?, times().max()?))
    }
}

impl Trace {
    /// An entry without a time.
    #[must_use]
    pub const fn new(what: TraceKind, offset: u64) -> Self {
        Self { when: None, clock: None, offset, line: None, what, is_stray: false, note: None }
    }

    /// In words.
    pub(crate) fn text(&self) -> String {
        match &self.what {
            TraceKind::Line(text) => text.clone(),
            TraceKind::Event(event) => {
                let EventTrace { source, id, event_type, computer, strings } = event;
                let strings: Vec<_> = strings.iter().map(|it| format!("\"{it}\"")).collect();
                let strings = strings.join(", ");
                format!("{source}, event {id} ({event_type}) on {computer}: {strings}")
            }
        }
    }
}
