//! Laws: what is encoded reads back as it was, all bytes of a catalog item are kept, and no bytes cause a panic.

use coldhive_system::winsock::{
    AddressFamily, CatalogItem, FixedAnsi, FixedWide, Mapping, MappingRow, NameList,
    OldServiceFlags, ProtocolInfo, ProviderData, SocketType, Width, lana, protocol_name,
};
use proptest::collection::vec;
use proptest::prelude::*;

use super::encode;

fn row() -> impl Strategy<Value = MappingRow> {
    // Small numbers have names; all others have none.
    let number = || prop_oneof![0..40_u32, any::<u32>()];
    (number(), number(), number()).prop_map(|(address_family, socket_type, protocol)| MappingRow {
        address_family,
        socket_type,
        protocol,
    })
}

fn record() -> impl Strategy<Value = ProtocolInfo> {
    let numbers = (any::<u32>(), any::<i32>(), any::<[i32; 2]>(), any::<i32>(), any::<i32>());
    (numbers, any::<u32>(), "[^\0]{0,12}").prop_map(|(numbers, message_size, name)| {
        let (flags, family, [max_sockaddr, min_sockaddr], kind, protocol) = numbers;
        ProtocolInfo {
            service_flags: OldServiceFlags::from_bits_retain(flags),
            address_family: AddressFamily(family),
            max_sockaddr,
            min_sockaddr,
            socket_type: SocketType(kind),
            protocol,
            message_size,
            name_offset: 0,
            name,
        }
    })
}

fn width() -> impl Strategy<Value = Width> {
    prop_oneof![Just(Width::Bits32), Just(Width::Bits64)]
}

