//! The one call that Rust can't vouch for.

use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

/// Maps the first bytes of a file, privately and for reading alone.
pub(super) fn private(file: &File, length: usize) -> io::Result<Mmap> {
    let mut options = MmapOptions::new();
    options.len(length);
    // SAFETY: bytes of a mapping must not change while there is a reference to them, and no program can keep others
    // from changing a file. This one doesn't: evidence is opened for reading alone, and the mapping is private, so
    // that what is written to it (once it was made writable) goes to copies of its pages in memory, never to the
    // file. What others write to the file may show here. So nothing goes by what bytes were when they were last
    // looked at: each read is bounds-checked by what it read itself, and no type is laid over them that not all bytes
    // are good for (text is checked on copies). Where others cut the file short, touching what is gone raises
    // SIGBUS, which ends the process; Windows doesn't let them. Reading files is the default for that reason.
    #[allow(unsafe_code, reason = "the only one; see above")]
    unsafe {
        options.map_copy_read_only(file)
    }
}
