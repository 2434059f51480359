//! All transports of a control set: what `Transports` names against what stands under `Services`.

use std::collections::BTreeSet;
use std::sync::Arc;

use coldhive_hive::{Damage, Key, Lookup};
use coldhive_security::Guid;
use serde::Serialize;
use thiserror::Error;

use super::layout::names;
use super::mapping::MappingFault;
use super::name_list::{NameList, upper};
use super::place::Place;
use super::transport;
use super::transport::Transport;
use crate::control_set::ControlSet;
use crate::locate::Held;
use crate::reading::Reading;
use crate::system::System;

/// Real machines have a dozen transports at most; a list made to keep a reader busy names millions.
const MOST_LOOKED_UP: usize = 64;

/// The transports of a control set, named or not, with what doesn't agree.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Transports<'i> {
    /// The value `Winsock\Parameters\Transports`, through the keys above it.
    pub list: Reading<NameList>,
    /// Those that the list names, in its order, then those that it doesn't, in the order of `Services`. Each once.
    pub entries: Vec<TransportEntry<'i>>,
    /// What is damaged below `Services` and may hide others that the list doesn't name.
    pub hidden: Vec<Damage>,
    /// What doesn't agree, or can't be told.
    pub facts: Vec<TransportFact>,
}

/// One transport: a name of the list, a service with `Parameters\Winsock`, or both.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TransportEntry<'i> {
    /// The name, as the list spells it or, where it doesn't, as the service's key does.
    pub name: String,
    /// Whether `Transports` names it; `None` where the list can't be read.
    pub named: Option<bool>,
    /// Whether the service is there.
    pub service: Lookup<()>,
    /// Its key `Parameters\Winsock`.
    pub transport: Lookup<Transport<'i>>,
}

/// Something about transports that doesn't agree, or can't be told. None of these is damage of the hive.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
#[non_exhaustive]
pub enum TransportFact {
    /// The list can't be read, so that it can't be told what it names.
    #[error("Transports can't be read, so what it names can't be told: {why}")]
    ListUnknown {
        /// Why.
        why: String,
    },
    /// There certainly is no list.
    #[error("there is no list Transports")]
    NoList,
    /// The list names something twice.
    #[error("Transports names {name} more than once")]
    NamedTwice {
        /// The name.
        name: String,
    },
    /// The list names what is certainly no service.
    #[error("Transports names {name}, and there is no such service")]
    NoService {
        /// The name.
        name: String,
    },
    /// The list names a service that certainly has no `Parameters\Winsock`.
    #[error("Transports names {name}, and the service has no key Parameters\\Winsock")]
    NoWinsockKey {
        /// The name.
        name: String,
    },
    /// The key `Parameters\Winsock` of a named service, or one above it, is damaged.
    #[error("Parameters\\Winsock of {name} is unreadable: {why}")]
    Unreadable {
        /// The name.
        name: String,
        /// The damage.
        why: String,
    },
    /// Damage of others hides whether a named service or its `Parameters\Winsock` is there.
    #[error("whether {name} has Parameters\\Winsock is hidden: {why}")]
    Obscured {
        /// The name.
        name: String,
        /// The damage.
        why: String,
    },
    /// A service has `Parameters\Winsock`, and the list doesn't name it.
    #[error("the service {name} has Parameters\\Winsock, and Transports doesn't name it")]
    NotNamed {
        /// The service.
        name: String,
    },
    /// Some of the list's names were not looked up, because there are too many.
    #[error("{count} names of Transports were not looked up")]
    NotLookedUp {
        /// How many.
        count: u64,
    },
    /// A mapping isn't one, or has the wrong length.
    #[error("Mapping of {name}: {fault}")]
    Mapping {
        /// The transport.
        name: String,
        /// What doesn't fit.
        #[serde(rename = "mapping")]
        fault: MappingFault,
    },
    /// The two names of an address length hold different numbers.
    #[error("{name} has {length} bytes as {longer}, and {len} as {shorter}")]
    LengthsDiffer {
        /// The transport.
        name: String,
        /// The longer value name.
        longer: &'static str,
        /// What stands under it, in bytes.
        length: u32,
        /// The shorter value name.
        shorter: &'static str,
        /// What stands under it, in bytes.
        len: u32,
    },
    /// The ID that a transport's key has is not that of its provider under `Setup Migration`.
    #[error("{name} has the ProviderGUID {found}, but its provider's ID is {provider}")]
    ProviderIdDiffers {
        /// The transport.
        name: String,
        /// What stands in the transport's key.
        found: Guid,
        /// What stands in the provider's.
        provider: Guid,
    },
    /// The shortest address is longer than the longest.
    #[error("addresses of {name} have at least {min} and at most {max} bytes")]
    LengthsCross {
        /// The transport.
        name: String,
        /// The shortest, in bytes.
        min: u32,
        /// The longest, in bytes.
        max: u32,
    },
}

