//! Winsock and WinSock 2, typed: over real hives against counts of other readers, and over forged ones.

mod encode;
mod laws;
mod lists;
