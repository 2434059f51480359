//! Windows security descriptors on every platform: SIDs, ACLs, SDDL and the access check.
//!
//! Bytes in, structure out: nothing here does I/O, calls an operating system or knows where a
//! descriptor came from. Reading borrows from the bytes, never panics and never loops, on any bytes.
//!
//! ```
//! use coldhive_security::{
//!     AccessMask, AccessOptions, GenericMapping, SecurityDescriptorBuf, Sid, Token,
//! };
//!
//! let descriptor: SecurityDescriptorBuf = "O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;SY)".parse()?;
//! let descriptor = descriptor.as_descriptor();
//! assert!(descriptor.is_well_formed());
//! assert_eq!(descriptor.owner()?, Some(Sid::ADMINISTRATORS));
//!
//! let someone = Token::new([Sid::EVERYONE]);
//! let access = descriptor.effective_access(
//!     &someone,
//!     &GenericMapping::REGISTRY_KEY,
//!     AccessOptions::default(),
//! )?;
//! assert_eq!(access.granted_min, AccessMask::KEY_READ);
//! assert_eq!(access.grants(AccessMask::KEY_SET_VALUE), Some(false));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What the access check answers, and what it does not model, stands at [`check_access`].
//!
//! # Features
//!
//! - `serde`: `Serialize` and `Deserialize` for everything that is reported. SIDs and SID patterns
//!   are text, masks and flags are numbers.

#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_possible_wrap
    )
)]

extern crate alloc;
#[cfg(test)]
extern crate std;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

mod access;
mod ace;
mod ace_type;
mod acl;
mod attribute;
mod builder;
mod bytes;
mod condition;
mod control;
mod describe;
mod descriptor;
mod error;
mod guid;
mod mask;
mod number;
mod oddity;
mod sddl;
#[cfg(feature = "serde")]
mod serial;
mod sid;
mod wide;

pub use access::{
    Access, AccessOptions, DecidedBy, Decision, Effect, GenericMapping, Granted, Membership,
    NOT_MODELLED, Reason, RightOutcome, SidPattern, SidPatternError, Token, TrusteeAccess,
    Trustees, Verdict, Writer, Writers, check_access, granted, trustees, writers, writers_with,
};
pub use ace::{Ace, ObjectTypes};
pub use ace_type::{AceFlags, AceType};
pub use acl::{Aces, Acl, AclState};
pub use attribute::{AttributeError, AttributeFlags, AttributeValues, ResourceAttribute};
pub use builder::{AceSpec, AclSpec, BuildError, DescriptorBuilder, SecurityDescriptorBuf};
pub use condition::{
    AttributeName, AttributeSource, Base, Condition, ConditionError, ConditionErrorKind,
    ConditionToken, Integer, Literal, Operator, Sign,
};
pub use control::Control;
pub use describe::{
    AceLine, AclDifference, AclForm, Change, ControlChange, Difference, ObjectKind, OrderRule,
    OutOfOrder, Places, RightsChange, SidKind, SidState, StoredAce,
};
pub use descriptor::SecurityDescriptor;
pub use error::{DescriptorError, Part, SidError};
pub use guid::{Guid, GuidTextError};
pub use mask::{AccessMask, MaskTextError};
pub use oddity::Oddity;
pub use sddl::{SddlContext, SddlError, SddlErrorKind, TextGap};
pub use sid::{Sid, SidTextError};
pub use wide::WideString;
