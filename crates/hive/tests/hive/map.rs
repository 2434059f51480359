//! The map of cells against counts that a few lines of another language made from the same files.

use coldhive_hive::{CellMap, Hive, SpaceKind};

use crate::corpus::corpus;

/// File; bins, allocated cells and their bytes, free cells and their bytes.
const COUNTED: [(&str, [u32; 5]); 18] = [
    ("cluster/healthy.SYSTEM", [269, 13635, 725_512, 129, 371_800]),
    ("odd/BadListHive", [1, 12, 1096, 5, 2968]),
    ("odd/BigDataHive", [10, 19, 131_368, 3, 11672]),
    ("odd/DeletedDataHive", [1, 7, 480, 3, 3584]),
    ("odd/DeletedTreeHive", [1, 6, 512, 3, 3552]),
    ("odd/EmptyHive", [1, 2, 288, 1, 3776]),
    ("odd/ManySubkeysHive", [110, 5016, 480_488, 128, 3416]),
    ("odd/SlackHive", [110, 5016, 480_488, 128, 3416]),
    ("odd/UnicodeHive", [1, 7, 688, 4, 3376]),
    ("odd/hivex-special", [1, 13, 1232, 2, 2832]),
    ("odd/nt-hive-testhive", [20, 568, 149_848, 13, 5160]),
    ("system/container-delta.SYSTEM", [28, 2175, 124_816, 15, 5360]),
    ("system/nt4-ee-sp3.SOFTWARE", [136, 10832, 566_176, 1, 2912]),
    ("system/nt4-ee-sp3.SYSTEM", [266, 13551, 721_704, 100, 363_416]),
    ("system/win10-1709.SYSTEM", [2704, 190_827, 11_721_072, 413, 590_992]),
    ("system/win7-sp1.SYSTEM", [2736, 186_191, 11_675_648, 117, 4608]),
    ("system/win81-dirty.SYSTEM", [1782, 124_139, 7_510_592, 97, 63232]),
    ("system/xp-sp3-m57.SYSTEM", [777, 66637, 3_326_736, 1338, 35792]),
];

#[test]
fn cells_are_counted_as_a_plain_count_has_them() {
    let Some(folder) = corpus() else { return };
    for (name, [bins, allocated, allocated_bytes, free, free_bytes]) in COUNTED {
        let file = std::fs::read(folder.join(name)).unwrap();
        let hive = Hive::parse(&file).unwrap();
        let map = CellMap::of(hive);
        let totals = map.totals();
        println!("{name}: {totals:?} {:?}", map.damage());
        assert_eq!(totals.bins, bins, "{name}");
        assert_eq!(totals.free_cells, free, "{name}");
        assert_eq!(totals.free_bytes, free_bytes, "{name}");
        assert_eq!(totals.live_cells + totals.unreferenced_cells, allocated, "{name}");
        assert_eq!(totals.live_bytes + totals.unreferenced_bytes, allocated_bytes, "{name}");
        assert_eq!(totals.gap_bytes, 0, "{name}");
        assert_eq!(map.totals().bytes_behind_bins, hive.bytes_behind_bins(), "{name}");
        assert!(map.is_complete(), "{name}");
        for pair in map.spaces().windows(2) {
            assert!(pair[0].end <= pair[1].start, "{name}: {pair:?}");
        }
        for space in map.spaces() {
            assert_eq!(map.space_at(space.start), Some(*space), "{name}");
            assert_eq!(map.space_at(space.end - 1), Some(*space), "{name}");
            let inside = space.end <= hive.bins_size();
            assert_eq!(inside, space.kind != SpaceKind::BehindBins, "{name}: {space:?}");
        }
    }
}
