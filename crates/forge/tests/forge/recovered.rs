//! The logs that the forge writes, replayed by the reader: the state that was wanted comes out.

use coldhive_forge::log::{Entry, EntryFault, LogFault, NewLog, OldLog, interrupted, set_sequence};
use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};
use coldhive_hive::{Evidence, Image, Lookup};

/// Recovers a hive from its files, given by the ends of their names.
fn recover(primary: &[u8], logs: &[(&str, &[u8])]) -> Image {
    let evidence = Evidence::from_bytes("a.SYSTEM", primary).unwrap();
    let evidence = logs.iter().fold(evidence, |evidence, (end, bytes)| {
        evidence.with_file(format!("a.SYSTEM{end}"), *bytes)
    });
    Image::recover(evidence)
}

/// Four states of a hive, each written after the one before; the last is larger.
fn states(version: Version) -> Vec<Vec<u8>> {
    (0..4_u8)
        .map(|step| {
            let mut root = KeySpec::new("ROOT");
            root.at("step").set_value(ValueSpec::binary("data", vec![step; 5000]));
            if step == 3 {
                root.at("grown").set_value(ValueSpec::binary("data", vec![step; 50_000]));
            }
            let time = 0x01BF_53EB_256D_4000 + u64::from(step) * 600_000_000;
            build(&HiveSpec::new(version, root).written(time)).unwrap()
        })
        .collect()
}

fn assert_bins(image: &Image, state: &[u8], what: &str) {
    assert!(image.bytes()[4096..] == state[4096..], "{what}: {:?}", image.recovery());
}

#[test]
fn an_old_log_gives_the_state_that_was_wanted() {
    for version in Version::ALL {
        let states = states(version);
        for after in &states[1..] {
            let primary = interrupted(&states[0], after);
            let log = OldLog::between(&states[0], after).file_type(2);
            assert_bins(&recover(&primary, &[(".LOG", &log.build())]), after, "old");
            // A log that isn't whole or isn't valid changes nothing.
            for fault in [LogFault::BadChecksum, LogFault::SequenceMismatch, LogFault::NoSignature]
            {
                let log = log.clone().fault(fault).build();
                assert_bins(&recover(&primary, &[(".LOG", &log)]), &states[0], "faulty");
            }
        }
    }
}

#[test]
fn new_logs_give_the_state_that_was_wanted() {
    let states = states(Version::V1_5);
    let mut primary = interrupted(&states[0], &states[1]);
    set_sequence(&mut primary, 7, 6);
    let entry = |number: usize| {
        let sequence = 6 + u32::try_from(number).unwrap();
        Entry::between(sequence, &states[number - 1], &states[number])
    };
    let log1 = NewLog::new(&states[0]).entry(entry(1)).entry(entry(2)).build();
    let log2 = NewLog::new(&states[0]).entry(entry(3)).build();
    let both = recover(&primary, &[(".LOG1", &log1), (".LOG2", &log2)]);
    assert_bins(&both, &states[3], "both");
    assert_bins(&recover(&primary, &[(".LOG1", &log1)]), &states[2], "the first alone");
    for fault in [
        EntryFault::WrongHash1,
        EntryFault::WrongHash2,
        EntryFault::NoSignature,
        EntryFault::Size { bytes: 0 },
        EntryFault::SequenceGap,
        EntryFault::OddBinsSize,
    ] {
        let log = NewLog::new(&states[0]).entry(entry(1)).entry(entry(2).fault(fault)).build();
        let image = recover(&primary, &[(".LOG1", &log), (".LOG2", &log2)]);
        assert_bins(&image, &states[1], &format!("{fault:?}"));
    }
    // What follows the last entry is older.
    let stale = NewLog::new(&states[0])
        .entry(entry(1))
        .entry(entry(2))
        .entry(Entry { sequence: 5, ..entry(3) });
    assert_bins(&recover(&primary, &[(".LOG1", &stale.build())]), &states[2], "stale");
}

#[test]
fn the_samples_are_recovered_to_what_they_were_made_from() {
    let files = samples::files().unwrap();
    let bytes = |name: &str| &files.iter().find(|file| file.file == name).unwrap().bytes[..];
    let clusnet = "ControlSet001\\Services\\Winsock\\Setup Migration\\Providers\\Clusnet";
    let primary = bytes("cluster-dirty-old-log.SYSTEM");
    let image = recover(primary, &[(".LOG", bytes("cluster-dirty-old-log.SYSTEM.LOG"))]);
    assert!(recover(primary, &[]).hive().key(clusnet).is_absent());
    assert!(matches!(image.hive().key(clusnet), Lookup::Found(_)));
    assert_bins(&image, &build(&samples::cluster_repaired()).unwrap(), "cluster");

    let primary = bytes("dirty-new-logs.SYSTEM");
    let (log1, log2) = (bytes("dirty-new-logs.SYSTEM.LOG1"), bytes("dirty-new-logs.SYSTEM.LOG2"));
    for (logs, step) in
        [(&[][..], 0), (&[(".LOG1", log1)][..], 2), (&[(".LOG1", log1), (".LOG2", log2)][..], 3)]
    {
        let state = build(&samples::journal(step)).unwrap();
        assert_bins(&recover(primary, logs), &state, &format!("step {step}"));
    }
}
