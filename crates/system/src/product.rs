//! Which Windows a control set belongs to, and how that was told.
//!
//! A SYSTEM hive doesn't name its Windows. What it has are keys that only one family makes. A sign of
//! Windows 2000 or later outweighs one of NT 4.0, because an upgrade keeps old keys; the absence of
//! signs proves nothing.

use std::collections::HashSet;

use coldhive_hive::{Damage, Key, Lookup, MultiString, names_equal};
use serde::{Deserialize, Serialize};

use crate::control_set::ControlSet;
use crate::locate::Held;
use crate::reading::{Reading, dword, multi_string, text};
use crate::system::System;

/// The families that a SYSTEM hive alone can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Windows NT 4.0.
    Nt4,
    /// Windows 2000 or any later Windows.
    Windows2000OrLater,
    /// No sign of either, or damage hides the signs.
    Undetermined,
}

/// The product that a control set belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The family.
    pub family: Family,
    /// What it was told by, one sentence each.
    pub reasons: Vec<String>,
    /// The paths of the keys whose presence or absence decided.
    pub looked_at: Vec<String>,
    /// `Control\ProductOptions\ProductType`: `WinNT`, `ServerNT` or `LanmanNT`.
    pub product_type: Reading<String>,
    /// `Control\ProductOptions\ProductSuite`: `Enterprise`, `Terminal Server` and so on.
    pub suites: Reading<MultiString>,
    /// `Control\Windows\CSDVersion`: the service pack, 0x300 for the third.
    pub service_pack: Reading<u32>,
}

/// Keys that every full hive from Windows XP to 10 has some of, and none of NT 4.0 has.
const LATER_SIGNS: [&str; 6] = [
    "Services\\Tcpip\\Parameters\\Interfaces",
    "Control\\SafeBoot",
    "Control\\DeviceClasses",
    "Control\\Network\\{4D36E972-E325-11CE-BFC1-08002BE10318}",
    "Services\\MountMgr",
    "Services\\Rdbss",
];

/// How many services are looked into for an adapter's addresses. Real hives have a few dozen whose
/// names end in a digit; a hostile one can make each look cost as much as the hive is large.
const MOST_ADAPTERS: usize = 64;

/// Reads the product of a control set.
pub(crate) fn product(system: &System<'_>, set: &ControlSet) -> Product {
    let FamilySigns { family, reasons, looked_at } = family(system, set);
    let options = system.held(&set.path("Control\\ProductOptions"));
    let windows = system.held(&set.path("Control\\Windows"));
    Product {
        family,
        reasons,
        looked_at,
        product_type: below(&options, |key| text(key, "ProductType")),
        suites: below(&options, |key| multi_string(key, "ProductSuite")),
        service_pack: below(&windows, |key| dword(key, "CSDVersion")),
    }
}

fn below<'i, T>(held: &Lookup<Held<'i>>, read: impl FnOnce(&Key<'i>) -> Reading<T>) -> Reading<T> {
    match held {
        Lookup::Found(held) => held.read(read),
        Lookup::Absent => Reading::Absent,
        Lookup::Unreadable(damage) | Lookup::Obscured(damage) => Reading::Damaged(damage.clone()),
    }
}

struct FamilySigns {
    family: Family,
    reasons: Vec<String>,
    looked_at: Vec<String>,
}

