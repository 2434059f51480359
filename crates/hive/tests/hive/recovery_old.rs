//! Old-format logs: sector sizes, long bitmaps, and which of several applies.

use std::collections::BTreeSet;

use coldhive_hive::RecoveryState;

use crate::recovery_logs::*;

fn states() -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    let (before, after) = (hive(100, "before"), hive(100, "after!"));
    let primary = sequence(before.clone(), 8, 7);
    (before, primary, after)
}

fn late(mut log: Vec<u8>, time: u32) -> Vec<u8> {
    put(&mut log[..512], 12, time);
    log
}

#[test]
fn pages_are_found_whatever_the_sector_size() {
    let (before, primary, after) = states();
    for factor in [1, 2, 4, 8] {
        let log = old_log(&after, &dirty(&before, &after), 8, 1, factor);
        let mut primary = primary.clone();
        put(&mut primary, 44, factor);
        let image = recover(&primary, &[("SYSTEM.LOG", &log)]);
        assert_tree(&image, &after);
        assert_eq!(image.hive().base_block().primary_sequence(), 8);
        // Behind a sector for the base block and one for the bitmap.
        let page = *dirty(&before, &after).first().unwrap();
        let origin = image.origin(4096 + u64::from(page) * 512);
        assert_eq!(origin.offset, Some(u64::from(factor) * 1024), "factor {factor}");
    }
}

#[test]
fn a_bitmap_may_be_longer_than_a_sector() {
    // 508 bytes of bitmap stand for 2,080,768 bytes of hive bins data: below that and above.
    let long = |text: &str| text.repeat(1000);
    for (keys, least) in [(150, 1 << 20), (400, 4 << 20)] {
        let (before, after) = (hive(keys, &long("before")), hive(keys, &long("after!")));
        assert!(before.len() > least, "{}", before.len());
        let primary = sequence(before.clone(), 8, 7);
        for factor in [1, 8] {
            let log = old_log(&after, &dirty(&before, &after), 8, 1, factor);
            let image = recover(&primary, &[("SYSTEM.LOG", &log)]);
            assert!(image.bytes()[4096..] == after[4096..], "{keys} keys, factor {factor}");
        }
    }
}

#[test]
fn a_bitmap_that_fills_its_sector_ends_there() {
    // 508 * 4096 bytes of hive bins data, so that "DIRT" and the bitmap fill one sector, and one block more.
    for (blocks, pages_at) in [(508, 1024), (509, 1536), (1020, 1536), (1021, 2048)] {
        let mut before = hive(10, "x");
        put(&mut before, 40, blocks * 4096);
        before.resize(4096 + blocks as usize * 4096, 0);
        let primary = sequence(before.clone(), 8, 7);
        let last = blocks * 8 - 1;
        let mut after = before.clone();
        after[4096 + last as usize * 512..].fill(0xAB);
        let log = old_log(&after, &BTreeSet::from([last]), 8, 1, 1);
        assert_eq!(log.len(), pages_at + 512);
        let image = recover(&primary, &[("SYSTEM.LOG", &log)]);
        assert!(image.bytes()[4096..] == after[4096..]);
        assert_eq!(image.origin(4096 + u64::from(last) * 512).offset, Some(pages_at as u64));
        assert_eq!(image.recovery().pages, 1);
    }
}

#[test]
fn bits_stand_for_512_bytes_each_lowest_first() {
    let (before, primary, after) = states();
    // Only what the bits name is taken, were it a part of a block.
    let all = dirty(&before, &after);
    let some: BTreeSet<u32> = all.iter().copied().filter(|page| page % 3 != 0).collect();
    let image = recover(&primary, &[("SYSTEM.LOG", &old_log(&after, &some, 8, 2, 1))]);
    for page in 0..get(&after, 40) / 512 {
        let at = 4096 + page as usize * 512;
        let expected = if some.contains(&page) { &after } else { &before };
        assert_eq!(image.bytes()[at..at + 512], expected[at..at + 512], "page {page}");
        assert_eq!(image.origin(at as u64).entry, some.contains(&page).then_some(8));
    }
}

#[test]
fn the_hive_grows() {
    let (before, after) = (hive(10, "x"), hive(2000, "grown"));
    let log = old_log(&after, &dirty(&before, &after), 8, 1, 1);
    let image = recover(&sequence(before, 8, 7), &[("SYSTEM.LOG", &log)]);
    assert_tree(&image, &after);
}

