//! Two ACLs, ACE by ACE.

use alloc::collections::BTreeMap;
use alloc::string::ToString;
use alloc::vec::Vec;

use crate::ace::Ace;
use crate::acl::{self, AclState};
use crate::bytes::u16_at;
use crate::describe::difference::effect;
use crate::describe::difference::{AclDifference, AclForm, Change, StoredAce};
use crate::describe::rights::ObjectKind;
use crate::error::{DescriptorError, Part};

/// An ACE of one of the ACLs, or what cannot be read as one.
pub(super) struct Stored<'a> {
    index: u16,
    pub(super) bytes: &'a [u8],
    pub(super) ace: Result<Ace<'a>, DescriptorError>,
}

type Found<'a> = Result<AclState<'a>, DescriptorError>;

/// What an ACL's form means.
enum Standing {
    /// Its ACEs say all.
    List,
    /// Everybody may do everything.
    Unrestricted,
    /// It cannot be read.
    Unknown,
}

pub(super) fn compare(
    before: &Found<'_>,
    after: &Found<'_>,
    part: Part,
    kind: ObjectKind,
) -> AclDifference {
    let (old, new) = (aces(before), aces(after));
    let (old_form, new_form) = (AclForm::of(before), AclForm::of(after));
    let (before_only, after_only, order_changed) = match_up(&old, &new);
    let (rights, same_effect) = match (old_form.standing(part), new_form.standing(part)) {
        (Standing::List, Standing::List) => {
            let rights = |aces| effect::rights(aces, part, kind);
            let effect = |aces| effect::effect(aces, part, kind);
            (effect::changes(&rights(&old), &rights(&new)), effect(&old) == effect(&new))
        }
        (Standing::Unrestricted, Standing::Unrestricted) => (Vec::new(), true),
        (Standing::Unknown, _) | (_, Standing::Unknown) => (Vec::new(), old_form == new_form),
        _ => (Vec::new(), false),
    };
    let form = Change::of(old_form, new_form);
    AclDifference { form, before_only, after_only, order_changed, rights, same_effect }
}

impl AclForm {
    fn of(found: &Found<'_>) -> AclForm {
        match found {
            Ok(AclState::Absent) => AclForm::Absent,
            Ok(AclState::Null) => AclForm::Null,
            Ok(AclState::Present(acl)) if acl.ace_count() == 0 => AclForm::Empty,
            Ok(AclState::Present(_)) => AclForm::Populated,
            Err(error) => AclForm::IllFormed(*error),
        }
    }

    fn standing(self, part: Part) -> Standing {
        match self {
            AclForm::Empty | AclForm::Populated => Standing::List,
            // No SACL audits as little as an empty one; no DACL lets everybody do everything.
            AclForm::Absent | AclForm::Null if part == Part::Sacl => Standing::List,
            AclForm::Absent | AclForm::Null => Standing::Unrestricted,
            AclForm::IllFormed(_) => Standing::Unknown,
        }
    }
}

fn aces<'a>(found: &Found<'a>) -> Vec<Stored<'a>> {
    let Ok(AclState::Present(acl)) = found else { return Vec::new() };
    let mut rest = acl.bytes().get(acl::HEADER..).unwrap_or(&[]);
    let mut aces = Vec::new();
    for (index, ace) in (0..=u16::MAX).zip(acl.aces()) {
        let size = match ace {
            Err(DescriptorError::AcesUnread { .. }) => rest.len(),
            _ => u16_at(rest, 2).map_or(rest.len(), usize::from),
        };
        let (bytes, behind) = rest.split_at_checked(size).unwrap_or((rest, &[]));
        rest = behind;
        aces.push(Stored { index, bytes, ace });
    }
    aces
}

/// The ACEs that only one side holds, and whether the others stand in another order.
fn match_up<'a>(old: &[Stored<'a>], new: &[Stored<'a>]) -> (Vec<StoredAce>, Vec<StoredAce>, bool) {
    /// How many of the equal ACEs of each side are still to be matched.
    #[derive(Default)]
    struct Count {
        old: usize,
        new: usize,
    }
    let mut counts: BTreeMap<&[u8], Count> = BTreeMap::new();
    for ace in old {
        let count = counts.entry(ace.bytes).or_default();
        count.old = count.old.saturating_add(1);
    }
    for ace in new {
        let count = counts.entry(ace.bytes).or_default();
        count.new = count.new.saturating_add(1);
    }
    for count in counts.values_mut() {
        let common = count.old.min(count.new);
        *count = Count { old: common, new: common };
    }
    let mut split = |aces: &[Stored<'a>], left: fn(&mut Count) -> &mut usize| {
        let (mut common, mut only) = (Vec::new(), Vec::new());
        for ace in aces {
            let left = counts.get_mut(ace.bytes).map(left);
            match left.filter(|left| **left > 0) {
                Some(left) => {
                    *left = left.saturating_sub(1);
                    common.push(ace.bytes);
                }
                None => only.push(StoredAce::from(ace)),
            }
        }
        (common, only)
    };
    let (old_common, before_only) = split(old, |count| &mut count.old);
    let (new_common, after_only) = split(new, |count| &mut count.new);
    (before_only, after_only, old_common != new_common)
}

impl From<&Stored<'_>> for StoredAce {
    fn from(stored: &Stored<'_>) -> StoredAce {
        let sddl = match &stored.ace {
            Ok(ace) => ace.to_sddl_lossy(),
            Err(_) => "(<ill-formed>)".to_string(),
        };
        StoredAce {
            index: stored.index,
            sddl,
            bytes: stored.bytes.to_vec(),
            error: stored.ace.as_ref().err().copied(),
        }
    }
}
