//! The ring of key security records: each names the next and the one before, and counts the keys that use it.

use crate::cell_set::CellSet;
use crate::damage::Damage;
use crate::hive::Hive;
use crate::map::CellMap;
use crate::offset::CellOffset;
use crate::security::{KeySecurity, SecurityLinks};

/// Follows the ring of a hive and tells what is wrong with it, record by record. Answers how many records were found,
/// in the ring or by the keys that name them.
///
/// The ring begins with the root's record, as it does for Windows. Each record is met once, so that a ring
/// that never closes ends too. Behind a link that leads nowhere the ring is followed backwards, so that one broken link
/// doesn't make all the records behind it pass for missing.
pub(crate) fn check_ring(hive: Hive<'_>, map: &CellMap, tell: &mut impl FnMut(Damage)) -> u32 {
    let mut ring = Ring { hive, map, seen: CellSet::new(hive.bins_size()), members: 0 };
    let root = hive.root().ok().map(|root| root.security_cell());
    // Without the root's own record any will do.
    let start =
        root.into_iter().chain(map.security_cells()).find_map(|at| Some((at, ring.read(at)?)));
    if let Some((at, links)) = start {
        ring.follow(at, links, tell);
    }
    for at in map.security_cells() {
        if let Some(links) = ring.read(at)
            && ring.seen.insert(at)
        {
            tell(Damage::SecurityNotInRing { at });
            ring.count(at, links, tell);
        }
    }
    ring.members
}

struct Ring<'i, 'm> {
    hive: Hive<'i>,
    map: &'m CellMap,
    seen: CellSet,
    members: u32,
}

impl Ring<'_, '_> {
    fn read(&self, at: CellOffset) -> Option<SecurityLinks> {
        KeySecurity::links(self.hive, at, CellOffset::NONE).ok()
    }

    fn follow(&mut self, start: CellOffset, first: SecurityLinks, tell: &mut impl FnMut(Damage)) {
        self.seen.insert(start);
        let (mut at, mut links) = (start, first);
        loop {
            self.count(at, links, tell);
            let to = links.next;
            let Some(next) = self.read(to) else {
                tell(Damage::SecurityLink { at, to });
                break;
            };
            if next.previous != at {
                let (expected, found) = (at, next.previous);
                tell(Damage::SecurityBackLink { at: to, expected, found });
            }
            if to == start {
                return;
            }
            if !self.seen.insert(to) {
                tell(Damage::SecurityRing { at: to, start });
                break;
            }
            (at, links) = (to, next);
        }
        self.follow_back(start, first, tell);
    }

    /// Collects what stands before the start, as long as the links in both directions agree.
    fn follow_back(
        &mut self,
        start: CellOffset,
        first: SecurityLinks,
        tell: &mut impl FnMut(Damage),
    ) {
        let (mut at, mut before) = (start, first.previous);
        while let Some(links) = self.read(before)
            && links.next == at
            && self.seen.insert(before)
        {
            self.count(before, links, tell);
            (at, before) = (before, links.previous);
        }
    }

    /// Compares what a record says of the keys that use it with those that do.
    fn count(&mut self, at: CellOffset, links: SecurityLinks, tell: &mut impl FnMut(Damage)) {
        self.members = self.members.saturating_add(1);
        let (said, found) = (links.references, self.map.security_references(at));
        if !self.map.is_complete() {
            return;
        }
        if found == 0 {
            tell(Damage::SecurityUnused { at, said });
        } else if said != found {
            tell(Damage::ReferenceCount { at, said, found });
        }
    }
}
