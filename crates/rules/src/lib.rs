//! Rules over SYSTEM hives: known faults as data.
//!
//! A rule is a YAML file: metadata in Sigma's words and a tree of typed predicates. Loading it gives a
//! [`Rule`] or coded [`Diagnostics`], all at once; evaluating is pure and total and gives a [`Verdict`]
//! with evidence. Damage is a truth value: what can't be read makes a predicate [`Truth::Unknown`],
//! never false.
//!
//! ```
//! use coldhive_forge::{build, samples};
//! use coldhive_hive::Hive;
//! use coldhive_rules::{Context, HiveInfo, Outcome, RuleSet, evaluate};
//! use coldhive_system::{Selector, System};
//!
//! let file = build(&samples::cluster_broken())?;
//! let system = System::new(Hive::parse(&file)?);
//! let rules = RuleSet::built_in()?;
//! let rule = rules.get("Q262832").ok_or("no such rule")?;
//! let selection = system.select(Selector::Current)?;
//! let info = HiveInfo::of(system.hive(), "SYSTEM", None);
//! let verdict = evaluate(rule, system, &selection.sets[0], &info, &Context::default());
//! assert_eq!(verdict.outcome, Outcome::Fail);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap
    )
)]

pub mod cases;
mod decode;
mod diagnostic;
mod evaluate;
mod evidence;
mod explained;
pub mod language;
mod library;
pub mod lint;
mod load;
pub mod model;
mod pattern;
mod remnant;
mod resolve;
mod session;
mod sign;
mod target;
mod template;
mod trace;
mod truth;
mod vars;
mod verdict;
mod which_hive;
mod yaml;

pub use coldhive_hive::HexBytes;
pub use decode::near_names;
pub use diagnostic::{
    Code, DIAGNOSTICS_SCHEMA, Diagnostic, Diagnostics, Example, Explanation, JsonDiagnostic,
    JsonLabel, JsonReport, Label, MOST_REPORTED, Position, Severity, Source, Span, Spanned, Style,
    codes, explain, is_harmless, safe_text,
};
pub use evaluate::{
    Cancel, Context, Limits, Principals, PrincipalsError, describe, evaluate, evaluate_selected,
    list_text, text_of,
};
pub use evidence::{Evidence, EvidenceKind, Finding, HiveName};
pub use explained::Explained;
pub use library::RuleSet;
pub use load::{LoadError, Rule};
pub use pattern::{Pattern, PatternError};
pub use remnant::{Remnant, RemnantValue};
pub use session::Session;
pub use sign::{LogSearched, Moment, MomentKind, SignFound};
pub use target::{Place, Places, Software, Target};
pub use template::Template;
pub use trace::{EventTrace, LogKind, Trace, TraceKind, TraceLog};
pub use truth::Truth;
pub use verdict::{
    Applicability, Applies, CheckResult, Difference, FileInfo, HiveInfo, Outcome, RuleInfo,
    SecondReading, VERDICT_SCHEMA, Verdict,
};
