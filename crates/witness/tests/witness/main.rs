//! The witness over forged hives, broken hives, mutated hives and real ones.

mod broken;
mod corpus;
mod forged;
mod hostile;
mod questions;
mod tree;
