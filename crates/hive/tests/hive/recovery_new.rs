//! New-format logs: what is applied, and what isn't and why.

use coldhive_hive::{Hive, RecoveryState};

use crate::recovery_logs::*;

/// Three states of one hive, one flush apart, of one size.
fn states() -> [Vec<u8>; 4] {
    ["aaaa", "bbbb", "cccc", "dddd"].map(|data| hive(100, data))
}

/// The entries between the states, with these sequence numbers.
fn entries(states: &[Vec<u8>; 4], first: u32) -> [Entry; 3] {
    [0, 1, 2].map(|n| Entry::between(first.wrapping_add(n as u32), &states[n], &states[n + 1]))
}

fn dirty_primary(states: &[Vec<u8>; 4]) -> Vec<u8> {
    sequence(states[0].clone(), 8, 7)
}

#[test]
fn entries_are_applied_in_order() {
    let states = states();
    let log = new_log(&states[0], &entries(&states, 7));
    let image = recover(&dirty_primary(&states), &[("SYSTEM.LOG1", &log)]);
    assert_tree(&image, &states[3]);
    assert_eq!(image.recovery().state, RecoveryState::Recovered);
    assert_eq!(
        image.recovery().summary,
        "the primary was dirty (its sequence numbers 8 and 7 differ), and 3 log entries (7 to 9) of SYSTEM.LOG1 were \
         applied"
    );
    assert_eq!(image.hive().base_block().primary_sequence(), 9);
    // Of one page three versions were written: the last counts.
    let changed = dirty(&states[0], &states[1]);
    assert_eq!(image.recovery().pages as usize, changed.len());
    let origin = image.origin(4096 + u64::from(*changed.first().unwrap()) * 512);
    assert_eq!(origin.entry, Some(9));
    assert_eq!(origin.file.path().to_str(), Some("SYSTEM.LOG1"));
}

#[test]
fn two_logs_are_chained_whichever_comes_first() {
    let states = states();
    let [first, second, third] = entries(&states, 7);
    let early = new_log(&states[0], &[first]);
    let late = new_log(&states[0], &[second, third]);
    for (one, two) in [(&early, &late), (&late, &early)] {
        let image = recover(&dirty_primary(&states), &[("SYSTEM.LOG1", one), ("SYSTEM.LOG2", two)]);
        assert_tree(&image, &states[3]);
        assert_eq!(image.recovery().applied.unwrap().to_string(), "7 to 9");
    }
}

#[test]
fn a_gap_before_the_first_entry_is_no_obstacle_and_one_between_logs_is() {
    let states = states();
    let [mut first, _, mut third] = entries(&states, 7);
    first.sequence = 500;
    third.sequence = 502;
    let (early, late) = (new_log(&states[0], &[first]), new_log(&states[0], &[third]));
    let image = recover(&dirty_primary(&states), &[("a.LOG1", &early), ("a.LOG2", &late)]);
    assert_tree(&image, &states[1]);
    assert_eq!(
        why(&image, "a.LOG2"),
        "not used: its first entry carries the sequence number 502, which is no successor of 500, the last one applied"
    );
}

#[test]
fn sequence_numbers_wrap() {
    let states = states();
    let [first, second, third] = entries(&states, u32::MAX - 1);
    assert_eq!(third.sequence, 0);
    let primary = sequence(states[0].clone(), u32::MAX, u32::MAX - 1);
    let early = new_log(&states[0], &[first, second]);
    let late = new_log(&states[0], &[third]);
    for (one, two) in [(&early, &late), (&late, &early)] {
        let image = recover(&primary, &[("a.LOG1", one), ("a.LOG2", two)]);
        assert_tree(&image, &states[3]);
        assert_eq!(image.hive().base_block().secondary_sequence(), 0);
    }
    // The same where the base block has to come from the log with the latest entries: 0 comes after the largest.
    let mut broken = primary;
    broken[508] ^= 1;
    let image = recover(&broken, &[("a.LOG1", &early), ("a.LOG2", &late)]);
    assert_eq!(image.recovery().applied.unwrap().to_string(), "0");
}

#[test]
fn older_logs_are_left_out() {
    let states = states();
    let log = new_log(&states[0], &entries(&states, 4));
    let image = recover(&dirty_primary(&states), &[("a.LOG1", &log)]);
    assert_eq!(image.recovery().state, RecoveryState::NothingApplies);
    assert_eq!(
        why(&image, "a.LOG1"),
        "not used: its entries begin with 4, before the primary's secondary sequence number 7: they are older than the \
         primary"
    );
}

