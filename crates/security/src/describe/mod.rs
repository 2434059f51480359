//! What helps people to read descriptors: names of SIDs and of rights.

mod derived;
pub(crate) mod domain;
mod identity;
pub(crate) mod names;

pub use identity::SidKind;
