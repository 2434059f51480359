//! Choosing control sets: what a selector means for one hive.

use coldhive_hive::{Damage, Lookup, names_equal};

use crate::control_set::{
    ControlSet, NoControlSet, Select, Selection, Selector, control_sets, select,
};
use crate::part::part_notes;
use crate::reading::Reading;
use crate::system::System;

/// Resolves a selector.
pub(crate) fn resolve(system: &System<'_>, selector: Selector) -> Result<Selection, NoControlSet> {
    if let Err(damage) = system.hive().root() {
        return Err(NoControlSet::Unknown(format!(
            "{damage}, so nothing below it can be found: get a better copy, or the hive's backup \
             (SYSTEM.ALT, SYSTEM.sav, the folder Repair)"
        )));
    }
    let mut selection = if system.mount().is_system() {
        in_whole_hive(system, selector)
    } else {
        in_part(system, selector)
    }?;
    selection.notes.splice(0..0, part_notes(system));
    Ok(selection)
}

fn in_whole_hive(system: &System<'_>, selector: Selector) -> Result<Selection, NoControlSet> {
    let (present, hidden) = control_sets(system);
    let one = |set| Selection { sets: vec![set], notes: Vec::new() };
    match selector {
        Selector::All if !present.is_empty() => {
            // What a part doesn't hold is told of it as a whole.
            let damaged = hidden.iter().any(|damage| *damage != Damage::NotInExport);
            let mut notes: Vec<String> = if damaged { vec![INCOMPLETE.into()] } else { Vec::new() };
            let mut sets = present;
            if sets.len() > MOST_SETS {
                notes.push(format!(
                    "the hive has {} control sets, more than any real one; the first {MOST_SETS} are looked at",
                    sets.len()
                ));
                sets.truncate(MOST_SETS);
            }
            Ok(Selection { sets, notes })
        }
        Selector::Number(number) => {
            let set = ControlSet::numbered(number);
            match (stored(&present, &set), hidden.as_slice()) {
                (Some(set), _) => Ok(one(set.clone())),
                (None, []) => {
                    // Somebody asked for it by number: that nothing was looked at must not pass for an answer.
                    Err(NoControlSet::Unknown(format!("the hive has no {set}{}", listed(&present))))
                }
                (None, hidden) => Err(NoControlSet::Unknown(format!(
                    "{set} was not found, and {}",
                    hiding(hidden)
                ))),
            }
        }
        _ => match select(system) {
            Lookup::Found(select) => by_select(&select, selector, &present, &hidden),
            Lookup::Absent => without_select(&present, selector, NoSelect::Absent),
            Lookup::Obscured(damage) if damage == [Damage::NotInExport] => {
                without_select(&present, selector, NoSelect::NotHeld)
            }
            Lookup::Obscured(damage) => {
                Err(select_hidden("damage hides whether there is a key Select", &damage, &present))
            }
            Lookup::Unreadable(damage) => match present.as_slice() {
                // Select's own damage hides no control set.
                [only] if hidden == damage => Ok(Selection {
                    sets: vec![only.clone()],
                    notes: vec![format!(
                        "the key Select can't be read; {only} is the only control set"
                    )],
                }),
                _ => Err(select_hidden("the key Select can't be read", &damage, &present)),
            },
        },
    }
}

/// In a hive that was saved from a control set or a part of one, there is one control set at most.
fn in_part(system: &System<'_>, selector: Selector) -> Result<Selection, NoControlSet> {
    let mount = system.mount();
    let Some(name) = mount.control_set() else {
        return Err(NoControlSet::Unknown(format!(
            "the hive was saved from {mount} alone: it holds nothing of a control set, and rules need one"
        )));
    };
    let set = ControlSet::named(name);
    let note = match selector {
        Selector::All => None,
        Selector::Current if set.is_current_by_name() => None,
        Selector::Number(number) if names_equal(name, ControlSet::numbered(number).name()) => None,
        Selector::Number(number) => {
            let asked = ControlSet::numbered(number);
            return Err(NoControlSet::Unknown(format!(
                "the hive holds {set} alone, and {asked} is not in it"
            )));
        }
        Selector::LastKnownGood | Selector::Failed => {
            return Err(NoControlSet::Unknown(format!(
                "the hive holds {set} alone, without the key Select: which control set is the last known good or \
                 the failed one can't be told"
            )));
        }
        Selector::Current | Selector::Default => Some(format!(
            "the key Select is not in this hive: whether {set} was in use can't be told"
        )),
    };
    Ok(Selection { sets: vec![set], notes: note.into_iter().collect() })
}

/// Why control sets may be there that can't be seen.
fn hiding(hidden: &[Damage]) -> &'static str {
    match hidden {
        [Damage::NotInExport] => "the file holds only a part of the registry",
        _ => INCOMPLETE,
    }
}

fn select_hidden(what: &str, damage: &[Damage], present: &[ControlSet]) -> NoControlSet {
    let why = damage.first().map(|damage| format!(" ({damage})")).unwrap_or_default();
    let advice = match present {
        [] => "; get a better copy of the hive, or its backup".into(),
        sets => advice(sets),
    };
    NoControlSet::Unknown(format!(
        "{what}{why}, so it can't be told which control set was in use{advice}"
    ))
}

