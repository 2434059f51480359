//! Observations as the first reader makes them.

use coldhive_hive::{Answer, Hive, Lookup, Observation, Subject};

/// Asks for a key.
pub(crate) fn key(hive: Hive<'_>, path: &str) -> Observation {
    let answer = match hive.key(path) {
        Lookup::Found(key) => Answer::Key { name: key.readable_name().to_string() },
        Lookup::Absent => Answer::Absent,
        Lookup::Unreadable(_) => Answer::Unreadable,
        Lookup::Obscured(_) => Answer::Obscured,
    };
    Observation { key: path.into(), subject: Subject::Key, answer }
}

/// Asks for a value.
pub(crate) fn value(hive: Hive<'_>, path: &str, name: &str) -> Observation {
    let answer = match hive.key(path).and_then(|key| key.value(name)) {
        Lookup::Found(value) => match value.data() {
            Ok(data) => {
                Answer::Value { type_code: value.value_type().code(), data: data.into_owned() }
            }
            Err(_) => Answer::Unreadable,
        },
        Lookup::Absent => Answer::Absent,
        Lookup::Unreadable(_) => Answer::Unreadable,
        Lookup::Obscured(_) => Answer::Obscured,
    };
    Observation { key: path.into(), subject: Subject::Value(name.into()), answer }
}

/// Asks for what isn't there: below a key and in it.
pub(crate) fn absent(hive: Hive<'_>, path: &str) -> [Observation; 3] {
    let below = format!("{path}\\no such key");
    [key(hive, &below), value(hive, path, "no such value"), value(hive, &below, "")]
}

/// Every key and value that a walk meets, each asked for by name, of every `step`th key; names that
/// can't be written as text are left out.
pub(crate) fn all(hive: Hive<'_>, step: usize) -> Vec<Observation> {
    let Ok(root) = hive.root() else { return vec![key(hive, "")] };
    let mut observations = Vec::new();
    for visit in root.walk().step_by(step) {
        if visit.path.contains(char::REPLACEMENT_CHARACTER) {
            continue;
        }
        observations.push(key(hive, &visit.path));
        for value in &visit.values {
            let name = value.value.readable_name();
            if name.is_lossless() {
                observations.push(self::value(hive, &visit.path, &name.to_string()));
            }
        }
    }
    observations
}
