//! One file of the evidence.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::evidence::content::Content;
use crate::evidence::digest::Sha256Digest;
use crate::evidence::error::EvidenceError;
use crate::evidence::packing::{self, Packing};
use crate::evidence::role::Role;
use crate::identify::identify;
use crate::store::Stored;

/// One file of the evidence, as it was: never written to. Clones share the bytes.
#[derive(Clone, Debug)]
pub struct EvidenceFile {
    path: PathBuf,
    role: Role,
    size: u64,
    /// As they are read: expanded, if the file is a compressed copy.
    bytes: Stored,
    /// As they are on disk, if that is something else.
    packed: Option<(Packing, Stored)>,
    problem: Option<Arc<EvidenceError>>,
    content: Content,
    sha256: Arc<OnceLock<Sha256Digest>>,
    expanded_sha256: Arc<OnceLock<Sha256Digest>>,
}

impl EvidenceFile {
    /// Takes a file's bytes as they are on disk; a compressed copy is expanded. What can't be expanded
    /// has no bytes, and its problem says why.
    pub(crate) fn new(path: PathBuf, role: Role, stored: Stored) -> Self {
        let size = u64::try_from(stored.len()).unwrap_or(u64::MAX);
        let (bytes, packed, problem) = match packing::expand(&stored) {
            None => (stored, None, None),
            Some((packing, Ok(expanded))) => (expanded.into(), Some((packing, stored)), None),
            Some((packing, Err(reason))) => {
                let problem = EvidenceError::Packed { path: path.clone(), packing, reason };
                (Stored::default(), Some((packing, stored)), Some(Arc::new(problem)))
            }
        };
        let content = if problem.is_some() { Content::Unreadable } else { Content::of(&bytes) };
        Self {
            path,
            role,
            size,
            bytes,
            packed,
            problem,
            content,
            sha256: Arc::default(),
            expanded_sha256: Arc::default(),
        }
    }

    /// Text that a hive is made from: no reader of hives is asked about it.
    pub(crate) fn of_text(path: PathBuf, bytes: Vec<u8>) -> Self {
        Self {
            path,
            role: Role::Primary,
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            bytes: bytes.into(),
            packed: None,
            problem: None,
            content: Content::Text,
            sha256: Arc::default(),
            expanded_sha256: Arc::default(),
        }
    }

    /// The same file, taken as text.
    pub(crate) fn into_text(self) -> Self {
        Self { content: Content::Text, ..self }
    }

    /// A file that can't be read.
    pub(crate) fn unreadable(role: Role, problem: EvidenceError) -> Self {
        let path = problem.path().to_owned();
        Self {
            role,
            size: std::fs::metadata(&path).map_or(0, |kind| kind.len()),
            path,
            bytes: Stored::default(),
            packed: None,
            problem: Some(Arc::new(problem)),
            content: Content::Unreadable,
            sha256: Arc::default(),
            expanded_sha256: Arc::default(),
        }
    }

    /// Refuses what can't be read as a hive.
    pub(crate) fn must_be_hive(self) -> Result<Self, EvidenceError> {
        if let Some(problem) = self.problem {
            // Nobody else holds it yet; if somebody did, its words would remain.
            return Err(Arc::try_unwrap(problem).unwrap_or_else(|problem| EvidenceError::Io {
                path: self.path,
                source: std::io::Error::other(problem.to_string()),
            }));
        }
        match identify(&self.bytes) {
            Some(reason) => Err(EvidenceError::NotAHive { path: self.path, reason }),
            None => Ok(self),
        }
    }

    /// The path or name as given or found.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file is by its name.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }

    /// What the file is by its bytes.
    #[must_use]
    pub const fn content(&self) -> Content {
        self.content
    }

    /// The file's bytes, expanded if it is a compressed copy; none if it can't be read.
    ///
    /// Of a primary that was read and recovered from logs, the bytes that were changed are kept alone. Then this makes a
    /// copy, when first asked for; digests and [`first_bytes`](Self::first_bytes) need none.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A copy of the first of the file's [bytes](Self::bytes), at most as many.
    #[must_use]
    pub fn first_bytes(&self, most: usize) -> Vec<u8> {
        self.bytes.start(most)
    }

    pub(crate) fn take_bytes(&mut self) -> Stored {
        std::mem::take(&mut self.bytes)
    }

    pub(crate) fn put_back(&mut self, bytes: Stored) {
        self.bytes = bytes;
    }

    /// Whether the bytes are a mapping of the file: they were asked to be, and could be.
    #[must_use]
    pub const fn is_mapped(&self) -> bool {
        self.bytes.is_mapped()
    }

    /// The bytes, to be shared.
    pub(crate) const fn shared_bytes(&self) -> &Stored {
        &self.bytes
    }

    /// How many [bytes](Self::bytes) there are: the file's size, or that of an expanded copy.
    #[must_use]
    pub fn bytes_count(&self) -> u64 {
        u64::try_from(self.bytes.length()).unwrap_or(u64::MAX)
    }

    /// The file's size on disk, in bytes.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// How the file is compressed on disk, if it is.
    #[must_use]
    pub fn packing(&self) -> Option<Packing> {
        self.packed.as_ref().map(|(packing, _)| *packing)
    }

    /// Why the file has no bytes: it can't be read, or can't be expanded.
    #[must_use]
    pub fn problem(&self) -> Option<&EvidenceError> {
        self.problem.as_deref()
    }

    /// The SHA-256 of the file as it is on disk, computed when first asked for; `None` if it can't be read.
    #[must_use]
    pub fn sha256(&self) -> Option<Sha256Digest> {
        let stored = match (&self.packed, &self.problem) {
            (Some((_, stored)), _) => stored,
            (None, None) => &self.bytes,
            (None, Some(_)) => return None,
        };
        Some(*self.sha256.get_or_init(|| Sha256Digest::of_parts(stored.parts())))
    }

    /// The SHA-256 of the expanded bytes of a compressed copy, computed when first asked for; `None`
    /// if the file isn't one or can't be expanded.
    #[must_use]
    pub fn expanded_sha256(&self) -> Option<Sha256Digest> {
        (self.packed.is_some() && self.problem.is_none()).then(|| {
            *self.expanded_sha256.get_or_init(|| Sha256Digest::of_parts(self.bytes.parts()))
        })
    }
}
