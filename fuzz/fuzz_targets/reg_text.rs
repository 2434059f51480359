//! Registry texts: any bytes are refused with reasons, or make a hive without damage.
#![no_main]

use coldhive_forge::reg::{CodePage, RegOptions, is_reg_text, parse};
use coldhive_hive::{CellOffset, Hive};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let japanese = CodePage::named("932").expect("a code page");
    for options in [RegOptions::default(), RegOptions::default().code_page(japanese)] {
        let made = match parse(bytes, &options) {
            Ok(made) => made,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert!(error.problems().len() <= 100);
                assert!(error.problems().iter().all(|problem| problem.line > 0));
                continue;
            }
        };
        assert!(is_reg_text(bytes) || bytes.len() > 4096);
        let hive = Hive::parse(&made.bytes).expect("a hive");
        assert!(hive.damage().is_empty());
        let mut cells = Vec::new();
        for visit in hive.root().expect("a root").walk() {
            assert!(visit.damage.is_empty());
            cells.push(visit.key.cell());
            cells.extend(visit.key.values().flatten().map(|value| value.cell()));
        }
        cells.sort_unstable_by_key(|cell| cell.get());
        assert!(made.places.iter().map(|place| CellOffset::new(place.cell)).eq(cells));
        assert!(made.places.iter().all(|place| place.offset < bytes.len() as u64));
        for path in made.exported.iter().filter(|path| !path.is_empty()) {
            assert!(hive.key(path).found().is_some(), "{path:?}");
        }
    }
});
