//! Whole trees: nt-hive walks every clean hive by itself, and finds what coldhive's walk found, in the same order.

use std::collections::VecDeque;

use coldhive_hive::{Hive, ValueType, Walk};
use nt_hive::{KeyNode, KeyValueData};

use crate::corpus::corpus;

/// A line for each key and each value, in the order of a walk.
type Lines = Vec<String>;

/// Data that nt-hive can't be asked for.
const NOT_ASKED: &str = "?";

fn line_of_value(name: &str, type_code: Option<u32>, data: Option<&[u8]>) -> String {
    let code = type_code.map_or(NOT_ASKED.to_owned(), |code| code.to_string());
    let data = data.map_or(NOT_ASKED.to_owned(), |data| {
        data.iter().map(|byte| format!("{byte:02x}")).collect()
    });
    format!("  {name} {code} {data}")
}

/// Ours; the types that nt-hive has no names for and the data that it can't read are left out.
fn ours(hive: Hive<'_>) -> Lines {
    let mut lines = Lines::new();
    let walk: Walk<'_> = hive.root().unwrap().walk();
    for visit in walk {
        assert_eq!(visit.damage, [], "{}", visit.path);
        let class = visit.class.map(|class| class.to_string()).unwrap_or_default();
        lines.push(format!("{} ({class})", visit.path));
        for read in visit.values {
            let name = read.value.readable_name().to_string();
            let value_type = read.value.value_type();
            // nt-hive has twelve names, `REG_NONE` to `REG_QWORD`.
            let known = value_type.code() <= ValueType::QWORD.code();
            let beyond = read.value.size() > 16_344 && hive.base_block().minor() <= 3;
            let data = (!beyond).then_some(&*read.data.bytes);
            lines.push(line_of_value(&name, known.then(|| value_type.code()), data));
        }
    }
    lines
}

/// nt-hive's.
fn theirs(image: &[u8]) -> Lines {
    let hive = nt_hive::Hive::without_validation(image).unwrap();
    let old = hive.minor_version() <= 3;
    let mut lines = Lines::new();
    let mut open: VecDeque<(String, KeyNode<'_, &[u8]>)> = VecDeque::new();
    open.push_front((String::new(), hive.root_key_node().unwrap()));
    while let Some((path, key)) = open.pop_front() {
        let class = key.class_name().map(|class| class.unwrap().to_string_lossy());
        lines.push(format!("{path} ({})", class.unwrap_or_default()));
        if let Some(values) = key.values() {
            for value in values.unwrap() {
                let value = value.unwrap();
                let name = value.name().unwrap().to_string_lossy();
                let code = value.data_type().ok().map(|known| known as u32);
                let beyond = value.data_size() > 16_344 && old;
                let data =
                    (!beyond).then(|| KeyValueData::into_vec(value.data().unwrap()).unwrap());
                lines.push(line_of_value(&name, code, data.as_deref()));
            }
        }
        let mut below = Vec::new();
        if let Some(subkeys) = key.subkeys() {
            for subkey in subkeys.unwrap() {
                let subkey = subkey.unwrap();
                let name = subkey.name().unwrap().to_string_lossy();
                below
                    .push((if path.is_empty() { name } else { format!("{path}\\{name}") }, subkey));
            }
        }
        below.into_iter().rev().for_each(|found| open.push_front(found));
    }
    lines
}

/// Clean hives of 1.3 to 1.5. nt-hive follows the stale list pointers of keys that count no values, which
/// `nt4-ee-sp3.SOFTWARE` has, and the tombstones of `container-delta.SYSTEM` make it panic: they are compared
/// question by question instead.
const CLEAN: [&str; 17] = [
    "cluster/all-three-missing.SYSTEM",
    "cluster/healthy.SYSTEM",
    "cluster/no-cluster.SYSTEM",
    "cluster/parameters-empty-dacl.SYSTEM",
    "cluster/provider-key-deleted.SYSTEM",
    "cluster/provider-key-missing.SYSTEM",
    "cluster/provider-list-lacks-clusnet.SYSTEM",
    "cluster/transports-lacks-clusnet.SYSTEM",
    "odd/BigDataHive",
    "odd/ManySubkeysHive",
    "odd/MultiSzHive",
    "odd/StringValuesHive",
    "odd/UnicodeHive",
    "odd/hivex-special",
    "system/nt4-ee-sp3.SYSTEM",
    "system/win7-sp1.SYSTEM",
    "system/xp-sp3-m57.SYSTEM",
];

#[test]
fn whole_trees_are_equal() {
    let Some(folder) = corpus() else { return };
    for name in CLEAN {
        let image = std::fs::read(folder.join(name)).unwrap();
        let (ours, theirs) = (ours(Hive::parse(&image).unwrap()), theirs(&image));
        let differs = ours.iter().zip(&theirs).find(|(ours, theirs)| ours != theirs);
        assert_eq!(differs, None, "{name}");
        assert_eq!(ours.len(), theirs.len(), "{name}");
        assert!(ours.len() > 1, "{name}");
    }
}
