//! What a SYSTEM hive means, over forged hives and, where they are at hand, real ones.

mod control_sets;
mod corpus;
mod exports;
mod links;
mod mounts;
mod product;
mod readings;
mod support;
mod winsock;
