//! A cure of Q262832 to read: what would put the fault right, as data and as texts. Nothing applies it.
//!
//! What is restored comes from the hive itself: the entries that a list has, and keys and values of the last known
//! good control set, else of another one but that which failed. A list without entries or with one that may be cut off
//! tells none; permissions that let others write than those who must are not recommended. What can't be known is left
//! out with the reason.

mod data;
mod explain;
mod files;
mod lists;
mod page;
mod permissions;
mod plan;
mod reg_text;
mod rest;
mod sources;

use coldhive_rules::{Outcome, Verdict};

pub use data::{Before, Change, ChangeKind, Content, Cure, KeyPermissions, LeftOut, Source};

use crate::case::Case;

/// The one rule that a cure is known of.
const RULE: &str = "Q262832";

impl Case {
    /// What would put right what a verdict of Q262832 about this hive found.
    ///
    /// `None` for another rule, where the fault is not there, and where it can't be told and nothing is known that
    /// could be changed.
    ///
    /// ```
    /// use coldhive::rules::RuleSet;
    /// use coldhive::{Case, CheckOptions};
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
    /// let verdicts = case.check(&RuleSet::built_in()?, &CheckOptions::default());
    /// let cure = case.cure(&verdicts[0]).ok_or("nothing to cure")?;
    /// assert!(cure.reg().starts_with("REGEDIT4\r\n"));
    /// assert!(cure.reg().contains("Setup Migration\\Providers\\Clusnet]\r\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn cure(&self, verdict: &Verdict) -> Option<Cure> {
        if verdict.rule.id != RULE {
            return None;
        }
        let cure = match verdict.outcome {
            Outcome::Fail | Outcome::Unknown => plan::cure(self, verdict)?,
            _ => return None,
        };
        (verdict.outcome == Outcome::Fail || !cure.changes.is_empty()).then_some(cure)
    }
}
