//! Which keys and values the typed views read: their names, in one place for the views and for the accounts.

/// Names of keys and values, as the views ask for them.
pub(super) mod names {
    pub(crate) const WINSOCK: &str = "Winsock";
    pub(crate) const PARAMETERS: &str = "Parameters";
    pub(crate) const SETUP_MIGRATION: &str = "Setup Migration";
    pub(crate) const AUTODIAL: &str = "Autodial";
    pub(crate) const LINKAGE: &str = "Linkage";
    pub(crate) const DISABLED: &str = "Disabled";
    pub(crate) const PROVIDERS: &str = "Providers";
    pub(crate) const WELL_KNOWN_GUIDS: &str = "Well Known Guids";

    pub(crate) const TRANSPORTS: &str = "Transports";
    pub(crate) const PROVIDER_LIST: &str = "Provider List";
    pub(crate) const KNOWN_STATIC_PROVIDERS: &str = "Known Static Providers";
    pub(crate) const SETUP_VERSION: &str = "Setup Version";
    pub(crate) const PROVIDER_ID: &str = "WinSock 2.0 Provider ID";
    pub(crate) const PROVIDER_DATA: &str = "WinSock 1.1 Provider Data";
    pub(crate) const AUTODIAL_DLL_NAME: &str = "AutodialDllName32";
    pub(crate) const AUTODIAL_FUNCTION: &str = "AutodialFcnName32";
    pub(crate) const BIND: &str = "Bind";
    pub(crate) const EXPORT: &str = "Export";
    pub(crate) const ROUTE: &str = "Route";

    pub(crate) const HELPER_DLL_NAME: &str = "HelperDllName";
    pub(crate) const MIN_SOCKADDR_LENGTH: &str = "MinSockAddrLength";
    pub(crate) const MAX_SOCKADDR_LENGTH: &str = "MaxSockAddrLength";
    pub(crate) const MIN_SOCKADDR_LEN: &str = "MinSockAddrLen";
    pub(crate) const MAX_SOCKADDR_LEN: &str = "MaxSockAddrLen";
    pub(crate) const MAPPING: &str = "Mapping";
    pub(crate) const PROVIDER_GUID: &str = "ProviderGUID";
    pub(crate) const OFFLINE_CAPABLE: &str = "OfflineCapable";
    pub(crate) const USE_DELAYED_ACCEPTANCE: &str = "UseDelayedAcceptance";

    pub(crate) const VERSION: &str = "Version";
    pub(crate) const ADDRESS_FAMILY: &str = "AddressFamily";
    pub(crate) const SOCKET_TYPE: &str = "SocketType";
    pub(crate) const PROTOCOL: &str = "Protocol";
    pub(crate) const PROTOCOL_MAX_OFFSET: &str = "ProtocolMaxOffset";
    pub(crate) const BYTE_ORDER: &str = "ByteOrder";
    pub(crate) const MESSAGE_SIZE: &str = "MessageSize";
    pub(crate) const SZ_PROTOCOL: &str = "szProtocol";
    pub(crate) const PROVIDER_FLAGS: &str = "ProviderFlags";
    pub(crate) const SERVICE_FLAGS: &str = "ServiceFlags";

    pub(crate) const REGISTRY_VERSION: &str = "WinSock_Registry_Version";
    pub(crate) const CURRENT_NAME_SPACE_CATALOG: &str = "Current_NameSpace_Catalog";
    pub(crate) const CURRENT_PROTOCOL_CATALOG: &str = "Current_Protocol_Catalog";
    pub(crate) const NAME_SPACE_CALLOUT: &str = "NameSpace_Callout";
    pub(crate) const AUTODIAL_DLL: &str = "AutodialDLL";
    pub(crate) const APP_ID_CATALOG: &str = "AppId_Catalog";

    pub(crate) const NUM_CATALOG_ENTRIES: &str = "Num_Catalog_Entries";
    pub(crate) const NUM_CATALOG_ENTRIES64: &str = "Num_Catalog_Entries64";
    pub(crate) const SERIAL_ACCESS_NUM: &str = "Serial_Access_Num";
    pub(crate) const NEXT_CATALOG_ENTRY_ID: &str = "Next_Catalog_Entry_ID";
    pub(crate) const NEXT_PROVIDER_ID: &str = "Next_Provider_ID";
    pub(crate) const CATALOG_ENTRIES: &str = "Catalog_Entries";
    pub(crate) const CATALOG_ENTRIES64: &str = "Catalog_Entries64";
    pub(crate) const PACKED_CATALOG_ITEM: &str = "PackedCatalogItem";
    pub(crate) const PROTOCOL_NAME: &str = "ProtocolName";

