//! The language described as data: what the reference and the JSON Schema are made from.
//!
//! Each type of [`model`](crate::model) is written once, with a macro that makes the type, how it is read from YAML, and
//! its description here. So there is no second list of field names.
//!
//! ```
//! use coldhive_rules::language::{Described, Shape};
//! use coldhive_rules::model::KeyTest;
//!
//! let key = KeyTest::DESCRIPTION;
//! let exists = key.field("exists").ok_or("no such field")?;
//! assert!(!exists.required && matches!(exists.shape(), Shape::Bool));
//! assert_eq!(exists.summary(), "Whether it must be there.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod reference;
mod schema;

pub use schema::json_schema;

/// What may stand in one place of a rule file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Shape {
    /// Text of a certain sort.
    Text(&'static TextShape),
    /// True or false.
    Bool,
    /// A whole number from the first to the second.
    Number(u64, u64),
    /// A list.
    List(Box<Shape>),
    /// One thing or a list of at least one.
    OneOrMany(Box<Shape>),
    /// A map whose keys are names of the author's choice.
    Map(Box<Shape>),
    /// One of these.
    Either(Vec<Shape>),
    /// Something that has a description of its own.
    Described(&'static Description),
}

/// A sort of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextShape {
    /// What it is called, with its article: `a path`.
    pub name: &'static str,
    /// What it must be.
    pub docs: &'static str,
    /// Texts of this sort.
    pub examples: &'static [&'static str],
    /// All texts of this sort, where they are few; else empty.
    pub words: &'static [&'static str],
}

/// Something with fields, words or alternatives.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// What it is called in messages, with its article: `a key test`.
    pub name: &'static str,
    /// The type's name in Rust, by which it is told from others.
    pub id: &'static str,
    /// What it is. Lines as in the source, each with the blank that stands before it.
    pub docs: &'static str,
    /// One as a rule file has it, in flow style; empty where its fields say enough.
    pub example: &'static str,
    /// What is in it.
    pub content: Content,
}

/// What is in something described.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// A map with these fields.
    Fields(&'static [Field]),
    /// A map with exactly one of these entries.
    OneOf(&'static [Field]),
    /// One of these words.
    Words(&'static [Word]),
}

/// A field of a map.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in rule files.
    pub name: &'static str,
    /// What it means.
    pub docs: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it is where it is left out, if that is anything.
    pub default: Option<&'static str>,
    /// Whether it doesn't stand in a map of one entry, but is a field of the map that its shape describes: `if`, beside
    /// which stands `then`.
    pub whole: bool,
    /// What may stand in it; a function, because predicates hold predicates.
    pub shape: fn() -> Shape,
}

/// A word that may stand somewhere.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The word.
    pub name: &'static str,
    /// What it means.
    pub docs: &'static str,
}

/// What can say what may stand in its place.
pub trait Describe {
    /// What may stand there.
    fn shape() -> Shape;
}

/// What has a description of its own.
pub trait Described {
    /// The description.
    const DESCRIPTION: &'static Description;
}

impl Description {
    /// Its field of that name, or its alternative.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }
}

impl Field {
    /// What may stand in it.
    #[must_use]
    pub fn shape(&self) -> Shape {
        (self.shape)()
    }

    /// What it means, in its first line.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        summary(self.docs)
    }

    /// Whether what stands in it has a field of that name.
    pub(crate) fn has_field(&self, name: &str) -> bool {
        matches!(self.shape(), Shape::Described(inner) if inner.fields().any(|field| field.name == name))
    }
}

/// The first line of a description.
#[must_use]
pub fn summary(docs: &'static str) -> &'static str {
    docs.lines().next().unwrap_or_default().trim()
}

/// A description in lines without the blank before each.
#[must_use]
pub fn text(docs: &str) -> String {
    let lines: Vec<_> = docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    lines.join("\n").trim().to_owned()
}
