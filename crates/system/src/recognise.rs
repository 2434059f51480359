//! Telling by its keys what a hive file was saved from.

use coldhive_hive::{Hive, Key, Lookup, Value, names_equal};

use crate::mount::{Mount, is_control_set};

/// How many keys of what may be `Services` are looked at.
const MOST_SERVICES: usize = 64;
/// How many of them must be services at least.
const FEWEST_SERVICES: usize = 3;
/// The most values that a key may have to be taken for a service: real ones have two dozen at most.
const MOST_VALUES: u32 = 64;

/// What the root of a hive is, by the keys below it; `None` where nothing fits, or more than one thing does. A
/// wrong guess would call keys missing that the file can't hold.
pub(crate) fn recognise(hive: Hive<'_>) -> Option<&'static Mount> {
    static SYSTEM: Mount = Mount::SYSTEM;
    static CONTROL_SET: Mount = Mount::SOME_CONTROL_SET;
    static SERVICES: Mount = Mount::SOME_SERVICES;
    static WINSOCK: Mount = Mount::SOME_WINSOCK;

    let root = hive.root().ok()?;
    if is_whole(&root) {
        return Some(&SYSTEM);
    }
    match (is_a_control_set(&root), is_services(&root), is_winsock(&root)) {
        (true, false, false) => Some(&CONTROL_SET),
        (false, true, false) => Some(&SERVICES),
        (false, false, true) => Some(&WINSOCK),
        _ => None,
    }
}

/// `Select`, readable or not, or a control set.
fn is_whole(root: &Key<'_>) -> bool {
    !root.subkey("Select").is_absent()
        || root.subkeys().any(|subkey| {
            subkey.and_then(|key| key.name()).is_ok_and(|name| is_control_set(&name.to_string()))
        })
}

/// Two of the keys that every control set has, and one of them a large one.
fn is_a_control_set(root: &Key<'_>) -> bool {
    let (control, services) = (has(root, "Control"), has(root, "Services"));
    let others = ["Enum", "Hardware Profiles", "Policies"];
    let other = others.iter().any(|name| has(root, name));
    (control && services) || ((control || services) && other)
}

/// Most keys below it are services; under the name `Services` one is enough.
fn is_services(root: &Key<'_>) -> bool {
    let (mut looked_at, mut services) = (0_usize, 0_usize);
    for subkey in root.subkeys().flatten().take(MOST_SERVICES) {
        looked_at = looked_at.saturating_add(1);
        if is_service(&subkey) {
            services = services.saturating_add(1);
        }
    }
    let fewest = if is_named(root, "Services") { 1 } else { FEWEST_SERVICES };
    services >= fewest && services.saturating_mul(2) >= looked_at
}

/// Whether a key has the three numbers that the Service Control Manager writes for every service.
fn is_service(key: &Key<'_>) -> bool {
    if key.value_count() > MOST_VALUES {
        return false;
    }
    let names: Vec<_> =
        key.values().flatten().filter_map(|value| Value::name(&value).ok()).collect();
    let has = |wanted| names.iter().any(|name| name.eq_ignore_case(wanted));
    has("Type") && has("Start") && has("ErrorControl")
}

/// Both keys that Winsock has, or one of them with what only Winsock keeps there.
fn is_winsock(root: &Key<'_>) -> bool {
    let parameters = root.subkey("Parameters").found();
    let migration = root.subkey("Setup Migration").found();
    let both = parameters.is_some() && migration.is_some();
    let named = is_named(root, "Winsock") && (parameters.is_some() || migration.is_some());
    let has_transports =
        parameters.is_some_and(|key| matches!(key.value("Transports"), Lookup::Found(_)));
    let has_providers = migration.is_some_and(|key| {
        has(&key, "Providers") || matches!(key.value("Provider List"), Lookup::Found(_))
    });
    both || named || has_transports || has_providers
}

fn has(key: &Key<'_>, name: &str) -> bool {
    matches!(key.subkey(name), Lookup::Found(_))
}

fn is_named(root: &Key<'_>, name: &str) -> bool {
    root.name().is_ok_and(|found| names_equal(&found.to_string(), name))
}
