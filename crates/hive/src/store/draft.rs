//! Bytes in the making.

use std::ops::Deref;
use std::sync::Arc;

#[cfg(feature = "mmap")]
use memmap2::{Mmap, MmapMut};

use super::before::{Before, Kept};
#[cfg(feature = "mmap")]
use super::map;
use super::{Held, Stored};

/// Bytes that are written over, and what they were before.
pub(crate) struct Draft {
    /// Not in use as long as there is a map.
    owned: Vec<u8>,
    /// What is written to it stands in memory alone: the file isn't opened for writing, and the map is private.
    #[cfg(feature = "mmap")]
    map: Option<MmapMut>,
    before: Past,
}

/// What tells how the bytes were.
enum Past {
    /// They are held elsewhere.
    Held(Stored),
    /// What was written over.
    Kept(Kept),
}

impl From<Stored> for Draft {
    /// Takes bytes that nobody else holds as they are; else a copy. Of a mapped file only those pages take memory that
    /// are written to.
    fn from(stored: Stored) -> Self {
        let mut owned = Vec::new();
        #[cfg(feature = "mmap")]
        let mut map = None;
        let before = match stored.0 {
            Held::Owned(bytes) => match Arc::try_unwrap(bytes) {
                Ok(bytes) => {
                    owned = bytes;
                    Past::Kept(Kept::of(owned.len()))
                }
                Err(bytes) => {
                    owned.extend_from_slice(&bytes);
                    Past::Held(bytes.into())
                }
            },
            #[cfg(feature = "mmap")]
            Held::Mapped(mapping) => {
                let again = map::private(&mapping.file, mapping.map.len()).and_then(Mmap::make_mut);
                match again {
                    Ok(again) => map = Some(again),
                    Err(_) => owned.extend_from_slice(&mapping.map),
                }
                Past::Held(Stored(Held::Mapped(mapping)))
            }
            other => {
                let stored = Stored(other);
                owned.extend_from_slice(&stored);
                Past::Held(stored)
            }
        };
        Self {
            owned,
            #[cfg(feature = "mmap")]
            map,
            before,
        }
    }
}

impl Draft {
    /// Writes bytes over those that stand at a place and behind; what goes beyond the end makes it longer.
    pub(crate) fn write(&mut self, at: usize, bytes: &[u8]) {
        let there = self.len().saturating_sub(at).min(bytes.len());
        let (over, behind) = bytes.split_at_checked(there).unwrap_or((bytes, &[]));
        let end = at.saturating_add(there);
        if let Past::Kept(kept) = &mut self.before {
            kept.keep(&self.owned, at..end);
        }
        if let Some(place) = self.bytes_mut().get_mut(at..end) {
            place.copy_from_slice(over);
        }
        if !behind.is_empty() {
            self.growing(behind.len()).extend_from_slice(behind);
        }
    }

    /// Makes it that long, with zeros behind what there was.
    pub(crate) fn fill_up(&mut self, length: usize) {
        let missing = length.saturating_sub(self.len());
        if missing > 0 {
            self.growing(missing).resize(length, 0);
        }
    }

    /// A map can't grow, so it is copied.
    fn growing(&mut self, more: usize) -> &mut Vec<u8> {
        #[cfg(feature = "mmap")]
        if let Some(map) = self.map.take() {
            self.owned = Vec::with_capacity(map.len().saturating_add(more));
            self.owned.extend_from_slice(&map);
        }
        self.owned.reserve(more);
        &mut self.owned
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        #[cfg(feature = "mmap")]
        if let Some(map) = &mut self.map {
            return map;
        }
        &mut self.owned
    }

    /// The bytes as they were before, and not those that were made of them.
    pub(crate) fn give_up(mut self) -> Stored {
        match self.before {
            Past::Held(before) => before,
            Past::Kept(kept) => {
                kept.restore(&mut self.owned);
                self.owned.into()
            }
        }
    }

    /// The bytes, which nobody changes any more, and how they were before.
    pub(crate) fn finish(self) -> (Stored, Stored) {
        #[cfg(feature = "mmap")]
        if let (Some(map), Past::Held(before)) = (self.map, &self.before) {
            return (Stored(Held::Written(Arc::new(map))), before.clone());
        }
        let bytes = Arc::new(self.owned);
        let before = match self.before {
            Past::Held(before) => before,
            Past::Kept(kept) => {
                Stored(Held::Before(Arc::new(Before::new(Arc::clone(&bytes), kept))))
            }
        };
        (bytes.into(), before)
    }
}

impl Deref for Draft {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        #[cfg(feature = "mmap")]
        if let Some(map) = &self.map {
            return map;
        }
        &self.owned
    }
}
