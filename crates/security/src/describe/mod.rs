//! What helps people to read descriptors: names of SIDs.

pub(crate) mod names;
