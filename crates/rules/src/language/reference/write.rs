//! From the descriptions to Markdown.

use std::collections::BTreeMap;

use super::tables;
use crate::diagnostic::{Severity, codes};
use crate::language::{Content, Described as _, Description, Field, Shape, text};
use crate::model::{Predicate, RuleFile, SCHEMA};
use crate::{Limits, diagnostic, pattern, template, yaml};

const FRAME: &str = include_str!("frame.md");

/// The numbers that the frame names.
fn numbers() -> Vec<(&'static str, String)> {
    let limits = Limits::default();
    vec![
        ("schema", SCHEMA.to_owned()),
        ("largest_file", yaml::LARGEST_FILE.to_string()),
        ("deepest", yaml::DEEPEST.to_string()),
        ("most_nodes", yaml::MOST_NODES.to_string()),
        ("longest_path", template::LONGEST.to_string()),
        ("longest_pattern", pattern::LONGEST.to_string()),
        ("most_patterns", crate::decode::Cx::MOST_PATTERNS.to_string()),
        ("most_reported", diagnostic::MOST_REPORTED.to_string()),
        ("elements", limits.elements.to_string()),
        ("bytes", limits.bytes.to_string()),
        ("log", limits.log.to_string()),
    ]
}

/// RULES.md.
pub(super) fn reference() -> String {
    let mut writer = Writer::default();
    for line in FRAME.lines() {
        match line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
            Some(directive) => writer.directive(directive),
            None => writer.line(line),
        }
    }
    let mut text = writer.text;
    for (id, description) in all() {
        let heading = writer.headings.get(id);
        let heading = heading.unwrap_or_else(|| panic!("{id} ({}) has no place", description.name));
        text = text.replace(&format!("(@{id})"), &format!("(#{})", anchor(heading)));
    }
    assert!(!text.contains("(@"), "a link leads nowhere");
    for (name, number) in numbers() {
        text = text.replace(&format!("{{{{{name}}}}}"), &number);
    }
    text
}

/// All that is described, by its name in Rust.
pub(super) fn all() -> BTreeMap<&'static str, &'static Description> {
    let mut found = BTreeMap::new();
    crate::language::schema::gather(&Shape::Described(RuleFile::DESCRIPTION), &mut found);
    found
}

