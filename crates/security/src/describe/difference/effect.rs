//! What ACEs mean, so that it can be compared whatever way it is written.

use alloc::collections::BTreeMap;
use alloc::collections::btree_map::Entry;
use alloc::vec::Vec;

use crate::ace::{Ace, ObjectTypes};
use crate::ace_type::{AceFlags, AceType, Role};
use crate::describe::difference::RightsChange;
use crate::describe::difference::acl::Stored;
use crate::describe::line::is_conditional;
use crate::describe::order::denies;
use crate::describe::places::Places;
use crate::describe::rights::ObjectKind;
use crate::error::Part;
use crate::mask::AccessMask;
use crate::sid::Sid;

/// Each place by itself.
const PLACES: [Places; 5] = [
    Places::HERE,
    Places::CONTAINERS,
    Places::DEEPER_CONTAINERS,
    Places::OBJECTS,
    Places::DEEPER_OBJECTS,
];

/// Masks of rights, one for each of [`PLACES`].
pub(super) type Masks = [AccessMask; 5];

/// ACEs of the same key add up: to the union of their rights, place by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key<'a> {
    sid: Sid,
    ace_type: AceType,
    audited: AceFlags,
    objects: ObjectTypes,
    condition: &'a [u8],
}

/// Rights by key.
pub(super) type Rights<'a> = BTreeMap<Key<'a>, Masks>;

/// What a whole ACL says. Equal effects decide alike; unequal ones may.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Effect<'a> {
    /// Audits, which no order matters to.
    audits: Rights<'a>,
    /// Where ACEs for OWNER RIGHTS take from the owner what is implied, be it without any right of
    /// their own: plain ones, and those with a condition or an object type.
    owner_rights: [Places; 2],
    /// What decides, in the order of the ACL.
    runs: Vec<Run<'a>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Run<'a> {
    /// ACEs in a row that all deny or all allow, which no order among them matters to.
    Deciding { deny: bool, rights: Rights<'a> },
    /// An ACE that is not about rights, or that is not understood.
    Other(&'a [u8]),
}

/// What the ACEs of an ACL say to an object of this kind.
pub(super) fn effect<'a>(aces: &[Stored<'a>], part: Part, kind: ObjectKind) -> Effect<'a> {
    let mut effect = Effect::default();
    for stored in aces {
        let Ok(ace) = &stored.ace else {
            effect.runs.push(Run::Other(stored.bytes));
            continue;
        };
        let (deny, role) = (denies(ace), ace.role());
        match (part, deny) {
            (Part::Dacl, Some(deny)) => {
                if ace.sid() == Some(Sid::OWNER_RIGHTS) {
                    let [plain, maybe] = &mut effect.owner_rights;
                    let sure = matches!(role, Role::Allow | Role::Deny);
                    *(if sure { plain } else { maybe }) |= Places::of(ace.flags()) & kind.places();
                }
                if !matches!(effect.runs.last(), Some(Run::Deciding { deny: last, .. }) if *last == deny)
                    && masks(ace, kind) != Masks::default()
                {
                    effect.runs.push(Run::Deciding { deny, rights: Rights::new() });
                }
                if let Some(Run::Deciding { deny: last, rights }) = effect.runs.last_mut()
                    && *last == deny
                {
                    add(rights, ace, kind);
                }
            }
            // ACEs in the wrong ACL are passed over.
            (Part::Dacl, None) if role == Role::None => {}
            (_, Some(_)) => {}
            (_, None) if is_audit(ace.ace_type()) => add(&mut effect.audits, ace, kind),
            (_, None) => effect.runs.push(Run::Other(stored.bytes)),
        }
    }
    effect
}

/// All rights of an ACL, without the order.
pub(super) fn rights<'a>(aces: &[Stored<'a>], part: Part, kind: ObjectKind) -> Rights<'a> {
    let mut rights = Rights::new();
    for ace in aces.iter().filter_map(|stored| stored.ace.as_ref().ok()) {
        let belongs = match part {
            Part::Dacl => denies(ace).is_some(),
            _ => is_audit(ace.ace_type()),
        };
        if belongs {
            add(&mut rights, ace, kind);
        }
    }
    rights
}

/// What the second rights have more or less than the first.
pub(super) fn changes(before: &Rights<'_>, after: &Rights<'_>) -> Vec<RightsChange> {
    let mut all: BTreeMap<&Key<'_>, (Masks, Masks)> = BTreeMap::new();
    for (key, masks) in before {
        all.entry(key).or_default().0 = *masks;
    }
    for (key, masks) in after {
        all.entry(key).or_default().1 = *masks;
    }
    let mut changes = Vec::new();
    for (key, (old, new)) in all {
        let first = changes.len();
        for ((place, old), new) in PLACES.into_iter().zip(old).zip(new) {
            let (gained, lost) = (new.difference(old), old.difference(new));
            if gained.is_empty() && lost.is_empty() {
                continue;
            }
            let own = changes.get_mut(first..).unwrap_or_default();
            let same = |change: &&mut RightsChange| change.gained == gained && change.lost == lost;
            match own.iter_mut().find(same) {
                Some(change) => change.places |= place,
                None => changes.push(key.change(place, gained, lost)),
            }
        }
    }
    changes
}

impl Key<'_> {
    fn change(&self, places: Places, gained: AccessMask, lost: AccessMask) -> RightsChange {
        RightsChange {
            sid: self.sid,
            ace_type: self.ace_type,
            audited: self.audited,
            objects: self.objects,
            condition: self.condition.to_vec(),
            places,
            gained,
            lost,
        }
    }
}

fn add<'a>(rights: &mut Rights<'a>, ace: &Ace<'a>, kind: ObjectKind) {
    let (Some(sid), masks) = (ace.sid(), masks(ace, kind)) else { return };
    if masks == Masks::default() {
        return;
    }
    let ace_type = ace.ace_type();
    let outcomes = AceFlags::SUCCESSFUL_ACCESS | AceFlags::FAILED_ACCESS;
    let audited = if is_audit(ace_type) { ace.flags() & outcomes } else { AceFlags::empty() };
    let condition = if is_conditional(ace_type) { ace.data() } else { &[] };
    let objects = ace.object_types().unwrap_or_default();
    match rights.entry(Key { sid, ace_type, audited, objects, condition }) {
        Entry::Vacant(entry) => {
            entry.insert(masks);
        }
        Entry::Occupied(mut entry) => {
            for (sum, mask) in entry.get_mut().iter_mut().zip(masks) {
                *sum |= mask;
            }
        }
    }
}

/// The rights that an ACE is about at each place that such an object has.
fn masks(ace: &Ace<'_>, kind: ObjectKind) -> Masks {
    let stored = ace.mask().unwrap_or_default();
    let mask = kind.generic_mapping().map(stored.difference(kind.meaningless(stored)));
    let places = Places::of(ace.flags()) & kind.places();
    PLACES.map(|place| if places.contains(place) { mask } else { AccessMask::empty() })
}

/// The types that audit, and those for alarms, which nothing implements.
fn is_audit(ace_type: AceType) -> bool {
    matches!(ace_type.0, 2 | 3 | 7 | 8 | 0xD..=0x10)
}
