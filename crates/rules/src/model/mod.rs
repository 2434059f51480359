//! The rule language as types: what a rule file may say.
//!
//! Each type is defined once, by the macros `described!`, `words!` and `tagged!`: from one definition come the type, how it
//! is read from YAML, and its [description](crate::language). Unknown fields are errors everywhere, so that a misspelt test
//! never passes unnoticed.
//!
//! A rule can also be built in code, and is checked like one from a file:
//!
//! ```
//! use coldhive_rules::model::{Check, KeyTest, Level, Predicate, RuleFile, SCHEMA};
//! use coldhive_rules::{Rule, Template};
//!
//! let path = Template::parse("{ccs}\\Services\\Winsock").ok_or("no path")?;
//! let mut key = KeyTest::new(path);
//! key.exists = Some(true);
//! let check = Check::new("winsock", "Winsock is registered", Predicate::from(key));
//! let rule = Rule::from_file(RuleFile::new(SCHEMA, "R1", "No Winsock", Level::High, vec![check]))?;
//! assert_eq!(rule.id(), "R1");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod check;
mod key;
mod number;
mod one_or_many;
mod param;
mod predicate;
mod product;
mod rule;
mod service;
mod sids;
mod value;

pub use access::{AccessTest, OnlyTest, Rights};
pub use check::{Check, Origin};
pub use key::KeyTest;
pub use number::NumberTest;
pub use one_or_many::OneOrMany;
pub use param::{Param, ParamKind};
pub use predicate::{Place, Predicate};
pub use product::{FamilyName, ProductTest};
pub use rule::{HiveKind, Level, NextSteps, RuleFile, SCHEMA, Scope, Status};
pub use service::{ServiceTest, StartName};
pub use sids::{PatternText, Principal, SidText};
pub use value::{TypeName, ValueRef, ValueTest};
