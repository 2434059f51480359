//! Writes event logs of Windows NT to 2003 (`.evt`): sound, wrapped or dirty.
//!
//! The log is written as the event-logging service writes it: record by record into a ring behind the header, the oldest
//! ones giving way to new ones, with the end-of-file record behind the newest.
//!
//! Source: Microsoft's "Event Log File Format" with `ELF_LOGFILE_HEADER`, `EVENTLOGRECORD` and `ELF_EOF_RECORD`.
//!
//! ```
//! use coldhive_forge::event_log::{EventLogSpec, EventSpec};
//!
//! let events = (0..100).map(|time| EventSpec::new("EventLog", 6005).time(time));
//! let file = EventLogSpec::new(events).size(0x1000).build();
//! assert_eq!((file.len(), &file[4..8]), (0x1000, &b"LfLe"[..]));
//! assert_eq!(file[0x24], 2, "the flag of a wrapped log");
//! ```

use std::collections::VecDeque;

/// Where the first record stands.
const HEADER: usize = 0x30;
/// The size of the end-of-file record.
const END: usize = 0x28;
/// The size of a record's fields. They don't go round the end of the file.
const FIELDS: usize = 0x38;

/// An event to be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventSpec {
    /// The program that reports it.
    pub source: String,
    /// The machine.
    pub computer: String,
    /// The event's identifier with its severity and facility.
    pub id: u32,
    /// 1 an error, 2 a warning, 4 information.
    pub event_type: u16,
    /// A number of the source's own.
    pub category: u16,
    /// When it happened and was written, in seconds since 1970-01-01 UTC.
    pub time: u32,
    /// What the message is filled with.
    pub strings: Vec<String>,
    /// The account's SID, as bytes.
    pub sid: Vec<u8>,
    /// What the source adds.
    pub data: Vec<u8>,
}

impl EventSpec {
    /// An error of a source, on the machine NODE1 at 1999-05-12 21:20:14 UTC.
    #[must_use]
    pub fn new(source: &str, code: u16) -> Self {
        Self {
            source: source.into(),
            computer: "NODE1".into(),
            id: 0xC000_0000 | u32::from(code),
            event_type: 1,
            category: 0,
            time: 926_544_014,
            strings: Vec::new(),
            sid: Vec::new(),
            data: Vec::new(),
        }
    }

    /// Sets when it happened.
    #[must_use]
    pub fn time(self, time: u32) -> Self {
        Self { time, ..self }
    }

    /// Makes it information.
    #[must_use]
    pub fn information(self) -> Self {
        Self { id: 0x4000_0000 | (self.id & 0xFFFF), event_type: 4, ..self }
    }

    /// Sets its strings.
    #[must_use]
    pub fn strings<S: Into<String>>(self, strings: impl IntoIterator<Item = S>) -> Self {
        Self { strings: strings.into_iter().map(Into::into).collect(), ..self }
    }

    /// Sets its SID.
    #[must_use]
    pub fn sid(self, sid: impl Into<Vec<u8>>) -> Self {
        Self { sid: sid.into(), ..self }
    }

    /// Sets its data.
    #[must_use]
    pub fn data(self, data: impl Into<Vec<u8>>) -> Self {
        Self { data: data.into(), ..self }
    }

    /// Its record.
    fn record(&self, number: u32) -> Vec<u8> {
        let mut body = Vec::new();
        for name in [&self.source, &self.computer] {
            push_text(&mut body, name);
        }
        align(&mut body);
        let sid_at = FIELDS + body.len();
        body.extend_from_slice(&self.sid);
        let strings_at = FIELDS + body.len();
        self.strings.iter().for_each(|string| push_text(&mut body, string));
        let data_at = FIELDS + body.len();
        body.extend_from_slice(&self.data);
        align(&mut body);
        let length = word(FIELDS + body.len() + 4);
        let counts = [
            u32::from(self.event_type) | (word(self.strings.len()) << 16),
            u32::from(self.category),
            0,
        ];
        let fields = [length, u32::from_le_bytes(*b"LfLe"), number, self.time, self.time, self.id]
            .into_iter()
            .chain(counts)
            .chain([word(strings_at), word(self.sid.len()), word(sid_at)])
            .chain([word(self.data.len()), word(data_at)]);
        let mut record: Vec<u8> = fields.flat_map(u32::to_le_bytes).collect();
        record.extend(body);
        record.extend(length.to_le_bytes());
        record
    }
}

/// A log to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventLogSpec {
    /// What is logged, in its order.
    pub events: Vec<EventSpec>,
    /// The file's size, in bytes; it wraps when it is full. `None` for one that grows with its records.
    pub size: Option<usize>,
    /// Whether the header is left as it was when the log was made, as in a copy of a log that is in use.
    pub dirty: bool,
}

