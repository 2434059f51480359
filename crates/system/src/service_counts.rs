//! How many services and drivers there are, of which kind, and how they start.

use coldhive_hive::{Key, Lookup};
use serde::Serialize;

use crate::reading::Reading;
use crate::service::{Service, Start};
use crate::service_type::ServiceKind;
use crate::services::Services;

/// The services and drivers of a control set, counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct ServiceCounts {
    /// Keys below `Services` that can be read. Not every one is a service.
    pub keys: u64,
    /// Entries of the list that can't be read.
    pub unreadable: u64,
    /// Drivers.
    pub drivers: StartCounts,
    /// Services.
    pub services: StartCounts,
    /// Sets of arguments for adapters.
    pub adapters: u64,
    /// Keys whose `Type` is none of these.
    pub others: u64,
    /// Keys without a `Type`.
    pub without_type: u64,
    /// Keys whose `Type` can't be read, or is no number.
    pub unreadable_type: u64,
    /// Keys with a security descriptor of the service.
    pub with_security: u64,
    /// How many of these descriptors are ill-formed.
    pub ill_formed_security: u64,
    /// Keys that weren't looked into, because together they would hold more than the hive has room for.
    pub not_looked_into: u64,
}

/// How what is of one kind starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct StartCounts {
    /// All of that kind.
    pub total: u64,
    /// By the boot loader.
    pub boot: u64,
    /// While the kernel starts.
    pub system: u64,
    /// By itself.
    pub automatic: u64,
    /// When asked for.
    pub manual: u64,
    /// Never.
    pub disabled: u64,
    /// With a number that means nothing.
    pub other: u64,
    /// With no `Start`, or none that can be read.
    pub unknown: u64,
}

impl StartCounts {
    fn add(&mut self, start: &Reading<Start>) {
        increase(&mut self.total);
        increase(match start {
            Reading::Is(Start::Boot) => &mut self.boot,
            Reading::Is(Start::System) => &mut self.system,
            Reading::Is(Start::Automatic) => &mut self.automatic,
            Reading::Is(Start::Manual) => &mut self.manual,
            Reading::Is(Start::Disabled) => &mut self.disabled,
            Reading::Is(Start::Other(_)) => &mut self.other,
            _ => &mut self.unknown,
        });
    }
}

impl Services<'_> {
    /// Counts them. A sound hive shares nothing between services, so no more is read than such a hive can hold.
    #[must_use]
    pub fn counts(&self) -> ServiceCounts {
        let mut counts = ServiceCounts::default();
        let mut budget = u64::from(self.key().hive().bins_size()).saturating_mul(2);
        for service in self.all() {
            let Ok(service) = service else {
                increase(&mut counts.unreadable);
                continue;
            };
            increase(&mut counts.keys);
            if pay(&mut budget, &service).is_some() {
                counts.add(&service);
            } else {
                increase(&mut counts.not_looked_into);
            }
        }
        counts
    }
}

impl ServiceCounts {
    fn add(&mut self, service: &Service<'_>) {
        match service.kind() {
            Reading::Is(ServiceKind::Driver) => self.drivers.add(&service.start()),
            Reading::Is(ServiceKind::Service) => self.services.add(&service.start()),
            Reading::Is(ServiceKind::Adapter) => increase(&mut self.adapters),
            Reading::Is(ServiceKind::Other) => increase(&mut self.others),
            Reading::Absent => increase(&mut self.without_type),
            Reading::Unfit { .. } | Reading::Damaged(_) => increase(&mut self.unreadable_type),
        }
        if let Reading::Is(security) = service.security() {
            increase(&mut self.with_security);
            if !security.faults().is_empty() {
                increase(&mut self.ill_formed_security);
            }
        }
    }
}

/// Pays for what is looked at as many bytes as it takes in a hive at least, or says that there aren't enough left.
/// Lists are paid for before they are read; what can't be paid takes nothing from others.
fn pay(budget: &mut u64, service: &Service<'_>) -> Option<()> {
    let mut spend = |cost: u64| {
        *budget = budget.checked_sub(cost)?;
        Some(())
    };
    let key = service.key();
    let room = u64::from(key.hive().bins_size());
    let size = |key: &Key<'_>, name: &str| match key.value(name) {
        Lookup::Found(value) => u64::from(value.size()).min(room),
        _ => 0,
    };
    spend(lists(key))?;
    spend(size(key, "Type"))?;
    spend(size(key, "Start"))?;
    if let Lookup::Found(security) = service.subkey("Security") {
        spend(lists(&security))?;
        spend(size(&security, "Security"))?;
    }
    Some(())
}

/// What a key's lists take.
fn lists(key: &Key<'_>) -> u64 {
    let values = u64::from(key.value_count()).saturating_mul(LEAST_VALUE);
    values.saturating_add(u64::from(key.subkey_count()).saturating_mul(LEAST_SUBKEY))
}

/// The least that a value takes, in bytes: its entry in the list and its record.
const LEAST_VALUE: u64 = 28;
/// The least that a subkey takes: its node.
const LEAST_SUBKEY: u64 = 80;

fn increase(count: &mut u64) {
    *count = count.saturating_add(1);
}
