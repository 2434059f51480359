//! All services and drivers of a control set.

use coldhive_hive::{Damage, Key, Lookup};

use crate::control_set::ControlSet;
use crate::load_order::{LoadOrder, Rank};
use crate::locate::Held;
use crate::reading::Reading;
use crate::service::{Service, Start};
use crate::system::System;
use crate::view::view;

/// The key `Services` of a control set.
///
/// ```
/// use coldhive_forge::{build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_system::{Selector, System};
///
/// let file = build(&samples::cluster_sound())?;
/// let system = System::new(Hive::parse(&file)?);
/// let set = &system.select(Selector::Current)?.sets[0];
/// let services = system.services(set).found().ok_or("no Services")?;
/// let names: Vec<_> = services.all().into_iter().flatten().map(|service| service.name()).collect();
/// assert!(names.iter().any(|name| name == "ClusSvc"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Services<'i> {
    held: Held<'i>,
    system: System<'i>,
}

view!(Services);

impl<'i> Services<'i> {
    pub(crate) fn of(system: &System<'i>, set: &ControlSet) -> Lookup<Self> {
        system.held(&set.path("Services")).map(|held| Self { held, system: *system })
    }

    /// The raw key.
    #[must_use]
    pub const fn key(&self) -> &Key<'i> {
        &self.held.key
    }

    /// Every key below it in stored order, with damage in place of those that can't be read.
    ///
    /// Not every one is a service: performance counters and the like have keys there too, without a
    /// [`service_type`](Service::service_type).
    #[must_use]
    pub fn all(&self) -> Vec<Result<Service<'i>, Damage>> {
        let children = self.held.children(Some(&self.system)).into_iter();
        children.map(|child| child.map(|held| Service::of(held, self.system))).collect()
    }

    /// What is started in a way, in the order in which it is loaded.
    ///
    /// Of what has the same rank, the order is the stored one, which means nothing. Dependencies are not taken into account:
    /// they can put off any of it. Services that can't be read, or whose `Start` can't, are left out. Every service is looked
    /// into, whatever that costs: [`counts`](Self::counts) tells beforehand whether they hold more than a sound hive's.
    #[must_use]
    pub fn in_load_order(&self, order: &LoadOrder<'i>, start: Start) -> Vec<(Rank, Service<'i>)> {
        let all = self.all().into_iter().flatten();
        let mut started: Vec<_> = all
            .filter(|service| service.start() == Reading::Is(start))
            .map(|service| (order.rank(&service), service))
            .collect();
        started.sort_by_key(|(rank, _)| *rank);
        started
    }
}
