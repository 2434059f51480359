//! Cures: what is imported makes the checks hold and nothing else different, and what can't be known is not written.

mod hivex;
mod left_out;
mod restored;
mod support;
