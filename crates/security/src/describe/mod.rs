//! What helps people to read descriptors: names of SIDs and of rights, plain lines, what differs.

mod derived;
mod difference;
pub(crate) mod domain;
mod identity;
mod line;
pub(crate) mod names;
mod order;
mod places;
mod rights;
mod words;

pub use difference::{
    AclDifference, AclForm, Change, ControlChange, Difference, RightsChange, SidState, StoredAce,
};
pub use identity::SidKind;
pub use line::AceLine;
pub use order::{OrderRule, OutOfOrder};
pub use places::Places;
pub use rights::ObjectKind;