fn family(system: &System<'_>, set: &ControlSet) -> FamilySigns {
    let mut hidden = Vec::new();
    // Each of the signs is in every full hive. A whole control set has all but one, and that one, beside it, may
    // be outside of the file.
    let beside = Some("MountedDevices".to_owned())
        .filter(|beside| system.holds(beside) || !system.holds(&set.path("")));
    let paths: Vec<_> = LATER_SIGNS.iter().map(|below| set.path(below)).chain(beside).collect();
    let mut later: Vec<_> =
        paths.iter().filter(|path| is_there(&system.key(path), &mut hidden)).cloned().collect();
    let enumerated = system.held(&set.path("Enum"));
    hidden.extend_from_slice(enumerated.damage());
    let buses = enumerated.found().map(|held| subkey_names(&held, &mut hidden)).unwrap_or_default();
    let other_bus =
        buses.iter().find(|bus| !names_equal(bus, "HTREE") && !names_equal(bus, "Root"));
    later.extend(other_bus.map(|bus| set.path(&format!("Enum\\{bus}"))));
    if !later.is_empty() {
        let reasons =
            later.iter().map(|path| format!("{path} exists: Windows 2000 or later")).collect();
        return FamilySigns { family: Family::Windows2000OrLater, reasons, looked_at: later };
    }

    let (mut reasons, mut looked_at) = (Vec::new(), paths);
    let rdr = set.path("Services\\Rdr");
    if is_there(&system.key(&rdr), &mut Vec::new()) {
        reasons.push(format!("{rdr} exists: NT 4.0"));
        looked_at.push(rdr);
    }
    if let Some(path) = plain_adapter(system, set) {
        reasons.push(format!("{path} exists under a plain adapter name: NT 4.0"));
        looked_at.push(path);
    }
    if !buses.is_empty() {
        reasons.push(format!(
            "{} has nothing but {}: NT 4.0",
            set.path("Enum"),
            buses.join(" and ")
        ));
        looked_at.push(set.path("Enum"));
    }
    let family = match (reasons.is_empty(), hidden.first()) {
        (true, None) => {
            reasons.push("no key that tells NT 4.0 from later Windows was found".into());
            Family::Undetermined
        }
        (false, None) => Family::Nt4,
        (_, Some(damage)) => {
            looked_at.push(set.path("Enum"));
            reasons.push(match damage {
                Damage::NotInExport => {
                    "the keys that would tell a later Windows are not in this file".to_owned()
                }
                damage => format!("damage may hide signs of a later Windows: {damage}"),
            });
            Family::Undetermined
        }
    };
    FamilySigns { family, reasons, looked_at }
}

fn is_there(lookup: &Lookup<Key<'_>>, hidden: &mut Vec<Damage>) -> bool {
    hidden.extend_from_slice(lookup.damage());
    // Of an unreadable key no more than a hint of its name may be known: that is no certain sign.
    matches!(lookup, Lookup::Found(_))
}

fn subkey_names(held: &Held<'_>, hidden: &mut Vec<Damage>) -> Vec<String> {
    if !held.complete {
        hidden.push(Damage::NotInExport);
    }
    let named = held.key.subkeys().map(|subkey| subkey.and_then(|key| Ok((key, key.name()?))));
    named
        .filter_map(|subkey| match subkey {
            Ok((key, name)) => (!key.is_tombstone()).then(|| name.to_string()),
            Err(damage) => {
                hidden.push(damage);
                None
            }
        })
        .collect()
}

/// `Services\<adapter><n>\Parameters\Tcpip` under a plain name; from XP to 8.1 such keys have a GUID
/// as their name.
fn plain_adapter(system: &System<'_>, set: &ControlSet) -> Option<String> {
    let services = system.key(&set.path("Services")).found()?;
    let named = services.subkeys().flatten().filter_map(|service| {
        let name = service.name().ok()?.to_string();
        let is_plain = !name.starts_with('{') && name.ends_with(|last: char| last.is_ascii_digit());
        is_plain.then_some((service, name))
    });
    let mut seen = HashSet::new();
    named.take(MOST_ADAPTERS).find_map(|(service, name)| {
        // Services that share a list, as no sound hive's do, are looked into once.
        let list = service.subkey_entries().flatten().next().map(|entry| entry.list);
        let is_new = list.is_some_and(|list| seen.insert(list));
        let path = set.path(&format!("Services\\{name}\\Parameters\\Tcpip"));
        (is_new && matches!(system.key(&path), Lookup::Found(_))).then_some(path)
    })
}
