//! What differs between two descriptors, in storage and in effect.

mod acl;
mod effect;
mod lines;

use alloc::string::String;
use alloc::vec::Vec;

use crate::ace::ObjectTypes;
use crate::ace_type::{AceFlags, AceType};
use crate::control::Control;
use crate::describe::places::Places;
use crate::describe::rights::ObjectKind;
use crate::descriptor::SecurityDescriptor;
use crate::error::{DescriptorError, Part};
use crate::mask::AccessMask;
use crate::sid::Sid;

/// What differs between two descriptors of the same object, from [`SecurityDescriptor::difference`].
///
/// Its `Display` is lines for people, one a difference; nothing for no difference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Difference {
    /// What the rights were judged for.
    pub kind: ObjectKind,
    /// The owner, if it changed.
    pub owner: Option<Change<SidState>>,
    /// The primary group, if it changed.
    pub group: Option<Change<SidState>>,
    /// The control flags that were set and cleared; those for the presence of an ACL and for the form of
    /// the descriptor are not among them.
    pub control: Option<ControlChange>,
    /// What differs in the DACL.
    pub dacl: AclDifference,
    /// What differs in the SACL.
    pub sacl: AclDifference,
}

/// A part before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Change<T> {
    /// In the first descriptor.
    pub before: T,
    /// In the second descriptor.
    pub after: T,
}

/// An owner or a group as it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum SidState {
    /// There is none.
    Absent,
    /// This one.
    Sid(Sid),
    /// It cannot be read.
    IllFormed(DescriptorError),
}

/// The control flags that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ControlChange {
    /// Only in the second descriptor.
    pub set: Control,
    /// Only in the first descriptor.
    pub cleared: Control,
}

/// What an ACL is: one of its four states ([MS-DTYP] 2.4.6), or damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum AclForm {
    /// The control flags say that there is none.
    Absent,
    /// There is one by the control flags, at offset 0.
    Null,
    /// It counts no ACE.
    Empty,
    /// It counts ACEs.
    Populated,
    /// It cannot be read.
    IllFormed(DescriptorError),
}

/// What differs between two ACLs.
///
/// `form`, `before_only`, `after_only` and `order_changed` are about what is stored; `rights` and
/// `same_effect` about what that means for an object of the kind that was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct AclDifference {
    /// The state, if it changed.
    pub form: Option<Change<AclForm>>,
    /// The ACEs that only the first ACL holds, in stored order. Of equal ones, the last.
    pub before_only: Vec<StoredAce>,
    /// The ACEs that only the second ACL holds, in stored order. Of equal ones, the last.
    pub after_only: Vec<StoredAce>,
    /// Whether the ACEs that both hold stand in another order.
    pub order_changed: bool,
    /// What trustees gained and lost, sorted by trustee.
    ///
    /// It is not told against a DACL that is absent, NULL or damaged, because no ACE says what that
    /// grants or takes. Labels, attributes and policies are not rights: they are among the ACEs.
    pub rights: Vec<RightsChange>,
    /// Whether both ACLs decide alike whatever is asked: `false` where that is not certain.
    ///
    /// Repeated ACEs, ACEs in another order among those that allow or among those that deny, generic
    /// rights in the place of what they stand for, and where an ACE was inherited from make no difference.
    pub same_effect: bool,
}

/// An ACE that only one of two ACLs holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StoredAce {
    /// Its place in its ACL, from 0.
    pub index: u16,
    /// The ACE in SDDL; placeholders in `<>` stand for what has no text.
    pub sddl: String,
    /// The ACE as it is stored; all that is left of the ACL, where that cannot be divided into ACEs.
    pub bytes: Vec<u8>,
    /// Why it cannot be read, if it cannot.
    pub error: Option<DescriptorError>,
}

/// What a trustee gained and lost by ACEs of one sort.
///
/// Denials and audits are told as they are: to gain a right in a denial is to be denied it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct RightsChange {
    /// Whom the ACEs are about.
    pub sid: Sid,
    /// What they do.
    pub ace_type: AceType,
    /// For audits, of which outcomes: SUCCESSFUL_ACCESS, FAILED_ACCESS or both; else nothing.
    pub audited: AceFlags,
    /// What object ACEs are restricted to; for others nothing.
    pub objects: ObjectTypes,
    /// The condition as it is stored; empty for ACEs without one.
    pub condition: Vec<u8>,
    /// Where this counts.
    pub places: Places,
    /// Rights that only the second ACL has; generic rights are mapped.
    pub gained: AccessMask,
    /// Rights that only the first ACL has; generic rights are mapped.
    pub lost: AccessMask,
}

impl<T: PartialEq> Change<T> {
    fn of(before: T, after: T) -> Option<Change<T>> {
        (before != after).then_some(Change { before, after })
    }
}

impl Difference {
    /// Whether nothing differs.
    ///
    /// Layout is not compared: the order of the parts, gaps and slack, revisions of ACLs, and the byte of the
    /// resource manager.
    pub fn is_empty(&self) -> bool {
        self.owner.is_none()
            && self.group.is_none()
            && self.control.is_none()
            && self.dacl.is_empty()
            && self.sacl.is_empty()
    }
}

impl AclDifference {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.form.is_none()
            && self.before_only.is_empty()
            && self.after_only.is_empty()
            && !self.order_changed
    }
}

impl SecurityDescriptor<'_> {
    /// What differs from this descriptor to a later one of the same object, which is of this kind.
    ///
    /// Storage and effect are told apart: an ACL can be written otherwise and decide alike. What cannot
    /// be read is compared by its bytes or by what is wrong with it. The time is n log n of the ACEs.
    ///
    /// ```
    /// use coldhive_security::{ObjectKind, SecurityDescriptorBuf};
    ///
    /// let before: SecurityDescriptorBuf = "O:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;BA)".parse()?;
    /// let after: SecurityDescriptorBuf = "O:SYD:(A;CI;KA;;;BA)(A;CI;CCDCLCSWRPRC;;;WD)".parse()?;
    /// let found = before.as_descriptor().difference(&after.as_descriptor(), ObjectKind::RegistryKey);
    /// assert_eq!(
    ///     found.to_string(),
    ///     "DACL: newly allowed to Everyone (S-1-1-0): set values and create subkeys; this key and its subkeys\n\
    ///      DACL: ACE 0 only before: Allow Everyone (S-1-1-0): read; this key and its subkeys\n\
    ///      DACL: ACE 1 only after: Allow Everyone (S-1-1-0): read and write; this key and its subkeys\n"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn difference(&self, after: &SecurityDescriptor<'_>, kind: ObjectKind) -> Difference {
        let told = Control::DACL_PRESENT | Control::SACL_PRESENT | Control::SELF_RELATIVE;
        let (old, new) = (self.control().difference(told), after.control().difference(told));
        let control = ControlChange { set: new.difference(old), cleared: old.difference(new) };
        Difference {
            kind,
            owner: Change::of(SidState::of(self.owner()), SidState::of(after.owner())),
            group: Change::of(SidState::of(self.group()), SidState::of(after.group())),
            control: (old != new).then_some(control),
            dacl: acl::compare(&self.dacl(), &after.dacl(), Part::Dacl, kind),
            sacl: acl::compare(&self.sacl(), &after.sacl(), Part::Sacl, kind),
        }
    }
}

impl SidState {
    fn of(found: Result<Option<Sid>, DescriptorError>) -> SidState {
        match found {
            Ok(None) => SidState::Absent,
            Ok(Some(sid)) => SidState::Sid(sid),
            Err(error) => SidState::IllFormed(error),
        }
    }
}
