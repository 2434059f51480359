//! An event log: its header, its end and its records.

use std::borrow::Cow;

use thiserror::Error;

use crate::bytes::index;
use crate::damage::EventLogDamage;
use crate::end::{END_SIZE, EndOfFile};
use crate::header::{EventLogFlags, EventLogHeader, HEADER_SIZE};
use crate::record::{EventRecord, begins, is_length};
use crate::search::{Extent, Ring};

/// An event log of Windows NT 3.1 to Server 2003.
///
/// Where its records stand is found out at once; they are read when asked for.
#[derive(Clone, Debug)]
pub struct EventLog<'b> {
    file: &'b [u8],
    first: usize,
    header: Option<EventLogHeader>,
    end: Option<EndOfFile>,
    extents: Vec<Extent>,
    damage: Vec<EventLogDamage>,
}

/// What a file is that isn't an event log.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotAnEventLog {
    /// No bytes at all.
    #[error("the file is empty: copy the log again")]
    Empty,
    /// The format of Windows Vista and later.
    #[error(
        "this is an event log of Windows Vista or later (.evtx), another format than .evt: use a tool for that one"
    )]
    Evtx,
    /// A registry hive.
    #[error("this is a registry hive: give the event log, as System32\\config\\SysEvent.Evt")]
    Hive,
    /// Anything else.
    #[error(
        "this is no event log: it has neither the header of one nor any record; \
         give a file as System32\\config\\SysEvent.Evt"
    )]
    Unknown,
}

impl<'b> EventLog<'b> {
    /// Finds the records of an event log.
    ///
    /// # Errors
    /// [`NotAnEventLog`] where the file has no header, no end-of-file record and no record.
    pub fn parse(file: &'b [u8]) -> Result<Self, NotAnEventLog> {
        let header = EventLogHeader::read(file);
        // A fragment of a log may begin with a record; else the header's place is kept where the header is lost.
        let is_fragment = header.is_none() && begins(file).is_some_and(is_length);
        let first = if is_fragment { 0 } else { HEADER_SIZE };
        let mut log =
            Self { file, first, header, end: None, extents: Vec::new(), damage: Vec::new() };
        log.find_end();
        log.find_records();
        if log.header.is_none() && log.end.is_none() && log.extents.is_empty() {
            return Err(match () {
                () if file.is_empty() => NotAnEventLog::Empty,
                () if file.starts_with(b"ElfFile\0") => NotAnEventLog::Evtx,
                () if file.starts_with(b"regf") => NotAnEventLog::Hive,
                () => NotAnEventLog::Unknown,
            });
        }
        Ok(log)
    }

    fn find_end(&mut self) {
        let Some(header) = self.header else {
            self.damage.push(EventLogDamage::NoHeader);
            self.end = EndOfFile::search(self.file, self.first);
            return self.note_end();
        };
        let is_dirty = header.flags.contains(EventLogFlags::DIRTY);
        let expected = index(header.end_offset);
        let there = EndOfFile::read(self.file, expected, self.first);
        if is_dirty {
            self.damage.push(EventLogDamage::Dirty);
        } else if let Some(there) = there.filter(EndOfFile::is_in_place) {
            self.end = Some(there);
            return;
        }
        self.end = EndOfFile::search(self.file, self.first);
        if let (Some(end), false) = (self.end, is_dirty)
            && end.found_at != u64::from(header.end_offset)
        {
            let expected = u64::from(header.end_offset);
            self.damage.push(EventLogDamage::EndElsewhere { expected, found: end.found_at });
        }
        self.note_end();
    }

    fn note_end(&mut self) {
        if self.end.is_none() {
            self.damage.push(EventLogDamage::NoEnd);
        }
    }

    fn find_records(&mut self) {
        let ring = Ring { file: self.file, first: self.first };
        let ends =
            self.end.map(|end| (end.begin(), usize::try_from(end.found_at).unwrap_or(usize::MAX)));
        let header =
            self.header.map(|header| (index(header.start_offset), index(header.end_offset)));
        if let Some((from, to)) = ends.or(header) {
            let (chained, damage) = ring.chain(from, to);
            self.extents = chained;
            self.damage.extend(damage);
        }
        let scanned = ring.scan(&self.extents, self.end);
        self.extents.extend(scanned);
        // The chain's own order is that of its numbers; what was found beside it is set among them.
        let mut extents = std::mem::take(&mut self.extents);
        extents.sort_by_cached_key(|extent| (self.record(*extent).number(), extent.at));
        self.extents = extents;
    }

    fn record(&self, extent: Extent) -> EventRecord<'b> {
        let Extent { at, length, round, reached } = extent;
        let bytes = self.file.get(at..at.saturating_add(length)).unwrap_or_default();
        let bytes = match round {
            0 => Cow::Borrowed(bytes),
            _ => {
                let more = self.file.get(self.first..self.first.saturating_add(round));
                Cow::Owned([bytes, more.unwrap_or_default()].concat())
            }
        };
        EventRecord::new(bytes, at, reached)
    }

    /// Its header; `None` where none stands at the start.
    #[must_use]
    pub const fn header(&self) -> Option<&EventLogHeader> {
        self.header.as_ref()
    }

    /// Its end-of-file record; `None` where none was found.
    #[must_use]
    pub const fn end(&self) -> Option<&EndOfFile> {
        self.end.as_ref()
    }

    /// What is wrong with it as a whole, or unusual about it.
    #[must_use]
    pub fn damage(&self) -> &[EventLogDamage] {
        &self.damage
    }

    /// How many records were found.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.extents.len()
    }

    /// Whether no record was found.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.extents.is_empty()
    }

    /// Its records, by their numbers.
    #[must_use]
    pub fn records(&self) -> EventRecords<'_, 'b> {
        EventRecords { log: self, extents: self.extents.iter() }
    }
}

/// The records of an event log, by their numbers.
#[derive(Clone, Debug)]
pub struct EventRecords<'l, 'b> {
    log: &'l EventLog<'b>,
    extents: std::slice::Iter<'l, Extent>,
}

impl<'b> Iterator for EventRecords<'_, 'b> {
    type Item = EventRecord<'b>;

    fn next(&mut self) -> Option<Self::Item> {
        self.extents.next().map(|extent| self.log.record(*extent))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.extents.size_hint()
    }
}

impl ExactSizeIterator for EventRecords<'_, '_> {}

// An end-of-file record is smaller than any record, so that none is taken for the other.
const _: () = assert!(END_SIZE < crate::record::SMALLEST);
