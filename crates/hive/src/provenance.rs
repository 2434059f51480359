//! Provenance: which file each byte of an image comes from.

use crate::evidence::EvidenceFile;

/// Where bytes of an image come from.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'e> {
    /// The file that is responsible for the bytes.
    pub file: &'e EvidenceFile,
    /// Where they stand in that file (expanded), in bytes, or where the line begins that they were made
    /// from; `None` where no file holds them: fields that
    /// recovery set, and gaps filled with zeros.
    pub offset: Option<u64>,
    /// The sequence number of the log entry that brought them.
    pub entry: Option<u32>,
    /// The line of the text that they were made from, the first being 1.
    pub line: Option<u32>,
}

/// Neighbouring bytes of an image that come from one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProvenanceRun {
    /// Where the run begins in the image, in bytes.
    pub start: u64,
    /// Its length in bytes.
    pub length: u64,
    /// Which of the evidence's files is responsible: an index into [`Evidence::files`](crate::Evidence::files).
    pub file: usize,
    /// Where the run begins in that file; `None` where no file holds its bytes.
    pub offset: Option<u64>,
    /// The sequence number of the log entry that brought it.
    pub entry: Option<u32>,
    /// The line of the text that it was made from.
    pub line: Option<u32>,
}

impl ProvenanceRun {
    /// A run of a file's bytes that stand at `offset` in it.
    #[must_use]
    pub const fn of_file(start: u64, length: u64, file: usize, offset: u64) -> Self {
        Self { start, length, file, offset: Some(offset), entry: None, line: None }
    }

    /// A run of bytes that no file holds.
    #[must_use]
    pub const fn of_nothing(start: u64, length: u64, file: usize) -> Self {
        Self { start, length, file, offset: None, entry: None, line: None }
    }

    /// A run of bytes that were made from a line of a text, which begins at `offset` in its file.
    #[must_use]
    pub const fn of_line(start: u64, length: u64, file: usize, line: u32, offset: u64) -> Self {
        Self { start, length, file, offset: Some(offset), entry: None, line: Some(line) }
    }

    /// The first byte behind the run.
    pub(crate) const fn end(&self) -> u64 {
        self.start.saturating_add(self.length)
    }

    /// The part of the run from `start` on. All that was made from a line comes from that line's beginning.
    pub(crate) fn from(mut self, start: u64) -> Self {
        let skipped = start.saturating_sub(self.start);
        self.start = self.start.saturating_add(skipped);
        self.length = self.length.saturating_sub(skipped);
        if self.line.is_none() {
            self.offset = self.offset.map(|offset| offset.saturating_add(skipped));
        }
        self
    }

    /// The part of the run before `end`.
    pub(crate) fn until(mut self, end: u64) -> Self {
        self.length = self.length.min(end.saturating_sub(self.start));
        self
    }

    /// Whether `next` goes on where this run ends, in the image and in the file.
    fn is_continued_by(&self, next: &Self) -> bool {
        let offset = match (self.offset, next.offset) {
            (Some(here), Some(there)) if self.line.is_some() => here == there,
            (Some(here), Some(there)) => here.saturating_add(self.length) == there,
            (None, None) => true,
            _ => false,
        };
        offset
            && self.end() == next.start
            && (self.file, self.entry, self.line) == (next.file, next.entry, next.line)
    }
}

/// Which file each byte of an image comes from: runs in order, none overlapping another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    runs: Vec<ProvenanceRun>,
}

impl Provenance {
    /// Takes runs in any order. Where two overlap, the one that begins later counts from its beginning
    /// on (of two that begin together, the later one in the list); neighbours that go on from each other are joined.
    #[must_use]
    pub fn new(mut runs: Vec<ProvenanceRun>) -> Self {
        runs.retain(|run| run.length > 0);
        runs.sort_by_key(|run| run.start);
        let mut sorted: Vec<ProvenanceRun> = Vec::with_capacity(runs.len());
        for run in runs {
            if let Some(last) = sorted.last_mut() {
                *last = last.until(run.start);
                if last.length == 0 {
                    sorted.pop();
                }
            }
            match sorted.last_mut() {
                Some(last) if last.is_continued_by(&run) => {
                    last.length = last.length.saturating_add(run.length);
                }
                _ => sorted.push(run),
            }
        }
        Self { runs: sorted }
    }

    /// The provenance of an image that is one file as it is.
    pub(crate) fn whole(file: usize, length: usize) -> Self {
        let length = u64::try_from(length).unwrap_or(u64::MAX);
        Self::new(vec![ProvenanceRun::of_file(0, length, file, 0)])
    }

    /// The runs, in the order of the image.
    #[must_use]
    pub fn runs(&self) -> &[ProvenanceRun] {
        &self.runs
    }

    /// The run that holds the byte at `offset` in the image, cut so that it begins with that byte.
    #[must_use]
    pub fn at(&self, offset: u64) -> Option<ProvenanceRun> {
        let behind = self.runs.partition_point(|run| run.start <= offset);
        let run = self.runs.get(behind.checked_sub(1)?)?;
        (offset < run.end()).then(|| run.from(offset))
    }
}
