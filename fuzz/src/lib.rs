//! What every input must survive, whoever makes it: libFuzzer's targets and the driver `storm` share it.
#![forbid(unsafe_code)]

mod parts;
mod reader;
mod survive;

pub use parts::{join_parts, split_parts};
pub use reader::read_everything;
pub use survive::{recover, remnants, survive, verify};
