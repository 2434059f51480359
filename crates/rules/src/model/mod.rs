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
mod case;
mod check;
mod combine;
mod compare;
mod damage;
mod entries;
mod for_each;
mod key;
mod moment;
mod number;
mod one_or_many;
mod operand;
mod param;
mod predicate;
mod product;
mod ranges;
mod rule;
mod same;
mod service;
mod sids;
mod sign;
mod sketch;
mod sketch_security;
mod stored;
mod text;
mod value;

pub use access::{AccessTest, DaclState, OnlyTest, Rights};
pub use case::{
    AppliesName, Case, CaseHive, ControlSetName, DifferenceSketch, OutcomeName, PrincipalsText,
    RemnantSketch, TruthName,
};
pub use check::{Check, Origin};
pub use combine::{AtLeast, Implication};
pub use compare::{Comparison, MaskTest, Measure, OrderTest, Range, Relation, Separator};
pub use damage::{DamageSketch, FaultName};
pub use entries::Entries;
pub use for_each::{ForEach, ListRef, Quantifier, Transform};
pub use key::{KeyTest, NamesTest, SubkeysTest};
pub use moment::{Moment, NoMoment};
pub use number::NumberTest;
pub use one_or_many::OneOrMany;
pub use operand::Operand;
pub use param::{Param, ParamKind};
pub use predicate::{Place, Predicate};
pub use product::{FamilyName, ProductTest};
pub use ranges::RangesTest;
pub use rule::{HiveKind, Level, NextSteps, RuleFile, SCHEMA, Scope, Status};
pub use same::{Other, SameTest};
pub use service::{ServiceTest, ServiceTypeName, StartName};
pub use sids::{PatternText, Principal, SidText};
pub use sign::{EventTest, LineTest, Meaning, Sign};
pub use sketch::{
    Dword, HiveFormat, HiveSketch, KeySketch, Place as SketchPlace, SelectSketch, ValuePlace,
};
pub use sketch_security::SecuritySketch;
pub use stored::{DataSketch, TypeCode, TypedValue, ValueSketch};
pub use text::TextTest;
pub use value::{TypeName, ValueRef, ValueTest};
