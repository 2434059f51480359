//! Faults of the data that values hold: lists that aren't stored as lists are.
//!
//! They change what is written and nothing of the format, so they are done on the description, before it is laid out.

use std::borrow::Cow;

use crate::error::ForgeError;
use crate::fault::Fault;
use crate::name::same;
use crate::shape::not_applicable;
use crate::spec::HiveSpec;

/// `REG_MULTI_SZ`.
const LIST: u32 = 7;

/// The description with its lists as its faults have them.
pub(crate) fn apply(spec: &HiveSpec) -> Result<Cow<'_, HiveSpec>, ForgeError> {
    let mut spec = Cow::Borrowed(spec);
    for at in 0..spec.faults.len() {
        let fault = spec.faults[at].clone();
        let (Fault::UnterminatedList { key, value }
        | Fault::OddList { key, value }
        | Fault::BehindListEnd { key, value, .. }
        | Fault::EmptyEntry { key, value, .. }) = &fault
        else {
            continue;
        };
        let name = fault.name();
        let key_missing = || ForgeError::FaultKeyMissing { fault: name, key: key.clone() };
        let holder = spec.root.get(key).ok_or_else(key_missing)?;
        let position = holder.values.iter().position(|candidate| same(&candidate.name, value));
        let value_missing = || ForgeError::FaultValueMissing {
            fault: name,
            key: key.clone(),
            value: value.clone(),
        };
        let position = position.ok_or_else(value_missing)?;
        let (type_code, old) = (holder.values[position].type_code, &holder.values[position].data);
        if type_code != LIST || old.len() < 2 {
            return Err(not_applicable(&fault, key, "the value holds no list"));
        }
        let data = broken(&fault, key, old)?;
        spec.to_mut().root.at(key).values[position].data = data;
    }
    Ok(spec)
}

/// The data of a list as a fault has it.
fn broken(fault: &Fault, key: &str, data: &[u8]) -> Result<Vec<u8>, ForgeError> {
    let mut broken = data.to_vec();
    match fault {
        Fault::UnterminatedList { .. } => broken.truncate(data.len() - 2),
        Fault::OddList { .. } => broken.push(0),
        Fault::BehindListEnd { entry, .. } => {
            broken.extend(entry.encode_utf16().chain([0, 0]).flat_map(u16::to_le_bytes));
        }
        Fault::EmptyEntry { entry, .. } => {
            let at = offset(data, entry)
                .ok_or_else(|| not_applicable(fault, key, "the list has no such entry"))?;
            broken.splice(at..at, [0, 0]);
        }
        _ => {}
    }
    Ok(broken)
}

/// Where in the data of a list an entry begins, in bytes.
fn offset(data: &[u8], wanted: &str) -> Option<usize> {
    let (pairs, _) = data.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let mut start = 0;
    for entry in units.split(|unit| *unit == 0) {
        if !entry.is_empty() && same(&String::from_utf16_lossy(entry), wanted) {
            return Some(2 * start);
        }
        start += entry.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeySpec, ValueSpec, Version};

    fn list(fault: Fault) -> Result<Vec<u8>, ForgeError> {
        let root = KeySpec::new("")
            .value(ValueSpec::dword("n", 1))
            .value(ValueSpec::multi_sz("v", &["a", "b"]));
        let spec = HiveSpec::new(Version::V1_3, root).fault(fault);
        Ok(apply(&spec)?.root.values[1].data.clone())
    }

    #[test]
    fn lists_that_are_stored_wrongly() {
        let (key, value) = (String::new(), String::from("V"));
        let of = |key: &String, value: &String| (key.clone(), value.clone());
        let (k, v) = of(&key, &value);
        let cut = list(Fault::UnterminatedList { key: k, value: v });
        assert_eq!(cut.unwrap(), b"a\0\0\0b\0\0\0");
        let (k, v) = of(&key, &value);
        assert_eq!(list(Fault::OddList { key: k, value: v }).unwrap().len(), 11);
        let (k, v) = of(&key, &value);
        let behind = list(Fault::BehindListEnd { key: k, value: v, entry: "c".into() });
        assert_eq!(behind.unwrap(), b"a\0\0\0b\0\0\0\0\0c\0\0\0\0\0");
        let (k, v) = of(&key, &value);
        let empty = list(Fault::EmptyEntry { key: k, value: v, entry: "B".into() });
        assert_eq!(empty.unwrap(), b"a\0\0\0\0\0b\0\0\0\0\0");
        for (key, value) in [("", "n"), ("", "x"), ("x", "v")] {
            let (key, value) = (key.into(), value.into());
            assert!(list(Fault::OddList { key, value }).is_err());
        }
        let none = Fault::EmptyEntry { key, value, entry: "c".into() };
        assert!(matches!(list(none), Err(ForgeError::FaultNotApplicable { .. })));
    }
}
