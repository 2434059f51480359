//! Any bytes may stand in a primary, a log or a mirror: nothing panics, and images stay as small as the files.

use coldhive_hive::{Evidence, Image, RecoveryState};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::recovery_logs::*;

/// Recovers, and checks what must hold of any image.
fn check(primary: &[u8], companions: &[(&str, &[u8])]) -> Option<Image> {
    let mut evidence = Evidence::from_bytes("SYSTEM", primary).ok()?;
    for (name, bytes) in companions {
        evidence = evidence.with_file(*name, *bytes);
    }
    let image = Image::recover(evidence);
    let supplied: usize = companions.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(image.bytes().len() <= primary.len().max(4096) + supplied);
    let recovery = image.recovery();
    let mut covered = 0;
    for run in image.provenance().runs() {
        assert!(run.start == covered && run.length > 0);
        covered += run.length;
        if let Some(offset) = run.offset {
            let file = &image.evidence().files()[run.file];
            let there = &file.bytes()[offset as usize..(offset + run.length) as usize];
            assert_eq!(there, &image.bytes()[run.start as usize..covered as usize]);
            assert!(recovery.files[run.file].used);
        }
    }
    assert_eq!(covered as usize, image.bytes().len());
    assert!(image.provenance().runs().len() <= 16 + 3 * (primary.len() + supplied) / 512);
    match recovery.state {
        RecoveryState::Recovered => {
            assert!(!image.hive().base_block().is_dirty());
            assert!(recovery.entries > 0 && recovery.applied.is_some());
        }
        RecoveryState::Clean | RecoveryState::NoLogs | RecoveryState::NothingApplies => {
            assert_eq!(image.bytes(), primary);
        }
        RecoveryState::Mirror => {}
        state => panic!("{state}"),
    }
    assert_eq!(recovery.is_dirty, image.hive().base_block().is_dirty());
    let clean = image.clean_bytes();
    assert!(clean.len() <= image.bytes().len().max(4096));
    if let Ok(root) = image.hive().root() {
        assert!(root.walk().count() > 0);
    }
    assert!(recovery.files.iter().all(|file| !file.why.is_empty() && !file.why.ends_with('.')));
    Some(image)
}

/// A primary, an old log, two new logs and a mirror, all of which could apply.
fn files() -> [Vec<u8>; 5] {
    let (before, middle, after) = (hive(40, "before"), hive(40, "middle"), hive(90, "after!"));
    let primary = sequence(before.clone(), 8, 7);
    let old = old_log(&after, &dirty(&before, &after), 8, 1, 1);
    let one = new_log(&before, &[Entry::between(7, &before, &middle)]);
    let two =
        new_log(&before, &[Entry::between(8, &middle, &after), Entry::between(9, &after, &middle)]);
    [primary, old, one, two, before]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files_never_panic(
        changes in vec((0..5_usize, any::<Index>(), any::<bool>(), any::<u8>()), 1..10),
        cuts in vec((0..5_usize, any::<Index>()), 0..2),
        seals in any::<[bool; 5]>(),
        broken in any::<bool>(),
        present in any::<[bool; 5]>(),
    ) {
        let mut files = files();
        for (file, at, early, byte) in changes {
            // Half of the changes hit the fields of base blocks and what stands right behind them.
            let room = if early { 640 } else { files[file].len() };
            files[file][at.index(room)] = byte;
        }
        for (file, sealed) in files.iter_mut().zip(seals) {
            if sealed {
                crate::raw::seal(&mut file[..512]);
            }
        }
        if broken {
            files[0][508] ^= 1;
        }
        for (file, at) in cuts {
            let length = at.index(files[file].len());
            files[file].truncate(length);
        }
        let names = ["SYSTEM.LOG", "SYSTEM.LOG1", "SYSTEM.LOG2", "SYSTEM.ALT"];
        let companions: Vec<(&str, &[u8])> = names
            .iter()
            .zip(&files[1..])
            .zip(present)
            .filter(|(_, present)| *present)
            .map(|((name, file), _)| (*name, &**file))
            .collect();
        check(&files[0], &companions);
    }

    /// Entries with hashes that hold and any numbers in them.
    #[test]
    fn forged_entries_never_panic(
        entries in vec((
            prop_oneof![4 => Just(None), 1 => any::<u32>().prop_map(Some)],
            prop_oneof![4 => (0..64_u32).prop_map(|n| n * 4096), 1 => any::<u32>()],
            vec((prop_oneof![6 => (0..256_u32).prop_map(|n| n * 512), 1 => any::<u32>()], 0..10_usize), 0..6),
        ), 1..8),
        broken in any::<bool>(),
        cut in any::<Index>(),
    ) {
        let before = hive(40, "before");
        let mut primary = sequence(before.clone(), 8, 7);
        if broken {
            primary[508] ^= 1;
        }
        primary.truncate(4608 + cut.index(primary.len() - 4607));
        let entries: Vec<Entry> = entries
            .into_iter()
            .zip(7..)
            .map(|((number, bins_size, pages), sequence)| Entry {
                sequence: number.unwrap_or(sequence),
                bins_size,
                flags: 0,
                pages: pages.into_iter().map(|(at, n)| (at, vec![n as u8; n * 512])).collect(),
            })
            .collect();
        check(&primary, &[("SYSTEM.LOG1", &new_log(&before, &entries))]);
    }
}

#[test]
fn many_entries_and_pages_take_linear_time() {
    let before = hive(40, "before");
    let primary = sequence(before.clone(), 1, 0);
    let size = get(&before, 40);
    // 20,000 entries of one page each, in every order, and one entry of as many pages.
    let page = |n: u32| ((n.wrapping_mul(7919) % (size / 512)) * 512, vec![n as u8; 512]);
    let single: Vec<Entry> = (0..20_000)
        .map(|n| Entry { sequence: n, bins_size: size, flags: 0, pages: vec![page(n)] })
        .collect();
    let many =
        Entry { sequence: 0, bins_size: size, flags: 0, pages: (0..20_000).map(page).collect() };
    // Pages without bytes are nothing.
    let none = Entry {
        sequence: 0,
        bins_size: size,
        flags: 0,
        pages: (0..1_000_000).map(|_| (0, Vec::new())).collect(),
    };
    for log in [new_log(&before, &single), new_log(&before, &[many]), new_log(&before, &[none])] {
        let image = check(&primary, &[("SYSTEM.LOG1", &log)]).unwrap();
        assert_eq!(image.recovery().state, RecoveryState::Recovered);
    }
}