/// What a heading is linked by, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[derive(Default)]
struct Writer {
    text: String,
    /// Under which heading what is described.
    headings: BTreeMap<&'static str, String>,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn directive(&mut self, directive: &str) {
        match directive.split_once(' ') {
            Some(("fields", id)) => {
                let description = all()[id];
                let heading = self.text.lines().rfind(|line| line.starts_with('#')).unwrap();
                let heading = heading.trim_start_matches('#').trim().to_owned();
                self.headings.insert(description.id, heading);
                self.described(description, "");
            }
            Some(("predicate", name)) => {
                let field = Predicate::DESCRIPTION.field(name).expect("such a predicate");
                self.predicate(field);
            }
            Some(("table", name)) => self.text.push_str(&tables::of(name)),
            None if directive == "predicates" => self.predicates(),
            None if directive == "codes" => self.codes(),
            _ => panic!("{directive}"),
        }
    }

    /// What there is of predicates.
    fn predicates(&mut self) {
        self.headings.insert(Predicate::DESCRIPTION.id, "Predicates".to_owned());
        self.line("| predicate | takes | meaning |\n| --- | --- | --- |");
        for field in Predicate::DESCRIPTION.fields() {
            let row =
                format!("| `{}` | {} | {} |", field.name, kind(&field.shape()), cell(field.docs));
            self.line(&row);
        }
    }

    fn predicate(&mut self, field: &'static Field) {
        self.line(&format!("### `{}`\n", field.name));
        match field.shape() {
            Shape::Described(description) => {
                self.headings.insert(description.id, format!("`{}`", field.name));
                // One that is known by its fields is the predicate itself.
                let example = match field.whole {
                    true => description.example.to_owned(),
                    false => format!("{{ {}: {} }}", field.name, description.example),
                };
                self.described(description, &format!("```yaml\nexpect: {example}\n```"));
            }
            _ => self.line(&text(field.docs)),
        }
    }

    /// What it is and its fields or words, then all within it that has no place yet.
    fn described(&mut self, description: &'static Description, example: &str) {
        self.line(&text(description.docs));
        self.line("");
        let mut inner = Vec::new();
        match description.content {
            Content::Fields(fields) | Content::OneOf(fields) => {
                self.line("| field | type | default | meaning |\n| --- | --- | --- | --- |");
                for field in fields {
                    let default = match (field.required, field.default) {
                        (true, _) => "required".to_owned(),
                        (false, Some(default)) => format!("`{default}`"),
                        (false, None) => String::new(),
                    };
                    let (kind, docs) = (kind(&field.shape()), cell(field.docs));
                    self.line(&format!("| `{}` | {kind} | {default} | {docs} |", field.name));
                    described_in(&field.shape(), &mut inner);
                }
            }
            Content::Words(words) => {
                self.line("| word | meaning |\n| --- | --- |");
                words.iter().for_each(|word| {
                    self.line(&format!("| `{}` | {} |", word.name, cell(word.docs)));
                });
            }
        }
        if !example.is_empty() && !description.example.is_empty() {
            self.line(&format!("\n{example}"));
        }
        for inner in inner {
            // Predicates have a part of their own.
            if inner.id == Predicate::DESCRIPTION.id || self.headings.contains_key(inner.id) {
                continue;
            }
            let name = inner.name.strip_prefix("a ").or_else(|| inner.name.strip_prefix("an "));
            let mut name = name.unwrap_or(inner.name).to_owned();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            self.line(&format!("\n#### {name}\n"));
            self.headings.insert(inner.id, name);
            self.described(inner, &format!("For example `{}`.", inner.example));
        }
    }

    fn codes(&mut self) {
        for (severity, heading) in [(Severity::Error, "errors"), (Severity::Warning, "warnings")] {
            self.line(&format!("| {heading} | name | what is wrong |\n| --- | --- | --- |"));
            for code in codes().filter(|code| code.severity() == severity) {
                let it = code.explanation();
                self.line(&format!("| {code} | {} | {} |", it.name, it.title));
            }
            self.line("");
        }
        self.text.pop();
    }
}

fn described_in(shape: &Shape, found: &mut Vec<&'static Description>) {
    match shape {
        Shape::List(inner) | Shape::OneOrMany(inner) | Shape::Map(inner) => {
            described_in(inner, found);
        }
        Shape::Either(shapes) => shapes.iter().for_each(|shape| described_in(shape, found)),
        Shape::Described(description) => found.push(description),
        Shape::Text(_) | Shape::Bool | Shape::Number(..) => {}
    }
}

/// Text in a cell of a table.
fn cell(docs: &str) -> String {
    text(docs).replace("\n\n", "<br>").replace('\n', " ").replace('|', "\\|")
}

/// What may stand somewhere, in a cell.
fn kind(shape: &Shape) -> String {
    match shape {
        Shape::Text(shape) if !shape.words.is_empty() => {
            let words: Vec<_> = shape.words.iter().map(|word| format!("`{word}`")).collect();
            format!("{}: {}", shape.name, words.join(", "))
        }
        Shape::Text(shape) => shape.name.to_owned(),
        Shape::Bool => "`true` or `false`".to_owned(),
        Shape::Number(..) => "a number".to_owned(),
        Shape::List(inner) => format!("a list, each {}", kind(inner)),
        Shape::OneOrMany(inner) => format!("{}; or a list of these", kind(inner)),
        Shape::Map(inner) => format!("a map of names, each {}", kind(inner)),
        Shape::Either(shapes) => shapes.iter().map(kind).collect::<Vec<_>>().join("; or "),
        Shape::Described(description) => {
            format!("[{}](@{})", description.name.replace('`', ""), description.id)
        }
    }
}
