//! Which hive a path is of.

use crate::load::Rule;
use crate::model::{Predicate, RuleFile};
use crate::template::{CONTROL_SET, SOFTWARE, Template};

impl RuleFile {
    /// Whether a path is of the SOFTWARE hive: it begins with `{software}`, by itself or by its vars, or with the path of an
    /// element that was found there.
    pub(crate) fn is_of_software(&self, path: &Template, element: &dyn Fn(&str) -> bool) -> bool {
        path.leading().is_some_and(|name| self.leads_to_software(name, element))
    }

    /// Whether any of its paths can be of the SOFTWARE hive: nothing but `{software}` leads there.
    pub(crate) fn names_software(&self) -> bool {
        let leads = |path: &Template| path.leading() == Some(SOFTWARE);
        let mut names = self.vars.values().any(|var| leads(var));
        for (_, predicate) in self.predicates() {
            Predicate::walk(predicate, &mut |predicate| {
                names |= predicate.paths().iter().any(|path| leads(path));
            });
        }
        names
    }

    /// Whether a placeholder stands for the SOFTWARE hive, or a key in it.
    pub(crate) fn leads_to_software(&self, name: &str, element: &dyn Fn(&str) -> bool) -> bool {
        let mut name = name;
        // Vars in a circle lead nowhere.
        for _ in 0..=self.vars.len() {
            // Neither var nor element can have one of these names.
            if name == SOFTWARE || name == CONTROL_SET {
                return name == SOFTWARE;
            }
            let Some(var) = self.vars.get(name) else { return element(name) };
            let Some(next) = var.leading() else { return false };
            name = next;
        }
        false
    }
}

impl Rule {
    /// Whether it can't be told without the SOFTWARE hive: what says when it applies, or one of its checks, looks into that.
    /// A remark may, and is then open where there is none.
    ///
    /// ```
    /// let rules = coldhive_rules::RuleSet::built_in()?;
    /// let needs = |id| rules.get(id).is_some_and(coldhive_rules::Rule::needs_software);
    /// assert!(needs("Q246784") && !needs("Q262832"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn needs_software(&self) -> bool {
        let file = self.file();
        let mut needs = false;
        let checks = file.checks.iter().map(|check| &check.expect);
        for predicate in file.applies.iter().chain(checks) {
            // What a loop finds is of the SOFTWARE hive only where the loop is.
            Predicate::walk(predicate, &mut |predicate| {
                needs |= predicate.paths().iter().any(|path| file.is_of_software(path, &|_| false));
            });
        }
        needs
    }
}
