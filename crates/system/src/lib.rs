//! What a SYSTEM hive means: control sets, product, the machine's names, clock and devices, services and drivers, and
//! the subtree `Services\Winsock`.
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
mod failure_actions;
mod family;
mod hardware_profiles;
mod key_facts;
mod load_order;
mod locate;
mod machine;
mod mount;
mod names;
mod part;
mod product;
mod reading;
mod reading_data;
mod recognise;
mod service;
mod service_counts;
mod service_security;
mod service_type;
mod services;
mod settle;
mod software;
mod switch_date;
mod system;
mod time_zone;
mod view;
mod windows_settings;
pub mod winsock;

pub use control_set::{
    ControlSet, LAST_KNOWN_GOOD, NoControlSet, Select, Selection, Selector, UnknownSelector,
};
pub use failure_actions::{ActionKind, FailureAction, FailureActions};
pub use family::{Confidence, Family, Role, WindowsVersion};
pub use hardware_profiles::{HardwareProfile, HardwareProfiles, IdConfigDb, ProfileDescription};
pub use key_facts::{KeyFacts, NO_SECURITY, descriptor, sddl};
pub use load_order::{GroupRank, LoadOrder, Rank, TagRank, group_tags};
pub use locate::Located;
pub use mount::{CURRENT_CONTROL_SET, Mount, MountError};
pub use names::{ComputerName, TcpipNames};
pub use product::Product;
pub use reading::{Reading, binary, decode_text, dword, file_time, guid, multi_string, text};
pub use service::{Service, Start};
pub use service_counts::{ServiceCounts, StartCounts};
pub use service_security::ServiceSecurity;
pub use service_type::{ErrorControl, ServiceKind, ServiceSidType, ServiceType};
pub use services::Services;
pub use software::CurrentVersion;
pub use switch_date::SwitchDate;
pub use system::{Lacks, System};
pub use time_zone::{Bias, Season, TimeZone};
pub use view::View;
pub use windows_settings::{ServicePack, WindowsSettings};
