//! An image in the making: the primary's bytes, over which pages are laid.

use std::collections::BTreeMap;

use crate::base_block::{BaseBlock, FIELDS_SIZE};
use crate::bytes::{index, u32_at};
use crate::offset::HIVE_BINS_START;
use crate::provenance::{Provenance, ProvenanceRun};
use crate::recovery::log::{Entry, Log};
use crate::store::{Draft, Stored};

/// Offsets of base block fields, in bytes.
const PRIMARY_SEQUENCE: usize = 4;
const SECONDARY_SEQUENCE: usize = 8;
const LAST_WRITTEN: usize = 12;
const FILE_TYPE: usize = 28;
const FILE_FORMAT: usize = 32;
const BINS_SIZE: usize = 40;
const FLAGS: usize = 144;
const CHECKSUM: usize = 508;

pub(crate) struct Overlay {
    bytes: Draft,
    /// By where they begin; none overlaps another.
    runs: BTreeMap<u64, ProvenanceRun>,
    /// The largest that the image may become, in bytes: as many as the files themselves have.
    most_bytes: u64,
    /// The largest that the hive bins data may be said to become.
    most_bins: u64,
    filled: u64,
}

impl Overlay {
    /// Begins with the primary's bytes. `log_bytes` is the size of all logs together: an image grows by no
    /// more than they supply, whatever they say.
    pub(crate) fn over(primary: Draft, base_counts: bool, log_bytes: u64) -> Self {
        let length = u64::try_from(primary.len()).unwrap_or(u64::MAX);
        let said = if base_counts { BaseBlock::new(&primary).hive_bins_size() } else { 0 };
        let bins = length.saturating_sub(HIVE_BINS_START).max(said.into());
        let mut overlay = Self {
            bytes: primary,
            runs: BTreeMap::from([(0, ProvenanceRun::of_file(0, length, 0, 0))]),
            most_bytes: length.max(HIVE_BINS_START).saturating_add(log_bytes),
            most_bins: bins.saturating_add(log_bytes),
            filled: 0,
        };
        // A base block that is cut off behind its fields.
        overlay.reach(HIVE_BINS_START, 0);
        overlay
    }

    /// Begins with the bytes of a file that is not the primary, and will not grow.
    pub(crate) fn over_file(bytes: Draft, file: usize) -> Self {
        let mut overlay = Self::over(bytes, false, 0);
        for run in overlay.runs.values_mut() {
            run.file = file;
        }
        overlay
    }

    /// Whether an entry's pages have room.
    ///
    /// # Errors
    /// What is wrong with the entry.
    pub(crate) fn admit(&self, entry: &Entry) -> Result<(), String> {
        if u64::from(entry.bins_size) > self.most_bins {
            return Err(format!(
                "says that the hive bins data has {:#x} bytes, more than the primary and all logs together",
                entry.bins_size
            ));
        }
        let ends = entry.pages.iter().map(|page| {
            HIVE_BINS_START.saturating_add(page.target.into()).saturating_add(page.length.into())
        });
        match ends.max() {
            Some(end) if end > self.most_bytes => Err(format!(
                "has a page that ends at {end:#x} in the file, behind more bytes than the primary and all logs have \
                 together: the primary is cut short"
            )),
            _ => Ok(()),
        }
    }

    /// Lays the pages of an admitted entry over the image.
    pub(crate) fn apply(&mut self, log: &Log<'_>, entry: &Entry) {
        for page in &entry.pages {
            let Some(data) =
                log.bytes.get(page.source..).and_then(|rest| rest.get(..index(page.length)))
            else {
                continue;
            };
            let start = HIVE_BINS_START.saturating_add(page.target.into());
            self.lay(
                data,
                ProvenanceRun {
                    start,
                    length: page.length.into(),
                    file: log.file,
                    offset: u64::try_from(page.source).ok(),
                    entry: Some(entry.sequence),
                    line: None,
                },
            );
        }
    }

    /// Takes the fields of the base block from a log.
    pub(crate) fn take_base(&mut self, log: &Log<'_>) {
        let fields = log.bytes.get(..FIELDS_SIZE).unwrap_or(&[]);
        self.lay(fields, ProvenanceRun::of_file(0, FIELDS_SIZE as u64, log.file, 0));
    }

