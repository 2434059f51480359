//! The program as its users meet it: what goes in, what comes out, and with which status.
//!
//! Golden files stand under `tests/golden`; `SNAPSHOTS=overwrite` writes them anew, and what it wrote is
//! to be read against the truth of the hive before it is kept.

mod acl;
mod bad_input;
mod beside;
mod browse;
mod comfort;
mod contract;
mod corpus;
mod cure;
mod determinism;
mod diff;
mod documents;
mod explain;
mod formats;
mod golden;
mod hostile_names;
mod many;
mod mapped;
mod odd;
mod parts;
mod pipe;
mod record;
mod recovery;
mod rules;
mod rules_test;
mod sd;
mod selection;
mod signs;
mod software;
mod support;
mod usage;
