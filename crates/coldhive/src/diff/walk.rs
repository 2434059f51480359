//! Going down two trees at once.

use coldhive_hive::{
    Damage, DamageReport, Key, ListOnce, Lookup, Name, ReadOnce, ReadValue, Value,
};

use super::Diff;
use super::key::{KeyChange, KeyDifference, KeyPart, KeySide};
use super::kind::{DiffKind, DiffSide};
use super::pair::{Doubt, Paired, doubt, pair};
use super::place::Place;
use super::security::{SecurityChange, SecurityTable};
use super::totals::DiffTotals;
use super::value::{ValueDifference, differ_in_case};

/// The differences of a [`Diff`], one key after the other, in the order of names. The table of security changes and the
/// totals grow with them.
pub struct Differences<'d, 'c> {
    diff: &'d Diff<'c>,
    from: Option<ReadOnce<'c>>,
    to: Option<ReadOnce<'c>>,
    levels: Vec<Level<'c>>,
    path: String,
    security: SecurityTable<'c>,
    totals: DiffTotals,
}

/// The keys of one level that are still to be looked at.
struct Level<'c> {
    tasks: std::vec::IntoIter<Task<'c>>,
    /// Where the path of the key above ends.
    path_end: usize,
}

/// Keys to look at.
enum Task<'c> {
    /// Those that both sides have, and whether each side's hive holds all of its.
    Both([Key<'c>; 2], [bool; 2]),
    /// One that one side has alone.
    Only(Only<'c>),
}

struct Only<'c> {
    side: DiffSide,
    key: Key<'c>,
    kind: DiffKind,
    /// How many levels it stands below the first key that the side has alone.
    level: usize,
    doubt: Option<Doubt>,
}

impl<'d, 'c> Differences<'d, 'c> {
    pub(super) fn of(diff: &'d Diff<'c>) -> Self {
        let (from, to) = (diff.from.key(), diff.to.key());
        let start = if diff.nothing_to_compare().is_some() {
            None
        } else {
            match (from, to) {
                (Some(one), Some(other)) => Some(Task::Both([one, other], [false, false])),
                (Some(key), None) => Some(Task::Only(diff.only_start(DiffSide::From, key))),
                (None, Some(key)) => Some(Task::Only(diff.only_start(DiffSide::To, key))),
                (None, None) => None,
            }
        };
        let tasks: Vec<_> = start.into_iter().collect();
        Self {
            diff,
            from: from.map(|key| ReadOnce::below(&key)),
            to: to.map(|key| ReadOnce::below(&key)),
            levels: vec![Level { tasks: tasks.into_iter(), path_end: 0 }],
            path: String::new(),
            security: SecurityTable::of(&diff.from, &diff.to),
            totals: DiffTotals::default(),
        }
    }

    /// What differs in security so far, each pair of descriptors once.
    #[must_use]
    pub fn security_changes(&self) -> &[SecurityChange] {
        self.security.changes()
    }

    /// What was compared so far.
    #[must_use]
    pub const fn totals(&self) -> &DiffTotals {
        &self.totals
    }

    /// Whether anything differs, so far; `None` where that can't be told.
    #[must_use]
    pub const fn differs(&self) -> Option<bool> {
        self.totals.differs(self.diff.times)
    }

    fn next_task(&mut self) -> Option<Task<'c>> {
        loop {
            let level = self.levels.last_mut()?;
            self.path.truncate(level.path_end);
            if let Some(task) = level.tasks.next() {
                // The key that it began with has the path that was asked for.
                if self.levels.len() > 1 {
                    let (Task::Both([key, _], _) | Task::Only(Only { key, .. })) = &task;
                    if !self.path.is_empty() {
                        self.path.push('\\');
                    }
                    self.path.push_str(&key.readable_name().to_string());
                }
                return Some(task);
            }
            self.levels.pop();
        }
    }

    /// How many levels below the start the key stands that came last.
    fn depth(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    fn enter(&mut self, tasks: Vec<Task<'c>>) {
        if !tasks.is_empty() {
            let path_end = self.path.len();
            self.levels.push(Level { tasks: tasks.into_iter(), path_end });
        }
    }

    fn shown_path(&mut self, key: &Key<'c>, side: DiffSide) -> String {
        let (under, below) = (&self.diff.under, &self.path);
        let make = || match (under.is_empty(), below.is_empty()) {
            (true, _) => below.clone(),
            (false, true) => under.clone(),
            (false, false) => format!("{under}\\{below}"),
        };
        let once = if side == DiffSide::From { &mut self.from } else { &mut self.to };
        once.as_mut().map_or_else(String::new, |once| once.path(key, below.len(), make))
    }

    fn both(&mut self, [one, other]: [Key<'c>; 2], above: [bool; 2]) -> Option<KeyDifference> {
        let (diff, depth) = (self.diff, self.depth());
        let (from, to) = (&diff.from, &diff.to);
        let (Some(reads_from), Some(reads_to)) = (&mut self.from, &mut self.to) else {
            return None;
        };
        self.totals.compared = self.totals.compared.saturating_add(1);
        let [held_from, held_to] = above;
        let held =
            [held_from || diff.holds(from, &self.path), held_to || diff.holds(to, &self.path)];

        let classes = [reads_from.class(&one), reads_to.class(&other)];
        let values = [reads_from.values(&one), reads_to.values(&other)];
        let subkeys = [reads_from.subkeys(&one, depth), reads_to.subkeys(&other, depth)];

        let mut found = Parts::default();
        if depth > 0 || diff.names_count {
            found.names(&one, &other);
        }
        let [class_from, class_to] = &classes;
        if !diff.lacks(|lacks| lacks.records) {
            found.classes(class_from, class_to);
            found.changes.extend(KeyChange::of_flags(&one, &other));
            found.changes.extend(KeyChange::of_layers(&one, &other));
        }
        found.values =
            compare_values((reads_from, from), (reads_to, to), &values, held, &mut self.totals);
        let security = if diff.lacks(|lacks| lacks.security) {
            None
        } else {
            self.security.compare((from, &one), (to, &other))
        };
        let mut kind = found.kind();
        if let Some(security) = &security {
            kind = kind.and(security.difference);
            if security.difference == DiffKind::Changed {
                self.totals.security = self.totals.security.saturating_add(1);
            }
        }
        let [values_from, values_to] = &values;
        let [subkeys_from, subkeys_to] = &subkeys;
        let unread =
            [(&values_from.unread, &subkeys_from.unread), (&values_to.unread, &subkeys_to.unread)];
        let count: usize =
            unread.iter().map(|(one, other)| one.len().saturating_add(other.len())).sum();
        if count > 0 {
            kind = kind.and(DiffKind::Uncertain);
            self.totals.unread =
                self.totals.unread.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        }
        let tasks = self.below_both(&subkeys, held);

        let differs_in_time =
            !diff.lacks(|lacks| lacks.times) && one.last_written() != other.last_written();
        if kind > DiffKind::Written || differs_in_time {
            self.totals.add_key(kind);
        }
        let listed = kind > DiffKind::Written || (differs_in_time && diff.times);
        let difference = listed.then(|| {
            let path = self.shown_path(&one, DiffSide::From);
            let side = |place,
                        key,
                        class: &Result<Option<Name<'_>>, Damage>,
                        (values, subkeys): (&Vec<_>, &Vec<_>)| {
                let shown = class.as_ref().ok().copied().flatten().map(|class| class.to_string());
                let mut side = KeySide::of(place, key, shown);
                side.add_damage(class.as_ref().err());
                side.add_unread(values);
                side.add_unread(subkeys);
                Some(side)
            };
            let [unread_from, unread_to] = unread;
            KeyDifference {
                path,
                difference: kind,
                level: 0,
                from: side(from, &one, class_from, unread_from),
                to: side(to, &other, class_to, unread_to),
                changes: found.changes,
                security,
                values: found.values,
                problem: None,
                hidden_by: None,
            }
        });
        self.enter(tasks);
        difference
    }

    /// What is to be looked at below keys that both sides have.
    fn below_both(
        &mut self,
        [from, to]: &[ListOnce<'c, Key<'c>>; 2],
        held: [bool; 2],
    ) -> Vec<Task<'c>> {
        let [held_from, held_to] = held;
        let mut not_held = 0_u64;
        let mut alone = |side: DiffSide, key, name: Name<'c>| {
            let (other, is_held) =
                if side == DiffSide::From { (to, held_to) } else { (from, held_from) };
            if !is_held {
                not_held = not_held.saturating_add(1);
                return None;
            }
            let doubt = doubt(&name, other);
            let kind = match doubt {
                None => side.only(),
                Some(Doubt::Damaged(_)) => DiffKind::Uncertain,
                Some(Doubt::Hidden(_)) => side.possibly_only(),
            };
            Some(Task::Only(Only { side, key, kind, level: 0, doubt }))
        };
        let tasks = pair(&from.found, &to.found)
            .into_iter()
            .filter_map(|paired| match paired {
                Paired::Both([(one, _), (other, _)]) => Some(Task::Both([one, other], held)),
                Paired::From(key, name) => alone(DiffSide::From, key, name),
                Paired::To(key, name) => alone(DiffSide::To, key, name),
            })
            .collect();
        self.totals.not_held = self.totals.not_held.saturating_add(not_held);
        tasks
    }

    /// A key that one side has alone, as far as can be told.
    fn only(&mut self, only: &Only<'c>) -> Option<KeyDifference> {
        let Only { side, key, kind, level, doubt } = only;
        let (diff, depth) = (self.diff, self.depth());
        let place = diff.place(*side);
        let once = match side {
            DiffSide::From => self.from.as_mut()?,
            DiffSide::To => self.to.as_mut()?,
        };
        let class = once.class(key);
        let values = once.values(key);
        let subkeys = once.subkeys(key, depth);
        let mut listed = Vec::new();
        for (value, _) in by_name(&values) {
            let read = ReadValue { value, data: once.data(&value) };
            self.totals.values.add(*kind);
            listed.push(ValueDifference::only(*side, place, &read, *kind));
        }
        self.totals.add_key(*kind);
        let count = values.unread.len().saturating_add(subkeys.unread.len());
        self.totals.unread =
            self.totals.unread.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        let path = self.shown_path(key, *side);
        let shown = class.as_ref().ok().copied().flatten().map(|class| class.to_string());
        let mut own = KeySide::of(place, key, shown);
        own.add_damage(class.as_ref().err());
        own.add_unread(&values.unread);
        own.add_unread(&subkeys.unread);
        let level = *level;
        let tasks = by_name(&subkeys)
            .map(|(key, _)| {
                let (side, kind, level) = (*side, *kind, level.saturating_add(1));
                Task::Only(Only { side, key, kind, level, doubt: None })
            })
            .collect();
        self.enter(tasks);
        let (from, to) = match side {
            DiffSide::From => (Some(own), None),
            DiffSide::To => (None, Some(own)),
        };
        let (problem, hidden_by) = doubt.map(|doubt| doubt.told("key")).unzip();
        let at_start = diff.place(side.other()).key().is_none() && level == 0;
        Some(KeyDifference {
            path,
            difference: *kind,
            level,
            from,
            to,
            changes: Vec::new(),
            security: None,
            values: listed,
            problem: if at_start { diff.missing_start(side.other()) } else { problem },
            hidden_by,
        })
    }
}

