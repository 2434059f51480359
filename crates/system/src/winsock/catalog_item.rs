//! On-disk structure of a packed catalog item: a library path and a `WSAPROTOCOL_INFOW`.

use coldhive_hive::HexBytes;
use serde::Serialize;

use super::bytes::Front;
use super::fixed_text::FixedAnsi;
use super::wsa_protocol_info::WsaProtocolInfo;

/// The value `PackedCatalogItem`: 888 bytes on every Windows from NT 4.0 to 10, 32-bit and 64-bit. All are kept.
///
/// ```
/// use coldhive_system::winsock::{CatalogItem, ChainKind};
/// let mut bytes = vec![0; CatalogItem::SIZE];
/// bytes[..17].copy_from_slice(b"msafd.dll\0garbage");
/// bytes[300] = 1;
/// let item = CatalogItem::decode(&bytes).unwrap();
/// assert_eq!(item.library_path.to_string(), "msafd.dll");
/// assert_eq!(item.protocol.chain.kind(), ChainKind::Base);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CatalogItem {
    /// The provider's library, with environment variables, in 260 bytes (`MAX_PATH`).
    pub library_path: FixedAnsi<260>,
    /// What it offers.
    pub protocol: WsaProtocolInfo,
    /// Bytes behind the record, of which no hive seen has any.
    pub behind: HexBytes,
}

impl CatalogItem {
    /// The size of the record, in bytes.
    pub const SIZE: usize = 888;

    /// Decodes the data of the value; `None` where it has less than [`SIZE`](Self::SIZE) bytes.
    #[must_use]
    pub fn decode(data: &[u8]) -> Option<Self> {
        let mut front = Front(data);
        let library_path = FixedAnsi::new(front.array()?);
        let protocol = WsaProtocolInfo::decode(&front.array()?)?;
        Some(Self { library_path, protocol, behind: HexBytes(front.0.to_vec()) })
    }
}
