//! Logs of the same machine, in which rules look for signs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use coldhive_eventlog::{
    ClusterLine, ClusterLog, EventLog, EventRecord, LONGEST_LINE, NotAClusterLog, NotAnEventLog,
    Reached,
};
use coldhive_hive::{Evidence, EvidenceError, EvidenceFile, FileTime};
use coldhive_rules::{EventTrace, LogKind, Trace, TraceKind, TraceLog};
use thiserror::Error;

/// How many things that are wrong with the records of a log are told one by one.
const MOST_DAMAGE: usize = 20;
/// The largest log that is read, in bytes: its entries take several times its size in memory.
const LARGEST: u64 = 256 << 20;

/// An event log or a cluster log of the machine that a hive is of.
///
/// The file is opened read-only and read as a whole.
///
/// ```
/// use coldhive::rules::RuleSet;
/// use coldhive::{Beside, Case, CheckOptions, LogFile};
///
/// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
/// let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
/// let logs = [
///     LogFile::open_event_log(format!("{samples}/cluster-broken.SysEvent.Evt"))?,
///     LogFile::open_cluster_log(format!("{samples}/cluster-broken.Cluster.log"))?,
/// ];
/// let beside = Beside::default().logs(&logs);
/// let verdicts = case.check_beside(&RuleSet::built_in()?, &CheckOptions::default(), &beside);
/// let found: Vec<_> = verdicts[0].signs.iter().map(|sign| sign.id.as_str()).collect();
/// assert_eq!(found, ["event-7023-1720", "event-7023-1720", "log-unable-to-bind"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct LogFile {
    evidence: Evidence,
    log: TraceLog,
}

/// Why a file gives no log.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LogError {
    /// The file can't be read.
    #[error(transparent)]
    Evidence(EvidenceError),
    /// The file is a compressed copy that can't be expanded.
    #[error("{problem}")]
    Unusable {
        /// What is wrong, with the path.
        problem: String,
    },
    /// The path is a folder.
    #[error("{} is a folder: give the log in it", path.display())]
    IsFolder {
        /// The path as given.
        path: PathBuf,
    },
    /// The path is a device, a pipe or a socket.
    #[error("{} is not a regular file (a device, pipe or socket): copy the log to a file first", path.display())]
    NotAFile {
        /// The path as given.
        path: PathBuf,
    },
    /// The file is larger than a log may be.
    #[error(
        "{} has {size} bytes, and a log may have at most {LARGEST} (256 MiB): give a copy that is cut or split, with the \
         time in question",
        path.display()
    )]
    TooLarge {
        /// The path as given.
        path: PathBuf,
        /// Its size in bytes; that of what is in it, where it is compressed.
        size: u64,
    },
    /// The file is no event log.
    #[error("{}: {reason}", path.display())]
    NotAnEventLog {
        /// The path as given.
        path: PathBuf,
        /// What it is instead.
        reason: NotAnEventLog,
    },
    /// The file is no cluster log.
    #[error("{}: {reason}", path.display())]
    NotAClusterLog {
        /// The path as given.
        path: PathBuf,
        /// What it is instead.
        reason: NotAClusterLog,
    },
}

impl From<EvidenceError> for LogError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::IsFolder { path } => Self::IsFolder { path },
            EvidenceError::NotAFile { path } => Self::NotAFile { path },
            other => Self::Evidence(other),
        }
    }
}

impl LogFile {
    /// Opens an event log (`.evt`) of Windows NT to Server 2003, read-only.
    ///
    /// # Errors
    /// [`LogError`] says what stands at the path instead.
    pub fn open_event_log(path: impl Into<PathBuf>) -> Result<Self, LogError> {
        Self::event_log(read(path)?)
    }

    /// Opens the text log of the Cluster service, read-only.
    ///
    /// # Errors
    /// [`LogError`] says what stands at the path instead.
    pub fn open_cluster_log(path: impl Into<PathBuf>) -> Result<Self, LogError> {
        Self::cluster_log(read(path)?)
    }

