//! Looking for what was deleted where a rule looks.

use coldhive_hive::{
    Certainty, Counterpart, DeletedKey, DeletedValue, Key, Lookup, Owner, Remnants, names_equal,
};
use coldhive_system::Located;

use super::Scope;
use super::differences::subjects;
use super::node::Node;
use super::words::{shorten, text_of};
use crate::HexBytes;
use crate::diagnostic::Spanned;
use crate::evidence::{Evidence, EvidenceKind, HiveName};
use crate::model::{KeyTest, Predicate};
use crate::remnant::{Remnant, RemnantValue};
use crate::truth::Truth;

/// How many keys that a rule looks at are looked for: each takes a look at every remnant.
const MOST_PATHS: usize = 64;
/// How many remnants a verdict carries.
const MOST_REMNANTS: usize = 64;
/// How many values of a deleted key are told.
const MOST_VALUES: usize = 64;
/// As much data of a deleted value as is told, in bytes.
const MOST_DATA: usize = 65_536;
/// How much data of remnants a verdict carries, in bytes: in a hive made for it they all share some.
const MOST_DATA_IN_ALL: usize = 1 << 20;

/// Where a value stood of which nothing says whose it was.
const NOBODYS: &str = "...";

/// A key that a rule looks at.
struct Wanted<'i> {
    path: String,
    /// Its path in the hive.
    in_hive: String,
    living: Option<Key<'i>>,
    /// The values of it that the rule looks at.
    values: Vec<String>,
}

