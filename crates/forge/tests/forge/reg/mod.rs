//! Registry texts, written by hand, and the hives that they make, read by the reader of this project.
//!
//! What an import does where Microsoft's article 310516 leaves it open (comments, blanks, cut lines, what isn't
//! understood) is what is publicly known of the `reg.exe` and `regedit` of Windows.

mod choice;
mod corpus;
mod encodings;
mod errors;
mod grammar;
mod hostile;
mod round_trip;
mod whole;

use coldhive_forge::reg::{RegError, RegHive, RegOptions, parse};
use coldhive_hive::{Damage, Hive, Key};

/// A key as read: its path below the root, and its values with type and data.
pub(crate) type ReadKey = (String, Vec<(String, u32, Vec<u8>)>);

pub(crate) const SZ: u32 = 1;
pub(crate) const EXPAND_SZ: u32 = 2;
pub(crate) const BINARY: u32 = 3;
pub(crate) const DWORD: u32 = 4;
pub(crate) const MULTI_SZ: u32 = 7;

pub(crate) fn read(text: impl AsRef<[u8]>) -> RegHive {
    match parse(text.as_ref(), &RegOptions::default()) {
        Ok(hive) => hive,
        Err(error) => panic!("{:#?}", error.problems()),
    }
}

/// Reads a text of version 5.00 with these lines behind a key `SYSTEM`, and answers the key's values.
pub(crate) fn values(lines: &str) -> Vec<(String, u32, Vec<u8>)> {
    let text = format!(
        "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n{lines}"
    );
    keys(&read(text)).remove(0).1
}

/// As [`values`], in REGEDIT4.
pub(crate) fn values4(lines: &str) -> Vec<(String, u32, Vec<u8>)> {
    keys(&read(format!("REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM]\r\n{lines}"))).remove(0).1
}

/// Each problem of a text: line, column, what was found.
pub(crate) fn problems(text: impl AsRef<[u8]>) -> Vec<(u32, u32, String)> {
    let error = parse(text.as_ref(), &RegOptions::default()).expect_err("it makes a hive");
    assert!(matches!(error, RegError::Text { .. }));
    let problems = error.problems().iter();
    problems.map(|problem| (problem.line, problem.column, problem.found.clone())).collect()
}

/// What is wrong with a key, without hints of names whose letters got their upper case after Unicode 2.0: forge goes by
/// what every Windows agrees on, and the reader by what the newest do.
fn damage_but_of_new_letters(mut damage: Vec<Damage>, key: &Key<'_>) -> Vec<Damage> {
    let is_new = |name: &str| name.chars().any(|letter| NEW_LETTERS.contains(&letter));
    let has_new = key.subkeys().flatten().any(|subkey| is_new(&subkey.readable_name().to_string()));
    damage.retain(|found| !has_new || !matches!(found, Damage::WrongHint { .. }));
    damage
}

/// Blocks with such letters (Unicode's DerivedAge and UnicodeData): Latin Extended-B and what follows it.
const NEW_LETTERS: std::ops::RangeInclusive<char> = '\u{180}'..='\u{FFFF}';

/// Every key of the hive in the order of a walk, after checks that hold for each hive from a text.
pub(crate) fn keys(made: &RegHive) -> Vec<ReadKey> {
    let hive = Hive::parse(&made.bytes).expect("it is a hive");
    assert_eq!(hive.damage(), []);
    assert!(!hive.base_block().is_dirty());
    assert_eq!(hive.base_block().last_written().ticks(), 0);
    let minor = if made.version == "REGEDIT4" { 3 } else { 5 };
    assert_eq!(hive.base_block().minor(), minor);

    let mut keys = Vec::new();
    let mut cells = Vec::new();
    for visit in hive.root().expect("it has a root").walk() {
        assert_eq!(damage_but_of_new_letters(visit.damage, &visit.key), [], "{}", visit.path);
        assert_eq!(visit.key.last_written().ticks(), 0);
        assert!(visit.key.security_cell().is_none() && visit.key.security().unwrap().is_none());
        cells.push(visit.key.cell().get());
        let mut values = Vec::new();
        for value in visit.key.values().map(Result::unwrap) {
            cells.push(value.cell().get());
            let name = value.name().unwrap().to_string();
            values.push((name, value.value_type().code(), value.data().unwrap().into_owned()));
        }
        keys.push((visit.path, values));
    }
    cells.sort_unstable();
    assert!(made.places.iter().map(|place| place.cell).eq(cells.iter().copied()));
    assert!(made.implied.iter().all(|cell| cells.contains(cell)));
    keys
}

/// The paths of the keys alone.
pub(crate) fn paths(made: &RegHive) -> Vec<String> {
    keys(made).into_iter().map(|(path, _)| path).collect()
}

/// The paths of the keys that are there only for the sake of another.
pub(crate) fn implied(made: &RegHive) -> Vec<String> {
    let hive = Hive::parse(&made.bytes).unwrap();
    let walk = hive.root().unwrap().walk();
    walk.filter(|visit| made.implied.contains(&visit.key.cell().get()))
        .map(|visit| visit.path)
        .collect()
}

/// Text as a hive stores it: UTF-16LE with a NUL.
pub(crate) fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

pub(crate) fn value(
    name: &str,
    type_code: u32,
    data: impl Into<Vec<u8>>,
) -> (String, u32, Vec<u8>) {
    (name.into(), type_code, data.into())
}
