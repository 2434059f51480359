//! `Setup Migration\Providers\<transport>`: what WinSock 2 knows a transport's provider by.

use coldhive_security::Guid;

use super::layout::names;
use super::place::{Place, views};
use super::provider_data::ProviderData;
use crate::reading::{Reading, binary, guid};

/// A key under `Setup Migration\Providers`: one transport's provider.
#[derive(Clone, Debug)]
pub struct Provider<'i> {
    pub(super) place: Place<'i>,
}

views! { Provider }

impl Provider<'_> {
    /// The transport's name: that of the key.
    #[must_use]
    pub fn name(&self) -> String {
        self.place.name()
    }

    /// The value `WinSock 2.0 Provider ID`.
    #[must_use]
    pub fn id(&self) -> Reading<Guid> {
        self.place.held.read(|key| guid(key, names::PROVIDER_ID))
    }

    /// The value `WinSock 1.1 Provider Data`, raw: a run of `PROTOCOL_INFO` records.
    #[must_use]
    pub fn winsock1_data(&self) -> Reading<Vec<u8>> {
        self.place.held.read(|key| binary(key, names::PROVIDER_DATA))
    }

    /// The value `WinSock 1.1 Provider Data`, decoded. Only providers outside `Known Static Providers` have it.
    #[must_use]
    pub fn protocols(&self) -> Reading<ProviderData> {
        self.winsock1_data().decoded("a run of PROTOCOL_INFO records", ProviderData::decode)
    }
}
