//! The predicate `same`: equal content in another control set, or in the baseline.

use std::collections::{BTreeMap, HashMap};

use coldhive_hive::{Damage, Key, Lookup, Value};
use coldhive_system::{ControlSet, Located, NoControlSet, Selector};

use super::locate::describe;
use super::node::Node;
use super::subkeys::Subkey;
use super::value::shown;
use super::{KeyPath, Scope};
use crate::evidence::{Evidence, HiveName};
use crate::model::{Other, SameTest};
use crate::target::Target;
use crate::truth::Truth;

/// How deep a tree of keys may be: Windows allows 512 levels. In a hostile hive a key may be below itself.
const DEEPEST: usize = 512;

/// A comparison under way: the first difference ends it, and what can't be compared leaves it open.
#[derive(Default)]
struct Outcome {
    difference: Option<String>,
    open: Option<String>,
}

impl Outcome {
    fn differs(&mut self, how: String) {
        self.difference.get_or_insert(how);
    }

    fn cannot_tell(&mut self, why: impl ToString) {
        self.open.get_or_insert_with(|| why.to_string());
    }
}

impl<'c> Scope<'_, 'c> {
    pub(super) fn same(&self, test: &'c SameTest) -> Node {
        let here = self.path(&test.path);
        let what = match &test.name {
            Some(name) => format!("the value {here}\\{}", shown(&self.text(name))),
            None if test.deep => format!("the key {here} with all below it"),
            None => format!("the values of the key {here}"),
        };
        let there = match test.other {
            Other::Baseline => "in the baseline".to_owned(),
            other => format!("in the {} control set", other.word().replace('-', " ")),
        };
        let expected = format!("{what}: as {there}");
        let leaf = |truth, found: String| Node::leaf(truth, expected.clone(), found, Vec::new());
        if test.other == Other::Baseline {
            let Some(target) = self.target.as_baseline() else {
                return leaf(Truth::NotEvaluated, "no hive was given as the baseline".into());
            };
            // A rule for the whole hive needs no control set of the other one.
            let set = match target.system().select(Selector::Current) {
                Ok(selection) => selection.sets.into_iter().next(),
                Err(_) => None,
            };
            if set.is_none() && self.set.is_some() {
                return leaf(Truth::Unknown, "the baseline has no current control set".into());
            }
            let set = set.filter(|_| self.set.is_some());
            return self.compare(test, target, set.as_ref(), expected).weakened(test.weak);
        }
        let selector = match test.other {
            Other::Default => Selector::Default,
            Other::LastKnownGood => Selector::LastKnownGood,
            Other::Failed => Selector::Failed,
            Other::Current | Other::Baseline => Selector::Current,
        };
        let other = match self.system().select(selector) {
            Ok(selection) => selection.sets.into_iter().next(),
            Err(why @ NoControlSet::None(_)) => return leaf(Truth::NotApplicable, why.to_string()),
            Err(why) => return leaf(Truth::Unknown, why.to_string()),
        };
        let Some(other) = other else {
            return leaf(Truth::Unknown, format!("nothing is said of {there}"));
        };
        let is_this = |set: &ControlSet| coldhive_hive::names_equal(set.name(), other.name());
        if self.set.is_some_and(is_this) {
            return leaf(Truth::NotApplicable, format!("{other} is the control set itself"));
        }
        self.compare(test, self.target, Some(&other), expected).weakened(test.weak)
    }

    fn compare(
        &self,
        test: &SameTest,
        target: Target<'_, '_>,
        set: Option<&ControlSet>,
        expected: String,
    ) -> Node {
        let other = self.elsewhere(target, set);
        // Loading refuses paths of the SOFTWARE hive.
        let here = self.locate(&self.path(&test.path));
        let there = other.locate(&other.path(&test.path));
        let mut evidence = Vec::new();
        let mut outcome = Outcome::default();
        if let Some(name) = &test.name {
            let name = self.text(name);
            self.same_value_of(&here, &there, &name, &mut outcome);
            evidence.extend(self.read_value(&KeyPath::system(&here.asked), &name).2);
            if test.other != Other::Baseline {
                evidence.extend(self.read_value(&KeyPath::system(&there.asked), &name).2);
            }
        } else {
            evidence.extend(self.recorder(HiveName::System).key_evidence(&here));
            if test.other != Other::Baseline {
                evidence.extend(self.recorder_of_here(&there.asked));
            }
            match (&here.answer, &there.answer) {
                (Lookup::Found(one), Lookup::Found(two)) => {
                    let (at, other_at) = (here.asked.clone(), there.asked.clone());
                    let pair = Pair { one: *one, two: *two, here: at, there: other_at, depth: 0 };
                    self.same_keys(&other, pair, test.deep, &mut outcome);
                }
                (Lookup::Absent, Lookup::Absent) => {}
                (Lookup::Found(_), Lookup::Absent) => outcome.differs(describe(&there)),
                (Lookup::Absent, Lookup::Found(_)) => outcome.differs(describe(&here)),
                (Lookup::Found(_) | Lookup::Absent, _) => outcome.cannot_tell(describe(&there)),
                _ => outcome.cannot_tell(describe(&here)),
            }
        }
        let (truth, found) = match outcome {
            Outcome { difference: Some(how), .. } => (Truth::False, how),
            Outcome { open: Some(why), .. } => {
                (Truth::Unknown, format!("it can't be compared: {why}"))
            }
            Outcome { .. } => {
                let both =
                    if here.answer.is_absent() { "neither is there" } else { "they are the same" };
                (Truth::True, format!("{} and {}: {both}", here.asked, there.asked))
            }
        };
        Node::leaf(truth, expected, found, evidence)
    }

    /// The evidence for another key of this hive.
    fn recorder_of_here(&self, path: &str) -> Vec<Evidence> {
        self.recorder(HiveName::System).key_evidence(&self.locate(&KeyPath::system(path)))
    }

    fn same_value_of(
        &self,
        here: &Located<'_>,
        there: &Located<'_>,
        name: &str,
        outcome: &mut Outcome,
    ) {
        let at = |located: &Located<'_>| format!("{}\\{}", located.asked, shown(name));
        self.same_values(
            (living(here.value(name)), &at(here)),
            (living(there.value(name)), &at(there)),
            outcome,
        );
    }

    /// Compares two values, or that neither is there.
    fn same_values(
        &self,
        (one, here): (Lookup<Value<'_>>, &str),
        (two, there): (Lookup<Value<'_>>, &str),
        outcome: &mut Outcome,
    ) {
        let (one, two) = match (one, two) {
            (Lookup::Found(one), Lookup::Found(two)) => (one, two),
            (Lookup::Absent, Lookup::Absent) => return,
            (Lookup::Found(_), Lookup::Absent) => {
                return outcome.differs(format!("{here} is there, {there} is not"));
            }
            (Lookup::Absent, Lookup::Found(_)) => {
                return outcome.differs(format!("{there} is there, {here} is not"));
            }
            (Lookup::Unreadable(damage) | Lookup::Obscured(damage), _)
            | (_, Lookup::Unreadable(damage) | Lookup::Obscured(damage)) => {
                let first = damage.first().map(ToString::to_string);
                return outcome.cannot_tell(first.unwrap_or_default());
            }
        };
        let data = (one.data(), two.data());
        let (Ok(left), Ok(right)) = &data else {
            let damage = [data.0.err(), data.1.err()].into_iter().flatten().next();
            return outcome.cannot_tell(damage.map(|it| it.to_string()).unwrap_or_default());
        };
        self.work.bytes(left.len().max(right.len()), 1);
        if one.value_type() != two.value_type() {
            let (one, two) = (one.value_type(), two.value_type());
            outcome.differs(format!("{here} is {one}, {there} is {two}"));
        } else if left != right {
            outcome.differs(format!("{here} and {there} hold different data"));
        }
    }

    /// Compares the values of two keys, and with `deep` what is below them.
    fn same_keys(
        &self,
        other: &Scope<'_, '_>,
        first: Pair<'_, '_>,
        deep: bool,
        outcome: &mut Outcome,
    ) {
        let mut open = vec![first];
        while let Some(pair) = open.pop() {
            if outcome.difference.is_some() {
                return;
            }
            if let Some(stopped) = self.work.stopped() {
                return outcome.cannot_tell(stopped.why());
            }
            self.work.elements(1);
            self.same_values_of_keys(other, &pair, outcome);
            if deep {
                self.same_subkeys(other, &pair, &mut open, outcome);
            }
        }
    }

    /// Which subkeys there are, and which pairs of them are to be compared next.
    fn same_subkeys<'k, 'o>(
        &self,
        other: &Scope<'_, '_>,
        pair: &Pair<'k, 'o>,
        open: &mut Vec<Pair<'k, 'o>>,
        outcome: &mut Outcome,
    ) {
        let Pair { one, two, here, there, depth } = pair;
        let left = self.subkeys(one, self.system().holds(here));
        let right = other.subkeys(two, other.system().holds(there));
        for hidden in [&left.hidden, &right.hidden].into_iter().flatten() {
            outcome.cannot_tell(hidden);
        }
        if *depth >= DEEPEST && !left.known.is_empty() {
            return outcome.cannot_tell(format!("{here} is deeper than keys can be"));
        }
        let mut twins: HashMap<Vec<u16>, &Subkey<'o>> =
            right.known.iter().map(|it| (it.name.upper_units().collect(), it)).collect();
        for subkey in &left.known {
            let name = &subkey.name;
            match twins.remove(&name.upper_units().collect::<Vec<_>>()) {
                Some(twin) => {
                    let below = |at: &str| format!("{at}\\{name}");
                    let (here, there) = (below(here), below(there));
                    self.work.bytes(here.len().saturating_add(there.len()), 1);
                    let depth = depth.saturating_add(1);
                    open.push(Pair { one: subkey.key, two: twin.key, here, there, depth });
                }
                // Among subkeys that can't be seen, it may be.
                None if right.hidden.is_some() => {}
                None => return outcome.differs(format!("{there} has no subkey {name}")),
            }
        }
        if let (Some(extra), None) = (twins.into_values().next(), &left.hidden) {
            outcome.differs(format!("{here} has no subkey {}", extra.name));
        }
    }

    fn same_values_of_keys(
        &self,
        other: &Scope<'_, '_>,
        pair: &Pair<'_, '_>,
        outcome: &mut Outcome,
    ) {
        let Pair { one, two, here, there, .. } = pair;
        let left = self.values(one, self.system().holds(here));
        let mut right = other.values(two, other.system().holds(there));
        for hidden in [&left.hidden, &right.hidden].into_iter().flatten() {
            outcome.cannot_tell(hidden);
        }
        for (upper, (name, value)) in left.known {
            let found = match right.known.remove(&upper) {
                Some((_, value)) => Lookup::Found(value),
                None if right.hidden.is_some() => continue,
                None => Lookup::Absent,
            };
            let path = |at: &str| format!("{at}\\{}", shown(&name));
            self.same_values((Lookup::Found(value), &path(here)), (found, &path(there)), outcome);
            if outcome.difference.is_some() || self.work.stopped().is_some() {
                return;
            }
        }
        if let (Some((name, _)), None) = (right.known.into_values().next(), &left.hidden) {
            let name = shown(&name);
            outcome.differs(format!("{there}\\{name} is there, {here}\\{name} is not"));
        }
    }

    /// The values of a key by name, in the order of their names; of two of one name the first.
    fn values<'v>(&self, key: &Key<'v>, is_complete: bool) -> Values<'v> {
        let mut known = BTreeMap::new();
        let mut hidden = (!is_complete).then(|| Damage::NotInExport.to_string());
        for value in key.values() {
            if let Some(stopped) = self.work.stopped() {
                hidden = hidden.or(Some(stopped.why().to_owned()));
                break;
            }
            self.work.elements(1);
            match value.and_then(|value| Ok((value, value.name()?))) {
                Ok((value, _)) if value.is_tombstone() => {}
                Ok((value, name)) => {
                    let entry = known.entry(name.upper_units().collect());
                    entry.or_insert_with(|| (name.to_string(), value));
                }
                Err(damage) => hidden = hidden.or_else(|| Some(damage.to_string())),
            }
        }
        Values { known, hidden }
    }
}

/// Two keys to compare, with their paths.
struct Pair<'i, 'o> {
    one: Key<'i>,
    two: Key<'o>,
    here: String,
    there: String,
    depth: usize,
}

/// The values of a key by their names as the registry compares them, and why there may be others.
struct Values<'v> {
    known: BTreeMap<Vec<u16>, (String, Value<'v>)>,
    hidden: Option<String>,
}

/// A value that is marked as deleted in this layer is not there.
fn living(answer: Lookup<Value<'_>>) -> Lookup<Value<'_>> {
    match answer {
        Lookup::Found(value) if value.is_tombstone() => Lookup::Absent,
        answer => answer,
    }
}
