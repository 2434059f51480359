//! On-disk structure of an event's record, `EVENTLOGRECORD`.

use std::borrow::Cow;

use crate::bytes::{index, offset, text, u16_at, u32_at};
use crate::damage::RecordDamage;
use crate::event_id::{EventId, EventType};
use crate::header::SIGNATURE;

/// The size of the fields that every record has, in bytes.
pub(crate) const FIXED_SIZE: usize = 0x38;
/// The smallest record: its fields, two empty names, and its length again.
pub(crate) const SMALLEST: usize = FIXED_SIZE + 8;

/// How a record was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reached {
    /// By the chain of records from the oldest to the newest: the log as Windows shows it.
    Chained,
    /// By its signature, outside of the chain: behind a break, or left over from earlier.
    Scanned,
}

/// One record of an event log.
///
/// The bytes are borrowed from the file, but where the record goes round the end of the file. A field that the bytes don't
/// reach is zero or empty, and [`damage`](Self::damage) says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord<'b> {
    bytes: Cow<'b, [u8]>,
    at: usize,
    reached: Reached,
}

impl<'b> EventRecord<'b> {
    pub(crate) const fn new(bytes: Cow<'b, [u8]>, at: usize, reached: Reached) -> Self {
        Self { bytes, at, reached }
    }

    fn u32(&self, offset: usize) -> u32 {
        u32_at(&self.bytes, offset).unwrap_or(0)
    }

    fn u16(&self, offset: usize) -> u16 {
        u16_at(&self.bytes, offset).unwrap_or(0)
    }

    /// Its bytes, in one piece.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where it begins, in bytes from the start of the file.
    #[must_use]
    pub fn offset(&self) -> u64 {
        offset(self.at)
    }

    /// How it was found.
    #[must_use]
    pub const fn reached(&self) -> Reached {
        self.reached
    }

    /// Whether it goes round the end of the file.
    #[must_use]
    pub const fn is_split(&self) -> bool {
        matches!(self.bytes, Cow::Owned(_))
    }

    /// Its length by its own word (`Length`).
    #[must_use]
    pub fn length(&self) -> u32 {
        self.u32(0)
    }

    /// Its number, which grows by one from record to record (`RecordNumber`).
    #[must_use]
    pub fn number(&self) -> u32 {
        self.u32(0x08)
    }

    /// When the event happened, in seconds since 1970-01-01 UTC (`TimeGenerated`).
    #[must_use]
    pub fn generated(&self) -> u32 {
        self.u32(0x0C)
    }

    /// When it was written to the log, in seconds since 1970-01-01 UTC (`TimeWritten`).
    #[must_use]
    pub fn written(&self) -> u32 {
        self.u32(0x10)
    }

    /// What event it is (`EventID`).
    #[must_use]
    pub fn event_id(&self) -> EventId {
        EventId(self.u32(0x14))
    }

    /// Whether it is an error, a warning or what else (`EventType`).
    #[must_use]
    pub fn event_type(&self) -> EventType {
        EventType(self.u16(0x18))
    }

    /// Its category, a number of the source's own (`EventCategory`).
    #[must_use]
    pub fn category(&self) -> u16 {
        self.u16(0x1C)
    }

    /// The program that reported it (`SourceName`).
    #[must_use]
    pub fn source(&self) -> String {
        self.names().0.unwrap_or_default()
    }

    /// The machine that it happened on (`Computername`).
    #[must_use]
    pub fn computer(&self) -> String {
        self.names().1.unwrap_or_default()
    }

    /// Both names, one behind the other.
    fn names(&self) -> (Option<String>, Option<String>) {
        let Some((source, length)) = self.body(FIXED_SIZE).and_then(text) else {
            return (None, None);
        };
        let computer = self.body(FIXED_SIZE.saturating_add(length)).and_then(text);
        (Some(source), computer.map(|(computer, _)| computer))
    }

    /// The bytes from an offset to the length behind the record.
    fn body(&self, from: usize) -> Option<&[u8]> {
        self.bytes.get(from..self.bytes.len().saturating_sub(4).max(FIXED_SIZE))
    }

    /// A part of which the record tells offset and length.
    fn part(&self, length: u32, from: u32) -> Option<&[u8]> {
        if length == 0 {
            return Some(&[]);
        }
        self.body(index(from))?.get(..index(length))
    }

    /// The account on whose behalf it was reported, as a SID's bytes; empty where there is none (`UserSid`).
    #[must_use]
    pub fn sid(&self) -> &[u8] {
        self.part(self.u32(0x28), self.u32(0x2C)).unwrap_or_default()
    }

    /// What the source added (`Data`).
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.part(self.u32(0x30), self.u32(0x34)).unwrap_or_default()
    }

    /// How many strings it has by its own word (`NumStrings`).
    #[must_use]
    pub fn string_count(&self) -> u16 {
        self.u16(0x1A)
    }

    /// The strings that its message is filled with, as many as can be read (`Strings`). One like `%%1720` stands for a
    /// message of that number.
    #[must_use]
    pub fn strings(&self) -> Vec<String> {
        let mut rest = self.body(index(self.u32(0x24))).unwrap_or_default();
        let mut strings = Vec::new();
        for _ in 0..self.string_count() {
            let Some((string, length)) = text(rest) else { break };
            strings.push(string);
            rest = rest.get(length..).unwrap_or_default();
        }
        strings
    }

    /// What is wrong with it.
    #[must_use]
    pub fn damage(&self) -> Vec<RecordDamage> {
        let (offset, length) = (self.offset(), self.length());
        let mut damage = Vec::new();
        if index(length) > self.bytes.len() {
            let left = u32::try_from(self.bytes.len()).unwrap_or(u32::MAX);
            damage.push(RecordDamage::CutShort { offset, length, left });
        } else {
            let last = u32_at(&self.bytes, index(length).saturating_sub(4)).unwrap_or(0);
            if last != length {
                damage.push(RecordDamage::LengthsDiffer { offset, first: length, last });
            }
        }
        let (source, computer) = self.names();
        let parts = [
            ("source", source.is_some()),
            ("computer", computer.is_some()),
            ("SID", self.part(self.u32(0x28), self.u32(0x2C)).is_some()),
            ("strings", self.strings().len() == usize::from(self.string_count())),
            ("data", self.part(self.u32(0x30), self.u32(0x34)).is_some()),
        ];
        let outside = parts.into_iter().filter(|(_, is_in)| !is_in);
        damage.extend(outside.map(|(part, _)| RecordDamage::PartOutside { offset, part }));
        damage
    }
}

/// The length of a record that begins here, by its own word; `None` where none does.
pub(crate) fn begins(bytes: &[u8]) -> Option<u32> {
    (bytes.get(4..8)? == SIGNATURE).then(|| u32_at(bytes, 0)).flatten()
}

/// Whether a length can be a record's.
pub(crate) fn is_length(length: u32) -> bool {
    index(length) >= SMALLEST && length.is_multiple_of(4)
}
