//! What a rule's placeholders stand for.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::RuleFile;
use crate::template::{CONTROL_SET, SOFTWARE};

/// What paths of the SOFTWARE hive begin with.
const SOFTWARE_PATH: &str = "SOFTWARE";
/// How much text all vars of a rule may have together once they are filled in, in bytes. Vars in vars double.
const MOST_TEXT: usize = 1 << 20;

/// What the placeholders stand for, and what came of the vars that stand for nothing.
#[derive(Debug, Default)]
pub(crate) struct Filled<'r> {
    /// What each stands for, the control set among them.
    pub(crate) known: BTreeMap<String, String>,
    /// Vars that are too long.
    pub(crate) too_long: Vec<&'r str>,
    /// Vars that refer to each other in a circle.
    pub(crate) circle: BTreeSet<&'r str>,
}

/// Fills in the vars of a rule, those first that need no other.
pub(crate) fn fill<'r>(file: &'r RuleFile, control_set: &str) -> Filled<'r> {
    let mut filled = Filled {
        known: BTreeMap::from([
            (CONTROL_SET.to_owned(), control_set.to_owned()),
            (SOFTWARE.to_owned(), SOFTWARE_PATH.to_owned()),
        ]),
        ..Filled::default()
    };
    let vars = || file.vars.iter().filter(|(name, _)| !is_built_in(name));
    // How many other vars each still waits for, and who waits for each.
    let mut waits: BTreeMap<&str, usize> = BTreeMap::new();
    let mut waiting: BTreeMap<&str, Vec<&'r str>> = BTreeMap::new();
    for (name, var) in vars() {
        let needs: BTreeSet<_> = var.placeholders().filter(|need| !is_built_in(need)).collect();
        waits.insert(name, needs.len());
        needs.into_iter().for_each(|need| waiting.entry(need).or_default().push(name));
    }
    let mut ready: Vec<&str> =
        waits.iter().filter(|(_, needs)| **needs == 0).map(|(name, _)| *name).collect();
    let mut room = MOST_TEXT;
    while let Some(name) = ready.pop() {
        waits.remove(name);
        let text = file.vars.get(name).and_then(|var| var.expand(&filled.known));
        match text.filter(|text| text.len() <= room) {
            Some(text) => {
                room = room.saturating_sub(text.len());
                filled.known.insert(name.to_owned(), text);
            }
            None => {
                filled.too_long.push(name);
                continue;
            }
        }
        for waiter in waiting.get(name).into_iter().flatten() {
            if let Some(needs) = waits.get_mut(waiter) {
                *needs = needs.saturating_sub(1);
                if *needs == 0 {
                    ready.push(waiter);
                }
            }
        }
    }
    filled.circle = circle(file, waits.into_keys().collect());
    filled
}

/// Whether a placeholder is the language's own.
pub(crate) fn is_built_in(name: &str) -> bool {
    matches!(name, CONTROL_SET | SOFTWARE)
}

/// Of vars that can't be filled in, those of which each is needed by another and needs another.
fn circle<'r>(file: &'r RuleFile, mut open: BTreeSet<&'r str>) -> BTreeSet<&'r str> {
    loop {
        let needs = |name: &str| {
            let var = file.vars.get(name);
            var.into_iter()
                .flat_map(|var| var.placeholders().collect::<Vec<_>>())
                .collect::<Vec<_>>()
        };
        let needed: BTreeSet<&str> = open.iter().flat_map(|name| needs(name)).collect();
        let kept: BTreeSet<&str> = open
            .iter()
            .copied()
            .filter(|name| {
                needed.contains(name) && needs(name).iter().any(|need| open.contains(need))
            })
            .collect();
        if kept.len() == open.len() {
            return kept;
        }
        open = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Level, SCHEMA};
    use crate::template::Template;

    fn rule(vars: &[(&str, &str)]) -> RuleFile {
        let mut file = RuleFile::new(SCHEMA, "r", "t", Level::Low, Vec::new());
        for (name, text) in vars {
            file.vars.insert((*name).to_owned(), Template::parse(text).unwrap().into());
        }
        file
    }

    #[test]
    fn vars_in_vars() {
        let file = rule(&[("a", "{b}\\x{b}"), ("b", "{c}\\y"), ("c", "{ccs}"), ("ccs", "other")]);
        let filled = fill(&file, "S");
        assert_eq!(filled.known["a"], "S\\y\\xS\\y");
        assert_eq!(filled.known["ccs"], "S");
        assert!(filled.too_long.is_empty() && filled.circle.is_empty());
    }

    #[test]
    fn circles() {
        let file = rule(&[
            ("self", "{self}"),
            ("a", "{b}"),
            ("b", "{a}{unknown}"),
            ("leads", "{a}"),
            ("needs", "{unknown}"),
            ("e", "{needs}"),
        ]);
        let circle: Vec<_> = fill(&file, "S").circle.into_iter().collect();
        assert_eq!(circle, ["a", "b", "self"]);
    }

    #[test]
    fn vars_that_double_end() {
        let names: Vec<_> = (0..100).map(|n| format!("v{n}")).collect();
        let texts: Vec<_> = names.iter().map(|name| format!("{{{name}}}{{{name}}}")).collect();
        let mut vars = vec![("v0", "xx")];
        vars.extend(
            names[1..].iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())),
        );
        let file = rule(&vars);
        let filled = fill(&file, "S");
        assert_eq!(filled.too_long, ["v12"]);
        assert!(filled.circle.is_empty());
    }
}
