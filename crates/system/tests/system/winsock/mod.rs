//! Winsock and WinSock 2, typed: over real hives against counts of other readers, and over forged ones.

mod accounts;
mod catalogs;
mod encode;
mod everything;
mod hostile;
mod laws;
mod lists;
mod real;
mod transports;
