//! The description of the language, from which the reference is made.

use std::collections::BTreeMap;

use coldhive_rules::Rule;
use coldhive_rules::language::{Content, Described, Description, Field, Shape};
use coldhive_rules::model::{RuleFile, Status};

/// All that is described, by its name in Rust.
fn all() -> BTreeMap<&'static str, &'static Description> {
    fn visit(shape: &Shape, found: &mut BTreeMap<&'static str, &'static Description>) {
        match shape {
            Shape::List(inner) | Shape::OneOrMany(inner) | Shape::Map(inner) => visit(inner, found),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| visit(shape, found)),
            Shape::Described(description)
                if found.insert(description.id, description).is_none() =>
            {
                fields(description).iter().for_each(|field| visit(&field.shape(), found));
            }
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    visit(&Shape::Described(RuleFile::DESCRIPTION), &mut found);
    found
}

fn fields(description: &Description) -> &'static [Field] {
    match description.content {
        Content::Fields(fields) | Content::OneOf(fields) => fields,
        Content::Words(_) => &[],
    }
}

#[test]
fn everything_is_described() {
    let all = all();
    for name in [
        "RuleFile",
        "Check",
        "Param",
        "NextSteps",
        "Predicate",
        "KeyTest",
        "ValueTest",
        "NumberTest",
        "Level",
    ] {
        assert!(all.contains_key(name), "{name}");
    }
    for description in all.values() {
        let is_sentence =
            |docs: &str| docs.starts_with(' ') && docs.trim_end().ends_with('.') && docs.len() > 3;
        assert!(is_sentence(description.docs), "{}", description.id);
        for field in fields(description) {
            assert!(is_sentence(field.docs), "{}.{}: {}", description.id, field.name, field.docs);
            assert_eq!(field.summary().trim(), field.summary());
            let text = |shape: &Shape| match shape {
                Shape::Text(text) => !text.name.is_empty() && !text.docs.is_empty(),
                _ => true,
            };
            assert!(text(&field.shape()), "{}.{}", description.id, field.name);
        }
        let mut names: Vec<_> = fields(description).iter().map(|field| field.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), fields(description).len(), "{}", description.id);
    }
}

/// What the language's specification shows of a rule file, as far as it is spoken.
#[test]
fn a_rule_has_the_fields_of_the_specification() {
    let rule = RuleFile::DESCRIPTION;
    let required: Vec<_> =
        fields(rule).iter().filter(|field| field.required).map(|field| field.name).collect();
    assert_eq!(required, ["schema", "id", "title", "level", "checks"]);
    for name in [
        "status",
        "description",
        "references",
        "author",
        "date",
        "tags",
        "hive",
        "scope",
        "vars",
        "params",
        "applies",
        "remarks",
        "see_also",
    ] {
        assert!(rule.field(name).is_some_and(|field| !field.required), "{name}");
    }
    let predicate = all()["Predicate"];
    for name in ["key", "value", "access", "product", "service", "all", "any", "none", "one", "not"]
    {
        assert!(predicate.field(name).is_some(), "{name}");
    }
    let access = all()["AccessTest"];
    assert!(
        access.field("as").is_some() && access.field("principal").is_none(),
        "as files write it"
    );
    let status = rule.field("status").unwrap();
    assert_eq!(status.default, Some("test"));
    assert_eq!(Status::Test.to_string(), "test");
}

/// The description says the truth: of each required field the lack is told, of each other it isn't.
#[test]
fn what_is_required_is_asked_for() {
    let error = Rule::load("r", "{}").unwrap_err();
    let told: Vec<_> = error.diagnostics().list().iter().map(ToString::to_string).collect();
    let required = fields(RuleFile::DESCRIPTION).iter().filter(|field| field.required);
    let expected: Vec<_> =
        required.map(|field| format!("CH016: a rule needs the field `{}`", field.name)).collect();
    assert_eq!(told, expected);
}

/// Every word that is described is understood.
#[test]
fn every_word_is_understood() {
    for (field, id) in
        [("level", "Level"), ("status", "Status"), ("hive", "HiveKind"), ("scope", "Scope")]
    {
        let Content::Words(words) = all()[id].content else { panic!("{id}") };
        for word in words {
            let level = if field == "level" { "" } else { "level: low\n" };
            let text = format!(
                "schema: coldhive/1\nid: r\ntitle: t\n{level}{field}: {}\nchecks:\n  - {{ id: c, title: t, expect: {{ key: {{ path: a, exists: true }} }} }}\n",
                word.name
            );
            assert!(Rule::load("r", &text).is_ok(), "{field}: {}", word.name);
        }
    }
}

/// Every example can be loaded where it belongs.
#[test]
fn every_example_is_a_right_one() {
    let head = "schema: coldhive/1\nid: r\ntitle: t\nlevel: low\n";
    let with = |predicate: &str| {
        format!("{head}checks:\n  - {{ id: c, title: t, expect: {predicate} }}\n")
    };
    let mut tried = Vec::new();
    for field in fields(all()["Predicate"]) {
        let Shape::Described(test) = field.shape() else { continue };
        if test.example.is_empty() {
            assert_eq!(test.id, "Predicate", "every test has an example");
            continue;
        }
        tried.push(if field.whole {
            with(test.example)
        } else {
            with(&format!("{{ {}: {} }}", field.name, test.example))
        });
    }
    tried.push(with(&format!(
        "{{ value: {{ path: a, name: b, count: {} }} }}",
        all()["NumberTest"].example
    )));
    tried.push(format!("{head}checks: [{}]\n", all()["Check"].example));
    tried.push(
        with("{ key: { path: a, exists: true } }")
            + &format!("params: {{ a: {} }}\n", all()["Param"].example),
    );
    assert!(tried.len() >= 8);
    for text in tried {
        Rule::load("r", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
}