/// Compares the list with the services.
pub(crate) fn transports<'i>(system: &System<'i>, set: &ControlSet) -> Transports<'i> {
    let list = list(system, set);
    let mut facts = Vec::new();
    let mut entries: Vec<TransportEntry<'i>> = Vec::new();
    let mut known = BTreeSet::new();
    match &list {
        Reading::Is(list) => {
            let mut skipped = 0_u64;
            for name in list.entries() {
                if known.contains(&upper(name)) {
                    continue;
                }
                known.insert(upper(name));
                if entries.len() >= MOST_LOOKED_UP {
                    skipped = skipped.saturating_add(1);
                } else {
                    let named = named(system, set, name);
                    facts.extend(named.fact());
                    entries.push(named);
                }
            }
            let twice: BTreeSet<_> = list.repeated().into_iter().map(upper).collect();
            let names = entries.iter().filter(|entry| twice.contains(&upper(&entry.name)));
            facts.extend(names.map(|entry| TransportFact::NamedTwice { name: entry.name.clone() }));
            if skipped > 0 {
                facts.push(TransportFact::NotLookedUp { count: skipped });
            }
        }
        Reading::Absent => facts.push(TransportFact::NoList),
        other => facts.push(TransportFact::ListUnknown { why: other.why_not() }),
    }
    let is_listed = matches!(list, Reading::Is(_) | Reading::Absent).then_some(false);
    let (services, hidden) = services(system, set);
    for transport in services {
        let name = transport.name().to_owned();
        if !known.insert(upper(&name)) {
            continue;
        }
        if is_listed.is_some() {
            facts.push(TransportFact::NotNamed { name: name.clone() });
        }
        let (service, transport) = (Lookup::Found(()), Lookup::Found(transport));
        entries.push(TransportEntry { name, named: is_listed, service, transport });
    }
    let winsock = super::winsock(system, set).found();
    let migration = winsock.and_then(|winsock| winsock.setup_migration().found());
    for entry in &entries {
        if let Lookup::Found(transport) = &entry.transport {
            facts.extend(within(&entry.name, transport));
            let provider = migration.as_ref().map(|migration| migration.provider(&entry.name));
            if let Reading::Is(found) = transport.provider_guid()
                && let Some(Lookup::Found(provider)) = provider
                && let Reading::Is(provider) = provider.id()
                && found != provider
            {
                let name = entry.name.clone();
                facts.push(TransportFact::ProviderIdDiffers { name, found, provider });
            }
        }
    }
    Transports { list, entries, hidden, facts }
}

/// The value `Transports`, whatever of its keys can be read.
fn list(system: &System<'_>, set: &ControlSet) -> Reading<NameList> {
    let winsock = super::winsock(system, set);
    match winsock.and_then(|winsock| winsock.parameters()) {
        Lookup::Found(parameters) => parameters.transports(),
        Lookup::Absent => Reading::Absent,
        Lookup::Unreadable(damage) | Lookup::Obscured(damage) => Reading::Damaged(damage),
    }
}

fn named<'i>(system: &System<'i>, set: &ControlSet, name: &str) -> TransportEntry<'i> {
    TransportEntry {
        name: name.to_owned(),
        named: Some(true),
        service: system.service(set, name).map(|_| ()),
        transport: transport(system, set, name),
    }
}

