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

mod cluster;
mod descriptors;
mod many;
mod network;

pub use cluster::{
    cluster_bad_descriptor, cluster_broken, cluster_damaged, cluster_dirty, cluster_no_security,
    cluster_obscured, cluster_sound,
};
pub use descriptors::winsock_descriptor;
pub use many::many;

use crate::spec::HiveSpec;

/// One file under `testdata/`.
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

/// Every file under `testdata/`, by name.
///
/// The base block of each names it as `coldhive\testdata\<stem>`, cut to the 31 UTF-16 units that fit, so
/// that a program can tell a sample from evidence.
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
    ]
    .map(|(file, made, spec)| {
        let stem = file.strip_suffix(".SYSTEM").unwrap_or(file);
        Sample { file, made, spec: spec.file_name(format!("coldhive\\testdata\\{stem}")) }
    })
    .into()
}
