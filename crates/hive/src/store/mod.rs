//! Bytes of files: owned, or mapped into memory.

#[cfg(feature = "mmap")]
mod map;

use std::fmt;
#[cfg(feature = "mmap")]
use std::fs::File;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

#[cfg(feature = "mmap")]
use memmap2::{Mmap, MmapMut};

/// Bytes that nobody changes any more. Clones share them.
#[derive(Clone)]
pub(crate) struct Stored(Held);

#[derive(Clone)]
enum Held {
    Owned(Arc<Vec<u8>>),
    #[cfg(feature = "mmap")]
    Mapped(Arc<Mapping>),
    /// A private mapping that was written over.
    #[cfg(feature = "mmap")]
    Written(Arc<MmapMut>),
}

/// A private mapping. The file stays open, so that what is mapped once more is the same file.
#[cfg(feature = "mmap")]
struct Mapping {
    map: Mmap,
    file: File,
}

impl Stored {
    /// Maps the first bytes of a file.
    ///
    /// # Errors
    /// The file, where it can't be mapped: some file systems don't support it.
    #[cfg(feature = "mmap")]
    pub(crate) fn map(file: File, length: u64) -> Result<Self, File> {
        let mapped = usize::try_from(length).ok().filter(|length| *length != 0);
        match mapped.and_then(|length| map::private(&file, length).ok()) {
            Some(map) => Ok(Self(Held::Mapped(Arc::new(Mapping { map, file })))),
            None => Err(file),
        }
    }

    /// Whether the bytes are a mapping of a file.
    pub(crate) const fn is_mapped(&self) -> bool {
        match self.0 {
            Held::Owned(_) => false,
            #[cfg(feature = "mmap")]
            Held::Mapped(_) | Held::Written(_) => true,
        }
    }

    /// The same bytes, to be changed; these remain as they are. Of a mapped file only the pages that are written
    /// to take memory.
    pub(crate) fn draft(&self) -> Draft {
        match &self.0 {
            #[cfg(feature = "mmap")]
            Held::Mapped(mapping) => {
                let again = map::private(&mapping.file, mapping.map.len()).and_then(Mmap::make_mut);
                again.map_or_else(|_| Draft::copy(self), Draft::over)
            }
            _ => Draft::copy(self),
        }
    }
}

impl Default for Stored {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl From<Vec<u8>> for Stored {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Held::Owned(Arc::new(bytes)))
    }
}

impl Deref for Stored {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Held::Owned(bytes) => bytes,
            #[cfg(feature = "mmap")]
            Held::Mapped(mapping) => &mapping.map,
            #[cfg(feature = "mmap")]
            Held::Written(map) => map,
        }
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.is_mapped() { "mapped" } else { "owned" };
        write!(f, "Stored({} bytes, {how})", self.len())
    }
}

/// Bytes in the making.
pub(crate) struct Draft {
    /// Not in use as long as there is a map.
    owned: Vec<u8>,
    /// What is written to it stands in memory alone: the file isn't opened for writing, and the map is private.
    #[cfg(feature = "mmap")]
    map: Option<MmapMut>,
}

impl Draft {
    /// Begins with a copy.
    pub(crate) fn copy(bytes: &[u8]) -> Self {
        Self {
            owned: bytes.to_vec(),
            #[cfg(feature = "mmap")]
            map: None,
        }
    }

    #[cfg(feature = "mmap")]
    const fn over(map: MmapMut) -> Self {
        Self { owned: Vec::new(), map: Some(map) }
    }

    /// Puts bytes behind the end.
    pub(crate) fn extend(&mut self, more: &[u8]) {
        if !more.is_empty() {
            self.to_grow(more.len()).extend_from_slice(more);
        }
    }

    /// Makes it that long, with zeros behind what there was.
    pub(crate) fn fill_up(&mut self, length: usize) {
        let missing = length.saturating_sub(self.len());
        if missing > 0 {
            self.to_grow(missing).resize(length, 0);
        }
    }

    /// A map can't grow, so it is copied.
    fn to_grow(&mut self, more: usize) -> &mut Vec<u8> {
        #[cfg(feature = "mmap")]
        if let Some(map) = self.map.take() {
            self.owned = Vec::with_capacity(map.len().saturating_add(more));
            self.owned.extend_from_slice(&map);
        }
        self.owned.reserve(more);
        &mut self.owned
    }

    /// The bytes, which nobody changes any more.
    pub(crate) fn finish(self) -> Stored {
        #[cfg(feature = "mmap")]
        if let Some(map) = self.map {
            return Stored(Held::Written(Arc::new(map)));
        }
        self.owned.into()
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

impl DerefMut for Draft {
    fn deref_mut(&mut self) -> &mut [u8] {
        #[cfg(feature = "mmap")]
        if let Some(map) = &mut self.map {
            return map;
        }
        &mut self.owned
    }
}
