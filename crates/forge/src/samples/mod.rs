//! The hives under `testdata/`: what they hold and what is wrong with them.
//!
//! Everything in them is made up after the pattern of real hives: names, times, the domain `LAB`, the
//! Winsock provider ID of Clusnet. Tests can build the same trees in memory, or change one and build that.
//!
//! ```
//! use coldhive_forge::{build, samples};
//!
//! let mut spec = samples::cluster_sound();
//! spec.root.remove("ControlSet001\\Services\\Winsock\\Parameters");
//! assert!(build(&spec).is_ok());
//! ```

mod ages;
mod catalogs;
mod cluster;
mod descriptors;
mod logged;
mod many;
mod network;
mod traces;

pub use ages::{layered, nt31, nt35};
pub use catalogs::winsock2;
pub use cluster::{
    cluster_bad_descriptor, cluster_broken, cluster_damaged, cluster_deleted, cluster_dirty,
    cluster_no_security, cluster_obscured, cluster_sound,
};
pub use descriptors::winsock_descriptor;
pub use logged::{cluster_repaired, journal};
pub use many::many;
pub use traces::{cluster_event_log, cluster_log};

use crate::error::ForgeError;
use crate::spec::{HiveSpec, build};

/// One hive under `testdata/` that is its description alone, without logs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sample {
    /// The file's name.
    pub file: &'static str,
    /// How it was made, in a sentence.
    pub made: &'static str,
    /// What to build.
    pub spec: HiveSpec,
}

/// One file under `testdata/`: a hive, its log, or a log of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SampleFile {
    /// The file's name.
    pub file: String,
    /// How it was made, in a sentence.
    pub made: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Every file under `testdata/`, with the hives that need logs, deleted keys or other formats, the logs, and what a machine
/// logged.
///
/// The base block of each, hive or transaction log, names the hive as `coldhive\testdata\<stem>`, cut to the 31 UTF-16 units
/// that fit, so that a program can tell a sample from evidence.
///
/// # Errors
///
/// None of the samples gives one.
pub fn files() -> Result<Vec<SampleFile>, ForgeError> {
    let mut files = Vec::new();
    for sample in all().into_iter().chain(others()) {
        let (file, made) = (sample.file.into(), sample.made);
        files.push(SampleFile { file, made, bytes: build(&sample.spec)? });
    }
    let old = logged::cluster_dirty_old_log(&marked("cluster-dirty-old-log"))?;
    let new = logged::dirty_new_logs(&marked("dirty-new-logs"))?;
    let logged = [
        (
            "cluster-dirty-old-log.SYSTEM",
            "cluster-broken, copied while its repair was being written: as broken as before, with the \
             sequence numbers 196 and 195 and the time of the repair in its base block.",
            old.primary,
        ),
        (
            "dirty-new-logs.SYSTEM",
            "A hive of format 1.5 before the three writes that are in its logs.",
            new.primary,
        ),
    ];
    let old_log = [(
        "cluster-dirty-old-log.SYSTEM.LOG",
        "The log (old format, file type 2) of cluster-dirty-old-log.SYSTEM: with it, the hive is cluster-sound \
         with later times on Parameters, Providers and Clusnet.",
    )];
    let new_logs = [
        (
            "dirty-new-logs.SYSTEM.LOG1",
            "The log (new format) with the entries 101 and 102 of dirty-new-logs.SYSTEM, and behind them \
             entry 90, which is stale.",
        ),
        (
            "dirty-new-logs.SYSTEM.LOG2",
            "The log (new format) with the entry 103 of dirty-new-logs.SYSTEM, which makes the hive larger.",
        ),
    ];
    let logs = old_log.into_iter().zip(old.logs).chain(new_logs.into_iter().zip(new.logs));
    let logged = logged.into_iter().chain(logs.map(|((file, made), bytes)| (file, made, bytes)));
    files.extend(logged.map(|(file, made, bytes)| SampleFile { file: file.into(), made, bytes }));
    let traces = [
        (
            "cluster-broken.Cluster.log",
            "The cluster log of the node of cluster-broken at its last start, with the text of KB Q262832.",
            cluster_log().into_bytes(),
        ),
        (
            "cluster-broken.SysEvent.Evt",
            "The System log of the node of cluster-broken: event 7023 of KB Q262832 behind each of two starts.",
            cluster_event_log().build(),
        ),
    ];
    files.extend(traces.map(|(file, made, bytes)| SampleFile { file: file.into(), made, bytes }));
    files.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(files)
}

