//! The built-in rules, and sets of rules.

use std::sync::Arc;

use crate::load::{LoadError, Rule};

/// The built-in rule files: what they are called in messages, and their text.
const FILES: [(&str, &str); 6] = [
    ("library/Q262832.yaml", include_str!("../library/Q262832.yaml")),
    ("library/Q246784.yaml", include_str!("../library/Q246784.yaml")),
    ("library/Q217351.yaml", include_str!("../library/Q217351.yaml")),
    ("library/Q258469.yaml", include_str!("../library/Q258469.yaml")),
    ("library/Q257928.yaml", include_str!("../library/Q257928.yaml")),
    ("library/Q102974.yaml", include_str!("../library/Q102974.yaml")),
];

/// Rules to evaluate together. Cloning it shares them.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Arc<Rule>>,
}

impl RuleSet {
    /// The rules that this crate ships with.
    ///
    /// # Errors
    /// Never in a tested build: a test loads all of them.
    pub fn built_in() -> Result<Self, LoadError> {
        let rules = FILES.iter().map(|(source, text)| Rule::load(source, text).map(Arc::new));
        Ok(Self { rules: rules.collect::<Result<_, _>>()? })
    }

    /// The same rules without their cases, which are most of the text of their files: for checking hives, where people
    /// wait for the rules to load.
    ///
    /// # Errors
    /// Never in a tested build: a test holds what is loaded against [`built_in`](Self::built_in).
    pub fn built_in_without_cases() -> Result<Self, LoadError> {
        let rules = FILES.iter().map(|(source, text)| Rule::load_without_cases(source, text));
        Ok(Self { rules: rules.map(|rule| rule.map(Arc::new)).collect::<Result<_, _>>()? })
    }

    /// Adds a rule behind the others; one of the same id, whatever its case, is replaced.
    pub fn add(&mut self, rule: Rule) {
        self.rules.retain(|known| !known.id().eq_ignore_ascii_case(rule.id()));
        self.rules.push(Arc::new(rule));
    }

    /// The rules, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(AsRef::as_ref)
    }

    /// The rule of that id, without regard to case.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.iter().find(|rule| rule.id().eq_ignore_ascii_case(id))
    }

    /// Leaves out the rules that can't be told without the SOFTWARE hive, for where there is none.
    #[must_use]
    pub fn without_software(&self) -> Self {
        let kept = self.rules.iter().filter(|rule| !rule.needs_software());
        Self { rules: kept.cloned().collect() }
    }

    /// Keeps only the rules of these ids.
    ///
    /// # Errors
    /// The first id that no rule has.
    pub fn only(&self, ids: &[String]) -> Result<Self, String> {
        if let Some(unknown) = ids.iter().find(|id| self.get(id).is_none()) {
            return Err(unknown.clone());
        }
        let wanted = |rule: &Rule| ids.iter().any(|id| id.eq_ignore_ascii_case(rule.id()));
        Ok(Self { rules: self.rules.iter().filter(|rule| wanted(rule)).cloned().collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_its_cases_a_rule_is_what_it_is_with_them() {
        let (whole, cut) =
            (RuleSet::built_in().unwrap(), RuleSet::built_in_without_cases().unwrap());
        assert_eq!(whole.iter().count(), cut.iter().count());
        for (whole, cut) in whole.iter().zip(cut.iter()) {
            let mut file = whole.file().clone();
            assert!(!file.cases.is_empty() && cut.file().cases.is_empty());
            file.cases.clone_from(&cut.file().cases);
            file.hives.clone_from(&cut.file().hives);
            assert_eq!(format!("{file:?}"), format!("{:?}", cut.file()));
            assert_eq!(whole.sha256(), cut.sha256());
        }
    }
}
