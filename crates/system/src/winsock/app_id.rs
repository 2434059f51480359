//! `WinSock2\Parameters\AppId_Catalog`: which layered providers single programs may be given
//! (`WSCSetApplicationCategory`).

use coldhive_hive::Damage;

use super::flags::LspCategories;
use super::layout::names;
use super::place::{Place, views};
use crate::reading::{Reading, dword, text};

/// The key `AppId_Catalog`.
#[derive(Clone, Debug)]
pub struct AppIdCatalog<'i> {
    pub(super) place: Place<'i>,
}

/// A subkey of `AppId_Catalog`: one program, or one command line of it.
#[derive(Clone, Debug)]
pub struct Application<'i> {
    place: Place<'i>,
}

views! { AppIdCatalog Application }

impl<'i> AppIdCatalog<'i> {
    /// The programs, in stored order; damage in the place of those that can't be read.
    #[must_use]
    pub fn applications(&self) -> Vec<Result<Application<'i>, Damage>> {
        let subkeys = self.place.subkeys();
        subkeys.map(|subkey| subkey.map(|place| Application { place })).collect()
    }
}

impl Application<'_> {
    /// The key's name: eight hexadecimal digits for the path, and eight more behind a dash for the arguments.
    #[must_use]
    pub fn id(&self) -> String {
        self.place.name()
    }

    /// The value `AppFullPath`.
    #[must_use]
    pub fn full_path(&self) -> Reading<String> {
        self.place.held.read(|key| text(key, names::APP_FULL_PATH))
    }

    /// The value `AppArgs`, where the command line matters too.
    #[must_use]
    pub fn arguments(&self) -> Reading<String> {
        self.place.held.read(|key| text(key, names::APP_ARGS))
    }

    /// The value `PermittedLspCategories`.
    #[must_use]
    pub fn permitted_categories(&self) -> Reading<LspCategories> {
        let bits = self.place.held.read(|key| dword(key, names::PERMITTED_LSP_CATEGORIES));
        bits.map(LspCategories::from_bits_retain)
    }
}
