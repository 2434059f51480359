//! Writes Windows registry hives (`regf` files) from a description: fixtures, rule cases, inline test trees.
//!
//! What this crate writes is what Windows writes: format 1.3 as Windows NT 4.0 left it on disk, 1.1 and 1.2 as
//! the systems before it did, and 1.4 to 1.6 as later systems do. The same description gives the same bytes,
//! on every machine and each time. A [`Fault`] then breaks the sound hive in one named place, so that a test
//! can say what it is about, and [`log`] writes what lies beside a hive that was copied while it was in use.
//!
//! It shares no code and no constant with the reader of this project. A number that both took from one
//! place could be wrong in both, and reading back what was written would prove nothing.
//!
//! Source: the "Windows registry file format specification" by M. Suhanov.
//!
//! # Example
//!
//! ```
//! use coldhive_forge::{Fault, HiveSpec, KeySpec, ValueSpec, Version, build};
//!
//! let mut root = KeySpec::new("ROOT");
//! root.at("ControlSet001\\Services\\Tcpip").set_value(ValueSpec::dword("Start", 1));
//! let sound = HiveSpec::new(Version::V1_3, root);
//! let bytes = build(&sound)?;
//! assert_eq!(&bytes[..4], b"regf");
//! assert_eq!(bytes, build(&sound)?);
//!
//! let broken = sound.fault(Fault::ZeroSignature { key: "ControlSet001\\Services".into() });
//! assert_ne!(bytes, build(&broken)?);
//! # Ok::<(), coldhive_forge::ForgeError>(())
//! ```
#![forbid(unsafe_code)]

mod base_block;
mod bins;
mod damage;
mod descriptor;
mod error;
pub mod event_log;
mod fault;
mod key;
mod key_node;
mod key_security;
mod key_value;
mod layer;
mod layout;
pub mod log;
mod name;
pub mod reg;
pub mod remnant;
pub mod samples;
mod shape;
mod spec;
mod stored;
mod subkey_list;
mod tree;
mod value;

pub use error::ForgeError;
pub use fault::Fault;
pub use key::KeySpec;
pub use layer::{Layer, LayerSemantics};
pub use spec::{DEFAULT_TIME, HiveSpec, Version, build};
pub use value::ValueSpec;
