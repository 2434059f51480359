//! Hives that were copied while they were written, with their logs.

use crate::error::ForgeError;
use crate::key::KeySpec;
use crate::log::{Entry, NewLog, OldLog, interrupted, set_sequence};
use crate::samples::cluster::{PARAMETERS, PROVIDERS, cluster_broken, cluster_sound};
use crate::spec::{HiveSpec, Version, build};
use crate::value::ValueSpec;

/// When the cluster node was put right: 1998-11-17 15:21:40 UTC.
const REPAIRED: u64 = 0x01BE_123D_F96E_1A00;

/// When the newer hive was last written before its logs: 2016-11-10 08:30:00 UTC.
const WRITTEN: u64 = 0x01D2_3B2C_A03B_3400;
/// One minute in units of a FILETIME.
const MINUTE: u64 = 600_000_000;

/// A primary file and the logs that belong to it.
pub(super) struct Logged {
    pub(super) primary: Vec<u8>,
    pub(super) logs: Vec<Vec<u8>>,
}

/// The broken cluster node while it was being repaired: the primary is still as it was, the log of the old
/// format has the provider key and the entry in `Transports`.
pub(super) fn cluster_dirty_old_log(name: &str) -> Result<Logged, ForgeError> {
    let before = build(&cluster_broken().file_name(name))?;
    let after = build(&cluster_repaired().file_name(name))?;
    let log = OldLog::between(&before, &after).file_type(2).build();
    Ok(Logged { primary: interrupted(&before, &after), logs: vec![log] })
}

/// The broken cluster node after its repair: what was missing is back, and the keys that changed say when.
pub fn cluster_repaired() -> HiveSpec {
    let mut spec = cluster_sound().written(REPAIRED);
    for key in [PARAMETERS.into(), PROVIDERS.into(), format!("{PROVIDERS}\\Clusnet")] {
        spec.root.at(&key).last_written = REPAIRED;
    }
    spec
}

/// A hive of format 1.5 whose logs of the new format hold three writes, the last of which makes it larger.
///
/// `LOG1` has the entries 101 and 102, and behind them one that is older and was applied long ago; `LOG2` has 103.
pub(super) fn dirty_new_logs(name: &str) -> Result<Logged, ForgeError> {
    let state = |step| build(&journal(step).file_name(name));
    let states = [state(0)?, state(1)?, state(2)?, state(3)?];
    let mut primary = interrupted(&states[0], &states[1]);
    set_sequence(&mut primary, 101, 100);
    let stale = Entry::between(90, &states[1], &states[0]);
    let log1 = NewLog::new(&states[1])
        .entry(Entry::between(101, &states[0], &states[1]))
        .entry(Entry::between(102, &states[1], &states[2]))
        .entry(stale);
    let log2 = NewLog::new(&states[2]).entry(Entry::between(103, &states[2], &states[3]));
    Ok(Logged { primary, logs: vec![log1.build(), log2.build()] })
}

/// The hive after so many writes (0 to 3) of those that the logs of `dirty-new-logs.SYSTEM` hold.
///
/// `ControlSet001\Services\Journal` has the value `Step`, a key for each write, and from the third on a value of
/// 20,000 bytes.
pub fn journal(step: u32) -> HiveSpec {
    let written = WRITTEN + u64::from(step) * MINUTE;
    let mut root = KeySpec::new("ROOT");
    root.at("Select")
        .set_value(ValueSpec::dword("Current", 1))
        .set_value(ValueSpec::dword("Default", 1))
        .set_value(ValueSpec::dword("Failed", 0))
        .set_value(ValueSpec::dword("LastKnownGood", 1));
    root.at("ControlSet001\\Control\\ProductOptions")
        .set_value(ValueSpec::sz("ProductType", "WinNT"));
    root.at("ControlSet001\\Services\\Tcpip").set_value(ValueSpec::dword("Start", 0));
    let journal = root.at("ControlSet001\\Services\\Journal");
    journal.set_value(ValueSpec::dword("Step", step));
    journal.last_written = written;
    for number in 1..=step {
        let key = journal.at(&format!("Write {number}"));
        key.set_value(ValueSpec::sz("made by", &format!("entry {}", 100 + number)));
        key.last_written = WRITTEN + u64::from(number) * MINUTE;
    }
    if step >= 3 {
        journal.set_value(ValueSpec::binary("grown", vec![0x33; 20_000]));
    }
    HiveSpec::new(Version::V1_5, root).written(written)
}
