//! The SYSTEM hive as a whole.

use coldhive_hive::{Hive, Lookup};

use crate::control_set::{self, ControlSet, NoControlSet, Select, Selection, Selector};
use crate::product::{self, Product};
use crate::service::Service;
use crate::winsock::{self, Transport, Winsock};

/// A hive read as a SYSTEM hive. Copying it costs nothing.
///
/// ```
/// use coldhive_forge::{build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_system::{Selector, System};
///
/// let file = build(&samples::cluster_sound())?;
/// let system = System::new(Hive::parse(&file)?);
/// let selection = system.select(Selector::Current)?;
/// let winsock = system.winsock(&selection.sets[0]).found().ok_or("no Winsock")?;
/// let transports = winsock.parameters().found().ok_or("no Parameters")?.transports();
/// assert!(transports.ok().ok_or("no Transports")?.contains("clusnet"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct System<'i> {
    hive: Hive<'i>,
}

impl<'i> System<'i> {
    /// Reads a hive as a SYSTEM hive. Whether it is one shows when it is asked.
    #[must_use]
    pub const fn new(hive: Hive<'i>) -> Self {
        Self { hive }
    }

    /// The hive.
    #[must_use]
    pub const fn hive(&self) -> Hive<'i> {
        self.hive
    }

    /// The values of the key `Select`.
    #[must_use]
    pub fn select_key(&self) -> Lookup<Select> {
        control_set::select(self.hive)
    }

    /// All control sets that can be seen, by name.
    #[must_use]
    pub fn control_sets(&self) -> Vec<ControlSet> {
        self.hive.root().map(|root| control_set::control_sets(&root).0).unwrap_or_default()
    }

    /// Chooses control sets.
    ///
    /// # Errors
    /// [`NoControlSet`] says whether there certainly is none, or it can't be told.
    pub fn select(&self, selector: Selector) -> Result<Selection, NoControlSet> {
        control_set::resolve(self.hive, selector)
    }

    /// What `Select` makes of a control set: `current`, `default`, `last known good`, `failed`.
    #[must_use]
    pub fn roles(&self, set: &ControlSet) -> Vec<&'static str> {
        control_set::roles(self.hive, set)
    }

    /// Which Windows a control set belongs to.
    #[must_use]
    pub fn product(&self, set: &ControlSet) -> Product {
        product::product(self.hive, set)
    }

    /// A service or driver by name.
    #[must_use]
    pub fn service(&self, set: &ControlSet, name: &str) -> Lookup<Service<'i>> {
        self.hive.key(&set.path("Services")).and_then(|key| key.subkey(name)).map(Service::new)
    }

    /// The key `Services\Winsock`.
    #[must_use]
    pub fn winsock(&self, set: &ControlSet) -> Lookup<Winsock<'i>> {
        winsock::winsock(self.hive, set)
    }

    /// What a transport tells the sockets library: `Services\<name>\Parameters\Winsock`.
    #[must_use]
    pub fn transport(&self, set: &ControlSet, name: &str) -> Lookup<Transport<'i>> {
        winsock::transport(self.hive, set, name)
    }
}
