//! A JSON Schema of rule files, made from the descriptions.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Content, Described as _, Description, Field, Shape, TextShape, Word, text};
use crate::model::RuleFile;

/// The dialect that the schema is written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// What names the schema; the version is the language's.
const ID: &str = "urn:coldhive:rule:1";

/// The JSON Schema of rule files (draft 2020-12), for editors that complete and check them.
///
/// It knows fields, types and words. What a schema can't see, [`Rule::load`](crate::Rule::load) still refuses: an unknown
/// placeholder, say, or a test that tests nothing.
#[must_use]
pub fn json_schema() -> impl Serialize {
    let mut described = BTreeMap::new();
    gather(&Shape::Described(RuleFile::DESCRIPTION), &mut described);
    let definitions = described.values().map(|it| (it.id.to_owned(), definition(it)));
    let definitions = Json::Map(definitions.collect());
    map([
        ("$schema", DIALECT.into()),
        ("$id", ID.into()),
        ("title", "A rule file of coldhive".into()),
        ("$ref", reference(RuleFile::DESCRIPTION)),
        ("$defs", definitions),
    ])
}

/// JSON whose maps keep the order that they were made in.
enum Json {
    Null,
    Text(String),
    Bool(bool),
    Number(u64),
    Real(f64),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bool(is) => serializer.serialize_bool(*is),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Real(number) => serializer.serialize_f64(*number),
            Self::List(items) => items.serialize(serializer),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Json {
    fn from(is: bool) -> Self {
        Self::Bool(is)
    }
}

fn map<'n>(entries: impl IntoIterator<Item = (&'n str, Json)>) -> Json {
    Json::Map(entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// All that is described within a shape, by its name in Rust.
pub(super) fn gather(shape: &Shape, found: &mut BTreeMap<&'static str, &'static Description>) {
    match shape {
        Shape::List(inner) | Shape::OneOrMany(inner) | Shape::Map(inner) => gather(inner, found),
        Shape::Either(shapes) => shapes.iter().for_each(|shape| gather(shape, found)),
        Shape::Described(description) if found.insert(description.id, description).is_none() => {
            description.fields().for_each(|field| gather(&field.shape(), found));
        }
        _ => {}
    }
}

fn reference(description: &Description) -> Json {
    Json::Text(format!("#/$defs/{}", description.id))
}

fn definition(description: &'static Description) -> Json {
    let docs = Json::Text(text(description.docs));
    match description.content {
        Content::Fields(fields) => {
            let required = fields.iter().filter(|field| field.required);
            let required: Vec<_> = required.map(|field| field.name.into()).collect();
            let mut entries = vec![("description", docs), ("type", "object".into())];
            if !required.is_empty() {
                entries.push(("required", Json::List(required)));
            }
            entries.push(("additionalProperties", false.into()));
            entries.push(("properties", properties(fields)));
            map(entries)
        }
        Content::OneOf(fields) => {
            let (whole, named): (Vec<&Field>, Vec<&Field>) =
                fields.iter().partition(|field| field.whole);
            let one = map([
                ("type", "object".into()),
                ("minProperties", Json::Number(1)),
                ("maxProperties", Json::Number(1)),
                ("additionalProperties", false.into()),
                ("properties", properties(named)),
            ]);
            let alternatives = whole.into_iter().map(|field| schema(&field.shape()));
            let all = std::iter::once(one).chain(alternatives).collect();
            map([("description", docs), ("anyOf", Json::List(all))])
        }
        Content::Words(words) => {
            let all = words.iter().flat_map(alternatives).collect();
            map([("description", docs), ("anyOf", Json::List(all))])
        }
    }
}

/// A word; one like `7`, `1.3`, `true` or `null` may stand without quotes, and then it is something else to YAML.
fn alternatives(word: &Word) -> Vec<Json> {
    let with =
        |constant| map([("const", constant), ("description", text(word.docs).as_str().into())]);
    let plain = match word.name {
        "null" => Some(Json::Null),
        "true" | "false" => Some(Json::Bool(word.name == "true")),
        name if name.contains('.') => name.parse().map(Json::Real).ok(),
        name => name.parse().map(Json::Number).ok(),
    };
    std::iter::once(word.name.into()).chain(plain).map(with).collect()
}

fn properties<'f>(fields: impl IntoIterator<Item = &'f Field>) -> Json {
    let entries = fields.into_iter().map(|field| {
        let mut entries = parts(&field.shape());
        // It says what the field is for, which is more than what its type is.
        entries.retain(|(name, _)| *name != "description");
        entries.insert(0, ("description", Json::Text(text(field.docs))));
        if let Some(default) = field.default {
            entries.push(("default", constant(default)));
        }
        (field.name, map(entries))
    });
    map(entries)
}

/// A default as it would be read.
fn constant(text: &str) -> Json {
    match (text, text.parse()) {
        ("true", _) => true.into(),
        ("false", _) => false.into(),
        (_, Ok(number)) => Json::Number(number),
        (text, Err(_)) => text.into(),
    }
}

fn schema(shape: &Shape) -> Json {
    map(parts(shape))
}

fn parts(shape: &Shape) -> Vec<(&'static str, Json)> {
    match shape {
        Shape::Text(shape) => words(shape),
        Shape::Bool => vec![("type", "boolean".into())],
        Shape::Number(least, most) => {
            let mut entries = vec![("type", "integer".into()), ("minimum", Json::Number(*least))];
            // Validators that count in floating point can't hold the greatest of all.
            if *most < u64::MAX {
                entries.push(("maximum", Json::Number(*most)));
            }
            entries
        }
        Shape::List(inner) => vec![("type", "array".into()), ("items", schema(inner))],
        Shape::OneOrMany(inner) => {
            let many = map([
                ("type", "array".into()),
                ("minItems", Json::Number(1)),
                ("items", schema(inner)),
            ]);
            vec![("anyOf", Json::List(vec![schema(inner), many]))]
        }
        Shape::Map(inner) => {
            vec![("type", "object".into()), ("additionalProperties", schema(inner))]
        }
        Shape::Either(shapes) => {
            vec![("anyOf", Json::List(shapes.iter().map(schema).collect()))]
        }
        Shape::Described(description) => vec![("$ref", reference(description))],
    }
}

fn words(shape: &TextShape) -> Vec<(&'static str, Json)> {
    let mut entries = vec![("type", "string".into()), ("description", shape.docs.into())];
    let list = |texts: &[&str]| Json::List(texts.iter().map(|text| (*text).into()).collect());
    if !shape.words.is_empty() {
        entries.push(("enum", list(shape.words)));
    } else if !shape.examples.is_empty() {
        entries.push(("examples", list(shape.examples)));
    }
    entries
}
