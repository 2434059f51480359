//! Reads what a machine says of itself beside its registry: event logs of Windows NT 3.1 to Server 2003 (`.evt`), and the
//! text log of the Cluster service.
//!
//! - [`EventLog`] finds the records of an event log: by the chain where it holds, and by their signature where it doesn't:
//!   in logs that are dirty, wrapped, cut short, or without a header.
//! - [`EventRecord`] is a view over one record, borrowed but where the record goes round the end of the file.
//! - [`ClusterLog`] reads lines as `378.380::1999/06/09-18:00:50.881 [NM] Forming cluster membership.`
//! - No bytes make it panic or loop. Memory and work are bounded by the file's size: no byte belongs to two records.
//! - [`EventLogDamage`] is a fact about the evidence and never ends the reading.
//!
//! The format of event logs is that of Microsoft's "Event Log File Format" with `ELF_LOGFILE_HEADER`, `EVENTLOGRECORD` and
//! `ELF_EOF_RECORD`. Terms are those of that document.
//!
//! ```
//! use coldhive_eventlog::EventLog;
//! use coldhive_forge::event_log::{EventLogSpec, EventSpec};
//!
//! let event = EventSpec::new("Service Control Manager", 7023).strings(["Cluster Server", "%%1720"]);
//! let file = EventLogSpec::new([event]).build();
//! let log = EventLog::parse(&file)?;
//! let record = log.records().next().ok_or("no record")?;
//! assert_eq!((record.source().as_str(), record.event_id().code()), ("Service Control Manager", 7023));
//! assert_eq!(record.strings(), ["Cluster Server", "%%1720"]);
//! assert_eq!(log.damage(), []);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
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

mod bytes;
mod clock;
mod cluster_log;
mod damage;
mod end;
mod event_id;
mod header;
mod log;
mod record;
mod search;

pub use clock::{Clock, Day};
pub use cluster_log::{ClusterLine, ClusterLog, LONGEST_LINE, LineEncoding, NotAClusterLog};
pub use damage::{BrokenChain, EventLogDamage, RecordDamage};
pub use end::EndOfFile;
pub use event_id::{EventId, EventSeverity, EventType};
pub use header::{EventLogFlags, EventLogHeader};
pub use log::{EventLog, EventRecords, NotAnEventLog};
pub use record::{EventRecord, Reached};
