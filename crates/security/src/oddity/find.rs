//! Looks for what is legal and unusual: one pass over each ACL and kind of question, without memory.

use crate::ace::Ace;
use crate::ace_type::{AceFlags, AceType, Layout, Role};
use crate::acl::{self, Acl};
use crate::bytes::slice_at;
use crate::control::Control;
use crate::descriptor::{self, Extent, SecurityDescriptor};
use crate::error::{DescriptorError, Part};
use crate::oddity::Oddity;

impl<'a> SecurityDescriptor<'a> {
    /// What is unusual and no fault: the header, the layout, the DACL and each of its ACEs, the SACL.
    ///
    /// Nothing is said of a part that cannot be read. While there is one, gaps and bytes behind the last
    /// part are not told either, because its own bytes would be among them.
    ///
    /// ```
    /// use coldhive_security::{Oddity, SecurityDescriptorBuf};
    ///
    /// let stored: SecurityDescriptorBuf = "D:(A;IO;KR;;;WD)".parse()?;
    /// let odd: Vec<_> = stored.as_descriptor().oddities().collect();
    /// assert!(matches!(odd.as_slice(), [Oddity::InheritanceFlags { index: 0, .. }]));
    /// assert_eq!(
    ///     odd[0].to_string(),
    ///     "ACE 0 of the DACL at offset 0x001c has flags 0x08 about inheritance, but nothing inherits it"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn oddities(&self) -> impl Iterator<Item = Oddity> + use<'a> {
        let acls = [self.dacl(), self.sacl()].into_iter().flatten().filter_map(|state| state.acl());
        in_header(self).chain(in_layout(self)).chain(acls.flat_map(in_acl))
    }
}

fn in_header<'a>(descriptor: &SecurityDescriptor<'a>) -> impl Iterator<Item = Oddity> + use<'a> {
    let control = descriptor.control();
    let actual = descriptor.resource_manager_control();
    let reserved = (actual != 0 && !control.contains(Control::RM_CONTROL_VALID))
        .then_some(Oddity::HeaderReserved { actual });
    let flags = control & (Control::DACL_TRUSTED | Control::SERVER_SECURITY);
    let server = (!flags.is_empty()).then_some(Oddity::ServerFlags { flags });
    let unused = |part, present| {
        let stored = descriptor.stored_offset(part);
        (stored != 0 && !control.contains(present)).then_some(Oddity::UnusedOffset { part, stored })
    };
    let sacl = unused(Part::Sacl, Control::SACL_PRESENT);
    let dacl = unused(Part::Dacl, Control::DACL_PRESENT);
    [reserved, server, sacl, dacl].into_iter().flatten()
}

fn in_layout<'a>(descriptor: &SecurityDescriptor<'a>) -> impl Iterator<Item = Oddity> + use<'a> {
    let bytes = descriptor.bytes();
    let extents = descriptor.extents();
    let unaligned = extents.into_iter().flatten().filter_map(|Extent { start, part, .. }| {
        (!start.is_multiple_of(4)).then_some(Oddity::Unaligned { part, offset: start })
    });
    let all_read = Part::ALL.into_iter().all(|part| descriptor.range_of(part).is_ok());
    let mut at = descriptor::HEADER;
    // The end of the descriptor is where the last gap would end.
    let end = bytes.len();
    let starts = extents.into_iter().flatten().map(|extent| (extent.start, extent.end, false));
    let between = starts.chain([(end, end, true)]).filter_map(move |(start, end, last)| {
        let (offset, length) = (at, start.saturating_sub(at));
        at = at.max(end);
        let zero = is_zero(slice_at(bytes, offset, length).filter(|gap| !gap.is_empty())?);
        Some(match last {
            true => Oddity::Trailing { offset, length, zero },
            false => Oddity::Gap { offset, length, zero },
        })
    });
    unaligned.chain(overlaps(extents)).chain(between.filter(move |_| all_read))
}

/// Each pair of parts that share bytes; there are at most six.
fn overlaps(extents: [Option<Extent>; 4]) -> impl Iterator<Item = Oddity> {
    extents.into_iter().enumerate().flat_map(move |(place, first)| {
        let behind = extents.into_iter().skip(place.saturating_add(1));
        behind.filter_map(move |second| {
            let (first, second) = (first?, second?);
            let (offset, length) =
                (second.start, first.end.min(second.end).saturating_sub(second.start));
            let (first, second) = (first.part, second.part);
            (length > 0).then_some(Oddity::Overlap { first, second, offset, length })
        })
    })
}

fn in_acl(acl: Acl<'_>) -> impl Iterator<Item = Oddity> {
    let (part, offset, size) = (acl.part(), acl.offset(), acl.size());
    let (sbz1, sbz2) = acl.reserved();
    let reserved =
        ((sbz1, sbz2) != (0, 0)).then_some(Oddity::AclReserved { acl: part, offset, sbz1, sbz2 });
    let odd_size = (!size.is_multiple_of(4)).then_some(Oddity::AclSize { acl: part, offset, size });
    let own = [reserved, revision(acl), odd_size, slack(acl)];
    own.into_iter().flatten().chain(acl.aces().flatten().flat_map(|ace| in_ace(&ace)))
}