/// What was read of a list, in the order of names.
fn by_name<'i, T: Copy>(list: &ListOnce<'i, T>) -> impl Iterator<Item = (T, Name<'i>)> {
    pair(&list.found, &[]).into_iter().filter_map(|paired| match paired {
        Paired::From(record, name) => Some((record, name)),
        Paired::Both(_) | Paired::To(..) => None,
    })
}

impl Doubt {
    /// Why it isn't certain that the other side lacks what one side has, and the damage.
    fn told(self, what: &str) -> (String, DamageReport) {
        let (says, damage) = match self {
            Self::Damaged(damage) => (
                format!("the other side lists this {what} too, but it can't be read there"),
                damage,
            ),
            Self::Hidden(damage) => {
                (format!("damage hides whether the other side has this {what} too"), damage)
            }
        };
        (format!("{says}: {damage}"), damage.report())
    }
}

/// What was found to differ in two keys, but for security and times.
#[derive(Default)]
struct Parts {
    changes: Vec<KeyChange>,
    values: Vec<ValueDifference>,
}

impl Parts {
    fn names(&mut self, one: &Key<'_>, other: &Key<'_>) {
        let names = [one.readable_name(), other.readable_name()];
        if differ_in_case(&names[0], &names[1]) {
            let [from, to] = names.map(|name| Some(name.to_string()));
            let (what, difference) = (KeyPart::Name, DiffKind::Changed);
            self.changes.push(KeyChange { what, difference, from, to });
        }
    }

