//! Which Windows a control set belongs to, and how that was told.
//!
//! A SYSTEM hive doesn't name its Windows. What it has are keys and values that only one family makes. A sign of
//! Windows 2000 or later outweighs one of NT 4.0, because an upgrade keeps old keys; the absence of
//! signs proves nothing. A SOFTWARE hive beside it names its Windows and settles the question.

use std::collections::HashSet;
use std::sync::Arc;

use coldhive_hive::{Damage, Hive, Key, Lookup, MultiString, names_equal};
use serde::Serialize;

use crate::control_set::ControlSet;
use crate::family::{Confidence, Family, WindowsVersion};
use crate::locate::{Held, Located};
use crate::reading::{Reading, dword, multi_string, text};
use crate::reading_data::as_entries;
use crate::settle;
use crate::system::System;

/// The product that a control set belongs to.
///
/// ```
/// use coldhive_forge::{build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_system::{Confidence, Family, Selector, System};
///
/// let file = build(&samples::cluster_sound())?;
/// let system = System::new(Hive::parse(&file)?);
/// let set = &system.select(Selector::Current)?.sets[0];
/// let product = system.product(set);
/// assert_eq!((product.family, product.confidence), (Family::Nt4, Confidence::Certain));
/// assert_eq!(product.reasons[0], "ControlSet001\\Services\\Rdr exists: NT 4.0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Product {
    /// The family.
    pub family: Family,
    /// How sure that is.
    pub confidence: Confidence,
    /// The version numbers; null where no SOFTWARE hive told them.
    pub version: Option<WindowsVersion>,
    /// What it was told by, one sentence each, with the path that it rests on.
    pub reasons: Vec<String>,
    /// What speaks against it, one sentence each, with the path that it rests on.
    pub contradictions: Vec<String>,
    /// The paths of the keys whose presence or absence decided.
    pub looked_at: Vec<String>,
    /// `Control\ProductOptions\ProductType`: `WinNT`, `ServerNT` or `LanmanNT`.
    pub product_type: Reading<String>,
    /// `Control\ProductOptions\ProductSuite`: `Enterprise`, `Terminal Server` and so on.
    #[serde(serialize_with = "as_entries")]
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

/// Values that newer hives have and none of NT 4.0 has, also where the keys above are missing.
const LATER_VALUES: [(&str, &str); 3] = [
    ("Control\\ProductOptions", "ProductPolicy"),
    ("Control\\Windows", "ComponentizedBuild"),
    ("Control\\Windows", "CSDReleaseType"),
];

/// The minor format version from which on no NT 4.0 can have written a hive.
const FIRST_LATER_FORMAT: u32 = 4;
/// The one that NT 4.0 writes; older ones are of NT 3.x.
const NT4_FORMAT: u32 = 3;

/// How many services are looked into for an adapter's addresses. Real hives have a few dozen whose
/// names end in a digit; a hostile one can make each look cost as much as the hive is large.
const MOST_ADAPTERS: usize = 64;

impl Product {
    /// Settles the product by a SOFTWARE hive of the same machine, whose `Microsoft\Windows NT\CurrentVersion` names it.
    ///
    /// Whether both hives are of one machine can't be told from them. What in the SYSTEM hive contradicts the other is
    /// among the [`contradictions`](Self::contradictions). A hive that says nothing settles nothing, and the reasons say
    /// why.
    ///
    /// ```
    /// use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};
    /// use coldhive_hive::Hive;
    /// use coldhive_system::{Confidence, Family, Selector, System};
    ///
    /// let mut root = KeySpec::new("SOFTWARE");
    /// root.at("Microsoft\\Windows NT\\CurrentVersion")
    ///     .set_value(ValueSpec::sz("CurrentVersion", "5.0"))
    ///     .set_value(ValueSpec::sz("CurrentBuildNumber", "2195"));
    /// let software = build(&HiveSpec::new(Version::V1_3, root))?;
    /// let file = build(&samples::cluster_sound())?;
    ///
    /// let system = System::new(Hive::parse(&file)?);
    /// let set = &system.select(Selector::Current)?.sets[0];
    /// let product = system.product(set).settled_by(Hive::parse(&software)?);
    /// // This is not the SOFTWARE hive of that machine.
    /// assert_eq!((product.family, product.confidence), (Family::Windows2000, Confidence::Likely));
    /// assert!(product.contradictions[0].contains("Services\\Rdr exists: NT 4.0"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn settled_by(self, software: Hive<'_>) -> Self {
        settle::settle(self, software)
    }
}

/// Finds keys by their paths.
type Locate<'l, 'i> = dyn Fn(&str) -> Arc<Located<'i>> + 'l;

