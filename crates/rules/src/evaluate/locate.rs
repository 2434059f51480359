//! What came of looking for a key, in words and as a truth.

use coldhive_hive::{Damage, Lookup, Stop};
use coldhive_system::Located;

use super::words::sentence;
use crate::truth::Truth;

/// Whether the key is there.
pub(super) const fn exists(located: &Located<'_>) -> Truth {
    match &located.answer {
        Lookup::Found(_) => Truth::True,
        Lookup::Absent => Truth::False,
        Lookup::Unreadable(_) | Lookup::Obscured(_) => Truth::Unknown,
    }
}

/// What came of looking for a key in words, as a clause with the path.
#[must_use]
pub fn describe(located: &Located<'_>) -> String {
    let asked = &located.asked;
    let damage = || located.answer.damage().first().map(ToString::to_string).unwrap_or_default();
    let nearest = located.shown().unwrap_or_else(|| asked.clone());
    let nearest = if nearest.is_empty() { "the root key".to_owned() } else { nearest };
    match (&located.answer, &located.stop) {
        (Lookup::Found(_), _) if !located.links.is_empty() => {
            sentence!("the key {asked} leads by a symbolic link to {nearest}, which exists")
        }
        (Lookup::Found(_), _) => sentence!("the key {nearest} exists"),
        (Lookup::Absent, Some(Stop::Tombstone)) if located.rest.is_empty() => {
            sentence!("the key {nearest} is marked as deleted in this layer: it is a tombstone")
        }
        (Lookup::Absent, Some(Stop::Tombstone)) => sentence!(
            "the key {nearest} is marked as deleted in this layer, and with it {}",
            located.rest
        ),
        (Lookup::Absent, _) => match located.rest.split_once('\\') {
            Some((missing, _)) => {
                sentence!("{nearest} has no subkey {missing}, and so no {}", located.rest)
            }
            None => sentence!("{nearest} has no subkey {}", located.rest),
        },
        (Lookup::Unreadable(_), _) => {
            sentence!(
                "the key {asked} is damaged, not missing: its entry stands in the list, but {}",
                damage()
            )
        }
        (Lookup::Obscured(_), Some(Stop::Outside(target))) => sentence!(
            "{nearest} is a symbolic link to {target}, which is not in this hive, so it can't be told whether {asked} \
             exists"
        ),
        (Lookup::Obscured(_), Some(Stop::Broken(why))) => sentence!(
            "{nearest} is a symbolic link that can't be followed ({why}), so it can't be told whether {asked} exists"
        ),
        (Lookup::Obscured(hidden), _) if *hidden == [Damage::NotInExport] => {
            sentence!("it can't be told whether {asked} exists: {}", damage())
        }
        (Lookup::Obscured(_), _) => {
            sentence!("damage hides whether {asked} exists: {}", damage())
        }
    }
}
