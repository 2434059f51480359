//! Encoders of what the library decodes, written from the headers' structures.

use coldhive_system::winsock::{CatalogItem, MappingRow, ProtocolInfo, Width, WsaProtocolInfo};

fn numbers(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
    numbers.into_iter().flat_map(u32::to_le_bytes).collect()
}

pub(crate) fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(crate) fn mapping(rows: &[MappingRow]) -> Vec<u8> {
    let mut data = numbers([u32::try_from(rows.len()).unwrap(), 3]);
    for row in rows {
        data.extend(numbers([row.address_family, row.socket_type, row.protocol]));
    }
    data
}

/// The records in order, then their names, the last record's first. Sets the places of the names.
pub(crate) fn provider_data(width: Width, records: &mut [ProtocolInfo]) -> Vec<u8> {
    let size = if width == Width::Bits32 { 32 } else { 40 };
    let mut names = Vec::new();
    for record in records.iter_mut().rev() {
        record.name_offset = u64::try_from(names.len()).unwrap();
        names.extend(utf16(&record.name));
        names.extend([0, 0]);
    }
    let base = u64::try_from(size * records.len()).unwrap();
    let mut data = Vec::new();
    for record in records {
        record.name_offset += base;
        data.extend(numbers([
            record.service_flags.bits(),
            record.address_family.0.cast_unsigned(),
            record.max_sockaddr.cast_unsigned(),
            record.min_sockaddr.cast_unsigned(),
            record.socket_type.0.cast_unsigned(),
            record.protocol.cast_unsigned(),
            record.message_size,
        ]));
        match width {
            Width::Bits32 => data.extend(numbers([u32::try_from(record.name_offset).unwrap()])),
            Width::Bits64 => {
                data.extend([0; 4]);
                data.extend(record.name_offset.to_le_bytes());
            }
        }
    }
    data.extend(names);
    data
}

pub(crate) fn protocol_info(info: &WsaProtocolInfo) -> Vec<u8> {
    let mut data = numbers([info.service_flags.bits()]);
    data.extend(numbers(info.more_service_flags));
    data.extend(numbers([info.provider_flags.bits()]));
    data.extend(info.provider_id.0);
    data.extend(numbers([info.catalog_entry_id, info.chain.length.cast_unsigned()]));
    data.extend(numbers(info.chain.places));
    let signed = [
        info.version,
        info.address_family.0,
        info.max_sockaddr,
        info.min_sockaddr,
        info.socket_type.0,
        info.protocol,
        info.protocol_max_offset,
        info.network_byte_order,
        info.security_scheme,
    ];
    data.extend(numbers(signed.map(i32::cast_unsigned)));
    data.extend(numbers([info.message_size, info.provider_reserved]));
    data.extend(info.name.field().iter().flat_map(|unit| unit.to_le_bytes()));
    data
}

pub(crate) fn catalog_item(item: &CatalogItem) -> Vec<u8> {
    let mut data = item.library_path.field().to_vec();
    data.extend(protocol_info(&item.protocol));
    data.extend(&item.behind.0);
    data
}
