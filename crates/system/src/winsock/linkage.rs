//! `Winsock\Linkage` and `Winsock\Autodial`, which only Windows NT 4.0 has.

use coldhive_hive::Lookup;

use super::layout::names;
use super::name_list::NameList;
use super::place::{Place, views};
use super::read::name_list;
use crate::reading::{Reading, text};

/// The key `Linkage` of a network component, or `Linkage\Disabled`: what it is bound to.
#[derive(Clone, Debug)]
pub struct Linkage<'i> {
    pub(super) place: Place<'i>,
}

/// The key `Services\Winsock\Autodial`: what is called where no network is there.
#[derive(Clone, Debug)]
pub struct Autodial<'i> {
    pub(super) place: Place<'i>,
}

views! { Linkage Autodial }

impl<'i> Linkage<'i> {
    /// The value `Bind`: the devices that it is bound to.
    #[must_use]
    pub fn bind(&self) -> Reading<NameList> {
        self.place.held.read(|key| name_list(key, names::BIND))
    }

    /// The value `Export`: the names that it is offered under.
    #[must_use]
    pub fn export(&self) -> Reading<NameList> {
        self.place.held.read(|key| name_list(key, names::EXPORT))
    }

    /// The value `Route`: the way down to each device.
    #[must_use]
    pub fn route(&self) -> Reading<NameList> {
        self.place.held.read(|key| name_list(key, names::ROUTE))
    }

    /// The subkey `Disabled`, which holds the same lists for what is switched off.
    #[must_use]
    pub fn disabled(&self) -> Lookup<Linkage<'i>> {
        self.place.below(names::DISABLED).map(|place| Linkage { place })
    }
}

impl Autodial<'_> {
    /// The value `AutodialDllName32`: the library.
    #[must_use]
    pub fn dll(&self) -> Reading<String> {
        self.place.held.read(|key| text(key, names::AUTODIAL_DLL_NAME))
    }

    /// The value `AutodialFcnName32`: the function in it.
    #[must_use]
    pub fn function(&self) -> Reading<String> {
        self.place.held.read(|key| text(key, names::AUTODIAL_FUNCTION))
    }
}
