//! Cases as data: what each hive that a rule describes has in it. Nothing here makes or reads a hive.
//!
//! ```
//! use coldhive_rules::Rule;
//! use coldhive_rules::cases::CaseSource;
//!
//! let rule = Rule::load("r.yaml", "
//! schema: coldhive/1
//! id: r
//! title: t
//! level: low
//! checks:
//!   - { id: c, title: t, expect: { key: { path: '{ccs}\\Services', exists: true } } }
//! cases:
//!   - name: no services
//!     hive: { select: { current: 1 }, keys: { ControlSet001: {} } }
//!     outcome: fail
//! ")?;
//! let case = &rule.file().cases[0];
//! let Some(CaseSource::Tree(tree)) = rule.case_source(&case.hive) else { return Ok(()) };
//! let names: Vec<_> = tree.root.keys().map(|key| key.name.as_str()).collect();
//! assert_eq!(names, ["ControlSet001", "Select"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod grow;
mod tree;

use std::sync::Arc;

pub use tree::{HiveTree, KeyTree};

pub(crate) use check::resolve;
use grow::Grower;

use crate::diagnostic::Sink;
use crate::load::Rule;
use crate::model::CaseHive;

/// How many cases a rule may have.
pub const MOST_CASES: usize = 500;

/// Where the hive of a case comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CaseSource {
    /// A file, by its path relative to the rule file.
    File(String),
    /// A tree of keys to make one of.
    Tree(Arc<HiveTree>),
}

impl Rule {
    /// Where a hive of one of the rule's cases comes from. `None` for a hive that isn't the rule's and names what the rule
    /// doesn't have.
    #[must_use]
    pub fn case_source(&self, hive: &CaseHive) -> Option<CaseSource> {
        let mut sink = Sink::default();
        let found = Grower::new(self.file(), false, &mut sink).of_case(hive, None);
        found.filter(|_| sink.is_empty())
    }
}
