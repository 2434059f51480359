//! The access check, offline: for whom it is asked, what it finds, and what decided.

mod check;
mod mapping;
mod outcome;
mod pattern;
mod token;
mod writers;

pub use check::{AccessOptions, NOT_MODELLED, check_access};
pub use mapping::GenericMapping;
pub use outcome::{Access, DecidedBy, Decision, Effect, Verdict};
pub use pattern::{SidPattern, SidPatternError};
pub use token::{Membership, Token};
pub use writers::{Writer, Writers, writers, writers_with};