#[test]
fn a_bad_entry_ends_the_log() {
    let states = states();
    let [first, second, third] = entries(&states, 7).map(|entry| entry.bytes());
    let mut broken = second.clone();
    *broken.last_mut().unwrap() ^= 1;
    let at = 512 + first.len();
    let damaged = format!("the entry at offset {at:#x} is damaged: its hashes do not hold");
    // The header has a hash of its own.
    let mut other = second.clone();
    other[8] ^= 1;
    let mut standing_still = second.clone();
    standing_still[4..8].fill(0);
    rehash(&mut standing_still);
    let mut uneven = second.clone();
    uneven[4] ^= 8;
    let mut endless = second.clone();
    endless[4..8].copy_from_slice(&0xFFFF_FE00_u32.to_le_bytes());
    let cases = [
        (broken, damaged.clone()),
        (other, damaged),
        (
            standing_still,
            format!(
                "the entry at offset {at:#x} says that it has 0x0 bytes, which is no multiple of 512 or is 0"
            ),
        ),
        (
            uneven,
            format!(
                "the entry at offset {at:#x} says that it has {:#x} bytes, which is no multiple of 512 or is 0",
                second.len() ^ 8
            ),
        ),
        (endless, format!("the entry at offset {at:#x} is cut short by the end of the file")),
    ];
    for (entry, expected) in cases {
        let log = new_log_of(&states[0], 7, &[first.clone(), entry, third.clone()]);
        let image = recover(&dirty_primary(&states), &[("a.LOG1", &log)]);
        assert_tree(&image, &states[1]);
        assert_eq!(why(&image, "a.LOG1"), format!("its entry 7 was applied; {expected}"));
    }
}

#[test]
fn entries_of_an_earlier_round_are_left_out() {
    let states = states();
    let [first, second, mut stale] = entries(&states, 7);
    stale.sequence = 3;
    let log = new_log(&states[0], &[first, second, stale]);
    let image = recover(&dirty_primary(&states), &[("a.LOG1", &log)]);
    assert_tree(&image, &states[2]);
    let why = why(&image, "a.LOG1");
    assert!(why.starts_with("its entries 7 to 8 were applied; the entry at offset 0x"), "{why}");
    assert!(why.ends_with(
        " carries the sequence number 3 and is no successor: it was left by an earlier round"
    ));
    // Nothing is found behind where the log was written, either.
    let mut rest = new_log(&states[0], &entries(&states, 7)[..1]);
    rest.extend([0; 4096]);
    let image = recover(&dirty_primary(&states), &[("a.LOG1", &rest)]);
    assert_tree(&image, &states[1]);
}

#[test]
fn entries_whose_pages_do_not_fit_are_refused() {
    let states = states();
    let size = get(&states[0], 40);
    let entry = |bins_size, pages: &[(u32, usize)]| Entry {
        sequence: 7,
        bins_size,
        flags: 0,
        pages: pages.iter().map(|(at, length)| (*at, vec![0xEE; *length])).collect(),
    };
    let mut many = entry(size, &[(0, 512)]).bytes();
    many[20..24].copy_from_slice(&u32::MAX.to_le_bytes());
    rehash(&mut many);
    let mut lacking = entry(size, &[(0, 512)]).bytes();
    lacking[44..48].copy_from_slice(&4096_u32.to_le_bytes());
    rehash(&mut lacking);
    let cases = [
        (entry(size, &[(size, 512)]).bytes(), "which is behind the end of the hive bins data"),
        (
            entry(size, &[(u32::MAX - 511, 512)]).bytes(),
            "which is behind the end of the hive bins data",
        ),
        (entry(size, &[(0, 512), (100, 512)]).bytes(), "which are no multiples of 512"),
        (entry(size, &[(0, 100)]).bytes(), "which are no multiples of 512"),
        (entry(size + 512, &[(0, 512)]).bytes(), "which is no multiple of 4096 or is 0"),
        (entry(0, &[]).bytes(), "which is no multiple of 4096 or is 0"),
        (
            entry(0xFFFF_F000, &[(0, 512)]).bytes(),
            "says that the hive bins data has 0xfffff000 bytes, more than the primary and all logs together",
        ),
        (many, "has no room for the pages that it says it has"),
        (lacking, "ends before its pages do"),
    ];
    for (bytes, expected) in cases {
        let log = new_log_of(&states[0], 7, &[bytes]);
        let image = recover(&dirty_primary(&states), &[("a.LOG1", &log)]);
        let why = why(&image, "a.LOG1");
        assert!(why.starts_with("not used: its first entry, at offset 0x200, "), "{why}");
        assert!(why.ends_with(expected), "{why}");
        assert_eq!(image.recovery().state, RecoveryState::NothingApplies);
        assert_eq!(image.bytes(), dirty_primary(&states), "no part of a bad entry is applied");
    }
}