    pub(crate) const LIBRARY_PATH: &str = "LibraryPath";
    pub(crate) const DISPLAY_STRING: &str = "DisplayString";
    pub(crate) const NAME_SPACE_PROVIDER_ID: &str = "ProviderId";
    pub(crate) const SUPPORTED_NAME_SPACE: &str = "SupportedNameSpace";
    pub(crate) const ENABLED: &str = "Enabled";
    pub(crate) const STORES_SERVICE_CLASS_INFO: &str = "StoresServiceClassInfo";
    pub(crate) const PROVIDER_INFO: &str = "ProviderInfo";

    pub(crate) const APP_FULL_PATH: &str = "AppFullPath";
    pub(crate) const APP_ARGS: &str = "AppArgs";
    pub(crate) const PERMITTED_LSP_CATEGORIES: &str = "PermittedLspCategories";
}

use names::*;

/// What a typed view reads of a key.
#[derive(Debug)]
pub(super) struct Layout {
    /// What the key is called in accounts.
    pub(super) view: &'static str,
    pub(super) values: ValueNames,
    pub(super) keys: &'static [(KeyNames, &'static Layout)],
}

/// Which values a view reads.
#[derive(Debug)]
pub(super) enum ValueNames {
    /// The first of each of these names.
    These(&'static [&'static str]),
    /// All of them.
    Any,
}

