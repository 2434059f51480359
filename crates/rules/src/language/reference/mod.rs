//! RULES.md and the JSON Schema, made from the descriptions and from `frame.md`, and held fresh.
//!
//! `SNAPSHOTS=overwrite cargo test -p coldhive-rules language` writes both anew.
//!
//! In the frame, a line `<!-- fields RuleFile -->` stands for the fields of what is called so in Rust and for all that is
//! described within it and wasn't yet; `<!-- predicate key -->` for a predicate with the fields of its test, and
//! `<!-- table all -->` for a truth table. `{{name}}` is a number of the code.

mod blocks;
mod tables;
mod write;

use std::path::PathBuf;

use crate::language::json_schema;

/// How to make the files anew.
const HOW: &str = "SNAPSHOTS=overwrite cargo test -p coldhive-rules language";

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

fn schema_text() -> String {
    serde_json::to_string_pretty(&json_schema()).unwrap() + "\n"
}

fn is_fresh(name: &str, text: &str) {
    let path = file(name);
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let line = stands.lines().zip(text.lines()).position(|(stands, made)| stands != made);
    assert!(
        stands == text,
        "{name} is stale at line {:?}; make it anew: {HOW}",
        line.map(|at| at + 1)
    );
}

#[test]
fn the_reference_is_fresh() {
    is_fresh("RULES.md", &write::reference());
}

#[test]
fn the_schema_is_fresh() {
    is_fresh("schema/coldhive-rule.schema.json", &schema_text());
}