    /// Takes the last-written time from a log.
    pub(crate) fn take_time(&mut self, log: &Log<'_>) {
        if let Some(time) = log.bytes.get(LAST_WRITTEN..LAST_WRITTEN + 8) {
            let at = LAST_WRITTEN as u64;
            self.lay(time, ProvenanceRun::of_file(at, 8, log.file, at));
        }
    }

    /// Sets what the last applied entry says, and seals the base block.
    pub(crate) fn close(&mut self, last: &Entry) {
        self.set(BINS_SIZE, last.bins_size);
        if let (Some(flags), Some(old)) = (last.flags, u32_at(&self.bytes, FLAGS)) {
            self.set(FLAGS, old & !1 | flags & 1);
        }
        self.set(PRIMARY_SEQUENCE, last.sequence);
        self.set(SECONDARY_SEQUENCE, last.sequence);
        self.set_type_and_seal();
    }

    /// Makes a mirror's base block a primary's.
    pub(crate) fn set_type_and_seal(&mut self) {
        self.set(FILE_TYPE, 0);
        self.set(CHECKSUM, BaseBlock::new(&self.bytes).expected_checksum());
    }

    /// Makes the base block that of a clean primary with so much hive bins data.
    pub(crate) fn make_clean(&mut self, bins_size: u32) {
        let sequence = BaseBlock::new(&self.bytes).primary_sequence();
        self.set(0, u32::from_le_bytes(*b"regf"));
        self.set(SECONDARY_SEQUENCE, sequence);
        self.set(FILE_FORMAT, 1);
        self.set(BINS_SIZE, bins_size);
        self.set_type_and_seal();
    }

    /// The image alone.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    /// What the bytes were before.
    pub(crate) fn give_up(self) -> Stored {
        self.bytes.give_up()
    }

    /// How many bytes of the image no file supplied, and are zero.
    pub(crate) const fn filled(&self) -> u64 {
        self.filled
    }

    /// The image, what its bytes were before, its provenance, and how many 512-byte pages of it come from logs.
    pub(crate) fn finish(self) -> (Stored, Stored, Provenance, u32) {
        let from_logs: u64 = self
            .runs
            .values()
            .filter(|run| run.entry.is_some())
            .fold(0, |sum: u64, run| sum.saturating_add(run.length));
        let pages = u32::try_from(from_logs / 512).unwrap_or(u32::MAX);
        let provenance = Provenance::new(self.runs.into_values().collect());
        let (bytes, before) = self.bytes.finish();
        (bytes, before, provenance, pages)
    }

    /// Writes a number into the base block; no file holds it there. What is so already stays as it is.
    fn set(&mut self, at: usize, number: u32) {
        if u32_at(&self.bytes, at) != Some(number) {
            let start = u64::try_from(at).unwrap_or(0);
            self.lay(&number.to_le_bytes(), ProvenanceRun::of_nothing(start, 4, 0));
        }
    }

    /// Makes the image at least that long, filling it with zeros.
    fn reach(&mut self, end: u64, file: usize) {
        let length = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        let missing = end.saturating_sub(length);
        if missing > 0 {
            self.bytes.fill_up(usize::try_from(end).unwrap_or(usize::MAX));
            self.filled = self.filled.saturating_add(missing);
            self.runs.insert(length, ProvenanceRun::of_nothing(length, missing, file));
        }
    }

    /// Puts bytes into the image and notes where they come from.
    fn lay(&mut self, data: &[u8], run: ProvenanceRun) {
        let (start, end) = (run.start, run.end());
        let length = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        if length < start {
            self.reach(start, run.file);
        }
        let at = usize::try_from(start).unwrap_or(usize::MAX);
        self.bytes.write(at, data);
        self.cut_runs(start, end);
        self.runs.insert(start, run);
    }

    /// Takes the bytes from `start` to `end` out of the runs. Each run is taken out once, and each call adds at
    /// most two, so the work is in proportion to the number of pages.
    fn cut_runs(&mut self, start: u64, end: u64) {
        if let Some((_, run)) = self.runs.range_mut(..start).next_back() {
            let before = *run;
            *run = before.until(start);
            if before.end() > end {
                self.runs.insert(end, before.from(end));
            }
        }
        while let Some((&key, &run)) = self.runs.range(start..end).next() {
            self.runs.remove(&key);
            if run.end() > end {
                self.runs.insert(end, run.from(end));
            }
        }
    }
}
