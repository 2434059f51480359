//! What helps people to read descriptors: names of SIDs and of rights, and a plain line for an ACE.

mod derived;
pub(crate) mod domain;
mod identity;
mod line;
pub(crate) mod names;
mod order;
mod places;
mod rights;
mod words;

pub use identity::SidKind;
pub use line::AceLine;
pub use order::{OrderRule, OutOfOrder};
pub use places::Places;
pub use rights::ObjectKind;
