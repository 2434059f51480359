//! What a SYSTEM hive means, over forged hives and, where they are at hand, real ones.

mod control_sets;
mod corpus;
mod exports;
mod laws;
mod links;
mod machine;
mod machine_corpus;
mod mounts;
mod product;
mod readings;
mod services;
mod software;
mod support;
mod winsock;