#[test]
fn of_overlapping_pages_the_last_counts() {
    let states = states();
    let mut entry = Entry::between(7, &states[0], &states[1]);
    let garbage = vec![0xEE; 8192];
    entry.pages.insert(0, (0, garbage));
    entry.pages.insert(1, (0, states[1][4096..12288].to_vec()));
    let image = recover(&dirty_primary(&states), &[("a.LOG1", &new_log(&states[0], &[entry]))]);
    assert_tree(&image, &states[1]);
}

#[test]
fn the_hive_grows() {
    let (before, after) = (hive(10, "x"), hive(2000, "grown"));
    assert!(after.len() > 4 * before.len());
    let primary = sequence(before.clone(), 8, 7);
    let log = new_log(&before, &[Entry::between(7, &before, &after)]);
    let image = recover(&primary, &[("a.LOG1", &log)]);
    assert_tree(&image, &after);
    assert_eq!(image.bytes().len(), after.len());
    assert_eq!(image.recovery().notes, [""; 0]);

    // What the file has behind its bins stays where no page is laid over it.
    let mut padded = primary.clone();
    padded.resize(after.len() + 100_000, 0xAB);
    let image = recover(&padded, &[("a.LOG1", &log)]);
    assert_tree(&image, &after);
    assert_eq!(image.bytes().len(), padded.len());
    assert_eq!(image.clean_bytes().len(), after.len());

    // A primary that is cut short within what the log brings; and before it.
    let cut = &primary[..primary.len() - 4096];
    assert_tree(&recover(cut, &[("a.LOG1", &log)]), &after);
}

#[test]
fn zeros_that_no_file_holds_are_told() {
    let states = states();
    let primary = dirty_primary(&states);
    let cut = &primary[..8192];
    // The last page alone, far behind the end of the file, in a log large enough to reach it.
    let last = get(&states[0], 40) - 4096;
    let page = states[1][4096 + last as usize..][..4096].to_vec();
    let filler = (0, states[1][4096..4096 + last as usize].to_vec());
    let entry = Entry { sequence: 7, bins_size: last + 4096, flags: 0, pages: vec![(last, page)] };
    let mut log = new_log(&states[0], std::slice::from_ref(&entry));
    log.resize(log.len() + filler.1.len(), 0);
    let image = recover(cut, &[("a.LOG1", &log)]);
    let filled = 4096 + last as usize - cut.len();
    assert_eq!(
        image.recovery().notes,
        [format!(
            "{filled} bytes of the image stand in no file and are zero: the primary is cut short, or a log lacks pages"
        )]
    );
    assert_eq!(image.origin(8192).offset, None);
    assert_eq!(image.origin(8191).offset, Some(8191));

    // A small log doesn't make a large image.
    let mut small = new_log(&states[0], &[entry]);
    small.truncate(small.len().next_multiple_of(512));
    let image = recover(cut, &[("a.LOG1", &small)]);
    assert_eq!(image.recovery().state, RecoveryState::NothingApplies);
    assert!(why(&image, "a.LOG1").ends_with("the primary is cut short"));
    assert!(image.bytes().len() <= cut.len() + small.len());
}

