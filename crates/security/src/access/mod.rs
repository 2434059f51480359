//! The access check, offline: for whom it is asked, what it finds, and what decided.

mod check;
mod granted;
mod mapping;
mod outcome;
mod pattern;
mod token;
mod trustees;
mod walk;
mod writers;

pub use check::{AccessOptions, NOT_MODELLED, check_access, granted};
pub use granted::Granted;
pub use mapping::GenericMapping;
pub use outcome::{Access, DecidedBy, Decision, Effect, Reason, RightOutcome, Verdict};
pub use pattern::{SidPattern, SidPatternError};
pub use token::{Membership, Token};
pub use trustees::{TrusteeAccess, Trustees, trustees};
pub use writers::{Writer, Writers, writers, writers_with};