/// Reads the product of a control set.
pub(crate) fn product(system: &System<'_>, set: &ControlSet, locate: &Locate<'_, '_>) -> Product {
    let FamilySigns { family, confidence, reasons, contradictions, looked_at } =
        family(system, set, locate);
    let options = locate(&set.path("Control\\ProductOptions")).held();
    let windows = locate(&set.path("Control\\Windows")).held();
    Product {
        family,
        confidence,
        version: None,
        reasons,
        contradictions,
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
    confidence: Confidence,
    reasons: Vec<String>,
    contradictions: Vec<String>,
    looked_at: Vec<String>,
}

fn family(system: &System<'_>, set: &ControlSet, locate: &Locate<'_, '_>) -> FamilySigns {
    let mut hidden = Vec::new();
    // Each of the signs is in every full hive. A whole control set has all but one, and that one, beside it, may
    // be outside of the file.
    let beside = Some("MountedDevices".to_owned())
        .filter(|beside| system.holds(beside) || !system.holds(&set.path("")));
    let paths: Vec<_> = LATER_SIGNS.iter().map(|below| set.path(below)).chain(beside).collect();
    let mut is_later = |path: &&String| is_there(&locate(path).answer, &mut hidden);
    let mut later: Vec<_> = paths.iter().filter(|path| is_later(path)).cloned().collect();
    let enumerated = locate(&set.path("Enum")).held();
    hidden.extend_from_slice(enumerated.damage());
    let buses = enumerated.found().map(|held| subkey_names(&held, &mut hidden)).unwrap_or_default();
    let other_bus =
        buses.iter().find(|bus| !names_equal(bus, "HTREE") && !names_equal(bus, "Root"));
    later.extend(other_bus.map(|bus| set.path(&format!("Enum\\{bus}"))));
    let rdr = set.path("Services\\Rdr");
    let has_rdr = || is_there(&locate(&rdr).answer, &mut Vec::new());
    if !later.is_empty() {
        let reasons =
            later.iter().map(|path| format!("{path} exists: Windows 2000 or later")).collect();
        let mut contradictions = Vec::new();
        if has_rdr() {
            contradictions.push(format!("{rdr} exists, as in NT 4.0: an upgrade may have kept it"));
        }
        // One key alone may have been planted.
        let plain = later.len() > 1 && contradictions.is_empty();
        return FamilySigns {
            family: Family::Windows2000OrLater,
            confidence: if plain { Confidence::Certain } else { Confidence::Likely },
            reasons,
            contradictions,
            looked_at: later,
        };
    }
    if let Some((key, value)) = later_value(set, locate) {
        return FamilySigns {
            family: Family::Windows2000OrLater,
            confidence: Confidence::Likely,
            reasons: vec![format!("{key} has the value {value}: Windows 2000 or later")],
            contradictions: Vec::new(),
            looked_at: vec![key],
        };
    }

    let (mut reasons, mut looked_at) = (Vec::new(), paths);
    if has_rdr() {
        reasons.push(format!("{rdr} exists: NT 4.0"));
        looked_at.push(rdr);
    }
    if let Some(path) = plain_adapter(set, locate) {
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
    let mut contradictions = Vec::new();
    let format = stored_format(system);
    let (family, confidence) = match (reasons.as_slice(), hidden.first()) {
        ([], None) => {
            reasons.push("no key that tells NT 4.0 from later Windows was found".into());
            (Family::Undetermined, Confidence::Undetermined)
        }
        (_, Some(damage)) => {
            looked_at.push(set.path("Enum"));
            reasons.push(match damage {
                Damage::NotInExport => {
                    "the keys that would tell a later Windows are not in this file".to_owned()
                }
                damage => format!("damage may hide signs of a later Windows: {damage}"),
            });
            (Family::Undetermined, Confidence::Undetermined)
        }
        _ if format.is_some_and(|minor| minor >= FIRST_LATER_FORMAT) => {
            reasons.push(format!(
                "the base block says format 1.{}, which NT 4.0 doesn't write",
                format.unwrap_or_default()
            ));
            (Family::Undetermined, Confidence::Undetermined)
        }
        (signs, None) => {
            let plain = signs.len() == ALL_NT4_SIGNS;
            if let Some(minor) = format.filter(|minor| *minor < NT4_FORMAT) {
                contradictions.push(format!(
                    "the base block says format 1.{minor}, which is older than NT 4.0's"
                ));
            }
            let certain = plain && contradictions.is_empty();
            (Family::Nt4, if certain { Confidence::Certain } else { Confidence::Likely })
        }
    };
    FamilySigns { family, confidence, reasons, contradictions, looked_at }
}

/// How many signs of NT 4.0 there are.
const ALL_NT4_SIGNS: usize = 3;

/// A value that only newer hives have, with the path of its key. One that can't be read hides nothing that the keys
/// don't tell.
fn later_value(set: &ControlSet, locate: &Locate<'_, '_>) -> Option<(String, &'static str)> {
    LATER_VALUES.iter().find_map(|(key, value)| {
        let path = set.path(key);
        let held = locate(&path).held().found()?;
        let found = held.value(value).found().filter(|value| !value.is_tombstone());
        found.map(|_| (path, *value))
    })
}

/// The minor number of the format, where the base block is sound and wasn't made up.
fn stored_format(system: &System<'_>) -> Option<u32> {
    let hive = system.hive();
    let base = hive.base_block();
    (base.checksum_holds() && !system.lacks().records).then(|| base.minor())
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
fn plain_adapter(set: &ControlSet, locate: &Locate<'_, '_>) -> Option<String> {
    let services = locate(&set.path("Services")).answer.clone().found()?;
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
        (is_new && matches!(locate(&path).answer, Lookup::Found(_))).then_some(path)
    })
}