#[test]
fn of_two_logs_the_later_one_is_used_and_on_a_tie_the_first() {
    let (before, primary, after) = states();
    let other = hive(100, "other!");
    let one = old_log(&after, &dirty(&before, &after), 8, 1, 1);
    let two = old_log(&other, &dirty(&before, &other), 8, 1, 1);
    let image = recover(&primary, &[("a.LOG1", &one), ("a.LOG2", &two)]);
    assert_tree(&image, &after);
    assert!(why(&image, "a.LOG2").starts_with("not used: only one log is used here"));
    let image = recover(&primary, &[("a.LOG1", &one), ("a.LOG2", &late(two.clone(), 1001))]);
    assert_tree(&image, &other);
    assert_eq!(image.hive().base_block().last_written().ticks(), 1001);
    let image = recover(&primary, &[("a.LOG1", &late(one, 999)), ("a.LOG2", &late(two, 998))]);
    assert_eq!(image.recovery().state, RecoveryState::NothingApplies);
    assert_eq!(
        why(&image, "a.LOG1"),
        "not used: it is older than the primary: its last-written time is earlier"
    );
}

#[test]
fn where_no_times_are_kept_the_sequence_number_tells_what_is_old() {
    let (before, primary, after) = states();
    let undated = late(primary, 0);
    let log = |sequence| late(old_log(&after, &dirty(&before, &after), sequence, 1, 1), 0);
    // XP's logs lag one behind.
    assert_tree(&recover(&undated, &[("a.LOG", &log(7))]), &after);
    assert_tree(&recover(&undated, &[("a.LOG", &log(8))]), &after);
    let image = recover(&undated, &[("a.LOG", &log(6))]);
    assert_eq!(
        why(&image, "a.LOG"),
        "not used: it is older than the primary: its sequence number is 6, the primary's 7"
    );
}

#[test]
fn a_wrong_checksum_leaves_the_time_to_the_first_bin() {
    let (before, mut primary, after) = states();
    primary[36..44].fill(0xEE);
    let log = old_log(&after, &dirty(&before, &after), 8, 1, 1);
    let bin = |mut primary: Vec<u8>, time: u64| {
        primary[4096 + 20..4096 + 28].copy_from_slice(&time.to_le_bytes());
        primary
    };
    assert_tree(&recover(&bin(primary.clone(), 900), &[("a.LOG", &log)]), &after);
    let image = recover(&bin(primary, 1001), &[("a.LOG", &log)]);
    assert_eq!(
        why(&image, "a.LOG"),
        "not used: it is older than the primary's first hive bin: its last-written time is earlier"
    );
}

#[test]
fn logs_that_are_not_whole_are_refused() {
    let (before, primary, after) = states();
    let pages = dirty(&before, &after);
    let good = old_log(&after, &pages, 8, 1, 1);
    let torn = {
        let mut log = good.clone();
        put(&mut log[..512], 4, 9);
        log
    };
    let size = {
        let mut log = good.clone();
        put(&mut log[..512], 40, 4097);
        log
    };
    let large = {
        let mut log = good.clone();
        put(&mut log[..512], 40, 0xFFFF_F000);
        log
    };
    let cases = [
        (
            good[..good.len() - 1].to_vec(),
            format!(
                "its bitmap marks {} pages as dirty, but the file ends after {} of them",
                pages.len(),
                pages.len() - 1
            ),
        ),
        (good[..518].to_vec(), "the file is cut short within its bitmap of dirty pages".into()),
        (old_log(&after, &BTreeSet::new(), 8, 1, 1), "its bitmap marks no page as dirty".into()),
        (torn, "its two sequence numbers, 9 and 8, differ: it was not written to its end".into()),
        (
            size,
            "it says that the hive bins data has 0x1001 bytes, which is no multiple of 4096 or is 0".into(),
        ),
        (large, "the file is cut short within its bitmap of dirty pages".into()),
    ];
    for (log, expected) in cases {
        let image = recover(&primary, &[("a.LOG", &log)]);
        assert_eq!(why(&image, "a.LOG"), format!("not used: {expected}"));
        assert_eq!(image.recovery().state, RecoveryState::NothingApplies);
    }
}

#[test]
fn logs_of_the_new_format_go_before_one_of_the_old() {
    let (before, primary, after) = states();
    let other = hive(100, "other!");
    let old = old_log(&other, &dirty(&before, &other), 8, 1, 1);
    let new = new_log(&before, &[Entry::between(7, &before, &after)]);
    let image = recover(&primary, &[("a.LOG", &old), ("a.LOG1", &new)]);
    assert_tree(&image, &after);
    assert_eq!(why(&image, "a.LOG"), "not used: logs of the new format apply, and go before it");
    // Unless they don't apply.
    let stale = new_log(&before, &[Entry::between(2, &before, &after)]);
    assert_tree(&recover(&primary, &[("a.LOG", &old), ("a.LOG1", &stale)]), &other);
}

#[test]
fn an_empty_log_is_called_empty() {
    let (_, primary, _) = states();
    let image = recover(&primary, &[("a.LOG", &[]), ("a.LOG1", &[0; 1024]), ("a.LOG2", b"text")]);
    assert_eq!(why(&image, "a.LOG"), "not used: it is empty");
    assert_eq!(why(&image, "a.LOG1"), "not used: it holds nothing but zeros");
    assert_eq!(why(&image, "a.LOG2"), "not used: it is text");
    assert_eq!(image.recovery().state, RecoveryState::NothingApplies);
}
