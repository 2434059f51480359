//! The schemas of what coldhive writes, against a validator that somebody else wrote.

use coldhive::output::{Run, schema};
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::support::{ALL_SAMPLES, CORPUS, Format, samples, thorough, workspace};

/// A schema that takes no field which it doesn't name.
fn closed(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let mut fields: serde_json::Map<_, _> =
                fields.iter().map(|(name, field)| (name.clone(), closed(field))).collect();
            if fields.get("type") == Some(&json!("object")) && fields.contains_key("properties") {
                fields.insert("additionalProperties".into(), json!(false));
            }
            Value::Object(fields)
        }
        Value::Array(items) => items.iter().map(closed).collect(),
        other => other.clone(),
    }
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft202012::new(schema).expect("a schema of that draft")
}

#[track_caller]
fn is_valid(validator: &Validator, instance: &Value) {
    if let Err(error) = validator.validate(instance) {
        panic!("{error} at {}", error.instance_path());
    }
}

#[test]
fn the_files_are_made_from_the_types() {
    for (name, schema) in
        [("report", schema::report()), ("verdict", schema::verdict()), ("jsonl", schema::line())]
    {
        let path = workspace().join(format!("schema/coldhive-{name}.schema.json"));
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
            std::fs::write(&path, &text).unwrap();
        }
        let file = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            file == text,
            "{} is stale: SNAPSHOTS=overwrite cargo test -p coldhive --test output schema",
            path.display()
        );
    }
}

/// No field is written that isn't described, and none that is described as always there is missing.
#[test]
fn everything_that_is_written_is_described() {
    let report = validator(&closed(schema::report().as_value()));
    let verdict = validator(&closed(schema::verdict().as_value()));
    let line = validator(schema::line().as_value());
    let explained = samples(&["cluster-broken", "cluster-deleted"], &thorough());
    for findings in [&*ALL_SAMPLES, &explained, &*CORPUS] {
        let written = findings.json(Format::Json);
        is_valid(&report, &written);
        written["verdicts"].as_array().unwrap().iter().for_each(|it| is_valid(&verdict, it));
        findings.lines(Format::JsonLines).iter().for_each(|it| is_valid(&line, it));
    }
}

#[test]
fn what_is_no_report_is_refused() {
    let report = validator(schema::report().as_value());
    let sound = samples(&["cluster-broken"], &thorough()).json(Format::Json);
    is_valid(&report, &sound);
    for (parent, field) in [
        ("", "schema"),
        ("", "run"),
        ("", "totals"),
        ("/run", "rules"),
        ("/totals", "interrupted"),
        ("/hives/0", "path"),
        ("/hives/0/files/0", "size"),
        ("/verdicts/0", "outcome"),
        ("/verdicts/0/rule", "level"),
        ("/verdicts/0/checks/0", "result"),
        ("/verdicts/0/checks/0/evidence/0", "last_written"),
        ("/verdicts/0/checks/0/tree", "decides"),
    ] {
        let change = |with: Option<Value>| {
            let mut changed = sound.clone();
            let fields = changed.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
            assert!(fields.remove(field).is_some(), "{parent}/{field}");
            fields.extend(with.map(|value| (field.to_owned(), value)));
            changed
        };
        assert!(!report.is_valid(&change(None)), "{parent}/{field} is missing");
        let other = json!([["of no field's type"]]);
        assert!(!report.is_valid(&change(Some(other))), "{parent}/{field} is of another type");
    }
    // A word that no outcome has, and a time that is none.
    for (place, value) in [
        ("/schema", "coldhive.report/2"),
        ("/verdicts/0/schema", "coldhive.report/1"),
        ("/verdicts/0/outcome", "maybe"),
        ("/run/started", "yesterday"),
        ("/verdicts/0/checks/0/evidence/0/last_written", "2001-01-01"),
    ] {
        let mut changed = sound.clone();
        *changed.pointer_mut(place).unwrap() = json!(value);
        assert!(!report.is_valid(&changed), "{place}");
    }
}

#[test]
fn what_is_no_line_is_refused() {
    let line = validator(schema::line().as_value());
    for wrong in [
        json!({"type": "begin"}),
        json!({"type": "begin", "schema": "coldhive.jsonl/2", "run": Run::default()}),
        json!({"type": "weather", "path": "SYSTEM", "message": ""}),
        json!({"type": "error", "path": "SYSTEM"}),
        json!({"path": "SYSTEM", "message": ""}),
        json!([]),
    ] {
        assert!(!line.is_valid(&wrong), "{wrong}");
    }
    is_valid(&line, &json!({"type": "error", "path": "SYSTEM", "message": ""}));
}