/// Which subkeys a view leads to.
#[derive(Debug)]
pub(super) enum KeyNames {
    /// The first of this name.
    This(&'static str),
    /// All that are named as [`entry_number`] reads.
    Entries,
    /// All that are named by a number.
    Numbers,
    /// All of them.
    Any,
    /// The one that a value of the key names.
    Protocols,
    /// The one that another value of the key names.
    NameSpaces,
}

const NO_KEYS: &[(KeyNames, &Layout)] = &[];

const fn leaf(view: &'static str, values: &'static [&'static str]) -> Layout {
    Layout { view, values: ValueNames::These(values), keys: NO_KEYS }
}

/// `Services\Winsock`.
pub(super) static WINSOCK_KEY: Layout = Layout {
    view: "Winsock",
    values: ValueNames::These(&["Type", "Start", "ErrorControl"]),
    keys: &[
        (KeyNames::This(PARAMETERS), &leaf("Parameters", &[TRANSPORTS])),
        (KeyNames::This(SETUP_MIGRATION), &MIGRATION_KEY),
        (KeyNames::This(AUTODIAL), &leaf("Autodial", &[AUTODIAL_DLL_NAME, AUTODIAL_FUNCTION])),
        (KeyNames::This(LINKAGE), &LINKAGE_KEY),
    ],
};

static MIGRATION_KEY: Layout = Layout {
    view: "Setup Migration",
    values: ValueNames::These(&[PROVIDER_LIST, KNOWN_STATIC_PROVIDERS, SETUP_VERSION]),
    keys: &[
        (
            KeyNames::This(PROVIDERS),
            &Layout {
                view: "Providers",
                values: ValueNames::These(&[]),
                keys: &[(KeyNames::Any, &leaf("Provider", &[PROVIDER_ID, PROVIDER_DATA]))],
            },
        ),
        (
            KeyNames::This(WELL_KNOWN_GUIDS),
            &Layout { view: "Well Known Guids", values: ValueNames::Any, keys: NO_KEYS },
        ),
    ],
};

static LINKAGE_KEY: Layout = Layout {
    view: "Linkage",
    values: ValueNames::These(&[BIND, EXPORT, ROUTE]),
    keys: &[(KeyNames::This(DISABLED), &leaf("Linkage", &[BIND, EXPORT, ROUTE]))],
};

/// `Services\<transport>\Parameters\Winsock`.
pub(super) static TRANSPORT_KEY: Layout = Layout {
    view: "Transport",
    values: ValueNames::These(&[
        HELPER_DLL_NAME,
        MIN_SOCKADDR_LENGTH,
        MAX_SOCKADDR_LENGTH,
        MIN_SOCKADDR_LEN,
        MAX_SOCKADDR_LEN,
        MAPPING,
        PROVIDER_GUID,
        OFFLINE_CAPABLE,
        USE_DELAYED_ACCEPTANCE,
    ]),
    keys: &[(
        KeyNames::Numbers,
        &leaf(
            "Transport protocol",
            &[
                VERSION,
                ADDRESS_FAMILY,
                MIN_SOCKADDR_LENGTH,
                MAX_SOCKADDR_LENGTH,
                SOCKET_TYPE,
                PROTOCOL,
                PROTOCOL_MAX_OFFSET,
                BYTE_ORDER,
                MESSAGE_SIZE,
                SZ_PROTOCOL,
                PROVIDER_FLAGS,
                SERVICE_FLAGS,
            ],
        ),
    )],
};

/// `Services\WinSock2`.
pub(super) static WINSOCK2_KEY: Layout = Layout {
    view: "WinSock2",
    values: ValueNames::These(&[]),
    keys: &[(
        KeyNames::This(PARAMETERS),
        &Layout {
            view: "WinSock2 Parameters",
            values: ValueNames::These(&[
                REGISTRY_VERSION,
                CURRENT_NAME_SPACE_CATALOG,
                CURRENT_PROTOCOL_CATALOG,
                NAME_SPACE_CALLOUT,
                AUTODIAL_DLL,
            ]),
            keys: &[
                (KeyNames::Protocols, &PROTOCOL_CATALOG_KEY),
                (KeyNames::NameSpaces, &NAME_SPACE_CATALOG_KEY),
                (
                    KeyNames::This(APP_ID_CATALOG),
                    &Layout {
                        view: "Application catalog",
                        values: ValueNames::These(&[]),
                        keys: &[(
                            KeyNames::Any,
                            &leaf(
                                "Application",
                                &[APP_FULL_PATH, APP_ARGS, PERMITTED_LSP_CATEGORIES],
                            ),
                        )],
                    },
                ),
            ],
        },
    )],
};

static PROTOCOL_CATALOG_KEY: Layout = Layout {
    view: "Protocol catalog",
    values: ValueNames::These(&[
        NUM_CATALOG_ENTRIES,
        NUM_CATALOG_ENTRIES64,
        SERIAL_ACCESS_NUM,
        NEXT_CATALOG_ENTRY_ID,
        NEXT_PROVIDER_ID,
    ]),
    keys: &[
        (KeyNames::This(CATALOG_ENTRIES), &CATALOG_ENTRIES_KEY),
        (KeyNames::This(CATALOG_ENTRIES64), &CATALOG_ENTRIES_KEY),
    ],
};

static CATALOG_ENTRIES_KEY: Layout = Layout {
    view: "Catalog entries",
    values: ValueNames::These(&[]),
    keys: &[(KeyNames::Entries, &leaf("Catalog entry", &[PACKED_CATALOG_ITEM, PROTOCOL_NAME]))],
};

static NAME_SPACE_CATALOG_KEY: Layout = Layout {
    view: "Name-space catalog",
    values: ValueNames::These(&[
        NUM_CATALOG_ENTRIES,
        NUM_CATALOG_ENTRIES64,
        SERIAL_ACCESS_NUM,
        NEXT_PROVIDER_ID,
    ]),
    keys: &[
        (KeyNames::This(CATALOG_ENTRIES), &NAME_SPACE_ENTRIES_KEY),
        (KeyNames::This(CATALOG_ENTRIES64), &NAME_SPACE_ENTRIES_KEY),
    ],
};

static NAME_SPACE_ENTRIES_KEY: Layout = Layout {
    view: "Name-space entries",
    values: ValueNames::These(&[]),
    keys: &[(
        KeyNames::Entries,
        &leaf(
            "Name-space entry",
            &[
                LIBRARY_PATH,
                DISPLAY_STRING,
                NAME_SPACE_PROVIDER_ID,
                SUPPORTED_NAME_SPACE,
                ENABLED,
                VERSION,
                STORES_SERVICE_CLASS_INFO,
                PROVIDER_INFO,
            ],
        ),
    )],
};

/// The number of a catalog's entry by its key's name: twelve digits, as `000000000001`. Windows asks for no other.
pub(super) fn entry_number(name: &str) -> Option<u64> {
    number(name).filter(|_| name.len() == 12)
}

/// The number that a key is named by.
pub(super) fn number(name: &str) -> Option<u64> {
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if digits { name.parse().ok() } else { None }
}
