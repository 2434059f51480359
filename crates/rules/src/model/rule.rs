//! A rule file as a whole.

use std::collections::BTreeMap;

use super::{Case, Check, HiveSketch, Param, Place, Predicate, Sign};
use crate::decode::{described, words};
use crate::diagnostic::Spanned;
use crate::template::Template;

/// The version of the language that this crate speaks.
pub const SCHEMA: &str = "coldhive/1";

described! {
    /// A rule: one YAML map.
    pub struct RuleFile as "a rule" {
        required {
            /// The language's version, `coldhive/1`.
            schema: Spanned<String>,
            /// A stable name, unique in a rule set.
            id: Spanned<String>,
            /// What the rule is about, in one line.
            title: Spanned<String>,
            /// How grave a finding is.
            level: Level,
            /// What must hold.
            checks: Spanned<Vec<Check>>,
        }
        optional {
            /// How mature the rule is.
            status: Spanned<Status> = Status::Test.into() => "test",
            /// What the fault is and how it shows.
            description: Spanned<String> = Spanned::default(),
            /// Where the knowledge comes from.
            references: Vec<String> = Vec::new(),
            /// Who wrote the rule.
            author: String = String::new(),
            /// When, as `YYYY-MM-DD`.
            date: Spanned<String> = Spanned::default(),
            /// Words to find the rule by.
            tags: Vec<String> = Vec::new(),
            /// The hive that the rule reads.
            hive: HiveKind = HiveKind::System => "system",
            /// What the rule is evaluated for.
            scope: Scope = Scope::Selected => "selected",
            /// Abbreviations for paths: `{name}` in a path stands for the text.
            vars: Spanned<BTreeMap<String, Spanned<Template>>> = Spanned::default(),
            /// What a caller may supply.
            params: Spanned<BTreeMap<String, Spanned<Param>>> = Spanned::default(),
            /// When the rule says anything at all; without it, always.
            applies: Option<Spanned<Predicate>> = None,
            /// What is worth saying and changes no outcome.
            remarks: Vec<Check> = Vec::new(),
            /// What logs beside the hive may say for the fault or against it.
            signs: Vec<Sign> = Vec::new(),
            /// What to do, by outcome.
            next_steps: NextSteps = NextSteps::new(),
            /// Other causes of the same symptom.
            see_also: Vec<String> = Vec::new(),
            /// Hives by name, for cases to begin with.
            hives: Spanned<BTreeMap<String, Spanned<HiveSketch>>> = Spanned::default(),
            /// What the rule must say of which hive: its proof.
            cases: Spanned<Vec<Case>> = Spanned::default(),
        }
    }
}

impl RuleFile {
    /// Its predicates and where they stand: when it applies, its checks, its remarks.
    pub fn predicates(&self) -> impl Iterator<Item = (Place<'_>, &Spanned<Predicate>)> {
        let applies = self.applies.iter().map(|applies| (Place::Applies, applies));
        let checks = self.checks.iter().map(|check| (Place::Check(check), &check.expect));
        let remarks = self.remarks.iter().map(|remark| (Place::Remark(remark), &remark.expect));
        applies.chain(checks).chain(remarks)
    }
}

words! {
    /// How mature a rule is (Sigma's words).
    pub enum Status as "a status" {
        /// Proven.
        Stable = "stable",
        /// Under test.
        Test = "test",
        /// An idea.
        Experimental = "experimental",
        /// No longer to be used.
        Deprecated = "deprecated",
    }
}

words! {
    /// How grave a finding is (Sigma's words).
    pub enum Level as "a level" {
        /// Worth knowing.
        Informational = "informational",
        /// Of little consequence.
        Low = "low",
        /// Of some consequence.
        Medium = "medium",
        /// A service or feature fails.
        High = "high",
        /// The machine fails.
        Critical = "critical",
    }
}

words! {
    /// Which hive a rule reads.
    pub enum HiveKind as "a hive" {
        /// SYSTEM.
        System = "system",
    }
}

words! {
    /// What a rule is evaluated for.
    pub enum Scope as "a scope" {
        /// Each control set that the caller selected.
        Selected = "selected",
        /// The hive as a whole, once: nothing in it is of a control set.
        Hive = "hive",
    }
}

described! {
    /// What to do, by outcome, a sentence each.
    pub struct NextSteps as "next_steps" {
        required {}
        optional {
            /// When all checks hold.
            pass: Vec<String> = Vec::new(),
            /// When the fault is there.
            fail: Vec<String> = Vec::new(),
            /// When it can't be told.
            unknown: Vec<String> = Vec::new(),
        }
    }
}
