//! Asks every typed view for everything, and counts what was read: an account of its own, by the public interface.

use std::fmt::Debug;

use coldhive_hive::{Damage, Key, Lookup, Value};
use coldhive_system::winsock::{
    Linkage, NameSpaceEntry, Transport, Width, Winsock, Winsock2, Winsock2Parameters,
};
use coldhive_system::{Reading, text};

/// What was read through the views.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Read {
    /// Keys that a view is of, or that were looked through for such keys.
    pub(crate) keys: u32,
    /// Values that were read as what they should be.
    pub(crate) values: u32,
    /// Values that are something else.
    pub(crate) unfit: u32,
}

impl Read {
    fn key(&mut self) {
        self.keys += 1;
    }

    fn take<T: Debug>(&mut self, reading: Reading<T>) {
        match reading {
            Reading::Is(_) => self.values += 1,
            Reading::Unfit { .. } => self.unfit += 1,
            Reading::Absent | Reading::Damaged(_) => {}
        }
    }
}

/// Every key and value of a subtree, counted without a walk of the library's: `(keys, values)`.
pub(crate) fn count(key: &Key<'_>) -> (u32, u32) {
    let values = key.values().flatten().filter(|value| Value::name(value).is_ok()).count();
    key.subkeys().flatten().fold((1, u32::try_from(values).unwrap()), |(keys, values), subkey| {
        let (more_keys, more_values) = count(&subkey);
        (keys + more_keys, values + more_values)
    })
}

fn listed<T>(list: Lookup<Vec<Result<T, Damage>>>) -> Option<Vec<T>> {
    list.found().map(|list| list.into_iter().flatten().collect())
}

pub(crate) fn winsock(winsock: &Winsock<'_>) -> Read {
    let mut read = Read::default();
    read.key();
    let service = winsock.as_service();
    read.take(service.start());
    read.take(service.service_type());
    read.take(service.error_control());
    if let Lookup::Found(parameters) = winsock.parameters() {
        read.key();
        read.take(parameters.transports());
    }
    if let Lookup::Found(autodial) = winsock.autodial() {
        read.key();
        read.take(autodial.dll());
        read.take(autodial.function());
    }
    if let Lookup::Found(found) = winsock.linkage() {
        linkage(&found, &mut read);
        if let Lookup::Found(disabled) = found.disabled() {
            linkage(&disabled, &mut read);
        }
    }
    let Lookup::Found(migration) = winsock.setup_migration() else { return read };
    read.key();
    read.take(migration.provider_list());
    read.take(migration.known_static_providers());
    read.take(migration.setup_version());
    if let Some(providers) = listed(migration.providers()) {
        read.key();
        for provider in providers {
            read.key();
            read.take(provider.id());
            read.take(provider.protocols());
        }
    }
    if let Lookup::Found(guids) = migration.well_known_guids() {
        read.key();
        for (_, guid) in guids.guids().flatten() {
            read.take(guid);
        }
    }
    read
}

fn linkage(linkage: &Linkage<'_>, read: &mut Read) {
    read.key();
    read.take(linkage.bind());
    read.take(linkage.export());
    read.take(linkage.route());
}

pub(crate) fn transport(transport: &Transport<'_>) -> Read {
    let mut read = Read::default();
    read.key();
    read.take(transport.helper_dll());
    for length in [transport.min_sockaddr(), transport.max_sockaddr()] {
        read.take(length.length);
        read.take(length.len);
    }
    read.take(transport.mapping());
    read.take(transport.provider_guid());
    read.take(transport.offline_capable());
    read.take(transport.use_delayed_acceptance());
    for protocol in transport.protocols().into_iter().flatten() {
        read.key();
        read.take(protocol.version());
        read.take(protocol.address_family());
        read.take(protocol.min_sockaddr_length());
        read.take(protocol.max_sockaddr_length());
        read.take(protocol.socket_type());
        read.take(protocol.protocol());
        read.take(protocol.protocol_max_offset());
        read.take(protocol.byte_order());
        read.take(protocol.message_size());
        read.take(protocol.protocol_name());
        read.take(protocol.provider_flags());
        read.take(protocol.service_flags());
    }
    read
}

pub(crate) fn winsock2(winsock: &Winsock2<'_>) -> Read {
    let mut read = Read::default();
    read.key();
    if let Lookup::Found(parameters) = winsock.parameters() {
        winsock2_parameters(&parameters, &mut read);
    }
    read
}

fn winsock2_parameters(parameters: &Winsock2Parameters<'_>, read: &mut Read) {
    read.key();
    read.take(parameters.registry_version());
    read.take(parameters.current_protocol_catalog());
    read.take(parameters.current_name_space_catalog());
    read.take(parameters.name_space_callout());
    read.take(parameters.autodial_dll());
    if let Lookup::Found(catalog) = parameters.protocol_catalog() {
        read.key();
        read.take(catalog.next_entry_id());
        read.take(catalog.serial_access_number());
        read.take(catalog.next_provider_id());
        for width in Width::BOTH {
            read.take(catalog.entry_count(width));
            let Some(entries) = listed(catalog.entries(width)) else { continue };
            read.key();
            for entry in entries {
                read.key();
                read.take(entry.item());
                read.take(entry.protocol_name());
            }
        }
    }
    if let Lookup::Found(catalog) = parameters.name_space_catalog() {
        read.key();
        read.take(catalog.serial_access_number());
        read.take(catalog.next_provider_id());
        for width in Width::BOTH {
            read.take(catalog.entry_count(width));
            let Some(entries) = listed(catalog.entries(width)) else { continue };
            read.key();
            entries.iter().for_each(|entry| name_space(entry, read));
        }
    }
    if let Lookup::Found(catalog) = parameters.app_id_catalog() {
        read.key();
        for application in catalog.applications().into_iter().flatten() {
            read.key();
            read.take(application.full_path());
            read.take(application.arguments());
            read.take(application.permitted_categories());
            assert_eq!(application.full_path(), text(application.key(), "AppFullPath"));
        }
    }
}

fn name_space(entry: &NameSpaceEntry<'_>, read: &mut Read) {
    read.key();
    read.take(entry.library_path());
    read.take(entry.display_string());
    read.take(entry.provider_id());
    read.take(entry.name_space());
    read.take(entry.enabled());
    read.take(entry.version());
    read.take(entry.stores_service_class_info());
    read.take(entry.provider_info());
}