/// The name that a sample has in its base block.
fn marked(stem: &str) -> String {
    format!("coldhive\\testdata\\{stem}")
}

/// The hives in which every key that was described can be found, by name, but for what a fault took.
pub fn all() -> Vec<Sample> {
    [
        (
            "cluster-bad-descriptor.SYSTEM",
            "cluster-sound, with an ill-formed security descriptor (its DACL lies behind its end) on \
             ControlSet001\\Services\\Winsock\\Parameters.",
            cluster_bad_descriptor(),
        ),
        (
            "cluster-broken.SYSTEM",
            "cluster-sound, with ControlSet001 lacking Setup Migration\\Providers\\Clusnet and the entry \
             Clusnet in Transports, and later times on the two keys that changed.",
            cluster_broken(),
        ),
        (
            "cluster-damaged.SYSTEM",
            "cluster-sound, with the signature of ControlSet001's Setup Migration\\Providers\\Clusnet \
             zeroed.",
            cluster_damaged(),
        ),
        (
            "cluster-dirty.SYSTEM",
            "cluster-sound, with a primary sequence number one more than the secondary.",
            cluster_dirty(),
        ),
        (
            "cluster-no-security.SYSTEM",
            "cluster-sound, with no security cell on ControlSet001\\Services\\Winsock\\Parameters.",
            cluster_no_security(),
        ),
        (
            "cluster-obscured.SYSTEM",
            "cluster-sound, with ControlSet001 lacking Setup Migration\\Providers\\Clusnet, and with the \
             entry of NetBIOS in the list of Providers pointing nowhere.",
            cluster_obscured(),
        ),
        (
            "cluster-sound.SYSTEM",
            "A made-up cluster node of Windows NT Server 4.0 Enterprise Edition in format 1.3, with two \
             equal control sets.",
            cluster_sound(),
        ),
        (
            "many-1.5.SYSTEM",
            "Format 1.5 with what makes a reader work: 1,200 subkeys under one key, data in segments, class \
             names, UTF-16 names, every size class of value data.",
            many(),
        ),
        (
            "winsock2.SYSTEM",
            "A made-up 64-bit workstation in format 1.5 with the catalogs of WinSock 2: a layered provider and its \
             chain for 32-bit programs alone, data left over behind library paths, a count of 64-bit entries that is \
             one too high, a list with an empty entry, and a key and values that nobody knows.",
            winsock2(),
        ),
    ]
    .map(named)
    .into()
}

/// The hives of other formats, and the one with a deleted key.
fn others() -> [Sample; 4] {
    [
        (
            "cluster-deleted.SYSTEM",
            "cluster-sound, with ControlSet001's Setup Migration\\Providers\\Clusnet deleted: its cells are \
             free, one with an older list of Providers, and chained as Windows NT 4.0 chains them.",
            cluster_deleted(),
        ),
        (
            "layered.SYSTEM",
            "Format 1.6, the layer of a container: keys that are merged, deleted, or replace what is below \
             them, and a deleted value.",
            layered(),
        ),
        (
            "nt31.SYSTEM",
            "Format 1.1, as Windows NT 3.1 wrote it: a small tree with names in UTF-16, li lists, a class \
             and a large value.",
            nt31(),
        ),
        (
            "nt35.SYSTEM",
            "Format 1.2, as Windows NT 3.5 wrote it: the tree of nt31 with cells and names as in 1.3, and li \
             lists.",
            nt35(),
        ),
    ]
    .map(named)
}

fn named((file, made, spec): (&'static str, &'static str, HiveSpec)) -> Sample {
    let stem = file.strip_suffix(".SYSTEM").unwrap_or(file);
    Sample { file, made, spec: spec.file_name(marked(stem)) }
}
