//! Loading rules: from YAML to a checked rule. The only module that knows the YAML library.

use std::collections::{BTreeMap, BTreeSet};

use coldhive_hive::{Sha256Digest, names_equal};
use thiserror::Error;

use crate::model::{Check, Predicate, Principal, RuleFile, SCHEMA};
use crate::template::{CONTROL_SET, LONGEST, Template};

/// The largest rule file, in bytes.
const LARGEST_FILE: usize = 1 << 20;
/// The deepest nesting of a rule file; the built-in rules need a dozen.
const DEEPEST: usize = 64;

/// A control set's path is never longer than this one.
const LONGEST_CONTROL_SET: &str = "ControlSet001";

/// A rule that was loaded and checked: everything it names is known.
#[derive(Clone, Debug)]
pub struct Rule {
    file: RuleFile,
    sha256: Sha256Digest,
}

impl Rule {
    /// Loads a rule from the text of its file. `source` names it in errors.
    ///
    /// # Errors
    /// [`LoadError`] lists what is wrong with the file.
    pub fn load(source: &str, text: &str) -> Result<Self, LoadError> {
        let fail = |problems| LoadError { source_name: source.to_owned(), problems };
        if text.len() > LARGEST_FILE {
            return Err(fail(vec![Problem::TooLarge { size: text.len() }]));
        }
        let file = parse(text).map_err(|problem| fail(vec![problem]))?;
        let problems = check(&file);
        if problems.is_empty() {
            Ok(Self { file, sha256: Sha256Digest::of(text.as_bytes()) })
        } else {
            Err(fail(problems))
        }
    }

    /// The rule as its file says it.
    #[must_use]
    pub const fn file(&self) -> &RuleFile {
        &self.file
    }

    /// The rule's stable name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// The SHA-256 of the file that it was loaded from.
    #[must_use]
    pub const fn sha256(&self) -> Sha256Digest {
        self.sha256
    }

    /// What the placeholders stand for in one control set.
    pub(crate) fn placeholders(&self, control_set: &str) -> BTreeMap<String, String> {
        placeholders(&self.file, control_set)
    }
}

fn placeholders(file: &RuleFile, control_set: &str) -> BTreeMap<String, String> {
    let mut known = BTreeMap::from([(CONTROL_SET.to_owned(), control_set.to_owned())]);
    let expanded: Vec<_> = file
        .vars
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.expand(&known)?)))
        .collect();
    known.extend(expanded);
    known
}

/// Why a rule file can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{source_name}: {}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct LoadError {
    /// The file's name.
    pub source_name: String,
    /// What is wrong with it, in the order of the file.
    pub problems: Vec<Problem>,
}

/// One thing that is wrong with a rule file. Each has a stable code.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file isn't YAML, or not the shape of a rule.
    #[error("CH001: line {line}, column {column}: {message}")]
    Syntax {
        /// From 1; 0 where it isn't known.
        line: u64,
        /// From 1; 0 where it isn't known.
        column: u64,
        /// What is wrong.
        message: String,
    },
    /// The file is larger than any rule.
    #[error("CH002: the file has {size} bytes; a rule file has at most {LARGEST_FILE}")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
    },
    /// The file speaks another version of the language.
    #[error("CH003: the schema is \"{found}\"; this program speaks \"{SCHEMA}\"")]
    Schema {
        /// What the file says.
        found: String,
    },
    /// A path uses a placeholder that nothing defines.
    #[error("CH004: {place} uses {{{name}}}, which is neither {{ccs}} nor among the vars")]
    Placeholder {
        /// Where.
        place: String,
        /// The placeholder.
        name: String,
    },
    /// An access test names a parameter that nothing defines.
    #[error("CH005: {place} uses the parameter {{{name}}}, which is not among the params")]
    Parameter {
        /// Where.
        place: String,
        /// The parameter.
        name: String,
    },
    /// Two checks or remarks have one name.
    #[error("CH006: the id \"{id}\" is used twice")]
    DuplicateId {
        /// The name.
        id: String,
    },
    /// A combinator has nothing to combine.
    #[error("CH007: {place} has an empty list of predicates")]
    EmptyList {
        /// Where.
        place: String,
    },
    /// A predicate tests nothing.
    #[error("CH008: {place} has a predicate that tests nothing")]
    NoTest {
        /// Where.
        place: String,
    },
    /// A rule has no check.
    #[error("CH009: the rule has no checks")]
    NoChecks,
    /// A path names the control set that only a running Windows has.
    #[error(
        "CH013: {place} has a path under CurrentControlSet, which no hive file has: write {{ccs}}"
    )]
    CurrentControlSet {
        /// Where.
        place: String,
    },
    /// A test of a principal's rights lacks the principal or the rights.
    #[error("CH010: {place} needs both `as` and one of `grants` and `lacks`")]
    HalfAccess {
        /// Where.
        place: String,
    },
    /// A variable has the name of the control set's placeholder.
    #[error("CH011: the var {name} would hide {{{name}}}, the control set", name = CONTROL_SET)]
    HidesControlSet,
    /// A path can get longer than any that is looked for.
    #[error("CH012: {place} has a path of more than {LONGEST} bytes")]
    TooLong {
        /// Where.
        place: String,
    },
}

