//! Builds a rule in code, evaluates it and prints the verdict with the predicates that decided.
//!
//! `cargo run --example rule_from_code -- PATH`; without a path it reads a sample. It is for rules that are made of other data;
//! a rule that a person writes is better off in a file (RULES.md), where it can be linted and shown.

use std::error::Error;
use std::io::Write;

use coldhive::rules::model::{
    Check, ForEach, KeyTest, Level, ListRef, Predicate, RuleFile, SCHEMA, ValueTest,
};
use coldhive::rules::{Context, Explained, Rule, RuleSet, Template};
use coldhive::{Case, CheckOptions};

const WINSOCK: &str = r"{ccs}\Services\Winsock";

/// Each provider of Winsock's provider list is among its transports.
fn rule() -> Result<Rule, Box<dyn Error>> {
    let path = |text: &str| Template::parse(text).ok_or("a brace without its other one");
    let parameters = path(&format!(r"{WINSOCK}\Parameters"))?;
    let migration = path(&format!(r"{WINSOCK}\Setup Migration"))?;

    let mut in_transports = ValueTest::new(parameters, Template::literal("Transports"));
    in_transports.contains = Some(path("{provider}")?.into());
    let mut each =
        ForEach::new("provider".to_owned(), Box::new(Predicate::from(in_transports).into()));
    each.entries_of = Some(ListRef::new(migration.clone(), Template::literal("Provider List")));

    let mut check = Check::new(
        "lists".to_owned(),
        "The transports are those of the provider list".to_owned(),
        Predicate::from(each),
    );
    check.remedy = Some("Add to Transports what is missing, and keep its other entries.".into());

    let mut file = RuleFile::new(
        SCHEMA.to_owned(),
        "providers-agree".to_owned(),
        "A provider is not among Winsock's transports".to_owned(),
        Level::Medium,
        vec![check],
    );
    let mut there = KeyTest::new(migration);
    there.exists = Some(true);
    file.applies = Some(Predicate::from(there).into());

    // It is checked as one from a file is: names, placeholders, and that each predicate tests something.
    Ok(Rule::from_file(file)?)
}

/// Writes what the rule says of the hive at `path`.
pub(crate) fn run(path: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut rules = RuleSet::default();
    rules.add(rule()?);
    let context = Context { explain: true, ..Context::default() };
    let options = CheckOptions { context, ..CheckOptions::default() };
    for verdict in Case::open(path)?.check(&rules, &options) {
        writeln!(out, "{}: {}", verdict.rule.id, verdict.outcome)?;
        for check in &verdict.checks {
            writeln!(out, "  {}: {}", check.id, check.result)?;
            if let Some(tree) = &check.tree {
                decided(tree, 4, out)?;
            }
        }
    }
    Ok(())
}

/// Writes the predicates that decided.
fn decided(tree: &Explained, indent: usize, out: &mut impl Write) -> std::io::Result<()> {
    if !tree.decides {
        return Ok(());
    }
    let element = tree.element.iter().map(|element| format!("{element}: "));
    let part = tree.part.iter().map(|part| format!("{part} "));
    let name: String = element.chain(part).collect();
    writeln!(out, "{:indent$}{name}{}: {}", "", tree.predicate, tree.value)?;
    if tree.inner.is_empty() {
        writeln!(out, "{:indent$}  {}", "", tree.found)?;
    }
    tree.inner.iter().try_for_each(|inner| decided(inner, indent + 2, out))
}

fn main() -> Result<(), Box<dyn Error>> {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/cluster-broken.SYSTEM");
    let path = std::env::args().nth(1).unwrap_or_else(|| sample.to_owned());
    run(&path, &mut std::io::stdout())
}