/// A control set of that name among those that are there, as it is stored.
fn stored<'s>(present: &'s [ControlSet], set: &ControlSet) -> Option<&'s ControlSet> {
    present.iter().find(|other| names_equal(other.name(), set.name()))
}

/// The most control sets that `all` stands for. Windows keeps four or so; a hive can be made with a thousand.
const MOST_SETS: usize = 64;
const INCOMPLETE: &str = "the root's list of keys is damaged: control sets may be hidden";

fn by_select(
    select: &Select,
    selector: Selector,
    present: &[ControlSet],
    hidden: &[Damage],
) -> Result<Selection, NoControlSet> {
    let name = selector.value_name().unwrap_or("Current");
    let reading = match selector {
        Selector::Default => &select.default,
        Selector::LastKnownGood => &select.last_known_good,
        Selector::Failed => &select.failed,
        Selector::Current | Selector::All | Selector::Number(_) => &select.current,
    };
    let number = match reading {
        Reading::Is(0) => {
            return Err(NoControlSet::None(format!(
                "Select\\{name} is 0: no control set is chosen{}",
                advice(present)
            )));
        }
        Reading::Is(number) => *number,
        other => {
            return Err(NoControlSet::Unknown(format!(
                "the value Select\\{name} is {}, so it can't be told which control set is meant{}",
                other.why_not(),
                advice(present)
            )));
        }
    };
    let set = ControlSet::numbered(number);
    // An exported text has the control set in use under the name that the running Windows gave it.
    let by_name = present.iter().find(|set| set.is_current_by_name());
    let by_name = by_name.filter(|_| select.current.as_ok() == Some(&number));
    let Some(set) = stored(present, &set).or(by_name) else {
        let not_found = if hidden.is_empty() {
            "which is not in the hive".into()
        } else {
            format!("which was not found, and {}", hiding(hidden))
        };
        return Err(NoControlSet::Unknown(format!(
            "Select\\{name} names {set}, {not_found}{}",
            advice(present)
        )));
    };
    let mut notes = Vec::new();
    if selector == Selector::Current {
        if let Reading::Is(default) = select.default
            && default != number
        {
            notes.push(match default {
                0 => format!("Select\\Default is 0: no control set is chosen to boot next, not even {set}"),
                _ => format!(
                    "Select\\Default is {default}: the machine would boot ControlSet{default:03} next, not {set}"
                ),
            });
        }
        if let Reading::Is(failed @ 1..) = select.failed {
            notes.push(format!(
                "Select\\Failed is {failed}: ControlSet{failed:03} was given up on and replaced by the last known good one"
            ));
        }
    }
    Ok(Selection { sets: vec![set.clone()], notes })
}

/// Why there is no key `Select` to go by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NoSelect {
    /// The hive has none.
    Absent,
    /// The file holds only a part of the registry, without it.
    NotHeld,
}

fn without_select(
    present: &[ControlSet],
    selector: Selector,
    why: NoSelect,
) -> Result<Selection, NoControlSet> {
    let current = present.iter().find(|set| set.is_current_by_name());
    match (present, current, why) {
        ([_, ..], _, _) if matches!(selector, Selector::LastKnownGood | Selector::Failed) => {
            let text = |has_no| {
                format!(
                    "{has_no} key Select, so none is known as the last known good or the failed one{}",
                    advice(present)
                )
            };
            Err(match why {
                NoSelect::Absent => NoControlSet::None(text("the hive has no")),
                NoSelect::NotHeld => NoControlSet::Unknown(text("the file holds no")),
            })
        }
        ([_, ..], Some(current), _) if selector == Selector::Current => {
            Ok(Selection { sets: vec![current.clone()], notes: Vec::new() })
        }
        ([only], _, NoSelect::Absent) => Ok(Selection {
            sets: vec![only.clone()],
            notes: vec![format!("the hive has no key Select; {only} is the only control set")],
        }),
        ([only], _, NoSelect::NotHeld) => Ok(Selection {
            sets: vec![only.clone()],
            notes: vec![format!("the file holds no key Select; {only} is the only control set in it")],
        }),
        ([], _, NoSelect::NotHeld) => Err(NoControlSet::Unknown(
            "the file holds nothing of a control set, and rules need one".into(),
        )),
        ([], _, NoSelect::Absent) => Err(NoControlSet::None(
            "the hive has neither a key Select nor a control set: it is no SYSTEM hive, or not one of an installed \
             system (of one saved from a part of SYSTEM, --mounted-at says from which)"
                .into(),
        )),
        (several, _, why) => {
            let select = match why {
                NoSelect::Absent => "the hive",
                NoSelect::NotHeld => "the file",
            };
            Err(NoControlSet::Unknown(format!(
                "{select} has {} control sets and no key Select that chooses one{}",
                several.len(),
                advice(several)
            )))
        }
    }
}

fn listed(present: &[ControlSet]) -> String {
    match present {
        [] => String::new(),
        sets => {
            format!(", only {}", sets.iter().map(ControlSet::name).collect::<Vec<_>>().join(", "))
        }
    }
}

fn advice(present: &[ControlSet]) -> String {
    match present {
        [] => String::new(),
        sets => {
            let names: Vec<_> = sets.iter().map(ControlSet::name).collect();
            format!("; there are {}: choose by number, or all", names.join(", "))
        }
    }
}