fn parse(text: &str) -> Result<RuleFile, Problem> {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: DEEPEST,
            max_nodes: 50_000,
            max_events: 200_000,
            max_aliases: 0,
            max_anchors: 0,
        },
        with_snippet: false,
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let (line, column) = error.location().map_or((0, 0), |at| (at.line(), at.column()));
        Problem::Syntax { line, column, message: error.to_string() }
    })
}

fn check(file: &RuleFile) -> Vec<Problem> {
    let known = placeholders(file, LONGEST_CONTROL_SET);
    let mut checker = Checker { file, known, ids: BTreeSet::new(), problems: Vec::new() };
    if file.schema != SCHEMA {
        checker.problems.push(Problem::Schema { found: file.schema.clone() });
    }
    for (name, var) in &file.vars {
        if name == CONTROL_SET {
            checker.problems.push(Problem::HidesControlSet);
        }
        let before = checker.problems.len();
        for unknown in var.placeholders().filter(|placeholder| *placeholder != CONTROL_SET) {
            let place = format!("the var {name}");
            checker.problems.push(Problem::Placeholder { place, name: unknown.to_owned() });
        }
        if checker.problems.len() == before && !checker.known.contains_key(name) {
            checker.problems.push(Problem::TooLong { place: format!("the var {name}") });
        }
    }
    if let Some(applies) = &file.applies {
        checker.predicate("applies", applies);
    }
    if file.checks.is_empty() {
        checker.problems.push(Problem::NoChecks);
    }
    checker.checks("check", &file.checks);
    checker.checks("remark", &file.remarks);
    checker.problems
}

struct Checker<'r> {
    file: &'r RuleFile,
    /// What the placeholders stand for at their longest.
    known: BTreeMap<String, String>,
    /// The ids of checks and remarks so far.
    ids: BTreeSet<&'r str>,
    problems: Vec<Problem>,
}

impl<'r> Checker<'r> {
    fn checks(&mut self, what: &str, checks: &'r [Check]) {
        for check in checks {
            if !self.ids.insert(&check.id) {
                self.problems.push(Problem::DuplicateId { id: check.id.clone() });
            }
            self.predicate(&format!("the {what} {}", check.id), &check.expect);
        }
    }

    fn predicate(&mut self, place: &str, predicate: &Predicate) {
        let tests = match predicate {
            Predicate::All(list)
            | Predicate::Any(list)
            | Predicate::None(list)
            | Predicate::One(list) => {
                if list.is_empty() {
                    self.problems.push(Problem::EmptyList { place: place.to_owned() });
                }
                list.iter().for_each(|inner| self.predicate(place, inner));
                return;
            }
            Predicate::Not(inner) => return self.predicate(place, inner),
            Predicate::Key(test) => {
                self.path(place, &test.path);
                test.exists.is_some() || test.intact.is_some() || test.remnant.is_some()
            }
            Predicate::Value(test) => {
                self.path(place, &test.path);
                if let Some(other) = &test.same_entries_as {
                    self.path(place, &other.path);
                }
                test.exists.is_some()
                    || !test.types.is_empty()
                    || test.contains.is_some()
                    || test.count.is_some_and(|count| !count.is_empty())
                    || test.same_entries_as.is_some()
                    || test.well_formed.is_some()
            }
            Predicate::Access(test) => {
                self.path(place, &test.path);
                for principal in &test.principal {
                    if let Principal::Param(name) = principal
                        && !self.file.params.contains_key(name)
                    {
                        self.problems.push(Problem::Parameter {
                            place: place.to_owned(),
                            name: name.clone(),
                        });
                    }
                }
                let rights = test.grants.is_some() || test.lacks.is_some();
                if rights == test.principal.is_empty() {
                    self.problems.push(Problem::HalfAccess { place: place.to_owned() });
                }
                rights || test.present.is_some() || test.only.is_some()
            }
            Predicate::Product(test) => {
                test.family.is_some() || test.product_type.is_some() || test.suite.is_some()
            }
            Predicate::Service(test) => test.present.is_some() || !test.start.is_empty(),
        };
        if !tests {
            self.problems.push(Problem::NoTest { place: place.to_owned() });
        }
    }

    fn path(&mut self, place: &str, path: &Template) {
        let first = path.to_string().split('\\').next().unwrap_or_default().to_owned();
        if names_equal(&first, "CurrentControlSet") {
            self.problems.push(Problem::CurrentControlSet { place: place.to_owned() });
        }
        for name in path.placeholders() {
            if name != CONTROL_SET && !self.file.vars.contains_key(name) {
                self.problems
                    .push(Problem::Placeholder { place: place.to_owned(), name: name.to_owned() });
            }
        }
        let all_known = path.placeholders().all(|name| self.known.contains_key(name));
        if all_known && path.expand(&self.known).is_none() {
            self.problems.push(Problem::TooLong { place: place.to_owned() });
        }
    }
}