/// Bytes like those of provider data: a sound one with some of its bytes changed, cut or lengthened.
fn nearly_provider_data() -> impl Strategy<Value = Vec<u8>> {
    let sound = (width(), vec(record(), 1..6))
        .prop_map(|(width, mut records)| encode::provider_data(width, &mut records));
    let changes = vec((any::<prop::sample::Index>(), any::<u8>()), 0..12);
    (sound, changes, any::<prop::sample::Index>(), vec(any::<u8>(), 0..20)).prop_map(
        |(mut data, changes, cut, more)| {
            for (at, byte) in changes {
                let at = at.index(data.len());
                data[at] = byte;
            }
            data.truncate(cut.index(data.len() * 2));
            data.extend(more);
            data
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mapping_reads_back(rows in vec(row(), 0..300)) {
        let mapping = Mapping::decode(&encode::mapping(&rows)).unwrap();
        prop_assert_eq!(mapping.fault(), None);
        prop_assert_eq!(mapping.rows, rows);
        prop_assert!(mapping.behind.0.is_empty());
    }

    /// A mapping that was cut or lengthened is said to be, and its whole rows are kept.
    #[test]
    fn a_mapping_of_the_wrong_length_is_told(rows in vec(row(), 0..20), length in 8..300_usize) {
        let mut data = encode::mapping(&rows);
        let whole = data.len();
        data.resize(length, 0xEE);
        let mapping = Mapping::decode(&data).unwrap();
        prop_assert_eq!(mapping.fault().is_none(), whole == length);
        let kept = rows.len().min((length - 8) / 12);
        prop_assert_eq!(&mapping.rows, &rows[..kept]);
        prop_assert_eq!(8 + 12 * kept + mapping.behind.0.len(), length);
    }

    #[test]
    fn provider_data_reads_back(width in width(), records in vec(record(), 1..8)) {
        let mut records = records;
        let data = encode::provider_data(width, &mut records);
        let decoded = ProviderData::decode(&data).unwrap();
        prop_assert_eq!(decoded.width, width);
        prop_assert_eq!(decoded.records, records);
        prop_assert_eq!(decoded.faults, vec![]);
    }

    /// Changed data is decoded as far as it holds together, and takes no more memory than it has bytes.
    #[test]
    fn changed_provider_data_stays_within_its_size(data in nearly_provider_data()) {
        if let Some(decoded) = ProviderData::decode(&data) {
            let names: usize = decoded.records.iter().map(|record| record.name.encode_utf16().count()).sum();
            prop_assert!(2 * names <= data.len());
            prop_assert!(decoded.records.len() * 32 <= data.len());
            prop_assert!(serde_json::to_string(&decoded).is_ok());
        }
    }

    /// All 888 bytes are kept, whatever they are, and what stands behind them.
    #[test]
    fn a_catalog_item_reads_back(data in vec(any::<u8>(), 888..900)) {
        let item = CatalogItem::decode(&data).unwrap();
        prop_assert_eq!(encode::catalog_item(&item), data.clone());
        prop_assert_eq!(CatalogItem::decode(&encode::catalog_item(&item)), Some(item.clone()));
        prop_assert!(item.protocol.chain.entries().len() <= 7);
        prop_assert!(!item.library_path.text().contains(&0));
        prop_assert!(serde_json::to_string(&item).is_ok());
    }

    #[test]
    fn a_shorter_one_is_no_item(data in vec(any::<u8>(), 0..888)) {
        prop_assert_eq!(CatalogItem::decode(&data), None);
    }

    #[test]
    fn no_bytes_cause_a_panic(data in vec(any::<u8>(), 0..400)) {
        let _ = Mapping::decode(&data).map(|mapping| (mapping.fault(), mapping.rows.len()));
        let _ = ProviderData::decode(&data);
        let list = NameList::decode(data.clone());
        prop_assert!(list.entries_behind_end().len() <= data.len());
        prop_assert!(list.behind_end().is_empty() || list.behind_end()[0] != 0 || list.behind_end().len() > 1);
        prop_assert_eq!(list.bytes(), data);
        let _ = (list.repeated(), list.missing_from(&list), list.empty_entries());
        prop_assert!(list.missing_from(&list).is_empty());
    }

    /// A list is well formed where its entries are, and reads back.
    #[test]
    fn a_list_reads_back(entries in vec("[^\0]{1,8}", 0..8)) {
        let text: String = entries.iter().map(|entry| format!("{entry}\0")).collect();
        let list = NameList::decode(encode::utf16(&format!("{text}\0")));
        prop_assert_eq!(list.entries(), entries);
        prop_assert!(list.is_well_formed() && list.is_terminated() && !list.has_odd_length());
        prop_assert_eq!((list.empty_entries(), list.behind_end()), (0, &[][..]));
    }

    #[test]
    fn texts_in_fields_end_with_the_first_nul(bytes in any::<[u8; 24]>()) {
        let ansi = FixedAnsi::new(bytes);
        let nul = usize::from(ansi.is_terminated());
        prop_assert_eq!(ansi.text().len() + nul + ansi.behind().len(), 24);
        prop_assert_eq!(ansi.to_string().chars().count(), ansi.text().len());
        let wide = FixedWide::<12>::decode(&bytes).unwrap();
        let nul = usize::from(wide.is_terminated());
        prop_assert_eq!(wide.text().len() + nul + wide.behind().len(), 12);
        prop_assert_eq!(wide.is_lossless(), wide.to_string().encode_utf16().eq(wide.text().iter().copied()));
        prop_assert_eq!(FixedWide::<12>::decode(&bytes[..23]), None);
        prop_assert_eq!(FixedWide::<11>::decode(&bytes), None);
    }

    #[test]
    fn every_number_has_a_text(family in any::<i32>(), protocol in any::<i32>()) {
        let _ = protocol_name(AddressFamily(family % 40), protocol % 20_000);
        prop_assert_eq!(lana(protocol).is_some(), protocol < 0);
        prop_assert!(!AddressFamily(family).to_string().is_empty());
    }
}

/// U+FFFD that is stored is text; beside a unit that is none it doesn't make the text whole.
#[test]
fn a_stored_replacement_character_hides_no_loss() {
    let with = |units: [u16; 4]| FixedWide::new(units);
    assert!(with([0x0100, 0xFFFD, 0x0100, 0]).is_lossless());
    assert!(!with([0x0100, 0xFFFD, 0xD800, 0]).is_lossless());
    assert!(with([0xFFFD, 0xD83D, 0xDE00, 0]).is_lossless());
}

/// Thousands of records that name the same long text would make gigabytes of a megabyte.
#[test]
fn shared_names_cost_no_more_than_the_data_has() {
    let mut data = Vec::new();
    let (count, size) = (16_384_u32, 32_u32);
    for _ in 0..count {
        data.extend([1_u32, 17, 20, 20, 5, 0, 0, count * size].map(u32::to_le_bytes).concat());
    }
    data.extend(std::iter::repeat_n([b'x', 0], 250_000).flatten());
    let decoded = ProviderData::decode(&data).unwrap();
    let names: usize = decoded.records.iter().map(|record| record.name.len()).sum();
    assert_eq!(decoded.records.len(), 16_384);
    assert!(2 * names <= data.len(), "{names}");
    let codes: Vec<_> = decoded.faults.iter().map(ToString::to_string).collect();
    assert!(
        codes.contains(&"the names from record 2 on share bytes and are left out".into()),
        "{codes:?}"
    );
}
