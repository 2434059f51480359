//! How much an evaluation may do: counted work, and a way to end it from outside.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use coldhive_hive::Lookup;
use coldhive_system::Located;

/// How much may be looked at to evaluate one rule for one control set. What lies beyond is unknown, and a note says so.
///
/// Work is counted and no clock is read, so that a verdict is the same on every machine. Real rules over real hives need
/// less than a hundredth of what is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How many keys, values and entries of lists may be looked at; those that a lookup has to read on its way among them.
    pub elements: u64,
    /// How much data may be looked at, in bytes. Matching a large regular expression counts each byte many times.
    pub bytes: u64,
    /// How much each log may take that is searched for signs: its entries, and their bytes once for each regular expression
    /// that they are matched with, or some times where that is large.
    pub log: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { elements: 10_000_000, bytes: 1 << 26, log: 1 << 32 }
    }
}

/// A way to end evaluations from another thread. Clones end together.
///
/// ```
/// use coldhive_rules::{Cancel, Context};
/// let cancel = Cancel::new();
/// let context = Context { cancel: cancel.clone(), ..Context::default() };
/// cancel.cancel();
/// assert!(context.cancel.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// One that was not used yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends what goes on: what was not looked at yet stays unknown.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was used.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A flag that something else sets, as a handler of signals does, cancels too.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use coldhive_rules::Cancel;
/// let interrupted = Arc::new(AtomicBool::new(false));
/// let cancel = Cancel::from(Arc::clone(&interrupted));
/// interrupted.store(true, Ordering::Relaxed);
/// assert!(cancel.is_cancelled());
/// ```
impl From<Arc<AtomicBool>> for Cancel {
    fn from(flag: Arc<AtomicBool>) -> Self {
        Self(flag)
    }
}

/// Why an evaluation ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    Cancelled,
    Elements,
    Bytes,
}

impl Stopped {
    /// The reason, as a clause.
    pub(super) const fn why(self) -> &'static str {
        match self {
            Self::Cancelled => "the evaluation was cancelled",
            Self::Elements => {
                "more keys, values and entries would have to be looked at than one rule may"
            }
            Self::Bytes => "more data would have to be looked at than one rule may",
        }
    }
}

/// How many predicates in loops keep what came of them, for reasons, evidence and explanations.
const MOST_KEPT: usize = 16_384;

/// What one evaluation has done.
#[derive(Debug)]
pub(super) struct Work {
    limits: Limits,
    cancel: Cancel,
    elements: Cell<u64>,
    bytes: Cell<u64>,
    kept: Cell<usize>,
}

impl Work {
    pub(super) fn new(limits: Limits, cancel: &Cancel) -> Self {
        let cancel = cancel.clone();
        Self { limits, cancel, elements: Cell::new(0), bytes: Cell::new(0), kept: Cell::new(0) }
    }

    /// That of the search of one log: it takes nothing from what decides, nor from other logs.
    pub(super) fn of_log(limits: Limits, cancel: &Cancel) -> Self {
        Self::new(Limits { elements: limits.log, bytes: limits.log, ..limits }, cancel)
    }

    /// Whether nothing more may be looked at, and why.
    pub(super) fn stopped(&self) -> Option<Stopped> {
        if self.cancel.is_cancelled() {
            Some(Stopped::Cancelled)
        } else if self.elements.get() > self.limits.elements {
            Some(Stopped::Elements)
        } else if self.bytes.get() > self.limits.bytes {
            Some(Stopped::Bytes)
        } else {
            None
        }
    }

    /// Counts elements that are looked at.
    pub(super) fn elements(&self, number: u64) {
        self.elements.set(self.elements.get().saturating_add(number));
    }

    /// Counts data that is looked at, each byte so many times.
    pub(super) fn bytes(&self, number: usize, times: u64) {
        let number = u64::try_from(number).unwrap_or(u64::MAX).saturating_mul(times);
        self.bytes.set(self.bytes.get().saturating_add(number));
    }

    /// Counts what a lookup had to read: about all names where nothing is found, and hashes on the way. The count is that
    /// of the whole way, also where it was known from an earlier lookup: a verdict doesn't depend on what came before.
    pub(super) fn lookup(&self, located: &Located<'_>) {
        /// How many hashes are looked through in the time that it takes to read a name.
        const HASHES_A_NAME: u64 = 64;
        let Some((nearest, _)) = &located.nearest else { return self.elements(1) };
        // A count that is a lie can't be larger than the hive has room for.
        let room = u64::from(nearest.hive().bins_size()) / 8;
        let entries = u64::from(nearest.subkey_count()).min(room);
        let read = match &located.answer {
            Lookup::Found(key) => {
                let above = key.parent().ok().flatten();
                let above = above.map_or(0, |above| u64::from(above.subkey_count()).min(room));
                above / HASHES_A_NAME
            }
            _ => entries,
        };
        self.elements(read.saturating_add(1));
    }

    /// Whether an element of a loop, with so many predicates, may be kept.
    pub(super) fn keep(&self, predicates: usize) -> bool {
        let kept = self.kept.get().saturating_add(predicates);
        let fits = kept <= MOST_KEPT;
        if fits {
            self.kept.set(kept);
        }
        fits
    }
}
