//! What a SYSTEM hive means: control sets, product, services, and the subtree `Services\Winsock`.
//!
//! Typed views borrow from the hive and never hide it: each gives its raw `Key`, and values are read
//! as a [`Reading`], which tells "absent" from "of another type" from "damaged".
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

mod choose;
mod control_set;
mod key_facts;
mod locate;
mod mount;
mod part;
mod product;
mod reading;
mod recognise;
mod service;
mod system;
pub mod winsock;

pub use control_set::{
    ControlSet, LAST_KNOWN_GOOD, NoControlSet, Select, Selection, Selector, UnknownSelector,
};
pub use key_facts::{KeyFacts, NO_SECURITY, descriptor, sddl};
pub use locate::Located;
pub use mount::{CURRENT_CONTROL_SET, Mount, MountError};
pub use product::{Family, Product};
pub use reading::{Reading, binary, decode_text, dword, guid, multi_string, text};
pub use service::{Service, Start};
pub use system::{Lacks, System};
