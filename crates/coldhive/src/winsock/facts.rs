//! What doesn't agree, in words, with the keys and values that each statement rests on.

use coldhive_hive::{Key, Lookup};
use serde::Serialize;

use super::reader::{Reader, Stands};
use super::transports::finding;

/// Something that doesn't agree, or can't be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FactReport<F> {
    /// The fact.
    #[serde(flatten)]
    pub fact: F,
    /// The same in a sentence.
    pub message: String,
    /// Which keys and values it rests on.
    pub rests_on: Vec<RestsOn>,
}

/// A key or value that a statement rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RestsOn {
    /// The key's path below `HKLM\SYSTEM`.
    pub key: String,
    /// The value's name; null for the key itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether it is there: `found`, `absent`, `unreadable` or `obscured`.
    pub finding: &'static str,
    /// Where its record stands; for something that wasn't found, that of the nearest key on the way to it.
    pub stands: Option<Stands>,
    /// The nearest key that is there, where the key itself was not found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

impl<F: ToString> FactReport<F> {
    pub(super) fn new(fact: F, rests_on: Vec<RestsOn>) -> Self {
        Self { message: fact.to_string(), fact, rests_on }
    }
}

impl RestsOn {
    /// A key.
    pub(super) fn key(reader: &Reader<'_, '_>, path: &str) -> Self {
        let located = reader.system.locate(path);
        let stands = |key: &Key<'_>| reader.stands(key.cell(), key.file_offset());
        let is_found = matches!(located.answer, Lookup::Found(_));
        let shown = located.shown();
        Self {
            key: shown.clone().filter(|_| is_found).unwrap_or_else(|| located.asked.clone()),
            value: None,
            finding: finding(&located.answer),
            stands: located.nearest.as_ref().and_then(|(key, _)| stands(key)),
            nearest: shown.filter(|_| !is_found),
        }
    }

    /// A value.
    pub(super) fn value(reader: &Reader<'_, '_>, path: &str, name: &str) -> Self {
        let mut rests = Self { value: Some(name.to_owned()), ..Self::key(reader, path) };
        if let Lookup::Found(key) = reader.system.key(path) {
            let value = key.value(name);
            rests.finding = finding(&value);
            if let Lookup::Found(value) = value {
                rests.stands = reader.stands(value.cell(), value.file_offset());
            }
        }
        rests
    }
}
