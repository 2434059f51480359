//! The formats of a run: against schemas and readers that others made, over samples, real hives and hostile names.
//!
//! Golden files stand under `golden`, and the schemas made from the types under `schema/` of the workspace;
//! `SNAPSHOTS=overwrite cargo test -p coldhive --test output` writes both anew.

mod beside;
mod bodyfile;
mod csv;
mod file;
// The second reader has columns of its own.
#[cfg(feature = "witness")]
mod golden;
mod hostile;
mod html;
mod json;
mod sarif;
mod schema;
mod support;
mod timesketch;
mod whole;
