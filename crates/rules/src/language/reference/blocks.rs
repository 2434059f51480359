//! The YAML blocks of RULES.md load, and so do all of the schema's own judgements hold.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{file, schema_text, write};
use crate::language::{Content, Described as _, Shape};
use crate::model::RuleFile;
use crate::yaml::{self, Kind, Node, Typed};
use crate::{Rule, Style};

/// What the fragments of the reference stand in.
const BASE: &str = "\
schema: coldhive/1
id: example
title: An example
level: low
description: What the fault is and how it shows.
references: [Where that is known from]
checks:
  - id: c
    title: The key is there
    remedy: Restore it.
    expect: { key: { path: Select, exists: true } }
";

/// The YAML blocks of a text.
fn blocks(text: &str) -> Vec<String> {
    let parts = text.split("```yaml\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap_or_default().to_owned()).collect()
}

/// A whole rule of a block: one that begins with `schema:` is one, one that begins with `expect:` stands in a check, and
/// other fields stand in the rule, in place of those that it has.
fn whole(block: &str) -> String {
    if block.starts_with("schema:") {
        return block.to_owned();
    }
    if block.starts_with("expect:") {
        let indented: String = block.lines().map(|line| format!("    {line}\n")).collect();
        let head = BASE.split("    expect:").next().unwrap_or_default();
        return head.to_owned() + &indented;
    }
    let begins = |line: &str| !line.starts_with([' ', '-', '#']);
    let name = |line: &str| line.split(':').next().unwrap_or_default().to_owned();
    let given: BTreeSet<_> = block.lines().filter(|line| begins(line)).map(name).collect();
    let mut keep = true;
    let kept = BASE.lines().filter(|line| {
        if begins(line) {
            keep = !given.contains(&name(line));
        }
        keep
    });
    kept.map(|line| format!("{line}\n")).collect::<String>() + block
}

/// What YAML says, as JSON says it.
fn json(node: &Node) -> Value {
    match &node.kind {
        Kind::List(items) => items.iter().map(json).collect(),
        Kind::Map(entries) => {
            Value::Object(entries.iter().map(|it| (it.key.clone(), json(&it.value))).collect())
        }
        Kind::Scalar(scalar) => match scalar.typed() {
            Typed::Null => Value::Null,
            Typed::Bool(is) => is.into(),
            Typed::Integer(Some(number)) => number.into(),
            // One that is negative or too large for any field.
            Typed::Integer(None) => (-1).into(),
            Typed::Float => scalar.text.parse::<f64>().ok().into(),
            Typed::Text => scalar.text.clone().into(),
        },
    }
}

#[test]
fn every_block_loads() {
    let reference = write::reference();
    let found = blocks(&reference);
    assert!(found.len() > 20);
    for block in found {
        let text = whole(&block);
        if let Err(error) = Rule::load("RULES.md", &text) {
            panic!("{}", error.diagnostics().render(Style::Plain));
        }
    }
}

/// Marks the fields that a part of a rule has.
fn mark(node: &Node, shape: &Shape, seen: &mut BTreeSet<(&'static str, &'static str)>) {
    match (shape, &node.kind) {
        (Shape::List(inner) | Shape::OneOrMany(inner), Kind::List(items)) => {
            items.iter().for_each(|item| mark(item, inner, seen));
        }
        (Shape::OneOrMany(inner), _) => mark(node, inner, seen),
        (Shape::Map(inner), Kind::Map(entries)) => {
            entries.iter().for_each(|entry| mark(&entry.value, inner, seen));
        }
        (Shape::Either(shapes), _) => shapes.iter().for_each(|shape| mark(node, shape, seen)),
        (Shape::Described(description), Kind::Map(entries)) => {
            for entry in entries {
                let Some(field) = description.field(&entry.key) else { continue };
                seen.insert((description.id, field.name));
                // One that is known by its fields is the map itself.
                let value = if field.whole { node } else { &entry.value };
                mark(value, &field.shape(), seen);
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_has_an_example_that_loads() {
    let mut seen = BTreeSet::new();
    for block in blocks(&write::reference()) {
        let root = yaml::parse(&whole(&block)).unwrap();
        mark(&root, &Shape::Described(RuleFile::DESCRIPTION), &mut seen);
    }
    let mut missing = Vec::new();
    for description in write::all().values() {
        if let Content::Fields(fields) | Content::OneOf(fields) = description.content {
            let all = fields.iter().map(|field| (description.id, field.name));
            missing.extend(all.filter(|field| !seen.contains(field)));
        }
    }
    assert!(missing.is_empty(), "without an example: {missing:?}");
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema_text()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn problems(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let found = json(&yaml::parse(text).unwrap());
    validator
        .iter_errors(&found)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn what_loads_is_valid() {
    let validator = validator();
    for rule in crate::RuleSet::built_in().unwrap().iter() {
        assert_eq!(problems(&validator, rule.source().text()), [""; 0], "{}", rule.id());
    }
    for block in blocks(&write::reference()) {
        assert_eq!(problems(&validator, &whole(&block)), [""; 0], "{block}");
    }
    for entry in std::fs::read_dir(file("testdata/rules")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if path.extension().is_some_and(|it| it == "yaml") && Rule::load("r", &text).is_ok() {
            assert_eq!(problems(&validator, &text), [""; 0], "{}", path.display());
        }
    }
}

/// What is wrong by its form, a schema sees; what is wrong by what it means, only the loader.
#[test]
fn what_is_wrong_by_its_form_is_not_valid() {
    let validator = validator();
    let mut seen = Vec::new();
    for code in crate::codes().filter(|code| code.severity() == crate::Severity::Error) {
        let path = file(&format!("testdata/rules/{code}.yaml"));
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        // What is no YAML, or has one field twice, is nothing that a schema is asked about.
        if yaml::parse(&text).is_ok() && !problems(&validator, &text).is_empty() {
            seen.push(code.explanation().name);
        }
    }
    let by_form = [
        "unknown-field",
        "missing-field",
        "wrong-kind",
        "unknown-word",
        "one-predicate",
        "number-range",
        "empty-choice",
        "data",
    ];
    assert_eq!(seen, by_form);
}