impl EventLogSpec {
    /// A log that holds these events and is closed.
    #[must_use]
    pub fn new(events: impl IntoIterator<Item = EventSpec>) -> Self {
        Self { events: events.into_iter().collect(), size: None, dirty: false }
    }

    /// Sets the file's size: a multiple of 4 that has room for the largest record.
    #[must_use]
    pub fn size(self, size: usize) -> Self {
        Self { size: Some(size), ..self }
    }

    /// Leaves the header as it was.
    #[must_use]
    pub fn dirty(self) -> Self {
        Self { dirty: true, ..self }
    }

    /// Writes the log. An event that the file has no room for is left out.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let mut ring = Ring::new(self.size);
        for (event, number) in self.events.iter().zip(1..) {
            ring.write(&event.record(number), number);
        }
        ring.finish(self.dirty)
    }
}

/// The file while it is written.
struct Ring {
    file: Vec<u8>,
    grows: bool,
    at: usize,
    wrapped: bool,
    /// The records that still stand: number, offset, length.
    standing: VecDeque<(u32, usize, usize)>,
    next: u32,
}

impl Ring {
    fn new(size: Option<usize>) -> Self {
        let file = vec![0; size.unwrap_or(HEADER).max(HEADER)];
        Self {
            file,
            grows: size.is_none(),
            at: HEADER,
            wrapped: false,
            standing: VecDeque::new(),
            next: 1,
        }
    }

    fn write(&mut self, record: &[u8], number: u32) {
        if self.grows {
            self.file.resize(self.at + record.len() + END, 0);
        } else if HEADER + record.len() + END + FIELDS > self.file.len() {
            return;
        }
        self.skip_rest(FIELDS);
        self.make_room(record.len() + END + FIELDS);
        self.standing.push_back((number, self.at, record.len()));
        self.put(record);
        self.next = number + 1;
    }

    /// Goes to the beginning where so many bytes don't fit before the end.
    fn skip_rest(&mut self, needed: usize) {
        let left = self.file.len() - self.at;
        if left < needed && !self.grows {
            // The oldest records of this round can't stand in the rest: none begins there.
            self.drop_where(self.at, left);
            for word in self.file[self.at..].chunks_exact_mut(4) {
                word.copy_from_slice(&0x27_u32.to_le_bytes());
            }
            (self.at, self.wrapped) = (HEADER, true);
        }
    }

    /// Drops the oldest records that stand where so many bytes will be written.
    fn make_room(&mut self, length: usize) {
        if self.grows {
            return;
        }
        let here = length.min(self.file.len() - self.at);
        self.drop_where(self.at, here);
        self.drop_where(HEADER, length - here);
    }

    fn drop_where(&mut self, at: usize, length: usize) {
        let size = self.file.len();
        let overlaps = |start: usize, end: usize| start < at + length && at < end;
        self.standing.retain(|(_, start, length)| {
            let end = start + length;
            let round = HEADER + end.saturating_sub(size);
            let is_over =
                overlaps(*start, end.min(size)) || (end > size && overlaps(HEADER, round));
            !is_over
        });
    }

    fn put(&mut self, bytes: &[u8]) {
        let here = bytes.len().min(self.file.len() - self.at);
        self.file[self.at..self.at + here].copy_from_slice(&bytes[..here]);
        self.at += here;
        if here < bytes.len() {
            let rest = &bytes[here..];
            self.file[HEADER..HEADER + rest.len()].copy_from_slice(rest);
            (self.at, self.wrapped) = (HEADER + rest.len(), true);
        }
    }

    fn finish(mut self, dirty: bool) -> Vec<u8> {
        if self.grows {
            self.file.resize(self.at + END, 0);
        }
        self.skip_rest(END);
        let at = self.at;
        let (oldest, begin) =
            self.standing.front().map_or((0, at), |(number, offset, _)| (*number, *offset));
        let state = [word(begin), word(at), self.next, oldest];
        let end = [0x28, 0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444]
            .into_iter()
            .chain(state)
            .chain([0x28]);
        self.put(&end.flat_map(u32::to_le_bytes).collect::<Vec<_>>());
        let wrap = if self.wrapped { 2 } else { 0 };
        let (state, flags) =
            if dirty { ([word(HEADER), word(HEADER), 1, 0], 1) } else { (state, 0) };
        let header = [word(HEADER), u32::from_le_bytes(*b"LfLe"), 1, 1]
            .into_iter()
            .chain(state)
            .chain([word(self.file.len()), flags | wrap, 0, word(HEADER)]);
        let header: Vec<_> = header.flat_map(u32::to_le_bytes).collect();
        self.file[..HEADER].copy_from_slice(&header);
        self.file
    }
}

fn word(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn push_text(body: &mut Vec<u8>, text: &str) {
    body.extend(text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes));
}

fn align(body: &mut Vec<u8>) {
    body.resize(body.len().next_multiple_of(4), 0);
}
