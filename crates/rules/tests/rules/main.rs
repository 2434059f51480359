//! Rules over forged hives and, where they are at hand, real ones.

mod access;
mod applicability;
mod cases;
mod control_sets;
mod corpus;
mod describing;
mod diagnostics;
mod differences;
mod evidence;
mod exports;
mod hostile;
mod hostile_files;
mod laws;
mod layers;
mod lists;
mod loading;
mod lookup_table;
mod predicates;
mod remarks;
mod remnants;
mod signs;
mod software;
mod support;
mod words;