#[test]
fn a_wrong_checksum_takes_the_base_block_from_the_log_with_the_latest_entries() {
    let states = states();
    let mut primary = dirty_primary(&states);
    // Not even the size and the root count any more.
    primary[36..44].fill(0xEE);
    let [first, second, third] = entries(&states, 7);
    let log = new_log(&states[0], &[first.clone(), second.clone(), third.clone()]);
    let image = recover(&primary, &[("a.LOG1", &log)]);
    assert_tree(&image, &states[3]);
    assert!(image.recovery().summary.contains("the checksum of its base block is wrong"));
    assert_eq!(image.origin(36).file.path().to_str(), Some("a.LOG1"));
    assert_eq!(image.origin(36).offset, Some(36));
    assert_eq!(image.hive().base_block().file_type(), 0);

    // Of two logs, that one alone.
    let early = new_log(&states[0], &[first]);
    let late = new_log(&states[0], &[second, third]);
    let image = recover(&primary, &[("a.LOG1", &early), ("a.LOG2", &late)]);
    assert_eq!(image.recovery().applied.unwrap().to_string(), "8 to 9");
    assert_eq!(
        why(&image, "a.LOG1"),
        "not used: only one log is used here, and another one has later entries"
    );
    // A destroyed signature is the same case.
    primary[..4].fill(0);
    assert_tree(&recover(&primary, &[("a.LOG1", &log)]), &states[3]);
}

#[test]
fn logs_that_contradict_themselves_are_refused() {
    let states = states();
    let good = new_log(&states[0], &entries(&states, 7));
    let mut torn = good.clone();
    put(&mut torn, 4, 8);
    let mut checksum = good.clone();
    checksum[100] ^= 1;
    let other = new_log_of(&states[0], 6, &[entries(&states, 7)[0].bytes()]);
    let mut root = good.clone();
    put(&mut root, 36, 4096 + 32);
    let mut alien = good.clone();
    name(&mut alien, "emRoot\\System32\\Config\\SOFTWARE");
    for (log, expected) in [
        (torn, "its two sequence numbers, 8 and 7, differ: it was not written to its end"),
        (checksum, "the checksum of its base block is wrong"),
        (other, "its first entry carries the sequence number 7, but its base block 6"),
        (root, "it belongs to another hive: its root cell is 0x1020, the primary's 0x20"),
        (alien, "it belongs to another hive: its base block names"),
    ] {
        let image = recover(&dirty_primary(&states), &[("a.LOG1", &log)]);
        let why = why(&image, "a.LOG1");
        assert!(why.starts_with(&format!("not used: {expected}")), "{why}");
    }
}

#[test]
fn a_name_that_is_shorter_or_missing_is_no_contradiction() {
    let states = states();
    for tail in ["SYSTEM", "", "system", "\\??\\C:\\Windows\\System32\\SYSTEM"] {
        let mut log = new_log(&states[0], &entries(&states, 7));
        name(&mut log[..512], tail);
        assert_tree(&recover(&dirty_primary(&states), &[("a.LOG1", &log)]), &states[3]);
    }
}

#[test]
fn a_clean_primary_stays_as_it_is_and_newer_entries_are_noted() {
    let states = states();
    let primary = sequence(states[0].clone(), 7, 7);
    let log = new_log(&states[0], &entries(&states, 7));
    let image = recover(&primary, &[("a.LOG1", &log)]);
    assert_eq!(image.recovery().state, RecoveryState::Clean);
    assert_eq!(image.bytes(), primary);
    assert_eq!(why(&image, "a.LOG1"), "not needed: the primary is clean");
    assert_eq!(
        image.recovery().notes,
        [
            "a.LOG1 holds entries 7 to 9 that are newer than the clean primary (7); Windows ignores them, and so does this \
          reading"
        ]
    );
    let image = recover(&sequence(states[3].clone(), 10, 10), &[("a.LOG1", &log)]);
    assert_eq!(image.recovery().notes, [""; 0]);
}

#[test]
fn the_transaction_flag_comes_from_the_entry() {
    let states = states();
    let mut primary = dirty_primary(&states);
    put(&mut primary, 144, 2);
    let mut entry = Entry::between(7, &states[0], &states[1]);
    entry.flags = 5;
    let image = recover(&primary, &[("a.LOG1", &new_log(&states[0], &[entry]))]);
    assert_eq!(Hive::parse(image.bytes()).unwrap().base_block().newer_fields().flags, 3);
}

#[test]
fn a_backup_is_never_used() {
    let states = states();
    let log = new_log(&states[0], &entries(&states, 7));
    let image = recover(&dirty_primary(&states), &[("SYSTEM.SAV", &log)]);
    assert_eq!(image.recovery().state, RecoveryState::NoLogs);
    assert_eq!(
        why(&image, "SYSTEM.SAV"),
        "never used for recovery: it is a backup that setup made"
    );
}
