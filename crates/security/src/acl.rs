//! On-disk structure of an access control list ([MS-DTYP] 2.4.5).

use core::iter::FusedIterator;

use crate::ace::{self, Ace};
use crate::ace_type::{AceType, Layout};
use crate::bytes::{slice_at, u8_at, u16_at};
use crate::error::{DescriptorError, Part};

/// Revision, Sbz1, size, ACE count, Sbz2.
pub(crate) const HEADER: usize = 8;
/// ACL_REVISION: the lowest that there is.
pub(crate) const REVISION: u8 = 2;

/// The lowest ACL revision in which such an ACE can stand.
///
/// 4 for object ACEs ([MS-DTYP] 2.4.5), 3 for compound ones (winnt.h, ACCESS_MAX_MS_V3_ACE_TYPE).
pub(crate) fn lowest_revision(ace_type: AceType) -> u8 {
    match ace_type {
        AceType::ACCESS_ALLOWED_COMPOUND => 3,
        _ if ace_type.layout() == Layout::Object => 4,
        _ => REVISION,
    }
}

/// The four states of a DACL or a SACL ([MS-DTYP] 2.4.6).
///
/// Absent and NULL let everyone do everything; an empty ACL lets nobody do anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AclState<'a> {
    /// The control flags say that there is none.
    Absent,
    /// The control flags say that there is one, and its offset is 0.
    Null,
    /// There is one; with no ACE in it, it is "empty".
    Present(Acl<'a>),
}

impl<'a> AclState<'a> {
    /// `absent`, `null`, `empty` or `populated`.
    pub fn name(&self) -> &'static str {
        match self {
            AclState::Absent => "absent",
            AclState::Null => "null",
            AclState::Present(acl) if acl.ace_count() == 0 => "empty",
            AclState::Present(_) => "populated",
        }
    }

    /// The ACL, if there is one.
    pub fn acl(&self) -> Option<Acl<'a>> {
        match self {
            AclState::Present(acl) => Some(*acl),
            AclState::Absent | AclState::Null => None,
        }
    }
}

/// An access control list, borrowed; it lies within its descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acl<'a> {
    part: Part,
    offset: usize,
    bytes: &'a [u8],
}

impl<'a> Acl<'a> {
    /// Reads the ACL at `offset` of a descriptor.
    pub(crate) fn read(
        descriptor: &'a [u8],
        part: Part,
        offset: usize,
    ) -> Result<Acl<'a>, DescriptorError> {
        let length = descriptor.len();
        let outside = |needed| DescriptorError::OutOfBounds { part, offset, needed, length };
        let header = slice_at(descriptor, offset, HEADER).ok_or(outside(HEADER))?;
        let actual = u16_at(header, 2).unwrap_or(0);
        let size = usize::from(actual);
        if size < HEADER {
            return Err(DescriptorError::AclSize { acl: part, offset, actual });
        }
        let bytes = slice_at(descriptor, offset, size).ok_or(outside(size))?;
        Ok(Acl { part, offset, bytes })
    }

    /// Whether it is the DACL or the SACL.
    pub fn part(&self) -> Part {
        self.part
    }

    /// Where it begins, in bytes from the start of the descriptor.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The whole ACL as it is stored.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The revision: 2, or 4 where object ACEs stand in it; 3 is for compound ACEs.
    pub fn revision(&self) -> u8 {
        u8_at(self.bytes, 0).unwrap_or(0)
    }

    /// The size in bytes that the header states.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The number of ACEs that the header states.
    pub fn ace_count(&self) -> u16 {
        u16_at(self.bytes, 4).unwrap_or(0)
    }

    /// The reserved fields Sbz1 and Sbz2, which should be zero.
    pub fn reserved(&self) -> (u8, u16) {
        (u8_at(self.bytes, 1).unwrap_or(0), u16_at(self.bytes, 6).unwrap_or(0))
    }

    /// How many bytes stand behind the last ACE that could be reached; legal, and common.
    pub fn slack(&self) -> usize {
        self.slack_bytes().len()
    }

    /// The bytes behind the last ACE that could be reached.
    pub fn slack_bytes(&self) -> &'a [u8] {
        let mut aces = self.aces();
        aces.by_ref().for_each(drop);
        self.bytes.get(aces.at..).unwrap_or(&[])
    }

    /// The ACEs in stored order.
    ///
    /// An ill-formed ACE is an `Err` and the next one follows, as long as its size leads there;
    /// else the last item says how many ACEs were not read.
    pub fn aces(&self) -> Aces<'a> {
        Aces { acl: *self, at: HEADER, index: 0, ended: false }
    }

    /// The complaint about the revision, if there is one.
    ///
    /// 3 is accepted because winnt.h has it (ACL_REVISION3, for compound ACEs).
    pub(crate) fn revision_error(&self) -> Option<DescriptorError> {
        let actual = self.revision();
        (!(2..=4).contains(&actual)).then_some(DescriptorError::AclRevision {
            acl: self.part,
            offset: self.offset,
            actual,
        })
    }

    /// Everything that is ill-formed in this ACL, in stored order.
    pub(crate) fn errors(&self) -> impl Iterator<Item = DescriptorError> + 'a {
        self.revision_error().into_iter().chain(self.aces().filter_map(Result::err))
    }
}

/// The ACEs of an [`Acl`], from [`Acl::aces`].
#[derive(Debug, Clone)]
pub struct Aces<'a> {
    acl: Acl<'a>,
    /// Where the next ACE begins, in bytes from the start of the ACL.
    at: usize,
    index: u16,
    ended: bool,
}

impl<'a> Iterator for Aces<'a> {
    type Item = Result<Ace<'a>, DescriptorError>;

    fn next(&mut self) -> Option<Self::Item> {
        let unread = self.acl.ace_count().saturating_sub(self.index);
        if self.ended || unread == 0 {
            return None;
        }
        let (acl, index) = (self.acl.part, self.index);
        let offset = self.acl.offset.saturating_add(self.at);
        let rest = self.acl.bytes.get(self.at..).unwrap_or(&[]);
        let stored = slice_at(rest, 0, ace::HEADER).and_then(|header| u16_at(header, 2));
        // A size smaller than the header leads nowhere either: the next ACE would begin inside this one.
        let own = stored
            .filter(|size| usize::from(*size) >= ace::HEADER)
            .and_then(|size| slice_at(rest, 0, usize::from(size)));
        let Some(own) = own else {
            self.ended = true;
            let (size, available) = (stored.unwrap_or(4), rest.len());
            let error = DescriptorError::AcesUnread { acl, offset, index, size, available, unread };
            return Some(Err(error));
        };
        self.at = self.at.saturating_add(own.len());
        self.index = self.index.saturating_add(1);
        Some(Ace::read(own, acl, offset, index))
    }
}

impl FusedIterator for Aces<'_> {}
