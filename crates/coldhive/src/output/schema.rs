//! The JSON Schemas of what is written (draft 2020-12), made from the types.
//!
//! They say which fields there are; they don't forbid others, for fields may be added within a version. The files under
//! `schema/` are these, and `SNAPSHOTS=overwrite cargo test -p coldhive --test output schema` writes them anew.

use coldhive_rules::Verdict;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::jsonl::Line;
use crate::Report;

/// Of a whole report, `coldhive.report/1`.
#[must_use]
pub fn report() -> Schema {
    schema::<Report>("urn:coldhive:report:1", "A report of coldhive")
}

/// Of a verdict, `coldhive.verdict/1`.
#[must_use]
pub fn verdict() -> Schema {
    schema::<Verdict>("urn:coldhive:verdict:1", "A verdict of coldhive")
}

/// Of a line of JSON Lines, `coldhive.jsonl/1`.
#[must_use]
pub fn line() -> Schema {
    schema::<Line<'_>>("urn:coldhive:jsonl:1", "A line of coldhive's JSON Lines")
}

fn schema<T: JsonSchema>(id: &str, title: &str) -> Schema {
    // What is written, not what is read: a field that is always there is required.
    let mut schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>();
    schema.insert("$id".into(), id.into());
    schema.insert("title".into(), title.into());
    // A type's is for who writes Rust; each field has its own.
    schema.remove("description");
    schema
}