    fn event_log(evidence: Evidence) -> Result<Self, LogError> {
        let (path, name) = (evidence.path().to_owned(), evidence.path().display().to_string());
        let log = EventLog::parse(evidence.bytes())
            .map_err(|reason| LogError::NotAnEventLog { path, reason })?;
        let traces = log.records().map(|record| event(&record)).collect();
        let mut made = TraceLog::new(name, LogKind::Events, traces);
        made.notes.extend(log.damage().iter().map(ToString::to_string));
        let mut damage = log.records().flat_map(|record| record.damage());
        made.notes.extend(damage.by_ref().take(MOST_DAMAGE).map(|damage| damage.to_string()));
        let more = damage.count();
        if more > 0 {
            made.notes.push(format!("{more} more things are wrong with its records"));
        }
        Ok(Self { evidence, log: made })
    }

    fn cluster_log(evidence: Evidence) -> Result<Self, LogError> {
        let (path, name) = (evidence.path().to_owned(), evidence.path().display().to_string());
        let log = ClusterLog::parse(evidence.bytes())
            .map_err(|reason| LogError::NotAClusterLog { path, reason })?;
        let (mut cut, mut before) = (0_u64, 0_u64);
        let mut traces: Vec<Trace> = Vec::new();
        for line in log.lines() {
            cut = cut.saturating_add(u64::from(line.is_cut));
            match traces.last_mut() {
                _ if line.is_stamped => traces.push(trace(line)),
                Some(last) => go_on(last, &line.text),
                None => before = before.saturating_add(1),
            }
        }
        let mut made = TraceLog::new(name, LogKind::Lines, traces);
        if before > 0 {
            made.notes.push(format!(
                "{before} of its lines stand before the first that has a time, and were left out"
            ));
        }
        if cut > 0 {
            made.notes.push(format!("{cut} of its lines are longer than any, and were cut"));
        }
        Ok(Self { evidence, log: made })
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> &EvidenceFile {
        self.evidence.primary()
    }

    /// The path as given.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.evidence.path()
    }

    /// What it holds, as rules see it.
    #[must_use]
    pub const fn traces(&self) -> &TraceLog {
        &self.log
    }
}

/// Reads a file; a compressed copy is expanded.
fn read(path: impl Into<PathBuf>) -> Result<Evidence, LogError> {
    let path = path.into();
    // What can't be asked for its size can't be read either, and the reading says why.
    if let Ok(size) = fs::metadata(&path).map(|metadata| metadata.len())
        && size > LARGEST
    {
        return Err(LogError::TooLarge { path, size });
    }
    let evidence = Evidence::open_text(path.clone())?;
    let size = u64::try_from(evidence.bytes().len()).unwrap_or(u64::MAX);
    if size > LARGEST {
        return Err(LogError::TooLarge { path, size });
    }
    match evidence.primary().problem() {
        None => Ok(evidence),
        Some(problem) => Err(LogError::Unusable { problem: problem.to_string() }),
    }
}

fn event(record: &EventRecord<'_>) -> Trace {
    let what = TraceKind::Event(EventTrace {
        source: record.source(),
        id: record.event_id().code(),
        event_type: record.event_type().to_string(),
        computer: record.computer(),
        strings: record.strings(),
    });
    let mut trace = Trace::new(what, record.offset());
    trace.when = FileTime::after_unix_epoch(Duration::from_secs(record.generated().into()));
    trace.is_stray = record.reached() == Reached::Scanned || !record.damage().is_empty();
    if record.reached() == Reached::Scanned {
        trace.note = Some(
            "the record was found by its signature, outside of the log's chain of records: it may be left over from \
             earlier, or stand behind damage"
                .into(),
        );
    }
    trace
}

fn trace(line: ClusterLine) -> Trace {
    let mut trace = Trace::new(TraceKind::Line(line.text), line.offset);
    let millis = line.clock.and_then(|clock| clock.unix_millis());
    trace.when =
        millis.and_then(|millis| FileTime::after_unix_epoch(Duration::from_millis(millis)));
    trace.clock = line.clock.filter(|_| millis.is_none()).map(|clock| clock.to_string());
    trace.line = Some(line.number);
    trace
}

/// A line without a time belongs to the one before it. That one gets no longer than a line may be.
fn go_on(last: &mut Trace, more: &str) {
    let TraceKind::Line(text) = &mut last.what else { return };
    if text.len().saturating_add(more.len()) < LONGEST_LINE {
        text.push(' ');
        text.push_str(more);
    }
}
