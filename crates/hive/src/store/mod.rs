//! Bytes of files: owned, or mapped into memory.

mod before;
mod draft;
#[cfg(feature = "mmap")]
mod map;

use std::fmt;
#[cfg(feature = "mmap")]
use std::fs::File;
use std::ops::Deref;
use std::sync::Arc;

#[cfg(feature = "mmap")]
use memmap2::{Mmap, MmapMut};

use before::Before;
pub(crate) use draft::Draft;

/// Bytes that nobody changes any more. Clones share them.
#[derive(Clone)]
pub(crate) struct Stored(Held);

#[derive(Clone)]
enum Held {
    Owned(Arc<Vec<u8>>),
    /// What is an image now.
    Before(Arc<Before>),
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
            Held::Owned(_) | Held::Before(_) => false,
            #[cfg(feature = "mmap")]
            Held::Mapped(_) | Held::Written(_) => true,
        }
    }

    /// The bytes piece by piece, which takes no memory for them, however they are held.
    pub(crate) fn parts(&self) -> Vec<&[u8]> {
        match &self.0 {
            Held::Before(before) => before.parts(),
            _ => vec![self],
        }
    }

    /// How many bytes it is.
    pub(crate) fn length(&self) -> usize {
        self.parts().iter().fold(0, |sum, part| sum.saturating_add(part.len()))
    }

    /// A copy of the first bytes, at most as many.
    pub(crate) fn start(&self, most: usize) -> Vec<u8> {
        let mut start = Vec::new();
        for part in self.parts() {
            let missing = most.saturating_sub(start.len()).min(part.len());
            start.extend_from_slice(part.get(..missing).unwrap_or(part));
        }
        start
    }
}

impl Default for Stored {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl From<Vec<u8>> for Stored {
    fn from(bytes: Vec<u8>) -> Self {
        Arc::new(bytes).into()
    }
}

impl From<Arc<Vec<u8>>> for Stored {
    fn from(bytes: Arc<Vec<u8>>) -> Self {
        Self(Held::Owned(bytes))
    }
}

impl Deref for Stored {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Held::Owned(bytes) => bytes,
            Held::Before(before) => before.whole(),
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
        write!(f, "Stored({} bytes, {how})", self.length())
    }
}