/// A revision that is too low, or higher than needed where all ACEs are of known types.
fn revision(acl: Acl<'_>) -> Option<Oddity> {
    let (part, offset, actual) = (acl.part(), acl.offset(), acl.revision());
    if acl.revision_error().is_some() {
        return None;
    }
    let (mut expected, mut all_known) = (acl::REVISION, true);
    for ace in acl.aces() {
        match ace {
            Ok(ace) => {
                expected = expected.max(acl::lowest_revision(ace.ace_type()));
                all_known &= ace.ace_type().name().is_some();
            }
            Err(_) => all_known = false,
        }
    }
    let odd = actual < expected || actual > expected && all_known;
    odd.then_some(Oddity::AclRevision { acl: part, offset, actual, expected })
}

/// Bytes behind the last ACE, where that was reached.
fn slack(acl: Acl<'_>) -> Option<Oddity> {
    let unread = acl.aces().any(|ace| matches!(ace, Err(DescriptorError::AcesUnread { .. })));
    let slack = Some(acl.slack_bytes()).filter(|slack| !slack.is_empty() && !unread)?;
    let offset = acl.offset().saturating_add(acl.size().saturating_sub(slack.len()));
    Some(Oddity::Slack { acl: acl.part(), offset, length: slack.len(), zero: is_zero(slack) })
}

fn in_ace(ace: &Ace<'_>) -> impl Iterator<Item = Oddity> + use<> {
    let (acl, index, offset) = (ace.acl(), ace.index(), ace.offset());
    let (ace_type, flags) = (ace.ace_type(), ace.flags());
    let stray = ace.stray_data();
    let behind = offset.saturating_add(ace.bytes().len().saturating_sub(stray.len()));
    let stray = (!stray.is_empty()).then_some(Oddity::StrayData {
        acl,
        index,
        offset: behind,
        length: stray.len(),
        zero: is_zero(stray),
    });
    let unknown = (ace_type.layout() == Layout::Opaque).then_some(Oddity::UnknownType {
        acl,
        index,
        offset,
        ace_type,
    });
    let foreign = home(ace_type).is_some_and(|home| home != acl);
    let foreign = foreign.then_some(Oddity::ForeignType { acl, index, offset, ace_type });
    let object_flags = ace.object_types().map_or(0, |objects| objects.unknown_flags);
    let object_flags = (object_flags != 0).then_some(Oddity::ObjectFlags {
        acl,
        index,
        offset,
        flags: object_flags,
    });
    let inherits = AceFlags::OBJECT_INHERIT | AceFlags::CONTAINER_INHERIT;
    let limits = flags & (AceFlags::INHERIT_ONLY | AceFlags::NO_PROPAGATE_INHERIT);
    let inheritance = (!limits.is_empty() && !flags.intersects(inherits))
        .then_some(Oddity::InheritanceFlags { acl, index, offset, flags: limits });
    let audited = flags & (AceFlags::SUCCESSFUL_ACCESS | AceFlags::FAILED_ACCESS);
    let senseless = audited.difference(audit_flags(ace_type, acl));
    let audit = (!senseless.is_empty()).then_some(Oddity::AuditFlags {
        acl,
        index,
        offset,
        flags: senseless,
    });
    let nothing = (audits(ace_type) && audited.is_empty()).then_some(Oddity::NothingAudited {
        acl,
        index,
        offset,
        ace_type,
    });
    [stray, unknown, foreign, object_flags, inheritance, audit, nothing].into_iter().flatten()
}

/// The ACL into which such an ACE belongs; `None` for types that nobody knows.
fn home(ace_type: AceType) -> Option<Part> {
    match ace_type.role() {
        Role::None => Some(Part::Sacl),
        Role::Unknown if ace_type.name().is_none() => None,
        _ => Some(Part::Dacl),
    }
}

/// Whether such an ACE makes audit or alarm messages ([MS-DTYP] 2.4.4.1).
fn audits(ace_type: AceType) -> bool {
    matches!(ace_type.0, 2 | 3 | 7 | 8 | 0xD..=0x10)
}

/// Flags for auditing that mean something in such an ACE.
///
/// In an access filter, 0x40 is TRUST_PROTECTED_FILTER_ACE_FLAG (winnt.h).
fn audit_flags(ace_type: AceType, acl: Part) -> AceFlags {
    match ace_type {
        _ if acl == Part::Dacl => AceFlags::empty(),
        AceType::SYSTEM_ACCESS_FILTER => AceFlags::SUCCESSFUL_ACCESS,
        _ if audits(ace_type) || ace_type.name().is_none() => AceFlags::all(),
        _ => AceFlags::empty(),
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