impl TransportEntry<'_> {
    /// What is to be said where a named transport isn't there.
    fn fact(&self) -> Option<TransportFact> {
        let name = self.name.clone();
        let why = |damage: &[Damage]| damage.first().map(ToString::to_string).unwrap_or_default();
        Some(match (&self.service, &self.transport) {
            (_, Lookup::Found(_)) => return None,
            (Lookup::Absent, _) => TransportFact::NoService { name },
            (Lookup::Unreadable(damage), _) | (_, Lookup::Unreadable(damage)) => {
                TransportFact::Unreadable { name, why: why(damage) }
            }
            (Lookup::Obscured(damage), _) | (_, Lookup::Obscured(damage)) => {
                TransportFact::Obscured { name, why: why(damage) }
            }
            (Lookup::Found(()), Lookup::Absent) => TransportFact::NoWinsockKey { name },
        })
    }
}

/// The services that have `Parameters\Winsock`, and what hides others, whatever it hides. Links are not followed.
///
/// One walk over the key nodes: looking each service up would take as long as its lists are, for each again.
fn services<'i>(system: &System<'i>, set: &ControlSet) -> (Vec<Transport<'i>>, Vec<Damage>) {
    let path = set.path("Services");
    let services = match system.held(&path) {
        Lookup::Found(services) => services,
        other => return (Vec::new(), other.damage().to_vec()),
    };
    let mut found = Vec::new();
    let mut hidden = Vec::new();
    if !services.complete {
        hidden.push(Damage::NotInExport);
    }
    let shared = Arc::new(*system);
    let mut walk = services.key.walk_keys();
    while let Some(key) = walk.next() {
        let key = match key {
            Ok(key) => key,
            Err(damage) => {
                hidden.push(damage);
                continue;
            }
        };
        if key.is_tombstone() || !key.readable_name().eq_ignore_case(names::WINSOCK) {
            continue;
        }
        let below = walk.path();
        let mut parts = below.split('\\').skip(1);
        let is_parameters = |part: &str| coldhive_hive::names_equal(part, names::PARAMETERS);
        let is_one = parts.next().is_some_and(is_parameters)
            && parts.next().is_some()
            && parts.next().is_none();
        if is_one && !has_odd_parent(&key) {
            let path = format!("{path}\\{below}");
            let held = Held { key, complete: system.holds(&path), lacks: system.lacks() };
            let system = Arc::clone(&shared);
            found.push(Transport { place: Place { system, path, held } });
        }
    }
    (found, hidden)
}

/// Whether a key's parent has a name with a backslash, so that the path makes it look like two keys.
fn has_odd_parent(key: &Key<'_>) -> bool {
    let backslash = u16::from(b'\\');
    matches!(key.parent(), Ok(Some(parent)) if parent.readable_name().units().any(|unit| unit == backslash))
}

/// What doesn't agree within one transport's key.
fn within(name: &str, transport: &Transport<'_>) -> Vec<TransportFact> {
    let mut facts = Vec::new();
    let name = || name.to_owned();
    let fault = transport.mapping_fault();
    facts.extend(fault.map(|fault| TransportFact::Mapping { name: name(), fault }));
    let (min, max) = (transport.min_sockaddr(), transport.max_sockaddr());
    for (lengths, longer, shorter) in [
        (&min, names::MIN_SOCKADDR_LENGTH, names::MIN_SOCKADDR_LEN),
        (&max, names::MAX_SOCKADDR_LENGTH, names::MAX_SOCKADDR_LEN),
    ] {
        if let (Reading::Is(length), Reading::Is(len)) = (&lengths.length, &lengths.len)
            && length != len
        {
            let (name, length, len) = (name(), *length, *len);
            facts.push(TransportFact::LengthsDiffer { name, longer, length, shorter, len });
        }
    }
    if let (Reading::Is(min), Reading::Is(max)) = (min.effective(), max.effective())
        && min > max
    {
        facts.push(TransportFact::LengthsCross { name: name(), min: *min, max: *max });
    }
    facts
}