    fn classes(
        &mut self,
        from: &Result<Option<Name<'_>>, Damage>,
        to: &Result<Option<Name<'_>>, Damage>,
    ) {
        let difference = match (from, to) {
            (Ok(Some(one)), Ok(Some(other))) if one.units().eq(other.units()) => return,
            (Ok(None), Ok(None)) => return,
            (Ok(_), Ok(_)) => DiffKind::Changed,
            _ => DiffKind::Uncertain,
        };
        let text = |class: &Result<Option<Name<'_>>, Damage>| match class {
            Ok(class) => class.map(|class| class.to_string()),
            Err(damage) => Some(format!("(can't be read: {damage})")),
        };
        let (from, to) = (text(from), text(to));
        self.changes.push(KeyChange { what: KeyPart::Class, difference, from, to });
    }

    fn kind(&self) -> DiffKind {
        let changes = self.changes.iter().map(|change| change.difference);
        let values = self.values.iter().map(|value| value.difference);
        changes.chain(values).fold(DiffKind::Written, DiffKind::and)
    }
}

/// Compares the values of two keys.
fn compare_values<'c>(
    (reads_from, from): (&mut ReadOnce<'c>, &Place<'c>),
    (reads_to, to): (&mut ReadOnce<'c>, &Place<'c>),
    [old, new]: &[ListOnce<'c, Value<'c>>; 2],
    [held_from, held_to]: [bool; 2],
    totals: &mut DiffTotals,
) -> Vec<ValueDifference> {
    let mut found = Vec::new();
    for paired in pair(&old.found, &new.found) {
        let (side, value, name) = match paired {
            Paired::Both([(one, _), (other, _)]) => {
                let one = ReadValue { value: one, data: reads_from.data(&one) };
                let other = ReadValue { value: other, data: reads_to.data(&other) };
                found.extend(ValueDifference::between((from, &one), (to, &other)));
                continue;
            }
            Paired::From(value, name) => (DiffSide::From, value, name),
            Paired::To(value, name) => (DiffSide::To, value, name),
        };
        let (reads, place, other, is_held) = match side {
            DiffSide::From => (&mut *reads_from, from, new, held_to),
            DiffSide::To => (&mut *reads_to, to, old, held_from),
        };
        if !is_held {
            totals.not_held = totals.not_held.saturating_add(1);
            continue;
        }
        let doubt = doubt(&name, other);
        let kind = match doubt {
            None => side.only(),
            Some(Doubt::Damaged(_)) => DiffKind::Uncertain,
            Some(Doubt::Hidden(_)) => side.possibly_only(),
        };
        let read = ReadValue { value, data: reads.data(&value) };
        let mut difference = ValueDifference::only(side, place, &read, kind);
        (difference.problem, difference.hidden_by) = doubt.map(|doubt| doubt.told("value")).unzip();
        found.push(difference);
    }
    for difference in &found {
        totals.values.add(difference.difference);
    }
    found
}

impl Iterator for Differences<'_, '_> {
    type Item = KeyDifference;

    fn next(&mut self) -> Option<KeyDifference> {
        loop {
            let found = match self.next_task()? {
                Task::Both(keys, held) => self.both(keys, held),
                Task::Only(only) => self.only(&only),
            };
            if found.is_some() {
                return found;
            }
        }
    }
}

impl<'c> Diff<'c> {
    /// A start that one side has alone, as far as can be told.
    fn only_start(&self, side: DiffSide, key: Key<'c>) -> Only<'c> {
        let other = self.place(side.other());
        let kind = match &other.located.answer {
            Lookup::Unreadable(_) => DiffKind::Uncertain,
            answer if answer.is_absent() => side.only(),
            _ => side.possibly_only(),
        };
        Only { side, key, kind, level: 0, doubt: None }
    }
}