impl<'c> Scope<'_, 'c> {
    /// The predicate: whether a deleted key of this path is found.
    pub(super) fn remnant(&self, test: &KeyTest, wanted: bool) -> Node {
        let path = self.path(&test.path);
        let located = self.locate(&path);
        let expected = format!(
            "{} key {} is found in what the hive has left over",
            if wanted { "a deleted" } else { "no deleted" },
            located.asked
        );
        let (truth, found, evidence) = self.find_deleted(&located);
        Node::leaf(truth.wanted(wanted), expected, found, evidence).weakened(test.weak)
    }

    fn find_deleted(&self, located: &Located<'c>) -> (Truth, String, Vec<Evidence>) {
        let asked = &located.asked;
        let unknown = |why: &str| {
            (
                Truth::Unknown,
                format!("whether {asked} was deleted can't be told: {why}"),
                Vec::new(),
            )
        };
        if self.system().lacks().records {
            return unknown("an exported text has nothing but what was there");
        }
        let Some(in_hive) = self.in_hive(located) else {
            return unknown("it is not in this file");
        };
        let Some(remnants) = self.target.remnants() else {
            return unknown("nobody looked for remnants");
        };
        let mut open = None;
        for key in remnants.ending(&in_hive) {
            let path = key.path();
            let is_there = path.is_whole && names_equal(&path.text, &in_hive);
            if path.is_whole && !is_there {
                continue;
            }
            match key.counterpart() {
                Counterpart::Deleted if is_there && key.certainty() >= Certainty::Plausible => {
                    let found = format!(
                        "a deleted key {asked} is found, last written {}: {}",
                        key.last_written(),
                        key.reason()
                    );
                    return (
                        Truth::True,
                        found,
                        vec![self.recorder(HiveName::System).remnant_evidence(&key)],
                    );
                }
                // An older copy of a key that is still there was not deleted.
                Counterpart::Lives(_) => {}
                Counterpart::Deleted | Counterpart::Unknown => open = open.or(Some(key)),
            }
        }
        if let Some(key) = open {
            let found = format!(
                "a deleted key is found that may have been {asked}, last written {}: {}",
                key.last_written(),
                key.reason()
            );
            return (
                Truth::Unknown,
                found,
                vec![self.recorder(HiveName::System).remnant_evidence(&key)],
            );
        }
        if !remnants.is_complete() || self.system().hive().is_cut_short() {
            return unknown("not all of the hive could be searched");
        }
        (Truth::False, format!("no deleted key {asked} is found"), Vec::new())
    }

    /// Where a key stands in the hive, or would: behind the links on the way to it.
    fn in_hive(&self, located: &Located<'c>) -> Option<String> {
        match &located.nearest {
            Some((_, stored)) if located.rest.is_empty() => Some(stored.clone()),
            Some((_, stored)) if stored.is_empty() => Some(located.rest.clone()),
            Some((_, stored)) => Some(format!("{stored}\\{}", located.rest)),
            None => self.system().mount().relative(&located.asked),
        }
    }

    /// What was deleted of the keys that the rule's checks look at, and can still be read; with a note where there is
    /// more of it.
    pub(super) fn remnants(&self, remnants: &Remnants<'_>) -> (Vec<Remnant>, Option<String>) {
        let mut found = Vec::new();
        let mut room = Room { data: MOST_DATA_IN_ALL, left_out: 0 };
        let wanted = self.wanted();
        for wanted in &wanted {
            for key in remnants.ending(&wanted.in_hive) {
                let path = key.path();
                if path.is_whole && !names_equal(&path.text, &wanted.in_hive) {
                    continue;
                }
                if found.len() < MOST_REMNANTS {
                    found.push(self.deleted_key(wanted, &key, &mut room));
                } else {
                    room.left_out = room.left_out.saturating_add(1);
                }
            }
        }
        for value in remnants.values() {
            let owner = match value.owner() {
                Owner::Living(owner) => Some(owner.cell()),
                // A value that is lost with its key's only list may be of any key: its name speaks for itself.
                Owner::Unknown => None,
                Owner::Deleted(_) => continue,
            };
            let name = value.name();
            let of_interest = wanted.iter().find(|wanted| {
                let living = wanted.living.map(|key| key.cell());
                owner.is_none_or(|owner| living == Some(owner))
                    && !name.is_empty()
                    && wanted.values.iter().any(|wanted| name.eq_ignore_case(wanted))
            });
            let Some(wanted) = of_interest else { continue };
            if found.len() < MOST_REMNANTS {
                let stood = if owner.is_some() { wanted.in_hive.as_str() } else { NOBODYS };
                found.push(self.deleted_value(wanted, stood, &value, &mut room));
            } else {
                room.left_out = room.left_out.saturating_add(1);
            }
        }
        let note = (room.left_out > 0).then(|| {
            format!("{} more remnants of what the rule looks at are left out here", room.left_out)
        });
        (found, note)
    }

    fn wanted(&self) -> Vec<Wanted<'c>> {
        let mut all: Vec<Wanted<'c>> = Vec::new();
        for (template, value) in
            subjects(self.rule).into_iter().map(super::differences::Subject::parts)
        {
            let path = self.path(template);
            if path.hive != HiveName::System {
                continue;
            }
            let located = self.locate(&path);
            let value = value.map(|name| self.text(name));
            if let Some(known) = all.iter_mut().find(|known| known.path == located.asked) {
                known.values.extend(value);
                continue;
            }
            if all.len() >= MOST_PATHS {
                break;
            }
            let Some(in_hive) = self.in_hive(&located) else { continue };
            let living = match &located.answer {
                Lookup::Found(key) => Some(*key),
                _ => None,
            };
            let values = value.into_iter().collect();
            all.push(Wanted { path: located.asked.clone(), in_hive, living, values });
        }
        all
    }

    fn deleted_key(&self, wanted: &Wanted<'_>, key: &DeletedKey<'_>, room: &mut Room) -> Remnant {
        let place = self.target.main().place(key.file_offset());
        Remnant {
            path: wanted.path.clone(),
            stood: key.path().text,
            what: EvidenceKind::Key,
            value: None,
            certainty: key.certainty(),
            counterpart: key.counterpart(),
            last_written: Some(key.last_written()),
            cell: key.cell(),
            file: place.file,
            file_offset: place.offset,
            log_entry: place.log_entry,
            values: key.values().take(MOST_VALUES).map(|value| room.take(&value)).collect(),
            reason: key.reason(),
            damage: key.damage().iter().map(coldhive_hive::Damage::report).collect(),
        }
    }

    fn deleted_value(
        &self,
        wanted: &Wanted<'_>,
        stood: &str,
        value: &DeletedValue<'_>,
        room: &mut Room,
    ) -> Remnant {
        let place = self.target.main().place(value.file_offset());
        Remnant {
            path: wanted.path.clone(),
            stood: stood.to_owned(),
            what: EvidenceKind::Value,
            value: Some(value.name().to_string()),
            certainty: value.certainty(),
            counterpart: value.counterpart(),
            last_written: None,
            cell: value.cell(),
            file: place.file,
            file_offset: place.offset,
            log_entry: place.log_entry,
            values: vec![room.take(value)],
            reason: value.reason(),
            damage: value.damage().iter().map(coldhive_hive::Damage::report).collect(),
        }
    }
}

/// How much a verdict may still carry.
struct Room {
    data: usize,
    left_out: usize,
}

impl Room {
    fn take(&mut self, value: &DeletedValue<'_>) -> RemnantValue {
        let data = value.data();
        let value_type = value.value().value_type();
        let kept = data.bytes.get(..MOST_DATA.min(self.data)).unwrap_or(&data.bytes);
        self.data = self.data.saturating_sub(kept.len());
        let is_whole = data.damage.is_none() && kept.len() == data.bytes.len();
        RemnantValue {
            name: value.name().to_string(),
            value_type: value_type.to_string(),
            type_code: value_type.code(),
            cell: value.cell(),
            data: HexBytes(kept.to_vec()),
            text: if is_whole { text_of(value_type, kept).map(shorten) } else { None },
            damage: data.damage.map(|damage| damage.report()),
        }
    }
}

/// Whether a predicate, or one inside it, can only be told by looking for what was deleted.
pub(super) fn asks(predicate: &Spanned<Predicate>) -> bool {
    let mut asks = false;
    Predicate::walk(predicate, &mut |predicate| {
        asks |= matches!(&predicate.value, Predicate::Key(test) if test.remnant.is_some());
    });
    asks
}
